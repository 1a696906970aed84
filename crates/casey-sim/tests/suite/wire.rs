//! The gateway byte by byte: compression, splitting, close codes, broken lines.

use std::time::Duration;

use crate::common::{TOKEN, config, http, intents, start, start_with, world, world_with};
use casey_sim::{BotSpec, GatewayFault, GatewayRule, GatewaySettings, Moment, Sim, World};
use flate2::{Decompress, FlushDecompress};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};
use twilight_gateway::{Event, EventTypeFlags, Shard, ShardId, StreamExt as _};
use zstd_safe::{DCtx, InBuffer, OutBuffer};

/// A gateway client that knows nothing but what the documentation says.
struct Wire {
    socket: WebSocketStream<TcpStream>,
    reader: Reader,
}

enum Reader {
    Plain,
    Zlib(Decompress, Vec<u8>),
    Zstd(DCtx<'static>),
}

/// What came.
#[derive(Debug, PartialEq)]
enum Came {
    Payload(Value),
    Close(u16),
    /// The line went dead.
    End,
}

fn inflate(stream: &mut Decompress, bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(64);
    let before = stream.total_in();
    loop {
        let taken = usize::try_from(stream.total_in() - before).unwrap();
        stream.decompress_vec(&bytes[taken..], &mut text, FlushDecompress::Sync).unwrap();
        if stream.total_in() - before == bytes.len() as u64 && text.len() < text.capacity() {
            return text;
        }
        text.reserve(text.capacity());
    }
}

impl Reader {
    fn read(&mut self, message: &[u8]) -> Option<Value> {
        let text = match self {
            // A whole stream of its own: compression of single payloads.
            Self::Plain => inflate(&mut Decompress::new(true), message),
            Self::Zlib(stream, waiting) => {
                waiting.extend(message);
                if !message.ends_with(&[0, 0, 0xff, 0xff]) {
                    return None;
                }
                inflate(stream, &std::mem::take(waiting))
            }
            Self::Zstd(context) => {
                let (mut text, mut buffer, mut input) = (Vec::new(), [0; 4_096], InBuffer::around(message));
                loop {
                    let mut output = OutBuffer::around(buffer.as_mut_slice());
                    context.decompress_stream(&mut output, &mut input).unwrap();
                    text.extend_from_slice(output.as_slice());
                    if input.pos == input.src.len() && output.pos() < output.capacity() {
                        break text;
                    }
                }
            }
        };
        Some(serde_json::from_slice(&text).unwrap())
    }
}

impl Wire {
    async fn connect(sim: &Sim, query: &str) -> Self {
        let stream = TcpStream::connect(sim.address()).await.unwrap();
        let (socket, _) = client_async(format!("{}/?{query}", sim.gateway_url()), stream).await.unwrap();
        let reader = if query.contains("zlib-stream") {
            Reader::Zlib(Decompress::new(true), Vec::new())
        } else if query.contains("zstd-stream") {
            Reader::Zstd(DCtx::create())
        } else {
            Reader::Plain
        };
        Self { socket, reader }
    }

    async fn identified(sim: &Sim, query: &str, more: Value) -> Self {
        let mut wire = Self::connect(sim, query).await;
        assert_eq!(wire.payload().await["op"], 10);
        wire.identify(more).await;
        wire
    }

    async fn identify(&mut self, more: Value) {
        let properties = json!({ "os": "x", "browser": "x", "device": "x" });
        let mut data = json!({ "token": TOKEN, "intents": 0x1_FFFF, "properties": properties });
        data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.say(json!({ "op": 2, "d": data })).await;
    }

    async fn say(&mut self, payload: Value) {
        self.socket.send(Message::text(payload.to_string())).await.unwrap();
    }

    async fn came(&mut self) -> Came {
        let read = async {
            loop {
                let message = match self.socket.next().await {
                    None | Some(Err(_)) => return Came::End,
                    Some(Ok(message)) => message,
                };
                let payload = match message {
                    Message::Text(text) => serde_json::from_str(text.as_str()).ok(),
                    Message::Binary(bytes) => self.reader.read(&bytes),
                    Message::Close(frame) => return Came::Close(frame.unwrap().code.into()),
                    _ => None,
                };
                if let Some(payload) = payload {
                    return Came::Payload(payload);
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(5), read).await.unwrap()
    }

    async fn payload(&mut self) -> Value {
        match self.came().await {
            Came::Payload(payload) => payload,
            other => panic!("{other:?}"),
        }
    }

    /// The next event of this name.
    async fn event(&mut self, name: &str) -> Value {
        loop {
            let payload = self.payload().await;
            if payload["t"] == name {
                return payload["d"].clone();
            }
        }
    }
}

async fn start_set(change: impl FnOnce(&mut GatewaySettings)) -> Sim {
    Sim::builder(world()).gateway(change).start().await.unwrap()
}

const PLAIN: &str = "v=10&encoding=json";

#[tokio::test]
async fn every_compression_arrives_whole_even_in_pieces() {
    for query in [PLAIN, "v=10&encoding=json&compress=zlib-stream", "v=10&encoding=json&compress=zstd-stream"]
    {
        let sim = start_set(|gateway| gateway.split = true).await;
        let mut wire = Wire::identified(&sim, query, json!({})).await;
        wire.event("GUILD_CREATE").await;
        let harbour = sim.guild("Harbour").unwrap();
        let (general, alice) = (harbour.channel("general").unwrap(), harbour.owner().unwrap());
        for number in 0..100 {
            let text = format!("{number} {}", "ünï ".repeat(number));
            alice.says(&general, text.trim()).await.unwrap();
            assert_eq!(wire.event("MESSAGE_CREATE").await["content"], text.trim(), "{query}");
        }
        sim.expects_no_violations().unwrap();
    }
}

#[tokio::test]
async fn single_payloads_are_compressed_if_identify_says_so() {
    let sim = start(world()).await;
    let mut wire = Wire::connect(&sim, PLAIN).await;
    wire.payload().await;
    wire.identify(json!({ "compress": true })).await;
    let ready = wire.socket.next().await.unwrap().unwrap();
    let guild = wire.socket.next().await.unwrap().unwrap();
    assert!(ready.is_text(), "READY of this world is small");
    assert!(guild.is_binary());
    assert_eq!(wire.reader.read(&guild.into_data()).unwrap()["t"], "GUILD_CREATE");
}

#[tokio::test]
async fn compression_can_be_switched_off() {
    let sim = start_set(|gateway| gateway.compression = false).await;
    let mut wire = Wire::connect(&sim, "v=10&encoding=json&compress=zstd-stream").await;
    assert!(wire.socket.next().await.unwrap().unwrap().is_text());
}

#[tokio::test]
async fn other_versions_and_encodings_are_refused() {
    let sim = start(world()).await;
    for (query, code) in [("v=9&encoding=json", 4012), ("v=10&encoding=etf", 4002), ("encoding=json", 4012)] {
        assert_eq!(Wire::connect(&sim, query).await.came().await, Came::Close(code), "{query}");
    }
    assert_eq!(sim.violations().len(), 3);
}

#[tokio::test]
async fn what_a_client_does_wrong_ends_with_its_code() {
    let sim = start(world()).await;
    let after = async |frame: Message| {
        let mut wire = Wire::connect(&sim, PLAIN).await;
        wire.payload().await;
        wire.socket.send(frame).await.unwrap();
        wire.came().await
    };
    assert_eq!(after(Message::text("no json")).await, Came::Close(4002));
    assert_eq!(after(Message::binary(vec![131, 116])).await, Came::Close(4002));
    assert_eq!(after(Message::text(r#"{"op":42}"#)).await, Came::Close(4001));
    assert_eq!(after(Message::text(r#"{"op":8,"d":{}}"#)).await, Came::Close(4003));
}

#[tokio::test]
async fn a_line_is_cut_in_the_middle_of_a_payload() {
    let sim = start(world()).await;
    let rule = GatewayRule::new(Moment::Identify, GatewayFault::Cut(100));
    sim.faults().gateway_rule(rule);
    let mut wire = Wire::identified(&sim, PLAIN, json!({})).await;
    assert_eq!(wire.came().await, Came::End, "READY is longer than 100 bytes");
    let mut wire = Wire::connect(&sim, PLAIN).await;
    wire.payload().await;
    sim.gateway().hang_up_all();
    assert_eq!(wire.came().await, Came::End);
}

#[tokio::test]
async fn ten_cuts_lose_and_double_nothing() {
    let sim = Sim::builder(world()).gateway(|gateway| gateway.split = true).start().await.unwrap();
    let harbour = sim.guild("Harbour").unwrap();
    let (general, alice) = (harbour.channel("general").unwrap(), harbour.owner().unwrap());
    let mut shard = Shard::with_config(ShardId::ONE, config(&sim, intents()));
    let rule = GatewayRule::new(Moment::Dispatch, GatewayFault::Cut(150)).times(10).probability(0.2);
    let mut seen: Vec<usize> = Vec::new();
    let read = async {
        let mut planned = false;
        while seen.len() < 200 {
            match shard.next_event(EventTypeFlags::all()).await.unwrap() {
                Ok(Event::GuildCreate(_)) if !planned => {
                    planned = true;
                    sim.faults().gateway_rule(rule);
                    for number in 0..200 {
                        alice.says(&general, &number.to_string()).await.unwrap();
                        tokio::time::sleep(Duration::from_millis(1)).await;
                    }
                }
                Ok(Event::MessageCreate(message)) => seen.push(message.content.parse().unwrap()),
                _ => {}
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), read).await.unwrap();
    assert_eq!(seen, (0..200).collect::<Vec<_>>());
    let counts = sim.gateway().counts();
    assert_eq!(counts.identifies, 1, "a cut line is no reason to begin anew");
    assert!(counts.resumes >= 1, "{counts:?}");
}

#[tokio::test]
async fn a_client_gets_through_faults_of_every_moment() {
    let sim = start(world()).await;
    let faults = sim.faults();
    for (moment, fault) in [
        (Moment::Accept, GatewayFault::Close(4000)),
        (Moment::Accept, GatewayFault::HangUp),
        (Moment::Hello, GatewayFault::Reconnect),
        (Moment::Hello, GatewayFault::Close(1001)),
        (Moment::Ready, GatewayFault::Close(4000)),
        (Moment::Resume, GatewayFault::Invalidate { resumable: true }),
        (Moment::Resumed, GatewayFault::HangUp),
    ] {
        faults.next_at(moment, fault);
    }
    let mut shard = Shard::with_config(ShardId::ONE, config(&sim, intents()));
    let mut resumed = 0;
    let read = async {
        while resumed < 2 {
            if let Ok(Event::Resumed) = shard.next_event(EventTypeFlags::all()).await.unwrap() {
                resumed += 1;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), read).await.unwrap();
    assert_eq!(sim.gateway().counts().identifies, 1);
}

#[tokio::test]
async fn shards_identify_one_after_another_and_direct_messages_go_to_the_first() {
    let sim = start_set(|gateway| gateway.identify_window = Duration::from_millis(300)).await;
    let mut first = Wire::identified(&sim, PLAIN, json!({ "shard": [0, 2] })).await;
    first.event("READY").await;
    let mut second = Wire::identified(&sim, PLAIN, json!({ "shard": [1, 2] })).await;
    assert_eq!(second.payload().await["op"], 9, "the window is busy");
    tokio::time::sleep(Duration::from_millis(320)).await;
    second.identify(json!({ "shard": [1, 2] })).await;
    second.event("READY").await;
    let alice = sim.person("Alice").unwrap();
    alice.says(&alice.dm().unwrap(), "psst").await.unwrap();
    assert_eq!(first.event("MESSAGE_CREATE").await["content"], "psst");
    let frames = sim.gateway().frames();
    let messages: Vec<u64> = frames
        .iter()
        .filter(|frame| frame.name.as_deref() == Some("MESSAGE_CREATE"))
        .map(|frame| frame.connection)
        .collect();
    assert_eq!(messages, [1]);
}

#[tokio::test]
async fn several_bots_are_told_each_what_it_may_know() {
    let poor = BotSpec::new("Poor", "poor").without_message_content().without_presences();
    let sim = start(world_with(BotSpec::new("Echo", TOKEN)).bot_with(poor)).await;
    let mut rich = Wire::identified(&sim, PLAIN, json!({})).await;
    let modest = 1 | 1 << 9;
    let mut poor = Wire::identified(&sim, PLAIN, json!({ "token": "poor", "intents": modest })).await;
    rich.event("GUILD_CREATE").await;
    poor.event("GUILD_CREATE").await;
    let harbour = sim.guild("Harbour").unwrap();
    let (general, alice) = (harbour.channel("general").unwrap(), harbour.owner().unwrap());
    alice.says(&general, "for those who may read").await.unwrap();
    assert_eq!(rich.event("MESSAGE_CREATE").await["content"], "for those who may read");
    assert_eq!(poor.event("MESSAGE_CREATE").await["content"], "");
    let mention = harbour.person("Poor").unwrap().mention();
    alice.says(&general, &format!("{mention} hello")).await.unwrap();
    assert_eq!(poor.event("MESSAGE_CREATE").await["content"], format!("{mention} hello"));
    let mut greedy = Wire::identified(&sim, PLAIN, json!({ "token": "poor" })).await;
    assert_eq!(greedy.came().await, Came::Close(4014));
}

#[tokio::test]
async fn silence_is_not_answered_for() {
    let sim = start_with(world(), Duration::from_secs(4)).await;
    sim.faults().gateway_rule(GatewayRule::new(Moment::Heartbeat, GatewayFault::Silence).times(2));
    let mut wire = Wire::connect(&sim, PLAIN).await;
    wire.payload().await;
    for _ in 0..3 {
        wire.say(json!({ "op": 1, "d": null })).await;
    }
    assert_eq!(wire.payload().await["op"], 11);
    let acks = sim.gateway().frames().iter().filter(|frame| frame.op == Some(11)).count();
    assert_eq!((sim.gateway().counts().heartbeats, acks), (3, 1));
}

#[tokio::test]
async fn session_starts_are_told_and_counted_down() {
    let sim = start_set(|gateway| {
        gateway.session_starts = 2;
        gateway.identify_window = Duration::ZERO;
        gateway.max_concurrency = 16;
    })
    .await;
    let left = async || {
        let (_, body) =
            crate::common::raw(&http(&sim), twilight_http::request::Method::Get, "/gateway/bot", None).await;
        (
            body["session_start_limit"]["remaining"].clone(),
            body["session_start_limit"]["max_concurrency"].clone(),
        )
    };
    assert_eq!(left().await, (json!(2), json!(16)));
    for _ in 0..2 {
        Wire::identified(&sim, PLAIN, json!({})).await.event("READY").await;
    }
    assert_eq!(left().await.0, 0);
    assert_eq!(Wire::identified(&sim, PLAIN, json!({})).await.came().await, Came::Close(4004));
}

#[tokio::test]
async fn guilds_founded_later_are_told() {
    let sim = start(world()).await;
    let mut wire = Wire::identified(&sim, PLAIN, json!({})).await;
    assert_eq!(wire.event("GUILD_CREATE").await["unavailable"], false, "READY listed it");
    sim.extend(&World::new().guild("Lighthouse", |guild| guild.owner("Alice").channel("lamp"))).unwrap();
    let told = wire.event("GUILD_CREATE").await;
    assert_eq!((&told["name"], told["channels"].as_array().unwrap().len()), (&json!("Lighthouse"), 1));
    assert!(told.get("unavailable").is_none(), "it is new to the bot");
    assert_eq!(sim.guild("Lighthouse").unwrap().owner().unwrap().id(), sim.person("Alice").unwrap().id());
    let twin = World::new().guild("Lighthouse", |guild| guild);
    assert!(sim.extend(&twin).is_err());
}
