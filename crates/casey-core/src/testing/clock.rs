use async_trait::async_trait;
use tokio::sync::watch;

use crate::time::{Clock, Timestamp};

/// A clock that stands still until it is moved.
#[derive(Clone, Debug)]
pub struct ManualClock {
    now: watch::Sender<Timestamp>,
}

impl ManualClock {
    /// A clock that shows this moment.
    pub fn at(now: Timestamp) -> Self {
        Self { now: watch::Sender::new(now) }
    }

    /// Moves it forward and wakes whoever waited for that.
    pub fn advance(&self, by: std::time::Duration) {
        self.now.send_modify(|now| *now = *now + by);
    }

    /// Sets it to any moment, as somebody may set a machine's clock: also back.
    pub fn set(&self, now: Timestamp) {
        self.now.send_replace(now);
    }
}

impl Default for ManualClock {
    /// New Year 2026.
    fn default() -> Self {
        Self::at(Timestamp::from_millis(1_767_225_600_000))
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.now.borrow()
    }

    async fn sleep_until(&self, moment: Timestamp) {
        // The sender is held by this clock, so it cannot be gone.
        let _ = self.now.subscribe().wait_for(|now| *now >= moment).await;
    }
}
