//! One channel (Discord docs: Channel).

use serde_json::json;

use super::{
    call::{Answer, Ctx, Outcome},
    channel_body,
    error::ApiError,
    threads,
};
use crate::{
    gateway::{Event, Intents},
    permissions::Permissions,
    snowflake::Snowflake,
    world::{Action, Channel, Done, Kind, Overwrite},
};

pub(super) fn get(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.channel(Permissions::NONE)?;
    if let Some(guild) = ctx.state.channels.get(&id).and_then(|channel| channel.guild) {
        ctx.state.archive_idle_threads(guild);
    }
    show(ctx, id, 200)
}

pub(super) fn edit(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.channel(Permissions::NONE)?;
    let old = ctx.state.channels.get(&id).cloned().ok_or_else(ApiError::unknown_channel)?;
    let guild = old.guild.ok_or_else(ApiError::not_for_direct)?;
    if old.thread.is_some() {
        return threads::edit(ctx, &old, guild);
    }
    ctx.allowed(id, Permissions::MANAGE_CHANNELS)?;
    let mut new = old.clone();
    let mut other_kind = None;
    let (body, state) = (ctx.body, &mut *ctx.state);
    super::form::read(body, |form| {
        other_kind = form.one_of("type", &[0, 2, 4, 5, 13, 15]).and_then(Kind::in_guild);
        channel_body::read(form, state, &mut new, false);
    })?;
    if let Some(kind) = other_kind.filter(|kind| *kind != old.kind) {
        convert(ctx, guild, &mut new, kind)?;
    }
    overwrites_allowed(ctx, guild, &old.overwrites, &new.overwrites)?;
    let (before, after) = (ctx.state.channel_json(&old), ctx.state.channel_json(&new));
    ctx.state.channels.insert(id, new);
    ctx.state.tell_channel("CHANNEL_UPDATE", id);
    ctx.log(guild, Done::to(Action::ChannelUpdate, id).differences(&before, &after))?;
    show(ctx, id, 200)
}

/// Only text and announcement channels turn into each other (Discord docs: Channel, Modify Channel).
fn convert(ctx: &Ctx<'_>, guild: Snowflake, channel: &mut Channel, kind: Kind) -> Result<(), ApiError> {
    let between = |one: Kind| matches!(one, Kind::Text | Kind::News);
    let community = ctx.state.guilds.get(&guild).is_some_and(|guild| guild.has_feature("COMMUNITY"));
    if !between(channel.kind) || !between(kind) || (kind.needs_community() && !community) {
        return Err(ApiError::wrong_channel_type());
    }
    channel.kind = kind;
    Ok(())
}

/// Making and changing overwrites takes `MANAGE_ROLES`, and cannot grant what the bot lacks.
pub(super) fn overwrites_allowed(
    ctx: &Ctx<'_>,
    guild: Snowflake,
    old: &[Overwrite],
    new: &[Overwrite],
) -> Result<(), ApiError> {
    let set = |list: &[Overwrite]| list.iter().map(|one| (one.id, one.allow, one.deny)).collect::<Vec<_>>();
    let (old, new) = (set(old), set(new));
    if old == new {
        return Ok(());
    }
    let mine = ctx.state.guild_permissions(ctx.bot()?, guild);
    let changed = new.iter().filter(|one| !old.contains(one));
    let touched = changed.fold(Permissions::NONE, |sum, (_, allow, deny)| sum | *allow | *deny);
    let missing = (Permissions::MANAGE_ROLES | touched) - mine;
    if missing == Permissions::NONE { Ok(()) } else { Err(ApiError::missing_permissions(missing)) }
}

pub(super) fn delete(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.channel(Permissions::NONE)?;
    let channel = ctx.state.channels.get(&id).cloned().ok_or_else(ApiError::unknown_channel)?;
    // A direct message is only closed; it opens again with the next message.
    let Some(guild) = channel.guild else { return show(ctx, id, 200) };
    let thread = channel.thread.is_some();
    ctx.allowed(id, if thread { Permissions::MANAGE_THREADS } else { Permissions::MANAGE_CHANNELS })?;
    let settings = ctx.state.guilds.get(&guild).map(|guild| guild.settings.clone()).unwrap_or_default();
    let community = ["rules_channel_id", "public_updates_channel_id"];
    if community.iter().any(|key| settings.get(*key) == Some(&json!(id))) {
        return Err(ApiError::required_for_community());
    }
    let body = ctx.state.channel_json(&channel);
    if thread {
        let told = json!({ "id": id, "guild_id": guild, "parent_id": channel.parent, "type": channel.kind.number() });
        let event = Event::guild("THREAD_DELETE", guild, Intents::GUILDS, told);
        ctx.state.emit(&Event { channel: Some(id), ..event });
        ctx.state.channels.remove(&id);
    } else {
        ctx.state.tell_channel("CHANNEL_DELETE", id);
        forget(ctx, guild, id);
    }
    let action = if thread { Action::ThreadDelete } else { Action::ChannelDelete };
    ctx.log(guild, Done::to(action, id).change("name", &json!(channel.name), &json!(null)))?;
    Answer::ok(body)
}

/// Takes a channel and what hangs on it out of the world: threads, webhooks, invites, and the place in a category.
fn forget(ctx: &mut Ctx<'_>, guild: Snowflake, id: Snowflake) {
    for thread in ctx.state.threads_of(id) {
        ctx.state.channels.remove(&thread);
    }
    ctx.state.channels.remove(&id);
    ctx.state.webhooks.retain(|_, hook| hook.channel != id);
    ctx.state.invites.retain(|_, invite| invite.channel != id);
    if let Some(place) = ctx.state.guilds.get_mut(&guild) {
        place.channels.retain(|one| *one != id);
    }
    let inside: Vec<Snowflake> =
        ctx.state.channels.values().filter(|one| one.parent == Some(id)).map(|one| one.id).collect();
    for child in inside {
        if let Some(channel) = ctx.state.channels.get_mut(&child) {
            channel.parent = None;
        }
        ctx.state.tell_channel("CHANNEL_UPDATE", child);
    }
}

pub(super) fn show(ctx: &Ctx<'_>, id: Snowflake, status: u16) -> Outcome {
    let channel = ctx.state.channels.get(&id).ok_or_else(ApiError::unknown_channel)?;
    let bot = ctx.bot()?;
    Ok(Answer::Json(status, ctx.state.channel_json_for(channel, bot)))
}

pub(super) fn typing(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.channel(Permissions::SEND_MESSAGES)?;
    let bot = ctx.bot()?;
    let guild = ctx.state.channels.get(&id).and_then(|channel| channel.guild);
    let mut body = json!({ "channel_id": id, "user_id": bot, "timestamp": ctx.state.now().unix_timestamp() });
    if let Some(guild) = guild {
        body["guild_id"] = json!(guild);
        if let Some(member) = ctx.state.member(guild, bot) {
            body["member"] = ctx.state.member_json(member);
        }
    }
    let intents = (Intents::GUILD_MESSAGE_TYPING, Intents::DIRECT_MESSAGE_TYPING);
    ctx.state.emit(&Event::channel("TYPING_START", guild, id, intents, body));
    Ok(Answer::Empty)
}
