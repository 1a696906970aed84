//! Connections and sessions: who is there, and what each must still be told.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::{Intents, admission::Admission, flood::Flood, handle::GatewayCounts, presence::Presence};
use crate::{faults::GatewayFault, limits, snowflake::Snowflake};

/// What a dispatch carries. Guilds are rendered only when they are written to a socket, because a large world would
/// otherwise stand in memory as text once for every session.
#[derive(Clone, Debug)]
pub(crate) enum Payload {
    Text {
        name: Arc<str>,
        body: Arc<str>,
    },
    Guild {
        id: Snowflake,
        /// Whether the bot has only just come into it, and not found it in READY.
        new: bool,
    },
}

impl Payload {
    pub(crate) fn text(name: &str, body: &Value) -> Self {
        Self::Text { name: name.into(), body: body.to_string().into() }
    }
}

/// What a connection's task is told to do.
pub(crate) enum Out {
    Dispatch {
        seq: u64,
        payload: Payload,
    },
    Text(String),
    Close(u16),
    /// The line goes dead without a closing frame.
    HangUp,
    /// The line goes dead after this many further bytes.
    Cut(u64),
    Flood(Flood),
}

impl Out {
    /// What a fault comes to; nothing for silence.
    pub(super) fn of(fault: GatewayFault) -> Option<Self> {
        Some(match fault {
            GatewayFault::Close(code) => Self::Close(code),
            GatewayFault::HangUp => Self::HangUp,
            GatewayFault::Cut(bytes) => Self::Cut(bytes),
            GatewayFault::Reconnect => Self::opcode(7, &Value::Null),
            GatewayFault::Invalidate { resumable } => Self::opcode(9, &json!(resumable)),
            GatewayFault::Silence => return None,
        })
    }

    /// A payload that is no event.
    pub(super) fn opcode(op: u8, data: &Value) -> Self {
        Self::Text(json!({ "op": op, "d": data, "s": null, "t": null }).to_string())
    }
}

/// A session, connected or waiting to be resumed.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) app: Snowflake,
    pub(crate) bot: Snowflake,
    pub(crate) intents: Intents,
    pub(crate) shard: (u64, u64),
    /// Members above which a guild comes without those who are offline.
    pub(crate) large_threshold: usize,
    pub(crate) seq: u64,
    log: VecDeque<(u64, Payload)>,
    connection: Option<u64>,
    /// When it lost its connection.
    fell_at: Option<Instant>,
}

/// What an IDENTIFY asked for, once it is found good.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wish {
    pub(crate) app: Snowflake,
    pub(crate) bot: Snowflake,
    pub(crate) intents: Intents,
    pub(crate) shard: (u64, u64),
    pub(crate) large_threshold: usize,
}

impl Session {
    /// Whether events of this guild belong to this session's shard (Discord docs: Gateway, Sharding).
    pub(crate) fn has_shard_of(&self, guild: Snowflake) -> bool {
        (guild.get() >> 22) % self.shard.1 == self.shard.0
    }
}

/// All connections and sessions.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    pub(crate) counts: GatewayCounts,
    pub(crate) admission: Admission,
    /// Presences of people that were set.
    pub(crate) presences: HashMap<Snowflake, Presence>,
    /// Voice states by guild and user.
    pub(crate) voice: BTreeMap<(Snowflake, Snowflake), Value>,
    connections: BTreeMap<u64, UnboundedSender<Out>>,
    sessions: HashMap<String, Session>,
    /// Connections that were told that their session is invalid, and have taken up none since.
    invalidated: BTreeSet<u64>,
    made: u64,
}

impl std::fmt::Debug for Out {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Dispatch { seq, .. } => write!(f, "Dispatch({seq})"),
            Self::Text(text) => write!(f, "Text({text})"),
            Self::Close(code) => write!(f, "Close({code})"),
            Self::HangUp => f.write_str("HangUp"),
            Self::Cut(bytes) => write!(f, "Cut({bytes})"),
            Self::Flood(_) => f.write_str("Flood"),
        }
    }
}

impl Hub {
    /// Registers a connection and gives it a number.
    pub(crate) fn open(&mut self, out: UnboundedSender<Out>) -> u64 {
        self.counts.connections += 1;
        self.made += 1;
        self.connections.insert(self.made, out);
        self.made
    }

    /// Forgets a connection. Its session stays for a resume, unless the client said goodbye with 1000 or 1001.
    pub(crate) fn closed(&mut self, connection: u64, goodbye: bool, at: Instant) {
        self.connections.remove(&connection);
        self.invalidated.remove(&connection);
        if goodbye {
            self.sessions.retain(|_, session| session.connection != Some(connection));
        }
        for session in self.sessions.values_mut().filter(|session| session.connection == Some(connection)) {
            session.connection = None;
            session.fell_at = Some(at);
        }
        self.forget_the_oldest();
    }

    /// Begins a session on a connection.
    pub(crate) fn begin(&mut self, connection: u64, wish: Wish) -> String {
        if self.invalidated.remove(&connection) {
            // It takes the place of the one that was declared invalid.
            self.sessions.retain(|_, session| session.connection != Some(connection));
        }
        self.made += 1;
        let id = format!("session-{:016x}", self.made);
        let Wish { app, bot, intents, shard, large_threshold } = wish;
        let session = Session {
            id: id.clone(),
            app,
            bot,
            intents,
            shard,
            large_threshold,
            seq: 0,
            log: VecDeque::new(),
            connection: Some(connection),
            fell_at: None,
        };
        self.sessions.insert(id.clone(), session);
        id
    }

    /// Whether a session of this application can be taken up again from `seq`.
    pub(crate) fn may_resume(
        &mut self,
        id: &str,
        app: Snowflake,
        seq: u64,
        (at, life): (Instant, Duration),
    ) -> Resumed {
        let Some(session) = self.sessions.get(id).filter(|session| session.app == app) else {
            return Resumed::Unknown;
        };
        if session.fell_at.is_some_and(|fell| at.duration_since(fell) > life) {
            self.sessions.remove(id);
            return Resumed::Unknown;
        }
        if seq > session.seq {
            return Resumed::BadSequence;
        }
        let first_known = session.log.front().map_or(session.seq + 1, |(first, _)| *first);
        if seq + 1 < first_known { Resumed::Unknown } else { Resumed::Yes }
    }

    /// Takes a session up again from `seq`: what was missed is sent. A connection it was on until now is closed.
    pub(crate) fn resume(&mut self, connection: u64, id: &str, seq: u64) {
        let Some(session) = self.sessions.get_mut(id) else { return };
        self.invalidated.remove(&connection);
        session.fell_at = None;
        let before = session.connection.replace(connection).filter(|before| *before != connection);
        if let Some(out) = before.and_then(|before| self.connections.get(&before)) {
            // One that is already gone needs not be told.
            let _ = out.send(Out::Close(4000));
        }
        let Some(out) = self.connections.get(&connection) else { return };
        for (seq, payload) in session.log.iter().filter(|(logged, _)| *logged > seq) {
            // A closed channel means the socket just went away: the log keeps the dispatch for the next resume.
            let _ = out.send(Out::Dispatch { seq: *seq, payload: payload.clone() });
        }
    }

    /// Gives a session its next dispatch.
    pub(crate) fn push(&mut self, id: &str, payload: Payload) {
        let Some((connection, seq)) = self.number(id, payload.clone()) else { return };
        let listens = connection.filter(|one| !self.invalidated.contains(one));
        if let Some(out) = listens.and_then(|one| self.connections.get(&one)) {
            // As above: the log keeps it.
            let _ = out.send(Out::Dispatch { seq, payload });
        }
    }

    /// Numbers a dispatch and keeps it for a resume, without sending it.
    pub(crate) fn number(&mut self, id: &str, payload: Payload) -> Option<(Option<u64>, u64)> {
        let session = self.sessions.get_mut(id)?;
        session.seq += 1;
        if session.log.len() == limits::REPLAY {
            session.log.pop_front();
        }
        session.log.push_back((session.seq, payload));
        self.counts.dispatches += 1;
        Some((session.connection, session.seq))
    }

    pub(crate) fn session(&self, id: &str) -> Option<&Session> {
        self.sessions.get(id)
    }

    pub(crate) fn sessions(&self) -> impl Iterator<Item = &Session> {
        self.sessions.values()
    }

    /// Sessions that are connected now, by shard.
    pub(crate) fn live(&self) -> Vec<&Session> {
        let listens =
            |session: &&Session| session.connection.is_some_and(|one| !self.invalidated.contains(&one));
        let mut live: Vec<_> = self.sessions.values().filter(listens).collect();
        live.sort_by_key(|session| session.shard);
        live
    }

    /// Tells every connection.
    pub(crate) fn tell_all(&self, make: impl Fn() -> Out) {
        for out in self.connections.values() {
            // A connection that is already gone needs not be told.
            let _ = out.send(make());
        }
    }

    /// Tells the connection of a session.
    pub(crate) fn tell(&self, id: &str, message: Out) -> bool {
        let connection = self.sessions.get(id).and_then(|session| session.connection);
        let out = connection.and_then(|one| self.connections.get(&one));
        out.is_some_and(|out| out.send(message).is_ok())
    }

    /// Makes every session unknown, connected or not.
    pub(crate) fn forget_sessions(&mut self) {
        self.sessions.clear();
    }

    /// Makes one session unknown.
    pub(crate) fn end(&mut self, id: &str) {
        self.sessions.remove(id);
    }

    /// Whether this connection is still the one of the session, and was not told that it is invalid.
    pub(crate) fn is_on(&self, id: &str, connection: u64) -> bool {
        !self.invalidated.contains(&connection)
            && self.sessions.get(id).is_some_and(|session| session.connection == Some(connection))
    }

    /// Notes that a connection was told that its session is invalid. Until it resumes or identifies it is not
    /// authenticated, and what happens is kept for the resume.
    pub(crate) fn invalidated(&mut self, connection: u64) {
        if self.connections.contains_key(&connection) {
            self.invalidated.insert(connection);
        }
    }

    /// The same for the connection of a session.
    pub(crate) fn invalidated_session(&mut self, id: &str) {
        if let Some(connection) = self.sessions.get(id).and_then(|session| session.connection) {
            self.invalidated(connection);
        }
    }

    /// The same for all of them.
    pub(crate) fn invalidated_all(&mut self) {
        self.invalidated.extend(self.connections.keys());
    }

    /// Whether a connection was told that its session is invalid, and has taken up none since.
    pub(crate) fn is_invalidated(&self, connection: u64) -> bool {
        self.invalidated.contains(&connection)
    }

    /// At most this many sessions wait for a resume: a long run must not grow.
    fn forget_the_oldest(&mut self) {
        const WAITING: usize = 64;
        let mut waiting: Vec<_> =
            self.sessions.values().filter(|one| one.connection.is_none()).map(|one| one.id.clone()).collect();
        waiting.sort();
        for id in waiting.iter().take(waiting.len().saturating_sub(WAITING)) {
            self.sessions.remove(id);
        }
    }
}

/// How an attempt to resume ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resumed {
    Yes,
    /// Never known, of another bot, or too long ago.
    Unknown,
    /// The client claims to have seen what was never sent (4007).
    BadSequence,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    use super::*;

    const APP: Snowflake = Snowflake::new(1);
    const LIFE: Duration = Duration::from_mins(1);

    fn drain(inbox: &mut UnboundedReceiver<Out>) -> Vec<u64> {
        let mut seen = Vec::new();
        while let Ok(out) = inbox.try_recv() {
            if let Out::Dispatch { seq, .. } = out {
                seen.push(seq);
            }
        }
        seen
    }

    fn connected(hub: &mut Hub) -> (u64, UnboundedReceiver<Out>) {
        let (out, inbox) = unbounded_channel();
        (hub.open(out), inbox)
    }

    fn begun(hub: &mut Hub, connection: u64) -> String {
        let wish = Wish { app: APP, bot: APP, intents: Intents::GUILDS, shard: (0, 1), large_threshold: 50 };
        hub.begin(connection, wish)
    }

    #[test]
    fn a_session_ends_with_a_goodbye_and_survives_a_fall() {
        let mut hub = Hub::default();
        let now = Instant::now();
        let (first, _inbox) = connected(&mut hub);
        let id = begun(&mut hub, first);
        hub.closed(first, false, now);
        let (second, _inbox) = connected(&mut hub);
        assert_eq!(hub.may_resume(&id, APP, 0, (now, LIFE)), Resumed::Yes);
        hub.resume(second, &id, 0);
        assert_eq!(hub.may_resume(&id, APP, 5, (now, LIFE)), Resumed::BadSequence);
        assert_eq!(hub.may_resume(&id, Snowflake::new(2), 0, (now, LIFE)), Resumed::Unknown);
        hub.closed(second, true, now);
        assert_eq!(hub.may_resume(&id, APP, 0, (now, LIFE)), Resumed::Unknown);
    }

    #[test]
    fn a_session_without_a_connection_expires() {
        let mut hub = Hub::default();
        let now = Instant::now();
        let (first, _inbox) = connected(&mut hub);
        let id = begun(&mut hub, first);
        assert_eq!(hub.may_resume(&id, APP, 0, (now + 2 * LIFE, LIFE)), Resumed::Yes, "it is connected");
        hub.closed(first, false, now);
        assert_eq!(hub.may_resume(&id, APP, 0, (now + LIFE, LIFE)), Resumed::Yes);
        assert_eq!(hub.may_resume(&id, APP, 0, (now + 2 * LIFE, LIFE)), Resumed::Unknown);
        assert!(hub.session(&id).is_none(), "it is forgotten");
    }

    #[test]
    fn a_session_moves_to_the_connection_that_resumes_it() {
        let mut hub = Hub::default();
        let (first, mut old) = connected(&mut hub);
        let id = begun(&mut hub, first);
        let (second, _inbox) = connected(&mut hub);
        hub.resume(second, &id, 0);
        assert!(matches!(old.try_recv(), Ok(Out::Close(4000))));
        hub.closed(first, true, Instant::now());
        assert!(hub.is_on(&id, second), "the goodbye of the old connection does not end it");
    }

    proptest! {
        #[test]
        fn whatever_was_missed_is_replayed_once_and_in_order(before in 0_u64..20, during in 0_u64..20, seen in 0_u64..20) {
            let mut hub = Hub::default();
            let now = Instant::now();
            let (first, mut inbox) = connected(&mut hub);
            let id = begun(&mut hub, first);
            for _ in 0..before {
                hub.push(&id, Payload::text("X", &json!({})));
            }
            prop_assert_eq!(drain(&mut inbox), (1..=before).collect::<Vec<_>>());
            hub.closed(first, false, now);
            for _ in 0..during {
                hub.push(&id, Payload::text("X", &json!({})));
            }
            let seen = seen.min(before);
            let (second, mut inbox) = connected(&mut hub);
            prop_assert_eq!(hub.may_resume(&id, APP, seen, (now, LIFE)), Resumed::Yes);
            hub.resume(second, &id, seen);
            prop_assert_eq!(drain(&mut inbox), (seen + 1..=before + during).collect::<Vec<_>>());
        }
    }
}
