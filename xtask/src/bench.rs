//! `cargo xtask bench`: measures release builds.

use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;
use std::process::Command;

use crate::End;
use crate::program::{cargo, metadata, root};

/// Builds `casey` and `casey-bench`, then runs the latter with the path of the former. Stdout is the measurement's alone, so that
/// `--json` can be piped on.
pub(crate) fn run(arguments: &[String]) -> End {
    eprintln!("building casey and casey-bench with optimisation; the first time this takes minutes");
    let built = cargo().args(["build", "--release", "-p", "casey", "-p", "casey-bench"]).status();
    if !built.is_ok_and(|status| status.success()) {
        eprintln!("xtask: the build failed");
        return End::Failed;
    }
    let folder = match metadata() {
        Ok(metadata) => match metadata["target_directory"].as_str() {
            Some(folder) => PathBuf::from(folder).join("release"),
            None => root().join("target").join("release"),
        },
        Err(problem) => {
            eprintln!("xtask: {problem}");
            return End::Failed;
        }
    };
    let binary = |name: &str| folder.join(format!("{name}{EXE_SUFFIX}"));
    let (bench, casey) = (binary("casey-bench"), binary("casey"));
    eprintln!("running {} --casey {} {}", bench.display(), casey.display(), arguments.join(" "));
    match Command::new(&bench).arg("--casey").arg(&casey).args(arguments).current_dir(root()).status() {
        Ok(status) => match status.code() {
            Some(0) => End::Done,
            Some(2) => End::Misused,
            _ => End::Failed,
        },
        Err(error) => {
            eprintln!("xtask: cannot run {}: {error}", bench.display());
            End::Failed
        }
    }
}
