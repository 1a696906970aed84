//! Things to be done later: [`JobRunner`] does them, [`JobHandler`]s know how, a [`JobStore`] keeps them.

mod attempt;
mod backoff;
mod runner;
#[cfg(test)]
mod tests;

use std::{
    fmt::{self, Formatter},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use tokio::sync::Notify;

pub use self::runner::JobRunner;
use crate::{
    error::{Failure, StoreError},
    ports::{Job, JobId, JobStore, NewJob},
    time::{Clock, Timestamp},
};

/// What came of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobOutcome {
    /// It is done.
    Done,
    /// It is done for now and due again at this moment.
    Again(Timestamp),
}

/// Does the jobs of one kind.
///
/// A job is begun by one process at a time. Should that process end in the middle, or the store be gone when the job is done, it is begun again:
/// what a handler does twice must come to the same as once. Messages carry the [`JobId`] as nonce for that.
#[async_trait]
pub trait JobHandler: Send + Sync {
    /// The kind, such as `management.reminder`. Jobs of a kind that nobody handles wait.
    fn kind(&self) -> &'static str;

    /// How often a job is tried before it is given up, first time included.
    fn attempts(&self) -> u32 {
        8
    }

    /// How long one attempt may take.
    fn within(&self) -> Duration {
        Duration::from_mins(5)
    }

    /// Hears that a job is given up: it failed, panicked or took too long as often as it may be tried. Whatever waits for it should wait no more.
    ///
    /// # Errors
    ///
    /// A [`Failure`], which is logged; the job is given up all the same.
    async fn given_up(&self, job: &Job) -> Result<(), Failure> {
        let _ = job;
        Ok(())
    }

    /// Does one job.
    ///
    /// # Errors
    ///
    /// A [`Failure`], which is logged; the job is tried again later, each time twice as late: after 5 seconds, 10, 20, up to an hour.
    async fn run(&self, job: &Job) -> Result<JobOutcome, Failure>;
}

/// The jobs of this process: a store, and a bell for the [`JobRunner`], so that a job that is added is not noticed late. Clones are the same.
#[derive(Clone)]
pub struct Jobs {
    store: Arc<dyn JobStore>,
    clock: Arc<dyn Clock>,
    bell: Arc<Notify>,
}

impl fmt::Debug for Jobs {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jobs").finish_non_exhaustive()
    }
}

impl Jobs {
    /// Jobs kept in this store.
    pub fn new(store: Arc<dyn JobStore>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, bell: Arc::default() }
    }

    /// Where they are kept.
    pub fn store(&self) -> &Arc<dyn JobStore> {
        &self.store
    }

    /// Adds a job. If one with this key is there, nothing changes.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written.
    pub async fn add(&self, job: NewJob) -> Result<JobId, StoreError> {
        let id = self.store.add(self.clock.now(), job).await?;
        self.added();
        Ok(id)
    }

    /// Takes a job back; `false` if there is none of this key.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written.
    pub async fn cancel(&self, key: &str) -> Result<bool, StoreError> {
        self.store.cancel(key).await
    }

    /// Rings the bell: for whoever put a job into the store by other means, such as together with rows of its own.
    pub fn added(&self) {
        self.bell.notify_one();
    }

    async fn bell(&self) {
        self.bell.notified().await;
    }
}
