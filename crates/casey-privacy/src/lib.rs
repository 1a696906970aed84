#![doc = include_str!("../README.md")]

pub mod check;
mod declare;
mod gate;
mod holder;
mod inventory;
mod objections;
mod permit;
mod purpose;
pub mod purposes;
mod subject;
mod summary;

pub use casey_privacy_derive::{PersonalData, cache_family};

pub use check::{ColumnShape, Finding, ShapeKind, TableShape, schema};
pub use declare::{
    Art15, CacheClass, CacheFamily, CacheKey, Category, ColumnDecl, Erase, Export, Fault, OnLeave,
    PersonalData, Rectify, Refusal, Retention, Scope, Source, StoreDecl, StoreKind, Subject, Ttl, TtlError,
    Value, ValueKind,
};
pub use gate::{Denied, WriteGate, WriteGateBuilder};
pub use holder::{Holder, HolderError};
pub use inventory::{Inventory, InventoryBuilder, InventoryError};
pub use objections::{GateError, MemoryObjections, Objected, ObjectionBook, Objections, Recorded};
pub use permit::Permit;
pub use purpose::{Basis, DataUse, Objection, Purpose, PurposeDecl};
pub use subject::SubjectId;
pub use summary::{Held, Rights, Summary};

#[doc(hidden)]
pub use declare::private as __private;
