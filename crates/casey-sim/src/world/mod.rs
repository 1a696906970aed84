//! What exists in the simulation: pure state, no sockets.

mod application;
mod audit;
mod channel;
mod channel_spec;
mod fleet;
mod guild;
mod guild_spec;
mod interaction;
mod invite;
mod json;
mod membership;
mod mentions;
mod message;
mod message_json;
mod post;
mod reactions;
mod spec;
mod state;
mod thread;
mod user;
mod webhook;

pub use channel_spec::ChannelSpec;
pub use fleet::Fleet;
pub use guild_spec::GuildSpec;
pub use spec::{BotSpec, World};

pub(crate) use application::{Application, Command, CommandPermission};
pub(crate) use audit::{Action, AuditEntry, Done};
pub(crate) use channel::{Channel, Kind, Overwrite};
pub(crate) use guild::{Guild, Member, Role};
pub(crate) use interaction::{Interaction, Refusal};
pub(crate) use invite::Invite;
pub(crate) use json::View;
pub(crate) use mentions::{AllowedMentions, Mentions, Which};
pub(crate) use message::{Attachment, Cause, Forward, Message, Origin, Reaction, Sender, Target, flags};
pub(crate) use message_json::emoji_json;
pub(crate) use post::{Amendment, Post};
pub(crate) use state::{Settings, State};
pub(crate) use thread::Thread;
pub(crate) use user::User;
pub(crate) use webhook::Webhook;
