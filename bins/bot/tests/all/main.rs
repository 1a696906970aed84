//! All tests in one binary: it is linked once.

mod common;
mod process;
mod redis;
mod remind;
mod start;
mod talk;
