//! One attempt at one job: runs the handler, keeps the lease meanwhile, and says what became of it.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt;
use tokio::sync::watch;

use super::{JobHandler, JobOutcome, backoff};
use crate::{
    error::Failure,
    ports::{Job, JobStore, Lease, Settled},
    time::Clock,
};

/// How often it is tried to write down what became of a job, with twice the time between each: 1 s, 2 s, 4 s, 8 s.
const WRITES: u32 = 5;

/// A handler and how it is used.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) handler: Arc<dyn JobHandler>,
    /// Done again so long after it was done; for jobs that never end.
    pub(super) every: Option<Duration>,
}

/// What all attempts of a runner share.
pub(super) struct Bench {
    pub(super) store: Arc<dyn JobStore>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) owner: String,
    pub(super) lease: Duration,
}

/// How an attempt ended.
enum Ended {
    Ran(Result<JobOutcome, Failure>),
    Panicked,
    TooLong,
    /// The process ends.
    Halted,
    /// It is no longer ours: it was cancelled, or somebody else took it.
    Lost,
}

impl Bench {
    /// Makes one attempt at a job that was claimed.
    pub(super) async fn attempt(&self, entry: Entry, job: Job, halted: watch::Receiver<bool>) {
        let lease = Lease { job: job.id, owner: self.owner.clone(), attempt: job.attempts };
        if entry.every.is_none() && job.attempts > entry.handler.attempts() {
            // Whoever had it ended in the middle each time: it may be the job that ends them.
            tracing::error!(kind = job.kind, job = job.id.get(), "a job is given up: it was begun too often");
            return self.give_up(&entry, &job, &lease).await;
        }
        let ended = self.work(&entry, &job, &lease, halted).await;
        match self.judge(&entry, &job, ended) {
            Some(Settled::Failed(_)) => self.give_up(&entry, &job, &lease).await,
            Some(settled) => self.settle(&lease, settled).await,
            None => {}
        }
    }

    /// Tells the handler that there will be no further attempt, and writes it down.
    async fn give_up(&self, entry: &Entry, job: &Job, lease: &Lease) {
        let told = AssertUnwindSafe(entry.handler.given_up(job)).catch_unwind().await;
        if let Ok(Err(Failure::Broken(cause))) = told {
            let error = crate::causes(cause.as_ref());
            tracing::error!(
                kind = job.kind,
                job = job.id.get(),
                error,
                "what waits for a job could not be told that it is given up"
            );
        }
        self.settle(lease, Settled::Failed(self.clock.now())).await;
    }

    /// Runs the handler until something ends the attempt; renews the lease three times within each.
    async fn work(
        &self,
        entry: &Entry,
        job: &Job,
        lease: &Lease,
        mut halted: watch::Receiver<bool>,
    ) -> Ended {
        let end = self.clock.now() + entry.handler.within();
        let work = AssertUnwindSafe(entry.handler.run(job)).catch_unwind();
        tokio::pin!(work);
        let mut renewal = self.clock.now() + self.lease / 3;
        loop {
            tokio::select! {
                biased;
                ran = &mut work => return ran.map_or(Ended::Panicked, Ended::Ran),
                _ = halted.wait_for(|halted| *halted) => return Ended::Halted,
                () = self.clock.sleep_until(renewal.min(end)) => {}
            }
            let now = self.clock.now();
            if now >= end {
                return Ended::TooLong;
            }
            match self.store.renew(lease, now + self.lease).await {
                Ok(true) => renewal = now + self.lease / 3,
                Ok(false) => return Ended::Lost,
                Err(error) => {
                    tracing::warn!(
                        kind = job.kind,
                        error = crate::causes(&error),
                        "a job's lease could not be renewed"
                    );
                    renewal = now + self.lease / 6;
                }
            }
        }
    }

    /// What becomes of the job; `None` if that is no longer ours to say.
    fn judge(&self, entry: &Entry, job: &Job, ended: Ended) -> Option<Settled> {
        let (kind, number, attempt) = (job.kind.as_str(), job.id.get(), job.attempts);
        match ended {
            Ended::Ran(Ok(JobOutcome::Again(at))) => return Some(Settled::Again(at)),
            Ended::Ran(Ok(JobOutcome::Done)) => {
                let again = |every| Settled::Again(self.clock.now() + every);
                return Some(entry.every.map_or(Settled::Done, again));
            }
            Ended::Halted => return Some(Settled::Released),
            Ended::Lost => {
                tracing::info!(kind, job = number, "a job was cancelled while it ran");
                return None;
            }
            Ended::Ran(Err(Failure::Broken(cause))) => {
                tracing::warn!(
                    kind,
                    job = number,
                    attempt,
                    error = crate::causes(cause.as_ref()),
                    "a job failed"
                );
            }
            Ended::Ran(Err(Failure::Refused(_))) => {
                tracing::warn!(kind, job = number, attempt, "a job was refused");
            }
            Ended::Panicked => tracing::warn!(kind, job = number, attempt, "a job's handler panicked"),
            Ended::TooLong => tracing::warn!(kind, job = number, attempt, "a job took too long"),
        }
        let wait = backoff::wait(job.id, attempt);
        match entry.every {
            Some(every) => Some(Settled::Retry(self.clock.now() + wait.min(every))),
            None if attempt >= entry.handler.attempts() => {
                tracing::error!(kind, job = number, attempt, "a job is given up after its last attempt");
                Some(Settled::Failed(self.clock.now()))
            }
            None => Some(Settled::Retry(self.clock.now() + wait)),
        }
    }

    /// Writes down what became of a job. If the store stays away, the lease ends and the job is begun again.
    async fn settle(&self, lease: &Lease, settled: Settled) {
        for write in 1..=WRITES {
            match self.store.settle(lease, settled).await {
                Ok(_) => return,
                Err(error) if write == WRITES || settled == Settled::Released => {
                    tracing::error!(
                        job = lease.job.get(),
                        error = crate::causes(&error),
                        "what became of a job could not be written; it may run again"
                    );
                    return;
                }
                Err(error) => {
                    tracing::warn!(
                        job = lease.job.get(),
                        error = crate::causes(&error),
                        "what became of a job could not be written yet"
                    );
                    self.clock.sleep_until(self.clock.now() + Duration::from_secs(1 << (write - 1))).await;
                }
            }
        }
    }
}
