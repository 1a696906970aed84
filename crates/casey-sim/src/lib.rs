#![doc = include_str!("../README.md")]

mod chance;
mod clock;
#[cfg(feature = "openapi")]
pub mod contract;
mod control;
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
pub use faults::{Fault, FaultPlan, FaultRule, GatewayFault, GatewayRule, Moment};
pub use gateway::{Flooded, Frame, Gateway, GatewayCounts, GatewaySettings};
pub use heard::{Button, File, Heard, Pings};
pub use journal::{Entry, Transcript};
pub use people::{
    Channel, Choice, ContextMenu, Expectation, Guild, MessageRef, Modal, OptionValue, Person, Press, Role,
    Slash, Used, edit, reply,
};
pub use permissions::Permissions;
pub use record::{Authorization, Call, GatewayFrame};
pub use rest::{RateCounts, RateLimits, routes};
pub use sim::{Sim, SimBuilder};
pub use snowflake::Snowflake;
pub use world::{BotSpec, ChannelSpec, Fleet, GuildSpec, World};
