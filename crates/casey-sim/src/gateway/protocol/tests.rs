//! The protocol without sockets.

#![allow(clippy::unwrap_used)]
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::*;
use crate::{
    faults::GatewayRule,
    gateway::hub::Payload,
    world::{BotSpec, World},
};

struct Client {
    state: State,
    connection: Connection,
    inbox: UnboundedReceiver<Out>,
    now: Instant,
}

fn harbour() -> State {
    let bot = BotSpec::new("Echo", "token").without_presences();
    let world = World::new().bot_with(bot).guild("Harbour", |guild| {
        guild.member("Bob").channel("general").add(crate::ChannelSpec::voice("Quay"))
    });
    world.build().unwrap()
}

impl Client {
    fn in_state(mut state: State) -> Self {
        let (out, inbox) = unbounded_channel();
        let connection = Connection::new(state.hub.open(out.clone()), out, Address::default());
        Self { state, connection, inbox, now: Instant::now() }
    }

    fn connect() -> Self {
        Self::in_state(harbour())
    }

    fn identified() -> Self {
        Self::identified_with(json!(1))
    }

    fn identified_with(intents: Value) -> Self {
        let mut client = Self::connect();
        client.say(&identify_with("intents", intents));
        client.answers();
        client
    }

    fn say(&mut self, frame: &Value) {
        self.connection.receive(&mut self.state, &frame.to_string(), self.now);
    }

    fn guild(&self) -> Snowflake {
        *self.state.guilds.keys().next().unwrap()
    }

    fn channel(&self, name: &str) -> Snowflake {
        self.state.channels.values().find(|channel| channel.name == name).unwrap().id
    }

    /// The connection falls, and another one takes its place.
    fn reconnects(&mut self) {
        self.state.hub.closed(self.connection.id, false, self.now);
        let (out, inbox) = unbounded_channel();
        let address = Address { resumes: true, ..Address::default() };
        self.connection = Connection::new(self.state.hub.open(out.clone()), out, address);
        self.inbox = inbox;
    }

    /// What came back: close codes, opcodes, names of dispatches.
    fn answers(&mut self) -> Vec<String> {
        self.all_answers().into_iter().map(|(name, _)| name).collect()
    }

    fn all_answers(&mut self) -> Vec<(String, Value)> {
        let mut seen = Vec::new();
        while let Ok(out) = self.inbox.try_recv() {
            seen.push(match out {
                Out::Close(code) => (format!("close {code}"), Value::Null),
                Out::Text(text) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    (format!("op {} {}", frame["op"], frame["d"]), Value::Null)
                }
                Out::Dispatch { payload: Payload::Text { name, body }, .. } => {
                    (name.to_string(), serde_json::from_str(&body).unwrap())
                }
                Out::Dispatch { payload: Payload::Guild { .. }, .. } => {
                    ("GUILD_CREATE".to_owned(), Value::Null)
                }
                Out::Cut(bytes) => (format!("cut {bytes}"), Value::Null),
                Out::HangUp | Out::Flood(_) => ("other".to_owned(), Value::Null),
            });
        }
        seen
    }
}

fn identify() -> Value {
    let properties = json!({ "os": "x", "browser": "x", "device": "x" });
    json!({ "op": 2, "d": { "token": "token", "intents": 1, "properties": properties } })
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

fn resume(id: &str, seq: u64) -> Value {
    json!({ "op": 6, "d": { "token": "token", "session_id": id, "seq": seq } })
}

fn presence() -> Value {
    let activity = json!({ "name": "the sea", "type": 2 });
    json!({ "since": null, "afk": false, "status": "idle", "activities": [activity] })
}

#[test]
fn identifying_gives_ready_and_the_guilds() {
    assert_eq!(after(&identify()), ["READY", "GUILD_CREATE"]);
    assert_eq!(after(&identify_with("intents", json!(0))), ["READY"]);
    assert_eq!(after(&identify_with("presence", presence())), ["READY", "GUILD_CREATE"]);
}

#[test]
fn what_is_wrong_closes_with_its_code() {
    assert_eq!(after(&json!({ "op": 99 })), ["close 4001"]);
    assert_eq!(after(&json!({ "op": 0, "d": {} })), ["close 4001"], "clients send no events");
    assert_eq!(after(&json!({ "d": null })), ["close 4002"]);
    assert_eq!(after(&json!([1, 2])), ["close 4002"]);
    assert_eq!(after(&identify_with("properties", Value::Null)), ["close 4002"]);
    assert_eq!(after(&identify_with("large_threshold", json!(49))), ["close 4002"]);
    assert_eq!(after(&identify_with("presence", json!({ "status": "busy" }))), ["close 4002"]);
    assert_eq!(after(&json!({ "op": 3, "d": {} })), ["close 4003"]);
    assert_eq!(after(&identify_with("token", json!("other"))), ["close 4004"]);
    assert_eq!(after(&identify_with("shard", json!([2, 2]))), ["close 4010"]);
    assert_eq!(after(&identify_with("shard", json!([0]))), ["close 4010"]);
    assert_eq!(after(&identify_with("intents", json!(1 << 18))), ["close 4013"]);
    assert_eq!(after(&identify_with("intents", json!(1 << 8))), ["close 4014"]);
    let mut client = Client::identified();
    client.say(&identify());
    assert_eq!(client.answers(), ["close 4005"]);
    client.say(&json!({ "op": 1, "d": 50 }));
    assert_eq!(client.answers(), ["close 4007"]);
    assert_eq!(after(&resume("nothing", 0)), ["op 9 false"]);
    assert_eq!(after(&json!({ "op": 1, "d": null })), ["op 11 null"]);
    assert_eq!(after(&json!({ "op": 1, "d": 50 })), ["op 11 null"], "no session to compare with");
}

#[test]
fn an_address_that_is_not_served_is_closed_at_once() {
    let mut state = harbour();
    let (out, mut inbox) = unbounded_channel();
    let address = Address { refused: Some(4012), ..Address::default() };
    Connection::new(1, out, address).open(&mut state);
    assert!(matches!(inbox.try_recv(), Ok(Out::Close(4012))));
    assert!(inbox.try_recv().is_err(), "no HELLO");
}

#[test]
fn too_many_guilds_for_a_shard_need_sharding() {
    let mut state = harbour();
    state.settings.gateway.guilds_per_shard = 0;
    let mut client = Client::in_state(state);
    client.say(&identify());
    assert_eq!(client.answers(), ["close 4011"]);
    let other = 1 - (client.guild().get() >> 22) % 2;
    client.say(&identify_with("shard", json!([other, 2])));
    assert_eq!(client.answers(), ["READY"], "the shard without guilds");
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
    client.now += Duration::from_mins(1);
    client.say(&json!({ "op": 1, "d": 1 }));
    assert_eq!(client.answers(), ["op 11 null"], "a minute later");
    let mut client = Client::connect();
    client.say(&json!({ "op": 1, "d": "x".repeat(5_000) }));
    assert_eq!(client.answers(), ["close 4002"]);
}

#[test]
fn who_identifies_too_soon_or_too_often_is_sent_away() {
    let mut client = Client::identified();
    client.state.settings.gateway.session_starts = 2;
    client.reconnects();
    client.say(&identify());
    assert_eq!(client.answers(), ["op 9 false"], "five seconds are not over");
    client.now += Duration::from_secs(5);
    client.say(&identify());
    assert_eq!(client.answers(), ["READY", "GUILD_CREATE"]);
    client.reconnects();
    client.now += Duration::from_secs(5);
    client.say(&identify());
    assert_eq!(client.answers(), ["close 4004"]);
    assert!(client.state.record.violations().iter().any(|what| what.contains("resets the token")));
}

#[test]
fn a_session_is_resumed_by_its_own_bot_until_it_expires() {
    let mut client = Client::identified();
    let id = client.connection.session.clone().unwrap();
    client.reconnects();
    client.say(&resume(&id, 1));
    assert_eq!(client.answers(), ["GUILD_CREATE", "RESUMED"]);
    client.reconnects();
    client.say(&resume(&id, 99));
    assert_eq!(client.answers(), ["close 4007"]);
    let mut other = resume(&id, 1);
    other["d"]["token"] = json!("somebody else's");
    client.say(&other);
    assert_eq!(client.answers(), ["close 4004"]);
    client.now += Duration::from_hours(1);
    client.say(&resume(&id, 1));
    assert_eq!(client.answers(), ["op 9 false"]);
    assert!(client.state.record.violations().is_empty());
}

#[test]
fn addresses_are_not_to_be_mixed_up_if_so_set() {
    let mut client = Client::identified();
    let id = client.connection.session.clone().unwrap();
    client.reconnects();
    client.connection.address.resumes = false;
    client.say(&resume(&id, 1));
    assert_eq!(client.state.record.violations(), [""; 0], "Discord does not insist");
    let mut client = Client::identified();
    client.state.settings.gateway.own_addresses = true;
    let id = client.connection.session.clone().unwrap();
    client.reconnects();
    client.connection.address.resumes = false;
    client.say(&resume(&id, 1));
    client.now += Duration::from_secs(5);
    client.reconnects();
    client.say(&identify());
    assert_eq!(
        client.state.record.violations(),
        ["RESUME at another address than resume_gateway_url", "IDENTIFY at the address for resuming"]
    );
}

#[test]
fn a_session_declared_invalid_is_resumed_on_the_same_connection() {
    let mut client = Client::identified_with(json!(1 | 1 << 1));
    client.state.settings.gateway.own_addresses = true;
    let id = client.connection.session.clone().unwrap();
    let fault = GatewayFault::Invalidate { resumable: true };
    client.state.faults.add_gateway(GatewayRule::new(Moment::Heartbeat, fault));
    client.say(&json!({ "op": 1, "d": 2 }));
    assert_eq!(client.answers(), ["op 9 true"]);
    assert!(client.state.hub.live().is_empty());
    client.state.hub.push(&id, Payload::text("MISSED", &json!({})));
    assert_eq!(client.answers(), [""; 0], "kept for the resume");
    client.say(&json!({ "op": 3, "d": presence() }));
    assert_eq!(client.answers(), ["close 4003"]);
    client.say(&resume(&id, 2));
    assert_eq!(client.answers(), ["MISSED", "RESUMED"]);
    client.say(&resume(&id, 2));
    assert_eq!(client.answers(), ["close 4005"], "once is enough");
    assert_eq!(client.state.record.violations(), [""; 0]);
}

#[test]
fn a_session_declared_invalid_gives_way_to_a_new_one() {
    let mut client = Client::identified();
    let id = client.connection.session.clone().unwrap();
    client.now += Duration::from_secs(5);
    client.state.hub.invalidated_all();
    client.say(&identify());
    assert_eq!(client.answers(), ["READY", "GUILD_CREATE"]);
    assert!(client.state.hub.session(&id).is_none());
    assert_eq!(client.state.hub.live().len(), 1);
}

#[test]
fn ids_may_be_numbers() {
    let mut client = Client::identified_with(json!(1 | 1 << 1 | 1 << 7));
    let (guild, quay) = (client.guild().get(), client.channel("Quay").get());
    client.say(&json!({ "op": 8, "d": { "guild_id": guild, "query": "bo", "limit": 5 } }));
    client.say(&json!({ "op": 8, "d": { "guild_id": guild, "user_ids": [77], "limit": 1 } }));
    let voice = json!({ "guild_id": guild, "channel_id": quay, "self_mute": false, "self_deaf": false });
    client.say(&json!({ "op": 4, "d": voice }));
    client.say(&json!({ "op": 31, "d": { "guild_ids": [guild] } }));
    let expected = [
        "GUILD_MEMBERS_CHUNK",
        "GUILD_MEMBERS_CHUNK",
        "VOICE_STATE_UPDATE",
        "VOICE_SERVER_UPDATE",
        "SOUNDBOARD_SOUNDS",
    ];
    assert_eq!(client.answers(), expected);
    assert_eq!(client.state.record.violations(), [""; 0]);
}

#[test]
fn members_come_in_chunks_and_the_unknown_are_named() {
    let mut client = Client::identified();
    let guild = client.guild();
    client.say(&json!({ "op": 8, "d": { "guild_id": guild, "query": "bo", "limit": 5, "nonce": "n" } }));
    client.say(&json!({ "op": 8, "d": { "guild_id": guild, "user_ids": ["77"] } }));
    let answers = client.all_answers();
    let [(first, found), (second, missing)] = &answers[..] else { panic!("{answers:?}") };
    assert_eq!((first.as_str(), second.as_str()), ("GUILD_MEMBERS_CHUNK", "GUILD_MEMBERS_CHUNK"));
    assert_eq!((found["members"].as_array().unwrap().len(), &found["nonce"]), (1, &json!("n")));
    assert_eq!(missing["not_found"], json!(["77"]));
    client.say(&json!({ "op": 8, "d": { "guild_id": guild } }));
    assert_eq!(client.answers(), ["close 4002"]);
}

#[test]
fn a_large_guild_comes_in_several_chunks() {
    let mut client = Client::identified_with(json!(1 | 1 << 1));
    let guild = client.guild();
    let member = client.state.guilds[&guild].members.values().next().unwrap().clone();
    let place = client.state.guilds.get_mut(&guild).unwrap();
    for number in 1..=2_000 {
        let user = Snowflake::new(number);
        place.members.insert(user, crate::world::Member { user, ..member.clone() });
    }
    client.say(&json!({ "op": 8, "d": { "guild_id": guild, "query": "", "limit": 0 } }));
    let chunks: Vec<(u64, u64, usize)> = client
        .all_answers()
        .iter()
        .map(|(_, body)| {
            let number = |key: &str| body[key].as_u64().unwrap();
            (number("chunk_index"), number("chunk_count"), body["members"].as_array().unwrap().len())
        })
        .collect();
    assert_eq!(chunks, [(0, 3, 1_000), (1, 3, 1_000), (2, 3, 3)]);
}

#[test]
fn all_members_need_an_intent_and_patience() {
    let everyone =
        |guild| json!({ "op": 8, "d": { "guild_id": guild, "query": "", "limit": 0, "nonce": "n" } });
    let mut client = Client::identified();
    let guild = client.guild();
    client.say(&everyone(guild));
    assert_eq!(client.answers(), [""; 0]);
    assert!(client.state.record.violations()[0].contains("without GUILD_MEMBERS"));

    let mut client = Client::identified_with(json!(1 | 1 << 1));
    client.say(&everyone(guild));
    assert_eq!(client.answers(), ["GUILD_MEMBERS_CHUNK"]);
    client.now += Duration::from_secs(10);
    client.say(&everyone(guild));
    let limited = client.all_answers();
    assert_eq!(limited[0].0, "RATE_LIMITED");
    assert_eq!(
        limited[0].1,
        json!({ "opcode": 8, "retry_after": 20.0, "meta": { "guild_id": guild, "nonce": "n" } })
    );
    client.say(&json!({ "op": 8, "d": { "guild_id": guild, "query": "b", "limit": 1, "presences": true } }));
    assert_eq!(client.answers(), [""; 0]);
    assert!(client.state.record.violations()[0].contains("without GUILD_PRESENCES"));
}

#[test]
fn presences_are_checked_and_kept() {
    let mut client = Client::identified();
    client.say(&json!({ "op": 3, "d": presence() }));
    assert_eq!(client.answers(), [""; 0]);
    assert_eq!(client.state.apps.values().next().unwrap().presence, Some(presence()));
    for (key, value) in [
        ("status", json!("busy")),
        ("afk", Value::Null),
        ("activities", json!([{ "type": 0 }])),
        ("activities", json!([{ "name": "x", "type": 9 }])),
    ] {
        let mut wrong = presence();
        wrong[key] = value;
        client.say(&json!({ "op": 3, "d": wrong }));
        assert_eq!(client.answers(), ["close 4002"], "{key}");
    }
    // What discord.py, discord.js and serenity send.
    for (key, value) in [
        ("since", json!(0.0)),
        ("since", json!({ "secs_since_epoch": 1 })),
        (
            "activities",
            json!([{ "name": "x", "type": 0, "assets": {}, "timestamps": {}, "platform": null, "details": "d" }]),
        ),
    ] {
        let mut fine = presence();
        fine[key] = value;
        client.say(&json!({ "op": 3, "d": fine }));
        assert_eq!(client.answers(), [""; 0]);
    }
    assert_eq!(client.state.record.violations(), [""; 0]);
    for (key, value) in
        [("since", json!("now")), ("activities", json!([{ "name": "x", "type": 0, "colour": 1 }]))]
    {
        let mut odd = presence();
        odd[key] = value;
        client.say(&json!({ "op": 3, "d": odd }));
        assert_eq!(client.answers(), [""; 0]);
    }
    assert_eq!(client.state.record.violations().len(), 2, "taken, but noted");
}

#[test]
fn voice_channels_can_be_joined_and_left() {
    let mut client = Client::identified_with(json!(1 | 1 << 7));
    let (guild, quay, general) = (client.guild(), client.channel("Quay"), client.channel("general"));
    let state = |channel: Value| json!({ "op": 4, "d": { "guild_id": guild, "channel_id": channel, "self_mute": false, "self_deaf": true } });
    client.say(&state(json!(quay)));
    assert_eq!(client.answers(), ["VOICE_STATE_UPDATE", "VOICE_SERVER_UPDATE"]);
    assert_eq!(client.state.voice_states_json(guild).len(), 1);
    client.say(&state(Value::Null));
    assert_eq!(client.answers(), ["VOICE_STATE_UPDATE"]);
    assert!(client.state.voice_states_json(guild).is_empty() && client.state.record.violations().is_empty());
    client.say(&state(json!(general)));
    assert_eq!(client.answers(), [""; 0]);
    assert_eq!(client.state.record.violations().len(), 1, "a text channel");
    client.say(&json!({ "op": 4, "d": { "guild_id": guild, "channel_id": quay } }));
    assert_eq!(client.answers(), ["close 4002"]);
}

#[test]
fn soundboards_are_empty() {
    let mut client = Client::identified();
    let guild = client.guild();
    client.say(&json!({ "op": 31, "d": { "guild_ids": [guild, "5"] } }));
    let answers = client.all_answers();
    assert_eq!(answers.len(), 1, "of its own guilds only");
    assert_eq!(answers[0].1, json!({ "guild_id": guild, "soundboard_sounds": [] }));
}

#[test]
fn unknown_fields_are_noted() {
    let mut client = Client::connect();
    client.say(&identify_with("colour", json!(1)));
    assert_eq!(client.state.record.violations(), ["IDENTIFY has a field Discord does not know: colour"]);
}

fn struck(moment: Moment, fault: GatewayFault) -> Client {
    let mut client = Client::connect();
    client.state.faults.add_gateway(GatewayRule::new(moment, fault));
    client.connection.open(&mut client.state);
    client
}

#[test]
fn faults_strike_at_their_moment() {
    assert_eq!(struck(Moment::Accept, GatewayFault::Close(4000)).answers(), ["close 4000"]);
    let hello = r#"op 10 {"heartbeat_interval":41250}"#;
    assert_eq!(struck(Moment::Accept, GatewayFault::Cut(9)).answers(), ["cut 9", hello]);
    assert_eq!(struck(Moment::Hello, GatewayFault::Reconnect).answers(), [hello, "op 7 null"]);
    let identifying = |moment, fault| {
        let mut client = struck(moment, fault);
        client.say(&identify());
        client.answers().split_off(1)
    };
    assert_eq!(identifying(Moment::Identify, GatewayFault::Silence), [""; 0]);
    assert_eq!(
        identifying(Moment::Ready, GatewayFault::Close(4000)),
        ["READY", "close 4000", "GUILD_CREATE"]
    );
    let mut client = Client::identified();
    let rule = GatewayRule::new(Moment::Heartbeat, GatewayFault::Silence).times(2);
    client.state.faults.add_gateway(rule);
    for _ in 0..3 {
        client.say(&json!({ "op": 1, "d": null }));
    }
    assert_eq!(client.answers(), ["op 11 null"]);
}

#[test]
fn a_session_declared_invalid_while_it_is_resumed_is_gone() {
    let mut client = Client::identified();
    let id = client.connection.session.clone().unwrap();
    client.reconnects();
    let fault = GatewayFault::Invalidate { resumable: true };
    client.state.faults.add_gateway(GatewayRule::new(Moment::Resume, fault));
    client.say(&resume(&id, 1));
    assert_eq!(client.answers(), ["op 9 true"]);
    let fault = GatewayFault::Invalidate { resumable: false };
    client.state.faults.add_gateway(GatewayRule::new(Moment::Resumed, fault));
    client.say(&resume(&id, 1));
    assert_eq!(client.answers(), ["GUILD_CREATE", "RESUMED", "op 9 false"]);
    assert!(client.state.hub.session(&id).is_none());
}

#[test]
fn what_is_said_is_recorded_without_the_token() {
    let mut client = Client::connect();
    client.say(&identify());
    let frames: Vec<_> = client.state.record.frames_since(0).collect();
    let [(0, frame)] = &frames[..] else { panic!("{frames:?}") };
    assert_eq!((frame.op, frame.by_client, &frame.data["token"]), (Some(2), true, &json!("…")));
    assert_eq!(frame.data["intents"], 1);
}
