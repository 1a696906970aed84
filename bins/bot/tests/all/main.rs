//! All tests in one binary: it is linked once.

mod common;
mod every_command;
mod logs;
mod object;
mod process;
mod redis;
mod remind;
mod setup;
mod start;
mod storm;
mod talk;
