use std::{
    fmt::{self, Formatter},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use casey_core::{Allowance, Cache, Clock, Limit, Quota, StoreError, Timestamp};
use casey_privacy::CacheKey;
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
};

use super::{backoff::pause, connection::Redis, error::RedisCause, quota::RedisQuota, store::RedisCache};
use crate::cache::{LocalCache, LocalQuota};

/// How often Redis is asked whether it is there while nothing else shows it.
const WATCH: Duration = Duration::from_secs(5);

/// Whether Redis is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RedisState {
    /// It answers.
    Healthy,
    /// It does not; the memory of this process stands in.
    Away {
        /// Since when.
        since: Timestamp,
        /// Why, as of the last attempt.
        cause: RedisCause,
    },
}

/// What a [`Resilient`] has counted since it began. They only grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RedisCounts {
    /// Times Redis went away.
    pub outages: u64,
    /// Calls that the memory of this process answered.
    pub fallbacks: u64,
    /// Values that were written meanwhile and handed to Redis afterwards.
    pub handed_over: u64,
}

/// The shared cache and counters, with the memory of this process standing in while Redis is gone.
///
/// - The call that meets the failure answers from memory, after two seconds at most; those after it do so at once.
/// - Meanwhile this process sees what it wrote itself since then, and nothing older. Its counters start anew, so that a limit may be granted
///   once more per window and process.
/// - Redis is tried again after a quarter of a second, then at doubling pauses up to 15 seconds. When it answers, what was written
///   meanwhile is handed to it with its old end, unless something younger is there; memory is emptied. Counters in memory keep their windows.
/// - What another process deleted may be served by this one until its own end, never past the bound of its class.
///
/// Dropping it ends its task.
pub struct Resilient {
    inner: Arc<Inner>,
    watcher: JoinHandle<()>,
}

struct Inner {
    redis: Redis,
    cache: RedisCache,
    quota: RedisQuota,
    local: LocalCache,
    local_quota: LocalQuota,
    clock: Arc<dyn Clock>,
    state: watch::Sender<RedisState>,
    failed: Notify,
    outages: AtomicU64,
    fallbacks: AtomicU64,
    handed_over: AtomicU64,
}

impl Resilient {
    /// Tries Redis once, for two seconds at most, and goes on either way. Has to be called inside a Tokio runtime.
    ///
    /// Whether a refusal at the start should end the process, a wrong certificate say, is for the caller to decide with
    /// [`Redis::check`] or the [`state`](Self::state).
    pub async fn start(redis: Redis) -> Self {
        let clock = Arc::clone(redis.clock());
        let inner = Arc::new(Inner {
            cache: RedisCache::new(redis.clone()),
            quota: RedisQuota::new(redis.clone()),
            local: LocalCache::new(Arc::clone(&clock), LocalCache::DEFAULT_BYTES),
            local_quota: LocalQuota::new(Arc::clone(&clock), LocalQuota::DEFAULT_BYTES),
            state: watch::Sender::new(RedisState::Healthy),
            failed: Notify::new(),
            outages: AtomicU64::new(0),
            fallbacks: AtomicU64::new(0),
            handed_over: AtomicU64::new(0),
            redis,
            clock,
        });
        if let Err(cause) = inner.redis.probe().await {
            inner.away(cause);
        }
        let watcher = tokio::spawn(Arc::clone(&inner).watch());
        Self { inner, watcher }
    }

    /// Whether Redis is in use, and since when not.
    pub fn state(&self) -> RedisState {
        *self.inner.state.borrow()
    }

    /// Whether Redis is in use.
    pub fn healthy(&self) -> bool {
        self.inner.healthy()
    }

    /// Tells of every change of the state.
    pub fn watch(&self) -> watch::Receiver<RedisState> {
        self.inner.state.subscribe()
    }

    /// What was counted, for metrics.
    pub fn counts(&self) -> RedisCounts {
        RedisCounts {
            outages: self.inner.outages.load(Ordering::Relaxed),
            fallbacks: self.inner.fallbacks.load(Ordering::Relaxed),
            handed_over: self.inner.handed_over.load(Ordering::Relaxed),
        }
    }
}

impl Drop for Resilient {
    fn drop(&mut self) {
        self.watcher.abort();
    }
}

impl Inner {
    fn healthy(&self) -> bool {
        *self.state.borrow() == RedisState::Healthy
    }

    /// What Redis says, or nothing if memory has to answer.
    async fn ask<T>(&self, question: impl Future<Output = Result<T, RedisCause>>) -> Option<T> {
        if self.healthy() {
            match question.await {
                Ok(answer) => return Some(answer),
                // Others may well work, and a state that flickers would tell nobody anything.
                Err(cause) if cause.concerns_one_command() => {
                    tracing::debug!(%cause, "Redis did not do one command");
                }
                Err(cause) => self.away(cause),
            }
        }
        self.fallbacks.fetch_add(1, Ordering::Relaxed);
        None
    }

    fn away(&self, cause: RedisCause) {
        let since = self.clock.now();
        let went = self.state.send_if_modified(|state| match state {
            RedisState::Healthy => {
                *state = RedisState::Away { since, cause };
                true
            }
            RedisState::Away { cause: last, .. } => {
                *last = cause;
                false
            }
        });
        if went {
            self.outages.fetch_add(1, Ordering::Relaxed);
            tracing::warn!(place = self.redis.place(), %cause, "Redis is gone; memory stands in");
            self.failed.notify_one();
        }
    }

    /// Asks again and again whether Redis is there.
    async fn watch(self: Arc<Self>) {
        let mut failures = u32::from(!self.healthy());
        loop {
            let wait = if failures == 0 { WATCH } else { pause(failures) };
            let next = self.clock.now() + wait;
            tokio::select! {
                () = self.clock.sleep_until(next) => {}
                () = self.failed.notified(), if failures == 0 => {
                    // Not at once: a server that just went away seldom is back in the same moment.
                    failures = 1;
                    continue;
                }
            }
            failures = match self.look().await {
                Ok(()) => 0,
                Err(cause) => {
                    self.away(cause);
                    failures.saturating_add(1)
                }
            };
        }
    }

    async fn look(&self) -> Result<(), RedisCause> {
        self.redis.probe().await?;
        self.hand_over().await?;
        if let RedisState::Away { since, .. } = self.state.send_replace(RedisState::Healthy) {
            let away = self.clock.now().since(since);
            tracing::info!(place = self.redis.place(), seconds = away.as_secs(), "Redis is back");
            // Calls that had just decided for memory.
            self.hand_over().await?;
        }
        Ok(())
    }

    async fn hand_over(&self) -> Result<(), RedisCause> {
        let mut done = Ok(());
        for value in self.local.drain() {
            if done.is_ok() {
                done = self.cache.hand_over(&value.key, &value.value, value.born, value.ends).await;
            }
            if done.is_ok() {
                self.handed_over.fetch_add(1, Ordering::Relaxed);
            } else {
                self.local.restore(value);
            }
        }
        done
    }
}

#[async_trait]
impl Cache for Resilient {
    async fn get(&self, key: &dyn CacheKey) -> Result<Option<Vec<u8>>, StoreError> {
        match self.inner.ask(self.inner.cache.read(key)).await {
            Some(value) => Ok(value),
            None => self.inner.local.get(key).await,
        }
    }

    async fn put(&self, key: &dyn CacheKey, value: Vec<u8>, ttl: Duration) -> Result<(), StoreError> {
        match self.inner.ask(self.inner.cache.write(key, &value, ttl)).await {
            Some(()) => Ok(()),
            None => self.inner.local.put(key, value, ttl).await,
        }
    }

    async fn take(&self, key: &dyn CacheKey) -> Result<Option<Vec<u8>>, StoreError> {
        match self.inner.ask(self.inner.cache.remove(key)).await {
            Some(value) => Ok(value),
            None => self.inner.local.take(key).await,
        }
    }
}

#[async_trait]
impl Quota for Resilient {
    async fn spend(&self, key: &dyn CacheKey, limit: Limit) -> Result<Allowance, StoreError> {
        match self.inner.ask(self.inner.quota.count(key, limit)).await {
            Some(allowance) => Ok(allowance),
            None => self.inner.local_quota.spend(key, limit).await,
        }
    }
}

impl fmt::Debug for Resilient {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resilient")
            .field("redis", &self.inner.redis)
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
