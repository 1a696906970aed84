//! Addresses: of HTTP services, and to listen on.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The address of an HTTP service: scheme, host, optional port and path. Never a user, a query or a fragment, and never a
/// slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpUrl {
    text: String,
    host: String,
    port: u16,
    path: bool,
}

impl HttpUrl {
    /// Reads an address; `None` if it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let (rest, default_port) = match text.split_once("://")? {
            ("http", rest) => (rest, 80),
            ("https", rest) => (rest, 443),
            _ => return None,
        };
        if !text.bytes().all(|byte| byte.is_ascii_graphic())
            || rest.contains(['?', '#', '@', '\\', '"', '<', '>'])
        {
            return None;
        }
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, port) = host_and_port(authority)?;
        Some(Self {
            text: text.trim_end_matches('/').to_owned(),
            host: host.to_owned(),
            port: port.unwrap_or(default_port),
            path: !path.trim_end_matches('/').is_empty(),
        })
    }

    /// As [`HttpUrl::parse`], for an origin: without a path.
    pub fn parse_origin(text: &str) -> Option<Self> {
        Self::parse(text).filter(|url| !url.path)
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host; an IPv6 address without its brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port: as written, or the scheme's own.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether requests are encrypted.
    pub fn is_https(&self) -> bool {
        self.text.starts_with("https:")
    }

    /// Whether the service is on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }
}

impl fmt::Display for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Splits `host:port`, checking both. IPv6 addresses stand in brackets.
pub(crate) fn host_and_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (host, port) = rest.split_once(']')?;
        host.parse::<Ipv6Addr>().ok()?;
        match port {
            "" => (host, None),
            port => (host, Some(port.strip_prefix(':')?)),
        }
    } else {
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let named = !host.is_empty()
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
        if !named {
            return None;
        }
        (host, port)
    };
    let port = match port {
        None => None,
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(digits.parse::<u16>().ok().filter(|&port| port != 0)?)
        }
        Some(_) => return None,
    };
    Some((host, port))
}

/// Whether `host` names this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// An address to listen on; `localhost` is understood, port 0 means any free port.
pub(crate) fn socket_addr(text: &str) -> Option<SocketAddr> {
    if let Some(port) = text.strip_prefix("localhost:") {
        return Some(SocketAddr::from((Ipv4Addr::LOCALHOST, port.parse().ok()?)));
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{HttpUrl, socket_addr};

    #[test]
    fn reads_addresses() {
        let url = HttpUrl::parse("http://127.0.0.1:4800/").unwrap();
        assert_eq!((url.as_str(), url.host(), url.port()), ("http://127.0.0.1:4800", "127.0.0.1", 4800));
        assert!(url.is_loopback() && !url.is_https());
        let url = HttpUrl::parse("https://[::1]/2.0/").unwrap();
        assert_eq!((url.as_str(), url.host(), url.port()), ("https://[::1]/2.0", "::1", 443));
        assert!(url.is_loopback() && url.is_https());
        assert!(!HttpUrl::parse("https://discord.com").unwrap().is_loopback());
        assert!(!HttpUrl::parse("http://127.0.0.1.example.org").unwrap().is_loopback());
    }

    #[test]
    fn refuses_what_is_no_address() {
        for text in [
            "",
            "discord.com",
            "ftp://discord.com",
            "http://",
            "http://:80",
            "http://a b",
            "http://user@host",
            "http://h:0",
            "http://h:65536",
            "http://h:+1",
            "http://h?x",
            "http://h#x",
            "http://[::1",
            "http://[zz]",
            "http://[::1]80",
            "http:///x",
        ] {
            assert!(HttpUrl::parse(text).is_none(), "{text}");
        }
        assert!(HttpUrl::parse_origin("http://h/api/v10").is_none());
        assert!(HttpUrl::parse_origin("http://h/").is_some());
    }

    #[test]
    fn listens_on_addresses() {
        assert_eq!(socket_addr("localhost:0").unwrap().to_string(), "127.0.0.1:0");
        assert_eq!(socket_addr("[::1]:3000").unwrap().port(), 3000);
        assert!(socket_addr(":3000").is_none() && socket_addr("3000").is_none());
    }
}
