//! Opening an SQLite file: where it is, how it is made, and the rules every connection follows.

use std::{
    fs::{DirBuilder, OpenOptions},
    io,
    path::Path,
    time::Duration,
};

use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DbErr,
    sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::{Connections, Place, work::begin};
use crate::error::{Cause, DataError, Trouble};

/// How long a statement waits for another process that writes.
const BUSY: Duration = Duration::from_secs(5);
/// The pause before a file that is busy is opened again.
const AGAIN: Duration = Duration::from_millis(50);
/// How long a caller waits for a connection of this process.
const ACQUIRE: Duration = Duration::from_secs(10);
/// Connections that read at the same time. There is always exactly one that writes.
const READERS: u32 = 3;

/// Opens one connection that writes, and some that read.
///
/// Writers queue for the one connection inside this process, in order, so that they never meet in SQLite, where the one that comes second would be
/// told that the database is locked. Against other processes there is the busy time-out, and every transaction that writes asks for
/// the lock at its beginning.
pub(super) async fn open(url: &str, place: Place) -> Result<Connections, DataError> {
    if let Place::File(file) = &place {
        make_private_file(file).map_err(|source| DataError::Create { file: file.clone(), source })?;
    }
    let refused = |error: DbErr| DataError::Database {
        doing: "opening the database",
        place: place.to_string(),
        cause: Cause::of(&error),
    };
    let writer = connect(options(url, &place, 1, false)).await.map_err(refused)?;
    try_writing(&writer).await.map_err(refused)?;
    let reader = match place {
        Place::File(_) => connect(options(url, &place, READERS, true)).await.map_err(refused)?,
        // A database in memory belongs to its connection.
        _ => writer.clone(),
    };
    Ok(Connections { place, writer, reader })
}

/// Connects, for as long as a statement would wait for another process. A new file is given its write-ahead log by the first process that opens it,
/// and SQLite tells a second one at once that it is busy, whatever the busy time-out.
async fn connect(options: ConnectOptions) -> Result<DatabaseConnection, DbErr> {
    let mut attempts = BUSY.as_millis() / AGAIN.as_millis();
    loop {
        match sea_orm::Database::connect(options.clone()).await {
            Err(error) if attempts > 0 && Cause::of(&error).trouble() == Trouble::Busy => {
                attempts -= 1;
                tokio::time::sleep(AGAIN).await;
            }
            outcome => return outcome,
        }
    }
}

/// A file that may only be read opens as well as any other, and gives even its lock: only a change tells. It is taken back.
async fn try_writing(writer: &DatabaseConnection) -> Result<(), DbErr> {
    let transaction = begin(writer).await?;
    transaction.execute_unprepared("CREATE TABLE try_writing (probe INTEGER)").await?;
    transaction.rollback().await
}

pub(super) fn place_of(url: &str) -> Result<Place, DataError> {
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
    if matches!(place, Place::Memory) {
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
            assert_eq!(place_of(url).unwrap().to_string(), file, "{url}");
        }
        assert!(matches!(place_of("sqlite::memory:"), Ok(Place::Memory)));
        assert!(matches!(place_of("sqlite://:memory:"), Ok(Place::Memory)));
    }

    #[test]
    fn an_address_of_no_use_is_refused() {
        for url in ["sqlite://x?mode=nonsense", "sqlite://"] {
            assert!(matches!(place_of(url), Err(DataError::Address)), "{url}");
        }
    }
}
