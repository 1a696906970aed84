//! Slash commands as people use them.

use std::{future::IntoFuture, pin::Pin};

use serde_json::{Value, json};

use super::{
    OptionValue, Person,
    interact::{Begun, Start},
    options::{Filled, Given},
};
use crate::{
    error::SimError,
    heard::Heard,
    permissions::Permissions,
    snowflake::Snowflake,
    world::{Kind, State},
};

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
        let start = self.start().map_err(|why| self.person.refused(&format!("use {what}"), &why))?;
        let begun = self.person.begin(start, what).await;
        Ok(Used { person: self.person, begun })
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

    fn start(&self) -> Result<Start, String> {
        let mut state = self.person.shared.lock();
        let (app, command) = self.find(&state)?;
        self.may_use(&state, &command["body"])?;
        let guild = state.channels.get(&self.channel).and_then(|channel| channel.guild);
        let mut data = json!({ "id": command["id"], "name": command["body"]["name"], "type": 1 });
        if command["guild"].is_string() {
            data["guild_id"] = command["guild"].clone();
        }
        if let Some(raw) = &self.raw {
            data["options"] = raw.clone();
        } else {
            let given = Given { guild, options: &self.options };
            let filled =
                descend(&given, &mut state, &command["body"], self.words.get(1..).unwrap_or_default())?;
            if !filled.options.is_empty() {
                data["options"] = json!(filled.options);
            }
            if !filled.resolved.is_empty() {
                data["resolved"] = Value::Object(filled.resolved);
            }
        }
        Ok(Start { app, kind: 2, channel: self.channel, name: self.words.join(" "), source: None, data })
    }

    /// The command by its name, as `{id, guild, body}`, and whose it is.
    fn find(&self, state: &State) -> Result<(Snowflake, Value), String> {
        let channel = state.channels.get(&self.channel).ok_or("the channel is gone")?;
        let name = self.words.first().map(String::as_str).unwrap_or_default();
        let here = state.apps.values().filter(|app| match (channel.guild, channel.recipients) {
            (Some(guild), _) => state.member(guild, app.bot).is_some(),
            (None, Some((_, bot))) => bot == app.bot,
            (None, None) => false,
        });
        let mut known = Vec::new();
        for app in here {
            for command in app.commands_in(channel.guild).filter(|command| command.kind() == 1) {
                if command.name() == name {
                    let found = json!({ "id": command.id, "guild": command.guild, "body": command.body });
                    return Ok((app.id, found));
                }
                known.push(format!("/{}", command.name()));
            }
        }
        known.sort();
        Err(format!("no such command is registered; there are: {}", known.join(", ")))
    }

    fn may_use(&self, state: &State, command: &Value) -> Result<(), String> {
        let channel = state.channels.get(&self.channel).ok_or("the channel is gone")?;
        if channel.kind == Kind::Category {
            return Err("one cannot write in a category".to_owned());
        }
        let mine = state.permissions(self.person.id, self.channel);
        let needed = Permissions::VIEW_CHANNEL | Permissions::USE_APPLICATION_COMMANDS;
        if !mine.contains(needed) {
            return Err(format!("they lack {} here", (needed - mine).names().join(", ")));
        }
        let context = u8::from(channel.guild.is_none());
        let contexts = command["contexts"].as_array();
        let excluded = contexts.is_some_and(|list| !list.contains(&json!(context)))
            || (contexts.is_none() && context == 1 && command["dm_permission"] == false);
        if excluded {
            return Err("the command is not offered in this kind of place".to_owned());
        }
        if command["nsfw"] == true && !channel.nsfw {
            return Err("the command is only offered in age-restricted channels".to_owned());
        }
        if channel.guild.is_some()
            && let Some(bits) =
                command["default_member_permissions"].as_str().and_then(|text| text.parse().ok())
        {
            let needed = Permissions::from_bits(bits);
            let administrator = mine.contains(Permissions::ALL);
            if !administrator && (needed == Permissions::NONE || !mine.contains(needed)) {
                return Err(format!(
                    "the command is only offered to members with {}",
                    needed.names().join(", ")
                ));
            }
        }
        Ok(())
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
