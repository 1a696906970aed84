//! Opening an SQLite file: where it is, how it is made, and the rules every connection follows.

use std::{
    fs::{DirBuilder, OpenOptions},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
    sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::error::{Cause, DataError};

/// How long a statement waits for another process that writes.
const BUSY: Duration = Duration::from_secs(5);
/// How long a caller waits for a connection of this process.
const ACQUIRE: Duration = Duration::from_secs(10);
/// Connections that read at the same time. There is always exactly one that writes.
const READERS: u32 = 3;

/// Where a database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In a file.
    File(PathBuf),
    /// In the memory of this process.
    Memory,
}

impl Place {
    pub(crate) fn path(&self) -> PathBuf {
        match self {
            Self::File(path) => path.clone(),
            Self::Memory => PathBuf::from(":memory:"),
        }
    }
}

/// One connection that writes, and some that read.
///
/// Writers queue for the one connection inside this process, in order, so that they never meet in SQLite, where the one that comes second would be
/// told that the database is locked. Against other processes there is the busy time-out, and every transaction that writes asks for
/// the lock at its beginning.
#[derive(Clone, Debug)]
pub(crate) struct Connections {
    pub(crate) place: Place,
    pub(crate) writer: DatabaseConnection,
    pub(crate) reader: DatabaseConnection,
}

impl Connections {
    pub(crate) async fn open(url: &str) -> Result<Self, DataError> {
        let place = place_of(url)?;
        if let Place::File(file) = &place {
            make_private_file(file).map_err(|source| DataError::Create { file: file.clone(), source })?;
        }
        let refused = |error: DbErr| DataError::Database {
            doing: "opening the database",
            place: place.path(),
            cause: Cause::of(&error),
        };
        let writer = sea_orm::Database::connect(options(url, &place, 1, false)).await.map_err(refused)?;
        try_writing(&writer).await.map_err(refused)?;
        let reader = match place {
            // A database in memory belongs to its connection.
            Place::Memory => writer.clone(),
            Place::File(_) => {
                sea_orm::Database::connect(options(url, &place, READERS, true)).await.map_err(refused)?
            }
        };
        Ok(Self { place, writer, reader })
    }

    pub(crate) async fn close(&self) -> Result<(), DbErr> {
        self.reader.close_by_ref().await?;
        self.writer.close_by_ref().await
    }
}

/// A file that may only be read opens as well as any other, and gives even its lock: only a change tells. It is taken back.
async fn try_writing(writer: &DatabaseConnection) -> Result<(), DbErr> {
    let transaction = begin(writer).await?;
    transaction.execute_unprepared("CREATE TABLE try_writing (probe INTEGER)").await?;
    transaction.rollback().await
}

async fn begin(writer: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    writer.begin_with_options(options).await
}

/// Does several things to the database as one: all of them, or none.
pub(crate) async fn write<T>(
    writer: &DatabaseConnection,
    work: impl AsyncFnOnce(&DatabaseTransaction) -> Result<T, DbErr>,
) -> Result<T, DbErr> {
    let transaction = begin(writer).await?;
    match work(&transaction).await {
        Ok(done) => {
            transaction.commit().await?;
            Ok(done)
        }
        Err(error) => {
            // The work's own error says more than one of the rollback, and the connection rolls back in any case.
            let _ = transaction.rollback().await;
            Err(error)
        }
    }
}

/// Whether the database answers.
pub(crate) async fn ping(connection: &DatabaseConnection) -> Result<(), DbErr> {
    connection.execute_unprepared("SELECT 1").await.map(|_| ())
}

fn place_of(url: &str) -> Result<Place, DataError> {
    if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        return Err(DataError::PostgresNotYet);
    }
    if !url.starts_with("sqlite:") {
        let scheme = url.split_once(':').map_or("something else", |(scheme, _)| scheme);
        return Err(DataError::Scheme { scheme: scheme.to_owned() });
    }
    let options: SqliteConnectOptions = url.parse().map_err(|_| DataError::Address)?;
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Ok(Place::Memory);
    }
    let file = options.get_filename();
    if file.as_os_str().is_empty() {
        return Err(DataError::Address);
    }
    Ok(Place::File(file.to_owned()))
}

/// Makes the folder and the file, for their owner alone, if they are missing. SQLite gives the log beside the file the same mode.
fn make_private_file(file: &Path) -> io::Result<()> {
    if file.exists() {
        return Ok(());
    }
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    match private_file().create_new(true).open(file) {
        // Another process was quicker.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(|_| ()),
    }
}

/// Options for a file that only its owner may read.
pub(crate) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn options(url: &str, place: &Place, connections: u32, only_read: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(ACQUIRE)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .test_before_acquire(false);
    if *place == Place::Memory {
        options.idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
    }
    options.map_sqlx_sqlite_opts(move |options| {
        options
            .journal_mode(SqliteJournalMode::Wal)
            // In the write-ahead log a commit survives the end of the process; only a power cut may undo the last ones, and never by half.
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            // Erased rows are overwritten, not merely forgotten.
            .pragma("secure_delete", "ON")
            // Sorting never leaves copies of rows in files elsewhere.
            .pragma("temp_store", "MEMORY")
            .pragma("trusted_schema", "OFF")
            .pragma("query_only", if only_read { "ON" } else { "OFF" })
    });
    options
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn addresses_lead_to_places() {
        for (url, file) in [
            ("sqlite://data/casey.db", "data/casey.db"),
            ("sqlite:///var/lib/casey/casey.db?mode=rwc", "/var/lib/casey/casey.db"),
            ("sqlite:casey.db", "casey.db"),
            ("sqlite:///a%20b%3F.db", "/a b?.db"),
        ] {
            assert_eq!(place_of(url).unwrap(), Place::File(PathBuf::from(file)), "{url}");
        }
        assert_eq!(place_of("sqlite::memory:").unwrap(), Place::Memory);
        assert_eq!(place_of("sqlite://:memory:").unwrap(), Place::Memory);
    }

    #[test]
    fn other_addresses_are_refused_without_their_password() {
        let told = |url: &str| place_of(url).unwrap_err().to_string();
        assert!(
            told("postgres://casey:hunter2@db/casey").starts_with("PostgreSQL comes with the next release")
        );
        assert_eq!(
            told("mysql://casey:hunter2@db/casey"),
            "a database address begins with sqlite://, not with mysql"
        );
        assert!(told("sqlite://x?mode=nonsense").contains("sqlite://FILE"));
        assert!(told("sqlite://").contains("sqlite://FILE"));
    }
}
