#![doc = include_str!("../README.md")]

mod clock;
#[cfg(feature = "openapi")]
pub mod contract;
mod error;
mod faults;
mod gateway;
mod heard;
mod journal;
mod limits;
mod people;
mod permissions;
mod record;
mod rest;
mod shared;
mod sim;
mod snowflake;
mod world;

pub use clock::Clock;
pub use error::SimError;
pub use faults::{Fault, FaultPlan};
pub use gateway::{Flooded, Frame, Gateway, GatewayCounts};
pub use heard::{Button, File, Heard, Pings};
pub use journal::{Entry, Transcript};
pub use people::{
    Channel, Expectation, Guild, MessageRef, OptionValue, Person, Press, Role, Slash, Used, edit, reply,
};
pub use permissions::Permissions;
pub use record::{Authorization, Call};
pub use rest::routes;
pub use sim::{Sim, SimBuilder};
pub use snowflake::Snowflake;
pub use world::{BotSpec, ChannelSpec, Fleet, GuildSpec, World};
