//! Bans (Discord docs: Guild, Get Guild Bans and the following).

use serde_json::{Value, json};

use super::{
    call::{Answer, Ctx, Outcome},
    error::ApiError,
    form::Form,
};
use crate::{
    limits,
    permissions::Permissions,
    snowflake::Snowflake,
    world::{Action, Done},
};

pub(super) fn list(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    ctx.allowed_in_guild(guild, Permissions::BAN_MEMBERS)?;
    let limit = ctx.query_number("limit", 1, 1_000, 1_000)?;
    let (before, after) = (ctx.query_id("before")?, ctx.query_id("after")?);
    let bans = &ctx.state.guilds.get(&guild).ok_or_else(ApiError::unknown_guild)?.bans;
    let mut users: Vec<Snowflake> = if let Some(before) = before {
        // The page that ends before an id, still in ascending order. It wins over `after`.
        bans.range(..before).rev().take(limit).map(|(user, _)| *user).collect()
    } else {
        let later = bans.keys().filter(|user| after.is_none_or(|after| **user > after));
        later.take(limit).copied().collect()
    };
    users.sort_unstable();
    let bodies: Vec<Value> = users
        .iter()
        .map(|user| json!({ "user": ctx.state.user_json(*user), "reason": bans[user] }))
        .collect();
    Answer::ok(json!(bodies))
}

pub(super) fn get(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    ctx.allowed_in_guild(guild, Permissions::BAN_MEMBERS)?;
    let user = ctx.id("user_id")?;
    let reason = ctx.state.guilds.get(&guild).and_then(|guild| guild.bans.get(&user));
    let reason = reason.ok_or_else(ApiError::unknown_ban)?;
    Answer::ok(json!({ "user": ctx.state.user_json(user), "reason": reason }))
}

pub(super) fn create(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    ctx.allowed_in_guild(guild, Permissions::BAN_MEMBERS)?;
    // Documented in the body only, but taken from the query as well, where discord.py writes it.
    let most = usize::try_from(limits::BAN_DELETES_S).unwrap_or(usize::MAX);
    let asked = ctx.query_number("delete_message_seconds", 0, most, 0)?;
    let asked = i64::try_from(asked).unwrap_or(limits::BAN_DELETES_S);
    let seconds = if ctx.body.is_null() { asked } else { ctx.form(seconds)?.max(asked) };
    let user = ctx.id("user_id")?;
    if !ctx.state.users.contains_key(&user) {
        return Err(ApiError::unknown_user());
    }
    ctx.stands_above(guild, user)?;
    ban(ctx, guild, user, seconds)?;
    Ok(Answer::Empty)
}

/// How far back messages are deleted.
fn seconds(form: &mut Form<'_>) -> i64 {
    let seconds = form.integer("delete_message_seconds", 0, limits::BAN_DELETES_S);
    let days = form.integer("delete_message_days", 0, 7);
    seconds.or(days.map(|days| days * 86_400)).unwrap_or(0)
}

fn ban(ctx: &mut Ctx<'_>, guild: Snowflake, user: Snowflake, seconds: i64) -> Result<(), ApiError> {
    let reason = ctx.reason.map(ToOwned::to_owned);
    if !ctx.state.ban(guild, user, reason) {
        return Ok(());
    }
    ctx.log(guild, Done::to(Action::MemberBanAdd, user))?;
    if seconds > 0 {
        let since = ctx.state.now() - time::Duration::seconds(seconds);
        ctx.state.remove_messages_of(guild, user, since);
    }
    Ok(())
}

pub(super) fn delete(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    ctx.allowed_in_guild(guild, Permissions::BAN_MEMBERS)?;
    let user = ctx.id("user_id")?;
    if !ctx.state.unban(guild, user) {
        return Err(ApiError::unknown_ban());
    }
    ctx.log(guild, Done::to(Action::MemberBanRemove, user))?;
    Ok(Answer::Empty)
}

pub(super) fn bulk(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    ctx.allowed_in_guild(guild, Permissions::BAN_MEMBERS | Permissions::MANAGE_GUILD)?;
    let (users, seconds) = ctx.form(|form| {
        form.required("user_ids");
        (form.ids("user_ids", 200).unwrap_or_default(), seconds(form))
    })?;
    let (mut banned, mut failed) = (Vec::new(), Vec::new());
    for user in users {
        let place = ctx.state.guilds.get(&guild);
        let already = place.is_some_and(|place| place.bans.contains_key(&user));
        let known = ctx.state.users.contains_key(&user);
        if already || !known || ctx.stands_above(guild, user).is_err() {
            failed.push(user);
        } else {
            ban(ctx, guild, user, seconds)?;
            banned.push(user);
        }
    }
    if banned.is_empty() {
        return Err(ApiError::nobody_banned());
    }
    Answer::ok(json!({ "banned_users": banned, "failed_users": failed }))
}
