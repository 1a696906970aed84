//! Metrics as text (Prometheus documentation, “Exposition formats”). No label holds an id.

use std::fmt::Write as _;

use casey_data::RedisCounts;
use casey_discord::CountsNow;

/// What is shown.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) gateway: CountsNow,
    pub(crate) guilds: usize,
    pub(crate) usage_waiting: usize,
    pub(crate) usage_dropped: u64,
    /// Whether Redis is in use right now, and what was counted about it; none without Redis.
    pub(crate) redis: Option<(bool, RedisCounts)>,
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
        reading.gateway.received = 12;
        reading.gateway.unparsable.insert("MESSAGE_CREATE", 2);
        insta::assert_snapshot!(text(&reading));
    }
}
