use std::{
    fmt::{self, Formatter},
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use casey_core::{Cache, Clock, StoreError, Timestamp};
use casey_privacy::CacheKey;
use moka::{Expiry, policy::EvictionPolicy, sync::Cache as Moka};

use super::weight;

#[derive(Clone)]
struct Entry {
    value: Arc<[u8]>,
    /// `None` only for coordination without an end.
    ends: Option<Timestamp>,
    life: Option<Duration>,
}

/// A value that was taken out to be kept elsewhere.
pub(super) struct Drained {
    pub(super) key: String,
    pub(super) value: Arc<[u8]>,
    pub(super) born: Timestamp,
    pub(super) ends: Timestamp,
}

/// A cache in the memory of this process, bounded by bytes.
///
/// A value ends when the [`Clock`] says so, at the latest where its key's class and family end, and reading never extends it. Memory
/// is given back in real time too, so that no value lies around after its end because the clock of a test stands still.
/// When the room is used up, what was not used for longest goes first.
pub struct LocalCache {
    clock: Arc<dyn Clock>,
    entries: Moka<String, Entry>,
}

impl LocalCache {
    /// Room of a cache that nobody asked otherwise: 64 MiB.
    pub const DEFAULT_BYTES: u64 = 64 * 1024 * 1024;

    /// An empty cache for at most so many bytes of keys and values.
    pub fn new(clock: Arc<dyn Clock>, bytes: u64) -> Self {
        let entries = Moka::builder()
            .max_capacity(bytes)
            .weigher(|key: &String, entry: &Entry| weight(key.len() + entry.value.len()))
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(InRealTime)
            .build();
        Self { clock, entries }
    }

    /// Bytes in use, roughly.
    pub fn bytes(&self) -> u64 {
        self.entries.run_pending_tasks();
        self.entries.weighted_size()
    }

    /// Empties the cache: what is alive, with its beginning and its end. What never ends is left out, and gone.
    pub(super) fn drain(&self) -> Vec<Drained> {
        let keys: Vec<_> = self.entries.iter().map(|(key, _)| key).collect();
        let entries = keys.iter().filter_map(|key| Some((key, self.entries.remove(key.as_str())?)));
        entries
            .filter(|(_, entry)| self.alive(entry))
            .filter_map(|(key, entry)| {
                let (ends, life) = (entry.ends?, entry.life?);
                Some(Drained { key: key.as_str().to_owned(), value: entry.value, born: ends - life, ends })
            })
            .collect()
    }

    /// Puts back what was taken out, unless something was written since.
    pub(super) fn restore(&self, drained: Drained) {
        let Drained { key, value, born, ends } = drained;
        let life = Some(ends.since(born));
        let _ = self.entries.entry(key).or_insert(Entry { value, ends: Some(ends), life });
    }

    fn alive(&self, entry: &Entry) -> bool {
        entry.ends.is_none_or(|ends| self.clock.now() < ends)
    }
}

impl fmt::Debug for LocalCache {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalCache").field("entries", &self.entries.entry_count()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Cache for LocalCache {
    async fn get(&self, key: &dyn CacheKey) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.entries.get(&key.key()).filter(|entry| self.alive(entry)).map(|entry| entry.value.to_vec()))
    }

    async fn put(&self, key: &dyn CacheKey, value: Vec<u8>, ttl: Duration) -> Result<(), StoreError> {
        let life = key.clamped_ttl(ttl).get();
        let ends = life.map(|life| self.clock.now() + life);
        self.entries.insert(key.key(), Entry { value: value.into(), ends, life });
        Ok(())
    }

    async fn take(&self, key: &dyn CacheKey) -> Result<Option<Vec<u8>>, StoreError> {
        // Of several that take at once, one gets the value.
        Ok(self
            .entries
            .remove(&key.key())
            .filter(|entry| self.alive(entry))
            .map(|entry| entry.value.to_vec()))
    }
}

/// Gives memory back once an entry's life is over in real time. What may be read is decided by the clock.
struct InRealTime;

impl Expiry<String, Entry> for InRealTime {
    fn expire_after_create(&self, _: &String, entry: &Entry, _: Instant) -> Option<Duration> {
        entry.life
    }

    fn expire_after_update(
        &self,
        _: &String,
        entry: &Entry,
        _: Instant,
        _left: Option<Duration>,
    ) -> Option<Duration> {
        entry.life
    }
}
