//! Shards on a simulated Discord: what they survive.

#![allow(clippy::unwrap_used)]

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use crate::common::{FastClock, TOKEN, serve, world};
use axum::{
    Json, Router,
    extract::{
        State,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade},
    },
    response::Response,
    routing::get,
};
use casey_core::{Bot, Clock, SystemClock};
use casey_discord::{Error, Settings, connect};
use casey_sim::{BotSpec, Sim, World, reply};
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering};

#[tokio::test]
async fn ping_is_answered_both_ways() {
    let served = serve(Sim::start(world()).await.unwrap(), |bot| bot).await;
    let harbour = served.sim.guild("Harbour").unwrap();
    let (general, alice) = (harbour.channel("general").unwrap(), harbour.owner().unwrap());
    let message = alice.says(&general, ",ping").await.unwrap();
    general.expects(reply().in_reply_to(message).pinging_nobody()).await.unwrap();
    alice.slash(&general, "ping").sends().await.unwrap().answer().await.unwrap();
    general.expects_no_more().await.unwrap();
    served.sim.expects_no_violations().unwrap();
    served.stop().await.unwrap();
}

#[tokio::test]
async fn messages_that_are_not_meant_are_not_decoded() {
    let served = serve(Sim::start(world()).await.unwrap(), |bot| bot).await;
    let harbour = served.sim.guild("Harbour").unwrap();
    let (general, carol) = (harbour.channel("general").unwrap(), harbour.person("Carol").unwrap());
    // READY and GUILD_CREATE.
    served.until(|served| served.connected.counts().now().decoded == 2).await;
    let before = served.connected.counts().now();
    for _ in 0..20 {
        carol.says(&general, "hello there").await.unwrap();
    }
    served.until(|served| served.connected.counts().now().skipped >= before.skipped + 20).await;
    assert_eq!(served.connected.counts().now().decoded, before.decoded);
    general.expects_no_more().await.unwrap();
    served.stop().await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_read_is_counted_and_survived() {
    let served = serve(Sim::start(world()).await.unwrap(), |bot| bot).await;
    let harbour = served.sim.guild("Harbour").unwrap();
    let (general, alice) = (harbour.channel("general").unwrap(), harbour.owner().unwrap());
    let gateway = served.sim.gateway();
    gateway.dispatch("MESSAGE_CREATE", &json!({ "content": ",ping", "author": 5 }));
    gateway.dispatch("MESSAGE_CREATE", &json!({ "content": ",ping", "author": { "id": "1" } }));
    gateway.dispatch("GUILD_CREATE", &json!({ "id": "12", "name": ["odd"] }));
    gateway.dispatch("INTERACTION_CREATE", &json!({}));
    gateway.dispatch("SOMETHING_NEW", &json!({ "x": 1 }));
    gateway.raw_text("{ not json");
    alice.says(&general, ",ping").await.unwrap();
    general.expects(reply()).await.unwrap();
    served.until(|served| served.connected.counts().now().unparsable.len() >= 4).await;
    let unparsable = served.connected.counts().now().unparsable;
    assert_eq!(unparsable.get("MESSAGE_CREATE"), Some(&2));
    assert_eq!(unparsable.get("GUILD_CREATE"), Some(&1));
    assert_eq!(unparsable.get("INTERACTION_CREATE"), Some(&1));
    assert_eq!(unparsable.get("payload"), Some(&1));
    served.stop().await.unwrap();
}

#[tokio::test]
async fn after_a_drop_the_session_is_resumed_and_no_message_is_lost() {
    let served = serve(Sim::start(world()).await.unwrap(), |bot| bot).await;
    let harbour = served.sim.guild("Harbour").unwrap();
    let (general, alice) = (harbour.channel("general").unwrap(), harbour.owner().unwrap());
    for cut in 0..2 {
        if cut == 0 {
            served.sim.gateway().drop_all(4000);
        } else {
            served.sim.gateway().reconnect_all();
        }
        let message = alice.says(&general, ",ping").await.unwrap();
        general.expects(reply().in_reply_to(message)).await.unwrap();
        general.expects_no_more().await.unwrap();
    }
    // The last message may have come through before the connection was left.
    served.until(|served| served.sim.gateway().counts().resumes == 2).await;
    assert_eq!(served.sim.gateway().counts().identifies, 1);
    assert_eq!(served.connected.counts().now().reconnects, 2);
    general.expects_no_more().await.unwrap();
    served.stop().await.unwrap();
}

#[tokio::test]
async fn a_line_that_is_cut_is_taken_up_again() {
    let served = serve(Sim::start(world()).await.unwrap(), |bot| bot).await;
    let harbour = served.sim.guild("Harbour").unwrap();
    let (general, alice) = (harbour.channel("general").unwrap(), harbour.owner().unwrap());
    served.sim.gateway().hang_up_all();
    alice.says(&general, ",ping").await.unwrap();
    general.expects(reply()).await.unwrap();
    assert_eq!(served.sim.gateway().counts().resumes, 1);
    served.stop().await.unwrap();
}

#[tokio::test]
async fn commands_are_written_only_if_they_differ() {
    let sim = Sim::start(world()).await.unwrap();
    let written = || sim.calls().iter().filter(|call| call.method == "PUT").count();
    let connected = crate::common::connected(&sim).await;
    let bot = Bot::builder(connected.ports_in_memory()).build().await.unwrap();
    let schemas = bot.schemas();
    let first = connected.register(&schemas).await.unwrap();
    assert_eq!(first.added.len(), schemas.len());
    assert_eq!(written(), 1);
    let second = connected.register(&schemas).await.unwrap();
    assert!(second.is_empty(), "{second:?}");
    assert_eq!(written(), 1);
    let mut changed = schemas.clone();
    changed[0].description = "Something else".into();
    let third = connected.register(&changed[..changed.len() - 1]).await.unwrap();
    assert_eq!((third.changed.len(), third.removed.len(), third.added.len()), (1, 1, 0));
    assert_eq!(written(), 2);
}

#[tokio::test]
async fn a_wrong_token_is_told_at_once() {
    let sim = Sim::start(world()).await.unwrap();
    let error = connect(Settings::new("wrong").api_url(Some(sim.api_url()))).await.unwrap_err();
    assert!(matches!(error, Error::Token), "{error}");
    assert!(matches!(connect(Settings::new("a\nb")).await, Err(Error::Token)));
}

#[tokio::test]
async fn an_intent_that_is_not_granted_ends_it_with_a_remedy() {
    let world = World::new()
        .bot_with(BotSpec::new("Casey", TOKEN).without_message_content())
        .guild("Harbour", |guild| guild.owner("Alice").channel("general"));
    let sim = Sim::start(world).await.unwrap();
    let connected = crate::common::connected(&sim).await;
    let bot = Bot::builder(connected.ports_in_memory()).build().await.unwrap();
    let error = connected.serve(&bot, std::future::pending()).await.unwrap_err();
    assert!(error.is_configuration());
    assert!(error.to_string().contains("Message Content"), "{error}");
}

#[tokio::test]
async fn closing_leaves_the_session_resumable() {
    let served = serve(Sim::start(world()).await.unwrap(), |bot| bot).await;
    let sim = served.sim.clone();
    served.stop().await.unwrap();
    for _ in 0..200 {
        if sim.gateway().sessions() == 0 {
            break;
        }
        SystemClock.sleep_until(SystemClock.now() + Duration::from_millis(10)).await;
    }
    assert_eq!(sim.gateway().sessions(), 0);
    assert_eq!(sim.gateway().counts().identifies, 1);
}

/// What a bad gateway does with every connection.
#[derive(Clone, Copy, Debug)]
enum Mood {
    CloseAtOnce,
    HangUp,
    CloseAfterHello,
    CloseAfterReady,
}

#[derive(Clone)]
struct Bad {
    mood: Mood,
    api: String,
    address: String,
    connections: Arc<AtomicU32>,
    /// When lines were accepted.
    accepted: Arc<Mutex<Vec<Instant>>>,
}

/// Notes when lines are accepted.
struct Noting(tokio::net::TcpListener, Arc<Mutex<Vec<Instant>>>);

impl axum::serve::Listener for Noting {
    type Io = tokio::net::TcpStream;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let accepted = axum::serve::Listener::accept(&mut self.0).await;
        self.1.lock().unwrap().push(Instant::now());
        accepted
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

async fn socket(State(bad): State<Bad>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |mut socket: WebSocket| async move {
        bad.connections.fetch_add(1, Ordering::SeqCst);
        if matches!(bad.mood, Mood::CloseAfterHello | Mood::CloseAfterReady) {
            let hello = json!({ "op": 10, "d": { "heartbeat_interval": 41_250 } }).to_string();
            let _ = socket.send(Message::Text(hello.into())).await;
        }
        if matches!(bad.mood, Mood::CloseAfterReady)
            && let Some(Ok(Message::Text(text))) = socket.recv().await
        {
            let resumes = text.contains("session_id");
            let ready = json!({
                "v": 10, "user": { "id": "1", "username": "Casey", "discriminator": "0", "avatar": null, "bot": true, "mfa_enabled": true },
                "guilds": [], "session_id": "s", "resume_gateway_url": format!("ws://{}", bad.address),
                "application": { "id": "1", "flags": 0 },
            });
            let (kind, data) = if resumes { ("RESUMED", json!({})) } else { ("READY", ready) };
            let event = json!({ "op": 0, "s": 1, "t": kind, "d": data }).to_string();
            let _ = socket.send(Message::Text(event.into())).await;
        }
        if !matches!(bad.mood, Mood::HangUp) {
            let _ = socket.send(Message::Close(Some(CloseFrame { code: 4002, reason: "".into() }))).await;
        }
    })
}

/// A Discord whose gateway never gives a session.
async fn bad_discord(mood: Mood, host: &str) -> Bad {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gateway = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = listener.local_addr().unwrap().to_string();
    let address = format!("{host}:{}", gateway.local_addr().unwrap().port());
    let bad = Bad { mood, address, api, connections: Arc::default(), accepted: Arc::default() };
    let gateway = Noting(gateway, Arc::clone(&bad.accepted));
    let sockets = Router::new().route("/", get(socket)).with_state(bad.clone());
    tokio::spawn(async move { axum::serve(gateway, sockets).await });
    let itself = || get(|| async { Json(json!({ "id": "1" })) });
    let router =
        Router::new()
            .route("/api/v10/users/@me", itself())
            .route("/api/v10/applications/@me", itself())
            .route(
                "/api/v10/gateway/bot",
                get(|State(bad): State<Bad>| async move {
                    Json(json!({ "url": format!("ws://{}", bad.address) }))
                }),
            )
            .with_state(bad.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    bad
}

#[tokio::test]
async fn a_gateway_that_gives_no_session_is_asked_less_and_less_often() {
    for mood in [Mood::CloseAtOnce, Mood::HangUp, Mood::CloseAfterHello] {
        let bad = bad_discord(mood, "127.0.0.1").await;
        // A second here is a minute there: 1 + 2 + 4 + 8 + 16 + 32 seconds, halved at worst, leave room for eight connections.
        let clock = FastClock::new(60);
        let settings = Settings::new(TOKEN)
            .api_url(Some(format!("http://{}", bad.api)))
            .clock(Arc::clone(&clock) as Arc<dyn Clock>);
        let connected = connect(settings).await.unwrap();
        let bot = Bot::builder(connected.ports_in_memory()).build().await.unwrap();
        let stop = SystemClock.sleep_until(SystemClock.now() + Duration::from_secs(1));
        connected.serve(&bot, stop).await.unwrap();
        let connections = bad.connections.load(Ordering::SeqCst);
        // A connection that is cut without a word is noticed only in that polls bring nothing.
        let most = if matches!(mood, Mood::HangUp) { 20 } else { 8 };
        assert!((2..=most).contains(&connections), "{connections} connections, {mood:?}");
        assert!(
            clock.slept() > 1_000,
            "{} ms of waiting, {connections} connections, {mood:?}",
            clock.slept()
        );
    }
}

#[tokio::test]
async fn a_gateway_that_ends_every_session_is_connected_to_once_a_second_at_most() {
    for (mood, host) in [Mood::CloseAfterReady, Mood::HangUp]
        .into_iter()
        .flat_map(|mood| [(mood, "127.0.0.1"), (mood, "localhost")])
    {
        let bad = bad_discord(mood, host).await;
        let clock = FastClock::new(10);
        let settings = Settings::new(TOKEN)
            .api_url(Some(format!("http://{}", bad.api)))
            .clock(Arc::clone(&clock) as Arc<dyn Clock>);
        let connected = connect(settings).await.unwrap();
        let bot = Bot::builder(connected.ports_in_memory()).build().await.unwrap();
        let stop = SystemClock.sleep_until(SystemClock.now() + Duration::from_secs(2));
        connected.serve(&bot, stop).await.unwrap();
        let accepted = bad.accepted.lock().unwrap().clone();
        assert!(accepted.len() >= 2, "{mood:?}");
        // By a clock ten times as fast; timers are a few milliseconds off.
        let apart: Vec<_> = accepted.windows(2).map(|two| (two[1] - two[0]) * 10).collect();
        let early = apart.iter().filter(|apart| **apart < Duration::from_millis(900)).count();
        // The first may have been begun before anybody could hold it back.
        assert!(early <= 1, "{mood:?} at {host}: {apart:?}");
    }
}
