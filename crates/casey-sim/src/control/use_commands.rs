//! Commands, buttons, menus and forms.

use std::{collections::BTreeMap, time::Duration};

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use super::{
    Ask,
    act::NewFile,
    answer::{Answer, Problem},
    lookup::{Place, Scene},
    watch::heard_json,
};
use crate::{
    error::SimError,
    people::{OptionValue, Slash, Used},
    snowflake::Snowflake,
};

/// How long an answer is waited for if nothing is said, in milliseconds of real time.
pub(super) fn wait_ms() -> u64 {
    5_000
}

/// A value of an option or menu: text, number or boolean as it is; otherwise an object with one of these.
#[derive(Deserialize)]
#[serde(untagged)]
enum Given {
    Boolean(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    Named(Named),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Named {
    Person(String),
    Channel(String),
    Role(String),
    File(NewFile),
}

impl Given {
    fn value(self, ask: &Ask, guild: Option<&String>) -> Result<OptionValue, Problem> {
        Ok(match self {
            Self::Boolean(yes) => yes.into(),
            Self::Integer(number) => number.into(),
            Self::Number(number) => number.into(),
            Self::Text(text) => text.into(),
            Self::Named(Named::Person(name)) => OptionValue::User(ask.scene.user(&name)?),
            Self::Named(Named::Channel(name)) => {
                let place = Place { guild: guild.cloned(), channel: Some(name), person: None };
                OptionValue::Channel(ask.scene.channel(&place)?.0.id())
            }
            Self::Named(Named::Role(name)) => {
                let role = ask.scene.guild(guild.map(String::as_str))?.role(&name)?;
                OptionValue::Role(role.id())
            }
            Self::Named(Named::File(file)) => OptionValue::File(file.name.clone(), file.bytes()?),
        })
    }
}

/// What a form is filled in with, by label or custom id; a list is for menus.
#[derive(Deserialize)]
#[serde(untagged)]
enum Filling {
    One(Given),
    Many(Vec<Given>),
}

type Form = BTreeMap<String, Filling>;

/// What is done once a command, button or menu is used.
struct Then {
    wait_ms: u64,
    /// The form the bot opens is filled in with this, and the answer to that is waited for.
    modal: Option<Form>,
    guild: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewSlash {
    guild: Option<String>,
    channel: Option<String>,
    person: String,
    /// With its subcommands: `prefix set`.
    command: String,
    #[serde(default)]
    options: BTreeMap<String, Given>,
    /// 0 does not wait for the answer.
    #[serde(default = "wait_ms")]
    wait_ms: u64,
    modal: Option<Form>,
}

fn typed(
    ask: &Ask,
    place: &Place,
    command: &str,
    options: BTreeMap<String, Given>,
) -> Result<Slash, Problem> {
    let (channel, person) = ask.scene.actor(place)?;
    let mut slash = person.slash(&channel, command);
    for (name, given) in options {
        slash = slash.option(&name, given.value(ask, place.guild.as_ref())?);
    }
    Ok(slash)
}

pub(super) async fn slash(ask: &Ask) -> Result<Answer, Problem> {
    let NewSlash { guild, channel, person, command, options, wait_ms, modal } = ask.body()?;
    let place = Place { guild: guild.clone(), channel, person: Some(person) };
    let slash = typed(ask, &place, &command, options)?;
    answer(ask, slash.sends().await?, Then { wait_ms, modal, guild }).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewCompletion {
    guild: Option<String>,
    channel: Option<String>,
    person: String,
    command: String,
    #[serde(default)]
    options: BTreeMap<String, Given>,
    /// The option that is typed into.
    option: String,
    typed: String,
}

/// The choices a bot offers while somebody types.
pub(super) async fn complete(ask: &Ask) -> Result<Answer, Problem> {
    let new: NewCompletion = ask.body()?;
    let place = Place { guild: new.guild, channel: new.channel, person: Some(new.person) };
    let slash = typed(ask, &place, &new.command, new.options)?;
    let choices = slash.completes(&new.option, &new.typed).await?;
    let choices = choices.iter().map(|one| json!({ "name": one.name, "value": one.value }));
    Ok(Answer::ok(choices.collect()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPress {
    guild: Option<String>,
    channel: Option<String>,
    person: String,
    message: String,
    /// Label or custom id.
    button: String,
    #[serde(default = "wait_ms")]
    wait_ms: u64,
    modal: Option<Form>,
}

pub(super) async fn press(ask: &Ask) -> Result<Answer, Problem> {
    let NewPress { guild, channel, person, message, button, wait_ms, modal } = ask.body()?;
    let place = Place { guild: guild.clone(), channel, person: Some(person) };
    let (channel, person) = ask.scene.actor(&place)?;
    let message = Scene::message(&channel, &message)?;
    let used = person.presses(message, &button).sends().await?;
    answer(ask, used, Then { wait_ms, modal, guild }).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewSelect {
    guild: Option<String>,
    channel: Option<String>,
    person: String,
    message: String,
    /// Placeholder or custom id.
    menu: String,
    values: Vec<Given>,
    #[serde(default = "wait_ms")]
    wait_ms: u64,
    modal: Option<Form>,
}

pub(super) async fn select(ask: &Ask) -> Result<Answer, Problem> {
    let NewSelect { guild, channel, person, message, menu, values, wait_ms, modal } = ask.body()?;
    let place = Place { guild: guild.clone(), channel, person: Some(person) };
    let (channel, person) = ask.scene.actor(&place)?;
    let message = Scene::message(&channel, &message)?;
    let values = values.into_iter().map(|one| one.value(ask, guild.as_ref())).collect::<Result<_, _>>()?;
    let used = person.selects(message, &menu, values).sends().await?;
    answer(ask, used, Then { wait_ms, modal, guild }).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewMenu {
    guild: Option<String>,
    channel: Option<String>,
    person: String,
    command: String,
    /// Whose menu it is: a message's, or somebody's.
    message: Option<String>,
    on: Option<String>,
    #[serde(default = "wait_ms")]
    wait_ms: u64,
    modal: Option<Form>,
}

/// A command of a context menu.
pub(super) async fn menu(ask: &Ask) -> Result<Answer, Problem> {
    let NewMenu { guild, channel, person, command, message, on, wait_ms, modal } = ask.body()?;
    let place = Place { guild: guild.clone(), channel, person: Some(person) };
    let (channel, person) = ask.scene.actor(&place)?;
    let menu = match (message, on) {
        (Some(message), None) => person.uses_on_message(&command, Scene::message(&channel, &message)?),
        (None, Some(name)) => {
            let other = ask.scene.user(&name)?;
            person.uses_on_person(&channel, &command, &ask.scene.person(other))
        }
        _ => return Err(Problem::wrong("a context menu is either of a message or on a person")),
    };
    answer(ask, menu.sends().await?, Then { wait_ms, modal, guild }).await
}

/// The answer to an interaction, or to the form it opens, as long as it is wished to be waited for.
async fn answer(ask: &Ask, used: Used, then: Then) -> Result<Answer, Problem> {
    let deadline = Instant::now() + Duration::from_millis(then.wait_ms);
    let used = match then.modal {
        None => used,
        Some(form) => {
            let mut modal = used.modal().await?;
            for (field, filling) in form {
                let given = match filling {
                    Filling::One(one) => vec![one],
                    Filling::Many(many) => many,
                };
                let values = given.into_iter().map(|one| one.value(ask, then.guild.as_ref()));
                modal = modal.choose(&field, values.collect::<Result<_, _>>()?);
            }
            modal.sends().await?
        }
    };
    let interaction: Snowflake = used.interaction();
    if then.wait_ms == 0 {
        return Ok(Answer::ok(json!({ "interaction": interaction, "answer": null })));
    }
    loop {
        let told = match timeout_at(deadline, used.answer()).await {
            Ok(Ok(heard)) => heard_json(&heard),
            // The script's patience counts here, not the simulation's.
            Ok(Err(SimError::Unmet { .. })) if Instant::now() < deadline => continue,
            Ok(Err(error)) => return Err(error.into()),
            Err(_) => Value::Null,
        };
        return Ok(Answer::ok(json!({ "interaction": interaction, "answer": told })));
    }
}
