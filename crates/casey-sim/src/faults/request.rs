//! What can go wrong with a request to the HTTP API.

use std::time::Duration;

use serde_json::Value;

use super::Often;

/// What happens to a request instead of, or besides, its ordinary answer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// An answer with this status and no effect. 429 carries `retry_after`.
    Status(u16),
    /// An answer with this status and JSON, and no effect.
    Reply {
        /// The status.
        status: u16,
        /// The JSON.
        body: Value,
    },
    /// The ordinary answer, this much later in real time.
    Latency(Duration),
    /// The request takes effect, but the line goes dead before the answer is complete.
    Drop,
    /// The line goes dead without effect and without a byte in answer.
    Disconnect,
    /// The request takes effect twice, as when something on the way sends it again; the second answer is given.
    Twice,
}

/// Which requests meet a fault, and how often.
///
/// ```
/// use casey_sim::{Fault, FaultRule};
///
/// // Every tenth message or so is posted, but the bot never learns of it.
/// let rule = FaultRule::new(Fault::Drop).method("POST").route("/channels/{channel_id}/messages").probability(0.1).always();
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct FaultRule {
    fault: Fault,
    method: Option<String>,
    place: Place,
    pub(super) often: Often,
}

/// Paths a rule is for.
#[derive(Clone, Debug, PartialEq)]
enum Place {
    Anywhere,
    Starting(String),
    Route(String),
}

impl FaultRule {
    /// The next request meets this fault.
    pub fn new(fault: Fault) -> Self {
        Self { fault, method: None, place: Place::Anywhere, often: Often::ONCE }
    }

    /// Only requests with this method.
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_uppercase());
        self
    }

    /// Only paths (without `/api/v10`) that start like this.
    pub fn starting(mut self, path: &str) -> Self {
        self.place = Place::Starting(path.to_owned());
        self
    }

    /// Only paths (without `/api/v10`) of this form: `*` and `{anything}` stand for one segment, a `**` at the end for
    /// whatever follows.
    pub fn route(mut self, pattern: &str) -> Self {
        self.place = Place::Route(pattern.to_owned());
        self
    }

    /// As often as this instead of once.
    pub fn times(mut self, times: u64) -> Self {
        self.often.times = Some(times);
        self
    }

    /// Until [`FaultPlan::clear`](super::FaultPlan::clear).
    pub fn always(mut self) -> Self {
        self.often.times = None;
        self
    }

    /// Not certain, but with this probability, 0 to 1. Requests that are spared do not count.
    pub fn probability(mut self, probability: f64) -> Self {
        self.often.probability = probability;
        self
    }

    pub(super) fn fault(&self) -> &Fault {
        &self.fault
    }

    pub(super) fn fits(&self, method: &str, path: &str) -> bool {
        let here = match &self.place {
            Place::Anywhere => true,
            Place::Starting(start) => path.starts_with(start.as_str()),
            Place::Route(pattern) => has_form(path, pattern),
        };
        here && self.method.as_deref().is_none_or(|wanted| wanted == method)
    }
}

fn has_form(path: &str, pattern: &str) -> bool {
    let mut parts = path.split('/');
    for wanted in pattern.split('/') {
        if wanted == "**" {
            return true;
        }
        let open = wanted == "*" || (wanted.starts_with('{') && wanted.ends_with('}'));
        match parts.next() {
            Some(part) if open && !part.is_empty() => {}
            Some(part) if part == wanted => {}
            _ => return false,
        }
    }
    parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_stands_for_whole_segments() {
        let fits = |pattern: &str, path: &str| has_form(path, pattern);
        assert!(fits("/channels/{channel_id}/messages", "/channels/5/messages"));
        assert!(fits("/channels/*/messages", "/channels/5/messages"));
        assert!(!fits("/channels/*/messages", "/channels/5/messages/6"));
        assert!(!fits("/channels/*/messages", "/channels//messages"));
        assert!(fits("/channels/**", "/channels/5/messages/6"));
        assert!(!fits("/channels/**", "/guilds/5"));
    }

    #[test]
    fn methods_are_told_apart() {
        let rule = FaultRule::new(Fault::Drop).method("post");
        assert!(rule.fits("POST", "/a") && !rule.fits("GET", "/a"));
    }
}
