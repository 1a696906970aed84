//! Reactions come and go.

use serde_json::json;

use super::{Reaction, State, emoji_json};
use crate::{
    gateway::{Event, Intents},
    snowflake::Snowflake,
};

impl State {
    /// Puts a reaction under a message. False if the user had put it there already.
    pub(crate) fn react(
        &mut self,
        user: Snowflake,
        channel: Snowflake,
        message: Snowflake,
        emoji: &str,
    ) -> bool {
        let Some(found) = self.channels.get_mut(&channel).and_then(|one| one.messages.get_mut(&message))
        else {
            return false;
        };
        let index =
            found.reactions.iter().position(|reaction| reaction.emoji == emoji).unwrap_or_else(|| {
                found.reactions.push(Reaction { emoji: emoji.to_owned(), users: Vec::new() });
                found.reactions.len() - 1
            });
        let Some(reaction) = found.reactions.get_mut(index) else { return false };
        if reaction.users.contains(&user) {
            return false;
        }
        reaction.users.push(user);
        self.tell_reaction("MESSAGE_REACTION_ADD", user, (channel, message), emoji);
        self.note(channel, user, vec![format!("(reacts with {emoji})")]);
        true
    }

    /// Takes a reaction away. False if there was none.
    pub(crate) fn unreact(
        &mut self,
        user: Snowflake,
        channel: Snowflake,
        message: Snowflake,
        emoji: &str,
    ) -> bool {
        let Some(found) = self.channels.get_mut(&channel).and_then(|one| one.messages.get_mut(&message))
        else {
            return false;
        };
        let Some(reaction) = found.reactions.iter_mut().find(|reaction| reaction.emoji == emoji) else {
            return false;
        };
        let before = reaction.users.len();
        reaction.users.retain(|one| *one != user);
        if reaction.users.len() == before {
            return false;
        }
        found.reactions.retain(|reaction| !reaction.users.is_empty());
        self.tell_reaction("MESSAGE_REACTION_REMOVE", user, (channel, message), emoji);
        true
    }

    /// Takes all reactions away, or all of one emoji.
    pub(crate) fn clear_reactions(&mut self, channel: Snowflake, message: Snowflake, emoji: Option<&str>) {
        let Some(found) = self.channels.get_mut(&channel).and_then(|one| one.messages.get_mut(&message))
        else {
            return;
        };
        found.reactions.retain(|reaction| emoji.is_some_and(|emoji| reaction.emoji != emoji));
        let guild = found.guild;
        let mut body = json!({ "channel_id": channel, "message_id": message });
        if let Some(guild) = guild {
            body["guild_id"] = json!(guild);
        }
        let mut name = "MESSAGE_REACTION_REMOVE_ALL";
        if let Some(emoji) = emoji {
            name = "MESSAGE_REACTION_REMOVE_EMOJI";
            body["emoji"] = emoji_json(emoji);
        }
        let intents = (Intents::GUILD_MESSAGE_REACTIONS, Intents::DIRECT_MESSAGE_REACTIONS);
        self.emit(&Event::channel(name, guild, channel, intents, body));
    }

    fn tell_reaction(
        &mut self,
        name: &'static str,
        user: Snowflake,
        (channel, message): (Snowflake, Snowflake),
        emoji: &str,
    ) {
        let Some(found) = self.message(channel, message) else { return };
        let (guild, author) = (found.guild, found.author);
        let mut body = json!({
            "user_id": user,
            "channel_id": channel,
            "message_id": message,
            "emoji": emoji_json(emoji),
            "burst": false,
            "type": 0,
        });
        if let Some(guild) = guild {
            body["guild_id"] = json!(guild);
        }
        if name == "MESSAGE_REACTION_ADD" {
            body["burst_colors"] = json!([]);
            body["message_author_id"] = json!(author);
            if let Some(member) = guild.and_then(|id| self.member(id, user)) {
                body["member"] = self.member_json(member);
            }
        }
        let intents = (Intents::GUILD_MESSAGE_REACTIONS, Intents::DIRECT_MESSAGE_REACTIONS);
        self.emit(&Event::channel(name, guild, channel, intents, body));
    }
}
