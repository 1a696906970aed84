//! Members (Discord docs: Guild, Get Guild Member).

use serde_json::{Value, json};

use super::{
    call::{Answer, Ctx, Outcome},
    error::ApiError,
};
use crate::{gateway::Intents, snowflake::Snowflake, world::Member};

pub(super) fn get(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    let user = ctx.id("user_id")?;
    match ctx.state.member(guild, user) {
        Some(member) => Answer::ok(ctx.state.member_json(member)),
        None if ctx.state.users.contains_key(&user) => Err(ApiError::unknown_member()),
        None => Err(ApiError::unknown_user()),
    }
}

pub(super) fn list(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    if !ctx.application()?.privileged.contains(Intents::GUILD_MEMBERS) {
        return Err(ApiError::missing_access());
    }
    let limit = ctx.query_number("limit", 1, 1_000, 1)?;
    let after = ctx.query_id("after")?;
    show(ctx, guild, limit, |member| after.is_none_or(|after| member.user > after))
}

pub(super) fn search(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    let limit = ctx.query_number("limit", 1, 1_000, 1)?;
    let Some(query) = ctx.query("query").map(str::to_lowercase) else {
        return Err(ApiError::loud(400, "a member search without a query"));
    };
    let state = &*ctx.state;
    show(ctx, guild, limit, |member| state.answers_to(member, &query))
}

fn show(ctx: &Ctx<'_>, guild: Snowflake, limit: usize, wanted: impl Fn(&Member) -> bool) -> Outcome {
    let guild = ctx.state.guilds.get(&guild).ok_or_else(ApiError::unknown_guild)?;
    let chosen = guild.members.values().filter(|member| wanted(member)).take(limit);
    let bodies: Vec<Value> = chosen.map(|member| ctx.state.member_json(member)).collect();
    Answer::ok(json!(bodies))
}
