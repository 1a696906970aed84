//! From a configuration to a running bot.

use std::sync::Arc;

use casey_config::{Config, ConfigError, DataDir, RootKey, Secret, Shards};
use casey_core::{Clock, GatewaySessions, Jobs};
use casey_data::{Database, Fact, Keyring};
use casey_discord::{Connected, Settings};
use casey_privacy::Inventory;

use crate::{
    error::BotError,
    files,
    health::Health,
    metrics::Meters,
    running::{Running, Work},
    short_term::ShortTerm,
    wiring,
};

/// The Discord that the bot talks to.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// The bot token.
    pub token: Secret,
    /// Base of the HTTP API; Discord itself if there is none.
    pub api_url: Option<String>,
}

impl Upstream {
    /// The one that is configured.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if there is no token: this never simulates.
    pub fn configured(config: &Config) -> Result<Self, ConfigError> {
        let (token, api) = config.connected_discord()?;
        Ok(Self { token: token.clone(), api_url: api.map(|url| url.as_str().to_owned()) })
    }
}

/// Starts the bot: prepares data folder, key and database, connects to Discord, registers the commands and begins to serve.
///
/// Returns once Discord has accepted the token; shards connect afterwards, see [`Running::ready`]. Whoever starts several parts of Casey in one process
/// passes the same `clock` to all.
///
/// # Errors
///
/// [`BotError`], before anything was connected or after everything was closed again.
pub async fn start(config: &Config, upstream: &Upstream, clock: Arc<dyn Clock>) -> Result<Running, BotError> {
    let data = DataDir::open(&config.data_dir)?;
    let key = RootKey::existing(config)?;
    let inventory = Arc::new(wiring::inventory()?);
    let database = Database::open(config.database().expose(), Arc::clone(&clock)).await?;
    let started = with_database(config, upstream, clock, (&data, key), inventory, &database).await;
    if started.is_err() {
        // The first error is the one to tell.
        let _ = database.close().await;
    }
    started
}

async fn with_database(
    config: &Config,
    upstream: &Upstream,
    clock: Arc<dyn Clock>,
    (data, key): (&DataDir, Option<RootKey>),
    inventory: Arc<Inventory>,
    database: &Database,
) -> Result<Running, BotError> {
    database.migrate().await?;
    let key = &check(database, &inventory, data, key).await?;
    let keyring = Keyring::open(database, key.derive(Keyring::DERIVED_FOR), Arc::clone(&clock)).await?;
    // Listened to before the prefixes are read, so that no change falls in between.
    let changes = database.changes().await.map_err(BotError::Store)?;
    let health = Health::listen(config.metrics_addr).await?;
    let files = files::open(config).await?;
    let mut short_term = ShortTerm::open(config, &clock).await?;
    if let Some(bus) = short_term.bus.take() {
        database.tell_through(bus);
    }
    let discord = connect(config, upstream, &clock, Some(database.gateway_sessions(&keyring))).await?;
    let meters = Arc::new(Meters::default());
    let objections = database.objections().await.map_err(BotError::Store)?;
    let asked = Arc::clone(&objections) as _;
    let ports = wiring::ports(&discord, database, &short_term, &clock, &meters, asked);
    let holders = vec![database.holder()];
    let jobs = Jobs::new(database.jobs(), Arc::clone(&clock));
    let modules = wiring::Modules::new(&ports, database.reminders(), jobs.clone());
    let runner = wiring::runner(&modules, jobs, Arc::clone(&ports.discord), database, &files.0, &clock);
    let signing = *key.derive("custom-id");
    let observer = Arc::clone(&meters) as _;
    let bot =
        wiring::bot(ports, config, signing, inventory, (holders, objections), &modules, observer).await?;
    let difference = discord.register(&bot.schemas()).await?;
    tracing::info!(
        added = difference.added.len(),
        changed = difference.changed.len(),
        removed = difference.removed.len(),
        "commands are registered"
    );
    Ok(Running::begin(
        bot,
        discord,
        Work { runner, changes, redis: short_term.redis, files, meters },
        database.clone(),
        clock,
        health,
    ))
}

/// Refuses a database that holds what is not declared, or that belongs to another key. The key is made where there is neither one nor a database
/// that knows one.
async fn check(
    database: &Database,
    inventory: &Inventory,
    data: &DataDir,
    key: Option<RootKey>,
) -> Result<RootKey, BotError> {
    let findings = database.check(inventory).await?;
    if !findings.is_empty() {
        return Err(BotError::Undeclared(findings));
    }
    let key = match key {
        Some(key) => key,
        None => match database.instance().get(Fact::RootKeyFingerprint).await.map_err(BotError::Store)? {
            Some(there) => return Err(BotError::NoKey { there }),
            None => RootKey::make(data)?,
        },
    };
    belongs_to(database, &key).await?;
    Ok(key)
}

/// Refuses a root key that this database was not made with. The first one it sees stays.
///
/// # Errors
///
/// [`BotError::OtherKey`], or [`BotError::Store`] if the database cannot be asked.
pub async fn belongs_to(database: &Database, key: &RootKey) -> Result<(), BotError> {
    let here = key.fingerprint();
    let there = database.instance().settle(Fact::RootKeyFingerprint, &here).await.map_err(BotError::Store)?;
    if here == there { Ok(()) } else { Err(BotError::OtherKey { here, there }) }
}

pub(crate) async fn connect(
    config: &Config,
    upstream: &Upstream,
    clock: &Arc<dyn Clock>,
    sessions: Option<Arc<dyn GatewaySessions>>,
) -> Result<Connected, BotError> {
    let shards = match config.shards {
        Shards::Count(total) => casey_discord::Shards::Range { from: 0, to: total, total },
        Shards::Range { from, to, total } => casey_discord::Shards::Range { from, to, total },
        _ => casey_discord::Shards::Auto,
    };
    let mut settings = Settings::new(upstream.token.expose())
        .api_url(upstream.api_url.clone())
        .global_limit(config.discord_global_limit)
        .shards(shards)
        .clock(Arc::clone(clock));
    if let Some(sessions) = sessions {
        settings = settings.sessions(sessions);
    }
    Ok(casey_discord::connect(settings).await?)
}
