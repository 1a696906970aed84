//! People write, edit, react, and are seen.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Ask,
    answer::{Answer, Problem},
    lookup::{Place, Scene},
};
use crate::gateway::{Presence, Status};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Saying {
    guild: Option<String>,
    channel: Option<String>,
    person: String,
    text: String,
    /// Id of the message it replies to.
    reply_to: Option<String>,
    file: Option<NewFile>,
}

/// A file with its bytes, in base64 or as text.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewFile {
    pub(super) name: String,
    text: Option<String>,
    base64: Option<String>,
}

impl NewFile {
    pub(super) fn bytes(&self) -> Result<Vec<u8>, Problem> {
        match (&self.text, &self.base64) {
            (Some(text), None) => Ok(text.clone().into_bytes()),
            (None, Some(coded)) => {
                STANDARD.decode(coded).map_err(|_| Problem::wrong("the file is not in base64"))
            }
            _ => Err(Problem::wrong("a file has either text or base64")),
        }
    }
}

pub(super) async fn say(ask: &Ask) -> Result<Answer, Problem> {
    let said: Saying = ask.body()?;
    let place = Place::of(said.guild.as_ref(), said.channel.as_ref(), &said.person);
    let (channel, person) = ask.scene.actor(&place)?;
    let message = match (&said.reply_to, &said.file) {
        (Some(_), Some(_)) => return Err(Problem::wrong("a reply with a file cannot be written yet")),
        (Some(id), None) => person.replies_to(Scene::message(&channel, id)?, &said.text).await?,
        (None, Some(file)) => person.attaches(&channel, &said.text, &file.name, file.bytes()?).await?,
        (None, None) => person.says(&channel, &said.text).await?,
    };
    Ok(Answer::ok(json!({ "message": message.id, "channel": message.channel })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OnMessage {
    guild: Option<String>,
    channel: Option<String>,
    person: String,
    message: String,
    text: Option<String>,
    emoji: Option<String>,
}

impl OnMessage {
    fn place(&self) -> Place {
        Place::of(self.guild.as_ref(), self.channel.as_ref(), &self.person)
    }

    fn emoji(&self) -> Result<&str, Problem> {
        self.emoji.as_deref().ok_or_else(|| Problem::wrong("an emoji must be named"))
    }
}

pub(super) async fn edit(ask: &Ask) -> Result<Answer, Problem> {
    let change: OnMessage = ask.body()?;
    let (channel, person) = ask.scene.actor(&change.place())?;
    let text = change.text.as_deref().ok_or_else(|| Problem::wrong("the new text is missing"))?;
    person.edits(Scene::message(&channel, &change.message)?, text).await?;
    Ok(Answer::Nothing)
}

pub(super) async fn delete(ask: &Ask) -> Result<Answer, Problem> {
    let change: OnMessage = ask.body()?;
    let (channel, person) = ask.scene.actor(&change.place())?;
    person.deletes(Scene::message(&channel, &change.message)?).await?;
    Ok(Answer::Nothing)
}

pub(super) async fn react(ask: &Ask) -> Result<Answer, Problem> {
    let change: OnMessage = ask.body()?;
    let (channel, person) = ask.scene.actor(&change.place())?;
    person.reacts(Scene::message(&channel, &change.message)?, change.emoji()?).await?;
    Ok(Answer::Nothing)
}

pub(super) async fn unreact(ask: &Ask) -> Result<Answer, Problem> {
    let change: OnMessage = ask.body()?;
    let (channel, person) = ask.scene.actor(&change.place())?;
    person.unreacts(Scene::message(&channel, &change.message)?, change.emoji()?).await?;
    Ok(Answer::Nothing)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TimeOut {
    guild: Option<String>,
    person: String,
    /// In simulated time; 0 ends it.
    seconds: u64,
}

pub(super) async fn time_out(ask: &Ask) -> Result<Answer, Problem> {
    let TimeOut { guild, person, seconds } = ask.body()?;
    let person = ask.scene.member(guild.as_deref(), &person)?;
    person.is_timed_out_for(Duration::from_secs(seconds)).await;
    Ok(Answer::Nothing)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPresence {
    person: String,
    /// `online`, `idle`, `dnd`, `offline`.
    status: String,
    #[serde(default)]
    activities: Vec<Value>,
}

pub(super) fn show_presence(ask: &Ask) -> Result<Answer, Problem> {
    let NewPresence { person, status, activities } = ask.body()?;
    let user = ask.scene.user(&person)?;
    let status = Status::named(&status).ok_or_else(|| Problem::wrong("there is no such status"))?;
    ask.scene.shared.lock().set_presence(user, Presence { status, activities });
    Ok(Answer::Nothing)
}
