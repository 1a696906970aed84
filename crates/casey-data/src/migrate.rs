//! Bringing the schema up to date, one process at a time.

use std::{
    ffi::OsString,
    fs::File,
    io,
    path::{Path, PathBuf},
};

use casey_migration::{Migrator, sea_orm_migration::MigratorTrait};
use sea_orm::{DatabaseConnection, DbErr};

use crate::{
    connect::{Connections, Place, private_file, read},
    error::{Cause, DataError, Trouble},
};

/// Names of the steps that are still to be applied. Changes nothing.
pub(crate) async fn pending(connections: &Connections) -> Result<Vec<String>, DataError> {
    pending_in(&connections.reader, &connections.place).await
}

async fn pending_in(database: &DatabaseConnection, place: &Place) -> Result<Vec<String>, DataError> {
    let pending = read(async || Migrator::get_pending_migrations_read_only(database).await)
        .await
        .map_err(|error| refused(place, "reading the schema of the database", &error))?;
    Ok(pending.iter().map(|step| step.name().to_owned()).collect())
}

/// Applies what is missing and tells its names.
pub(crate) async fn migrate(connections: &Connections) -> Result<Vec<String>, DataError> {
    let place = &connections.place;
    match place {
        Place::File(file) => {
            // The lock is held until the file is dropped, or the process ends in whatever way.
            let _lock = lock(lock_file(file)).await?;
            apply(&connections.writer, place).await
        }
        Place::Memory => apply(&connections.writer, place).await,
        Place::Server(server) => {
            let alone = server.open_alone().await?;
            let applied = apply(&alone, place).await;
            // Its end gives the lock back, whether the server is told or not.
            let _ = alone.close().await;
            applied
        }
    }
}

async fn apply(database: &DatabaseConnection, place: &Place) -> Result<Vec<String>, DataError> {
    let steps = pending_in(database, place).await?;
    if !steps.is_empty() {
        Migrator::up(database, None)
            .await
            .map_err(|error| refused(place, "changing the schema of the database", &error))?;
        tracing::info!(steps = steps.len(), "the database schema is up to date");
    }
    Ok(steps)
}

fn refused(place: &Place, doing: &'static str, error: &DbErr) -> DataError {
    let place = place.to_string();
    match error {
        // The only case in which the migrator speaks for itself: a step was applied that this version does not know.
        DbErr::Custom(_) => DataError::Newer { place },
        error => DataError::Database { doing, place, cause: Cause::of(error) },
    }
}

fn lock_file(database: &Path) -> PathBuf {
    let mut name = database.file_name().map_or_else(OsString::new, OsString::from);
    name.push(".migrate-lock");
    database.with_file_name(name)
}

async fn lock(file: PathBuf) -> Result<File, DataError> {
    let path = file.clone();
    let taken = tokio::task::spawn_blocking(move || {
        let file = private_file().create(true).truncate(false).open(path)?;
        file.lock()?;
        Ok::<_, io::Error>(file)
    });
    match taken.await {
        Ok(Ok(lock)) => Ok(lock),
        Ok(Err(source)) => Err(DataError::Lock { file, source }),
        Err(_) => Err(DataError::Database {
            doing: "waiting for the lock of the database",
            place: file.display().to_string(),
            cause: Cause::of_trouble(Trouble::Other),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_lies_beside_the_database() {
        assert_eq!(lock_file(Path::new("/data/casey.db")), Path::new("/data/casey.db.migrate-lock"));
    }
}
