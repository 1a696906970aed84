//! `cargo xtask test`: everything that has to pass.

use std::process::Command;

use crate::End;
use crate::fuzz;
use crate::keys;
use crate::need::{self, NEEDS, OPENSSL, POSTGRES, REDIS};
use crate::program::{cargo, cargo_has, metadata};
use crate::rules;
use crate::services::{Programs, Services, VARIABLES};
use crate::step::{Outcome, Steps};

/// Runs every step and prints the summary.
pub(crate) fn run(quick: bool) -> End {
    let Gathered { services, note } = match gather(quick) {
        Ok(gathered) => gathered,
        Err((end, problem)) => {
            eprintln!("xtask: {problem}");
            return end;
        }
    };
    let mut steps = Steps::default();
    tests(&mut steps, quick, services.as_ref());
    steps.step("keys that the tests left in Redis", || keys::check(services.as_ref()));
    // Nothing needs them any more.
    drop(services);
    steps.command("format", cargo().args(["fmt", "--all", "--check"]));
    steps.command("lints", cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]));
    steps.command(
        "documentation",
        cargo().args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"),
    );
    steps.step("dependency rules", dependency_rules);
    dependency_policy(&mut steps);
    fuzz::steps(&mut steps, quick);
    if steps.finish(&[note]) { End::Done } else { End::Failed }
}

/// What the tests run with, and what to say about it in the summary.
struct Gathered {
    services: Option<Services>,
    note: String,
}

fn gather(quick: bool) -> Result<Gathered, (End, String)> {
    if quick {
        let note = "services: none, and no browser (--quick)".to_owned();
        return Ok(Gathered { services: None, note });
    }
    let found = need::provide(NEEDS).map_err(|problem| (End::Misused, problem))?;
    let program = |name: &str| {
        let own = found.iter().find(|(other, _)| *other == name);
        own.map(|(_, path)| path.clone()).ok_or_else(|| (End::Misused, format!("{name} is missing")))
    };
    let programs =
        Programs { initdb: program(POSTGRES)?, redis: program(REDIS)?, openssl: program(OPENSSL)? };
    println!("starting a private PostgreSQL and a private Redis, both with TLS");
    let services = Services::start(&programs).map_err(|problem| (End::Failed, problem))?;
    let used: Vec<String> = found.iter().map(|(name, path)| format!("{name} ({})", path.display())).collect();
    let told: Vec<String> = services.variables().map(|(name, value)| format!("{name}={value}")).collect();
    println!("{}", told.join("\n"));
    let note = format!("services: {}; servers were private ones with TLS and are stopped", used.join(", "));
    Ok(Gathered { services: Some(services), note })
}

/// The tests come first: they say most, and what they compile the other steps use again.
fn tests(steps: &mut Steps, quick: bool, services: Option<&Services>) {
    let with_choice = |mut command: Command| {
        if quick {
            command.env("CASEY_SKIP_BROWSER", "1");
        }
        for variable in VARIABLES {
            command.env_remove(variable);
        }
        if let Some(services) = services {
            command.envs(services.variables());
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
