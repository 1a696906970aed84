use casey_core::{StoreError, StoreErrorKind};

/// Why a value could not be sealed or opened. None of them quotes it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The keys could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key of a value is not there.
    #[error(
        "a value in {table}.{column} is sealed with a key that is not in the database; restore the database as a whole"
    )]
    UnknownKey {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// The value was altered, moved from another row or column, or is about somebody else.
    #[error("a value in {table}.{column} does not open: it was altered, or belongs to another row")]
    Altered {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A key does not open with this root key.
    #[error(
        "the key {kid} does not open with this root key; use the root key that the database was made with"
    )]
    Key {
        /// The key's name.
        kid: String,
    },
    /// Another rotation has made a newer key.
    #[error("another rotation of the keys began meanwhile and does the rest; there is nothing to do")]
    Overtaken,
    /// The system gives no random numbers.
    #[error("the system gives no random numbers, so that nothing can be sealed; check /dev/urandom")]
    NoRandomness,
}

impl From<SealError> for StoreError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Store(error) => error,
            error => Self::new(StoreErrorKind::Corrupt, "opening what is sealed").caused_by(error),
        }
    }
}
