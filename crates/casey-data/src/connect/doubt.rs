//! What became of a transaction whose commit was left without an answer: the server knows (PostgreSQL, “Transaction ID and Snapshot Information
//! Functions”).

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, Statement};

use super::work::read;
use crate::error::Cause;

/// A transaction that may or may not have been committed, by the number its server gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Doubt(i64);

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Done,
    Undone,
    /// The server has not noticed yet that nobody is there any more.
    Open,
}

/// The number of this transaction; none if it has changed nothing, or is no server's. Without an answer from a file there is no file.
pub(super) async fn mark(transaction: &DatabaseTransaction) -> Result<Option<Doubt>, DbErr> {
    const ASK: &str = "SELECT pg_current_xact_id_if_assigned()::text::bigint AS number";
    if transaction.get_database_backend() != DbBackend::Postgres {
        return Ok(None);
    }
    let row = transaction.query_one_raw(Statement::from_string(DbBackend::Postgres, ASK)).await?;
    let number = row.map(|row| row.try_get::<Option<i64>>("", "number")).transpose()?;
    Ok(number.flatten().map(Doubt))
}

/// Asks the server.
pub(crate) async fn fate(connection: &DatabaseConnection, doubt: Doubt) -> Result<Fate, DbErr> {
    let ask = format!("SELECT pg_xact_status('{}'::xid8) AS fate", doubt.0);
    let ask = Statement::from_string(DbBackend::Postgres, ask);
    let told = match read(async || connection.query_one_raw(ask.clone()).await).await {
        // A number the server has not given yet: it was set up anew, or restored from before.
        Err(error) if Cause::of(&error).sqlstate() == Some("22023") => return Ok(Fate::Undone),
        told => told?,
    };
    let fate = told.map(|row| row.try_get::<Option<String>>("", "fate")).transpose()?.flatten();
    Ok(match fate.as_deref() {
        Some("aborted") => Fate::Undone,
        Some("in progress") => Fate::Open,
        // What the server no longer remembers is hundreds of millions of transactions ago; done twice would be worse than not at all.
        _ => Fate::Done,
    })
}
