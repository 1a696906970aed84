//! A reply in the form that Discord's HTTP API takes.

use casey_core::{File, Reply};
use serde::Serialize;
use serde_json::{Value, json};
use twilight_http::request::Form;
use twilight_model::{
    channel::message::{AllowedMentions, Component, Embed, MessageFlags},
    id::{Id, marker::MessageMarker},
};

/// Fields of a message (Discord Docs/Create Message, Edit Message, Execute Webhook).
#[derive(Debug, Default, Serialize)]
pub(super) struct Fields<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    embeds: Option<&'a [Embed]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    components: Option<&'a [Component]>,
    allowed_mentions: AllowedMentions,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachments: Option<Vec<Attachment<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flags: Option<MessageFlags>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_reference: Option<Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enforce_nonce: Option<bool>,
}

#[derive(Debug, Serialize)]
struct Attachment<'a> {
    id: usize,
    filename: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Reference {
    message_id: Id<MessageMarker>,
    fail_if_not_exists: bool,
}

impl<'a> Fields<'a> {
    /// A new message: what is empty is left out. Whom it may ping is always said, because saying nothing means everybody.
    pub(super) fn new(reply: &'a Reply) -> Self {
        Self {
            content: (!reply.content.is_empty()).then_some(reply.content.as_str()),
            embeds: (!reply.embeds.is_empty()).then_some(reply.embeds.as_slice()),
            components: (!reply.components.is_empty()).then_some(reply.components.as_slice()),
            allowed_mentions: reply.pings.allowed_mentions(),
            attachments: (!reply.files.is_empty()).then(|| attachments(&reply.files)),
            ..Self::default()
        }
    }

    /// A message that takes the place of another: what is empty is emptied, and earlier files go.
    pub(super) fn instead(reply: &'a Reply) -> Self {
        Self {
            content: Some(&reply.content),
            embeds: Some(&reply.embeds),
            components: Some(&reply.components),
            allowed_mentions: reply.pings.allowed_mentions(),
            attachments: Some(attachments(&reply.files)),
            ..Self::default()
        }
    }

    /// Shown only to the person who asked, if `private`; for answers to interactions.
    pub(super) fn ephemeral(mut self, private: bool) -> Self {
        self.flags = private.then_some(MessageFlags::EPHEMERAL);
        self
    }

    /// As a reply; as an ordinary message if that message is gone.
    pub(super) fn reply_to(mut self, message: Option<Id<MessageMarker>>) -> Self {
        self.message_reference =
            message.map(|message_id| Reference { message_id, fail_if_not_exists: false });
        self
    }

    /// Discord answers a second message with the same number with the first one.
    pub(super) fn nonce(mut self, nonce: Option<u64>) -> Self {
        self.nonce = nonce.map(|nonce| nonce.to_string());
        self.enforce_nonce = nonce.map(|_| true);
        self
    }

    /// As data of an interaction's answer (Discord Docs/Interaction Callback Type).
    pub(super) fn answer(self, kind: u8) -> Value {
        json!({ "type": kind, "data": self })
    }
}

fn attachments(files: &[File]) -> Vec<Attachment<'_>> {
    files
        .iter()
        .enumerate()
        .map(|(id, file)| Attachment {
            id,
            filename: file_name(&file.name),
            description: file.description.as_deref(),
        })
        .collect()
}

/// A file name that cannot leave the quotes of its header, at most 200 characters.
fn file_name(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|c| if c.is_control() || matches!(c, '"' | '\\' | '/') { '_' } else { c })
        .take(200)
        .collect();
    if name.is_empty() { "file".into() } else { name }
}

/// JSON and files as a form (Discord Docs/Uploading Files).
pub(super) fn form(json: &[u8], files: &[File]) -> Form {
    files.iter().enumerate().fold(Form::new().json_part(b"payload_json", json), |form, (id, file)| {
        form.file_part(format!("files[{id}]").as_bytes(), file_name(&file.name).as_bytes(), &file.bytes)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_message_says_whom_it_pings_and_leaves_out_what_is_empty() {
        let reply = Reply::text("@everyone");
        let fields = Fields::new(&reply).reply_to(Some(Id::new(7))).nonce(Some(9));
        assert_eq!(
            serde_json::to_value(fields).unwrap_or_default(),
            json!({
                "content": "@everyone",
                "allowed_mentions": { "parse": [] },
                "message_reference": { "message_id": "7", "fail_if_not_exists": false },
                "nonce": "9",
                "enforce_nonce": true,
            })
        );
    }

    #[test]
    fn a_replacement_empties_what_it_does_not_have() {
        let reply = Reply::text("");
        assert_eq!(
            serde_json::to_value(Fields::instead(&reply)).unwrap_or_default(),
            json!({
                "content": "", "embeds": [], "components": [], "attachments": [],
                "allowed_mentions": { "parse": [] },
            })
        );
    }

    #[test]
    fn files_carry_their_description_and_harmless_names() {
        let reply = Reply::text("").with_file("a\"\r\nX: y/.txt", b"hi".to_vec(), Some("greeting".into()));
        let fields = serde_json::to_value(Fields::new(&reply)).unwrap_or_default();
        assert_eq!(
            fields["attachments"],
            json!([{ "id": 0, "filename": "a___X: y_.txt", "description": "greeting" }])
        );
        let sent = String::from_utf8_lossy(&form(b"{}", &reply.files).build()).into_owned();
        assert!(sent.contains("name=\"files[0]\"; filename=\"a___X: y_.txt\"\r\n\r\nhi"), "{sent}");
    }

    #[test]
    fn a_private_answer_is_ephemeral() {
        let reply = Reply::text("x");
        assert_eq!(Fields::new(&reply).ephemeral(true).answer(4)["data"]["flags"], 64);
        assert_eq!(Fields::new(&reply).ephemeral(false).answer(4)["data"].get("flags"), None);
    }
}
