//! A database of the test server for one test alone. When the test is over, every key in it is looked at (check K7).
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::{env, sync::Arc, time::Duration};

use casey_core::{Clock, SystemClock};
use casey_data::{KeyFinding, REDIS_STORES, Redis};
use casey_privacy::{Inventory, PersonalData, StoreDecl, purposes};
use deadpool_redis::redis::{self, AsyncCommands, aio::MultiplexedConnection};

use crate::contract::{
    cache::{PersonKey, StateKey},
    quota::CooldownKey,
};

/// Databases of a Redis server as it comes, without number 0, where the leases are.
const DATABASES: std::ops::Range<u32> = 1..16;

const FAMILIES: &[&StoreDecl] = &[PersonKey::STORE, StateKey::STORE, CooldownKey::STORE];

/// What the tests keep in Redis.
pub(crate) fn inventory() -> Inventory {
    let all = Inventory::builder().purposes(purposes::ALL);
    all.module("core", REDIS_STORES).module("test", FAMILIES).build().unwrap()
}

/// One database of the test server, empty.
pub(crate) struct Server {
    /// Host and port.
    pub(crate) authority: String,
    number: u32,
    /// Whether the test leaves wrong keys behind on purpose.
    seeded: bool,
}

/// `None`, loudly, where there is no test server.
pub(crate) fn variable(name: &str) -> Option<String> {
    let value = env::var(name).ok().filter(|value| !value.is_empty());
    if value.is_none() {
        println!("SKIPPED: {name} is not set, so nothing of Redis was tested here");
    }
    value
}

/// Waits for a database that no other test is using.
pub(crate) async fn lease() -> Option<Server> {
    let url = variable("TEST_REDIS_URL")?;
    let authority = url.strip_prefix("redis://").unwrap().split('/').next().unwrap().to_owned();
    let mut connection = connect(&authority, 0).await;
    loop {
        for number in DATABASES {
            let mut claim = redis::cmd("SET");
            claim.arg(format!("test-lease:{number}")).arg(1).arg("NX").arg("PX").arg(120_000);
            if claim.query_async::<Option<String>>(&mut connection).await.unwrap().is_some() {
                let server = Server { authority, number, seeded: false };
                server.flush().await;
                return Some(server);
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn connect(authority: &str, number: u32) -> MultiplexedConnection {
    let client = redis::Client::open(format!("redis://{authority}/{number}")).unwrap();
    client.get_multiplexed_async_connection().await.unwrap()
}

impl Server {
    pub(crate) fn open(&self, clock: Arc<dyn Clock>) -> Redis {
        self.open_at(&self.authority, clock)
    }

    /// The same database by another way.
    pub(crate) fn open_at(&self, authority: &str, clock: Arc<dyn Clock>) -> Redis {
        Redis::open(&format!("redis://{authority}/{}", self.number), clock).unwrap()
    }

    /// A connection past the adapter.
    pub(crate) async fn raw(&self) -> MultiplexedConnection {
        connect(&self.authority, self.number).await
    }

    /// The test leaves wrong keys behind on purpose.
    pub(crate) fn seed(&mut self) {
        self.seeded = true;
    }

    async fn flush(&self) {
        let () = redis::cmd("FLUSHDB").query_async(&mut self.raw().await).await.unwrap();
    }

    async fn give_back(&self) -> Vec<KeyFinding> {
        // Clocks of the tests were moved forward from the one this begins with: nothing looks older than it is.
        let clock = Arc::new(casey_core::testing::ManualClock::default());
        let findings = self.open(clock).scan(&inventory()).await.unwrap();
        self.flush().await;
        let lease = format!("test-lease:{}", self.number);
        let () = connect(&self.authority, 0).await.del(lease).await.unwrap();
        if self.seeded { Vec::new() } else { findings }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The test's own runtime cannot wait inside a drop; another one can.
        let findings = std::thread::scope(|scope| {
            let look = || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(self.give_back())
            };
            scope.spawn(look).join()
        });
        if !std::thread::panicking() {
            assert_eq!(findings.unwrap(), [], "keys that are not as declared");
        }
    }
}

pub(crate) fn system() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}
