//! Ports in memory: for small bots and for tests. Nothing outlives the process.

mod cache;
mod settings;
mod usage;

pub use self::{
    cache::{MemoryCache, MemoryQuota},
    settings::MemorySettings,
    usage::MemoryUsage,
};
