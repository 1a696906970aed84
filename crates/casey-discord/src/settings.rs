//! How to connect.

use std::sync::Arc;

use casey_core::{Clock, GatewaySessions, MemorySessions, SystemClock};
use twilight_model::gateway::ShardId;

/// Which shards run in this process (Discord Docs/Sharding).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shards {
    /// As many as Discord recommends, all of them here.
    #[default]
    Auto,
    /// A part of a given number.
    Range {
        /// The first, from 0.
        from: u32,
        /// The one after the last.
        to: u32,
        /// How many there are in all, in this process and others.
        total: u32,
    },
}

impl Shards {
    /// Ids of the shards; nothing beyond `total` is among them.
    pub(crate) fn ids(self, recommended: u32) -> impl Iterator<Item = ShardId> {
        let (from, to, total) = match self {
            Self::Auto => (0, recommended.max(1), recommended.max(1)),
            Self::Range { from, to, total } => (from, to, total),
        };
        (from..to).filter_map(move |number| ShardId::new_checked(number, total))
    }
}

/// How to connect to Discord.
#[must_use]
#[derive(Clone)]
pub struct Settings {
    pub(crate) token: String,
    pub(crate) api_url: Option<String>,
    pub(crate) global_limit: u16,
    pub(crate) shards: Shards,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) sessions: Arc<dyn GatewaySessions>,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("api_url", &self.api_url)
            .field("global_limit", &self.global_limit)
            .field("shards", &self.shards)
            .finish_non_exhaustive()
    }
}

impl Settings {
    /// Settings for a bot token: Discord itself, 50 requests per second, as many shards as recommended, the machine's clock.
    pub fn new(token: impl Into<String>) -> Self {
        Self {
            token: token.into(),
            api_url: None,
            global_limit: 50,
            shards: Shards::Auto,
            clock: Arc::new(SystemClock),
            sessions: Arc::new(MemorySessions::new()),
        }
    }

    /// The HTTP API at another address, such as `http://127.0.0.1:4800`. It tells where its gateway is.
    pub fn api_url(mut self, url: Option<impl Into<String>>) -> Self {
        self.api_url = url.map(Into::into);
        self
    }

    /// Requests per second in all, Discord's own limit being 50; 0 for as many as can be counted (65,535), behind a proxy that limits.
    pub fn global_limit(mut self, requests: u16) -> Self {
        self.global_limit = requests;
        self
    }

    /// Which shards run here.
    pub fn shards(mut self, shards: Shards) -> Self {
        self.shards = shards;
        self
    }

    /// Where gateway sessions are kept, so that the next process goes on where this one ends. In memory unless said: then it begins anew.
    pub fn sessions(mut self, sessions: Arc<dyn GatewaySessions>) -> Self {
        self.sessions = sessions;
        self
    }

    /// Another clock.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(shards: Shards, recommended: u32) -> Vec<(u32, u32)> {
        shards.ids(recommended).map(|id| (id.number(), id.total())).collect()
    }

    #[test]
    fn shards_are_those_recommended_or_those_given() {
        assert_eq!(numbers(Shards::Auto, 2), [(0, 2), (1, 2)]);
        assert_eq!(numbers(Shards::Auto, 0), [(0, 1)]);
        assert_eq!(numbers(Shards::Range { from: 1, to: 3, total: 16 }, 2), [(1, 16), (2, 16)]);
        assert_eq!(numbers(Shards::Range { from: 3, to: 9, total: 4 }, 2), [(3, 4)]);
    }

    #[test]
    fn the_token_is_not_shown() {
        assert!(!format!("{:?}", Settings::new("sesame")).contains("sesame"));
    }
}
