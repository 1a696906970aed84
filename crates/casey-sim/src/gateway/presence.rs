//! Who is online, who is in a voice channel, and what of it a guild's description carries (Discord docs: Gateway
//! Events, Guild Create and Presence Update).

use serde_json::{Value, json};

use super::{Event, Intents};
use crate::{
    snowflake::Snowflake,
    world::{Guild, Member, State},
};

/// What people see of somebody's doings.
#[derive(Clone, Debug)]
pub(crate) struct Presence {
    pub(crate) status: Status,
    pub(crate) activities: Vec<Value>,
}

/// `invisible` looks like `offline` from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Online,
    Idle,
    DoNotDisturb,
    Offline,
}

impl Status {
    /// The status of this name, as Discord writes it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "online" => Self::Online,
            "idle" => Self::Idle,
            "dnd" => Self::DoNotDisturb,
            "offline" | "invisible" => Self::Offline,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Idle => "idle",
            Self::DoNotDisturb => "dnd",
            Self::Offline => "offline",
        }
    }
}

/// For whom a guild is described.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Audience {
    pub(crate) bot: Snowflake,
    /// Whether it asked for `GUILD_PRESENCES`.
    pub(crate) presences: bool,
    /// Members above which those who are offline are left out.
    pub(crate) large_threshold: usize,
}

impl State {
    /// Sets what people see of somebody, and tells the bots of every guild they are in.
    pub(crate) fn set_presence(&mut self, user: Snowflake, presence: Presence) {
        self.hub.presences.insert(user, presence);
        let guilds: Vec<Snowflake> = self
            .guilds
            .values()
            .filter(|guild| guild.members.contains_key(&user))
            .map(|guild| guild.id)
            .collect();
        for guild in guilds {
            if let Some(body) = self.presence_json(guild, user) {
                self.emit(&Event::guild("PRESENCE_UPDATE", guild, Intents::GUILD_PRESENCES, body));
            }
        }
    }

    /// The presence of somebody, if it was ever set.
    fn presence_json(&self, guild: Snowflake, user: Snowflake) -> Option<Value> {
        let presence = self.hub.presences.get(&user)?;
        let status = presence.status.name();
        let client =
            if presence.status == Status::Offline { json!({}) } else { json!({ "desktop": status }) };
        Some(json!({
            "user": { "id": user },
            "guild_id": guild,
            "status": status,
            "activities": presence.activities,
            "client_status": client,
        }))
    }

    /// Presences of members that are not offline.
    pub(crate) fn presences_json<'a>(
        &self,
        guild: Snowflake,
        members: impl IntoIterator<Item = &'a Member>,
    ) -> Vec<Value> {
        members
            .into_iter()
            .filter(|member| {
                self.hub.presences.get(&member.user).is_some_and(|one| one.status != Status::Offline)
            })
            .filter_map(|member| self.presence_json(guild, member.user))
            .collect()
    }

    /// The members a guild's description names: without presences only the bot and those in voice channels; in a large
    /// guild nobody who is offline.
    pub(crate) fn members_shown<'a>(&self, guild: &'a Guild, to: Audience) -> Vec<&'a Member> {
        let large = guild.members.len() > to.large_threshold;
        let shown = |member: &&Member| {
            member.user == to.bot
                || self.hub.voice.contains_key(&(guild.id, member.user))
                || (to.presences && !(large && self.is_offline(member.user)))
        };
        guild.members.values().filter(shown).collect()
    }

    fn is_offline(&self, user: Snowflake) -> bool {
        match self.hub.presences.get(&user) {
            Some(presence) => presence.status == Status::Offline,
            None => self.settings.gateway.offline_unless_said,
        }
    }

    /// Voice states of a guild, as its description carries them: without `guild_id`.
    pub(crate) fn voice_states_json(&self, guild: Snowflake) -> Vec<Value> {
        let states = self.hub.voice.iter().filter(|((place, _), _)| *place == guild);
        states
            .map(|(_, state)| {
                let mut state = state.clone();
                if let Some(map) = state.as_object_mut() {
                    map.remove("guild_id");
                    map.remove("member");
                }
                state
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::world::World;

    fn shown(to: impl FnOnce(&mut State, Snowflake) -> Audience) -> (usize, usize) {
        let names = ["Bob", "Carol", "Dave"];
        let world = World::new().bot("Echo", "token").guild("Harbour", |guild| {
            names.iter().fold(guild.owner("Alice"), |guild, name| guild.member(name))
        });
        let mut state = world.build().unwrap();
        let bot = state.apps.values().next().unwrap().bot;
        let user = state.users.values().find(|user| user.name == "Bob").unwrap().id;
        state.set_presence(user, Presence { status: Status::Idle, activities: Vec::new() });
        state.settings.gateway.offline_unless_said = true;
        let audience = to(&mut state, bot);
        let guild = state.guilds.values().next().unwrap();
        let members = state.members_shown(guild, audience);
        (members.len(), state.presences_json(guild.id, members.iter().copied()).len())
    }

    #[test]
    fn a_guild_shows_its_members_according_to_intent_and_size() {
        let to = |presences, large_threshold| {
            move |_: &mut State, bot| Audience { bot, presences, large_threshold }
        };
        assert_eq!(shown(to(true, 50)), (5, 1));
        assert_eq!(shown(to(true, 4)), (2, 1), "the bot and Bob, who is not offline");
        assert_eq!(shown(to(false, 50)), (1, 0));
        let in_voice = |state: &mut State, bot| {
            let (guild, user) = (
                *state.guilds.keys().next().unwrap(),
                state.users.values().find(|one| one.name == "Dave").unwrap().id,
            );
            state.hub.voice.insert((guild, user), json!({}));
            Audience { bot, presences: false, large_threshold: 50 }
        };
        assert_eq!(shown(in_voice), (2, 0));
    }
}
