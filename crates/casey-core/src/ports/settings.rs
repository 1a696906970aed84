use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use casey_privacy::{Permit, purposes::CoreSettings};
use twilight_model::id::{
    Id,
    marker::{GuildMarker, UserMarker},
};

use crate::{error::StoreError, overrides::Override, prefix::Prefix};

/// A server's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuildSettings {
    /// Prefixes of the server; empty means Casey's default.
    pub prefixes: Vec<Prefix>,
    /// Language tag that Casey answers in; `None` means the server's own language on Discord, English if there is none.
    pub language: Option<String>,
    /// Names of modules that are switched off.
    pub disabled_modules: BTreeSet<String>,
    /// Where and for whom commands are allowed, and not.
    pub overrides: Vec<Override>,
}

/// A prefix that a server or a person has set, for the in-memory list that messages are matched against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrefixEntry {
    /// All prefixes of a server.
    Guild(Id<GuildMarker>, Vec<Prefix>),
    /// All prefixes of a person.
    User(Id<UserMarker>, Vec<Prefix>),
}

/// Settings of servers and people. Writes need a permit of the person who asks for them.
#[async_trait]
pub trait Settings: Send + Sync {
    /// A server's settings; the defaults if it has none.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot be reached; the same holds for all methods.
    async fn guild(&self, guild: Id<GuildMarker>) -> Result<Arc<GuildSettings>, StoreError>;

    /// Replaces a server's settings as a whole. `permit` names who changed them.
    async fn set_guild(
        &self,
        permit: Permit<CoreSettings>,
        guild: Id<GuildMarker>,
        settings: GuildSettings,
    ) -> Result<(), StoreError>;

    /// A person's own prefixes.
    async fn personal_prefixes(&self, user: Id<UserMarker>) -> Result<Vec<Prefix>, StoreError>;

    /// Replaces the own prefixes of the person whom `permit` names.
    async fn set_personal_prefixes(
        &self,
        permit: Permit<CoreSettings>,
        prefixes: Vec<Prefix>,
    ) -> Result<(), StoreError>;

    /// Every prefix that is not the default, to be held in memory: matching a message must not wait for a store.
    async fn prefixes(&self) -> Result<Vec<PrefixEntry>, StoreError>;
}
