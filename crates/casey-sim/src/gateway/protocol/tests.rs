//! The protocol without sockets.

#![allow(clippy::unwrap_used)]
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::*;
use crate::world::{BotSpec, World};

struct Client {
    state: State,
    connection: Connection,
    inbox: UnboundedReceiver<Out>,
}

impl Client {
    fn connect() -> Self {
        let bot = BotSpec::new("Echo", "token").without_presences();
        let mut state =
            World::new().bot_with(bot).guild("Harbour", |guild| guild.member("Bob")).build().unwrap();
        let (out, inbox) = unbounded_channel();
        let connection = Connection::new(state.hub.open(out.clone()), out);
        Self { state, connection, inbox }
    }

    fn identified() -> Self {
        let mut client = Self::connect();
        client.say(&identify());
        client.answers();
        client
    }

    fn say(&mut self, frame: &Value) {
        self.connection.receive(&mut self.state, &frame.to_string(), Instant::now());
    }

    /// What came back: close codes, opcodes, names of dispatches.
    fn answers(&mut self) -> Vec<String> {
        let mut seen = Vec::new();
        while let Ok(out) = self.inbox.try_recv() {
            seen.push(match out {
                Out::Close(code) => format!("close {code}"),
                Out::Text(text) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    format!("op {} {}", frame["op"], frame["d"])
                }
                Out::Dispatch { payload: Payload::Text { name, .. }, .. } => name.to_string(),
                Out::Dispatch { payload: Payload::Guild(_), .. } => "GUILD_CREATE".to_owned(),
                Out::HangUp | Out::Flood(_) => "other".to_owned(),
            });
        }
        seen
    }
}

fn identify() -> Value {
    json!({ "op": 2, "d": { "token": "token", "intents": 1, "properties": { "os": "x" } } })
}

fn after(frame: &Value) -> Vec<String> {
    let mut client = Client::connect();
    client.say(frame);
    client.answers()
}

fn identify_with(key: &str, value: Value) -> Value {
    let mut frame = identify();
    frame["d"][key] = value;
    frame
}

#[test]
fn identifying_gives_ready_and_the_guilds() {
    assert_eq!(after(&identify()), ["READY", "GUILD_CREATE"]);
    assert_eq!(after(&identify_with("intents", json!(0))), ["READY"]);
}

#[test]
fn what_is_wrong_closes_with_its_code() {
    assert_eq!(after(&json!({ "op": 99 })), ["close 4001"]);
    assert_eq!(after(&json!({ "d": null })), ["close 4002"]);
    assert_eq!(after(&identify_with("properties", Value::Null)), ["close 4002"]);
    assert_eq!(after(&json!({ "op": 3, "d": {} })), ["close 4003"]);
    assert_eq!(after(&identify_with("token", json!("other"))), ["close 4004"]);
    assert_eq!(after(&identify_with("shard", json!([2, 2]))), ["close 4010"]);
    assert_eq!(after(&identify_with("intents", json!(1 << 18))), ["close 4013"]);
    assert_eq!(after(&identify_with("intents", json!(1 << 8))), ["close 4014"]);
    let mut client = Client::identified();
    client.say(&identify());
    assert_eq!(client.answers(), ["close 4005"]);
    client.say(&json!({ "op": 1, "d": 50 }));
    assert_eq!(client.answers(), ["close 4007"]);
    let resume =
        |id: &str, seq: u64| json!({ "op": 6, "d": { "token": "token", "session_id": id, "seq": seq } });
    assert_eq!(after(&resume("nothing", 0)), ["op 9 false"]);
    assert_eq!(after(&json!({ "op": 1, "d": null })), ["op 11 null"]);
}

#[test]
fn frames_too_many_or_too_large_close() {
    let mut client = Client::identified();
    for _ in 0..119 {
        client.say(&json!({ "op": 1, "d": 1 }));
    }
    assert!(!client.answers().contains(&"close 4008".to_owned()));
    client.say(&json!({ "op": 1, "d": 1 }));
    assert_eq!(client.answers(), ["close 4008"]);
    let mut client = Client::connect();
    client.say(&json!({ "op": 1, "d": "x".repeat(5_000) }));
    assert_eq!(client.answers(), ["close 4002"]);
}

#[test]
fn members_come_in_chunks_and_the_unknown_are_named() {
    let mut client = Client::identified();
    let guild = *client.state.guilds.keys().next().unwrap();
    client.say(&json!({ "op": 8, "d": { "guild_id": guild, "query": "bo", "limit": 5, "nonce": "n" } }));
    client.say(&json!({ "op": 8, "d": { "guild_id": guild, "user_ids": ["77"] } }));
    assert_eq!(client.answers(), ["GUILD_MEMBERS_CHUNK", "GUILD_MEMBERS_CHUNK"]);
    let (found, missing) = select_members(&client.state, guild, &json!({ "query": "bo", "limit": 5 }));
    assert_eq!((found.len(), missing.len()), (1, 0));
    let (found, missing) = select_members(&client.state, guild, &json!({ "user_ids": ["77"] }));
    assert_eq!((found.len(), missing), (0, vec!["77".to_owned()]));
}

#[test]
fn unknown_fields_are_noted() {
    let mut client = Client::connect();
    client.say(&identify_with("colour", json!(1)));
    assert_eq!(client.state.record.violations(), ["IDENTIFY has a field Discord does not know: colour"]);
}
