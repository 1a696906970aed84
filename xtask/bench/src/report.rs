//! The figures, for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::{
    args::Plan,
    measure::fleet,
    reader::ReaderFigure,
    sample::Figures,
    subject::Subject,
    terms::Terms,
    waits::{RATE, Waits},
};

/// Picks a figure.
type Pick = fn(&Figures) -> f64;

/// A figure of Casey as a share of the bare loop's, and what it may be.
struct Bound {
    figure: &'static str,
    about: &'static str,
    at_most: f64,
    of: Pick,
    /// In smaller worlds it says nothing: what a program takes before it knows a guild would count most.
    from_guilds: usize,
}

/// What came of a bound.
struct Judged {
    figure: &'static str,
    about: &'static str,
    at_most: f64,
    share: f64,
}

impl Judged {
    fn held(&self) -> bool {
        self.share <= self.at_most
    }
}

/// Bounds, each against the bare loop with Casey's own intents, which is sent exactly what Casey is sent.
const BOUNDS: [Bound; 2] = [
    Bound {
        figure: "cpu_per_event",
        about: "processor time per event sent",
        at_most: 0.6,
        of: |figures| figures.cpu_event_us,
        from_guilds: 1,
    },
    Bound {
        figure: "memory_settled",
        about: "resident memory after the events",
        at_most: 0.3,
        of: |figures| figures.rss_settled_mib,
        from_guilds: 1_000,
    },
];

/// Everything that was measured.
pub(crate) struct Report {
    plan: Plan,
    intents: u64,
    rows: Vec<(Subject, Figures)>,
    waits: Vec<(Subject, Waits)>,
    readings: Vec<ReaderFigure>,
}

/// The longest of a hundred waits for `/ping`, as a share of the bare loop's.
const LONGEST_WAIT: f64 = 1.0;

impl Report {
    pub(crate) fn new(
        plan: &Plan,
        terms: &Terms,
        rows: Vec<(Subject, Figures)>,
        waits: Vec<(Subject, Waits)>,
        readings: Vec<ReaderFigure>,
    ) -> Self {
        Self { plan: plan.clone(), intents: terms.intents.bits(), rows, waits, readings }
    }

    /// Whether no figure misses its bound. Without Casey there is none that could.
    pub(crate) fn held(&self) -> bool {
        self.judged().iter().all(Judged::held)
    }

    /// How long Casey's askers wait, as a share of the bare loop's.
    fn wait_share(&self) -> Option<f64> {
        let of = |wanted: fn(&Subject) -> bool| {
            self.waits.iter().find(|(subject, _)| wanted(subject)).map(|(_, waits)| waits.p99_ms)
        };
        Some(of(|subject| matches!(subject, Subject::Casey(_)))? / of(|subject| *subject == Subject::Bare)?)
    }

    /// The bounds that apply, with what was measured.
    fn judged(&self) -> Vec<Judged> {
        let applies = BOUNDS.iter().filter(|bound| self.plan.guilds >= bound.from_guilds);
        let judged = applies.filter_map(|bound| {
            let share = self.share(&Subject::Bare, bound.of)?;
            Some(Judged { figure: bound.figure, about: bound.about, at_most: bound.at_most, share })
        });
        let wait = self.wait_share().filter(|_| self.plan.guilds >= 1_000).map(|share| Judged {
            figure: "ping_p99",
            about: "wait for /ping that one in a hundred exceeds",
            at_most: LONGEST_WAIT,
            share,
        });
        judged.chain(wait).collect()
    }

    fn figures(&self, matches: impl Fn(&Subject) -> bool) -> Option<&Figures> {
        self.rows.iter().find(|(subject, _)| matches(subject)).map(|(_, figures)| figures)
    }

    /// A figure of Casey divided by another subject's.
    fn share(&self, other: &Subject, of: Pick) -> Option<f64> {
        let casey = self.figures(|subject| matches!(subject, Subject::Casey(_)))?;
        let other = self.figures(|subject| subject == other)?;
        Some(of(casey) / of(other))
    }

    fn per_1000_guilds(&self, mib: f64) -> f64 {
        mib * 1_000.0 / guilds(&self.plan)
    }

    /// One JSON object.
    pub(crate) fn json(&self) -> Value {
        let fleet = fleet(&self.plan);
        let subjects: Vec<Value> =
            self.rows.iter().map(|(subject, figures)| self.row(subject, figures)).collect();
        let judged = self.judged();
        let bounds: Vec<Value> = judged
            .iter()
            .map(|judged| {
                let Judged { figure, share, at_most, .. } = judged;
                json!({ "figure": figure, "share": share, "at_most": at_most, "held": judged.held() })
            })
            .collect();
        let readings = self.readings.iter();
        let readings: Vec<Value> = readings
            .map(|reading| json!({ "case": reading.case, "nanoseconds": reading.nanoseconds }))
            .collect();
        let waits = self.waits.iter().map(|(subject, waits)| {
            let Waits { asked, half_ms, p99_ms } = waits;
            json!({ "subject": subject.key(), "asked": asked, "p50_ms": half_ms, "p99_ms": p99_ms })
        });
        let waits: Vec<Value> = waits.collect();
        json!({
            "cores": cores(),
            "world": {
                "guilds": fleet.guilds, "members": fleet.members, "channels": fleet.channels, "roles": fleet.roles,
            },
            "events": self.plan.events,
            "rounds": self.plan.rounds,
            "unfiltered": self.plan.unfiltered,
            "casey_intents": self.intents,
            "subjects": subjects,
            "bounds": bounds,
            "shares_of_every_intent": {
                "cpu_for_the_same_activity": self.share(&Subject::BareEverything, |figures| figures.cpu_activity_s),
                "memory_started": self.share(&Subject::BareEverything, |figures| figures.rss_start_mib),
                "memory_settled": self.share(&Subject::BareEverything, |figures| figures.rss_settled_mib),
            },
            "waits": waits,
            "prefix_reader": readings,
            "held": self.held(),
        })
    }

    fn row(&self, subject: &Subject, figures: &Figures) -> Value {
        let (low, high) = figures.cpu_event_range_us;
        json!({
            "subject": subject.key(),
            "does": subject.does(),
            "events_sent": figures.sent,
            "commands_sent": figures.commands,
            "answers": figures.answers,
            "cpu_start_s": figures.cpu_start_s,
            "cpu_per_event_us": figures.cpu_event_us,
            "cpu_per_event_us_lowest": low,
            "cpu_per_event_us_highest": high,
            "cpu_per_100k_events_of_activity_s": figures.cpu_activity_s,
            "events_per_s": figures.events_per_s,
            "rss_started_mib": figures.rss_start_mib,
            "rss_settled_mib": figures.rss_settled_mib,
            "pss_settled_mib": figures.pss_settled_mib,
            "rss_started_mib_per_1000_guilds": figures.rss_start_mib,
            "rss_settled_mib_per_1000_guilds": self.per_1000_guilds(figures.rss_settled_mib),
        })
    }

    /// Tables to read.
    pub(crate) fn table(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        let fleet = fleet(&self.plan);
        writeln!(
            text,
            "{} guilds × {} members × {} channels × {} roles; {} events happen; medians of {} rounds on {} cores",
            fleet.guilds,
            fleet.members,
            fleet.channels,
            fleet.roles,
            self.plan.events,
            self.plan.rounds,
            cores(),
        )?;
        if self.plan.unfiltered {
            writeln!(text, "every client is sent every event, whatever it asked for")?;
        }
        writeln!(
            text,
            "\n{:<20} {:>9} {:>11} {:>13} {:>12} {:>9} {:>12} {:>12} {:>8}",
            "",
            "sent",
            "µs/event",
            "lowest–highest",
            "s/100k acts",
            "start s",
            "MiB started",
            "MiB settled",
            "answers"
        )?;
        for (subject, figures) in &self.rows {
            let (low, high) = figures.cpu_event_range_us;
            writeln!(
                text,
                "{:<20} {:>9.0} {:>11.2} {:>14} {:>12.2} {:>9.2} {:>12.1} {:>12.1} {:>8.0}",
                subject.name(),
                figures.sent,
                figures.cpu_event_us,
                format!("{low:.2}–{high:.2}"),
                figures.cpu_activity_s,
                figures.cpu_start_s,
                figures.rss_start_mib,
                figures.rss_settled_mib,
                figures.answers,
            )?;
        }
        self.write_legend(text)?;
        self.write_shares(text)?;
        writeln!(text, "\nwait for /ping while {RATE} events a second happen")?;
        for (subject, waits) in &self.waits {
            let Waits { asked, half_ms, p99_ms } = waits;
            writeln!(
                text,
                "{half_ms:>9.2} ms half, {p99_ms:>7.2} ms one in a hundred  {} ({asked})",
                subject.name()
            )?;
        }
        writeln!(text, "\nprefix reader, one reading")?;
        for reading in &self.readings {
            writeln!(text, "{:>9.0} ns  {}", reading.nanoseconds, reading.case)?;
        }
        Ok(())
    }

    fn write_legend(&self, text: &mut String) -> std::fmt::Result {
        writeln!(text)?;
        for (subject, _) in &self.rows {
            writeln!(text, "{}: {}", subject.name(), subject.does())?;
        }
        writeln!(
            text,
            "processor time is user and system; µs/event per event sent to that client after start-up; s/100k acts for\n\
             100,000 events that happen in the world, sent or not; MiB resident"
        )
    }

    fn write_shares(&self, text: &mut String) -> std::fmt::Result {
        for (at, judged) in self.judged().iter().enumerate() {
            if at == 0 {
                writeln!(text, "\ncasey as a share of bare")?;
            }
            let word = if judged.held() { "holds" } else { "MISSES" };
            writeln!(
                text,
                "{:>9.2}  {}: {word} its bound of {}",
                judged.share, judged.about, judged.at_most
            )?;
        }
        if self.share(&Subject::BareEverything, |figures| figures.cpu_activity_s).is_none() {
            return Ok(());
        }
        let others: [(&str, Pick); 2] = [
            ("processor time for the same activity", |figures| figures.cpu_activity_s),
            ("resident memory after the events", |figures| figures.rss_settled_mib),
        ];
        writeln!(text, "casey as a share of bare, every intent")?;
        for (about, of) in others {
            if let Some(share) = self.share(&Subject::BareEverything, of) {
                writeln!(text, "{share:>9.2}  {about}")?;
            }
        }
        Ok(())
    }
}

#[allow(clippy::cast_precision_loss, reason = "a few thousand")]
const fn guilds(plan: &Plan) -> f64 {
    plan.guilds as f64
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

#[cfg(test)]
mod tests {
    use twilight_gateway::{EventTypeFlags, Intents};

    use super::*;

    fn figures(cpu_event_us: f64, rss_settled_mib: f64) -> Figures {
        Figures {
            sent: 110_000.0,
            commands: 1_100.0,
            answers: 1_100.0,
            cpu_start_s: 0.5,
            cpu_event_us,
            cpu_activity_s: cpu_event_us / 20.0,
            events_per_s: 50_000.0,
            rss_start_mib: 30.0,
            rss_settled_mib,
            pss_settled_mib: Some(rss_settled_mib - 2.0),
            cpu_event_range_us: (cpu_event_us - 1.0, cpu_event_us + 1.0),
        }
    }

    fn report(casey: Option<Figures>) -> Report {
        report_of(1_000, casey)
    }

    fn report_of(guilds: usize, casey: Option<Figures>) -> Report {
        report_with(guilds, casey, 3.0)
    }

    fn report_with(guilds: usize, casey: Option<Figures>, p99_ms: f64) -> Report {
        let terms = Terms { intents: Intents::GUILDS, types: EventTypeFlags::empty(), commands: Vec::new() };
        let mut rows =
            vec![(Subject::BareEverything, figures(16.0, 400.0)), (Subject::Bare, figures(10.0, 200.0))];
        rows.extend(casey.map(|figures| (Subject::Casey("casey".into()), figures)));
        let readings = vec![ReaderFigure { case: "ping", nanoseconds: 120.0 }];
        let waits = |p99_ms| Waits { asked: 100, half_ms: 1.0, p99_ms };
        let waits = [(Subject::Bare, waits(4.0)), (Subject::Casey("casey".into()), waits(p99_ms))];
        let waits = waits.into_iter().filter(|(subject, _)| rows.iter().any(|(known, _)| known == subject));
        Report::new(&Plan { guilds, ..Plan::default() }, &terms, rows.clone(), waits.collect(), readings)
    }

    #[test]
    fn a_bound_is_held_up_to_its_value() {
        assert!(report(Some(figures(6.0, 60.0))).held());
        assert!(!report(Some(figures(6.1, 60.0))).held());
        assert!(!report(Some(figures(6.0, 60.2))).held());
        assert!(report_with(1_000, Some(figures(6.0, 60.0)), 4.0).held());
        assert!(!report_with(1_000, Some(figures(6.0, 60.0)), 4.1).held());
        assert!(report(None).held());
        assert!(report_of(999, Some(figures(6.0, 60.2))).held());
    }

    #[test]
    fn both_forms_say_the_same() {
        let report = report(Some(figures(9.0, 50.0)));
        let json = report.json();
        assert_eq!(json["held"], false);
        assert_eq!(json["bounds"][0]["share"], 0.9);
        assert_eq!(json["bounds"][1]["held"], true);
        assert_eq!(json["subjects"][2]["rss_settled_mib_per_1000_guilds"], 50.0);
        let table = report.table();
        assert!(table.contains("0.90  processor time per event sent: MISSES its bound of 0.6"), "{table}");
        assert!(table.contains("0.25  resident memory after the events: holds its bound of 0.3"), "{table}");
        assert!(
            table.contains("0.75  wait for /ping that one in a hundred exceeds: holds its bound of 1"),
            "{table}"
        );
        assert_eq!(json["waits"][1]["p99_ms"], 3.0);
        assert!(!self::report(None).table().contains("share"));
    }
}
