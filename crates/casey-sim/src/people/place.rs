//! Guilds, channels and roles as a script holds them.

use std::{fmt, sync::Arc, time::Duration};

use serde_json::json;
use tokio::time::sleep;

use super::{Expectation, MessageRef, OptionValue, Person};
use crate::{
    error::SimError,
    gateway::{Event, Intents},
    heard::Heard,
    shared::Shared,
    snowflake::Snowflake,
    world::{self, CommandPermission, Member, State, User},
};

/// A guild of the simulation.
#[derive(Clone)]
pub struct Guild {
    shared: Arc<Shared>,
    id: Snowflake,
}

/// A channel of the simulation, of a guild or of direct messages.
#[derive(Clone)]
pub struct Channel {
    pub(super) shared: Arc<Shared>,
    pub(super) id: Snowflake,
}

/// A role of a guild.
#[derive(Clone, Copy, Debug)]
pub struct Role {
    pub(super) id: Snowflake,
}

impl Role {
    /// Its id.
    pub fn id(&self) -> Snowflake {
        self.id
    }

    /// How it is mentioned in text.
    pub fn mention(&self) -> String {
        format!("<@&{}>", self.id)
    }
}

impl Guild {
    pub(crate) fn new(shared: Arc<Shared>, id: Snowflake) -> Self {
        Self { shared, id }
    }

    /// Its id.
    pub fn id(&self) -> Snowflake {
        self.id
    }

    /// Its name.
    pub fn name(&self) -> String {
        self.shared.lock().guilds.get(&self.id).map(|guild| guild.name.clone()).unwrap_or_default()
    }

    /// The channel or thread of this name.
    ///
    /// # Errors
    /// [`SimError::NoSuch`] with the names there are.
    pub fn channel(&self, name: &str) -> Result<Channel, SimError> {
        let state = self.shared.lock();
        let ids = state.guilds.get(&self.id).map(|guild| guild.channels.as_slice()).unwrap_or_default();
        let mut channels: Vec<&world::Channel> = ids.iter().filter_map(|id| state.channels.get(id)).collect();
        let threads =
            state.channels.values().filter(|one| one.guild == Some(self.id) && one.thread.is_some());
        channels.extend(threads);
        let found = find("channel", name, channels.iter().map(|one| (one.id, one.name.clone())))?;
        Ok(Channel { shared: Arc::clone(&self.shared), id: found })
    }

    /// The member (person or bot) of this name.
    ///
    /// # Errors
    /// [`SimError::NoSuch`] with the names there are.
    pub fn person(&self, name: &str) -> Result<Person, SimError> {
        let state = self.shared.lock();
        let members =
            state.guilds.get(&self.id).map(|guild| guild.members.keys().copied().collect::<Vec<_>>());
        let found = find("person", name, members.into_iter().flatten().map(|id| (id, state.name(id))))?;
        drop(state);
        Ok(Person::new(Arc::clone(&self.shared), found, Some(self.id)))
    }

    /// The owner.
    ///
    /// # Errors
    /// [`SimError::NoSuch`] if the guild is gone.
    pub fn owner(&self) -> Result<Person, SimError> {
        let owner = self.shared.lock().guilds.get(&self.id).map(|guild| guild.owner);
        let gone = || SimError::NoSuch { kind: "guild", name: self.id.to_string(), known: String::new() };
        Ok(Person::new(Arc::clone(&self.shared), owner.ok_or_else(gone)?, Some(self.id)))
    }

    /// The role of this name.
    ///
    /// # Errors
    /// [`SimError::NoSuch`] with the names there are.
    pub fn role(&self, name: &str) -> Result<Role, SimError> {
        let state = self.shared.lock();
        let roles = state.guilds.get(&self.id).into_iter().flat_map(|guild| guild.roles.values());
        Ok(Role { id: find("role", name, roles.map(|role| (role.id, role.name.clone())))? })
    }

    /// Decides, as the guild's settings do, whether a command is offered to a role, to a person or in a channel. The
    /// bot is told.
    ///
    /// # Errors
    /// [`SimError::NoSuch`] without such a command, [`SimError::Refused`] for a value that is none of the three.
    pub async fn permits(
        &self,
        command: &str,
        whom: impl Into<OptionValue>,
        allowed: bool,
    ) -> Result<(), SimError> {
        let whom = whom.into();
        let (kind, id) = match whom {
            OptionValue::Role(id) => (1, id),
            OptionValue::User(id) => (2, id),
            OptionValue::Channel(id) => (3, id),
            other => {
                return Err(SimError::Refused {
                    who: self.name(),
                    what: format!("permit /{command}"),
                    why: format!("{other:?} is no role, person or channel"),
                });
            }
        };
        self.set_permission(command, CommandPermission { id, kind, allowed })?;
        self.shared.settle().await;
        Ok(())
    }

    fn set_permission(&self, command: &str, line: CommandPermission) -> Result<(), SimError> {
        let mut state = self.shared.lock();
        let commands = state.apps.values().flat_map(|app| {
            app.commands_in(Some(self.id)).map(|one| (app.id, one.id, one.name().to_owned()))
        });
        let commands: Vec<(Snowflake, Snowflake, String)> = commands.collect();
        let id = find("command", command, commands.iter().map(|(_, id, name)| (*id, name.clone())))?;
        let app = commands.iter().find(|(_, one, _)| *one == id).map(|(app, ..)| *app).unwrap_or_default();
        let Some(found) = state.apps.get_mut(&app) else { return Ok(()) };
        let lines = found.command_permissions.entry((self.id, id)).or_default();
        lines.retain(|one| (one.id, one.kind) != (line.id, line.kind));
        lines.push(line);
        let body = State::command_permissions_json(app, self.id, id, lines);
        let name = "APPLICATION_COMMAND_PERMISSIONS_UPDATE";
        let event = Event::guild(name, self.id, Intents::GUILDS, body);
        state.emit(&Event { app: Some(app), intent: None, ..event });
        Ok(())
    }

    /// Who is banned, with the reasons, by name.
    pub fn bans(&self) -> Vec<(String, Option<String>)> {
        let state = self.shared.lock();
        let bans = state.guilds.get(&self.id).into_iter().flat_map(|guild| &guild.bans);
        bans.map(|(user, reason)| (state.name(*user), reason.clone())).collect()
    }

    /// Somebody joins. If a person of this name exists elsewhere, it is that person.
    ///
    /// # Errors
    /// [`SimError::Refused`] if they are there already, or banned.
    pub async fn joins(&self, name: &str) -> Result<Person, SimError> {
        let user = {
            let mut state = self.shared.lock();
            join(&mut state, self.id, name)?
        };
        self.shared.settle().await;
        Ok(Person::new(Arc::clone(&self.shared), user, Some(self.id)))
    }
}

fn join(state: &mut State, guild: Snowflake, name: &str) -> Result<Snowflake, SimError> {
    let known = state.users.values().find(|user| user.name == name).map(|user| user.id);
    let user = known.unwrap_or_else(|| {
        let id = state.mint();
        state.users.insert(id, User::named(id, name, false));
        id
    });
    if state.guilds.get(&guild).is_some_and(|place| place.bans.contains_key(&user)) {
        return Err(SimError::Refused {
            who: name.to_owned(),
            what: "join".to_owned(),
            why: "they are banned".to_owned(),
        });
    }
    let member = Member::joined(user, state.now());
    let Some(place) = state.guilds.get_mut(&guild).filter(|place| !place.members.contains_key(&user)) else {
        return Err(SimError::Refused {
            who: name.to_owned(),
            what: "join".to_owned(),
            why: "they are there already".to_owned(),
        });
    };
    place.members.insert(user, member.clone());
    let mut body = state.member_json(&member);
    body["guild_id"] = json!(guild);
    state.emit(&Event::guild("GUILD_MEMBER_ADD", guild, Intents::GUILD_MEMBERS, body));
    Ok(user)
}

impl Channel {
    pub(crate) fn new(shared: Arc<Shared>, id: Snowflake) -> Self {
        Self { shared, id }
    }

    /// Its id.
    pub fn id(&self) -> Snowflake {
        self.id
    }

    /// In words: `#general`, or whose direct messages.
    pub fn name(&self) -> String {
        self.shared.lock().place(self.id)
    }

    /// How it is mentioned in text.
    pub fn mention(&self) -> String {
        format!("<#{}>", self.id)
    }

    /// Waits for the next bot message that fits, passing over others. What was read or passed over is not looked at
    /// again, so that the order of expectations is the order of messages.
    ///
    /// # Errors
    /// [`SimError::Unmet`] with the transcript when nothing fits in time.
    pub async fn expects(&self, expectation: Expectation) -> Result<Heard, SimError> {
        self.take(&expectation, |unread| unread.iter().position(|heard| expectation.fits(heard))).await
    }

    /// Waits for the next bot message (for [`edit`](crate::edit): the next edit), which must fit: stricter than
    /// [`expects`](Self::expects).
    ///
    /// # Errors
    /// [`SimError::Unmet`] when another message comes first, or none in time.
    pub async fn expects_next(&self, expectation: Expectation) -> Result<Heard, SimError> {
        let first = |unread: &[&Heard]| unread.iter().position(|heard| heard.edited == expectation.is_edit());
        let heard = self.take(&expectation, first).await?;
        if expectation.fits(&heard) {
            return Ok(heard);
        }
        let found = format!("but {} came first", describe(&heard));
        Err(self.shared.unmet(&self.name(), &expectation.to_string(), &found))
    }

    /// Waits a little and makes sure that there is no bot message left that no expectation has read.
    ///
    /// # Errors
    /// [`SimError::Unmet`] with what was there.
    pub async fn expects_no_more(&self) -> Result<(), SimError> {
        let quiet = self.shared.lock().settings.quiet;
        self.expects_nothing_for(quiet).await
    }

    /// As [`expects_no_more`](Self::expects_no_more), watching for this long in real time.
    ///
    /// # Errors
    /// [`SimError::Unmet`] with what was there.
    pub async fn expects_nothing_for(&self, quiet: Duration) -> Result<(), SimError> {
        sleep(quiet).await;
        let unread: Vec<String> = {
            let state = self.shared.lock();
            state.journal.unread(self.id).into_iter().map(describe).collect()
        };
        if unread.is_empty() {
            return Ok(());
        }
        let found = format!("but there was {}", unread.join(", then "));
        Err(self.shared.unmet(&self.name(), "no further message", &found))
    }

    /// Passes over everything that bots have said so far.
    pub fn passes_over(&self) {
        self.shared.lock().journal.read(self.id, usize::MAX);
    }

    /// Every message that stands in the channel now, oldest first, ephemeral ones too.
    pub fn messages(&self) -> Vec<Heard> {
        let state = self.shared.lock();
        let messages = state.channels.get(&self.id).into_iter().flat_map(|channel| channel.messages.values());
        messages.map(|message| state.perceive(message, false)).collect()
    }

    /// A message as it stands now.
    pub fn message(&self, message: impl Into<MessageRef>) -> Option<Heard> {
        let state = self.shared.lock();
        let message = message.into();
        state.message(message.channel, message.id).map(|found| state.perceive(found, false))
    }

    async fn take(
        &self,
        expectation: &Expectation,
        pick: impl Fn(&[&Heard]) -> Option<usize>,
    ) -> Result<Heard, SimError> {
        let check = || {
            let mut state = self.shared.lock();
            let unread = state.journal.unread(self.id);
            let index = pick(&unread)?;
            let heard = unread.get(index).map(|heard| (*heard).clone());
            state.journal.read(self.id, index + 1);
            heard
        };
        let found = || {
            let state = self.shared.lock();
            let unread: Vec<String> = state.journal.unread(self.id).into_iter().map(describe).collect();
            if unread.is_empty() {
                "but no bot said anything".to_owned()
            } else {
                format!("but there was {}", unread.join(", then "))
            }
        };
        self.shared.wait_for(&self.name(), &expectation.to_string(), check, found).await
    }
}

impl fmt::Debug for Guild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Guild({:?})", self.name())
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Channel({:?})", self.name())
    }
}

/// A message in a few words, for a failing expectation.
fn describe(heard: &Heard) -> String {
    let kind = match (heard.edited, heard.is_ephemeral()) {
        (true, _) => "an edit ",
        (false, true) => "an ephemeral ",
        (false, false) => "",
    };
    format!("{kind}{:?} by {}", heard.text(), heard.author)
}

/// The id that goes by a name.
pub(crate) fn find(
    kind: &'static str,
    name: &str,
    all: impl IntoIterator<Item = (Snowflake, String)>,
) -> Result<Snowflake, SimError> {
    let mut known = Vec::new();
    for (id, other) in all {
        if other == name {
            return Ok(id);
        }
        known.push(other);
    }
    known.truncate(20);
    Err(SimError::NoSuch { kind, name: name.to_owned(), known: known.join(", ") })
}
