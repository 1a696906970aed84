use std::{
    fmt::{self, Formatter},
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use casey_core::{Allowance, Clock, Limit, Quota, StoreError, Timestamp};
use casey_privacy::CacheKey;
use moka::{Expiry, ops::compute::Op, policy::EvictionPolicy, sync::Cache as Moka};

use super::weight;

#[derive(Clone, Copy, Debug)]
struct Window {
    uses: u32,
    ends: Timestamp,
    life: Duration,
}

/// Counters in the memory of this process, bounded by bytes.
///
/// A window begins with its first use and ends by the [`Clock`]; spending in it never moves its end. It is never longer than the class
/// of its key permits a value to live.
pub struct LocalQuota {
    clock: Arc<dyn Clock>,
    windows: Moka<String, Window>,
}

impl LocalQuota {
    /// Room of counters that nobody asked otherwise: 16 MiB, some 80,000 counters.
    pub const DEFAULT_BYTES: u64 = 16 * 1024 * 1024;

    /// Counters at zero, for at most so many bytes. Beyond them the counter that was not used for longest starts anew.
    pub fn new(clock: Arc<dyn Clock>, bytes: u64) -> Self {
        let windows = Moka::builder()
            .max_capacity(bytes)
            .weigher(|key: &String, _: &Window| weight(key.len()))
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(InRealTime)
            .build();
        Self { clock, windows }
    }
}

impl fmt::Debug for LocalQuota {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalQuota").field("windows", &self.windows.entry_count()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Quota for LocalQuota {
    async fn spend(&self, key: &dyn CacheKey, limit: Limit) -> Result<Allowance, StoreError> {
        let now = self.clock.now();
        let life = key.clamped_ttl(limit.per).get().map_or(limit.per, |most| most.min(limit.per));
        let mut allowance = Allowance::Granted;
        self.windows.entry(key.key()).and_compute_with(|known| {
            let open = known.map(moka::Entry::into_value).filter(|window| now < window.ends);
            let (answer, change) = spend_in(open, limit, now, life);
            allowance = answer;
            change.map_or(Op::Nop, Op::Put)
        });
        Ok(allowance)
    }
}

/// The answer, and what the window becomes if it changes.
fn spend_in(
    open: Option<Window>,
    limit: Limit,
    now: Timestamp,
    life: Duration,
) -> (Allowance, Option<Window>) {
    match open {
        Some(window) if window.uses >= limit.uses => (Allowance::Wait(window.ends.since(now)), None),
        Some(window) => (
            Allowance::Granted,
            Some(Window { uses: window.uses + 1, life: window.ends.since(now), ..window }),
        ),
        None if limit.uses == 0 => (Allowance::Wait(life), None),
        None => (Allowance::Granted, Some(Window { uses: 1, ends: now + life, life })),
    }
}

/// Gives memory back once a window is over in real time. What counts is decided by the clock.
struct InRealTime;

impl Expiry<String, Window> for InRealTime {
    fn expire_after_create(&self, _: &String, window: &Window, _: Instant) -> Option<Duration> {
        Some(window.life)
    }

    fn expire_after_update(
        &self,
        _: &String,
        window: &Window,
        _: Instant,
        _left: Option<Duration>,
    ) -> Option<Duration> {
        Some(window.life)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever the times of the uses, no window grants more than it may, and whoever waits as told is granted.
        #[test]
        fn a_window_never_grants_more_than_its_limit(
            uses in 1_u32..5,
            per in 1_u64..2_000,
            steps in prop::collection::vec(0_u64..700, 1..80),
        ) {
            let limit = Limit::new(uses, Duration::from_millis(per));
            let mut now = Timestamp::from_millis(0);
            let mut window: Option<Window> = None;
            let mut granted: Vec<Timestamp> = Vec::new();
            let mut window_began = now;
            for step in steps {
                now = now + Duration::from_millis(step);
                let open = window.filter(|window| now < window.ends);
                if open.is_none() {
                    window_began = now;
                }
                let (answer, change) = spend_in(open, limit, now, limit.per);
                window = change.or(open);
                match answer {
                    Allowance::Granted => granted.push(now),
                    Allowance::Wait(wait) => {
                        prop_assert!(wait > Duration::ZERO && wait <= limit.per);
                        let later = now + wait;
                        let open = window.filter(|window| later < window.ends);
                        prop_assert_eq!(spend_in(open, limit, later, limit.per).0, Allowance::Granted);
                    }
                }
                let inside = granted.iter().filter(|at| **at >= window_began).count();
                prop_assert!(inside <= usize::try_from(uses).unwrap_or(usize::MAX));
            }
        }
    }
}
