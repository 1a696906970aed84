//! Metrics as text (Prometheus documentation, “Exposition formats”). No label holds an id.

use std::fmt::Write as _;

use casey_core::{JobCounts, Timestamp};
use casey_data::RedisCounts;
use casey_discord::CountsNow;

/// What is shown.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) process: Option<Process>,
    pub(crate) started: Timestamp,
    pub(crate) database_up: bool,
    pub(crate) files_up: bool,
    /// None while the database does not answer.
    pub(crate) jobs: Option<JobCounts>,
    pub(crate) gateway: CountsNow,
    pub(crate) guilds: usize,
    pub(crate) usage_waiting: usize,
    pub(crate) usage_dropped: u64,
    /// Whether Redis is in use right now, and what was counted about it; none without Redis.
    pub(crate) redis: Option<(bool, RedisCounts)>,
}

/// What the operating system says of this process, as far as it does.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Process {
    resident: Option<u64>,
    cpu_hundredths: Option<u64>,
    open_files: Option<u64>,
}

impl Process {
    /// Reads it from `/proc` (Linux manual, `proc(5)`); elsewhere nothing is known.
    pub(crate) fn now() -> Self {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let resident = resident.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
        // Behind the name, which may have spaces in it, the 12th and 13th words are times in hundredths of a second.
        let words: Vec<&str> =
            stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
        let time = |at: usize| words.get(at).and_then(|word| word.parse::<u64>().ok());
        Self {
            resident: resident.map(|kibibytes| kibibytes * 1_024),
            cpu_hundredths: time(11).zip(time(12)).map(|(user, system)| user + system),
            open_files: std::fs::read_dir("/proc/self/fd").ok().map(|entries| entries.count() as u64),
        }
    }
}

/// The text.
pub(crate) fn text(reading: &Reading) -> String {
    let gateway = &reading.gateway;
    let mut text = String::new();
    let mut metric = |name: &str, kind: &str, help: &str, value: u64| {
        let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n");
    };
    metric(
        "casey_gateway_payloads_total",
        "counter",
        "Payloads received from Discord's gateway.",
        gateway.received,
    );
    metric("casey_gateway_decoded_total", "counter", "Events decoded as a whole.", gateway.decoded);
    metric("casey_gateway_skipped_total", "counter", "Events that nobody wanted.", gateway.skipped);
    metric("casey_gateway_reconnects_total", "counter", "Connections made anew.", gateway.reconnects);
    metric("casey_gateway_stalls_total", "counter", "Pauses because the bot had no room.", gateway.stalls);
    metric("casey_shards", "gauge", "Shards of this process.", gateway.shards);
    metric("casey_shards_ready", "gauge", "Shards that have a session.", gateway.ready);
    metric(
        "casey_guilds",
        "gauge",
        "Servers that Casey is in, as far as this process knows.",
        reading.guilds as u64,
    );
    metric(
        "casey_usage_waiting",
        "gauge",
        "Uses of commands that wait to be written.",
        reading.usage_waiting as u64,
    );
    metric(
        "casey_usage_dropped_total",
        "counter",
        "Uses of commands that were never written.",
        reading.usage_dropped,
    );
    metric("casey_database_up", "gauge", "Whether the database answers.", reading.database_up.into());
    metric(
        "casey_files_up",
        "gauge",
        "Whether files could be written when it was last looked.",
        reading.files_up.into(),
    );
    if let Some(jobs) = reading.jobs {
        metric("casey_jobs_waiting", "gauge", "Jobs that wait or run, in all processes.", jobs.waiting);
        metric("casey_jobs_failed", "gauge", "Jobs that were given up.", jobs.failed);
    }
    if let Some(process) = reading.process {
        let known = [
            ("process_resident_memory_bytes", "Resident memory in bytes.", process.resident),
            ("process_open_fds", "Open file descriptors.", process.open_files),
        ];
        for (name, help, value) in known {
            if let Some(value) = value {
                metric(name, "gauge", help, value);
            }
        }
    }
    let started = u64::try_from(reading.started.as_secs()).unwrap_or_default();
    metric("process_start_time_seconds", "gauge", "When this process began, in seconds since 1970.", started);
    if let Some((healthy, counts)) = reading.redis {
        metric("casey_redis_up", "gauge", "Whether Redis is in use.", healthy.into());
        metric("casey_redis_outages_total", "counter", "Times Redis went away.", counts.outages);
        metric(
            "casey_redis_fallbacks_total",
            "counter",
            "Calls that the memory of this process answered instead.",
            counts.fallbacks,
        );
    }
    if let Some(hundredths) = reading.process.and_then(|process| process.cpu_hundredths) {
        let name = "process_cpu_seconds_total";
        let _ = write!(
            text,
            "# HELP {name} Processor time, user and system, in seconds.\n# TYPE {name} counter\n{name} {}.{:02}\n",
            hundredths / 100,
            hundredths % 100
        );
    }
    let name = "casey_build_info";
    let _ = write!(
        text,
        "# HELP {name} The version that runs.\n# TYPE {name} gauge\n{name}{{version=\"{}\"}} 1\n",
        env!("CARGO_PKG_VERSION")
    );
    let name = "casey_gateway_unparsable_total";
    let _ = write!(
        text,
        "# HELP {name} Payloads that could not be read, by type of event.\n# TYPE {name} counter\n"
    );
    for (event, count) in &gateway.unparsable {
        let _ = writeln!(text, "{name}{{event=\"{event}\"}} {count}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_what_prometheus_reads() {
        let mut reading = Reading { guilds: 3, ..Reading::default() };
        reading.jobs = Some(JobCounts { waiting: 4, failed: 1 });
        reading.process =
            Some(Process { resident: Some(4_096), cpu_hundredths: Some(1_207), open_files: Some(9) });
        reading.gateway.received = 12;
        reading.gateway.unparsable.insert("MESSAGE_CREATE", 2);
        insta::assert_snapshot!(text(&reading));
    }
}
