//! The first answer to an interaction (Discord docs: Receiving and Responding, Responding to an Interaction).

use serde_json::{Value, json};

use super::{
    call::{Answer, Ctx, Outcome},
    components,
    draft::{Draft, Place},
    error::ApiError,
    form::{Form, Issues},
};
use crate::{
    limits,
    snowflake::Snowflake,
    world::{Amendment, Interaction, Origin, Post, Refusal, View, flags},
};

/// What a bot answered.
enum Reply {
    /// 4.
    Message(Draft),
    /// 5, with the flags of the message to come.
    Later(u64),
    /// 6.
    UpdateLater,
    /// 7.
    Update(Draft),
    /// 8.
    Choices(Vec<Value>),
    /// 9.
    Form(Value),
}

impl Reply {
    fn number(&self) -> u8 {
        match self {
            Self::Message(_) => 4,
            Self::Later(_) => 5,
            Self::UpdateLater => 6,
            Self::Update(_) => 7,
            Self::Choices(_) => 8,
            Self::Form(_) => 9,
        }
    }
}

pub(super) fn answer(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.id("interaction_id")?;
    let interaction =
        ctx.state.interactions.get(ctx.param("interaction_token")).filter(|one| one.id == id).cloned();
    let interaction = interaction.ok_or_else(ApiError::unknown_interaction)?;
    interaction.may_answer(ctx.state.now(), ctx.state.settings.first_answer).map_err(refused)?;
    let reply = read(ctx, &interaction)?;
    let number = reply.number();
    let message = carry_out(ctx, &interaction, reply)?;
    let message = message.or(interaction.source);
    if let Some(stored) = ctx.state.interactions.get_mut(&interaction.token) {
        stored.answered = Some(number);
        stored.original = message;
    }
    if !ctx.query_is_true("with_response") {
        return Ok(Answer::Empty);
    }
    Answer::ok(receipt(ctx, &interaction, number, message))
}

pub(super) fn refused(refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::Unknown => ApiError::unknown_interaction(),
        Refusal::AlreadyAcknowledged => ApiError::already_acknowledged(),
        Refusal::TokenExpired => ApiError::invalid_token(),
        Refusal::NoWebhook => ApiError::unknown_webhook(),
    }
}

fn read(ctx: &Ctx<'_>, interaction: &Interaction) -> Result<Reply, ApiError> {
    let issues = Issues::default();
    let mut reply = None;
    if let Some(mut form) = Form::new(ctx.body, String::new(), &issues) {
        form.required("type");
        match form.integer("type", 1, 12) {
            Some(kind @ (4 | 7)) => {
                form.required("data");
                let draft = form.form("data").map(|data| Draft::read_form(data, ctx.files, Place::Answer));
                if kind == 4 {
                    reply = draft.map(Reply::Message);
                } else {
                    reply = draft.map(Reply::Update);
                }
            }
            Some(5) => {
                let draft = form
                    .form("data")
                    .map(|data| Draft::read_form(data, &[], Place::Answer))
                    .unwrap_or_default();
                reply = Some(Reply::Later(draft.flags.unwrap_or(0)));
            }
            Some(6) => {
                form.ignore("data");
                reply = Some(Reply::UpdateLater);
            }
            Some(8) => {
                form.required("data");
                reply = form.form("data").map(|data| Reply::Choices(read_choices(data)));
            }
            Some(9) => {
                form.required("data");
                reply = form.form("data").map(|data| Reply::Form(components::read_modal(data)));
            }
            Some(kind @ (10 | 12)) => {
                form.issues.unsupported("type", &format!("interaction answers of type {kind}"));
            }
            Some(_) => {
                form.issue("type", "BASE_TYPE_CHOICES", "Value must be one of (4, 5, 6, 7, 8, 9, 10, 12).");
            }
            None => {}
        }
        if let Some(why) = reply.as_ref().and_then(|reply| unfit(interaction, reply)) {
            form.issue("type", "INTERACTION_TYPE_INVALID", why);
        }
        form.finish();
    }
    issues.result()?;
    match reply {
        Some(Reply::Message(draft)) if draft.is_empty() => Err(ApiError::empty_message()),
        Some(Reply::Message(draft)) if !draft.is_whole() && draft.has_whole_parts() => {
            let what = "These components take a message with the flag IS_COMPONENTS_V2.";
            Err(ApiError::invalid("data.components", "UNION_TYPE_CHOICES", what))
        }
        Some(reply) => Ok(reply),
        None => Err(ApiError::wrong_form()),
    }
}

/// Why an answer does not fit what it answers.
fn unfit(interaction: &Interaction, reply: &Reply) -> Option<&'static str> {
    let on_message = interaction.source.is_some();
    match (interaction.kind, reply) {
        (4, Reply::Choices(_)) => None,
        (4, _) => Some("Autocompletion can only be answered with choices."),
        (_, Reply::Choices(_)) => Some("Only autocompletion can be answered with choices."),
        (5, Reply::Form(_)) => Some("A form cannot be answered with a form."),
        (_, Reply::UpdateLater | Reply::Update(_)) if !on_message => {
            Some("Only components can be answered with an update.")
        }
        _ => None,
    }
}

/// Choices for an option that is being filled in: at most 25.
fn read_choices(mut form: Form<'_>) -> Vec<Value> {
    form.required("choices");
    let mut list = Vec::new();
    for mut choice in form.forms("choices", limits::OPTIONS).unwrap_or_default() {
        let name = choice.required_text("name", 1, 100);
        choice.required("value");
        let value = choice.value("value").cloned().unwrap_or_default();
        let length = value.as_str().map(|text| text.chars().count());
        if length.is_some_and(|length| !(1..=100).contains(&length)) {
            choice.issue("value", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.");
        } else if length.is_none() && !value.is_number() {
            choice.issue("value", "BASE_TYPE_BAD_TYPE", "Could not interpret value as a choice.");
        }
        if choice.value("name_localizations").is_some_and(|words| !words.is_object()) {
            choice.issue(
                "name_localizations",
                "DICT_TYPE_CONVERT",
                "Only dictionaries may be used in a DictType",
            );
        }
        choice.finish();
        list.push(json!({ "name": name, "value": value }));
    }
    for key in ["content", "embeds", "components", "flags", "allowed_mentions", "tts", "attachments"] {
        // Some libraries send these along as nothing.
        form.refuse(key);
    }
    form.finish();
    list
}

fn carry_out(
    ctx: &mut Ctx<'_>,
    interaction: &Interaction,
    reply: Reply,
) -> Result<Option<Snowflake>, ApiError> {
    let bot =
        ctx.state.apps.get(&interaction.app).map(|app| app.bot).ok_or_else(ApiError::unknown_application)?;
    let blank =
        Post { origin: Origin::Interaction(interaction.cause()), ..Post::text(interaction.channel, bot, "") };
    Ok(match reply {
        Reply::Message(draft) => {
            // The answer to a component replies to its message.
            let post = fill(ctx, Post { reply_to: interaction.source, ..blank }, draft);
            Some(ctx.state.post(post))
        }
        Reply::Later(bits) => {
            Some(ctx.state.post(Post { flags: (bits & flags::EPHEMERAL) | flags::LOADING, ..blank }))
        }
        Reply::UpdateLater => None,
        Reply::Update(draft) => {
            let source = interaction.source.ok_or_else(ApiError::unknown_message)?;
            let change = change(ctx, (interaction.channel, source), draft)?;
            ctx.state.amend(interaction.channel, source, change);
            Some(source)
        }
        Reply::Choices(choices) => {
            keep(ctx, interaction, |one| one.choices = Some(choices));
            None
        }
        Reply::Form(form) => {
            keep(ctx, interaction, |one| one.form = Some(form));
            None
        }
    })
}

fn keep(ctx: &mut Ctx<'_>, interaction: &Interaction, change: impl FnOnce(&mut Interaction)) {
    if let Some(stored) = ctx.state.interactions.get_mut(&interaction.token) {
        change(stored);
    }
}

/// A post with what the draft says.
pub(super) fn fill(ctx: &mut Ctx<'_>, post: Post, mut draft: Draft) -> Post {
    Post {
        attachments: draft.attachments(ctx.state),
        content: draft.content.unwrap_or_default(),
        embeds: draft.embeds.unwrap_or_default(),
        components: draft.components.unwrap_or_default(),
        allowed: draft.allowed.unwrap_or_default(),
        flags: draft.flags.unwrap_or(0),
        tts: draft.tts,
        nonce: draft.nonce,
        ..post
    }
}

/// What a draft changes about a message: files that are not kept go, new ones come.
pub(super) fn change(
    ctx: &mut Ctx<'_>,
    (channel, message): (Snowflake, Snowflake),
    mut draft: Draft,
) -> Result<Amendment, ApiError> {
    check_layout(ctx, (channel, message), &draft)?;
    let mut attachments =
        ctx.state.message(channel, message).map(|message| message.attachments.clone()).unwrap_or_default();
    if let Some(kept) = &draft.kept {
        attachments.retain(|one| kept.contains(&one.id));
    }
    attachments.extend(draft.attachments(ctx.state));
    let was = ctx.state.message(channel, message).map_or(0, |message| message.flags);
    if draft.kept_flags & !was != 0 {
        let what = "These message flags cannot be set here.";
        return Err(ApiError::invalid("flags", "BITFIELD_INVALID_FLAGS", what));
    }
    Ok(Amendment {
        content: draft.content,
        embeds: draft.embeds,
        components: draft.components,
        attachments: Some(attachments),
        flags: draft.flags.map(|bits| bits | was & flags::COMPONENTS_V2),
        allowed: draft.allowed,
    })
}

/// A message that is nothing but components stays so, and others do not become it by their components alone.
fn check_layout(
    ctx: &Ctx<'_>,
    (channel, message): (Snowflake, Snowflake),
    draft: &Draft,
) -> Result<(), ApiError> {
    let found = ctx.state.message(channel, message).ok_or_else(ApiError::unknown_message)?;
    let whole = (found.flags | draft.flags.unwrap_or(0)) & flags::COMPONENTS_V2 != 0;
    let text = draft.content.as_ref().is_some_and(|text| !text.is_empty());
    let embeds = draft.embeds.as_ref().is_some_and(|list| !list.is_empty());
    let code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2";
    if whole && (text || embeds) {
        let key = if text { "content" } else { "embeds" };
        let what = "This field cannot be used when using MessageFlags.IS_COMPONENTS_V2";
        return Err(ApiError::invalid(key, code, what));
    }
    let parts = draft.components.as_deref().unwrap_or_default();
    if !whole && (components::only_whole(parts) || parts.len() > limits::ROWS) {
        let what = "These components take a message with the flag IS_COMPONENTS_V2.";
        return Err(ApiError::invalid("components", "UNION_TYPE_CHOICES", what));
    }
    Ok(())
}

/// What `with_response` answers.
fn receipt(ctx: &Ctx<'_>, interaction: &Interaction, number: u8, message: Option<Snowflake>) -> Value {
    let mut body = json!({
        "id": interaction.id,
        "type": interaction.kind,
        "channel_id": interaction.channel,
    });
    if let Some(guild) = interaction.guild {
        body["guild_id"] = json!(guild);
    }
    let bot = ctx.state.apps.get(&interaction.app).map(|app| app.bot).unwrap_or_default();
    let found = message.and_then(|id| ctx.state.message(interaction.channel, id));
    let Some(found) = found else { return json!({ "interaction": body }) };
    body["response_message_id"] = json!(found.id);
    body["response_message_loading"] = json!(found.loading());
    body["response_message_ephemeral"] = json!(found.only_for().is_some());
    let mut receipt = json!({ "interaction": body });
    if matches!(number, 4 | 7) {
        let message = ctx.state.message_json(found, View { user: bot, content: true });
        receipt["resource"] = json!({ "type": number, "message": message });
    }
    receipt
}
