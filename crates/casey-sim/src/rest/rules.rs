//! Rules of auto moderation (Discord docs: Auto Moderation). They are kept and told, not carried out.

use serde_json::{Value, json};

use super::{
    call::{Answer, Ctx, Outcome},
    error::ApiError,
    form::Form,
};
use crate::{
    gateway::{Event, Intents},
    permissions::Permissions,
    snowflake::Snowflake,
    world::{Action, Done},
};

pub(super) fn list(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.guild()?;
    ctx.allowed_in_guild(id, Permissions::MANAGE_GUILD)?;
    let guild = ctx.state.guilds.get(&id).ok_or_else(ApiError::unknown_guild)?;
    Answer::ok(json!(guild.rules.values().collect::<Vec<_>>()))
}

pub(super) fn get(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    let (_, rule) = find(ctx, guild)?;
    Answer::ok(rule)
}

pub(super) fn create(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    ctx.allowed_in_guild(guild, Permissions::MANAGE_GUILD)?;
    let mut rule = json!({
        "guild_id": guild,
        "creator_id": ctx.bot()?,
        "enabled": false,
        "exempt_roles": [],
        "exempt_channels": [],
        "trigger_metadata": {},
    });
    ctx.form(|form| {
        for key in ["name", "event_type", "trigger_type", "actions"] {
            form.required(key);
        }
        if let Some(kind) = form.one_of("trigger_type", &[1, 3, 4, 5, 6]) {
            rule["trigger_type"] = json!(kind);
        }
        read(form, &mut rule);
    })?;
    check(ctx, guild, &rule)?;
    let id = ctx.state.mint();
    rule["id"] = json!(id);
    put(ctx, guild, id, "AUTO_MODERATION_RULE_CREATE", &rule);
    ctx.log(guild, Done::to(Action::RuleCreate, id).change("name", &Value::Null, &rule["name"]))?;
    Answer::ok(rule)
}

pub(super) fn modify(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    let (id, old) = find(ctx, guild)?;
    let mut new = old.clone();
    ctx.form(|form| read(form, &mut new))?;
    may_time_out(ctx, guild, &new)?;
    put(ctx, guild, id, "AUTO_MODERATION_RULE_UPDATE", &new);
    ctx.log(guild, Done::to(Action::RuleUpdate, id).differences(&old, &new))?;
    Answer::ok(new)
}

pub(super) fn delete(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    let (id, old) = find(ctx, guild)?;
    put(ctx, guild, id, "AUTO_MODERATION_RULE_DELETE", &old);
    if let Some(guild) = ctx.state.guilds.get_mut(&guild) {
        guild.rules.remove(&id);
    }
    ctx.log(guild, Done::to(Action::RuleDelete, id).change("name", &old["name"], &Value::Null))?;
    Ok(Answer::Empty)
}

fn read(form: &mut Form<'_>, rule: &mut Value) {
    if let Some(name) = form.text("name", 1, 100) {
        rule["name"] = json!(name);
    }
    if let Some(event) = form.one_of("event_type", &[1, 2]) {
        rule["event_type"] = json!(event);
    }
    if let Some(enabled) = form.boolean("enabled") {
        rule["enabled"] = json!(enabled);
    }
    for (key, most) in [("exempt_roles", 20), ("exempt_channels", 50)] {
        if let Some(ids) = form.ids(key, most) {
            rule[key] = json!(ids);
        }
    }
    if let Some(mut metadata) = form.form("trigger_metadata") {
        rule["trigger_metadata"] = read_trigger(&mut metadata, rule["trigger_type"].as_u64().unwrap_or(0));
        metadata.finish();
    } else if rule["trigger_metadata"] == json!({}) {
        rule["trigger_metadata"] = default_trigger(rule["trigger_type"].as_u64().unwrap_or(0));
    }
    if let Some(actions) = form.forms("actions", 5) {
        rule["actions"] = json!(actions.into_iter().map(read_action).collect::<Vec<_>>());
    }
}

fn default_trigger(kind: u64) -> Value {
    match kind {
        1 | 6 => json!({ "keyword_filter": [], "regex_patterns": [], "allow_list": [] }),
        4 => json!({ "presets": [], "allow_list": [] }),
        5 => json!({ "mention_total_limit": 20, "mention_raid_protection_enabled": false }),
        _ => json!({}),
    }
}

fn read_trigger(form: &mut Form<'_>, kind: u64) -> Value {
    let mut body = default_trigger(kind);
    let words = |form: &mut Form<'_>, key: &'static str, most: usize, length: usize| {
        let list = form.list(key, most)?.to_vec();
        let fits =
            |word: &Value| word.as_str().is_some_and(|word| (1..=length).contains(&word.chars().count()));
        if !list.iter().all(fits) {
            form.issue(
                key,
                "BASE_TYPE_BAD_LENGTH",
                &format!("Each must be between 1 and {length} in length."),
            );
        }
        Some(json!(list))
    };
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            body[key] = value;
        }
    };
    match kind {
        1 | 6 => {
            put("keyword_filter", words(form, "keyword_filter", 1_000, 60));
            put("regex_patterns", words(form, "regex_patterns", 10, 260));
            put("allow_list", words(form, "allow_list", 100, 60));
        }
        4 => {
            put("presets", form.list("presets", 3).map(|list| json!(list)));
            put("allow_list", words(form, "allow_list", 1_000, 60));
        }
        5 => {
            put("mention_total_limit", form.integer("mention_total_limit", 0, 50).map(|most| json!(most)));
            let raid = form.boolean("mention_raid_protection_enabled");
            put("mention_raid_protection_enabled", raid.map(Value::Bool));
        }
        _ => {}
    }
    body
}

fn read_action(mut form: Form<'_>) -> Value {
    form.required("type");
    let kind = form.one_of("type", &[1, 2, 3, 4]).unwrap_or(1);
    let mut metadata = json!({});
    if kind == 2 || kind == 3 {
        form.required("metadata");
    }
    if let Some(mut inner) = form.form("metadata") {
        match kind {
            1 => {
                if let Some(text) = inner.text("custom_message", 0, 150) {
                    metadata["custom_message"] = json!(text);
                }
            }
            2 => {
                inner.required("channel_id");
                metadata["channel_id"] = json!(inner.id("channel_id"));
            }
            3 => {
                inner.required("duration_seconds");
                metadata["duration_seconds"] = json!(inner.integer("duration_seconds", 0, 2_419_200));
            }
            _ => {}
        }
        inner.finish();
    }
    form.finish();
    json!({ "type": kind, "metadata": metadata })
}

/// How many rules of a kind there can be, and what a rule needs.
fn check(ctx: &Ctx<'_>, guild: Snowflake, rule: &Value) -> Result<(), ApiError> {
    let kind = &rule["trigger_type"];
    let most = if kind == 1 { 6 } else { 1 };
    let place = ctx.state.guilds.get(&guild).ok_or_else(ApiError::unknown_guild)?;
    if place.rules.values().filter(|one| one["trigger_type"] == *kind).count() >= most {
        let what = "Maximum number of rules of this trigger type reached";
        return Err(ApiError::invalid("trigger_type", "AUTO_MODERATION_MAX_RULES_OF_TYPE_EXCEEDED", what));
    }
    may_time_out(ctx, guild, rule)
}

fn may_time_out(ctx: &Ctx<'_>, guild: Snowflake, rule: &Value) -> Result<(), ApiError> {
    let times_out = rule["actions"].as_array().is_some_and(|list| list.iter().any(|one| one["type"] == 3));
    if times_out { ctx.allowed_in_guild(guild, Permissions::MODERATE_MEMBERS) } else { Ok(()) }
}

fn find(ctx: &Ctx<'_>, guild: Snowflake) -> Result<(Snowflake, Value), ApiError> {
    ctx.allowed_in_guild(guild, Permissions::MANAGE_GUILD)?;
    let id = ctx.id("rule_id")?;
    let found = ctx.state.guilds.get(&guild).and_then(|guild| guild.rules.get(&id)).cloned();
    found.map(|rule| (id, rule)).ok_or_else(|| ApiError::new(404, 0, "404: Not Found"))
}

fn put(ctx: &mut Ctx<'_>, guild: Snowflake, id: Snowflake, name: &'static str, rule: &Value) {
    if let Some(place) = ctx.state.guilds.get_mut(&guild) {
        place.rules.insert(id, rule.clone());
    }
    let event = Event::guild(name, guild, Intents::AUTO_MODERATION_CONFIGURATION, rule.clone());
    ctx.state.emit(&event.for_those_with(Permissions::MANAGE_GUILD));
}
