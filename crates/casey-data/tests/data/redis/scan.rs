//! Faults that are put into Redis on purpose, each of which the look at the keys has to find. That it finds none where there is none is checked after
//! every other test.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use casey_core::{Cache, Limit, Quota};
use casey_data::{KeyFault, RedisCache, RedisQuota};
use deadpool_redis::redis::{AsyncCommands, cmd};

use super::server::{inventory, lease, system};
use crate::contract::{
    cache::{PersonKey, StateKey},
    quota::CooldownKey,
};

const HOUR_MS: i64 = 3_600_000;

#[tokio::test]
async fn what_casey_wrote_is_well_and_each_fault_is_found() {
    let Some(mut server) = lease().await else { return };
    server.seed();
    let redis = server.open(system());
    let (cache, quota) = (RedisCache::new(redis.clone()), RedisQuota::new(redis.clone()));
    for person in 0..1_500 {
        cache.put(&PersonKey::new(person), vec![0; 100], Duration::from_hours(24)).await.unwrap();
    }
    cache.put(&StateKey::new(1, "a:b %"), vec![1], Duration::from_hours(1)).await.unwrap();
    quota.spend(&CooldownKey::new(1, "x"), Limit::new(1, Duration::from_mins(1))).await.unwrap();
    redis.check().await.unwrap();
    assert_eq!(redis.scan(&inventory()).await.unwrap(), []);

    let mut raw = server.raw().await;
    let now = system().now().as_millis();
    let value = format!("c1:{now}:{}:x", now + HOUR_MS);
    let faults = [
        // 49 hours.
        (
            "casey:c:test-person:9001",
            &value,
            Some(49 * HOUR_MS),
            KeyFault::TooLong,
            "casey:c:test-person:{user}",
        ),
        // 25 hours now, on a value that is 24 hours old.
        (
            "casey:c:test-person:9002",
            &format!("c1:{}:{now}:x", now - 24 * HOUR_MS),
            Some(25 * HOUR_MS),
            KeyFault::TooLong,
            "casey:c:test-person:{user}",
        ),
        ("casey:c:test-person:9003", &value, None, KeyFault::NoEnd, "casey:c:test-person:{user}"),
        (
            "casey:e:test-cooldown:1:y",
            &value,
            None,
            KeyFault::NoEnd,
            "casey:e:test-cooldown:{user}:{command}",
        ),
        (
            "casey:e:test-state:1:z",
            &"text".to_owned(),
            Some(1_000_000),
            KeyFault::Foreign,
            "casey:e:test-state:{user}:{part}",
        ),
        ("casey:c:nobody-knows:9004", &value, Some(HOUR_MS), KeyFault::Undeclared, "casey:c:nobody-knows:…"),
        ("casey:whatever", &value, None, KeyFault::Undeclared, "casey:whatever:…"),
    ];
    for (key, value, life, _, _) in &faults {
        let () = raw.set(*key, *value).await.unwrap();
        if let Some(life) = life {
            let () = cmd("PEXPIRE").arg(key).arg(life).query_async(&mut raw).await.unwrap();
        }
    }
    let () = raw.hset("casey:c:test-person:9005", "name", "x").await.unwrap();
    // Not ours: others may use the same server.
    let () = raw.set("somebody:else", 1).await.unwrap();

    let found = redis.scan(&inventory()).await.unwrap();
    for (key, _, _, fault, place) in &faults {
        let this = |finding: &&casey_data::KeyFinding| finding.fault == *fault && finding.place == *place;
        assert!(found.iter().any(|finding| this(&finding)), "{key}: {found:?}");
    }
    let count = |fault| found.iter().filter(|one| one.fault == fault).map(|one| one.keys).sum::<u64>();
    assert_eq!(count(KeyFault::TooLong), 2);
    assert_eq!(count(KeyFault::NoEnd), 3, "the hash too");
    assert_eq!(count(KeyFault::Foreign), 1);
    assert_eq!(count(KeyFault::Undeclared), 2);
    let told: String = found.iter().map(ToString::to_string).collect();
    assert!(!told.contains("900"), "an id is told: {told}");
}

/// Somebody removed the end in Redis, or moved it: the value is not read past its own.
#[tokio::test]
async fn a_wrong_end_in_redis_changes_nothing_for_readers() {
    let Some(mut server) = lease().await else { return };
    server.seed();
    let clock = std::sync::Arc::new(casey_core::testing::ManualClock::default());
    let redis = server.open(clock.clone());
    let (cache, quota) = (RedisCache::new(redis.clone()), RedisQuota::new(redis));
    let (state, cooldown) = (StateKey::new(1, "a"), CooldownKey::new(1, "x"));
    let limit = Limit::new(1, Duration::from_mins(10));
    cache.put(&state, vec![1], Duration::from_mins(10)).await.unwrap();
    quota.spend(&cooldown, limit).await.unwrap();
    let mut raw = server.raw().await;
    for key in ["casey:e:test-state:1:a", "casey:e:test-cooldown:1:x"] {
        assert!(raw.persist::<_, bool>(key).await.unwrap(), "{key} had no end");
    }
    clock.advance(Duration::from_secs(599));
    assert_eq!(cache.get(&state).await.unwrap(), Some(vec![1]));
    clock.advance(Duration::from_secs(1));
    assert_eq!(cache.get(&state).await.unwrap(), None);
    assert_eq!(quota.spend(&cooldown, limit).await.unwrap(), casey_core::Allowance::Granted);
    let left: i64 = raw.pttl("casey:e:test-cooldown:1:x").await.unwrap();
    assert!((1..=600_000).contains(&left), "the counter has an end again: {left}");
    // What somebody else wrote is no value.
    let () = raw.set("casey:e:test-state:1:a", "not ours").await.unwrap();
    assert_eq!(cache.get(&state).await.unwrap(), None);
}
