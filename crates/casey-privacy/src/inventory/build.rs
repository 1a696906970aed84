//! Putting the inventory together.

use std::collections::BTreeSet;

use crate::{
    declare::{Fault, StoreDecl, StoreKind, Subject, store_faults, templates_overlap},
    purpose::{Purpose, PurposeDecl},
};

use super::Inventory;

/// Why an inventory could not be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InventoryError {
    /// A purpose was listed twice, or two share an id.
    #[error("the purpose {purpose} is listed twice")]
    DuplicatePurpose {
        /// Its id.
        purpose: &'static str,
    },
    /// A store was listed twice, or two share kind and name.
    #[error("the store {store} is listed twice, the second time in the module {module}")]
    DuplicateStore {
        /// Its name.
        store: &'static str,
        /// The module that lists it again.
        module: &'static str,
    },
    /// A store is listed by another module than the one it says it belongs to.
    #[error("the store {store} belongs to the module {owner}, but {module} lists it")]
    WrongOwner {
        /// Its name.
        store: &'static str,
        /// The module it says it belongs to.
        owner: &'static str,
        /// The module that lists it.
        module: &'static str,
    },
    /// A column uses a purpose that is not allowed.
    #[error("{store}.{column} uses the purpose {purpose}, which is not among those allowed")]
    PurposeNotAllowed {
        /// The store.
        store: &'static str,
        /// The column.
        column: &'static str,
        /// The purpose's id.
        purpose: &'static str,
    },
    /// A declaration that breaks a rule.
    #[error("the declaration of {place} is not sound: {fault}")]
    Unsound {
        /// The store, or `store.column`.
        place: String,
        /// What is wrong.
        fault: Fault,
    },
    /// A store leads to its subject through a table that is not listed, or a column that table lacks.
    #[error("{store} leads to its subject through {through}, which is not declared")]
    UnknownParent {
        /// The store.
        store: &'static str,
        /// The other table and column.
        through: String,
    },
    /// One key could belong to two families.
    #[error("the key families {first} and {second} overlap")]
    OverlappingFamilies {
        /// A template.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
}

/// Collects purposes and modules.
#[derive(Clone, Debug, Default)]
pub struct InventoryBuilder {
    purposes: Vec<&'static PurposeDecl>,
    modules: Vec<(&'static str, &'static [&'static StoreDecl])>,
}

impl InventoryBuilder {
    /// Allows the purpose `P`.
    #[must_use]
    pub fn purpose<P: Purpose>(self) -> Self {
        self.purposes(&[P::ENTRY])
    }

    /// Allows several purposes, such as [`purposes::ALL`](crate::purposes::ALL).
    #[must_use]
    pub fn purposes(mut self, purposes: &[&'static PurposeDecl]) -> Self {
        self.purposes.extend_from_slice(purposes);
        self
    }

    /// Lists stores of a module. Every one of them must name the module as its owner. A module whose stores are
    /// declared in several places (its own, and the adapter that keeps its tables) is listed once for each.
    #[must_use]
    pub fn module(mut self, name: &'static str, stores: &'static [&'static StoreDecl]) -> Self {
        self.modules.push((name, stores));
        self
    }

    /// The finished inventory.
    ///
    /// # Errors
    ///
    /// [`InventoryError`], the first that was found: something is listed twice, a purpose is not allowed, or a
    /// declaration breaks a rule.
    pub fn build(self) -> Result<Inventory, InventoryError> {
        let Self { mut purposes, modules } = self;
        let mut allowed = BTreeSet::new();
        for purpose in &purposes {
            if !allowed.insert(purpose.id) {
                return Err(InventoryError::DuplicatePurpose { purpose: purpose.id });
            }
        }
        let mut stores = collect(&modules)?;
        for store in &stores {
            check_purposes(store, &allowed)?;
            check_rules(store)?;
            check_parent(store, &stores)?;
        }
        check_families(&stores)?;
        purposes.sort_unstable_by_key(|purpose| purpose.id);
        stores.sort_unstable_by_key(|store| (store.kind, store.name));
        Ok(Inventory { purposes, stores })
    }
}

fn collect(
    modules: &[(&'static str, &'static [&'static StoreDecl])],
) -> Result<Vec<&'static StoreDecl>, InventoryError> {
    let (mut seen, mut stores) = (BTreeSet::new(), Vec::new());
    for &(module, listed) in modules {
        for &store in listed {
            if store.owner != module {
                return Err(InventoryError::WrongOwner { store: store.name, owner: store.owner, module });
            }
            if !seen.insert((store.kind, store.name)) {
                return Err(InventoryError::DuplicateStore { store: store.name, module });
            }
            stores.push(store);
        }
    }
    Ok(stores)
}

fn check_purposes(store: &'static StoreDecl, allowed: &BTreeSet<&str>) -> Result<(), InventoryError> {
    for column in store.columns {
        if let Some(purpose) = column.purposes.iter().find(|purpose| !allowed.contains(purpose.id)) {
            return Err(InventoryError::PurposeNotAllowed {
                store: store.name,
                column: column.name,
                purpose: purpose.id,
            });
        }
    }
    Ok(())
}

fn check_rules(store: &StoreDecl) -> Result<(), InventoryError> {
    match store_faults(store).into_iter().next() {
        None => Ok(()),
        Some((None, fault)) => Err(InventoryError::Unsound { place: store.name.to_owned(), fault }),
        Some((Some(column), fault)) => {
            Err(InventoryError::Unsound { place: format!("{}.{column}", store.name), fault })
        }
    }
}

fn check_parent(store: &'static StoreDecl, stores: &[&'static StoreDecl]) -> Result<(), InventoryError> {
    let Subject::Through { store: parent, key, .. } = store.subject else { return Ok(()) };
    let known = stores
        .iter()
        .any(|other| other.kind == StoreKind::Table && other.name == parent && other.column(key).is_some());
    if known {
        Ok(())
    } else {
        Err(InventoryError::UnknownParent { store: store.name, through: format!("{parent}.{key}") })
    }
}

fn check_families(stores: &[&'static StoreDecl]) -> Result<(), InventoryError> {
    let families: Vec<_> = stores.iter().filter(|store| store.kind == StoreKind::CacheFamily).collect();
    for (index, first) in families.iter().enumerate() {
        if let Some(second) =
            families.iter().skip(index + 1).find(|second| templates_overlap(first.name, second.name))
        {
            return Err(InventoryError::OverlappingFamilies { first: first.name, second: second.name });
        }
    }
    Ok(())
}
