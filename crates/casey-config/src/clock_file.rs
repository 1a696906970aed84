//! A clock that tests and tools can move.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use casey_core::{Clock, SystemClock, Timestamp};

/// How long a reading of the file is good.
const FRESH: Duration = Duration::from_millis(100);
/// The farthest the clock can be moved: a hundred years.
const FARTHEST_SECONDS: f64 = 100.0 * 366.0 * 86_400.0;

/// The machine's clock plus the number of seconds that stands in a file, which is read again every 100 ms. The number may be
/// negative and have decimals; while the file is missing or holds anything else, the last good number stands.
///
/// For use against a Discord on this machine only; [`Config::clock`](crate::Config::clock) sees to that.
#[derive(Debug)]
pub struct ClockFile {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    read_at: Option<Instant>,
    forward: Duration,
    back: Duration,
}

impl ClockFile {
    /// A clock moved by the file at `path`, which need not exist yet.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self { path: path.as_ref().to_owned(), state: Mutex::default() }
    }
}

#[async_trait]
impl Clock for ClockFile {
    fn now(&self) -> Timestamp {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.read_at.is_none_or(|at| at.elapsed() >= FRESH) {
            state.read_at = Some(Instant::now());
            if let Some((forward, back)) = fs::read_to_string(&self.path).ok().and_then(|text| offset(&text))
            {
                (state.forward, state.back) = (forward, back);
            }
        }
        SystemClock.now() + state.forward - state.back
    }

    async fn sleep_until(&self, moment: Timestamp) {
        // Where the clock is set back meanwhile, nobody sleeps longer than they meant to: as with the machine's clock, whoever needs the moment
        // itself looks again.
        let (begun, whole) = (Instant::now(), moment.since(self.now()));
        loop {
            let left = moment.since(self.now()).min(whole.saturating_sub(begun.elapsed()));
            if left.is_zero() {
                return;
            }
            // Short naps, so that a jump is noticed.
            tokio::time::sleep(left.min(FRESH)).await;
        }
    }
}

/// What `text` adds to and takes from the clock.
fn offset(text: &str) -> Option<(Duration, Duration)> {
    let seconds: f64 = text.trim().parse().ok()?;
    if !seconds.is_finite() || seconds.abs() > FARTHEST_SECONDS {
        return None;
    }
    let distance = Duration::try_from_secs_f64(seconds.abs()).ok()?;
    Some(if seconds < 0.0 { (Duration::ZERO, distance) } else { (distance, Duration::ZERO) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;
    use std::time::Duration;

    use casey_core::{Clock, SystemClock};
    use tokio::time::{Instant, timeout};

    use super::{ClockFile, offset};

    #[test]
    fn reads_numbers_and_nothing_else() {
        assert_eq!(offset("86400\n"), Some((Duration::from_hours(24), Duration::ZERO)));
        assert_eq!(offset(" -1.5 "), Some((Duration::ZERO, Duration::from_millis(1500))));
        for text in ["", "1d", "NaN", "inf", "1e300"] {
            assert_eq!(offset(text), None, "{text}");
        }
    }

    #[test]
    fn moves_with_the_file() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("clock");
        assert!(ClockFile::new(&path).now().since(SystemClock.now()) < Duration::from_secs(5));
        fs::write(&path, "3600").unwrap();
        let ahead = ClockFile::new(&path).now().since(SystemClock.now());
        assert!(ahead > Duration::from_secs(3590) && ahead < Duration::from_secs(3610), "{ahead:?}");
    }

    #[tokio::test]
    async fn a_sleeper_notices_a_jump() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("clock");
        let clock = ClockFile::new(&path);
        let moment = clock.now() + Duration::from_hours(1);
        fs::write(&path, "3601").unwrap();
        clock.sleep_until(moment).await;
        assert!(clock.now() >= moment);
    }

    #[tokio::test]
    async fn a_sleeper_is_not_held_up_by_a_clock_that_is_set_back() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("clock");
        fs::write(&path, "86400").unwrap();
        let clock = ClockFile::new(&path);
        let (begun, moment) = (Instant::now(), clock.now() + Duration::from_millis(300));
        fs::write(&path, "0").unwrap();
        // Without that it would be a day.
        timeout(Duration::from_secs(5), clock.sleep_until(moment)).await.unwrap();
        assert!(begun.elapsed() >= Duration::from_millis(300), "not before its time, either");
        assert!(clock.now() < moment, "whoever needs the moment looks again");
    }
}
