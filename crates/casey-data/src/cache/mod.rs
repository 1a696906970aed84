//! The cache and the counters of one process: the twins of what several processes will share.

mod local_cache;
mod local_quota;

pub use self::{local_cache::LocalCache, local_quota::LocalQuota};

/// Bytes that an entry costs beside its key and value, roughly.
const OVERHEAD: usize = 160;

fn weight(bytes: usize) -> u32 {
    u32::try_from(bytes + OVERHEAD).unwrap_or(u32::MAX)
}
