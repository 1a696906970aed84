//! Files: a folder of this machine, or a bucket elsewhere, under declared prefixes.

mod backend;
mod copy;
mod error;
mod prefix;
mod private;
mod store;
mod sweep;
mod sweeper;

pub use self::{
    error::{FilesCause, FilesError},
    prefix::{ObjectKey, ObjectPrefix, Part},
    store::{FileEntry, Files},
    sweep::{StrayFiles, Swept},
    sweeper::FileSweeper,
};
