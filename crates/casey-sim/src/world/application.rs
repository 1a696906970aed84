//! Applications: a bot account, its token, its privileges and its commands.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use crate::{gateway::Intents, snowflake::Snowflake};

/// An application with its bot. The two ids differ on purpose: code that confuses them must fail.
#[derive(Clone, Debug)]
pub(crate) struct Application {
    pub(crate) id: Snowflake,
    pub(crate) name: String,
    pub(crate) bot: Snowflake,
    pub(crate) token: String,
    pub(crate) owner: Snowflake,
    /// Privileged intents switched on in the developer portal.
    pub(crate) privileged: Intents,
    pub(crate) commands: Vec<Command>,
    pub(crate) guild_commands: HashMap<Snowflake, Vec<Command>>,
    /// Who may use what in a guild, by the guild and the command (or the application for all of them).
    pub(crate) command_permissions: BTreeMap<(Snowflake, Snowflake), Vec<CommandPermission>>,
    /// Emoji of the application as Discord answers them.
    pub(crate) emojis: BTreeMap<Snowflake, Value>,
    /// What the gateway last heard from the bot about its presence.
    pub(crate) presence: Option<Value>,
    /// What the bot changed about its application, as Discord answers it.
    pub(crate) settings: Map<String, Value>,
}

impl Application {
    /// Commands that can be used in `guild` (or in a direct message): the guild's own first, as Discord's client does.
    pub(crate) fn commands_in(&self, guild: Option<Snowflake>) -> impl Iterator<Item = &Command> {
        let own = guild.and_then(|id| self.guild_commands.get(&id)).map(Vec::as_slice).unwrap_or_default();
        own.iter().chain(self.commands.iter())
    }
}

/// One line of a command's permissions in a guild (Discord docs: Application Commands, Permissions).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CommandPermission {
    pub(crate) id: Snowflake,
    /// 1 a role, 2 a user, 3 a channel.
    pub(crate) kind: u8,
    pub(crate) allowed: bool,
}

/// A registered command. `body` is what Discord answers about it, without the ids.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    pub(crate) id: Snowflake,
    pub(crate) version: Snowflake,
    pub(crate) guild: Option<Snowflake>,
    pub(crate) body: Value,
}

impl Command {
    pub(crate) fn name(&self) -> &str {
        self.body["name"].as_str().unwrap_or_default()
    }

    pub(crate) fn kind(&self) -> u64 {
        self.body["type"].as_u64().unwrap_or(1)
    }
}
