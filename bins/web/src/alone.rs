//! The website as a process of its own, beside a bot that runs elsewhere.

use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use casey_config::{Config, DataDir, DatabaseKind, Ready, ReadyFile};
use casey_core::CommandInfo;
use casey_data::Database;
use tokio::net::TcpListener;

use crate::error::WebError;
use crate::part::{Health, Part, Probe};
use crate::serve::{bind, serve};
use crate::site::{CommandLine, Site};

/// Asks the database whether it is there.
#[derive(Clone, Debug)]
pub struct DatabaseProbe(Database);

impl DatabaseProbe {
    /// A probe of `database`.
    pub const fn new(database: Database) -> Self {
        Self(database)
    }
}

#[async_trait]
impl Probe for DatabaseProbe {
    async fn check(&self) -> Health {
        match self.0.ping().await {
            Ok(()) => Health::up("answers"),
            // Why is for the operator's log: the words may name a file.
            Err(error) => {
                tracing::warn!(%error, "the database does not answer");
                Health::down("does not answer")
            }
        }
    }
}

impl Part {
    /// The database, described by its kind alone: its address may hold a user name, a password or a path.
    pub fn database(config: &Config, database: Database) -> Self {
        let place = match config.database().kind() {
            DatabaseKind::Sqlite => "SQLite, on this machine",
            DatabaseKind::Postgres => "PostgreSQL",
            _ => "a database server",
        };
        Self::new("database", "Database")
            .about("Keeps what lasts: prefixes, settings, and which commands were used.")
            .place(place)
            .probe(Arc::new(DatabaseProbe::new(database)))
    }
}

impl From<&CommandInfo> for CommandLine {
    fn from(info: &CommandInfo) -> Self {
        Self::new(&info.name, &info.description, &info.usage)
    }
}

/// The website on its own, listening, with its database open.
pub struct Alone {
    listener: TcpListener,
    router: Router,
    database: Database,
    address: String,
    _ready: Option<ReadyFile>,
}

impl Alone {
    /// Opens what the configuration names, listens on `CASEY_WEB_ADDR` and writes the ready file. From here on
    /// connections wait; [`serve`](Self::serve) answers them. `commands` are those of the bot, where they are known.
    ///
    /// # Errors
    ///
    /// [`WebError::Config`] without a bot token: a website without a bot is never a simulation. Otherwise whatever
    /// cannot be opened.
    pub async fn open(
        config: &Config,
        commands: impl IntoIterator<Item = CommandLine>,
    ) -> Result<Self, WebError> {
        config.connected_discord()?;
        // First, so that a second site by mistake leaves no trace.
        let listener = bind(config.web_addr).await?;
        if config.database_url.is_none() {
            DataDir::open(&config.data_dir)?;
        }
        let clock = config.clock();
        let database = Database::open(config.database().expose(), clock.clone()).await?;
        let address = listener
            .local_addr()
            .map_or_else(|_| format!("http://{}", config.web_addr), |address| format!("http://{address}"));
        let origin = config.public_url.as_ref().map_or(address.as_str(), |url| url.as_str());
        let bot = Part::new("bot", "The bot")
            .about("Reads commands and answers them.")
            .place("in a process of its own");
        let router = Site::new(clock, origin)
            .prefix(config.prefix.as_str())
            .commands(commands)
            .part(bot)
            .part(Part::database(config, database.clone()))
            .router();
        let ready = Ready {
            web: Some(address.clone()),
            data_dir: Some(config.data_dir.clone()),
            pid: std::process::id(),
            ..Ready::default()
        };
        let ready = config.ready_file.as_deref().map(|path| ReadyFile::write(path, &ready)).transpose()?;
        Ok(Self { listener, router, database, address, _ready: ready })
    }

    /// Where the site listens: `http://127.0.0.1:3000`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Serves until `stop` is done; see [`serve`](crate::serve). Then closes the database.
    ///
    /// # Errors
    ///
    /// [`WebError::Serve`] when the listening socket fails.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), WebError> {
        let served = serve(self.listener, self.router, stop).await;
        if let Err(error) = self.database.close().await {
            tracing::warn!(%error, "the database was not closed well");
        }
        served
    }
}

/// Done when the process is asked to stop: by Ctrl-C or, where there are signals, by SIGTERM.
pub async fn stop_signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
