//! The audit log (Discord docs: Audit Log).

use serde_json::{Value, json};

use super::{
    call::{Answer, Ctx, Outcome},
    error::ApiError,
};
use crate::{
    permissions::Permissions,
    snowflake::Snowflake,
    world::{AuditEntry, Guild},
};

pub(super) fn get(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.guild()?;
    ctx.allowed_in_guild(id, Permissions::VIEW_AUDIT_LOG)?;
    let limit = ctx.query_number("limit", 1, 100, 50)?;
    let (before, after) = (ctx.query_id("before")?, ctx.query_id("after")?);
    let (user, target) = (ctx.query_id("user_id")?, ctx.query_id("target_id")?);
    let action =
        ctx.query("action_type").map(str::parse::<u16>).transpose().map_err(|_| {
            ApiError::invalid("action_type", "NUMBER_TYPE_COERCE", "Value is not an integer.")
        })?;
    let guild = ctx.state.guilds.get(&id).ok_or_else(ApiError::unknown_guild)?;
    let wanted = |entry: &&AuditEntry| {
        before.is_none_or(|id| entry.id < id)
            && after.is_none_or(|id| entry.id > id)
            && user.is_none_or(|user| entry.user == user)
            && target.is_none_or(|target| entry.target == Some(target))
            && action.is_none_or(|action| entry.action as u16 == action)
    };
    // The newest first; with `after` the page that follows it, the oldest first.
    let entries: Vec<&AuditEntry> = if after.is_some() {
        guild.audit.iter().filter(wanted).take(limit).collect()
    } else {
        guild.audit.iter().rev().filter(wanted).take(limit).collect()
    };
    Answer::ok(json!({
        "audit_log_entries": entries.iter().map(|entry| entry.json()).collect::<Vec<_>>(),
        "users": users(ctx, &entries),
        "webhooks": webhooks(ctx, &entries),
        "threads": threads(ctx, &entries),
        "guild_scheduled_events": targets(&entries, guild, |guild| &guild.events),
        "auto_moderation_rules": targets(&entries, guild, |guild| &guild.rules),
        "application_commands": [],
        "integrations": [],
    }))
}

type Table = std::collections::BTreeMap<Snowflake, Value>;

/// Objects of a guild's table that entries are about.
fn targets<'a>(
    entries: &[&AuditEntry],
    guild: &'a Guild,
    table: fn(&'a Guild) -> &'a Table,
) -> Vec<&'a Value> {
    let ids = distinct(entries.iter().filter_map(|entry| entry.target));
    ids.iter().filter_map(|id| table(guild).get(id)).collect()
}

fn users(ctx: &Ctx<'_>, entries: &[&AuditEntry]) -> Vec<Value> {
    let ids = entries.iter().flat_map(|entry| [Some(entry.user), entry.target]).flatten();
    let known = distinct(ids).into_iter().filter(|id| ctx.state.users.contains_key(id));
    known.map(|id| ctx.state.user_json(id)).collect()
}

fn webhooks(ctx: &Ctx<'_>, entries: &[&AuditEntry]) -> Vec<Value> {
    let ids = distinct(entries.iter().filter_map(|entry| entry.target));
    let hooks = ids.iter().filter_map(|id| ctx.state.webhooks.get(id));
    hooks
        .map(|hook| {
            let mut body = ctx.state.webhook_json(hook, false);
            // Tokens are not for those who only read the log.
            if let Some(map) = body.as_object_mut() {
                map.remove("token");
                map.remove("url");
            }
            body
        })
        .collect()
}

fn threads(ctx: &Ctx<'_>, entries: &[&AuditEntry]) -> Vec<Value> {
    let ids = distinct(entries.iter().filter_map(|entry| entry.target));
    let channels = ids.iter().filter_map(|id| ctx.state.channels.get(id));
    channels
        .filter(|channel| channel.thread.is_some())
        .map(|channel| ctx.state.channel_json(channel))
        .collect()
}

fn distinct(ids: impl Iterator<Item = Snowflake>) -> Vec<Snowflake> {
    ids.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}
