//! Sessions taken up by the next process, and connections that end again and again.

#![allow(clippy::unwrap_used)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use casey_core::{Call, Command, Failure, GatewaySession, GatewaySessions, MemorySessions, Module, Reply};
use casey_discord::Settings;
use casey_sim::{Sim, reply};
use tokio::sync::Semaphore;
use twilight_interactions::command::{CommandModel, CreateCommand};

use crate::common::{FastClock, Served, TOKEN, serve_by, serve_with, world};

/// Waits until it may answer.
#[derive(Debug, CommandModel, CreateCommand)]
#[command(name = "slow", desc = "Answers when it may")]
struct Slow {}

struct SlowModule {
    gate: Arc<Semaphore>,
    begun: AtomicUsize,
}

impl SlowModule {
    fn new() -> Arc<Self> {
        Arc::new(Self { gate: Arc::new(Semaphore::new(0)), begun: AtomicUsize::new(0) })
    }
}

#[async_trait]
impl Module for SlowModule {
    fn name(&self) -> &'static str {
        "slow"
    }

    fn commands(self: Arc<Self>) -> Vec<Command> {
        vec![Command::new::<Slow, _, _>(move |_call: Call, _: Slow| {
            let module = Arc::clone(&self);
            async move {
                module.begun.fetch_add(1, Ordering::SeqCst);
                drop(module.gate.acquire().await);
                Ok::<_, Failure>(Reply::text("at last"))
            }
        })]
    }
}

async fn kept(sessions: &MemorySessions, served: &Served) -> Vec<GatewaySession> {
    sessions.sessions(served.connected.me().application, 1).await.unwrap()
}

#[tokio::test]
async fn a_stopped_process_is_followed_by_one_that_misses_nothing() {
    let sessions = Arc::new(MemorySessions::new());
    let served = serve_with(Sim::start(world()).await.unwrap(), sessions.clone(), |bot| bot).await;
    let harbour = served.sim.guild("Harbour").unwrap();
    let (general, alice) = (harbour.channel("general").unwrap(), harbour.owner().unwrap());
    let first = alice.says(&general, ",ping").await.unwrap();
    general.expects(reply().in_reply_to(first)).await.unwrap();
    let sim = served.sim.clone();
    served.stop().await.unwrap();

    let meanwhile = alice.says(&general, ",ping").await.unwrap();
    let typed = alice.slash(&general, "ping").sends().await.unwrap();
    let served = serve_with(sim, sessions, |bot| bot).await;
    general.expects(reply().in_reply_to(meanwhile)).await.unwrap();
    typed.answer().await.unwrap();
    general.expects_no_more().await.unwrap();
    let counts = served.sim.gateway().counts();
    assert_eq!((counts.identifies, counts.resumes), (1, 1));
    // A resumed session tells no servers: they are asked for.
    served.until(|served| served.connected.directory().guild_count() == 1).await;
    served.stop().await.unwrap();
}

#[tokio::test]
async fn what_a_killed_process_had_not_finished_is_done_by_the_next_and_nothing_twice() {
    let (sessions, slow) = (Arc::new(MemorySessions::new()), SlowModule::new());
    let first = Arc::clone(&slow);
    let sim = Sim::start(world()).await.unwrap();
    let served = serve_with(sim, sessions.clone(), |bot| bot.module(first)).await;
    let harbour = served.sim.guild("Harbour").unwrap();
    let (general, alice, bob) =
        (harbour.channel("general").unwrap(), harbour.owner().unwrap(), harbour.person("Bob").unwrap());
    let unfinished = alice.says(&general, ",slow").await.unwrap();
    served.until(|_| slow.begun.load(Ordering::SeqCst) == 1).await;
    let behind_it = bob.says(&general, ",ping").await.unwrap();
    general.expects(reply().in_reply_to(behind_it)).await.unwrap();
    // Time enough to write how far it got, which is before the command that still runs.
    tokio::time::sleep(Duration::from_millis(700)).await;
    let before = kept(&sessions, &served).await;
    assert_eq!(before[0].unfinished.len(), 1);
    let sent = messages_sent(&served.sim);
    let sim = served.kill();

    slow.gate.add_permits(9);
    let second = Arc::clone(&slow);
    let served = serve_with(sim, sessions.clone(), |bot| bot.module(second)).await;
    general.expects(reply().in_reply_to(unfinished)).await.unwrap();
    general.expects_no_more().await.unwrap();
    assert_eq!(slow.begun.load(Ordering::SeqCst), 2);
    served.until(|served| served.sim.gateway().counts().resumes == 1).await;
    // The ping behind it came again, too: it was finished, so that nothing was asked of Discord for it. Both processes of this test answered the
    // slow command, because the first goes on within the same program; Discord took it once.
    assert_eq!(messages_sent(&served.sim), sent + 2);
    tokio::time::sleep(Duration::from_millis(700)).await;
    let after = kept(&sessions, &served).await;
    assert!(after[0].sequence() > before[0].sequence() && after[0].unfinished.is_empty(), "{after:?}");
    served.stop().await.unwrap();
}

#[tokio::test]
async fn what_a_killed_process_announced_is_answered_by_the_next() {
    let (sessions, slow) = (Arc::new(MemorySessions::new()), SlowModule::new());
    let first = Arc::clone(&slow);
    let served =
        serve_with(Sim::start(world()).await.unwrap(), sessions.clone(), |bot| bot.module(first)).await;
    let harbour = served.sim.guild("Harbour").unwrap();
    let (general, bob) = (harbour.channel("general").unwrap(), harbour.person("Bob").unwrap());
    let typed = bob.slash(&general, "slow").sends().await.unwrap();
    served.until(|served| answers(&served.sim) == 1).await;
    let quick = bob.slash(&general, "ping").sends().await.unwrap();
    let pong = quick.answer().await.unwrap().text();
    let sim = served.kill();

    slow.gate.add_permits(9);
    let second = Arc::clone(&slow);
    let served = serve_with(sim, sessions, |bot| bot.module(second)).await;
    assert_eq!(typed.answer().await.unwrap().text(), "at last");
    assert_eq!(quick.answer().await.unwrap().text(), pong, "what was said stays");
    served.stop().await.unwrap();
}

/// How many messages Discord was asked to make.
fn messages_sent(sim: &Sim) -> usize {
    sim.calls().iter().filter(|call| call.method == "POST" && call.path.ends_with("/messages")).count()
}

/// How often an interaction was answered or its answer announced.
fn answers(sim: &Sim) -> usize {
    sim.calls().iter().filter(|call| call.path.ends_with("/callback")).count()
}

#[tokio::test]
async fn a_session_that_discord_forgot_is_begun_anew() {
    let sessions = Arc::new(MemorySessions::new());
    let served = serve_with(Sim::start(world()).await.unwrap(), sessions.clone(), |bot| bot).await;
    let sim = served.sim.clone();
    served.stop().await.unwrap();
    let mut kept = sessions.sessions(twilight_model::id::Id::new(1), 1).await.unwrap();
    assert!(kept.is_empty(), "those of another application are not told");
    sim.gateway().forget_sessions();
    // The turn that the first process took at identifying has to pass, which takes more than five seconds by Discord's clock.
    let settings = Settings::new(TOKEN)
        .api_url(Some(sim.api_url()))
        .sessions(sessions.clone())
        .clock(FastClock::new(10));
    let served = serve_by(settings, sim, |bot| bot).await;
    let harbour = served.sim.guild("Harbour").unwrap();
    let (general, alice) = (harbour.channel("general").unwrap(), harbour.owner().unwrap());
    let message = alice.says(&general, ",ping").await.unwrap();
    general.expects(reply().in_reply_to(message)).await.unwrap();
    kept = sessions.sessions(served.connected.me().application, 1).await.unwrap();
    assert_eq!(kept.len(), 1);
    served.stop().await.unwrap();
}

/// A store that is away.
#[derive(Default)]
struct Away(AtomicBool);

#[async_trait]
impl GatewaySessions for Away {
    async fn sessions(
        &self,
        _: twilight_model::id::Id<twilight_model::id::marker::ApplicationMarker>,
        _: u32,
    ) -> Result<Vec<GatewaySession>, casey_core::StoreError> {
        Err(unavailable())
    }

    async fn save(&self, _: &[GatewaySession]) -> Result<(), casey_core::StoreError> {
        self.0.store(true, Ordering::SeqCst);
        Err(unavailable())
    }

    async fn claim_identify(
        &self,
        _: twilight_model::id::Id<twilight_model::id::marker::ApplicationMarker>,
        _: &str,
        _: u32,
        _: casey_core::Timestamp,
        _: casey_core::Timestamp,
    ) -> Result<bool, casey_core::StoreError> {
        Err(unavailable())
    }
}

fn unavailable() -> casey_core::StoreError {
    casey_core::StoreError::new(casey_core::StoreErrorKind::Unavailable, "asking a store that is away")
}

#[tokio::test]
async fn without_a_store_the_bot_serves_all_the_same() {
    let away = Arc::new(Away::default());
    let served = serve_with(Sim::start(world()).await.unwrap(), away.clone(), |bot| bot).await;
    let harbour = served.sim.guild("Harbour").unwrap();
    let (general, alice) = (harbour.channel("general").unwrap(), harbour.owner().unwrap());
    let message = alice.says(&general, ",ping").await.unwrap();
    general.expects(reply().in_reply_to(message)).await.unwrap();
    assert!(away.0.load(Ordering::SeqCst));
    served.stop().await.unwrap();
}
