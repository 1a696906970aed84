//! A bot, and a server for each scenario, so that none sees what another did.

use casey_bot::{Running, commands};
use casey_core::CommandInfo;
use casey_sim::{Channel, Heard, MessageRef, Permissions, Person, Role, Sim, Slash, World, reply};
use twilight_model::application::command::CommandOption;

use super::rows::{Given, Row};
use crate::common::{Home, TOKEN, casey, strict};

/// What an answer contains when Casey made a mistake.
pub(crate) const OUR_MISTAKE: &str = "Something went wrong on my side";

/// A server of a scenario.
pub(crate) struct Place {
    pub(crate) general: Channel,
    /// Owns the server.
    pub(crate) owner: Person,
    /// Has no permissions beyond the ordinary.
    pub(crate) member: Person,
    pub(crate) role: Role,
}

/// A bot in as many servers as a test needs.
pub(crate) struct Theatre {
    pub(crate) sim: Sim,
    pub(crate) casey: Running,
    _home: Home,
}

/// The command as it is described to people, without a connection.
pub(crate) async fn catalogue() -> Vec<CommandInfo> {
    commands(&Home::new().config("http://127.0.0.1:1", &[])).await.unwrap()
}

impl Theatre {
    /// A bot in servers of these names.
    pub(crate) async fn open(servers: &[String]) -> Self {
        let world = servers.iter().fold(World::new().bot("Casey", TOKEN), |world, name| {
            world.guild(name, |guild| {
                let guild = guild.owner(&format!("Owner of {name}")).role("Crew", Permissions::NONE);
                guild.member_with(&format!("Member of {name}"), &["Crew"]).channel("general")
            })
        });
        let (sim, home) = (strict(world).await, Home::new());
        let casey = casey(&sim, &home, &[]).await;
        Self { sim, casey, _home: home }
    }

    /// The server of this name.
    pub(crate) fn place(&self, name: &str) -> Place {
        let guild = self.sim.guild(name).unwrap();
        Place {
            general: guild.channel("general").unwrap(),
            owner: guild.owner().unwrap(),
            member: guild.person(&format!("Member of {name}")).unwrap(),
            role: guild.role("Crew").unwrap(),
        }
    }

    /// The options of a command, by its full name, with their limits.
    pub(crate) fn options(&self, command: &str) -> Vec<CommandOption> {
        let mut words = command.split(' ');
        let top = words.next().unwrap();
        let schema = self.casey.bot().schemas().into_iter().find(|schema| schema.name == top).unwrap();
        words.fold(schema.options, |options, word| {
            options.into_iter().find(|option| option.name == word).unwrap().options.unwrap_or_default()
        })
    }

    /// The end: no channel has an answer that nobody looked at, and Discord would have understood everything.
    pub(crate) async fn close(self, places: impl IntoIterator<Item = Place>) {
        for (at, place) in places.into_iter().enumerate() {
            // Waiting once is waiting for all.
            if at == 0 {
                place.general.expects_no_more().await.unwrap();
            }
            let none = std::time::Duration::ZERO;
            place.general.expects_nothing_for(none).await.unwrap();
            for person in [&place.owner, &place.member] {
                person.dm().unwrap().expects_nothing_for(none).await.unwrap();
            }
        }
        self.casey.stop().await.unwrap();
        self.sim.expects_no_violations().unwrap();
    }
}

impl Place {
    /// Somebody says this in #general, and is answered once, in the channel or by direct message. Nobody is pinged, and nothing breaks.
    pub(crate) async fn says(&self, person: &Person, text: &str) -> Heard {
        let said = person.says(&self.general, &self.with_mentions(text)).await.unwrap();
        self.answered(person, said, text).await
    }

    /// The answer to a message: what stands in the channel, or what came directly and is only announced there.
    pub(crate) async fn answered(&self, person: &Person, said: MessageRef, text: &str) -> Heard {
        let heard = self.general.expects_next(reply().in_reply_to(said)).await.unwrap();
        if heard.content != "I sent you a direct message." {
            return good(heard, text);
        }
        good(person.dm().unwrap().expects_next(reply()).await.unwrap(), text)
    }

    /// Somebody uses the slash command of a row.
    pub(crate) fn slash(&self, person: &Person, row: &Row) -> Slash {
        self.filled(person, row.command, row.options.iter().copied())
    }

    /// Somebody uses a slash command with these options.
    pub(crate) fn filled(
        &self,
        person: &Person,
        command: &str,
        options: impl IntoIterator<Item = (&'static str, Given)>,
    ) -> Slash {
        let slash = person.slash(&self.general, command);
        options.into_iter().fold(slash, |slash, (name, given)| slash.option(name, given.chosen(self)))
    }

    /// A text with mentions of this place in it.
    pub(crate) fn with_mentions(&self, text: &str) -> String {
        text.replace("{member}", &self.member.mention())
            .replace("{role}", &self.role.mention())
            .replace("{channel}", &self.general.mention())
    }
}

/// An answer that pings nobody, says something, and is no apology.
pub(crate) fn good(heard: Heard, to: &str) -> Heard {
    assert!(heard.pings().is_empty(), "{to:?} pinged somebody: {}", heard.text());
    assert!(!heard.text().trim().is_empty(), "{to:?} was answered by nothing");
    assert!(!heard.text().contains(OUR_MISTAKE), "{to:?}: {}", heard.text());
    heard
}
