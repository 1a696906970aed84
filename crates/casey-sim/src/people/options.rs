//! Values of command options, checked as Discord's client and server check them (Discord docs: Application
//! Commands, Application Command Option Structure).

use serde_json::{Map, Value, json};

use super::{Channel, Person, Role};
use crate::{
    rest::content_type,
    snowflake::Snowflake,
    world::{Attachment, State},
};

/// A value as a person gives it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum OptionValue {
    /// Text. Where there are choices: the name or the value of one.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// Yes or no.
    Boolean(bool),
    /// A person or bot.
    User(Snowflake),
    /// A channel.
    Channel(Snowflake),
    /// A role.
    Role(Snowflake),
    /// A file: name and bytes.
    File(String, Vec<u8>),
}

impl From<&str> for OptionValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for OptionValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for OptionValue {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<i32> for OptionValue {
    fn from(number: i32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<f64> for OptionValue {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for OptionValue {
    fn from(yes: bool) -> Self {
        Self::Boolean(yes)
    }
}

impl From<&Person> for OptionValue {
    fn from(person: &Person) -> Self {
        Self::User(person.id())
    }
}

impl From<&Channel> for OptionValue {
    fn from(channel: &Channel) -> Self {
        Self::Channel(channel.id())
    }
}

impl From<&Role> for OptionValue {
    fn from(role: &Role) -> Self {
        Self::Role(role.id())
    }
}

/// Files of options that can be fetched; a long run must not grow.
const UPLOADS: usize = 64;

/// Where and by whom the options are given.
pub(super) struct Given<'a> {
    pub(super) guild: Option<Snowflake>,
    pub(super) options: &'a [(String, OptionValue)],
    /// The option that is being completed, and what was typed of it.
    pub(super) typing: Option<(&'a str, &'a str)>,
}

/// The options and the resolved objects of an interaction's data.
#[derive(Debug, Default)]
pub(super) struct Filled {
    pub(super) options: Vec<Value>,
    pub(super) resolved: Map<String, Value>,
}

impl<'a> Given<'a> {
    /// Options that are all filled in.
    pub(super) fn plain(guild: Option<Snowflake>, options: &'a [(String, OptionValue)]) -> Self {
        Self { guild, options, typing: None }
    }
    /// Fits the values to what the command declares, in the order of the declaration.
    pub(super) fn fill(&self, state: &mut State, declared: &[Value]) -> Result<Filled, String> {
        let mut filled = Filled::default();
        let typed = self.typing.map(|(name, _)| name.to_owned());
        for name in self.options.iter().map(|(name, _)| name).chain(&typed) {
            if !declared.iter().any(|option| option["name"] == name.as_str()) {
                let known: Vec<&str> = declared.iter().filter_map(|option| option["name"].as_str()).collect();
                return Err(format!("there is no option {name:?}; there are: {}", known.join(", ")));
            }
            if self.options.iter().filter(|(other, _)| other == name).count() > 1 {
                return Err(format!("the option {name:?} is given twice"));
            }
        }
        for option in declared {
            let name = option["name"].as_str().unwrap_or_default();
            if let Some((_, typed)) = self.typing.filter(|(typing, _)| *typing == name) {
                if option["autocomplete"] != true {
                    return Err(format!("the option {name:?} is not completed by the bot"));
                }
                let focused =
                    json!({ "name": name, "type": option["type"], "value": typed, "focused": true });
                filled.options.push(focused);
                continue;
            }
            let Some((_, value)) = self.options.iter().find(|(given, _)| given == name) else {
                if option["required"] == true && self.typing.is_none() {
                    return Err(format!("the option {name:?} is required"));
                }
                continue;
            };
            let read = self.read(state, option, value, &mut filled.resolved);
            let read = read.map_err(|why| format!("the option {name:?} {why}"))?;
            filled.options.push(json!({ "name": name, "type": option["type"], "value": read }));
        }
        Ok(filled)
    }

    fn read(
        &self,
        state: &mut State,
        option: &Value,
        value: &OptionValue,
        resolved: &mut Map<String, Value>,
    ) -> Result<Value, String> {
        match (option["type"].as_u64().unwrap_or_default(), value) {
            (3, OptionValue::Text(text)) => read_text(option, text),
            (4 | 10, OptionValue::Text(text)) if has_choices(option) => choose(option, &json!(text)),
            (4 | 10, OptionValue::Integer(number)) => read_number(option, &json!(number), *number),
            (10, OptionValue::Number(number)) => read_number(option, &json!(number), *number),
            (5, OptionValue::Boolean(yes)) => Ok(json!(yes)),
            (6 | 9, OptionValue::User(user)) => {
                self.resolve_user(state, *user, resolved);
                Ok(json!(user))
            }
            (7, OptionValue::Channel(channel)) => self.read_channel(state, option, *channel, resolved),
            (8 | 9, OptionValue::Role(role)) => {
                let guild = self.guild.and_then(|id| state.guilds.get(&id));
                let found =
                    guild.and_then(|guild| guild.roles.get(role)).ok_or("names a role of another guild")?;
                put(resolved, "roles", *role, State::role_json(found));
                Ok(json!(role))
            }
            (11, OptionValue::File(name, bytes)) => {
                let id = state.mint();
                put(resolved, "attachments", id, keep_upload(state, id, name, bytes));
                Ok(json!(id))
            }
            (kind, value) => Err(format!("takes {}, not {value:?}", kind_name(kind))),
        }
    }

    fn read_channel(
        &self,
        state: &State,
        option: &Value,
        id: Snowflake,
        resolved: &mut Map<String, Value>,
    ) -> Result<Value, String> {
        let channel = state.channels.get(&id).filter(|channel| channel.guild == self.guild);
        let channel = channel.ok_or("names a channel of another guild")?;
        if let Some(kinds) = option["channel_types"].as_array().filter(|kinds| !kinds.is_empty())
            && !kinds.contains(&json!(channel.kind.number()))
        {
            return Err("takes another type of channel".to_owned());
        }
        let bot = state.apps.values().next().map(|app| app.bot).unwrap_or_default();
        let mut body = state.partial_channel_json(channel, state.permissions(bot, id));
        body["permissions"] = json!(state.permissions(bot, id).bits().to_string());
        put(resolved, "channels", id, body);
        Ok(json!(id))
    }

    /// A user, and the member without user, deaf and mute, as Discord resolves them.
    pub(super) fn resolve_user(&self, state: &State, user: Snowflake, resolved: &mut Map<String, Value>) {
        put(resolved, "users", user, state.user_json(user));
        if let Some(guild) = self.guild
            && let Some(member) = state.member(guild, user)
        {
            let mut body = State::partial_member_json(member);
            if let Some(map) = body.as_object_mut() {
                map.remove("deaf");
                map.remove("mute");
            }
            body["permissions"] = json!(state.guild_permissions(user, guild).bits().to_string());
            put(resolved, "members", user, body);
        }
    }
}

pub(super) fn put(resolved: &mut Map<String, Value>, kind: &str, id: Snowflake, body: Value) {
    resolved.entry(kind).or_insert_with(|| json!({}))[id.to_string()] = body;
}

fn has_choices(option: &Value) -> bool {
    option["choices"].as_array().is_some_and(|choices| !choices.is_empty())
}

/// The value of the choice that has this name or value.
fn choose(option: &Value, value: &Value) -> Result<Value, String> {
    let choices = option["choices"].as_array().map(Vec::as_slice).unwrap_or_default();
    let found = choices.iter().find(|choice| choice["value"] == *value || choice["name"] == *value);
    let names = || choices.iter().filter_map(|choice| choice["name"].as_str()).collect::<Vec<_>>().join(", ");
    found.map(|choice| choice["value"].clone()).ok_or_else(|| format!("has only these choices: {}", names()))
}

fn read_text(option: &Value, text: &str) -> Result<Value, String> {
    if has_choices(option) {
        return choose(option, &json!(text));
    }
    let length = text.chars().count() as u64;
    let (min, max) =
        (option["min_length"].as_u64().unwrap_or(0), option["max_length"].as_u64().unwrap_or(6_000));
    if length < min || length > max {
        return Err(format!("takes between {min} and {max} characters, not {length}"));
    }
    Ok(json!(text))
}

trait Bounded: Copy + std::fmt::Display {
    fn below(self, bound: &Value) -> bool;
    fn above(self, bound: &Value) -> bool;
}

impl Bounded for i64 {
    fn below(self, bound: &Value) -> bool {
        bound.as_i64().is_some_and(|bound| self < bound)
    }
    fn above(self, bound: &Value) -> bool {
        bound.as_i64().is_some_and(|bound| self > bound)
    }
}

impl Bounded for f64 {
    fn below(self, bound: &Value) -> bool {
        bound.as_f64().is_some_and(|bound| self < bound)
    }
    fn above(self, bound: &Value) -> bool {
        bound.as_f64().is_some_and(|bound| self > bound)
    }
}

fn read_number<N: Bounded>(option: &Value, value: &Value, number: N) -> Result<Value, String> {
    if has_choices(option) {
        return choose(option, value);
    }
    if number.below(&option["min_value"]) || number.above(&option["max_value"]) {
        return Err(format!(
            "takes numbers from {} to {}, not {number}",
            option["min_value"], option["max_value"]
        ));
    }
    Ok(value.clone())
}

/// An uploaded file in the resolved data; its bytes can be fetched like those of any attachment.
fn keep_upload(state: &mut State, id: Snowflake, name: &str, bytes: &[u8]) -> Value {
    let attachment = Attachment {
        id,
        filename: name.to_owned(),
        description: None,
        content_type: content_type(name).to_owned(),
        bytes: bytes.into(),
    };
    let url = format!("{}/cdn/ephemeral-attachments/{id}/{name}", state.base);
    let body = json!({
        "id": id,
        "filename": name,
        "size": bytes.len(),
        "url": url,
        "proxy_url": url,
        "content_type": attachment.content_type,
        "ephemeral": true,
    });
    state.uploads.insert(id, attachment);
    if state.uploads.len() > UPLOADS {
        state.uploads.pop_first();
    }
    body
}

fn kind_name(kind: u64) -> &'static str {
    match kind {
        3 => "text",
        4 => "a whole number",
        5 => "true or false",
        6 => "a user",
        7 => "a channel",
        8 => "a role",
        9 => "a user or a role",
        10 => "a number",
        11 => "a file",
        _ => "something unknown",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn fill(declared: &Value, options: &[(&str, OptionValue)]) -> Result<Vec<Value>, String> {
        let options: Vec<_> =
            options.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let given = Given::plain(None, &options);
        let declared = declared.as_array().cloned().unwrap_or_default();
        given.fill(&mut State::default(), &declared).map(|filled| filled.options)
    }

    #[test]
    fn values_come_in_the_order_of_the_declaration() {
        let declared = json!([{ "name": "a", "type": 3, "required": true }, { "name": "b", "type": 4 }]);
        let filled = fill(&declared, &[("b", 2.into()), ("a", "x".into())]).unwrap();
        assert_eq!(
            filled,
            [json!({"name": "a", "type": 3, "value": "x"}), json!({"name": "b", "type": 4, "value": 2})]
        );
    }

    #[test]
    fn what_discord_would_not_send_is_refused_with_the_reason() {
        let declared = json!([
            { "name": "n", "type": 4, "required": true, "min_value": 1, "max_value": 5 },
            { "name": "c", "type": 3, "choices": [{ "name": "Red", "value": "r" }] },
        ]);
        let refused = |options: &[(&str, OptionValue)]| fill(&declared, options).unwrap_err();
        assert_eq!(refused(&[]), "the option \"n\" is required");
        assert_eq!(refused(&[("n", 6.into())]), "the option \"n\" takes numbers from 1 to 5, not 6");
        assert_eq!(refused(&[("n", "1".into())]), "the option \"n\" takes a whole number, not Text(\"1\")");
        assert_eq!(
            refused(&[("n", 1.into()), ("c", "blue".into())]),
            "the option \"c\" has only these choices: Red"
        );
        assert_eq!(refused(&[("m", 1.into())]), "there is no option \"m\"; there are: n, c");
        assert_eq!(refused(&[("n", 1.into()), ("n", 2.into())]), "the option \"n\" is given twice");
        let filled = fill(&declared, &[("n", 1.into()), ("c", "Red".into())]).unwrap();
        assert_eq!(filled[1]["value"], "r");
    }
}
