//! What one look found.

use std::{fmt::Display, time::Duration};

use super::code::Code;

/// How long one look may take.
pub(super) const LIMIT: Duration = Duration::from_secs(5);

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Ok,
    /// Casey runs, and something should be mended.
    Warning,
    /// Casey does not run, or not as it has to.
    Problem,
    /// It could not be looked at.
    Skipped,
}

impl State {
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
            Self::Skipped => "skipped",
        }
    }
}

/// What was looked at, how it is, what was found, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Check {
    pub(super) code: Code,
    pub(super) state: State,
    pub(super) found: String,
    pub(super) remedy: Option<String>,
}

impl Check {
    pub(super) fn ok(code: Code, found: impl Into<String>) -> Self {
        Self { code, state: State::Ok, found: found.into(), remedy: None }
    }

    pub(super) fn skipped(code: Code, why: impl Into<String>) -> Self {
        Self { code, state: State::Skipped, found: why.into(), remedy: None }
    }

    pub(super) fn warning(code: Code, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { code, state: State::Warning, found: found.into(), remedy: Some(remedy.into()) }
    }

    pub(super) fn problem(code: Code, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { code, state: State::Problem, found: found.into(), remedy: Some(remedy.into()) }
    }

    /// What breaks a promise to people: a problem where there are any, a warning elsewhere.
    pub(super) fn promise(
        production: bool,
        code: Code,
        found: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let state = if production { State::Problem } else { State::Warning };
        Self { code, state, found: found.into(), remedy: Some(remedy.into()) }
    }

    /// A problem told by an error, whose sentence ends with its remedy.
    pub(super) fn told(code: Code, error: impl Display) -> Self {
        let sentence = error.to_string();
        let (found, remedy) = divided(&sentence);
        Self::problem(code, found, remedy)
    }

    /// A problem: no answer in time.
    pub(super) fn late(code: Code, what: &str) -> Self {
        Self::problem(
            code,
            format!("{what} took longer than {} seconds", LIMIT.as_secs()),
            "check the network on the way and the load at the other end, and look again",
        )
    }
}

/// A sentence without its remedy, and the remedy: our errors put it after the last semicolon.
fn divided(sentence: &str) -> (&str, &str) {
    let whole = (sentence, "see what is said, and look again");
    sentence.rsplit_once("; ").map_or(whole, |(found, remedy)| (found.trim_end(), remedy.trim()))
}

/// Waits for something, but not for ever.
pub(super) async fn within<T>(work: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(LIMIT, work).await.ok()
}

/// A number with its noun: `1 step`, `2 steps`.
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_divided_into_what_is_and_what_to_do() {
        let check =
            Check::told(Code::DatabaseOpen, "opening x: the disk is full; make room on it (SQLite code 13)");
        assert_eq!(check.found, "opening x: the disk is full");
        assert_eq!(check.remedy.as_deref(), Some("make room on it (SQLite code 13)"));
        assert!(Check::told(Code::DatabaseOpen, "it broke").remedy.is_some());
    }

    #[test]
    fn a_broken_promise_counts_where_there_are_people() {
        assert_eq!(Check::promise(true, Code::AtRest, "", "").state, State::Problem);
        assert_eq!(Check::promise(false, Code::AtRest, "", "").state, State::Warning);
    }
}
