//! What the tests of this crate share.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use casey_core::{Clock, Timestamp};

use crate::part::{Health, Part, Probe};
use crate::site::{CommandLine, Site};

/// 24 November 2026, 06:01:10 UTC.
pub(crate) const NOON: i64 = 1_795_500_070_000;

/// A clock that only tests move.
pub(crate) struct HandClock(AtomicI64);

impl Default for HandClock {
    fn default() -> Self {
        Self(AtomicI64::new(NOON))
    }
}

impl HandClock {
    pub(crate) fn set(&self, millis: i64) {
        self.0.store(millis, Ordering::Relaxed);
    }

    pub(crate) fn forward(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).unwrap_or(0), Ordering::Relaxed);
    }
}

#[async_trait]
impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }

    async fn sleep_until(&self, _moment: Timestamp) {
        std::future::pending::<()>().await;
    }
}

/// A part that always shows the same.
pub(crate) struct Fixed(pub(crate) Health);

#[async_trait]
impl Probe for Fixed {
    async fn check(&self) -> Health {
        self.0.clone()
    }
}

/// A site as `casey up` shows it, with the bot as given.
pub(crate) fn site(bot: Health) -> Site {
    Site::new(Arc::new(HandClock::default()), "http://127.0.0.1:3000")
        .version("0.1.0")
        .part(
            Part::new("bot", "The bot")
                .about("Reads commands and answers them.")
                .place("in this process")
                .probe(Arc::new(Fixed(bot))),
        )
        .part(
            Part::new("database", "Database")
                .about("Keeps settings.")
                .place("one SQLite file on this machine")
                .probe(Arc::new(Fixed(Health::up("answers")))),
        )
        .commands([
            CommandLine::new("ping", "Whether Casey is there, and how quickly", "ping"),
            CommandLine::new("prefix", "The prefixes of this server", "prefix set <prefix>"),
        ])
}
