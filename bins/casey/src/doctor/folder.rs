//! The data folder: whether it can be used, who can look into it, how much room there is.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use casey_config::{ConfigError, DataDir};
use tokio::task::spawn_blocking;

use super::{
    check::{Check, within},
    code::Code,
    context::Context,
};

const MIB: u64 = 1_024 * 1_024;
/// Below this a database soon stops.
const LITTLE: u64 = 100 * MIB;
/// Below this somebody should make room in the next days.
const SCARCE: u64 = 1_024 * MIB;

pub(super) async fn look(context: &Context) -> Vec<Check> {
    if !context.is_right(&["data_dir"]) {
        return vec![Check::skipped(Code::DataFolder, "CASEY_DATA_DIR is wrong")];
    }
    let folder = context.config.data_dir.clone();
    let looked = within(spawn_blocking(move || look_at(&folder))).await;
    let Some(Ok(checks)) = looked else {
        let place = context.config.data_dir.display();
        return vec![Check::late(Code::DataFolder, &format!("looking at the data folder {place}"))];
    };
    checks
}

fn look_at(folder: &Path) -> Vec<Check> {
    let there = nearest(folder);
    let mut checks = vec![usable(folder, &there)];
    if there == folder {
        checks.extend(mode(folder));
    }
    checks.push(space(&there));
    checks
}

/// The folder, or the nearest one above it that exists.
fn nearest(folder: &Path) -> PathBuf {
    folder.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("/")).to_owned()
}

fn usable(folder: &Path, there: &Path) -> Check {
    let place = folder.display();
    // Opening one that exists writes a small file and removes it, as every start does.
    match DataDir::open(there) {
        Ok(_) if there == folder => Check::ok(Code::DataFolder, format!("{place} can be written to")),
        Ok(_) => Check::ok(Code::DataFolder, format!("{place} is not there yet; the first start makes it")),
        Err(ConfigError::DataDir { problem, remedy, .. }) => {
            let found = if there == folder {
                format!("the data folder {place} {problem}")
            } else {
                format!("the data folder {place} cannot be made: {} {problem}", there.display())
            };
            Check::problem(Code::DataFolder, found, remedy)
        }
        Err(error) => Check::told(Code::DataFolder, error),
    }
}

/// Only its owner has anything to do in it.
#[cfg(unix)]
fn mode(folder: &Path) -> Option<Check> {
    let mode = open_to_others(folder)?;
    let found = format!("others on this machine can look into {} (mode {mode:04o})", folder.display());
    Some(Check::warning(Code::DataMode, found, format!("run chmod 700 {}", folder.display())))
}

#[cfg(not(unix))]
fn mode(_: &Path) -> Option<Check> {
    None
}

/// The mode of a file or folder that is not its owner's alone.
#[cfg(unix)]
pub(super) fn open_to_others(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

#[cfg(not(unix))]
pub(super) fn open_to_others(_: &Path) -> Option<u32> {
    None
}

/// Asks `df`, which POSIX has everywhere: the standard library does not tell.
fn space(folder: &Path) -> Check {
    let output = Command::new("df").args(["-P", "-k"]).arg(folder).env("LC_ALL", "C").output();
    let free = output.ok().and_then(|output| free(&String::from_utf8_lossy(&output.stdout)));
    match free {
        Some(free) => room(free),
        None => Check::skipped(Code::DataSpace, "this system does not tell how much room there is (no df)"),
    }
}

/// Bytes that are available, from the fourth column of the second line (POSIX, “df”).
fn free(said: &str) -> Option<u64> {
    let kibibytes: u64 = said.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    kibibytes.checked_mul(1_024)
}

fn room(free: u64) -> Check {
    let found = format!("{} MiB are free for the data folder", free / MIB);
    let remedy = "make room on its disk, or set CASEY_DATA_DIR to a folder on another";
    match free {
        ..LITTLE => Check::problem(Code::DataSpace, found, remedy),
        LITTLE..SCARCE => Check::warning(Code::DataSpace, found, remedy),
        _ => Check::ok(Code::DataSpace, found),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;

    use super::*;
    use crate::doctor::check::State;

    #[test]
    fn a_folder_that_is_not_there_is_not_made() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("a/b");
        let checks = look_at(&folder);
        assert_eq!((checks[0].code, checks[0].state), (Code::DataFolder, State::Ok));
        assert!(checks[0].found.contains("not there yet") && !temp.path().join("a").exists(), "{checks:?}");
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_in_the_way_is_a_problem() {
        let temp = tempfile::tempdir().unwrap();
        fs::write(temp.path().join("taken"), "").unwrap();
        let check = &look_at(&temp.path().join("taken/data"))[0];
        assert_eq!(check.state, State::Problem);
        assert!(check.found.contains("a file is in the way"), "{check:?}");
        assert!(check.remedy.as_ref().unwrap().contains("CASEY_DATA_DIR"));
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_open_to_others_is_told() {
        use std::os::unix::fs::PermissionsExt as _;
        let temp = tempfile::tempdir().unwrap();
        for (bits, expected) in [(0o755, Some(State::Warning)), (0o700, None)] {
            fs::set_permissions(temp.path(), fs::Permissions::from_mode(bits)).unwrap();
            assert_eq!(mode(temp.path()).map(|check| check.state), expected, "{bits:o}");
        }
    }

    #[test]
    fn room_is_read_and_judged() {
        let said = "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda1 100 60 40 60% /\n";
        assert_eq!(free(said), Some(40 * 1_024));
        assert_eq!(free("df: no such file\n"), None);
        for (bytes, state) in [(0, State::Problem), (LITTLE, State::Warning), (SCARCE, State::Ok)] {
            assert_eq!(room(bytes).state, state, "{bytes}");
        }
    }
}
