//! Small caches with a short life.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use casey_core::Timestamp;

/// Values that are remembered for a fixed time after they were put in; reading never extends it. Never more than `most`.
pub(crate) struct Short<K, V> {
    most: usize,
    lasting: Duration,
    entries: Mutex<HashMap<K, (Timestamp, V)>>,
}

impl<K: Eq + Hash, V: Clone> Short<K, V> {
    pub(crate) fn new(most: usize, lasting: Duration) -> Self {
        Self { most, lasting, entries: Mutex::default() }
    }

    pub(crate) fn get(&self, key: &K, now: Timestamp) -> Option<V> {
        let mut entries = self.lock();
        let (until, value) = entries.get(key)?;
        if *until > now {
            return Some(value.clone());
        }
        entries.remove(key);
        None
    }

    pub(crate) fn put(&self, key: K, value: V, now: Timestamp) {
        let mut entries = self.lock();
        if entries.len() >= self.most && !entries.contains_key(&key) {
            entries.retain(|_, (until, _)| *until > now);
            if entries.len() >= self.most {
                // Everything is fresh: starting anew is simpler than knowing the oldest, and costs a few requests.
                entries.clear();
            }
        }
        entries.insert(key, (now + self.lasting, value));
    }

    /// Drops what has outlived its time.
    pub(crate) fn tidy(&self, now: Timestamp) {
        self.lock().retain(|_, (until, _)| *until > now);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, (Timestamp, V)>> {
        // A panic cannot leave the map half changed.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    #[test]
    fn reading_does_not_extend_a_life() {
        let cache = Short::new(2, Duration::from_mins(1));
        cache.put(1, "one", at(0));
        assert_eq!(cache.get(&1, at(59)), Some("one"));
        assert_eq!(cache.get(&1, at(60)), None);
    }

    #[test]
    fn tidying_drops_what_is_over_and_nothing_else() {
        let cache = Short::new(5, Duration::from_mins(1));
        cache.put(1, "one", at(0));
        cache.put(2, "two", at(30));
        cache.tidy(at(60));
        assert_eq!(cache.lock().len(), 1);
        assert_eq!(cache.get(&2, at(61)), Some("two"));
    }

    #[test]
    fn it_never_grows_beyond_its_bound() {
        let cache = Short::new(2, Duration::from_mins(1));
        for key in 0..10 {
            cache.put(key, key, at(0));
            assert!(cache.lock().len() <= 2);
        }
        assert_eq!(cache.get(&9, at(1)), Some(9));
    }
}
