//! The last look at every part, shared by all who ask.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use casey_core::{Clock, Timestamp};
use futures_util::FutureExt;
use futures_util::future::join_all;

use crate::part::{Health, Probe};

/// A reading is shown again for this long: however many people look, each part is asked once in two seconds.
const KEPT: Duration = Duration::from_secs(2);

/// How long one look may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// What looking at one part showed, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) health: Health,
    pub(crate) at: Timestamp,
}

/// Looks at parts, one look at a time, and remembers what it saw.
pub(crate) struct Board {
    clock: Arc<dyn Clock>,
    patience: Duration,
    probes: Vec<Option<Arc<dyn Probe>>>,
    last: Mutex<Vec<Option<Reading>>>,
    looking: tokio::sync::Mutex<()>,
}

impl Board {
    pub(crate) fn new(clock: Arc<dyn Clock>, probes: Vec<Option<Arc<dyn Probe>>>) -> Self {
        let last = Mutex::new(vec![None; probes.len()]);
        Self { clock, patience: PATIENCE, probes, last, looking: tokio::sync::Mutex::default() }
    }

    /// What was seen last, without looking; `None` for what was never or cannot be seen.
    pub(crate) fn last(&self) -> Vec<Option<Reading>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is seen now, or was at most two seconds ago.
    pub(crate) async fn look(&self) -> Vec<Option<Reading>> {
        let _turn = self.looking.lock().await;
        let last = self.last();
        if last
            .iter()
            .zip(&self.probes)
            .all(|(reading, probe)| probe.is_none() || self.is_fresh(reading.as_ref()))
        {
            return last;
        }
        let seen = join_all(self.probes.iter().map(|probe| self.look_at(probe.as_deref()))).await;
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&seen);
        seen
    }

    async fn look_at(&self, probe: Option<&dyn Probe>) -> Option<Reading> {
        let check = AssertUnwindSafe(probe?.check()).catch_unwind();
        let health = match tokio::time::timeout(self.patience, check).await {
            Ok(Ok(health)) => health,
            Ok(Err(_panic)) => Health::down("could not be looked at"),
            Err(_elapsed) => Health::down("gave no answer within a second"),
        };
        Some(Reading { health, at: self.clock.now() })
    }

    /// A clock that was set back makes a reading old, or it would be kept until the clock has caught up.
    fn is_fresh(&self, reading: Option<&Reading>) -> bool {
        let now = self.clock.now();
        reading.is_some_and(|reading| reading.at <= now && now.since(reading.at) < KEPT)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::future::pending;
    use std::sync::atomic::{AtomicU32, Ordering};

    use async_trait::async_trait;

    use super::*;
    use crate::part::State;
    use crate::testing::HandClock;

    #[derive(Default)]
    struct Counting(AtomicU32);

    #[async_trait]
    impl Probe for Counting {
        async fn check(&self) -> Health {
            tokio::task::yield_now().await;
            Health::up("fine").figure("looks", self.0.fetch_add(1, Ordering::Relaxed) + 1)
        }
    }

    struct Silent;

    #[async_trait]
    impl Probe for Silent {
        async fn check(&self) -> Health {
            pending().await
        }
    }

    struct Broken;

    #[async_trait]
    impl Probe for Broken {
        async fn check(&self) -> Health {
            panic!("a probe with a fault")
        }
    }

    #[tokio::test]
    async fn a_crowd_costs_one_look() {
        let clock = Arc::new(HandClock::default());
        let probe = Arc::new(Counting::default());
        let board = Board::new(clock.clone(), vec![Some(probe.clone()), None]);
        assert_eq!(board.last(), [None, None]);
        join_all((0..50).map(|_| board.look())).await;
        assert_eq!(probe.0.load(Ordering::Relaxed), 1);
        assert!(board.last()[0].is_some() && board.last()[1].is_none());

        clock.forward(Duration::from_millis(1_999));
        board.look().await;
        assert_eq!(probe.0.load(Ordering::Relaxed), 1);
        clock.forward(Duration::from_millis(1));
        board.look().await;
        assert_eq!(probe.0.load(Ordering::Relaxed), 2);
        clock.set(0);
        board.look().await;
        assert_eq!(probe.0.load(Ordering::Relaxed), 3, "a clock that was set back must not freeze the page");
    }

    #[tokio::test]
    async fn silence_and_faults_are_readings_too() {
        let probes: Vec<Option<Arc<dyn Probe>>> = vec![Some(Arc::new(Silent)), Some(Arc::new(Broken))];
        let mut board = Board::new(Arc::new(HandClock::default()), probes);
        board.patience = Duration::from_millis(20);
        let seen = board.look().await;
        let says: Vec<_> = seen.iter().flatten().map(|r| (r.health.state, r.health.says.as_str())).collect();
        assert_eq!(
            says,
            [(State::Down, "gave no answer within a second"), (State::Down, "could not be looked at")]
        );
    }
}
