//! Webhooks of channels (Discord docs: Webhook).

use serde_json::{Value, json};

use super::State;
use crate::snowflake::Snowflake;

/// A webhook: one that messages are sent through, or one that follows an announcement channel.
#[derive(Clone, Debug)]
pub(crate) struct Webhook {
    pub(crate) id: Snowflake,
    pub(crate) guild: Snowflake,
    pub(crate) channel: Snowflake,
    pub(crate) name: String,
    /// Hash of the picture.
    pub(crate) avatar: Option<String>,
    pub(crate) token: String,
    pub(crate) creator: Snowflake,
    /// The application whose bot made it.
    pub(crate) app: Option<Snowflake>,
    /// The channel it follows.
    pub(crate) follows: Option<Snowflake>,
}

impl State {
    /// A webhook as Discord writes it. The creator is left out for those who come with its token.
    pub(crate) fn webhook_json(&self, hook: &Webhook, with_token: bool) -> Value {
        let mut body = json!({
            "id": hook.id,
            "type": if hook.follows.is_some() { 2 } else { 1 },
            "guild_id": hook.guild,
            "channel_id": hook.channel,
            "name": hook.name,
            "avatar": hook.avatar,
            "application_id": hook.app,
        });
        if !with_token {
            body["user"] = self.user_json(hook.creator);
        }
        if let Some(source) = hook.follows.and_then(|id| self.channels.get(&id)) {
            body["source_channel"] = json!({ "id": source.id, "name": source.name });
            if let Some(guild) = source.guild.and_then(|id| self.guilds.get(&id)) {
                body["source_guild"] = json!({ "id": guild.id, "name": guild.name, "icon": null });
            }
        } else {
            body["token"] = json!(hook.token);
            body["url"] = json!(format!("{}/api/webhooks/{}/{}", self.base, hook.id, hook.token));
        }
        body
    }
}
