//! Members on request (Discord docs: Gateway Events, Request Guild Members).

use std::time::Instant;

use serde_json::{Value, json};

use super::{Connection, note_unknown};
use crate::{
    gateway::{Intents, hub::Payload},
    snowflake::Snowflake,
    world::{Guild, Member, State},
};

/// Members of one `GUILD_MEMBERS_CHUNK`.
const CHUNK: usize = 1_000;
/// Members that can be asked for by name or id at a time.
const ASKED: usize = 100;
/// Bytes of a nonce; a longer one is ignored.
const NONCE: usize = 32;

const FIELDS: [&str; 6] = ["guild_id", "query", "limit", "presences", "user_ids", "nonce"];

/// Whom a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Asked {
    Everyone,
    /// Those whose name starts like this (lower case), and how many of them.
    Named(String, usize),
    These(Vec<Snowflake>),
}

impl Connection {
    pub(super) fn members(&self, state: &mut State, session: &str, data: &Value, at: Instant) {
        note_unknown(state, "request guild members", data, &FIELDS);
        let guild = Snowflake::of_json(&data["guild_id"]);
        let (Some(guild), Some(asked)) = (guild, read_asked(data)) else { return self.close(4002) };
        let Some(one) = state.hub.session(session) else { return };
        let (app, bot, intents) = (one.app, one.bot, one.intents);
        let refused = if !one.has_shard_of(guild) || state.member(guild, bot).is_none() {
            Some("of a guild the bot is not in on this shard")
        } else if asked == Asked::Everyone && !intents.contains(Intents::GUILD_MEMBERS) {
            Some("for all members without GUILD_MEMBERS")
        } else if data["presences"] == true && !intents.contains(Intents::GUILD_PRESENCES) {
            Some("with presences without GUILD_PRESENCES")
        } else {
            None
        };
        if let Some(why) = refused {
            // Discord does not answer.
            return state.record.violation(format!("a request for guild members {why}"));
        }
        if asked == Asked::Everyone {
            let settings = state.settings.gateway;
            if let Err(wait) = state.hub.admission.all_members(app, guild, at, &settings) {
                let body = json!({
                    "opcode": 8,
                    "retry_after": wait.as_secs_f64(),
                    "meta": { "guild_id": guild, "nonce": read_nonce(data) },
                });
                return state.hub.push(session, Payload::text("RATE_LIMITED", &body));
            }
        }
        for body in chunks(state, guild, &asked, data) {
            state.hub.push(session, Payload::text("GUILD_MEMBERS_CHUNK", &body));
        }
    }
}

/// Whom the request is about; nothing if it does not say.
fn read_asked(data: &Value) -> Option<Asked> {
    match (&data["user_ids"], &data["query"]) {
        (Value::Null, Value::String(query)) => {
            let limit = usize::try_from(data["limit"].as_u64()?).unwrap_or(usize::MAX);
            Some(match (query.is_empty(), limit) {
                (true, 0) => Asked::Everyone,
                (_, 0) => Asked::Named(query.to_lowercase(), ASKED),
                _ => Asked::Named(query.to_lowercase(), limit.min(ASKED)),
            })
        }
        (one @ (Value::String(_) | Value::Number(_)), Value::Null) => {
            Some(Asked::These(vec![Snowflake::of_json(one)?]))
        }
        (Value::Array(list), Value::Null) if list.len() <= ASKED => {
            let ids = list.iter().map(Snowflake::of_json).collect::<Option<_>>()?;
            Some(Asked::These(ids))
        }
        _ => None,
    }
}

fn read_nonce(data: &Value) -> Option<&str> {
    data["nonce"].as_str().filter(|nonce| nonce.len() <= NONCE)
}

fn select<'a>(state: &State, guild: &'a Guild, asked: &Asked) -> (Vec<&'a Member>, Vec<Snowflake>) {
    match asked {
        Asked::Everyone => (guild.members.values().collect(), Vec::new()),
        Asked::Named(query, limit) => {
            let named = guild.members.values().filter(|member| state.answers_to(member, query));
            (named.take(*limit).collect(), Vec::new())
        }
        Asked::These(ids) => {
            let found = ids.iter().filter_map(|id| guild.members.get(id)).collect();
            let missing = ids.iter().copied().filter(|id| !guild.members.contains_key(id)).collect();
            (found, missing)
        }
    }
}

/// The bodies of the answer.
fn chunks(state: &State, guild: Snowflake, asked: &Asked, data: &Value) -> Vec<Value> {
    let Some(guild) = state.guilds.get(&guild) else { return Vec::new() };
    let (found, missing) = select(state, guild, asked);
    let count = found.len().div_ceil(CHUNK).max(1);
    let chunk = |index: usize| {
        let members: Vec<&Member> = found.iter().skip(index * CHUNK).take(CHUNK).copied().collect();
        let mut body = json!({
            "guild_id": guild.id,
            "members": members.iter().map(|member| state.member_json(member)).collect::<Vec<_>>(),
            "chunk_index": index,
            "chunk_count": count,
        });
        if matches!(asked, Asked::These(_)) {
            body["not_found"] = json!(missing);
        }
        if data["presences"] == true {
            body["presences"] = json!(state.presences_json(guild.id, members));
        }
        if let Some(nonce) = read_nonce(data) {
            body["nonce"] = json!(nonce);
        }
        body
    };
    (0..count).map(chunk).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_say_whom_they_are_about() {
        let named = |query: &str, limit| Some(Asked::Named(query.to_owned(), limit));
        assert_eq!(read_asked(&json!({ "query": "", "limit": 0 })), Some(Asked::Everyone));
        assert_eq!(read_asked(&json!({ "query": "", "limit": 5 })), named("", 5));
        assert_eq!(read_asked(&json!({ "query": "Bo", "limit": 500 })), named("bo", 100));
        assert_eq!(read_asked(&json!({ "query": "bo", "limit": 0 })), named("bo", 100));
        let these = Some(Asked::These(vec![Snowflake::new(7)]));
        assert_eq!(read_asked(&json!({ "user_ids": "7" })), these);
        assert_eq!(read_asked(&json!({ "user_ids": ["7"], "limit": 0 })), these);
        assert_eq!(read_asked(&json!({ "user_ids": 7 })), these, "numbers are taken as well");
        assert_eq!(read_asked(&json!({ "user_ids": [7] })), these);
    }

    #[test]
    fn requests_that_do_not_say_are_none() {
        assert_eq!(read_asked(&json!({})), None);
        assert_eq!(read_asked(&json!({ "query": "" })), None, "a query needs a limit");
        assert_eq!(read_asked(&json!({ "query": "", "user_ids": ["7"], "limit": 0 })), None);
        assert_eq!(read_asked(&json!({ "user_ids": ["Bob"] })), None);
        assert_eq!(read_asked(&json!({ "user_ids": [7.5] })), None);
        assert_eq!(read_asked(&json!({ "user_ids": vec!["7"; 101] })), None);
    }

    #[test]
    fn a_nonce_that_is_too_long_is_ignored() {
        assert_eq!(read_nonce(&json!({ "nonce": "x".repeat(32) })), Some("x".repeat(32).as_str()));
        assert_eq!(read_nonce(&json!({ "nonce": "x".repeat(33) })), None);
    }
}
