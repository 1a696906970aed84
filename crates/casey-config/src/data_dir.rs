//! The folder where the embedded defaults live.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::{ConfigError, io_words};
use crate::mode;

/// A folder that exists and that Casey can write in.
#[derive(Clone, Debug)]
pub struct DataDir(PathBuf);

impl DataDir {
    /// Makes the folder if it is missing, for its owner alone (mode 0700), and writes a small file to see that it can.
    ///
    /// # Errors
    ///
    /// [`ConfigError::DataDir`], saying whether the folder is read-only, the disk is full or a file is in the way.
    pub fn open(path: &Path) -> Result<Self, ConfigError> {
        let failed = |error: &io::Error| {
            let (problem, remedy) = explain(error);
            ConfigError::DataDir { path: path.to_owned(), problem, remedy }
        };
        mode::private_dir().create(path).map_err(|error| failed(&error))?;
        let probe = path.join(format!(".casey-probe-{}", std::process::id()));
        let written = write_probe(&probe);
        let removed = fs::remove_file(&probe);
        written.and(removed).map_err(|error| failed(&error))?;
        Ok(Self(path.to_owned()))
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

/// Writes a page and waits until the disk has it: a full disk refuses at one of the two.
fn write_probe(path: &Path) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(&[0; 4096])?;
    file.sync_all()
}

fn explain(error: &io::Error) -> (String, &'static str) {
    const ELSEWHERE: &str = "set CASEY_DATA_DIR to a folder that this user may write in";
    match error.kind() {
        io::ErrorKind::ReadOnlyFilesystem => ("is on a read-only file system".to_owned(), ELSEWHERE),
        io::ErrorKind::PermissionDenied => (
            "is read-only for this user".to_owned(),
            "change its owner or mode, or set CASEY_DATA_DIR to another folder",
        ),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            ("is on a full disk".to_owned(), "make room, or set CASEY_DATA_DIR to a folder on another disk")
        }
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => (
            "cannot be made because a file is in the way".to_owned(),
            "move the file, or set CASEY_DATA_DIR to another folder",
        ),
        _ => (format!("cannot be used ({})", io_words(error)), ELSEWHERE),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io;

    use super::{DataDir, explain};

    #[test]
    fn makes_the_folder_private_and_leaves_nothing_behind() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("a/b");
        let dir = DataDir::open(&path).unwrap();
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        }
        DataDir::open(&path).unwrap();
    }

    #[test]
    fn a_file_in_the_way_is_named() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("data");
        std::fs::write(&path, "").unwrap();
        for path in [path.clone(), path.join("deeper")] {
            let text = DataDir::open(&path).unwrap_err().to_string();
            assert!(text.contains(path.to_str().unwrap()) && text.contains("a file is in the way"), "{text}");
        }
    }

    #[test]
    fn a_folder_that_refuses_is_told_from_a_full_disk() {
        for (kind, words) in [
            (io::ErrorKind::ReadOnlyFilesystem, "read-only file system"),
            (io::ErrorKind::PermissionDenied, "read-only for this user"),
            (io::ErrorKind::StorageFull, "full disk"),
            (io::ErrorKind::QuotaExceeded, "full disk"),
        ] {
            let (problem, remedy) = explain(&kind.into());
            assert!(problem.contains(words) && remedy.contains("CASEY_DATA_DIR"), "{problem}: {remedy}");
        }
    }
}
