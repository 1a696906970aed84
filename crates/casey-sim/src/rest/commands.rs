//! Registering application commands, globally and in guilds (Discord docs: Application Commands).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    call::{Answer, Ctx, Outcome},
    command_body,
    error::ApiError,
    form::{Form, Issues},
};
use crate::{
    limits,
    snowflake::Snowflake,
    world::{Command, State},
};

/// Which list of commands a path means.
#[derive(Clone, Copy)]
pub(super) struct Scope {
    pub(super) app: Snowflake,
    pub(super) guild: Option<Snowflake>,
}

impl Scope {
    pub(super) fn of(ctx: &Ctx<'_>) -> Result<Self, ApiError> {
        let app = ctx.application()?.id;
        if ctx.id("application_id")? != app {
            let known = ctx.id("application_id").is_ok_and(|id| ctx.state.apps.contains_key(&id));
            return Err(if known {
                ApiError::not_this_application()
            } else {
                ApiError::unknown_application()
            });
        }
        let guild = if ctx.param("guild_id").is_empty() { None } else { Some(ctx.guild()?) };
        Ok(Self { app, guild })
    }

    fn list(self, state: &State) -> &[Command] {
        let Some(app) = state.apps.get(&self.app) else { return &[] };
        match self.guild {
            None => &app.commands,
            Some(guild) => app.guild_commands.get(&guild).map(Vec::as_slice).unwrap_or_default(),
        }
    }

    fn list_mut(self, state: &mut State) -> Result<&mut Vec<Command>, ApiError> {
        let app = state.apps.get_mut(&self.app).ok_or_else(ApiError::unknown_application)?;
        Ok(match self.guild {
            None => &mut app.commands,
            Some(guild) => app.guild_commands.entry(guild).or_default(),
        })
    }

    /// A command of the body, under the id of the one it replaces. Unchanged commands keep their version.
    fn replace(self, state: &mut State, body: Value) -> Command {
        let old = self
            .list(state)
            .iter()
            .find(|old| old.name() == body["name"] && json!(old.kind()) == body["type"]);
        match old.cloned() {
            Some(old) if old.body == body => old,
            Some(old) => Command { version: state.mint(), body, ..old },
            None => {
                let id = state.mint();
                Command { id, version: id, guild: self.guild, body }
            }
        }
    }
}

pub(super) fn list(ctx: &mut Ctx<'_>) -> Outcome {
    let scope = Scope::of(ctx)?;
    let words = ctx.query_is_true("with_localizations");
    let render = |command: &Command| {
        let mut body = State::command_json(scope.app, command);
        if !words && let Some(map) = body.as_object_mut() {
            map.remove("name_localizations");
            map.remove("description_localizations");
        }
        body
    };
    Answer::ok(json!(scope.list(ctx.state).iter().map(render).collect::<Vec<_>>()))
}

pub(super) fn get(ctx: &mut Ctx<'_>) -> Outcome {
    let scope = Scope::of(ctx)?;
    let command = one(ctx, scope)?;
    Answer::ok(State::command_json(scope.app, &command))
}

pub(super) fn create(ctx: &mut Ctx<'_>) -> Outcome {
    let scope = Scope::of(ctx)?;
    let body = read(ctx.body, None)?;
    let command = scope.replace(ctx.state, body);
    let list = scope.list_mut(ctx.state)?;
    let status = if let Some(old) = list.iter_mut().find(|old| old.id == command.id) {
        *old = command.clone();
        200
    } else {
        list.push(command.clone());
        201
    };
    if let Err(error) = check_count(list) {
        list.pop();
        return Err(error);
    }
    Ok(Answer::Json(status, State::command_json(scope.app, &command)))
}

pub(super) fn overwrite(ctx: &mut Ctx<'_>) -> Outcome {
    let scope = Scope::of(ctx)?;
    let issues = Issues::default();
    let Some(bodies) = ctx.body.as_array() else {
        issues.add("", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
        return Err(issues.result().err().unwrap_or_else(ApiError::wrong_form));
    };
    let mut names = BTreeSet::new();
    let mut read = Vec::new();
    for (index, body) in bodies.iter().enumerate() {
        let Some(form) = Form::new(body, index.to_string(), &issues) else { continue };
        let command = command_body::read(form, None);
        if !names.insert((command["name"].to_string(), command["type"].as_i64())) {
            let message = "Application command names must be unique";
            issues.add(&format!("{index}.name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", message);
        }
        read.push(command);
    }
    issues.result()?;
    let commands: Vec<Command> = read.into_iter().map(|body| scope.replace(ctx.state, body)).collect();
    check_count(&commands)?;
    (*scope.list_mut(ctx.state)?).clone_from(&commands);
    Answer::ok(json!(commands.iter().map(|one| State::command_json(scope.app, one)).collect::<Vec<_>>()))
}

pub(super) fn edit(ctx: &mut Ctx<'_>) -> Outcome {
    let scope = Scope::of(ctx)?;
    let old = one(ctx, scope)?;
    let body = read(ctx.body, Some(&old.body))?;
    let taken = scope
        .list(ctx.state)
        .iter()
        .any(|other| other.id != old.id && other.name() == body["name"] && other.kind() == old.kind());
    if taken {
        let issues = Issues::default();
        issues.add("name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique");
        issues.result()?;
    }
    let version = if body == old.body { old.version } else { ctx.state.mint() };
    let command = Command { version, body, ..old };
    if let Some(stored) = scope.list_mut(ctx.state)?.iter_mut().find(|one| one.id == command.id) {
        *stored = command.clone();
    }
    Answer::ok(State::command_json(scope.app, &command))
}

pub(super) fn delete(ctx: &mut Ctx<'_>) -> Outcome {
    let scope = Scope::of(ctx)?;
    let command = one(ctx, scope)?;
    scope.list_mut(ctx.state)?.retain(|one| one.id != command.id);
    Ok(Answer::Empty)
}

fn one(ctx: &Ctx<'_>, scope: Scope) -> Result<Command, ApiError> {
    let id = ctx.id("command_id")?;
    scope.list(ctx.state).iter().find(|one| one.id == id).cloned().ok_or_else(ApiError::unknown_command)
}

fn read(body: &Value, old: Option<&Value>) -> Result<Value, ApiError> {
    let issues = Issues::default();
    let read = Form::new(body, String::new(), &issues).map(|form| command_body::read(form, old));
    issues.result()?;
    Ok(read.unwrap_or_default())
}

fn check_count(commands: &[Command]) -> Result<(), ApiError> {
    let of = |kind: u64| commands.iter().filter(|one| one.kind() == kind).count();
    // 15 of each kind of context menu (Application Commands, Registering a Command).
    if of(1) > limits::COMMANDS || of(2) > 15 || of(3) > 15 {
        return Err(ApiError::too_many_commands());
    }
    Ok(())
}
