//! How one process notices what another changed: every change of settings has a number, and the latest is asked for twice a second.

use std::{
    collections::HashMap,
    fmt::{self, Formatter},
    sync::{Arc, Weak},
    time::Duration,
};

use casey_core::{Clock, Prefix, PrefixEntry};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DatabaseConnection, DatabaseTransaction, DbErr, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use tokio::sync::watch;

use super::SettingsStore;
use crate::{
    connect::read,
    entities::{guild_prefix, guild_settings, settings_counter, user_prefix, user_settings},
    error::{Cause, Trouble},
    ids,
};

/// How often the latest number is asked for.
const EVERY: Duration = Duration::from_millis(500);
/// Owners whose prefixes are read at once.
const AT_ONCE: usize = 500;
/// What is counted.
const NAME: &str = "settings";

/// The latest change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Latest {
    /// Its number, as far as is known.
    Number(i64),
    /// The database was closed, so that nobody will know.
    Closed,
}

/// Servers and people whose settings changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changed {
    pub(super) guilds: Vec<i64>,
    pub(super) users: Vec<i64>,
}

/// Gives a change its number. Whoever does so is alone with changing settings until its transaction ends, so that numbers become visible in order
/// and two who change the same thing do not meet.
pub(super) async fn count(transaction: &DatabaseTransaction) -> Result<i64, DbErr> {
    count_of(transaction, NAME).await
}

/// The same for something else that is counted.
pub(super) async fn count_of(transaction: &DatabaseTransaction, name: &'static str) -> Result<i64, DbErr> {
    use settings_counter::{ActiveModel, Column, Entity};
    let first = ActiveModel { name: Set(name.to_owned()), changes: Set(1) };
    let one_more = OnConflict::column(Column::Name)
        .value(Column::Changes, Expr::col((Entity, Column::Changes)).add(1))
        .to_owned();
    Entity::insert(first).on_conflict(one_more).exec_without_returning(transaction).await?;
    let row = Entity::find_by_id(name).one(transaction).await?;
    row.map(|row| row.changes).ok_or_else(|| DbErr::RecordNotFound(name.to_owned()))
}

/// Notes the number of a person's last change.
pub(super) async fn note(transaction: &DatabaseTransaction, user_id: i64, number: i64) -> Result<(), DbErr> {
    use user_settings::{ActiveModel, Column, Entity};
    let row = ActiveModel { user_id: Set(user_id), changed: Set(number) };
    let replace = OnConflict::column(Column::UserId).update_column(Column::Changed).to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(transaction).await.map(|_| ())
}

/// The number of the latest change; zero if there was none.
pub(super) async fn latest(reader: &DatabaseConnection) -> Result<i64, DbErr> {
    latest_of(reader, NAME).await
}

/// The same for something else that is counted.
pub(super) async fn latest_of(reader: &DatabaseConnection, name: &'static str) -> Result<i64, DbErr> {
    let row = read(async || settings_counter::Entity::find_by_id(name).one(reader).await).await?;
    Ok(row.map_or(0, |row| row.changes))
}

/// Who changed after this number.
pub(super) async fn after(reader: &DatabaseConnection, number: i64) -> Result<Changed, DbErr> {
    let guilds = read(async || {
        guild_settings::Entity::find()
            .select_only()
            .column(guild_settings::Column::GuildId)
            .filter(guild_settings::Column::Changed.gt(number))
            .into_tuple()
            .all(reader)
            .await
    });
    let guilds = guilds.await?;
    let users = read(async || {
        user_settings::Entity::find()
            .select_only()
            .column(user_settings::Column::UserId)
            .filter(user_settings::Column::Changed.gt(number))
            .into_tuple()
            .all(reader)
            .await
    });
    Ok(Changed { guilds, users: users.await? })
}

/// Asks for the latest number until the store is gone or closed.
pub(super) async fn follow(store: Weak<SettingsStore>, clock: Arc<dyn Clock>) {
    let mut failing = false;
    loop {
        clock.sleep_until(clock.now() + EVERY).await;
        let Some(store) = store.upgrade() else { return };
        match store.catch_up().await.map_err(|error| Cause::of(&error)) {
            Ok(()) => failing = false,
            Err(cause) if cause.trouble() == Trouble::Closed => return store.stop_following(),
            // Before its first migration a database has no settings that could change.
            Err(cause) if cause.trouble() == Trouble::Schema => {}
            Err(cause) if failing => tracing::debug!(%cause, "changes of settings elsewhere go unnoticed"),
            Err(cause) => {
                tracing::warn!(%cause, "changes of settings elsewhere go unnoticed for now");
                failing = true;
            }
        }
    }
}

/// Prefixes that change, in this process or another on the same database, as they do.
///
/// What is told is how things are when it is read: of two changes that follow quickly, the second may be told alone, or twice.
pub struct Changes {
    store: Arc<SettingsStore>,
    seen: i64,
    latest: watch::Receiver<Latest>,
}

impl Changes {
    pub(super) const fn new(store: Arc<SettingsStore>, seen: i64, latest: watch::Receiver<Latest>) -> Self {
        Self { store, seen, latest }
    }

    /// Waits for the next changes; `None` once the database is closed. An owner without prefixes has none any more. A call that is given up loses
    /// nothing. While the database is away it waits.
    pub async fn next(&mut self) -> Option<Vec<PrefixEntry>> {
        loop {
            let seen = self.seen;
            let told =
                self.latest.wait_for(|latest| *latest != Latest::Number(seen)).await.map(|latest| *latest);
            let Ok(Latest::Number(latest)) = told else { return None };
            // A smaller number means that the database was restored from a backup: all may be different.
            let from = if latest < seen { 0 } else { seen };
            match self.read(from).await {
                Ok(entries) => {
                    self.seen = latest;
                    if !entries.is_empty() {
                        return Some(entries);
                    }
                }
                Err(error) if Cause::of(&error).trouble() == Trouble::Closed => return None,
                Err(error) => {
                    tracing::debug!(cause = %Cause::of(&error), "changed prefixes cannot be read yet");
                    let clock = self.store.clock();
                    clock.sleep_until(clock.now() + EVERY).await;
                }
            }
        }
    }

    async fn read(&self, from: i64) -> Result<Vec<PrefixEntry>, DbErr> {
        let reader = self.store.reader();
        let changed = after(reader, from).await?;
        let mut entries = Vec::new();
        for guilds in changed.guilds.chunks(AT_ONCE) {
            let mut prefixes = guild_prefixes(reader, guilds).await?;
            entries.extend(guilds.iter().filter_map(|guild| {
                Some(PrefixEntry::Guild(ids::id(*guild)?, prefixes.remove(guild).unwrap_or_default()))
            }));
        }
        for users in changed.users.chunks(AT_ONCE) {
            let mut prefixes = user_prefixes(reader, users).await?;
            entries.extend(users.iter().filter_map(|user| {
                Some(PrefixEntry::User(ids::id(*user)?, prefixes.remove(user).unwrap_or_default()))
            }));
        }
        Ok(entries)
    }
}

impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes").field("seen", &self.seen).finish_non_exhaustive()
    }
}

async fn guild_prefixes(
    reader: &DatabaseConnection,
    guilds: &[i64],
) -> Result<HashMap<i64, Vec<Prefix>>, DbErr> {
    use guild_prefix::{Column, Entity};
    let query = Entity::find().filter(Column::GuildId.is_in(guilds.to_vec())).order_by_asc(Column::Position);
    let rows = read(async || query.clone().all(reader).await).await?;
    Ok(grouped(rows.iter().map(|row| (row.guild_id, row.prefix.as_str()))))
}

async fn user_prefixes(
    reader: &DatabaseConnection,
    users: &[i64],
) -> Result<HashMap<i64, Vec<Prefix>>, DbErr> {
    use user_prefix::{Column, Entity};
    let query = Entity::find().filter(Column::UserId.is_in(users.to_vec())).order_by_asc(Column::Position);
    let rows = read(async || query.clone().all(reader).await).await?;
    Ok(grouped(rows.iter().map(|row| (row.user_id, row.prefix.as_str()))))
}

/// What cannot be read is left out: it must not keep everybody else's prefixes from working.
fn grouped<'a>(rows: impl Iterator<Item = (i64, &'a str)>) -> HashMap<i64, Vec<Prefix>> {
    let mut groups: HashMap<i64, Vec<Prefix>> = HashMap::new();
    for (owner, prefix) in rows {
        if let Ok(prefix) = Prefix::new(prefix) {
            groups.entry(owner).or_default().push(prefix);
        }
    }
    groups
}
