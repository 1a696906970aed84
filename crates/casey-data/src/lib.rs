#![doc = include_str!("../README.md")]

mod cache;
mod connect;
mod database;
mod entities;
mod error;
mod ids;
mod inventory;
mod migrate;
mod schema;
mod stores;
#[cfg(test)]
mod trouble_tests;

pub use self::{
    cache::{LocalCache, LocalQuota},
    database::Database,
    error::{Cause, DataError, Trouble},
    inventory::STORES,
    stores::{DataHolder, Fact, InstanceStore, SettingsStore, UsageStore},
};
