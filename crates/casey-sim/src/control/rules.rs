//! Faults by rule.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Ask,
    answer::{Answer, Problem},
};
use crate::faults::{Fault, FaultRule, GatewayFault, GatewayRule, Moment};

/// A rule for requests or, with `at`, for gateway connections.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewRule {
    method: Option<String>,
    /// Form of the path: `/channels/*/messages`.
    route: Option<String>,
    /// A moment of a gateway connection.
    at: Option<String>,
    fault: String,
    status: Option<u16>,
    body: Option<Value>,
    ms: Option<u64>,
    bytes: Option<u64>,
    code: Option<u16>,
    resumable: Option<bool>,
    /// 1 if nothing is said; null is without end.
    #[serde(default = "once")]
    times: Option<u64>,
    #[serde(default = "surely")]
    probability: f64,
}

#[expect(clippy::unnecessary_wraps, reason = "null is without end")]
fn once() -> Option<u64> {
    Some(1)
}

fn surely() -> f64 {
    1.0
}

impl NewRule {
    fn needed<T>(&self, what: &str, value: Option<T>) -> Result<T, Problem> {
        value.ok_or_else(|| Problem::wrong(format!("the fault {:?} needs {what:?}", self.fault)))
    }

    fn request(&self) -> Result<FaultRule, Problem> {
        let fault = match self.fault.as_str() {
            "status" => Fault::Status(self.needed("status", self.status)?),
            "reply" => Fault::Reply {
                status: self.needed("status", self.status)?,
                body: self.needed("body", self.body.clone())?,
            },
            "latency" => Fault::Latency(Duration::from_millis(self.needed("ms", self.ms)?)),
            "drop" => Fault::Drop,
            "disconnect" => Fault::Disconnect,
            "twice" => Fault::Twice,
            other => return Err(Problem::wrong(format!("requests have no fault {other:?}"))),
        };
        let mut rule = FaultRule::new(fault).probability(self.probability);
        if let Some(method) = &self.method {
            rule = rule.method(method);
        }
        if let Some(route) = &self.route {
            rule = rule.route(route);
        }
        Ok(self.times.map_or_else(|| rule.clone().always(), |times| rule.clone().times(times)))
    }

    fn gateway(&self, at: &str) -> Result<GatewayRule, Problem> {
        let moment = match at {
            "accept" => Moment::Accept,
            "hello" => Moment::Hello,
            "identify" => Moment::Identify,
            "ready" => Moment::Ready,
            "resume" => Moment::Resume,
            "resumed" => Moment::Resumed,
            "heartbeat" => Moment::Heartbeat,
            "dispatch" => Moment::Dispatch,
            other => return Err(Problem::wrong(format!("there is no moment {other:?}"))),
        };
        let fault = match self.fault.as_str() {
            "close" => GatewayFault::Close(self.needed("code", self.code)?),
            "hang_up" => GatewayFault::HangUp,
            "cut" => GatewayFault::Cut(self.needed("bytes", self.bytes)?),
            "reconnect" => GatewayFault::Reconnect,
            "invalidate" => GatewayFault::Invalidate { resumable: self.resumable.unwrap_or(false) },
            "silence" => GatewayFault::Silence,
            other => return Err(Problem::wrong(format!("connections have no fault {other:?}"))),
        };
        let rule = GatewayRule::new(moment, fault).probability(self.probability);
        Ok(self.times.map_or_else(|| rule.always(), |times| rule.times(times)))
    }
}

pub(super) fn add(ask: &Ask) -> Result<Answer, Problem> {
    let new: NewRule = ask.body()?;
    if !(0.0..=1.0).contains(&new.probability) {
        return Err(Problem::wrong("a probability is between 0 and 1"));
    }
    if let Some(at) = &new.at {
        let rule = new.gateway(at)?;
        ask.scene.shared.lock().faults.add_gateway(rule);
    } else {
        let rule = new.request()?;
        ask.scene.shared.lock().faults.add(rule);
    }
    Ok(Answer::Nothing)
}

/// The rules that still apply, in words.
pub(super) fn list(ask: &Ask) -> Answer {
    let state = ask.scene.shared.lock();
    let (requests, gateway) = state.faults.pending();
    Answer::ok(json!({
        "requests": requests.iter().map(|rule| format!("{rule:?}")).collect::<Vec<_>>(),
        "gateway": gateway.iter().map(|rule| format!("{rule:?}")).collect::<Vec<_>>(),
    }))
}

pub(super) fn clear(ask: &Ask) -> Answer {
    ask.scene.shared.lock().faults.clear();
    Answer::Nothing
}
