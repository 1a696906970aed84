//! Starting other programs.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The cargo that runs this chore.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// The workspace's folder.
pub(crate) fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_owned()
}

/// Whether cargo has this subcommand.
pub(crate) fn cargo_has(subcommand: &str) -> bool {
    cargo()
        .args([subcommand, "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The first of `names` that is in `PATH`, or else in one of `folders`. There `*` stands for a version, of which the newest counts.
pub(crate) fn find(names: &[&str], folders: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> =
        env::split_paths(&path).chain(folders.iter().flat_map(|folder| versions(folder))).collect();
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file()))
}

/// The folders behind a pattern with one `*` as the beginning, the middle or the end of a name, the newest version first.
fn versions(pattern: &str) -> Vec<PathBuf> {
    let Some((before, after)) = pattern.split_once('*') else { return vec![PathBuf::from(pattern)] };
    let (parent, beginning) = before.rsplit_once('/').unwrap_or(("", before));
    let (ending, rest) = after.split_once('/').unwrap_or((after, ""));
    let Ok(entries) = std::fs::read_dir(parent) else { return Vec::new() };
    let mut found: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name();
            let version = name.to_str()?.strip_prefix(beginning)?.strip_suffix(ending)?.to_owned();
            let number = version.split('.').next()?.parse().ok()?;
            Some((number, entry.path().join(rest)))
        })
        .collect();
    found.sort_by(|left, right| right.cmp(left));
    found.into_iter().map(|(_, folder)| folder).collect()
}

/// Cargo's description of the workspace with every dependency that any feature brings in.
pub(crate) fn metadata() -> Result<serde_json::Value, String> {
    let output = cargo()
        .args(["metadata", "--format-version", "1", "--all-features", "--locked"])
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    if !output.status.success() {
        return Err("cargo metadata failed".to_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{find, versions};

    #[test]
    fn the_newest_version_counts() {
        let folder = std::env::temp_dir().join(format!("casey-xtask-find-{}", std::process::id()));
        for version in ["9", "15", "17", "old"] {
            std::fs::create_dir_all(folder.join(version).join("bin")).unwrap();
        }
        std::fs::write(folder.join("15/bin/no-such-program"), "").unwrap();
        std::fs::write(folder.join("9/bin/no-such-program"), "").unwrap();
        let pattern = format!("{}/*/bin", folder.display());
        let names: Vec<_> = versions(&pattern)
            .into_iter()
            .map(|path| path.strip_prefix(&folder).unwrap().to_owned())
            .collect();
        let found = find(&["no-such-program"], &[&pattern]);
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(names, ["17/bin", "15/bin", "9/bin"].map(std::path::PathBuf::from));
        assert_eq!(found, Some(folder.join("15/bin/no-such-program")));
        assert_eq!(find(&["no-such-program"], &["/no/such/folder/*/bin"]), None);
    }
}
