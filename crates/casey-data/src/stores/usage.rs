use std::{
    fmt::{self, Formatter},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use casey_core::{Clock, CommandUse, StoreError, UsageLog};
use casey_privacy::{
    Permit,
    purposes::{CoreCommands, StatsUsage},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    DatabaseTransaction, DbErr, EntityTrait, ExprTrait,
    sea_query::{Expr, OnConflict},
};
use tokio::sync::{Notify, watch};

use super::usage_queue::{Batch, Days, UsageQueue, Use};
use crate::{
    connect::{Connections, Doubt, Fate, fate, write_or_doubt},
    entities::{command_usage, discord_user, membership},
    error::{Cause, Trouble, store_error},
    ids,
};

/// How long a use waits to be written, if not many come.
const EVERY: Duration = Duration::from_secs(1);
/// How long the writer waits at most after it failed; the time doubles from [`EVERY`].
const SLOWEST: Duration = Duration::from_mins(1);
/// How old what waits may become: the history counts in hours, people in days, so that neither is held for two days.
const OLDEST_USE: Duration = Duration::from_hours(46);
const OLDEST_DAY: Duration = Duration::from_hours(23);
/// Uses that are written at once.
const BATCH: usize = 500;
/// Characters of a command's name that are kept.
const NAME: usize = 100;
const DOING: &str = "writing the use of commands";

/// [`UsageLog`] in the database, written off the hot path.
///
/// [`used`](UsageLog::used) puts the use into memory and returns. A task writes what waits every second, or as soon as 500 uses do, each time in one
/// transaction. What could not be written stays and is tried again after 2, 4, … 60 seconds, for less than two days. At most
/// [`ROOM`](Self::ROOM) uses wait; beyond them the oldest are dropped and [counted](Self::dropped). The end of the process loses what waits,
/// one second's worth as a rule, unless it is flushed.
///
/// A batch whose commit was left without an answer is not written again before the server has told what became of it: a use is counted once.
///
/// The task ends with the store.
pub struct UsageStore {
    shared: Arc<Shared>,
    closed: watch::Sender<bool>,
}

struct Shared {
    queue: Mutex<UsageQueue<Doubt>>,
    /// Something waits.
    arrived: Notify,
    /// A whole batch waits.
    full: Notify,
    /// Held while a batch is between memory and database, so that a flush waits for it.
    writing: tokio::sync::Mutex<()>,
    connections: Connections,
    clock: Arc<dyn Clock>,
}

impl UsageStore {
    /// Uses that wait in memory at most, and people, and places: ten minutes at 166 a second.
    pub const ROOM: usize = 100_000;

    /// Starts the task; wants a Tokio runtime.
    pub(crate) fn start(connections: Connections, clock: Arc<dyn Clock>, room: usize) -> Self {
        let shared = Arc::new(Shared {
            queue: Mutex::new(UsageQueue::new(room)),
            arrived: Notify::new(),
            full: Notify::new(),
            writing: tokio::sync::Mutex::new(()),
            connections,
            clock,
        });
        let (closed, until) = watch::channel(false);
        tokio::spawn(write_on(Arc::clone(&shared), until));
        Self { shared, closed }
    }

    /// Uses that wait to be written, with those that are being written.
    pub fn waiting(&self) -> usize {
        self.shared.queue().waiting()
    }

    /// Entries that were dropped since the start because too many waited.
    pub fn dropped(&self) -> u64 {
        self.shared.queue().dropped()
    }

    /// Ends the task and writes what waits.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written; it is lost with the store.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.closed.send_replace(true);
        self.flush().await
    }
}

impl Drop for UsageStore {
    fn drop(&mut self) {
        self.closed.send_replace(true);
    }
}

impl fmt::Debug for UsageStore {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("UsageStore").field("waiting", &self.waiting()).finish_non_exhaustive()
    }
}

#[async_trait]
impl UsageLog for UsageStore {
    fn used(&self, met: Permit<CoreCommands>, stats: Option<Permit<StatsUsage>>, entry: CommandUse) {
        // A permit counts for the person it names, for nobody else.
        let permitted = |subject: Option<casey_privacy::SubjectId>| {
            subject.is_some_and(|subject| subject.get() == entry.user.get())
        };
        let (met, stats) = (permitted(met.subject()), permitted(stats.and_then(|permit| permit.subject())));
        let (user, guild) = (ids::column(entry.user), entry.guild.map(ids::column));
        let mut queue = self.shared.queue();
        if met {
            queue.meet(user, guild, entry.hour.day().as_millis());
        }
        if stats {
            queue.note(Use {
                user,
                guild,
                // The channel of a direct message would tell with whom.
                channel: entry.channel.filter(|_| guild.is_some()).map(ids::column),
                // A database of text has no place for the character zero.
                command: entry.command.chars().filter(|c| *c != '\0').take(NAME).collect(),
                outcome: entry.outcome.name(),
                took_ms: i64::try_from(entry.took.as_millis()).unwrap_or(i64::MAX),
                hour: entry.hour.hour().as_millis(),
            });
        }
        let (something, much) = (!queue.is_empty(), queue.uses() >= BATCH);
        drop(queue);
        if something {
            self.shared.arrived.notify_one();
        }
        if much {
            self.shared.full.notify_one();
        }
    }

    async fn flush(&self) -> Result<(), StoreError> {
        // In a task of its own: a caller who stops waiting must not tear a batch out of the writer's hands.
        let shared = Arc::clone(&self.shared);
        match tokio::spawn(async move { shared.write_all().await }).await {
            Ok(done) => done,
            Err(_) => Err(store_error(DOING, Cause::of_trouble(Trouble::Other))),
        }
    }
}

/// Writes what waits until the store is closed, and once more then.
async fn write_on(shared: Arc<Shared>, mut closed: watch::Receiver<bool>) {
    let mut pause = EVERY;
    loop {
        tokio::select! {
            biased;
            _ = closed.wait_for(|closed| *closed) => break,
            () = shared.arrived.notified() => {}
        }
        tokio::select! {
            biased;
            _ = closed.wait_for(|closed| *closed) => break,
            () = shared.clock.sleep_until(shared.clock.now() + pause) => {}
            () = shared.full.notified(), if pause == EVERY => {}
        }
        pause = match shared.write_all().await {
            Ok(()) => EVERY,
            Err(error) => {
                tracing::warn!(error = casey_core::causes(&error), "what waits is kept and tried again");
                let now = shared.clock.now();
                let (hour, day) = ((now - OLDEST_USE).hour(), (now - OLDEST_DAY).day());
                shared.queue().forget(hour.as_millis(), day.as_millis());
                // Nothing new needs to arrive for the next try.
                shared.arrived.notify_one();
                (pause * 2).min(SLOWEST)
            }
        };
    }
    if let Err(error) = shared.write_all().await {
        tracing::warn!(error = casey_core::causes(&error), "the last uses of commands are lost");
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, UsageQueue<Doubt>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes batch after batch until nothing waits.
    async fn write_all(&self) -> Result<(), StoreError> {
        let _one = self.writing.lock().await;
        self.settle().await?;
        loop {
            let batch = self.queue().take(BATCH);
            if batch.is_empty() {
                return Ok(());
            }
            let rows = Rows::of(&batch);
            let writer = &self.connections.writer;
            let written = write_or_doubt(writer, async |transaction| rows.insert(transaction).await);
            if let Err(unwritten) = written.await {
                let mut queue = self.queue();
                match unwritten.doubt {
                    Some(doubt) => queue.doubt(doubt, batch),
                    None => queue.put_back(batch),
                }
                return Err(store_error(DOING, Cause::of(&unwritten.error)));
            }
        }
    }

    /// Asks what became of a batch that may have been written.
    async fn settle(&self) -> Result<(), StoreError> {
        let Some(doubt) = self.queue().doubtful() else { return Ok(()) };
        let told = fate(&self.connections.writer, doubt).await;
        let written = match told.map_err(|error| store_error(DOING, Cause::of(&error)))? {
            Fate::Done => true,
            Fate::Undone => false,
            // The server still waits for somebody who is gone; it gives up after some seconds.
            Fate::Open => return Err(store_error(DOING, Cause::of_trouble(Trouble::Busy))),
        };
        self.queue().settle(written);
        Ok(())
    }
}

/// A batch as rows.
struct Rows {
    people: Vec<discord_user::ActiveModel>,
    members: Vec<membership::ActiveModel>,
    history: Vec<command_usage::ActiveModel>,
}

impl Rows {
    fn of(batch: &Batch) -> Self {
        Self {
            people: batch.people.iter().map(person).collect(),
            members: batch.members.iter().map(member).collect(),
            history: batch.history.iter().map(history).collect(),
        }
    }

    async fn insert(&self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        use discord_user::Column as Person;
        use membership::Column as Member;
        // A person who was here today already costs no write.
        let later = Expr::col((discord_user::Entity, Person::LastSeenDay))
            .lt(Expr::col(("excluded", Person::LastSeenDay)));
        let seen_again = OnConflict::column(Person::UserId)
            .update_column(Person::LastSeenDay)
            .action_and_where(later)
            .to_owned();
        discord_user::Entity::insert_many(self.people.clone())
            .on_conflict(seen_again)
            .exec_without_returning(transaction)
            .await?;
        // Whoever uses Casey in a server is in it again.
        let came_back = OnConflict::columns([Member::UserId, Member::GuildId])
            .update_column(Member::LeftAt)
            .action_and_where(Expr::col((membership::Entity, Member::LeftAt)).is_not_null())
            .to_owned();
        membership::Entity::insert_many(self.members.clone())
            .on_conflict(came_back)
            .exec_without_returning(transaction)
            .await?;
        command_usage::Entity::insert_many(self.history.clone())
            .exec_without_returning(transaction)
            .await
            .map(|_| ())
    }
}

fn person((user, days): &(i64, Days)) -> discord_user::ActiveModel {
    discord_user::ActiveModel {
        user_id: Set(*user),
        first_seen_day: Set(days.first),
        last_seen_day: Set(days.last),
    }
}

fn member(((user, guild), days): &((i64, i64), Days)) -> membership::ActiveModel {
    membership::ActiveModel {
        user_id: Set(*user),
        guild_id: Set(*guild),
        first_seen_day: Set(days.first),
        left_at: Set(None),
    }
}

fn history(entry: &Use) -> command_usage::ActiveModel {
    command_usage::ActiveModel {
        id: NotSet,
        user_id: Set(entry.user),
        guild_id: Set(entry.guild),
        channel_id: Set(entry.channel),
        command: Set(entry.command.clone()),
        outcome: Set(entry.outcome.to_owned()),
        took_ms: Set(entry.took_ms),
        hour: Set(entry.hour),
    }
}
