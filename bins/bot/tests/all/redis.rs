//! The bot with Redis, without it, and with one that is not there.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use casey_bot::Running;
use casey_core::{Clock, Glance, SystemClock};
use casey_sim::{Guild, Sim, reply};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};
use twilight_model::id::Id;

use crate::common::{Home, casey, page, sim, try_start};

/// Redis of the tests; `None`, loudly, where there is none.
fn redis() -> Option<String> {
    let url = std::env::var("TEST_REDIS_URL").ok();
    if url.is_none() {
        eprintln!("SKIPPED: TEST_REDIS_URL is not set");
    }
    url
}

#[tokio::test]
async fn it_goes_on_without_a_redis_that_is_down_and_says_so() {
    let (sim, home) = (sim().await, Home::new());
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let url = format!("redis://{nobody}");
    let casey = casey(&sim, &home, &[("redis-url", &url), ("metrics-addr", "127.0.0.1:0")]).await;
    let harbour = sim.guild("Harbour").unwrap();
    let (general, carol) = (harbour.channel("general").unwrap(), harbour.person("Carol").unwrap());
    carol.says(&general, ",ping").await.unwrap();
    general.expects(reply()).await.unwrap();
    let (status, body) = page(casey.metrics().unwrap(), "/readyz").await;
    assert_eq!(status, 200);
    assert!(body.contains("\"redis\":\"away; going on in memory\""), "{body}");
    assert!(page(casey.metrics().unwrap(), "/metrics").await.1.contains("casey_redis_up 0\n"));
    casey.stop().await.unwrap();
}

#[tokio::test]
async fn it_uses_redis_where_there_is_one() {
    let Some(url) = redis() else { return };
    let (sim, home) = (sim().await, Home::new());
    let casey = casey(&sim, &home, &[("redis-url", &url), ("metrics-addr", "127.0.0.1:0")]).await;
    let (status, body) = page(casey.metrics().unwrap(), "/readyz").await;
    assert_eq!(status, 200);
    assert!(body.contains("\"redis\":\"ok\""), "{body}");
    casey.stop().await.unwrap();
}

#[tokio::test]
async fn a_redis_whose_password_is_wrong_ends_the_start() {
    let Some(url) = redis() else { return };
    let (sim, home) = (sim().await, Home::new());
    let url = url.replace("redis://", "redis://:canary-password@");
    let error = try_start(&home.config(&sim.api_url(), &[("redis-url", &url)])).await.unwrap_err();
    assert!(!error.to_string().contains("canary-password"), "{error}");
}

/// A way to Redis that can be closed and opened again, as if it were stopped and started.
struct Gate {
    url: String,
    open: watch::Sender<bool>,
}

impl Gate {
    async fn to(url: &str) -> Self {
        let target = url.strip_prefix("redis://").unwrap().split('/').next().unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("redis://{}", listener.local_addr().unwrap());
        let open = watch::Sender::new(true);
        let seen = open.subscribe();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if *seen.borrow() {
                    tokio::spawn(carry(client, target.clone(), seen.clone()));
                }
            }
        });
        Self { url, open }
    }

    fn set(&self, open: bool) {
        self.open.send_replace(open);
    }
}

async fn carry(mut client: TcpStream, target: String, mut open: watch::Receiver<bool>) {
    let Ok(mut server) = TcpStream::connect(target).await else { return };
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut server) => {}
        _ = open.wait_for(|open| !*open) => {}
    }
}

/// Two bots as two processes would be: on one database and one Redis, each in a Discord of its own, so that only the first is asked.
struct Two {
    sim: Sim,
    _other: Sim,
    _home: Home,
    first: Running,
    second: Running,
}

impl Two {
    async fn start(redis: &str) -> Self {
        let (here, other, home) = (sim().await, sim().await, Home::new());
        let base = [("redis-url", redis), ("metrics-addr", "127.0.0.1:0")];
        let first = casey(&here, &home, &base).await;
        // With other shards it does not take up the session of the first.
        let others = [base[0], base[1], ("shards", "0..1/2")];
        let second = try_start(&home.config(&other.api_url(), &others)).await.unwrap();
        assert!(second.ready().await);
        Self { sim: here, _other: other, _home: home, first, second }
    }

    fn harbour(&self) -> Guild {
        self.sim.guild("Harbour").unwrap()
    }

    /// Sets a prefix by a command to the first bot; how long it takes until the second knows it, after the answer.
    async fn change(&self, prefix: &str) -> Duration {
        let harbour = self.harbour();
        let (general, alice) = (harbour.channel("general").unwrap(), harbour.owner().unwrap());
        let me = self.first.directory().me().user;
        alice.says(&general, &format!("<@{me}> prefix set {prefix}")).await.unwrap();
        general.expects(reply()).await.unwrap();
        let (begun, text) = (SystemClock.now(), format!("{prefix}ping"));
        let glance = Glance {
            content: &text,
            guild: Some(Id::new(harbour.id().get())),
            author: Id::new(alice.id().get()),
            bot: false,
        };
        crate::common::until(|| self.second.bot().looks_at(&glance)).await;
        SystemClock.now().since(begun)
    }

    /// Waits until both say this of Redis.
    async fn both_say(&self, state: &str) {
        let expected = format!("\"redis\":\"{state}\"");
        for bot in [&self.first, &self.second] {
            let address = bot.metrics().unwrap();
            let mut tries = 0;
            while !page(address, "/readyz").await.1.contains(&expected) {
                tries += 1;
                assert!(tries < 400, "Redis never was {state}");
                SystemClock.sleep_until(SystemClock.now() + Duration::from_millis(50)).await;
            }
        }
    }
}

#[tokio::test]
async fn what_one_changes_the_other_knows_within_a_second() {
    let Some(url) = redis() else { return };
    let second = Duration::from_secs(1);
    let gate = Gate::to(&url).await;
    let two = Two::start(&gate.url).await;
    two.both_say("ok").await;
    assert!(two.change("!").await < second);
    gate.set(false);
    two.both_say("away; going on in memory").await;
    assert!(two.change("?").await < second);
    gate.set(true);
    two.both_say("ok").await;
    assert!(two.change("$").await < second);
    two.first.stop().await.unwrap();
    two.second.stop().await.unwrap();
}
