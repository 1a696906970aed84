//! The gateway at this moment, and what can be done to it.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Ask,
    answer::{Answer, Problem},
};
use crate::gateway::Gateway;

pub(super) fn describe(ask: &Ask) -> Answer {
    let state = ask.scene.shared.lock();
    let counts = state.hub.counts;
    let sessions: Vec<Value> = state
        .hub
        .live()
        .iter()
        .map(|one| {
            json!({
                "session_id": one.id,
                "bot": state.name(one.bot),
                "shard": [one.shard.0, one.shard.1],
                "intents": one.intents.bits(),
                "seq": one.seq,
            })
        })
        .collect();
    Answer::ok(json!({
        "sessions": sessions,
        "connections": counts.connections,
        "identifies": counts.identifies,
        "resumes": counts.resumes,
        "heartbeats": counts.heartbeats,
        "dispatches": counts.dispatches,
    }))
}

/// What is done to every connection.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
enum Deed {
    Reconnect,
    Invalidate { resumable: bool },
    Close { code: u16 },
    HangUp,
    Cut { bytes: u64 },
    Forget,
    Heartbeat,
    Dispatch { name: String, body: Value },
    Raw { text: String },
}

pub(super) fn strike(ask: &Ask) -> Result<Answer, Problem> {
    let gateway = Gateway::new(Arc::clone(&ask.scene.shared));
    match ask.body()? {
        Deed::Reconnect => gateway.reconnect_all(),
        Deed::Invalidate { resumable } => gateway.invalidate_all(resumable),
        Deed::Close { code } => gateway.drop_all(code),
        Deed::HangUp => gateway.hang_up_all(),
        Deed::Cut { bytes } => gateway.cut_all_after(bytes),
        Deed::Forget => gateway.forget_sessions(),
        Deed::Heartbeat => gateway.ask_for_heartbeats(),
        Deed::Dispatch { name, body } => gateway.dispatch(&name, &body),
        Deed::Raw { text } => gateway.raw_text(&text),
    }
    Ok(Answer::Nothing)
}
