//! Guilds as a whole (Discord docs: Guild).

use serde_json::{Map, Value, json};

use super::{
    call::{Answer, Ctx, Outcome},
    error::ApiError,
    form::Form,
    members,
};
use crate::{
    gateway::{Event, Intents},
    permissions::Permissions,
    snowflake::{Snowflake, timestamp},
    world::{Action, Done, State},
};

pub(super) fn get(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.guild()?;
    let guild = ctx.state.guilds.get(&id).ok_or_else(ApiError::unknown_guild)?;
    let mut body = State::guild_json(guild);
    if ctx.query_is_true("with_counts") {
        body["approximate_member_count"] = json!(guild.members.len());
        body["approximate_presence_count"] = json!(guild.members.len());
    }
    Answer::ok(body)
}

pub(super) fn preview(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.guild()?;
    let guild = ctx.state.guilds.get(&id).ok_or_else(ApiError::unknown_guild)?;
    let whole = State::guild_json(guild);
    let kept = ["id", "name", "icon", "description", "home_header", "splash", "discovery_splash", "features"];
    let fields =
        kept.iter().chain(&["emojis", "stickers"]).map(|key| ((*key).to_owned(), whole[*key].clone()));
    let mut body = Value::Object(fields.collect());
    body["approximate_member_count"] = json!(guild.members.len());
    body["approximate_presence_count"] = json!(guild.members.len());
    Answer::ok(body)
}

pub(super) fn modify(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.guild()?;
    ctx.allowed_in_guild(id, Permissions::MANAGE_GUILD)?;
    let (name, features, settings) = ctx.form(|form| {
        read(form, |channel| {
            ctx.state.channels.get(&channel).is_some_and(|channel| channel.guild == Some(id))
        })
    })?;
    let old = ctx.state.guilds.get(&id).map(State::guild_json).unwrap_or_default();
    let guild = ctx.state.guilds.get_mut(&id).ok_or_else(ApiError::unknown_guild)?;
    if let Some(name) = name {
        guild.name = name;
    }
    if let Some(features) = features {
        guild.features = features;
    }
    guild.settings.extend(settings);
    let body = State::guild_json(guild);
    ctx.state.emit(&Event::guild("GUILD_UPDATE", id, Intents::GUILDS, body.clone()));
    ctx.log(id, Done::to(Action::GuildUpdate, id).differences(&old, &body))?;
    Answer::ok(body)
}

type Changes = (Option<String>, Option<Vec<String>>, Map<String, Value>);

/// Name, features, and the settings that are kept as they are answered.
fn read(form: &mut Form<'_>, is_channel: impl Fn(Snowflake) -> bool) -> Changes {
    let name = form.text("name", 2, 100);
    let mut settings = Map::new();
    let mut put = |key: &str, value: Value| {
        settings.insert(key.to_owned(), value);
    };
    if form.given("description") {
        put("description", json!(form.text("description", 0, 300)));
    }
    for (key, choices) in [
        ("verification_level", &[0, 1, 2, 3, 4][..]),
        ("default_message_notifications", &[0, 1]),
        ("explicit_content_filter", &[0, 1, 2]),
        ("afk_timeout", &[60, 300, 900, 1_800, 3_600]),
    ] {
        if let Some(number) = form.one_of(key, choices) {
            put(key, json!(number));
        }
    }
    if let Some(bits) = form.integer("system_channel_flags", 0, i64::from(i32::MAX)) {
        put("system_channel_flags", json!(bits));
    }
    for key in [
        "afk_channel_id",
        "system_channel_id",
        "rules_channel_id",
        "public_updates_channel_id",
        "safety_alerts_channel_id",
    ] {
        if form.given(key) {
            let channel = form.id(key);
            if channel.is_some_and(|channel| !is_channel(channel)) {
                form.issue(key, "CHANNEL_NOT_IN_GUILD", "The channel is not in this guild.");
            }
            put(key, json!(channel));
        }
    }
    for key in ["icon", "splash", "banner", "discovery_splash"] {
        if form.given(key) {
            put(key, json!(form.image(key)));
        }
    }
    if let Some(locale) = form.text("preferred_locale", 2, 5) {
        put("preferred_locale", json!(locale));
    }
    if let Some(shown) = form.boolean("premium_progress_bar_enabled") {
        put("premium_progress_bar_enabled", json!(shown));
    }
    form.ignore("region");
    // discord.js sends it along with the header it is for.
    form.ignore("reason");
    form.refuse("home_header");
    (name, features(form), settings)
}

/// The features that can be switched (Discord docs: Guild, Mutable Guild Features).
fn features(form: &mut Form<'_>) -> Option<Vec<String>> {
    let list = form.list("features", 100)?;
    let known = ["COMMUNITY", "DISCOVERABLE", "INVITES_DISABLED", "RAID_ALERTS_DISABLED", "NEWS"];
    let features: Vec<String> = list
        .iter()
        .filter_map(Value::as_str)
        .filter(|one| known.contains(one))
        .map(ToOwned::to_owned)
        .collect();
    if features.len() != list.len() {
        form.issue("features", "BASE_TYPE_CHOICES", "Not a feature that can be switched.");
    }
    Some(features)
}

pub(super) fn prune_count(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    ctx.allowed_in_guild(guild, Permissions::KICK_MEMBERS | Permissions::MANAGE_GUILD)?;
    let days = ctx.query_number("days", 1, 30, 7)?;
    let roles = ctx.query("include_roles").unwrap_or_default();
    let roles: Vec<Snowflake> = roles.split(',').filter_map(|id| id.trim().parse().ok()).collect();
    let days = i64::try_from(days).unwrap_or(7);
    Answer::ok(json!({ "pruned": members::idle(ctx.state, guild, days, &roles).len() }))
}

pub(super) fn prune(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    ctx.allowed_in_guild(guild, Permissions::KICK_MEMBERS | Permissions::MANAGE_GUILD)?;
    let (days, count, roles) = ctx.form(|form| {
        let days = form.integer("days", 1, 30).unwrap_or(7);
        let count = form.written_boolean("compute_prune_count").unwrap_or(true);
        (days, count, form.written_ids("include_roles", 100).unwrap_or_default())
    })?;
    let gone = members::idle(ctx.state, guild, days, &roles);
    for user in &gone {
        ctx.state.leave(guild, *user);
    }
    let options =
        json!({ "delete_member_days": days.to_string(), "members_removed": gone.len().to_string() });
    let done = Done { target: None, ..Done::to(Action::MemberPrune, guild) };
    ctx.log(guild, done.options(options))?;
    Answer::ok(json!({ "pruned": count.then_some(gone.len()) }))
}

pub(super) fn incident_actions(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.guild()?;
    ctx.allowed_in_guild(id, Permissions::MANAGE_GUILD)?;
    let latest = ctx.state.now() + time::Duration::DAY;
    let body = ctx.form(|form| {
        let mut body = json!({});
        for key in ["invites_disabled_until", "dms_disabled_until"] {
            let until = form.time(key);
            if until.is_some_and(|until| until > latest) {
                form.issue(key, "BASE_TYPE_MAX", "At most 24 hours from now.");
            }
            body[key] = json!(until.map(timestamp));
        }
        body
    })?;
    if let Some(guild) = ctx.state.guilds.get_mut(&id) {
        guild.settings.insert("incidents_data".to_owned(), body.clone());
        let told = State::guild_json(guild);
        ctx.state.emit(&Event::guild("GUILD_UPDATE", id, Intents::GUILDS, told));
    }
    Answer::ok(body)
}

/// Regions of voice servers, of a guild or in general.
pub(super) fn regions(ctx: &mut Ctx<'_>) -> Outcome {
    if !ctx.param("guild_id").is_empty() {
        ctx.guild()?;
    }
    let region = |id: &str, name: &str, optimal: bool| json!({ "id": id, "name": name, "custom": false, "deprecated": false, "optimal": optimal });
    Answer::ok(json!([region("rotterdam", "Rotterdam", true), region("us-east", "US East", false)]))
}

/// No guild here has an address of its own.
pub(super) fn vanity_url(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    ctx.allowed_in_guild(guild, Permissions::MANAGE_GUILD)?;
    Answer::ok(json!({ "code": null, "uses": 0 }))
}

/// The bots of the guild as the integrations they are.
pub(super) fn integrations(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.guild()?;
    ctx.allowed_in_guild(id, Permissions::MANAGE_GUILD)?;
    let there = ctx.state.apps.values().filter(|app| ctx.state.member(id, app.bot).is_some());
    let bodies: Vec<Value> = there
        .map(|app| {
            json!({
                "id": app.bot,
                "type": "discord",
                "name": app.name,
                "enabled": true,
                "account": { "id": app.id, "name": app.name },
                "scopes": ["applications.commands", "bot"],
                "application": {
                    "id": app.id,
                    "name": app.name,
                    "icon": null,
                    "description": "",
                    "summary": "",
                    "type": null,
                    "verify_key": "0".repeat(64),
                    "flags": 0,
                    "flags_new": "0",
                    "bot": ctx.state.user_json(app.bot),
                },
                "user": ctx.state.user_json(app.owner),
            })
        })
        .collect();
    Answer::ok(json!(bodies))
}

pub(super) fn leave(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    let bot = ctx.bot()?;
    if ctx.state.guilds.get(&guild).is_some_and(|guild| guild.owner == bot) {
        return Err(ApiError::missing_permissions(Permissions::NONE));
    }
    ctx.state.leave(guild, bot);
    Ok(Answer::Empty)
}
