//! Metrics as text, as Prometheus reads them (`OpenMetrics` specification). No label holds an id.

mod list;
mod meters;
mod page;
mod process;

use std::time::Duration;

use casey_core::{JobCounts, Timestamp};
use casey_data::RedisCounts;
use casey_discord::CountsNow;

pub use self::list::{METRICS, MetricDecl, MetricKind};
use self::{list as l, page::Page};
pub(crate) use self::{
    meters::{Measured, Meters},
    page::TYPE,
    process::Process,
};

/// What is looked up for one showing.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) process: Process,
    pub(crate) started: Timestamp,
    pub(crate) database_up: bool,
    pub(crate) files_up: bool,
    /// Jobs, and how long the oldest is overdue. None while the database does not answer.
    pub(crate) jobs: Option<(JobCounts, Duration)>,
    pub(crate) gateway: CountsNow,
    pub(crate) guilds: usize,
    pub(crate) lane_bytes: usize,
    pub(crate) usage_waiting: usize,
    pub(crate) usage_dropped: u64,
    /// Whether Redis is in use right now, and what was counted about it; none without Redis.
    pub(crate) redis: Option<(bool, RedisCounts)>,
}

/// The text of what was looked up and what was counted. Before the bot is put together there is nothing to look up.
pub(crate) fn text(reading: Option<&Reading>, meters: &Meters) -> String {
    let mut page = Page::default();
    if let Some(reading) = reading {
        gateway(&mut page, reading);
        page.family(&l::EVENTS, meters.events.clone());
        page.gauge(&l::LANE_BYTES, reading.lane_bytes as u64);
        page.family(&l::COMMAND_SECONDS, meters.commands.clone());
        page.family(&l::EFFECT_SECONDS, meters.effects.clone());
        storage(&mut page, reading);
        process(&mut page, reading);
    }
    page.info(&l::BUILD, [env!("CARGO_PKG_VERSION").into()]);
    page.text()
}

fn gateway(page: &mut Page, reading: &Reading) {
    let counts = &reading.gateway;
    page.counter(&l::PAYLOADS, counts.received);
    page.counter(&l::DECODED, counts.decoded);
    page.counter(&l::SKIPPED, counts.skipped);
    page.counters(&l::UNPARSABLE, counts.unparsable.iter().map(|(event, count)| (*event, *count)));
    page.counter(&l::RECONNECTS, counts.reconnects);
    page.counter(&l::STALLS, counts.stalls);
    page.counters(&l::REST_LIMITED, counts.limited.iter().map(|(scope, count)| (*scope, *count)));
    page.counter(&l::REST_INVALID, counts.invalid);
    let without = counts.shards.saturating_sub(counts.ready);
    page.gauges(&l::SHARD_STATE, [("connected", counts.ready), ("connecting", without)]);
    page.gauge(&l::GUILDS, reading.guilds as u64);
}

fn storage(page: &mut Page, reading: &Reading) {
    page.gauge(&l::USAGE_WAITING, reading.usage_waiting as u64);
    page.counter(&l::USAGE_DROPPED, reading.usage_dropped);
    if let Some((jobs, overdue)) = reading.jobs {
        page.gauges(&l::JOBS, [("waiting", jobs.waiting), ("failed", jobs.failed)]);
        page.gauge(&l::JOBS_OVERDUE, overdue.as_secs());
    }
    page.gauge(&l::DATABASE_UP, reading.database_up.into());
    page.gauge(&l::FILES_UP, reading.files_up.into());
    if let Some((healthy, counts)) = reading.redis {
        page.gauge(&l::REDIS_UP, healthy.into());
        page.counter(&l::REDIS_OUTAGES, counts.outages);
        page.counter(&l::REDIS_FALLBACKS, counts.fallbacks);
    }
}

fn process(page: &mut Page, reading: &Reading) {
    page.gauge(&l::STARTED, u64::try_from(reading.started.as_secs()).unwrap_or_default());
    let Process { resident, cpu_hundredths, open_files } = reading.process;
    if let Some(bytes) = resident {
        page.gauge(&l::RESIDENT, bytes);
    }
    if let Some(hundredths) = cpu_hundredths {
        page.seconds(&l::CPU, f64::from(hundredths) / 100.0);
    }
    if let Some(files) = open_files {
        page.gauge(&l::OPEN_FILES, files);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeMap;

    use casey_core::{Effect, Observer, Outcome, Way};
    use twilight_model::gateway::event::EventType;

    use super::*;

    /// A bot that has done one of everything.
    fn full() -> (Reading, Meters) {
        let mut reading = Reading { guilds: 3, lane_bytes: 512, ..Reading::default() };
        reading.jobs = Some((
            JobCounts { waiting: 4, failed: 1, next: Some(Timestamp::from_millis(1)) },
            Duration::from_secs(7),
        ));
        reading.process = Process { resident: Some(4_096), cpu_hundredths: Some(1_207), open_files: Some(9) };
        reading.gateway.received = 12;
        reading.gateway.limited.insert("user", 2);
        (reading.gateway.shards, reading.gateway.ready) = (3, 2);
        reading.gateway.unparsable.insert("MESSAGE_CREATE", 2);
        reading.redis = Some((true, RedisCounts::default()));
        let meters = Meters::default();
        meters.event(EventType::MessageCreate);
        meters.command("prefix set", Way::Slash, Outcome::Done, Duration::from_millis(70));
        let typing = Effect::Typing { channel: twilight_model::id::Id::new(1) };
        meters.effect(typing.name(), "done", Duration::from_millis(120));
        (reading, meters)
    }

    #[test]
    fn the_text_is_what_prometheus_reads() {
        let (reading, meters) = full();
        // Samples of one metric come in no certain order.
        let text = text(Some(&reading), &meters);
        let mut lines: Vec<&str> = text.lines().collect();
        lines.sort_unstable();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn before_the_bot_is_there_only_its_version_is() {
        let text = text(None, &Meters::default());
        assert_eq!(text.lines().filter(|line| !line.starts_with('#')).count(), 1, "{text}");
    }

    /// Name and labels of every sample, without what belongs to the form of a histogram.
    fn shown(text: &str) -> BTreeMap<String, Vec<String>> {
        let samples = text.lines().filter(|line| !line.starts_with('#'));
        let read = samples.map(|line| {
            let (head, _) = line.rsplit_once(' ').unwrap();
            let (name, labels) = head.split_once('{').unwrap_or((head, "}"));
            let histogram = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
            // No value of a label has a comma in it here.
            let labels = labels.trim_end_matches('}').split(',').filter_map(|pair| pair.split_once('='));
            let labels = labels.map(|(label, _)| label.to_owned()).filter(|label| label != "le");
            (histogram.unwrap_or(name).to_owned(), labels.collect())
        });
        read.collect()
    }

    #[test]
    fn what_is_shown_is_what_is_declared() {
        let (reading, meters) = full();
        let declared: BTreeMap<String, Vec<String>> = METRICS
            .iter()
            .map(|decl| (decl.name.to_owned(), decl.labels.iter().map(|&label| label.to_owned()).collect()))
            .collect();
        assert_eq!(declared.len(), METRICS.len(), "a name is declared twice");
        assert_eq!(shown(&text(Some(&reading), &meters)), declared);
    }

    #[test]
    fn every_kind_has_the_name_that_its_kind_demands() {
        for decl in METRICS {
            let (total, info) = (decl.name.ends_with("_total"), decl.name.ends_with("_info"));
            assert_eq!(total, decl.kind == MetricKind::Counter, "{}", decl.name);
            assert_eq!(info, decl.kind == MetricKind::Info, "{}", decl.name);
            assert!(!decl.help.ends_with('.'), "{}: the encoder adds the full stop", decl.name);
        }
    }
}
