//! Messages through a token: of a webhook, or of an interaction, which share their addresses (Discord docs: Webhook,
//! Execute Webhook and the following).

use serde_json::Value;

use super::{
    call::{Answer, Ctx, Outcome},
    draft::{Draft, Place},
    error::ApiError,
    follow_ups,
    interactions::{change, fill},
    threads, webhooks,
};
use crate::{
    snowflake::Snowflake,
    world::{Kind, Message, Origin, Post, Sender, View, Webhook},
};

pub(super) fn execute(ctx: &mut Ctx<'_>) -> Outcome {
    if is_interaction(ctx)? {
        return follow_ups::create(ctx);
    }
    let hook = webhooks::with_token(ctx)?;
    if hook.follows.is_some() {
        return Err(ApiError::invalid_token());
    }
    let mut draft = Draft::read(ctx.body, ctx.files, Place::Webhook)?;
    if draft.is_empty() {
        return Err(ApiError::empty_message());
    }
    // Only webhooks that an application made can send components that do something.
    if hook.app.is_none()
        && draft.components.as_ref().is_some_and(|list| !list.is_empty())
        && !ctx.query_is_true("with_components")
    {
        draft.components = None;
    }
    let channel = place(ctx, &hook, &draft)?;
    let sender = Sender {
        webhook: hook.id,
        app: hook.app,
        name: draft.username.take().unwrap_or_else(|| hook.name.clone()),
        avatar: hook.avatar.clone(),
    };
    let id = draft.thread_name.is_some().then_some(channel);
    let post = Post { id, origin: Origin::Webhook(sender), ..Post::text(channel, hook.id, "") };
    let post = fill(ctx, post, draft);
    let message = ctx.state.post(post);
    if ctx.query_is_true("wait") { show(ctx, channel, message) } else { Ok(Answer::Empty) }
}

/// The channel or thread a webhook's message goes to; in a forum a new post may be begun.
fn place(ctx: &mut Ctx<'_>, hook: &Webhook, draft: &Draft) -> Result<Snowflake, ApiError> {
    let thread = ctx.query_id("thread_id")?;
    let forum = ctx.state.channels.get(&hook.channel).is_some_and(|channel| channel.kind == Kind::Forum);
    match (thread, &draft.thread_name) {
        (Some(_), Some(_)) => Err(ApiError::hook_one_thread()),
        (None, Some(_)) if !forum => Err(ApiError::hook_no_forum()),
        (None, None) if forum => Err(ApiError::hook_needs_thread()),
        (None, Some(name)) => {
            let id = ctx.state.mint();
            let wanted = threads::Wanted::named(name, draft.tags.clone());
            threads::open_by(ctx, hook.creator, hook.channel, id, wanted)?;
            Ok(id)
        }
        (None, None) => Ok(hook.channel),
        (Some(id), None) => {
            let found = ctx.state.channels.get(&id).filter(|one| one.parent == Some(hook.channel));
            let thread = found.and_then(|one| one.thread.as_ref()).ok_or_else(ApiError::unknown_channel)?;
            if thread.locked {
                return Err(ApiError::locked_thread());
            }
            if thread.archived {
                ctx.state.set_archived(id, false);
            }
            Ok(id)
        }
    }
}

pub(super) fn get(ctx: &mut Ctx<'_>) -> Outcome {
    if is_interaction(ctx)? {
        return follow_ups::get(ctx);
    }
    let hook = webhooks::with_token(ctx)?;
    let (channel, message) = message(ctx, &hook)?;
    show(ctx, channel, message)
}

pub(super) fn edit(ctx: &mut Ctx<'_>) -> Outcome {
    if is_interaction(ctx)? {
        return follow_ups::edit(ctx);
    }
    let hook = webhooks::with_token(ctx)?;
    let (channel, message) = message(ctx, &hook)?;
    let draft = Draft::read(ctx.body, ctx.files, Place::FollowUpEdit)?;
    let change = change(ctx, (channel, message), draft)?;
    ctx.state.amend(channel, message, change);
    show(ctx, channel, message)
}

pub(super) fn delete(ctx: &mut Ctx<'_>) -> Outcome {
    if is_interaction(ctx)? {
        return follow_ups::delete(ctx);
    }
    let hook = webhooks::with_token(ctx)?;
    let (channel, message) = message(ctx, &hook)?;
    ctx.state.remove(channel, message, hook.id);
    Ok(Answer::Empty)
}

/// Whether the id in the path is an application's.
fn is_interaction(ctx: &Ctx<'_>) -> Result<bool, ApiError> {
    Ok(!ctx.state.webhooks.contains_key(&ctx.id("webhook_id")?))
}

/// The message of the path, if this webhook sent it.
fn message(ctx: &Ctx<'_>, hook: &Webhook) -> Result<(Snowflake, Snowflake), ApiError> {
    let channel = ctx.query_id("thread_id")?.unwrap_or(hook.channel);
    let id = ctx.id("message_id")?;
    let own =
        |message: &&Message| matches!(&message.origin, Origin::Webhook(sender) if sender.webhook == hook.id);
    let found = ctx.state.message(channel, id).filter(own).ok_or_else(ApiError::unknown_message)?;
    Ok((found.channel, found.id))
}

fn show(ctx: &Ctx<'_>, channel: Snowflake, message: Snowflake) -> Outcome {
    let found = ctx.state.message(channel, message).ok_or_else(ApiError::unknown_message)?;
    let body: Value = ctx.state.message_json(found, View { user: found.author, content: true });
    Answer::ok(body)
}
