//! Pinned messages, by the present and by the older addresses (Discord docs: Message, Get Channel Pins).

use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    call::{Answer, Ctx, Outcome},
    error::ApiError,
};
use crate::{
    gateway::{Event, Intents},
    limits,
    permissions::Permissions,
    snowflake::{Snowflake, timestamp},
    world::{Action, Done},
};

/// The last pinned first, page by page.
pub(super) fn page(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = ctx.channel(Permissions::NONE)?;
    let limit = ctx.query_number("limit", 1, 50, 50)?;
    let before = match ctx.query("before") {
        None => None,
        Some(text) => Some(OffsetDateTime::parse(&text.replace(' ', "+"), &Rfc3339).map_err(|_| {
            ApiError::invalid(
                "before",
                "DATE_TIME_TYPE_PARSE",
                "Could not parse timestamp. Should be ISO8601.",
            )
        })?),
    };
    let pins = readable(ctx, channel);
    let wanted = pins.into_iter().rev().filter(|(_, at)| before.is_none_or(|before| *at < before));
    let found: Vec<(Snowflake, OffsetDateTime)> = wanted.collect();
    let mut items = Vec::new();
    for (id, at) in found.iter().take(limit) {
        items.push(json!({ "pinned_at": timestamp(*at), "message": body(ctx, channel, *id)? }));
    }
    Answer::ok(json!({ "items": items, "has_more": found.len() > limit }))
}

/// All of them, as before there were pages.
pub(super) fn list(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = ctx.channel(Permissions::NONE)?;
    let pins = readable(ctx, channel);
    let bodies: Result<Vec<Value>, ApiError> =
        pins.iter().rev().map(|(id, _)| body(ctx, channel, *id)).collect();
    Answer::ok(json!(bodies?))
}

/// Without the right to read on there is nothing to see.
fn readable(ctx: &Ctx<'_>, channel: Snowflake) -> Vec<(Snowflake, OffsetDateTime)> {
    if ctx.allowed(channel, Permissions::READ_MESSAGE_HISTORY).is_err() {
        return Vec::new();
    }
    ctx.state.channels.get(&channel).map(|channel| channel.pins.clone()).unwrap_or_default()
}

fn body(ctx: &Ctx<'_>, channel: Snowflake, message: Snowflake) -> Result<Value, ApiError> {
    let found = ctx.state.message(channel, message).ok_or_else(ApiError::unknown_message)?;
    Ok(ctx.state.message_json(found, ctx.view()?))
}

pub(super) fn pin(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = may_pin(ctx)?;
    let message = ctx.message(channel)?;
    let (id, author) = (message.id, message.author);
    let pins = ctx.state.channels.get(&channel).map(|channel| channel.pins.clone()).unwrap_or_default();
    if pins.iter().any(|(pinned, _)| *pinned == id) {
        return Ok(Answer::Empty);
    }
    if pins.len() >= limits::PINS {
        return Err(ApiError::too_many_pins());
    }
    let now = ctx.state.now();
    if let Some(channel) = ctx.state.channels.get_mut(&channel) {
        channel.pins.push((id, now));
    }
    told(ctx, channel, (id, author), Action::MessagePin)
}

pub(super) fn unpin(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = may_pin(ctx)?;
    let message = ctx.message(channel)?;
    let (id, author) = (message.id, message.author);
    let Some(place) = ctx.state.channels.get_mut(&channel) else { return Err(ApiError::unknown_channel()) };
    let before = place.pins.len();
    place.pins.retain(|(pinned, _)| *pinned != id);
    if place.pins.len() == before {
        return Err(ApiError::unknown_message());
    }
    told(ctx, channel, (id, author), Action::MessageUnpin)
}

/// The channel of the path. Pinning has a permission of its own; in direct messages both may.
fn may_pin(ctx: &Ctx<'_>) -> Result<Snowflake, ApiError> {
    let channel = ctx.channel(Permissions::READ_MESSAGE_HISTORY)?;
    let direct = ctx.state.channels.get(&channel).is_some_and(|channel| channel.guild.is_none());
    if !direct {
        ctx.allowed(channel, Permissions::PIN_MESSAGES)?;
    }
    Ok(channel)
}

fn told(
    ctx: &mut Ctx<'_>,
    channel: Snowflake,
    (message, author): (Snowflake, Snowflake),
    action: Action,
) -> Outcome {
    let Some(place) = ctx.state.channels.get(&channel) else { return Err(ApiError::unknown_channel()) };
    let guild = place.guild;
    let last = place.pins.last().map(|(_, at)| timestamp(*at));
    let mut body = json!({ "channel_id": channel, "last_pin_timestamp": last });
    if let Some(guild) = guild {
        body["guild_id"] = json!(guild);
    }
    let intents = (Intents::GUILDS, Intents::DIRECT_MESSAGES);
    ctx.state.emit(&Event::channel("CHANNEL_PINS_UPDATE", guild, channel, intents, body));
    if let Some(found) = ctx.state.message(channel, message).cloned() {
        ctx.state.emit_message("MESSAGE_UPDATE", &found);
    }
    if let Some(guild) = guild {
        let options = json!({ "channel_id": channel, "message_id": message });
        ctx.log(guild, Done::to(action, author).options(options))?;
    }
    Ok(Answer::Empty)
}
