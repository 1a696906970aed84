use std::time::Duration;

use async_trait::async_trait;
use twilight_model::id::{Id, marker::ApplicationMarker};

use crate::{error::StoreError, time::Timestamp};

/// A session with Discord's gateway, as another process can take it up (Discord Docs/Gateway, “Resuming”).
#[derive(Clone, PartialEq, Eq)]
pub struct GatewaySession {
    /// Number of the shard, from 0.
    pub shard: u32,
    /// How many shards there are in all. A session only fits the same number.
    pub shards: u32,
    /// Whose session it is.
    pub application: Id<ApplicationMarker>,
    /// The gateway it began at, so that nobody but that one is ever shown it.
    pub gateway: String,
    /// What Discord calls it. A secret: with the bot token it opens the session.
    pub id: String,
    /// Where it is resumed.
    pub resume_url: String,
    /// Number of the last event that was received.
    pub received: u64,
    /// Numbers of those among them that are not finished, ascending.
    pub unfinished: Vec<u64>,
    /// When this was so.
    pub saved_at: Timestamp,
}

impl GatewaySession {
    /// Where to go on: the last event before the oldest that is not finished. Discord sends everything after it again, also what is finished.
    pub fn sequence(&self) -> u64 {
        self.unfinished.first().map_or(self.received, |first| first.saturating_sub(1))
    }

    /// A claim that ends this much later than one made now could was made before a clock was set back, and holds nobody up.
    pub const CLOCKS_DIFFER: Duration = Duration::from_mins(1);
}

impl std::fmt::Debug for GatewaySession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GatewaySession")
            .field("shard", &self.shard)
            .field("shards", &self.shards)
            .field("sequence", &self.sequence())
            .field("saved_at", &self.saved_at)
            .finish_non_exhaustive()
    }
}

/// What shards tell those that come after them, and those beside them.
#[async_trait]
pub trait GatewaySessions: Send + Sync {
    /// The sessions of an application with this number of shards, at most one for each.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if they cannot be read.
    async fn sessions(
        &self,
        application: Id<ApplicationMarker>,
        shards: u32,
    ) -> Result<Vec<GatewaySession>, StoreError>;

    /// Keeps these, each in place of the one before.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if they cannot be written.
    async fn save(&self, sessions: &[GatewaySession]) -> Result<(), StoreError>;

    /// Takes the right to identify in a bucket of a gateway until a moment, for one shard among those of all processes (Discord Docs/Gateway,
    /// “Sharding: Max Concurrency”). `false` if another has it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if that cannot be asked.
    async fn claim_identify(
        &self,
        application: Id<ApplicationMarker>,
        gateway: &str,
        bucket: u32,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError>;
}
