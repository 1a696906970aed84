//! Scheduled events (Discord docs: Guild Scheduled Event). Nobody subscribes to them in the simulation.

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{
    call::{Answer, Ctx, Outcome},
    error::ApiError,
    form::Form,
};
use crate::{
    gateway::{Event, Intents},
    permissions::Permissions,
    snowflake::{Snowflake, timestamp},
    world::{Action, Done, Kind, State},
};

/// Events that are still to come or go on.
const MOST: usize = 100;

pub(super) fn list(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.guild()?;
    let guild = ctx.state.guilds.get(&id).ok_or_else(ApiError::unknown_guild)?;
    let bodies: Vec<Value> = guild.events.values().map(|event| shown(ctx, event)).collect();
    Answer::ok(json!(bodies))
}

pub(super) fn get(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    let (_, body) = find(ctx, guild)?;
    Answer::ok(shown(ctx, &body))
}

pub(super) fn users(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    find(ctx, guild)?;
    ctx.query_number("limit", 1, 100, 100)?;
    Answer::ok(json!([]))
}

fn shown(ctx: &Ctx<'_>, event: &Value) -> Value {
    let mut body = event.clone();
    if ctx.query_is_true("with_user_count") {
        body["user_count"] = json!(0);
    }
    body
}

pub(super) fn create(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    ctx.allowed_in_guild(guild, Permissions::CREATE_EVENTS)?;
    let bot = ctx.bot()?;
    let mut body = json!({
        "guild_id": guild,
        "creator_id": bot,
        "creator": ctx.state.user_json(bot),
        "description": null,
        "channel_id": null,
        "image": null,
        "scheduled_end_time": null,
        "status": 1,
        "entity_id": null,
        "entity_metadata": null,
        "recurrence_rule": null,
        "guild_scheduled_event_exceptions": [],
        "privacy_level": 2,
    });
    let now = ctx.state.now();
    let state = &*ctx.state;
    super::form::read(ctx.body, |form| {
        for key in ["name", "privacy_level", "scheduled_start_time", "entity_type"] {
            form.required(key);
        }
        read(form, state, now, &mut body);
    })?;
    let open = |event: &&Value| matches!(event["status"].as_u64(), Some(1 | 2));
    if ctx.state.guilds.get(&guild).is_some_and(|guild| guild.events.values().filter(open).count() >= MOST) {
        return Err(ApiError::too_many_events());
    }
    let id = ctx.state.mint();
    body["id"] = json!(id);
    put(ctx, guild, id, "GUILD_SCHEDULED_EVENT_CREATE", &body);
    ctx.log(guild, Done::to(Action::EventCreate, id).change("name", &Value::Null, &body["name"]))?;
    Answer::ok(body)
}

pub(super) fn modify(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    let (id, old) = find(ctx, guild)?;
    let own = old["creator_id"] == json!(ctx.bot()?);
    let needed = if own { Permissions::CREATE_EVENTS } else { Permissions::MANAGE_EVENTS };
    ctx.allowed_in_guild(guild, needed)?;
    if matches!(old["status"].as_u64(), Some(3 | 4)) {
        return Err(ApiError::finished_event());
    }
    let mut new = old.clone();
    let now = ctx.state.now();
    let state = &*ctx.state;
    super::form::read(ctx.body, |form| {
        read(form, state, now, &mut new);
        if let Some(status) = form.one_of("status", &[1, 2, 3, 4]) {
            // Scheduled events begin or are cancelled, those that go on end.
            let was = old["status"].as_i64().unwrap_or(1);
            if status != was && !matches!((was, status), (1, 2 | 4) | (2, 3)) {
                form.issue("status", "GUILD_SCHEDULED_EVENT_STATUS_INVALID", "Invalid status transition");
            }
            new["status"] = json!(status);
        }
    })?;
    put(ctx, guild, id, "GUILD_SCHEDULED_EVENT_UPDATE", &new);
    ctx.log(guild, Done::to(Action::EventUpdate, id).differences(&old, &new))?;
    Answer::ok(new)
}

pub(super) fn delete(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    let (id, old) = find(ctx, guild)?;
    let own = old["creator_id"] == json!(ctx.bot()?);
    let needed = if own { Permissions::CREATE_EVENTS } else { Permissions::MANAGE_EVENTS };
    ctx.allowed_in_guild(guild, needed)?;
    put(ctx, guild, id, "GUILD_SCHEDULED_EVENT_DELETE", &old);
    if let Some(guild) = ctx.state.guilds.get_mut(&guild) {
        guild.events.remove(&id);
    }
    ctx.log(guild, Done::to(Action::EventDelete, id).change("name", &old["name"], &Value::Null))?;
    Ok(Answer::Empty)
}

fn read(form: &mut Form<'_>, state: &State, now: OffsetDateTime, body: &mut Value) {
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            body[key] = value;
        }
    };
    put("name", form.text("name", 1, 100).map(Value::String));
    put("description", form.text("description", 1, 1_000).map(Value::String));
    put("privacy_level", form.one_of("privacy_level", &[2]).map(|level| json!(level)));
    put("entity_type", form.one_of("entity_type", &[1, 2, 3]).map(|kind| json!(kind)));
    let (start, end) = (form.time("scheduled_start_time"), form.time("scheduled_end_time"));
    if start.is_some_and(|start| start <= now) {
        form.issue(
            "scheduled_start_time",
            "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST",
            "Cannot schedule event in the past",
        );
    }
    if start.is_some_and(|start| end.is_some_and(|end| end <= start)) {
        form.issue("scheduled_end_time", "GUILD_SCHEDULED_EVENT_END_BEFORE_START", "Ends before it begins");
    }
    put("scheduled_start_time", start.map(|at| json!(timestamp(at))));
    put("scheduled_end_time", end.map(|at| json!(timestamp(at))));
    if form.given("channel_id") {
        put("channel_id", Some(json!(form.id("channel_id"))));
    }
    if let Some(mut metadata) = form.form("entity_metadata") {
        put("entity_metadata", Some(json!({ "location": metadata.text("location", 1, 100) })));
        metadata.finish();
    }
    if form.given("image") {
        put("image", Some(json!(form.image("image"))));
    }
    form.refuse("recurrence_rule");
    place(form, state, body);
}

/// Where it takes place: an external one has an end and a location, others a channel.
fn place(form: &Form<'_>, state: &State, body: &mut Value) {
    let channel = body["channel_id"].as_str().and_then(|id| id.parse().ok());
    let kind = channel.and_then(|id| state.channels.get(&id)).map(|channel| channel.kind);
    match body["entity_type"].as_u64() {
        Some(3) => {
            body["channel_id"] = Value::Null;
            for (key, missing) in [
                ("scheduled_end_time", body["scheduled_end_time"].is_null()),
                ("entity_metadata", body["entity_metadata"]["location"].is_null()),
            ] {
                if missing {
                    form.issue(key, "BASE_TYPE_REQUIRED", "This field is required");
                }
            }
        }
        Some(number) => {
            let fits = kind == Some(if number == 1 { Kind::Stage } else { Kind::Voice });
            if !fits {
                form.issue("channel_id", "BASE_TYPE_REQUIRED", "A channel of this kind is required");
            }
            body["entity_metadata"] = Value::Null;
        }
        None => {}
    }
}

fn find(ctx: &Ctx<'_>, guild: Snowflake) -> Result<(Snowflake, Value), ApiError> {
    let id = ctx.id("guild_scheduled_event_id")?;
    let found = ctx.state.guilds.get(&guild).and_then(|guild| guild.events.get(&id)).cloned();
    found.map(|body| (id, body)).ok_or_else(ApiError::unknown_event)
}

fn put(ctx: &mut Ctx<'_>, guild: Snowflake, id: Snowflake, name: &'static str, body: &Value) {
    if let Some(place) = ctx.state.guilds.get_mut(&guild) {
        place.events.insert(id, body.clone());
    }
    ctx.state.emit(&Event::guild(name, guild, Intents::GUILD_SCHEDULED_EVENTS, body.clone()));
}
