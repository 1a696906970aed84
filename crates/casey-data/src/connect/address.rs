//! Reading a PostgreSQL address: which server, which parameters, and how safe the way to it has to be. Pure.

use std::{net::IpAddr, path::PathBuf};

use sea_orm::sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::transport::TransportTrouble;
use crate::error::DataError;

/// Parameters that mean something here. All others are refused: one that is misspelt would be ignored, and with it what it was to protect.
const KNOWN: &[&str] = &[
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

/// An address, read.
pub(super) struct Address {
    /// How to connect: over TLS with the server's certificate and name verified, unless the server is on this machine.
    pub(super) options: PgConnectOptions,
    /// The file with the issuers of the server's certificate, if one is named.
    pub(super) issuers: Option<PathBuf>,
    /// The server and the database's name on it.
    pub(super) place: String,
    /// What is wrong with the way to it.
    pub(super) trouble: Option<TransportTrouble>,
}

impl Address {
    pub(super) fn read(url: &str) -> Result<Self, DataError> {
        let parameters = parameters(url)?;
        // Its error may quote the address.
        let options: PgConnectOptions = url.parse().map_err(|_| DataError::Address)?;
        let host = bare(options.get_host()).to_owned();
        let options = options.host(&host);
        let place = place(&options, &host);
        let last = |name: &str| parameters.iter().rev().find(|(key, _)| key == name);
        let issuers = last("sslrootcert").map(|(_, file)| PathBuf::from(file));
        if is_here(&options) {
            return Ok(Self { options, issuers, place, trouble: None });
        }
        let trouble = match options.get_ssl_mode() {
            PgSslMode::VerifyFull => None,
            _ => last("sslmode").map(|(_, mode)| TransportTrouble::Weak { mode: mode.to_lowercase() }),
        };
        Ok(Self { options: options.ssl_mode(PgSslMode::VerifyFull), issuers, place, trouble })
    }
}

/// The server and the name of the database on it, without user or password.
fn place(options: &PgConnectOptions, host: &str) -> String {
    let name = options.get_database().unwrap_or_else(|| options.get_username());
    match options.get_socket() {
        Some(folder) => format!("{name} at {}", folder.display()),
        None if host.starts_with('/') => format!("{name} at {host}"),
        None if host.contains(':') => format!("{name} at [{host}]:{}", options.get_port()),
        None => format!("{name} at {host}:{}", options.get_port()),
    }
}

/// Whether nothing leaves this machine on the way to the server: a Unix socket, or an address of the loopback.
fn is_here(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    options.get_socket().is_some()
        || host.starts_with('/')
        || host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

/// A host without the brackets that an IPv6 address has in an address.
fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

/// The parameters after the question mark.
fn parameters(url: &str) -> Result<Vec<(String, String)>, DataError> {
    let url = url.split('#').next().unwrap_or_default();
    let Some((_, query)) = url.split_once('?') else { return Ok(Vec::new()) };
    let mut parameters = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (key, value) = (decoded(key)?, decoded(value)?);
        if !KNOWN.contains(&key.as_str()) && !key.starts_with("options[") {
            return Err(DataError::Parameter { known: KNOWN.join(", ") });
        }
        parameters.push((key, value));
    }
    Ok(parameters)
}

/// Text of a query (URL Standard, “application/x-www-form-urlencoded”) as it was meant.
fn decoded(text: &str) -> Result<String, DataError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next().unwrap_or_default(), rest.next().unwrap_or_default()];
                let digits = std::str::from_utf8(&digits).map_err(|_| DataError::Address)?;
                u8::from_str_radix(digits, 16).map_err(|_| DataError::Address)?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).map_err(|_| DataError::Address)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    fn read(url: &str) -> Address {
        Address::read(url).unwrap()
    }

    fn is_verified(address: &Address) -> bool {
        matches!(address.options.get_ssl_mode(), PgSslMode::VerifyFull)
    }

    #[test]
    fn a_server_elsewhere_is_verified_whatever_the_address_leaves_out() {
        for (url, place) in [
            ("postgres://casey:hunter2@db.example.org/casey", "casey at db.example.org:5432"),
            ("postgresql://casey@10.0.0.7:6432/bot", "bot at 10.0.0.7:6432"),
            ("postgres://casey@[fd00::7]/casey", "casey at [fd00::7]:5432"),
            ("postgres://casey@db/casey?sslmode=verify-full&sslrootcert=/ca.pem", "casey at db:5432"),
            ("postgres://casey@localhost.example.org/casey", "casey at localhost.example.org:5432"),
            ("postgres://casey@localhost/casey?host=db.example.org", "casey at db.example.org:5432"),
            ("postgres://casey@127.0.0.1/casey?hostaddr=10.0.0.7", "casey at 10.0.0.7:5432"),
            // Names that a resolver may lead to this machine are not known to do so.
            ("postgres://casey@127.1/casey", "casey at 127.1:5432"),
        ] {
            let address = read(url);
            assert!(is_verified(&address), "{url}");
            assert!(address.trouble.is_none(), "{url}");
            assert_eq!(address.place, place);
        }
        let address = read("postgres://casey@db/casey?sslrootcert=%2Fetc%2Fmy%20ca.pem");
        assert_eq!(address.issuers, Some(PathBuf::from("/etc/my ca.pem")));
    }

    #[test]
    fn this_machine_is_left_to_the_address() {
        for url in [
            "postgres://casey@localhost/casey",
            "postgres://casey@LOCALHOST/casey?sslmode=disable",
            "postgres://casey@127.0.0.1/casey",
            "postgres://casey@127.8.9.10/casey?sslmode=require",
            "postgres://casey@[::1]/casey",
            "postgres://casey@[::ffff:127.0.0.1]/casey",
            "postgres://casey@%2Fvar%2Frun%2Fpostgresql/casey",
            "postgres:///casey?host=/var/run/postgresql",
        ] {
            let address = read(url);
            assert!(!is_verified(&address), "{url}");
            assert!(address.trouble.is_none(), "{url}");
        }
        assert!(is_verified(&read("postgres://casey@localhost/casey?sslmode=verify-full")));
    }

    #[test]
    fn a_weaker_mode_elsewhere_is_refused() {
        for mode in ["disable", "allow", "prefer", "require", "verify-ca"] {
            let url = format!("postgres://casey:hunter2@db.example.org/casey?sslmode={mode}");
            let address = read(&url);
            assert!(is_verified(&address), "{mode}");
            let trouble = address.trouble.unwrap();
            assert!(matches!(&trouble, TransportTrouble::Weak { mode: told } if told == mode), "{trouble}");
        }
    }

    #[test]
    fn what_is_misspelt_is_refused_and_not_repeated() {
        for url in [
            "postgres://casey@db/casey?ssl_mode=verify-full",
            "postgres://casey@db/casey?passwrod=hunter2",
            "postgres://casey:a?hunter2@db/casey",
        ] {
            let Err(error) = Address::read(url) else { panic!("{url} was read") };
            assert!(matches!(error, DataError::Parameter { .. }), "{error}");
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        }
        for url in ["postgres://casey:hunter2@db:port/casey", "postgres://db/casey?sslmode=hunter2"] {
            let Err(error) = Address::read(url) else { panic!("{url} was read") };
            assert!(matches!(error, DataError::Address), "{error}");
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        }
    }

    proptest! {
        /// No address makes the way to another machine unsafe, and none makes reading it panic.
        #[test]
        fn no_parameter_weakens_the_way_elsewhere(
            mode in "(|sslmode=(disable|allow|prefer|require|verify-ca|verify-full))",
            more in "[a-z0-9%=&?#/@+.-]{0,30}",
        ) {
            let url = format!("postgres://casey@db.example.org/casey?{mode}&{more}");
            if let Ok(address) = Address::read(&url) && !is_here(&address.options) {
                prop_assert!(is_verified(&address));
            }
        }
    }
}
