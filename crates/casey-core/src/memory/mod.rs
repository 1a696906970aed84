//! Ports in memory: for small bots and for tests. Nothing outlives the process.

mod cache;
mod gateway;
mod jobs;
mod settings;
mod usage;

pub use self::{
    cache::{MemoryCache, MemoryQuota},
    gateway::MemorySessions,
    jobs::MemoryJobs,
    settings::MemorySettings,
    usage::MemoryUsage,
};
