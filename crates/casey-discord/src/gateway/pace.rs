//! Keeps connections apart, also those that end before anything can be seen of them.
//!
//! twilight makes the next connection within the poll in which it finds that one has ended. A server that takes connections and drops them at once shows
//! only in that polls bring nothing; then polls are spread out, because each connection takes two of them at least.

use std::time::Duration;

use casey_core::Timestamp;

/// From the beginning of one connection to that of the next.
const APART: Duration = Duration::from_secs(1);

/// Polls that making one connection may take without suspicion: with TLS its handshake comes in addition.
const PLAIN: u32 = 4;
const WITH_TLS: u32 = 12;

/// Between polls that are spread out. It doubles with every eighth of them, so that a server in trouble is left in peace.
const STEP: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(15);

/// When the next connection may begin.
#[derive(Debug)]
pub(super) struct Pace {
    begun: Timestamp,
    /// Polls that brought nothing since there was a connection.
    idle: u32,
    unsuspicious: u32,
}

impl Pace {
    /// The first connection begins now.
    pub(super) fn new(now: Timestamp, tls: bool) -> Self {
        Self { begun: now, idle: 0, unsuspicious: if tls { WITH_TLS } else { PLAIN } }
    }

    /// A poll brought nothing, and there is no connection. Returns how long to wait before the next.
    pub(super) fn idle(&mut self) -> Option<Duration> {
        self.idle = self.idle.saturating_add(1);
        let beyond = self.idle.checked_sub(self.unsuspicious + 1)?;
        Some(STEP.saturating_mul(2_u32.saturating_pow(beyond / 8)).min(LONGEST))
    }

    /// There is a connection.
    pub(super) const fn alive(&mut self) {
        self.idle = 0;
    }

    /// How long to wait before another connection, at least `wait`.
    pub(super) fn before_next(&self, wait: Option<Duration>, now: Timestamp) -> Duration {
        // A clock that was set back tells nothing; a second is always enough.
        let since = if now < self.begun { Duration::ZERO } else { now.since(self.begun) };
        wait.unwrap_or_default().max(APART.saturating_sub(since))
    }

    /// A connection begins.
    pub(super) const fn begin(&mut self, now: Timestamp) {
        self.begun = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    #[test]
    fn connections_begin_a_second_apart() {
        let mut pace = Pace::new(NOW, true);
        assert_eq!(pace.before_next(None, NOW), APART);
        assert_eq!(pace.before_next(None, NOW + Duration::from_millis(400)), Duration::from_millis(600));
        assert_eq!(pace.before_next(None, NOW + Duration::from_mins(1)), Duration::ZERO);
        assert_eq!(pace.before_next(Some(Duration::from_secs(8)), NOW), Duration::from_secs(8));
        pace.begin(NOW + Duration::from_mins(1));
        assert_eq!(pace.before_next(None, NOW + Duration::from_mins(1)), APART);
    }

    #[test]
    fn a_clock_set_back_costs_a_second_at_most() {
        let pace = Pace::new(NOW, false);
        assert_eq!(pace.before_next(None, Timestamp::from_millis(0)), APART);
    }

    #[test]
    fn polls_that_bring_nothing_are_spread_out() {
        let mut pace = Pace::new(NOW, false);
        let waits: Vec<_> = (0..21).map(|_| pace.idle().map(|wait| wait.as_millis())).collect();
        assert_eq!(waits[..4], [None; 4]);
        assert_eq!(waits[4..12], [Some(500); 8]);
        assert_eq!(waits[12..20], [Some(1_000); 8]);
        pace.alive();
        assert_eq!(pace.idle(), None);
        for _ in 0..1_000 {
            assert!(pace.idle().is_none_or(|wait| wait <= LONGEST));
        }
    }
}
