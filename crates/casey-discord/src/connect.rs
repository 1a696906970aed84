//! The connection: who Casey is, and everything that is needed to serve.

use std::{future::Future, sync::Arc, time::Duration};

use casey_core::{
    Bot, Clock, Directory, Discord, DiscordError, DiscordErrorKind, Me, MemoryCache, MemoryQuota,
    MemorySettings, MemoryUsage, Ports,
};
use casey_privacy::{
    MemoryObjections, WriteGate,
    purposes::{CoreCommands, CoreSettings, SecurityAbuse, StatsUsage},
};
use serde::Deserialize;
use twilight_model::{
    application::command::Command,
    gateway::ShardId,
    id::{
        Id,
        marker::{GenericMarker, GuildMarker},
    },
};

use crate::{
    directory::{Eyes, Rest},
    error::Error,
    gateway::{Counts, Gateway},
    gateway_info::GatewayInfo,
    http::Http,
    mirror::Mirror,
    perform::Hands,
    register::{self, Difference},
    settings::Settings,
};

/// How often memory is tidied.
const TIDYING: Duration = Duration::from_secs(20);

/// Servers that are listed at once, the most that Discord lists (Discord Docs/Get Current User Guilds).
const PAGE: usize = 200;

/// How long to wait before the list of servers is asked for again.
const RELEARN: Duration = Duration::from_secs(30);

/// How long running commands may take to finish after the shards are closed.
const DRAIN: Duration = Duration::from_secs(10);

/// Discord, reachable and with a token that it accepts. No shard is connected yet: [`serve`](Self::serve) does that.
pub struct Connected {
    hands: Arc<Hands>,
    eyes: Arc<Eyes>,
    rest: Rest,
    gateway: Gateway,
}

impl std::fmt::Debug for Connected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connected").field("gateway", &self.gateway.info.url).finish_non_exhaustive()
    }
}

/// The one field that is read of a server Casey is in.
#[derive(Deserialize)]
struct Listed {
    id: Id<GuildMarker>,
}

/// The one field that is read of what a request tells about Casey itself.
#[derive(Deserialize)]
struct Itself {
    id: Id<GenericMarker>,
}

/// Asks Discord who Casey is and where the gateway is. Needs a Tokio runtime.
///
/// # Errors
///
/// [`Error::Token`] if Discord refuses the token, [`Error::Address`] if the address in the settings is none, [`Error::Request`] if Discord cannot be
/// reached after some attempts.
pub async fn connect(settings: Settings) -> Result<Connected, Error> {
    let Settings { token, api_url, global_limit, shards, clock, sessions } = settings;
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        return Err(Error::Token);
    }
    let counts = Arc::<Counts>::default();
    let http = Arc::new(Http::new(&token, api_url.as_deref(), global_limit, Arc::clone(&counts))?);
    let rest = Rest::new(Arc::clone(&http), Arc::clone(&clock));
    let user: Itself = ask(&rest, "users/@me", "asking Discord who Casey is").await?;
    let application = application(&rest).await?;
    let info: GatewayInfo = ask(&rest, "gateway/bot", "asking Discord for its gateway").await?;
    let me = Me { user: user.id.cast(), application: application.id.cast() };
    let mirror = Arc::new(Mirror::new(me.user));
    Ok(Connected {
        hands: Arc::new(Hands::new(Arc::clone(&http), Arc::clone(&clock), me)),
        eyes: Arc::new(Eyes::new(http, Arc::clone(&clock), me, Arc::clone(&mirror))),
        rest,
        gateway: Gateway { token, info, shards, me, mirror, counts, clock, sessions },
    })
}

async fn ask<T: serde::de::DeserializeOwned>(
    rest: &Rest,
    path: &str,
    doing: &'static str,
) -> Result<T, Error> {
    rest.get(path.to_owned()).await.map_err(|source| Error::request(doing, source))
}

/// The application that the bot belongs to, at the newer of the two addresses that tell it.
async fn application(rest: &Rest) -> Result<Itself, Error> {
    let doing = "asking Discord for Casey's application";
    match rest.get("applications/@me".to_owned()).await {
        Err(error) if error.kind() == DiscordErrorKind::Missing => {
            ask(rest, "oauth2/applications/@me", doing).await
        }
        answer => answer.map_err(|source| Error::request(doing, source)),
    }
}

impl Connected {
    /// Casey's own ids.
    pub fn me(&self) -> Me {
        self.gateway.me
    }

    /// The hands, for [`Ports::discord`].
    pub fn discord(&self) -> Arc<dyn Discord> {
        Arc::clone(&self.hands) as _
    }

    /// The eyes, for [`Ports::directory`].
    pub fn directory(&self) -> Arc<dyn Directory> {
        Arc::clone(&self.eyes) as _
    }

    /// What is counted, for metrics and health.
    pub fn counts(&self) -> Arc<Counts> {
        Arc::clone(&self.gateway.counts)
    }

    /// The address of the gateway, as Discord told it.
    pub fn gateway_url(&self) -> &str {
        &self.gateway.info.url
    }

    /// Ports on this connection that keep everything else in memory: for small bots and for trying things out. What they keep is gone with the process.
    pub fn ports_in_memory(&self) -> Ports {
        let clock: Arc<dyn Clock> = Arc::clone(&self.gateway.clock);
        Ports {
            discord: self.discord(),
            directory: self.directory(),
            cache: Arc::new(MemoryCache::new(Arc::clone(&clock))),
            quota: Arc::new(MemoryQuota::new(Arc::clone(&clock))),
            settings: Arc::new(MemorySettings::default()),
            usage: Arc::new(MemoryUsage::default()),
            clock,
            gate: WriteGate::builder(Arc::new(MemoryObjections::default()))
                .allow::<CoreCommands>()
                .allow::<CoreSettings>()
                .allow::<SecurityAbuse>()
                .allow::<StatsUsage>()
                .build(),
        }
    }

    /// Registers commands for all servers, if they differ from those registered now. Commands that are not among them are removed.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] if Discord refuses them or cannot be reached.
    pub async fn register(&self, commands: &[Command]) -> Result<Difference, Error> {
        let application = self.me().application;
        register::register(&self.rest, application, commands)
            .await
            .map_err(|source| Error::request("registering the commands", source))
    }

    /// Keeps to the lifetimes that are declared for what is held in memory, also where nothing happens.
    async fn tidies(&self, bot: &Bot) -> ! {
        let clock = &self.gateway.clock;
        loop {
            clock.sleep_until(clock.now() + TIDYING).await;
            bot.tidy();
            self.hands.tidy();
            self.eyes.tidy();
        }
    }

    /// Learns which servers the shards that resume are in: a resumed session does not tell them.
    async fn learns(&self, shards: Vec<ShardId>) -> ! {
        if !shards.is_empty() {
            while let Err(error) = self.learn(&shards).await {
                tracing::warn!(
                    error = casey_core::causes(&error),
                    "the list of servers could not be read; asking again"
                );
                self.gateway.clock.sleep_until(self.gateway.clock.now() + RELEARN).await;
            }
        }
        std::future::pending().await
    }

    async fn learn(&self, shards: &[ShardId]) -> Result<(), DiscordError> {
        let mut after = 0;
        loop {
            let page: Vec<Listed> =
                self.rest.get(format!("users/@me/guilds?limit={PAGE}&after={after}")).await?;
            for listed in &page {
                let its = |shard: &ShardId| {
                    (listed.id.get() >> 22) % u64::from(shard.total()) == u64::from(shard.number())
                };
                if shards.iter().any(its) {
                    self.gateway.mirror.know(listed.id);
                }
            }
            match page.iter().map(|listed| listed.id.get()).max() {
                Some(last) if page.len() >= PAGE && last > after => after = last,
                _ => return Ok(()),
            }
        }
    }

    /// Connects the shards and hands their events to the bot, until `stop` is done. Then the shards are closed so that their sessions could be
    /// resumed, and what runs may finish within ten seconds.
    ///
    /// # Errors
    ///
    /// [`Error`] if Discord ends a shard for good: because of the token, the intents, or the number of shards.
    pub async fn serve(&self, bot: &Bot, stop: impl Future<Output = ()> + Send) -> Result<(), Error> {
        let keeper = self.gateway.keeper().await;
        let outcome = tokio::select! {
            outcome = self.gateway.run(bot, &keeper, stop) => outcome,
            never = self.tidies(bot) => never,
            never = keeper.run() => never,
            never = self.learns(keeper.resuming()) => never,
        };
        if !bot.drain(DRAIN).await {
            tracing::warn!("not everything that ran came to an end in time");
        }
        // What was finished while draining need not come again.
        if let Err(error) = keeper.save().await {
            tracing::warn!(
                error = casey_core::causes(&error),
                "the sessions could not be written at the end"
            );
        }
        outcome
    }
}

/// Runs a bot that keeps everything in memory until Ctrl-C: connects, builds it, registers its commands and serves.
///
/// # Errors
///
/// What goes wrong while connecting, building, registering or serving.
pub async fn run(
    settings: Settings,
    build: impl FnOnce(casey_core::BotBuilder) -> casey_core::BotBuilder,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let connected = connect(settings).await?;
    let bot = build(Bot::builder(connected.ports_in_memory())).build().await?;
    connected.register(&bot.schemas()).await?;
    let ctrl_c = async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without signals there is nothing to wait for: run until the process is ended.
            std::future::pending::<()>().await;
        }
    };
    connected.serve(&bot, ctrl_c).await?;
    Ok(())
}
