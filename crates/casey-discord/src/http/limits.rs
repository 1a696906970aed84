//! What Discord says about its limits (Discord Docs/Rate Limits). Pure.

use std::time::{Duration, Instant};

use reqwest::header::{HeaderMap, HeaderName, RETRY_AFTER};
use serde::Deserialize;
use twilight_http_ratelimiting::RateLimitHeaders;

/// How long is waited if nothing is said.
const UNSAID: Duration = Duration::from_secs(5);

/// Waits are at least this long, so that a wrong clock on the other side does not make a tight loop.
const LEAST: Duration = Duration::from_millis(50);

const GLOBAL: HeaderName = HeaderName::from_static("x-ratelimit-global");
const SCOPE: HeaderName = HeaderName::from_static(RateLimitHeaders::SCOPE);
const BUCKET: HeaderName = HeaderName::from_static(RateLimitHeaders::BUCKET);
const LIMIT: HeaderName = HeaderName::from_static(RateLimitHeaders::LIMIT);
const REMAINING: HeaderName = HeaderName::from_static(RateLimitHeaders::REMAINING);
const RESET_AFTER: HeaderName = HeaderName::from_static(RateLimitHeaders::RESET_AFTER);

/// Whose limit was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Casey's own, for a route.
    User,
    /// Casey's own, for everything.
    Global,
    /// One that all bots share. It does not count as an invalid request.
    Shared,
    /// It is not said: then it was not Discord's API that refused, but what stands before it.
    Unsaid,
}

impl Scope {
    /// All of them, with their names in metrics.
    pub(crate) const ALL: [(Self, &'static str); 4] =
        [(Self::User, "user"), (Self::Global, "global"), (Self::Shared, "shared"), (Self::Unsaid, "unsaid")];
}

/// That too many requests were sent.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refusal {
    pub(super) scope: Scope,
    pub(super) wait: Duration,
    bucket: Option<Vec<u8>>,
    limit: u16,
}

/// The body of a refusal.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    global: bool,
    retry_after: Option<f64>,
}

impl Refusal {
    /// From an answer with status 429.
    pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Self {
        let told: Told = serde_json::from_slice(body).unwrap_or_default();
        let scope = match text(headers, &SCOPE) {
            _ if told.global || headers.contains_key(GLOBAL) => Scope::Global,
            Some("global") => Scope::Global,
            Some("shared") => Scope::Shared,
            Some("user") => Scope::User,
            _ if headers.contains_key(BUCKET) => Scope::User,
            _ => Scope::Unsaid,
        };
        // The body is exact, the header is rounded up to seconds.
        let wait = told.retry_after.and_then(seconds).or_else(|| {
            let header = number::<f64>(headers, &RETRY_AFTER).or_else(|| number(headers, &RESET_AFTER));
            header.and_then(seconds)
        });
        Self {
            scope,
            wait: wait.unwrap_or(UNSAID).max(LEAST),
            bucket: headers.get(BUCKET).map(|bucket| bucket.as_bytes().to_vec()),
            limit: number(headers, &LIMIT).unwrap_or(1),
        }
    }

    /// What the limiter has to know: that the bucket is empty until the wait is over. `None` if no bucket is named.
    pub(super) fn exhausted(&self, now: Instant) -> Option<RateLimitHeaders> {
        let bucket = self.bucket.clone()?;
        Some(RateLimitHeaders { bucket, limit: self.limit, remaining: 0, reset_at: now + self.wait })
    }
}

/// The state of a bucket after a request; `None` if it is not told whole.
pub(super) fn bucket(headers: &HeaderMap, now: Instant) -> Option<RateLimitHeaders> {
    Some(RateLimitHeaders {
        bucket: headers.get(BUCKET)?.as_bytes().to_vec(),
        limit: number(headers, &LIMIT)?,
        remaining: number(headers, &REMAINING)?,
        reset_at: now + number::<f64>(headers, &RESET_AFTER).and_then(seconds)?,
    })
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn number<T: std::str::FromStr>(headers: &HeaderMap, name: &HeaderName) -> Option<T> {
    text(headers, name)?.trim().parse().ok()
}

/// A duration, at most a day: what is longer is as good as for ever.
fn seconds(seconds: f64) -> Option<Duration> {
    (seconds.is_finite() && seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(86_400.0)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
        fields.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    const WHOLE: [(&str, &str); 4] = [
        ("x-ratelimit-bucket", "abcd"),
        ("x-ratelimit-limit", "5"),
        ("x-ratelimit-remaining", "2"),
        ("x-ratelimit-reset-after", "1.25"),
    ];

    #[test]
    fn a_bucket_is_learnt_from_every_answer_that_tells_it_whole() {
        let now = Instant::now();
        let told = bucket(&headers(&WHOLE), now).unwrap();
        assert_eq!((told.bucket.as_slice(), told.limit, told.remaining), (&b"abcd"[..], 5, 2));
        assert_eq!(told.reset_at, now + Duration::from_millis(1_250));
        for missing in 0..WHOLE.len() {
            let mut some = WHOLE.to_vec();
            some.remove(missing);
            assert_eq!(bucket(&headers(&some), now), None);
        }
        let mut wrong = WHOLE;
        for value in ["", "x", "-1", "NaN", "inf"] {
            wrong[3].1 = value;
            assert_eq!(bucket(&headers(&wrong), now), None, "{value}");
        }
    }

    #[test]
    fn refusals_are_told_apart() {
        let read =
            |fields: &[(&'static str, &str)], body: &str| Refusal::read(&headers(fields), body.as_bytes());
        let user = [("x-ratelimit-scope", "user"), ("x-ratelimit-bucket", "abcd"), ("retry-after", "2")];
        let refusal = read(&user, r#"{"message":"slow","retry_after":1.31,"global":false}"#);
        assert_eq!((refusal.scope, refusal.wait), (Scope::User, Duration::from_millis(1_310)));
        let now = Instant::now();
        let exhausted = refusal.exhausted(now).unwrap();
        assert_eq!((exhausted.remaining, exhausted.reset_at), (0, now + refusal.wait));

        for (fields, body, scope, wait) in [
            (&[("retry-after", "3")][..], "<html>", Scope::Unsaid, 3_000),
            (&[], "", Scope::Unsaid, 5_000),
            (&[("retry-after", "soon")], "{}", Scope::Unsaid, 5_000),
            (&[("retry-after", "0")], "", Scope::Unsaid, 50),
            (&[("retry-after", "1")], r#"{"global":true,"retry_after":0.25}"#, Scope::Global, 250),
            (&[("x-ratelimit-global", "true"), ("retry-after", "4")], "", Scope::Global, 4_000),
            (&[("x-ratelimit-scope", "global"), ("retry-after", "4")], "", Scope::Global, 4_000),
            (&[("x-ratelimit-scope", "shared"), ("retry-after", "4")], "", Scope::Shared, 4_000),
            (&[("x-ratelimit-bucket", "abcd"), ("retry-after", "4")], "", Scope::User, 4_000),
            (&[("retry-after", "1e300")], "", Scope::Unsaid, 86_400_000),
        ] {
            let refusal = read(fields, body);
            assert_eq!(
                (refusal.scope, refusal.wait),
                (scope, Duration::from_millis(wait)),
                "{fields:?} {body}"
            );
        }
        assert!(read(&[], "").exhausted(now).is_none());
    }
}
