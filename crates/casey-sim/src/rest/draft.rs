//! The body of a message, in all the places where one is sent or changed.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    components::{self, Layout},
    embeds,
    error::ApiError,
    form::{Form, Issues},
    upload::{Upload, content_type},
    webhooks,
};
use crate::{
    limits,
    permissions::Permissions,
    snowflake::Snowflake,
    world::{AllowedMentions, Attachment, State, Which, flags},
};

/// Where a message body stands, which decides its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Create Message.
    Channel,
    /// Edit Message.
    ChannelEdit,
    /// The `data` of a first answer, or of an update of the component's message.
    Answer,
    /// A follow-up.
    FollowUp,
    /// An edit of an answer or follow-up.
    FollowUpEdit,
    /// The first message of a post in a forum.
    Post,
    /// Execute Webhook.
    Webhook,
}

impl Place {
    fn is_edit(self) -> bool {
        matches!(self, Self::ChannelEdit | Self::FollowUpEdit)
    }

    /// Bits of `flags` that may be set here.
    fn flags(self) -> u64 {
        match self {
            Self::Channel | Self::Post | Self::Webhook => {
                flags::SUPPRESS_EMBEDS | flags::SUPPRESS_NOTIFICATIONS | flags::COMPONENTS_V2
            }
            Self::Answer | Self::FollowUp => {
                flags::SUPPRESS_EMBEDS
                    | flags::EPHEMERAL
                    | flags::SUPPRESS_NOTIFICATIONS
                    | flags::COMPONENTS_V2
            }
            Self::ChannelEdit | Self::FollowUpEdit => flags::SUPPRESS_EMBEDS | flags::COMPONENTS_V2,
        }
    }
}

/// What was written. `None` where a field was not given.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) content: Option<String>,
    pub(super) embeds: Option<Vec<Value>>,
    pub(super) components: Option<Vec<Value>>,
    pub(super) allowed: Option<AllowedMentions>,
    pub(super) flags: Option<u64>,
    /// Bits of `flags` in an edit that only stay if the message has them already (Message, Edit Message).
    pub(super) kept_flags: u64,
    pub(super) tts: bool,
    pub(super) nonce: Option<Value>,
    pub(super) enforce_nonce: bool,
    pub(super) reply_to: Option<Reference>,
    pub(super) stickers: Vec<Snowflake>,
    /// New files.
    pub(super) files: Vec<NewFile>,
    /// Files of the message that stay; `None` keeps all.
    pub(super) kept: Option<Vec<Snowflake>>,
    /// Of a webhook's message: the name it appears under, and the post of a forum it begins.
    pub(super) username: Option<String>,
    pub(super) thread_name: Option<String>,
    pub(super) tags: Vec<Snowflake>,
}

/// The message that is replied to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reference {
    pub(super) message: Snowflake,
    pub(super) channel: Option<Snowflake>,
    pub(super) must_exist: bool,
    /// Forwards the message instead of replying to it.
    pub(super) forwards: bool,
}

/// What libraries send of a file that stays: all they know of it, some under names of their own.
const OF_A_FILE: [&str; 14] = [
    "attachment",
    "contentType",
    "content_type",
    "duration",
    "ephemeral",
    "flags",
    "height",
    "name",
    "proxyURL",
    "proxy_url",
    "size",
    "spoiler",
    "url",
    "width",
];

/// An uploaded file with what the body says about it.
#[derive(Debug)]
pub(super) struct NewFile {
    filename: String,
    description: Option<String>,
    bytes: Vec<u8>,
}

impl Draft {
    /// Reads a body strictly.
    pub(super) fn read(body: &Value, uploads: &[Upload], place: Place) -> Result<Self, ApiError> {
        let issues = Issues::default();
        let mut draft = Self::default();
        if let Some(form) = Form::new(body, String::new(), &issues) {
            draft.fill(form, uploads, place);
        }
        issues.result()?;
        if uploads.iter().any(|file| file.bytes.len() > limits::FILE_BYTES) {
            return Err(ApiError::too_large());
        }
        Ok(draft)
    }

    /// Reads a message inside a body: the `data` of an interaction's answer, or the first message of a post.
    pub(super) fn read_form(form: Form<'_>, uploads: &[Upload], place: Place) -> Self {
        let mut draft = Self::default();
        draft.fill(form, uploads, place);
        draft
    }

    fn fill(&mut self, mut form: Form<'_>, uploads: &[Upload], place: Place) {
        let null_content = form.given("content") && form.value("content").is_none();
        self.content =
            if null_content { Some(String::new()) } else { form.text("content", 0, limits::CONTENT) };
        self.embeds = embeds::read(&mut form);
        self.read_flags(&mut form, place);
        let layout = match self.flags {
            Some(bits) if bits & flags::COMPONENTS_V2 != 0 => Layout::Whole,
            _ if place.is_edit() || place == Place::Answer => Layout::Either,
            _ => Layout::Rows,
        };
        self.components = components::read(&mut form, layout);
        self.check_whole(&form);
        if place.is_edit() {
            // Null clears on an edit.
            for (key, list) in [("embeds", &mut self.embeds), ("components", &mut self.components)] {
                if form.given(key) && list.is_none() {
                    *list = Some(Vec::new());
                }
            }
        }
        self.allowed = read_allowed(&mut form);
        self.read_files(&mut form, uploads, place);
        if place.is_edit() {
            // An edit has none, but libraries say so.
            form.idle("tts");
        } else {
            self.tts = form.boolean("tts").unwrap_or(false);
            form.refuse("poll");
        }
        match place {
            Place::Channel => {
                self.read_nonce(&mut form);
                self.read_reference(&mut form);
                self.stickers = form.ids("sticker_ids", 3).unwrap_or_default();
                form.refuse("shared_client_theme");
            }
            Place::Post => self.stickers = form.ids("sticker_ids", 3).unwrap_or_default(),
            Place::ChannelEdit => form.refuse("sticker_ids"),
            Place::Webhook => self.read_sender(&mut form),
            Place::FollowUp => {
                for key in ["username", "avatar_url", "thread_name", "applied_tags"] {
                    form.refuse(key);
                }
            }
            Place::FollowUpEdit => {
                // discord.js sends with an edit whatever a webhook's message can have.
                form.ignore("username");
                form.ignore("avatar_url");
            }
            Place::Answer => {}
        }
        if !matches!(place, Place::Channel) {
            // It means something for new messages only, but discord.js sends it with all of them.
            form.boolean("enforce_nonce");
        }
        form.finish();
    }

    fn read_flags(&mut self, form: &mut Form<'_>, place: Place) {
        let Some(bits) =
            form.integer("flags", 0, i64::from(i32::MAX)).and_then(|bits| u64::try_from(bits).ok())
        else {
            return;
        };
        let beyond = bits & !place.flags();
        if place.is_edit() {
            self.kept_flags = beyond;
        } else if beyond != 0 {
            form.issue("flags", "BITFIELD_INVALID_FLAGS", "These message flags cannot be set here.");
        }
        self.flags = Some(bits & place.flags());
    }

    /// A message that is nothing but components has no other content (Components, Component Reference).
    fn check_whole(&self, form: &Form<'_>) {
        if self.flags.unwrap_or(0) & flags::COMPONENTS_V2 == 0 {
            return;
        }
        let others = [
            ("content", self.content.as_ref().is_some_and(|text| !text.is_empty())),
            ("embeds", self.embeds.as_ref().is_some_and(|list| !list.is_empty())),
        ];
        for (key, _) in others.iter().filter(|(_, there)| *there) {
            let what = format!("The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2");
            form.issue(key, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", &what);
        }
    }

    /// Under which name a webhook speaks, and where.
    fn read_sender(&mut self, form: &mut Form<'_>) {
        self.username = form.text("username", 1, 80);
        if let Some(name) = &self.username {
            webhooks::check_name(form, "username", name);
        }
        form.url("avatar_url", false);
        self.thread_name = form.text("thread_name", 1, 100);
        self.tags = form.ids("applied_tags", 5).unwrap_or_default();
    }

    fn read_nonce(&mut self, form: &mut Form<'_>) {
        self.enforce_nonce = form.boolean("enforce_nonce").unwrap_or(false);
        match form.value("nonce") {
            Some(Value::String(text)) if text.chars().count() > limits::NONCE => {
                form.issue("nonce", "NONCE_TYPE_TOO_LONG", "Must be 25 or fewer in length.");
            }
            Some(nonce @ (Value::String(_) | Value::Number(_))) => self.nonce = Some(nonce.clone()),
            Some(_) => form.issue("nonce", "NONCE_TYPE_INVALID", "Must be a string or an integer."),
            None if self.enforce_nonce => form.issue("nonce", "BASE_TYPE_REQUIRED", "This field is required"),
            None => {}
        }
    }

    fn read_reference(&mut self, form: &mut Form<'_>) {
        let Some(mut reference) = form.form("message_reference") else { return };
        reference.required("message_id");
        let message = reference.id("message_id");
        let channel = reference.id("channel_id");
        reference.id("guild_id");
        let must_exist = reference.boolean("fail_if_not_exists").unwrap_or(true);
        let forwards = reference.one_of("type", &[0, 1]) == Some(1);
        if forwards {
            reference.required("channel_id");
        }
        reference.finish();
        let lists = [&self.embeds, &self.components];
        let some = lists.into_iter().flatten().any(|list| !list.is_empty());
        let text = self.content.as_ref().is_some_and(|text| !text.is_empty());
        if forwards && (some || text) {
            form.issue(
                "message_reference",
                "MESSAGE_FORWARD_WITH_CONTENT",
                "A forward carries nothing of its own.",
            );
        }
        self.reply_to = message.map(|message| Reference { message, channel, must_exist, forwards });
    }

    /// The `attachments` list names the files that come with the request and, on an edit, those that stay.
    fn read_files(&mut self, form: &mut Form<'_>, uploads: &[Upload], place: Place) {
        let numbers: BTreeSet<u64> = uploads.iter().map(|file| file.number).collect();
        if numbers.len() != uploads.len() || uploads.len() > limits::FILES {
            form.issue(
                "attachments",
                "BASE_TYPE_MAX_LENGTH",
                "Must be 10 or fewer in length, each with its own number.",
            );
        }
        let mut described = Vec::new();
        let mut kept = Vec::new();
        let listed = form.forms("attachments", limits::FILES);
        let replaces = listed.is_some();
        for mut one in listed.unwrap_or_default() {
            one.required("id");
            let id = one
                .value("id")
                .and_then(|id| id.as_u64().or_else(|| id.as_str().and_then(|text| text.parse().ok())));
            let filename = one.text("filename", 1, 1_024);
            let description = one.text("description", 0, 1_024);
            let stays = place.is_edit() && id.is_some_and(|id| !numbers.contains(&id));
            for key in ["title", "duration_secs", "waveform", "is_spoiler", "is_remix"] {
                if stays { one.ignore(key) } else { one.refuse(key) }
            }
            for key in OF_A_FILE.iter().filter(|_| stays) {
                one.ignore(key);
            }
            match id {
                Some(id) if numbers.contains(&id) => described.push((id, filename, description)),
                Some(id) if place.is_edit() => kept.push(Snowflake::new(id)),
                _ => one.issue("id", "ATTACHMENT_NOT_FOUND", "Attachment data cannot be found"),
            }
            one.finish();
        }
        self.kept = replaces.then_some(kept);
        self.files = uploads
            .iter()
            .map(|upload| {
                let about = described.iter().find(|(id, ..)| *id == upload.number);
                NewFile {
                    filename: about.and_then(|one| one.1.clone()).unwrap_or_else(|| upload.filename.clone()),
                    description: about.and_then(|one| one.2.clone()),
                    bytes: upload.bytes.to_vec(),
                }
            })
            .collect();
    }

    /// Whether the message is to be nothing but components.
    pub(super) fn is_whole(&self) -> bool {
        self.flags.unwrap_or(0) & flags::COMPONENTS_V2 != 0
    }

    /// Whether there are components that only such a message has.
    pub(super) fn has_whole_parts(&self) -> bool {
        self.components.as_deref().is_some_and(components::only_whole)
    }

    /// Whether a new message would have nothing to show (50006).
    pub(super) fn is_empty(&self) -> bool {
        self.content.as_deref().unwrap_or_default().trim().is_empty()
            && self.embeds.as_ref().is_none_or(Vec::is_empty)
            && self.components.as_ref().is_none_or(Vec::is_empty)
            && self.files.is_empty()
            && self.stickers.is_empty()
            && !self.reply_to.is_some_and(|reference| reference.forwards)
    }

    /// What a bot must be allowed to do for this draft.
    pub(super) fn needs(&self) -> Permissions {
        let mut needed = Permissions::SEND_MESSAGES;
        if self.embeds.as_ref().is_some_and(|embeds| !embeds.is_empty()) {
            needed |= Permissions::EMBED_LINKS;
        }
        if !self.files.is_empty() {
            needed |= Permissions::ATTACH_FILES;
        }
        if self.tts {
            needed |= Permissions::SEND_TTS_MESSAGES;
        }
        needed
    }

    /// The new files with ids.
    pub(super) fn attachments(&mut self, state: &mut State) -> Vec<Attachment> {
        let files = std::mem::take(&mut self.files);
        let keep = |file: NewFile| Attachment {
            id: state.mint(),
            content_type: content_type(&file.filename).to_owned(),
            filename: file.filename,
            description: file.description,
            bytes: file.bytes.into(),
        };
        files.into_iter().map(keep).collect()
    }
}

fn read_allowed(form: &mut Form<'_>) -> Option<AllowedMentions> {
    let mut form = form.form("allowed_mentions")?;
    let mut allowed = AllowedMentions::none();
    let (mut all_users, mut all_roles) = (false, false);
    for kind in form.list("parse", 3).unwrap_or_default() {
        match kind.as_str() {
            Some("everyone") => allowed.everyone = true,
            Some("users") => all_users = true,
            Some("roles") => all_roles = true,
            _ => form.issue(
                "parse",
                "BASE_TYPE_CHOICES",
                "Value must be one of ('everyone', 'users', 'roles').",
            ),
        }
    }
    allowed.users = read_which(&mut form, "users", all_users);
    allowed.roles = read_which(&mut form, "roles", all_roles);
    allowed.replied_user = form.boolean("replied_user").unwrap_or(false);
    form.finish();
    Some(allowed)
}

fn read_which(form: &mut Form<'_>, key: &'static str, all: bool) -> Which {
    let list = form.list(key, 100).unwrap_or_default();
    if all && !list.is_empty() {
        let message = format!("parse:[\"{key}\"] and {key}: [ids...] are mutually exclusive.");
        form.issue(key, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", &message);
    }
    let read: Vec<_> = list.iter().filter_map(Snowflake::of_json).collect();
    if read.len() != list.len() {
        form.issue(key, "NUMBER_TYPE_COERCE", "Value is not snowflake.");
    }
    if all { Which::All } else { Which::Only(read) }
}

#[cfg(test)]
mod tests;
