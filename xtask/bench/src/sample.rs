//! One run of one subject, and medians over several.

use crate::usage::Usage;

/// What one run came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// Events the server sent to this client after start-up.
    pub(crate) sent: u64,
    /// Events that happened in the world meanwhile.
    pub(crate) happened: u64,
    /// Prefix commands among what was sent.
    pub(crate) commands: u64,
    /// Messages the client sent.
    pub(crate) answers: u64,
    /// Seconds in which the socket took all events.
    pub(crate) took_s: f64,
    pub(crate) started: Usage,
    pub(crate) settled: Usage,
}

/// Medians over the runs of one subject.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Figures {
    pub(crate) sent: f64,
    pub(crate) commands: f64,
    pub(crate) answers: f64,
    pub(crate) cpu_start_s: f64,
    /// Processor time per event that was sent, in microseconds.
    pub(crate) cpu_event_us: f64,
    /// Processor seconds for 100,000 events that happened, sent or not.
    pub(crate) cpu_activity_s: f64,
    pub(crate) events_per_s: f64,
    pub(crate) rss_start_mib: f64,
    pub(crate) rss_settled_mib: f64,
    pub(crate) pss_settled_mib: Option<f64>,
    /// Lowest and highest processor time per event, in microseconds.
    pub(crate) cpu_event_range_us: (f64, f64),
}

impl Figures {
    /// Medians of samples, of which there is at least one.
    pub(crate) fn of(samples: &[Sample]) -> Self {
        let over = |figure: &dyn Fn(&Sample) -> f64| median(samples.iter().map(figure).collect());
        let per_event: Vec<f64> = samples.iter().map(Sample::cpu_event_us).collect();
        let pss: Vec<f64> = samples.iter().filter_map(|sample| sample.settled.pss_mib).collect();
        Self {
            sent: over(&|sample| count(sample.sent)),
            commands: over(&|sample| count(sample.commands)),
            answers: over(&|sample| count(sample.answers)),
            cpu_start_s: over(&|sample| sample.started.cpu_s),
            cpu_event_us: over(&Sample::cpu_event_us),
            cpu_activity_s: over(&|sample| sample.cpu_s() * 100_000.0 / count(sample.happened)),
            events_per_s: over(&|sample| count(sample.sent) / sample.took_s),
            rss_start_mib: over(&|sample| sample.started.rss_mib),
            rss_settled_mib: over(&|sample| sample.settled.rss_mib),
            pss_settled_mib: (pss.len() == samples.len()).then(|| median(pss)),
            cpu_event_range_us: (
                per_event.iter().copied().fold(f64::INFINITY, f64::min),
                per_event.iter().copied().fold(0.0, f64::max),
            ),
        }
    }
}

impl Sample {
    fn cpu_s(&self) -> f64 {
        self.settled.cpu_s - self.started.cpu_s
    }

    fn cpu_event_us(&self) -> f64 {
        self.cpu_s() * 1_000_000.0 / count(self.sent)
    }
}

#[allow(clippy::cast_precision_loss, reason = "far below 2⁵³")]
pub(crate) const fn count(number: u64) -> f64 {
    number as f64
}

/// The middle of some numbers; between the two in the middle if there is no single one. Not a number if there are none.
pub(crate) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    match (numbers.get(middle), numbers.len() % 2) {
        (None, _) => f64::NAN,
        (Some(upper), 0) => f64::midpoint(numbers[middle - 1], *upper),
        (Some(only), _) => *only,
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "these are exact")]
mod tests {
    use super::*;

    fn sample(cpu_s: f64, rss_mib: f64) -> Sample {
        Sample {
            sent: 1_000,
            happened: 2_000,
            commands: 5,
            answers: 5,
            took_s: 0.5,
            started: Usage { cpu_s: 1.0, rss_mib: 10.0, pss_mib: Some(9.0) },
            settled: Usage { cpu_s: 1.0 + cpu_s, rss_mib, pss_mib: None },
        }
    }

    #[test]
    fn the_middle_is_found() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median(Vec::new()).is_nan());
    }

    #[test]
    fn figures_are_per_event_and_per_activity() {
        let figures = Figures::of(&[sample(0.5, 20.0), sample(0.25, 40.0), sample(2.0, 30.0)]);
        assert_eq!(figures.cpu_event_us, 500.0);
        assert_eq!(figures.cpu_event_range_us, (250.0, 2_000.0));
        assert_eq!(figures.cpu_activity_s, 25.0);
        assert_eq!((figures.rss_settled_mib, figures.pss_settled_mib), (30.0, None));
        assert_eq!(figures.events_per_s, 2_000.0);
    }
}
