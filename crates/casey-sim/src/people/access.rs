//! Which commands a person is offered, and where (Discord docs: Application Commands, Permissions and Contexts).

use serde_json::{Value, json};

use crate::{
    permissions::Permissions,
    snowflake::Snowflake,
    world::{Application, Channel, CommandPermission, State},
};

/// A command as people find it.
pub(super) struct Offered {
    pub(super) app: Snowflake,
    pub(super) id: Snowflake,
    pub(super) guild: Option<Snowflake>,
    pub(super) body: Value,
}

/// The command of this name and kind that is there in a channel: 1 slash, 2 on a user, 3 on a message.
pub(super) fn find(state: &State, channel: Snowflake, name: &str, kind: u64) -> Result<Offered, String> {
    let channel = state.channels.get(&channel).ok_or("the channel is gone")?;
    let here = state.apps.values().filter(|app| match (channel.guild, channel.recipients) {
        (Some(guild), _) => state.member(guild, app.bot).is_some(),
        (None, Some((_, bot))) => bot == app.bot,
        (None, None) => false,
    });
    let mut known = Vec::new();
    for app in here {
        for command in app.commands_in(channel.guild).filter(|command| command.kind() == kind) {
            if command.name() == name {
                let body = command.body.clone();
                return Ok(Offered { app: app.id, id: command.id, guild: command.guild, body });
            }
            known.push(if kind == 1 { format!("/{}", command.name()) } else { command.name().to_owned() });
        }
    }
    known.sort();
    Err(format!("no such command is registered; there are: {}", known.join(", ")))
}

/// Whether somebody may use a command in a channel.
pub(super) fn may_use(
    state: &State,
    person: Snowflake,
    channel: Snowflake,
    command: &Offered,
) -> Result<(), String> {
    let place = state.channels.get(&channel).ok_or("the channel is gone")?;
    if !place.kind.takes_messages() {
        return Err("one cannot write there".to_owned());
    }
    let mine = state.permissions(person, channel);
    let needed = Permissions::VIEW_CHANNEL | Permissions::USE_APPLICATION_COMMANDS;
    if !mine.contains(needed) {
        return Err(format!("they lack {} here", (needed - mine).names().join(", ")));
    }
    let context = u8::from(place.guild.is_none());
    let contexts = command.body["contexts"].as_array();
    let excluded = contexts.is_some_and(|list| !list.contains(&json!(context)))
        || (contexts.is_none() && context == 1 && command.body["dm_permission"] == false);
    if excluded {
        return Err("the command is not offered in this kind of place".to_owned());
    }
    if command.body["nsfw"] == true && !place.nsfw {
        return Err("the command is only offered in age-restricted channels".to_owned());
    }
    match place.guild {
        Some(guild) => granted(state, (guild, person), place, command, mine),
        None => Ok(()),
    }
}

/// What the guild has decided about the command, and otherwise what the command itself asks for.
fn granted(
    state: &State,
    (guild, person): (Snowflake, Snowflake),
    place: &Channel,
    command: &Offered,
    mine: Permissions,
) -> Result<(), String> {
    if mine.contains(Permissions::ALL) {
        return Ok(());
    }
    let app = state.apps.get(&command.app).ok_or("the bot is gone")?;
    let lines = lines(app, guild, command.id);
    // Everywhere is written as the guild's id less one.
    let everywhere = Snowflake::new(guild.get().saturating_sub(1));
    let channel = place.thread.as_ref().and(place.parent).unwrap_or(place.id);
    let here = decision(lines, 3, |id| id == channel).or(decision(lines, 3, |id| id == everywhere));
    if here == Some(false) {
        return Err("the guild does not offer the command in this channel".to_owned());
    }
    let roles = state.member(guild, person).map(|member| member.roles.clone()).unwrap_or_default();
    let own = decision(lines, 2, |id| id == person)
        .or(decision(lines, 1, |id| roles.contains(&id)))
        .or(decision(lines, 1, |id| id == guild));
    match own {
        Some(true) => Ok(()),
        Some(false) => Err("the guild does not offer the command to them".to_owned()),
        None => by_default(command, mine),
    }
}

/// Lines of a command, or else those of the whole application.
fn lines(app: &Application, guild: Snowflake, command: Snowflake) -> &[CommandPermission] {
    let find = |id: Snowflake| app.command_permissions.get(&(guild, id)).filter(|lines| !lines.is_empty());
    find(command).or_else(|| find(app.id)).map(Vec::as_slice).unwrap_or_default()
}

/// What lines of a kind say: allowed if one of them allows it.
fn decision(lines: &[CommandPermission], kind: u8, about: impl Fn(Snowflake) -> bool) -> Option<bool> {
    lines.iter().filter(|line| line.kind == kind && about(line.id)).map(|line| line.allowed).max()
}

fn by_default(command: &Offered, mine: Permissions) -> Result<(), String> {
    let bits = command.body["default_member_permissions"].as_str().and_then(|text| text.parse().ok());
    let Some(needed) = bits.map(Permissions::from_bits) else { return Ok(()) };
    if needed != Permissions::NONE && mine.contains(needed) {
        return Ok(());
    }
    Err(format!("the command is only offered to members with {}", needed.names().join(", ")))
}
