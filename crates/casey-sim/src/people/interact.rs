//! From a person's click to the event a bot receives, and back to the answer.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Person;
use crate::{
    error::SimError,
    gateway::Event,
    heard::Heard,
    limits,
    permissions::Permissions,
    shared::Shared,
    snowflake::Snowflake,
    world::{Cause, Interaction, State, Target, View},
};

/// An interaction as a person begins it.
pub(super) struct Start {
    pub(super) app: Snowflake,
    pub(super) kind: u8,
    pub(super) channel: Snowflake,
    /// Full name of the command; empty for components.
    pub(super) name: String,
    /// The message whose component is used.
    pub(super) source: Option<Snowflake>,
    pub(super) data: Value,
    /// What a command of a context menu is used on.
    pub(super) target: Option<Target>,
    /// What opened the form that is sent.
    pub(super) trigger: Option<Box<Cause>>,
}

impl Start {
    pub(super) fn new(app: Snowflake, kind: u8, channel: Snowflake, name: &str, data: Value) -> Self {
        Self { app, kind, channel, name: name.to_owned(), source: None, data, target: None, trigger: None }
    }
}

/// An interaction that was begun, and where to look for its answer.
#[derive(Clone, Debug)]
pub(super) struct Begun {
    pub(super) id: Snowflake,
    token: String,
    channel: Snowflake,
    source: Option<Snowflake>,
    position: usize,
    what: String,
}

impl Begun {
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    pub(super) fn channel(&self) -> Snowflake {
        self.channel
    }

    pub(super) fn what(&self) -> &str {
        &self.what
    }
}

impl Person {
    pub(super) async fn begin(&self, start: Start, what: String) -> Begun {
        let begun = {
            let mut state = self.shared.lock();
            let position = state.journal.position(start.channel);
            let (channel, source) = (start.channel, start.source);
            // Completing an option is typing, not saying.
            if start.kind != 4 {
                state.note(channel, self.id, vec![what.clone()]);
            }
            let (id, token) = begin(&mut state, self.id, start);
            Begun { id, token, channel, source, position, what }
        };
        self.shared.settle().await;
        begun
    }

    /// Waits for what the person gets to see in answer.
    pub(super) async fn answer(&self, begun: &Begun) -> Result<Heard, SimError> {
        let shared = &self.shared;
        let expected = format!("an answer to {} by {}", begun.what, self.name());
        let check = || find_answer(shared, begun);
        let found = || {
            let state = shared.lock();
            let answered = state.interactions.get(&begun.token).and_then(|one| one.answered);
            match answered {
                None => "but the bot did not acknowledge it".to_owned(),
                Some(5) => "but the bot deferred its answer and never gave it".to_owned(),
                Some(9) => "but the bot opened a form".to_owned(),
                Some(_) => "but the bot acknowledged it and then changed nothing".to_owned(),
            }
        };
        let place = shared.lock().place(begun.channel);
        let heard = shared.wait_for(&place, &expected, check, found).await?;
        shared.lock().journal.hand_out(begun.channel, heard.id, heard.edited);
        Ok(heard)
    }
}

fn find_answer(shared: &Arc<Shared>, begun: &Begun) -> Option<Heard> {
    let state = shared.lock();
    let list = state.journal.since(begun.channel, begun.position);
    let answers = |heard: &&&Heard| {
        heard.interaction == Some(begun.id) || (heard.edited && Some(heard.id) == begun.source)
    };
    list.iter().find(answers).map(|heard| (*heard).clone())
}

fn begin(state: &mut State, user: Snowflake, start: Start) -> (Snowflake, String) {
    let now = state.now();
    let follow_up = state.settings.follow_up;
    state.interactions.retain(|_, one| now - one.made_at <= follow_up);
    let id = state.mint();
    let token = format!("interaction-token-{id}");
    let guild = state.channels.get(&start.channel).and_then(|channel| channel.guild);
    let body = interaction_json(state, (id, &token), user, guild, &start);
    state.interactions.insert(
        token.clone(),
        Interaction {
            id,
            token: token.clone(),
            app: start.app,
            kind: start.kind,
            user,
            channel: start.channel,
            guild,
            name: start.name,
            source: start.source,
            made_at: now,
            answered: None,
            original: None,
            target: start.target,
            trigger: start.trigger,
            form: None,
            choices: None,
        },
    );
    state.emit(&Event {
        name: "INTERACTION_CREATE",
        guild,
        channel: None,
        app: Some(start.app),
        intent: None,
        needs: Permissions::NONE,
        body,
    });
    (id, token)
}

/// The event (Discord docs: Receiving and Responding, Interaction Structure).
fn interaction_json(
    state: &State,
    (id, token): (Snowflake, &str),
    user: Snowflake,
    guild: Option<Snowflake>,
    start: &Start,
) -> Value {
    let bot = state.apps.get(&start.app).map(|app| app.bot).unwrap_or_default();
    let mut body = json!({
        "id": id,
        "application_id": start.app,
        "type": start.kind,
        "token": token,
        "version": 1,
        "data": start.data,
        "channel_id": start.channel,
        "locale": "en-GB",
        "app_permissions": state.permissions(bot, start.channel).bits().to_string(),
        "entitlements": [],
        "authorizing_integration_owners": { "0": guild.map_or_else(|| "0".to_owned(), |id| id.to_string()) },
        "context": u8::from(guild.is_none()),
        "attachment_size_limit": limits::FILE_BYTES,
    });
    if let Some(channel) = state.channels.get(&start.channel) {
        body["channel"] = state.partial_channel_json(channel, state.permissions(user, start.channel));
    }
    match guild.and_then(|guild| state.member(guild, user).map(|member| (guild, member))) {
        Some((guild, member)) => {
            body["guild_id"] = json!(guild);
            body["guild"] = json!({ "id": guild, "locale": "en-US", "features": [] });
            body["guild_locale"] = json!("en-US");
            body["member"] = state.member_json(member);
            body["member"]["permissions"] = json!(state.permissions(user, start.channel).bits().to_string());
        }
        None => body["user"] = state.user_json(user),
    }
    if let Some(message) = start.source.and_then(|id| state.message(start.channel, id)) {
        body["message"] = state.message_json(message, View { user: bot, content: true });
    }
    body
}
