use std::time::Duration;

const FIRST: Duration = Duration::from_millis(250);
const MOST: Duration = Duration::from_secs(15);

/// How long to wait after so many failures in a row: a quarter of a second, doubled each time, 15 seconds at most.
pub(super) fn pause(failures: u32) -> Duration {
    FIRST.saturating_mul(1 << failures.saturating_sub(1).min(10)).min(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_their_bound() {
        let pauses: Vec<_> = [0, 1, 2, 3, 6, 7, u32::MAX].map(|n| pause(n).as_millis()).into();
        assert_eq!(pauses, [250, 250, 500, 1_000, 8_000, 15_000, 15_000]);
    }
}
