//! What is stored, as constant data.

mod cache;
mod category;
mod class;
mod column;
mod retention;
mod rules;
mod store;
mod template;
mod value;

pub use cache::{CacheFamily, CacheKey};
pub use category::Category;
pub use class::{CacheClass, Ttl, TtlError};
pub use column::{ColumnDecl, Erase, Export, Rectify, Refusal, Source};
pub use retention::Retention;
pub use rules::Fault;
pub use store::{Art15, OnLeave, PersonalData, Scope, StoreDecl, StoreKind, Subject};

pub(crate) use rules::{looks_personal, store_faults};
pub use value::{Value, ValueKind};

pub(crate) use template::templates_overlap;

/// What the macros of this crate expand to. Not for use by hand.
pub mod private {
    pub use super::cache::{key_part, subject_of};
    pub use super::class::check_max_ttl;
}
