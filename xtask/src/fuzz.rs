//! `cargo xtask fuzz`: instrumented builds of the targets in `fuzz/`, and runs of them.
//!
//! This needs no nightly compiler and no `cargo fuzz`: the passes that count which code was reached are options of the stable one, and
//! libfuzzer-sys brings the fuzzer as C++ sources.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::End;
use crate::need::{self, COMPILER};
use crate::program::{cargo, metadata, root};
use crate::step::{Outcome, Steps};

/// How long `cargo xtask test` runs each target, in seconds.
const SHORT: u32 = 6;

/// How long `cargo xtask fuzz` runs each target unless told otherwise, in seconds.
pub(crate) const LONG: u32 = 60;

/// What `cargo fuzz` gives to the compiler where there is no sanitizer.
const FLAGS: &str = "--cfg fuzzing -Ccodegen-units=1 -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-simplifycfg-branch-fold-threshold=0";

/// Runs all targets, or one.
pub(crate) fn run(seconds: u32, target: Option<&str>) -> End {
    if let Err(problem) = need::provide(std::slice::from_ref(&COMPILER)) {
        eprintln!("xtask: {problem}");
        return End::Misused;
    }
    let known = targets();
    let chosen: Vec<String> =
        known.iter().filter(|name| target.is_none_or(|target| target == *name)).cloned().collect();
    if chosen.is_empty() {
        eprintln!("xtask: there is no such target; there are: {}", known.join(", "));
        return End::Misused;
    }
    match fuzz(&chosen, &["-max_total_time".to_owned() + "=" + &seconds.to_string()]) {
        Outcome::Failed(why) => {
            eprintln!("xtask: {why}");
            End::Failed
        }
        _ => End::Done,
    }
}

/// The seeds as ordinary tests, format and lints of the targets, and, unless it has to be quick, a short run of each.
pub(crate) fn steps(steps: &mut Steps, quick: bool) {
    let folder = match target_folder() {
        Ok(folder) => folder,
        Err(problem) => return steps.step("fuzz targets", || Outcome::Failed(problem)),
    };
    let apart = |subcommand: &str| {
        let mut command = cargo();
        command.args([subcommand, "--manifest-path", "fuzz/Cargo.toml", "--target-dir"]).arg(&folder);
        command
    };
    steps.command("seeds of the fuzz targets", &mut apart("test"));
    steps.command(
        "format of the fuzz targets",
        cargo().args(["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"]),
    );
    steps.command(
        "lints of the fuzz targets",
        apart("clippy").args(["--all-targets", "--", "-D", "warnings"]),
    );
    if !quick {
        // The same in every run, so that a failure has something to do with the change.
        let arguments = [format!("-max_total_time={SHORT}"), "-seed=1".to_owned()];
        steps.step("short runs of the fuzz targets", || fuzz(&targets(), &arguments));
    }
}

/// The names of all targets.
fn targets() -> Vec<String> {
    let files = fs::read_dir(root().join("fuzz/fuzz_targets"));
    let stem = |path: PathBuf| path.file_stem().and_then(|stem| stem.to_str()).map(ToOwned::to_owned);
    let mut names: Vec<String> =
        files.into_iter().flatten().filter_map(|entry| stem(entry.ok()?.path())).collect();
    names.sort();
    names
}

fn target_folder() -> Result<PathBuf, String> {
    let metadata = metadata()?;
    let folder = metadata["target_directory"].as_str();
    Ok(folder.ok_or("cargo metadata names no folder for what it builds")?.into())
}

/// Builds the targets, and runs them one after the other.
fn fuzz(targets: &[String], arguments: &[String]) -> Outcome {
    let programs = match build() {
        Ok(programs) => programs,
        Err(problem) => return Outcome::Failed(problem),
    };
    let mut broken = Vec::new();
    for target in targets {
        match once(&programs.join(target), target, arguments) {
            Ok(runs) => println!("   {target}: {runs} inputs"),
            Err(problem) => broken.push(problem),
        }
    }
    if broken.is_empty() { Outcome::Passed } else { Outcome::Failed(broken.join("; ")) }
}

/// Builds all targets; gives the folder with the programs.
fn build() -> Result<PathBuf, String> {
    let (folder, host) = (target_folder()?, host()?);
    let mut flags = env::var_os("RUSTFLAGS").unwrap_or_default();
    flags.push(" ");
    flags.push(FLAGS);
    let mut command = cargo();
    command.args(["build", "--manifest-path", "fuzz/Cargo.toml", "--bins", "--profile", "fuzz"]);
    // Named, the target keeps build scripts and macros free of the flags.
    command.args(["--target", &host, "--target-dir"]).arg(&folder);
    let status = command.env("RUSTFLAGS", flags).env_remove("CARGO_ENCODED_RUSTFLAGS").status();
    match status {
        Ok(status) if status.success() => Ok(folder.join(host).join("fuzz")),
        Ok(_) => Err("the fuzz targets cannot be built".to_owned()),
        Err(error) => Err(format!("cannot start cargo: {error}")),
    }
}

/// The platform this compiler runs on.
fn host() -> Result<String, String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output =
        Command::new(rustc).arg("-vV").output().map_err(|error| format!("cannot ask rustc: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(ToOwned::to_owned).ok_or_else(|| "rustc does not name its host".to_owned())
}

/// Runs one target; gives how many inputs it tried.
fn once(program: &Path, target: &str, arguments: &[String]) -> Result<String, String> {
    let own = |kind: &str| root().join("fuzz").join(kind).join(target);
    let (corpus, seeds, artifacts) = (own("corpus"), own("seeds"), own("artifacts"));
    for folder in [&corpus, &artifacts] {
        fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    }
    let mut prefix = OsString::from("-artifact_prefix=");
    prefix.push(artifacts.join(""));
    let mut command = Command::new(program);
    command.args([
        "-max_len=1000",
        "-timeout=10",
        "-rss_limit_mb=1024",
        "-print_final_stats=1",
        "-verbosity=0",
    ]);
    command.args(arguments).arg(prefix).arg(corpus).arg(seeds);
    let output = command.output().map_err(|error| format!("cannot start {target}: {error}"))?;
    judged(target, &output)
}

/// What came of a run. What a failed one said is passed on.
fn judged(target: &str, output: &Output) -> Result<String, String> {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let behind =
        |mark: &str| said.lines().find_map(|line| line.split_once(mark)).map(|(_, rest)| rest.trim());
    if output.status.success() {
        return Ok(behind("stat::number_of_executed_units:").unwrap_or("0").to_owned());
    }
    eprintln!("{said}");
    match behind("Test unit written to ") {
        Some(file) => {
            Err(format!("{target} fails on {file}; once that is mended, it belongs into fuzz/seeds/{target}"))
        }
        None => Err(format!("{target} ended with {}", output.status)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::process::Command;

    use super::{host, judged, targets};

    #[test]
    fn targets_are_found_and_have_seeds() {
        let found = targets();
        assert!(found.len() >= 6, "{found:?}");
        for target in found {
            assert!(super::root().join("fuzz/seeds").join(&target).is_dir(), "{target} has no seeds");
        }
    }

    #[test]
    fn the_host_is_a_platform() {
        assert!(host().unwrap().split('-').count() >= 3);
    }

    #[test]
    fn a_failure_names_the_input() {
        let run = |script: &str| judged("reader", &Command::new("sh").args(["-c", script]).output().unwrap());
        assert_eq!(run("echo 'stat::number_of_executed_units: 42' >&2"), Ok("42".to_owned()));
        let crashed =
            run("echo \"artifact_prefix='x'; Test unit written to x/crash-1\" >&2; exit 77").unwrap_err();
        assert_eq!(
            crashed,
            "reader fails on x/crash-1; once that is mended, it belongs into fuzz/seeds/reader"
        );
        assert!(run("exit 3").unwrap_err().starts_with("reader ended with"));
    }
}
