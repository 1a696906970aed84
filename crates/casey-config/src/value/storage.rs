//! Where things are stored.

use std::path::Path;

use super::address::{host_and_port, is_loopback};
use crate::secret::Secret;

/// The kind of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DatabaseKind {
    /// `PostgreSQL`.
    Postgres,
    /// `SQLite`.
    Sqlite,
}

/// A database's address. It may hold a password, so only its kind is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseUrl {
    kind: DatabaseKind,
    url: Secret,
}

impl DatabaseUrl {
    /// Reads an address; `None` if it is neither `postgres://…` nor `sqlite://…` (or `sqlite::memory:`).
    pub fn parse(text: &str) -> Option<Self> {
        let kind = if let Some(rest) =
            text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"))
        {
            (!rest.is_empty()).then_some(DatabaseKind::Postgres)
        } else if let Some(rest) = text.strip_prefix("sqlite://") {
            (!rest.is_empty()).then_some(DatabaseKind::Sqlite)
        } else {
            (text == "sqlite::memory:").then_some(DatabaseKind::Sqlite)
        }?;
        Some(Self { kind, url: Secret::new(text) })
    }

    /// The address of the `SQLite` file `path`, which is made if it is missing.
    pub fn sqlite_file(path: &Path) -> Self {
        let mut url = String::from("sqlite://");
        for c in path.to_string_lossy().chars() {
            match c {
                '%' => url.push_str("%25"),
                '?' => url.push_str("%3F"),
                '#' => url.push_str("%23"),
                c => url.push(c),
            }
        }
        url.push_str("?mode=rwc");
        Self { kind: DatabaseKind::Sqlite, url: Secret::new(url) }
    }

    /// Which database it is.
    pub fn kind(&self) -> DatabaseKind {
        self.kind
    }

    /// The address itself, with its password.
    pub fn expose(&self) -> &str {
        self.url.expose()
    }
}

/// A Redis server's address: `rediss://`, or `redis://` or a Unix socket (`unix:///PATH`) on this machine. It may hold a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedisUrl(Secret);

impl RedisUrl {
    /// Reads an address. Unencrypted connections to other machines are refused: there is no switch for them.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        if matches!(scheme, "unix" | "redis+unix") {
            return rest.starts_with('/').then(|| Self(Secret::new(text)));
        }
        let authority = rest.split(['/', '?', '#']).next()?;
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let (host, _) = host_and_port(host)?;
        let allowed = match scheme {
            "rediss" => true,
            "redis" => is_loopback(host),
            _ => false,
        };
        allowed.then(|| Self(Secret::new(text)))
    }

    /// The address itself, with its password.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// Where files are kept: `s3://`, `gs://`, `az://` or `file:///`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilesUrl(String);

impl FilesUrl {
    /// Reads an address.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let fits = match scheme {
            "s3" | "gs" | "az" => {
                !rest.is_empty() && !rest.starts_with('/') && !rest.contains(['@', '?', '#'])
            }
            "file" => rest.starts_with('/'),
            _ => false,
        };
        (fits && !text.chars().any(char::is_control)).then(|| Self(text.to_owned()))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::path::Path;

    use super::{DatabaseKind, DatabaseUrl, FilesUrl, RedisUrl};

    #[test]
    fn passwords_do_not_show() {
        let url = DatabaseUrl::parse("postgres://casey:canary@db/casey").unwrap();
        assert_eq!(format!("{url:?}"), "DatabaseUrl { kind: Postgres, url: Secret(…) }");
        assert_eq!(
            format!("{:?}", RedisUrl::parse("rediss://:canary@cache").unwrap()),
            "RedisUrl(Secret(…))"
        );
    }

    #[test]
    fn redis_in_the_clear_stays_on_this_machine() {
        assert!(RedisUrl::parse("redis://:pw@127.0.0.1:6379/0").is_some());
        assert!(RedisUrl::parse("redis://[::1]").is_some());
        assert!(RedisUrl::parse("unix:///run/redis/redis.sock?db=1").is_some());
        assert!(RedisUrl::parse("unix://run/redis.sock").is_none());
        assert!(RedisUrl::parse("redis://cache:6379").is_none());
        assert!(RedisUrl::parse("redis://127.0.0.1@cache:6379").is_none());
        assert!(RedisUrl::parse("http://127.0.0.1").is_none());
    }

    #[test]
    fn an_odd_path_survives_as_an_address() {
        let url = DatabaseUrl::sqlite_file(Path::new("/a b/50%?#.sqlite"));
        assert_eq!(url.expose(), "sqlite:///a b/50%25%3F%23.sqlite?mode=rwc");
        assert_eq!(url.kind(), DatabaseKind::Sqlite);
    }

    #[test]
    fn files_have_a_bucket_or_a_folder() {
        for text in ["s3://bucket/prefix", "gs://b", "az://c/p", "file:///srv/casey"] {
            assert!(FilesUrl::parse(text).is_some(), "{text}");
        }
        for text in ["s3://", "s3:///x", "file://srv", "ftp://x", "s3://key:secret@bucket"] {
            assert!(FilesUrl::parse(text).is_none(), "{text}");
        }
    }
}
