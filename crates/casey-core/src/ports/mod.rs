//! Ports: what the core needs from outside. Each has an implementation in memory (here) and one against the real thing (in adapters).

mod cache;
mod directory;
mod discord;
mod gateway;
mod jobs;
mod observer;
mod settings;
mod usage;

pub use self::{
    cache::{Allowance, Cache, Limit, Quota},
    directory::{ChannelInfo, Directory, GuildInfo, Me},
    discord::Discord,
    gateway::{GatewaySession, GatewaySessions},
    jobs::{Claim, Job, JobCounts, JobId, JobStore, Lease, NewJob, Settled},
    observer::Observer,
    settings::{GuildSettings, PrefixEntry, Settings},
    usage::{CommandUse, Outcome, UsageLog, Way},
};
