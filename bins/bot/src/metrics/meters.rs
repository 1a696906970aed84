//! What is counted while the bot works.

use std::{borrow::Cow, sync::Arc, time::Duration};

use async_trait::async_trait;
use casey_core::{Clock, Discord, DiscordError, Effect, Observer, Outcome, Receipt, Way};
use prometheus_client::metrics::{counter::Counter, family::Family, histogram::Histogram};
use twilight_model::gateway::event::EventType;

use super::list::{COMMAND_SECONDS, EFFECT_SECONDS, EVENTS, MetricDecl};

/// Values of a metric's labels, with their names.
pub(super) type Labels<const N: usize> = [(&'static str, Cow<'static, str>); N];

/// Names the values as they are declared.
pub(super) fn labels<const N: usize>(decl: &MetricDecl, values: [Cow<'static, str>; N]) -> Labels<N> {
    let mut names = decl.labels.iter();
    values.map(|value| (names.next().copied().unwrap_or_default(), value))
}

/// Bounds in seconds. An interaction has to be answered within three.
const BOUNDS: [f64; 8] = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 10.0];

fn histogram() -> Histogram {
    Histogram::new(BOUNDS)
}

/// Counters and histograms that grow as the bot works. Every label has few values: names of commands, effects and events, as the code knows them.
#[derive(Debug)]
pub(crate) struct Meters {
    pub(super) events: Family<Labels<1>, Counter>,
    pub(super) commands: Family<Labels<3>, Histogram>,
    pub(super) effects: Family<Labels<2>, Histogram>,
}

impl Default for Meters {
    fn default() -> Self {
        Self {
            events: Family::default(),
            commands: Family::new_with_constructor(histogram),
            effects: Family::new_with_constructor(histogram),
        }
    }
}

impl Meters {
    pub(super) fn effect(&self, effect: &'static str, outcome: &'static str, took: Duration) {
        let labels = labels(&EFFECT_SECONDS, [effect.into(), outcome.into()]);
        self.effects.get_or_create(&labels).observe(took.as_secs_f64());
    }
}

impl Observer for Meters {
    fn event(&self, kind: EventType) {
        let labels = labels(&EVENTS, [kind.name().unwrap_or("other").into()]);
        self.events.get_or_create(&labels).inc();
    }

    fn command(&self, path: &str, way: Way, outcome: Outcome, took: Duration) {
        let path = if path.is_empty() { "unknown" } else { path };
        let labels =
            labels(&COMMAND_SECONDS, [path.to_owned().into(), way.name().into(), outcome.name().into()]);
        self.commands.get_or_create(&labels).observe(took.as_secs_f64());
    }
}

/// A [`Discord`] whose effects are measured.
pub(crate) struct Measured {
    inner: Arc<dyn Discord>,
    meters: Arc<Meters>,
    clock: Arc<dyn Clock>,
}

impl Measured {
    pub(crate) fn new(inner: Arc<dyn Discord>, meters: Arc<Meters>, clock: Arc<dyn Clock>) -> Self {
        Self { inner, meters, clock }
    }
}

#[async_trait]
impl Discord for Measured {
    async fn perform(&self, effect: Effect) -> Result<Receipt, DiscordError> {
        let (name, begun) = (effect.name(), self.clock.now());
        let done = self.inner.perform(effect).await;
        let outcome = done.as_ref().map_or_else(|error| error.kind().name(), |_| "done");
        self.meters.effect(name, outcome, self.clock.now().since(begun));
        done
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use casey_core::{DiscordErrorKind, testing::ManualClock};
    use twilight_model::id::Id;

    use super::*;

    /// A Discord that takes two seconds to refuse.
    struct Slow(ManualClock);

    #[async_trait]
    impl Discord for Slow {
        async fn perform(&self, _: Effect) -> Result<Receipt, DiscordError> {
            self.0.advance(Duration::from_secs(2));
            Err(DiscordError::new(DiscordErrorKind::Forbidden, Some(50_013)))
        }
    }

    #[tokio::test]
    async fn what_is_done_to_discord_is_measured_and_passed_on() {
        let (clock, meters) = (ManualClock::default(), Arc::new(Meters::default()));
        let measured =
            Measured::new(Arc::new(Slow(clock.clone())), Arc::clone(&meters), Arc::new(clock.clone()));
        let refused = measured.perform(Effect::Typing { channel: Id::new(1) }).await.unwrap_err();
        assert_eq!(refused.code(), Some(50_013));
        let text = crate::metrics::text(Some(&crate::metrics::Reading::default()), &meters);
        let line = "\ncasey_effect_seconds_sum{effect=\"typing\",outcome=\"forbidden\"} 2.0\n";
        assert!(text.contains(line), "{text}");
    }
}
