//! What an interaction's token allows after the first answer (Discord docs: Receiving and Responding, Followup
//! Messages).

use super::{
    call::{Answer, Ctx, Outcome},
    draft::{Draft, Place},
    error::ApiError,
    interactions::{change, fill, refused},
};
use crate::{
    snowflake::Snowflake,
    world::{Interaction, Message, Origin, Post, View},
};

pub(super) fn create(ctx: &mut Ctx<'_>) -> Outcome {
    let (interaction, bot) = interaction(ctx)?;
    let draft = Draft::read(ctx.body, ctx.files, Place::FollowUp)?;
    if draft.is_empty() {
        return Err(ApiError::empty_message());
    }
    let waiting = interaction
        .original
        .filter(|id| ctx.state.message(interaction.channel, *id).is_some_and(Message::loading));
    // The first follow-up after deferring is the deferred answer itself.
    if let Some(original) = waiting {
        let change = change(ctx, (interaction.channel, original), draft)?;
        ctx.state.amend(interaction.channel, original, change);
        return show(ctx, &interaction, bot, original);
    }
    let post = Post {
        origin: Origin::Interaction(interaction.cause()),
        reply_to: interaction.original,
        ..Post::text(interaction.channel, bot, "")
    };
    let post = fill(ctx, post, draft);
    let message = ctx.state.post(post);
    show(ctx, &interaction, bot, message)
}

pub(super) fn get(ctx: &mut Ctx<'_>) -> Outcome {
    let (interaction, bot) = interaction(ctx)?;
    let message = message(ctx, &interaction)?;
    show(ctx, &interaction, bot, message)
}

pub(super) fn edit(ctx: &mut Ctx<'_>) -> Outcome {
    let (interaction, bot) = interaction(ctx)?;
    let message = message(ctx, &interaction)?;
    let draft = Draft::read(ctx.body, ctx.files, Place::FollowUpEdit)?;
    let change = change(ctx, (interaction.channel, message), draft)?;
    ctx.state.amend(interaction.channel, message, change);
    show(ctx, &interaction, bot, message)
}

pub(super) fn delete(ctx: &mut Ctx<'_>) -> Outcome {
    let (interaction, bot) = interaction(ctx)?;
    let message = message(ctx, &interaction)?;
    ctx.state.remove(interaction.channel, message, bot);
    Ok(Answer::Empty)
}

/// The interaction of the path, if its token can still be used.
fn interaction(ctx: &Ctx<'_>) -> Result<(Interaction, Snowflake), ApiError> {
    let app = ctx.id("webhook_id")?;
    let found = ctx.state.interactions.get(ctx.param("webhook_token")).filter(|one| one.app == app).cloned();
    let Some(found) = found else {
        let known = ctx.state.apps.contains_key(&app);
        return Err(if known { ApiError::invalid_token() } else { ApiError::unknown_webhook() });
    };
    found.may_follow_up(ctx.state.now(), ctx.state.settings.follow_up).map_err(refused)?;
    let bot = ctx.state.apps.get(&app).map(|app| app.bot).ok_or_else(ApiError::unknown_application)?;
    Ok((found, bot))
}

/// The message of the path: `@original`, or one that answers this interaction.
fn message(ctx: &Ctx<'_>, interaction: &Interaction) -> Result<Snowflake, ApiError> {
    let original = ctx.param("message_id") == "@original";
    let id = if original {
        interaction.original.ok_or_else(ApiError::unknown_message)?
    } else {
        ctx.id("message_id")?
    };
    let found = ctx.state.message(interaction.channel, id).ok_or_else(ApiError::unknown_message)?;
    let own = match &found.origin {
        Origin::Interaction(cause) => cause.interaction == interaction.id,
        Origin::Sent | Origin::Webhook(_) => false,
    };
    if own || interaction.original == Some(id) { Ok(id) } else { Err(ApiError::unknown_message()) }
}

fn show(ctx: &Ctx<'_>, interaction: &Interaction, bot: Snowflake, message: Snowflake) -> Outcome {
    let found = ctx.state.message(interaction.channel, message).ok_or_else(ApiError::unknown_message)?;
    Answer::ok(ctx.state.message_json(found, View { user: bot, content: true }))
}
