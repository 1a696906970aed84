//! Why the website does not run.

use std::io;
use std::net::SocketAddr;

use casey_config::Exit;
use casey_data::DataError;

/// Why the website does not run, in one sentence.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WebError {
    /// The address to listen on cannot be used.
    #[error("the website cannot listen on {address}: {}", reason(source, address))]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The listening socket failed while serving.
    #[error("the website stopped serving: {0}")]
    Serve(#[source] io::Error),
    /// The configuration, or a file that it names.
    #[error(transparent)]
    Config(#[from] casey_config::ConfigError),
    /// The database.
    #[error(transparent)]
    Data(#[from] DataError),
}

impl WebError {
    /// What a process ends with that cannot go on: what configuration can mend is wrong use.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Config(error) => Exit::from(error),
            Self::Listen { .. } => Exit::Misused,
            Self::Data(error) if error.is_configuration() => Exit::Misused,
            Self::Serve(_) | Self::Data(_) => Exit::Failed,
        }
    }
}

fn reason(source: &io::Error, address: &SocketAddr) -> String {
    match source.kind() {
        io::ErrorKind::AddrInUse => format!(
            "port {} is in use by another program; set CASEY_WEB_ADDR to another one, or to port 0 for any free one",
            address.port()
        ),
        io::ErrorKind::AddrNotAvailable => format!(
            "{} is not an address of this machine; set CASEY_WEB_ADDR to one that is, such as 127.0.0.1:3000",
            address.ip()
        ),
        io::ErrorKind::PermissionDenied => format!(
            "this user may not use port {}; set CASEY_WEB_ADDR to a port from 1024 on",
            address.port()
        ),
        _ => source.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_says_what_to_do() {
        let said = |kind: io::ErrorKind| {
            WebError::Listen { address: SocketAddr::from(([127, 0, 0, 1], 80)), source: kind.into() }
                .to_string()
        };
        assert_eq!(
            said(io::ErrorKind::PermissionDenied),
            "the website cannot listen on 127.0.0.1:80: this user may not use port 80; set CASEY_WEB_ADDR to a port from 1024 on"
        );
        assert!(said(io::ErrorKind::AddrInUse).contains("port 80 is in use by another program"));
        assert!(
            said(io::ErrorKind::AddrNotAvailable).contains("127.0.0.1 is not an address of this machine")
        );
    }
}
