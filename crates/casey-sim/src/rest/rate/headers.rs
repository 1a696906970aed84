//! How limits are told (Discord docs: Rate Limits, Header Format).

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::limiter::{Scope, Verdict};

/// Adds the headers of a verdict. `now_ms` is the wall clock in Unix milliseconds.
pub(in crate::rest) fn add(headers: &mut HeaderMap, verdict: &Verdict, now_ms: i128) {
    let mut put = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    match verdict {
        Verdict::Unknown => {}
        Verdict::Banned(rest) => put("retry-after", rest.as_secs().max(1).to_string()),
        Verdict::Bucket { hash, limit, remaining, reset_after, refused } => {
            if let Some(scope) = refused {
                put("retry-after", whole_seconds(*reset_after).to_string());
                put("x-ratelimit-scope", name(*scope).to_owned());
            }
            if *refused == Some(Scope::Global) {
                put("x-ratelimit-global", "true".to_owned());
                return;
            }
            // Rounded up: a client that waits exactly as long as it is told must not come early.
            let after_ms = i128::try_from(reset_after.as_nanos().div_ceil(1_000_000)).unwrap_or(0);
            put("x-ratelimit-limit", limit.to_string());
            put("x-ratelimit-remaining", remaining.to_string());
            put("x-ratelimit-reset", seconds(now_ms + after_ms));
            put("x-ratelimit-reset-after", seconds(after_ms));
            put("x-ratelimit-bucket", hash.clone());
        }
    }
}

/// The JSON of a 429.
pub(in crate::rest) fn body(verdict: &Verdict) -> Option<Value> {
    let Verdict::Bucket { reset_after, refused: Some(scope), .. } = verdict else { return None };
    let message = match scope {
        Scope::Shared => "The resource is being rate limited.",
        _ => "You are being rate limited.",
    };
    Some(json!({
        "message": message,
        "retry_after": reset_after.as_secs_f64(),
        "global": *scope == Scope::Global,
        "code": 0,
    }))
}

fn name(scope: Scope) -> &'static str {
    match scope {
        Scope::User => "user",
        Scope::Shared => "shared",
        Scope::Global => "global",
    }
}

/// Seconds with three digits.
fn seconds(ms: i128) -> String {
    format!("{}.{:03}", ms / 1_000, ms % 1_000)
}

fn whole_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_in_headers_and_body() {
        let verdict = Verdict::Bucket {
            hash: "abc".to_owned(),
            limit: 5,
            remaining: 0,
            reset_after: Duration::from_millis(1_250),
            refused: Some(Scope::User),
        };
        let mut headers = HeaderMap::new();
        add(&mut headers, &verdict, 1_000_007);
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert_eq!(text("x-ratelimit-reset"), "1001.257");
        assert_eq!((text("x-ratelimit-reset-after"), text("retry-after")), ("1.250", "2"));
        assert_eq!(body(&verdict).map(|body| body["retry_after"].clone()), Some(json!(1.25)));
    }
}
