//! What a bot does on a session: presence, voice, sounds, members (Discord docs: Gateway Events, Send Events).

use std::time::Instant;

use serde_json::{Value, json};

use super::{Connection, note_unknown};
use crate::{
    gateway::{Event, Intents, hub::Payload},
    permissions::Permissions,
    snowflake::Snowflake,
    world::{Kind, State},
};

/// Characters of an activity's texts.
const ACTIVITY_TEXT: usize = 128;

impl Connection {
    pub(super) fn command(&self, state: &mut State, session: &str, op: u64, data: &Value, at: Instant) {
        let done = match op {
            3 => presence(state, session, data),
            4 => voice(state, session, data),
            31 => sounds(state, session, data),
            _ => {
                self.members(state, session, data, at);
                Ok(())
            }
        };
        if let Err(code) = done {
            self.close(code);
        }
    }
}

fn presence(state: &mut State, session: &str, data: &Value) -> Result<(), u16> {
    read_presence(state, data)?;
    let app = state.hub.session(session).map(|one| one.app);
    if let Some(app) = app.and_then(|id| state.apps.get_mut(&id)) {
        app.presence = Some(data.clone());
    }
    Ok(())
}

/// Fields of an activity (Activity Structure). Bots set name, type, state and URL; the rest is taken and left out, which
/// is why libraries send whatever they know of an activity, `platform` included.
const ACTIVITY: [&str; 21] = [
    "name",
    "type",
    "state",
    "url",
    "application_id",
    "assets",
    "buttons",
    "created_at",
    "details",
    "details_url",
    "emoji",
    "flags",
    "instance",
    "party",
    "platform",
    "secrets",
    "session_id",
    "state_url",
    "status_display_type",
    "sync_id",
    "timestamps",
];

/// Checks a presence (Update Presence Structure).
pub(super) fn read_presence(state: &mut State, data: &Value) -> Result<(), u16> {
    note_unknown(state, "presence update", data, &["since", "activities", "status", "afk"]);
    let status = matches!(data["status"].as_str(), Some("online" | "dnd" | "idle" | "invisible" | "offline"));
    if !status || !data["afk"].is_boolean() {
        return Err(4002);
    }
    // Milliseconds, whole or not, and the object serenity sends are all taken.
    if !matches!(data["since"], Value::Null | Value::Number(_) | Value::Object(_)) {
        state.record.violation("presence update: since is neither null nor milliseconds".to_owned());
    }
    for activity in data["activities"].as_array().ok_or(4002_u16)? {
        note_unknown(state, "an activity", activity, &ACTIVITY);
        let short = |key: &str| match &activity[key] {
            Value::Null => key != "name",
            value => value.as_str().is_some_and(|text| text.chars().count() <= ACTIVITY_TEXT),
        };
        let kind = activity["type"].as_u64().is_some_and(|kind| kind <= 5);
        let url = activity["url"].is_null() || activity["url"].is_string();
        if !kind || !url || !short("name") || !short("state") {
            return Err(4002);
        }
    }
    Ok(())
}

/// Joining, moving and leaving voice channels. There is no voice server behind it, which Discord says with an endpoint
/// that is null.
fn voice(state: &mut State, session: &str, data: &Value) -> Result<(), u16> {
    note_unknown(state, "voice state update", data, &["guild_id", "channel_id", "self_mute", "self_deaf"]);
    let flags = data["self_mute"].is_boolean() && data["self_deaf"].is_boolean();
    let guild = Snowflake::of_json(&data["guild_id"]).filter(|_| flags).ok_or(4002_u16)?;
    let channel = match &data["channel_id"] {
        Value::Null => None,
        value => Some(Snowflake::of_json(value).ok_or(4002_u16)?),
    };
    let Some(one) = state.hub.session(session) else { return Ok(()) };
    let (bot, here) = (one.bot, one.has_shard_of(guild));
    let reachable = channel.is_none_or(|channel| {
        let needed = Permissions::VIEW_CHANNEL | Permissions::CONNECT;
        state.channels.get(&channel).is_some_and(|one| one.kind == Kind::Voice && one.guild == Some(guild))
            && state.permissions(bot, channel).contains(needed)
    });
    let Some(member) = state.member(guild, bot).filter(|_| here && reachable).cloned() else {
        // Discord does not answer.
        state.record.violation("a voice state for a channel the bot cannot join".to_owned());
        return Ok(());
    };
    let body = json!({
        "guild_id": guild,
        "channel_id": channel,
        "user_id": bot,
        "member": state.member_json(&member),
        "session_id": format!("voice-{session}"),
        "deaf": false,
        "mute": false,
        "self_deaf": data["self_deaf"],
        "self_mute": data["self_mute"],
        "self_video": false,
        "suppress": false,
        "request_to_speak_timestamp": null,
    });
    match channel {
        Some(_) => state.hub.voice.insert((guild, bot), body.clone()),
        None => state.hub.voice.remove(&(guild, bot)),
    };
    state.emit(&Event::guild("VOICE_STATE_UPDATE", guild, Intents::GUILD_VOICE_STATES, body));
    if channel.is_some() {
        let server = json!({ "token": "voice-token", "guild_id": guild, "endpoint": null });
        state.hub.push(session, Payload::text("VOICE_SERVER_UPDATE", &server));
    }
    Ok(())
}

/// Soundboard sounds of guilds: there are none.
fn sounds(state: &mut State, session: &str, data: &Value) -> Result<(), u16> {
    note_unknown(state, "request soundboard sounds", data, &["guild_ids"]);
    let guilds = data["guild_ids"].as_array().ok_or(4002_u16)?;
    let guilds: Option<Vec<Snowflake>> = guilds.iter().map(Snowflake::of_json).collect();
    for guild in guilds.ok_or(4002_u16)? {
        let there = state
            .hub
            .session(session)
            .is_some_and(|one| one.has_shard_of(guild) && state.member(guild, one.bot).is_some());
        if there {
            let body = json!({ "guild_id": guild, "soundboard_sounds": [] });
            state.hub.push(session, Payload::text("SOUNDBOARD_SOUNDS", &body));
        }
    }
    Ok(())
}
