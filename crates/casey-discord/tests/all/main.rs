//! All tests in one binary: it is linked once.

mod common;
mod directory;
mod gateway;
mod hands;
mod limits;
mod resume;
mod room;
mod secrets;
