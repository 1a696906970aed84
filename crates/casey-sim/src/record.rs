//! What was asked of the HTTP API and said on the gateway, and what about it Discord would not have understood.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use serde_json::Value;
use time::OffsetDateTime;

/// Calls and violations kept; older ones are forgotten so that a long run does not grow. Counters go on.
const KEPT: usize = 10_000;

/// How a request proved who it is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Authorization {
    /// No such header.
    None,
    /// `Bot` with a known token.
    Bot,
    /// A header that Discord would refuse.
    Invalid,
}

/// A request to the HTTP API and the status of its answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Call {
    /// When, in simulated time.
    pub at: OffsetDateTime,
    /// `GET`, `POST` …
    pub method: String,
    /// The path with ids, without `/api/v10`.
    pub path: String,
    /// The route the path belongs to, e.g. `/channels/{channel_id}/messages`; empty if there is none.
    pub route: &'static str,
    /// Names and values of the query.
    pub query: Vec<(String, String)>,
    /// The JSON body; of a form, its `payload_json`.
    pub body: Value,
    /// Names and sizes in bytes of uploaded files.
    pub files: Vec<(String, usize)>,
    /// How the request proved who it is from.
    pub authorization: Authorization,
    /// `X-Audit-Log-Reason`, decoded.
    pub reason: Option<String>,
    /// `User-Agent`.
    pub user_agent: Option<String>,
    /// The status answered.
    pub status: u16,
    /// Discord's error code, if the answer is an error.
    pub code: Option<u64>,
}

/// A frame on the gateway.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GatewayFrame {
    /// When, in simulated time.
    pub at: OffsetDateTime,
    /// Number of the connection, from 1 on.
    pub connection: u64,
    /// Whether the client sent it.
    pub by_client: bool,
    /// The opcode; `None` if the frame was not understood.
    pub op: Option<u64>,
    /// Name of the event.
    pub name: Option<String>,
    /// Its sequence number.
    pub seq: Option<u64>,
    /// What it carried, tokens blotted out. Null for guilds, which are written only while they are sent.
    pub data: Value,
}

/// A frame before anybody looks at it: events are kept as the text that was sent.
#[derive(Clone, Debug)]
pub(crate) struct RawFrame {
    pub(crate) connection: u64,
    pub(crate) by_client: bool,
    pub(crate) op: Option<u64>,
    pub(crate) name: Option<Arc<str>>,
    pub(crate) seq: Option<u64>,
    pub(crate) data: RawData,
}

#[derive(Clone, Debug)]
pub(crate) enum RawData {
    Json(Value),
    Text(Arc<str>),
    Left,
}

/// Things of one kind in the order in which they happened, each with a number from 0 on.
#[derive(Debug)]
struct Kept<T> {
    items: VecDeque<T>,
    /// Number of the first one that is still there.
    first: u64,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { items: VecDeque::new(), first: 0 }
    }
}

impl<T> Kept<T> {
    fn push(&mut self, item: T) {
        if self.items.len() == KEPT {
            self.items.pop_front();
            self.first += 1;
        }
        self.items.push_back(item);
    }

    /// Forgets everything; numbers go on.
    fn clear(&mut self) {
        self.first += self.items.len() as u64;
        self.items.clear();
    }

    /// What is there from a number on, with its numbers.
    fn since(&self, number: u64) -> impl Iterator<Item = (u64, &T)> {
        (self.first..).zip(&self.items).skip_while(move |(index, _)| *index < number)
    }
}

/// The recording of a simulation.
#[derive(Debug, Default)]
pub(crate) struct Record {
    calls: Kept<Call>,
    frames: Kept<(OffsetDateTime, RawFrame)>,
    violations: Kept<String>,
    counters: BTreeMap<(String, &'static str), u64>,
}

impl Record {
    pub(crate) fn call(&mut self, call: Call) {
        *self.counters.entry((call.method.clone(), call.route)).or_default() += 1;
        self.calls.push(call);
    }

    pub(crate) fn frame(&mut self, at: OffsetDateTime, frame: RawFrame) {
        self.frames.push((at, frame));
    }

    /// Notes something Discord would not have understood, and says so in the log.
    pub(crate) fn violation(&mut self, what: String) {
        tracing::error!(violation = %without_ids(&what), "the simulated Discord was asked for something it does not know");
        self.violations.push(what);
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.items.iter().cloned().collect()
    }

    /// Calls from a number on.
    pub(crate) fn calls_since(&self, number: u64) -> impl Iterator<Item = (u64, &Call)> {
        self.calls.since(number)
    }

    /// Frames from a number on.
    pub(crate) fn frames_since(&self, number: u64) -> impl Iterator<Item = (u64, GatewayFrame)> {
        self.frames.since(number).map(|(index, (at, raw))| (index, raw.read(*at)))
    }

    pub(crate) fn violations(&self) -> Vec<String> {
        self.violations.items.iter().cloned().collect()
    }

    /// Forgets calls, frames and violations; the counters go on.
    pub(crate) fn clear(&mut self) {
        self.calls.clear();
        self.frames.clear();
        self.violations.clear();
    }

    /// Requests so far by method and route.
    pub(crate) fn counters(&self) -> BTreeMap<(String, &'static str), u64> {
        self.counters.clone()
    }
}

impl RawFrame {
    fn read(&self, at: OffsetDateTime) -> GatewayFrame {
        let data = match &self.data {
            RawData::Json(data) => data.clone(),
            // Text that a test had sent on purpose may be anything.
            RawData::Text(text) => {
                serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_string()))
            }
            RawData::Left => Value::Null,
        };
        GatewayFrame {
            at,
            connection: self.connection,
            by_client: self.by_client,
            op: self.op,
            name: self.name.as_deref().map(ToOwned::to_owned),
            seq: self.seq,
            data,
        }
    }
}

/// The text with ids blotted out: logs are kept longer than a simulation.
fn without_ids(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut digits = String::new();
    for c in text.chars().chain(std::iter::once('\0')) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        out.push_str(if digits.len() >= 15 { "…" } else { &digits });
        digits.clear();
        out.extend((c != '\0').then_some(c));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_has_no_ids_in_it() {
        let text = "no such route: PUT /channels/1213093380137943040/pins/12";
        assert_eq!(without_ids(text), "no such route: PUT /channels/…/pins/12");
        assert_eq!(without_ids("1213093380137943040"), "…");
    }

    #[test]
    fn numbers_go_on_when_older_things_are_forgotten() {
        let mut kept = Kept::default();
        (0..KEPT + 5).for_each(|number| kept.push(number));
        let numbers = |kept: &Kept<usize>, from| kept.since(from).map(|(index, _)| index).collect::<Vec<_>>();
        assert_eq!(numbers(&kept, 0).first(), Some(&5));
        assert_eq!(numbers(&kept, KEPT as u64 + 3), [KEPT as u64 + 3, KEPT as u64 + 4]);
        kept.clear();
        kept.push(7);
        assert_eq!(numbers(&kept, 0), [KEPT as u64 + 5]);
    }
}
