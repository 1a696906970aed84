//! Doing work on a database: again where that is safe and helps, and never for longer than anybody waits.

use std::{future::Future, io, time::Duration};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr,
    SqliteTransactionMode, SqlxError, TransactionOptions, TransactionTrait,
};
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::{
    doubt::{self, Doubt, Fate},
    postgres::CONNECTIONS,
};
use crate::error::{Cause, Trouble};

/// How often work is begun, at most: once for each connection that may have been lost with a restart of the server, and once more.
const TRIES: u32 = CONNECTIONS + 1;
/// How long a server may take over what is read together, all tries in all. One that is there gives up a statement of its own accord after ten
/// seconds; these limits are for one from which nothing comes any more, which the operating system notices only after a quarter of an hour.
const READ: Duration = Duration::from_secs(8);
/// How long it may take over what is written as one.
const WRITE: Duration = Duration::from_secs(12);
/// How long it may take to say that it is there.
const PING: Duration = Duration::from_secs(3);
/// How long is waited for what became of a commit without an answer, and between two looks.
const SETTLING: Duration = Duration::from_secs(3);
const LOOK: Duration = Duration::from_millis(100);

/// Why an attempt failed, and how far it had come.
enum Stopped<T> {
    /// Nothing of it has happened.
    Undone(DbErr),
    /// Everything was done and the last word, the commit, is without an answer.
    Unknown(DbErr, Doubt, T),
}

/// Why something could not be written.
#[derive(Debug)]
pub(crate) struct Unwritten {
    pub(crate) error: DbErr,
    /// It may have been written all the same: the answer to the commit was lost, and the server could not tell yet.
    pub(crate) doubt: Option<Doubt>,
}

/// Does several things to the database as one: all of them, or none.
///
/// What was taken back because another transaction stood in its way (PostgreSQL's serialization failures and deadlocks) is done again, and so is
/// what found its connection lost before it came to the commit. After a commit without an answer the server is asked what became of it. All of
/// this is bounded.
pub(crate) async fn write<T>(
    writer: &DatabaseConnection,
    work: impl AsyncFnOnce(&DatabaseTransaction) -> Result<T, DbErr> + Clone,
) -> Result<T, DbErr> {
    write_or_doubt(writer, work).await.map_err(|unwritten| unwritten.error)
}

/// The same, for whoever asks later what became of it where that is not known now.
pub(crate) async fn write_or_doubt<T>(
    writer: &DatabaseConnection,
    work: impl AsyncFnOnce(&DatabaseTransaction) -> Result<T, DbErr> + Clone,
) -> Result<T, Unwritten> {
    // A file answers, or says why not: there is nobody whose answer could be lost.
    let server = writer.get_database_backend() == DbBackend::Postgres;
    let until = server.then(|| Instant::now() + WRITE);
    let mut tries = 1;
    loop {
        let error = match attempt(writer, work.clone(), until).await {
            Ok(done) => return Ok(done),
            Err(Stopped::Undone(error)) => error,
            Err(Stopped::Unknown(error, doubt, done)) => match settled(writer, doubt).await {
                Fate::Done => return Ok(done),
                Fate::Undone => error,
                Fate::Open => return Err(Unwritten { error, doubt: Some(doubt) }),
            },
        };
        let late = until.is_some_and(|until| Instant::now() >= until);
        if late || tries >= TRIES || !is_passing(&error) {
            return Err(Unwritten { error, doubt: None });
        }
        tries += 1;
        tokio::task::yield_now().await;
    }
}

async fn attempt<T>(
    writer: &DatabaseConnection,
    work: impl AsyncFnOnce(&DatabaseTransaction) -> Result<T, DbErr>,
    until: Option<Instant>,
) -> Result<T, Stopped<T>> {
    let transaction = within(until, begin(writer)).await.map_err(Stopped::Undone)?;
    let worked = within(until, async {
        let done = work(&transaction).await?;
        Ok((done, doubt::mark(&transaction).await?))
    });
    let (done, doubt) = match worked.await {
        Ok(worked) => worked,
        Err(error) => {
            // The work's own error says more than one of the rollback, and the connection rolls back in any case.
            let _ = within(until, transaction.rollback()).await;
            return Err(Stopped::Undone(error));
        }
    };
    match (within(until, transaction.commit()).await, doubt) {
        (Ok(()), _) => Ok(done),
        (Err(error), Some(doubt)) if Cause::of(&error).trouble() == Trouble::Gone => {
            Err(Stopped::Unknown(error, doubt, done))
        }
        (Err(error), _) => Err(Stopped::Undone(error)),
    }
}

/// What became of a commit; open if that cannot be found out soon.
async fn settled(writer: &DatabaseConnection, doubt: Doubt) -> Fate {
    let looking = timeout(SETTLING, async {
        loop {
            match doubt::fate(writer, doubt).await {
                Ok(Fate::Open) => sleep(LOOK).await,
                Ok(fate) => return fate,
                Err(_) => return Fate::Open,
            }
        }
    });
    looking.await.unwrap_or(Fate::Open)
}

/// A transaction that writes. In SQLite it asks for the lock at its beginning, where waiting for another process is possible.
pub(super) async fn begin(writer: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    writer.begin_with_options(options).await
}

/// Reads, and reads again if the connection turns out to be lost.
pub(crate) async fn read<T>(work: impl AsyncFnOnce() -> Result<T, DbErr> + Clone) -> Result<T, DbErr> {
    let reading = async {
        let mut tries = 1;
        loop {
            match work.clone()().await {
                Err(error) if is_passing(&error) && tries < TRIES => tries += 1,
                done => return done,
            }
        }
    };
    within(Some(Instant::now() + READ), reading).await
}

/// Waits until then at most. A server that has not answered by then is treated like one that is gone.
async fn within<T>(until: Option<Instant>, work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
    let Some(until) = until else { return work.await };
    timeout_at(until, work).await.unwrap_or_else(|_| {
        let silent = SqlxError::Io(io::ErrorKind::TimedOut.into());
        Err(DbErr::Conn(RuntimeErr::SqlxError(silent.into())))
    })
}

fn is_passing(error: &DbErr) -> bool {
    let cause = Cause::of(error);
    cause.trouble() == Trouble::Gone || cause.lost_a_race()
}

/// Whether the database answers.
pub(crate) async fn ping(connection: &DatabaseConnection) -> Result<(), DbErr> {
    let asked = read(async || connection.execute_unprepared("SELECT 1").await.map(|_| ()));
    within(Some(Instant::now() + PING), asked).await
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn lost() -> DbErr {
        DbErr::Query(RuntimeErr::SqlxError(SqlxError::Io(std::io::ErrorKind::ConnectionReset.into()).into()))
    }

    #[tokio::test]
    async fn a_lost_connection_is_replaced_within_bounds() {
        let tries = AtomicU32::new(0);
        let once = async || if tries.fetch_add(1, Ordering::Relaxed) == 0 { Err(lost()) } else { Ok(7) };
        assert_eq!(read(once).await.unwrap(), 7);

        let tries = AtomicU32::new(0);
        let never = async || {
            tries.fetch_add(1, Ordering::Relaxed);
            Err::<(), _>(lost())
        };
        assert_eq!(Cause::of(&read(never).await.unwrap_err()).trouble(), Trouble::Gone);
        assert_eq!(tries.into_inner(), TRIES);
    }

    #[tokio::test]
    async fn what_is_refused_for_good_is_tried_once() {
        let tries = AtomicU32::new(0);
        let refused = async || {
            tries.fetch_add(1, Ordering::Relaxed);
            Err::<(), _>(DbErr::Custom("no".to_owned()))
        };
        read(refused).await.unwrap_err();
        assert_eq!(tries.into_inner(), 1);
    }

    #[tokio::test]
    async fn work_that_lost_its_connection_is_done_once_in_the_end() {
        let database = sea_orm::Database::connect("sqlite::memory:").await.unwrap();
        database.execute_unprepared("CREATE TABLE t (n INTEGER)").await.unwrap();
        let tries = AtomicU32::new(0);
        write(&database, async |transaction| {
            transaction.execute_unprepared("INSERT INTO t VALUES (1)").await?;
            if tries.fetch_add(1, Ordering::Relaxed) < 2 { Err(lost()) } else { Ok(()) }
        })
        .await
        .unwrap();
        assert_eq!(tries.into_inner(), 3);
        let all = sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, "SELECT n FROM t");
        assert_eq!(database.query_all_raw(all).await.unwrap().len(), 1);
    }

    /// Two that meet on a server: each adds one to a row, waits for the other, and adds one to a row. How often they tried in all, and what came of it.
    async fn two_who_meet(name: &str, begins: &str, rows: [[i32; 2]; 2]) -> Option<(u32, Vec<i32>)> {
        let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
            eprintln!("SKIPPED: no TEST_POSTGRES_URL, so that nobody meets on a server here");
            return None;
        };
        let database = sea_orm::Database::connect(&url).await.unwrap();
        let table = format!("casey_work_{name}_{}", std::process::id());
        let make = format!(
            "CREATE TABLE {table} (id INT PRIMARY KEY, n INT); INSERT INTO {table} VALUES (1, 0), (2, 0)"
        );
        database.execute_unprepared(&make).await.unwrap();
        let (tries, barrier) = (AtomicU32::new(0), tokio::sync::Barrier::new(2));
        let add = |row: i32| format!("UPDATE {table} SET n = n + 1 WHERE id = {row}");
        let work = async |[first, second]: [i32; 2]| {
            write(&database, async |transaction| {
                transaction.execute_unprepared(begins).await?;
                transaction.execute_unprepared(&add(first)).await?;
                if tries.fetch_add(1, Ordering::Relaxed) < 2 {
                    barrier.wait().await;
                }
                transaction.execute_unprepared(&add(second)).await
            })
            .await
        };
        let done = tokio::join!(work(rows[0]), work(rows[1]));
        let all = format!("SELECT n FROM {table} ORDER BY id");
        let all = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, all);
        let numbers = database.query_all_raw(all).await.unwrap();
        database.execute_unprepared(&format!("DROP TABLE {table}")).await.unwrap();
        done.0.unwrap();
        done.1.unwrap();
        Some((tries.into_inner(), numbers.iter().map(|row| row.try_get("", "n").unwrap()).collect()))
    }

    #[tokio::test]
    async fn of_two_in_a_deadlock_both_are_done_in_the_end() {
        let begins = "SET LOCAL deadlock_timeout = '20ms'";
        let Some(end) = two_who_meet("deadlock", begins, [[1, 2], [2, 1]]).await else { return };
        assert_eq!(end, (3, vec![2, 2]));
    }

    #[tokio::test]
    async fn of_two_who_cannot_be_put_in_order_both_are_done_in_the_end() {
        let begins = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM pg_class LIMIT 1";
        // Each changes a row of its own and then the other's, which has changed since its beginning.
        let Some(end) = two_who_meet("order", begins, [[1, 1], [2, 1]]).await else { return };
        assert_eq!(end, (3, vec![3, 1]));
    }
}
