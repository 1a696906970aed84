#![doc = include_str!("../README.md")]

mod commands;
mod error;
mod files;
mod health;
mod metrics;
mod process;
mod running;
mod short_term;
mod signals;
mod start;
mod wiring;

pub use self::{
    commands::{commands, register},
    error::BotError,
    files::existing_files,
    metrics::{METRICS, MetricDecl, MetricKind},
    process::{init_logging, main, run},
    running::Running,
    signals::Signals,
    start::{Upstream, belongs_to, start},
    wiring::inventory,
};
