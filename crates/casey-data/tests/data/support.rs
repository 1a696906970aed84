//! What the tests share: permits, uses, databases in temporary folders.
#![allow(clippy::unwrap_used)]

use std::{path::PathBuf, sync::Arc, time::Duration};

use casey_core::{CommandUse, Outcome, Prefix, Timestamp, testing::ManualClock};
use casey_data::Database;
use casey_privacy::{
    Inventory, MemoryObjections, Permit, Purpose, SubjectId, WriteGate,
    purposes::{self, CoreCommands, CoreSettings, StatsUsage},
};
use tempfile::TempDir;
use twilight_model::id::{Id, marker::UserMarker};

/// A permit of this person.
pub(crate) async fn permit<P: Purpose>(person: u64) -> Permit<P> {
    let gate = WriteGate::builder(Arc::new(MemoryObjections::new()))
        .allow::<CoreCommands>()
        .allow::<CoreSettings>()
        .allow::<StatsUsage>()
        .build();
    gate.permit::<P>(SubjectId::new(person)).await.unwrap()
}

pub(crate) fn user(number: u64) -> Id<UserMarker> {
    Id::new(number)
}

pub(crate) fn prefixes(texts: &[&str]) -> Vec<Prefix> {
    texts.iter().map(|text| Prefix::new(text).unwrap()).collect()
}

/// A use by this person in server 10, channel 20.
pub(crate) fn used(person: u64, command: &str, at: Timestamp) -> CommandUse {
    CommandUse {
        user: user(person),
        guild: Some(Id::new(10)),
        channel: Some(Id::new(20)),
        command: command.to_owned(),
        outcome: Outcome::Done,
        took: Duration::from_millis(12),
        hour: at.hour(),
    }
}

/// A database file in a folder that goes with it.
pub(crate) struct TempDatabase {
    pub(crate) database: Database,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) file: PathBuf,
    pub(crate) folder: TempDir,
}

impl TempDatabase {
    /// An empty file, not migrated.
    pub(crate) async fn empty() -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("casey.db");
        let clock = Arc::new(ManualClock::default());
        let database = Database::open(&url(&file), clock.clone()).await.unwrap();
        Self { database, clock, file, folder }
    }

    pub(crate) async fn migrated() -> Self {
        let there = Self::empty().await;
        there.database.migrate().await.unwrap();
        there
    }

    /// A second connection, as another program would have one.
    pub(crate) async fn raw(&self) -> sea_orm::DatabaseConnection {
        sea_orm::Database::connect(url(&self.file)).await.unwrap()
    }

    /// The numbers in the first column of a query.
    pub(crate) async fn numbers(&self, sql: &str) -> Vec<i64> {
        use sea_orm::{ConnectionTrait, DbBackend, Statement};
        let rows =
            self.raw().await.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    pub(crate) async fn execute(&self, sql: &str) {
        use sea_orm::ConnectionTrait;
        self.raw().await.execute_unprepared(sql).await.unwrap();
    }
}

pub(crate) fn url(file: &std::path::Path) -> String {
    format!("sqlite://{}", file.display())
}

/// The inventory of this crate alone.
pub(crate) fn inventory() -> Inventory {
    Inventory::builder().purposes(purposes::ALL).module("core", casey_data::STORES).build().unwrap()
}
