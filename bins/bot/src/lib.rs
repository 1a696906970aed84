#![doc = include_str!("../README.md")]

mod error;
mod health;
mod metrics;
mod process;
mod running;
mod start;
mod wiring;

pub use self::{
    error::BotError,
    process::{main, run},
    running::Running,
    start::{Upstream, start},
    wiring::inventory,
};
