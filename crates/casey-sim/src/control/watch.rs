//! What happened, and waiting for it.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Ask,
    answer::{Answer, Problem},
    lookup::Place,
    use_commands::wait_ms,
};
use crate::{
    heard::Heard,
    record::{Call, GatewayFrame},
    snowflake::timestamp,
};

/// A message as a script reads it.
pub(super) fn heard_json(heard: &Heard) -> Value {
    let button = |one: &crate::heard::Button| json!({ "label": one.label, "custom_id": one.custom_id, "url": one.url, "disabled": one.disabled });
    let file = |one: &crate::heard::File| json!({ "name": one.name, "size": one.bytes.len(), "description": one.description });
    json!({
        "message": heard.id,
        "channel": heard.channel,
        "author": heard.author,
        "content": heard.content,
        "text": heard.text(),
        "embeds": heard.embeds,
        "components": heard.components,
        "buttons": heard.buttons.iter().map(button).collect::<Vec<_>>(),
        "files": heard.files.iter().map(file).collect::<Vec<_>>(),
        "flags": heard.flags,
        "only_for": heard.only_for,
        "reply_to": heard.reply_to,
        "pings": {
            "people": heard.pings.people,
            "roles": heard.pings.roles,
            "everyone": heard.pings.everyone,
        },
        "edited": heard.edited,
        "interaction": heard.interaction,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Where {
    guild: Option<String>,
    channel: Option<String>,
    person: Option<String>,
}

/// Every message that stands in a channel now.
pub(super) fn messages(ask: &Ask) -> Result<Answer, Problem> {
    let Where { guild, channel, person } = ask.query()?;
    let (channel, _) = ask.scene.channel(&Place { guild, channel, person })?;
    Ok(Answer::ok(json!(channel.messages().iter().map(heard_json).collect::<Vec<_>>())))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WaitFor {
    guild: Option<String>,
    channel: Option<String>,
    person: Option<String>,
    /// Text it must contain; others are passed over.
    containing: Option<String>,
    /// Id of the message it must reply to; others are passed over.
    reply_to: Option<String>,
    /// Whether an edit is meant instead of a new message.
    edited: Option<String>,
    wait_ms: Option<String>,
}

/// The next bot message of a channel that nobody has read yet; 204 if none comes in time.
pub(super) async fn replies(ask: &Ask) -> Result<Answer, Problem> {
    let wanted: WaitFor = ask.query()?;
    let place = Place { guild: wanted.guild, channel: wanted.channel, person: wanted.person };
    let (channel, _) = ask.scene.channel(&place)?;
    let wait = match wanted.wait_ms.as_deref().map(str::parse) {
        None => wait_ms(),
        Some(Ok(wait)) => wait,
        Some(Err(_)) => return Err(Problem::wrong("wait_ms is a number of milliseconds")),
    };
    let edited = wanted.edited.as_deref() == Some("true");
    let fits = |heard: &Heard| {
        let answers = |id: &String| heard.reply_to.is_some_and(|to| to.to_string() == *id);
        heard.edited == edited
            && wanted.containing.as_ref().is_none_or(|part| heard.text().contains(part.as_str()))
            && wanted.reply_to.as_ref().is_none_or(answers)
    };
    let shared = &ask.scene.shared;
    let check = || {
        let mut state = shared.lock();
        let unread = state.journal.unread(channel.id());
        let index = unread.iter().position(|heard| fits(heard))?;
        let heard = unread.get(index).map(|heard| (*heard).clone());
        state.journal.read(channel.id(), index + 1);
        heard
    };
    let heard = shared.wait_up_to(Duration::from_millis(wait), check).await;
    Ok(heard.map_or(Answer::Nothing, |heard| Answer::ok(heard_json(&heard))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    /// Number of the first one; `next` of the last answer.
    since: Option<String>,
    method: Option<String>,
    route: Option<String>,
    /// Name of an event.
    name: Option<String>,
    /// `client` or `server`.
    by: Option<String>,
}

impl Section {
    fn number(&self) -> Result<u64, Problem> {
        let Some(text) = &self.since else { return Ok(0) };
        text.parse().map_err(|_| Problem::wrong("since is a number"))
    }
}

fn call_json(number: u64, call: &Call) -> Value {
    json!({
        "number": number,
        "at": timestamp(call.at),
        "method": call.method,
        "path": call.path,
        "route": call.route,
        "query": call.query,
        "body": call.body,
        "files": call.files,
        "authorization": format!("{:?}", call.authorization).to_lowercase(),
        "reason": call.reason,
        "user_agent": call.user_agent,
        "status": call.status,
        "code": call.code,
    })
}

/// Requests to the API.
pub(super) fn calls(ask: &Ask) -> Result<Answer, Problem> {
    let wanted: Section = ask.query()?;
    let state = ask.scene.shared.lock();
    let fits = |call: &Call| {
        wanted.method.as_deref().is_none_or(|method| call.method.eq_ignore_ascii_case(method))
            && wanted.route.as_deref().is_none_or(|route| call.route == route)
    };
    let mut next = wanted.number()?;
    let mut list = Vec::new();
    for (number, call) in state.record.calls_since(next) {
        next = number + 1;
        if fits(call) {
            list.push(call_json(number, call));
        }
    }
    Ok(Answer::ok(json!({ "next": next, "calls": list })))
}

fn frame_json(number: u64, frame: &GatewayFrame) -> Value {
    json!({
        "number": number,
        "at": timestamp(frame.at),
        "connection": frame.connection,
        "by": if frame.by_client { "client" } else { "server" },
        "op": frame.op,
        "t": frame.name,
        "s": frame.seq,
        "d": frame.data,
    })
}

/// Frames on the gateway.
pub(super) fn frames(ask: &Ask) -> Result<Answer, Problem> {
    let wanted: Section = ask.query()?;
    let state = ask.scene.shared.lock();
    let fits = |frame: &GatewayFrame| wanted.name.is_none() || wanted.name == frame.name;
    let by = match wanted.by.as_deref() {
        None => None,
        Some("client") => Some(true),
        Some("server") => Some(false),
        Some(_) => return Err(Problem::wrong("frames are by client or by server")),
    };
    let mut next = wanted.number()?;
    let mut list = Vec::new();
    for (number, frame) in state.record.frames_since(next) {
        next = number + 1;
        if fits(&frame) && by.is_none_or(|by| by == frame.by_client) {
            list.push(frame_json(number, &frame));
        }
    }
    Ok(Answer::ok(json!({ "next": next, "frames": list })))
}

pub(super) fn violations(ask: &Ask) -> Answer {
    Answer::ok(json!(ask.scene.shared.lock().record.violations()))
}

pub(super) fn transcript(ask: &Ask) -> Answer {
    Answer::Text(ask.scene.shared.lock().journal.transcript().to_string())
}

/// Forgets what was recorded; what bots said counts as read.
pub(super) fn forget(ask: &Ask) -> Answer {
    let mut state = ask.scene.shared.lock();
    state.record.clear();
    state.journal.clear();
    Answer::Nothing
}
