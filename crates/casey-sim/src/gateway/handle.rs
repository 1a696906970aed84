//! What a test can do to the gateway.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::{
    flood::{Flood, Flooded, Frame},
    hub::{Out, Payload},
};
use crate::{error::SimError, record::GatewayFrame, shared::Shared};

/// What the gateway has seen since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GatewayCounts {
    /// Sockets accepted.
    pub connections: u64,
    /// Sessions begun with IDENTIFY.
    pub identifies: u64,
    /// Sessions taken up again with RESUME.
    pub resumes: u64,
    /// Heartbeats received.
    pub heartbeats: u64,
    /// Dispatches given to sessions, sent or kept for a resume.
    pub dispatches: u64,
}

/// The gateway of a simulation in the hands of a test.
#[derive(Clone, Debug)]
pub struct Gateway {
    shared: Arc<Shared>,
}

impl Gateway {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// What the gateway has seen since the start.
    pub fn counts(&self) -> GatewayCounts {
        self.shared.lock().hub.counts
    }

    /// Number of sessions connected now.
    pub fn sessions(&self) -> usize {
        self.shared.lock().hub.live().len()
    }

    /// The presence the bot last sent with opcode 3.
    pub fn presence(&self, bot: &str) -> Option<Value> {
        self.shared.lock().apps.values().find(|app| app.name == bot)?.presence.clone()
    }

    /// Waits until at least `count` sessions are connected: as long as expectations wait, and an identify window on top,
    /// because a bot that was started again has to wait for it.
    ///
    /// # Errors
    /// [`SimError::Unmet`] when they are not there in time.
    pub async fn expects_sessions(&self, count: usize) -> Result<(), SimError> {
        let settings = self.shared.lock().settings;
        let patience = settings.patience + settings.gateway.identify_window;
        let check = || (self.sessions() >= count).then_some(());
        self.shared.wait_up_to(patience, check).await.ok_or_else(|| {
            let found = format!("there are {} (waited {patience:?})", self.sessions());
            self.shared.unmet("the gateway", &format!("{count} connected session(s)"), &found)
        })
    }

    /// Sends any dispatch to every connected session, whatever its intents.
    pub fn dispatch(&self, name: &str, body: &Value) {
        let mut state = self.shared.lock();
        let sessions: Vec<String> = state.hub.live().iter().map(|session| session.id.clone()).collect();
        for session in sessions {
            state.hub.push(&session, Payload::text(name, body));
        }
    }

    /// Sends a text frame as it is, valid or not, on every connection.
    pub fn raw_text(&self, text: &str) {
        self.shared.lock().hub.tell_all(|| Out::Text(text.to_owned()));
    }

    /// Asks every client to reconnect and resume (opcode 7).
    pub fn reconnect_all(&self) {
        self.raw_text(&json!({ "op": 7, "d": null, "s": null, "t": null }).to_string());
    }

    /// Asks every client for a heartbeat (opcode 1).
    pub fn ask_for_heartbeats(&self) {
        self.raw_text(&json!({ "op": 1, "d": null, "s": null, "t": null }).to_string());
    }

    /// Tells every client that its session is invalid (opcode 9): it has to resume or identify, on the same connection or
    /// another. With `resumable` false the sessions are forgotten.
    pub fn invalidate_all(&self, resumable: bool) {
        let mut state = self.shared.lock();
        state
            .hub
            .tell_all(|| Out::Text(json!({ "op": 9, "d": resumable, "s": null, "t": null }).to_string()));
        state.hub.invalidated_all();
        if !resumable {
            state.hub.forget_sessions();
        }
    }

    /// Closes every connection with a close code.
    pub fn drop_all(&self, code: u16) {
        self.shared.lock().hub.tell_all(|| Out::Close(code));
    }

    /// Cuts every connection without a closing frame.
    pub fn hang_up_all(&self) {
        self.shared.lock().hub.tell_all(|| Out::HangUp);
    }

    /// Cuts every connection after this many further bytes, in the middle of whatever is being sent then.
    pub fn cut_all_after(&self, bytes: u64) {
        self.shared.lock().hub.tell_all(|| Out::Cut(bytes));
    }

    /// Frames on all connections so far, both ways, oldest first; the last 10,000. Those of a
    /// [`flood`](Self::flood) are not among them.
    pub fn frames(&self) -> Vec<GatewayFrame> {
        self.shared.lock().record.frames_since(0).map(|(_, frame)| frame).collect()
    }

    /// Forgets what could be resumed: the next RESUME is told that the session is invalid.
    pub fn forget_sessions(&self) {
        self.shared.lock().hub.forget_sessions();
    }

    /// Sends ready-made dispatches to the connected session of the lowest shard, as fast as the socket takes them or
    /// at `rate` per second. Sequence numbers are put in; intents are not looked at.
    ///
    /// # Errors
    /// [`SimError::NoSuch`] when nobody is connected, [`SimError::Unmet`] when the connection ends before the flood.
    pub async fn flood<I>(&self, frames: I, rate: Option<f64>) -> Result<Flooded, SimError>
    where
        I: IntoIterator<Item = Frame>,
        I::IntoIter: Send + 'static,
    {
        let (done, told) = oneshot::channel();
        let flood = Flood::new(Box::new(frames.into_iter()), rate, done);
        let sent = {
            let state = self.shared.lock();
            let session = state.hub.live().first().map(|session| session.id.clone());
            session.is_some_and(|session| state.hub.tell(&session, Out::Flood(flood)))
        };
        if !sent {
            return Err(SimError::NoSuch {
                kind: "session",
                name: "connected".to_owned(),
                known: "none".to_owned(),
            });
        }
        told.await.map_err(|_| {
            self.shared.unmet("the gateway", "the whole flood to be taken", "the connection ended")
        })
    }
}
