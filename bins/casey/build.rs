//! Tells the program when it was built, so that `casey doctor` can say that it is old.

use std::{
    env,
    path::Path,
    process::Command,
    time::{SystemTime, UNIX_EPOCH},
};

fn main() {
    // Grows with every commit; a folder without it has no commit to ask for.
    let commits = Path::new("../../.git/logs/HEAD");
    println!("cargo::rerun-if-env-changed=SOURCE_DATE_EPOCH");
    println!("cargo::rerun-if-changed=build.rs");
    if commits.exists() {
        println!("cargo::rerun-if-changed={}", commits.display());
    }
    let built = env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .or_else(of_commit)
        .unwrap_or_else(now);
    // Cargo gives it to what it runs, too, where a name of ours would be taken for a setting.
    println!("cargo::rustc-env=BUILT_AT={built}");
}

/// When the commit was made that is being built, in seconds since 1970.
fn of_commit() -> Option<u64> {
    let output = Command::new("git").args(["log", "-1", "--format=%ct"]).output().ok()?;
    output.status.success().then(|| String::from_utf8(output.stdout).ok()?.trim().parse().ok())?
}

#[allow(clippy::disallowed_methods, reason = "a build has no clock of ours")]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
