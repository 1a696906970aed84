//! The simulation driven over its sockets by twilight, in one binary.
#![allow(clippy::unwrap_used)]

mod common;
mod contract;
mod conversation;
mod gateway;
mod refusals;
