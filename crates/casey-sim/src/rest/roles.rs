//! Roles (Discord docs: Guild, Get Guild Roles and the following).

use serde_json::{Map, Value, json};

use super::{
    call::{Answer, Ctx, Outcome},
    error::ApiError,
    form::{Form, Issues},
};
use crate::{
    gateway::{Event, Intents},
    limits,
    permissions::Permissions,
    snowflake::Snowflake,
    world::{Action, Done, Role, State},
};

pub(super) fn list(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.guild()?;
    let guild = ctx.state.guilds.get(&id).ok_or_else(ApiError::unknown_guild)?;
    Answer::ok(json!(State::roles_json(guild)))
}

pub(super) fn get(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    Answer::ok(State::role_json(&role(ctx, guild)?))
}

pub(super) fn member_counts(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.guild()?;
    let guild = ctx.state.guilds.get(&id).ok_or_else(ApiError::unknown_guild)?;
    let roles = guild.roles.keys().filter(|role| **role != id);
    let count =
        |role: &Snowflake| guild.members.values().filter(|member| member.roles.contains(role)).count();
    let counts: Map<String, Value> = roles.map(|role| (role.to_string(), json!(count(role)))).collect();
    Answer::ok(Value::Object(counts))
}

pub(super) fn create(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.guild()?;
    ctx.allowed_in_guild(id, Permissions::MANAGE_ROLES)?;
    let everyone =
        ctx.state.guilds.get(&id).and_then(|guild| guild.roles.get(&id)).map(|role| role.permissions);
    let everyone = everyone.unwrap_or_default();
    let mut role = Role::named(ctx.state.mint(), "new role", everyone, 1);
    ctx.form(|form| read(form, &mut role))?;
    grantable(ctx, id, role.permissions - everyone)?;
    let guild = ctx.state.guilds.get_mut(&id).ok_or_else(ApiError::unknown_guild)?;
    if guild.roles.len() > limits::ROLES {
        return Err(ApiError::too_many_roles());
    }
    // A new role stands at the bottom, above @everyone; the others move up.
    for other in guild.roles.values_mut().filter(|other| other.id != id) {
        other.position += 1;
    }
    guild.roles.insert(role.id, role.clone());
    let body = State::role_json(&role);
    tell(ctx, "GUILD_ROLE_CREATE", id, &role);
    ctx.log(id, Done::to(Action::RoleCreate, role.id).change("name", &Value::Null, &json!(role.name)))?;
    Answer::ok(body)
}

pub(super) fn modify(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    ctx.allowed_in_guild(guild, Permissions::MANAGE_ROLES)?;
    let old = role(ctx, guild)?;
    below(ctx, guild, &old)?;
    let mut new = old.clone();
    ctx.form(|form| read(form, &mut new))?;
    if old.id == guild && (new.name != old.name || new.hoist || new.mentionable || new.color != 0) {
        return Err(ApiError::invalid_role());
    }
    grantable(ctx, guild, new.permissions - old.permissions)?;
    put(ctx, guild, &new);
    let done = Done::to(Action::RoleUpdate, new.id);
    ctx.log(guild, done.differences(&State::role_json(&old), &State::role_json(&new)))?;
    tell(ctx, "GUILD_ROLE_UPDATE", guild, &new);
    Answer::ok(State::role_json(&new))
}

pub(super) fn reorder(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.guild()?;
    ctx.allowed_in_guild(id, Permissions::MANAGE_ROLES)?;
    let mut wanted = positions(ctx)?;
    let guild = ctx.state.guilds.get(&id).ok_or_else(ApiError::unknown_guild)?;
    let bot = ctx.bot()?;
    let (mine, owner) = (guild.rank(bot).0, guild.owner == bot);
    let mut roles = guild.roles.clone();
    // Libraries list all roles: those that stay where they are need no permission.
    wanted.retain(|(role, position)| roles.get(role).is_none_or(|role| role.position != *position));
    for (role, position) in &wanted {
        let role = roles.get_mut(role).ok_or_else(ApiError::unknown_role)?;
        if !owner && (role.position >= mine || *position >= mine) {
            return Err(ApiError::missing_permissions(Permissions::NONE));
        }
        if role.id == id || *position == 0 {
            return Err(ApiError::invalid_role());
        }
        role.position = *position;
    }
    // Positions are numbered anew without gaps; moved roles go before those that already stood there.
    let mut order: Vec<Snowflake> = roles.keys().copied().filter(|role| *role != id).collect();
    let moved = |role: &Snowflake| wanted.iter().any(|(other, _)| other == role);
    order.sort_by_key(|role| (roles[role].position, moved(role), *role));
    let mut changed = Vec::new();
    for (index, role) in order.iter().enumerate() {
        let Some(role) = roles.get_mut(role) else { continue };
        role.position = u32::try_from(index + 1).unwrap_or(u32::MAX);
        if guild.roles.get(&role.id).is_some_and(|old| old.position != role.position) {
            changed.push(role.clone());
        }
    }
    if let Some(guild) = ctx.state.guilds.get_mut(&id) {
        guild.roles = roles;
    }
    for role in &changed {
        tell(ctx, "GUILD_ROLE_UPDATE", id, role);
    }
    list(ctx)
}

/// Ids and positions of a list.
fn positions(ctx: &Ctx<'_>) -> Result<Vec<(Snowflake, u32)>, ApiError> {
    let issues = Issues::default();
    let mut wanted = Vec::new();
    for (index, one) in ctx.body.as_array().ok_or_else(ApiError::wrong_form)?.iter().enumerate() {
        let Some(mut form) = Form::new(one, index.to_string(), &issues) else { continue };
        form.required("id");
        let id = form.id("id").unwrap_or_default();
        let position = form.integer("position", 0, i64::from(u16::MAX));
        wanted.extend(position.and_then(|at| u32::try_from(at).ok()).map(|at| (id, at)));
        form.finish();
    }
    issues.result()?;
    Ok(wanted)
}

pub(super) fn delete(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    ctx.allowed_in_guild(guild, Permissions::MANAGE_ROLES)?;
    let role = role(ctx, guild)?;
    if role.id == guild || role.bot.is_some() {
        return Err(ApiError::invalid_role());
    }
    below(ctx, guild, &role)?;
    if let Some(place) = ctx.state.guilds.get_mut(&guild) {
        place.roles.remove(&role.id);
        // Those above move down, as they moved up for it; clients count along.
        for other in place.roles.values_mut().filter(|other| other.position > role.position) {
            other.position -= 1;
        }
        for member in place.members.values_mut() {
            member.roles.retain(|one| *one != role.id);
        }
    }
    for channel in ctx.state.channels.values_mut().filter(|channel| channel.guild == Some(guild)) {
        channel.overwrites.retain(|overwrite| overwrite.id != role.id);
    }
    let body = json!({ "guild_id": guild, "role_id": role.id });
    ctx.state.emit(&Event::guild("GUILD_ROLE_DELETE", guild, Intents::GUILDS, body));
    ctx.log(guild, Done::to(Action::RoleDelete, role.id).change("name", &json!(role.name), &Value::Null))?;
    Ok(Answer::Empty)
}

fn role(ctx: &Ctx<'_>, guild: Snowflake) -> Result<Role, ApiError> {
    let id = ctx.id("role_id")?;
    let guild = ctx.state.guilds.get(&guild).ok_or_else(ApiError::unknown_guild)?;
    guild.roles.get(&id).cloned().ok_or_else(ApiError::unknown_role)
}

/// Whether a role stands below the bot's highest one.
fn below(ctx: &Ctx<'_>, guild: Snowflake, role: &Role) -> Result<(), ApiError> {
    let bot = ctx.bot()?;
    let place = ctx.state.guilds.get(&guild).ok_or_else(ApiError::unknown_guild)?;
    if place.owner == bot || place.rank(bot) > role.rank() {
        Ok(())
    } else {
        Err(ApiError::missing_permissions(Permissions::NONE))
    }
}

/// Whether the bot has what a role is to get.
fn grantable(ctx: &Ctx<'_>, guild: Snowflake, more: Permissions) -> Result<(), ApiError> {
    let beyond = more - ctx.state.guild_permissions(ctx.bot()?, guild);
    if beyond == Permissions::NONE { Ok(()) } else { Err(ApiError::missing_permissions(beyond)) }
}

fn put(ctx: &mut Ctx<'_>, guild: Snowflake, role: &Role) {
    if let Some(place) = ctx.state.guilds.get_mut(&guild) {
        place.roles.insert(role.id, role.clone());
    }
}

fn tell(ctx: &mut Ctx<'_>, name: &'static str, guild: Snowflake, role: &Role) {
    let body = json!({ "guild_id": guild, "role": State::role_json(role) });
    ctx.state.emit(&Event::guild(name, guild, Intents::GUILDS, body));
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
    // Both need the feature ROLE_ICONS, which no simulated guild has.
    form.refuse("icon");
    form.refuse("unicode_emoji");
}
