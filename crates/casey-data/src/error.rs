//! What can go wrong with opening, migrating or inspecting a database, in sentences that hold no values.

use std::{io, path::PathBuf};

pub use crate::cause::{Cause, Trouble};
pub(crate) use crate::cause::{store_error, while_doing};
pub use crate::connect::TransportTrouble;

/// Why a database could not be opened, migrated or inspected. Each reads as one sentence with its remedy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// The address names no kind of database that Casey knows.
    #[error("a database address begins with sqlite:// or postgres://, not with {scheme}")]
    Scheme {
        /// What it begins with; never the rest, which may hold a password.
        scheme: String,
    },
    /// The address begins rightly and cannot be read further.
    #[error(
        "the database address cannot be read; it is written sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME, \
         with special characters in the password as %XX"
    )]
    Address,
    /// The address has a parameter that Casey does not know. It is not named, because it may be a piece of a password.
    #[error("the database address has a parameter after the ? that Casey does not know; it knows {known}")]
    Parameter {
        /// Those it knows.
        known: String,
    },
    /// The way to the server is not safe.
    #[error("the database {place}: {trouble}")]
    Transport {
        /// The server and the database's name on it.
        place: String,
        /// What is wrong, and how to mend it.
        trouble: TransportTrouble,
    },
    /// The folder for the file cannot be made, or the file cannot be made in it.
    #[error("the database {} cannot be created ({}); choose a folder that Casey may write to", file.display(), plain_io(source))]
    Create {
        /// The database's file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The database refused.
    #[error("{doing} {place}: {cause}")]
    Database {
        /// What was being done: “opening the database”.
        doing: &'static str,
        /// The database's file, `:memory:`, or the server and the database's name on it.
        place: String,
        /// Why.
        cause: Cause,
    },
    /// The lock that keeps two processes from migrating at once could not be had.
    #[error("the lock file {} cannot be used ({}); it is needed while the database schema changes", file.display(), plain_io(source))]
    Lock {
        /// The lock's file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A newer version of Casey has changed the schema.
    #[error("a newer version of Casey has changed the database {place}; update this one")]
    Newer {
        /// The database's file, or the server and the database's name on it.
        place: String,
    },
}

impl DataError {
    /// Whether the operator mends it in Casey's configuration, so that a process ends with exit code 2.
    pub const fn is_configuration(&self) -> bool {
        match self {
            Self::Scheme { .. } | Self::Address | Self::Parameter { .. } => true,
            Self::Transport { trouble, .. } => trouble.is_configuration(),
            _ => false,
        }
    }
}

/// The system's word on a file without its number, which says nothing to a person.
pub(crate) fn plain_io(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}
