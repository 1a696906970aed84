use std::{
    collections::BTreeMap,
    fmt::{self, Formatter},
};

use async_trait::async_trait;
use casey_core::{Claim, Job, JobCounts, JobId, JobStore, Lease, NewJob, Settled, StoreError, Timestamp};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{CaseStatement, Expr, LockBehavior, LockType, OnConflict},
};

use crate::{
    connect::{Connections, read, write},
    entities::job::{ActiveModel, Column, Entity, Model},
    error::while_doing,
    ids,
};

/// The states of a job.
const WAITING: &str = "waiting";
const FAILED: &str = "failed";
/// How many numbers are tried for a new job. Of thousands that are added within a millisecond, two may draw the same.
const NUMBERS: usize = 8;

/// [`JobStore`] in the database.
///
/// Jobs are claimed in one transaction: on SQLite it has the lock from its beginning, on PostgreSQL rows that another process is claiming are
/// skipped. So no job is in two hands.
pub struct JobTable {
    connections: Connections,
}

impl JobTable {
    pub(crate) const fn new(connections: Connections) -> Self {
        Self { connections }
    }

    /// Changes a job if it is still held by this lease.
    async fn change(
        &self,
        lease: &Lease,
        fields: Vec<(Column, Expr)>,
        doing: &'static str,
    ) -> Result<bool, StoreError> {
        let changed = write(&self.connections.writer, async |transaction| {
            let mut update = Entity::update_many().filter(held(lease));
            for (column, value) in fields.clone() {
                update = update.col_expr(column, value);
            }
            update.exec(transaction).await
        });
        Ok(changed.await.map_err(while_doing(doing))?.rows_affected > 0)
    }
}

impl fmt::Debug for JobTable {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobTable").finish_non_exhaustive()
    }
}

/// Adds a job as part of a transaction, unless one of its key is there.
pub(super) async fn insert(
    transaction: &DatabaseTransaction,
    now: Timestamp,
    job: &NewJob,
) -> Result<JobId, DbErr> {
    let numbers = serde_json::to_string(&job.numbers).map_err(|error| DbErr::Json(error.to_string()))?;
    let asked = job.id.into_iter();
    for id in asked.chain(std::iter::repeat_with(|| JobId::fresh(now))).take(NUMBERS) {
        let row = ActiveModel {
            id: Set(id.get().cast_signed()),
            kind: Set(job.kind.clone()),
            key: Set(job.key.clone()),
            run_at: Set(job.run_at.as_millis()),
            numbers: Set(numbers.clone()),
            user_id: Set(job.user().map(ids::column)),
            guild_id: Set(job.guild.map(ids::column)),
            attempts: Set(0),
            lease_owner: Set(None),
            lease_until: Set(None),
            state: Set(WAITING.to_owned()),
            given_up_at: Set(None),
            created_at: Set(now.as_millis()),
        };
        let first_stays = OnConflict::new().do_nothing().to_owned();
        Entity::insert(row).on_conflict(first_stays).exec_without_returning(transaction).await?;
        let kept = Entity::find().filter(Column::Key.eq(job.key.as_str())).one(transaction).await?;
        // If neither it nor an earlier one is there, another job has its number.
        if let Some(kept) = kept {
            return Ok(JobId::new(kept.id.cast_unsigned()));
        }
    }
    Err(DbErr::RecordNotInserted)
}

/// Takes a job back as part of a transaction.
pub(super) async fn remove(transaction: &DatabaseTransaction, key: &str) -> Result<bool, DbErr> {
    let gone = Entity::delete_many().filter(Column::Key.eq(key)).exec(transaction).await?;
    Ok(gone.rows_affected > 0)
}

fn held(lease: &Lease) -> Condition {
    Condition::all()
        .add(Column::Id.eq(lease.job.get().cast_signed()))
        .add(Column::LeaseOwner.eq(lease.owner.as_str()))
        .add(Column::Attempts.eq(i32::try_from(lease.attempt).unwrap_or(i32::MAX)))
        .add(Column::State.eq(WAITING))
}

/// What a process can do: its kinds, without what it has in its hands.
fn doable(kinds: &[String], except: &[JobId]) -> Condition {
    Condition::all()
        .add(Column::State.eq(WAITING))
        .add(Column::Kind.is_in(kinds.iter().map(String::as_str)))
        .add(Column::Id.is_not_in(except.iter().map(|id| id.get().cast_signed())))
}

fn claimable(claim: &Claim) -> Condition {
    let late = claim.now + claim.lease + claim.lease;
    let free = Condition::any()
        .add(Column::LeaseUntil.is_null())
        .add(Column::LeaseUntil.lte(claim.now.as_millis()))
        // The clock was set back since.
        .add(Column::LeaseUntil.gt(late.as_millis()));
    doable(&claim.kinds, &claim.except).add(Column::RunAt.lte(claim.now.as_millis())).add(free)
}

async fn take(transaction: &DatabaseTransaction, claim: &Claim) -> Result<Vec<Model>, DbErr> {
    let mut rows = Entity::find()
        .filter(claimable(claim))
        .order_by_asc(Column::RunAt)
        .order_by_asc(Column::Id)
        .limit(claim.most)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .all(transaction)
        .await?;
    if rows.is_empty() {
        return Ok(rows);
    }
    let until = (claim.now + claim.lease).as_millis();
    Entity::update_many()
        .col_expr(Column::LeaseOwner, Expr::value(claim.owner.as_str()))
        .col_expr(Column::LeaseUntil, Expr::value(until))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .filter(Column::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(transaction)
        .await?;
    for row in &mut rows {
        row.attempts += 1;
    }
    Ok(rows)
}

fn job(row: Model) -> Result<Job, DbErr> {
    let numbers: BTreeMap<String, i64> =
        serde_json::from_str(&row.numbers).map_err(|error| DbErr::Json(error.to_string()))?;
    Ok(Job {
        id: JobId::new(row.id.cast_unsigned()),
        kind: row.kind,
        key: row.key,
        run_at: Timestamp::from_millis(row.run_at),
        numbers,
        user: row.user_id.and_then(ids::id),
        guild: row.guild_id.and_then(ids::id),
        attempts: u32::try_from(row.attempts).unwrap_or_default(),
        created_at: Timestamp::from_millis(row.created_at),
    })
}

#[async_trait]
impl JobStore for JobTable {
    async fn add(&self, now: Timestamp, job: NewJob) -> Result<JobId, StoreError> {
        write(&self.connections.writer, async |transaction| insert(transaction, now, &job).await)
            .await
            .map_err(while_doing("adding a job"))
    }

    async fn cancel(&self, key: &str) -> Result<bool, StoreError> {
        write(&self.connections.writer, async |transaction| remove(transaction, key).await)
            .await
            .map_err(while_doing("taking a job back"))
    }

    async fn hasten(&self, key: &str, latest: Timestamp) -> Result<bool, StoreError> {
        let hastened = write(&self.connections.writer, async |transaction| {
            Entity::update_many()
                .col_expr(Column::RunAt, Expr::value(latest.as_millis()))
                .filter(Column::Key.eq(key))
                .filter(Column::State.eq(WAITING))
                .filter(Column::RunAt.gt(latest.as_millis()))
                .exec(transaction)
                .await
        });
        Ok(hastened.await.map_err(while_doing("bringing a job forward"))?.rows_affected > 0)
    }

    async fn claim(&self, claim: Claim) -> Result<Vec<Job>, StoreError> {
        const DOING: &str = "claiming jobs";
        let reader = &self.connections.reader;
        // Most of the time nothing is due, and nobody has to wait for a look.
        let due = read(async || Entity::find().filter(claimable(&claim)).one(reader).await);
        if due.await.map_err(while_doing(DOING))?.is_none() {
            return Ok(Vec::new());
        }
        let rows = write(&self.connections.writer, async |transaction| take(transaction, &claim).await);
        let rows = rows.await.map_err(while_doing(DOING))?;
        rows.into_iter().map(job).collect::<Result<_, _>>().map_err(while_doing(DOING))
    }

    async fn renew(&self, lease: &Lease, until: Timestamp) -> Result<bool, StoreError> {
        let until = Expr::value(until.as_millis());
        self.change(lease, vec![(Column::LeaseUntil, until)], "renewing the lease of a job").await
    }

    async fn settle(&self, lease: &Lease, settled: Settled) -> Result<bool, StoreError> {
        const DOING: &str = "writing what became of a job";
        let mut fields = vec![
            (Column::LeaseOwner, Expr::value(None::<String>)),
            (Column::LeaseUntil, Expr::value(None::<i64>)),
        ];
        match settled {
            Settled::Done => {
                let gone = write(&self.connections.writer, async |transaction| {
                    Entity::delete_many().filter(held(lease)).exec(transaction).await
                });
                return Ok(gone.await.map_err(while_doing(DOING))?.rows_affected > 0);
            }
            Settled::Again(at) => {
                fields.push((Column::RunAt, Expr::value(at.as_millis())));
                fields.push((Column::Attempts, Expr::value(0)));
            }
            Settled::Retry(at) => fields.push((Column::RunAt, Expr::value(at.as_millis()))),
            Settled::Released => fields.push((Column::Attempts, Expr::col(Column::Attempts).sub(1))),
            Settled::Failed(at) => {
                fields.push((Column::State, Expr::value(FAILED)));
                fields.push((Column::GivenUpAt, Expr::value(at.as_millis())));
            }
        }
        self.change(lease, fields, DOING).await
    }

    async fn next_due(&self, kinds: &[String], except: &[JobId]) -> Result<Option<Timestamp>, StoreError> {
        let next = read(async || {
            let rows = Entity::find().select_only().column_as(free_at().min(), "next");
            rows.filter(doable(kinds, except)).into_tuple::<Option<i64>>().one(&self.connections.reader).await
        });
        let next = next.await.map_err(while_doing("looking for the next job"))?;
        Ok(next.flatten().map(Timestamp::from_millis))
    }

    async fn counts(&self) -> Result<JobCounts, StoreError> {
        let rows = read(async || {
            Entity::find()
                .select_only()
                .column(Column::State)
                .column_as(Column::Id.count(), "jobs")
                .column_as(free_at().min(), "next")
                .group_by(Column::State)
                .into_tuple::<(String, i64, Option<i64>)>()
                .all(&self.connections.reader)
                .await
        });
        let rows = rows.await.map_err(while_doing("counting jobs"))?;
        let of = |state: &str| {
            let found = rows.iter().find(|(known, ..)| known == state);
            found.map_or((0, None), |(_, jobs, next)| (jobs.cast_unsigned(), *next))
        };
        let (waiting, next) = of(WAITING);
        Ok(JobCounts { waiting, failed: of(FAILED).0, next: next.map(Timestamp::from_millis) })
    }
}

/// When a job may be taken: when it is due, or when the lease of whoever runs it ends.
fn free_at() -> Expr {
    CaseStatement::new()
        .case(Expr::col(Column::LeaseUntil).gt(Expr::col(Column::RunAt)), Expr::col(Column::LeaseUntil))
        .finally(Expr::col(Column::RunAt))
        .into()
}
