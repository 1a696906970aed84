//! Every metric that Casey shows, declared: the one list of names and labels.

/// What a metric is (`OpenMetrics` specification, “Metric Types”).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetricKind {
    /// It only grows while the process lives. Its name ends in `_total`.
    Counter,
    /// It goes up and down.
    Gauge,
    /// How often values fell below each of some bounds; the values are seconds.
    Histogram,
    /// Text that does not change, as labels. Its name ends in `_info`.
    Info,
}

/// A metric and its labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricDecl {
    /// The name as it is shown; that of a histogram goes on with `_bucket`, `_sum` and `_count`.
    pub name: &'static str,
    /// What it is.
    pub kind: MetricKind,
    /// Names of its labels, in order. No label ever holds an id or anything that people wrote: each has few values, which the code knows.
    pub labels: &'static [&'static str],
    /// What it tells, without a full stop.
    pub help: &'static str,
}

macro_rules! metrics {
    ($($id:ident = $kind:ident $name:literal [$($label:literal),*] $help:literal;)*) => {
        $(pub(super) const $id: MetricDecl =
            MetricDecl { name: $name, kind: MetricKind::$kind, labels: &[$($label),*], help: $help };)*

        /// Every metric that the bot shows. Nothing else is shown, and a test holds the two against each other.
        pub const METRICS: &[MetricDecl] = &[$($id),*];
    };
}

metrics! {
    PAYLOADS = Counter "casey_gateway_payloads_total" [] "Payloads received from Discord's gateway";
    DECODED = Counter "casey_gateway_decoded_total" [] "Events decoded as a whole";
    SKIPPED = Counter "casey_gateway_skipped_total" [] "Events that nobody wanted";
    UNPARSABLE = Counter "casey_gateway_unparsable_total" ["event"] "Payloads that could not be read, by type of event";
    RECONNECTS = Counter "casey_gateway_reconnects_total" [] "Connections made anew";
    STALLS = Counter "casey_gateway_stalls_total" [] "Pauses because the bot had no room";
    SHARD_STATE = Gauge "casey_shard_state" ["state"] "Shards of this process, with a session and without";
    GUILDS = Gauge "casey_guilds" [] "Servers that Casey is in, as far as this process knows";
    EVENTS = Counter "casey_events_total" ["kind"] "Events that the bot took, by kind";
    LANE_BYTES = Gauge "casey_lane_bytes" [] "Bytes of events that wait or are being handled";
    COMMAND_SECONDS = Histogram "casey_command_seconds" ["command", "door", "outcome"] "Time from a command's arrival to its answer";
    EFFECT_SECONDS = Histogram "casey_effect_seconds" ["effect", "outcome"] "Time that something done to Discord took, with waiting for rate limits";
    REST_LIMITED = Counter "casey_rest_429_total" ["scope"] "Requests that Discord refused because there were too many, by whose limit it was";
    REST_INVALID = Counter "casey_rest_invalid_total" [] "Requests refused with 401, 403 or 429; 10,000 in ten minutes would ban the address";
    USAGE_WAITING = Gauge "casey_usage_waiting" [] "Uses of commands that wait to be written";
    USAGE_DROPPED = Counter "casey_usage_dropped_total" [] "Uses of commands that were never written";
    JOBS = Gauge "casey_jobs" ["state"] "Jobs of all processes: waiting or running, and given up";
    JOBS_OVERDUE = Gauge "casey_jobs_overdue_seconds" [] "How long the oldest job has been due without being done";
    DATABASE_UP = Gauge "casey_database_up" [] "Whether the database answers";
    FILES_UP = Gauge "casey_files_up" [] "Whether files could be written when it was last looked";
    REDIS_UP = Gauge "casey_redis_up" [] "Whether Redis is in use";
    REDIS_OUTAGES = Counter "casey_redis_outages_total" [] "Times Redis went away";
    REDIS_FALLBACKS = Counter "casey_redis_fallbacks_total" [] "Calls that the memory of this process answered instead";
    BUILD = Info "casey_build_info" ["version"] "The version that runs";
    STARTED = Gauge "process_start_time_seconds" [] "When this process began, in seconds since 1970";
    RESIDENT = Gauge "process_resident_memory_bytes" [] "Resident memory in bytes";
    CPU = Counter "process_cpu_seconds_total" [] "Processor time, user and system, in seconds";
    OPEN_FILES = Gauge "process_open_fds" [] "Open file descriptors";
}
