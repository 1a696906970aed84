//! `cargo xtask test`: everything that has to pass.

use std::process::Command;

use crate::End;
use crate::need::{self, NEEDS};
use crate::program::{cargo, cargo_has, metadata};
use crate::rules;
use crate::step::{Outcome, Steps};

/// Runs every step and prints the summary.
pub(crate) fn run(quick: bool) -> End {
    let services = match services(quick) {
        Ok(services) => services,
        Err(problem) => {
            eprintln!("xtask: {problem}");
            return End::Misused;
        }
    };
    let mut steps = Steps::default();
    tests(&mut steps, quick);
    steps.command("format", cargo().args(["fmt", "--all", "--check"]));
    steps.command("lints", cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]));
    steps.command(
        "documentation",
        cargo().args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"),
    );
    steps.step("dependency rules", dependency_rules);
    dependency_policy(&mut steps);
    if steps.finish(&[services]) { End::Done } else { End::Failed }
}

/// Gets what the tests need; what to say about it in the summary.
fn services(quick: bool) -> Result<String, String> {
    if quick {
        return Ok("services: none, and no browser (--quick)".to_owned());
    }
    let used: Vec<String> = need::provide(NEEDS)?
        .into_iter()
        .map(|(name, path)| format!("{name} ({})", path.display()))
        .collect();
    Ok(format!("services: {}; no test needs a database or cache server yet", used.join(", ")))
}

/// The tests come first: they say most, and what they compile the other steps use again.
fn tests(steps: &mut Steps, quick: bool) {
    let with_choice = |mut command: Command| {
        if quick {
            command.env("CASEY_SKIP_BROWSER", "1");
        }
        command
    };
    if cargo_has("nextest") {
        let mut command = with_choice(cargo());
        steps.nextest("tests", command.args(["nextest", "run", "--workspace", "--no-fail-fast"]));
    } else {
        let mut command = with_choice(cargo());
        steps.command(
            "tests",
            command.args([
                "test",
                "--workspace",
                "--lib",
                "--bins",
                "--tests",
                "--examples",
                "--no-fail-fast",
            ]),
        );
    }
    steps.command(
        "examples in the documentation",
        with_choice(cargo()).args(["test", "--doc", "--workspace"]),
    );
}

fn dependency_rules() -> Outcome {
    match metadata().map(|metadata| rules::broken(&metadata)) {
        Ok(broken) if broken.is_empty() => Outcome::Passed,
        Ok(broken) => Outcome::Failed(broken.join("; ")),
        Err(problem) => Outcome::Failed(problem),
    }
}

fn dependency_policy(steps: &mut Steps) {
    const NAME: &str = "bans, licences, sources";
    if cargo_has("deny") {
        steps.command(
            NAME,
            cargo().args([
                "deny",
                "--locked",
                "check",
                "--hide-inclusion-graph",
                "bans",
                "licenses",
                "sources",
            ]),
        );
    } else {
        steps.step(NAME, || {
            Outcome::Skipped("cargo-deny is not installed: cargo install --locked cargo-deny".to_owned())
        });
    }
}
