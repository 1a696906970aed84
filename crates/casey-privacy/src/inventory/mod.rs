//! Everything that is stored, in one list.

mod build;
mod lock;

use crate::{
    declare::{StoreDecl, StoreKind, Subject},
    purpose::PurposeDecl,
};

pub use build::{InventoryBuilder, InventoryError};

/// Everything a bot stores: the purposes it allows and the stores of its modules.
///
/// It is built from explicit lists: a module that is not listed is not forgotten silently, because its tables
/// then fail [`check::schema`](crate::check::schema).
#[derive(Clone, Debug)]
pub struct Inventory {
    /// Sorted by id.
    purposes: Vec<&'static PurposeDecl>,
    /// Sorted by kind and name.
    stores: Vec<&'static StoreDecl>,
}

impl Inventory {
    /// Starts an empty inventory.
    pub fn builder() -> InventoryBuilder {
        InventoryBuilder::default()
    }

    /// The allowed purposes, sorted by id.
    pub fn purposes(&self) -> impl Iterator<Item = &'static PurposeDecl> + '_ {
        self.purposes.iter().copied()
    }

    /// The stores, sorted by kind and name.
    pub fn stores(&self) -> impl Iterator<Item = &'static StoreDecl> + '_ {
        self.stores.iter().copied()
    }

    /// The store of this kind and name.
    pub fn store(&self, kind: StoreKind, name: &str) -> Option<&'static StoreDecl> {
        let found = self.stores.binary_search_by(|store| (store.kind, store.name).cmp(&(kind, name))).ok()?;
        self.stores.get(found).copied()
    }

    /// The stores in which rows about one person can be found: by the subject, by way of another store, or
    /// because a column (such as "configured by") names a person.
    pub fn about_people(&self) -> impl Iterator<Item = &'static StoreDecl> + '_ {
        self.stores()
            .filter(|store| store.subject != Subject::None || store.person_columns().next().is_some())
    }

    /// The inventory as JSON: sorted, stable, ending in a line break. Meant to be committed, so that every
    /// change of what is stored shows in a review.
    pub fn to_json(&self) -> String {
        lock::render(self)
    }
}
