//! Whether somebody else's clock says what Casey's does.

use std::time::Duration;

use casey_core::Timestamp;

use super::{check::Check, code::Code, context::Context};

/// Beyond this times that are shown look wrong.
const OFF: Duration = Duration::from_secs(3);
/// Beyond this jobs, bans and reminders come at the wrong time, and certificates seem not to be valid.
const FAR_OFF: Duration = Duration::from_mins(1);

/// Compares the clock of `whose` with ours at the same moment.
pub(super) fn compare(
    code: Code,
    whose: &str,
    context: &Context,
    theirs: Timestamp,
    ours: Timestamp,
) -> Check {
    if context.clock_is_moved() {
        return Check::skipped(
            code,
            "CASEY_CLOCK_FILE moves the clock, so that no other says anything about it",
        );
    }
    judge(code, whose, theirs, ours)
}

fn judge(code: Code, whose: &str, theirs: Timestamp, ours: Timestamp) -> Check {
    let ahead = theirs.since(ours);
    let (distance, way) = if ahead.is_zero() { (ours.since(theirs), "behind") } else { (ahead, "ahead of") };
    let remedy = "let both machines follow a time server: run timedatectl set-ntp true";
    let found = format!("the clock of {whose} is {} s {way} this machine's", distance.as_secs());
    match distance {
        far if far > FAR_OFF => Check::problem(code, found, remedy),
        off if off > OFF => Check::warning(code, found, remedy),
        _ => Check::ok(code, format!("the clocks of {whose} and of this machine agree")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::State;

    #[test]
    fn a_difference_counts_either_way() {
        let now = Timestamp::from_millis(1_700_000_000_000);
        for (theirs, state, word) in [
            (now, State::Ok, "agree"),
            (now + Duration::from_secs(2), State::Ok, "agree"),
            (now + Duration::from_secs(10), State::Warning, "10 s ahead of"),
            (now - Duration::from_secs(90), State::Problem, "90 s behind"),
        ] {
            let check = judge(Code::DiscordClock, "Discord", theirs, now);
            assert_eq!(check.state, state, "{check:?}");
            assert!(check.found.contains(word), "{check:?}");
        }
    }
}
