//! Counting requests. Pure: the time is given from outside.

use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, Instant},
};

use super::settings::{Rate, RateLimits};

/// The time within which invalid requests are counted.
const INVALID_WINDOW: Duration = Duration::from_mins(10);
/// Windows kept; those that are over are forgotten first.
const KEPT: usize = 4_096;

/// What requests met with limits so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateCounts {
    /// Refused with 429, for whatever limit.
    pub limited: u64,
    /// Of these: by the global limit.
    pub global: u64,
    /// Of these: by a limit that bots share.
    pub shared: u64,
    /// Answers with 401, 403 or 429 (other than shared limits), which Discord counts as invalid.
    pub invalid: u64,
    /// Requests that met the ban.
    pub banned: u64,
}

/// What a request is counted as.
#[derive(Clone, Debug)]
pub(in crate::rest) struct Request<'a> {
    /// Whose request it is: a token, an application.
    pub(in crate::rest) who: String,
    pub(in crate::rest) method: &'a str,
    pub(in crate::rest) route: &'a str,
    /// Channel, guild, or webhook with its token.
    pub(in crate::rest) major: String,
    /// Whether the global limit counts it. Interactions and webhooks are not bound to it.
    pub(in crate::rest) global: bool,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rest) enum Scope {
    User,
    Shared,
    Global,
}

/// How a request stands with its limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::rest) enum Verdict {
    /// No bucket: the route is unknown.
    Unknown,
    /// The request may run, or not.
    Bucket { hash: String, limit: u32, remaining: u32, reset_after: Duration, refused: Option<Scope> },
    /// The address is banned for this long.
    Banned(Duration),
}

impl Verdict {
    /// The same for an answer with this status: a 429 that was planned as a fault is told like any other.
    pub(in crate::rest) fn planned(self, status: u16) -> Self {
        match self {
            Self::Bucket { hash, limit, .. } if status == 429 => Self::Bucket {
                hash,
                limit,
                remaining: 0,
                reset_after: Duration::from_millis(50),
                refused: Some(Scope::User),
            },
            other => other,
        }
    }

    pub(in crate::rest) fn refused(&self) -> bool {
        matches!(self, Self::Banned(_) | Self::Bucket { refused: Some(_), .. })
    }
}

#[derive(Clone, Copy, Debug)]
struct Window {
    ends: Duration,
    used: u32,
}

/// The counters of a simulation.
#[derive(Debug)]
pub(crate) struct Limiter {
    settings: RateLimits,
    started: Instant,
    windows: BTreeMap<String, Window>,
    invalid: VecDeque<Duration>,
    counts: RateCounts,
}

impl Default for Limiter {
    fn default() -> Self {
        Self::new(RateLimits::default())
    }
}

impl Limiter {
    pub(crate) fn new(settings: RateLimits) -> Self {
        Self {
            settings,
            started: Instant::now(),
            windows: BTreeMap::new(),
            invalid: VecDeque::new(),
            counts: RateCounts::default(),
        }
    }

    /// Real time since the start.
    pub(in crate::rest) fn now(&self) -> Duration {
        self.started.elapsed()
    }

    pub(crate) fn counts(&self) -> RateCounts {
        self.counts
    }

    /// Counts a request.
    pub(in crate::rest) fn admit(&mut self, request: &Request<'_>, now: Duration) -> Verdict {
        if self.settings.enforced
            && let Some(rest) = self.ban(now)
        {
            self.counts.banned += 1;
            return Verdict::Banned(rest);
        }
        if request.route.is_empty() {
            return Verdict::Unknown;
        }
        let rate = self.settings.rate(request.method, request.route);
        let hash = hash(request.method, request.route);
        if !self.settings.enforced {
            let reset_after = Duration::from_secs(1);
            return Verdict::Bucket { hash, limit: 1_000, remaining: 999, reset_after, refused: None };
        }
        self.forget(now);
        let global =
            Rate { limit: self.settings.global_per_second, period: Duration::from_secs(1), shared: false };
        if request.global
            && let Err(reset_after) = self.count(format!("global {}", request.who), global, now)
        {
            self.counts.limited += 1;
            self.counts.global += 1;
            let refused = Some(Scope::Global);
            return Verdict::Bucket { hash, limit: rate.limit, remaining: 0, reset_after, refused };
        }
        let who = if rate.shared { "" } else { request.who.as_str() };
        let key = format!("{hash} {} {who}", request.major);
        match self.count(key, rate, now) {
            Ok((remaining, reset_after)) => {
                Verdict::Bucket { hash, limit: rate.limit, remaining, reset_after, refused: None }
            }
            Err(reset_after) => {
                self.counts.limited += 1;
                self.counts.shared += u64::from(rate.shared);
                let refused = Some(if rate.shared { Scope::Shared } else { Scope::User });
                Verdict::Bucket { hash, limit: rate.limit, remaining: 0, reset_after, refused }
            }
        }
    }

    /// Notes how a request was answered.
    pub(in crate::rest) fn answered(&mut self, status: u16, verdict: &Verdict, now: Duration) {
        let shared = matches!(verdict, Verdict::Bucket { refused: Some(Scope::Shared), .. });
        if matches!(status, 401 | 403 | 429) && !shared {
            self.counts.invalid += 1;
            self.invalid.push_back(now);
            if self.invalid.len() > self.settings.invalid {
                self.invalid.pop_front();
            }
        }
    }

    /// How long the address is still banned: until the oldest of too many invalid requests is ten minutes old.
    fn ban(&mut self, now: Duration) -> Option<Duration> {
        while self.invalid.front().is_some_and(|at| *at + INVALID_WINDOW <= now) {
            self.invalid.pop_front();
        }
        let full = self.invalid.len() >= self.settings.invalid;
        self.invalid.front().filter(|_| full).map(|at| (*at + INVALID_WINDOW).saturating_sub(now))
    }

    /// Counts in a window that begins with its first request: what remains and when it ends, or only the latter.
    fn count(&mut self, key: String, rate: Rate, now: Duration) -> Result<(u32, Duration), Duration> {
        let fresh = Window { ends: now + rate.period, used: 0 };
        let window = self.windows.entry(key).or_insert(fresh);
        if window.ends <= now {
            *window = fresh;
        }
        let left = window.ends.saturating_sub(now);
        if window.used >= rate.limit {
            return Err(left);
        }
        window.used += 1;
        Ok((rate.limit - window.used, left))
    }

    fn forget(&mut self, now: Duration) {
        if self.windows.len() > KEPT {
            self.windows.retain(|_, window| window.ends > now);
        }
    }
}

/// What Discord calls the bucket: opaque, the same for every resource of a route.
fn hash(method: &str, route: &str) -> String {
    let bytes = method.bytes().chain(route.bytes());
    let number = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{number:016x}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ROUTE: &str = "/channels/{channel_id}/messages";

    fn request(major: &str) -> Request<'static> {
        Request { who: "bot".to_owned(), method: "POST", route: ROUTE, major: major.to_owned(), global: true }
    }

    fn scope(verdict: &Verdict) -> Option<Scope> {
        match verdict {
            Verdict::Bucket { refused, .. } => *refused,
            _ => None,
        }
    }

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_bucket_belongs_to_a_route_and_its_major_parameter() {
        let mut limiter = Limiter::new(RateLimits::discord());
        for count in 0..5 {
            assert_eq!(scope(&limiter.admit(&request("1"), at(count))), None);
        }
        let refused = limiter.admit(&request("1"), at(10));
        assert_eq!(scope(&refused), Some(Scope::User));
        assert!(matches!(refused, Verdict::Bucket { reset_after, .. } if reset_after == at(4_990)));
        assert_eq!(scope(&limiter.admit(&request("2"), at(10))), None, "another channel");
        assert_eq!(scope(&limiter.admit(&request("1"), at(5_000))), None, "a new window");
    }

    #[test]
    fn the_global_limit_spares_interactions() {
        let mut limiter = Limiter::new(RateLimits::discord().global(2));
        for channel in ["1", "2"] {
            assert_eq!(scope(&limiter.admit(&request(channel), at(0))), None);
        }
        assert_eq!(scope(&limiter.admit(&request("3"), at(0))), Some(Scope::Global));
        let free = Request { global: false, ..request("3") };
        assert_eq!(scope(&limiter.admit(&free, at(0))), None);
        assert_eq!(limiter.counts().global, 1);
    }

    #[test]
    fn shared_limits_are_no_invalid_requests_and_others_end_in_a_ban() {
        let limits = RateLimits::discord().shared_bucket("POST", ROUTE, 1, at(1_000)).invalid(2);
        let mut limiter = Limiter::new(limits);
        limiter.admit(&request("1"), at(0));
        let refused = limiter.admit(&Request { who: "other".to_owned(), ..request("1") }, at(0));
        assert_eq!(scope(&refused), Some(Scope::Shared));
        limiter.answered(429, &refused, at(0));
        assert_eq!(limiter.counts().invalid, 0);
        for _ in 0..2 {
            limiter.answered(403, &Verdict::Unknown, at(0));
        }
        assert!(matches!(limiter.admit(&request("1"), at(5)), Verdict::Banned(_)));
        let later = INVALID_WINDOW;
        assert!(!limiter.admit(&request("1"), later).refused(), "ten minutes later it is over");
    }

    proptest! {
        #[test]
        fn no_window_lets_more_through_than_its_limit(times in prop::collection::vec(0_u64..20_000, 1..200)) {
            let mut limiter = Limiter::new(RateLimits::discord());
            let mut times = times;
            times.sort_unstable();
            let mut passed: Vec<u64> = Vec::new();
            for ms in times {
                if !limiter.admit(&request("1"), at(ms)).refused() {
                    passed.push(ms);
                }
            }
            // Windows begin with a request, so two of them may meet: never more than twice the limit in one period.
            for (index, start) in passed.iter().enumerate() {
                let inside = passed[index..].iter().take_while(|ms| **ms < start + 5_000).count();
                prop_assert!(inside <= 10);
            }
        }
    }
}
