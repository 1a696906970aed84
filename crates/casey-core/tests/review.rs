//! A bot on ports that misbehave: slow and failing stores, a directory that does not answer, clocks that are set back, odd events.
#![allow(clippy::unwrap_used, missing_docs)]

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use casey_core::{
    Bot, BuildError, Call, CatalogueError, ChannelInfo, Clock, Command, Directory, DiscordError,
    DiscordErrorKind, Effect, Failure, GuildInfo, GuildSettings, Limit, Me, MemoryCache, MemoryQuota,
    MemorySettings, MemoryUsage, Module, Moment, Ports, Prefix, PrefixEntry, Press, Pressed, Reply, Rules,
    Settings, StoreError, StoreErrorKind, Timestamp, Wants,
    testing::{RecordedDiscord, StagedDirectory},
};
use casey_privacy::{
    MemoryObjections, Permit, WriteGate,
    purposes::{CoreCommands, CoreSettings, SecurityAbuse, StatsUsage},
};
use serde_json::{Value, json};
use tokio::sync::watch;
use twilight_interactions::command::{CommandModel, CreateCommand};
use twilight_model::{
    channel::{Channel, ChannelType},
    gateway::{
        Intents,
        event::{Event, EventType},
        payload::incoming::{InteractionCreate, MessageCreate, MessageUpdate},
    },
    guild::{Member, Permissions, Role},
    id::{
        Id,
        marker::{ChannelMarker, GuildMarker, RoleMarker, UserMarker},
    },
    user::User,
};

const GUILD: u64 = 800_000_000_000_000_001;
const CHANNEL: u64 = 800_000_000_000_000_002;
const CASEY: u64 = 900_000_000_000_000_001;
const ALICE: u64 = 700_000_000_000_000_001;

/// A clock that is moved in both directions.
#[derive(Clone)]
struct Jumpy(watch::Sender<Timestamp>);

impl Jumpy {
    fn jump(&self, seconds: i64) {
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
struct SlowSettings {
    inner: MemorySettings,
    down: AtomicBool,
    stuck: AtomicBool,
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
struct Eyes {
    inner: StagedDirectory,
    down: AtomicBool,
}

impl Eyes {
    fn answer(&self) -> Result<(), DiscordError> {
        if self.down.load(Ordering::Relaxed) {
            return Err(DiscordError::new(DiscordErrorKind::Unavailable, None));
        }
        Ok(())
    }
}

const THREAD: u64 = 800_000_000_000_000_009;

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

macro_rules! plain {
    ($($type:ident $name:literal),*) => {$(
        #[derive(CommandModel, CreateCommand)]
        #[command(name = $name, desc = "A test")]
        struct $type {}
    )*};
}
plain!(Adult "adult", Often "often", Quiet "quiet", Sure "sure", Slow "slow", Hush "hush");

#[derive(CommandModel, CreateCommand)]
#[command(name = "where", desc = "Tell where")]
struct Where {
    /// Which
    channel: twilight_model::application::interaction::InteractionChannel,
}

#[derive(CommandModel, CreateCommand)]
#[command(name = "many", desc = "Many kinds of arguments")]
struct Many {
    /// Number
    count: i64,
    /// Switch
    loud: Option<bool>,
    /// Person
    who: Option<twilight_interactions::command::ResolvedUser>,
    /// Rest
    words: Option<String>,
}

/// A module with one command of each difficult kind; it notes what its buttons do.
#[derive(Default)]
struct Difficult {
    acts: Mutex<Vec<String>>,
    failing: AtomicBool,
}

#[async_trait]
impl Module for Difficult {
    fn name(&self) -> &'static str {
        "difficult"
    }

    fn commands(self: Arc<Self>) -> Vec<Command> {
        vec![
            Command::new(async |_: Call, _: Adult| Ok(Reply::text("boo"))).rules(Rules::new().nsfw()),
            Command::new(async |_: Call, _: Often| Ok(Reply::text("again")))
                .rules(Rules::new().cooldown(Limit::new(1, Duration::from_secs(10)))),
            Command::new(async |_: Call, _: Quiet| Ok(Reply::text("for you")))
                .rules(Rules::new().private().read_only()),
            Command::new(async |call: Call, _: Sure| Ok(call.confirm("Really?", "really", "42")?)),
            Command::new(async |call: Call, _: Slow| {
                call.perform(Effect::Typing { channel: call.channel() }).await?;
                std::future::pending::<()>().await;
                Ok(Reply::text("never"))
            }),
            Command::new(async |_: Call, _: Hush| Ok(Reply::text("psst").private())),
            Command::new(async |_: Call, place: Where| {
                Ok(Reply::text(format!("{} {:?}", place.channel.id, place.channel.kind)))
            }),
            Command::new(async |_: Call, m: Many| {
                Ok(Reply::text(format!(
                    "{} {:?} {:?} {:?}",
                    m.count,
                    m.loud,
                    m.who.map(|w| w.resolved.name),
                    m.words
                )))
            })
            .rules(Rules::new().example("3 yes @Bob hello")),
        ]
    }

    async fn press(&self, call: &Call, press: &Press) -> Result<Pressed, Failure> {
        if self.failing.load(Ordering::Relaxed) {
            return Err(Failure::refused("not now"));
        }
        self.acts.lock().unwrap().push(format!("{} {}", press.action, press.state));
        if press.action == "really" {
            return Ok(Pressed::update(call.confirm("Really really?", "again", press.state.clone())?));
        }
        Ok(Pressed::update(Reply::text("done")))
    }
}

/// A listener whose call itself panics, before there is a future.
struct Explosive;

impl Module for Explosive {
    fn name(&self) -> &'static str {
        "explosive"
    }

    fn wants(&self) -> Wants {
        Wants::events(Intents::GUILD_MESSAGES, [EventType::MessageCreate])
    }

    fn hear<'life0, 'life1, 'async_trait>(
        &'life0 self,
        _: Moment,
        _: &'life1 Event,
    ) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait,
    {
        panic!("before there is a future")
    }
}

struct Rig {
    ports: Ports,
    bot: Bot,
    discord: Arc<RecordedDiscord>,
    eyes: Arc<Eyes>,
    settings: Arc<SlowSettings>,
    difficult: Arc<Difficult>,
    clock: Jumpy,
}

impl Rig {
    async fn new() -> Self {
        let clock = Jumpy(watch::Sender::new(Timestamp::from_millis(1_767_225_600_000)));
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let gate = WriteGate::builder(Arc::new(MemoryObjections::new()))
            .allow::<CoreCommands>()
            .allow::<CoreSettings>()
            .allow::<StatsUsage>()
            .allow::<SecurityAbuse>()
            .build();
        let (discord, eyes, settings) =
            (Arc::<RecordedDiscord>::default(), Arc::<Eyes>::default(), Arc::<SlowSettings>::default());
        eyes.inner.member(Id::new(ALICE), "Alice", Permissions::all());
        eyes.inner.member(Id::new(CASEY), "Casey", Permissions::all());
        let ports = Ports {
            discord: discord.clone(),
            directory: eyes.clone(),
            cache: Arc::new(MemoryCache::new(shared.clone())),
            quota: Arc::new(MemoryQuota::new(shared.clone())),
            settings: settings.clone(),
            usage: Arc::new(MemoryUsage::new()),
            clock: shared,
            gate,
        };
        let difficult = Arc::new(Difficult::default());
        let bot = Bot::builder(ports.clone())
            .signing_key([7; 32])
            .module(difficult.clone())
            .module(Arc::new(Explosive))
            .build()
            .await
            .unwrap();
        Self { ports, bot, discord, eyes, settings, difficult, clock }
    }

    fn offer(&self, event: Event) {
        assert!(self.bot.offer(event, 1_000).is_ok());
    }

    async fn rests(&self) {
        for _ in 0..500 {
            tokio::task::yield_now().await;
        }
    }

    /// A message with more or other fields than usual.
    fn message(id: u64, text: &str, fields: &Value) -> twilight_model::channel::Message {
        let mut message = json!({
            "id": id.to_string(), "channel_id": CHANNEL.to_string(), "guild_id": GUILD.to_string(), "author": user(), "member": member(),
            "content": text, "timestamp": "2026-01-01T00:00:00.000000+00:00", "edited_timestamp": null, "tts": false,
            "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "pinned": false,
            "type": 0, "flags": 0, "components": [],
        });
        for (key, value) in fields.as_object().unwrap() {
            message[key] = value.clone();
        }
        serde_json::from_value(message).unwrap()
    }

    async fn says_with(&self, id: u64, text: &str, fields: &Value) -> Vec<Effect> {
        let message = MessageCreate { channel_type: None, message: Self::message(id, text, fields) };
        self.offer(Event::MessageCreate(Box::new(message)));
        self.rests().await;
        self.discord.take()
    }

    async fn says(&self, id: u64, text: &str) -> Vec<Effect> {
        self.says_with(id, text, &json!({})).await
    }

    async fn edits(&self, id: u64, text: &str) -> Vec<Effect> {
        self.offer(Event::MessageUpdate(Box::new(MessageUpdate(Self::message(id, text, &json!({}))))));
        self.rests().await;
        self.discord.take()
    }

    /// An interaction with more or other fields than usual; `null` leaves one out.
    async fn interacts(&self, id: u64, kind: u8, data: Value, fields: &Value) -> Vec<Effect> {
        let mut member = member();
        member["user"] = user();
        member["permissions"] = json!(Permissions::all());
        let mut interaction = json!({
            "id": id.to_string(), "application_id": "900000000000000002", "type": kind, "data": data, "guild_id": GUILD.to_string(),
            "guild": { "id": GUILD.to_string(), "locale": "en-US", "features": [] }, "guild_locale": "en-US", "locale": "en-GB",
            "channel_id": CHANNEL.to_string(), "channel": { "id": CHANNEL.to_string(), "type": 0 },
            "member": member, "token": "secret-token", "version": 1, "app_permissions": Permissions::all(), "entitlements": [],
            "authorizing_integration_owners": { "0": GUILD.to_string() }, "context": 0, "attachment_size_limit": 10_485_760,
        });
        for (key, value) in fields.as_object().unwrap() {
            if value.is_null() {
                interaction.as_object_mut().unwrap().remove(key);
            } else {
                interaction[key] = value.clone();
            }
        }
        let interaction = InteractionCreate(serde_json::from_value(interaction).unwrap());
        self.offer(Event::InteractionCreate(Box::new(interaction)));
        self.rests().await;
        self.discord.take()
    }

    async fn slash(&self, id: u64, name: &str, fields: &Value) -> Vec<Effect> {
        self.interacts(id, 2, json!({ "id": "1", "name": name, "type": 1, "options": [] }), fields).await
    }

    async fn presses(&self, id: u64, custom_id: &str, on: u64) -> Vec<Effect> {
        let data = json!({ "custom_id": custom_id, "component_type": 2, "values": [] });
        self.interacts(id, 3, data, &json!({ "message": Self::message(on, "", &json!({})) })).await
    }
}

fn user() -> Value {
    json!({ "id": ALICE.to_string(), "username": "Alice", "discriminator": "0", "global_name": null, "avatar": null, "bot": false })
}

fn member() -> Value {
    json!({
        "roles": [], "nick": null, "avatar": null, "joined_at": "2025-01-01T00:00:00.000000+00:00", "deaf": false, "mute": false,
        "flags": 0, "pending": false, "premium_since": null, "communication_disabled_until": null,
    })
}

/// The reply in the one effect there is.
fn only(effects: Vec<Effect>) -> Reply {
    let [effect]: [Effect; 1] = effects.try_into().unwrap();
    match effect {
        Effect::Answer { message, .. }
        | Effect::Update { message, .. }
        | Effect::Say { message, .. }
        | Effect::Edit { message, .. } => message,
        other => panic!("no reply: {other:?}"),
    }
}

/// Custom ids of the buttons in a reply.
fn buttons(reply: &Reply) -> Vec<String> {
    let json = serde_json::to_value(&reply.components).unwrap();
    let row = json[0]["components"].as_array().unwrap();
    row.iter().map(|button| button["custom_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn changes_side_by_side_are_all_kept() {
    let rig = Rig::new().await;
    for (id, prefix) in [(1, "a!"), (2, "b!"), (3, "c!"), (4, "d!")] {
        let message = Rig::message(id, &format!(",prefix add {prefix}"), &json!({}));
        rig.offer(Event::MessageCreate(Box::new(MessageCreate { channel_type: None, message })));
    }
    let message = Rig::message(5, ",settings disable explosive", &json!({}));
    rig.offer(Event::MessageCreate(Box::new(MessageCreate { channel_type: None, message })));
    rig.rests().await;
    let stored = rig.settings.inner.guild(Id::new(GUILD)).await.unwrap();
    let mut prefixes: Vec<_> = stored.prefixes.iter().map(Prefix::as_str).collect();
    prefixes.sort_unstable();
    assert_eq!(prefixes, [",", "a!", "b!", "c!", "d!"]);
    assert!(stored.disabled_modules.contains("explosive"));
    assert_eq!(rig.discord.take().len(), 5);
}

#[tokio::test]
async fn a_store_that_is_down_changes_nothing_and_is_told() {
    let rig = Rig::new().await;
    rig.settings.down.store(true, Ordering::Relaxed);
    let said = only(rig.says(1, ",prefix set !").await).content;
    assert!(said.starts_with("I cannot reach something I need") && said.contains("Code "), "{said}");
    let said = only(rig.says(2, ",often").await).content;
    assert!(
        said.starts_with("I cannot reach something I need"),
        "whether the module is on is unknown: {said}"
    );
    assert!(only(rig.says(3, ",ping").await).content.starts_with("Pong!"));
    rig.settings.down.store(false, Ordering::Relaxed);
    assert_eq!(only(rig.says(4, ",often").await).content, "again");
}

#[tokio::test]
async fn a_directory_that_is_down_is_told_and_an_edit_tries_again() {
    let rig = Rig::new().await;
    rig.eyes.down.store(true, Ordering::Relaxed);
    let said = only(rig.says(1, ",ping").await).content;
    assert!(said.starts_with("I cannot reach something I need"), "{said}");
    rig.eyes.down.store(false, Ordering::Relaxed);
    let effects = rig.edits(1, ",ping again").await;
    assert!(
        matches!(&effects[..], [Effect::Edit { message, .. }] if message.content.contains("`again`")),
        "{effects:?}"
    );
}

#[tokio::test]
async fn a_direct_message_and_the_note_about_it_have_numbers_of_their_own() {
    let rig = Rig::new().await;
    let effects = rig.says(9, ",quiet").await;
    let [Effect::Whisper { nonce: Some(whispered), message, .. }, Effect::Say { nonce: Some(said), .. }] =
        &effects[..]
    else {
        panic!("{effects:?}")
    };
    assert_ne!(whispered, said);
    assert_eq!((message.content.as_str(), message.private), ("for you", false));
    let effects = rig.edits(9, ",hush").await;
    assert!(
        matches!(&effects[..], [Effect::Whisper { nonce: None, .. }, Effect::Edit { .. }]),
        "{effects:?}"
    );
}

#[tokio::test]
async fn a_private_command_is_private_either_way() {
    let rig = Rig::new().await;
    assert!(only(rig.slash(1, "quiet", &json!({})).await).private);
    let effects = rig.says(2, ",quiet").await;
    assert!(matches!(&effects[..], [Effect::Whisper { .. }, Effect::Say { .. }]), "{effects:?}");
}

#[tokio::test]
async fn ids_need_not_tell_the_time_nor_differ_between_kinds() {
    let rig = Rig::new().await;
    assert_eq!(rig.says(5, ",pnig").await, []);
    assert_eq!(only(rig.edits(5, ",ping").await).content, "Pong!");
    assert_eq!(rig.slash(5, "ping", &json!({})).await.len(), 1, "an interaction with the id of a message");
    assert_eq!(rig.slash(5, "ping", &json!({})).await, [], "the same interaction again");
    assert_eq!(rig.says(u64::MAX, ",ping").await.len(), 1);
    assert_eq!(rig.slash(u64::MAX, "ping", &json!({})).await.len(), 1);
}

#[tokio::test]
async fn an_interaction_without_its_channel_is_answered() {
    let rig = Rig::new().await;
    assert_eq!(rig.slash(1, "ping", &json!({ "channel": null })).await.len(), 1);
    assert_eq!(rig.slash(2, "ping", &json!({ "channel_id": null })).await.len(), 1);
}

#[tokio::test]
async fn a_thread_is_age_restricted_if_its_channel_is() {
    let rig = Rig::new().await;
    let thread =
        json!({ "channel": { "id": THREAD.to_string(), "type": 11 }, "channel_id": THREAD.to_string() });
    assert_eq!(only(rig.slash(1, "adult", &thread).await).content, "boo");
    assert!(only(rig.slash(2, "adult", &json!({})).await).private);
}

#[tokio::test]
async fn a_thread_can_be_named_as_channel() {
    let rig = Rig::new().await;
    assert_eq!(
        only(rig.says(1, &format!(",where <#{THREAD}>")).await).content,
        format!("{THREAD} PublicThread")
    );
    assert!(only(rig.says(2, ",where <#5>").await).content.starts_with("I cannot find `<#5>`"));
}

#[tokio::test]
async fn a_slash_command_that_is_gone_is_answered() {
    let rig = Rig::new().await;
    let reply = only(rig.slash(1, "gone", &json!({})).await);
    assert!(reply.private);
    assert_eq!(reply.content, "There is no command `/gone`.");
}

#[tokio::test]
async fn one_press_of_a_prompt_counts() {
    let rig = Rig::new().await;
    let prompt = buttons(&only(rig.slash(1, "sure", &json!({})).await));
    rig.difficult.failing.store(true, Ordering::Relaxed);
    assert_eq!(only(rig.presses(2, &prompt[0], 77).await).content, "not now");
    rig.difficult.failing.store(false, Ordering::Relaxed);
    let second = only(rig.presses(3, &prompt[0], 77).await);
    assert_eq!(second.content, "Really really?", "a press that was refused may be repeated");
    for (id, button) in [(4, 0), (5, 1)] {
        let effects = rig.presses(id, &prompt[button], 77).await;
        assert!(matches!(&effects[..], [Effect::Acknowledge { .. }]), "{effects:?}");
    }
    assert_eq!(*rig.difficult.acts.lock().unwrap(), ["really 42"]);
    assert_eq!(
        only(rig.presses(6, &prompt[0], 78).await).content,
        "Really really?",
        "another message, another prompt"
    );
}

#[tokio::test]
async fn a_second_prompt_in_the_same_message_works() {
    let rig = Rig::new().await;
    let first = buttons(&only(rig.slash(1, "sure", &json!({})).await));
    rig.clock.0.send_modify(|now| *now = Timestamp::from_millis(now.as_millis() + 5));
    let second = buttons(&only(rig.presses(2, &first[0], 77).await));
    assert_eq!(only(rig.presses(3, &second[0], 77).await).content, "done");
    assert_eq!(*rig.difficult.acts.lock().unwrap(), ["really 42", "again 42"]);
}

#[tokio::test]
async fn a_clock_that_is_set_back_stops_nobody_for_long() {
    let rig = Rig::new().await;
    assert_eq!(only(rig.says(1, ",often").await).content, "again");
    rig.clock.jump(-3_600);
    assert_eq!(only(rig.says(2, ",often").await).content, "again");
    assert!(only(rig.says(3, ",often").await).content.starts_with("That was a little fast"));
    rig.clock.jump(11);
    assert_eq!(only(rig.says(4, ",often").await).content, "again");
}

#[tokio::test]
async fn only_people_give_commands() {
    let rig = Rig::new().await;
    let mut bot = user();
    bot["bot"] = json!(true);
    assert_eq!(rig.says_with(1, ",ping", &json!({ "author": bot })).await, []);
    assert_eq!(rig.says_with(2, ",ping", &json!({ "webhook_id": "5" })).await, []);
    assert_eq!(rig.says_with(3, ",ping", &json!({ "type": 6 })).await, []);
    assert_eq!(rig.says_with(4, ",ping", &json!({ "type": 19 })).await.len(), 1);
}

#[tokio::test]
async fn a_listener_that_panics_in_its_call_stops_nothing() {
    let rig = Rig::new().await;
    assert_eq!(rig.says(1, "hello").await, []);
    assert_eq!(rig.says(2, ",ping").await.len(), 1);
}

#[tokio::test]
async fn a_shutdown_waits_as_long_as_it_is_told_to() {
    let rig = Rig::new().await;
    rig.says(1, ",slow").await;
    let bot = rig.bot.clone();
    let drained = tokio::spawn(async move { bot.drain(Duration::from_secs(10)).await });
    rig.rests().await;
    assert!(!drained.is_finished());
    rig.clock.jump(10);
    assert!(!drained.await.unwrap(), "the command still runs");
}

#[tokio::test]
async fn the_last_prefix_stays() {
    let rig = Rig::new().await;
    let kept = "`,` is the only prefix here, so it has to stay. Set another one instead.";
    assert_eq!(only(rig.says(1, ",prefix remove ,").await).content, kept);
    rig.says(2, ",prefix set ,").await;
    assert_eq!(only(rig.says(3, ",prefix remove ,").await).content, kept);
    rig.says(4, ",prefix set !").await;
    assert_eq!(
        only(rig.says(5, "!prefix remove !").await).content,
        "`!` is no prefix any more. What remains: `,`"
    );
}

#[tokio::test]
async fn what_is_still_being_typed_runs_nothing() {
    let rig = Rig::new().await;
    let data = json!({ "id": "1", "name": "ping", "type": 1, "options": [] });
    assert_eq!(rig.interacts(1, 4, data, &json!({})).await, []);
}

#[tokio::test]
async fn forged_and_empty_custom_ids_are_refused() {
    let rig = Rig::new().await;
    for (id, custom_id) in
        [(1, ""), (2, "....."), (3, "core:cancel:.AAAAAAAAAAA.AAAAAA.AAAAAAAAAAAAAAAAAAAAAA")]
    {
        let reply = only(rig.presses(id, custom_id, 5).await);
        assert!(reply.private && reply.content.starts_with("I do not know this button"), "{custom_id}");
    }
}

#[tokio::test]
async fn pages_of_help_keep_the_prefix_and_fit_discord() {
    let rig = Rig::new().await;
    let first = only(rig.says(1, ",help").await);
    let turn = buttons(&first).pop().unwrap();
    let second = only(rig.presses(2, &turn, 5).await);
    let shown = serde_json::to_string(&second.embeds).unwrap();
    assert!(shown.contains("`,many`") && !shown.contains("`/many`"), "{shown}");
}

#[tokio::test]
async fn a_cooldown_that_nothing_would_count_is_refused_at_the_start() {
    struct Patient;
    impl Module for Patient {
        fn name(&self) -> &'static str {
            "patient"
        }
        fn commands(self: Arc<Self>) -> Vec<Command> {
            let limit = Limit::new(1, Duration::from_hours(24));
            vec![
                Command::new(async |_: Call, _: Adult| Ok(Reply::text("x")))
                    .rules(Rules::new().cooldown(limit)),
            ]
        }
    }
    let built = Bot::builder(Rig::new().await.ports).module(Arc::new(Patient)).build().await;
    assert!(
        matches!(built, Err(BuildError::Catalogue(CatalogueError::Cooldown { command })) if command == "adult")
    );
}

#[tokio::test]
async fn where_casey_may_not_read_the_history_it_speaks_without_replying() {
    let rig = Rig::new().await;
    let replies = rig.says(1, ",ping").await;
    assert!(matches!(&replies[..], [Effect::Say { reply_to: Some(_), .. }]), "{replies:?}");
    let speaks = Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES;
    rig.eyes.inner.member(Id::new(CASEY), "Casey", speaks);
    let speech = rig.says(2, ",ping").await;
    assert!(matches!(&speech[..], [Effect::Say { reply_to: None, .. }]), "{speech:?}");
}

#[tokio::test]
async fn what_discord_forbids_although_it_seemed_allowed_is_told_directly() {
    let rig = Rig::new().await;
    rig.discord.fail_next(DiscordErrorKind::Forbidden);
    let effects = rig.says(1, ",ping").await;
    let [Effect::Say { .. }, Effect::Whisper { message, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert!(
        message.content.starts_with("I cannot answer in <#800000000000000002>: Discord does not let me.")
    );
}

#[tokio::test]
async fn a_slow_store_defers_an_interaction() {
    let rig = Rig::new().await;
    rig.settings.stuck.store(true, Ordering::Relaxed);
    assert_eq!(rig.slash(1, "often", &json!({})).await, []);
    rig.clock.jump(2);
    rig.rests().await;
    assert!(matches!(rig.discord.take()[..], [Effect::Defer { .. }]));
    rig.settings.stuck.store(false, Ordering::Relaxed);
    rig.rests().await;
    let effects = rig.discord.take();
    assert!(
        matches!(&effects[..], [Effect::Amend { message, .. }] if message.content == "again"),
        "{effects:?}"
    );
}
