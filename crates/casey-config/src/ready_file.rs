//! The file that tells other programs that Casey is ready.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::ConfigError;

/// What the ready file says. What is not running is `null`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ready {
    /// The website's address.
    pub web: Option<String>,
    /// Base of Discord's HTTP API.
    pub discord_api: Option<String>,
    /// The gateway's address.
    pub gateway: Option<String>,
    /// The Last.fm API's address.
    pub lastfm: Option<String>,
    /// The address of every TikTok host.
    pub tiktok: Option<String>,
    /// Where metrics and health are served.
    pub metrics: Option<String>,
    /// The data folder.
    pub data_dir: Option<PathBuf>,
    /// This process.
    pub pid: u32,
}

/// A ready file that exists, and goes when this is dropped.
#[derive(Debug)]
#[must_use = "the file is removed when this is dropped"]
pub struct ReadyFile(PathBuf);

impl ReadyFile {
    /// Writes the file in one step: readers see all of it or nothing.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Write`] when it cannot be written.
    pub fn write(path: &Path, ready: &Ready) -> Result<Self, ConfigError> {
        let temporary = temporary(path);
        let written = serde_json::to_vec(ready)
            .map_err(io::Error::from)
            .and_then(|mut text| {
                text.push(b'\n');
                fs::write(&temporary, text)
            })
            .and_then(|()| fs::rename(&temporary, path));
        match written {
            Ok(()) => Ok(Self(path.to_owned())),
            Err(source) => {
                let _ = fs::remove_file(&temporary);
                Err(ConfigError::Write { path: path.to_owned(), what: "the ready file", source })
            }
        }
    }

    /// Removes what an earlier process that was killed left at `path`, so that nobody takes it for this one's.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Write`] when something is there and cannot be removed.
    pub fn clear(path: &Path) -> Result<(), ConfigError> {
        match fs::remove_file(path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(ConfigError::Write { path: path.to_owned(), what: "the ready file", source })
            }
            _ => Ok(()),
        }
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        // Nothing can be done about a file that does not go.
        let _ = fs::remove_file(&self.0);
    }
}

/// A name beside `path`, so that the rename stays within one file system.
fn temporary(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;

    use super::{Ready, ReadyFile};

    #[test]
    fn stands_while_it_is_held() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("ready.json");
        let ready = Ready { web: Some("http://127.0.0.1:3000".to_owned()), pid: 7, ..Ready::default() };
        let file = ReadyFile::write(&path, &ready).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(
            text,
            "{\"web\":\"http://127.0.0.1:3000\",\"discord_api\":null,\"gateway\":null,\"lastfm\":null,\"tiktok\":null,\
             \"metrics\":null,\"data_dir\":null,\"pid\":7}\n"
        );
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1);
        drop(file);
        assert!(!path.exists());
    }

    #[test]
    fn clears_what_was_left() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("ready.json");
        ReadyFile::clear(&path).unwrap();
        fs::write(&path, "old").unwrap();
        ReadyFile::clear(&path).unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn a_missing_folder_is_said() {
        let temp = tempfile::tempdir().unwrap();
        let error = ReadyFile::write(&temp.path().join("no/ready.json"), &Ready::default()).unwrap_err();
        assert!(error.to_string().ends_with("(the ready file): there is no such file or folder"), "{error}");
    }
}
