//! Channels of guilds and direct messages.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::{Message, Thread};
use crate::{permissions::Permissions, snowflake::Snowflake};

/// What a channel is for (Discord docs: Channel, Channel Types).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Direct,
    Voice,
    Category,
    News,
    NewsThread,
    PublicThread,
    PrivateThread,
    Stage,
    Forum,
}

impl Kind {
    /// The number Discord uses.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Text => 0,
            Self::Direct => 1,
            Self::Voice => 2,
            Self::Category => 4,
            Self::News => 5,
            Self::NewsThread => 10,
            Self::PublicThread => 11,
            Self::PrivateThread => 12,
            Self::Stage => 13,
            Self::Forum => 15,
        }
    }

    /// The kind a guild channel of this number has, if it is simulated.
    pub(crate) fn in_guild(number: i64) -> Option<Self> {
        match number {
            0 => Some(Self::Text),
            2 => Some(Self::Voice),
            4 => Some(Self::Category),
            5 => Some(Self::News),
            13 => Some(Self::Stage),
            15 => Some(Self::Forum),
            _ => None,
        }
    }

    /// Whether people talk there, in text or in voice.
    pub(crate) fn takes_messages(self) -> bool {
        !matches!(self, Self::Category | Self::Forum)
    }

    /// Whether only community servers have such channels (Discord docs: Channel, Channel Types).
    pub(crate) fn needs_community(self) -> bool {
        matches!(self, Self::News | Self::Stage)
    }
}

/// A channel with what was written in it.
#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(crate) id: Snowflake,
    pub(crate) guild: Option<Snowflake>,
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) topic: Option<String>,
    pub(crate) nsfw: bool,
    pub(crate) position: u32,
    pub(crate) parent: Option<Snowflake>,
    pub(crate) slowmode_s: u32,
    pub(crate) overwrites: Vec<Overwrite>,
    /// The two of a direct message: the person, then the bot.
    pub(crate) recipients: Option<(Snowflake, Snowflake)>,
    pub(crate) messages: BTreeMap<Snowflake, Message>,
    /// The last message that everyone there could see; it stays when the message is deleted.
    pub(crate) last_message: Option<Snowflake>,
    /// Settings that only some kinds have, as Discord answers them.
    pub(crate) extra: Map<String, Value>,
    /// What makes it a thread.
    pub(crate) thread: Option<Thread>,
    /// Pinned messages and when they were pinned, the latest last.
    pub(crate) pins: Vec<(Snowflake, OffsetDateTime)>,
}

impl Channel {
    pub(crate) fn text(id: Snowflake, guild: Option<Snowflake>, name: &str) -> Self {
        Self {
            id,
            guild,
            kind: Kind::Text,
            name: name.to_owned(),
            topic: None,
            nsfw: false,
            position: 0,
            parent: None,
            slowmode_s: 0,
            overwrites: Vec::new(),
            recipients: None,
            messages: BTreeMap::new(),
            last_message: None,
            extra: Map::new(),
            thread: None,
            pins: Vec::new(),
        }
    }

    pub(crate) fn direct(id: Snowflake, person: Snowflake, bot: Snowflake) -> Self {
        Self { kind: Kind::Direct, recipients: Some((person, bot)), ..Self::text(id, None, "") }
    }
}

/// What a channel changes about the permissions of a role or member.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Overwrite {
    pub(crate) id: Snowflake,
    pub(crate) role: bool,
    pub(crate) allow: Permissions,
    pub(crate) deny: Permissions,
}
