//! Messages and what hangs on them.

use std::sync::Arc;

use serde_json::Value;
use time::OffsetDateTime;

use super::Mentions;
use crate::snowflake::Snowflake;

/// Bits of a message's `flags` (Discord docs: Message, Message Flags).
pub(crate) mod flags {
    pub(crate) const CROSSPOSTED: u64 = 1;
    pub(crate) const IS_CROSSPOST: u64 = 1 << 1;
    pub(crate) const SUPPRESS_EMBEDS: u64 = 1 << 2;
    pub(crate) const HAS_THREAD: u64 = 1 << 5;
    pub(crate) const EPHEMERAL: u64 = 1 << 6;
    pub(crate) const LOADING: u64 = 1 << 7;
    pub(crate) const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
    pub(crate) const HAS_SNAPSHOT: u64 = 1 << 14;
    pub(crate) const COMPONENTS_V2: u64 = 1 << 15;
}

/// A message. Embeds and components are kept as Discord would answer them.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) id: Snowflake,
    pub(crate) channel: Snowflake,
    pub(crate) guild: Option<Snowflake>,
    pub(crate) author: Snowflake,
    pub(crate) content: String,
    pub(crate) embeds: Vec<Value>,
    pub(crate) components: Vec<Value>,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) mentions: Mentions,
    pub(crate) flags: u64,
    pub(crate) sent_at: OffsetDateTime,
    pub(crate) edited_at: Option<OffsetDateTime>,
    pub(crate) tts: bool,
    pub(crate) nonce: Option<Value>,
    /// The message this one replies to (or the one a follow-up belongs to).
    pub(crate) reply_to: Option<Snowflake>,
    pub(crate) reactions: Vec<Reaction>,
    /// Stickers as they stand in a message.
    pub(crate) stickers: Vec<Value>,
    /// The message it forwards, or was copied from.
    pub(crate) forward: Option<Forward>,
    pub(crate) origin: Origin,
}

impl Message {
    /// The only one who sees the message, if it is ephemeral.
    pub(crate) fn only_for(&self) -> Option<Snowflake> {
        match &self.origin {
            Origin::Interaction(cause) if self.flags & flags::EPHEMERAL != 0 => Some(cause.user),
            _ => None,
        }
    }

    /// Whether the message stands for an answer that is still to come.
    pub(crate) fn loading(&self) -> bool {
        self.flags & flags::LOADING != 0
    }
}

/// What a message came from.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// Written, or posted with the bot's token.
    Sent,
    /// An answer to an interaction.
    Interaction(Cause),
    /// Posted through a webhook.
    Webhook(Sender),
}

/// Under which name and picture a webhook posted a message.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    pub(crate) webhook: Snowflake,
    pub(crate) app: Option<Snowflake>,
    pub(crate) name: String,
    pub(crate) avatar: Option<String>,
}

/// A message that stands in another one.
#[derive(Clone, Debug)]
pub(crate) struct Forward {
    pub(crate) message: Snowflake,
    pub(crate) channel: Snowflake,
    pub(crate) guild: Option<Snowflake>,
    /// What it said when it was forwarded; none for a copy of an announcement.
    pub(crate) snapshot: Option<Value>,
}

/// The interaction a message answers.
#[derive(Clone, Debug)]
pub(crate) struct Cause {
    pub(crate) interaction: Snowflake,
    pub(crate) app: Snowflake,
    /// 2 for a command, 3 for a component, 5 for a form.
    pub(crate) kind: u8,
    /// Full name of the command, with its subcommands.
    pub(crate) name: String,
    pub(crate) user: Snowflake,
    pub(crate) guild: Option<Snowflake>,
    /// The message whose component was used.
    pub(crate) component_of: Option<Snowflake>,
    /// The first answer, for follow-ups.
    pub(crate) original: Option<Snowflake>,
    /// What a command of a context menu was used on.
    pub(crate) target: Option<Target>,
    /// What opened the form that was sent.
    pub(crate) trigger: Option<Box<Cause>>,
}

/// What a command of a context menu is used on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    User(Snowflake),
    Message(Snowflake),
}

/// A file of a message, with its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Attachment {
    pub(crate) id: Snowflake,
    pub(crate) filename: String,
    pub(crate) description: Option<String>,
    pub(crate) content_type: String,
    pub(crate) bytes: Arc<[u8]>,
}

/// One emoji under a message and who put it there.
#[derive(Clone, Debug)]
pub(crate) struct Reaction {
    pub(crate) emoji: String,
    pub(crate) users: Vec<Snowflake>,
}
