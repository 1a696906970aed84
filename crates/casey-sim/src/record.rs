//! What was asked of the HTTP API, and what about it Discord would not have understood.

use std::collections::{BTreeMap, VecDeque};

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

/// The recording of a simulation.
#[derive(Debug, Default)]
pub(crate) struct Record {
    calls: VecDeque<Call>,
    violations: VecDeque<String>,
    counters: BTreeMap<(String, &'static str), u64>,
}

impl Record {
    pub(crate) fn call(&mut self, call: Call) {
        *self.counters.entry((call.method.clone(), call.route)).or_default() += 1;
        push_bounded(&mut self.calls, call);
    }

    /// Notes something Discord would not have understood, and says so in the log.
    pub(crate) fn violation(&mut self, what: String) {
        tracing::error!(violation = %without_ids(&what), "the simulated Discord was asked for something it does not know");
        push_bounded(&mut self.violations, what);
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.iter().cloned().collect()
    }

    pub(crate) fn violations(&self) -> Vec<String> {
        self.violations.iter().cloned().collect()
    }

    /// Requests so far by method and route.
    pub(crate) fn counters(&self) -> BTreeMap<(String, &'static str), u64> {
        self.counters.clone()
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

fn push_bounded<T>(list: &mut VecDeque<T>, item: T) {
    if list.len() == KEPT {
        list.pop_front();
    }
    list.push_back(item);
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
}
