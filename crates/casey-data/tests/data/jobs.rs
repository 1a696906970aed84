//! Runners in several processes on one database.
#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use casey_core::{
    Clock, Failure, Job, JobCounts, JobHandler, JobOutcome, JobRunner, Jobs, NewJob, SystemClock,
};
use casey_data::Database;
use tokio::{sync::oneshot, task::JoinHandle};

use crate::support::TempDatabase;

const KIND: &str = "test.count";

/// Counts how often each job runs.
#[derive(Default)]
struct Counter(Mutex<BTreeMap<String, u32>>);

#[async_trait]
impl JobHandler for Counter {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, job: &Job) -> Result<JobOutcome, Failure> {
        *self.0.lock().unwrap().entry(job.key.clone()).or_default() += 1;
        tokio::task::yield_now().await;
        Ok(JobOutcome::Done)
    }
}

/// A runner as another process has it: with connections of its own.
fn runner(
    database: &Database,
    clock: Arc<dyn Clock>,
    handler: &Arc<Counter>,
) -> (oneshot::Sender<()>, JoinHandle<()>) {
    let jobs = Jobs::new(database.jobs(), Arc::clone(&clock));
    let runner = JobRunner::new(jobs, clock).handler(Arc::clone(handler) as _);
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(runner.run(async {
        let _ = stopped.await;
    }));
    (stop, task)
}

async fn until_done(database: &Database) {
    for _ in 0..3_000 {
        if database.jobs().counts().await.unwrap() == JobCounts::default() {
            return;
        }
        SystemClock.sleep_until(SystemClock.now() + Duration::from_millis(20)).await;
    }
    panic!("some jobs were left lying");
}

async fn two_processes_do_each_job_once(there: TempDatabase) {
    const JOBS: usize = 2_000;
    let (store, now) = (there.database.jobs(), SystemClock.now());
    for number in 0..JOBS {
        store.add(now, NewJob::new(KIND, number.to_string(), now)).await.unwrap();
    }
    let (counter, clock) = (Arc::new(Counter::default()), Arc::new(SystemClock) as Arc<dyn Clock>);
    let other = there.elsewhere().await;
    let one = runner(&there.database, Arc::clone(&clock), &counter);
    let two = runner(&other, clock, &counter);
    until_done(&there.database).await;
    for (stop, task) in [one, two] {
        stop.send(()).unwrap();
        task.await.unwrap();
    }
    let runs: Vec<u32> = counter.0.lock().unwrap().values().copied().collect();
    assert_eq!(runs, [1; JOBS]);
    other.close().await.unwrap();
}

on_both!(
    several: migrated, migrated_on_server;
    two_processes_do_each_job_once
);
