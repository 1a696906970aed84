//! Commands of context menus as people use them: on a message or on a person.

use std::{future::IntoFuture, pin::Pin};

use serde_json::{Map, Value, json};

use super::{
    MessageRef, Person, Used, access,
    interact::Start,
    options::{Given, put},
};
use crate::{
    error::SimError,
    heard::Heard,
    snowflake::Snowflake,
    world::{State, Target, View},
};

/// A command about to be used on a message or a person. Awaiting it uses it and waits for the answer.
#[derive(Clone, Debug)]
#[must_use = "a command is sent when it is awaited"]
pub struct ContextMenu {
    person: Person,
    channel: Snowflake,
    command: String,
    target: Target,
}

impl ContextMenu {
    pub(super) fn on_message(person: Person, message: MessageRef, command: &str) -> Self {
        let target = Target::Message(message.id);
        Self { person, channel: message.channel, command: command.to_owned(), target }
    }

    pub(super) fn on_person(person: Person, channel: Snowflake, other: Snowflake, command: &str) -> Self {
        Self { person, channel, command: command.to_owned(), target: Target::User(other) }
    }

    /// Sends it without waiting for the answer.
    ///
    /// # Errors
    /// [`SimError::Refused`] when there is no such command for this person here, or the message is not there for them.
    pub async fn sends(self) -> Result<Used, SimError> {
        let what = format!("use {:?}", self.command);
        if let Target::Message(id) = self.target {
            self.person.sees(MessageRef { channel: self.channel, id }, &what)?;
        }
        let start = self.start().map_err(|why| self.person.refused(&what, &why))?;
        let begun = self.person.begin(start, self.noted()).await;
        Ok(Used::new(self.person, begun))
    }

    fn noted(&self) -> String {
        match self.target {
            Target::User(user) => {
                let name = self.person.shared.lock().name(user);
                format!("(uses [{}] on {name})", self.command)
            }
            Target::Message(_) => format!("(uses [{}] on a message)", self.command),
        }
    }

    fn start(&self) -> Result<Start, String> {
        let state = self.person.shared.lock();
        let kind = if matches!(self.target, Target::User(_)) { 2 } else { 3 };
        let command = access::find(&state, self.channel, &self.command, kind)?;
        access::may_use(&state, self.person.id, self.channel, &command)?;
        let mut data = json!({ "id": command.id, "name": self.command, "type": kind });
        if let Some(guild) = command.guild {
            data["guild_id"] = json!(guild);
        }
        let (id, resolved) = self.resolve(&state, command.app);
        data["target_id"] = json!(id);
        data["resolved"] = Value::Object(resolved);
        Ok(Start {
            target: Some(self.target),
            ..Start::new(command.app, 2, self.channel, &self.command, data)
        })
    }

    fn resolve(&self, state: &State, app: Snowflake) -> (Snowflake, Map<String, Value>) {
        let guild = state.channels.get(&self.channel).and_then(|channel| channel.guild);
        let mut resolved = Map::new();
        match self.target {
            Target::User(user) => {
                Given::plain(guild, &[]).resolve_user(state, user, &mut resolved);
                (user, resolved)
            }
            Target::Message(id) => {
                let bot = state.apps.get(&app).map(|app| app.bot).unwrap_or_default();
                if let Some(message) = state.message(self.channel, id) {
                    // What a command is used on may be read without the intent.
                    let body = state.message_json(message, View { user: bot, content: true });
                    put(&mut resolved, "messages", id, body);
                }
                (id, resolved)
            }
        }
    }
}

impl IntoFuture for ContextMenu {
    type Output = Result<Heard, SimError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.sends().await?.answer().await })
    }
}
