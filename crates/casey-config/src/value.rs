//! The types of configured values. Each reads itself from text; none does I/O.

mod address;
mod choice;
mod intents;
mod shards;
mod storage;

pub use address::HttpUrl;
pub(crate) use address::socket_addr;
pub use choice::{AtRest, LogFormat};
pub(crate) use choice::{hex_32, switch};
pub use intents::PrivilegedIntents;
pub use shards::Shards;
pub use storage::{DatabaseKind, DatabaseUrl, FilesUrl, RedisUrl};
