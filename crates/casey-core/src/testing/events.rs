//! Events as Discord would send them, made from JSON so that they pass through the same models.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use twilight_model::{
    application::interaction::Interaction,
    channel::Message,
    guild::{Member, Permissions},
    id::{
        Id,
        marker::{ChannelMarker, GuildMarker, UserMarker},
    },
    user::User,
};

use crate::ports::Me;

pub(super) const ME: Me =
    Me { user: Id::new(900_000_000_000_000_001), application: Id::new(900_000_000_000_000_002) };
pub(super) const GUILD: Id<GuildMarker> = Id::new(800_000_000_000_000_001);
pub(super) const CHANNEL: Id<ChannelMarker> = Id::new(800_000_000_000_000_002);
pub(super) const DIRECT: Id<ChannelMarker> = Id::new(800_000_000_000_000_003);
pub(super) const OWNER: Id<UserMarker> = Id::new(700_000_000_000_000_001);

/// The shapes below are fixed, so that a failure is a mistake in this file and shows in every test.
fn model<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value)
        .unwrap_or_else(|error| panic!("a staged event has the wrong shape: {error}"))
}

fn user_json(id: Id<UserMarker>, name: &str) -> Value {
    json!({
        "id": id, "username": name, "discriminator": "0", "global_name": null, "avatar": null, "bot": false,
        "public_flags": 0,
    })
}

fn member_json() -> Value {
    json!({
        "roles": [], "nick": null, "avatar": null, "joined_at": "2025-01-01T00:00:00.000000+00:00", "deaf": false,
        "mute": false, "flags": 0, "pending": false, "premium_since": null, "communication_disabled_until": null,
    })
}

pub(super) fn user(id: Id<UserMarker>, name: &str) -> User {
    model(user_json(id, name))
}

pub(super) fn member(id: Id<UserMarker>, name: &str) -> Member {
    let mut member = member_json();
    member["user"] = user_json(id, name);
    model(member)
}

/// A message in the channel, without what only the gateway sends.
pub(super) fn message_json(id: u64, author: (Id<UserMarker>, &str), text: &str) -> Value {
    json!({
        "id": id.to_string(), "channel_id": CHANNEL, "author": user_json(author.0, author.1),
        "content": text, "timestamp": "2026-01-01T00:00:00.000000+00:00", "edited_timestamp": null, "tts": false,
        "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [],
        "pinned": false, "type": 0, "flags": 0, "components": [],
    })
}

/// A message in the channel, or in direct messages.
pub(super) fn message(id: u64, author: (Id<UserMarker>, &str), text: &str, direct: bool) -> Message {
    let mut message = message_json(id, author, text);
    if direct {
        message["channel_id"] = json!(DIRECT);
    } else {
        message["guild_id"] = json!(GUILD);
        message["member"] = member_json();
    }
    model(message)
}

/// An interaction with the data of a command (type 2, or 4 while it is being typed), a component (type 3) or a form (type 5).
pub(super) fn interaction(
    id: u64,
    kind: u8,
    author: (Id<UserMarker>, &str),
    permissions: (Permissions, Permissions),
    locale: &str,
    data: &Value,
    on: Option<&Value>,
) -> Interaction {
    let mut member = member_json();
    member["user"] = user_json(author.0, author.1);
    member["permissions"] = json!(permissions.0);
    let mut interaction = json!({
        "id": id.to_string(), "application_id": ME.application, "type": kind, "data": data, "guild_id": GUILD,
        "guild": { "id": GUILD, "locale": "en-US", "features": [] }, "guild_locale": "en-US", "locale": locale,
        "channel_id": CHANNEL, "channel": { "id": CHANNEL, "type": 0, "guild_id": GUILD, "name": "general" },
        "member": member, "token": "secret-token", "version": 1, "app_permissions": permissions.1,
        "entitlements": [], "authorizing_integration_owners": { "0": GUILD.to_string() }, "context": 0,
        "attachment_size_limit": 10_485_760,
    });
    if let Some(message) = on {
        interaction["message"] = message.clone();
    }
    model(interaction)
}

/// A user as it is sent along with an interaction, with their membership.
pub(super) fn resolved(id: Id<UserMarker>, name: &str) -> Value {
    let mut member = member_json();
    member["permissions"] = json!("0");
    json!({ "users": { (id.to_string()): user_json(id, name) }, "members": { (id.to_string()): member } })
}

/// A message of the bot, as it is sent along with a press.
pub(super) fn own_message(id: u64, components: &Value) -> Value {
    let mut message = message_json(id, (ME.user, "Casey"), "");
    message["components"] = components.clone();
    message
}
