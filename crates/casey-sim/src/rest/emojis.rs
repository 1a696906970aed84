//! Emoji of guilds and of applications (Discord docs: Emoji).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    call::{Answer, Ctx, Outcome},
    error::ApiError,
    form::Form,
};
use crate::{
    gateway::{Event, Intents},
    limits,
    permissions::Permissions,
    snowflake::Snowflake,
    world::{Action, Done},
};

/// Emoji of an application (Emoji, Application-Owned Emoji).
const OF_APPLICATION: usize = 2_000;

/// Whose emoji a path means.
#[derive(Clone, Copy)]
enum Owner {
    Guild(Snowflake),
    App(Snowflake),
}

impl Owner {
    fn of(ctx: &Ctx<'_>) -> Result<Self, ApiError> {
        if ctx.param("application_id").is_empty() {
            return Ok(Self::Guild(ctx.guild()?));
        }
        let app = ctx.application()?.id;
        if ctx.id("application_id")? == app {
            Ok(Self::App(app))
        } else {
            Err(ApiError::not_this_application())
        }
    }

    fn table<'a>(self, ctx: &'a mut Ctx<'_>) -> Result<&'a mut BTreeMap<Snowflake, Value>, ApiError> {
        match self {
            Self::Guild(id) => ctx
                .state
                .guilds
                .get_mut(&id)
                .map(|guild| &mut guild.emojis)
                .ok_or_else(ApiError::unknown_guild),
            Self::App(id) => ctx
                .state
                .apps
                .get_mut(&id)
                .map(|app| &mut app.emojis)
                .ok_or_else(ApiError::unknown_application),
        }
    }

    /// Whether the bot may make (or change its own) emoji, or any.
    fn allowed(self, ctx: &Ctx<'_>, own: bool) -> Result<(), ApiError> {
        let Self::Guild(guild) = self else { return Ok(()) };
        let create = own && ctx.allowed_in_guild(guild, Permissions::CREATE_GUILD_EXPRESSIONS).is_ok();
        if create { Ok(()) } else { ctx.allowed_in_guild(guild, Permissions::MANAGE_GUILD_EXPRESSIONS) }
    }

    fn done(self, ctx: &mut Ctx<'_>, done: Done) -> Result<(), ApiError> {
        let Self::Guild(guild) = self else { return Ok(()) };
        let emojis: Vec<Value> = ctx
            .state
            .guilds
            .get(&guild)
            .map(|guild| guild.emojis.values().cloned().collect())
            .unwrap_or_default();
        let body = json!({ "guild_id": guild, "emojis": emojis });
        ctx.state.emit(&Event::guild("GUILD_EMOJIS_UPDATE", guild, Intents::GUILD_EXPRESSIONS, body));
        ctx.log(guild, done)
    }
}

pub(super) fn list(ctx: &mut Ctx<'_>) -> Outcome {
    let owner = Owner::of(ctx)?;
    let all: Vec<Value> = owner.table(ctx)?.values().cloned().collect();
    Answer::ok(if matches!(owner, Owner::App(_)) { json!({ "items": all }) } else { json!(all) })
}

pub(super) fn get(ctx: &mut Ctx<'_>) -> Outcome {
    let owner = Owner::of(ctx)?;
    let (_, body) = find(ctx, owner)?;
    Answer::ok(body)
}

pub(super) fn create(ctx: &mut Ctx<'_>) -> Outcome {
    let owner = Owner::of(ctx)?;
    owner.allowed(ctx, true)?;
    let bot = ctx.bot()?;
    let (name, roles, animated) = ctx.form(|form| {
        form.required("name");
        form.required("image");
        form.image("image");
        let gif = form
            .value("image")
            .and_then(Value::as_str)
            .is_some_and(|text| text.starts_with("data:image/gif"));
        let roles = if matches!(owner, Owner::Guild(_)) { form.ids("roles", 250) } else { None };
        (name(form).unwrap_or_default(), roles.unwrap_or_default(), gif)
    })?;
    let most = if matches!(owner, Owner::App(_)) { OF_APPLICATION } else { limits::EMOJIS };
    if owner.table(ctx)?.values().filter(|one| one["animated"] == animated).count() >= most {
        return Err(ApiError::too_many_emojis());
    }
    let id = ctx.state.mint();
    let body = json!({
        "id": id,
        "name": name,
        "roles": roles,
        "user": ctx.state.user_json(bot),
        "require_colons": true,
        "managed": false,
        "animated": animated,
        "available": true,
    });
    owner.table(ctx)?.insert(id, body.clone());
    owner.done(ctx, Done::to(Action::EmojiCreate, id).change("name", &Value::Null, &json!(name)))?;
    Ok(Answer::Json(201, body))
}

pub(super) fn modify(ctx: &mut Ctx<'_>) -> Outcome {
    let owner = Owner::of(ctx)?;
    let (id, old) = find(ctx, owner)?;
    owner.allowed(ctx, old["user"]["id"] == json!(ctx.bot()?))?;
    let mut new = old.clone();
    ctx.form(|form| {
        if let Some(name) = name(form) {
            new["name"] = json!(name);
        }
        if matches!(owner, Owner::Guild(_)) && form.given("roles") {
            new["roles"] = json!(form.ids("roles", 250).unwrap_or_default());
        }
    })?;
    owner.table(ctx)?.insert(id, new.clone());
    owner.done(ctx, Done::to(Action::EmojiUpdate, id).change("name", &old["name"], &new["name"]))?;
    Answer::ok(new)
}

pub(super) fn delete(ctx: &mut Ctx<'_>) -> Outcome {
    let owner = Owner::of(ctx)?;
    let (id, old) = find(ctx, owner)?;
    owner.allowed(ctx, old["user"]["id"] == json!(ctx.bot()?))?;
    owner.table(ctx)?.remove(&id);
    owner.done(ctx, Done::to(Action::EmojiDelete, id).change("name", &old["name"], &Value::Null))?;
    Ok(Answer::Empty)
}

fn find(ctx: &mut Ctx<'_>, owner: Owner) -> Result<(Snowflake, Value), ApiError> {
    let id = ctx.id("emoji_id")?;
    let found = owner.table(ctx)?.get(&id).cloned();
    found.map(|body| (id, body)).ok_or_else(ApiError::no_such_emoji)
}

/// Letters, digits and underscores, at least two.
fn name(form: &mut Form<'_>) -> Option<String> {
    let name = form.text("name", 2, 32)?;
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        form.issue("name", "STRING_TYPE_REGEX", "String value did not match validation regex.");
    }
    Some(name)
}
