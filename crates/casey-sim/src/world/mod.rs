//! What exists in the simulation: pure state, no sockets.

mod application;
mod channel;
mod channel_spec;
mod fleet;
mod guild;
mod guild_spec;
mod interaction;
mod json;
mod mentions;
mod message;
mod message_json;
mod post;
mod reactions;
mod spec;
mod state;
mod user;

pub use channel_spec::ChannelSpec;
pub use fleet::Fleet;
pub use guild_spec::GuildSpec;
pub use spec::{BotSpec, World};

pub(crate) use application::{Application, Command};
pub(crate) use channel::{Channel, Kind, Overwrite};
pub(crate) use guild::{Guild, Member, Role};
pub(crate) use interaction::{Interaction, Refusal};
pub(crate) use json::View;
pub(crate) use mentions::{AllowedMentions, Mentions, Which};
pub(crate) use message::{Attachment, Cause, Message, Origin, Reaction, flags};
pub(crate) use post::{Amendment, Post};
pub(crate) use state::{Settings, State};
pub(crate) use user::User;
