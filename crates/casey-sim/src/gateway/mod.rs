//! The gateway: sessions, their protocol, and the sockets under them (Discord docs: Gateway).

mod control;
mod event;
mod flood;
mod hub;
mod intents;
mod protocol;
mod socket;

pub use control::{Gateway, GatewayCounts};
pub use flood::{Flooded, Frame};

pub(crate) use event::Event;
pub(crate) use hub::Hub;
pub(crate) use intents::Intents;
pub(crate) use socket::serve;
