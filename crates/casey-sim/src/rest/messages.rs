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
    world::{Kind, Message, Post},
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
    if ctx.state.channels.get(&channel).is_some_and(|channel| channel.kind == Kind::Category) {
        return Err(ApiError::not_a_text_channel());
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
    let reply_to = match draft.reply_to {
        Some(reference) => replied(ctx, channel, reference)?,
        None => None,
    };
    let post = fill(ctx, Post { reply_to, ..Post::text(channel, bot, "") }, draft);
    let message = ctx.state.post(post);
    show(ctx, channel, message)
}

pub(super) fn edit(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = ctx.channel(Permissions::NONE)?;
    let bot = ctx.bot()?;
    let (message, author) = ctx.message(channel).map(|message| (message.id, message.author))?;
    let draft = Draft::read(ctx.body, ctx.files, Place::ChannelEdit)?;
    if author != bot {
        // Others' messages: only their embeds can be hidden.
        let only_flags = draft.flags.is_some() && draft.content.is_none() && draft.embeds.is_none();
        if !only_flags {
            return Err(ApiError::not_your_message());
        }
        ctx.allowed(channel, Permissions::MANAGE_MESSAGES)?;
    }
    let change = change(ctx, (channel, message), draft);
    let found = ctx.message(channel)?;
    let empty = change.content.as_deref().unwrap_or(&found.content).trim().is_empty()
        && change.embeds.as_ref().unwrap_or(&found.embeds).is_empty()
        && change.components.as_ref().unwrap_or(&found.components).is_empty()
        && change.attachments.as_ref().is_none_or(Vec::is_empty);
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
    log_reason(ctx);
    ctx.state.remove(channel, message, bot);
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
        ids = list.iter().filter_map(|id| id.as_str().and_then(|text| text.parse().ok())).collect();
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
    log_reason(ctx);
    let bot = ctx.bot()?;
    ctx.state.remove_many(channel, &ids, bot);
    Ok(Answer::Empty)
}

/// The audit log itself is not simulated; the reason stands in the recorded call.
fn log_reason(ctx: &Ctx<'_>) {
    tracing::trace!(given = ctx.reason.is_some(), "audit log reason");
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
