//! Ports that misbehave when they are told to.

use super::*;

/// A clock that is moved in both directions.
#[derive(Clone)]
pub(crate) struct Jumpy(pub(crate) watch::Sender<Timestamp>);

impl Jumpy {
    pub(crate) fn jump(&self, seconds: i64) {
        self.0.send_modify(|now| *now = Timestamp::from_millis(now.as_millis() + seconds * 1_000));
    }
}

#[async_trait]
impl Clock for Jumpy {
    fn now(&self) -> Timestamp {
        *self.0.borrow()
    }

    async fn sleep_until(&self, moment: Timestamp) {
        let _ = self.0.subscribe().wait_for(|now| *now >= moment).await;
    }
}

/// Settings that take their time, and fail when told to.
#[derive(Default)]
pub(crate) struct SlowSettings {
    pub(crate) inner: MemorySettings,
    pub(crate) down: AtomicBool,
    pub(crate) stuck: AtomicBool,
}

impl SlowSettings {
    async fn answer(&self) -> Result<(), StoreError> {
        while self.stuck.load(Ordering::Relaxed) {
            tokio::task::yield_now().await;
        }
        for _ in 0..5 {
            tokio::task::yield_now().await;
        }
        if self.down.load(Ordering::Relaxed) {
            return Err(StoreError::new(StoreErrorKind::Unavailable, "reaching the store"));
        }
        Ok(())
    }
}

#[async_trait]
impl Settings for SlowSettings {
    async fn guild(&self, guild: Id<GuildMarker>) -> Result<Arc<GuildSettings>, StoreError> {
        self.answer().await?;
        self.inner.guild(guild).await
    }

    async fn set_guild(
        &self,
        permit: Permit<CoreSettings>,
        guild: Id<GuildMarker>,
        settings: GuildSettings,
    ) -> Result<(), StoreError> {
        self.answer().await?;
        self.inner.set_guild(permit, guild, settings).await
    }

    async fn personal_prefixes(&self, user: Id<UserMarker>) -> Result<Vec<Prefix>, StoreError> {
        self.answer().await?;
        self.inner.personal_prefixes(user).await
    }

    async fn set_personal_prefixes(
        &self,
        permit: Permit<CoreSettings>,
        prefixes: Vec<Prefix>,
    ) -> Result<(), StoreError> {
        self.answer().await?;
        self.inner.set_personal_prefixes(permit, prefixes).await
    }

    async fn prefixes(&self) -> Result<Vec<PrefixEntry>, StoreError> {
        self.inner.prefixes().await
    }
}

/// A directory that stops answering when told to, and knows a thread beside the staged channel.
#[derive(Default)]
pub(crate) struct Eyes {
    pub(crate) inner: StagedDirectory,
    pub(crate) down: AtomicBool,
}

impl Eyes {
    fn answer(&self) -> Result<(), DiscordError> {
        if self.down.load(Ordering::Relaxed) {
            return Err(DiscordError::new(DiscordErrorKind::Unavailable, None));
        }
        Ok(())
    }
}

pub(crate) const THREAD: u64 = 800_000_000_000_000_009;

#[async_trait]
impl Directory for Eyes {
    fn me(&self) -> Me {
        self.inner.me()
    }

    fn guild_count(&self) -> usize {
        1
    }

    async fn guild(&self, guild: Id<GuildMarker>) -> Result<Option<GuildInfo>, DiscordError> {
        self.answer()?;
        self.inner.guild(guild).await
    }

    async fn channel(&self, channel: Id<ChannelMarker>) -> Result<Option<ChannelInfo>, DiscordError> {
        self.answer()?;
        if channel.get() == THREAD {
            return Ok(Some(ChannelInfo {
                id: channel,
                guild: Some(Id::new(GUILD)),
                kind: ChannelType::PublicThread,
                parent: Some(Id::new(CHANNEL)),
                nsfw: true,
            }));
        }
        self.inner.channel(channel).await
    }

    async fn permissions(
        &self,
        guild: Id<GuildMarker>,
        channel: Id<ChannelMarker>,
        user: Id<UserMarker>,
        roles: Option<&[Id<RoleMarker>]>,
    ) -> Result<Option<Permissions>, DiscordError> {
        self.answer()?;
        self.inner.permissions(guild, channel, user, roles).await
    }

    async fn user(&self, user: Id<UserMarker>) -> Result<Option<User>, DiscordError> {
        self.answer()?;
        self.inner.user(user).await
    }

    async fn member(
        &self,
        guild: Id<GuildMarker>,
        user: Id<UserMarker>,
    ) -> Result<Option<Member>, DiscordError> {
        self.answer()?;
        Directory::member(&self.inner, guild, user).await
    }

    async fn find_members(&self, guild: Id<GuildMarker>, name: &str) -> Result<Vec<Member>, DiscordError> {
        self.answer()?;
        self.inner.find_members(guild, name).await
    }

    async fn roles(&self, guild: Id<GuildMarker>) -> Result<Vec<Role>, DiscordError> {
        self.inner.roles(guild).await
    }

    async fn channels(&self, guild: Id<GuildMarker>) -> Result<Vec<Channel>, DiscordError> {
        self.inner.channels(guild).await
    }
}
