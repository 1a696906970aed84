#![doc = include_str!("../README.md")]

mod alone;
mod board;
mod error;
mod headers;
mod pages;
mod part;
mod patience;
mod serve;
mod site;
#[cfg(test)]
mod testing;
mod views;
mod words;

pub use alone::{Alone, DatabaseProbe, stop_signal};
pub use error::WebError;
pub use part::{Health, Part, Probe, State};
pub use serve::{bind, serve};
pub use site::{CommandLine, Site};
