use std::{io, net::SocketAddr, path::PathBuf};

use casey_bot::BotError;
use casey_config::{ConfigError, Exit};
use casey_data::{DataError, SealError};
use casey_sim::SimError;
use casey_web::WebError;

/// Why `casey` did not do what it was asked, as one sentence.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CaseyError {
    /// The bot.
    #[error(transparent)]
    Bot(#[from] BotError),
    /// The website.
    #[error(transparent)]
    Web(#[from] WebError),
    /// The configuration, or a file it names.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database.
    #[error(transparent)]
    Data(#[from] DataError),
    /// What is sealed in the database.
    #[error(transparent)]
    Sealed(#[from] SealError),
    /// There is nothing to look at yet.
    #[error("there is no database yet; the first start makes it")]
    NoDatabase,
    /// The root key is not there, and must not be made here: a new one opens nothing.
    #[error("there is no root key; restore it from its copy, or point CASEY_KEY_FILE at it")]
    NoKey,
    /// The schema is older than this version.
    #[error("{step} is still to be applied to the database: run `casey migrate`")]
    Pending {
        /// The first step.
        step: String,
    },
    /// The file of the declarations cannot be read or written.
    #[error("{doing} {} did not work: {source}", file.display())]
    Lock {
        /// What was being done.
        doing: &'static str,
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The simulated Discord cannot listen.
    #[error("the simulated Discord cannot listen on {address}: {}", listening(.address, .source))]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The simulated Discord cannot be used.
    #[error("the simulated Discord does not work: {0}")]
    Simulation(#[source] SimError),
    /// Somebody wants to talk to the simulated Discord where there is none.
    #[error(
        "--talk works in the simulated Discord only: unset CASEY_DISCORD_TOKEN and CASEY_DISCORD_API_URL, or leave --talk out"
    )]
    NobodyToTalkTo,
    /// The demonstration needs a folder and has none.
    #[error("making a temporary folder: {0}")]
    Folder(#[source] io::Error),
    /// An expected reply is missing in the demonstration.
    #[error("the demo misses an expected reply, in the scene “{scene}”: {what}")]
    Demo {
        /// The part of the script.
        scene: &'static str,
        /// What was expected and what there was.
        what: String,
    },
    /// The operating system gave no runtime or no signals.
    #[error("starting the process: {0}")]
    Process(#[source] io::Error),
    /// A task of Casey panicked.
    #[error("a part of Casey stopped unexpectedly: {0}")]
    Stopped(&'static str),
}

impl From<SimError> for CaseyError {
    fn from(error: SimError) -> Self {
        match error {
            SimError::Listen { address, source } => Self::Listen { address, source },
            other => Self::Simulation(other),
        }
    }
}

impl CaseyError {
    /// The process's exit code: 2 where the operator has to change something, 1 for everything else.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Bot(error) => error.exit(),
            Self::Web(error) => error.exit(),
            Self::Config(error) => Exit::from(error),
            Self::Data(error) => data_exit(error),
            Self::Listen { .. } | Self::NobodyToTalkTo => Exit::Misused,
            Self::Sealed(_)
            | Self::NoDatabase
            | Self::NoKey
            | Self::Lock { .. }
            | Self::Pending { .. }
            | Self::Simulation(_)
            | Self::Folder(_)
            | Self::Demo { .. }
            | Self::Process(_)
            | Self::Stopped(_) => Exit::Failed,
        }
    }

    /// The error and its causes on one line.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::Bot(error) => error.sentence(),
            other => other.to_string(),
        }
    }
}

fn data_exit(error: &DataError) -> Exit {
    if error.is_configuration() { Exit::Misused } else { Exit::Failed }
}

fn listening(address: &SocketAddr, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "port {} is in use by another program; set CASEY_SIM_ADDR to another one, or to port 0 for any free one",
            address.port()
        ),
        io::ErrorKind::AddrNotAvailable => format!(
            "{} is not an address of this machine; set CASEY_SIM_ADDR to one that is, such as 127.0.0.1:4800",
            address.ip()
        ),
        io::ErrorKind::PermissionDenied => format!(
            "this user may not use port {}; set CASEY_SIM_ADDR to a port from 1024 on",
            address.port()
        ),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_of_the_simulation_names_its_setting() {
        let address = SocketAddr::from(([127, 0, 0, 1], 4_800));
        let error = CaseyError::from(SimError::Listen { address, source: io::ErrorKind::AddrInUse.into() });
        assert_eq!(
            error.sentence(),
            "the simulated Discord cannot listen on 127.0.0.1:4800: port 4800 is in use by another program; \
             set CASEY_SIM_ADDR to another one, or to port 0 for any free one"
        );
        assert_eq!(error.exit(), Exit::Misused);
    }

    #[test]
    fn work_that_failed_exits_with_1() {
        let missing = CaseyError::Demo { scene: "a ping", what: "expected a message".to_owned() };
        assert_eq!(missing.exit(), Exit::Failed);
        assert!(missing.sentence().contains("“a ping”"));
    }
}
