//! Where files are kept.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use casey_config::Config;
use casey_core::Clock;
use casey_data::{FILE_STORES, Files, FilesError};

/// How often it is looked whether files can be written.
const LOOK: Duration = Duration::from_mins(1);

/// And how often while they cannot.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// The folder below the data folder, where nothing else is configured.
const FOLDER: &str = "files";

/// Opens what is configured and looks whether it can be used. A store that is away for the moment is no reason not to start; one that does not let Casey
/// in, or is not there at all, is. Returns whether it can be used now.
///
/// # Errors
///
/// [`FilesError`], with how to mend it.
pub(crate) async fn open(config: &Config) -> Result<(Arc<Files>, bool), FilesError> {
    let files = Files::open(&url(config), options(), FILE_STORES)?;
    match files.check().await {
        Err(error) if error.passes() => {
            tracing::warn!(error = casey_core::causes(&error), "files cannot be reached for now");
            Ok((Arc::new(files), false))
        }
        Err(error) => Err(error),
        Ok(()) => Ok((Arc::new(files), true)),
    }
}

/// Opens what is configured, to look at what is there. Makes nothing: `None` if it is a folder that nobody has made yet.
///
/// # Errors
///
/// [`FilesError`] if what is configured cannot be used.
pub fn existing_files(config: &Config) -> Result<Option<Files>, FilesError> {
    let url = url(config);
    if url.strip_prefix("file://").is_some_and(|folder| !Path::new(folder).exists()) {
        return Ok(None);
    }
    Files::open(&url, options(), FILE_STORES).map(Some)
}

fn url(config: &Config) -> String {
    config.files_url.as_ref().map_or_else(
        || {
            let folder = config.data_dir.join(FOLDER);
            format!("file://{}", std::path::absolute(&folder).unwrap_or(folder).display())
        },
        |url| url.as_str().to_owned(),
    )
}

/// Credentials and options of storage services, as these call them. What is no text is none of theirs.
fn options() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

/// Whether files could be written when it was last looked. The store is not asked for every look at `/readyz`: some cost money by the request.
#[derive(Clone, Debug)]
pub(crate) struct Watch(Arc<AtomicBool>);

impl Watch {
    /// Looks every minute, and more often while something is wrong, until the watch is dropped everywhere. `well` is how it was at the start.
    pub(crate) fn begin(files: Arc<Files>, well: bool, clock: Arc<dyn Clock>) -> Self {
        let (mut next, well) = (if well { LOOK } else { LOOK_AGAIN }, Arc::new(AtomicBool::new(well)));
        tokio::spawn({
            let well = Arc::downgrade(&well);
            async move {
                loop {
                    clock.sleep_until(clock.now() + next).await;
                    let now = files.check().await;
                    next = if now.is_ok() { LOOK } else { LOOK_AGAIN };
                    let Some(well) = well.upgrade() else { return };
                    if well.swap(now.is_ok(), Ordering::Relaxed)
                        && let Err(error) = now
                    {
                        tracing::warn!(error = casey_core::causes(&error), "files cannot be written");
                    }
                }
            }
        });
        Self(well)
    }

    pub(crate) fn well(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
