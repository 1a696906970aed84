#![doc = include_str!("../README.md")]

mod cache;
mod cause;
mod connect;
mod database;
mod entities;
mod error;
mod facts;
mod files;
mod ids;
mod inventory;
mod migrate;
mod schema;
mod sealed;
mod stores;
#[cfg(test)]
mod trouble_tests;

pub use self::{
    cache::{
        Bus, Change, KeyFault, KeyFinding, LocalCache, LocalQuota, News, REDIS_STORES, Redis, RedisCache,
        RedisCause, RedisCounts, RedisError, RedisFacts, RedisQuota, RedisState, Resilient, Subscription,
    },
    database::Database,
    error::{Cause, DataError, TransportTrouble, Trouble},
    facts::{DatabaseFacts, PostgresFacts, SqliteFacts},
    files::{
        FileEntry, FileSweeper, Files, FilesCause, FilesError, ObjectKey, ObjectPrefix, Part, StrayFiles,
        Swept,
    },
    inventory::{FILE_STORES, MANAGEMENT_STORES, STORES},
    sealed::{KeyColumn, KeyInfo, Keyring, Rotated, SEALED, SealError, SealedColumn, SealedDecl},
    stores::{
        Changes, DataHolder, Fact, GatewayTable, InstanceStore, JobTable, ReminderTable, RetentionSweeper,
        SettingsStore, UsageStore,
    },
};
