//! Messages (Discord docs: Message).

use serde_json::{Value, json};

use super::{
    call::{Answer, Ctx, Outcome},
    draft::{Draft, Place, Reference},
    error::ApiError,
    form::{Form, Issues},
    interactions::{change, fill},
};
use crate::{
    limits,
    permissions::Permissions,
    snowflake::Snowflake,
    world::{Action, Done, Forward, Kind, Message, Origin, Post, Sender, flags},
};

pub(super) fn list(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = ctx.channel(Permissions::NONE)?;
    let limit = ctx.query_number("limit", 1, 100, 50)?;
    let (before, after) = (ctx.query_id("before")?, ctx.query_id("after")?);
    let around = ctx.query_id("around")?;
    if [before, after, around].iter().flatten().count() > 1 {
        return Err(ApiError::loud(400, "more than one of around, before and after"));
    }
    let readable = ctx.allowed(channel, Permissions::READ_MESSAGE_HISTORY).is_ok();
    let view = ctx.view()?;
    let all = ctx.state.channels.get(&channel).into_iter().flat_map(|channel| channel.messages.values());
    let public: Vec<&Message> = all.filter(|message| readable && message.only_for().is_none()).collect();
    let older = public.iter().filter(|message| before.is_none_or(|id| message.id < id)).rev();
    let mut chosen: Vec<&Message> = match (around, after) {
        (Some(id), _) => {
            let middle = public.partition_point(|message| message.id < id);
            let start = middle.saturating_sub(limit / 2);
            public.iter().skip(start).take(limit).copied().collect()
        }
        (None, Some(id)) => public.iter().filter(|message| message.id > id).take(limit).copied().collect(),
        (None, None) => older.take(limit).copied().collect(),
    };
    chosen.sort_by_key(|message| std::cmp::Reverse(message.id));
    let bodies: Vec<Value> =
        chosen.into_iter().map(|message| ctx.state.message_json(message, view)).collect();
    Answer::ok(json!(bodies))
}

pub(super) fn get(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = ctx.channel(Permissions::READ_MESSAGE_HISTORY)?;
    let message = ctx.message(channel)?.id;
    show(ctx, channel, message)
}

pub(super) fn create(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = ctx.channel(Permissions::NONE)?;
    let bot = ctx.bot()?;
    match ctx.state.channels.get(&channel).map(|channel| channel.kind) {
        Some(Kind::Forum) => return Err(ApiError::not_in_a_forum()),
        Some(kind) if !kind.takes_messages() => return Err(ApiError::not_a_text_channel()),
        _ => {}
    }
    let draft = Draft::read(ctx.body, ctx.files, Place::Channel)?;
    ctx.allowed(channel, draft.needs())?;
    if draft.is_empty() {
        return Err(ApiError::empty_message());
    }
    reachable(ctx, channel, bot)?;
    if draft.enforce_nonce
        && let Some(nonce) = &draft.nonce
        && let Some(earlier) = same_nonce(ctx, channel, bot, nonce)
    {
        return show(ctx, channel, earlier);
    }
    let replies = draft.reply_to.is_some_and(|reference| !reference.forwards);
    if replies && ctx.allowed(channel, Permissions::READ_MESSAGE_HISTORY).is_err() {
        return Err(ApiError::cannot_reply());
    }
    wake(ctx, channel)?;
    let (reply_to, forward) = match draft.reply_to {
        Some(reference) if reference.forwards => (None, Some(forwarded(ctx, reference)?)),
        Some(reference) => (replied(ctx, channel, reference)?, None),
        None => (None, None),
    };
    let stickers = stickers(ctx, channel, &draft.stickers)?;
    let snapshot = if forward.is_some() { flags::HAS_SNAPSHOT } else { 0 };
    let post = fill(ctx, Post { reply_to, stickers, forward, ..Post::text(channel, bot, "") }, draft);
    let post = Post { flags: post.flags | snapshot, ..post };
    let message = ctx.state.post(post);
    show(ctx, channel, message)
}

pub(super) fn edit(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = ctx.channel(Permissions::NONE)?;
    let bot = ctx.bot()?;
    let (message, author) = ctx.message(channel).map(|message| (message.id, message.author))?;
    let draft = Draft::read(ctx.body, ctx.files, Place::ChannelEdit)?;
    let thread = ctx.state.channels.get(&channel).and_then(|channel| channel.thread.as_ref());
    if thread.is_some_and(|thread| thread.archived) {
        return Err(ApiError::archived_thread());
    }
    if author != bot {
        // Others' messages: only their embeds can be hidden.
        let only_flags = draft.flags.is_some() && draft.content.is_none() && draft.embeds.is_none();
        if !only_flags {
            return Err(ApiError::not_your_message());
        }
        ctx.allowed(channel, Permissions::MANAGE_MESSAGES)?;
    }
    let change = change(ctx, (channel, message), draft)?;
    let found = ctx.message(channel)?;
    let empty = change.content.as_deref().unwrap_or(&found.content).trim().is_empty()
        && change.embeds.as_ref().unwrap_or(&found.embeds).is_empty()
        && change.components.as_ref().unwrap_or(&found.components).is_empty()
        && change.attachments.as_ref().is_none_or(Vec::is_empty)
        && found.stickers.is_empty()
        && found.forward.is_none();
    if empty {
        return Err(ApiError::empty_message());
    }
    ctx.state.amend(channel, message, change);
    show(ctx, channel, message)
}

pub(super) fn delete(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = ctx.channel(Permissions::NONE)?;
    let bot = ctx.bot()?;
    let (message, author) = ctx.message(channel).map(|message| (message.id, message.author))?;
    if author != bot {
        if ctx.state.channels.get(&channel).is_some_and(|channel| channel.guild.is_none()) {
            return Err(ApiError::not_for_direct());
        }
        ctx.allowed(channel, Permissions::MANAGE_MESSAGES)?;
    }
    ctx.state.remove(channel, message, bot);
    let guild = ctx.state.channels.get(&channel).and_then(|channel| channel.guild);
    // One's own messages leave no trace in the audit log.
    if let Some(guild) = guild.filter(|_| author != bot) {
        let options = json!({ "channel_id": channel, "count": "1" });
        ctx.log(guild, Done::to(Action::MessageDelete, author).options(options))?;
    }
    Ok(Answer::Empty)
}

pub(super) fn delete_many(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = ctx.channel(Permissions::MANAGE_MESSAGES)?;
    if ctx.state.channels.get(&channel).is_some_and(|channel| channel.guild.is_none()) {
        return Err(ApiError::not_for_direct());
    }
    let issues = Issues::default();
    let mut ids: Vec<Snowflake> = Vec::new();
    if let Some(mut form) = Form::new(ctx.body, String::new(), &issues) {
        form.required("messages");
        let list = form.value("messages").and_then(Value::as_array).cloned().unwrap_or_default();
        ids = list.iter().filter_map(Snowflake::of_json).collect();
        if ids.len() != list.len() {
            form.issue("messages", "NUMBER_TYPE_COERCE", "Value is not snowflake.");
        }
        form.finish();
    }
    issues.result()?;
    if !(2..=100).contains(&ids.len()) {
        return Err(ApiError::bulk_count());
    }
    let oldest = Snowflake::at(ctx.state.now() - limits::BULK_DELETE_AGE);
    if ids.iter().any(|id| *id < oldest) {
        return Err(ApiError::too_old_for_bulk());
    }
    let distinct: std::collections::BTreeSet<Snowflake> = ids.iter().copied().collect();
    if distinct.len() != ids.len() {
        return Err(ApiError::invalid("messages", "SET_TYPE_NOT_UNIQUE", "Only unique values are allowed."));
    }
    let bot = ctx.bot()?;
    ctx.state.remove_many(channel, &ids, bot);
    if let Some(guild) = ctx.state.channels.get(&channel).and_then(|channel| channel.guild) {
        let options = json!({ "count": ids.len().to_string() });
        ctx.log(guild, Done::to(Action::MessageBulkDelete, channel).options(options))?;
    }
    Ok(Answer::Empty)
}

/// A message of an announcement channel goes to the channels that follow it.
pub(super) fn crosspost(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = ctx.channel(Permissions::SEND_MESSAGES)?;
    let message = ctx.message(channel)?.clone();
    if message.author != ctx.bot()? {
        ctx.allowed(channel, Permissions::MANAGE_MESSAGES)?;
    }
    if ctx.state.channels.get(&channel).is_none_or(|channel| channel.kind != Kind::News) {
        return Err(ApiError::wrong_channel_type());
    }
    if message.flags & flags::CROSSPOSTED != 0 {
        return Err(ApiError::already_crossposted());
    }
    let stored = ctx.state.channels.get_mut(&channel).and_then(|one| one.messages.get_mut(&message.id));
    if let Some(stored) = stored {
        stored.flags |= flags::CROSSPOSTED;
        let told = stored.clone();
        ctx.state.emit_message("MESSAGE_UPDATE", &told);
    }
    let followers: Vec<_> =
        ctx.state.webhooks.values().filter(|hook| hook.follows == Some(channel)).cloned().collect();
    for hook in followers {
        let sender =
            Sender { webhook: hook.id, app: None, name: hook.name.clone(), avatar: hook.avatar.clone() };
        let (id, guild) = (message.id, message.guild);
        ctx.state.post(Post {
            embeds: message.embeds.clone(),
            attachments: message.attachments.clone(),
            flags: flags::IS_CROSSPOST,
            origin: Origin::Webhook(sender),
            forward: Some(Forward { message: id, channel, guild, snapshot: None }),
            ..Post::text(hook.channel, hook.id, &message.content)
        });
    }
    show(ctx, channel, message.id)
}

/// A message takes an archived thread out of the archive, unless it is locked.
fn wake(ctx: &mut Ctx<'_>, channel: Snowflake) -> Result<(), ApiError> {
    let Some(thread) = ctx.state.channels.get(&channel).and_then(|channel| channel.thread.as_ref()) else {
        return Ok(());
    };
    let (archived, locked) = (thread.archived, thread.locked);
    if locked && ctx.allowed(channel, Permissions::MANAGE_THREADS).is_err() {
        return Err(ApiError::locked_thread());
    }
    if archived {
        ctx.state.set_archived(channel, false);
    }
    Ok(())
}

/// Stickers as they stand in a message, if the bot may use them there.
fn stickers(ctx: &Ctx<'_>, channel: Snowflake, ids: &[Snowflake]) -> Result<Vec<Value>, ApiError> {
    let here = ctx.state.channels.get(&channel).and_then(|channel| channel.guild);
    let mut list = Vec::new();
    for id in ids {
        let home = ctx.state.guilds.values().find(|guild| guild.stickers.contains_key(id));
        let home = home.ok_or_else(ApiError::invalid_sticker)?;
        // Bots have no Nitro: stickers of other servers are not for them.
        if here != Some(home.id) {
            return Err(ApiError::invalid_sticker());
        }
        let sticker = &home.stickers[id];
        list.push(json!({ "id": id, "name": sticker["name"], "format_type": sticker["format_type"] }));
    }
    Ok(list)
}

/// The message that is forwarded, as it is now.
fn forwarded(ctx: &Ctx<'_>, reference: Reference) -> Result<Forward, ApiError> {
    let channel = reference.channel.unwrap_or_default();
    ctx.allowed(channel, Permissions::READ_MESSAGE_HISTORY)?;
    let found = ctx.state.message(channel, reference.message).filter(|message| message.only_for().is_none());
    let found = found.ok_or_else(ApiError::unknown_message)?;
    let whole = ctx.state.message_json(found, ctx.view()?);
    let kept = ["type", "content", "mentions", "mention_roles", "attachments", "embeds", "timestamp"];
    let more = ["edited_timestamp", "flags", "components", "sticker_items"];
    let fields =
        kept.iter().chain(&more).filter(|key| !whole[**key].is_null() || **key == "edited_timestamp");
    let snapshot = Value::Object(fields.map(|key| ((*key).to_owned(), whole[*key].clone())).collect());
    Ok(Forward { message: found.id, channel, guild: found.guild, snapshot: Some(snapshot) })
}

/// In direct messages: whether the person takes messages from the bot (50007).
fn reachable(ctx: &Ctx<'_>, channel: Snowflake, bot: Snowflake) -> Result<(), ApiError> {
    let Some((person, _)) = ctx.state.channels.get(&channel).and_then(|channel| channel.recipients) else {
        return Ok(());
    };
    let closed = ctx.state.users.get(&person).is_none_or(|user| user.closed_to_dms);
    if closed || !ctx.state.share_a_guild(person, bot) {
        Err(ApiError::cannot_message_user())
    } else {
        Ok(())
    }
}

fn same_nonce(ctx: &Ctx<'_>, channel: Snowflake, bot: Snowflake, nonce: &Value) -> Option<Snowflake> {
    let since = ctx.state.now() - limits::NONCE_MEMORY;
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    let messages = ctx.state.channels.get(&channel)?.messages.values().rev();
    let mut recent = messages.take_while(|message| message.sent_at >= since);
    recent
        .find(|message| {
            message.author == bot && message.nonce.as_ref().is_some_and(|own| text(own) == text(nonce))
        })
        .map(|message| message.id)
}

/// The message replied to; none if it is gone and the bot said it does not mind.
fn replied(ctx: &Ctx<'_>, channel: Snowflake, reference: Reference) -> Result<Option<Snowflake>, ApiError> {
    let here = reference.channel.is_none_or(|id| id == channel);
    let found = ctx.state.message(channel, reference.message).filter(|message| message.only_for().is_none());
    match found {
        Some(message) if here => Ok(Some(message.id)),
        None if !reference.must_exist => Ok(None),
        _ => {
            let issues = Issues::default();
            let code = if here { "REPLIES_UNKNOWN_MESSAGE" } else { "MESSAGE_REFERENCE_CHANNEL_ID_MISMATCH" };
            issues.add("message_reference", code, "Unknown message");
            Err(issues.result().err().unwrap_or_else(ApiError::wrong_form))
        }
    }
}

fn show(ctx: &Ctx<'_>, channel: Snowflake, message: Snowflake) -> Outcome {
    let found = ctx.state.message(channel, message).ok_or_else(ApiError::unknown_message)?;
    Answer::ok(ctx.state.message_json(found, ctx.view()?))
}
