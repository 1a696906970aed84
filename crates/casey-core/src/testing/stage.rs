use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use casey_privacy::{
    MemoryObjections, WriteGate,
    purposes::{CoreCommands, CoreSettings, RightsFulfil, SecurityAbuse, StatsUsage},
};
use twilight_model::{
    gateway::{
        event::Event,
        payload::incoming::{MessageCreate, MessageDelete, MessageUpdate},
    },
    guild::Permissions,
    id::{Id, marker::MessageMarker, marker::UserMarker},
};

use super::{ManualClock, RecordedDiscord, StagedDirectory, events};
use crate::{
    bot::{Bot, BotBuilder},
    effect::Effect,
    house::Ports,
    memory::{MemoryCache, MemoryQuota, MemorySettings, MemoryUsage},
    reply::Reply,
    time::Clock,
};

/// Permissions of an ordinary member on the stage.
pub(super) const ORDINARY: Permissions = Permissions::VIEW_CHANNEL
    .union(Permissions::SEND_MESSAGES)
    .union(Permissions::EMBED_LINKS)
    .union(Permissions::ATTACH_FILES)
    .union(Permissions::READ_MESSAGE_HISTORY)
    .union(Permissions::USE_SLASH_COMMANDS);

/// Collects the modules of a bot on the stage.
#[derive(Debug)]
#[must_use]
pub struct StageBuilder {
    builder: BotBuilder,
    stage: Parts,
}

#[derive(Debug, Clone)]
struct Parts {
    discord: Arc<RecordedDiscord>,
    directory: Arc<StagedDirectory>,
    usage: Arc<MemoryUsage>,
    objections: Arc<MemoryObjections>,
    clock: ManualClock,
}

/// A bot on a stage: one server, one channel, the owner Alice, the member Bob. People speak, time moves when it is told to, and what
/// the bot does can be looked at.
#[derive(Debug)]
pub struct Stage {
    bot: Bot,
    parts: Parts,
    next_id: AtomicU64,
    locale: Mutex<String>,
}

impl StageBuilder {
    /// Adds a module.
    pub fn module<M: crate::Module>(mut self, module: Arc<M>) -> Self {
        self.builder = self.builder.module(module);
        self
    }

    /// Changes the builder of the bot.
    pub fn with(mut self, change: impl FnOnce(BotBuilder) -> BotBuilder) -> Self {
        self.builder = change(self.builder);
        self
    }

    /// Raises the curtain.
    ///
    /// # Panics
    ///
    /// If the modules do not go together, or on a runtime with several threads: there nobody can tell when everything has come to rest.
    pub async fn raise(self) -> Stage {
        let flavor = tokio::runtime::Handle::current().runtime_flavor();
        assert!(
            flavor == tokio::runtime::RuntimeFlavor::CurrentThread,
            "a stage needs a runtime with one thread, which is the default of #[tokio::test]"
        );
        let bot = self
            .builder
            .build()
            .await
            .unwrap_or_else(|error| panic!("the staged bot could not be built: {error}"));
        // Ids count up from the staged clock, as Discord's do.
        let first = u64::try_from(self.stage.clock.now().as_millis() - 1_420_070_400_000).unwrap_or(0) << 22;
        Stage {
            bot,
            parts: self.stage,
            next_id: AtomicU64::new(first),
            locale: Mutex::new("en-GB".to_owned()),
        }
    }
}

impl Stage {
    /// Alice, who owns the server and may do everything.
    pub const ALICE: Id<UserMarker> = events::OWNER;
    /// Bob, an ordinary member.
    pub const BOB: Id<UserMarker> = Id::new(700_000_000_000_000_002);

    /// An empty stage.
    pub fn builder() -> StageBuilder {
        let clock = ManualClock::default();
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let parts = Parts {
            discord: Arc::default(),
            directory: Arc::default(),
            usage: Arc::default(),
            objections: Arc::new(MemoryObjections::new()),
            clock,
        };
        parts.directory.member(Self::ALICE, "Alice", Permissions::all());
        parts.directory.member(Self::BOB, "Bob", ORDINARY);
        parts.directory.member(events::ME.user, "Casey", ORDINARY);
        let gate = WriteGate::builder(Arc::clone(&parts.objections) as _)
            .allow::<CoreCommands>()
            .allow::<CoreSettings>()
            .allow::<StatsUsage>()
            .allow::<RightsFulfil>()
            .allow::<SecurityAbuse>()
            .build();
        let outside = Ports {
            discord: Arc::clone(&parts.discord) as _,
            directory: Arc::clone(&parts.directory) as _,
            cache: Arc::new(MemoryCache::new(Arc::clone(&shared))),
            quota: Arc::new(MemoryQuota::new(Arc::clone(&shared))),
            settings: Arc::new(MemorySettings::new()),
            usage: Arc::clone(&parts.usage) as _,
            clock: shared,
            gate,
        };
        StageBuilder { builder: Bot::builder(outside).signing_key([7; 32]), stage: parts }
    }

    /// The bot.
    pub const fn bot(&self) -> &Bot {
        &self.bot
    }

    /// The clock.
    pub const fn clock(&self) -> &ManualClock {
        &self.parts.clock
    }

    /// What was done to Discord.
    pub fn discord(&self) -> &RecordedDiscord {
        &self.parts.discord
    }

    /// Server and members.
    pub fn directory(&self) -> &StagedDirectory {
        &self.parts.directory
    }

    /// Which commands were used.
    pub fn usage(&self) -> &MemoryUsage {
        &self.parts.usage
    }

    /// Who objected to what.
    pub fn objections(&self) -> &MemoryObjections {
        &self.parts.objections
    }

    pub(super) fn id(&self) -> u64 {
        self.next_id.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) const fn name(user: Id<UserMarker>) -> &'static str {
        if user.get() == Self::ALICE.get() { "Alice" } else { "Bob" }
    }

    /// From now on people see Discord in this language (Discord Docs/Locales); British English unless said.
    pub fn in_language(&self, locale: &str) {
        locale.clone_into(&mut self.locale.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    }

    pub(super) fn locale(&self) -> String {
        self.locale.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Somebody writes in the channel; returns the message's id.
    pub async fn says(&self, user: Id<UserMarker>, text: &str) -> Id<MessageMarker> {
        let id = self.id();
        self.hears(Event::MessageCreate(Box::new(Self::message(id, user, text, false)))).await;
        Id::new(id)
    }

    /// Somebody writes to the bot directly.
    pub async fn whispers(&self, user: Id<UserMarker>, text: &str) {
        let id = self.id();
        self.hears(Event::MessageCreate(Box::new(Self::message(id, user, text, true)))).await;
    }

    fn message(id: u64, user: Id<UserMarker>, text: &str, direct: bool) -> MessageCreate {
        MessageCreate {
            channel_type: None,
            message: events::message(id, (user, Self::name(user)), text, direct),
        }
    }

    /// Somebody edits a message.
    pub async fn edits(&self, user: Id<UserMarker>, message: Id<MessageMarker>, text: &str) {
        let message = events::message(message.get(), (user, Self::name(user)), text, false);
        self.hears(Event::MessageUpdate(Box::new(MessageUpdate(message)))).await;
    }

    /// Somebody deletes a message.
    pub async fn deletes(&self, message: Id<MessageMarker>) {
        let deleted =
            MessageDelete { channel_id: events::CHANNEL, guild_id: Some(events::GUILD), id: message };
        self.hears(Event::MessageDelete(deleted)).await;
    }

    /// The bot hears an event; returns when everything has come to rest, or waits for the clock.
    ///
    /// # Panics
    ///
    /// If the bot's queues are full, which a stage does not bring about.
    pub async fn hears(&self, event: Event) {
        assert!(
            self.bot.offer(crate::Delivery::new(event, 1_000)).is_ok(),
            "the staged bot's queues are full"
        );
        self.rests().await;
    }

    /// Lets everything run until nothing moves without the clock.
    pub async fn rests(&self) {
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
    }

    /// Moves the clock, and lets everything run that waited for it.
    pub async fn waits(&self, time: Duration) {
        self.parts.clock.advance(time);
        self.rests().await;
    }

    /// The replies among what was done since this was asked last.
    pub fn replies(&self) -> Vec<Reply> {
        self.discord()
            .take()
            .into_iter()
            .filter_map(|effect| match effect {
                Effect::Answer { message, .. }
                | Effect::Amend { message, .. }
                | Effect::Complete { message, .. }
                | Effect::Update { message, .. }
                | Effect::FollowUp { message, .. }
                | Effect::Say { message, .. }
                | Effect::Edit { message, .. }
                | Effect::Whisper { message, .. } => Some(message),
                _ => None,
            })
            .collect()
    }

    /// The one reply since this was asked last.
    ///
    /// # Panics
    ///
    /// If there is none, or more than one.
    pub fn reply(&self) -> Reply {
        let mut replies = self.replies();
        assert_eq!(replies.len(), 1, "one reply was expected: {replies:?}");
        replies.remove(0)
    }
}
