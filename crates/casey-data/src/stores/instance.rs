use std::{
    fmt::{self, Formatter},
    sync::Arc,
};

use casey_core::{Clock, StoreError, StoreErrorKind};
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};

use crate::{
    connect::{Connections, read, write},
    entities::instance,
    error::while_doing,
};

/// What is known about this installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fact {
    /// Fingerprint of the root key that everything here was signed and sealed with. Not the key.
    RootKeyFingerprint,
}

impl Fact {
    /// Its name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RootKeyFingerprint => "root_key_fingerprint",
        }
    }
}

/// Facts about this installation. None of them is about a person.
#[derive(Clone)]
pub struct InstanceStore {
    connections: Connections,
    clock: Arc<dyn Clock>,
}

impl InstanceStore {
    pub(crate) fn new(connections: Connections, clock: Arc<dyn Clock>) -> Self {
        Self { connections, clock }
    }

    /// What is known; `None` if nothing was settled yet.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database cannot be read.
    pub async fn get(&self, fact: Fact) -> Result<Option<String>, StoreError> {
        let row =
            read(async || instance::Entity::find_by_id(fact.name()).one(&self.connections.reader).await)
                .await
                .map_err(while_doing("reading a fact about this installation"))?;
        Ok(row.map(|row| row.value))
    }

    /// Settles a fact once: the first value stays, and everybody is told it. Of two processes that start at the same time with
    /// different values, one learns so here.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database cannot be written.
    pub async fn settle(&self, fact: Fact, value: &str) -> Result<String, StoreError> {
        const DOING: &str = "settling a fact about this installation";
        let row = instance::ActiveModel {
            name: Set(fact.name().to_owned()),
            value: Set(value.to_owned()),
            updated_at: Set(self.clock.now().as_millis()),
        };
        let settled = write(&self.connections.writer, async |transaction| {
            let first_stays = OnConflict::column(instance::Column::Name).do_nothing().to_owned();
            instance::Entity::insert(row.clone())
                .on_conflict(first_stays)
                .exec_without_returning(transaction)
                .await?;
            instance::Entity::find_by_id(fact.name()).one(transaction).await
        });
        let settled = settled.await.map_err(while_doing(DOING))?;
        settled.map(|row| row.value).ok_or_else(|| StoreError::new(StoreErrorKind::Missing, DOING))
    }
}

impl fmt::Debug for InstanceStore {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("InstanceStore").finish_non_exhaustive()
    }
}
