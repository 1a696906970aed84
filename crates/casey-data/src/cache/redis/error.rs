//! What can go wrong with Redis, in words that hold no password, key or value.

use std::{
    error::Error as StdError,
    fmt::{self, Display, Formatter},
    io,
    path::PathBuf,
    sync::Arc,
};

use casey_core::{StoreError, StoreErrorKind};
use deadpool_redis::{
    PoolError,
    redis::{self, ErrorKind, ServerErrorKind},
};

/// Why Redis could not be used. Each reads as one sentence with its remedy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RedisError {
    /// The address begins with something else.
    #[error("a Redis address begins with rediss://, redis:// or unix://, not with {scheme}")]
    Scheme {
        /// What it begins with; never the rest, which may hold a password.
        scheme: String,
    },
    /// The address begins rightly and cannot be read further.
    #[error(
        "the Redis address cannot be read; it is written rediss://:PASSWORD@HOST:PORT/NUMBER, with ?ca=FILE for a certificate authority of your own"
    )]
    Address,
    /// A connection to another machine without encryption.
    #[error(
        "Redis on {host} would be spoken to in the clear; write rediss:// and give it a certificate, or use a Unix socket or 127.0.0.1"
    )]
    Plaintext {
        /// The other machine.
        host: String,
    },
    /// Certificates shall not be checked.
    #[error(
        "#insecure would accept any certificate; take it out and name the certificate authority with ?ca=FILE"
    )]
    Insecure,
    /// A certificate authority for a connection that is not encrypted.
    #[error("a certificate authority serves rediss:// only; write rediss://, or take ca=FILE out")]
    NoUseForAuthority,
    /// The certificate authority's file cannot be used.
    #[error("the certificate authority's file {} cannot be used ({why}); name a readable file with PEM certificates", file.display())]
    Authority {
        /// The file.
        file: PathBuf,
        /// Why not.
        why: &'static str,
    },
    /// Redis refused, or did not answer.
    #[error("{doing} at {place}: {cause}")]
    Refused {
        /// What was being done: “connecting to Redis”.
        doing: &'static str,
        /// Scheme, host and port, or the socket's path.
        place: String,
        /// Why.
        cause: RedisCause,
    },
}

impl RedisError {
    /// The cause, if Redis itself was asked.
    pub const fn cause(&self) -> Option<RedisCause> {
        match self {
            Self::Refused { cause, .. } => Some(*cause),
            _ => None,
        }
    }
}

/// Why Redis did not do what was asked. Redis' own words are left out, because they may quote values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RedisCause {
    /// Nobody listens there.
    Closed,
    /// The machine cannot be reached, or the connection broke.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// Its certificate is not signed by an authority that is trusted.
    UntrustedCertificate,
    /// Its certificate is for another name.
    WrongName,
    /// Its certificate is not valid in another way, expired for example.
    BadCertificate,
    /// Encryption could not be agreed upon.
    NoEncryption,
    /// It does not accept the password, or wants one.
    Password,
    /// The account may not do what Casey needs.
    NotPermitted,
    /// It is a replica, or cannot write to its disk.
    ReadOnly,
    /// Its memory is used up.
    Full,
    /// It is still reading its data.
    Loading,
    /// It has no database of the number in the address.
    NoDatabase,
    /// It answered something that was not asked for.
    Unexpected,
}

impl RedisCause {
    /// Whether it concerns one command alone, while others may work.
    pub(super) const fn concerns_one_command(self) -> bool {
        matches!(self, Self::Unexpected)
    }

    pub(super) fn of(error: &redis::RedisError) -> Self {
        match error.kind() {
            ErrorKind::AuthenticationFailed => Self::Password,
            ErrorKind::Server(ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown) => Self::ReadOnly,
            ErrorKind::Server(ServerErrorKind::BusyLoading) => Self::Loading,
            ErrorKind::Server(ServerErrorKind::NoPerm) => Self::NotPermitted,
            ErrorKind::Io => Self::of_io(error),
            _ => match error.code() {
                Some("OOM") => Self::Full,
                Some("NOAUTH" | "WRONGPASS") => Self::Password,
                Some("MISCONF") => Self::ReadOnly,
                _ if error.detail().is_some_and(|told| told.contains("DB index is out of range")) => {
                    Self::NoDatabase
                }
                _ if error.is_timeout() => Self::TimedOut,
                _ if error.is_connection_dropped() => Self::Unreachable,
                _ => Self::Unexpected,
            },
        }
    }

    fn of_io(error: &redis::RedisError) -> Self {
        // The library hands out the pointer it holds, not what it points to.
        let shared =
            error.source().and_then(|source| source.downcast_ref::<Arc<dyn StdError + Send + Sync>>());
        let Some(io) = shared.and_then(|shared| shared.downcast_ref::<io::Error>()) else {
            return Self::Unreachable;
        };
        if let Some(tls) = io.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return Self::of_tls(tls);
        }
        match io.kind() {
            io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound => Self::Closed,
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Self::TimedOut,
            _ => Self::Unreachable,
        }
    }

    fn of_tls(error: &rustls::Error) -> Self {
        use rustls::{CertificateError, Error};
        match error {
            Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            ) => Self::WrongName,
            Error::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::BadSignature) => {
                Self::UntrustedCertificate
            }
            // What a certificate that signed itself is called depends on whether it calls itself an authority.
            Error::InvalidCertificate(CertificateError::Other(_)) => Self::UntrustedCertificate,
            Error::InvalidCertificate(_) => Self::BadCertificate,
            _ => Self::NoEncryption,
        }
    }

    pub(super) fn of_pool(error: &PoolError) -> Self {
        match error {
            PoolError::Backend(error) => Self::of(error),
            PoolError::Timeout(_) => Self::TimedOut,
            _ => Self::Unreachable,
        }
    }

    /// The error of a store, for whatever was being done.
    pub(super) fn store_error(self, doing: &'static str) -> StoreError {
        StoreError::new(StoreErrorKind::Unavailable, doing).caused_by(self)
    }
}

impl Display for RedisCause {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "nobody listens there; start Redis, or correct the address",
            Self::Unreachable => "it cannot be reached; check the network and the address, which begins with rediss:// if it speaks TLS there",
            Self::TimedOut => "it did not answer in time; check the network and its load, and that it speaks TLS if the address begins with rediss://",
            Self::UntrustedCertificate => {
                "its certificate is signed by nobody who is trusted; name the certificate authority with ?ca=FILE"
            }
            Self::WrongName => {
                "its certificate is for another name; use the name in the certificate, or renew it with this one"
            }
            Self::BadCertificate => "its certificate is not valid, perhaps expired; renew it",
            Self::NoEncryption => "it does not speak TLS there; use the port that does",
            Self::Password => "it does not accept the user name and password; correct them in the address",
            Self::NotPermitted => {
                "the account may not do what Casey needs; permit it the keys and channels casey:* and scripts"
            }
            Self::ReadOnly => "it cannot be written to; use the primary server, and check its disk",
            Self::NoDatabase => "it has no database of this number; use a smaller one, such as 0",
            Self::Full => "its memory is used up; raise maxmemory, or choose a policy that evicts",
            Self::Loading => "it is still reading its data; wait a moment",
            Self::Unexpected => "it answered something that was not asked for; check that it is Redis 6.2 or later",
        })
    }
}

impl StdError for RedisCause {}
