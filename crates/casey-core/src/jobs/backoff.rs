//! When a job that failed is tried again. Pure.

use std::time::Duration;

use crate::ports::JobId;

/// The first wait; it doubles with each attempt.
const FIRST: Duration = Duration::from_secs(5);
/// The longest wait.
const LONGEST: Duration = Duration::from_hours(1);

/// How long to wait after this attempt, the first being 1: up to a fifth more or less than the doubling says, differently for each job, so that
/// jobs that failed together are not tried together.
pub(super) fn wait(job: JobId, attempt: u32) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    let full = (FIRST * 2_u32.pow(doublings)).min(LONGEST);
    // SplitMix64's mixing function spreads neighbouring numbers evenly.
    let mut mixed = job.get().wrapping_add(u64::from(attempt)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let percent = 80 + u32::try_from((mixed ^ (mixed >> 31)) % 41).unwrap_or_default();
    full * percent / 100
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn waits_grow_and_stay_within_bounds(job in any::<u64>(), attempt in 1_u32..200) {
            let wait = wait(JobId::new(job), attempt);
            let full = if attempt > 10 { 3_600 } else { (5 << (attempt - 1)).min(3_600) };
            let full = Duration::from_secs(full);
            prop_assert!(wait >= full * 4 / 5 && wait <= full * 6 / 5, "{wait:?} for {full:?}");
        }
    }

    #[test]
    fn jobs_that_failed_together_are_spread() {
        let waits: std::collections::BTreeSet<_> = (0..50).map(|job| wait(JobId::new(job), 4)).collect();
        assert!(waits.len() > 20, "{waits:?}");
    }
}
