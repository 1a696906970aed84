//! A bot on a simulated Discord, over real sockets.

#![allow(clippy::unwrap_used)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use casey_core::{Bot, BotBuilder, Clock, GatewaySessions, MemorySessions, SystemClock, Timestamp};
use casey_discord::{Connected, Error, Settings, connect};
use casey_sim::{ChannelSpec, Permissions, Sim, World};
use tokio::{sync::watch, task::JoinHandle};

pub(crate) const TOKEN: &str = "a-token";

/// A server with an owner, a moderator and an ordinary member, and channels of which some are closed.
pub(crate) fn world() -> World {
    World::new().bot("Casey", TOKEN).guild("Harbour", |guild| {
        guild
            .owner("Alice")
            .role("Moderator", Permissions::MANAGE_GUILD | Permissions::MANAGE_MESSAGES)
            .member_with("Bob", &["Moderator"])
            .member("Carol")
            .channel("general")
            .add(ChannelSpec::text("mods").hidden().visible_to("Moderator").visible_to("Casey"))
            .add(ChannelSpec::text("quiet").deny("Carol", Permissions::SEND_MESSAGES))
            .add(ChannelSpec::text("after-dark").nsfw())
    })
}

/// A clock that runs faster than the machine's, so that long waits are short.
pub(crate) struct FastClock {
    begin: Timestamp,
    factor: i64,
    slept: AtomicI64,
}

impl FastClock {
    pub(crate) fn new(factor: i64) -> Arc<Self> {
        Arc::new(Self { begin: SystemClock.now(), factor, slept: AtomicI64::new(0) })
    }

    /// Milliseconds of its own time that were asked to be slept.
    pub(crate) fn slept(&self) -> i64 {
        self.slept.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Clock for FastClock {
    fn now(&self) -> Timestamp {
        let passed = SystemClock.now().as_millis() - self.begin.as_millis();
        Timestamp::from_millis(self.begin.as_millis() + passed * self.factor)
    }

    async fn sleep_until(&self, moment: Timestamp) {
        let wait = moment.since(self.now());
        self.slept.fetch_add(i64::try_from(wait.as_millis()).unwrap(), Ordering::SeqCst);
        SystemClock.sleep_until(SystemClock.now() + wait / u32::try_from(self.factor).unwrap()).await;
    }
}

pub(crate) async fn connected(sim: &Sim) -> Connected {
    connect(Settings::new(TOKEN).api_url(Some(sim.api_url()))).await.unwrap()
}

/// A bot that serves.
pub(crate) struct Served {
    pub(crate) sim: Sim,
    pub(crate) connected: Arc<Connected>,
    stop: watch::Sender<bool>,
    task: JoinHandle<Result<(), Error>>,
}

pub(crate) async fn serve(sim: Sim, build: impl FnOnce(BotBuilder) -> BotBuilder) -> Served {
    serve_with(sim, Arc::new(MemorySessions::new()), build).await
}

/// A bot that serves, and goes on with the sessions kept here.
pub(crate) async fn serve_with(
    sim: Sim,
    sessions: Arc<dyn GatewaySessions>,
    build: impl FnOnce(BotBuilder) -> BotBuilder,
) -> Served {
    let settings = Settings::new(TOKEN).api_url(Some(sim.api_url())).sessions(sessions);
    serve_by(settings, sim, build).await
}

pub(crate) async fn serve_by(
    settings: Settings,
    sim: Sim,
    build: impl FnOnce(BotBuilder) -> BotBuilder,
) -> Served {
    let connected = Arc::new(connect(settings).await.unwrap());
    let bot = build(Bot::builder(connected.ports_in_memory())).build().await.unwrap();
    connected.register(&bot.schemas()).await.unwrap();
    let (stop, mut stopped) = watch::channel(false);
    let task = tokio::spawn({
        let (connected, bot) = (Arc::clone(&connected), bot.clone());
        async move {
            let stopped = async {
                let _ = stopped.wait_for(|stop| *stop).await.is_ok();
            };
            connected.serve(&bot, stopped).await
        }
    });
    sim.gateway().expects_sessions(1).await.unwrap();
    let served = Served { sim, connected, stop, task };
    served.until(|served| served.connected.counts().is_ready()).await;
    served
}

impl Served {
    /// Waits, at most five seconds, until something is so.
    pub(crate) async fn until(&self, so: impl Fn(&Self) -> bool) {
        for _ in 0..500 {
            if so(self) {
                return;
            }
            SystemClock.sleep_until(SystemClock.now() + Duration::from_millis(10)).await;
        }
        panic!("it did not become so; counts are {:?}", self.connected.counts().now());
    }

    /// Ends as a process that is killed does: nothing is closed, nothing is finished.
    pub(crate) fn kill(self) -> Sim {
        self.task.abort();
        self.sim
    }

    pub(crate) async fn stop(self) -> Result<(), Error> {
        self.stop.send(true).unwrap();
        self.task.await.unwrap()
    }
}
