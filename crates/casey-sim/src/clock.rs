//! The time of a simulation, which a test may move.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use time::OffsetDateTime;

/// What time it is in the simulation. Clones share the same time.
///
/// Ids, timestamps and the clocks of interactions follow it. What concerns a socket (heartbeats, waiting for a
/// reply) is measured in real time.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Mutex<Mode>>);

#[derive(Debug)]
enum Mode {
    Running { ahead: time::Duration },
    Fixed(OffsetDateTime),
}

impl Clock {
    /// The wall clock of this machine, which [`advance`](Self::advance) can run ahead of.
    pub fn system() -> Self {
        Self(Arc::new(Mutex::new(Mode::Running { ahead: time::Duration::ZERO })))
    }

    /// A clock that stands at `at` until it is moved. With it two runs give the same ids.
    pub fn fixed(at: OffsetDateTime) -> Self {
        Self(Arc::new(Mutex::new(Mode::Fixed(at))))
    }

    /// The time now.
    pub fn now(&self) -> OffsetDateTime {
        match *self.mode() {
            Mode::Running { ahead } => wall() + ahead,
            Mode::Fixed(at) => at,
        }
    }

    /// Moves the time forward.
    pub fn advance(&self, by: Duration) {
        match &mut *self.mode() {
            Mode::Running { ahead } => *ahead += by,
            Mode::Fixed(at) => *at += by,
        }
    }

    /// Sets the time. A running clock goes on from there, a fixed one stays.
    pub fn set(&self, to: OffsetDateTime) {
        match &mut *self.mode() {
            Mode::Running { ahead } => *ahead = to - wall(),
            Mode::Fixed(at) => *at = to,
        }
    }

    fn mode(&self) -> std::sync::MutexGuard<'_, Mode> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The machine's clock, asked for nowhere else.
#[expect(
    clippy::disallowed_methods,
    reason = "this crate has its own clock, and here is where it gets its time"
)]
pub(crate) fn wall() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_fixed_clock_moves_only_when_told() {
        let clock = Clock::fixed(datetime!(2026-01-01 00:00 UTC));
        let other = clock.clone();
        other.advance(Duration::from_secs(90));
        assert_eq!(clock.now(), datetime!(2026-01-01 00:01:30 UTC));
        clock.set(datetime!(2030-01-01 00:00 UTC));
        assert_eq!(other.now(), datetime!(2030-01-01 00:00 UTC));
    }

    #[test]
    fn a_running_clock_can_be_ahead() {
        let clock = Clock::system();
        clock.advance(Duration::from_hours(1));
        assert!(clock.now() - wall() > time::Duration::minutes(59));
    }
}
