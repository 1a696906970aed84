#![doc = include_str!("../README.md")]

mod address;
mod connect;
mod directory;
mod error;
mod fault;
mod gateway;
mod gateway_info;
mod http;
mod inspect;
mod keeps;
mod mirror;
mod perform;
mod register;
mod settings;
mod short;

pub use self::{
    connect::{Connected, connect, run},
    directory::Eyes,
    error::Error,
    gateway::{Counts, CountsNow},
    http::LOG_DIRECTIVES,
    inspect::{ApplicationFacts, GatewayFacts, Inspector, Privileges, RegisteredCommand},
    keeps::KEEPS,
    mirror::Mirror,
    perform::Hands,
    register::Difference,
    settings::{Settings, Shards},
};
