use std::time::Duration;

use async_trait::async_trait;
use casey_privacy::{
    Permit,
    purposes::{CoreCommands, StatsUsage},
};
use twilight_model::id::{
    Id,
    marker::{ChannelMarker, GuildMarker, UserMarker},
};

use crate::{error::StoreError, time::Timestamp};

/// How a command was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// As slash command.
    Slash,
    /// As message with a prefix.
    Prefix,
    /// By an entry in the context menu of a person or a message.
    Menu,
    /// By a button or select menu.
    Component,
    /// By a form that was filled in.
    Modal,
}

impl Way {
    /// A stable name for metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Slash => "slash",
            Self::Prefix => "prefix",
            Self::Menu => "menu",
            Self::Component => "component",
            Self::Modal => "modal",
        }
    }
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It did what it is for.
    Done,
    /// The person was told what to put right.
    Refused,
    /// It failed on our side.
    Failed,
}

impl Outcome {
    /// A stable name for storage and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// That a command was used. Never what was typed with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandUse {
    /// By whom.
    pub user: Id<UserMarker>,
    /// In which server; none in direct messages.
    pub guild: Option<Id<GuildMarker>>,
    /// In which channel; none in direct messages, whose ids are not stored.
    pub channel: Option<Id<ChannelMarker>>,
    /// Command and sub-command, as `prefix set`.
    pub command: String,
    /// How it ended.
    pub outcome: Outcome,
    /// How long it took.
    pub took: Duration,
    /// When, to the hour.
    pub hour: Timestamp,
}

/// Keeps who uses Casey and which commands are used. Off the hot path: recording never waits.
#[async_trait]
pub trait UsageLog: Send + Sync {
    /// Notes a use. The person becomes known to Casey (`met`); the command history is kept only if `stats` is permitted.
    fn used(&self, met: Permit<CoreCommands>, stats: Option<Permit<StatsUsage>>, entry: CommandUse);

    /// Writes what is still waiting.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written; it is kept for the next try.
    async fn flush(&self) -> Result<(), StoreError>;
}
