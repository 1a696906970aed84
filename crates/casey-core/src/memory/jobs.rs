use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;

use crate::{
    error::StoreError,
    ports::{Claim, Job, JobCounts, JobId, JobStore, Lease, NewJob, Settled},
    time::Timestamp,
};

#[derive(Debug)]
struct Kept {
    job: Job,
    lease: Option<(String, Timestamp)>,
    failed: bool,
}

impl Kept {
    /// When it may be taken: when it is due, or when the lease of whoever runs it ends.
    fn free_at(&self) -> Timestamp {
        match &self.lease {
            Some((_, until)) => self.job.run_at.max(*until),
            None => self.job.run_at,
        }
    }
}

#[derive(Debug, Default)]
struct State {
    jobs: BTreeMap<JobId, Kept>,
}

impl State {
    fn of_key(&self, key: &str) -> Option<JobId> {
        self.jobs.iter().find(|(_, kept)| kept.job.key == key).map(|(id, _)| *id)
    }

    fn held(&mut self, lease: &Lease) -> Option<&mut Kept> {
        let kept = self.jobs.get_mut(&lease.job)?;
        let owner = kept.lease.as_ref().map(|(owner, _)| owner);
        (owner == Some(&lease.owner) && kept.job.attempts == lease.attempt).then_some(kept)
    }
}

/// Jobs in the memory of one process.
#[derive(Debug, Default)]
pub struct MemoryJobs {
    state: Mutex<State>,
}

impl MemoryJobs {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl JobStore for MemoryJobs {
    async fn add(&self, now: Timestamp, job: NewJob) -> Result<JobId, StoreError> {
        let mut state = self.state();
        if let Some(known) = state.of_key(&job.key) {
            return Ok(known);
        }
        let mut id = job.id.unwrap_or_else(|| JobId::fresh(now));
        while state.jobs.contains_key(&id) {
            id = JobId::new(id.get() + 1);
        }
        let user = job.user();
        let NewJob { kind, key, run_at, numbers, guild, .. } = job;
        let job = Job { id, kind, key, run_at, numbers, user, guild, attempts: 0, created_at: now };
        state.jobs.insert(id, Kept { job, lease: None, failed: false });
        Ok(id)
    }

    async fn cancel(&self, key: &str) -> Result<bool, StoreError> {
        let mut state = self.state();
        let known = state.of_key(key);
        Ok(known.is_some_and(|id| state.jobs.remove(&id).is_some()))
    }

    async fn hasten(&self, key: &str, latest: Timestamp) -> Result<bool, StoreError> {
        let mut state = self.state();
        let late = state.jobs.values_mut().find(|kept| kept.job.key == key && kept.job.run_at > latest);
        let Some(late) = late.filter(|kept| !kept.failed) else { return Ok(false) };
        late.job.run_at = latest;
        Ok(true)
    }

    async fn claim(&self, claim: Claim) -> Result<Vec<Job>, StoreError> {
        let mut state = self.state();
        let Claim { owner, kinds, except, most, now, lease } = claim;
        let free = |kept: &Kept| {
            kept.lease.as_ref().is_none_or(|(_, until)| *until <= now || *until > now + lease + lease)
        };
        let mut due: Vec<&mut Kept> = state
            .jobs
            .values_mut()
            .filter(|kept| !kept.failed && kept.job.run_at <= now && kinds.contains(&kept.job.kind))
            .filter(|kept| free(kept) && !except.contains(&kept.job.id))
            .collect();
        due.sort_by_key(|kept| (kept.job.run_at, kept.job.id));
        let taken = due.into_iter().take(usize::try_from(most).unwrap_or(usize::MAX)).map(|kept| {
            kept.lease = Some((owner.clone(), now + lease));
            kept.job.attempts += 1;
            kept.job.clone()
        });
        Ok(taken.collect())
    }

    async fn renew(&self, lease: &Lease, until: Timestamp) -> Result<bool, StoreError> {
        let mut state = self.state();
        let Some(kept) = state.held(lease) else { return Ok(false) };
        kept.lease = Some((lease.owner.clone(), until));
        Ok(true)
    }

    async fn settle(&self, lease: &Lease, settled: Settled) -> Result<bool, StoreError> {
        let mut state = self.state();
        let Some(kept) = state.held(lease) else { return Ok(false) };
        kept.lease = None;
        match settled {
            Settled::Done => {
                state.jobs.remove(&lease.job);
            }
            Settled::Again(at) => (kept.job.run_at, kept.job.attempts) = (at, 0),
            Settled::Retry(at) => kept.job.run_at = at,
            Settled::Released => kept.job.attempts -= 1,
            Settled::Failed(_) => kept.failed = true,
        }
        Ok(true)
    }

    async fn next_due(&self, kinds: &[String], except: &[JobId]) -> Result<Option<Timestamp>, StoreError> {
        let state = self.state();
        let mine =
            |kept: &&Kept| !kept.failed && kinds.contains(&kept.job.kind) && !except.contains(&kept.job.id);
        Ok(state.jobs.values().filter(mine).map(Kept::free_at).min())
    }

    async fn counts(&self) -> Result<JobCounts, StoreError> {
        let state = self.state();
        let failed = state.jobs.values().filter(|kept| kept.failed).count() as u64;
        let next = state.jobs.values().filter(|kept| !kept.failed).map(Kept::free_at).min();
        Ok(JobCounts { waiting: state.jobs.len() as u64 - failed, failed, next })
    }
}
