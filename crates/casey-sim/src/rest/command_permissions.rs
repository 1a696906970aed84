//! Who may use a command in a guild (Discord docs: Application Commands, Permissions). People set this in the guild's
//! settings, in the simulation with `Guild::permits`; bots can only look.

use serde_json::{Value, json};

use super::{
    call::{Answer, Ctx, Outcome},
    commands::Scope,
    error::ApiError,
};
use crate::{
    snowflake::Snowflake,
    world::{CommandPermission, State},
};

pub(super) fn list(ctx: &mut Ctx<'_>) -> Outcome {
    let scope = Scope::of(ctx)?;
    let app = ctx.application()?;
    let here = app.command_permissions.iter().filter(|((guild, _), _)| Some(*guild) == scope.guild);
    let bodies: Vec<Value> = here
        .map(|((guild, id), lines)| State::command_permissions_json(app.id, *guild, *id, lines))
        .collect();
    Answer::ok(json!(bodies))
}

pub(super) fn get(ctx: &mut Ctx<'_>) -> Outcome {
    let scope = Scope::of(ctx)?;
    let (guild, id) = (scope.guild.unwrap_or_default(), ctx.id("command_id")?);
    let app = ctx.application()?;
    let known = app.commands_in(scope.guild).any(|command| command.id == id) || id == app.id;
    let lines = app.command_permissions.get(&(guild, id)).filter(|_| known);
    let lines = lines.ok_or_else(ApiError::unknown_command_permissions)?;
    Answer::ok(State::command_permissions_json(app.id, guild, id, lines))
}

/// Takes the token of a person with the right to manage the guild, never a bot's.
pub(super) fn put(ctx: &mut Ctx<'_>) -> Outcome {
    Scope::of(ctx)?;
    Err(ApiError::bots_cannot())
}

impl State {
    /// The permissions of a command, or of a whole application, as Discord writes them.
    pub(crate) fn command_permissions_json(
        app: Snowflake,
        guild: Snowflake,
        id: Snowflake,
        lines: &[CommandPermission],
    ) -> Value {
        let lines: Vec<Value> = lines
            .iter()
            .map(|line| json!({ "id": line.id, "type": line.kind, "permission": line.allowed }))
            .collect();
        json!({ "id": id, "application_id": app, "guild_id": guild, "permissions": lines })
    }
}
