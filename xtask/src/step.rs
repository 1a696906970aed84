//! One step after the other, with durations and a summary.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    Failed(String),
    Skipped(String),
}

struct Done {
    name: &'static str,
    outcome: Outcome,
    took: Duration,
}

/// The steps so far.
#[derive(Default)]
pub(crate) struct Steps {
    done: Vec<Done>,
    /// The test runner's closing line, repeated at the end where it is looked for.
    closing: Option<String>,
}

impl Steps {
    /// Runs one step.
    pub(crate) fn step(&mut self, name: &'static str, work: impl FnOnce() -> Outcome) {
        println!("\n== {name}");
        let start = Instant::now();
        let outcome = work();
        let took = start.elapsed();
        println!("== {}", line(name, &outcome, took));
        self.done.push(Done { name, outcome, took });
    }

    /// Runs a command as a step.
    pub(crate) fn command(&mut self, name: &'static str, command: &mut Command) {
        self.step(name, || status(command));
    }

    /// Runs nextest as a step, keeping its closing line.
    pub(crate) fn nextest(&mut self, name: &'static str, command: &mut Command) {
        let mut closing = None;
        self.step(name, || watch(command, &mut closing));
        self.closing = closing;
    }

    /// Prints the summary; whether nothing failed.
    pub(crate) fn finish(self, notes: &[String]) -> bool {
        println!("\n== summary");
        for done in &self.done {
            println!("   {}", line(done.name, &done.outcome, done.took));
        }
        for note in notes {
            println!("   {note}");
        }
        if let Some(closing) = self.closing {
            println!("{closing}");
        }
        !self.done.iter().any(|done| matches!(done.outcome, Outcome::Failed(_)))
    }
}

fn line(name: &str, outcome: &Outcome, took: Duration) -> String {
    let seconds = took.as_secs_f64();
    match outcome {
        Outcome::Passed => format!("ok       {name} ({seconds:.1} s)"),
        Outcome::Failed(why) => format!("FAILED   {name} ({seconds:.1} s): {why}"),
        Outcome::Skipped(why) => format!("SKIPPED  {name}: {why}"),
    }
}

fn status(command: &mut Command) -> Outcome {
    match command.status() {
        Ok(status) if status.success() => Outcome::Passed,
        Ok(status) => Outcome::Failed(status.to_string()),
        Err(error) => Outcome::Failed(format!("cannot start it: {error}")),
    }
}

/// Passes the command's stderr on and keeps the closing line.
fn watch(command: &mut Command, closing: &mut Option<String>) -> Outcome {
    let mut child = match command.stderr(Stdio::piped()).spawn() {
        Ok(child) => child,
        Err(error) => return Outcome::Failed(format!("cannot start it: {error}")),
    };
    if let Some(pipe) = child.stderr.take() {
        let mut pipe = BufReader::new(pipe);
        let mut bytes = Vec::new();
        while pipe.read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
            // A closed terminal is no reason to leave the child without a reader.
            let _ = std::io::stderr().write_all(&bytes);
            let text = String::from_utf8_lossy(&bytes);
            if is_closing(&text) {
                *closing = Some(text.trim_end().to_owned());
            }
            bytes.clear();
        }
    }
    match child.wait() {
        Ok(status) if status.success() => Outcome::Passed,
        Ok(status) => Outcome::Failed(status.to_string()),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

/// Whether this is the line nextest closes with: `Summary [   1.2s] 12 tests run: 12 passed, 0 skipped`.
fn is_closing(line: &str) -> bool {
    line.contains("Summary") && line.contains(" run: ")
}

#[cfg(test)]
mod tests {
    use super::{Outcome, is_closing, line, status, watch};
    use std::process::Command;
    use std::time::Duration;

    #[test]
    fn knows_the_closing_line() {
        assert!(is_closing("     Summary [   0.005s] 3 tests run: 3 passed, 0 skipped"));
        assert!(!is_closing("        PASS [   0.004s] xtask step::tests::knows_the_closing_line"));
    }

    #[test]
    fn a_failure_is_seen_and_the_closing_line_kept() {
        let mut closing = None;
        let script = "echo '     Summary [ 1s] 2 tests run: 1 passed, 1 failed' >&2; echo more >&2; exit 3";
        let outcome = watch(Command::new("sh").args(["-c", script]), &mut closing);
        assert_eq!(outcome, Outcome::Failed("exit status: 3".to_owned()));
        assert_eq!(closing.as_deref(), Some("     Summary [ 1s] 2 tests run: 1 passed, 1 failed"));
        assert_eq!(status(&mut Command::new("true")), Outcome::Passed);
        assert!(matches!(status(&mut Command::new("/no/such/program")), Outcome::Failed(_)));
    }

    #[test]
    fn a_skipped_step_stands_out() {
        let text = line("dependencies", &Outcome::Skipped("no cargo-deny".to_owned()), Duration::ZERO);
        assert_eq!(text, "SKIPPED  dependencies: no cargo-deny");
    }
}
