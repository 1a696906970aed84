//! Times as people read them.

use std::time::Duration;

use casey_core::Timestamp;

/// How long ago: `just now`, `3 seconds ago`, `2 hours ago`. Rounded down.
pub(crate) fn ago(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds == 0 { "just now".to_owned() } else { format!("{} ago", span(seconds)) }
}

/// How long: `40 seconds`, `3 minutes`, `2 days`. Rounded down.
pub(crate) fn lasting(duration: Duration) -> String {
    span(duration.as_secs())
}

fn span(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

/// A moment to the minute: `2026-11-24 06:01 UTC`.
pub(crate) fn moment(moment: Timestamp) -> String {
    let text = moment.to_string();
    match text.get(..16) {
        Some(minute) => format!("{} UTC", minute.replace('T', " ")),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_rounded_down() {
        for (seconds, text) in [
            (0, "just now"),
            (1, "1 second ago"),
            (59, "59 seconds ago"),
            (60, "1 minute ago"),
            (7_199, "1 hour ago"),
            (86_400 * 3, "3 days ago"),
        ] {
            assert_eq!(ago(Duration::from_secs(seconds)), text);
        }
        assert_eq!(lasting(Duration::from_millis(999)), "0 seconds");
    }

    #[test]
    fn a_moment_is_shown_to_the_minute() {
        assert_eq!(moment(Timestamp::from_millis(crate::testing::NOON)), "2026-11-24 06:01 UTC");
        assert_eq!(moment(Timestamp::from_millis(7)), "1970-01-01 00:00 UTC");
    }
}
