//! Tests of the crate from outside, in one program so that it is linked once.

#[macro_use]
mod contract;
mod contracts;
mod local;
mod opening;
mod people;
mod schema;
mod support;
