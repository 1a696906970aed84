//! Everything in one process: the bot, the website and, where no Discord is configured, a simulated one.

mod probes;
mod simulation;
mod website;

use std::{path::PathBuf, sync::Arc};

use casey_bot::{Running, Upstream};
use casey_config::{Config, Discord, Ready};
use casey_core::Clock;
use tokio::net::TcpListener;

pub(crate) use self::simulation::Simulation;
use self::website::Website;
use crate::error::CaseyError;

/// Where Discord's HTTP API is unless another address is given.
const DISCORD: &str = "https://discord.com";

/// Everything, running. Whoever holds it has to [`stop`](Self::stop) it.
#[must_use = "what is dropped is cut off in the middle of what it does"]
pub(crate) struct Whole {
    bot: Running,
    website: Website,
    simulation: Option<Simulation>,
    discord_api: String,
    data_dir: PathBuf,
}

impl Whole {
    /// Starts the parts, in an order in which a mistake in the configuration leaves as little behind as possible. If one does not start, those before it are
    /// stopped again. Shards connect afterwards: see [`ready`](Self::ready).
    ///
    /// # Errors
    ///
    /// What kept a part from starting.
    pub(crate) async fn start(config: &Config) -> Result<Self, CaseyError> {
        let simulated = matches!(config.discord()?, Discord::Simulated);
        let listener = casey_web::bind(config.web_addr).await?;
        let clock = config.clock();
        let simulation = if simulated { Some(Simulation::start(config, &clock).await?) } else { None };
        Self::begin(config, listener, clock, simulation).await
    }

    async fn begin(
        config: &Config,
        listener: TcpListener,
        clock: Arc<dyn Clock>,
        simulation: Option<Simulation>,
    ) -> Result<Self, CaseyError> {
        let upstream = match &simulation {
            Some(simulation) => simulation.upstream(),
            None => Upstream::configured(config)?,
        };
        let bot = casey_bot::start(config, &upstream, Arc::clone(&clock)).await?;
        let website = Website::open(listener, config, clock, &bot, simulation.as_ref());
        Ok(Self {
            bot,
            website,
            simulation,
            discord_api: upstream.api_url.unwrap_or_else(|| DISCORD.to_owned()),
            data_dir: config.data_dir.clone(),
        })
    }

    /// Stops bot and website, lets `meanwhile` happen, and starts both again in the same Discord, as an update of Casey does.
    ///
    /// # Errors
    ///
    /// What could not be ended as it should, or kept a part from starting again. Nothing runs then.
    pub(crate) async fn restart<T>(
        self,
        config: &Config,
        meanwhile: impl Future<Output = T>,
    ) -> Result<(Self, T), CaseyError> {
        let (bot, website) = (self.bot.stop().await, self.website.stop().await);
        bot?;
        website?;
        let happened = meanwhile.await;
        let listener = casey_web::bind(config.web_addr).await?;
        Ok((Self::begin(config, listener, config.clock(), self.simulation).await?, happened))
    }

    /// Waits until every shard has a session. `false` if a part ended before; [`ended`](Self::ended) tells why.
    pub(crate) async fn ready(&self) -> bool {
        tokio::select! {
            ready = self.bot.ready() => ready,
            () = self.website.ended() => false,
        }
    }

    /// Waits until a part ends by itself.
    ///
    /// # Errors
    ///
    /// Why it ended.
    pub(crate) async fn ended(&mut self) -> Result<(), CaseyError> {
        tokio::select! {
            ended = self.bot.ended() => Ok(ended?),
            () = self.website.ended() => Ok(()),
        }
    }

    /// Stops everything: the bot, then the website, then the simulated Discord.
    ///
    /// # Errors
    ///
    /// The first thing that could not be ended as it should. Everything is stopped all the same.
    pub(crate) async fn stop(self) -> Result<(), CaseyError> {
        let bot = self.bot.stop().await;
        let website = self.website.stop().await;
        if let Some(simulation) = self.simulation {
            simulation.stop();
        }
        bot?;
        website
    }

    /// Where everything is, as the ready file tells it.
    pub(crate) fn addresses(&self) -> Ready {
        Ready {
            web: Some(self.website.address().to_owned()),
            discord_api: Some(self.discord_api.clone()),
            gateway: Some(self.bot.gateway_url().to_owned()),
            metrics: self.bot.metrics().map(|address| format!("http://{address}")),
            data_dir: Some(self.data_dir.clone()),
            pid: std::process::id(),
            ..Ready::default()
        }
    }

    /// The bot.
    pub(crate) const fn bot(&self) -> &Running {
        &self.bot
    }

    /// The simulated Discord, if there is one.
    pub(crate) const fn simulation(&self) -> Option<&Simulation> {
        self.simulation.as_ref()
    }
}
