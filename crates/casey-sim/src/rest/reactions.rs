//! Reactions (Discord docs: Message, Create Reaction).

use serde_json::{Value, json};

use super::{
    call::{Answer, Ctx, Outcome},
    error::ApiError,
};
use crate::{limits, permissions::Permissions, snowflake::Snowflake};

pub(super) fn list(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = ctx.channel(Permissions::READ_MESSAGE_HISTORY)?;
    let limit = ctx.query_number("limit", 1, 100, 25)?;
    let after = ctx.query_id("after")?;
    let emoji = emoji(ctx)?;
    let message = ctx.message(channel)?;
    let mut users: Vec<Snowflake> = message
        .reactions
        .iter()
        .filter(|reaction| reaction.emoji == emoji)
        .flat_map(|reaction| reaction.users.iter().copied())
        .filter(|user| after.is_none_or(|after| *user > after))
        .collect();
    users.sort_unstable();
    let users: Vec<Value> = users.into_iter().take(limit).map(|user| ctx.state.user_json(user)).collect();
    Answer::ok(json!(users))
}

pub(super) fn add(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = ctx.channel(Permissions::READ_MESSAGE_HISTORY)?;
    let bot = ctx.bot()?;
    let emoji = emoji(ctx)?;
    let message = ctx.message(channel)?;
    let id = message.id;
    if !message.reactions.iter().any(|reaction| reaction.emoji == emoji) {
        if message.reactions.len() >= limits::REACTIONS {
            return Err(ApiError::too_many_reactions());
        }
        ctx.allowed(channel, Permissions::ADD_REACTIONS)?;
    }
    ctx.state.react(bot, channel, id, &emoji);
    Ok(Answer::Empty)
}

pub(super) fn remove_own(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = ctx.channel(Permissions::NONE)?;
    let bot = ctx.bot()?;
    let emoji = emoji(ctx)?;
    let id = ctx.message(channel)?.id;
    ctx.state.unreact(bot, channel, id, &emoji);
    Ok(Answer::Empty)
}

pub(super) fn remove(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = ctx.channel(Permissions::MANAGE_MESSAGES)?;
    let user = ctx.id("user_id")?;
    let emoji = emoji(ctx)?;
    let id = ctx.message(channel)?.id;
    ctx.state.unreact(user, channel, id, &emoji);
    Ok(Answer::Empty)
}

pub(super) fn remove_all(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = ctx.channel(Permissions::MANAGE_MESSAGES)?;
    let id = ctx.message(channel)?.id;
    ctx.state.clear_reactions(channel, id, None);
    Ok(Answer::Empty)
}

pub(super) fn remove_emoji(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = ctx.channel(Permissions::MANAGE_MESSAGES)?;
    let emoji = emoji(ctx)?;
    let id = ctx.message(channel)?.id;
    ctx.state.clear_reactions(channel, id, Some(&emoji));
    Ok(Answer::Empty)
}

/// A Unicode emoji, or a custom one as `name:id`, which must be of a guild the bot is in or of its application.
fn emoji(ctx: &Ctx<'_>) -> Result<String, ApiError> {
    let emoji = ctx.param("emoji_name").to_owned();
    if let Some((_, id)) = emoji.split_once(':') {
        let id: Snowflake = id.parse().map_err(|_| ApiError::unknown_emoji())?;
        let app = ctx.application()?;
        let mut mine = ctx.state.guilds.values().filter(|guild| guild.members.contains_key(&app.bot));
        let found = mine.find_map(|guild| guild.emojis.get(&id)).or_else(|| app.emojis.get(&id));
        let name = found.and_then(|one| one["name"].as_str()).ok_or_else(ApiError::unknown_emoji)?;
        return Ok(format!("{name}:{id}"));
    }
    let plain = emoji.chars().any(|c| c.is_ascii_alphabetic()) || emoji.chars().count() > 16;
    if plain { Err(ApiError::unknown_emoji()) } else { Ok(emoji) }
}
