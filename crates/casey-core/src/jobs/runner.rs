//! Takes jobs that are due, as many as there is room for, and sees to it that none is left lying.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::{self, Formatter},
    sync::Arc,
    time::Duration,
};

use tokio::{
    sync::watch,
    task::{Id as TaskId, JoinError, JoinSet},
};

use super::{
    JobHandler, Jobs,
    attempt::{Bench, Entry},
};
use crate::{
    error::{Reference, StoreError},
    ports::{Claim, JobId, NewJob},
    time::{Clock, Timestamp},
};

/// How long a job is a process's own unless it renews that.
const LEASE: Duration = Duration::from_secs(30);
/// Jobs that run at the same time.
const AT_ONCE: usize = 16;
/// The longest wait for jobs that another process may have added.
const POLL: Duration = Duration::from_secs(5);
/// The shortest wait, and the one after the store could not be asked.
const BREATH: Duration = Duration::from_millis(100);
/// How long the jobs that are repeated are taken to be in the store.
const CERTAIN_FOR: Duration = Duration::from_hours(1);
const TROUBLE: Duration = Duration::from_secs(5);
/// How long jobs that run may go on when the process is to end.
const GRACE: Duration = Duration::from_secs(5);

/// Does jobs: claims those that are due, runs their handlers, tries again what failed.
///
/// Several runners, in one process or many, share a store; each job is in one runner's hands at a time. A runner that was killed holds its jobs until its lease
/// of 30 seconds has ended; then others take them. A job that was begun too often, or failed too often, stays in the store as failed and is
/// reported in the log.
#[must_use = "a runner does nothing until it runs"]
pub struct JobRunner {
    jobs: Jobs,
    bench: Bench,
    entries: BTreeMap<&'static str, Entry>,
    at_once: usize,
}

impl fmt::Debug for JobRunner {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobRunner").field("kinds", &self.entries.keys()).finish_non_exhaustive()
    }
}

/// The attempts being made.
#[derive(Default)]
struct Crew {
    tasks: JoinSet<()>,
    jobs: HashMap<TaskId, JobId>,
}

impl Crew {
    fn ids(&self) -> Vec<JobId> {
        self.jobs.values().copied().collect()
    }

    /// Waits until at least one has ended; `None` if there is none.
    async fn next(&mut self) -> Option<()> {
        let mut ended = Some(self.tasks.join_next_with_id().await?);
        while let Some(one) = ended {
            self.jobs.remove(&one.map_or_else(|error: JoinError| error.id(), |(id, ())| id));
            ended = self.tasks.try_join_next_with_id();
        }
        Some(())
    }
}

impl JobRunner {
    /// A runner without handlers.
    pub fn new(jobs: Jobs, clock: Arc<dyn Clock>) -> Self {
        let owner = format!("{}-{}{}", std::process::id(), Reference::random(), Reference::random());
        let bench = Bench { store: Arc::clone(jobs.store()), clock, owner, lease: LEASE };
        Self { jobs, bench, entries: BTreeMap::new(), at_once: AT_ONCE }
    }

    /// Adds a handler for jobs of its kind.
    pub fn handler(mut self, handler: Arc<dyn JobHandler>) -> Self {
        self.entries.insert(handler.kind(), Entry { handler, every: None });
        self
    }

    /// Adds a handler for one job that never ends: it is due at once if it was never done, and again so long after each time it was done, once
    /// across all processes. However often it fails, it is not given up; nor does it wait for longer than that where the clock was set back.
    pub fn recurring(mut self, every: Duration, handler: Arc<dyn JobHandler>) -> Self {
        self.entries.insert(handler.kind(), Entry { handler, every: Some(every) });
        self
    }

    /// How many jobs run at the same time; 16 unless said.
    pub fn at_once(mut self, jobs: usize) -> Self {
        self.at_once = jobs.max(1);
        self
    }

    /// Runs until `stop` is there. Jobs that run then may go on for five seconds; what is not done by then is handed back.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let Self { jobs, bench, entries, at_once } = self;
        let mut shift = Shift {
            jobs,
            kinds: entries.keys().map(|kind| (*kind).to_owned()).collect(),
            recurring: entries.iter().filter_map(|(kind, entry)| Some((*kind, entry.every?))).collect(),
            certain: 0,
            checked: bench.clock.now(),
            looked: None,
            bench: Arc::new(bench),
            entries,
            at_once,
            crew: Crew::default(),
            halt: watch::Sender::new(false),
        };
        tokio::pin!(stop);
        loop {
            let wake = shift.round().await.unwrap_or_else(|error| {
                tracing::warn!(error = crate::causes(&error), "jobs could not be looked for");
                shift.bench.clock.now() + TROUBLE
            });
            tokio::select! {
                biased;
                () = &mut stop => break,
                Some(()) = shift.crew.next() => {}
                () = shift.jobs.bell() => {}
                () = shift.bench.clock.sleep_until(wake) => {}
            }
        }
        shift.end().await;
    }
}

/// A runner at work.
struct Shift {
    jobs: Jobs,
    bench: Arc<Bench>,
    entries: BTreeMap<&'static str, Entry>,
    kinds: Vec<String>,
    /// Jobs that are repeated, and how often.
    recurring: Vec<(&'static str, Duration)>,
    /// How many of them are known to be in the store, and due in time.
    certain: usize,
    /// When it was last begun to make certain of that.
    checked: Timestamp,
    /// When it was last looked for what is due.
    looked: Option<Timestamp>,
    at_once: usize,
    crew: Crew,
    halt: watch::Sender<bool>,
}

impl Shift {
    /// Begins what is due and tells when to look again.
    async fn round(&mut self) -> Result<Timestamp, StoreError> {
        self.see_to_recurring().await?;
        let clock = &self.bench.clock;
        let room = self.at_once.saturating_sub(self.crew.jobs.len());
        if room == 0 {
            return Ok(clock.now() + POLL);
        }
        let claim = Claim {
            owner: self.bench.owner.clone(),
            kinds: self.kinds.clone(),
            except: self.crew.ids(),
            most: room as u64,
            now: clock.now(),
            lease: self.bench.lease,
        };
        for job in self.bench.store.claim(claim).await? {
            let Some(entry) = self.entries.get(job.kind.as_str()) else { continue };
            let (bench, entry, halted, id) =
                (Arc::clone(&self.bench), entry.clone(), self.halt.subscribe(), job.id);
            let task = self.crew.tasks.spawn(async move { bench.attempt(entry, job, halted).await });
            self.crew.jobs.insert(task.id(), id);
        }
        let next = self.bench.store.next_due(&self.kinds, &self.crew.ids()).await?;
        let now = self.bench.clock.now();
        Ok(next.map_or(now + POLL, |next| next.clamp(now + BREATH, now + POLL)))
    }

    /// Sees to it that every job that is repeated is in the store, and due in time: at the beginning, every hour, and whenever the clock was set back.
    async fn see_to_recurring(&mut self) -> Result<(), StoreError> {
        let now = self.bench.clock.now();
        let set_back = self.looked.replace(now).is_some_and(|before| now < before);
        if set_back || now.since(self.checked) >= CERTAIN_FOR {
            (self.certain, self.checked) = (0, now);
        }
        while let Some((kind, every)) = self.recurring.get(self.certain) {
            self.bench.store.add(now, NewJob::new(kind, *kind, now)).await?;
            self.bench.store.hasten(kind, now + *every).await?;
            self.certain += 1;
        }
        Ok(())
    }

    async fn end(mut self) {
        let until = self.bench.clock.now() + GRACE;
        tokio::select! {
            () = async { while self.crew.next().await.is_some() {} } => return,
            () = self.bench.clock.sleep_until(until) => {}
        }
        self.halt.send_replace(true);
        while self.crew.next().await.is_some() {}
    }
}
