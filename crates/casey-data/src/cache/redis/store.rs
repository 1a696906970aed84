use std::{
    fmt::{self, Formatter},
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use async_trait::async_trait;
use casey_core::{Cache, StoreError, Timestamp};
use casey_privacy::{CacheClass, CacheKey};
use deadpool_redis::redis::{Script, cmd};

use super::{connection::Redis, error::RedisCause, record::Record};

/// A year: longer than any class permits, shorter than what Redis refuses.
const MOST: Duration = Duration::from_hours(366 * 24);

/// The cache that several processes share.
///
/// Every key belongs to a declared family and gets a lifetime within its class, counted by our clock and by Redis: whichever ends first
/// counts. A value of the class `cache` lives up to a fiftieth longer or, at the bound, shorter than asked, so that what was written
/// together does not end together. Reading never extends. What somebody else wrote under our keys counts as missing.
#[derive(Clone)]
pub struct RedisCache {
    redis: Redis,
    random: RandomState,
}

impl RedisCache {
    /// The cache in this Redis.
    pub fn new(redis: Redis) -> Self {
        Self { redis, random: RandomState::new() }
    }

    pub(super) async fn read(&self, key: &dyn CacheKey) -> Result<Option<Vec<u8>>, RedisCause> {
        let bytes = self.redis.query(cmd("GET").arg(key.key())).await?;
        Ok(self.alive(key, bytes))
    }

    pub(super) async fn write(
        &self,
        key: &dyn CacheKey,
        value: &[u8],
        wanted: Duration,
    ) -> Result<(), RedisCause> {
        let name = key.key();
        let born = self.redis.clock().now();
        let seed = self.random.hash_one((&name, born));
        let life = life_of(key, wanted, seed);
        let record = Record { born, ends: born + life, value };
        self.redis.query(cmd("SET").arg(name).arg(record.encode()).arg("PX").arg(millis(life))).await
    }

    pub(super) async fn remove(&self, key: &dyn CacheKey) -> Result<Option<Vec<u8>>, RedisCause> {
        let bytes = self.redis.query(cmd("GETDEL").arg(key.key())).await?;
        Ok(self.alive(key, bytes))
    }

    /// Writes what was kept elsewhere meanwhile, unless something younger is there.
    pub(super) async fn hand_over(
        &self,
        key: &str,
        value: &[u8],
        born: Timestamp,
        ends: Timestamp,
    ) -> Result<(), RedisCause> {
        let left = ends.since(self.redis.clock().now());
        if left.is_zero() {
            return Ok(());
        }
        let record = Record { born, ends, value };
        let script = Script::new(HAND_OVER);
        let mut call = script.prepare_invoke();
        call.key(key).arg(record.encode()).arg(born.as_millis()).arg(millis(left));
        self.redis.run(&call).await
    }

    fn alive(&self, key: &dyn CacheKey, bytes: Option<Vec<u8>>) -> Option<Vec<u8>> {
        let bytes = bytes?;
        let record = Record::decode(&bytes)?;
        let longest = key.clamped_ttl(Duration::MAX).get().unwrap_or(Duration::MAX);
        record.is_alive(self.redis.clock().now(), longest).then(|| record.value.to_vec())
    }
}

const HAND_OVER: &str = r"
local there = redis.call('GET', KEYS[1])
local born = there and tonumber(string.match(there, '^c1:(%-?%d+):'))
if born and born >= tonumber(ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
return 1
";

/// How long a value lives, given a random number.
fn life_of(key: &dyn CacheKey, wanted: Duration, seed: u64) -> Duration {
    let bounded = |wanted| key.clamped_ttl(wanted).get().unwrap_or(MOST).min(MOST);
    let life = bounded(wanted);
    if key.family().class != CacheClass::Cache {
        return life;
    }
    let spread = life / 50;
    let top = bounded(life + spread);
    let share = u32::try_from(seed % 1_000).unwrap_or(0);
    bounded(top.saturating_sub(spread * share / 1_000))
}

/// At least one, because Redis refuses a lifetime of nothing.
pub(super) fn millis(life: Duration) -> u64 {
    u64::try_from(life.as_millis()).unwrap_or(u64::MAX).max(1)
}

impl fmt::Debug for RedisCache {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisCache").field("redis", &self.redis).finish_non_exhaustive()
    }
}

#[async_trait]
impl Cache for RedisCache {
    async fn get(&self, key: &dyn CacheKey) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(key).await.map_err(|cause| cause.store_error("reading the cache"))
    }

    async fn put(&self, key: &dyn CacheKey, value: Vec<u8>, ttl: Duration) -> Result<(), StoreError> {
        self.write(key, &value, ttl).await.map_err(|cause| cause.store_error("writing to the cache"))
    }

    async fn take(&self, key: &dyn CacheKey) -> Result<Option<Vec<u8>>, StoreError> {
        self.remove(key).await.map_err(|cause| cause.store_error("taking from the cache"))
    }
}

#[cfg(test)]
mod tests {
    use casey_privacy::cache_family;
    use proptest::prelude::*;

    use super::*;

    cache_family! {
        /// A value about a person.
        struct PersonKey { user: u64 } = "c:test:{user}",
        class = cache, purpose = PerfCache, category = "user.behavior", subject = user, owner = "test", label = "Test"
    }
    cache_family! {
        /// A value about a person, for exactly a day.
        struct DayKey { user: u64 } = "c:test-day:{user}",
        class = cache, purpose = PerfCache, category = "user.behavior", subject = user, max_ttl = 24 h, owner = "test",
        label = "Test"
    }
    cache_family! {
        /// State of a conversation.
        struct StateKey { user: u64 } = "e:test:{user}",
        class = ephemeral, purpose = CoreCommands, category = "user.behavior", subject = user, max_ttl = 1 h,
        owner = "test", label = "Test"
    }

    const HOUR: Duration = Duration::from_hours(1);

    proptest! {
        #[test]
        fn lives_are_spread_within_their_bounds(wanted in 0_u64..400_000, seed: u64) {
            let wanted = Duration::from_secs(wanted);
            let life = life_of(&PersonKey::new(1), wanted, seed);
            prop_assert!((24 * HOUR..=48 * HOUR).contains(&life), "{life:?}");
            if wanted <= 47 * HOUR {
                prop_assert!(life >= wanted, "shorter than asked: {life:?}");
            }
            prop_assert_eq!(life_of(&DayKey::new(1), wanted, seed), 24 * HOUR);
            prop_assert_eq!(life_of(&StateKey::new(1), wanted, seed), wanted.clamp(Duration::from_millis(1), HOUR));
        }
    }

    #[test]
    fn lives_differ() {
        let lives: std::collections::BTreeSet<_> =
            (0..1_000).map(|seed| life_of(&PersonKey::new(1), 48 * HOUR, seed)).collect();
        assert!(lives.len() > 900);
        assert!(lives.iter().all(|life| *life > 47 * HOUR));
    }
}
