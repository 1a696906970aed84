//! The simulation driven over its sockets by twilight, in one binary.
#![allow(clippy::unwrap_used)]

mod common;
mod contract;
mod control;
mod conversation;
mod faults;
mod gateway;
mod libraries;
mod moderation;
mod rates;
mod refusals;
mod surface;
mod threads;
mod tour;
mod wire;
