//! Applications: a bot account, its token, its privileges and its commands.

use std::collections::HashMap;

use serde_json::Value;

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
    /// What the gateway last heard from the bot about its presence.
    pub(crate) presence: Option<Value>,
}

impl Application {
    /// Commands that can be used in `guild` (or in a direct message): the guild's own first, as Discord's client does.
    pub(crate) fn commands_in(&self, guild: Option<Snowflake>) -> impl Iterator<Item = &Command> {
        let own = guild.and_then(|id| self.guild_commands.get(&id)).map(Vec::as_slice).unwrap_or_default();
        own.iter().chain(self.commands.iter())
    }
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
