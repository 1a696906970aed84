//! Buttons and select menus as people use them.

use std::{future::IntoFuture, pin::Pin};

use serde_json::{Map, Value, json};

use super::{
    MessageRef, OptionValue, Person, Used,
    interact::Start,
    options::{Given, put},
};
use crate::{
    error::SimError,
    heard::{Heard, controls},
    permissions::Permissions,
    snowflake::Snowflake,
    world::{Message, Origin, State},
};

/// A component about to be used. Awaiting it uses it and waits for the answer: a new message, or the changed one.
#[derive(Clone, Debug)]
#[must_use = "a component is used when this is awaited"]
pub struct Press {
    person: Person,
    message: MessageRef,
    name: String,
    values: Option<Vec<OptionValue>>,
}

impl Press {
    pub(super) fn button(person: Person, message: MessageRef, name: &str) -> Self {
        Self { person, message, name: name.to_owned(), values: None }
    }

    pub(super) fn menu(person: Person, message: MessageRef, name: &str, values: Vec<OptionValue>) -> Self {
        Self { person, message, name: name.to_owned(), values: Some(values) }
    }

    /// Uses it without waiting for the answer.
    ///
    /// # Errors
    /// [`SimError::Refused`] if the component is not there for this person, is switched off, or a link.
    pub async fn sends(self) -> Result<Used, SimError> {
        let (verb, does) =
            if self.values.is_some() { ("choose from", "chooses from") } else { ("press", "presses") };
        let what = format!("{verb} [{}]", self.name);
        let refuse = |why: String| self.person.refused(&what, &why);
        let message = self.person.sees(self.message, &what)?;
        let component = self.find(&message).map_err(refuse)?;
        let start = {
            let state = self.person.shared.lock();
            let app = match &message.origin {
                Origin::Webhook(sender) => sender.app,
                _ => state.app_of_bot(message.author).map(|app| app.id),
            };
            let app = app.ok_or("the bot is gone".to_owned());
            let data = self.data(&state, &message, &component);
            drop(state);
            let (app, data) = (app.map_err(refuse)?, data.map_err(refuse)?);
            Start { source: Some(message.id), ..Start::new(app, 3, message.channel, "", data) }
        };
        let begun = self.person.begin(start, format!("({does} [{}])", self.name)).await;
        Ok(Used::new(self.person, begun))
    }

    fn find(&self, message: &Message) -> Result<Value, String> {
        let all = controls(&message.components);
        let wanted = |one: &&Value| {
            let labels = [&one["label"], &one["custom_id"], &one["placeholder"], &one["emoji"]["name"]];
            (one["type"] == 2) == self.values.is_none()
                && labels.iter().any(|label| **label == self.name.as_str())
        };
        let found = all.into_iter().find(wanted).ok_or("there is no such component")?;
        if found["disabled"] == true {
            return Err("it is switched off".to_owned());
        }
        if !found["custom_id"].is_string() {
            return Err("it is a link".to_owned());
        }
        Ok(found.clone())
    }

    fn data(&self, state: &State, message: &Message, component: &Value) -> Result<Value, String> {
        let mut data = json!({
            "component_type": component["type"],
            "custom_id": component["custom_id"],
            "id": component["id"],
        });
        let Some(values) = &self.values else { return Ok(data) };
        let mut resolved = Map::new();
        let given = Given::plain(message.guild, &[]);
        data["values"] = json!(choose(state, &given, component, values, &mut resolved)?);
        if !resolved.is_empty() {
            data["resolved"] = Value::Object(resolved);
        }
        Ok(data)
    }
}

/// Values chosen from a menu, as many as it takes.
pub(super) fn choose(
    state: &State,
    given: &Given<'_>,
    component: &Value,
    values: &[OptionValue],
    resolved: &mut Map<String, Value>,
) -> Result<Vec<String>, String> {
    let count = values.len() as u64;
    let (min, max) =
        (component["min_values"].as_u64().unwrap_or(1), component["max_values"].as_u64().unwrap_or(1));
    if count < min || count > max {
        return Err(format!("between {min} and {max} values must be chosen"));
    }
    values.iter().map(|value| read_value(state, given, component, value, resolved)).collect()
}

/// One value of a menu: of a string menu by label or value, otherwise an id with its object.
fn read_value(
    state: &State,
    given: &Given<'_>,
    component: &Value,
    value: &OptionValue,
    resolved: &mut Map<String, Value>,
) -> Result<String, String> {
    let id = |id: &Snowflake| id.to_string();
    match (component["type"].as_u64(), value) {
        (Some(3), OptionValue::Text(text)) => {
            let options = component["options"].as_array().map(Vec::as_slice).unwrap_or_default();
            let found =
                options.iter().find(|one| one["value"] == text.as_str() || one["label"] == text.as_str());
            let found = found.and_then(|one| one["value"].as_str());
            found.map(ToOwned::to_owned).ok_or_else(|| format!("there is no choice {text:?}"))
        }
        (Some(5 | 7), OptionValue::User(user)) => {
            given.resolve_user(state, *user, resolved);
            Ok(id(user))
        }
        (Some(6 | 7), OptionValue::Role(role)) => {
            let guild = given.guild.and_then(|id| state.guilds.get(&id));
            let found =
                guild.and_then(|guild| guild.roles.get(role)).ok_or("that role is of another guild")?;
            put(resolved, "roles", *role, State::role_json(found));
            Ok(id(role))
        }
        (Some(8), OptionValue::Channel(channel)) => {
            let found = state.channels.get(channel).filter(|one| one.guild == given.guild);
            let found = found.ok_or("that channel is of another guild")?;
            let kinds = component["channel_types"].as_array().filter(|kinds| !kinds.is_empty());
            if kinds.is_some_and(|kinds| !kinds.contains(&json!(found.kind.number()))) {
                return Err("the menu takes another type of channel".to_owned());
            }
            let mut body = state.partial_channel_json(found, Permissions::NONE);
            body["permissions"] = json!("0");
            put(resolved, "channels", *channel, body);
            Ok(id(channel))
        }
        (_, value) => Err(format!("the menu does not take {value:?}")),
    }
}

impl IntoFuture for Press {
    type Output = Result<Heard, SimError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.sends().await?.answer().await })
    }
}
