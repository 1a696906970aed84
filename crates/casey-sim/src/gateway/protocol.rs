//! What a client says on the gateway and what follows from it (Discord docs: Gateway, Opcodes and Close Codes).

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::{
    Intents,
    hub::{Out, Payload, Resumed},
};
use crate::{limits, snowflake::Snowflake, world::State};

/// A connection as the protocol sees it.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) id: u64,
    pub(super) session: Option<String>,
    out: UnboundedSender<Out>,
    sends: VecDeque<Instant>,
}

/// Members of one `GUILD_MEMBERS_CHUNK`.
const CHUNK: usize = 1_000;

impl Connection {
    pub(super) fn new(id: u64, out: UnboundedSender<Out>) -> Self {
        Self { id, session: None, out, sends: VecDeque::new() }
    }

    /// What the server says first.
    pub(super) fn hello(&self, heartbeat: Duration) {
        self.say(
            &json!({ "op": 10, "s": null, "t": null, "d": { "heartbeat_interval": heartbeat.as_millis() } }),
        );
    }

    /// Takes one frame of the client. True if it was a heartbeat.
    pub(super) fn receive(&mut self, state: &mut State, text: &str, at: Instant) -> bool {
        if self.too_fast(at) {
            self.close(4008);
            return false;
        }
        if text.len() > limits::GATEWAY_FRAME {
            self.close(4002);
            return false;
        }
        let Ok(frame) = serde_json::from_str::<Value>(text) else {
            self.close(4002);
            return false;
        };
        let data = &frame["d"];
        match frame["op"].as_u64() {
            Some(1) => {
                self.heartbeat(state, data);
                return true;
            }
            Some(2) => self.identify(state, data),
            Some(6) => self.resume(state, data),
            Some(op @ (3 | 4 | 8 | 31)) => match self.known_session(state) {
                None => self.close(4003),
                Some(session) => self.command(state, &session, op, data),
            },
            Some(_) => self.close(4001),
            None => self.close(4002),
        }
        false
    }

    /// The session of the connection, unless it was declared invalid meanwhile.
    fn known_session(&self, state: &State) -> Option<String> {
        self.session.clone().filter(|id| state.hub.session(id).is_some())
    }

    fn too_fast(&mut self, at: Instant) -> bool {
        while self.sends.front().is_some_and(|sent| at.duration_since(*sent) >= Duration::from_mins(1)) {
            self.sends.pop_front();
        }
        self.sends.push_back(at);
        self.sends.len() > limits::GATEWAY_SENDS
    }

    fn heartbeat(&self, state: &mut State, data: &Value) {
        state.hub.counts.heartbeats += 1;
        let sent =
            self.session.as_deref().and_then(|id| state.hub.session(id)).map_or(0, |session| session.seq);
        match data {
            Value::Null => {}
            Value::Number(seq) if seq.as_u64().is_some_and(|seq| seq <= sent) => {}
            Value::Number(_) => return self.close(4007),
            _ => return self.close(4002),
        }
        self.say(&json!({ "op": 11 }));
    }

    fn identify(&mut self, state: &mut State, data: &Value) {
        if self.known_session(state).is_some() {
            return self.close(4005);
        }
        note_unknown(
            state,
            "IDENTIFY",
            data,
            &[
                "token",
                "properties",
                "compress",
                "large_threshold",
                "shard",
                "presence",
                "intents",
                "capabilities",
            ],
        );
        let (Some(token), Some(bits), true) =
            (data["token"].as_str(), data["intents"].as_u64(), data["properties"].is_object())
        else {
            return self.close(4002);
        };
        let Some(app) = state.app_of_token(token) else { return self.close(4004) };
        let (ids, privileged) = ((app.id, app.bot), app.privileged);
        let Some(intents) = Intents::from_bits(bits) else { return self.close(4013) };
        if !intents.beyond(privileged).is_empty() {
            return self.close(4014);
        }
        let Some(shard) = read_shard(&data["shard"]) else { return self.close(4010) };
        state.hub.counts.identifies += 1;
        let session = state.hub.begin(self.id, ids, intents, shard);
        self.session = Some(session.clone());
        welcome(state, &session);
    }

    fn resume(&mut self, state: &mut State, data: &Value) {
        if self.known_session(state).is_some() {
            return self.close(4005);
        }
        note_unknown(state, "RESUME", data, &["token", "session_id", "seq"]);
        let (Some(token), Some(id), Some(seq)) =
            (data["token"].as_str(), data["session_id"].as_str(), data["seq"].as_u64())
        else {
            return self.close(4002);
        };
        let Some(app) = state.app_of_token(token).map(|app| app.id) else { return self.close(4004) };
        match state.hub.resume(self.id, id, app, seq) {
            Resumed::Yes => {
                state.hub.counts.resumes += 1;
                self.session = Some(id.to_owned());
                state.hub.push(id, Payload::text("RESUMED", &json!({})));
            }
            Resumed::Unknown => self.say(&json!({ "op": 9, "d": false })),
            Resumed::BadSequence => self.close(4007),
        }
    }

    fn command(&self, state: &mut State, session: &str, op: u64, data: &Value) {
        match op {
            3 => {
                note_unknown(state, "presence update", data, &["since", "activities", "status", "afk"]);
                if !data["activities"].is_array() || !data["status"].is_string() {
                    return self.close(4002);
                }
                let app = state.hub.session(session).map(|one| one.app);
                if let Some(app) = app.and_then(|id| state.apps.get_mut(&id)) {
                    app.presence = Some(data.clone());
                }
            }
            8 => self.members(state, session, data),
            _ => state.record.violation(format!("gateway opcode {op} is not simulated")),
        }
    }

    fn members(&self, state: &mut State, session: &str, data: &Value) {
        note_unknown(
            state,
            "request guild members",
            data,
            &["guild_id", "query", "limit", "presences", "user_ids", "nonce"],
        );
        let guild: Option<Snowflake> = data["guild_id"].as_str().and_then(|text| text.parse().ok());
        let Some(guild) = guild.and_then(|id| state.guilds.get(&id)) else { return self.close(4002) };
        let Some(one) = state.hub.session(session) else { return };
        let everyone = data["query"].as_str() == Some("") && data["limit"].as_u64() == Some(0);
        if !guild.members.contains_key(&one.bot)
            || (everyone && !one.intents.contains(Intents::GUILD_MEMBERS))
        {
            state
                .record
                .violation("request guild members without being there or without GUILD_MEMBERS".to_owned());
            return;
        }
        let (found, missing) = select_members(state, guild.id, data);
        let count = found.len().div_ceil(CHUNK).max(1);
        let guild = guild.id;
        for index in 0..count {
            let members = found.iter().skip(index * CHUNK).take(CHUNK).cloned().collect::<Vec<_>>();
            let mut body = json!({
                "guild_id": guild, "members": members, "chunk_index": index, "chunk_count": count,
                "not_found": missing,
            });
            if let Some(nonce) = data["nonce"].as_str() {
                body["nonce"] = json!(nonce);
            }
            state.hub.push(session, Payload::text("GUILD_MEMBERS_CHUNK", &body));
        }
    }

    fn say(&self, frame: &Value) {
        // If the socket's task is gone there is nobody to talk to.
        let _ = self.out.send(Out::Text(frame.to_string()));
    }

    fn close(&self, code: u16) {
        let _ = self.out.send(Out::Close(code));
    }
}

/// READY, then the guilds of the shard one by one.
fn welcome(state: &mut State, id: &str) {
    let Some(session) = state.hub.session(id) else { return };
    let (bot, app, shard, intents) = (session.bot, session.app, session.shard, session.intents);
    let guilds: Vec<Snowflake> = state
        .guilds
        .values()
        .filter(|guild| guild.members.contains_key(&bot) && session.has_shard_of(guild.id))
        .map(|guild| guild.id)
        .collect();
    let ready = json!({
        "v": 10,
        "user": state.own_user_json(bot),
        "guilds": guilds.iter().map(|id| json!({ "id": id, "unavailable": true })).collect::<Vec<_>>(),
        "private_channels": [],
        "session_id": id,
        "session_type": "normal",
        "resume_gateway_url": state.gateway_url(),
        "shard": [shard.0, shard.1],
        "application": { "id": app, "flags": 0 },
    });
    state.hub.push(id, Payload::text("READY", &ready));
    if intents.contains(Intents::GUILDS) {
        for guild in guilds {
            state.hub.push(id, Payload::Guild(guild));
        }
    }
}

fn read_shard(value: &Value) -> Option<(u64, u64)> {
    if value.is_null() {
        return Some((0, 1));
    }
    let list = value.as_array().filter(|list| list.len() == 2)?;
    let (shard, total) = (list[0].as_u64()?, list[1].as_u64()?);
    (shard < total).then_some((shard, total))
}

fn select_members(state: &State, guild: Snowflake, data: &Value) -> (Vec<Value>, Vec<String>) {
    let Some(guild) = state.guilds.get(&guild) else { return (Vec::new(), Vec::new()) };
    let asked: Vec<String> = match &data["user_ids"] {
        Value::String(one) => vec![one.clone()],
        Value::Array(list) => list.iter().filter_map(|one| one.as_str().map(ToOwned::to_owned)).collect(),
        _ => {
            let query = data["query"].as_str().unwrap_or_default().to_lowercase();
            let limit = match usize::try_from(data["limit"].as_u64().unwrap_or(0)) {
                Ok(0) | Err(_) => usize::MAX,
                Ok(limit) => limit.min(100),
            };
            let named = guild.members.values().filter(|member| state.answers_to(member, &query));
            return (named.take(limit).map(|member| state.member_json(member)).collect(), Vec::new());
        }
    };
    let member = |id: &String| guild.members.get(&id.parse().unwrap_or_default());
    let found = asked.iter().filter_map(member).map(|member| state.member_json(member)).collect();
    (found, asked.into_iter().filter(|id| member(id).is_none()).collect())
}

fn note_unknown(state: &mut State, what: &str, data: &Value, known: &[&str]) {
    let Some(map) = data.as_object() else { return };
    for key in map.keys().filter(|key| !known.contains(&key.as_str())) {
        state.record.violation(format!("{what} has a field Discord does not know: {key}"));
    }
}

/// What sending a guild needs to know about the one it is for.
pub(super) fn guild_text(state: &State, session: &str, guild: Snowflake) -> Option<String> {
    let session = state.hub.session(session)?;
    let guild = state.guilds.get(&guild)?;
    let everyone = session.intents.contains(Intents::GUILD_PRESENCES);
    Some(state.guild_create_json(guild, session.bot, everyone).to_string())
}

#[cfg(test)]
mod tests;
