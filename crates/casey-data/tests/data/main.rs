//! Tests of the crate from outside, in one program so that it is linked once.

#[macro_use]
mod support;
#[macro_use]
mod contract;
mod changes;
mod contracts;
mod local;
mod opening;
mod people;
mod redis;
mod schema;
mod server;
mod transport;
