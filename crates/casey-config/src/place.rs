//! Where a value came from.

use std::fmt;
use std::path::PathBuf;

/// Where a value was given.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// Nowhere: Casey's own default.
    Default,
    /// A line of the configuration file.
    File {
        /// The file, as it was named.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
    /// A variable of the environment.
    Environment,
    /// A file of systemd's credentials directory.
    Credential {
        /// The credential's file.
        path: PathBuf,
    },
    /// A flag of the command line.
    Flag,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("by default"),
            Self::File { path, line } => write!(f, "in {} line {line}", path.display()),
            Self::Environment => f.write_str("in the environment"),
            Self::Credential { path } => write!(f, "in the credential {}", path.display()),
            Self::Flag => f.write_str("on the command line"),
        }
    }
}
