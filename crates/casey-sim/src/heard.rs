//! A message as a person in the channel perceives it.

use serde_json::Value;

use crate::{
    people::MessageRef,
    snowflake::Snowflake,
    world::{Message, Origin, State, flags},
};

/// A bot's message, as it was when it appeared or was edited.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Heard {
    /// Id of the message.
    pub id: Snowflake,
    /// Id of its channel.
    pub channel: Snowflake,
    /// Name of the bot.
    pub author: String,
    /// The text, without embeds.
    pub content: String,
    /// Embeds as Discord shows them.
    pub embeds: Vec<Value>,
    /// Components as Discord shows them.
    pub components: Vec<Value>,
    /// Buttons in reading order.
    pub buttons: Vec<Button>,
    /// Attached files.
    pub files: Vec<File>,
    /// Discord's message flags.
    pub flags: u64,
    /// Name of the only person who sees it, for ephemeral messages.
    pub only_for: Option<String>,
    /// The message it replies to.
    pub reply_to: Option<Snowflake>,
    /// Who was notified by it.
    pub pings: Pings,
    /// Whether this is an edit of a message that was there before.
    pub edited: bool,
    /// The interaction it answers.
    pub interaction: Option<Snowflake>,
}

/// Whom a message notified, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pings {
    /// People and bots.
    pub people: Vec<String>,
    /// Roles.
    pub roles: Vec<String>,
    /// `@everyone` or `@here`.
    pub everyone: bool,
}

impl Pings {
    /// Whether nobody was notified.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty() && self.roles.is_empty() && !self.everyone
    }
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What is written on it; an emoji if nothing else.
    pub label: String,
    /// What the bot gets to know; link buttons have none.
    pub custom_id: Option<String>,
    /// Where a link button leads.
    pub url: Option<String>,
    /// Whether it cannot be pressed.
    pub disabled: bool,
}

/// A file with its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The description for people who cannot see it.
    pub description: Option<String>,
}

impl File {
    /// The bytes as text, with replacement characters where they are not UTF-8.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

impl Heard {
    /// The message, to reply to it or press its buttons.
    pub fn message(&self) -> MessageRef {
        MessageRef { channel: self.channel, id: self.id }
    }

    /// Whether only one person sees it.
    pub fn is_ephemeral(&self) -> bool {
        self.only_for.is_some()
    }

    /// Everything that can be read: the text, then the embeds line by line, then texts among the components.
    pub fn text(&self) -> String {
        let mut lines = Vec::new();
        if !self.content.is_empty() {
            lines.push(self.content.clone());
        }
        for embed in &self.embeds {
            lines.extend(embed_lines(embed));
        }
        let texts = walk(&self.components).into_iter().filter(|one| one["type"] == 10);
        lines.extend(texts.filter_map(|one| one["content"].as_str()).map(ToOwned::to_owned));
        lines.join("\n")
    }

    /// Who was notified.
    pub fn pings(&self) -> &Pings {
        &self.pings
    }

    /// The button with this label or custom id.
    pub fn button(&self, name: &str) -> Option<&Button> {
        self.buttons.iter().find(|button| button.label == name || button.custom_id.as_deref() == Some(name))
    }

    /// The file of this name.
    pub fn file(&self, name: &str) -> Option<&File> {
        self.files.iter().find(|file| file.name == name)
    }
}

impl From<&Heard> for MessageRef {
    fn from(heard: &Heard) -> Self {
        heard.message()
    }
}

/// What can be read of an embed, in the order in which it is shown.
pub(crate) fn embed_lines(embed: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
    let mut lines: Vec<String> = [&embed["author"]["name"], &embed["title"], &embed["description"]]
        .into_iter()
        .filter_map(text)
        .collect();
    for field in embed["fields"].as_array().into_iter().flatten() {
        let name = field["name"].as_str().unwrap_or_default();
        lines.push(format!("{name}: {}", field["value"].as_str().unwrap_or_default()));
    }
    lines.extend(text(&embed["image"]["url"]).map(|url| format!("image {url}")));
    lines.extend(text(&embed["footer"]["text"]));
    lines
}

/// Every component of a message in reading order, those inside others after them.
pub(crate) fn walk(components: &[Value]) -> Vec<&Value> {
    let mut all = Vec::new();
    for one in components {
        all.push(one);
        all.extend(walk(one["components"].as_array().map(Vec::as_slice).unwrap_or_default()));
        if one["accessory"].is_object() {
            all.push(&one["accessory"]);
        }
    }
    all
}

/// Buttons and menus of a message, in reading order.
pub(crate) fn controls(components: &[Value]) -> Vec<&Value> {
    walk(components).into_iter().filter(|one| matches!(one["type"].as_u64(), Some(2 | 3 | 5..=8))).collect()
}

/// The buttons of a message, in reading order.
pub(crate) fn buttons(components: &[Value]) -> Vec<Button> {
    let all = controls(components).into_iter();
    all.filter(|one| one["type"] == 2)
        .map(|one| Button {
            label: one["label"].as_str().or(one["emoji"]["name"].as_str()).unwrap_or_default().to_owned(),
            custom_id: one["custom_id"].as_str().map(ToOwned::to_owned),
            url: one["url"].as_str().map(ToOwned::to_owned),
            disabled: one["disabled"].as_bool().unwrap_or(false),
        })
        .collect()
}

impl State {
    /// What a person perceives of a message now.
    pub(crate) fn perceive(&self, message: &Message, edited: bool) -> Heard {
        let suppressed = message.flags & flags::SUPPRESS_EMBEDS != 0;
        Heard {
            id: message.id,
            channel: message.channel,
            author: self.author_name(message),
            content: message.content.clone(),
            embeds: if suppressed { Vec::new() } else { message.embeds.clone() },
            buttons: buttons(&message.components),
            components: message.components.clone(),
            files: message
                .attachments
                .iter()
                .map(|one| File {
                    name: one.filename.clone(),
                    bytes: one.bytes.to_vec(),
                    description: one.description.clone(),
                })
                .collect(),
            flags: message.flags,
            only_for: message.only_for().map(|user| self.name(user)),
            reply_to: message.reply_to,
            pings: self.pings(message, edited),
            edited,
            interaction: match &message.origin {
                Origin::Interaction(cause) => Some(cause.interaction),
                Origin::Sent | Origin::Webhook(_) => None,
            },
        }
    }

    /// Names of those a message notifies. Edits and ephemeral messages notify nobody.
    fn pings(&self, message: &Message, edited: bool) -> Pings {
        if edited || message.only_for().is_some() {
            return Pings::default();
        }
        let roles = message.guild.and_then(|id| self.guilds.get(&id)).map(|guild| &guild.roles);
        Pings {
            people: message.mentions.users.iter().map(|id| self.name(*id)).collect(),
            roles: message
                .mentions
                .roles
                .iter()
                .map(|id| {
                    roles.and_then(|all| all.get(id)).map_or_else(|| id.to_string(), |role| role.name.clone())
                })
                .collect(),
            everyone: message.mentions.everyone,
        }
    }
}
