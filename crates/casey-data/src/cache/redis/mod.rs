//! Redis: what several processes share, and what happens while it is gone.

mod address;
mod backoff;
mod bus;
mod change;
mod connection;
mod error;
mod facts;
mod finding;
mod quota;
mod record;
mod resilient;
mod scan;
mod store;

pub use self::{
    bus::{Bus, News, Subscription},
    change::Change,
    connection::{REDIS_STORES, Redis},
    error::{RedisCause, RedisError},
    facts::RedisFacts,
    finding::{KeyFault, KeyFinding},
    quota::RedisQuota,
    resilient::{RedisCounts, RedisState, Resilient},
    store::RedisCache,
};
