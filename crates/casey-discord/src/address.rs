//! Where Discord's HTTP API is.

use crate::Error;

/// An address of the HTTP API other than Discord's own: a simulated Discord, or a proxy that passes requests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// Host, port and path, without scheme and without a slash at the end.
    pub(crate) host: String,
    /// Whether it is reached without TLS.
    pub(crate) plain: bool,
}

impl Address {
    /// Discord's own.
    pub(crate) fn discord() -> Self {
        Self { host: "discord.com".to_owned(), plain: false }
    }

    /// The address of a path.
    pub(crate) fn below(&self, path: &str) -> String {
        let scheme = if self.plain { "http" } else { "https" };
        format!("{scheme}://{}/{path}", self.host)
    }

    /// Reads `http://127.0.0.1:4800` or `https://proxy.example/discord`.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        // What stands before an @ could be a password.
        let refused = || Error::Address(text.rsplit('@').next().unwrap_or_default().to_owned());
        let (host, plain) = match text.split_once("://") {
            Some(("http", host)) => (host, true),
            Some(("https", host)) => (host, false),
            _ => return Err(refused()),
        };
        let host = host.trim_end_matches('/');
        let fine = !host.is_empty()
            && !host.starts_with('/')
            && !host.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '?' | '#' | '@'));
        if fine { Ok(Self { host: host.to_owned(), plain }) } else { Err(refused()) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn both_schemes_are_read() {
        let plain = Address::parse("http://127.0.0.1:4800/").unwrap();
        assert_eq!((plain.host.as_str(), plain.plain), ("127.0.0.1:4800", true));
        let tls = Address::parse("https://proxy.example/discord").unwrap();
        assert_eq!((tls.host.as_str(), tls.plain), ("proxy.example/discord", false));
    }

    #[test]
    fn anything_else_is_refused_and_shown() {
        for wrong in ["", "127.0.0.1:4800", "ftp://host", "http://", "http://a b", "https:///x"] {
            let error = Address::parse(wrong).unwrap_err();
            assert!(error.to_string().contains(&format!("{wrong:?}")), "{error}");
        }
        let error = Address::parse("http://me:hush@host").unwrap_err();
        assert!(!error.to_string().contains("hush"), "{error}");
    }
}
