//! The first answer to an interaction (Discord docs: Receiving and Responding, Responding to an Interaction).

use serde_json::{Value, json};

use super::{
    call::{Answer, Ctx, Outcome},
    draft::Draft,
    error::ApiError,
    form::{Form, Issues},
};
use crate::{
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
}

impl Reply {
    fn number(&self) -> u8 {
        match self {
            Self::Message(_) => 4,
            Self::Later(_) => 5,
            Self::UpdateLater => 6,
            Self::Update(_) => 7,
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
                let draft = form.form("data").map(|data| Draft::read_form(data, ctx.files));
                if kind == 4 {
                    reply = draft.map(Reply::Message);
                } else {
                    reply = draft.map(Reply::Update);
                }
            }
            Some(5) => {
                let draft = form.form("data").map(|data| Draft::read_form(data, &[])).unwrap_or_default();
                reply = Some(Reply::Later(draft.flags.unwrap_or(0)));
            }
            Some(6) => {
                form.ignore("data");
                reply = Some(Reply::UpdateLater);
            }
            Some(kind @ (8..=10 | 12)) => {
                form.issues.unsupported("type", &format!("interaction answers of type {kind}"));
            }
            Some(_) => {
                form.issue("type", "BASE_TYPE_CHOICES", "Value must be one of (4, 5, 6, 7, 8, 9, 10, 12).");
            }
            None => {}
        }
        if interaction.kind != 3 && matches!(reply, Some(Reply::UpdateLater | Reply::Update(_))) {
            form.issue("type", "INTERACTION_TYPE_INVALID", "Only components can be answered with an update.");
        }
        form.finish();
    }
    issues.result()?;
    match reply {
        Some(Reply::Message(draft)) if draft.is_empty() => Err(ApiError::empty_message()),
        Some(reply) => Ok(reply),
        None => Err(ApiError::wrong_form()),
    }
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
            let change = change(ctx, (interaction.channel, source), draft);
            ctx.state.amend(interaction.channel, source, change);
            Some(source)
        }
    })
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
) -> Amendment {
    let mut attachments =
        ctx.state.message(channel, message).map(|message| message.attachments.clone()).unwrap_or_default();
    if let Some(kept) = &draft.kept {
        attachments.retain(|one| kept.contains(&one.id));
    }
    attachments.extend(draft.attachments(ctx.state));
    Amendment {
        content: draft.content,
        embeds: draft.embeds,
        components: draft.components,
        attachments: Some(attachments),
        flags: draft.flags,
        allowed: draft.allowed,
    }
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
