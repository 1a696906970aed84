//! Slash commands as people use them.

use std::{future::IntoFuture, pin::Pin};

use serde_json::{Value, json};

use super::{
    Modal, OptionValue, Person, access,
    interact::{Begun, Start},
    options::{Filled, Given},
};
use crate::{error::SimError, heard::Heard, snowflake::Snowflake, world::State};

/// A slash command being typed. Awaiting it sends it and waits for the answer; a deferred answer counts once it is
/// given.
#[derive(Clone, Debug)]
#[must_use = "a command is sent when it is awaited"]
pub struct Slash {
    person: Person,
    channel: Snowflake,
    words: Vec<String>,
    options: Vec<(String, OptionValue)>,
    raw: Option<Value>,
}

/// A command or component that was used, without waiting for the answer.
#[derive(Clone, Debug)]
pub struct Used {
    person: Person,
    begun: Begun,
}

impl Used {
    pub(super) fn new(person: Person, begun: Begun) -> Self {
        Self { person, begun }
    }

    /// Id of the interaction.
    pub fn interaction(&self) -> Snowflake {
        self.begun.id
    }

    /// Waits for the answer.
    ///
    /// # Errors
    /// [`SimError::Unmet`] when none comes in time.
    pub async fn answer(&self) -> Result<Heard, SimError> {
        self.person.answer(&self.begun).await
    }

    /// Waits for the form the bot opens.
    ///
    /// # Errors
    /// [`SimError::Unmet`] when none comes in time.
    pub async fn modal(&self) -> Result<Modal, SimError> {
        Modal::wait(self.person.clone(), &self.begun).await
    }
}

/// A choice a bot offers for an option.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What the person reads.
    pub name: String,
    /// What the bot gets: a text or a number.
    pub value: Value,
}

impl Choice {
    fn read(choice: &Value) -> Self {
        Self { name: choice["name"].as_str().unwrap_or_default().to_owned(), value: choice["value"].clone() }
    }
}

impl Slash {
    pub(super) fn new(person: Person, channel: Snowflake, command: &str) -> Self {
        let words = command.trim_start_matches('/').split_whitespace().map(ToOwned::to_owned).collect();
        Self { person, channel, words, options: Vec::new(), raw: None }
    }

    /// Fills in an option.
    pub fn option(mut self, name: &str, value: impl Into<OptionValue>) -> Self {
        self.options.push((name.to_owned(), value.into()));
        self
    }

    /// Sends these `options` as they are, as only a hostile or broken client could: nothing about them is checked.
    pub fn raw_options(mut self, options: Value) -> Self {
        self.raw = Some(options);
        self
    }

    /// Sends it without waiting for the answer.
    ///
    /// # Errors
    /// [`SimError::Refused`] when Discord's client or server would not let it through.
    pub async fn sends(self) -> Result<Used, SimError> {
        let what = self.typed();
        let start = self.start(None).map_err(|why| self.person.refused(&format!("use {what}"), &why))?;
        let begun = self.person.begin(start, what).await;
        Ok(Used { person: self.person, begun })
    }

    /// Types into an option that is completed by the bot, and waits for its choices. Options filled in before are
    /// sent along.
    ///
    /// # Errors
    /// [`SimError::Refused`] when the option is not completed by the bot, [`SimError::Unmet`] when no choices come in
    /// time.
    pub async fn completes(&self, option: &str, typed: &str) -> Result<Vec<Choice>, SimError> {
        let what = format!("{} {option}:{typed}…", self.typed());
        let start = self.start(Some((option, typed)));
        let start = start.map_err(|why| self.person.refused(&format!("type {what}"), &why))?;
        let begun = self.person.begin(start, what).await;
        let shared = &self.person.shared;
        let check = || shared.lock().interactions.get(begun.token()).and_then(|one| one.choices.clone());
        let found = || "but the bot offered none".to_owned();
        let expected = format!("choices for {} by {}", begun.what(), self.person.name());
        let place = shared.lock().place(self.channel);
        let choices = shared.wait_for(&place, &expected, check, found).await?;
        Ok(choices.iter().map(Choice::read).collect())
    }

    /// The command as it stands in a transcript.
    fn typed(&self) -> String {
        let state = self.person.shared.lock();
        let mut typed = format!("/{}", self.words.join(" "));
        for (name, value) in &self.options {
            let shown = match value {
                OptionValue::Text(text) => state.with_names(text),
                OptionValue::Integer(number) => number.to_string(),
                OptionValue::Number(number) => number.to_string(),
                OptionValue::Boolean(yes) => yes.to_string(),
                OptionValue::User(id) => state.with_names(&format!("<@{id}>")),
                OptionValue::Channel(id) => state.with_names(&format!("<#{id}>")),
                OptionValue::Role(id) => state.with_names(&format!("<@&{id}>")),
                OptionValue::File(file, _) => file.clone(),
            };
            typed = format!("{typed} {name}:{shown}");
        }
        if let Some(raw) = &self.raw {
            typed = format!("{typed} (raw {raw})");
        }
        typed
    }

    /// `typing` is the option being completed and what was typed of it so far.
    fn start(&self, typing: Option<(&str, &str)>) -> Result<Start, String> {
        let mut state = self.person.shared.lock();
        let name = self.words.first().map(String::as_str).unwrap_or_default();
        let command = access::find(&state, self.channel, name, 1)?;
        access::may_use(&state, self.person.id, self.channel, &command)?;
        let guild = state.channels.get(&self.channel).and_then(|channel| channel.guild);
        let mut data = json!({ "id": command.id, "name": name, "type": 1 });
        if let Some(guild) = command.guild {
            data["guild_id"] = json!(guild);
        }
        if let Some(raw) = &self.raw {
            data["options"] = raw.clone();
        } else {
            let given = Given { typing, ..Given::plain(guild, &self.options) };
            let filled = descend(&given, &mut state, &command.body, self.words.get(1..).unwrap_or_default())?;
            if !filled.options.is_empty() {
                data["options"] = json!(filled.options);
            }
            if !filled.resolved.is_empty() {
                data["resolved"] = Value::Object(filled.resolved);
            }
        }
        let kind = if typing.is_some() { 4 } else { 2 };
        Ok(Start::new(command.app, kind, self.channel, &self.words.join(" "), data))
    }
}

/// Walks into subcommands and fills the options there.
fn descend(given: &Given<'_>, state: &mut State, level: &Value, words: &[String]) -> Result<Filled, String> {
    let declared = level["options"].as_array().cloned().unwrap_or_default();
    let has_subcommands = declared.iter().any(|option| matches!(option["type"].as_u64(), Some(1 | 2)));
    match words.split_first() {
        None if has_subcommands => {
            let names: Vec<&str> = declared.iter().filter_map(|option| option["name"].as_str()).collect();
            Err(format!("one of its subcommands must be chosen: {}", names.join(", ")))
        }
        None => given.fill(state, &declared),
        Some((word, rest)) => {
            let found = declared.iter().find(|option| {
                matches!(option["type"].as_u64(), Some(1 | 2)) && option["name"] == word.as_str()
            });
            let found = found.ok_or_else(|| format!("there is no subcommand {word:?}"))?;
            let inner = descend(given, state, found, rest)?;
            let mut option = json!({ "name": word, "type": found["type"] });
            option["options"] = json!(inner.options);
            Ok(Filled { options: vec![option], resolved: inner.resolved })
        }
    }
}

impl IntoFuture for Slash {
    type Output = Result<Heard, SimError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.sends().await?.answer().await })
    }
}
