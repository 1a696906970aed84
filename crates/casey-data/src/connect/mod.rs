//! Connections to a database: which it is, how it is opened, and how work is done on it.

mod address;
mod doubt;
mod postgres;
mod sqlite;
mod transport;
mod work;

use std::{
    fmt::{self, Display, Formatter},
    path::PathBuf,
    time::Duration,
};

use sea_orm::{DatabaseConnection, DbErr};

pub use self::transport::TransportTrouble;
pub(crate) use self::{
    doubt::{Doubt, Fate, fate},
    postgres::Server,
    sqlite::private_file,
    work::{ping, read, write, write_or_doubt},
};
use crate::error::DataError;

/// How long a server may take to let go of its connections: longer than anything that is under way can last.
const CLOSING: Duration = Duration::from_secs(15);

/// Where a database is.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// In a file of SQLite.
    File(PathBuf),
    /// In the memory of this process, by SQLite.
    Memory,
    /// On a server of PostgreSQL.
    Server(Box<Server>),
}

impl Place {
    fn of(url: &str) -> Result<Self, DataError> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => sqlite::place_of(url),
            Some("postgres" | "postgresql") => Server::of(url).map(Box::new).map(Self::Server),
            scheme => Err(DataError::Scheme { scheme: scheme.unwrap_or("something else").to_owned() }),
        }
    }
}

impl Display for Place {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => file.display().fmt(f),
            Self::Memory => f.write_str(":memory:"),
            Self::Server(server) => server.fmt(f),
        }
    }
}

/// Connections that write, and some that read. On a server both are the same.
#[derive(Clone, Debug)]
pub(crate) struct Connections {
    pub(crate) place: Place,
    pub(crate) writer: DatabaseConnection,
    pub(crate) reader: DatabaseConnection,
}

impl Connections {
    pub(crate) async fn open(url: &str) -> Result<Self, DataError> {
        let place = Place::of(url)?;
        match &place {
            Place::Server(server) => {
                let writer = server.open().await?;
                Ok(Self { reader: writer.clone(), writer, place })
            }
            Place::File(_) | Place::Memory => sqlite::open(url, place).await,
        }
    }

    pub(crate) async fn close(&self) -> Result<(), DbErr> {
        let closing = async {
            self.reader.close_by_ref().await?;
            self.writer.close_by_ref().await
        };
        if !matches!(self.place, Place::Server(_)) {
            return closing.await;
        }
        // A server from which nothing comes any more must not hold up the end; there is nothing left to tell it.
        tokio::time::timeout(CLOSING, closing).await.unwrap_or_else(|_| {
            tracing::warn!("the database did not say goodbye in time");
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn other_databases_are_refused_without_their_password() {
        let told = Place::of("mysql://casey:hunter2@db/casey").unwrap_err().to_string();
        assert_eq!(told, "a database address begins with sqlite:// or postgres://, not with mysql");
        assert!(Place::of("hunter2").unwrap_err().to_string().ends_with("not with something else"));
    }
}
