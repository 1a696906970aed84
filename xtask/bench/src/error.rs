//! What can go wrong while measuring.

use std::{error::Error as _, fmt::Write as _, io, path::PathBuf};

use thiserror::Error;

/// Why there are no figures.
#[derive(Debug, Error)]
pub(crate) enum BenchError {
    #[error("starting {}", .0.display())]
    Start(PathBuf, #[source] io::Error),
    #[error("making a place for a bot's files")]
    Folder(#[source] io::Error),
    #[error("starting the runtime")]
    Runtime(#[source] io::Error),
    #[error("reading {what}, which this needs Linux for")]
    Usage { what: String, source: io::Error },
    #[error("{what} does not look as expected: {text:?}")]
    Strange { what: String, text: String },
    #[error("simulating Discord")]
    Sim(#[from] casey_sim::SimError),
    #[error("asking Casey what it wants from Discord")]
    Config(#[from] casey_config::ConfigError),
    #[error("asking Casey what it wants from Discord")]
    Casey(#[from] casey_bot::BotError),
    #[error("{subject} ended before it should: {said}")]
    Ended { subject: &'static str, said: String },
    #[error("{subject} was still busy after {seconds} s")]
    Restless { subject: &'static str, seconds: u64 },
    #[error("{subject} {what}: {found} instead of {expected}")]
    Incomplete { subject: &'static str, what: &'static str, found: u64, expected: u64 },
    #[error("the prefix reader does not read the case {0:?} as it should")]
    Reader(&'static str),
    #[error("Casey has no command {0:?} to read")]
    NoCommand(&'static str),
    #[error("describing a command to read")]
    Schema(#[source] serde_json::Error),
}

impl BenchError {
    /// The error with all its causes, in one line.
    pub(crate) fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            // Writing to a string does not fail.
            let _ = write!(text, ": {error}");
            cause = error.source();
        }
        text
    }
}
