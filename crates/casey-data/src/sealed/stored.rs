//! Keys in the database.

use std::time::Duration;

use casey_core::{StoreError, Timestamp};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, ExprTrait,
    PaginatorTrait, QueryFilter,
    sea_query::{Asterisk, Expr, Func, LikeExpr, Query},
};
use secrecy::zeroize::Zeroizing;

use super::{
    SEALED,
    error::SealError,
    format::{self, Sealed, joined},
};
use crate::{
    connect::{Connections, read, write},
    entities::data_key::{ActiveModel, Column, Entity, Model},
    error::while_doing,
};

/// How long a retired key is kept, at least.
const KEPT: Duration = Duration::from_hours(24);

/// A key; overwritten when it is dropped.
pub(super) type Key = Zeroizing<[u8; 32]>;

/// A key, without the key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyInfo {
    /// Its name.
    pub kid: String,
    /// When it was made.
    pub created: Timestamp,
    /// Since when nothing new is sealed with it; `None` for the one in use.
    pub retired: Option<Timestamp>,
    /// How many values are sealed with it.
    pub values: u64,
}

pub(super) async fn all(connections: &Connections) -> Result<Vec<Model>, StoreError> {
    read(async || Entity::find().all(&connections.reader).await)
        .await
        .map_err(while_doing("reading the keys that columns are sealed with"))
}

/// All keys, oldest first, the one in use last, and how many values are sealed with each.
pub(super) async fn infos(connections: &Connections) -> Result<Vec<KeyInfo>, StoreError> {
    let mut infos = Vec::new();
    for row in all(connections).await? {
        infos.push(KeyInfo {
            values: count(connections, With::This(&row.kid)).await?,
            kid: row.kid,
            created: Timestamp::from_millis(row.created_at),
            retired: row.retired_at.map(Timestamp::from_millis),
        });
    }
    infos.sort_by_cached_key(|info| (info.retired.is_none(), info.created, info.kid.clone()));
    Ok(infos)
}

/// Unwraps a key; `None` if it was wrapped with another, or altered.
pub(super) fn unwrap(row: &Model, wrapping: &Key) -> Option<Key> {
    let key = Sealed::read(&row.wrapped)?.open(wrapping, &wrapped_about(&row.kid))?;
    Some(Zeroizing::new(key.as_slice().try_into().ok()?))
}

/// Makes the first key, unless there is one: of two processes that do this at once both end with the same.
pub(super) async fn make_first(
    connections: &Connections,
    wrapping: &Key,
    now: Timestamp,
) -> Result<(), SealError> {
    let (_, row) = fresh(wrapping, now)?;
    let made = write(&connections.writer, async |transaction| {
        alone(transaction).await?;
        if Entity::find().filter(Column::RetiredAt.is_null()).count(transaction).await? == 0 {
            Entity::insert(row).exec_without_returning(transaction).await?;
        }
        Ok(())
    });
    Ok(made.await.map_err(while_doing("making the first key"))?)
}

/// Makes a key and retires the one before it, as one step.
pub(super) async fn replace(
    connections: &Connections,
    wrapping: &Key,
    now: Timestamp,
) -> Result<String, SealError> {
    let (kid, row) = fresh(wrapping, now)?;
    let made = write(&connections.writer, async |transaction| {
        alone(transaction).await?;
        Entity::update_many()
            .col_expr(Column::RetiredAt, Expr::value(now.as_millis()))
            .filter(Column::RetiredAt.is_null())
            .exec(transaction)
            .await?;
        Entity::insert(row).exec_without_returning(transaction).await
    });
    made.await.map_err(while_doing("making a key"))?;
    Ok(kid)
}

/// Whether this key is the one in use.
pub(super) async fn is_active(transaction: &DatabaseTransaction, kid: &str) -> Result<bool, DbErr> {
    let active = Entity::find().filter(Column::Kid.eq(kid).and(Column::RetiredAt.is_null()));
    Ok(active.count(transaction).await? == 1)
}

/// Removes a key if it was retired long enough ago that every process knows. Whether anything is sealed with it has to be known before.
pub(super) async fn remove(connections: &Connections, kid: &str, now: Timestamp) -> Result<bool, StoreError> {
    let until = (now - KEPT).as_millis();
    let gone = write(&connections.writer, async |transaction| {
        Entity::delete_many()
            .filter(Column::Kid.eq(kid).and(Column::RetiredAt.lte(until)))
            .exec(transaction)
            .await
    });
    Ok(gone.await.map_err(while_doing("removing a key"))?.rows_affected == 1)
}

/// What a value is sealed with.
#[derive(Clone, Copy)]
pub(super) enum With<'k> {
    /// This key.
    This(&'k str),
    /// Any other.
    Another(&'k str),
}

impl With<'_> {
    /// The condition on a sealed column.
    pub(super) fn on(self, column: &'static str) -> Expr {
        // Names of keys are hexadecimal: there is nothing to escape.
        let like = |kid: &str| LikeExpr::new(format!("{}%", format::beginning(kid)));
        match self {
            Self::This(kid) => Expr::col(column).like(like(kid)),
            // Nothing is like or unlike NULL.
            Self::Another(kid) => Expr::col(column).not_like(like(kid)),
        }
    }
}

/// How many values in all sealed columns are sealed so.
pub(super) async fn count(connections: &Connections, with: With<'_>) -> Result<u64, StoreError> {
    const DOING: &str = "counting sealed values";
    let mut all = 0;
    for decl in SEALED {
        let query = Query::select()
            .expr_as(Func::count(Expr::col(Asterisk)), "sealed")
            .from(decl.table)
            .and_where(with.on(decl.column))
            .take();
        let row = read(async || connections.reader.query_one(&query).await).await;
        let row = row.map_err(while_doing(DOING))?;
        let count: i64 = row.map_or(Ok(0), |row| row.try_get("", "sealed")).map_err(while_doing(DOING))?;
        all += count.unsigned_abs();
    }
    Ok(all)
}

fn fresh(wrapping: &Key, now: Timestamp) -> Result<(String, ActiveModel), SealError> {
    let (mut name, mut key) = ([0; 8], Zeroizing::new([0; 32]));
    getrandom::fill(&mut name)
        .and_then(|()| getrandom::fill(&mut *key))
        .map_err(|_| SealError::NoRandomness)?;
    let kid = format!("{:012x}", u64::from_be_bytes(name) >> 16);
    let wrapped =
        format::seal("root", wrapping, &wrapped_about(&kid), &*key).ok_or(SealError::NoRandomness)?;
    let row = ActiveModel {
        kid: Set(kid.clone()),
        wrapped: Set(wrapped),
        created_at: Set(now.as_millis()),
        retired_at: Set(None),
    };
    Ok((kid, row))
}

fn wrapped_about(kid: &str) -> Vec<u8> {
    joined(&[b"data_key", kid.as_bytes()])
}

/// Whoever changes the keys does so alone. In SQLite every transaction that writes is alone.
async fn alone(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    if transaction.get_database_backend() == DbBackend::Postgres {
        transaction.execute_unprepared("LOCK TABLE data_key IN SHARE ROW EXCLUSIVE MODE").await?;
    }
    Ok(())
}
