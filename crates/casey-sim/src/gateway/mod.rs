//! The gateway: sessions, their protocol, and the sockets under them (Discord docs: Gateway).

mod admission;
mod codec;
mod event;
mod flood;
mod handle;
mod hub;
mod intents;
mod line;
mod presence;
mod protocol;
mod settings;
mod socket;
mod upgrade;

pub use flood::{Flooded, Frame};
pub use handle::{Gateway, GatewayCounts};
pub use settings::GatewaySettings;

pub(crate) use event::Event;
pub(crate) use hub::Hub;
pub(crate) use intents::Intents;
pub(crate) use line::{Lines, Scissors};
pub(crate) use presence::{Audience, Presence, Status};
pub(crate) use upgrade::upgrade;
