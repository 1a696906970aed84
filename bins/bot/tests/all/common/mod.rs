//! The whole bot on a simulated Discord, with a database in a folder of its own.

#![allow(clippy::unwrap_used)]

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use casey_bot::{BotError, Running, Upstream, start};
use casey_config::{Config, Sources};
use casey_core::{Clock, SystemClock};
use casey_sim::{ChannelSpec, Permissions, Sim, World, contract::OpenApi};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

pub(crate) const TOKEN: &str = "a-token";

/// A server with an owner, a moderator who may not manage it, and an ordinary member.
pub(crate) fn world() -> World {
    World::new().bot("Casey", TOKEN).guild("Harbour", |guild| {
        guild
            .owner("Alice")
            .role("Moderator", Permissions::MANAGE_MESSAGES)
            .member_with("Bob", &["Moderator"])
            .member("Carol")
            .channel("general")
            .add(ChannelSpec::text("mods").hidden().visible_to("Moderator").visible_to("Casey"))
    })
}

/// A simulated Discord with that world.
pub(crate) async fn sim() -> Sim {
    strict(world()).await
}

/// A simulated Discord that checks every request against Discord's own description, if that is at hand.
pub(crate) async fn strict(world: World) -> Sim {
    let builder = Sim::builder(world);
    let builder = if let Some(path) = OpenApi::find(env!("CARGO_MANIFEST_DIR")) {
        builder.contract(Arc::new(OpenApi::load(path).unwrap()))
    } else {
        eprintln!("skipped: checking requests against Discord's OpenAPI file, which is not there");
        builder
    };
    builder.start().await.unwrap()
}

/// A data folder that goes when the test ends.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path().join("data/casey.sqlite")
    }

    /// The environment of a bot that lives here.
    pub(crate) fn env(&self, api_url: &str) -> Vec<(String, String)> {
        let data = self.path().join("data").display().to_string();
        [("DISCORD_TOKEN", TOKEN), ("DISCORD_API_URL", api_url), ("DATA_DIR", &data)]
            .map(|(name, value)| (format!("CASEY_{name}"), value.to_owned()))
            .into()
    }

    pub(crate) fn config(&self, api_url: &str, more: &[(&str, &str)]) -> Config {
        let sources = Sources::new(self.env(api_url), self.path()).flags(more.iter().copied());
        Config::load(&sources).unwrap()
    }
}

pub(crate) async fn try_start(config: &Config) -> Result<Running, BotError> {
    start(config, &Upstream::configured(config).unwrap(), config.clock()).await
}

/// Starts a bot and waits until it is ready.
pub(crate) async fn casey(sim: &Sim, home: &Home, more: &[(&str, &str)]) -> Running {
    let running = try_start(&home.config(&sim.api_url(), more)).await.unwrap();
    assert!(running.ready().await);
    // Told by READY, or asked for after a session was resumed.
    until(|| running.directory().guild_count() >= 1).await;
    running
}

/// Waits, at most five seconds, until something is so.
pub(crate) async fn until(so: impl Fn() -> bool) {
    for _ in 0..500 {
        if so() {
            return;
        }
        SystemClock.sleep_until(SystemClock.now() + Duration::from_millis(10)).await;
    }
    panic!("it did not become so");
}

/// Status and body of a page.
pub(crate) async fn page(address: std::net::SocketAddr, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}
