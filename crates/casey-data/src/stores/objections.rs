//! Who objected to what. All of it is held in memory, so that no write waits for the answer and none is made while the database is away.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::{self, Formatter},
    sync::{Arc, PoisonError, RwLock, Weak},
    time::Duration,
};

use async_trait::async_trait;
use casey_core::{Clock, StoreError};
use casey_privacy::{
    GateError, Objected, ObjectionBook, Objections, Permit, PurposeDecl, Recorded, SubjectId,
    purposes::RightsFulfil,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, sea_query::OnConflict};
use tokio::sync::Mutex;

use super::changes::{count_of, latest_of};
use crate::{
    connect::{Connections, read, write},
    entities::objection::{ActiveModel, Column, Entity},
    error::{Cause, Trouble, while_doing},
    ids,
};

/// How often it is asked whether another process recorded something.
const EVERY: Duration = Duration::from_millis(500);
/// What is counted.
const NAME: &str = "objections";

/// A person's objections, by purpose, with whether they are in force.
type Own = BTreeMap<String, bool>;

/// [`ObjectionBook`] in the database.
///
/// What is recorded here holds from the next write of this process on, and in other processes on the same database within a second. While the database is
/// away, what is known goes on to hold, and nothing can be recorded.
pub(crate) struct ObjectionTable {
    connections: Connections,
    clock: Arc<dyn Clock>,
    held: RwLock<HashMap<i64, Own>>,
    /// The number of the last change that is held. Held while the table is read or written, so that no answer is older than one given before.
    seen: Mutex<i64>,
}

impl ObjectionTable {
    /// Reads all there are, and follows what others record until it is dropped. Wants a Tokio runtime.
    pub(crate) async fn open(
        connections: Connections,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>, StoreError> {
        let table = Self { connections, clock, held: RwLock::default(), seen: Mutex::new(-1) };
        table.catch_up().await.map_err(while_doing("reading what people objected to"))?;
        let table = Arc::new(table);
        tokio::spawn(follow(Arc::downgrade(&table)));
        Ok(table)
    }

    async fn catch_up(&self) -> Result<(), DbErr> {
        let mut seen = self.seen.lock().await;
        let reader = &self.connections.reader;
        let latest = latest_of(reader, NAME).await?;
        if latest == *seen {
            return Ok(());
        }
        let mut all: HashMap<i64, Own> = HashMap::new();
        for row in read(async || Entity::find().all(reader).await).await? {
            all.entry(row.user_id).or_default().insert(row.purpose, row.in_force);
        }
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = all;
        *seen = latest;
        Ok(())
    }

    fn held<T>(&self, look: impl FnOnce(Option<&Own>) -> T, subject: SubjectId) -> T {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        look(held.get(&ids::subject_column(subject)))
    }

    fn hold(&self, user: i64, change: impl FnOnce(&mut Own)) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        let own = held.entry(user).or_default();
        change(own);
        if own.is_empty() {
            held.remove(&user);
        }
    }
}

/// Asks for what others recorded until the table is gone or the database closed.
async fn follow(table: Weak<ObjectionTable>) {
    let mut failing = false;
    loop {
        let Some(clock) = table.upgrade().map(|table| Arc::clone(&table.clock)) else { return };
        clock.sleep_until(clock.now() + EVERY).await;
        let Some(table) = table.upgrade() else { return };
        match table.catch_up().await.map_err(|error| Cause::of(&error)) {
            Ok(()) => failing = false,
            Err(cause) if cause.trouble() == Trouble::Closed => return,
            Err(_) if failing => {}
            Err(cause) => {
                tracing::warn!(%cause, "objections that other processes record go unnoticed for now");
                failing = true;
            }
        }
    }
}

impl fmt::Debug for ObjectionTable {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObjectionTable").finish_non_exhaustive()
    }
}

#[async_trait]
impl Objections for ObjectionTable {
    async fn stands(
        &self,
        subject: SubjectId,
        purpose: &'static PurposeDecl,
    ) -> Result<Option<Objected>, GateError> {
        let by_choice = self.held(|own| own.and_then(|own| own.get(purpose.id)).copied(), subject);
        Ok(Objected::from_facts(by_choice.unwrap_or(false), false))
    }
}

fn gate(doing: &'static str) -> impl FnOnce(DbErr) -> GateError {
    move |error| GateError::new(doing, while_doing(doing)(error))
}

#[async_trait]
impl ObjectionBook for ObjectionTable {
    async fn of(&self, subject: SubjectId) -> Result<Vec<(String, bool)>, GateError> {
        let list = |own: &Own| own.iter().map(|(purpose, in_force)| (purpose.clone(), *in_force)).collect();
        Ok(self.held(|own| own.map(list).unwrap_or_default(), subject))
    }

    async fn object(
        &self,
        permit: Permit<RightsFulfil>,
        purpose: &'static PurposeDecl,
    ) -> Result<Recorded, GateError> {
        const DOING: &str = "recording an objection";
        let recorded = Recorded::of(purpose);
        let Some(subject) = permit.subject().filter(|_| recorded != Recorded::NotPossible) else {
            return Ok(Recorded::NotPossible);
        };
        let (user, in_force) = (ids::subject_column(subject), recorded == Recorded::InForce);
        let day = self.clock.now().day().as_millis();
        // Read anew afterwards by the number, should another process have recorded something meanwhile.
        let _seen = self.seen.lock().await;
        let written = write(&self.connections.writer, async |transaction| {
            count_of(transaction, NAME).await?;
            let row = ActiveModel {
                user_id: Set(user),
                purpose: Set(purpose.id.to_owned()),
                in_force: Set(in_force),
                since_day: Set(day),
            };
            let first_stays = OnConflict::columns([Column::UserId, Column::Purpose]).do_nothing().to_owned();
            Entity::insert(row).on_conflict(first_stays).exec_without_returning(transaction).await.map(drop)
        });
        written.await.map_err(gate(DOING))?;
        self.hold(user, |own| {
            own.entry(purpose.id.to_owned()).or_insert(in_force);
        });
        Ok(recorded)
    }

    async fn withdraw(
        &self,
        permit: Permit<RightsFulfil>,
        purpose: &'static PurposeDecl,
    ) -> Result<bool, GateError> {
        const DOING: &str = "taking an objection back";
        let Some(subject) = permit.subject() else { return Ok(false) };
        let user = ids::subject_column(subject);
        let _seen = self.seen.lock().await;
        let gone = write(&self.connections.writer, async |transaction| {
            count_of(transaction, NAME).await?;
            let own =
                Entity::delete_many().filter(Column::UserId.eq(user)).filter(Column::Purpose.eq(purpose.id));
            own.exec(transaction).await
        });
        let gone = gone.await.map_err(gate(DOING))?.rows_affected > 0;
        self.hold(user, |own| {
            own.remove(purpose.id);
        });
        Ok(gone)
    }
}
