//! What is stored about one person, in brief.

use std::{collections::BTreeMap, fmt, sync::Arc};

use crate::{
    declare::{Category, ColumnDecl, Erase, Export, Rectify, StoreDecl, StoreKind},
    holder::{Holder, HolderError},
    inventory::Inventory,
    purpose::{Basis, PurposeDecl},
    subject::SubjectId,
};

/// The rows of one store that are about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The store.
    pub store: &'static StoreDecl,
    /// How many rows; never zero.
    pub rows: u64,
    /// The kinds of personal data in them, in the order of the columns.
    pub categories: Vec<Category>,
    /// What for.
    pub purposes: Vec<&'static PurposeDecl>,
    /// On which legal bases.
    pub bases: Vec<Basis>,
    /// How long it is kept, in words.
    pub retention: String,
    /// What the person may do about it.
    pub rights: Rights,
}

/// What a person may do about the rows of one store. Access is always among it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// Whether they may object to at least one of the purposes.
    pub object: bool,
    /// Whether part of it is in the portable copy.
    pub portability: bool,
    /// The ids of the setters that put values right.
    pub setters: Vec<&'static str>,
    /// What erasure keeps for a while: column, time and reason, as the end of a sentence.
    pub kept: Vec<String>,
}

/// What is stored about one person: access (GDPR, article 15) in brief.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    held: Vec<Held>,
    uncounted: Vec<&'static StoreDecl>,
}

impl Summary {
    /// Asks every holder what it holds about `subject`. Asking stores nothing.
    ///
    /// # Errors
    ///
    /// [`HolderError`] when a holder cannot answer, or answers for a store that is not in the inventory.
    pub async fn of(
        inventory: &Inventory,
        holders: &[Arc<dyn Holder>],
        subject: SubjectId,
    ) -> Result<Self, HolderError> {
        let mut rows: BTreeMap<(StoreKind, &'static str), u64> = BTreeMap::new();
        for holder in holders {
            for store in holder.stores() {
                rows.entry((store.kind, store.name)).or_default();
            }
            for (store, count) in holder.count(subject).await? {
                if inventory.store(store.kind, store.name).is_none() {
                    return Err(HolderError::new(
                        "count rows",
                        store.name,
                        "the store is not in the inventory",
                    ));
                }
                *rows.entry((store.kind, store.name)).or_default() += count;
            }
        }
        let (mut held, mut uncounted) = (Vec::new(), Vec::new());
        for store in inventory.about_people() {
            match rows.get(&(store.kind, store.name)) {
                Some(0) => {}
                Some(&rows) => held.push(Held::new(store, rows)),
                None => uncounted.push(store),
            }
        }
        Ok(Self { held, uncounted })
    }

    /// The stores with rows about the person, sorted by kind and name.
    pub fn held(&self) -> &[Held] {
        &self.held
    }

    /// Stores about people that no holder counts, such as caches whose values end by themselves. An honest
    /// answer names them.
    pub fn uncounted(&self) -> &[&'static StoreDecl] {
        &self.uncounted
    }

    /// Whether no row about the person was found.
    pub fn holds_nothing(&self) -> bool {
        self.held.is_empty()
    }
}

/// The summary in plain English, a line for each store.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.holds_nothing() {
            writeln!(f, "We hold nothing about you.")?;
        }
        for held in &self.held {
            writeln!(f, "{held}")?;
        }
        for store in &self.uncounted {
            writeln!(f, "Not counted: {}, kept {}.", store.label, store.retention.words())?;
        }
        Ok(())
    }
}

impl Held {
    fn new(store: &'static StoreDecl, rows: u64) -> Self {
        let personal: Vec<_> = store.columns.iter().filter(|column| column.is_personal()).collect();
        let mut categories: Vec<Category> = Vec::new();
        let mut purposes: Vec<&'static PurposeDecl> = Vec::new();
        let mut bases: Vec<Basis> = Vec::new();
        for column in &personal {
            push_new(&mut categories, [column.category]);
            push_new(&mut purposes, column.purposes.iter().copied());
            push_new(&mut bases, column.bases());
        }
        let rights = Rights::of(&personal, &purposes);
        Self { store, rows, categories, purposes, bases, retention: store.retention.words(), rights }
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = if self.rows == 1 { "1 row".to_owned() } else { format!("{} rows", self.rows) };
        let purposes: Vec<_> = self.purposes.iter().map(|purpose| purpose.id).collect();
        let bases: Vec<_> = self.bases.iter().map(|basis| basis.words().to_lowercase()).collect();
        write!(
            f,
            "{}: {rows}, for {} ({}), kept {}.",
            self.store.label,
            purposes.join(", "),
            bases.join(", "),
            self.retention
        )?;
        if self.rights.object {
            f.write_str(" You may object.")?;
        }
        for kept in &self.rights.kept {
            write!(f, " After erasure {kept}.")?;
        }
        Ok(())
    }
}

impl Rights {
    fn of(columns: &[&'static ColumnDecl], purposes: &[&'static PurposeDecl]) -> Self {
        let mut rights = Self {
            object: purposes.iter().any(|purpose| purpose.objection.is_possible()),
            portability: columns.iter().any(|column| column.export == Export::Portability),
            ..Self::default()
        };
        for column in columns {
            if let Rectify::Setter(id) = column.rectify {
                push_new(&mut rights.setters, [id]);
            }
            if let Erase::KeepUntil { reason, retention } = column.erase {
                rights.kept.push(format!(
                    "{} stays {}, because {}",
                    column.label,
                    retention.words(),
                    reason.words()
                ));
            }
        }
        rights
    }
}

fn push_new<T: PartialEq>(list: &mut Vec<T>, items: impl IntoIterator<Item = T>) {
    for item in items {
        if !list.contains(&item) {
            list.push(item);
        }
    }
}
