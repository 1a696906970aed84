//! The built program, as an operator runs it.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test says what it skips")]

mod bot;
mod common;
mod demo;
mod kill;
mod operators;
mod refusals;
mod restart;
mod up;
