//! Secrets that stand in files of their own.

use std::path::Path;
use std::{fs, io};

use crate::error::ConfigError;
use crate::mode;

/// Bytes that a secret may have: a certificate's worth is too many.
const LONGEST: u64 = 16 * 1_024;

/// Reads the whole of `path` without its trailing newline. `what` names the secret. Unless `trusted` (a systemd
/// credential, whose folder is private) the file must be its owner's alone.
pub(crate) fn read(path: &Path, what: &str, trusted: bool) -> Result<String, ConfigError> {
    let failed = |source| ConfigError::Read { path: path.to_owned(), what: what.to_owned(), source };
    let metadata = fs::metadata(path).map_err(failed)?;
    mode::ordinary(&metadata).map_err(failed)?;
    if !trusted && let Some(mode) = mode::others_can_read(&metadata) {
        return Err(ConfigError::TooOpen { path: path.to_owned(), what: what.to_owned(), mode });
    }
    if metadata.len() > LONGEST {
        return Err(failed(io::Error::other("it is too long to be a secret")));
    }
    let mut text = fs::read_to_string(path).map_err(failed)?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}
