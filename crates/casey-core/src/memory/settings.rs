use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use casey_privacy::{Permit, purposes::CoreSettings};
use twilight_model::id::{
    Id,
    marker::{GuildMarker, UserMarker},
};

use crate::{
    error::{StoreError, StoreErrorKind},
    ports::{GuildSettings, PrefixEntry, Settings},
    prefix::Prefix,
};

#[derive(Debug, Default)]
struct Rows {
    guilds: HashMap<Id<GuildMarker>, Arc<GuildSettings>>,
    people: HashMap<Id<UserMarker>, Vec<Prefix>>,
}

/// Settings in memory.
#[derive(Debug, Default)]
pub struct MemorySettings {
    rows: Mutex<Rows>,
}

impl MemorySettings {
    /// No settings yet.
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl Settings for MemorySettings {
    async fn guild(&self, guild: Id<GuildMarker>) -> Result<Arc<GuildSettings>, StoreError> {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(rows.guilds.get(&guild).cloned().unwrap_or_default())
    }

    async fn set_guild(
        &self,
        _permit: Permit<CoreSettings>,
        guild: Id<GuildMarker>,
        settings: GuildSettings,
    ) -> Result<(), StoreError> {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        rows.guilds.insert(guild, Arc::new(settings));
        Ok(())
    }

    async fn personal_prefixes(&self, user: Id<UserMarker>) -> Result<Vec<Prefix>, StoreError> {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(rows.people.get(&user).cloned().unwrap_or_default())
    }

    async fn set_personal_prefixes(
        &self,
        permit: Permit<CoreSettings>,
        prefixes: Vec<Prefix>,
    ) -> Result<(), StoreError> {
        const DOING: &str = "setting a person's prefixes";
        let subject = permit.subject().and_then(|subject| Id::new_checked(subject.get()));
        let user = subject.ok_or_else(|| StoreError::new(StoreErrorKind::Missing, DOING))?;
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        if prefixes.is_empty() {
            rows.people.remove(&user);
        } else {
            rows.people.insert(user, prefixes);
        }
        Ok(())
    }

    async fn prefixes(&self) -> Result<Vec<PrefixEntry>, StoreError> {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let guilds = rows.guilds.iter().filter(|(_, settings)| !settings.prefixes.is_empty());
        let guilds = guilds.map(|(guild, settings)| PrefixEntry::Guild(*guild, settings.prefixes.clone()));
        let people = rows.people.iter().map(|(user, prefixes)| PrefixEntry::User(*user, prefixes.clone()));
        Ok(guilds.chain(people).collect())
    }
}
