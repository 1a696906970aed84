use std::fmt::{self, Formatter};

use async_trait::async_trait;
use casey_core::{StoreError, StoreErrorKind, Timestamp};
use casey_management::{Added, MOST_REMINDERS, NewReminder, Reminder, ReminderStore, job_key, job_of};
use casey_privacy::{Permit, purposes::CoreCommands};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, sea_query::Expr,
};
use twilight_model::id::{Id, marker::UserMarker};

use super::jobs;
use crate::{
    connect::{Connections, read, write},
    entities::reminder::{ActiveModel, Column, Entity, Model},
    error::while_doing,
    ids,
};

/// [`ReminderStore`] in the database: a reminder and its job are written in one transaction.
pub struct ReminderTable {
    connections: Connections,
}

impl ReminderTable {
    pub(crate) const fn new(connections: Connections) -> Self {
        Self { connections }
    }
}

impl fmt::Debug for ReminderTable {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReminderTable").finish_non_exhaustive()
    }
}

fn row(reminder: &Reminder) -> ActiveModel {
    ActiveModel {
        id: Set(reminder.id),
        user_id: Set(ids::column(reminder.user)),
        number: Set(i32::try_from(reminder.number).unwrap_or(i32::MAX)),
        channel_id: Set(reminder.channel.map(ids::column)),
        text: Set(reminder.text.clone()),
        due_at: Set(reminder.due.as_millis()),
        created_at: Set(reminder.created.as_millis()),
        undeliverable_at: Set(reminder.undeliverable.map(Timestamp::as_millis)),
    }
}

/// The reminder in a row; `None` if its person has no id, which nothing writes.
fn reminder(row: Model) -> Option<Reminder> {
    Some(Reminder {
        id: row.id,
        user: ids::id(row.user_id)?,
        number: u32::try_from(row.number).unwrap_or_default(),
        channel: row.channel_id.and_then(ids::id),
        text: row.text,
        due: Timestamp::from_millis(row.due_at),
        created: Timestamp::from_millis(row.created_at),
        undeliverable: row.undeliverable_at.map(Timestamp::from_millis),
    })
}

#[async_trait]
impl ReminderStore for ReminderTable {
    async fn add(
        &self,
        permit: Permit<CoreCommands>,
        now: Timestamp,
        new: NewReminder,
    ) -> Result<Added, StoreError> {
        const DOING: &str = "keeping a reminder";
        let nobody = || StoreError::new(StoreErrorKind::Missing, DOING);
        let reminder = Reminder::new(&permit, new, 1, now).ok_or_else(nobody)?;
        let job = job_of(&permit, &reminder);
        let user = ids::column(reminder.user);
        let added = write(&self.connections.writer, async |transaction| {
            let mine = Entity::find().filter(Column::UserId.eq(user)).all(transaction).await?;
            // Its event came before, to a process that ended before it had answered.
            if let Some(known) = mine.iter().find(|row| row.id == reminder.id) {
                return Ok(self::reminder(known.clone()).map_or(Added::TooMany, Added::Kept));
            }
            if mine.len() >= MOST_REMINDERS {
                return Ok(Added::TooMany);
            }
            let highest = mine.iter().map(|row| row.number).max().unwrap_or(0);
            let number = u32::try_from(highest).unwrap_or(0) + 1;
            let kept = Reminder { number, ..reminder.clone() };
            Entity::insert(row(&kept)).exec_without_returning(transaction).await?;
            jobs::insert(transaction, now, &job).await?;
            Ok(Added::Kept(kept))
        });
        added.await.map_err(while_doing(DOING))
    }

    async fn list(&self, user: Id<UserMarker>) -> Result<Vec<Reminder>, StoreError> {
        let rows = read(async || {
            Entity::find()
                .filter(Column::UserId.eq(ids::column(user)))
                .order_by_asc(Column::DueAt)
                .order_by_asc(Column::Number)
                .all(&self.connections.reader)
                .await
        });
        let rows = rows.await.map_err(while_doing("reading a person's reminders"))?;
        Ok(rows.into_iter().filter_map(reminder).collect())
    }

    async fn get(&self, id: i64) -> Result<Option<Reminder>, StoreError> {
        let row = read(async || Entity::find_by_id(id).one(&self.connections.reader).await).await;
        Ok(row.map_err(while_doing("reading a reminder"))?.and_then(reminder))
    }

    async fn cancel(&self, user: Id<UserMarker>, number: u32) -> Result<bool, StoreError> {
        let number = i32::try_from(number).unwrap_or(i32::MAX);
        let cancelled = write(&self.connections.writer, async |transaction| {
            let mine = Column::UserId.eq(ids::column(user)).and(Column::Number.eq(number));
            let Some(found) = Entity::find().filter(mine).one(transaction).await? else { return Ok(false) };
            Entity::delete_by_id(found.id).exec(transaction).await?;
            jobs::remove(transaction, &job_key(found.id)).await?;
            Ok::<_, DbErr>(true)
        });
        cancelled.await.map_err(while_doing("cancelling a reminder"))
    }

    async fn delivered(&self, id: i64) -> Result<(), StoreError> {
        let gone = write(&self.connections.writer, async |transaction| {
            Entity::delete_by_id(id).exec(transaction).await
        });
        gone.await.map(drop).map_err(while_doing("forgetting a reminder that was delivered"))
    }

    async fn undeliverable(&self, id: i64, now: Timestamp) -> Result<(), StoreError> {
        let noted = write(&self.connections.writer, async |transaction| {
            Entity::update_many()
                .col_expr(Column::UndeliverableAt, Expr::value(now.as_millis()))
                .filter(Column::Id.eq(id))
                .exec(transaction)
                .await
        });
        noted.await.map(drop).map_err(while_doing("noting that a reminder cannot be delivered"))
    }
}
