//! The commands without a connection to serve them on: described, or registered.

use std::sync::Arc;

use async_trait::async_trait;
use casey_config::Config;
use casey_core::{
    Bot, ChannelInfo, Clock, CommandInfo, Directory, Discord, DiscordError, DiscordErrorKind, Effect,
    GuildInfo, Jobs, Me, MemoryCache, MemoryJobs, MemoryQuota, MemorySettings, MemoryUsage, Ports, Receipt,
};
use casey_discord::Difference;
use casey_management::MemoryReminders;
use casey_privacy::MemoryObjections;
use twilight_model::{
    channel::Channel,
    guild::{Member, Permissions, Role},
    id::{
        Id,
        marker::{ChannelMarker, GuildMarker, RoleMarker, UserMarker},
    },
    user::User,
};

use crate::{
    error::BotError,
    start::{Upstream, connect},
    wiring,
};

/// Describes every command of this version. Asks neither Discord nor a database.
///
/// # Errors
///
/// [`BotError`] if the commands cannot be put together: a mistake in Casey.
pub async fn commands(config: &Config) -> Result<Vec<CommandInfo>, BotError> {
    Ok(unconnected(config).await?.catalogue().describe())
}

/// Registers the commands of this version with Discord, if they differ from those registered now, and tells what differed. Needs no database.
///
/// # Errors
///
/// [`BotError`] if Discord does not accept the token, cannot be reached, or refuses the commands.
pub async fn register(config: &Config, upstream: &Upstream) -> Result<Difference, BotError> {
    let schemas = unconnected(config).await?.schemas();
    let discord = connect(config, upstream, &config.clock(), None).await?;
    Ok(discord.register(&schemas).await?)
}

/// The bot as it would be, connected to nothing.
async fn unconnected(config: &Config) -> Result<Bot, BotError> {
    let clock = config.clock();
    let inventory = Arc::new(wiring::inventory()?);
    let (ports, kept) = (ports(&clock), Arc::new(MemoryJobs::new()));
    let reminders = Arc::new(MemoryReminders::new(Arc::clone(&kept)));
    let modules = wiring::Modules::new(&ports, reminders, Jobs::new(kept, clock));
    // Nothing is ever sent from here, so nothing is ever signed.
    Ok(wiring::bot(
        ports,
        config,
        [0; 32],
        inventory,
        (Vec::new(), Arc::new(MemoryObjections::new())),
        &modules,
        Arc::new(()),
    )
    .await?)
}

fn ports(clock: &Arc<dyn Clock>) -> Ports {
    Ports {
        discord: Arc::new(Nowhere),
        directory: Arc::new(Nowhere),
        cache: Arc::new(MemoryCache::new(Arc::clone(clock))),
        quota: Arc::new(MemoryQuota::new(Arc::clone(clock))),
        settings: Arc::new(MemorySettings::default()),
        usage: Arc::new(MemoryUsage::default()),
        clock: Arc::clone(clock),
        gate: wiring::gate(Arc::new(MemoryObjections::new())),
    }
}

/// A Discord that cannot be reached.
struct Nowhere;

fn unreachable<T>() -> Result<T, DiscordError> {
    Err(DiscordError::new(DiscordErrorKind::Unavailable, None))
}

#[async_trait]
impl Discord for Nowhere {
    async fn perform(&self, _: Effect) -> Result<Receipt, DiscordError> {
        unreachable()
    }
}

#[async_trait]
impl Directory for Nowhere {
    fn me(&self) -> Me {
        Me { user: Id::new(1), application: Id::new(1) }
    }

    fn guild_count(&self) -> usize {
        0
    }

    async fn guild(&self, _: Id<GuildMarker>) -> Result<Option<GuildInfo>, DiscordError> {
        unreachable()
    }

    async fn channel(&self, _: Id<ChannelMarker>) -> Result<Option<ChannelInfo>, DiscordError> {
        unreachable()
    }

    async fn permissions(
        &self,
        _: Id<GuildMarker>,
        _: Id<ChannelMarker>,
        _: Id<UserMarker>,
        _: Option<&[Id<RoleMarker>]>,
    ) -> Result<Option<Permissions>, DiscordError> {
        unreachable()
    }

    async fn user(&self, _: Id<UserMarker>) -> Result<Option<User>, DiscordError> {
        unreachable()
    }

    async fn member(&self, _: Id<GuildMarker>, _: Id<UserMarker>) -> Result<Option<Member>, DiscordError> {
        unreachable()
    }

    async fn find_members(&self, _: Id<GuildMarker>, _: &str) -> Result<Vec<Member>, DiscordError> {
        unreachable()
    }

    async fn roles(&self, _: Id<GuildMarker>) -> Result<Vec<Role>, DiscordError> {
        unreachable()
    }

    async fn channels(&self, _: Id<GuildMarker>) -> Result<Vec<Channel>, DiscordError> {
        unreachable()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use casey_config::Sources;

    use super::*;

    #[tokio::test]
    async fn every_command_is_described_without_a_connection() {
        let sources = Sources::new([("CASEY_PREFIX", "!")], std::env::temp_dir());
        let described = commands(&Config::load(&sources).unwrap()).await.unwrap();
        let names: Vec<&str> = described.iter().map(|command| command.name.as_str()).collect();
        for name in ["ping", "help", "about", "prefix set", "settings show", "privacy summary", "remind me"] {
            assert!(names.contains(&name), "{name} is not among {names:?}");
        }
        assert!(described.iter().all(|command| !command.description.is_empty()));
    }
}
