//! The port to whatever holds data.

use std::error::Error;

use async_trait::async_trait;

use crate::{declare::StoreDecl, subject::SubjectId};

/// A holder could not do what was asked of it.
#[derive(Debug, thiserror::Error)]
#[error("could not {doing} in {store}")]
pub struct HolderError {
    doing: &'static str,
    store: String,
    #[source]
    source: Box<dyn Error + Send + Sync>,
}

impl HolderError {
    /// An error that says what was being done ("count rows"), in which store, and what went wrong underneath.
    pub fn new(
        doing: &'static str,
        store: impl Into<String>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self { doing, store: store.into(), source: source.into() }
    }
}

/// Something that holds data about people: a database, a cache, an object store.
///
/// A holder counts. It will grow to export, erase and verify, each for the stores it names here, so that a
/// right is either exercised everywhere or reported as not exercised.
#[async_trait]
pub trait Holder: Send + Sync {
    /// The stores it holds. Each store of an inventory has at most one holder.
    fn stores(&self) -> &'static [&'static StoreDecl];

    /// How many rows about `subject` are in each store. A store it leaves out counts as zero.
    ///
    /// # Errors
    ///
    /// [`HolderError`] when a store cannot be read; a part of the answer is never passed off as the whole.
    async fn count(&self, subject: SubjectId) -> Result<Vec<(&'static StoreDecl, u64)>, HolderError>;
}
