//! Guilds, their roles and members.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use crate::{permissions::Permissions, snowflake::Snowflake};

/// A guild. Its channels live in the state's table of channels.
#[derive(Clone, Debug)]
pub(crate) struct Guild {
    pub(crate) id: Snowflake,
    pub(crate) name: String,
    pub(crate) owner: Snowflake,
    pub(crate) roles: BTreeMap<Snowflake, Role>,
    pub(crate) members: BTreeMap<Snowflake, Member>,
    pub(crate) channels: Vec<Snowflake>,
}

impl Guild {
    pub(crate) fn named(id: Snowflake, name: &str, owner: Snowflake) -> Self {
        Self {
            id,
            name: name.to_owned(),
            owner,
            roles: BTreeMap::new(),
            members: BTreeMap::new(),
            channels: Vec::new(),
        }
    }
}

/// A role of a guild. The one with the guild's id is `@everyone`.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub(crate) id: Snowflake,
    pub(crate) name: String,
    pub(crate) permissions: Permissions,
    pub(crate) position: u32,
    pub(crate) color: u32,
    pub(crate) hoist: bool,
    pub(crate) mentionable: bool,
    /// The bot this role was made for.
    pub(crate) bot: Option<Snowflake>,
}

impl Role {
    pub(crate) fn named(id: Snowflake, name: &str, permissions: Permissions, position: u32) -> Self {
        Self {
            id,
            name: name.to_owned(),
            permissions,
            position,
            color: 0,
            hoist: false,
            mentionable: false,
            bot: None,
        }
    }
}

/// A person or bot in a guild.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) user: Snowflake,
    pub(crate) nick: Option<String>,
    pub(crate) roles: Vec<Snowflake>,
    pub(crate) joined_at: OffsetDateTime,
    pub(crate) timed_out_until: Option<OffsetDateTime>,
}

impl Member {
    pub(crate) fn joined(user: Snowflake, joined_at: OffsetDateTime) -> Self {
        Self { user, nick: None, roles: Vec::new(), joined_at, timed_out_until: None }
    }
}
