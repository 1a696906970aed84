//! Connections and sessions: who is there, and what each must still be told.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Arc,
};

use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;

use super::{Intents, control::GatewayCounts, flood::Flood};
use crate::{limits, snowflake::Snowflake};

/// What a dispatch carries. Guilds are rendered only when they are written to a socket, because a large world would
/// otherwise stand in memory as text once for every session.
#[derive(Clone, Debug)]
pub(crate) enum Payload {
    Text { name: Arc<str>, body: Arc<str> },
    Guild(Snowflake),
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
    Flood(Flood),
}

/// A session, connected or waiting to be resumed.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) app: Snowflake,
    pub(crate) bot: Snowflake,
    pub(crate) intents: Intents,
    pub(crate) shard: (u64, u64),
    pub(crate) seq: u64,
    log: VecDeque<(u64, Payload)>,
    connection: Option<u64>,
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
    connections: BTreeMap<u64, UnboundedSender<Out>>,
    sessions: HashMap<String, Session>,
    made: u64,
}

impl std::fmt::Debug for Out {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Dispatch { seq, .. } => write!(f, "Dispatch({seq})"),
            Self::Text(text) => write!(f, "Text({text})"),
            Self::Close(code) => write!(f, "Close({code})"),
            Self::HangUp => f.write_str("HangUp"),
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
    pub(crate) fn closed(&mut self, connection: u64, goodbye: bool) {
        self.connections.remove(&connection);
        if goodbye {
            self.sessions.retain(|_, session| session.connection != Some(connection));
        }
        for session in self.sessions.values_mut().filter(|session| session.connection == Some(connection)) {
            session.connection = None;
        }
        self.forget_the_oldest();
    }

    /// Begins a session on a connection.
    pub(crate) fn begin(
        &mut self,
        connection: u64,
        (app, bot): (Snowflake, Snowflake),
        intents: Intents,
        shard: (u64, u64),
    ) -> String {
        self.made += 1;
        let id = format!("session-{:016x}", self.made);
        let session = Session {
            id: id.clone(),
            app,
            bot,
            intents,
            shard,
            seq: 0,
            log: VecDeque::new(),
            connection: Some(connection),
        };
        self.sessions.insert(id.clone(), session);
        id
    }

    /// Takes a session up again from `seq`: what was missed is sent, if all of it is still known.
    pub(crate) fn resume(&mut self, connection: u64, id: &str, app: Snowflake, seq: u64) -> Resumed {
        let Some(session) = self.sessions.get_mut(id).filter(|session| session.app == app) else {
            return Resumed::Unknown;
        };
        if seq > session.seq {
            return Resumed::BadSequence;
        }
        let first_known = session.log.front().map_or(session.seq + 1, |(first, _)| *first);
        if seq + 1 < first_known {
            return Resumed::Unknown;
        }
        session.connection = Some(connection);
        let Some(out) = self.connections.get(&connection) else { return Resumed::Unknown };
        for (seq, payload) in session.log.iter().filter(|(logged, _)| *logged > seq) {
            // A closed channel means the socket just went away: the log keeps the dispatch for the next resume.
            let _ = out.send(Out::Dispatch { seq: *seq, payload: payload.clone() });
        }
        Resumed::Yes
    }

    /// Gives a session its next dispatch.
    pub(crate) fn push(&mut self, id: &str, payload: Payload) {
        let Some((connection, seq)) = self.number(id, payload.clone()) else { return };
        if let Some(out) = connection.and_then(|one| self.connections.get(&one)) {
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
        let mut live: Vec<_> =
            self.sessions.values().filter(|session| session.connection.is_some()).collect();
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

    pub(crate) fn end(&mut self, id: &str) {
        self.sessions.remove(id);
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
    use serde_json::json;
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    use super::*;

    const APP: Snowflake = Snowflake::new(1);

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

    #[test]
    fn a_session_ends_with_a_goodbye_and_survives_a_fall() {
        let mut hub = Hub::default();
        let (first, _inbox) = connected(&mut hub);
        let id = hub.begin(first, (APP, APP), Intents::GUILDS, (0, 1));
        hub.closed(first, false);
        let (second, _inbox) = connected(&mut hub);
        assert_eq!(hub.resume(second, &id, APP, 0), Resumed::Yes);
        assert_eq!(hub.resume(second, &id, APP, 5), Resumed::BadSequence);
        assert_eq!(hub.resume(second, &id, Snowflake::new(2), 0), Resumed::Unknown);
        hub.closed(second, true);
        let (third, _inbox) = connected(&mut hub);
        assert_eq!(hub.resume(third, &id, APP, 0), Resumed::Unknown);
    }

    proptest! {
        #[test]
        fn whatever_was_missed_is_replayed_once_and_in_order(before in 0_u64..20, during in 0_u64..20, seen in 0_u64..20) {
            let mut hub = Hub::default();
            let (first, mut inbox) = connected(&mut hub);
            let id = hub.begin(first, (APP, APP), Intents::GUILDS, (0, 1));
            for _ in 0..before {
                hub.push(&id, Payload::text("X", &json!({})));
            }
            prop_assert_eq!(drain(&mut inbox), (1..=before).collect::<Vec<_>>());
            hub.closed(first, false);
            for _ in 0..during {
                hub.push(&id, Payload::text("X", &json!({})));
            }
            let seen = seen.min(before);
            let (second, mut inbox) = connected(&mut hub);
            prop_assert_eq!(hub.resume(second, &id, APP, seen), Resumed::Yes);
            prop_assert_eq!(drain(&mut inbox), (seen + 1..=before + during).collect::<Vec<_>>());
        }
    }
}
