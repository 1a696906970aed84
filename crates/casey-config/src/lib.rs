#![doc = include_str!("../README.md")]

mod clock_file;
mod config;
mod data_dir;
mod error;
mod exit;
mod file;
mod gather;
mod key;
mod logging;
mod mode;
mod place;
mod read;
mod ready_file;
mod root_key;
mod secret;
mod secret_file;
mod sources;
mod value;

pub use clock_file::ClockFile;
pub use config::{Config, Discord, Setting};
pub use data_dir::DataDir;
pub use error::ConfigError;
pub use exit::Exit;
pub use logging::init as init_logging;
pub use place::Place;
pub use ready_file::{Ready, ReadyFile};
pub use root_key::RootKey;
pub use secret::Secret;
pub use sources::Sources;
pub use value::{
    AtRest, DatabaseKind, DatabaseUrl, FilesUrl, HttpUrl, LogFormat, PrivilegedIntents, RedisUrl, Shards,
};
