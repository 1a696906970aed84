//! What waits to be written: people and places once each, uses in order. Pure.

use std::collections::{BTreeMap, VecDeque, btree_map::Entry};

/// A row of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Use {
    pub(crate) user: i64,
    pub(crate) guild: Option<i64>,
    pub(crate) channel: Option<i64>,
    pub(crate) command: String,
    pub(crate) outcome: &'static str,
    pub(crate) took_ms: i64,
    pub(crate) hour: i64,
}

/// The first and the last of some days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Days {
    pub(crate) first: i64,
    pub(crate) last: i64,
}

impl Days {
    fn join(self, other: Self) -> Self {
        Self { first: self.first.min(other.first), last: self.last.max(other.last) }
    }
}

/// A part of the queue that is written in one transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Batch {
    pub(crate) people: Vec<(i64, Days)>,
    /// By person and server.
    pub(crate) members: Vec<((i64, i64), Days)>,
    pub(crate) history: Vec<Use>,
}

impl Batch {
    pub(crate) fn is_empty(&self) -> bool {
        self.people.is_empty() && self.members.is_empty() && self.history.is_empty()
    }

    fn len(&self) -> usize {
        self.history.len() + self.people.len() + self.members.len()
    }

    fn forget(&mut self, hour: i64, day: i64) {
        self.history.retain(|entry| entry.hour >= hour);
        self.people.retain(|(_, days)| days.last >= day);
        self.members.retain(|(_, days)| days.last >= day);
    }
}

/// Keeps each kind within `room`. What does not fit is dropped and counted: of the history the oldest, of people and places the ones that come last, who
/// become known with their next command.
///
/// A batch of which it is not known whether it was written is kept apart, with what `D` says of it, until that is known.
#[derive(Debug)]
pub(crate) struct UsageQueue<D> {
    room: usize,
    people: BTreeMap<i64, Days>,
    members: BTreeMap<(i64, i64), Days>,
    history: VecDeque<Use>,
    doubtful: Option<(D, Batch)>,
    /// Uses that were taken and of which nothing was heard yet.
    taken: usize,
    dropped: u64,
}

impl<D: Copy> UsageQueue<D> {
    pub(crate) const fn new(room: usize) -> Self {
        Self {
            room,
            people: BTreeMap::new(),
            members: BTreeMap::new(),
            history: VecDeque::new(),
            doubtful: None,
            taken: 0,
            dropped: 0,
        }
    }

    pub(crate) fn meet(&mut self, user: i64, guild: Option<i64>, day: i64) {
        let days = Days { first: day, last: day };
        self.dropped += keep(&mut self.people, user, days, self.room);
        if let Some(guild) = guild {
            self.dropped += keep(&mut self.members, (user, guild), days, self.room);
        }
    }

    pub(crate) fn note(&mut self, entry: Use) {
        if self.uses() >= self.room && self.history.pop_front().is_some() {
            self.dropped += 1;
        }
        self.history.push_back(entry);
    }

    /// Takes at most so many of each kind, the oldest uses first. What was taken before has been written.
    pub(crate) fn take(&mut self, most: usize) -> Batch {
        let history: Vec<_> = self.history.drain(..most.min(self.history.len())).collect();
        self.taken = history.len();
        Batch { people: first(&mut self.people, most), members: first(&mut self.members, most), history }
    }

    /// Takes a batch back that could not be written. Its uses are older than all that came meanwhile.
    pub(crate) fn put_back(&mut self, batch: Batch) {
        self.taken = 0;
        for (user, days) in batch.people {
            self.dropped += keep(&mut self.people, user, days, self.room);
        }
        for (member, days) in batch.members {
            self.dropped += keep(&mut self.members, member, days, self.room);
        }
        for entry in batch.history.into_iter().rev() {
            if self.history.len() < self.room {
                self.history.push_front(entry);
            } else {
                self.dropped += 1;
            }
        }
    }

    /// Keeps a batch apart that may have been written. Nothing is taken until that is known.
    pub(crate) fn doubt(&mut self, doubt: D, batch: Batch) {
        self.taken = 0;
        self.doubtful = Some((doubt, batch));
    }

    pub(crate) fn doubtful(&self) -> Option<D> {
        self.doubtful.as_ref().map(|(doubt, _)| *doubt)
    }

    /// Now it is known whether the batch that was kept apart was written.
    pub(crate) fn settle(&mut self, written: bool) {
        if let Some((_, batch)) = self.doubtful.take()
            && !written
        {
            self.put_back(batch);
        }
    }

    /// Drops and counts what has waited for too long: uses before `hour`, people and places that were last seen before `day`.
    pub(crate) fn forget(&mut self, hour: i64, day: i64) {
        let before = self.len();
        self.history.retain(|entry| entry.hour >= hour);
        self.people.retain(|_, days| days.last >= day);
        self.members.retain(|_, days| days.last >= day);
        if let Some((_, batch)) = &mut self.doubtful {
            batch.forget(hour, day);
        }
        self.dropped += (before - self.len()) as u64;
    }

    fn len(&self) -> usize {
        let doubtful = self.doubtful.as_ref().map_or(0, |(_, batch)| batch.len());
        self.history.len() + self.people.len() + self.members.len() + doubtful
    }

    pub(crate) fn uses(&self) -> usize {
        self.history.len() + self.doubtful.as_ref().map_or(0, |(_, batch)| batch.history.len())
    }

    /// Uses of which it is not known yet that they were written.
    pub(crate) fn waiting(&self) -> usize {
        self.uses() + self.taken
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.doubtful.is_none() && self.len() == 0
    }

    pub(crate) const fn dropped(&self) -> u64 {
        self.dropped
    }
}

/// How many were dropped: none or one.
fn keep<K: Ord>(known: &mut BTreeMap<K, Days>, key: K, days: Days, room: usize) -> u64 {
    let full = known.len() >= room;
    match known.entry(key) {
        Entry::Occupied(mut entry) => {
            let joined = entry.get().join(days);
            entry.insert(joined);
            0
        }
        Entry::Vacant(_) if full => 1,
        Entry::Vacant(entry) => {
            entry.insert(days);
            0
        }
    }
}

fn first<K: Ord>(known: &mut BTreeMap<K, Days>, most: usize) -> Vec<(K, Days)> {
    std::iter::from_fn(|| known.pop_first()).take(most).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn use_number(number: i64) -> Use {
        Use {
            user: number % 3,
            guild: None,
            channel: None,
            command: "ping".to_owned(),
            outcome: "done",
            took_ms: number,
            hour: 0,
        }
    }

    #[derive(Clone, Debug)]
    enum Step {
        Note,
        Meet(i64, Option<i64>, i64),
        Write,
        Fail,
        Doubt,
        Settle(bool),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => Just(Step::Note),
            2 => (0_i64..8, proptest::option::of(0_i64..3), 0_i64..9).prop_map(|(u, g, d)| Step::Meet(u, g, d)),
            1 => Just(Step::Write),
            1 => Just(Step::Fail),
            1 => Just(Step::Doubt),
            2 => any::<bool>().prop_map(Step::Settle),
        ]
    }

    proptest! {
        /// Whatever happens, no use is written twice or out of order, none is lost without being counted, and the bound holds.
        #[test]
        fn every_use_is_written_once_or_counted(steps in prop::collection::vec(step(), 0..200)) {
            const ROOM: usize = 10;
            let mut queue = UsageQueue::<()>::new(ROOM);
            let (mut noted, mut written) = (0, Vec::new());
            let mut dropped_people = 0;
            for step in steps {
                match step {
                    Step::Note => {
                        queue.note(use_number(noted));
                        noted += 1;
                    }
                    Step::Meet(user, guild, day) => {
                        let before = queue.dropped();
                        queue.meet(user, guild, day);
                        dropped_people += queue.dropped() - before;
                    }
                    Step::Write if queue.doubtful().is_none() => written.extend(queue.take(4).history),
                    Step::Doubt if queue.doubtful().is_none() => {
                        let batch = queue.take(4);
                        queue.doubt((), batch);
                    }
                    Step::Settle(done) => {
                        let batch = queue.doubtful.as_ref().map(|((), batch)| batch.history.clone());
                        written.extend(batch.filter(|_| done).unwrap_or_default());
                        let before = queue.dropped();
                        let uses = queue.uses();
                        queue.settle(done);
                        // There was room for its uses; people may have been met again meanwhile, and others in their place.
                        prop_assert!(done || queue.uses() == uses);
                        dropped_people += queue.dropped() - before;
                    }
                    Step::Write | Step::Doubt => {}
                    Step::Fail if queue.doubtful().is_some() => {}
                    Step::Fail => {
                        let batch = queue.take(4);
                        let people = batch.people.clone();
                        queue.put_back(batch);
                        for (user, days) in people {
                            prop_assert_eq!(queue.people.get(&user), Some(&days));
                        }
                    }
                }
                prop_assert!(queue.uses() <= ROOM && queue.people.len() <= ROOM);
                prop_assert!(queue.members.len() <= ROOM);
            }
            queue.settle(false);
            written.extend(queue.history.iter().cloned());
            let numbers: Vec<_> = written.iter().map(|entry| entry.took_ms).collect();
            prop_assert!(numbers.is_sorted_by(|earlier, later| earlier < later), "{:?}", numbers);
            let lost = queue.dropped() - dropped_people;
            prop_assert_eq!(numbers.len() as u64 + lost, noted.cast_unsigned());
        }
    }

    #[test]
    fn days_of_one_person_are_joined() {
        let mut queue = UsageQueue::<()>::new(10);
        queue.meet(1, Some(7), 5);
        let batch = queue.take(10);
        queue.meet(1, Some(7), 3);
        queue.meet(1, None, 9);
        queue.put_back(batch);
        let batch = queue.take(10);
        assert_eq!(batch.people, [(1, Days { first: 3, last: 9 })]);
        assert_eq!(batch.members, [((1, 7), Days { first: 3, last: 5 })]);
        assert!(queue.is_empty());
    }

    #[test]
    fn what_waited_too_long_is_forgotten() {
        let mut queue = UsageQueue::<()>::new(9);
        for hour in [1, 5, 9] {
            queue.note(Use { hour, ..use_number(hour) });
            queue.meet(hour, Some(7), hour);
        }
        queue.forget(5, 6);
        assert_eq!(queue.dropped(), 1 + 2 + 2);
        let batch = queue.take(9);
        assert_eq!(batch.history.iter().map(|entry| entry.hour).collect::<Vec<_>>(), [5, 9]);
        assert_eq!((batch.people.len(), batch.members.len()), (1, 1));
    }

    #[test]
    fn what_is_in_doubt_waits_apart() {
        let mut queue = UsageQueue::new(3);
        for number in 0..3 {
            queue.note(use_number(number));
        }
        queue.meet(1, Some(7), 5);
        let batch = queue.take(2);
        queue.doubt("a number", batch);
        assert_eq!((queue.uses(), queue.doubtful()), (3, Some("a number")));
        // It may have been written, so that others make room.
        queue.note(use_number(3));
        assert_eq!((queue.uses(), queue.dropped()), (3, 1));
        queue.settle(false);
        let left: Vec<_> = queue.take(9).history.iter().map(|entry| entry.took_ms).collect();
        assert_eq!(left, [0, 1, 3]);

        queue.note(use_number(4));
        let batch = queue.take(1);
        queue.doubt("another", batch);
        queue.forget(1, 1);
        assert_eq!((queue.uses(), queue.dropped()), (0, 2));
        assert!(!queue.is_empty(), "it is still to be asked for");
        queue.settle(true);
        assert!(queue.is_empty());
    }

    #[test]
    fn the_oldest_uses_go_first() {
        let mut queue = UsageQueue::<()>::new(2);
        for number in 0..3 {
            queue.note(use_number(number));
        }
        assert_eq!(queue.dropped(), 1);
        let batch = queue.take(2);
        queue.note(use_number(3));
        assert_eq!(queue.waiting(), 3, "two are being written");
        queue.put_back(batch);
        let left: Vec<_> = queue.take(9).history.iter().map(|entry| entry.took_ms).collect();
        assert_eq!((left, queue.dropped()), (vec![2, 3], 2));
        assert_eq!((queue.waiting(), queue.take(9).history.len(), queue.waiting()), (2, 0, 0));
    }
}
