//! What an effect asks of Discord's HTTP API. Pure: no request is sent here.

use casey_core::{DiscordError, DiscordErrorKind, Effect, File, InteractionRef, Me, Method, Receipt, Reply};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use twilight_http::request::{Method as Verb, Request, RequestBuilder};
use twilight_model::id::{
    Id,
    marker::{ChannelMarker, MessageMarker},
};

use super::{message, message::Fields, raw, send::Again};
use crate::fault;

/// Kinds of answers to interactions (Discord Docs/Interaction Callback Type).
const MESSAGE: u8 = 4;
const DEFERRED_MESSAGE: u8 = 5;
const DEFERRED_UPDATE: u8 = 6;
const UPDATE: u8 = 7;
const CHOICES: u8 = 8;
const MODAL: u8 = 9;

/// A request, whether it may be sent again, and what its answer means.
pub(super) struct Plan {
    pub(super) request: Result<Request, DiscordError>,
    pub(super) again: Again,
    pub(super) read: Read,
}

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    Nothing,
    Message,
    Body,
}

impl Read {
    pub(super) fn receipt(self, answer: &[u8]) -> Result<Receipt, DiscordError> {
        #[derive(Deserialize)]
        struct Made {
            id: Id<MessageMarker>,
            channel_id: Id<ChannelMarker>,
        }
        let unreadable = || fault::unreadable();
        Ok(match self {
            Self::Nothing => Receipt::Done,
            Self::Body if answer.is_empty() => Receipt::Done,
            Self::Body => Receipt::Body(serde_json::from_slice(answer).map_err(|_| unreadable())?),
            Self::Message => {
                let made: Made = serde_json::from_slice(answer).map_err(|_| unreadable())?;
                Receipt::Message { channel: made.channel_id, id: made.id }
            }
        })
    }
}

/// The request for an effect.
pub(super) fn plan(me: Me, effect: Effect) -> Plan {
    match effect {
        Effect::Answer { interaction, message } => answer_with(&interaction, MESSAGE, message),
        Effect::Update { interaction, message } => answer_with(&interaction, UPDATE, message),
        Effect::Defer { interaction, private } => {
            let data = if private { json!({ "flags": 64 }) } else { json!({}) };
            answer(&interaction, &json!({ "type": DEFERRED_MESSAGE, "data": data }))
        }
        Effect::Acknowledge { interaction } => answer(&interaction, &json!({ "type": DEFERRED_UPDATE })),
        Effect::UpdateComponents { interaction, components, announced: false } => {
            answer(&interaction, &json!({ "type": UPDATE, "data": { "components": components } }))
        }
        Effect::UpdateComponents { interaction, components, announced: true } => {
            let request = RequestBuilder::raw(Verb::Patch, original(me, &interaction));
            sealed(request.json(&json!({ "components": components })))
        }
        Effect::OpenModal { interaction, modal } => {
            let data = json!({
                "custom_id": modal.custom_id(), "title": modal.title(), "components": modal.components(),
            });
            answer(&interaction, &json!({ "type": MODAL, "data": data }))
        }
        Effect::Suggest { interaction, choices } => {
            let plan = answer(&interaction, &json!({ "type": CHOICES, "data": { "choices": choices } }));
            // The next key that is pressed asks anew.
            Plan { again: Again::No, ..plan }
        }
        Effect::Amend { interaction, message } => {
            let message = message.fitted();
            let path = original(me, &interaction);
            sealed(with_files(Verb::Patch, path, &Fields::instead(&message), &message.files))
        }
        Effect::FollowUp { interaction, message } => {
            let message = message.fitted();
            let path = format!("webhooks/{}/{}", me.application, interaction.token);
            let fields = Fields::new(&message).ephemeral(message.private);
            let plan = sealed(with_files(Verb::Post, path, &fields, &message.files));
            Plan { again: Again::No, ..plan }
        }
        Effect::Withdraw { interaction } => {
            let request = RequestBuilder::raw(Verb::Delete, original(me, &interaction));
            Plan { again: Again::ToRemove, read: Read::Nothing, ..sealed(request) }
        }
        Effect::Request { method, path, body, reason } => {
            other(method, path, body.as_ref(), reason.as_deref())
        }
        effect => in_channel(effect),
    }
}

/// Effects on messages of a channel.
fn in_channel(effect: Effect) -> Plan {
    match effect {
        Effect::Say { channel, message, reply_to, nonce } => {
            let message = message.fitted();
            let fields = Fields::new(&message).reply_to(reply_to).nonce(nonce);
            let path = format!("channels/{channel}/messages");
            let request = with_files(Verb::Post, path, &fields, &message.files);
            // Only the nonce makes sure that a second attempt posts no second message.
            Plan { again: if nonce.is_some() { Again::Yes } else { Again::No }, ..open(request) }
        }
        Effect::Edit { channel, id, message } => {
            let message = message.fitted();
            let path = format!("channels/{channel}/messages/{id}");
            open(with_files(Verb::Patch, path, &Fields::instead(&message), &message.files))
        }
        Effect::Delete { channel, id } => {
            let request = RequestBuilder::raw(Verb::Delete, format!("channels/{channel}/messages/{id}"));
            Plan { again: Again::ToRemove, read: Read::Nothing, ..open(request) }
        }
        Effect::Typing { channel } => {
            let request = RequestBuilder::raw(Verb::Post, format!("channels/{channel}/typing"));
            // It lasts ten seconds: late is useless.
            Plan { again: Again::No, read: Read::Nothing, ..open(request) }
        }
        _ => Plan {
            request: Err(DiscordError::new(DiscordErrorKind::Invalid, None)
                .caused_by("this version of casey-discord does not know the effect")),
            again: Again::No,
            read: Read::Nothing,
        },
    }
}

fn other(method: Method, path: String, body: Option<&Value>, reason: Option<&str>) -> Plan {
    let again = match method {
        Method::Get | Method::Put => Again::Yes,
        Method::Delete => Again::ToRemove,
        Method::Post | Method::Patch => Again::No,
    };
    Plan { request: raw::request(method, path, body, reason), again, read: Read::Body }
}

/// The request for the first answer to an interaction, to look at it.
pub(super) fn first_answer(me: Me, interaction: &InteractionRef) -> Plan {
    Plan { read: Read::Body, ..sealed(RequestBuilder::raw(Verb::Get, original(me, interaction))) }
}

fn original(me: Me, interaction: &InteractionRef) -> String {
    format!("webhooks/{}/{}/messages/@original", me.application, interaction.token)
}

/// A request that is authorised by the bot token.
fn open(request: RequestBuilder) -> Plan {
    let request = request.build().map_err(fault::unbuilt);
    Plan { request, again: Again::Yes, read: Read::Message }
}

/// A request whose path carries its own authorisation: the token of an interaction.
fn sealed(request: RequestBuilder) -> Plan {
    open(request.use_authorization_token(false))
}

fn answer_with(interaction: &InteractionRef, kind: u8, message: Reply) -> Plan {
    let message = message.fitted();
    let fields = if kind == UPDATE { Fields::instead(&message) } else { Fields::new(&message) };
    let body = fields.ephemeral(kind == MESSAGE && message.private).answer(kind);
    let request = with_files(Verb::Post, callback(interaction), &body, &message.files);
    Plan { again: Again::ToAnswer, read: Read::Nothing, ..sealed(request) }
}

fn answer(interaction: &InteractionRef, body: &Value) -> Plan {
    let request = RequestBuilder::raw(Verb::Post, callback(interaction)).json(body);
    Plan { again: Again::ToAnswer, read: Read::Nothing, ..sealed(request) }
}

fn callback(interaction: &InteractionRef) -> String {
    format!("interactions/{}/{}/callback", interaction.id, interaction.token)
}

fn with_files(method: Verb, path: String, body: &impl Serialize, files: &[File]) -> RequestBuilder {
    let request = RequestBuilder::raw(method, path);
    match serde_json::to_vec(body) {
        Ok(json) if !files.is_empty() => request.form(message::form(&json, files)),
        // What cannot be written as JSON is refused by `json` with the right error.
        _ => request.json(body),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use casey_core::{Call, Command, Input, Module, testing::Stage};
    use twilight_interactions::command::{CommandModel, CreateCommand};
    use twilight_model::{
        application::command::{CommandOptionChoice, CommandOptionChoiceValue},
        channel::message::{Component, component::ActionRow},
    };

    use super::*;

    const ME: Me = Me { user: Id::new(1), application: Id::new(2) };

    fn interaction() -> InteractionRef {
        InteractionRef { id: Id::new(3), token: "sesame".into() }
    }

    fn sent(plan: &Plan) -> (Verb, String, Value, bool) {
        let request = plan.request.as_ref().unwrap();
        let body = request.body().map(|body| serde_json::from_slice(body).unwrap()).unwrap_or_default();
        (request.method(), request.path().to_owned(), body, request.use_authorization_token())
    }

    #[test]
    fn first_answers_are_sent_again_soon_and_carry_no_bot_token() {
        let private = Reply::text("hush").private();
        let plan = plan(ME, Effect::Answer { interaction: interaction(), message: private });
        let (method, path, body, authorised) = sent(&plan);
        assert_eq!(
            (method, path.as_str(), authorised),
            (Verb::Post, "interactions/3/sesame/callback", false)
        );
        assert_eq!(body["type"], 4);
        assert_eq!(body["data"]["flags"], 64);
        assert_eq!(plan.again, Again::ToAnswer);
    }

    #[test]
    fn a_deferred_answer_is_private_if_asked() {
        let (_, _, body, _) = sent(&plan(ME, Effect::Defer { interaction: interaction(), private: true }));
        assert_eq!(body, json!({ "type": 5, "data": { "flags": 64 } }));
        let (_, _, body, _) = sent(&plan(ME, Effect::Acknowledge { interaction: interaction() }));
        assert_eq!(body, json!({ "type": 6 }));
    }

    #[test]
    fn menus_forms_and_choices_are_answers_of_their_own_kind() {
        let choice = CommandOptionChoice {
            name: "One".into(),
            name_localizations: None,
            value: CommandOptionChoiceValue::Integer(1),
        };
        let suggest = plan(ME, Effect::Suggest { interaction: interaction(), choices: vec![choice] });
        let (method, path, body, authorised) = sent(&suggest);
        assert_eq!(
            (method, path.as_str(), authorised),
            (Verb::Post, "interactions/3/sesame/callback", false)
        );
        assert_eq!(body, json!({ "type": 8, "data": { "choices": [{ "name": "One", "value": 1 }] } }));
        assert_eq!(suggest.again, Again::No);

        let components = |announced| {
            let row = ActionRow { id: None, components: Vec::new() };
            let components = vec![Component::ActionRow(row)];
            sent(&plan(ME, Effect::UpdateComponents { interaction: interaction(), components, announced }))
        };
        let rows = json!([{ "type": 1, "components": [] }]);
        assert_eq!(components(false).2, json!({ "type": 7, "data": { "components": rows } }));
        let (method, path, body, _) = components(true);
        assert_eq!((method, path.as_str()), (Verb::Patch, "webhooks/2/sesame/messages/@original"));
        assert_eq!(body, json!({ "components": rows }), "text and embeds stay as they are");
    }

    #[derive(CommandModel, CreateCommand)]
    #[command(name = "ask", desc = "Ask")]
    struct Ask {}

    struct Asker;

    impl Module for Asker {
        fn name(&self) -> &'static str {
            "asker"
        }

        fn commands(self: Arc<Self>) -> Vec<Command> {
            let form = |call: &Call, _: Ask| {
                Ok(Some(call.modal("Ask", "ask", "").input(Input::line("what", "What")).build()?))
            };
            vec![Command::new(async |_: Call, _: Ask| Ok(Reply::text("asked"))).form(form)]
        }
    }

    #[tokio::test]
    async fn a_form_opens_as_first_answer() {
        let stage = Stage::builder().module(Arc::new(Asker)).raise().await;
        stage.slash(Stage::BOB, "ask", json!([])).await;
        let modal = stage.form();
        let custom_id = modal.custom_id().to_owned();
        let plan = plan(ME, Effect::OpenModal { interaction: interaction(), modal });
        let (method, path, body, authorised) = sent(&plan);
        assert_eq!(
            (method, path.as_str(), authorised),
            (Verb::Post, "interactions/3/sesame/callback", false)
        );
        let input =
            json!({ "type": 4, "custom_id": "what", "style": 1, "required": true, "max_length": 4000 });
        let label = json!({ "type": 18, "label": "What", "component": input });
        let data = json!({ "custom_id": custom_id, "title": "Ask", "components": [label] });
        assert_eq!(body, json!({ "type": 9, "data": data }));
        assert_eq!(plan.again, Again::ToAnswer);
    }

    #[test]
    fn amending_replaces_the_first_answer() {
        let plan = plan(ME, Effect::Amend { interaction: interaction(), message: Reply::text("late") });
        let (method, path, body, authorised) = sent(&plan);
        assert_eq!((method, authorised), (Verb::Patch, false));
        assert_eq!(path, "webhooks/2/sesame/messages/@original");
        assert_eq!(body["embeds"], json!([]));
        assert_eq!(plan.again, Again::Yes);
    }

    #[test]
    fn only_a_message_with_a_nonce_may_be_sent_again() {
        let say =
            |nonce| Effect::Say { channel: Id::new(5), message: Reply::text("x"), reply_to: None, nonce };
        assert_eq!(plan(ME, say(None)).again, Again::No);
        assert_eq!(plan(ME, say(Some(8))).again, Again::Yes);
        let (_, path, body, _) = sent(&plan(ME, say(Some(8))));
        assert_eq!(path, "channels/5/messages");
        assert_eq!((&body["nonce"], &body["enforce_nonce"]), (&json!("8"), &json!(true)));
    }

    #[test]
    fn long_text_goes_as_a_file() {
        let message = Reply::text("x".repeat(2_001));
        let plan = plan(ME, Effect::Say { channel: Id::new(5), message, reply_to: None, nonce: None });
        let request = plan.request.unwrap();
        assert!(request.body().is_none() && request.form().is_some());
    }

    #[test]
    fn answers_become_receipts() {
        let message = br#"{"id":"7","channel_id":"5","unknown":{}}"#;
        let receipt = Read::Message.receipt(message).unwrap();
        assert_eq!(receipt.message(), Some((Id::new(5), Id::new(7))));
        assert_eq!(Read::Body.receipt(b"").unwrap(), Receipt::Done);
        assert_eq!(Read::Body.receipt(b"[1]").unwrap(), Receipt::Body(json!([1])));
        assert!(Read::Message.receipt(b"<html>").is_err());
    }
}
