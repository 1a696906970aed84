//! What people do besides using commands.

use std::{fmt, sync::Arc, time::Duration};

use super::{Channel, ContextMenu, OptionValue, Press, Slash, place::find};
use crate::{
    error::SimError,
    heard::Heard,
    limits,
    permissions::Permissions,
    rest::content_type,
    shared::Shared,
    snowflake::Snowflake,
    world::{Amendment, Attachment, Kind, Member, Message, Post},
};

/// A message by its place, to reply to it, edit it, press its buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MessageRef {
    /// Its channel.
    pub channel: Snowflake,
    /// Its id.
    pub id: Snowflake,
}

impl From<&MessageRef> for MessageRef {
    fn from(message: &MessageRef) -> Self {
        *message
    }
}

/// A person in the hands of a script. What Discord would not let them do is a [`SimError::Refused`].
#[derive(Clone)]
pub struct Person {
    pub(super) shared: Arc<Shared>,
    pub(super) id: Snowflake,
    pub(super) guild: Option<Snowflake>,
}

impl Person {
    pub(crate) fn new(shared: Arc<Shared>, id: Snowflake, guild: Option<Snowflake>) -> Self {
        Self { shared, id, guild }
    }

    /// Their id.
    pub fn id(&self) -> Snowflake {
        self.id
    }

    /// Their name.
    pub fn name(&self) -> String {
        self.shared.lock().name(self.id)
    }

    /// How they are mentioned in text.
    pub fn mention(&self) -> String {
        format!("<@{}>", self.id)
    }

    /// Writes a message.
    ///
    /// # Errors
    /// [`SimError::Refused`] without the permission to send, for an empty or an overlong message.
    pub async fn says(&self, channel: &Channel, text: &str) -> Result<MessageRef, SimError> {
        self.post(Post::text(channel.id, self.id, text)).await
    }

    /// Replies to a message, pinging its author.
    ///
    /// # Errors
    /// As [`says`](Self::says), and if the message is not there for this person.
    pub async fn replies_to(
        &self,
        message: impl Into<MessageRef>,
        text: &str,
    ) -> Result<MessageRef, SimError> {
        let message = message.into();
        self.sees(message, "reply")?;
        self.post(Post { reply_to: Some(message.id), ..Post::text(message.channel, self.id, text) }).await
    }

    /// Writes a message with a file.
    ///
    /// # Errors
    /// As [`says`](Self::says), and without the permission to attach files.
    pub async fn attaches(
        &self,
        channel: &Channel,
        text: &str,
        name: &str,
        bytes: impl Into<Vec<u8>>,
    ) -> Result<MessageRef, SimError> {
        let attachment = Attachment {
            id: self.shared.lock().mint(),
            filename: name.to_owned(),
            description: None,
            content_type: content_type(name).to_owned(),
            bytes: bytes.into().into(),
        };
        self.post(Post { attachments: vec![attachment], ..Post::text(channel.id, self.id, text) }).await
    }

    /// Changes an own message.
    ///
    /// # Errors
    /// [`SimError::Refused`] if it is not theirs.
    pub async fn edits(&self, message: impl Into<MessageRef>, text: &str) -> Result<(), SimError> {
        let message = message.into();
        if self.sees(message, "edit")?.author != self.id {
            return Err(self.refused("edit", "it is somebody else's message"));
        }
        self.fits(text)?;
        let change = Amendment { content: Some(text.to_owned()), ..Amendment::default() };
        self.shared.lock().amend(message.channel, message.id, change);
        self.shared.settle().await;
        Ok(())
    }

    /// Deletes a message.
    ///
    /// # Errors
    /// [`SimError::Refused`] if it is somebody else's and they may not manage messages.
    pub async fn deletes(&self, message: impl Into<MessageRef>) -> Result<(), SimError> {
        let message = message.into();
        let own = self.sees(message, "delete")?.author == self.id;
        if !own {
            self.needs(message.channel, Permissions::MANAGE_MESSAGES, "delete")?;
        }
        self.shared.lock().remove(message.channel, message.id, self.id);
        self.shared.settle().await;
        Ok(())
    }

    /// Puts a reaction under a message.
    ///
    /// # Errors
    /// [`SimError::Refused`] without the permission to add reactions.
    pub async fn reacts(&self, message: impl Into<MessageRef>, emoji: &str) -> Result<(), SimError> {
        let message = message.into();
        let there = self.sees(message, "react")?.reactions.iter().any(|reaction| reaction.emoji == emoji);
        if !there {
            self.needs(message.channel, Permissions::ADD_REACTIONS, "react")?;
        }
        self.shared.lock().react(self.id, message.channel, message.id, emoji);
        self.shared.settle().await;
        Ok(())
    }

    /// Takes an own reaction away.
    ///
    /// # Errors
    /// [`SimError::Refused`] if the message is not there for this person.
    pub async fn unreacts(&self, message: impl Into<MessageRef>, emoji: &str) -> Result<(), SimError> {
        let message = message.into();
        self.sees(message, "take a reaction away")?;
        self.shared.lock().unreact(self.id, message.channel, message.id, emoji);
        self.shared.settle().await;
        Ok(())
    }

    /// Uses a slash command; subcommands stand behind the name: `"prefix set"`. Awaiting it gives the answer.
    pub fn slash(&self, channel: &Channel, command: &str) -> Slash {
        Slash::new(self.clone(), channel.id, command)
    }

    /// Presses a button, named by its label or custom id. Awaiting it gives the answer, or the changed message.
    pub fn presses(&self, message: impl Into<MessageRef>, button: &str) -> Press {
        Press::button(self.clone(), message.into(), button)
    }

    /// Chooses values of a select menu, named by its placeholder or custom id.
    pub fn selects(&self, message: impl Into<MessageRef>, menu: &str, values: Vec<OptionValue>) -> Press {
        Press::menu(self.clone(), message.into(), menu, values)
    }

    /// Uses a command of a message's context menu. Awaiting it gives the answer.
    pub fn uses_on_message(&self, command: &str, message: impl Into<MessageRef>) -> ContextMenu {
        ContextMenu::on_message(self.clone(), message.into(), command)
    }

    /// Uses a command of a person's context menu, opened in a channel. Awaiting it gives the answer.
    pub fn uses_on_person(&self, channel: &Channel, command: &str, other: &Person) -> ContextMenu {
        ContextMenu::on_person(self.clone(), channel.id, other.id, command)
    }

    /// What this person reads in a channel now, oldest first: everything public, and what only they see.
    ///
    /// # Errors
    /// [`SimError::Refused`] if they cannot read there.
    pub fn reads(&self, channel: &Channel) -> Result<Vec<Heard>, SimError> {
        self.needs(channel.id, Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY, "read")?;
        let state = self.shared.lock();
        let messages = state.channels.get(&channel.id).into_iter().flat_map(|one| one.messages.values());
        let mine = messages.filter(|one| one.only_for().is_none_or(|only| only == self.id) && !one.loading());
        Ok(mine.map(|message| state.perceive(message, false)).collect())
    }

    /// The direct messages with the first bot of the world.
    ///
    /// # Errors
    /// [`SimError::NoSuch`] if there is no bot.
    pub fn dm(&self) -> Result<Channel, SimError> {
        let mut state = self.shared.lock();
        let bot = state.apps.values().next().map(|app| app.bot);
        let none = || SimError::NoSuch { kind: "bot", name: "any".to_owned(), known: "none".to_owned() };
        let id = state.direct(self.id, bot.ok_or_else(none)?);
        drop(state);
        Ok(Channel::new(Arc::clone(&self.shared), id))
    }

    /// From now on bots cannot write to them (error 50007).
    pub fn closes_dms(&self) {
        self.set_dms(true);
    }

    /// From now on bots can write to them.
    pub fn opens_dms(&self) {
        self.set_dms(false);
    }

    /// Gets a role, as if somebody with the right had given it.
    ///
    /// # Errors
    /// [`SimError::NoSuch`] if the guild has no such role.
    pub async fn gains(&self, role: &str) -> Result<(), SimError> {
        let id = self.role(role)?;
        self.change_member(|member| {
            if !member.roles.contains(&id) {
                member.roles.push(id);
            }
        })
        .await;
        Ok(())
    }

    /// Loses a role.
    ///
    /// # Errors
    /// [`SimError::NoSuch`] if the guild has no such role.
    pub async fn loses(&self, role: &str) -> Result<(), SimError> {
        let id = self.role(role)?;
        self.change_member(|member| member.roles.retain(|one| *one != id)).await;
        Ok(())
    }

    /// Is timed out for this long in simulated time; zero ends it.
    pub async fn is_timed_out_for(&self, time: Duration) {
        let until = self.shared.lock().now() + time;
        self.change_member(|member| member.timed_out_until = (!time.is_zero()).then_some(until)).await;
    }

    /// Leaves the guild.
    pub async fn leaves(&self) {
        {
            let Some(guild) = self.guild else { return };
            self.shared.lock().leave(guild, self.id);
        }
        self.shared.settle().await;
    }

    fn set_dms(&self, closed: bool) {
        if let Some(user) = self.shared.lock().users.get_mut(&self.id) {
            user.closed_to_dms = closed;
        }
    }

    fn role(&self, name: &str) -> Result<Snowflake, SimError> {
        let state = self.shared.lock();
        let guild = self.guild.and_then(|id| state.guilds.get(&id));
        find(
            "role",
            name,
            guild.into_iter().flat_map(|guild| guild.roles.values()).map(|role| (role.id, role.name.clone())),
        )
    }

    async fn change_member(&self, change: impl FnOnce(&mut Member)) {
        if let Some(guild) = self.guild {
            let mut state = self.shared.lock();
            state.change_member(guild, self.id, change);
        }
        self.shared.settle().await;
    }

    async fn post(&self, post: Post) -> Result<MessageRef, SimError> {
        let channel = post.channel;
        self.may_post(&post)?;
        let id = self.shared.lock().post(post);
        self.shared.settle().await;
        Ok(MessageRef { channel, id })
    }

    fn may_post(&self, post: &Post) -> Result<(), SimError> {
        self.needs(post.channel, Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES, "write")?;
        if !post.attachments.is_empty() {
            self.needs(post.channel, Permissions::ATTACH_FILES, "attach a file")?;
        }
        if post.content.trim().is_empty() && post.attachments.is_empty() {
            return Err(self.refused("write", "the message is empty"));
        }
        let kind = self.shared.lock().channels.get(&post.channel).map(|channel| channel.kind);
        if kind == Some(Kind::Category) {
            return Err(self.refused("write", "a category is no place to write in"));
        }
        if kind == Some(Kind::Forum) {
            return Err(self.refused("write", "a forum has posts to write in"));
        }
        self.waits(post.channel)?;
        self.fits(&post.content)
    }

    /// Slow mode: bots and those who manage messages or the channel do not wait (Channel, `rate_limit_per_user`).
    fn waits(&self, channel: Snowflake) -> Result<(), SimError> {
        let state = self.shared.lock();
        let Some(place) = state.channels.get(&channel).filter(|place| place.slowmode_s > 0) else {
            return Ok(());
        };
        let mine = state.permissions(self.id, channel);
        let free = [Permissions::MANAGE_MESSAGES, Permissions::MANAGE_CHANNELS];
        let since = state.now() - time::Duration::seconds(place.slowmode_s.into());
        let mut recent = place.messages.values().rev().take_while(|message| message.sent_at > since);
        let soon = recent.any(|message| message.author == self.id);
        let must = soon && !free.iter().any(|one| mine.contains(*one));
        drop(state);
        if must {
            return Err(self.refused("write", "the channel is in slow mode"));
        }
        Ok(())
    }

    fn fits(&self, text: &str) -> Result<(), SimError> {
        if text.chars().count() > limits::CONTENT {
            return Err(self.refused("write", "the message is longer than 2,000 characters"));
        }
        Ok(())
    }

    /// The message, if this person sees it.
    pub(super) fn sees(&self, message: MessageRef, what: &str) -> Result<Message, SimError> {
        self.needs(message.channel, Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY, what)?;
        let state = self.shared.lock();
        let found = state.message(message.channel, message.id).cloned();
        drop(state);
        found
            .filter(|found| found.only_for().is_none_or(|only| only == self.id))
            .ok_or_else(|| self.refused(what, "that message is not there for them"))
    }

    pub(super) fn needs(&self, channel: Snowflake, needed: Permissions, what: &str) -> Result<(), SimError> {
        let state = self.shared.lock();
        let missing = needed - state.permissions(self.id, channel);
        let place = state.place(channel);
        drop(state);
        if missing == Permissions::NONE {
            return Ok(());
        }
        Err(self.refused(what, &format!("they lack {} in {place}", missing.names().join(", "))))
    }

    pub(super) fn refused(&self, what: &str, why: &str) -> SimError {
        SimError::Refused { who: self.name(), what: what.to_owned(), why: why.to_owned() }
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Person({:?})", self.name())
    }
}
