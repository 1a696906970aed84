//! How strictly requests are limited.

use std::time::Duration;

/// So many requests in so much time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    pub(super) limit: u32,
    pub(super) period: Duration,
    /// Counted over all bots together; running into it is no invalid request (scope `shared`).
    pub(super) shared: bool,
}

/// Limits for requests to the HTTP API.
///
/// Discord does not publish the limits of its routes and may change them at any time: clients must read the headers.
/// The limits here are of the order that bots see.
///
/// ```
/// use std::time::Duration;
///
/// use casey_sim::RateLimits;
///
/// let tight = RateLimits::discord().bucket("POST", "/channels/{channel_id}/messages", 1, Duration::from_millis(50));
/// # let _ = tight;
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct RateLimits {
    pub(super) enforced: bool,
    pub(super) global_per_second: u32,
    pub(super) invalid: usize,
    buckets: Vec<(String, String, Rate)>,
}

/// Invalid requests in ten minutes, after which an address is banned (Rate Limits, Invalid Request Limit).
const INVALID: usize = 10_000;

/// Method, route, limit, milliseconds.
const USUAL: [(&str, &str, u32, u64); 19] = [
    ("POST", "/channels/{channel_id}/messages", 5, 5_000),
    ("PATCH", "/channels/{channel_id}/messages/{message_id}", 5, 5_000),
    ("DELETE", "/channels/{channel_id}/messages/{message_id}", 5, 1_000),
    ("POST", "/channels/{channel_id}/messages/bulk-delete", 1, 1_000),
    ("POST", "/channels/{channel_id}/messages/{message_id}/crosspost", 10, 3_600_000),
    ("PUT", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me", 1, 250),
    ("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me", 1, 250),
    ("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/{user_id}", 1, 250),
    ("POST", "/channels/{channel_id}/typing", 5, 5_000),
    ("PATCH", "/channels/{channel_id}", 5, 15_000),
    ("GET", "/channels/{channel_id}/messages", 5, 5_000),
    ("PATCH", "/guilds/{guild_id}/members/{user_id}", 10, 10_000),
    ("PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", 10, 10_000),
    ("GET", "/guilds/{guild_id}/members", 10, 10_000),
    ("PUT", "/applications/{application_id}/commands", 5, 20_000),
    ("PUT", "/applications/{application_id}/guilds/{guild_id}/commands", 5, 20_000),
    ("POST", "/webhooks/{webhook_id}/{webhook_token}", 5, 2_000),
    ("PATCH", "/users/@me", 2, 3_600_000),
    ("POST", "/users/@me/channels", 10, 10_000),
];

impl RateLimits {
    /// Nothing is refused. Headers tell of buckets that are never empty; invalid requests are counted.
    pub fn off() -> Self {
        Self { enforced: false, global_per_second: 50, invalid: INVALID, buckets: Vec::new() }
    }

    /// Limits as bots see them: 50 requests a second, buckets per route and major parameter, and a ban after 10,000
    /// invalid requests in ten minutes.
    pub fn discord() -> Self {
        let rate = |limit, ms| Rate { limit, period: Duration::from_millis(ms), shared: false };
        let buckets = USUAL
            .iter()
            .map(|(method, route, limit, ms)| ((*method).to_owned(), (*route).to_owned(), rate(*limit, *ms)))
            .collect();
        Self { enforced: true, buckets, ..Self::off() }
    }

    /// Another limit for a route, named as in [`routes`](crate::routes).
    pub fn bucket(self, method: &str, route: &str, limit: u32, period: Duration) -> Self {
        self.with(method, route, Rate { limit, period, shared: false })
    }

    /// A limit that all bots share. Running into it does not count as an invalid request.
    pub fn shared_bucket(self, method: &str, route: &str, limit: u32, period: Duration) -> Self {
        self.with(method, route, Rate { limit, period, shared: true })
    }

    /// Another global limit than 50 requests a second.
    pub fn global(mut self, per_second: u32) -> Self {
        self.global_per_second = per_second;
        self
    }

    /// Bans after so many invalid requests in ten minutes instead of 10,000.
    pub fn invalid(mut self, count: usize) -> Self {
        self.invalid = count;
        self
    }

    fn with(mut self, method: &str, route: &str, rate: Rate) -> Self {
        self.buckets.retain(|(one, other, _)| one != method || other != route);
        self.buckets.push((method.to_owned(), route.to_owned(), rate));
        self
    }

    /// The rate of a route: its own, or ten requests in ten seconds.
    pub(super) fn rate(&self, method: &str, route: &str) -> Rate {
        let found = self.buckets.iter().find(|(one, other, _)| one == method && other == route);
        let usual = Rate { limit: 10, period: Duration::from_secs(10), shared: false };
        found.map_or(usual, |(.., rate)| *rate)
    }
}

impl Default for RateLimits {
    fn default() -> Self {
        Self::off()
    }
}
