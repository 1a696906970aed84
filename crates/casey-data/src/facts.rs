//! What a database tells about itself, for whoever looks whether it is set up well. Only reads.

use casey_core::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, QueryResult, Statement};

use crate::{
    connect::{Place, read},
    database::Database,
    error::{Cause, DataError},
};

/// A database as it describes itself. Nothing in it is stored by Casey.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DatabaseFacts {
    /// A file of SQLite, or its memory.
    Sqlite(SqliteFacts),
    /// A server of PostgreSQL.
    Postgres(PostgresFacts),
}

/// What SQLite tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqliteFacts {
    /// Version of the library, such as `3.50.2`.
    pub version: String,
    /// How changes are made safe: `wal` for a write-ahead log.
    pub journal: String,
}

/// What PostgreSQL tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostgresFacts {
    /// Version as a number: 150018 is 15.18.
    pub version_number: i32,
    /// Version in words.
    pub version: String,
    /// How this connection is encrypted, such as `TLSv1.3`; `None` if it is not.
    pub encrypted: Option<String>,
    /// Whether the server's certificate and name are verified. Only a server on this machine may do without.
    pub verified: bool,
    /// `log_parameter_max_length` as the server shows it: `0` if values of statements are never logged. `None` before PostgreSQL 13.
    pub log_values: Option<String>,
    /// `log_parameter_max_length_on_error`, likewise.
    pub log_values_on_error: Option<String>,
    /// The server's clock, when it answered.
    pub now: Timestamp,
}

/// PostgreSQL, “Server Configuration” and “The Cumulative Statistics System” (`pg_stat_ssl`).
const POSTGRES: &str = "\
    SELECT current_setting('server_version_num')::int AS version_number, current_setting('server_version') AS version, \
        (SELECT s.version FROM pg_catalog.pg_stat_ssl AS s WHERE s.pid = pg_backend_pid() AND s.ssl) AS encrypted, \
        current_setting('log_parameter_max_length', true) AS log_values, \
        current_setting('log_parameter_max_length_on_error', true) AS log_values_on_error, \
        (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now";

impl Database {
    /// What the database tells about itself. Changes nothing.
    ///
    /// # Errors
    ///
    /// [`DataError`] when it cannot be read.
    pub async fn facts(&self) -> Result<DatabaseFacts, DataError> {
        let connections = self.connections();
        let verified = match &connections.place {
            Place::Server(server) => server.is_verified(),
            Place::File(_) | Place::Memory => false,
        };
        read(async || ask(&connections.reader, verified).await)
            .await
            .map_err(|error| self.unread("asking the database about itself", &error))
    }

    /// Whether SQLite finds its file sound (SQLite, `PRAGMA quick_check`); `None` for a server, which looks after itself. Reads the whole file.
    ///
    /// # Errors
    ///
    /// [`DataError`] when it cannot be read.
    pub async fn is_sound(&self) -> Result<Option<bool>, DataError> {
        let connection = &self.connections().reader;
        if connection.get_database_backend() != DbBackend::Sqlite {
            return Ok(None);
        }
        let checked = read(async || text(&one(connection, "PRAGMA quick_check(1)").await?, "quick_check"));
        let said = checked.await.map_err(|error| self.unread("checking the file of the database", &error))?;
        Ok(Some(said == "ok"))
    }

    fn unread(&self, doing: &'static str, error: &DbErr) -> DataError {
        DataError::Database { doing, place: self.place(), cause: Cause::of(error) }
    }
}

async fn ask(connection: &DatabaseConnection, verified: bool) -> Result<DatabaseFacts, DbErr> {
    if connection.get_database_backend() == DbBackend::Sqlite {
        let version = text(&one(connection, "SELECT sqlite_version() AS version").await?, "version")?;
        let journal = text(&one(connection, "PRAGMA journal_mode").await?, "journal_mode")?;
        return Ok(DatabaseFacts::Sqlite(SqliteFacts { version, journal }));
    }
    let row = one(connection, POSTGRES).await?;
    Ok(DatabaseFacts::Postgres(PostgresFacts {
        version_number: row.try_get("", "version_number")?,
        version: text(&row, "version")?,
        encrypted: row.try_get("", "encrypted")?,
        verified,
        log_values: row.try_get("", "log_values")?,
        log_values_on_error: row.try_get("", "log_values_on_error")?,
        now: Timestamp::from_millis(row.try_get("", "now")?),
    }))
}

async fn one(connection: &DatabaseConnection, sql: &str) -> Result<QueryResult, DbErr> {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    connection
        .query_one_raw(statement)
        .await?
        .ok_or_else(|| DbErr::Type("a question without an answer".to_owned()))
}

fn text(row: &QueryResult, column: &str) -> Result<String, DbErr> {
    row.try_get("", column)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::{
        io::{Seek, SeekFrom, Write},
        sync::Arc,
    };

    use casey_core::{Clock, SystemClock};

    use super::*;

    async fn open(url: &str) -> Database {
        Database::open(url, Arc::new(SystemClock)).await.unwrap()
    }

    #[tokio::test]
    async fn a_file_of_sqlite_tells_its_journal_and_whether_it_is_sound() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("casey.sqlite");
        let url = format!("sqlite://{}", file.display());
        let database = open(&url).await;
        database.migrate().await.unwrap();
        let DatabaseFacts::Sqlite(facts) = database.facts().await.unwrap() else { panic!("no SQLite") };
        assert!(facts.version.starts_with("3.") && facts.journal == "wal", "{facts:?}");
        assert_eq!(database.is_sound().await.unwrap(), Some(true));
        let index = "SELECT rootpage AS page FROM sqlite_schema WHERE name = 'idx_job_run_at'";
        let row = one(&database.connections().reader, index).await.unwrap();
        let page: i64 = row.try_get("", "page").unwrap();
        database.close().await.unwrap();

        // The head of an index, which nothing needs that only opens the file.
        let mut raw = std::fs::OpenOptions::new().write(true).open(&file).unwrap();
        raw.seek(SeekFrom::Start((page.cast_unsigned() - 1) * 4_096)).unwrap();
        raw.write_all(&[0xAA; 64]).unwrap();
        drop(raw);
        let database = open(&url).await;
        assert!(!matches!(database.is_sound().await, Ok(Some(true) | None)));
        database.close().await.unwrap();
    }

    #[tokio::test]
    async fn a_server_tells_its_version_and_its_clock() {
        let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
            eprintln!("SKIPPED: no TEST_POSTGRES_URL, so that no server tells about itself");
            return;
        };
        let database = open(&url).await;
        let before = SystemClock.now();
        let DatabaseFacts::Postgres(facts) = database.facts().await.unwrap() else { panic!("no PostgreSQL") };
        assert!(facts.version_number >= 130_000 && !facts.version.is_empty(), "{facts:?}");
        assert!(facts.now.since(before) < std::time::Duration::from_mins(1), "{facts:?}");
        assert!(!facts.verified, "an address of this machine without sslmode verifies nothing");
        // What the server shows unless it is told otherwise: all values, and none on errors (PostgreSQL, “Error Reporting and Logging”).
        assert_eq!(facts.log_values_on_error.as_deref(), Some("0"));
        assert_eq!(database.is_sound().await.unwrap(), None);
        database.close().await.unwrap();
    }
}
