//! IDENTIFY and RESUME (Discord docs: Gateway, Identifying and Resuming).

use std::time::Instant;

use serde_json::{Value, json};

use super::{Connection, commands, note_unknown};
use crate::{
    faults::Moment,
    gateway::{
        Intents,
        admission::Admitted,
        hub::{Payload, Resumed, Wish},
        upgrade::RESUME_PATH,
    },
    snowflake::Snowflake,
    world::State,
};

/// What an IDENTIFY may contain. `capabilities` is not documented, but widely used libraries send it.
const FIELDS: [&str; 8] =
    ["token", "properties", "compress", "large_threshold", "shard", "presence", "intents", "capabilities"];

impl Connection {
    pub(super) fn identify(&mut self, state: &mut State, data: &Value, at: Instant) {
        if self.known_session(state).is_some() {
            return self.close(4005);
        }
        note_unknown(state, "IDENTIFY", data, &FIELDS);
        if self.address.resumes && state.settings.gateway.own_addresses && !state.hub.is_invalidated(self.id)
        {
            state.record.violation("IDENTIFY at the address for resuming".to_owned());
        }
        let wish = match read_wish(state, data) {
            Ok(wish) => wish,
            Err(code) => return self.close(code),
        };
        let settings = state.settings.gateway;
        match state.hub.admission.identify(wish.app, wish.shard.0, at, &settings) {
            Admitted::Yes => {}
            Admitted::TooSoon => return self.invalid_session(state),
            Admitted::UsedUp => {
                state.record.violation(format!(
                    "more than {} sessions begun in 24 hours: Discord resets the token",
                    settings.session_starts
                ));
                return self.close(4004);
            }
        }
        if self.struck(state, Moment::Identify) {
            return;
        }
        self.compress = data["compress"] == true;
        state.hub.counts.identifies += 1;
        let session = state.hub.begin(self.id, wish);
        self.session = Some(session.clone());
        self.welcome(state, &session);
    }

    /// READY, then the guilds of the shard one by one.
    fn welcome(&self, state: &mut State, id: &str) {
        let Some(session) = state.hub.session(id) else { return };
        let (bot, app, shard, intents) = (session.bot, session.app, session.shard, session.intents);
        let guilds: Vec<Snowflake> = guilds_of(state, bot, shard).collect();
        let ready = json!({
            "v": 10,
            "user": state.own_user_json(bot),
            "guilds": guilds.iter().map(|id| json!({ "id": id, "unavailable": true })).collect::<Vec<_>>(),
            "private_channels": [],
            "session_id": id,
            "session_type": "normal",
            "resume_gateway_url": format!("{}{RESUME_PATH}", state.gateway_url()),
            "shard": [shard.0, shard.1],
            "application": { "id": app, "flags": 0 },
        });
        state.hub.push(id, Payload::text("READY", &ready));
        self.struck(state, Moment::Ready);
        if intents.contains(Intents::GUILDS) {
            for guild in guilds {
                state.hub.push(id, Payload::Guild { id: guild, new: false });
            }
        }
    }

    pub(super) fn resume(&mut self, state: &mut State, data: &Value, at: Instant) {
        if self.known_session(state).is_some() {
            return self.close(4005);
        }
        note_unknown(state, "RESUME", data, &["token", "session_id", "seq"]);
        if !self.address.resumes && state.settings.gateway.own_addresses && !state.hub.is_invalidated(self.id)
        {
            state.record.violation("RESUME at another address than resume_gateway_url".to_owned());
        }
        let (Some(token), Some(id), Some(seq)) =
            (data["token"].as_str(), data["session_id"].as_str(), data["seq"].as_u64())
        else {
            return self.close(4002);
        };
        let Some(app) = state.app_of_token(token).map(|app| app.id) else { return self.close(4004) };
        let life = state.settings.gateway.session_life;
        match state.hub.may_resume(id, app, seq, (at, life)) {
            Resumed::Yes => {}
            Resumed::Unknown => return self.invalid_session(state),
            Resumed::BadSequence => return self.close(4007),
        }
        if self.struck(state, Moment::Resume) {
            return;
        }
        state.hub.counts.resumes += 1;
        self.session = Some(id.to_owned());
        state.hub.resume(self.id, id, seq);
        state.hub.push(id, Payload::text("RESUMED", &json!({})));
        self.struck(state, Moment::Resumed);
    }
}

/// What an IDENTIFY asks for, or the close code it deserves.
fn read_wish(state: &mut State, data: &Value) -> Result<Wish, u16> {
    let (Some(token), Some(bits), Some(properties)) =
        (data["token"].as_str(), data["intents"].as_u64(), data["properties"].as_object())
    else {
        return Err(4002);
    };
    if !matches!(data["compress"], Value::Null | Value::Bool(_)) {
        return Err(4002);
    }
    let large_threshold = match &data["large_threshold"] {
        Value::Null => 50,
        value => value.as_u64().filter(|number| (50..=250).contains(number)).ok_or(4002_u16)?,
    };
    let missing: Vec<&str> =
        ["os", "browser", "device"].into_iter().filter(|key| !properties.contains_key(*key)).collect();
    if !missing.is_empty() {
        state.record.violation(format!("IDENTIFY lacks properties: {}", missing.join(", ")));
    }
    if !data["presence"].is_null() {
        commands::read_presence(state, &data["presence"])?;
    }
    let app = state.app_of_token(token).ok_or(4004_u16)?;
    let (id, bot, privileged) = (app.id, app.bot, app.privileged);
    let intents = Intents::from_bits(bits).ok_or(4013_u16)?;
    if !intents.beyond(privileged).is_empty() {
        return Err(4014);
    }
    let shard = read_shard(&data["shard"])?;
    if guilds_of(state, bot, shard).count() > state.settings.gateway.guilds_per_shard {
        return Err(4011);
    }
    // At most 250.
    let large_threshold = usize::try_from(large_threshold).unwrap_or(250);
    Ok(Wish { app: id, bot, intents, shard, large_threshold })
}

fn guilds_of(state: &State, bot: Snowflake, shard: (u64, u64)) -> impl Iterator<Item = Snowflake> {
    state
        .guilds
        .values()
        .filter(move |guild| guild.members.contains_key(&bot) && (guild.id.get() >> 22) % shard.1 == shard.0)
        .map(|guild| guild.id)
}

fn read_shard(value: &Value) -> Result<(u64, u64), u16> {
    if value.is_null() {
        return Ok((0, 1));
    }
    let list = value.as_array().filter(|list| list.len() == 2).ok_or(4010_u16)?;
    match (list.first().and_then(Value::as_u64), list.get(1).and_then(Value::as_u64)) {
        (Some(shard), Some(total)) if shard < total => Ok((shard, total)),
        _ => Err(4010),
    }
}
