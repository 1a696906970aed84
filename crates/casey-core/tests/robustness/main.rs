//! A bot on ports that misbehave: slow and failing stores, a directory that does not answer, clocks that are set back, odd events.
#![allow(clippy::unwrap_used, missing_docs)]

mod cases;
mod ports;

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
    Bot, BuildError, Call, CatalogueError, ChannelInfo, Clock, Command, Delivery, Directory, DiscordError,
    DiscordErrorKind, Effect, Failure, GuildInfo, GuildSettings, Limit, Me, MemoryCache, MemoryQuota,
    MemorySettings, MemoryUsage, Module, Moment, Ports, Prefix, PrefixEntry, Press, Pressed, PrivacyDesk,
    Reply, Rules, Settings, StoreError, StoreErrorKind, Timestamp, Wants,
    testing::{RecordedDiscord, StagedDirectory},
};
use casey_privacy::{
    Inventory, MemoryObjections, Permit, StoreDecl, StoreKind, WriteGate,
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

use self::ports::{Eyes, Jumpy, SlowSettings, THREAD};

const GUILD: u64 = 800_000_000_000_000_001;
const CHANNEL: u64 = 800_000_000_000_000_002;
const CASEY: u64 = 900_000_000_000_000_001;
const ALICE: u64 = 700_000_000_000_000_001;

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
        assert!(self.bot.offer(Delivery::new(event, 1_000)).is_ok());
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
