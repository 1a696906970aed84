//! Channels of guilds and direct messages.

use std::collections::BTreeMap;

use super::Message;
use crate::{permissions::Permissions, snowflake::Snowflake};

/// What a channel is for (Discord docs: Channel, Channel Types).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Direct,
    Voice,
    Category,
}

impl Kind {
    /// The number Discord uses.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Text => 0,
            Self::Direct => 1,
            Self::Voice => 2,
            Self::Category => 4,
        }
    }

    /// The kind a guild channel of this number has, if it is simulated.
    pub(crate) fn in_guild(number: i64) -> Option<Self> {
        match number {
            0 => Some(Self::Text),
            2 => Some(Self::Voice),
            4 => Some(Self::Category),
            _ => None,
        }
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
