//! Which messages were answered, and with what: so that nothing is answered twice, edits can correct a command, and deleted commands take
//! their answer along.

use std::{
    collections::{HashMap, VecDeque},
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use twilight_model::id::{Id, marker::MessageMarker};

use crate::time::Timestamp;

/// How long an edit may correct a command, and a deletion take the answer along.
pub(crate) const MEMORY: Duration = Duration::from_mins(15);

/// How many messages are remembered at most; the oldest are forgotten first.
const ROOM: usize = 20_000;

/// How far a message got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Its command runs.
    Running,
    /// It may be corrected by an edit: it was refused, unknown, or changes nothing.
    Open,
    /// It was carried out; an edit must not run it again.
    Closed,
}

/// A message that may run again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reopened {
    /// The answer its first version got.
    pub(crate) answered: Option<Id<MessageMarker>>,
}

#[derive(Clone, Copy, Debug)]
struct Tracked {
    text: u64,
    state: State,
    answer: Option<Id<MessageMarker>>,
    deleted: bool,
    at: Timestamp,
}

/// Messages that began like a command, for fifteen minutes. In memory only, with a fingerprint of the text in place of the text.
#[derive(Debug, Default)]
pub(crate) struct Tracker {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    tracked: HashMap<u64, Tracked>,
    order: VecDeque<(u64, Timestamp)>,
}

impl Tracker {
    /// Notes a new message or interaction; `false` if it is known already, as after a replay.
    pub(crate) fn begin(&self, id: u64, text: &str, now: Timestamp) -> bool {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.forget(now);
        if inner.tracked.contains_key(&id) {
            return false;
        }
        let entry =
            Tracked { text: fingerprint(text), state: State::Running, answer: None, deleted: false, at: now };
        inner.tracked.insert(id, entry);
        inner.order.push_back((id, now));
        true
    }

    /// Notes the outcome. Returns `false` if the message was deleted meanwhile: then its answer should go, too.
    pub(crate) fn finish(&self, id: u64, state: State, answer: Option<Id<MessageMarker>>) -> bool {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(tracked) = inner.tracked.get_mut(&id) else { return true };
        tracked.state = state;
        tracked.answer = answer.or(tracked.answer);
        !tracked.deleted
    }

    /// Forgets a message, so that it may begin again.
    pub(crate) fn release(&self, id: u64) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.tracked.remove(&id);
    }

    /// Forgets what has been remembered long enough.
    pub(crate) fn tidy(&self, now: Timestamp) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).forget(now);
    }

    /// Whether an edit or deletion of this message matters.
    pub(crate) fn knows(&self, id: u64) -> bool {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.tracked.contains_key(&id)
    }

    /// Whether an edited message may run again, and if so, the answer its first version got.
    pub(crate) fn reopen(&self, id: u64, text: &str, now: Timestamp) -> Option<Reopened> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.forget(now);
        let tracked = inner.tracked.get_mut(&id)?;
        let text = fingerprint(text);
        if tracked.state != State::Open || tracked.deleted || tracked.text == text {
            return None;
        }
        tracked.text = text;
        tracked.state = State::Running;
        Some(Reopened { answered: tracked.answer })
    }

    /// Notes that the message was deleted; returns its answer, which should go, too.
    pub(crate) fn delete(&self, id: u64) -> Option<Id<MessageMarker>> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let tracked = inner.tracked.get_mut(&id)?;
        tracked.deleted = true;
        tracked.answer.take()
    }
}

impl Inner {
    fn forget(&mut self, now: Timestamp) {
        while let Some((id, at)) = self.order.front().copied() {
            let stale = now.since(at) >= MEMORY || self.order.len() > ROOM;
            if !stale {
                break;
            }
            self.order.pop_front();
            if self.tracked.get(&id).is_some_and(|tracked| tracked.at == at) {
                self.tracked.remove(&id);
            }
        }
    }
}

/// A number that stands for a value within this process.
pub(crate) fn fingerprint(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_000_000);
    const ANSWER: Id<MessageMarker> = Id::new(9);

    #[test]
    fn a_replayed_message_is_known() {
        let tracker = Tracker::default();
        assert!(tracker.begin(1, "ping", START));
        assert!(!tracker.begin(1, "ping", START));
        assert!(tracker.knows(1) && !tracker.knows(2));
    }

    #[test]
    fn a_released_message_may_begin_again() {
        let tracker = Tracker::default();
        assert!(tracker.begin(1, "", START));
        tracker.release(1);
        assert!(tracker.begin(1, "", START));
        assert!(!tracker.begin(1, "", START));
    }

    #[test]
    fn only_open_messages_with_new_text_run_again() {
        let tracker = Tracker::default();
        tracker.begin(1, "pnig", START);
        assert_eq!(tracker.reopen(1, "ping", START), None, "still running");
        tracker.finish(1, State::Open, Some(ANSWER));
        assert_eq!(tracker.reopen(1, "pnig", START), None, "an embed was added, not a word");
        assert_eq!(tracker.reopen(1, "ping", START), Some(Reopened { answered: Some(ANSWER) }));
        tracker.finish(1, State::Closed, None);
        assert_eq!(tracker.reopen(1, "ban", START), None);
    }

    #[test]
    fn after_fifteen_minutes_it_is_forgotten() {
        let tracker = Tracker::default();
        tracker.begin(1, "pnig", START);
        tracker.finish(1, State::Open, None);
        assert_eq!(tracker.reopen(1, "ping", START + MEMORY), None);
        assert!(!tracker.knows(1));
    }

    #[test]
    fn a_deleted_message_takes_its_answer_along_even_a_late_one() {
        let tracker = Tracker::default();
        tracker.begin(1, "ping", START);
        assert!(tracker.finish(1, State::Open, Some(ANSWER)));
        assert_eq!(tracker.delete(1), Some(ANSWER));
        tracker.begin(2, "ping", START);
        assert_eq!(tracker.delete(2), None);
        assert!(!tracker.finish(2, State::Open, Some(ANSWER)));
    }

    #[test]
    fn memory_is_bounded() {
        let tracker = Tracker::default();
        for id in 0..(ROOM as u64 + 10) {
            tracker.begin(id, "ping", START);
        }
        assert!(tracker.inner.lock().is_ok_and(|inner| inner.tracked.len() <= ROOM + 1));
        assert!(!tracker.knows(0));
    }
}
