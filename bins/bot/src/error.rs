use std::{io, net::SocketAddr};

use casey_config::{ConfigError, Exit};
use casey_core::{BuildError, StoreError};
use casey_data::{DataError, FilesError, RedisError, SealError};
use casey_privacy::{Finding, InventoryError};

/// Why the bot does not run. With its causes it reads as one sentence.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BotError {
    /// The configuration, or a file it names, cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The place for files cannot be used.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// Redis cannot be used.
    #[error(transparent)]
    Redis(#[from] RedisError),
    /// What is sealed cannot be opened.
    #[error(transparent)]
    Sealed(#[from] SealError),
    /// What is stored about this installation could not be read or written.
    #[error("preparing the database")]
    Store(#[source] StoreError),
    /// The declarations of what is stored contradict each other: a mistake in Casey.
    #[error("what Casey stores is declared wrongly")]
    Inventory(#[from] InventoryError),
    /// The database holds something that is not declared, or lacks something that is.
    #[error("the database is not what Casey declares to store: {}", list(.0))]
    Undeclared(Vec<Finding>),
    /// The database belongs to another root key.
    #[error(
        "the root key is not the one this database was made with (its fingerprint is {here}, the database's {there}): \
         restore the old key, or point CASEY_KEY_FILE at it"
    )]
    OtherKey {
        /// Fingerprint of the key at hand.
        here: String,
        /// Fingerprint in the database.
        there: String,
    },
    /// There is no root key, and the database was made with one.
    #[error(
        "there is no root key, and this database was made with one (its fingerprint is {there}): restore that key, or point CASEY_KEY_FILE at it"
    )]
    NoKey {
        /// Fingerprint in the database.
        there: String,
    },
    /// What waited for the database could not be written before the end.
    #[error("closing the database")]
    Closing(#[source] StoreError),
    /// A part of Casey took too long to end.
    #[error("{0} did not end in time; what it was doing may not have been finished")]
    Late(&'static str),
    /// The address for metrics and health cannot be listened on.
    #[error("cannot listen on {address} for metrics and health ({}): free it, or choose another CASEY_METRICS_ADDR", words(.reason))]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        reason: io::Error,
    },
    /// Discord does not take Casey in.
    #[error(transparent)]
    Discord(#[from] casey_discord::Error),
    /// The bot cannot be put together.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The operating system gave no runtime or no signals.
    #[error("starting the process: {0}")]
    Process(#[source] io::Error),
    /// A task of Casey panicked.
    #[error("a part of Casey stopped unexpectedly: {0}")]
    Panicked(&'static str),
    /// The process was told twice to stop.
    #[error("stopped at once, as asked for a second time; what was running has not been finished")]
    Forced,
}

impl BotError {
    /// The process's exit code: 2 where the operator has to change the configuration, 1 for everything else.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Config(error) => Exit::from(error),
            Self::Discord(error) if error.is_configuration() => Exit::Misused,
            Self::Data(error) if error.is_configuration() => Exit::Misused,
            Self::OtherKey { .. }
            | Self::NoKey { .. }
            | Self::Listen { .. }
            | Self::Redis(_)
            | Self::Files(_) => Exit::Misused,
            _ => Exit::Failed,
        }
    }

    /// The error and its causes on one line. Causes that an error has told already are left out.
    pub fn sentence(&self) -> String {
        casey_core::causes(self)
    }
}

/// The first findings, the rest as a number.
fn list(findings: &[Finding]) -> String {
    let shown: Vec<_> =
        findings.iter().take(5).map(|finding| format!("{} ({})", finding.place, finding.remedy)).collect();
    match findings.len().saturating_sub(shown.len()) {
        0 => shown.join("; "),
        rest => format!("{}; and {rest} more", shown.join("; ")),
    }
}

/// The usual reasons in plain words.
fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => "another process uses this port".to_owned(),
        io::ErrorKind::AddrNotAvailable => "this machine does not have this address".to_owned(),
        io::ErrorKind::PermissionDenied => "this user may not use this port".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_operator_has_to_change_exits_with_2() {
        let address = SocketAddr::from(([127, 0, 0, 1], 9_000));
        let taken = BotError::Listen { address, reason: io::ErrorKind::AddrInUse.into() };
        assert_eq!(taken.exit(), Exit::Misused);
        assert_eq!(
            taken.sentence(),
            "cannot listen on 127.0.0.1:9000 for metrics and health (another process uses this port): free it, or \
             choose another CASEY_METRICS_ADDR"
        );
        assert_eq!(BotError::from(casey_discord::Error::Token).exit(), Exit::Misused);
        assert_eq!(BotError::Forced.exit(), Exit::Failed);
    }

    #[test]
    fn causes_follow_on_the_same_line() {
        let store = StoreError::new(casey_core::StoreErrorKind::Unavailable, "reading a fact");
        assert_eq!(
            BotError::Store(store).sentence(),
            "preparing the database: reading a fact: the store is not available"
        );
    }
}
