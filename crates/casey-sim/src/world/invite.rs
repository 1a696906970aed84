//! Invites (Discord docs: Invite).

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::State;
use crate::snowflake::{Snowflake, timestamp};

/// An invite to a channel of a guild.
#[derive(Clone, Debug)]
pub(crate) struct Invite {
    pub(crate) code: String,
    pub(crate) guild: Snowflake,
    pub(crate) channel: Snowflake,
    pub(crate) inviter: Snowflake,
    /// Seconds; 0 is for ever.
    pub(crate) max_age_s: u32,
    /// 0 is as often as one likes.
    pub(crate) max_uses: u32,
    pub(crate) uses: u32,
    pub(crate) temporary: bool,
    pub(crate) made_at: OffsetDateTime,
}

impl Invite {
    pub(crate) fn expires_at(&self) -> Option<OffsetDateTime> {
        (self.max_age_s > 0).then(|| self.made_at + time::Duration::seconds(self.max_age_s.into()))
    }
}

impl State {
    /// An invite as Discord writes it. How often it was used is told to those who manage the place.
    pub(crate) fn invite_json(&self, invite: &Invite, details: bool) -> Value {
        let channel = self.channels.get(&invite.channel);
        let mut body = json!({
            "type": 0,
            "code": invite.code,
            "inviter": self.user_json(invite.inviter),
            "expires_at": invite.expires_at().map(timestamp),
            "guild_id": invite.guild,
            "channel": {
                "id": invite.channel,
                "type": channel.map_or(0, |channel| channel.kind.number()),
                "name": channel.map(|channel| channel.name.as_str()),
            },
        });
        if let Some(guild) = self.guilds.get(&invite.guild) {
            let whole = Self::guild_json(guild);
            let kept =
                ["id", "name", "splash", "banner", "description", "icon", "features", "verification_level"];
            let more = ["vanity_url_code", "nsfw_level", "nsfw", "premium_subscription_count"];
            let fields = kept.iter().chain(&more).map(|key| ((*key).to_owned(), whole[*key].clone()));
            body["guild"] = Value::Object(fields.collect());
        }
        if details {
            body["uses"] = json!(invite.uses);
            body["max_uses"] = json!(invite.max_uses);
            body["max_age"] = json!(invite.max_age_s);
            body["temporary"] = json!(invite.temporary);
            body["created_at"] = json!(timestamp(invite.made_at));
        }
        body
    }

    /// Forgets invites whose time is over.
    pub(crate) fn expire_invites(&mut self) {
        let now = self.now();
        self.invites.retain(|_, invite| invite.expires_at().is_none_or(|end| end > now));
    }
}
