//! The gate that shards identify through: one at a time for each bucket, among all processes.

use std::{sync::Arc, time::Duration};

use casey_core::{Clock, GatewaySessions};
use tokio::sync::oneshot;
use twilight_gateway::queue::{InMemoryQueue, Queue};

use super::{backoff::luck, keeper::Owner};

/// A bucket takes one shard in five seconds (Discord Docs/Gateway, “Rate Limiting”); a little more, because clocks differ.
const WINDOW: Duration = Duration::from_millis(5_250);

/// How often a bucket that another process has is looked at.
const LOOK: Duration = Duration::from_millis(250);

/// Discord's limits as this process counts them, and then those it shares with others.
#[derive(Clone)]
pub(super) struct Gate {
    /// Counts the day's sessions, and keeps shards of this process apart also when the store is away.
    pub(super) here: InMemoryQueue,
    pub(super) shared: Arc<dyn GatewaySessions>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) owner: Owner,
    /// How many shards may identify at once.
    pub(super) concurrency: u32,
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate").field("concurrency", &self.concurrency).finish_non_exhaustive()
    }
}

impl Queue for Gate {
    fn enqueue(&self, shard: u32) -> oneshot::Receiver<()> {
        let (mut permit, permitted) = oneshot::channel();
        let here = self.here.enqueue(shard);
        let claim = Claim {
            shared: Arc::clone(&self.shared),
            clock: Arc::clone(&self.clock),
            owner: self.owner.clone(),
            bucket: shard % self.concurrency.max(1),
        };
        tokio::spawn(async move {
            let passed = async {
                // The queue is gone when the process ends.
                if here.await.is_ok() {
                    claim.wait().await;
                }
            };
            // Whoever stopped waiting must not use up a turn.
            let passed = tokio::select! {
                () = permit.closed() => false,
                () = passed => true,
            };
            if passed {
                let _ = permit.send(());
            }
        });
        permitted
    }
}

struct Claim {
    shared: Arc<dyn GatewaySessions>,
    clock: Arc<dyn Clock>,
    owner: Owner,
    bucket: u32,
}

impl Claim {
    /// Waits for a turn among all processes. If they cannot be asked, the turn in this process has to do.
    async fn wait(&self) {
        loop {
            let now = self.clock.now();
            let Owner { application, gateway } = &self.owner;
            match self.shared.claim_identify(*application, gateway, self.bucket, now, now + WINDOW).await {
                Ok(true) => return,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(
                        error = casey_core::causes(&error),
                        "other processes could not be asked who identifies"
                    );
                    return;
                }
            }
            self.clock.sleep_until(now + LOOK.mul_f64(1.0 + luck())).await;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use casey_core::{MemorySessions, SystemClock};
    use twilight_model::id::Id;

    use super::*;

    const OWNER: (u64, &str) = (7, "wss://gateway.example");

    fn gate(shared: &Arc<MemorySessions>, concurrency: u16) -> Gate {
        Gate {
            // Lets everybody pass, so that only the shared part is seen.
            here: InMemoryQueue::new(0, 100, Duration::from_hours(24), 100),
            shared: Arc::clone(shared) as Arc<dyn GatewaySessions>,
            clock: Arc::new(SystemClock),
            owner: Owner { application: Id::new(OWNER.0), gateway: OWNER.1.to_owned() },
            concurrency: concurrency.into(),
        }
    }

    async fn is_free(shared: &MemorySessions, bucket: u32) -> bool {
        let now = SystemClock.now();
        shared.claim_identify(Id::new(OWNER.0), OWNER.1, bucket, now, now).await.unwrap()
    }

    #[tokio::test]
    async fn processes_share_their_buckets() {
        let shared = Arc::new(MemorySessions::new());
        let (one, other) = (gate(&shared, 2), gate(&shared, 2));
        one.enqueue(0).await.unwrap();
        other.enqueue(1).await.unwrap();
        assert!(!is_free(&shared, 0).await && !is_free(&shared, 1).await);
        let mut waits = other.enqueue(2);
        tokio::task::yield_now().await;
        assert!(waits.try_recv().is_err(), "bucket 0 is taken");
    }

    #[tokio::test]
    async fn a_turn_comes_when_the_window_has_passed() {
        let shared = Arc::new(MemorySessions::new());
        let now = SystemClock.now();
        let soon = now + Duration::from_millis(100);
        assert!(shared.claim_identify(Id::new(OWNER.0), OWNER.1, 0, now, soon).await.unwrap());
        gate(&shared, 1).enqueue(5).await.unwrap();
        assert!(SystemClock.now() >= soon);
    }
}
