//! Redis goes away and comes back while it is in use.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::{
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use casey_core::{Allowance, Cache, Limit, Quota, testing::ManualClock};
use casey_data::{Bus, Redis, RedisCache, RedisCause, RedisState, Resilient};
use tokio::time::timeout;

use super::{
    proxy::{Proxy, Way},
    server::{Server, lease, system},
};
use crate::contract::{
    cache::{PersonKey, StateKey},
    quota::CooldownKey,
};

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

struct Outage {
    /// What goes on without Redis; reaches it by the proxy.
    casey: Resilient,
    /// Another process, which always reaches it.
    other: RedisCache,
    proxy: Proxy,
    server: Server,
}

async fn outage() -> Option<Outage> {
    let server = lease().await?;
    let proxy = Proxy::start("127.0.0.1:0", server.authority.clone()).await;
    let casey = Resilient::start(server.open_at(&proxy.addr.to_string(), system())).await;
    assert!(casey.healthy());
    let other = RedisCache::new(server.open(system()));
    Some(Outage { casey, other, proxy, server })
}

async fn until_healthy(casey: &Resilient) {
    let mut state = casey.watch();
    let back = state.wait_for(|state| *state == RedisState::Healthy);
    timeout(Duration::from_secs(10), back).await.expect("Redis is back and nobody noticed").unwrap();
}

#[tokio::test]
async fn calls_go_on_at_once_and_redis_is_found_again() {
    let Some(there) = outage().await else { return };
    let before = StateKey::new(1, "before");
    there.casey.put(&before, vec![1], MINUTE).await.unwrap();

    there.proxy.set(Way::Cut);
    let began = Instant::now();
    let since = system().now();
    for number in 0..200 {
        let key = StateKey::new(number, "meanwhile");
        there.casey.put(&key, vec![7], MINUTE).await.unwrap();
        assert_eq!(there.casey.get(&key).await.unwrap(), Some(vec![7]));
    }
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    match there.casey.state() {
        RedisState::Away { since: told, cause } => {
            assert!(told >= since, "{told} {since}");
            assert!(matches!(cause, RedisCause::Unreachable | RedisCause::Closed), "{cause:?}");
        }
        state => panic!("{state:?}"),
    }
    // What is in Redis alone is not there, and not made up.
    assert_eq!(there.casey.get(&before).await.unwrap(), None);
    assert_eq!(there.casey.take(&StateKey::new(0, "meanwhile")).await.unwrap(), Some(vec![7]));

    there.proxy.set(Way::Open);
    until_healthy(&there.casey).await;
    assert_eq!(there.casey.get(&before).await.unwrap(), Some(vec![1]));
    // What was written meanwhile is everybody's now.
    for number in 1..200 {
        let key = StateKey::new(number, "meanwhile");
        assert_eq!(there.other.get(&key).await.unwrap(), Some(vec![7]), "{number}");
    }
    assert_eq!(there.other.get(&StateKey::new(0, "meanwhile")).await.unwrap(), None, "it was taken");
    let counts = there.casey.counts();
    assert_eq!((counts.outages, counts.handed_over), (1, 199));
    assert!(counts.fallbacks >= 401, "{counts:?}");
}

#[tokio::test]
async fn a_silent_redis_costs_one_call_two_seconds_and_the_others_nothing() {
    let Some(there) = outage().await else { return };
    there.proxy.set(Way::Silent);
    let key = StateKey::new(1, "a");
    let began = Instant::now();
    there.casey.put(&key, vec![1], MINUTE).await.unwrap();
    assert!(began.elapsed() < Duration::from_millis(2_500), "{:?}", began.elapsed());
    let began = Instant::now();
    for _ in 0..100 {
        assert_eq!(there.casey.get(&key).await.unwrap(), Some(vec![1]));
    }
    assert!(began.elapsed() < Duration::from_millis(500), "{:?}", began.elapsed());
    assert!(matches!(there.casey.state(), RedisState::Away { cause: RedisCause::TimedOut, .. }));
    there.proxy.set(Way::Open);
    until_healthy(&there.casey).await;
    assert_eq!(there.other.get(&key).await.unwrap(), Some(vec![1]));
}

#[tokio::test]
async fn what_others_wrote_meanwhile_is_younger_and_stays() {
    let Some(there) = outage().await else { return };
    let (mine_first, mine_last) = (StateKey::new(1, "first"), StateKey::new(1, "last"));
    there.other.put(&mine_last, b"old".to_vec(), MINUTE).await.unwrap();
    there.proxy.set(Way::Cut);
    there.casey.put(&mine_first, b"mine".to_vec(), MINUTE).await.unwrap();
    tokio::time::sleep(Duration::from_millis(5)).await;
    there.other.put(&mine_first, b"theirs".to_vec(), MINUTE).await.unwrap();
    there.casey.put(&mine_last, b"mine".to_vec(), MINUTE).await.unwrap();
    there.proxy.set(Way::Open);
    until_healthy(&there.casey).await;
    assert_eq!(there.casey.get(&mine_first).await.unwrap(), Some(b"theirs".to_vec()));
    assert_eq!(there.casey.get(&mine_last).await.unwrap(), Some(b"mine".to_vec()));
}

#[tokio::test]
async fn a_limit_holds_without_redis() {
    let Some(there) = outage().await else { return };
    let (key, limit) = (CooldownKey::new(1, "x"), Limit::new(3, MINUTE));
    there.proxy.set(Way::Cut);
    let mut granted = 0;
    for _ in 0..10 {
        granted += u32::from(there.casey.spend(&key, limit).await.unwrap() == Allowance::Granted);
    }
    assert_eq!(granted, 3);
}

/// What was handed over keeps the end it had, and so does what was deleted elsewhere meanwhile.
#[tokio::test]
async fn nothing_lives_longer_for_having_been_in_memory() {
    let Some(server) = lease().await else { return };
    let clock = Arc::new(ManualClock::default());
    let proxy = Proxy::start("127.0.0.1:0", server.authority.clone()).await;
    let casey = Resilient::start(server.open_at(&proxy.addr.to_string(), clock.clone())).await;
    let key = PersonKey::new(1);
    proxy.set(Way::Cut);
    casey.put(&key, vec![1], DAY).await.unwrap();
    assert!(!casey.healthy());
    clock.advance(20 * Duration::from_hours(1));
    proxy.set(Way::Open);
    let moved = async {
        while !casey.healthy() {
            clock.advance(Duration::from_secs(15));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(10), moved).await.unwrap();
    assert_eq!(casey.get(&key).await.unwrap(), Some(vec![1]));
    clock.advance(4 * Duration::from_hours(1));
    assert_eq!(casey.get(&key).await.unwrap(), None);
    let left: i64 = deadpool_redis::redis::cmd("PTTL")
        .arg("casey:c:test-person:1")
        .query_async(&mut server.raw().await)
        .await
        .unwrap();
    assert!((1..=4 * 3_600_000).contains(&left), "{left}");
}

/// A key that holds something else fails alone.
#[tokio::test]
async fn one_command_that_fails_is_no_outage() {
    let Some(mut there) = outage().await else { return };
    there.server.seed();
    let () = deadpool_redis::redis::cmd("LPUSH")
        .arg("casey:e:test-state:1:list")
        .arg("x")
        .query_async(&mut there.server.raw().await)
        .await
        .unwrap();
    assert_eq!(there.casey.get(&StateKey::new(1, "list")).await.unwrap(), None);
    assert!(there.casey.healthy());
    assert_eq!(there.casey.counts().fallbacks, 1);
}

/// A server of this test's own, without any file, which can be stopped.
struct OwnServer {
    port: u16,
    process: Option<Child>,
}

impl OwnServer {
    fn start(&mut self) -> bool {
        let mut server = Command::new("redis-server");
        server
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port"])
            .arg(self.port.to_string());
        self.process = server.stdout(Stdio::null()).spawn().ok();
        self.process.is_some()
    }

    fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        self.stop();
    }
}

#[tokio::test]
async fn a_real_server_is_killed_and_started_again() {
    if super::server::variable("TEST_REDIS_URL").is_none() {
        return;
    }
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut server = OwnServer { port, process: None };
    if !server.start() {
        println!("SKIPPED: redis-server is not in PATH, so none was killed");
        return;
    }
    let redis = Redis::open(&format!("redis://127.0.0.1:{port}"), system()).unwrap();
    let casey = Resilient::start(redis.clone()).await;
    until_healthy(&casey).await;
    let bus = Bus::start(redis);
    let mut connected = bus.connected();
    timeout(Duration::from_secs(10), connected.wait_for(|yes| *yes)).await.unwrap().unwrap();
    for round in 0..2 {
        let key = StateKey::new(round, "meanwhile");
        server.stop();
        casey.put(&key, vec![1], MINUTE).await.unwrap();
        assert!(!casey.healthy());
        timeout(Duration::from_secs(10), connected.wait_for(|yes| !yes)).await.unwrap().unwrap();
        assert!(server.start());
        until_healthy(&casey).await;
        timeout(Duration::from_secs(10), connected.wait_for(|yes| *yes)).await.unwrap().unwrap();
        assert_eq!(casey.get(&key).await.unwrap(), Some(vec![1]));
    }
}
