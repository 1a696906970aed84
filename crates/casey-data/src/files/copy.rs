//! Files that do not fit into memory.

use std::{io, path::Path};

use bytes::{Bytes, BytesMut};
use object_store::{MultipartUpload, ObjectStoreExt};
use tokio::{fs::File, io::AsyncReadExt};

use super::{error::FilesError, prefix::ObjectKey, store::Files};

/// What is held in memory, and sent at a time. S3 takes no parts below 5 MiB but the last, and 10,000 of them (Amazon S3 User Guide,
/// “multipart upload limits”): 80 GB.
const PART: usize = 8 * 1024 * 1024;
const DOING: &str = "copying a file";

impl Files {
    /// Writes a file of up to 80 GB from one on the disk, holding 8 MiB of it in memory. It appears whole or not at all.
    ///
    /// # Errors
    ///
    /// As [`put`](Self::put); also if `from` cannot be read.
    pub async fn put_file(&self, key: &ObjectKey, from: &Path) -> Result<(), FilesError> {
        let unread = |error: io::Error| self.refused_by_io(DOING, &error);
        let mut source = File::open(from).await.map_err(unread)?;
        let first = next_part(&mut source).await.map_err(unread)?;
        if first.len() < PART {
            return self.put(key, first).await;
        }
        let path = self.prepare(key, DOING)?;
        let refused = |error| self.refused(DOING, &error);
        let mut upload = self.backend.store.put_multipart(&path).await.map_err(refused)?;
        match self.send(&mut *upload, first, &mut source).await {
            Ok(()) => self.finish(key, DOING),
            Err(error) => {
                // What was sent is given up; the error that led here says more than one of giving up.
                let _ = upload.abort().await;
                Err(error)
            }
        }
    }

    async fn send(
        &self,
        upload: &mut dyn MultipartUpload,
        first: Bytes,
        source: &mut File,
    ) -> Result<(), FilesError> {
        let mut part = first;
        while !part.is_empty() {
            upload.put_part(part.into()).await.map_err(|error| self.refused(DOING, &error))?;
            part = next_part(source).await.map_err(|error| self.refused_by_io(DOING, &error))?;
        }
        upload.complete().await.map(|_| ()).map_err(|error| self.refused(DOING, &error))
    }
}

/// The next bytes: a whole part, or what is left.
async fn next_part(source: &mut File) -> io::Result<Bytes> {
    let mut part = BytesMut::with_capacity(PART);
    let mut rest = source.take(PART as u64);
    while rest.read_buf(&mut part).await? > 0 {}
    Ok(part.freeze())
}
