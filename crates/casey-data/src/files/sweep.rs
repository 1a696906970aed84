//! What goes when its time is over, and what should not be there at all (check K8).

use std::{
    collections::BTreeMap,
    fmt::{self, Formatter},
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};

use casey_core::Timestamp;
use casey_privacy::Retention;
use object_store::{ObjectMeta, ObjectStoreExt};

use super::{error::FilesError, store::Files};

/// How long a write may take before what it left behind counts as left behind.
const UNFINISHED: Duration = Duration::from_hours(24);

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Swept {
    /// Files that had outlived their retention, and are gone.
    pub deleted: u64,
    /// Files that remain.
    pub kept: u64,
    /// Remains of writes that never finished, and are gone.
    pub unfinished: u64,
}

/// Objects that belong to no declared prefix. Prints as one line, which holds no name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct StrayFiles {
    /// The first word of their names, if it is plainly no id.
    pub place: String,
    /// How many.
    pub objects: u64,
}

impl StrayFiles {
    /// The stable text of what is wrong.
    pub const CODE: &'static str = "K8-undeclared-object";
    /// One sentence with what to do.
    pub const REMEDY: &'static str = "Declare the prefix and list it in its module, or delete them.";
}

impl fmt::Display for StrayFiles {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let objects = if self.objects == 1 { "object" } else { "objects" };
        write!(f, "{} {} ({} {objects}): {}", Self::CODE, self.place, self.objects, Self::REMEDY)
    }
}

impl Files {
    /// Deletes every file that outlived the retention of its prefix at `now`, counted from when it was written. What is kept while it is
    /// in use or until it is erased stays; so does what belongs to no prefix, which [`strays`](Self::strays) tells.
    ///
    /// # Errors
    ///
    /// [`FilesError::Refused`] with the cause. What was deleted before stays deleted; another sweep does the rest.
    pub async fn sweep(&self, now: Timestamp) -> Result<Swept, FilesError> {
        let doing = "deleting files whose time is over";
        let mut swept = Swept::default();
        for (name, meta) in self.entries(doing).await? {
            if !self.is_over(&name, &meta, now) {
                swept.kept += 1;
                continue;
            }
            match self.backend.store.delete(&meta.location).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => swept.deleted += 1,
                Err(error) => return Err(self.refused(doing, &error)),
            }
        }
        if let Some(folder) = &self.backend.folder {
            let before = now - UNFINISHED;
            let folder = folder.clone();
            let removed = tokio::task::spawn_blocking(move || remove_unfinished(&folder, before)).await;
            let removed = removed.unwrap_or_else(|error| Err(io::Error::other(error)));
            swept.unfinished = removed.map_err(|error| self.refused_by_io(doing, &error))?;
        }
        Ok(swept)
    }

    /// Everything that belongs to no declared prefix. Empty means all is well. Sorted.
    ///
    /// # Errors
    ///
    /// [`FilesError::Refused`] with the cause.
    pub async fn strays(&self) -> Result<Vec<StrayFiles>, FilesError> {
        let mut found: BTreeMap<String, u64> = BTreeMap::new();
        for (name, _) in self.entries("looking for files that nobody declared").await? {
            if !self.prefixes.iter().any(|prefix| prefix.read(&name).is_some()) {
                *found.entry(masked(&name)).or_default() += 1;
            }
        }
        Ok(found.into_iter().map(|(place, objects)| StrayFiles { place, objects }).collect())
    }

    fn is_over(&self, name: &str, meta: &ObjectMeta, now: Timestamp) -> bool {
        let prefix = self.prefixes.iter().find(|prefix| prefix.read(name).is_some());
        let written = Timestamp::from_millis(meta.last_modified.timestamp_millis());
        prefix
            .and_then(|prefix| longest(prefix.store().retention))
            .is_some_and(|longest| now >= written + longest)
    }
}

fn longest(retention: Retention) -> Option<Duration> {
    match retention {
        Retention::Days(days) => Some(Duration::from_hours(24 * u64::from(days))),
        Retention::Ttl { max, .. } => Some(max),
        _ => None,
    }
}

fn masked(name: &str) -> String {
    let first = name.split_once('/').map_or("", |(first, _)| first);
    let plain = !first.is_empty() && first.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    if plain { format!("{first}/…") } else { "…".to_owned() }
}

/// A write that the end of the process interrupted leaves `NAME#1` in the folder, which no listing shows.
fn remove_unfinished(folder: &Path, before: Timestamp) -> io::Result<u64> {
    let mut removed = 0;
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let Ok(meta) = entry.metadata() else { continue };
            if meta.is_dir() {
                folders.push(entry.path());
                continue;
            }
            let name = entry.file_name();
            let unfinished = name.to_string_lossy().rsplit_once('#').is_some_and(|(_, number)| {
                !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
            });
            let age = meta.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
            let written = Timestamp::from_millis(i64::try_from(age.as_millis()).unwrap_or(i64::MAX));
            if unfinished && written < before {
                fs::remove_file(entry.path())?;
                removed += 1;
            }
        }
    }
    Ok(removed)
}
