//! Tests of the whole reader: a small server, and commands to be read in it.
#![allow(clippy::unwrap_used)]

mod flags;
mod groups;
mod options;
mod people;
mod properties;
mod refusals;
mod usage;

use super::*;
use crate::testing::{option, read_whole};
use serde_json::json;
use twilight_model::{
    application::{
        command::{CommandOptionChoice, CommandOptionChoiceValue, CommandType},
        interaction::{InteractionChannel, InteractionMember},
    },
    channel::{ChannelType, message::Mention},
    guild::Role,
    id::marker::UserMarker,
};

/// The server's id.
const HERE: u64 = 100_000_000_000_000_000;
const ALICE: u64 = 100_000_000_000_000_001;
const BOB: u64 = 100_000_000_000_000_002;
/// Not in the server.
const ZOE: u64 = 100_000_000_000_000_003;
const CREW: u64 = 100_000_000_000_000_011;
const GENERAL: u64 = 100_000_000_000_000_021;
const LOUNGE: u64 = 100_000_000_000_000_022;

fn required(kind: CommandOptionType, name: &str) -> CommandOption {
    CommandOption { required: Some(true), ..option(kind, name) }
}

fn group(kind: CommandOptionType, name: &str, options: Vec<CommandOption>) -> CommandOption {
    CommandOption { options: Some(options), ..option(kind, name) }
}

fn choices<V: Into<CommandOptionChoiceValue>>(choices: Vec<(&str, V)>) -> Vec<CommandOptionChoice> {
    let choice = |(name, value): (&str, V)| CommandOptionChoice {
        name: name.to_owned(),
        name_localizations: None,
        value: value.into(),
    };
    choices.into_iter().map(choice).collect()
}

fn command(name: &str, options: Vec<CommandOption>) -> Command {
    serde_json::from_value::<Command>(json!({
        "default_member_permissions": null, "description": name, "type": CommandType::ChatInput,
        "name": name, "version": "1",
    }))
    .map(|command| Command { options, ..command })
    .unwrap()
}

fn user(id: u64, name: &str) -> User {
    serde_json::from_value(
        json!({"id": id.to_string(), "username": name, "discriminator": "0", "avatar": null}),
    )
    .unwrap()
}

fn member() -> InteractionMember {
    serde_json::from_value(json!({
        "communication_disabled_until": null, "flags": 0, "joined_at": null, "nick": null, "pending": false,
        "permissions": "0", "roles": [],
    }))
    .unwrap()
}

fn mention(id: u64, name: &str) -> Mention {
    serde_json::from_value(json!({
        "id": id.to_string(), "username": name, "discriminator": "0", "avatar": null, "public_flags": 0,
        "member": {"communication_disabled_until": null, "deaf": false, "flags": 0, "joined_at": null, "mute": false,
            "nick": "the mentioned", "roles": []},
    }))
    .unwrap()
}

fn role(id: u64, name: &str) -> Role {
    serde_json::from_value(json!({
        "id": id.to_string(), "name": name, "color": 0, "hoist": false, "managed": false, "mentionable": false,
        "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null},
        "permissions": "0", "position": 1, "flags": 0,
    }))
    .unwrap()
}

fn channel(id: u64, name: &str, kind: ChannelType) -> InteractionChannel {
    serde_json::from_value(json!({"id": id.to_string(), "name": name, "type": kind, "permissions": "0"}))
        .unwrap()
}

fn file(id: u64, filename: &str, media: &str) -> Attachment {
    serde_json::from_value(json!({
        "id": id.to_string(), "filename": filename, "content_type": media, "size": 1,
        "url": "https://cdn.example/f", "proxy_url": "https://cdn.example/f",
    }))
    .unwrap()
}

fn person(id: u64, name: &str) -> Answer {
    Answer::User { user: Box::new(user(id, name)), member: Some(Box::new(member())) }
}

/// What the server's directory answers.
fn look_up(query: &Query) -> Answer {
    let everyone = [(ALICE, "alice"), (BOB, "bob")];
    match query {
        Query::User(id) => match everyone.iter().find(|(known, _)| *known == id.get()) {
            Some((id, name)) => person(*id, name),
            None if id.get() == ZOE => user(ZOE, "zoe").into(),
            None => Answer::Absent,
        },
        Query::Member { name } if name == "sam" => Answer::Ambiguous(vec!["sam#1".into(), "sam#2".into()]),
        Query::Member { name } => everyone
            .iter()
            .find(|(_, known)| known.eq_ignore_ascii_case(name))
            .map_or(Answer::Absent, |(id, name)| person(*id, name)),
        Query::Role(id) => match id.get() {
            CREW => role(CREW, "The Crew").into(),
            HERE => role(HERE, "@everyone").into(),
            _ => Answer::Absent,
        },
        Query::RoleNamed(name) if name.eq_ignore_ascii_case("the crew") => {
            look_up(&Query::Role(Id::new(CREW)))
        }
        Query::Channel(id) => match id.get() {
            GENERAL => Answer::Channel(Box::new(channel(GENERAL, "general", ChannelType::GuildText))),
            LOUNGE => Answer::Channel(Box::new(channel(LOUNGE, "lounge", ChannelType::GuildVoice))),
            _ => Answer::Absent,
        },
        Query::ChannelNamed { name, .. } if name == "general" => look_up(&Query::Channel(Id::new(GENERAL))),
        Query::ChannelNamed { name, .. } if name == "lounge" => look_up(&Query::Channel(Id::new(LOUNGE))),
        Query::RoleNamed(_) | Query::ChannelNamed { .. } => Answer::Absent,
    }
}

/// Reads to the end, looking up what is asked for; gives also how many rounds of questions there were.
fn finish(request: &Request<'_>) -> (Result<Read, Box<Refusal>>, usize) {
    read_whole(request, look_up)
}

/// What was read, in short: `name=value …`, sub-commands as `name(…)`; a refusal as `Kind option "words"`.
fn shown(request: &Request<'_>) -> String {
    match finish(request).0 {
        Ok(read) => show(&read.options),
        Err(refusal) => {
            let kind = format!("{:?}", refusal.kind);
            let kind = kind.split([' ', '{']).next().unwrap_or_default().to_owned();
            format!("{kind} {} {:?}", refusal.option.as_deref().unwrap_or("-"), refusal.read(request.text))
        }
    }
}

fn show(options: &[CommandDataOption]) -> String {
    let one = |option: &CommandDataOption| {
        let value = match &option.value {
            CommandOptionValue::SubCommand(inner) | CommandOptionValue::SubCommandGroup(inner) => {
                return format!("{}({})", option.name, show(inner));
            }
            CommandOptionValue::String(text) => format!("{text:?}"),
            CommandOptionValue::Integer(value) => value.to_string(),
            CommandOptionValue::Number(value) => value.to_string(),
            CommandOptionValue::Boolean(value) => value.to_string(),
            CommandOptionValue::User(id) => named(id.get()),
            CommandOptionValue::Role(id) => named(id.get()),
            CommandOptionValue::Channel(id) => named(id.get()),
            CommandOptionValue::Mentionable(id) => named(id.get()),
            CommandOptionValue::Attachment(id) => id.to_string(),
            CommandOptionValue::Focused(..) => "focused".to_owned(),
        };
        format!("{}={value}", option.name)
    };
    options.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn named(id: u64) -> String {
    let name = match id {
        HERE => "everyone",
        ALICE => "alice",
        BOB => "bob",
        ZOE => "zoe",
        CREW => "crew",
        GENERAL => "general",
        LOUNGE => "lounge",
        _ => return id.to_string(),
    };
    name.to_owned()
}

fn here() -> MessageContext<'static> {
    MessageContext { guild_id: Some(Id::new(HERE)), ..MessageContext::default() }
}

/// Reads `text` as the one option given, in the server.
fn one(option: &CommandOption, text: &str) -> String {
    reading(std::slice::from_ref(option), text)
}

/// Reads `text` as the options given, in the server.
fn reading(options: &[CommandOption], text: &str) -> String {
    shown(&Request::new(&command("test", options.to_vec()), text, here()))
}
