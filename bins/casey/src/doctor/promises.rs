//! What is promised to people and to operators, and can be told from the configuration and the program alone.

use std::{
    io::{self, IsTerminal as _},
    time::Duration,
};

use casey_config::{AtRest, LogFormat};
use casey_core::Timestamp;

use super::{check::Check, code::Code, context::Context};

/// How old a program may be before it counts as one without the fixes of what it stands on.
const OLD: Duration = Duration::from_hours(90 * 24);

pub(super) fn look(context: &Context) -> Vec<Check> {
    let mut checks = Vec::new();
    if context.is_right(&["at_rest"]) {
        checks.push(at_rest(context.config.at_rest, context.production));
    }
    if context.is_right(&["clock_file", "discord_token", "discord_api_url"]) {
        checks.push(clock_file(context));
    }
    if context.is_right(&["log_format"]) {
        let format = context.config.log_format;
        checks.push(log_format(format, io::stderr().is_terminal(), context.production));
    }
    checks.push(build(context.clock.now()));
    checks
}

/// How old this program is.
pub(super) fn build(now: Timestamp) -> Check {
    age(Timestamp::from_millis(built_at()), now)
}

/// Discord's developer terms want what its API tells to be encrypted where it lies, so that production without it is a problem.
fn at_rest(at_rest: AtRest, production: bool) -> Check {
    match at_rest {
        AtRest::Luks => Check::ok(Code::AtRest, "the storage below is encrypted by LUKS, says CASEY_AT_REST"),
        AtRest::CloudVolume => {
            Check::ok(Code::AtRest, "the storage below is an encrypted volume of a cloud, says CASEY_AT_REST")
        }
        _ if production => Check::problem(
            Code::AtRest,
            "CASEY_AT_REST is none: Discord's terms want what Casey stores to be encrypted at rest",
            "put the database, the data folder and the files on encrypted storage, and set CASEY_AT_REST to luks or cloud-volume",
        ),
        _ => Check::ok(Code::AtRest, "CASEY_AT_REST is none, which --production refuses"),
    }
}

fn clock_file(context: &Context) -> Check {
    const REMEDY: &str = "unset CASEY_CLOCK_FILE";
    if context.config.clock_file.is_none() {
        return Check::ok(Code::ClockFile, "the clock is the machine's");
    }
    if context.clock_is_moved() {
        let found = "CASEY_CLOCK_FILE moves the clock: bans end and data goes at the wrong time";
        return Check::promise(context.production, Code::ClockFile, found, REMEDY);
    }
    let found = "CASEY_CLOCK_FILE is ignored, because Discord is not on this machine";
    Check::promise(context.production, Code::ClockFile, found, REMEDY)
}

fn log_format(format: Option<LogFormat>, terminal: bool, production: bool) -> Check {
    match format {
        Some(LogFormat::Pretty) if production => Check::warning(
            Code::LogFormat,
            "log lines are pretty, which programs that collect them cannot take apart",
            "set CASEY_LOG_FORMAT=json, or unset it",
        ),
        Some(LogFormat::Pretty) => Check::ok(Code::LogFormat, "log lines are pretty"),
        Some(LogFormat::Json) => Check::ok(Code::LogFormat, "log lines are JSON"),
        None if terminal => {
            Check::ok(Code::LogFormat, "log lines are pretty on this terminal, JSON elsewhere")
        }
        _ => Check::ok(Code::LogFormat, "log lines are JSON, except on a terminal"),
    }
}

/// When this program was built, in milliseconds since 1970; see `build.rs`.
fn built_at() -> i64 {
    env!("BUILT_AT").parse().map_or(0, |seconds: i64| seconds * 1_000)
}

fn age(built: Timestamp, now: Timestamp) -> Check {
    let age = now.since(built);
    let days = age.as_secs() / 86_400;
    let found = format!("Casey {} was built {days} days ago", env!("CARGO_PKG_VERSION"));
    if age > OLD {
        return Check::warning(
            Code::BuildAge,
            format!("{found}: what it stands on has had security fixes since"),
            "update Casey and its dependencies, and build it anew",
        );
    }
    Check::ok(Code::BuildAge, found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::State;

    #[test]
    fn unencrypted_storage_is_for_trying_things_out() {
        assert_eq!(at_rest(AtRest::None, false).state, State::Ok);
        assert_eq!(at_rest(AtRest::None, true).state, State::Problem);
        assert_eq!(at_rest(AtRest::Luks, true).state, State::Ok);
    }

    #[test]
    fn a_build_grows_old_after_90_days() {
        let built = Timestamp::from_millis(1_700_000_000_000);
        assert_eq!(age(built, built + OLD).state, State::Ok);
        let old = age(built, built + OLD + Duration::from_hours(24));
        assert_eq!(old.state, State::Warning);
        assert!(old.found.contains("built 91 days ago"), "{old:?}");
        // 2024 is before this was written.
        assert!(built_at() > 1_704_067_200_000);
    }

    #[test]
    fn pretty_lines_are_for_people() {
        assert_eq!(log_format(Some(LogFormat::Pretty), false, true).state, State::Warning);
        assert_eq!(log_format(Some(LogFormat::Pretty), false, false).state, State::Ok);
        assert_eq!(log_format(None, false, true).state, State::Ok);
    }
}
