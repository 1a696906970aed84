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
    /// The last event that was received.
    pub(super) received: u64,
    /// Those among them that are not finished, ascending.
    pub(super) unfinished: Vec<u64>,
}

#[derive(Debug, Default)]
struct Inner {
    session: String,
    resume_url: String,
    received: u64,
    /// The last that the process before received: up to it, events come again.
    again: u64,
    /// Events that something still works on, or that are still to come again, and since when.
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
    /// The ledger of a session that is taken up again: what was not finished comes again, and so does much that was.
    pub(super) fn of(mark: Mark, now: Timestamp) -> Self {
        let Mark { session, resume_url, received, unfinished } = mark;
        let open = unfinished.into_iter().map(|sequence| (sequence, now)).collect();
        let inner = Inner { session, resume_url, received, again: received, open, epoch: 0 };
        Self { inner: Mutex::new(inner) }
    }

    fn with<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
        change(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A new session, which counts from its own beginning.
    pub(super) fn begin(&self, session: String, resume_url: String, received: u64) {
        self.with(|inner| {
            let epoch = inner.epoch + 1;
            *inner = Inner { session, resume_url, received, again: 0, open: BTreeMap::new(), epoch };
        });
    }

    /// An event arrived that nothing needs to be done about.
    pub(super) fn pass(&self, sequence: u64) {
        self.with(|inner| {
            inner.received = inner.received.max(sequence);
            inner.open.remove(&sequence);
        });
    }

    /// An event arrived that something works on from now on. `None` if that is done: it came again after a resume, and was finished before.
    pub(super) fn open(self: &Arc<Self>, sequence: u64, now: Timestamp) -> Option<Place> {
        let epoch = self.with(|inner| {
            if sequence <= inner.again && !inner.open.contains_key(&sequence) {
                return None;
            }
            inner.received = inner.received.max(sequence);
            inner.open.insert(sequence, now);
            Some(inner.epoch)
        })?;
        Some(Place { ledger: Arc::clone(self), epoch, sequence })
    }

    /// How far the shard got; `None` before there was a session.
    pub(super) fn mark(&self, now: Timestamp) -> Option<Mark> {
        self.with(|inner| {
            let unfinished = inner.open.iter().filter(|(_, since)| now.since(**since) < LONGEST);
            (!inner.session.is_empty()).then(|| Mark {
                session: inner.session.clone(),
                resume_url: inner.resume_url.clone(),
                received: inner.received,
                unfinished: unfinished.map(|(sequence, _)| *sequence).collect(),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn mark(received: u64, unfinished: &[u64]) -> Mark {
        Mark { session: "s".into(), resume_url: "ws://r".into(), received, unfinished: unfinished.to_vec() }
    }

    fn ledger(mark: Mark) -> Arc<Ledger> {
        Arc::new(Ledger::of(mark, NOW))
    }

    fn told(ledger: &Ledger) -> (u64, Vec<u64>) {
        let mark = ledger.mark(NOW).unwrap();
        (mark.received, mark.unfinished)
    }

    #[test]
    fn what_is_worked_on_is_unfinished() {
        let ledger = ledger(mark(4, &[]));
        ledger.pass(5);
        let (six, seven) = (ledger.open(6, NOW), ledger.open(7, NOW));
        ledger.pass(8);
        assert_eq!(told(&ledger), (8, vec![6, 7]));
        drop(seven);
        assert_eq!(told(&ledger), (8, vec![6]));
        drop(six);
        assert_eq!(told(&ledger), (8, vec![]));
    }

    #[test]
    fn of_what_comes_again_only_the_unfinished_is_done() {
        let ledger = ledger(mark(9, &[4, 7]));
        assert_eq!(told(&ledger), (9, vec![4, 7]), "until it comes again it stays so");
        let four = ledger.open(4, NOW).unwrap();
        assert!(ledger.open(5, NOW).is_none() && ledger.open(6, NOW).is_none());
        // It did not turn out to be for anybody this time.
        ledger.pass(7);
        assert!(ledger.open(9, NOW).is_none());
        assert_eq!(told(&ledger), (9, vec![4]));
        drop(four);
        assert!(ledger.open(10, NOW).is_some(), "what is new is done");
    }

    #[test]
    fn before_a_session_there_is_nothing_to_take_up() {
        assert_eq!(Ledger::default().mark(NOW), None);
    }

    #[test]
    fn an_event_of_an_old_session_closes_nothing_in_a_new_one() {
        let ledger = ledger(mark(0, &[]));
        let old = ledger.open(2, NOW).unwrap();
        ledger.begin("t".into(), "ws://r".into(), 1);
        let new = ledger.open(2, NOW).unwrap();
        drop(old);
        assert_eq!(told(&ledger), (2, vec![2]));
        drop(new);
        assert_eq!(told(&ledger), (2, vec![]));
    }

    #[test]
    fn what_takes_too_long_holds_nobody_back() {
        let ledger = ledger(mark(0, &[]));
        let _slow = ledger.open(1, NOW);
        let _quick = ledger.open(9, NOW + LONGEST);
        let unfinished = |at| ledger.mark(at).unwrap().unfinished;
        assert_eq!(unfinished(NOW + Duration::from_secs(1)), [1, 9]);
        assert_eq!(unfinished(NOW + LONGEST), [9]);
    }

    proptest! {
        /// Events arrive and end in any order, the process is killed at any moment, and the next one is sent everything behind the mark again.
        #[test]
        fn every_event_is_finished_once(steps in prop::collection::vec((0..4_u8, any::<prop::sample::Index>()), 1..80)) {
            let mut ledger = ledger(mark(0, &[]));
            let (mut places, mut finished, mut last): (Vec<(u64, Place)>, Vec<u64>, u64) = (Vec::new(), Vec::new(), 0);
            for (step, which) in steps {
                match step {
                    0 => {
                        last += 1;
                        places.push((last, ledger.open(last, NOW).unwrap()));
                    }
                    1 => {
                        last += 1;
                        ledger.pass(last);
                    }
                    2 if !places.is_empty() => {
                        let (sequence, place) = places.remove(which.index(places.len()));
                        drop(place);
                        finished.push(sequence);
                    }
                    2 => {}
                    _ => {
                        let mark = ledger.mark(NOW).unwrap();
                        let from = mark.unfinished.first().map_or(mark.received, |first| first - 1);
                        ledger = Arc::new(Ledger::of(mark, NOW));
                        // What was open in the process before is gone with it.
                        let open: Vec<u64> = places.drain(..).map(|(sequence, _)| sequence).collect();
                        for sequence in from + 1..=last {
                            if let Some(place) = ledger.open(sequence, NOW) {
                                places.push((sequence, place));
                            }
                        }
                        let again: Vec<u64> = places.iter().map(|(sequence, _)| *sequence).collect();
                        prop_assert_eq!(again, { let mut open = open; open.sort_unstable(); open });
                    }
                }
            }
            finished.sort_unstable();
            prop_assert!(finished.is_sorted_by(|one, next| one < next), "{:?}", finished);
        }
    }
}
