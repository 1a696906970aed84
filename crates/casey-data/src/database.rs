use std::{
    fmt::{self, Formatter},
    path::Path,
    sync::Arc,
};

use casey_core::{Clock, GatewaySessions, JobStore, Settings, StoreError, UsageLog};
use casey_management::ReminderStore;
use casey_privacy::{Finding, Holder, Inventory, ObjectionBook};

use crate::{
    cache::Bus,
    connect::{self, Connections, Place},
    error::{Cause, DataError, while_doing},
    migrate, schema,
    sealed::Keyring,
    stores::{
        Changes, DataHolder, GatewayTable, InstanceStore, JobTable, ObjectionTable, ReminderTable,
        RetentionSweeper, SettingsStore, UsageStore,
    },
};

/// A database and the stores in it. Clones are the same database.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    connections: Connections,
    settings: Arc<SettingsStore>,
    usage: Arc<UsageStore>,
    instance: InstanceStore,
    holder: Arc<DataHolder>,
    sweeper: Arc<RetentionSweeper>,
    clock: Arc<dyn Clock>,
}

impl Database {
    /// Opens the database at `url`: `sqlite://FILE`, `sqlite::memory:` or `postgres://USER:PASSWORD@HOST/NAME`. A file that is missing is made, with
    /// its folder, for its owner alone. A server on another machine is talked to over TLS only, its certificate and its name
    /// verified; `?sslrootcert=FILE` names whom to trust beside the well-known issuers. The schema is left as it is: see
    /// [`migrate`](Self::migrate). Wants a Tokio runtime, in which the tasks behind the usage log and the settings run.
    ///
    /// # Errors
    ///
    /// [`DataError`] when the address is of no use, the file cannot be made, is read-only or no database, the disk is full, the server cannot be
    /// reached or refuses, or the way to it is not safe.
    pub async fn open(url: &str, clock: Arc<dyn Clock>) -> Result<Self, DataError> {
        let connections = Connections::open(url).await?;
        Ok(Self::assemble(connections, &clock, UsageStore::ROOM))
    }

    pub(crate) fn assemble(connections: Connections, clock: &Arc<dyn Clock>, room: usize) -> Self {
        let settings = SettingsStore::start(connections.clone(), Arc::clone(clock));
        let usage = Arc::new(UsageStore::start(connections.clone(), Arc::clone(clock), room));
        let instance = InstanceStore::new(connections.clone(), Arc::clone(clock));
        let holder = Arc::new(DataHolder::new(connections.reader.clone(), Arc::clone(&usage)));
        let sweeper = Arc::new(RetentionSweeper::new(connections.clone(), Arc::clone(clock)));
        let clock = Arc::clone(clock);
        Self { inner: Arc::new(Inner { connections, settings, usage, instance, holder, sweeper, clock }) }
    }

    /// The database's file; `None` for one in memory or on a server.
    pub fn file(&self) -> Option<&Path> {
        match &self.inner.connections.place {
            Place::File(file) => Some(file),
            Place::Memory | Place::Server(_) => None,
        }
    }

    /// Where it is, for people: the file, `:memory:`, or the server with the database's name on it. Never a user or a password.
    pub fn place(&self) -> String {
        self.inner.connections.place.to_string()
    }

    /// Brings the schema up to date and tells the steps that were applied. Safe to call twice, and from several processes at once:
    /// they wait for one another.
    ///
    /// # Errors
    ///
    /// [`DataError`] when a step failed (it is undone), the lock cannot be had, or a newer version of Casey was here.
    pub async fn migrate(&self) -> Result<Vec<String>, DataError> {
        migrate::migrate(&self.inner.connections).await
    }

    /// The steps that [`migrate`](Self::migrate) would apply. Changes nothing.
    ///
    /// # Errors
    ///
    /// [`DataError`] when the database cannot be read, or a newer version of Casey was here.
    pub async fn pending(&self) -> Result<Vec<String>, DataError> {
        migrate::pending(&self.inner.connections).await
    }

    /// Whether the database answers.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let asked = connect::ping(&self.inner.connections.reader).await;
        self.inner.settings.heed(&asked);
        asked.map_err(while_doing("asking the database whether it is there"))
    }

    /// Compares the database with what is declared: every table, view and column, in both directions. Empty if they agree.
    ///
    /// # Errors
    ///
    /// [`DataError`] when the database cannot be read.
    pub async fn check(&self, inventory: &Inventory) -> Result<Vec<Finding>, DataError> {
        let connections = &self.inner.connections;
        let shapes =
            connect::read(async || schema::read(&connections.reader).await).await.map_err(|error| {
                DataError::Database {
                    doing: "reading the schema of the database",
                    place: connections.place.to_string(),
                    cause: Cause::of(&error),
                }
            })?;
        Ok(casey_privacy::schema(inventory, &shapes))
    }

    /// Settings of servers and people.
    pub fn settings(&self) -> Arc<dyn Settings> {
        Arc::clone(&self.inner.settings) as Arc<dyn Settings>
    }

    /// The same with what only this store offers.
    pub fn settings_store(&self) -> &SettingsStore {
        &self.inner.settings
    }

    /// Prefixes that change from now on, in this process or another on the same database. To hold all prefixes in memory, ask for this first and
    /// for [`prefixes`](Settings::prefixes) second: nothing is missed in between. Each is told within a second as a rule.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database cannot be read.
    pub async fn changes(&self) -> Result<Changes, StoreError> {
        self.inner.settings.changes().await
    }

    /// Tells other processes of changed settings through Redis, and hears of theirs, so that they are noticed at once. Without it they are noticed within
    /// a second.
    pub fn tell_through(&self, bus: Bus) {
        crate::stores::tell_changes(&self.inner.settings, bus);
    }

    /// The log of command use.
    pub fn usage(&self) -> Arc<dyn UsageLog> {
        Arc::clone(&self.inner.usage) as Arc<dyn UsageLog>
    }

    /// The same with what only this store offers: how many uses wait, how many were dropped.
    pub fn usage_store(&self) -> &UsageStore {
        &self.inner.usage
    }

    /// Facts about this installation.
    pub fn instance(&self) -> &InstanceStore {
        &self.inner.instance
    }

    /// Things to be done later.
    pub fn jobs(&self) -> Arc<dyn JobStore> {
        Arc::new(JobTable::new(self.inner.connections.clone()))
    }

    /// Sessions with Discord's gateway, sealed with these keys.
    pub fn gateway_sessions(&self, keyring: &Arc<Keyring>) -> Arc<dyn GatewaySessions> {
        Arc::new(GatewayTable::new(self.inner.connections.clone(), keyring))
    }

    /// What people objected to; read whole now, and followed from now on.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database cannot be read.
    pub async fn objections(&self) -> Result<Arc<dyn ObjectionBook>, StoreError> {
        let clock = Arc::clone(&self.inner.clock);
        let table = ObjectionTable::open(self.inner.connections.clone(), clock).await?;
        Ok(table)
    }

    /// Reminders; their jobs are among [`jobs`](Self::jobs).
    pub fn reminders(&self) -> Arc<dyn ReminderStore> {
        Arc::new(ReminderTable::new(self.inner.connections.clone()))
    }

    /// Removes what has outlived its time.
    pub fn sweeper(&self) -> Arc<RetentionSweeper> {
        Arc::clone(&self.inner.sweeper)
    }

    /// Counts what is stored about a person.
    pub fn holder(&self) -> Arc<dyn Holder> {
        Arc::clone(&self.inner.holder) as Arc<dyn Holder>
    }

    /// Writes what waits and closes the connections. Whatever is asked of the stores afterwards fails.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when something could not be written and is lost; the connections are closed all the same.
    pub async fn close(&self) -> Result<(), StoreError> {
        let flushed = self.inner.usage.close().await;
        let closed = self.inner.connections.close().await;
        flushed?;
        closed.map_err(while_doing("closing the database"))
    }

    pub(crate) fn connections(&self) -> &Connections {
        &self.inner.connections
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("place", &self.place()).finish_non_exhaustive()
    }
}
