use std::time::Duration;

use twilight_model::gateway::event::EventType;

use super::{Outcome, Way};

/// Looks on while a bot works, to count: metrics, as a rule. It is told nothing about anybody, and it must not wait: it is called in the middle of the
/// work.
pub trait Observer: Send + Sync {
    /// An event of this kind was taken.
    fn event(&self, kind: EventType);

    /// A command ended, given in this way. `path` is its name as it is declared, such as `prefix set`, or that of a module whose button was pressed;
    /// never what somebody typed.
    fn command(&self, path: &str, way: Way, outcome: Outcome, took: Duration);
}

/// Looks away.
impl Observer for () {
    fn event(&self, _: EventType) {}

    fn command(&self, _: &str, _: Way, _: Outcome, _: Duration) {}
}
