//! What Casey does to Discord, as data.

use serde::Serialize;
use serde_json::Value;
use twilight_model::{
    application::command::CommandOptionChoice,
    channel::message::Component,
    id::{
        Id,
        marker::{ChannelMarker, InteractionMarker, MessageMarker, UserMarker},
    },
};

use crate::{modal::Modal, reply::Reply};

/// Which interaction an effect answers. The token is a secret for fifteen minutes and is left out of `Debug` and of serialised effects.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct InteractionRef {
    /// Id of the interaction.
    pub id: Id<InteractionMarker>,
    /// Token that permits answering it.
    #[serde(skip)]
    pub token: String,
}

impl std::fmt::Debug for InteractionRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InteractionRef(…)")
    }
}

/// One thing that Casey does to Discord.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub enum Effect {
    /// First answer to an interaction, within three seconds.
    Answer {
        /// Which.
        interaction: InteractionRef,
        /// What is said.
        message: Reply,
    },
    /// “Casey is thinking …”: the answer follows as [`Effect::Amend`] within fifteen minutes.
    Defer {
        /// Which.
        interaction: InteractionRef,
        /// Whether only the person who asked will see the answer.
        private: bool,
    },
    /// Replaces the message that a button belongs to, as first answer to the press.
    Update {
        /// Which.
        interaction: InteractionRef,
        /// The message's new content.
        message: Reply,
    },
    /// Acknowledges a press without a visible change; [`Effect::Amend`] may follow.
    Acknowledge {
        /// Which.
        interaction: InteractionRef,
    },
    /// Changes the buttons and menus of the message that a press belongs to, and nothing else.
    UpdateComponents {
        /// Which.
        interaction: InteractionRef,
        /// The rows it has then.
        components: Vec<Component>,
        /// Whether the press was answered before, with [`Effect::Acknowledge`].
        announced: bool,
    },
    /// Opens a form, as first answer to a command or press.
    OpenModal {
        /// Which.
        interaction: InteractionRef,
        /// The form.
        modal: Modal,
    },
    /// Offers what the option that is being typed could be.
    Suggest {
        /// Which.
        interaction: InteractionRef,
        /// At most 25.
        choices: Vec<CommandOptionChoice>,
    },
    /// Fills or changes the first answer.
    Amend {
        /// Which.
        interaction: InteractionRef,
        /// The new content.
        message: Reply,
    },
    /// Fills the first answer if it is still “thinking …”, as an interrupted process leaves it. An answer that was given stays.
    Complete {
        /// Which.
        interaction: InteractionRef,
        /// The content.
        message: Reply,
    },
    /// A further answer to an interaction.
    FollowUp {
        /// Which.
        interaction: InteractionRef,
        /// What is said.
        message: Reply,
    },
    /// Removes the first answer.
    Withdraw {
        /// Which.
        interaction: InteractionRef,
    },
    /// A message in a channel.
    Say {
        /// Where.
        channel: Id<ChannelMarker>,
        /// What.
        message: Reply,
        /// The message it replies to; sent without reference if that is gone.
        reply_to: Option<Id<MessageMarker>>,
        /// Discord drops a second message with the same number within some minutes, so that a replayed event doubles no reply.
        nonce: Option<u64>,
    },
    /// Changes a message of Casey.
    Edit {
        /// Where.
        channel: Id<ChannelMarker>,
        /// Which.
        id: Id<MessageMarker>,
        /// The new content.
        message: Reply,
    },
    /// Deletes a message.
    Delete {
        /// Where.
        channel: Id<ChannelMarker>,
        /// Which.
        id: Id<MessageMarker>,
    },
    /// A direct message.
    Whisper {
        /// To whom.
        user: Id<UserMarker>,
        /// What.
        message: Reply,
        /// As in [`Effect::Say`].
        nonce: Option<u64>,
    },
    /// “Casey is typing …” for ten seconds.
    Typing {
        /// Where.
        channel: Id<ChannelMarker>,
    },
    /// A request that has no variant of its own, for modules that need more of Discord's API.
    Request {
        /// How.
        method: Method,
        /// Path below `/api/v10/`, without a leading slash.
        path: String,
        /// JSON body.
        body: Option<Value>,
        /// Shown in the server's audit log; at most 512 characters.
        reason: Option<String>,
    },
}

impl Effect {
    /// A stable name for metrics.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Answer { .. } => "answer",
            Self::Defer { .. } => "defer",
            Self::Update { .. } => "update",
            Self::Acknowledge { .. } => "acknowledge",
            Self::UpdateComponents { .. } => "update_components",
            Self::OpenModal { .. } => "open_modal",
            Self::Suggest { .. } => "suggest",
            Self::Amend { .. } => "amend",
            Self::Complete { .. } => "complete",
            Self::FollowUp { .. } => "follow_up",
            Self::Withdraw { .. } => "withdraw",
            Self::Say { .. } => "say",
            Self::Edit { .. } => "edit",
            Self::Delete { .. } => "delete",
            Self::Whisper { .. } => "whisper",
            Self::Typing { .. } => "typing",
            Self::Request { .. } => "request",
        }
    }
}

/// HTTP methods that Discord's API uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// What came of an effect.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Receipt {
    /// Done; Discord told nothing more.
    Done,
    /// A message was made or changed.
    Message {
        /// Where it is.
        channel: Id<ChannelMarker>,
        /// Its id.
        id: Id<MessageMarker>,
    },
    /// What a [`Effect::Request`] was answered.
    Body(Value),
}

impl Receipt {
    /// Channel and id, if a message was made or changed.
    pub const fn message(&self) -> Option<(Id<ChannelMarker>, Id<MessageMarker>)> {
        match self {
            Self::Message { channel, id } => Some((*channel, *id)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_of_an_interaction_is_printed_nowhere() {
        let interaction = InteractionRef { id: Id::new(1), token: "sesame".into() };
        let effect = Effect::Defer { interaction, private: true };
        assert!(!format!("{effect:?}").contains("sesame"));
        assert!(!serde_json::to_string(&effect).unwrap_or_default().contains("sesame"));
    }
}
