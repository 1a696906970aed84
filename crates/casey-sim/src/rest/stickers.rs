//! Stickers of guilds (Discord docs: Sticker).

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

/// Bytes of a sticker's file (Sticker, Create Guild Sticker).
const BYTES: usize = 512 * 1024;

pub(super) fn list(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.guild()?;
    let guild = ctx.state.guilds.get(&id).ok_or_else(ApiError::unknown_guild)?;
    Answer::ok(json!(guild.stickers.values().collect::<Vec<_>>()))
}

pub(super) fn get(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    let (_, body) = find(ctx, guild)?;
    Answer::ok(body)
}

/// By its id alone, wherever it is.
pub(super) fn anywhere(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.id("sticker_id")?;
    let body = ctx.state.guilds.values().find_map(|guild| guild.stickers.get(&id)).cloned();
    body.map_or_else(|| Err(ApiError::unknown_sticker()), Answer::ok)
}

pub(super) fn create(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    allowed(ctx, guild, true)?;
    let files = ctx.files;
    let mut body = json!({ "type": 2, "format_type": 1, "available": true, "guild_id": guild });
    ctx.form(|form| {
        form.required("name");
        form.required("tags");
        form.required("description");
        if files.is_empty() {
            form.issue("file", "BASE_TYPE_REQUIRED", "This field is required");
        }
        read(form, &mut body);
    })?;
    if files.iter().any(|file| file.bytes.len() > BYTES) {
        return Err(ApiError::file_too_large());
    }
    if ctx.state.guilds.get(&guild).is_some_and(|guild| guild.stickers.len() >= limits::STICKERS) {
        return Err(ApiError::too_many_stickers());
    }
    let id = ctx.state.mint();
    body["id"] = json!(id);
    body["user"] = ctx.state.user_json(ctx.bot()?);
    put(ctx, guild, id, Some(body.clone()));
    ctx.log(guild, Done::to(Action::StickerCreate, id).change("name", &Value::Null, &body["name"]))?;
    Ok(Answer::Json(201, body))
}

pub(super) fn modify(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    let (id, old) = find(ctx, guild)?;
    allowed(ctx, guild, old["user"]["id"] == json!(ctx.bot()?))?;
    let mut new = old.clone();
    ctx.form(|form| read(form, &mut new))?;
    put(ctx, guild, id, Some(new.clone()));
    ctx.log(guild, Done::to(Action::StickerUpdate, id).differences(&old, &new))?;
    Answer::ok(new)
}

pub(super) fn delete(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    let (id, old) = find(ctx, guild)?;
    allowed(ctx, guild, old["user"]["id"] == json!(ctx.bot()?))?;
    put(ctx, guild, id, None);
    ctx.log(guild, Done::to(Action::StickerDelete, id).change("name", &old["name"], &Value::Null))?;
    Ok(Answer::Empty)
}

fn allowed(ctx: &Ctx<'_>, guild: Snowflake, own: bool) -> Result<(), ApiError> {
    let create = own && ctx.allowed_in_guild(guild, Permissions::CREATE_GUILD_EXPRESSIONS).is_ok();
    if create { Ok(()) } else { ctx.allowed_in_guild(guild, Permissions::MANAGE_GUILD_EXPRESSIONS) }
}

fn read(form: &mut Form<'_>, body: &mut Value) {
    if let Some(name) = form.text("name", 2, 30) {
        body["name"] = json!(name);
    }
    if let Some(tags) = form.text("tags", 1, 200) {
        body["tags"] = json!(tags);
    }
    if form.given("description") {
        let text = form.text("description", 0, 100).unwrap_or_default();
        if text.chars().count() == 1 {
            form.issue(
                "description",
                "BASE_TYPE_BAD_LENGTH",
                "Must be empty or between 2 and 100 in length.",
            );
        }
        body["description"] = json!(text);
    }
}

fn find(ctx: &Ctx<'_>, guild: Snowflake) -> Result<(Snowflake, Value), ApiError> {
    let id = ctx.id("sticker_id")?;
    let found = ctx.state.guilds.get(&guild).and_then(|guild| guild.stickers.get(&id)).cloned();
    found.map(|body| (id, body)).ok_or_else(ApiError::unknown_sticker)
}

fn put(ctx: &mut Ctx<'_>, guild: Snowflake, id: Snowflake, body: Option<Value>) {
    let Some(place) = ctx.state.guilds.get_mut(&guild) else { return };
    match body {
        Some(body) => place.stickers.insert(id, body),
        None => place.stickers.remove(&id),
    };
    let told = json!({ "guild_id": guild, "stickers": place.stickers.values().collect::<Vec<_>>() });
    ctx.state.emit(&Event::guild("GUILD_STICKERS_UPDATE", guild, Intents::GUILD_EXPRESSIONS, told));
}
