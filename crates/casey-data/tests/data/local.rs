//! What the cache and the counters of one process promise beyond their ports.
#![allow(clippy::unwrap_used)]

use std::{sync::Arc, time::Duration};

use casey_core::{Allowance, Cache, Limit, Quota, testing::ManualClock};
use casey_data::{LocalCache, LocalQuota};

use crate::contract::{cache::StateKey, quota::CooldownKey};

const MINUTE: Duration = Duration::from_mins(1);

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::default())
}

#[tokio::test]
async fn a_cache_keeps_within_its_bytes_and_forgets_the_unused_first() {
    const BYTES: u64 = 100_000;
    let cache = LocalCache::new(clock(), BYTES);
    for person in 0..500 {
        cache.put(&StateKey::new(person, "x"), vec![0; 1_000], MINUTE).await.unwrap();
        // The first is asked for again and again.
        assert!(cache.get(&StateKey::new(0, "x")).await.unwrap().is_some(), "gone after {person}");
        if person % 10 == 0 {
            assert!(cache.bytes() <= BYTES, "{}", cache.bytes());
        }
    }
    assert!(cache.bytes() <= BYTES && cache.bytes() > BYTES / 2, "{}", cache.bytes());
    assert_eq!(cache.get(&StateKey::new(1, "x")).await.unwrap(), None);
}

#[tokio::test]
async fn a_value_larger_than_the_cache_is_not_kept_and_harms_nothing() {
    let cache = LocalCache::new(clock(), 1_000);
    cache.put(&StateKey::new(1, "x"), vec![1; 10], MINUTE).await.unwrap();
    cache.put(&StateKey::new(2, "x"), vec![0; 10_000], MINUTE).await.unwrap();
    assert!(cache.bytes() <= 1_000);
    assert_eq!(cache.get(&StateKey::new(2, "x")).await.unwrap(), None);
    assert!(cache.get(&StateKey::new(1, "x")).await.unwrap().is_some());
}

#[tokio::test]
async fn a_window_is_no_longer_than_its_family_permits() {
    let clock = clock();
    let quota = LocalQuota::new(clock.clone(), LocalQuota::DEFAULT_BYTES);
    let key = CooldownKey::new(1, "x");
    let once_a_day = Limit::new(1, Duration::from_hours(24));
    assert_eq!(quota.spend(&key, once_a_day).await.unwrap(), Allowance::Granted);
    assert_eq!(quota.spend(&key, once_a_day).await.unwrap(), Allowance::Wait(Duration::from_hours(1)));
    clock.advance(Duration::from_hours(1));
    assert_eq!(quota.spend(&key, once_a_day).await.unwrap(), Allowance::Granted);
}

#[tokio::test]
async fn a_limit_of_nothing_grants_nothing() {
    let quota = LocalQuota::new(clock(), LocalQuota::DEFAULT_BYTES);
    let never = Limit::new(0, MINUTE);
    assert_eq!(quota.spend(&CooldownKey::new(1, "x"), never).await.unwrap(), Allowance::Wait(MINUTE));
}
