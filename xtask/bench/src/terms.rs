//! What Casey asks Discord for. Asked of Casey itself, so that the comparison follows when that changes.

use casey_bot::Upstream;
use casey_config::{Config, Secret, Sources};
use casey_sim::{Fleet, Sim, World};
use twilight_gateway::EventTypeFlags;
use twilight_model::{
    application::command::Command,
    gateway::{Intents, event::EventType},
};

use crate::error::BenchError;

/// Types that a module could want; each is asked for.
const OPTIONAL: [EventType; 13] = [
    EventType::MessageCreate,
    EventType::MessageUpdate,
    EventType::MessageDelete,
    EventType::MessageDeleteBulk,
    EventType::InteractionCreate,
    EventType::ReactionAdd,
    EventType::ReactionRemove,
    EventType::TypingStart,
    EventType::PresenceUpdate,
    EventType::MemberAdd,
    EventType::MemberUpdate,
    EventType::MemberRemove,
    EventType::VoiceStateUpdate,
];

/// What Casey asks for.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub(crate) intents: Intents,
    /// The events whose content it uses: what its modules want, and what tells of guilds, channels, threads and roles.
    pub(crate) types: EventTypeFlags,
    /// The commands it registers.
    pub(crate) commands: Vec<Command>,
}

impl Terms {
    /// Starts Casey for a moment against a tiny world of its own.
    pub(crate) async fn ask() -> Result<Self, BenchError> {
        let folder = tempfile::tempdir().map_err(BenchError::Folder)?;
        let fleet = Fleet { guilds: 1, members: 1, channels: 1, roles: 1 };
        let sim = Sim::start(World::fleet("Casey", "token", fleet)).await?;
        let nothing: [(&str, &str); 0] = [];
        let sources = Sources::new(nothing, folder.path())
            .flag("data_dir", folder.path().join("data").to_string_lossy())
            .flag("discord_token", "token")
            .flag("discord_api_url", sim.api_url());
        let config = Config::load(&sources)?;
        let upstream = Upstream { token: Secret::new("token"), api_url: Some(sim.api_url()) };
        let running = casey_bot::start(&config, &upstream, config.clock()).await?;
        let bot = running.bot();
        let wanted = OPTIONAL.into_iter().filter(|kind| bot.wants(*kind));
        let terms = Self {
            intents: bot.intents(),
            types: wanted.fold(structure(), |types, kind| types | EventTypeFlags::from(kind)),
            commands: bot.schemas(),
        };
        running.stop().await?;
        Ok(terms)
    }
}

/// What tells of guilds and what belongs to them, and of the session.
fn structure() -> EventTypeFlags {
    EventTypeFlags::READY
        | EventTypeFlags::RESUMED
        | EventTypeFlags::GUILD_CREATE
        | EventTypeFlags::GUILD_UPDATE
        | EventTypeFlags::GUILD_DELETE
        | EventTypeFlags::CHANNEL_CREATE
        | EventTypeFlags::CHANNEL_UPDATE
        | EventTypeFlags::CHANNEL_DELETE
        | EventTypeFlags::THREAD_CREATE
        | EventTypeFlags::THREAD_UPDATE
        | EventTypeFlags::THREAD_DELETE
        | EventTypeFlags::THREAD_LIST_SYNC
        | EventTypeFlags::ROLE_CREATE
        | EventTypeFlags::ROLE_UPDATE
        | EventTypeFlags::ROLE_DELETE
}
