//! How far a shard got: which events have been dealt with, so that a process that comes after this one asks for the others again.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use casey_core::Timestamp;

/// An event that is not finished after this long no longer holds the others back: Discord does not keep everything for a resume.
const LONGEST: Duration = Duration::from_mins(2);

/// A session and how far it got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) session: String,
    pub(super) resume_url: String,
    /// The last event before the oldest that is not finished.
    pub(super) sequence: u64,
}

#[derive(Debug, Default)]
struct Inner {
    session: String,
    resume_url: String,
    /// The last event that was received.
    received: u64,
    /// Events that something still works on, and since when.
    open: BTreeMap<u64, Timestamp>,
    /// Counts sessions, so that an event of an old one closes nothing in a new one.
    epoch: u64,
}

/// The events of one shard.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    inner: Mutex<Inner>,
}

/// An event that something works on; it is finished when this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    ledger: Arc<Ledger>,
    epoch: u64,
    sequence: u64,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.ledger.with(|inner| {
            if inner.epoch == self.epoch {
                inner.open.remove(&self.sequence);
            }
        });
    }
}

impl Ledger {
    /// The ledger of a session that is taken up again.
    pub(super) fn of(mark: Mark) -> Self {
        let Mark { session, resume_url, sequence } = mark;
        Self { inner: Mutex::new(Inner { session, resume_url, received: sequence, ..Inner::default() }) }
    }

    fn with<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
        change(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A new session, which counts from its own beginning.
    pub(super) fn begin(&self, mark: Mark) {
        let Mark { session, resume_url, sequence } = mark;
        self.with(|inner| {
            let epoch = inner.epoch + 1;
            *inner = Inner { session, resume_url, received: sequence, epoch, ..Inner::default() };
        });
    }

    /// An event arrived that nothing needs to be done about any more.
    pub(super) fn pass(&self, sequence: u64) {
        self.with(|inner| inner.received = inner.received.max(sequence));
    }

    /// An event arrived that something works on from now on.
    pub(super) fn open(self: &Arc<Self>, sequence: u64, now: Timestamp) -> Place {
        let epoch = self.with(|inner| {
            inner.received = inner.received.max(sequence);
            inner.open.insert(sequence, now);
            inner.epoch
        });
        Place { ledger: Arc::clone(self), epoch, sequence }
    }

    /// How far the shard got; `None` before there was a session.
    pub(super) fn mark(&self, now: Timestamp) -> Option<Mark> {
        self.with(|inner| {
            if inner.session.is_empty() {
                return None;
            }
            let oldest = inner.open.iter().find(|(_, since)| now.since(**since) < LONGEST);
            let sequence = oldest.map_or(inner.received, |(sequence, _)| sequence.saturating_sub(1));
            Some(Mark {
                session: inner.session.clone(),
                resume_url: inner.resume_url.clone(),
                sequence: sequence.min(inner.received),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn mark(sequence: u64) -> Mark {
        Mark { session: "s".into(), resume_url: "ws://r".into(), sequence }
    }

    fn sequence(ledger: &Ledger) -> u64 {
        ledger.mark(NOW).unwrap().sequence
    }

    #[test]
    fn the_mark_stands_before_the_oldest_open_event() {
        let ledger = Arc::new(Ledger::of(mark(4)));
        ledger.pass(5);
        let (six, seven) = (ledger.open(6, NOW), ledger.open(7, NOW));
        ledger.pass(8);
        assert_eq!(sequence(&ledger), 5);
        drop(seven);
        assert_eq!(sequence(&ledger), 5);
        drop(six);
        assert_eq!(sequence(&ledger), 8);
    }

    #[test]
    fn before_a_session_there_is_nothing_to_take_up() {
        assert_eq!(Ledger::default().mark(NOW), None);
    }

    #[test]
    fn an_event_of_an_old_session_closes_nothing_in_a_new_one() {
        let ledger = Arc::new(Ledger::of(mark(0)));
        let old = ledger.open(2, NOW);
        ledger.begin(Mark { session: "t".into(), ..mark(1) });
        let new = ledger.open(2, NOW);
        drop(old);
        assert_eq!(sequence(&ledger), 1);
        drop(new);
        assert_eq!(sequence(&ledger), 2);
    }

    #[test]
    fn what_takes_too_long_holds_nobody_back() {
        let ledger = Arc::new(Ledger::of(mark(0)));
        let _slow = ledger.open(1, NOW);
        let _quick = ledger.open(9, NOW + LONGEST);
        assert_eq!(ledger.mark(NOW + Duration::from_secs(1)).unwrap().sequence, 0);
        assert_eq!(ledger.mark(NOW + LONGEST).unwrap().sequence, 8);
    }

    proptest! {
        #[test]
        fn no_unfinished_event_is_ever_behind_the_mark(steps in prop::collection::vec((any::<bool>(), 0..8_usize), 1..60)) {
            let ledger = Arc::new(Ledger::of(mark(0)));
            let mut places: Vec<Place> = Vec::new();
            let mut next = 0;
            for (arrives, which) in steps {
                if arrives {
                    next += 1;
                    if which % 3 == 0 { ledger.pass(next) } else { places.push(ledger.open(next, NOW)) }
                } else if !places.is_empty() {
                    let which = which % places.len();
                    drop(places.remove(which));
                }
                let open: BTreeSet<u64> = places.iter().map(|place| place.sequence).collect();
                prop_assert_eq!(sequence(&ledger), open.first().map_or(next, |first| first - 1));
            }
        }
    }
}
