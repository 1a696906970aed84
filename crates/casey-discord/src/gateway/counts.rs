//! What is counted of the connection to Discord.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::http::Scope;

/// Counters of the connection to Discord, since the process started.
#[derive(Debug, Default)]
pub struct Counts {
    pub(super) received: AtomicU64,
    pub(super) decoded: AtomicU64,
    pub(super) skipped: AtomicU64,
    pub(super) reconnects: AtomicU64,
    pub(super) stalls: AtomicU64,
    pub(super) shards: AtomicU64,
    pub(super) ready: AtomicU64,
    invalid: AtomicU64,
    limited: [AtomicU64; Scope::ALL.len()],
    unparsable: Mutex<BTreeMap<&'static str, u64>>,
}

/// [`Counts`] at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CountsNow {
    /// Payloads that arrived.
    pub received: u64,
    /// Events that were decoded as a whole.
    pub decoded: u64,
    /// Events that nobody wanted, or that were not for Casey.
    pub skipped: u64,
    /// Connections that ended and were made anew.
    pub reconnects: u64,
    /// How often reading paused because the bot had no room.
    pub stalls: u64,
    /// Shards of this process.
    pub shards: u64,
    /// Shards that have a session.
    pub ready: u64,
    /// Requests that Discord refused with 401, 403, or 429 for Casey's own limits. 10,000 in ten minutes would ban the address.
    pub invalid: u64,
    /// Requests that Discord refused because there were too many, by whose limit it was: `user`, `global`, `shared`, `unsaid`.
    pub limited: BTreeMap<&'static str, u64>,
    /// Payloads that could not be read, by type of event; `payload` where there was none.
    pub unparsable: BTreeMap<&'static str, u64>,
}

impl Counts {
    /// What has been counted so far.
    pub fn now(&self) -> CountsNow {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        CountsNow {
            received: read(&self.received),
            decoded: read(&self.decoded),
            skipped: read(&self.skipped),
            reconnects: read(&self.reconnects),
            stalls: read(&self.stalls),
            shards: read(&self.shards),
            ready: read(&self.ready),
            invalid: read(&self.invalid),
            limited: Scope::ALL
                .iter()
                .zip(&self.limited)
                .map(|((_, name), count)| (*name, read(count)))
                .collect(),
            unparsable: self.unparsable.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    /// Whether every shard has a session.
    pub fn is_ready(&self) -> bool {
        let shards = self.shards.load(Ordering::Relaxed);
        shards > 0 && self.ready.load(Ordering::Relaxed) == shards
    }

    pub(crate) fn invalid(&self) {
        add(&self.invalid);
    }

    pub(crate) fn limited(&self, scope: Scope) {
        if let Some(at) = Scope::ALL.iter().position(|(known, _)| *known == scope) {
            add(&self.limited[at]);
        }
    }

    pub(super) fn unparsable(&self, kind: &'static str) {
        *self.unparsable.lock().unwrap_or_else(PoisonError::into_inner).entry(kind).or_default() += 1;
    }
}

pub(super) fn add(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
