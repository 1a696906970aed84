//! A server of PostgreSQL: opening it, and the rules every connection to it follows.

use std::{
    fmt::{self, Debug, Display, Formatter},
    io,
    time::Duration,
};

use sea_orm::{
    ConnectOptions as PoolOptions, DatabaseConnection, DbErr, SqlxError,
    sqlx::{
        self, ConnectOptions as _, Connection as _, Executor as _,
        postgres::{PgConnectOptions, PgConnection, PgSslMode},
    },
};

use super::{address::Address, transport};
use crate::error::{Cause, DataError, Trouble};

/// Connections to a server, at most.
pub(super) const CONNECTIONS: u32 = 10;
/// How long a caller waits for one.
const ACQUIRE: Duration = Duration::from_secs(3);
/// How long the server may take to answer the first time.
const CONNECT: Duration = Duration::from_secs(10);
/// After how long without use a connection is tried before it is used, and how long it may take to answer then.
const STALE: Duration = Duration::from_secs(1);
const ALIVE: Duration = Duration::from_secs(1);
/// How long a connection may take to come to rest after it was used, such as with a rollback. After that it is cut, so that one from which nothing
/// comes any more does not take up a place.
const RESTING: Duration = Duration::from_secs(5);
/// After how long without use a connection is closed.
const IDLE: Duration = Duration::from_mins(5);
/// How long a process waits for another that migrates.
const MIGRATION: Duration = Duration::from_mins(10);
const OPENING: &str = "opening the database";

/// What the server is asked for at the beginning of a connection, unless the address asks for something else.
const SETTINGS: &[(&str, &str)] = &[
    ("statement_timeout", "10s"),
    // Nobody holds a transaction for longer; one whose process is gone without a word ends with it.
    ("idle_in_transaction_session_timeout", "20s"),
    // Notices are for people who type SQL.
    ("client_min_messages", "warning"),
];

/// Held while the schema changes, so that two processes never do that at once. One lock for each schema of a database.
const LOCK: &str = "\
    SET statement_timeout = 0; \
    SELECT pg_advisory_lock(1128354647, hashtext(coalesce(current_schema(), '')))";

/// A server, and the database on it.
#[derive(Clone)]
pub(crate) struct Server {
    options: PgConnectOptions,
    place: String,
}

impl Server {
    /// Reads the address and looks whether the way to the server may be used.
    pub(super) fn of(url: &str) -> Result<Self, DataError> {
        let Address { options, issuers, place, trouble } = Address::read(url)?;
        let trouble =
            trouble.map_or_else(|| issuers.as_deref().map_or(Ok(()), transport::check_issuers), Err);
        trouble.map_err(|trouble| DataError::Transport { place: place.clone(), trouble })?;
        Ok(Self { options: with_settings(options), place })
    }

    /// Connects once to see whether it works, and makes the pool.
    pub(super) async fn open(&self) -> Result<DatabaseConnection, DataError> {
        self.probe().await?;
        let mut options = self.pool();
        options
            .max_connections(CONNECTIONS)
            // To keep one, sqlx would try for five minutes to connect to a server from which nothing comes, and hold up the end meanwhile.
            .min_connections(0)
            .acquire_timeout(ACQUIRE)
            .idle_timeout(IDLE)
            .test_before_acquire(false)
            .map_sqlx_postgres_pool_opts(|options| {
                options
                    .before_acquire(|connection, told| {
                        Box::pin(async move {
                            Ok(told.idle_for < STALE || answers(connection, ALIVE).await.is_ok())
                        })
                    })
                    .after_release(|connection, _| {
                        Box::pin(async move { answers(connection, RESTING).await.map(|()| true) })
                    })
            });
        self.connect(options).await
    }

    /// Whether the server's certificate and name are verified.
    pub(crate) fn is_verified(&self) -> bool {
        matches!(self.options.get_ssl_mode(), PgSslMode::VerifyFull)
    }

    /// One connection for bringing the schema up to date. It has the lock from its beginning to its end; if it is lost, the next one waits
    /// for the lock in turn. Dropping or closing it gives the lock back.
    pub(crate) async fn open_alone(&self) -> Result<DatabaseConnection, DataError> {
        let mut options = self.pool();
        options
            .max_connections(1)
            .acquire_timeout(MIGRATION)
            .idle_timeout(None::<Duration>)
            .max_lifetime(None::<Duration>)
            .map_sqlx_postgres_pool_opts(|options| {
                options.after_connect(|connection, _| {
                    Box::pin(async move { connection.execute(LOCK).await.map(|_| ()) })
                })
            });
        self.connect(options).await
    }

    /// What all pools share. The address itself never enters them, because their options can be printed; this one's is never used.
    fn pool(&self) -> PoolOptions {
        let mut options = PoolOptions::new("postgres://localhost");
        let own = self.options.clone();
        options
            .connect_lazy(true)
            .sqlx_logging(false)
            .record_stmt_in_spans(false)
            .map_sqlx_postgres_opts(move |_| own.clone());
        options
    }

    async fn connect(&self, options: PoolOptions) -> Result<DatabaseConnection, DataError> {
        sea_orm::Database::connect(options).await.map_err(|error: DbErr| self.refused(Cause::of(&error)))
    }

    /// Connects, asks whether the database can be written to, and leaves. A pool would hide why it cannot connect.
    async fn probe(&self) -> Result<(), DataError> {
        let asked = tokio::time::timeout(CONNECT, ask_whether_read_only(&self.options)).await;
        match asked {
            Err(_) => Err(self.refused(Cause::of_trouble(Trouble::Gone))),
            Ok(Err(error)) => Err(match transport::TransportTrouble::behind(&error) {
                Some(trouble) => DataError::Transport { place: self.place.clone(), trouble },
                None => self.refused(Cause::of_sqlx(&error)),
            }),
            Ok(Ok(true)) => Err(self.refused(Cause::of_sqlstate("25006"))),
            Ok(Ok(false)) => Ok(()),
        }
    }

    fn refused(&self, cause: Cause) -> DataError {
        DataError::Database { doing: OPENING, place: self.place.clone(), cause }
    }
}

impl Display for Server {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)
    }
}

impl Debug for Server {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Server").field(&self.place).finish()
    }
}

fn with_settings(options: PgConnectOptions) -> PgConnectOptions {
    let asked = options.get_options().unwrap_or_default().to_owned();
    let missing = SETTINGS.iter().filter(|(name, _)| !asked.contains(name)).copied();
    let options = options.options(missing).disable_statement_logging();
    match options.get_application_name() {
        Some(_) => options,
        None => options.application_name("casey"),
    }
}

/// Whether a connection is there, within a bound: sqlx itself waits for as long as the operating system does.
async fn answers(connection: &mut PgConnection, within: Duration) -> Result<(), SqlxError> {
    let silent = |_| Err(SqlxError::Io(io::ErrorKind::TimedOut.into()));
    tokio::time::timeout(within, connection.ping()).await.unwrap_or_else(silent)
}

async fn ask_whether_read_only(options: &PgConnectOptions) -> Result<bool, SqlxError> {
    let mut connection = PgConnection::connect_with(options).await?;
    let answer: String = sqlx::query_scalar("SHOW transaction_read_only").fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(answer == "on")
}
