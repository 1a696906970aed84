//! Events, and who gets them.

use serde_json::Value;

use super::{
    Intents,
    hub::{Out, Payload, Session},
};
use crate::{
    faults::{GatewayFault, Moment},
    permissions::Permissions,
    snowflake::Snowflake,
    world::{Message, State, View},
};

/// Something that happened, on its way to the sessions that may know.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) name: &'static str,
    pub(crate) guild: Option<Snowflake>,
    /// Only bots that see this channel are told.
    pub(crate) channel: Option<Snowflake>,
    /// Only this application is told.
    pub(crate) app: Option<Snowflake>,
    /// The intent a session must have asked for.
    pub(crate) intent: Option<Intents>,
    /// Only bots that may do this in the guild are told.
    pub(crate) needs: Permissions,
    pub(crate) body: Value,
}

impl Event {
    /// An event of a guild.
    pub(crate) fn guild(name: &'static str, guild: Snowflake, intent: Intents, body: Value) -> Self {
        let needs = Permissions::NONE;
        Self { name, guild: Some(guild), channel: None, app: None, intent: Some(intent), needs, body }
    }

    /// The same, told only to bots that may do this in the guild.
    pub(crate) fn for_those_with(self, needs: Permissions) -> Self {
        Self { needs, ..self }
    }

    /// An event in a channel, with one intent for guilds and another for direct messages.
    pub(crate) fn channel(
        name: &'static str,
        guild: Option<Snowflake>,
        channel: Snowflake,
        intents: (Intents, Intents),
        body: Value,
    ) -> Self {
        let intent = Some(if guild.is_some() { intents.0 } else { intents.1 });
        Self { name, guild, channel: Some(channel), app: None, intent, needs: Permissions::NONE, body }
    }
}

impl State {
    /// Tells every session that may know.
    pub(crate) fn emit(&mut self, event: &Event) {
        let takers = self.takers(event);
        if takers.is_empty() {
            return;
        }
        let payload = Payload::text(event.name, &event.body);
        for session in takers {
            self.deliver(&session, payload.clone());
        }
    }

    /// Gives a session its next dispatch, after the fault that is planned for it.
    fn deliver(&mut self, session: &str, payload: Payload) {
        if let Some(fault) = self.faults.strike(Moment::Dispatch) {
            if let Some(out) = Out::of(fault) {
                self.hub.tell(session, out);
            }
            if matches!(fault, GatewayFault::Invalidate { .. }) {
                self.hub.invalidated_session(session);
            }
            if fault == (GatewayFault::Invalidate { resumable: false }) {
                return self.hub.end(session);
            }
        }
        self.hub.push(session, payload);
    }

    /// Tells every session that may know about a message, without its text where the session must not read it.
    pub(crate) fn emit_message(&mut self, name: &'static str, message: &Message) {
        let intents = (Intents::GUILD_MESSAGES, Intents::DIRECT_MESSAGES);
        let event = Event::channel(name, message.guild, message.channel, intents, Value::Null);
        for session in self.takers(&event) {
            let Some((bot, asked)) = self.hub.session(&session).map(|one| (one.bot, one.intents)) else {
                continue;
            };
            let view = View { user: bot, content: asked.contains(Intents::MESSAGE_CONTENT) };
            let payload = Payload::text(name, &self.message_event_json(message, view));
            self.deliver(&session, payload);
        }
    }

    /// Tells every session that may know that a guild is there now.
    pub(crate) fn announce_guild(&mut self, guild: Snowflake) {
        let event = Event::guild("GUILD_CREATE", guild, Intents::GUILDS, Value::Null);
        for session in self.takers(&event) {
            self.deliver(&session, Payload::Guild { id: guild, new: true });
        }
    }

    fn takers(&self, event: &Event) -> Vec<String> {
        self.hub
            .sessions()
            .filter(|session| self.takes(session, event))
            .map(|session| session.id.clone())
            .collect()
    }

    fn takes(&self, session: &Session, event: &Event) -> bool {
        let guild = match event.guild {
            Some(guild) => session.has_shard_of(guild) && self.member(guild, session.bot).is_some(),
            None => session.shard.0 == 0,
        };
        let channel = event
            .channel
            .is_none_or(|channel| self.permissions(session.bot, channel).contains(Permissions::VIEW_CHANNEL));
        let allowed = event.guild.is_none_or(|guild| {
            event.needs == Permissions::NONE
                || self.guild_permissions(session.bot, guild).contains(event.needs)
        });
        guild
            && channel
            && allowed
            && event.app.is_none_or(|app| app == session.app)
            && (event.intent.is_none_or(|intent| session.intents.contains(intent))
                || is_own_membership(event, session.bot))
    }
}

/// A bot is told of changes to its own membership whatever it asked for (Discord docs: Gateway, Gateway Intents).
fn is_own_membership(event: &Event, bot: Snowflake) -> bool {
    event.name == "GUILD_MEMBER_UPDATE" && event.body["user"]["id"] == bot.to_string().as_str()
}
