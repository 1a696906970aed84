//! How strict and how patient the gateway is.

use std::time::Duration;

/// What of the gateway can be set before a simulation starts. The defaults are Discord's own figures; all durations
/// are real time, because they concern sockets.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct GatewaySettings {
    /// Between heartbeats. Who misses one and a half of them is closed with 4009.
    pub heartbeat: Duration,
    /// Whether compression is given to those who ask for it. Without it everything is plain text, which every library
    /// takes as well; for measuring.
    pub compression: bool,
    /// Whether payloads are broken into WebSocket fragments, and those of `zlib-stream` into several messages, at random
    /// places.
    pub split: bool,
    /// How many shards may identify at a time (`max_concurrency`).
    pub max_concurrency: u64,
    /// How long a bucket of identifies is busy after one. Who does not wait is told that the session is invalid. Zero
    /// switches it off.
    pub identify_window: Duration,
    /// Sessions a bot may begin in 24 hours. Who begins more is refused with 4004, as if the token had been reset.
    pub session_starts: u64,
    /// Guilds of one shard; more of them are refused with 4011.
    pub guilds_per_shard: usize,
    /// How long a session without a connection can be resumed.
    pub session_life: Duration,
    /// How often all members of one guild may be requested.
    pub members_window: Duration,
    /// Whether it is a violation to resume at another address than `resume_gateway_url`, or to begin a session there.
    /// Discord asks for this (Gateway, Resuming) but does not insist, and clients that are told to use one address or a
    /// proxy do not keep to it. On a connection that was told that its session is invalid, either may be done.
    pub own_addresses: bool,
    /// Whether people whose presence was never set count as offline, so that guilds above the client's
    /// `large_threshold` come without them.
    pub offline_unless_said: bool,
    /// What everything that happens by chance depends on: where payloads are split, which requests a fault spares.
    pub seed: u64,
}

impl Default for GatewaySettings {
    fn default() -> Self {
        Self {
            heartbeat: Duration::from_millis(41_250),
            compression: true,
            split: false,
            max_concurrency: 1,
            identify_window: Duration::from_secs(5),
            session_starts: 1_000,
            guilds_per_shard: 2_500,
            session_life: Duration::from_mins(3),
            members_window: Duration::from_secs(30),
            own_addresses: false,
            offline_unless_said: false,
            seed: 0,
        }
    }
}
