//! Waiting before the next connection.
//!
//! twilight only slows down when a connection cannot be made at all. One that is made and ends at once, it repeats thousands of times a second.

use std::time::Duration;

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_mins(1);

/// A session that lasted this long was a good one.
const GOOD: Duration = Duration::from_secs(10);

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Before there was a session.
    WithoutSession,
    /// After a session of this length.
    After(Duration),
}

/// How long to wait: one second, doubling to a minute, until there is a session again.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
    forgiven: bool,
}

impl Backoff {
    /// The wait after a connection ended. `luck`, from 0 to 1, spreads it, so that many shards do not come back at once.
    pub(super) fn after(&mut self, end: End, luck: f64) -> Option<Duration> {
        match end {
            End::After(length) if length >= GOOD => {
                *self = Self::default();
                return None;
            }
            // Discord asks for reconnects now and then; one short session is no bad sign. Connections are a second apart all the same.
            End::After(_) if !self.forgiven => {
                self.forgiven = true;
                self.failures = 0;
                return None;
            }
            // A row of them is answered with at most one connection a second. It does not grow: Discord is there.
            End::After(_) => {
                self.failures = 0;
                return Some(FIRST.mul_f64(luck.clamp(0.0, 1.0).mul_add(0.5, 1.0)));
            }
            End::WithoutSession => {}
        }
        let whole = FIRST.saturating_mul(2_u32.saturating_pow(self.failures)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        Some(whole.mul_f64(luck.clamp(0.0, 1.0).mul_add(0.5, 0.5)))
    }
}

/// A number from 0 to 1.
pub(super) fn luck() -> f64 {
    getrandom::u32().map_or(0.5, |number| f64::from(number) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: End = End::After(Duration::from_millis(100));

    #[test]
    fn it_doubles_from_a_second_to_a_minute() {
        let mut backoff = Backoff::default();
        let waits: Vec<_> = (0..8)
            .filter_map(|_| backoff.after(End::WithoutSession, 1.0))
            .map(|wait| wait.as_secs())
            .collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
        for _ in 0..100 {
            assert_eq!(backoff.after(End::WithoutSession, 0.0), Some(Duration::from_secs(30)));
        }
    }

    #[test]
    fn a_session_that_lasts_starts_anew() {
        let mut backoff = Backoff::default();
        backoff.after(End::WithoutSession, 1.0);
        backoff.after(End::WithoutSession, 1.0);
        assert_eq!(backoff.after(End::After(Duration::from_secs(11)), 1.0), None);
        assert_eq!(backoff.after(End::WithoutSession, 1.0), Some(Duration::from_secs(1)));
    }

    #[test]
    fn one_short_session_is_forgiven_a_row_of_them_is_slowed_down() {
        let mut backoff = Backoff::default();
        assert_eq!(backoff.after(SHORT, 1.0), None);
        for _ in 0..100 {
            assert_eq!(backoff.after(SHORT, 0.0), Some(Duration::from_secs(1)));
        }
        assert_eq!(backoff.after(SHORT, 1.0), Some(Duration::from_millis(1_500)));
    }

    #[test]
    fn a_session_ends_the_doubling() {
        let mut backoff = Backoff::default();
        for _ in 0..5 {
            backoff.after(End::WithoutSession, 1.0);
        }
        backoff.after(SHORT, 1.0);
        assert_eq!(backoff.after(End::WithoutSession, 1.0), Some(Duration::from_secs(1)));
    }

    #[test]
    fn luck_is_a_share() {
        for _ in 0..100 {
            assert!((0.0..=1.0).contains(&luck()));
        }
    }
}
