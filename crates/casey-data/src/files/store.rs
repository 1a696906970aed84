use std::{
    fmt::{self, Debug, Formatter},
    ops::Range,
    time::Duration,
};

use bytes::Bytes;
use casey_core::Timestamp;
use casey_privacy::StoreDecl;
use futures_util::TryStreamExt;
use object_store::{ObjectMeta, ObjectStoreExt, path::Path};
use reqwest::Method;

use super::{
    backend::{self, Backend},
    error::{FilesCause, FilesError},
    prefix::{ObjectKey, ObjectPrefix},
    private::{close_to_others, make_folder},
};

/// The longest an address that works without credentials may be valid.
const LONGEST_ADDRESS: Duration = Duration::from_mins(15);

/// A file that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileEntry {
    /// Its name.
    pub key: ObjectKey,
    /// Its length in bytes.
    pub bytes: u64,
    /// When it was written, by the store's clock.
    pub written: Timestamp,
}

/// Files under declared prefixes: in a folder of this machine, in S3 or what speaks like it, in Google's or Azure's storage.
///
/// Everything in it is private: a folder and its files are their owner's alone (0700, 0600), a bucket keeps its own rule, which has to be
/// private. Connections are encrypted, except to loopback. What outlived the retention of its prefix goes with [`sweep`](Self::sweep).
pub struct Files {
    pub(super) backend: Backend,
    pub(super) prefixes: Vec<ObjectPrefix>,
}

impl Files {
    /// Opens `file:///FOLDER` (made if missing), `s3://BUCKET[/FOLDER]`, `gs://BUCKET[/FOLDER]` or `az://CONTAINER[/FOLDER]`.
    ///
    /// `options` are those of the storage service, as a rule the environment's: `AWS_…`, `GOOGLE_…`, `AZURE_…`; others are ignored.
    /// `prefixes` are all there will be: a file of another one cannot be written. Nothing is sent yet; [`check`](Self::check) does.
    ///
    /// # Errors
    ///
    /// [`FilesError`], with how to mend it.
    pub fn open(
        url: &str,
        options: impl IntoIterator<Item = (String, String)>,
        prefixes: &[&'static StoreDecl],
    ) -> Result<Self, FilesError> {
        Self::with(backend::open(url, options)?, prefixes)
    }

    /// Files in the memory of this process, which end with it.
    ///
    /// # Errors
    ///
    /// [`FilesError::Template`] for a prefix that cannot be used.
    pub fn in_memory(prefixes: &[&'static StoreDecl]) -> Result<Self, FilesError> {
        Self::with(backend::memory(), prefixes)
    }

    fn with(backend: Backend, declared: &[&'static StoreDecl]) -> Result<Self, FilesError> {
        let mut prefixes: Vec<ObjectPrefix> = Vec::with_capacity(declared.len());
        for store in declared {
            let prefix = ObjectPrefix::declared(store)?;
            if prefixes.iter().any(|other| other.overlaps(prefix)) {
                return Err(FilesError::Template {
                    template: store.name,
                    why: "another prefix makes the same names",
                });
            }
            prefixes.push(prefix);
        }
        Ok(Self { backend, prefixes })
    }

    /// Where they are. Never a secret.
    pub fn place(&self) -> &str {
        &self.backend.place
    }

    /// Whether files can be written and deleted: writes one and deletes it, under a declared prefix so that nothing strange stays behind
    /// if the process ends in between.
    ///
    /// # Errors
    ///
    /// [`FilesError::Refused`] with the cause.
    pub async fn check(&self) -> Result<(), FilesError> {
        let plain = |prefix: &&ObjectPrefix| prefix.template().matches('<').count() == 1;
        match self.prefixes.iter().find(plain) {
            Some(prefix) => {
                let key = prefix.fresh(&[])?;
                self.put(&key, Bytes::from_static(b"check")).await?;
                self.delete(&key).await
            }
            None => self.entries("looking for files").await.map(|_| ()),
        }
    }

    /// Writes a file that fits into memory, whole or not at all.
    ///
    /// # Errors
    ///
    /// [`FilesError::Undeclared`], or [`FilesError::Refused`] with the cause.
    pub async fn put(&self, key: &ObjectKey, content: Bytes) -> Result<(), FilesError> {
        let doing = "writing a file";
        let path = self.prepare(key, doing)?;
        self.backend.store.put(&path, content.into()).await.map_err(|error| self.refused(doing, &error))?;
        self.finish(key, doing)
    }

    /// Reads a file whole; `None` if there is none.
    ///
    /// # Errors
    ///
    /// [`FilesError::Refused`] with the cause.
    pub async fn get(&self, key: &ObjectKey) -> Result<Option<Bytes>, FilesError> {
        let doing = "reading a file";
        let found = match self.backend.store.get(&self.path(key)).await {
            Ok(found) => found.bytes().await,
            Err(error) => Err(error),
        };
        self.if_there(doing, found)
    }

    /// Reads these bytes of a file, for a download that goes on where it broke off; `None` if there is no file.
    ///
    /// # Errors
    ///
    /// [`FilesError::OutOfRange`] if the range is empty or leaves the file, [`FilesError::Refused`] with the cause.
    pub async fn get_range(&self, key: &ObjectKey, range: Range<u64>) -> Result<Option<Bytes>, FilesError> {
        let Some(FileEntry { bytes: size, .. }) = self.entry(key).await? else { return Ok(None) };
        if range.is_empty() || range.end > size {
            return Err(FilesError::OutOfRange { range, size });
        }
        let read = self.backend.store.get_range(&self.path(key), range).await;
        self.if_there("reading part of a file", read)
    }

    /// Size and age of a file; `None` if there is none.
    ///
    /// # Errors
    ///
    /// [`FilesError::Refused`] with the cause.
    pub async fn entry(&self, key: &ObjectKey) -> Result<Option<FileEntry>, FilesError> {
        let meta = self.backend.store.head(&self.path(key)).await;
        Ok(self.if_there("looking at a file", meta)?.map(|meta| entry(key.clone(), &meta)))
    }

    /// Deletes a file. That there is none is no error.
    ///
    /// # Errors
    ///
    /// [`FilesError::Refused`] with the cause.
    pub async fn delete(&self, key: &ObjectKey) -> Result<(), FilesError> {
        let deleted = self.backend.store.delete(&self.path(key)).await;
        self.if_there("deleting a file", deleted).map(|_| ())
    }

    /// All files of a prefix, sorted by name.
    ///
    /// # Errors
    ///
    /// [`FilesError::Refused`] with the cause.
    pub async fn list(&self, prefix: ObjectPrefix) -> Result<Vec<FileEntry>, FilesError> {
        let all = self.entries("listing files").await?;
        let of_prefix = |(name, meta): &(String, ObjectMeta)| prefix.read(name).map(|key| entry(key, meta));
        let mut found: Vec<_> = all.iter().filter_map(of_prefix).collect();
        found.sort_by(|left, right| left.key.as_str().cmp(right.key.as_str()));
        Ok(found)
    }

    /// An address at which whoever has it may read the file, for this long, 15 minutes at most; `None` where the store gives out none,
    /// as a folder does not. Whether there is such a file is not looked at.
    ///
    /// # Errors
    ///
    /// [`FilesError::Refused`], if the credentials do not permit signing.
    pub async fn signed_url(&self, key: &ObjectKey, valid: Duration) -> Result<Option<String>, FilesError> {
        let Some(signer) = &self.backend.signer else { return Ok(None) };
        let url = signer.signed_url(Method::GET, &self.path(key), valid.min(LONGEST_ADDRESS)).await;
        url.map(|url| Some(url.to_string())).map_err(|error| self.refused("signing an address", &error))
    }

    /// Every object, its name without what all have in common.
    pub(super) async fn entries(&self, doing: &'static str) -> Result<Vec<(String, ObjectMeta)>, FilesError> {
        let root = &self.backend.root;
        let found: Vec<ObjectMeta> = self
            .backend
            .store
            .list(Some(root))
            .try_collect()
            .await
            .map_err(|error| self.refused(doing, &error))?;
        let name = |meta: ObjectMeta| {
            let parts: Vec<_> =
                meta.location.prefix_match(root)?.map(|part| part.as_ref().to_owned()).collect();
            Some((parts.join("/"), meta))
        };
        Ok(found.into_iter().filter_map(name).collect())
    }

    fn path(&self, key: &ObjectKey) -> Path {
        key.as_str().split('/').fold(self.backend.root.clone(), Path::join)
    }

    pub(super) fn prepare(&self, key: &ObjectKey, doing: &'static str) -> Result<Path, FilesError> {
        if !self.prefixes.iter().any(|prefix| prefix.template() == key.template()) {
            return Err(FilesError::Undeclared { template: key.template() });
        }
        if let Some(folder) = &self.backend.folder
            && let Some(parent) = folder.join(key.as_str()).parent()
        {
            make_folder(parent).map_err(|error| self.refused_by_io(doing, &error))?;
        }
        Ok(self.path(key))
    }

    pub(super) fn finish(&self, key: &ObjectKey, doing: &'static str) -> Result<(), FilesError> {
        match &self.backend.folder {
            // Until here its folder, which is closed to others, kept it.
            Some(folder) => {
                close_to_others(&folder.join(key.as_str())).map_err(|error| self.refused_by_io(doing, &error))
            }
            None => Ok(()),
        }
    }

    fn if_there<T>(
        &self,
        doing: &'static str,
        result: object_store::Result<T>,
    ) -> Result<Option<T>, FilesError> {
        match result {
            Ok(found) => Ok(Some(found)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.refused(doing, &error)),
        }
    }

    pub(super) fn refused(&self, doing: &'static str, error: &object_store::Error) -> FilesError {
        let cause = FilesCause::of(error, self.backend.has_credentials);
        FilesError::Refused { doing, place: self.backend.place.clone(), cause }
    }

    pub(super) fn refused_by_io(&self, doing: &'static str, error: &std::io::Error) -> FilesError {
        FilesError::Refused { doing, place: self.backend.place.clone(), cause: FilesCause::of_io(error) }
    }
}

fn entry(key: ObjectKey, meta: &ObjectMeta) -> FileEntry {
    FileEntry {
        key,
        bytes: meta.size,
        written: Timestamp::from_millis(meta.last_modified.timestamp_millis()),
    }
}

impl Debug for Files {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Files").field("place", &self.backend.place).finish_non_exhaustive()
    }
}
