//! People come into guilds, change there, and go.

use serde_json::json;
use time::OffsetDateTime;

use super::{Member, State};
use crate::{
    gateway::{Event, Intents},
    snowflake::Snowflake,
};

impl State {
    /// Changes a membership and tells the bots.
    pub(crate) fn change_member(
        &mut self,
        guild: Snowflake,
        user: Snowflake,
        change: impl FnOnce(&mut Member),
    ) {
        let Some(member) = self.guilds.get_mut(&guild).and_then(|place| place.members.get_mut(&user)) else {
            return;
        };
        change(member);
        let member = member.clone();
        let mut body = self.member_json(&member);
        body["guild_id"] = json!(guild);
        self.emit(&Event::guild("GUILD_MEMBER_UPDATE", guild, Intents::GUILD_MEMBERS, body));
    }

    /// Takes somebody out of a guild, in their own will or not. A bot is told that the guild is gone for it.
    pub(crate) fn leave(&mut self, guild: Snowflake, user: Snowflake) {
        if let Some(app) = self.app_of_bot(user).map(|app| app.id) {
            let event = Event::guild("GUILD_DELETE", guild, Intents::GUILDS, json!({ "id": guild }));
            self.emit(&Event { app: Some(app), ..event });
        }
        let Some(place) = self.guilds.get_mut(&guild) else { return };
        if place.members.remove(&user).is_none() {
            return;
        }
        // A bot's own role goes with it.
        place.roles.retain(|_, role| role.bot != Some(user));
        for channel in self.channels.values_mut().filter(|channel| channel.guild == Some(guild)) {
            if let Some(thread) = &mut channel.thread {
                thread.members.remove(&user);
            }
        }
        let body = json!({ "guild_id": guild, "user": self.user_json(user) });
        self.emit(&Event::guild("GUILD_MEMBER_REMOVE", guild, Intents::GUILD_MEMBERS, body));
    }

    /// Bans somebody, who leaves. False if they were banned already.
    pub(crate) fn ban(&mut self, guild: Snowflake, user: Snowflake, reason: Option<String>) -> bool {
        let Some(place) = self.guilds.get_mut(&guild) else { return false };
        if place.bans.contains_key(&user) {
            return false;
        }
        place.bans.insert(user, reason);
        let body = json!({ "guild_id": guild, "user": self.user_json(user) });
        self.emit(&Event::guild("GUILD_BAN_ADD", guild, Intents::GUILD_MODERATION, body));
        self.leave(guild, user);
        true
    }

    /// Lifts a ban. False if there was none.
    pub(crate) fn unban(&mut self, guild: Snowflake, user: Snowflake) -> bool {
        let lifted = self.guilds.get_mut(&guild).is_some_and(|place| place.bans.remove(&user).is_some());
        if lifted {
            let body = json!({ "guild_id": guild, "user": self.user_json(user) });
            self.emit(&Event::guild("GUILD_BAN_REMOVE", guild, Intents::GUILD_MODERATION, body));
        }
        lifted
    }

    /// Takes away what somebody wrote in a guild since a time.
    pub(crate) fn remove_messages_of(&mut self, guild: Snowflake, user: Snowflake, since: OffsetDateTime) {
        let of_guild = self.channels.values().filter(|channel| channel.guild == Some(guild));
        let written: Vec<(Snowflake, Vec<Snowflake>)> = of_guild
            .map(|channel| {
                let by = channel.messages.values().filter(|one| one.author == user && one.sent_at >= since);
                (channel.id, by.map(|one| one.id).collect())
            })
            .collect();
        for (channel, ids) in written.into_iter().filter(|(_, ids)| !ids.is_empty()) {
            self.remove_many(channel, &ids, user);
        }
    }
}
