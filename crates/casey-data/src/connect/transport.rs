//! What can be wrong with the way to a server, and how to mend it.

use std::{
    fmt::{self, Display, Formatter},
    io,
    path::{Path, PathBuf},
};

use rustls::{
    CertificateError,
    pki_types::{CertificateDer, pem::PemObject},
};
use sea_orm::SqlxError;

use crate::error::plain_io;

/// Why a database on another machine is not talked to. Each reads as a sentence with its remedy, after the name of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportTrouble {
    /// The address asks for less than a verified connection.
    Weak {
        /// What it asks for.
        mode: String,
    },
    /// The file with the issuers' certificates cannot be read.
    NoIssuers {
        /// The file.
        file: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The file with the issuers' certificates has none in it.
    EmptyIssuers {
        /// The file.
        file: PathBuf,
    },
    /// The server does not encrypt.
    Plaintext,
    /// The server's certificate is for another name.
    OtherName,
    /// The server's certificate is signed by nobody who is trusted.
    UnknownIssuer,
    /// The server's certificate is not valid today.
    Expired,
    /// The server's certificate cannot serve as one, or no common way to encrypt was found.
    Refused,
}

impl TransportTrouble {
    /// Whether it is mended in Casey's configuration, not at the server.
    pub(crate) const fn is_configuration(&self) -> bool {
        matches!(self, Self::Weak { .. } | Self::NoIssuers { .. } | Self::EmptyIssuers { .. })
    }

    /// The trouble behind an error from connecting; `None` if it is of another kind.
    pub(super) fn behind(error: &SqlxError) -> Option<Self> {
        match error {
            SqlxError::Io(error) => {
                let error = error.get_ref()?.downcast_ref::<rustls::Error>()?;
                Some(Self::of_handshake(error))
            }
            // It has no type to tell it by; the test with a server that answers so keeps watch.
            SqlxError::Tls(error) if error.to_string() == "server does not support TLS" => {
                Some(Self::Plaintext)
            }
            SqlxError::Tls(_) => Some(Self::Refused),
            _ => None,
        }
    }

    fn of_handshake(error: &rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            ) => Self::OtherName,
            rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => Self::UnknownIssuer,
            rustls::Error::InvalidCertificate(
                CertificateError::Expired
                | CertificateError::ExpiredContext { .. }
                | CertificateError::NotValidYet
                | CertificateError::NotValidYetContext { .. },
            ) => Self::Expired,
            _ => Self::Refused,
        }
    }
}

impl Display for TransportTrouble {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weak { mode } => write!(
                f,
                "its address says sslmode={mode}, with which somebody in between could read along; \
                 take sslmode out of the address, or write sslmode=verify-full"
            ),
            Self::NoIssuers { file, reason } => write!(
                f,
                "the file {} that sslrootcert names cannot be read ({reason}); \
                 name the file with the certificate of whoever signed the server's",
                file.display()
            ),
            Self::EmptyIssuers { file } => write!(
                f,
                "the file {} that sslrootcert names has no certificate in it; \
                 name the file with the certificate of whoever signed the server's, in PEM form",
                file.display()
            ),
            Self::Plaintext => f.write_str(
                "its server does not encrypt; set ssl = on there, with a certificate: \
                 Casey talks to a database on another machine over TLS only",
            ),
            Self::OtherName => f.write_str(
                "its server's certificate is for another name; write that name in the address, \
                 or give the server a certificate for the name in the address",
            ),
            Self::UnknownIssuer => f.write_str(
                "its server's certificate is signed by nobody whom Casey trusts; \
                 add sslrootcert=FILE to the address, with the certificate of whoever signed it",
            ),
            Self::Expired => {
                f.write_str("its server's certificate is not valid today; renew it, or set the clock right")
            }
            Self::Refused => f.write_str(
                "its server's certificate cannot serve as one; give the server one that is signed by an \
                 issuer of its own and names the server, and the issuer's in sslrootcert=FILE in the address",
            ),
        }
    }
}

/// Whether the file of issuers is there and has certificates in it.
pub(super) fn check_issuers(file: &Path) -> Result<(), TransportTrouble> {
    let told =
        |error: &io::Error| TransportTrouble::NoIssuers { file: file.to_owned(), reason: plain_io(error) };
    let text = std::fs::read(file).map_err(|error| told(&error))?;
    let mut certificates = CertificateDer::pem_slice_iter(&text);
    match certificates.next() {
        Some(Ok(_)) if certificates.all(|certificate| certificate.is_ok()) => Ok(()),
        _ => Err(TransportTrouble::EmptyIssuers { file: file.to_owned() }),
    }
}
