//! Messages come, change and go.

use serde_json::{Value, json};

use super::{AllowedMentions, Attachment, Forward, Mentions, Message, Origin, State, flags};
use crate::{
    gateway::{Event, Intents},
    permissions::Permissions,
    snowflake::Snowflake,
};

/// A message about to appear. What may be said has been checked before.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    /// The id it gets; the next one if nothing is said. The first message of a forum's post has that of its thread.
    pub(crate) id: Option<Snowflake>,
    pub(crate) channel: Snowflake,
    pub(crate) author: Snowflake,
    pub(crate) content: String,
    pub(crate) embeds: Vec<Value>,
    pub(crate) components: Vec<Value>,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) allowed: AllowedMentions,
    pub(crate) flags: u64,
    pub(crate) tts: bool,
    pub(crate) nonce: Option<Value>,
    pub(crate) reply_to: Option<Snowflake>,
    pub(crate) origin: Origin,
    pub(crate) stickers: Vec<Value>,
    pub(crate) forward: Option<Forward>,
}

impl Post {
    /// Text in a channel.
    pub(crate) fn text(channel: Snowflake, author: Snowflake, content: &str) -> Self {
        Self {
            id: None,
            channel,
            author,
            content: content.to_owned(),
            embeds: Vec::new(),
            components: Vec::new(),
            attachments: Vec::new(),
            allowed: AllowedMentions::default(),
            flags: 0,
            tts: false,
            nonce: None,
            reply_to: None,
            origin: Origin::Sent,
            stickers: Vec::new(),
            forward: None,
        }
    }
}

/// What changes about a message; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Amendment {
    pub(crate) content: Option<String>,
    pub(crate) embeds: Option<Vec<Value>>,
    pub(crate) components: Option<Vec<Value>>,
    pub(crate) attachments: Option<Vec<Attachment>>,
    pub(crate) flags: Option<u64>,
    pub(crate) allowed: Option<AllowedMentions>,
}

/// Where the files of a message will be.
struct Address {
    base: String,
    channel: Snowflake,
    message: Snowflake,
}

impl Address {
    /// The same with web addresses in the place of `attachment://…` (Discord docs: API Reference, Using Attachments
    /// within Embeds).
    fn resolved(&self, mut list: Vec<Value>, files: &[Attachment]) -> Vec<Value> {
        for value in &mut list {
            self.resolve(value, files);
        }
        list
    }

    fn resolve(&self, value: &mut Value, files: &[Attachment]) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(|one| self.resolve(one, files)),
            Value::Object(map) => map.values_mut().for_each(|one| self.resolve(one, files)),
            Value::String(text) => {
                let name = text.strip_prefix("attachment://").map(ToOwned::to_owned);
                if let Some(name) = name.filter(|name| files.iter().any(|file| file.filename == *name)) {
                    *text = format!("{}/cdn/attachments/{}/{}/{name}", self.base, self.channel, self.message);
                }
            }
            _ => {}
        }
    }
}

impl State {
    /// Puts a message into its channel and tells everyone who may know.
    pub(crate) fn post(&mut self, post: Post) -> Snowflake {
        let id = post.id.unwrap_or_else(|| self.mint());
        let mentions = self.mentioned(post.channel, post.author, &post.content, &post.allowed, post.reply_to);
        let guild = self.channels.get(&post.channel).and_then(|channel| channel.guild);
        let at = Address { base: self.base.clone(), channel: post.channel, message: id };
        let message = Message {
            id,
            channel: post.channel,
            guild,
            author: post.author,
            content: post.content,
            embeds: at.resolved(post.embeds, &post.attachments),
            components: at.resolved(post.components, &post.attachments),
            attachments: post.attachments,
            mentions,
            flags: post.flags,
            sent_at: self.now(),
            edited_at: None,
            tts: post.tts,
            nonce: post.nonce,
            reply_to: post.reply_to,
            reactions: Vec::new(),
            origin: post.origin,
            stickers: post.stickers,
            forward: post.forward,
        };
        if let Some(channel) = self.channels.get_mut(&post.channel) {
            channel.messages.insert(id, message.clone());
            if message.only_for().is_none() {
                channel.last_message = Some(id);
            }
            if let Some(thread) = &mut channel.thread {
                thread.sent += u64::from(id != post.channel);
                if !matches!(message.origin, Origin::Webhook(_)) {
                    thread.members.entry(message.author).or_insert(message.sent_at);
                }
            }
        }
        if message.only_for().is_none() {
            self.emit_message("MESSAGE_CREATE", &message);
        }
        if !message.loading() {
            self.note_message(&message, false);
        }
        id
    }

    /// Changes a message. The first change of a deferred answer makes it appear.
    pub(crate) fn amend(&mut self, channel: Snowflake, id: Snowflake, change: Amendment) {
        let Some(old) = self.message(channel, id) else { return };
        let content = change.content.unwrap_or_else(|| old.content.clone());
        let allowed = change.allowed.unwrap_or_default();
        let mentions = self.mentioned(channel, old.author, &content, &allowed, old.reply_to);
        let (now, base) = (self.now(), self.base.clone());
        let Some(message) = self.channels.get_mut(&channel).and_then(|one| one.messages.get_mut(&id)) else {
            return;
        };
        let appears = message.loading();
        let at = Address { base, channel, message: id };
        message.content = content;
        message.mentions = mentions;
        message.attachments = change.attachments.unwrap_or_else(|| std::mem::take(&mut message.attachments));
        if let Some(embeds) = change.embeds {
            message.embeds = at.resolved(embeds, &message.attachments);
        }
        if let Some(components) = change.components {
            message.components = at.resolved(components, &message.attachments);
        }
        message.flags &= !flags::LOADING;
        if let Some(flags) = change.flags {
            message.flags = (message.flags & !flags::SUPPRESS_EMBEDS)
                | (flags & (flags::SUPPRESS_EMBEDS | flags::COMPONENTS_V2));
        }
        if !appears {
            message.edited_at = Some(now);
        }
        let message = message.clone();
        if message.only_for().is_none() {
            self.emit_message("MESSAGE_UPDATE", &message);
        }
        self.note_message(&message, !appears);
    }

    /// Takes a message away.
    pub(crate) fn remove(&mut self, channel: Snowflake, id: Snowflake, by: Snowflake) {
        let Some(message) = self.channels.get_mut(&channel).and_then(|one| one.messages.remove(&id)) else {
            return;
        };
        self.forget_pins(channel, &[id]);
        let mut body = json!({ "id": id, "channel_id": channel });
        if let Some(guild) = message.guild {
            body["guild_id"] = json!(guild);
        }
        if message.only_for().is_none() {
            let intents = (Intents::GUILD_MESSAGES, Intents::DIRECT_MESSAGES);
            self.emit(&Event::channel("MESSAGE_DELETE", message.guild, channel, intents, body));
        }
        let whose =
            if message.author == by { "own".to_owned() } else { format!("{}'s", self.author_name(&message)) };
        self.note(channel, by, vec![format!("(deletes {whose} message)")]);
    }

    /// Takes several messages away at once.
    pub(crate) fn remove_many(&mut self, channel: Snowflake, ids: &[Snowflake], by: Snowflake) {
        let Some(place) = self.channels.get_mut(&channel) else { return };
        let gone: Vec<Snowflake> =
            ids.iter().copied().filter(|id| place.messages.remove(id).is_some()).collect();
        let Some(guild) = place.guild else { return };
        self.forget_pins(channel, &gone);
        let body = json!({ "ids": gone, "channel_id": channel, "guild_id": guild });
        let intents = (Intents::GUILD_MESSAGES, Intents::DIRECT_MESSAGES);
        self.emit(&Event::channel("MESSAGE_DELETE_BULK", Some(guild), channel, intents, body));
        self.note(channel, by, vec![format!("(deletes {} messages)", gone.len())]);
    }

    fn forget_pins(&mut self, channel: Snowflake, gone: &[Snowflake]) {
        if let Some(channel) = self.channels.get_mut(&channel) {
            channel.pins.retain(|(id, _)| !gone.contains(id));
        }
    }

    /// Whom a text pings: what is written, allowed, and within the author's power.
    fn mentioned(
        &self,
        channel: Snowflake,
        author: Snowflake,
        text: &str,
        allowed: &AllowedMentions,
        reply_to: Option<Snowflake>,
    ) -> Mentions {
        let mut mentions = Mentions::written(text).allowed(allowed);
        let may_all = self.permissions(author, channel).contains(Permissions::MENTION_EVERYONE);
        let guild = self.channels.get(&channel).and_then(|one| one.guild).and_then(|id| self.guilds.get(&id));
        mentions.everyone &= may_all && guild.is_some();
        mentions.users.retain(|id| self.users.contains_key(id));
        mentions.roles.retain(|id| {
            guild.and_then(|guild| guild.roles.get(id)).is_some_and(|role| role.mentionable || may_all)
        });
        if let Some(replied) = reply_to.and_then(|id| self.message(channel, id))
            && allowed.replied_user
            && replied.author != author
            && !mentions.users.contains(&replied.author)
        {
            mentions.users.push(replied.author);
        }
        mentions
    }
}
