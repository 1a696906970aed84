//! Which addresses of Redis are accepted. Pure, except for reading the certificate authority's file.

use std::{fs, net::IpAddr, path::PathBuf};

use deadpool_redis::redis::{Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, TlsCertificates};

use super::error::RedisError;

/// An address that follows the rules.
pub(super) struct Address {
    pub(super) client: Client,
    /// Scheme, host and port, or the socket's path: what may be shown.
    pub(super) place: String,
}

/// Reads an address by the rules, and the certificate authority's file if one is named.
pub(super) fn read(url: &str) -> Result<Address, RedisError> {
    let (url, authority) = split_authority(url)?;
    let info: ConnectionInfo = url.as_str().into_connection_info().map_err(|_| RedisError::Address)?;
    let place = permitted(info.addr())?;
    let encrypted = matches!(info.addr(), ConnectionAddr::TcpTls { .. });
    let client = match authority {
        Some(_) if !encrypted => return Err(RedisError::NoUseForAuthority),
        Some(file) => {
            let refused = |why| RedisError::Authority { file: file.clone(), why };
            let pem = fs::read(&file).map_err(|_| refused("it cannot be read"))?;
            if !pem.windows(27).any(|line| line == b"-----BEGIN CERTIFICATE-----") {
                return Err(refused("there is no certificate in it"));
            }
            let certificates = TlsCertificates { client_tls: None, root_cert: Some(pem) };
            Client::build_with_tls(info, certificates)
                .map_err(|_| refused("its certificates cannot be understood"))?
        }
        None => Client::open(info).map_err(|_| RedisError::Address)?,
    };
    Ok(Address { client, place })
}

/// The address without our own `ca=FILE`, and that file.
fn split_authority(url: &str) -> Result<(String, Option<PathBuf>), RedisError> {
    let scheme = url.split_once(':').map_or("something else", |(scheme, _)| scheme);
    if !matches!(scheme, "redis" | "rediss" | "unix" | "redis+unix") {
        // Without a colon the whole may be a password pasted by mistake.
        return Err(RedisError::Scheme { scheme: scheme.to_owned() });
    }
    let (url, fragment) = url.split_once('#').map_or((url, None), |(url, rest)| (url, Some(rest)));
    match fragment {
        Some("insecure") => return Err(RedisError::Insecure),
        Some(_) => return Err(RedisError::Address),
        None => {}
    }
    let Some((base, query)) = url.split_once('?') else { return Ok((url.to_owned(), None)) };
    let mut authority = None;
    let mut rest = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("ca", file)) if !file.is_empty() => {
                authority = Some(PathBuf::from(percent_decoded(file).ok_or(RedisError::Address)?));
            }
            Some(("protocol" | "db" | "user" | "pass", _)) => rest.push(pair),
            _ => return Err(RedisError::Address),
        }
    }
    let separator = if rest.is_empty() { "" } else { "?" };
    Ok((format!("{base}{separator}{}", rest.join("&")), authority))
}

/// The rule itself, on what would really be dialled: encrypted and verified, or not leaving this machine.
fn permitted(addr: &ConnectionAddr) -> Result<String, RedisError> {
    match addr {
        ConnectionAddr::Tcp(host, port) if is_loopback(host) => {
            Ok(format!("redis://{}:{port}", bracketed(host)))
        }
        ConnectionAddr::Tcp(host, _) => Err(RedisError::Plaintext { host: host.clone() }),
        ConnectionAddr::TcpTls { insecure: true, .. } => Err(RedisError::Insecure),
        ConnectionAddr::TcpTls { host, port, .. } => Ok(format!("rediss://{}:{port}", bracketed(host))),
        ConnectionAddr::Unix(path) => Ok(format!("unix://{}", path.display())),
        _ => Err(RedisError::Address),
    }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let digits = std::str::from_utf8(&digits).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn told(url: &str) -> String {
        read(url).map_or_else(|error| error.to_string(), |address| address.place)
    }

    #[test]
    fn what_is_encrypted_or_stays_here_is_accepted() {
        for (url, place) in [
            ("rediss://:hunter2@cache.example:6390/3", "rediss://cache.example:6390"),
            ("rediss://casey:hunter2@[2001:db8::1]", "rediss://[2001:db8::1]:6379"),
            ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379"),
            ("redis://:hunter2@[::1]", "redis://[::1]:6379"),
            ("redis://LOCALHOST", "redis://LOCALHOST:6379"),
            ("unix:///run/redis/redis.sock?db=2&pass=hunter2", "unix:///run/redis/redis.sock"),
            ("redis+unix:///run/redis/redis.sock", "unix:///run/redis/redis.sock"),
        ] {
            assert_eq!(told(url), place, "{url}");
        }
    }

    #[test]
    fn plaintext_to_another_machine_is_refused() {
        for url in [
            "redis://cache:6379",
            "redis://:hunter2@10.0.0.7",
            "redis://127.0.0.1@cache:6379",
            "redis://127.0.0.1.example/",
            "redis://127.0.0.1:pw@cache",
            "redis://localhost.example",
            "redis://[::ffff:10.0.0.1]",
        ] {
            let told = told(url);
            assert!(told.contains("in the clear") && told.contains("rediss://"), "{url}: {told}");
            assert!(!told.contains("hunter2"), "{told}");
        }
    }

    #[test]
    fn every_refusal_says_how_to_mend_it_and_shows_no_password() {
        for (url, remedy) in [
            ("rediss://:hunter2@cache#insecure", "?ca=FILE"),
            ("rediss://:hunter2@cache?x=1#insecure", "?ca=FILE"),
            ("http://:hunter2@cache", "rediss://"),
            ("hunter2", "rediss://"),
            ("rediss://:hunter2@cache#whatever", "rediss://:PASSWORD@HOST"),
            ("rediss://:hunter2@cache?insecure=1", "rediss://:PASSWORD@HOST"),
            ("rediss://:hunter2@cache/zero", "rediss://:PASSWORD@HOST"),
            ("redis://0.0.0.0:6379", "rediss://:PASSWORD@HOST"),
            ("redis://:hunter2@127.0.0.1?ca=/etc/ca.pem", "rediss:// only"),
            ("rediss://:hunter2@cache?ca=%2Fno%20such%2Ffile.pem", "/no such/file.pem"),
            ("rediss://:hunter2@cache?ca=Cargo.toml", "no certificate in it"),
        ] {
            let told = told(url);
            assert!(told.contains(remedy), "{url}: {told}");
            assert!(!told.contains("hunter2"), "{told}");
        }
    }
}
