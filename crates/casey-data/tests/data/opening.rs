//! Opening and migrating: what is made, and what is refused with which sentence.
#![allow(clippy::unwrap_used)]

use std::{fs, path::Path, sync::Arc};

use casey_core::testing::ManualClock;
use casey_data::{DataError, Database, Trouble};
use casey_migration::sea_orm_migration::MigratorTrait as _;
use tempfile::TempDir;

use crate::support::{Keep, TempDatabase, url};

on_both!(migrating: empty, empty_on_server;
    migrating_twice_changes_nothing_the_second_time
    two_at_once_migrate_one_after_the_other
);
on_both!(newer: migrated, migrated_on_server;
    a_database_of_a_newer_version_is_refused
);

async fn open(url: &str) -> Result<Database, DataError> {
    Database::open(url, Arc::new(ManualClock::default())).await
}

async fn refused(url: &str) -> DataError {
    open(url).await.unwrap_err()
}

fn trouble(error: &DataError) -> Option<Trouble> {
    match error {
        DataError::Database { cause, .. } => Some(cause.trouble()),
        _ => None,
    }
}

#[tokio::test]
async fn a_missing_folder_and_file_are_made() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("a/b/casey.db");
    let database = open(&url(&file)).await.unwrap();
    database.migrate().await.unwrap();
    database.ping().await.unwrap();
    assert_eq!(database.file(), Some(file.as_path()));
    assert!(file.exists());
}

fn folder(there: &TempDatabase) -> &Path {
    match &there.keep {
        Keep::Folder(folder) => folder.path(),
        Keep::Server(_) => panic!("a database on a server has no folder"),
    }
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;

    let there = TempDatabase::migrated().await;
    let mut seen = 0;
    for entry in fs::read_dir(folder(&there)).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
        seen += 1;
    }
    assert!(seen >= 3, "the database, its log and its index, the lock: {seen}");
}

#[tokio::test]
async fn a_folder_that_is_none_is_refused() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = refused(&url(&file.join("casey.db"))).await;
    assert!(matches!(error, DataError::Create { .. }), "{error}");
    assert!(error.to_string().ends_with("choose a folder that Casey may write to"), "{error}");
    assert!(!error.to_string().contains("os error"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_is_read_only_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let folder = TempDir::new().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
    let file = if fs::write(folder.path().join("probe"), "").is_err() {
        folder.path().join("casey.db")
    } else if Path::new("/sys/kernel").exists() {
        // Permissions mean nothing to root, the kernel's own file system does.
        Path::new("/sys/casey.db").to_owned()
    } else {
        eprintln!("skipped: nothing here is read-only");
        return;
    };
    let error = refused(&url(&file)).await;
    assert!(matches!(error, DataError::Create { .. }), "{error}");
    assert!(error.to_string().contains("cannot be created"), "{error}");
}

#[tokio::test]
async fn a_database_that_may_only_be_read_is_refused() {
    let there = TempDatabase::migrated().await;
    let error = refused(&format!("{}?mode=ro", there.url)).await;
    assert_eq!(trouble(&error), Some(Trouble::ReadOnly), "{error}");
    assert!(error.to_string().contains("cannot be written to"), "{error}");
}

#[tokio::test]
async fn another_file_is_refused_and_left_alone() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("notes.txt");
    let text = "not a database at all. ".repeat(100);
    fs::write(&file, &text).unwrap();
    let error = refused(&url(&file)).await;
    assert_eq!(trouble(&error), Some(Trouble::NotADatabase), "{error}");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

fn steps() -> usize {
    casey_migration::Migrator::migrations().len()
}

async fn migrating_twice_changes_nothing_the_second_time(there: TempDatabase) {
    let pending = there.database.pending().await.unwrap();
    assert_eq!(pending.len(), steps());
    assert_eq!(there.database.migrate().await.unwrap(), pending);
    assert_eq!(there.database.migrate().await.unwrap(), Vec::<String>::new());
    assert_eq!(there.database.pending().await.unwrap(), Vec::<String>::new());
}

async fn two_at_once_migrate_one_after_the_other(there: TempDatabase) {
    let other = there.elsewhere().await;
    let (first, second) = tokio::join!(there.database.migrate(), other.migrate());
    let mut applied = [first.unwrap().len(), second.unwrap().len()];
    applied.sort_unstable();
    assert_eq!(applied, [0, steps()]);
}

async fn a_database_of_a_newer_version_is_refused(there: TempDatabase) {
    there.execute("INSERT INTO seaql_migrations VALUES ('m20991231_000001_future', 0)").await;
    for error in [there.database.migrate().await.unwrap_err(), there.database.pending().await.unwrap_err()] {
        assert!(matches!(error, DataError::Newer { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_database_in_memory_works_whole() {
    let database = open("sqlite::memory:").await.unwrap();
    database.migrate().await.unwrap();
    assert_eq!(database.check(&crate::support::inventory()).await.unwrap(), []);
    assert_eq!(database.settings().prefixes().await.unwrap(), []);
    database.close().await.unwrap();
    assert!(database.ping().await.is_err());
}
