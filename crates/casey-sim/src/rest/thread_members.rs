//! Who follows a thread (Discord docs: Channel, Join Thread and the following).

use serde_json::{Value, json};

use super::{
    call::{Answer, Ctx, Outcome},
    error::ApiError,
};
use crate::{
    gateway::{Event, Intents},
    permissions::Permissions,
    snowflake::Snowflake,
    world::{Channel, Kind, Thread},
};

pub(super) fn join(ctx: &mut Ctx<'_>) -> Outcome {
    let bot = ctx.bot()?;
    let thread = thread(ctx)?;
    add(ctx, &thread, bot)
}

pub(super) fn put(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = thread(ctx)?;
    ctx.allowed(channel.id, Permissions::SEND_MESSAGES)?;
    let user = ctx.id("user_id")?;
    let guild = channel.guild.unwrap_or_default();
    if ctx.state.member(guild, user).is_none() {
        return Err(ApiError::unknown_member());
    }
    let invitable = settings(&channel).is_some_and(|thread| thread.invitable);
    let parent = channel.parent.unwrap_or_default();
    if channel.kind == Kind::PrivateThread && !invitable {
        ctx.allowed(channel.id, Permissions::MANAGE_THREADS)?;
    }
    if !ctx.state.permissions(user, parent).contains(Permissions::VIEW_CHANNEL) {
        return Err(ApiError::missing_access());
    }
    add(ctx, &channel, user)
}

fn add(ctx: &mut Ctx<'_>, channel: &Channel, user: Snowflake) -> Outcome {
    if settings(channel).is_some_and(|thread| thread.archived) {
        return Err(ApiError::archived_thread());
    }
    let now = ctx.state.now();
    let thread = ctx.state.channels.get_mut(&channel.id).and_then(|one| one.thread.as_mut());
    let new = thread.is_some_and(|thread| {
        let new = !thread.members.contains_key(&user);
        thread.members.entry(user).or_insert(now);
        new
    });
    if new {
        let added =
            ctx.state.channels.get(&channel.id).and_then(|one| ctx.state.thread_member_json(one, user, true));
        tell(ctx, channel, json!({ "added_members": [added] }));
    }
    Ok(Answer::Empty)
}

pub(super) fn leave(ctx: &mut Ctx<'_>) -> Outcome {
    let bot = ctx.bot()?;
    let thread = thread(ctx)?;
    remove(ctx, &thread, bot)
}

pub(super) fn delete(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = thread(ctx)?;
    let bot = ctx.bot()?;
    let own = channel.kind == Kind::PrivateThread && settings(&channel).is_some_and(|one| one.owner == bot);
    if !own {
        ctx.allowed(channel.id, Permissions::MANAGE_THREADS)?;
    }
    let user = ctx.id("user_id")?;
    remove(ctx, &channel, user)
}

fn remove(ctx: &mut Ctx<'_>, channel: &Channel, user: Snowflake) -> Outcome {
    if settings(channel).is_some_and(|thread| thread.archived) {
        return Err(ApiError::archived_thread());
    }
    // Told first: whoever is put out of a private thread still gets to know.
    tell(ctx, channel, json!({ "removed_member_ids": [user] }));
    if let Some(thread) = ctx.state.channels.get_mut(&channel.id).and_then(|one| one.thread.as_mut()) {
        thread.members.remove(&user);
    }
    Ok(Answer::Empty)
}

pub(super) fn get(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = thread(ctx)?;
    let user = ctx.id("user_id")?;
    let body = ctx.state.thread_member_json(&channel, user, ctx.query_is_true("with_member"));
    body.map_or_else(|| Err(ApiError::unknown_member()), Answer::ok)
}

pub(super) fn list(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = thread(ctx)?;
    if !ctx.application()?.privileged.contains(Intents::GUILD_MEMBERS) {
        return Err(ApiError::missing_access());
    }
    let limit = ctx.query_number("limit", 1, 100, 100)?;
    let after = ctx.query_id("after")?;
    let whole = ctx.query_is_true("with_member");
    let members = settings(&channel).map(|thread| thread.members.clone()).unwrap_or_default();
    let wanted = members.into_keys().filter(|user| after.is_none_or(|after| *user > after)).take(limit);
    let bodies: Vec<Value> =
        wanted.filter_map(|user| ctx.state.thread_member_json(&channel, user, whole)).collect();
    Answer::ok(json!(bodies))
}

fn thread(ctx: &Ctx<'_>) -> Result<Channel, ApiError> {
    let id = ctx.channel(Permissions::NONE)?;
    let channel = ctx.state.channels.get(&id).filter(|channel| channel.thread.is_some());
    channel.cloned().ok_or_else(ApiError::wrong_channel_type)
}

fn settings(channel: &Channel) -> Option<&Thread> {
    channel.thread.as_ref()
}

fn tell(ctx: &mut Ctx<'_>, channel: &Channel, mut body: Value) {
    let Some(guild) = channel.guild else { return };
    let count = ctx.state.channels.get(&channel.id).and_then(settings).map_or(0, |one| one.members.len());
    body["id"] = json!(channel.id);
    body["guild_id"] = json!(guild);
    body["member_count"] = json!(count.min(50));
    let event = Event::guild("THREAD_MEMBERS_UPDATE", guild, Intents::GUILDS, body);
    ctx.state.emit(&Event { channel: Some(channel.id), ..event });
}
