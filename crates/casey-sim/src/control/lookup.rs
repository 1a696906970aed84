//! Things by their names or ids.

use std::sync::Arc;

use serde::Deserialize;

use super::answer::Problem;
use crate::{
    error::SimError,
    people::{Channel, Guild, MessageRef, Person, find},
    shared::Shared,
    snowflake::Snowflake,
};

/// The simulation in the hands of the control API.
pub(super) struct Scene {
    pub(super) shared: Arc<Shared>,
}

/// Who does something and where.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    /// May be left out where there is only one.
    pub(super) guild: Option<String>,
    /// A channel of the guild; `@me` or nothing is the direct messages of the person with the bot.
    pub(super) channel: Option<String>,
    pub(super) person: Option<String>,
}

impl Place {
    pub(super) fn of(guild: Option<&String>, channel: Option<&String>, person: &str) -> Self {
        Self { guild: guild.cloned(), channel: channel.cloned(), person: Some(person.to_owned()) }
    }
}

/// The one whose name or id this is.
fn by_name_or_id(
    kind: &'static str,
    name: &str,
    all: impl IntoIterator<Item = (Snowflake, String)>,
) -> Result<Snowflake, SimError> {
    let all: Vec<_> = all.into_iter().collect();
    let id = name.parse().ok().filter(|id| all.iter().any(|(other, _)| other == id));
    id.map_or_else(|| find(kind, name, all), Ok)
}

impl Scene {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    pub(super) fn guild_id(&self, name: Option<&str>) -> Result<Snowflake, Problem> {
        let state = self.shared.lock();
        let Some(name) = name else {
            return match state.guilds.keys().collect::<Vec<_>>().as_slice() {
                [only] => Ok(**only),
                _ => Err(Problem::wrong("the guild must be named, because there is not exactly one")),
            };
        };
        Ok(by_name_or_id("guild", name, state.guilds.values().map(|guild| (guild.id, guild.name.clone())))?)
    }

    pub(super) fn guild(&self, name: Option<&str>) -> Result<Guild, Problem> {
        Ok(Guild::new(Arc::clone(&self.shared), self.guild_id(name)?))
    }

    /// A person or bot, anywhere.
    pub(super) fn user(&self, name: &str) -> Result<Snowflake, Problem> {
        let state = self.shared.lock();
        Ok(by_name_or_id("person", name, state.users.values().map(|user| (user.id, user.name.clone())))?)
    }

    /// Somebody outside any guild.
    pub(super) fn person(&self, id: Snowflake) -> Person {
        Person::new(Arc::clone(&self.shared), id, None)
    }

    /// A person as a member of a guild.
    pub(super) fn member(&self, guild: Option<&str>, name: &str) -> Result<Person, Problem> {
        let (guild, user) = (self.guild_id(guild)?, self.user(name)?);
        if self.shared.lock().member(guild, user).is_none() {
            return Err(Problem::no_such(format!("{name} is not in that guild")));
        }
        Ok(Person::new(Arc::clone(&self.shared), user, Some(guild)))
    }

    /// A channel, and the guild it is in.
    pub(super) fn channel(&self, place: &Place) -> Result<(Channel, Option<Snowflake>), Problem> {
        let name = place.channel.as_deref().unwrap_or("@me");
        if name == "@me" {
            let person = place.person.as_deref();
            let person = person.ok_or_else(|| Problem::wrong("direct messages need a person"))?;
            let person = Person::new(Arc::clone(&self.shared), self.user(person)?, None);
            return Ok((person.dm()?, None));
        }
        if let Some(found) = name.parse().ok().and_then(|id| self.channel_by_id(id)) {
            return Ok(found);
        }
        let guild = self.guild_id(place.guild.as_deref())?;
        let state = self.shared.lock();
        let channels = state.channels.values().filter(|one| one.guild == Some(guild));
        let id = by_name_or_id("channel", name, channels.map(|one| (one.id, one.name.clone())))?;
        drop(state);
        Ok((Channel::new(Arc::clone(&self.shared), id), Some(guild)))
    }

    fn channel_by_id(&self, id: Snowflake) -> Option<(Channel, Option<Snowflake>)> {
        let guild = self.shared.lock().channels.get(&id)?.guild;
        Some((Channel::new(Arc::clone(&self.shared), id), guild))
    }

    /// A channel and the person who does something there.
    pub(super) fn actor(&self, place: &Place) -> Result<(Channel, Person), Problem> {
        let (channel, guild) = self.channel(place)?;
        let person = place.person.as_deref().ok_or_else(|| Problem::wrong("a person must be named"))?;
        Ok((channel, Person::new(Arc::clone(&self.shared), self.user(person)?, guild)))
    }

    /// A message of a channel by its id.
    pub(super) fn message(channel: &Channel, id: &str) -> Result<MessageRef, Problem> {
        let id = id.parse().map_err(|_| Problem::wrong(format!("{id:?} is no id of a message")))?;
        Ok(MessageRef { channel: channel.id(), id })
    }
}
