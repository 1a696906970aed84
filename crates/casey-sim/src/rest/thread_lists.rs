//! Threads of a guild or channel (Discord docs: Channel, List Public Archived Threads and the following).

use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    call::{Answer, Ctx, Outcome},
    error::ApiError,
};
use crate::{
    permissions::Permissions,
    snowflake::Snowflake,
    world::{Channel, Kind},
};

pub(super) fn active(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    ctx.state.archive_idle_threads(guild);
    let bot = ctx.bot()?;
    let threads = ctx.state.threads_seen_by(guild, bot);
    let members: Vec<Value> =
        threads.iter().map(|thread| thread["member"].clone()).filter(|one| !one.is_null()).collect();
    Answer::ok(json!({ "threads": threads, "members": members, "has_more": false }))
}

pub(super) fn public(ctx: &mut Ctx<'_>) -> Outcome {
    let parent = ctx.channel(Permissions::READ_MESSAGE_HISTORY)?;
    archived(ctx, parent, |one| one.kind != Kind::PrivateThread)
}

pub(super) fn private(ctx: &mut Ctx<'_>) -> Outcome {
    let parent = ctx.channel(Permissions::READ_MESSAGE_HISTORY | Permissions::MANAGE_THREADS)?;
    archived(ctx, parent, |one| one.kind == Kind::PrivateThread)
}

/// Private threads the bot follows, by their ids.
pub(super) fn joined(ctx: &mut Ctx<'_>) -> Outcome {
    let parent = ctx.channel(Permissions::READ_MESSAGE_HISTORY)?;
    let (limit, before, bot) = (ctx.query_number("limit", 2, 100, 50)?, ctx.query_id("before")?, ctx.bot()?);
    let mut threads = stored(ctx, parent);
    threads.retain(|one| {
        let mine = one.thread.as_ref().is_some_and(|thread| thread.members.contains_key(&bot));
        mine && one.kind == Kind::PrivateThread && before.is_none_or(|id| one.id < id)
    });
    threads.sort_by_key(|one| std::cmp::Reverse(one.id));
    answer(ctx, &threads, limit)
}

fn archived(ctx: &mut Ctx<'_>, parent: Snowflake, wanted: impl Fn(&Channel) -> bool) -> Outcome {
    let limit = ctx.query_number("limit", 2, 100, 50)?;
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
    if let Some(guild) = ctx.state.channels.get(&parent).and_then(|channel| channel.guild) {
        ctx.state.archive_idle_threads(guild);
    }
    let at = |one: &Channel| one.thread.as_ref().map(|thread| thread.archived_at);
    let mut threads = stored(ctx, parent);
    threads.retain(|one| wanted(one) && before.is_none_or(|before| at(one).is_some_and(|at| at < before)));
    threads.sort_by_key(|one| std::cmp::Reverse(at(one)));
    answer(ctx, &threads, limit)
}

/// Archived threads under a channel.
fn stored(ctx: &Ctx<'_>, parent: Snowflake) -> Vec<Channel> {
    let threads = ctx.state.threads_of(parent).into_iter().filter_map(|id| ctx.state.channels.get(&id));
    threads.filter(|one| one.thread.as_ref().is_some_and(|thread| thread.archived)).cloned().collect()
}

fn answer(ctx: &Ctx<'_>, threads: &[Channel], limit: usize) -> Outcome {
    let bot = ctx.bot()?;
    let page = threads.iter().take(limit);
    let members: Vec<Value> =
        page.clone().filter_map(|one| ctx.state.thread_member_json(one, bot, false)).collect();
    let bodies: Vec<Value> = page.map(|one| ctx.state.channel_json_for(one, bot)).collect();
    Answer::ok(json!({ "threads": bodies, "members": members, "has_more": threads.len() > limit }))
}
