//! The built program, as an operator runs it.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test says what it skips")]

mod bot;
mod canary;
mod common;
mod demo;
mod deploy;
mod doctor;
mod faults;
mod kill;
mod operators;
mod privacy;
mod refusals;
mod restart;
mod up;
