//! The crate as others use it.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod cache;
mod compile;
mod derive;
mod fixture;
mod inventory;
mod permit;
mod schema;
mod summary;
