//! Redis, where there is one: `TEST_REDIS_URL` (plain, on loopback), `TEST_REDIS_TLS_URL` and `TEST_REDIS_CA`.
#![allow(clippy::unwrap_used)]

mod bus;
mod outage;
mod proxy;
mod scan;
mod server;
mod settings;
mod tls;

use std::sync::Arc;

use casey_core::{MemorySettings, MemoryUsage, testing::ManualClock};
use casey_data::{Redis, RedisCache, RedisQuota, Resilient};

use crate::contract::Ports;

pub(crate) async fn open_redis() -> Option<Ports> {
    let server = server::lease().await?;
    let clock = Arc::new(ManualClock::default());
    let redis = server.open(clock.clone());
    let (cache, quota) = (RedisCache::new(redis.clone()), RedisQuota::new(redis));
    Some(Ports { cache: Arc::new(cache), quota: Arc::new(quota), ..ports(clock, Box::new(server)) })
}

pub(crate) async fn open_resilient() -> Option<Ports> {
    let server = server::lease().await?;
    let clock = Arc::new(ManualClock::default());
    let both = Arc::new(Resilient::start(server.open(clock.clone())).await);
    assert!(both.healthy(), "{:?}", both.state());
    Some(Ports { cache: both.clone(), quota: both, ..ports(clock, Box::new(server)) })
}

pub(crate) async fn open_resilient_without_redis() -> Ports {
    let clock = Arc::new(ManualClock::default());
    // A port that was just free: nobody listens there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let redis = Redis::open(&format!("redis://{free}"), clock.clone()).unwrap();
    let both = Arc::new(Resilient::start(redis).await);
    assert!(!both.healthy());
    Ports { cache: both.clone(), quota: both, ..ports(clock, Box::new(())) }
}

/// Ports whose cache and counters are still to be set.
fn ports(clock: Arc<ManualClock>, keep: Box<dyn Send + Sync>) -> Ports {
    let jobs = Arc::new(casey_core::MemoryJobs::new());
    Ports {
        settings: Arc::new(MemorySettings::new()),
        usage: Arc::new(MemoryUsage::new()),
        history: Box::new(|| Box::pin(async { Vec::new() })),
        gateway: Arc::new(casey_core::MemorySessions::new()),
        reminders: Arc::new(casey_management::MemoryReminders::new(Arc::clone(&jobs))),
        jobs,
        cache: Arc::new(casey_core::MemoryCache::new(clock.clone())),
        quota: Arc::new(casey_core::MemoryQuota::new(clock.clone())),
        clock,
        _keep: keep,
    }
}
