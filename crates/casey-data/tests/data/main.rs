//! Tests of the crate from outside, in one program so that it is linked once.

#[macro_use]
mod support;
#[macro_use]
mod contract;
mod changes;
mod contracts;
mod jobs;
mod local;
mod objections;
mod opening;
mod people;
mod redis;
mod retention;
mod schema;
mod sealed;
mod server;
mod transport;
mod usage;
mod way;
