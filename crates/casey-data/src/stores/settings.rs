use std::{
    collections::{BTreeSet, HashMap},
    fmt::{self, Formatter},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use async_trait::async_trait;
use casey_core::{
    Clock, GuildSettings, Prefix, PrefixEntry, Settings, StoreError, StoreErrorKind, Timestamp,
};
use casey_privacy::{Permit, purposes::CoreSettings};
use futures_util::TryStreamExt;
use moka::sync::Cache as Moka;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, DatabaseConnection, DatabaseTransaction, DbErr, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder,
    sea_query::{Expr, OnConflict},
};
use tokio::sync::{Mutex, MutexGuard, Notify, watch};
use twilight_model::id::{
    Id,
    marker::{GuildMarker, UserMarker},
};

use super::{
    away::Away,
    changes::{self, Changes, Latest},
    overrides,
};
use crate::{
    connect::{Connections, read, write},
    entities::{guild_prefix, guild_settings, user_prefix},
    error::{Cause, Trouble, store_error, while_doing},
    ids,
};

/// Servers whose settings are held in memory.
const ROOM: u64 = 10_000;
/// How long they are, at most: something else than Casey may have changed them.
const FRESH: Duration = Duration::from_mins(1);
/// Locks for loading and writing. Two servers may share one, which costs a wait and nothing else.
const LOCKS: usize = 64;

#[derive(Clone)]
struct Held {
    settings: Arc<GuildSettings>,
    read_at: Timestamp,
}

/// [`Settings`] in the database.
///
/// A server's settings are read and written as a whole. What was read stays in memory for a minute and is replaced by a write of this
/// process; many who ask at once cause one query. Of several who write at once the last wins, never by half.
///
/// While the database is away, whoever asks for what is not in memory is told so at once, except the first.
///
/// What another process writes is noticed within a second: a task asks twice a second for the number of the latest change. It ends with the store.
pub struct SettingsStore {
    connections: Connections,
    clock: Arc<dyn Clock>,
    held: Moka<Id<GuildMarker>, Held>,
    locks: [Mutex<()>; LOCKS],
    /// The number of the latest change that what is in memory takes account of; `None` until it was asked for.
    seen: Mutex<Option<i64>>,
    latest: watch::Sender<Latest>,
    /// Grows whenever changes of others are taken account of; zero until the first time, and nothing is held before. Whoever read while it grew may have
    /// read what was before.
    round: AtomicU64,
    /// Told whenever this process has written.
    wrote: Arc<Notify>,
    /// Whether it has just turned out that the database is away.
    away: Away,
}

impl SettingsStore {
    /// Starts the task; wants a Tokio runtime.
    pub(crate) fn start(connections: Connections, clock: Arc<dyn Clock>) -> Arc<Self> {
        let store = Arc::new(Self {
            connections,
            clock: Arc::clone(&clock),
            held: Moka::new(ROOM),
            locks: std::array::from_fn(|_| Mutex::new(())),
            seen: Mutex::new(None),
            latest: watch::Sender::new(Latest::Number(0)),
            round: AtomicU64::new(0),
            wrote: Arc::default(),
            away: Away::default(),
        });
        tokio::spawn(changes::follow(Arc::downgrade(&store), clock));
        store
    }

    /// Prefixes that change from now on.
    pub(crate) async fn changes(self: &Arc<Self>) -> Result<Changes, StoreError> {
        self.catch_up().await.map_err(while_doing("reading the number of the latest change of settings"))?;
        let latest = self.latest.subscribe();
        let seen = match *latest.borrow() {
            Latest::Number(number) => number,
            Latest::Closed => 0,
        };
        Ok(Changes::new(Arc::clone(self), seen, latest))
    }

    /// Takes account of whether the database answered.
    pub(crate) fn heed<T>(&self, asked: &Result<T, DbErr>) {
        self.away.heed(asked);
    }

    /// Takes account of what changed since the last time.
    pub(super) async fn catch_up(&self) -> Result<(), DbErr> {
        let mut seen = self.seen.lock().await;
        let latest = changes::latest(&self.connections.reader).await;
        self.heed(&latest);
        let latest = latest?;
        if let Some(seen) = *seen
            && seen != latest
        {
            // A smaller number means that the database was restored from a backup: all may be different.
            if latest < seen {
                self.round.fetch_add(1, SeqCst);
                self.held.invalidate_all();
            } else {
                let changed = changes::after(&self.connections.reader, seen).await?;
                self.round.fetch_add(1, SeqCst);
                for guild in changed.guilds.into_iter().filter_map(ids::id) {
                    self.held.invalidate(&guild);
                }
            }
        } else if seen.is_none() {
            self.round.fetch_add(1, SeqCst);
        }
        *seen = Some(latest);
        drop(seen);
        self.latest.send_if_modified(|told| {
            std::mem::replace(told, Latest::Number(latest)) != Latest::Number(latest)
        });
        Ok(())
    }

    /// Told whenever this process has written.
    pub(super) fn wrote(&self) -> Arc<Notify> {
        Arc::clone(&self.wrote)
    }

    /// Tells that nothing will be told any more.
    pub(super) fn stop_following(&self) {
        self.latest.send_replace(Latest::Closed);
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    pub(super) const fn reader(&self) -> &DatabaseConnection {
        &self.connections.reader
    }

    /// The round in which something is read that is to be [held](Self::hold). If it cannot be begun, nothing will be held.
    async fn round(&self) -> u64 {
        if self.round.load(SeqCst) == 0 && self.catch_up().await.is_err() {
            return 0;
        }
        self.round.load(SeqCst)
    }

    /// How often a server's settings were written: grows by one with each write, zero if they never were.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database cannot be read.
    pub async fn revision(&self, guild: Id<GuildMarker>) -> Result<u64, StoreError> {
        let query = guild_settings::Entity::find_by_id(ids::column(guild));
        let row = read(async || query.clone().one(&self.connections.reader).await)
            .await
            .map_err(while_doing("reading the revision of a server's settings"))?;
        Ok(row.map_or(0, |row| row.revision.cast_unsigned()))
    }

    fn in_memory(&self, guild: Id<GuildMarker>) -> Option<Arc<GuildSettings>> {
        let held = self.held.get(&guild)?;
        (self.clock.now().since(held.read_at) < FRESH).then_some(held.settings)
    }

    /// Holds what was read or written in this round.
    fn hold(&self, guild: Id<GuildMarker>, settings: Arc<GuildSettings>, round: u64) {
        if round == 0 {
            return;
        }
        self.held.insert(guild, Held { settings, read_at: self.clock.now() });
        // Looked at after the insertion: of the two who come late, this one or the one who clears, at least one sees the other.
        if self.round.load(SeqCst) != round {
            self.held.invalidate(&guild);
        }
    }

    async fn lock(&self, guild: Id<GuildMarker>) -> MutexGuard<'_, ()> {
        // The lower bits of an id count within a millisecond and are mostly zero; those above them spread well.
        let slot = usize::try_from((guild.get() >> 22) % LOCKS as u64).unwrap_or_default();
        self.locks[slot].lock().await
    }

    async fn load(&self, guild: Id<GuildMarker>) -> Result<GuildSettings, DbErr> {
        let id = ids::column(guild);
        let row = guild_settings::Entity::find_by_id(id).one(&self.connections.reader).await?;
        let prefixes = guild_prefix::Entity::find()
            .filter(guild_prefix::Column::GuildId.eq(id))
            .order_by_asc(guild_prefix::Column::Position)
            .all(&self.connections.reader)
            .await?;
        let prefixes = prefixes.iter().map(|row| read_prefix(&row.prefix)).collect::<Result<_, _>>()?;
        let overrides = overrides::of_guild(&self.connections.reader, id).await?;
        let Some(row) = row else {
            return Ok(GuildSettings { prefixes, overrides, ..GuildSettings::default() });
        };
        let disabled_modules = read_modules(&row.disabled_modules)?;
        Ok(GuildSettings { prefixes, language: row.language, disabled_modules, overrides })
    }
}

impl fmt::Debug for SettingsStore {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("SettingsStore").field("held", &self.held.entry_count()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Settings for SettingsStore {
    async fn guild(&self, guild: Id<GuildMarker>) -> Result<Arc<GuildSettings>, StoreError> {
        const DOING: &str = "reading the server's settings";
        if let Some(settings) = self.in_memory(guild) {
            return Ok(settings);
        }
        let _one = self.lock(guild).await;
        if let Some(settings) = self.in_memory(guild) {
            return Ok(settings);
        }
        if let Some(cause) = self.away.now() {
            return Err(store_error(DOING, cause));
        }
        let round = self.round().await;
        let settings = read(async || self.load(guild).await).await;
        self.heed(&settings);
        let settings = Arc::new(settings.map_err(while_doing(DOING))?);
        self.hold(guild, Arc::clone(&settings), round);
        Ok(settings)
    }

    async fn set_guild(
        &self,
        permit: Permit<CoreSettings>,
        guild: Id<GuildMarker>,
        settings: GuildSettings,
    ) -> Result<(), StoreError> {
        const DOING: &str = "writing the server's settings";
        let settings = GuildSettings { prefixes: each_once(settings.prefixes), ..settings };
        let modules = serde_json::to_string(&settings.disabled_modules)
            .map_err(|_| store_error(DOING, Cause::of_trouble(Trouble::Other)))?;
        let by = permit.subject().map(ids::subject_column);
        let row = guild_settings::ActiveModel {
            guild_id: Set(ids::column(guild)),
            language: Set(settings.language.clone()),
            disabled_modules: Set(modules),
            configured_by: Set(by),
            updated_at: Set(self.clock.now().as_millis()),
            revision: Set(1),
            changed: NotSet,
        };
        let _one = self.lock(guild).await;
        // Whatever comes of it, what is in memory is no longer known to be true.
        self.held.invalidate(&guild);
        let round = self.round().await;
        write(&self.connections.writer, async |transaction| {
            let changed = Set(Some(changes::count(transaction).await?));
            write_row(transaction, guild_settings::ActiveModel { changed, ..row.clone() }).await?;
            write_prefixes(transaction, ids::column(guild), &settings.prefixes, by).await?;
            overrides::replace(transaction, ids::column(guild), &settings.overrides, by).await
        })
        .await
        .map_err(while_doing(DOING))?;
        self.hold(guild, Arc::new(settings), round);
        self.wrote.notify_one();
        Ok(())
    }

    async fn personal_prefixes(&self, user: Id<UserMarker>) -> Result<Vec<Prefix>, StoreError> {
        const DOING: &str = "reading a person's prefixes";
        let query = user_prefix::Entity::find()
            .filter(user_prefix::Column::UserId.eq(ids::column(user)))
            .order_by_asc(user_prefix::Column::Position);
        let rows = read(async || query.clone().all(&self.connections.reader).await)
            .await
            .map_err(while_doing(DOING))?;
        rows.iter().map(|row| read_prefix(&row.prefix)).collect::<Result<_, _>>().map_err(while_doing(DOING))
    }

    async fn set_personal_prefixes(
        &self,
        permit: Permit<CoreSettings>,
        prefixes: Vec<Prefix>,
    ) -> Result<(), StoreError> {
        const DOING: &str = "writing a person's prefixes";
        let Some(subject) = permit.subject() else {
            return Err(StoreError::new(StoreErrorKind::Missing, DOING));
        };
        let user_id = ids::subject_column(subject);
        let prefixes = each_once(prefixes);
        let rows = (0..).zip(&prefixes).map(|(position, prefix)| user_prefix::ActiveModel {
            user_id: Set(user_id),
            prefix: Set(prefix.as_str().to_owned()),
            position: Set(position),
        });
        let rows: Vec<_> = rows.collect();
        write(&self.connections.writer, async |transaction| {
            let number = changes::count(transaction).await?;
            changes::note(transaction, user_id, number).await?;
            user_prefix::Entity::delete_many()
                .filter(user_prefix::Column::UserId.eq(user_id))
                .exec(transaction)
                .await?;
            user_prefix::Entity::insert_many(rows.clone()).exec_without_returning(transaction).await
        })
        .await
        .map_err(while_doing(DOING))?;
        self.wrote.notify_one();
        Ok(())
    }

    async fn prefixes(&self) -> Result<Vec<PrefixEntry>, StoreError> {
        const DOING: &str = "reading all prefixes";
        let (guilds, people) = tokio::try_join!(
            read(async || guild_prefixes(&self.connections).await),
            read(async || user_prefixes(&self.connections).await),
        )
        .map_err(while_doing(DOING))?;
        let guilds = guilds.into_iter().map(|(guild, prefixes)| PrefixEntry::Guild(guild, prefixes));
        let people = people.into_iter().map(|(user, prefixes)| PrefixEntry::User(user, prefixes));
        Ok(guilds.chain(people).collect())
    }
}

async fn write_row(transaction: &DatabaseTransaction, row: guild_settings::ActiveModel) -> Result<(), DbErr> {
    use guild_settings::{Column, Entity};
    let replace = OnConflict::column(Column::GuildId)
        .update_columns([
            Column::Language,
            Column::DisabledModules,
            Column::ConfiguredBy,
            Column::UpdatedAt,
            Column::Changed,
        ])
        .value(Column::Revision, Expr::col((Entity, Column::Revision)).add(1))
        .to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(transaction).await.map(|_| ())
}

/// Replaces a server's prefixes. Those that were there keep the name of who set them.
async fn write_prefixes(
    transaction: &DatabaseTransaction,
    guild_id: i64,
    prefixes: &[Prefix],
    by: Option<i64>,
) -> Result<(), DbErr> {
    use guild_prefix::{ActiveModel, Column, Entity};
    let known = Entity::find().filter(Column::GuildId.eq(guild_id)).all(transaction).await?;
    let set_by: HashMap<_, _> = known.iter().map(|row| (row.prefix.as_str(), row.set_by)).collect();
    let rows = (0..).zip(prefixes).map(|(position, prefix)| ActiveModel {
        guild_id: Set(guild_id),
        prefix: Set(prefix.as_str().to_owned()),
        position: Set(position),
        set_by: Set(set_by.get(prefix.as_str()).copied().unwrap_or(by)),
    });
    let rows: Vec<_> = rows.collect();
    Entity::delete_many().filter(Column::GuildId.eq(guild_id)).exec(transaction).await?;
    Entity::insert_many(rows).exec_without_returning(transaction).await.map(|_| ())
}

type Grouped<T> = Vec<(Id<T>, Vec<Prefix>)>;

async fn guild_prefixes(connections: &Connections) -> Result<Grouped<GuildMarker>, DbErr> {
    use guild_prefix::{Column, Entity};
    let query = Entity::find().order_by_asc(Column::GuildId).order_by_asc(Column::Position);
    let mut rows = query.stream(&connections.reader).await?;
    let mut groups = Grouped::new();
    while let Some(row) = rows.try_next().await? {
        group(&mut groups, row.guild_id, &row.prefix);
    }
    Ok(groups)
}

async fn user_prefixes(connections: &Connections) -> Result<Grouped<UserMarker>, DbErr> {
    use user_prefix::{Column, Entity};
    let query = Entity::find().order_by_asc(Column::UserId).order_by_asc(Column::Position);
    let mut rows = query.stream(&connections.reader).await?;
    let mut groups = Grouped::new();
    while let Some(row) = rows.try_next().await? {
        group(&mut groups, row.user_id, &row.prefix);
    }
    Ok(groups)
}

/// Adds a row to the group it belongs to. One that cannot be read is left out: it must not keep everybody else's prefixes from working.
fn group<T>(groups: &mut Grouped<T>, owner: i64, prefix: &str) {
    let (Some(owner), Ok(prefix)) = (ids::id(owner), Prefix::new(prefix)) else {
        tracing::warn!("a stored prefix cannot be read and is left out");
        return;
    };
    match groups.last_mut() {
        Some((last, prefixes)) if *last == owner => prefixes.push(prefix),
        _ => groups.push((owner, vec![prefix])),
    }
}

fn read_prefix(text: &str) -> Result<Prefix, DbErr> {
    Prefix::new(text).map_err(|_| DbErr::Type("prefix".to_owned()))
}

fn read_modules(text: &str) -> Result<BTreeSet<String>, DbErr> {
    serde_json::from_str(text).map_err(|_| DbErr::Json("disabled modules".to_owned()))
}

/// Each prefix where it stands first.
fn each_once(prefixes: Vec<Prefix>) -> Vec<Prefix> {
    let mut seen = BTreeSet::new();
    prefixes.into_iter().filter(|prefix| seen.insert(prefix.clone())).collect()
}
