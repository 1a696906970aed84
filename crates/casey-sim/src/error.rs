//! What can go wrong for the one who runs a simulation or writes a script.

use std::{fmt, io, net::SocketAddr};

/// An error of the simulation or of a script. Its `Debug` is its text, so that a failing test shows a readable
/// transcript.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum SimError {
    /// The address could not be listened on.
    #[error("the simulated Discord cannot listen on {address}: {source}")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// The description of the world contradicts itself.
    #[error("the world cannot be built: {0}")]
    World(String),
    /// Something was asked for by a name that nothing has.
    #[error("there is no {kind} called {name:?}; there are: {known}")]
    NoSuch {
        /// Guild, channel, role, person …
        kind: &'static str,
        /// The name that was looked up.
        name: String,
        /// The names there are.
        known: String,
    },
    /// Discord would not let the person do this.
    #[error("{who} cannot {what}: {why}")]
    Refused {
        /// The person.
        who: String,
        /// What was tried.
        what: String,
        /// Why Discord refuses it.
        why: String,
    },
    /// An expectation was not met in time.
    #[error("in {place}, expected {expected}, {found}\n\nwhat happened:\n{transcript}")]
    Unmet {
        /// Where.
        place: String,
        /// The expectation in words.
        expected: String,
        /// What was there instead, and how long it was waited for.
        found: String,
        /// The conversation so far.
        transcript: String,
    },
    /// The OpenAPI document could not be used.
    #[error("the OpenAPI document {path} cannot be used: {why}")]
    Contract {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
}

impl fmt::Debug for SimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
