//! Uses of commands become counts, and the rows that name people go: both, or neither.

use std::collections::BTreeMap;

use casey_core::Timestamp;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockBehavior, LockType, OnConflict},
};

use crate::{
    connect::{Connections, write},
    entities::{command_count, command_usage},
};

/// Rows that are counted at once.
const BATCH: u64 = 2_000;

/// Counts the uses up to an hour and removes them. Tells how many they were.
///
/// Each batch is one transaction, and a row that another process counts is left to it: so a use is counted once, whatever ends in the middle.
pub(super) async fn fold(connections: &Connections, until: i64) -> Result<u64, DbErr> {
    let mut all = 0;
    loop {
        let rows = write(&connections.writer, async |transaction| batch(transaction, until).await).await?;
        all += rows;
        if rows < BATCH {
            return Ok(all);
        }
    }
}

async fn batch(transaction: &DatabaseTransaction, until: i64) -> Result<u64, DbErr> {
    let rows = command_usage::Entity::find()
        .filter(command_usage::Column::Hour.lte(until))
        .order_by_asc(command_usage::Column::Id)
        .limit(BATCH)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .all(transaction)
        .await?;
    if rows.is_empty() {
        return Ok(0);
    }
    add(transaction, counts(&rows)).await?;
    command_usage::Entity::delete_many()
        .filter(command_usage::Column::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(transaction)
        .await?;
    Ok(rows.len() as u64)
}

/// Day, command and outcome, in the order in which every process locks them.
type Cell<'a> = (i64, &'a str, &'a str);

/// Uses and milliseconds of each cell.
fn counts(rows: &[command_usage::Model]) -> BTreeMap<Cell<'_>, (i64, i64)> {
    let mut counts: BTreeMap<Cell<'_>, (i64, i64)> = BTreeMap::new();
    for row in rows {
        let day = Timestamp::from_millis(row.hour).day().as_millis();
        let (uses, total) = counts.entry((day, &row.command, &row.outcome)).or_default();
        *uses += 1;
        *total = total.saturating_add(row.took_ms);
    }
    counts
}

async fn add(transaction: &DatabaseTransaction, counts: BTreeMap<Cell<'_>, (i64, i64)>) -> Result<(), DbErr> {
    use command_count::{ActiveModel, Column, Entity};
    let rows = counts.into_iter().map(|((day, command, outcome), (uses, total_ms))| ActiveModel {
        day: Set(day),
        command: Set(command.to_owned()),
        outcome: Set(outcome.to_owned()),
        uses: Set(uses),
        total_ms: Set(total_ms),
    });
    let sum = |column: Column| Expr::col((Entity, column)).add(Expr::col(("excluded", column)));
    let together = OnConflict::columns([Column::Day, Column::Command, Column::Outcome])
        .value(Column::Uses, sum(Column::Uses))
        .value(Column::TotalMs, sum(Column::TotalMs))
        .to_owned();
    Entity::insert_many(rows).on_conflict(together).exec_without_returning(transaction).await.map(|_| ())
}
