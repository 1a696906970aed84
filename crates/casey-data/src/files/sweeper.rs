use std::{
    fmt::{self, Formatter},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use casey_core::{Clock, Failure, Job, JobHandler, JobOutcome};

use super::store::Files;

/// Deletes files that outlived the retention of their prefix. As [`JobHandler`] it is meant to run every [`EVERY`](Self::EVERY), once across all
/// processes.
pub struct FileSweeper {
    files: Arc<Files>,
    clock: Arc<dyn Clock>,
}

impl FileSweeper {
    /// How often it is to run: nothing outlives its time by more than an hour.
    pub const EVERY: Duration = Duration::from_mins(30);

    /// A sweeper of these files.
    pub fn new(files: Arc<Files>, clock: Arc<dyn Clock>) -> Self {
        Self { files, clock }
    }
}

impl fmt::Debug for FileSweeper {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileSweeper").field("files", &self.files).finish_non_exhaustive()
    }
}

#[async_trait]
impl JobHandler for FileSweeper {
    fn kind(&self) -> &'static str {
        "privacy.files"
    }

    async fn run(&self, _: &Job) -> Result<JobOutcome, Failure> {
        let swept =
            self.files.sweep(self.clock.now()).await.map_err(|error| Failure::Broken(Box::new(error)))?;
        if swept.deleted + swept.unfinished > 0 {
            tracing::info!(
                deleted = swept.deleted,
                unfinished = swept.unfinished,
                "files outlived their time and are gone"
            );
        }
        Ok(JobOutcome::Done)
    }
}
