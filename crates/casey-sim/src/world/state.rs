//! Everything a simulation knows, behind one lock, and the questions asked of it.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use time::OffsetDateTime;

use super::{
    Application, Attachment, Channel, Guild, Interaction, Invite, Member, Message, User, Webhook, thread,
};
use crate::{
    clock::Clock,
    faults::Faults,
    gateway::{GatewaySettings, Hub},
    journal::Journal,
    limits,
    permissions::{self, Permissions},
    record::Record,
    rest::Limiter,
    snowflake::{Minter, Snowflake},
};

/// Durations that a test may change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// For the first answer to an interaction; simulated time.
    pub(crate) first_answer: Duration,
    /// For follow-ups; simulated time.
    pub(crate) follow_up: Duration,
    pub(crate) gateway: GatewaySettings,
    /// How long expectations wait; real time.
    pub(crate) patience: Duration,
    /// How long silence must last to count; real time.
    pub(crate) quiet: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            first_answer: limits::FIRST_ANSWER,
            follow_up: limits::FOLLOW_UP,
            gateway: GatewaySettings::default(),
            patience: Duration::from_secs(5),
            quiet: Duration::from_millis(250),
        }
    }
}

/// The world and what happens around it.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) clock: Clock,
    pub(crate) minter: Minter,
    /// `http://ADDRESS` of this server.
    pub(crate) base: String,
    pub(crate) settings: Settings,
    pub(crate) users: HashMap<Snowflake, User>,
    pub(crate) guilds: BTreeMap<Snowflake, Guild>,
    pub(crate) channels: HashMap<Snowflake, Channel>,
    pub(crate) apps: BTreeMap<Snowflake, Application>,
    pub(crate) interactions: HashMap<String, Interaction>,
    pub(crate) webhooks: BTreeMap<Snowflake, Webhook>,
    pub(crate) invites: BTreeMap<String, Invite>,
    /// The last files given as command options, by their id.
    pub(crate) uploads: BTreeMap<Snowflake, Attachment>,
    pub(crate) hub: Hub,
    pub(crate) journal: Journal,
    pub(crate) record: Record,
    pub(crate) limiter: Limiter,
    pub(crate) faults: Faults,
}

impl State {
    /// The time now.
    pub(crate) fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// A new id.
    pub(crate) fn mint(&mut self) -> Snowflake {
        let now = self.clock.now();
        self.minter.next(now)
    }

    /// Name of a user as people see it.
    pub(crate) fn name(&self, user: Snowflake) -> String {
        self.users.get(&user).map_or_else(|| format!("user {user}"), |user| user.name.clone())
    }

    /// A channel in words: `#general`, or `the direct messages of Alice`.
    pub(crate) fn place(&self, channel: Snowflake) -> String {
        match self.channels.get(&channel) {
            Some(Channel { recipients: Some((person, _)), .. }) => {
                format!("direct messages of {}", self.name(*person))
            }
            Some(channel) => format!("#{}", channel.name),
            None => format!("a deleted channel ({channel})"),
        }
    }

    /// The membership of a user.
    pub(crate) fn member(&self, guild: Snowflake, user: Snowflake) -> Option<&Member> {
        self.guilds.get(&guild)?.members.get(&user)
    }

    /// A message by its channel and id.
    pub(crate) fn message(&self, channel: Snowflake, message: Snowflake) -> Option<&Message> {
        self.channels.get(&channel)?.messages.get(&message)
    }

    /// What a user may do in a channel. Nothing, if it is not there or the user is not in the guild.
    pub(crate) fn permissions(&self, user: Snowflake, channel: Snowflake) -> Permissions {
        let Some(channel) = self.channels.get(&channel) else { return Permissions::NONE };
        if let (Some(thread), Some(parent)) = (&channel.thread, channel.parent) {
            return thread::permissions_in(self.permissions(user, parent), channel.kind, thread, user);
        }
        match (channel.guild, channel.recipients) {
            (Some(guild), _) => match self.guilds.get(&guild) {
                Some(guild) => match guild.members.get(&user) {
                    Some(member) => permissions::in_channel(guild, member, channel, self.now()),
                    None => Permissions::NONE,
                },
                None => Permissions::NONE,
            },
            (None, Some((person, bot))) if user == person || user == bot => Permissions::DIRECT,
            _ => Permissions::NONE,
        }
    }

    /// What a user may do in a guild, channels aside.
    pub(crate) fn guild_permissions(&self, user: Snowflake, guild: Snowflake) -> Permissions {
        match (self.guilds.get(&guild), self.member(guild, user)) {
            (Some(guild), Some(member)) => permissions::in_guild(guild, member, self.now()),
            _ => Permissions::NONE,
        }
    }

    /// The application a bot account belongs to.
    pub(crate) fn app_of_bot(&self, bot: Snowflake) -> Option<&Application> {
        self.apps.values().find(|app| app.bot == bot)
    }

    /// The application with this bot token.
    pub(crate) fn app_of_token(&self, token: &str) -> Option<&Application> {
        let token = token.strip_prefix("Bot ").unwrap_or(token);
        self.apps.values().find(|app| app.token == token)
    }

    /// Where the gateway is.
    pub(crate) fn gateway_url(&self) -> String {
        self.base.replacen("http://", "ws://", 1)
    }

    /// Whether a member's nickname or name starts with `query` (lower case), as Discord searches members.
    pub(crate) fn answers_to(&self, member: &Member, query: &str) -> bool {
        let starts = |name: &str| name.to_lowercase().starts_with(query);
        member.nick.as_deref().is_some_and(starts)
            || self.users.get(&member.user).is_some_and(|user| starts(&user.name) || starts(&user.username()))
    }

    /// The direct messages between a person and a bot, opened on first use.
    pub(crate) fn direct(&mut self, person: Snowflake, bot: Snowflake) -> Snowflake {
        let known = self.channels.values().find(|channel| channel.recipients == Some((person, bot)));
        if let Some(channel) = known {
            return channel.id;
        }
        let id = self.mint();
        self.channels.insert(id, Channel::direct(id, person, bot));
        id
    }

    /// Whether a person and a bot are in one guild, which Discord asks for before they may write to each other.
    pub(crate) fn share_a_guild(&self, one: Snowflake, other: Snowflake) -> bool {
        self.guilds
            .values()
            .any(|guild| guild.members.contains_key(&one) && guild.members.contains_key(&other))
    }
}
