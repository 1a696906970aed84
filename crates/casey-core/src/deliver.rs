//! Brings an answer to the person: to an interaction, to a message, into direct messages.

use twilight_model::{
    guild::Permissions,
    id::{Id, marker::MessageMarker},
};

use crate::{
    call::{Call, Origin},
    effect::{Effect, InteractionRef, Receipt},
    error::{DiscordError, DiscordErrorKind},
    guard, permissions,
    reply::Reply,
    text::Text,
};

/// Tells the number of a direct message from that of an answer to the same message: a bit that ids do not reach before 2049.
const WHISPERED: u64 = 1 << 62;

/// Delivers a reply. Returns the message that answers a prefix command, if it can be edited or deleted later.
///
/// # Errors
///
/// [`DiscordError`] of the last attempt.
pub(crate) async fn reply(
    text: &Text,
    call: &Call,
    reply: Reply,
    deferred: Option<bool>,
) -> Result<Option<Id<MessageMarker>>, DiscordError> {
    match call.origin() {
        Origin::Interaction { interaction, .. } => {
            to_interaction(call, interaction, reply, deferred).await?;
            Ok(None)
        }
        Origin::Message { id, answered } => to_message(text, call, *id, *answered, reply).await,
    }
}

/// `deferred` tells whether an answer was announced, and whether privately.
async fn to_interaction(
    call: &Call,
    interaction: &InteractionRef,
    message: Reply,
    deferred: Option<bool>,
) -> Result<(), DiscordError> {
    let interaction = interaction.clone();
    let effect = match deferred {
        None => {
            let answer = Effect::Answer { interaction: interaction.clone(), message: message.clone() };
            match call.perform(answer).await {
                // A process before this one took the interaction up, and perhaps ended before it was done.
                Err(error) if error.is_answered() => Effect::Complete { interaction, message },
                done => return done.map(drop),
            }
        }
        // Announced in public, but only for the person: the announcement would become the answer, so it has to go first.
        Some(false) if message.private => {
            call.perform(Effect::Withdraw { interaction: interaction.clone() }).await?;
            Effect::FollowUp { interaction, message }
        }
        Some(_) => Effect::Amend { interaction, message },
    };
    call.perform(effect).await.map(drop)
}

async fn to_message(
    text: &Text,
    call: &Call,
    id: Id<MessageMarker>,
    answered: Option<Id<MessageMarker>>,
    message: Reply,
) -> Result<Option<Id<MessageMarker>>, DiscordError> {
    if call.guild().is_none() {
        return say(call, id, answered, message).await;
    }
    let lacking = permissions::missing(call.bot_permissions(), guard::to_answer(call.channel_kind()));
    if !lacking.is_empty() {
        // Nothing can be said in the channel: tell the person which permission is missing, where they can read it.
        let note =
            text.msg_cannot_speak(format!("<#{}>", call.channel()), permissions::names(lacking).join(", "));
        return whisper(call, id, answered, Reply::text(note)).await.map(|_| None);
    }
    if message.private {
        let note = match whisper(call, id, answered, message).await {
            Ok(_) => text.msg_whispered(),
            Err(error) if error.kind() == DiscordErrorKind::CannotMessage => {
                text.msg_whisper_closed(format!("/{}", call.path()))
            }
            Err(error) => return Err(error),
        };
        return say(call, id, answered, Reply::text(note)).await;
    }
    say(call, id, answered, sayable(text, call, message)).await
}

/// What may be said in this channel: without Embed Links an embed becomes text, without Attach Files a file becomes a note.
fn sayable(text: &Text, call: &Call, mut message: Reply) -> Reply {
    let held = call.bot_permissions();
    if !message.embeds.is_empty() && !permissions::missing(held, Permissions::EMBED_LINKS).is_empty() {
        message = message.without_embeds();
    }
    message = message.fitted();
    if !message.files.is_empty() && !permissions::missing(held, Permissions::ATTACH_FILES).is_empty() {
        message.files.clear();
        let note = text.msg_guard_bot_permission(format!(
            "**{}**",
            permissions::names(Permissions::ATTACH_FILES).join(", ")
        ));
        message.content =
            if message.content.is_empty() { note } else { format!("{}\n{note}", message.content) };
    }
    message
}

/// Tells the person directly that Discord did not let Casey answer in the channel.
///
/// # Errors
///
/// [`DiscordError`] if that does not work either.
pub(crate) async fn barred(text: &Text, call: &Call) -> Result<(), DiscordError> {
    let Origin::Message { id, answered } = call.origin() else { return Ok(()) };
    let note = text.msg_cannot_speak_unknown(format!("<#{}>", call.channel()));
    whisper(call, *id, *answered, Reply::text(note)).await.map(drop)
}

async fn whisper(
    call: &Call,
    id: Id<MessageMarker>,
    answered: Option<Id<MessageMarker>>,
    mut message: Reply,
) -> Result<Receipt, DiscordError> {
    message.private = false;
    // Discord counts these numbers by author, not by channel: with the message's own, the note that follows in the channel would be dropped.
    let nonce = answered.is_none().then_some(id.get() ^ WHISPERED);
    call.perform(Effect::Whisper { user: call.user_id(), message, nonce }).await
}

async fn say(
    call: &Call,
    id: Id<MessageMarker>,
    answered: Option<Id<MessageMarker>>,
    message: Reply,
) -> Result<Option<Id<MessageMarker>>, DiscordError> {
    let channel = call.channel();
    if let Some(answer) = answered {
        match call.perform(Effect::Edit { channel, id: answer, message: message.clone() }).await {
            Err(error) if error.kind() == DiscordErrorKind::Missing => {}
            done => return done.map(|_| Some(answer)),
        }
    }
    // After an edit the first answer used up the message's own number.
    let nonce = answered.is_none().then_some(id.get());
    // Who may not read the history may not reply to anything in it, only speak (Discord Docs/Create Message).
    let readable = permissions::missing(call.bot_permissions(), Permissions::READ_MESSAGE_HISTORY).is_empty();
    let reply_to = (call.guild().is_none() || readable).then_some(id);
    let receipt = call.perform(Effect::Say { channel, message, reply_to, nonce }).await?;
    Ok(receipt.message().map(|(_, id)| id))
}
