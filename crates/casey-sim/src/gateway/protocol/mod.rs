//! What a client says on the gateway and what follows from it (Discord docs: Gateway, Opcodes and Close Codes).

mod commands;
mod identify;
mod members;

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::{hub::Out, presence::Audience, upgrade::Address};
use crate::{
    faults::{GatewayFault, Moment},
    limits,
    record::{RawData, RawFrame},
    snowflake::Snowflake,
    world::State,
};

/// A connection as the protocol sees it.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) id: u64,
    pub(super) session: Option<String>,
    /// Whether the client wants large payloads compressed one by one.
    pub(super) compress: bool,
    address: Address,
    out: UnboundedSender<Out>,
    sends: VecDeque<Instant>,
}

impl Connection {
    pub(super) fn new(id: u64, out: UnboundedSender<Out>, address: Address) -> Self {
        Self { id, session: None, compress: false, address, out, sends: VecDeque::new() }
    }

    /// What the server says first.
    pub(super) fn open(&self, state: &mut State) {
        if let Some(code) = self.address.refused {
            return self.close(code);
        }
        if self.struck(state, Moment::Accept) {
            return;
        }
        let heartbeat = state.settings.gateway.heartbeat;
        self.say(10, &json!({ "heartbeat_interval": heartbeat.as_millis() }));
        self.struck(state, Moment::Hello);
    }

    /// Takes one frame of the client. True if it was a heartbeat.
    pub(super) fn receive(&mut self, state: &mut State, text: &str, at: Instant) -> bool {
        if self.too_fast(at) {
            self.close(4008);
            return false;
        }
        let frame = serde_json::from_str::<Value>(text).ok().filter(Value::is_object);
        self.record(state, frame.as_ref(), text.len());
        let Some(frame) = frame.filter(|_| text.len() <= limits::GATEWAY_FRAME) else {
            self.close(4002);
            return false;
        };
        note_unknown(state, "a payload", &frame, &["op", "d", "s", "t"]);
        let data = &frame["d"];
        match frame["op"].as_u64() {
            Some(1) => {
                self.heartbeat(state, data);
                return true;
            }
            Some(2) => self.identify(state, data, at),
            Some(6) => self.resume(state, data, at),
            Some(op @ (3 | 4 | 8 | 31)) => match self.known_session(state) {
                None => self.close(4003),
                Some(session) => self.command(state, &session, op, data, at),
            },
            Some(_) => self.close(4001),
            None => self.close(4002),
        }
        false
    }

    fn record(&self, state: &mut State, frame: Option<&Value>, length: usize) {
        let mut data = frame.map_or_else(|| json!(format!("{length} bytes")), |frame| frame["d"].clone());
        if data["token"].is_string() {
            data["token"] = json!("…");
        }
        let at = state.now();
        let raw = RawFrame {
            connection: self.id,
            by_client: true,
            op: frame.and_then(|frame| frame["op"].as_u64()),
            name: None,
            seq: None,
            data: RawData::Json(data),
        };
        state.record.frame(at, raw);
    }

    /// The session of the connection, unless it was declared invalid or moved to another connection meanwhile.
    fn known_session(&self, state: &State) -> Option<String> {
        self.session.clone().filter(|id| state.hub.is_on(id, self.id))
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
        // Before a session is taken up there is nothing to compare with: discord.py beats before it resumes.
        let session = self.session.as_deref().and_then(|id| state.hub.session(id));
        let sent = session.map_or(u64::MAX, |session| session.seq);
        match data {
            Value::Null => {}
            Value::Number(seq) if seq.as_u64().is_some_and(|seq| seq <= sent) => {}
            Value::Number(_) => return self.close(4007),
            _ => return self.close(4002),
        }
        if !self.struck(state, Moment::Heartbeat) {
            self.say(11, &Value::Null);
        }
    }

    /// Lets the fault planned for this moment happen. True if it takes the place of what was due.
    fn struck(&self, state: &mut State, moment: Moment) -> bool {
        let Some(fault) = state.faults.strike(moment) else { return false };
        if let GatewayFault::Invalidate { resumable } = fault {
            state.hub.invalidated(self.id);
            if let Some(session) = self.session.as_ref().filter(|_| !resumable) {
                state.hub.end(session);
            }
        }
        if let Some(out) = Out::of(fault) {
            // As in `say`.
            let _ = self.out.send(out);
        }
        !matches!(fault, GatewayFault::Cut(_))
    }

    /// Says that there is no such session (any more).
    fn invalid_session(&self, state: &mut State) {
        state.hub.invalidated(self.id);
        self.say(9, &json!(false));
    }

    fn say(&self, op: u8, data: &Value) {
        // If the socket's task is gone there is nobody to talk to.
        let _ = self.out.send(Out::opcode(op, data));
    }

    fn close(&self, code: u16) {
        let _ = self.out.send(Out::Close(code));
    }
}

/// Notes fields that Discord does not know.
fn note_unknown(state: &mut State, what: &str, data: &Value, known: &[&str]) {
    let Some(map) = data.as_object() else { return };
    for key in map.keys().filter(|key| !known.contains(&key.as_str())) {
        state.record.violation(format!("{what} has a field Discord does not know: {key}"));
    }
}

/// A guild as it is written for a session that has just come into it, or found it in READY.
pub(super) fn guild_text(state: &State, session: &str, guild: Snowflake, new: bool) -> Option<String> {
    let session = state.hub.session(session)?;
    let guild = state.guilds.get(&guild)?;
    let audience = Audience {
        bot: session.bot,
        presences: session.intents.contains(super::Intents::GUILD_PRESENCES),
        large_threshold: session.large_threshold,
    };
    Some(state.guild_create_json(guild, audience, new).to_string())
}

#[cfg(test)]
mod tests;
