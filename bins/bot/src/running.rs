//! A bot that runs.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use casey_core::{Bot, Clock, Directory, JobRunner};
use casey_data::{Changes, Database, Files, Resilient};
use casey_discord::{Connected, Counts};
use tokio::{sync::watch, task::JoinHandle, time::timeout};

use crate::{
    error::BotError,
    files::Watch,
    health::{Health, State},
    metrics::Meters,
};

/// What goes on beside the connection to Discord.
pub(crate) struct Work {
    pub(crate) runner: JobRunner,
    /// Prefixes that other processes change.
    pub(crate) changes: Changes,
    /// The Redis in use.
    pub(crate) redis: Option<Arc<Resilient>>,
    /// Where files are kept, and whether that can be used.
    pub(crate) files: (Arc<Files>, bool),
    /// What is counted.
    pub(crate) meters: Arc<Meters>,
}

/// How often readiness is looked at while waiting for it.
const LOOK: Duration = Duration::from_millis(20);

/// How long what runs may take to end, and how long the whole: service managers kill after thirty seconds.
const ENDING: Duration = Duration::from_secs(17);
const END: Duration = Duration::from_secs(25);

/// A bot that runs, until [`stop`](Self::stop) or until Discord ends it.
#[must_use = "a bot that is dropped is cut off in the middle of what it does"]
pub struct Running {
    bot: Bot,
    database: Database,
    directory: Arc<dyn Directory>,
    counts: Arc<Counts>,
    clock: Arc<dyn Clock>,
    gateway: String,
    health: Option<Health>,
    stop: watch::Sender<bool>,
    serving: Option<JoinHandle<Result<(), casey_discord::Error>>>,
    working: JoinHandle<()>,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running")
            .field("bot", &self.bot)
            .field("gateway", &self.gateway)
            .finish_non_exhaustive()
    }
}

impl Running {
    pub(crate) fn begin(
        bot: Bot,
        discord: Connected,
        work: Work,
        database: Database,
        clock: Arc<dyn Clock>,
        health: Option<Health>,
    ) -> Self {
        let (stop, stopped) = watch::channel(false);
        let (counts, directory) = (discord.counts(), discord.directory());
        let gateway = discord.gateway_url().to_owned();
        let Work { runner, mut changes, redis, files, meters } = work;
        if let Some(health) = &health {
            health.watch(State {
                redis,
                files: Watch::begin(files.0, files.1, Arc::clone(&clock)),
                jobs: database.jobs(),
                bot: bot.clone(),
                meters,
                clock: Arc::clone(&clock),
                started: clock.now(),
                database: database.clone(),
                counts: Arc::clone(&counts),
                directory: Arc::clone(&directory),
            });
        }
        let working = tokio::spawn(runner.run(told(stopped.clone())));
        // It ends when the database is closed.
        tokio::spawn({
            let bot = bot.clone();
            async move {
                while let Some(entries) = changes.next().await {
                    bot.prefixes_changed(entries);
                }
            }
        });
        let serving = tokio::spawn({
            let bot = bot.clone();
            async move { discord.serve(&bot, told(stopped)).await }
        });
        Self {
            bot,
            database,
            directory,
            counts,
            clock,
            gateway,
            health,
            stop,
            serving: Some(serving),
            working,
        }
    }

    /// The bot.
    pub const fn bot(&self) -> &Bot {
        &self.bot
    }

    /// Its database.
    pub const fn database(&self) -> &Database {
        &self.database
    }

    /// What it knows of servers.
    pub const fn directory(&self) -> &Arc<dyn Directory> {
        &self.directory
    }

    /// What is counted about its connection to Discord.
    pub const fn counts(&self) -> &Arc<Counts> {
        &self.counts
    }

    /// The address of the gateway it is connected to.
    pub fn gateway_url(&self) -> &str {
        &self.gateway
    }

    /// Where metrics and health are served, if they are.
    pub fn metrics(&self) -> Option<SocketAddr> {
        self.health.as_ref().map(Health::address)
    }

    /// Waits until every shard has a session. Returns `false` if the bot ended before; [`ended`](Self::ended) tells why.
    pub async fn ready(&self) -> bool {
        loop {
            if self.counts.is_ready() {
                return true;
            }
            if self.serving.as_ref().is_none_or(JoinHandle::is_finished) {
                return false;
            }
            self.clock.sleep_until(self.clock.now() + LOOK).await;
        }
    }

    /// Waits until the bot ends by itself.
    ///
    /// # Errors
    ///
    /// [`BotError::Discord`] if Discord ended it for good.
    pub async fn ended(&mut self) -> Result<(), BotError> {
        let Some(serving) = &mut self.serving else { return Ok(()) };
        let ended = serving.await;
        self.serving = None;
        Ok(ended.map_err(|_| BotError::Panicked("the connection to Discord"))??)
    }

    /// Stops the bot, within 25 seconds of real time whatever does not answer: closes the shards so that their sessions could be resumed, lets what runs finish within ten seconds, hands back jobs that do not, writes what is waiting, closes
    /// the database.
    ///
    /// # Errors
    ///
    /// [`BotError`] if something could not be written. Everything is closed all the same.
    pub async fn stop(mut self) -> Result<(), BotError> {
        let _ = self.stop.send(true);
        let begun = Instant::now();
        let ended =
            timeout(ENDING, self.ended()).await.unwrap_or(Err(BotError::Late("the connection to Discord")));
        let left = ENDING.saturating_sub(begun.elapsed());
        let worked = match timeout(left, &mut self.working).await {
            Ok(worked) => worked.map_err(|_| BotError::Panicked("what does jobs")),
            Err(_) => Err(BotError::Late("what does jobs")),
        };
        let left = END.saturating_sub(begun.elapsed());
        let closed = match timeout(left, self.database.close()).await {
            Ok(closed) => closed.map_err(BotError::Closing),
            Err(_) => Err(BotError::Late("the database")),
        };
        ended.and(worked).and(closed)
    }
}

/// Waits until it is said to stop. That the sender is gone means the same.
async fn told(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await.is_ok();
}
