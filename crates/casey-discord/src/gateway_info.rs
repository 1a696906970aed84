//! Where the gateway is, and how many sessions may be started there.

use serde::Deserialize;

/// What `GET /gateway/bot` tells (Discord Docs/Get Gateway Bot). Only the address has to be there.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct GatewayInfo {
    pub(crate) url: String,
    #[serde(default = "one")]
    pub(crate) shards: u32,
    #[serde(default)]
    pub(crate) session_start_limit: StartLimit,
}

const fn one() -> u32 {
    1
}

/// How many sessions may be started.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default)]
pub(crate) struct StartLimit {
    pub(crate) total: u32,
    pub(crate) remaining: u32,
    /// Milliseconds until `remaining` is `total` again.
    pub(crate) reset_after: u64,
    /// Sessions per five seconds.
    pub(crate) max_concurrency: u16,
}

impl Default for StartLimit {
    fn default() -> Self {
        Self { total: 1_000, remaining: 1_000, reset_after: 86_400_000, max_concurrency: 1 }
    }
}
