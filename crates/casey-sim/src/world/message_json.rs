//! Messages as Discord writes them.

use serde_json::{Value, json};

use super::{Attachment, Cause, Mentions, Message, Origin, Sender, State, Target, View, flags};
use crate::snowflake::{Snowflake, timestamp};

impl State {
    /// A message as the HTTP API answers it.
    pub(crate) fn message_json(&self, message: &Message, view: View) -> Value {
        let mut body = self.plain_message_json(message, view);
        if let Some(replied) = message.reply_to {
            let quoted = self.message(message.channel, replied);
            body["referenced_message"] =
                quoted.map_or(Value::Null, |quoted| self.plain_message_json(quoted, view));
        }
        body
    }

    /// A message as the gateway sends it: with the guild, and the author's membership.
    pub(crate) fn message_event_json(&self, message: &Message, view: View) -> Value {
        let mut body = self.message_json(message, view);
        body["channel_type"] = json!(self.channels.get(&message.channel).map_or(0, |one| one.kind.number()));
        let Some(guild) = message.guild else { return body };
        body["guild_id"] = json!(guild);
        if let Some(member) = self.member(guild, message.author) {
            body["member"] = Self::partial_member_json(member);
        }
        if let Some(list) = body["mentions"].as_array_mut() {
            for (mention, user) in list.iter_mut().zip(&message.mentions.users) {
                if let Some(member) = self.member(guild, *user) {
                    mention["member"] = Self::partial_member_json(member);
                }
            }
        }
        body
    }

    /// Whether `view` may read the text: own messages, mentions and direct messages need no privilege
    /// (Discord docs: Gateway, Message Content Intent).
    pub(crate) fn readable(message: &Message, view: View) -> bool {
        view.content
            || message.guild.is_none()
            || message.author == view.user
            || message.mentions.users.contains(&view.user)
            || Mentions::written(&message.content).users.contains(&view.user)
    }

    fn plain_message_json(&self, message: &Message, view: View) -> Value {
        let readable = Self::readable(message, view);
        let attachments: Vec<Value> =
            message.attachments.iter().map(|one| self.attachment_json(message, one)).collect();
        let mut body = json!({
            "id": message.id,
            "channel_id": message.channel,
            "author": self.author_json(message),
            "type": Self::message_type(message),
            "content": if readable { message.content.as_str() } else { "" },
            "embeds": if readable { message.embeds.as_slice() } else { &[] },
            "components": if readable { message.components.as_slice() } else { &[] },
            "attachments": if readable { attachments } else { Vec::new() },
            "mentions": message.mentions.users.iter().map(|id| self.user_json(*id)).collect::<Vec<_>>(),
            "mention_roles": message.mentions.roles,
            "mention_everyone": message.mentions.everyone,
            "timestamp": timestamp(message.sent_at),
            "edited_timestamp": message.edited_at.map(timestamp),
            "flags": message.flags,
            "pinned": self.is_pinned(message),
            "tts": message.tts,
        });
        if let Some(nonce) = &message.nonce {
            body["nonce"] = nonce.clone();
        }
        if let Some(replied) = message.reply_to {
            body["message_reference"] =
                json!({ "type": 0, "channel_id": message.channel, "message_id": replied });
            if let Some(guild) = message.guild {
                body["message_reference"]["guild_id"] = json!(guild);
            }
        }
        self.add_extras(message, &mut body);
        if !message.reactions.is_empty() {
            body["reactions"] = Self::reactions_json(message, view.user);
        }
        if let Origin::Webhook(sender) = &message.origin {
            body["webhook_id"] = json!(sender.webhook);
            if let Some(app) = sender.app {
                body["application_id"] = json!(app);
            }
        }
        if let Origin::Interaction(cause) = &message.origin {
            body["application_id"] = json!(cause.app);
            body["webhook_id"] = json!(cause.app);
            body["interaction_metadata"] = self.cause_json(cause);
            if cause.kind == 2 {
                body["interaction"] = json!({
                    "id": cause.interaction,
                    "type": cause.kind,
                    "name": cause.name,
                    "user": self.user_json(cause.user),
                });
            }
        }
        body
    }

    /// Name under which a message appears.
    pub(crate) fn author_name(&self, message: &Message) -> String {
        match &message.origin {
            Origin::Webhook(sender) => sender.name.clone(),
            _ => self.name(message.author),
        }
    }

    /// Whether no person wrote a message.
    pub(crate) fn by_bot(&self, message: &Message) -> bool {
        matches!(message.origin, Origin::Webhook(_))
            || self.users.get(&message.author).is_some_and(|user| user.bot)
    }

    fn author_json(&self, message: &Message) -> Value {
        let Origin::Webhook(Sender { webhook, name, avatar, .. }) = &message.origin else {
            return self.user_json(message.author);
        };
        json!({
            "id": webhook,
            "username": name,
            "global_name": null,
            "discriminator": "0000",
            "avatar": avatar,
            "bot": true,
            "public_flags": 0,
            "flags": 0,
            "primary_guild": null,
        })
    }

    fn is_pinned(&self, message: &Message) -> bool {
        let channel = self.channels.get(&message.channel);
        channel.is_some_and(|channel| channel.pins.iter().any(|(id, _)| *id == message.id))
    }

    /// Stickers, what is forwarded, and the thread that hangs on a message.
    fn add_extras(&self, message: &Message, body: &mut Value) {
        if !message.stickers.is_empty() {
            body["sticker_items"] = json!(message.stickers);
        }
        if let Some(forward) = &message.forward {
            body["message_reference"] = json!({
                "type": u8::from(forward.snapshot.is_some()),
                "channel_id": forward.channel,
                "message_id": forward.message,
            });
            if let Some(guild) = forward.guild {
                body["message_reference"]["guild_id"] = json!(guild);
            }
            if let Some(snapshot) = &forward.snapshot {
                body["message_snapshots"] = json!([{ "message": snapshot }]);
            }
        }
        if message.flags & flags::HAS_THREAD != 0
            && let Some(thread) = self.channels.get(&message.id)
        {
            body["thread"] = self.channel_json(thread);
        }
        if let Some(thread) = self.channels.get(&message.channel).filter(|channel| channel.thread.is_some()) {
            body["position"] = json!(thread.messages.range(..message.id).count());
        }
    }

    /// 0 a message, 19 a reply, 20 the first answer to a command, 23 to one of a context menu (Discord docs: Message, Message Types).
    fn message_type(message: &Message) -> u8 {
        match &message.origin {
            Origin::Interaction(Cause { kind: 2, original: None, target: Some(_), .. }) => 23,
            Origin::Interaction(Cause { kind: 2, original: None, .. }) => 20,
            _ if message.reply_to.is_some() => 19,
            _ => 0,
        }
    }

    fn cause_json(&self, cause: &Cause) -> Value {
        let owners = match cause.guild {
            Some(guild) => json!({ "0": guild }),
            None => json!({ "0": "0" }),
        };
        let mut body = json!({
            "id": cause.interaction,
            "type": cause.kind,
            "user": self.user_json(cause.user),
            "authorizing_integration_owners": owners,
        });
        if let Some(original) = cause.original {
            body["original_response_message_id"] = json!(original);
        }
        if let (3, Some(message)) = (cause.kind, cause.component_of) {
            body["interacted_message_id"] = json!(message);
        }
        match cause.target {
            Some(Target::User(user)) => body["target_user"] = self.user_json(user),
            Some(Target::Message(message)) => body["target_message_id"] = json!(message),
            None => {}
        }
        if let Some(trigger) = &cause.trigger {
            body["triggering_interaction_metadata"] = self.cause_json(trigger);
        }
        body
    }

    fn attachment_json(&self, message: &Message, attachment: &Attachment) -> Value {
        let url = format!(
            "{}/cdn/attachments/{}/{}/{}",
            self.base, message.channel, message.id, attachment.filename
        );
        let mut body = json!({
            "id": attachment.id,
            "filename": attachment.filename,
            "size": attachment.bytes.len(),
            "url": url,
            "proxy_url": url,
            "content_type": attachment.content_type,
        });
        if let Some(description) = &attachment.description {
            body["description"] = json!(description);
        }
        if message.only_for().is_some() {
            body["ephemeral"] = json!(true);
        }
        body
    }

    fn reactions_json(message: &Message, user: Snowflake) -> Value {
        let list = message.reactions.iter().map(|reaction| {
            json!({
                "emoji": emoji_json(&reaction.emoji),
                "count": reaction.users.len(),
                "count_details": { "burst": 0, "normal": reaction.users.len() },
                "burst_colors": [],
                "me": reaction.users.contains(&user),
                "me_burst": false,
            })
        });
        list.collect()
    }
}

/// An emoji as it stands in a path: Unicode, or `name:id` of a custom one.
pub(crate) fn emoji_json(emoji: &str) -> Value {
    match emoji.split_once(':') {
        Some((name, id)) => json!({ "id": id, "name": name, "animated": false }),
        None => json!({ "id": null, "name": emoji }),
    }
}
