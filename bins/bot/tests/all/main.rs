//! All tests in one binary: it is linked once.

mod common;
mod process;
mod remind;
mod start;
mod talk;
