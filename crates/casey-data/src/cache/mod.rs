//! The caches and counters: those of one process, and those that several processes share through Redis.

mod local_cache;
mod local_quota;
mod redis;

pub use self::{
    local_cache::LocalCache,
    local_quota::LocalQuota,
    redis::{
        Bus, Change, KeyFault, KeyFinding, News, REDIS_STORES, Redis, RedisCache, RedisCause, RedisCounts,
        RedisError, RedisFacts, RedisQuota, RedisState, Resilient, Subscription,
    },
};

/// Bytes that an entry costs beside its key and value, roughly.
const OVERHEAD: usize = 160;

fn weight(bytes: usize) -> u32 {
    u32::try_from(bytes + OVERHEAD).unwrap_or(u32::MAX)
}
