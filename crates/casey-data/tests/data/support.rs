//! What the tests share: permits, uses, databases in temporary folders.
#![allow(clippy::unwrap_used)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use casey_core::{CommandUse, Outcome, Prefix, Timestamp, testing::ManualClock};
use casey_data::Database;
use casey_privacy::{
    Inventory, MemoryObjections, Permit, Purpose, SubjectId, WriteGate,
    purposes::{self, CoreCommands, CoreSettings, RightsFulfil, StatsUsage},
};
use sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult, Statement};
use tempfile::TempDir;
use twilight_model::id::{Id, marker::UserMarker};

/// A permit of this person.
pub(crate) async fn permit<P: Purpose>(person: u64) -> Permit<P> {
    let gate = WriteGate::builder(Arc::new(MemoryObjections::new()))
        .allow::<CoreCommands>()
        .allow::<CoreSettings>()
        .allow::<StatsUsage>()
        .allow::<RightsFulfil>()
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

/// A database of its own for a test: a file in a folder that goes with it, or a database on the server of the tests, which is dropped.
pub(crate) struct TempDatabase {
    pub(crate) database: Database,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) url: String,
    pub(crate) keep: Keep,
}

/// What has to live as long.
pub(crate) enum Keep {
    Folder(TempDir),
    Server(#[expect(dead_code, reason = "held for its drop")] OnServer),
}

impl TempDatabase {
    /// An empty file, not migrated.
    pub(crate) async fn empty() -> Self {
        let folder = TempDir::new().unwrap();
        let url = url(&folder.path().join("casey.db"));
        Self::open(url, Keep::Folder(folder)).await
    }

    pub(crate) async fn migrated() -> Self {
        Self::empty().await.migrate().await
    }

    /// An empty schema on the server of the tests; `None` where there is none.
    pub(crate) async fn empty_on_server() -> Option<Self> {
        Self::on(OnServer::schema().await?).await
    }

    pub(crate) async fn migrated_on_server() -> Option<Self> {
        Some(Self::empty_on_server().await?.migrate().await)
    }

    /// A whole database on the server, for tests that look beyond a schema.
    pub(crate) async fn empty_alone_on_server() -> Option<Self> {
        Self::on(OnServer::database().await?).await
    }

    pub(crate) async fn migrated_alone_on_server() -> Option<Self> {
        Some(Self::empty_alone_on_server().await?.migrate().await)
    }

    async fn on(there: OnServer) -> Option<Self> {
        Some(Self::open(there.url.clone(), Keep::Server(there)).await)
    }

    async fn open(url: String, keep: Keep) -> Self {
        let clock = Arc::new(ManualClock::default());
        let database = Database::open(&url, clock.clone()).await.unwrap();
        Self { database, clock, url, keep }
    }

    async fn migrate(self) -> Self {
        self.database.migrate().await.unwrap();
        self
    }

    /// The same database as another process has it open.
    pub(crate) async fn elsewhere(&self) -> Database {
        Database::open(&self.url, self.clock.clone()).await.unwrap()
    }

    /// A second connection, as another program would have one.
    pub(crate) async fn raw(&self) -> DatabaseConnection {
        sea_orm::Database::connect(&self.url).await.unwrap()
    }

    /// The numbers in the first column of a query.
    pub(crate) async fn numbers(&self, sql: &str) -> Vec<i64> {
        let raw = self.raw().await;
        let rows = raw.query_all_raw(Statement::from_string(raw.get_database_backend(), sql)).await.unwrap();
        let number = |row: &QueryResult| {
            row.try_get_by_index(0).or_else(|_| row.try_get_by_index::<i32>(0).map(i64::from)).unwrap()
        };
        rows.iter().map(number).collect()
    }

    pub(crate) async fn execute(&self, sql: &str) {
        let raw = self.raw().await;
        raw.execute_unprepared(sql).await.unwrap();
        raw.close().await.unwrap();
    }
}

/// A schema or a database on the server of the tests, dropped at the end.
pub(crate) struct OnServer {
    pub(crate) url: String,
    server: String,
    drop: String,
}

impl OnServer {
    /// Makes a schema; `None` where there is no server.
    pub(crate) async fn schema() -> Option<Self> {
        let (server, name) = (server()?, new_name());
        run(&server, &format!("CREATE SCHEMA {name}")).await;
        let more = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{more}options[search_path]={name}");
        Some(Self { url, server, drop: format!("DROP SCHEMA {name} CASCADE") })
    }

    /// Makes a database; `None` where there is no server. It takes longer than a schema.
    pub(crate) async fn database() -> Option<Self> {
        let (server, name) = (server()?, new_name());
        run(&server, &format!("CREATE DATABASE {name} TEMPLATE template0")).await;
        let (address, query) = server.split_once('?').map_or((server.as_str(), ""), |(a, query)| (a, query));
        let (host, _) = address.rsplit_once('/').unwrap();
        let url = format!("{host}/{name}?{query}");
        Some(Self { url, server, drop: format!("DROP DATABASE {name} WITH (FORCE)") })
    }
}

fn new_name() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    format!("casey_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed))
}

impl Drop for OnServer {
    fn drop(&mut self) {
        let (server, drop) = (self.server.clone(), self.drop.clone());
        // Whatever runtime the test had, it may be gone.
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(run(&server, &drop));
        });
        assert!(thread.join().is_ok() || std::thread::panicking(), "a database of the tests was not dropped");
    }
}

/// The address of the server of the tests. Without one the test is left out, and says so.
pub(crate) fn server() -> Option<String> {
    let server = std::env::var("TEST_POSTGRES_URL").ok();
    if server.is_none() {
        eprintln!("SKIPPED: no TEST_POSTGRES_URL, so that nothing is tested on PostgreSQL here");
    }
    server
}

async fn run(server: &str, sql: &str) {
    let raw = sea_orm::Database::connect(server).await.unwrap();
    raw.execute_unprepared(sql).await.unwrap();
    raw.close().await.unwrap();
}

/// Runs tests that take a [`TempDatabase`] on both databases: `empty` or `migrated`, and the tests.
macro_rules! on_both {
    ($module:ident: $state:ident, $on_server:ident; $($test:ident)+) => {
        mod $module {
            mod sqlite {
                $(
                    #[tokio::test]
                    async fn $test() {
                        super::super::$test(crate::support::TempDatabase::$state().await).await;
                    }
                )+
            }

            mod postgres {
                $(
                    #[tokio::test]
                    async fn $test() {
                        if let Some(there) = crate::support::TempDatabase::$on_server().await {
                            super::super::$test(there).await;
                        }
                    }
                )+
            }
        }
    };
}

pub(crate) fn url(file: &std::path::Path) -> String {
    format!("sqlite://{}", file.display())
}

/// The inventory of this crate alone.
pub(crate) fn inventory() -> Inventory {
    Inventory::builder()
        .purposes(purposes::ALL)
        .module("core", casey_data::STORES)
        .module("management", casey_data::MANAGEMENT_STORES)
        .build()
        .unwrap()
}
