use std::{
    collections::HashMap,
    fmt::{self, Formatter},
    sync::Arc,
    time::Duration,
};

use casey_core::{Clock, Timestamp};
use secrecy::zeroize::Zeroizing;
use tokio::sync::Mutex;

use super::{
    column::SealedColumn,
    decl::SealedDecl,
    error::SealError,
    stored::{self, Key, KeyInfo},
};
use crate::{connect::Connections, database::Database};

/// How long another process may go on sealing with a key that was retired meanwhile.
pub(super) const FRESH: Duration = Duration::from_secs(5);

struct Keys {
    by_name: HashMap<String, Key>,
    active: String,
    looked: Timestamp,
}

/// The keys that columns are sealed with.
///
/// They are in the database, wrapped with a key that is derived from the root key and is not. Each column has a key of its own, derived from
/// the one in use. Values are bound to their table, column, row and person: one that is moved does not open.
pub struct Keyring {
    pub(super) connections: Connections,
    pub(super) clock: Arc<dyn Clock>,
    wrapping: Key,
    keys: Mutex<Keys>,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").finish_non_exhaustive()
    }
}

impl Keyring {
    /// What the wrapping key is derived from the root key for.
    pub const DERIVED_FOR: &'static str = "column-encryption";

    /// Reads the keys; the first one is made if there is none. `wrapping` is derived from the root key, for [`DERIVED_FOR`](Self::DERIVED_FOR).
    ///
    /// # Errors
    ///
    /// [`SealError`] if they cannot be read, or were wrapped with another key.
    pub async fn open(
        database: &Database,
        wrapping: impl Into<Zeroizing<[u8; 32]>>,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>, SealError> {
        let (connections, wrapping) = (database.connections().clone(), wrapping.into());
        let nothing = Keys { by_name: HashMap::new(), active: String::new(), looked: clock.now() };
        let ring = Self { connections, clock, wrapping, keys: Mutex::new(nothing) };
        let mut keys = ring.load().await?;
        if keys.active.is_empty() {
            stored::make_first(&ring.connections, &ring.wrapping, ring.clock.now()).await?;
            keys = ring.load().await?;
        }
        *ring.keys.lock().await = keys;
        Ok(Arc::new(ring))
    }

    /// The keys in a database, oldest first, the one in use last. No key is needed for this, and none is made.
    ///
    /// # Errors
    ///
    /// [`SealError::Store`] if they cannot be read.
    pub async fn list(database: &Database) -> Result<Vec<KeyInfo>, SealError> {
        Ok(stored::infos(database.connections()).await?)
    }

    /// What seals and opens the values of a column.
    pub fn column(self: &Arc<Self>, decl: &'static SealedDecl) -> SealedColumn {
        SealedColumn::new(Arc::clone(self), decl)
    }

    /// Makes a key and takes it into use instead of the one before.
    pub(super) async fn replace(&self) -> Result<(String, Key), SealError> {
        let kid = stored::replace(&self.connections, &self.wrapping, self.clock.now()).await?;
        let key = self.named(&kid).await?.ok_or_else(|| SealError::Key { kid: kid.clone() })?;
        Ok((kid, key))
    }

    /// The key in use, looked up again when that was a while ago.
    pub(super) async fn active(&self) -> Result<(String, Key), SealError> {
        let mut keys = self.keys.lock().await;
        let now = self.clock.now();
        if now < keys.looked || now.since(keys.looked) >= FRESH {
            *keys = self.load().await?;
        }
        let kid = keys.active.clone();
        let key = keys.by_name.get(&kid).cloned().ok_or_else(|| SealError::Key { kid: kid.clone() })?;
        Ok((kid, key))
    }

    /// The key of this name, looked up if another process has made it.
    pub(super) async fn named(&self, kid: &str) -> Result<Option<Key>, SealError> {
        let mut keys = self.keys.lock().await;
        if !keys.by_name.contains_key(kid) {
            *keys = self.load().await?;
        }
        Ok(keys.by_name.get(kid).cloned())
    }

    async fn load(&self) -> Result<Keys, SealError> {
        let looked = self.clock.now();
        let rows = stored::all(&self.connections).await?;
        let mut keys = Keys { by_name: HashMap::new(), active: String::new(), looked };
        for row in rows {
            let key = stored::unwrap(&row, &self.wrapping)
                .ok_or_else(|| SealError::Key { kid: row.kid.clone() })?;
            if row.retired_at.is_none() {
                keys.active.clone_from(&row.kid);
            }
            keys.by_name.insert(row.kid, key);
        }
        Ok(keys)
    }
}
