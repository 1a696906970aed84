use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use casey_privacy::CacheKey;

use crate::{
    error::{StoreError, StoreErrorKind},
    ports::{Allowance, Cache, Limit, Quota},
    time::{Clock, Timestamp},
};

/// Stands in for “no end”, which coordination keys may have: longer than any process runs.
const UNBOUNDED: Duration = Duration::from_hours(24 * 365 * 100);

/// Entries at which expired ones are looked for and dropped.
const SWEEP_AT: usize = 1_024;

/// A map whose entries end.
#[derive(Debug)]
struct Expiring<V> {
    entries: HashMap<String, (V, Timestamp)>,
    sweep_at: usize,
}

impl<V> Default for Expiring<V> {
    fn default() -> Self {
        Self { entries: HashMap::new(), sweep_at: SWEEP_AT }
    }
}

impl<V> Expiring<V> {
    fn live(&mut self, key: &str, now: Timestamp) -> Option<&mut V> {
        match self.entries.get_mut(key) {
            Some((value, ends)) if *ends > now => Some(value),
            _ => None,
        }
    }

    fn insert(&mut self, key: String, value: V, now: Timestamp, ends: Timestamp) {
        if self.entries.len() >= self.sweep_at {
            self.entries.retain(|_, (_, ends)| *ends > now);
            self.sweep_at = (self.entries.len() * 2).max(SWEEP_AT);
        }
        self.entries.insert(key, (value, ends));
    }
}

/// A cache in memory.
pub struct MemoryCache {
    clock: Arc<dyn Clock>,
    entries: Mutex<Expiring<Vec<u8>>>,
}

impl MemoryCache {
    /// An empty cache.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, entries: Mutex::default() }
    }
}

impl std::fmt::Debug for MemoryCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryCache").finish_non_exhaustive()
    }
}

#[async_trait]
impl Cache for MemoryCache {
    async fn get(&self, key: &dyn CacheKey) -> Result<Option<Vec<u8>>, StoreError> {
        let now = self.clock.now();
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(entries.live(&key.key(), now).cloned())
    }

    async fn put(&self, key: &dyn CacheKey, value: Vec<u8>, ttl: Duration) -> Result<(), StoreError> {
        let ttl = bounded(key, ttl)?;
        let now = self.clock.now();
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.insert(key.key(), value, now, now + ttl);
        Ok(())
    }

    async fn take(&self, key: &dyn CacheKey) -> Result<Option<Vec<u8>>, StoreError> {
        let now = self.clock.now();
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = entries.entries.remove(&key.key());
        Ok(taken.filter(|(_, ends)| *ends > now).map(|(value, _)| value))
    }
}

/// The lifetime as the key's class allows it.
fn bounded(key: &dyn CacheKey, ttl: Duration) -> Result<Duration, StoreError> {
    match key.ttl(ttl) {
        Ok(ttl) => Ok(ttl.get().unwrap_or(UNBOUNDED)),
        Err(error) => Err(StoreError::new(StoreErrorKind::Corrupt, "writing to the cache").caused_by(error)),
    }
}

/// Counters in memory.
pub struct MemoryQuota {
    clock: Arc<dyn Clock>,
    counters: Mutex<Expiring<u32>>,
}

impl MemoryQuota {
    /// Counters at zero.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, counters: Mutex::default() }
    }
}

impl std::fmt::Debug for MemoryQuota {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryQuota").finish_non_exhaustive()
    }
}

#[async_trait]
impl Quota for MemoryQuota {
    async fn spend(&self, key: &dyn CacheKey, limit: Limit) -> Result<Allowance, StoreError> {
        let per = bounded(key, limit.per)?;
        let now = self.clock.now();
        let name = key.key();
        if limit.uses == 0 {
            return Ok(Allowance::Wait(per));
        }
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        match counters.entries.get_mut(&name) {
            // A counter that ends later than a new one would is from before the clock was set back.
            Some((used, ends)) if *ends > now && ends.since(now) <= per => {
                if *used >= limit.uses {
                    return Ok(Allowance::Wait(ends.since(now)));
                }
                *used += 1;
            }
            _ => counters.insert(name, 1, now, now + per),
        }
        Ok(Allowance::Granted)
    }
}
