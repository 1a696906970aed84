//! Everything that can be wrong before Casey runs, each as one sentence.

use std::io;
use std::path::PathBuf;

use crate::place::Place;

/// What is wrong with the configuration or with the files it names.
///
/// Every message is one line that says what was being done, with what, and what to do about it. No message holds
/// a secret: a secret's value is neither stored nor shown here.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A name that Casey does not know.
    #[error("{name} {place} is not a setting of Casey{}", did_you_mean(nearest.as_deref()))]
    Unknown {
        /// The name as it was read.
        name: String,
        /// Where.
        place: Place,
        /// The known name most like it.
        nearest: Option<String>,
    },
    /// A value that cannot be used.
    #[error("{name} {place} is {}: expected {expected}", quoted(read.as_deref()))]
    Invalid {
        /// The key, variable or flag.
        name: String,
        /// Where.
        place: Place,
        /// What was read; never there for a secret.
        read: Option<String>,
        /// Completes "expected …".
        expected: String,
    },
    /// A value given twice at the same level.
    #[error("{name} is given both {first} and {second}: keep one of them")]
    Twice {
        /// The variable.
        name: String,
        /// One place, in words.
        first: String,
        /// The other, in words.
        second: String,
    },
    /// The file is not TOML.
    #[error("{} line {line} column {column} is not valid TOML: {problem}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in characters.
        column: usize,
        /// The parser's words, without any text of the file.
        problem: String,
    },
    /// A file that was named could not be read.
    #[error("cannot read {} ({what}): {}", path.display(), io_words(source))]
    Read {
        /// The file.
        path: PathBuf,
        /// What it is for.
        what: String,
        /// Why.
        source: io::Error,
    },
    /// A secret that others on this machine can read.
    #[error("{} ({what}) can be read by others on this machine (mode {mode:04o}): run chmod 600 {}", path.display(), path.display())]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// What it is for.
        what: String,
        /// Its permission bits.
        mode: u32,
    },
    /// The data folder cannot be used.
    #[error("the data folder {} {problem}: {remedy}", path.display())]
    DataDir {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
        /// What to do.
        remedy: &'static str,
    },
    /// The root key's file does not hold a key.
    #[error("the root key {} holds {length} bytes: expected 32 raw bytes or 64 hexadecimal digits; restore it from a backup, or point CASEY_KEY_FILE at the right file", path.display())]
    RootKey {
        /// The file.
        path: PathBuf,
        /// How many bytes it holds.
        length: usize,
    },
    /// A file could not be written.
    #[error("cannot write {} ({what}): {}", path.display(), io_words(source))]
    Write {
        /// The file.
        path: PathBuf,
        /// What it is for.
        what: &'static str,
        /// Why.
        source: io::Error,
    },
    /// A value that this command needs is missing.
    #[error("{what} is not set: {remedy}")]
    Missing {
        /// What is missing.
        what: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// The operating system gave no random bytes for a new root key.
    #[error("cannot make a root key: the operating system gave no random bytes")]
    Random,
    /// Logging was set up before.
    #[error("logging is already set up in this process")]
    Logging,
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; did you mean {name}?")).unwrap_or_default()
}

fn quoted(read: Option<&str>) -> String {
    match read {
        Some("") => "empty".to_owned(),
        Some(text) => format!("`{text}`"),
        None => "not usable (its value is not shown)".to_owned(),
    }
}

/// An operating system's error in plain words, where it is a common one.
pub(crate) fn io_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "this user may not open it".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::NotADirectory => "a file is in the way of one of its folders".to_owned(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full; make room on it".to_owned()
        }
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        io::ErrorKind::InvalidData => "it is not UTF-8 text".to_owned(),
        _ => error.to_string(),
    }
}

/// `text` on one line, of at most 60 characters, for use in a message.
///
/// Of an address, what stands before an `@` or behind a `?` is left out: it may be a password or a signature.
pub(crate) fn shown(text: &str) -> String {
    let mut out = String::new();
    let without;
    let text = match text.split_once("://") {
        Some((scheme, rest)) if rest.contains(['@', '?']) => {
            let (path, query) = rest.split_once('?').map_or((rest, ""), |(path, _)| (path, "?…"));
            let path = path.rsplit_once('@').map_or_else(|| path.to_owned(), |(_, host)| format!("…@{host}"));
            without = format!("{scheme}://{path}{query}");
            &without
        }
        _ => text,
    };
    for (count, c) in text.chars().enumerate() {
        if count == 60 {
            out.push('…');
            break;
        }
        if c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}
