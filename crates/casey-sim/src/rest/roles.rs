//! Roles (Discord docs: Guild, Create Guild Role).

use serde_json::json;

use super::{
    call::{Answer, Ctx, Outcome},
    error::ApiError,
    form::{Form, Issues},
};
use crate::{
    gateway::{Event, Intents},
    permissions::Permissions,
    world::{Role, State},
};

pub(super) fn list(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.guild()?;
    let guild = ctx.state.guilds.get(&id).ok_or_else(ApiError::unknown_guild)?;
    Answer::ok(json!(State::roles_json(guild)))
}

pub(super) fn create(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.guild()?;
    ctx.allowed_in_guild(id, Permissions::MANAGE_ROLES)?;
    let everyone =
        ctx.state.guilds.get(&id).and_then(|guild| guild.roles.get(&id)).map(|role| role.permissions);
    let mut role = Role::named(ctx.state.mint(), "new role", everyone.unwrap_or_default(), 1);
    let issues = Issues::default();
    if let Some(mut form) = Form::new(ctx.body, String::new(), &issues) {
        read(&mut form, &mut role);
        form.finish();
    }
    issues.result()?;
    let beyond =
        role.permissions - ctx.state.guild_permissions(ctx.bot()?, id) - everyone.unwrap_or_default();
    if beyond != Permissions::NONE {
        return Err(ApiError::missing_permissions(beyond));
    }
    let guild = ctx.state.guilds.get_mut(&id).ok_or_else(ApiError::unknown_guild)?;
    // A new role stands at the bottom, above @everyone; the others move up.
    for other in guild.roles.values_mut().filter(|other| other.id != id) {
        other.position += 1;
    }
    guild.roles.insert(role.id, role.clone());
    let body = State::role_json(&role);
    let told = json!({ "guild_id": id, "role": body });
    ctx.state.emit(&Event::guild("GUILD_ROLE_CREATE", id, Intents::GUILDS, told));
    Answer::ok(body)
}

fn read(form: &mut Form<'_>, role: &mut Role) {
    if let Some(name) = form.text("name", 1, 100) {
        role.name = name;
    }
    if let Some(bits) = form.permissions("permissions") {
        role.permissions = Permissions::from_bits(bits);
    }
    let color = |number: Option<i64>| number.and_then(|number| u32::try_from(number).ok());
    if let Some(number) = color(form.integer("color", 0, 0xFF_FFFF)) {
        role.color = number;
    }
    if let Some(mut colors) = form.form("colors") {
        if let Some(number) = color(colors.integer("primary_color", 0, 0xFF_FFFF)) {
            role.color = number;
        }
        colors.refuse("secondary_color");
        colors.refuse("tertiary_color");
        colors.finish();
    }
    if let Some(hoist) = form.boolean("hoist") {
        role.hoist = hoist;
    }
    if let Some(mentionable) = form.boolean("mentionable") {
        role.mentionable = mentionable;
    }
    form.refuse("icon");
    form.refuse("unicode_emoji");
}
