use std::time::Duration;

use async_trait::async_trait;
use casey_privacy::CacheKey;

use crate::error::StoreError;

/// Bytes with a lifetime, behind keys that are declared in the privacy inventory.
#[async_trait]
pub trait Cache: Send + Sync {
    /// Reads a value; reading never extends its life.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the cache cannot be reached; the same holds for all methods.
    async fn get(&self, key: &dyn CacheKey) -> Result<Option<Vec<u8>>, StoreError>;

    /// Writes a value. The lifetime is kept within the bounds of the key's class.
    async fn put(&self, key: &dyn CacheKey, value: Vec<u8>, ttl: Duration) -> Result<(), StoreError>;

    /// Reads and removes a value in one step.
    async fn take(&self, key: &dyn CacheKey) -> Result<Option<Vec<u8>>, StoreError>;
}

/// So many uses in so much time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Uses allowed.
    pub uses: u32,
    /// The time they are counted in, from the first.
    pub per: Duration,
}

impl Limit {
    /// So many uses in so much time.
    pub const fn new(uses: u32, per: Duration) -> Self {
        Self { uses, per }
    }
}

/// What came of asking a [`Quota`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    /// Go on.
    Granted,
    /// Too often; allowed again after this long.
    Wait(Duration),
}

/// Counts uses: cooldowns, floods, limits of other services.
#[async_trait]
pub trait Quota: Send + Sync {
    /// Spends one use.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the counter cannot be reached.
    async fn spend(&self, key: &dyn CacheKey, limit: Limit) -> Result<Allowance, StoreError>;
}
