//! Guilds, their roles and members.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, VecDeque},
};

use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::AuditEntry;

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
    /// People banned, with the reason.
    pub(crate) bans: BTreeMap<Snowflake, Option<String>>,
    pub(crate) features: Vec<String>,
    /// Settings changed from what a new guild has, as Discord answers them.
    pub(crate) settings: Map<String, Value>,
    /// Emoji, stickers, events and rules as Discord answers them.
    pub(crate) emojis: BTreeMap<Snowflake, Value>,
    pub(crate) stickers: BTreeMap<Snowflake, Value>,
    pub(crate) events: BTreeMap<Snowflake, Value>,
    pub(crate) rules: BTreeMap<Snowflake, Value>,
    /// The last entries of the audit log, oldest first.
    pub(crate) audit: VecDeque<AuditEntry>,
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
            bans: BTreeMap::new(),
            features: Vec::new(),
            settings: Map::new(),
            emojis: BTreeMap::new(),
            stickers: BTreeMap::new(),
            events: BTreeMap::new(),
            rules: BTreeMap::new(),
            audit: VecDeque::new(),
        }
    }
}

impl Guild {
    pub(crate) fn has_feature(&self, feature: &str) -> bool {
        self.features.iter().any(|one| one == feature)
    }

    /// How high the highest role of a member stands. Of two roles at one position the older one is higher.
    pub(crate) fn rank(&self, user: Snowflake) -> (u32, Reverse<Snowflake>) {
        let worn = self.members.get(&user).map(|member| member.roles.as_slice()).unwrap_or_default();
        let ranks = worn.iter().filter_map(|id| self.roles.get(id)).map(Role::rank);
        ranks.max().unwrap_or((0, Reverse(self.id)))
    }

    /// Whether a member may act on another: nobody on the owner, and otherwise those with a higher role
    /// (Discord docs: Permissions, Permission Hierarchy).
    pub(crate) fn stands_above(&self, one: Snowflake, other: Snowflake) -> bool {
        other != self.owner && (one == self.owner || self.rank(one) > self.rank(other))
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

    /// To be compared with the ranks of other roles.
    pub(crate) fn rank(&self) -> (u32, Reverse<Snowflake>) {
        (self.position, Reverse(self.id))
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
    pub(crate) mute: bool,
    pub(crate) deaf: bool,
    /// The only flag that can be changed: `BYPASSES_VERIFICATION`, bit 2.
    pub(crate) flags: u64,
}

impl Member {
    pub(crate) fn joined(user: Snowflake, joined_at: OffsetDateTime) -> Self {
        Self {
            user,
            nick: None,
            roles: Vec::new(),
            joined_at,
            timed_out_until: None,
            mute: false,
            deaf: false,
            flags: 0,
        }
    }
}
