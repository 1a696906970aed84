//! A world described before it exists.

use std::collections::{BTreeMap, HashMap};

use time::{OffsetDateTime, macros::datetime};

use super::{Application, ChannelSpec, Fleet, GuildSpec, State, User};
use crate::{error::SimError, gateway::Intents, permissions::Permissions, snowflake::Snowflake};

/// When the guilds of a world were founded: long enough ago that nothing in them counts as new.
pub(super) const FOUNDED: OffsetDateTime = datetime!(2024-03-01 12:00 UTC);

/// A description of everything that is there when a simulation starts.
///
/// ```
/// use casey_sim::{ChannelSpec, Permissions, World};
///
/// let world = World::new().bot("Echo", "token").guild("Harbour", |guild| {
///     guild
///         .owner("Alice")
///         .role("Moderator", Permissions::MANAGE_MESSAGES)
///         .member_with("Bob", &["Moderator"])
///         .member("Carol")
///         .channel("general")
///         .add(ChannelSpec::text("mods").hidden().visible_to("Moderator"))
/// });
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct World {
    bots: Vec<BotSpec>,
    guilds: Vec<GuildSpec>,
    fleet: Option<Fleet>,
}

/// A bot: its name, its token, and what it is allowed beyond the ordinary.
#[derive(Clone, Debug)]
#[must_use]
pub struct BotSpec {
    name: String,
    token: String,
    privileged: Intents,
}

impl World {
    /// Token of the bot in [`demo`](Self::demo).
    pub const DEMO_TOKEN: &'static str = "demo-token";

    /// An empty world.
    pub fn new() -> Self {
        Self::default()
    }

    /// A lively little world for newcomers: the guild "Casey's Harbour" with #general, #music, #mods (for moderators),
    /// an NSFW channel and a voice channel; Alice the owner, Bob with the role Moderator, Carol; and the bot "Casey",
    /// token [`DEMO_TOKEN`](Self::DEMO_TOKEN), without administrator rights.
    pub fn demo() -> Self {
        let moderator = Permissions::KICK_MEMBERS
            | Permissions::BAN_MEMBERS
            | Permissions::MANAGE_MESSAGES
            | Permissions::MODERATE_MEMBERS
            | Permissions::VIEW_AUDIT_LOG;
        Self::new().bot("Casey", Self::DEMO_TOKEN).guild("Casey's Harbour", |guild| {
            guild
                .owner("Alice")
                .role("Moderator", moderator)
                .member_with("Bob", &["Moderator"])
                .member("Carol")
                .channel("general")
                .channel("music")
                .add(ChannelSpec::text("mods").hidden().visible_to("Moderator").visible_to("Casey"))
                .add(ChannelSpec::text("after-dark").nsfw())
                .add(ChannelSpec::voice("Quay"))
        })
    }

    /// A world for measuring: many guilds of the same make, with one bot in all of them.
    pub fn fleet(bot: &str, token: &str, fleet: Fleet) -> Self {
        Self { fleet: Some(fleet), ..Self::new().bot(bot, token) }
    }

    /// Adds a bot with every privileged intent. It joins every guild that does not refuse bots.
    pub fn bot(self, name: &str, token: &str) -> Self {
        self.bot_with(BotSpec::new(name, token))
    }

    /// Adds a bot as described.
    pub fn bot_with(mut self, bot: BotSpec) -> Self {
        self.bots.push(bot);
        self
    }

    /// Adds a guild, described by `describe`.
    pub fn guild(mut self, name: &str, describe: impl FnOnce(GuildSpec) -> GuildSpec) -> Self {
        self.guilds.push(describe(GuildSpec::new(name)));
        self
    }

    /// The state in which the simulation starts.
    pub(crate) fn build(&self) -> Result<State, SimError> {
        let mut state = State::default();
        self.extend(&mut state)?;
        Ok(state)
    }

    /// Adds everything described to a world that is there already; names that are known stand for the same people.
    pub(crate) fn extend(&self, state: &mut State) -> Result<(), SimError> {
        let mut people = state.users.values().map(|user| (user.name.clone(), user.id)).collect();
        for bot in &self.bots {
            self.add_bot(state, &mut people, bot)?;
        }
        for guild in &self.guilds {
            guild.build(state, &mut people)?;
        }
        if let Some(fleet) = self.fleet {
            fleet.build(state, FOUNDED);
        }
        Ok(())
    }

    fn add_bot(
        &self,
        state: &mut State,
        people: &mut HashMap<String, Snowflake>,
        bot: &BotSpec,
    ) -> Result<(), SimError> {
        let twice =
            self.bots.iter().filter(|other| other.token == bot.token || other.name == bot.name).count() > 1;
        let taken = state.apps.values().any(|app| app.token == bot.token || app.name == bot.name);
        if bot.token.is_empty() || twice || taken {
            return Err(SimError::World(format!(
                "the bot {:?} needs a name and a token of its own",
                bot.name
            )));
        }
        let owner = person(state, people, "the developer", false);
        let user = person(state, people, &bot.name, true);
        let id = state.minter.next_apart(FOUNDED);
        state.apps.insert(
            id,
            Application {
                id,
                name: bot.name.clone(),
                bot: user,
                token: bot.token.clone(),
                owner,
                privileged: bot.privileged,
                commands: Vec::new(),
                guild_commands: HashMap::new(),
                command_permissions: BTreeMap::new(),
                emojis: BTreeMap::new(),
                presence: None,
                settings: serde_json::Map::new(),
            },
        );
        Ok(())
    }
}

impl BotSpec {
    /// A bot with every privileged intent switched on.
    pub fn new(name: &str, token: &str) -> Self {
        Self { name: name.to_owned(), token: token.to_owned(), privileged: Intents::PRIVILEGED }
    }

    /// Switches `MESSAGE_CONTENT` off: the text of others is empty, and asking for the intent closes with 4014.
    pub fn without_message_content(mut self) -> Self {
        self.privileged = self.privileged.without(Intents::MESSAGE_CONTENT);
        self
    }

    /// Switches `GUILD_MEMBERS` off.
    pub fn without_members(mut self) -> Self {
        self.privileged = self.privileged.without(Intents::GUILD_MEMBERS);
        self
    }

    /// Switches `GUILD_PRESENCES` off.
    pub fn without_presences(mut self) -> Self {
        self.privileged = self.privileged.without(Intents::GUILD_PRESENCES);
        self
    }
}

/// The person with this name, who is made on first mention.
pub(super) fn person(
    state: &mut State,
    people: &mut HashMap<String, Snowflake>,
    name: &str,
    bot: bool,
) -> Snowflake {
    *people.entry(name.to_owned()).or_insert_with(|| {
        let id = state.minter.next_apart(FOUNDED);
        state.users.insert(id, User::named(id, name, bot));
        id
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_demo_stands_and_its_bot_is_no_administrator() {
        let state = World::demo().build().unwrap();
        let guild = state.guilds.values().next().unwrap();
        let app = state.apps.values().next().unwrap();
        assert_eq!(guild.channels.len(), 5);
        assert!(!state.guild_permissions(app.bot, guild.id).contains(Permissions::ADMINISTRATOR));
        let mods = guild.channels.iter().find(|id| state.channels[*id].name == "mods").unwrap();
        let sees = |name: &str| {
            let user = state.users.values().find(|user| user.name == name).unwrap();
            state.permissions(user.id, *mods).contains(Permissions::VIEW_CHANNEL)
        };
        assert!(sees("Casey") && sees("Bob") && sees("Alice") && !sees("Carol"));
    }

    #[test]
    fn two_builds_give_the_same_ids() {
        let ids = |state: State| state.channels.keys().copied().collect::<std::collections::BTreeSet<_>>();
        assert_eq!(ids(World::demo().build().unwrap()), ids(World::demo().build().unwrap()));
    }

    #[test]
    fn a_contradiction_is_told_by_name() {
        let world = World::new().guild("Harbour", |guild| guild.member_with("Bob", &["Captain"]));
        assert_eq!(
            world.build().unwrap_err().to_string(),
            "the world cannot be built: the guild \"Harbour\" has no role called \"Captain\""
        );
        let twins = World::new().bot("A", "token").bot("B", "token");
        assert!(twins.build().unwrap_err().to_string().contains("a token of its own"));
    }
}
