//! The clock, and what can be set while the simulation runs.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    Ask,
    answer::{Answer, Problem},
};
use crate::snowflake::timestamp;

pub(super) fn clock(ask: &Ask) -> Answer {
    Answer::ok(json!({ "now": timestamp(ask.scene.shared.lock().now()) }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    /// RFC 3339.
    set: Option<String>,
    advance_ms: Option<u64>,
}

pub(super) fn set_clock(ask: &Ask) -> Result<Answer, Problem> {
    let Move { set, advance_ms } = ask.body()?;
    let time = ask.scene.shared.lock().clock.clone();
    if let Some(text) = set {
        let to = OffsetDateTime::parse(&text, &Rfc3339);
        time.set(to.map_err(|_| Problem::wrong("a time is written like 2026-01-31T12:00:00Z"))?);
    }
    if let Some(ms) = advance_ms {
        time.advance(Duration::from_millis(ms));
    }
    ask.scene.shared.tell();
    Ok(clock(ask))
}

/// Of the gateway's settings, those that make sense while it runs. They are for connections to come.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    heartbeat_ms: Option<u64>,
    compression: Option<bool>,
    split: Option<bool>,
    max_concurrency: Option<u64>,
    identify_window_ms: Option<u64>,
    session_starts: Option<u64>,
    guilds_per_shard: Option<usize>,
    session_life_ms: Option<u64>,
    members_window_ms: Option<u64>,
    own_addresses: Option<bool>,
    offline_unless_said: Option<bool>,
}

pub(super) fn change(ask: &Ask) -> Result<Answer, Problem> {
    let change: Change = ask.body()?;
    let mut state = ask.scene.shared.lock();
    let settings = &mut state.settings.gateway;
    let ms = Duration::from_millis;
    if change.heartbeat_ms == Some(0) {
        return Err(Problem::wrong("heartbeats need time between them"));
    }
    settings.heartbeat = change.heartbeat_ms.map_or(settings.heartbeat, ms);
    settings.identify_window = change.identify_window_ms.map_or(settings.identify_window, ms);
    settings.session_life = change.session_life_ms.map_or(settings.session_life, ms);
    settings.members_window = change.members_window_ms.map_or(settings.members_window, ms);
    settings.compression = change.compression.unwrap_or(settings.compression);
    settings.split = change.split.unwrap_or(settings.split);
    settings.max_concurrency = change.max_concurrency.unwrap_or(settings.max_concurrency);
    settings.session_starts = change.session_starts.unwrap_or(settings.session_starts);
    settings.guilds_per_shard = change.guilds_per_shard.unwrap_or(settings.guilds_per_shard);
    settings.own_addresses = change.own_addresses.unwrap_or(settings.own_addresses);
    settings.offline_unless_said = change.offline_unless_said.unwrap_or(settings.offline_unless_said);
    Ok(Answer::Nothing)
}
