use std::sync::Arc;

use casey_privacy::SubjectId;
use hkdf::Hkdf;
use secrecy::{ExposeSecret as _, SecretString, zeroize::Zeroizing};
use sha2::Sha256;

use super::{
    decl::SealedDecl,
    error::SealError,
    format::{self, Sealed, joined},
    keyring::Keyring,
    stored::Key,
};

/// Seals and opens the values of one column.
#[derive(Clone, Debug)]
pub struct SealedColumn {
    ring: Arc<Keyring>,
    decl: &'static SealedDecl,
}

impl SealedColumn {
    pub(super) const fn new(ring: Arc<Keyring>, decl: &'static SealedDecl) -> Self {
        Self { ring, decl }
    }

    /// Seals a value of the row with this primary key (its columns in order, with `/` between them), about this person.
    ///
    /// # Errors
    ///
    /// [`SealError`] if the keys cannot be read, or without random numbers.
    pub async fn seal(
        &self,
        row: &str,
        subject: Option<SubjectId>,
        value: &SecretString,
    ) -> Result<String, SealError> {
        let (kid, key) = self.ring.active().await?;
        self.seal_with(&kid, &key, row, subject, value)
    }

    /// Opens a value of that row, about that person.
    ///
    /// # Errors
    ///
    /// [`SealError`] if it was altered, moved, or sealed with a key that is not there.
    pub async fn open(
        &self,
        row: &str,
        subject: Option<SubjectId>,
        text: &str,
    ) -> Result<SecretString, SealError> {
        let SealedDecl { table, column, .. } = *self.decl;
        let altered = || SealError::Altered { table, column };
        let sealed = Sealed::read(text).ok_or_else(altered)?;
        let key = self.ring.named(sealed.kid).await?.ok_or(SealError::UnknownKey { table, column })?;
        let about = self.decl.about(row, subject.map(SubjectId::get));
        let value = sealed.open(&self.own(&key), &about).ok_or_else(altered)?;
        std::str::from_utf8(&value).map(SecretString::from).map_err(|_| altered())
    }

    pub(super) fn seal_with(
        &self,
        kid: &str,
        key: &Key,
        row: &str,
        subject: Option<SubjectId>,
        value: &SecretString,
    ) -> Result<String, SealError> {
        let about = self.decl.about(row, subject.map(SubjectId::get));
        format::seal(kid, &self.own(key), &about, value.expose_secret().as_bytes())
            .ok_or(SealError::NoRandomness)
    }

    /// The column's own key (HKDF-SHA256, RFC 5869).
    fn own(&self, key: &Key) -> Key {
        let mut own = Zeroizing::new([0; 32]);
        let info = joined(&[b"column", self.decl.table.as_bytes(), self.decl.column.as_bytes()]);
        Hkdf::<Sha256>::new(None, &**key)
            .expand(&info, &mut *own)
            .unwrap_or_else(|_| unreachable!("HKDF-SHA256 gives up to 8160 bytes"));
        own
    }
}
