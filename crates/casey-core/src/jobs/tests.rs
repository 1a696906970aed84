#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::{sync::oneshot, task::JoinHandle};

use super::*;
use crate::{
    memory::MemoryJobs,
    ports::{Claim, JobCounts},
    testing::ManualClock,
};

/// What a job of the test does.
#[derive(Clone, Copy, PartialEq)]
enum Does {
    Ends,
    Fails,
    Panics,
    Hangs,
}

struct Probe {
    does: Mutex<Does>,
    runs: Mutex<BTreeMap<String, u32>>,
    given_up: Mutex<Vec<String>>,
    dropped: Arc<AtomicBool>,
}

struct Flag(Arc<AtomicBool>);

impl Drop for Flag {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[async_trait]
impl JobHandler for Probe {
    fn kind(&self) -> &'static str {
        "test.probe"
    }

    fn attempts(&self) -> u32 {
        3
    }

    fn within(&self) -> Duration {
        Duration::from_mins(10)
    }

    async fn given_up(&self, job: &Job) -> Result<(), Failure> {
        self.given_up.lock().unwrap().push(job.key.clone());
        Ok(())
    }

    async fn run(&self, job: &Job) -> Result<JobOutcome, Failure> {
        *self.runs.lock().unwrap().entry(job.key.clone()).or_default() += 1;
        let does = *self.does.lock().unwrap();
        match does {
            Does::Ends => Ok(JobOutcome::Done),
            Does::Fails => Err(Failure::Broken("not today".into())),
            Does::Panics => panic!("on purpose"),
            Does::Hangs => {
                let _flag = Flag(Arc::clone(&self.dropped));
                std::future::pending().await
            }
        }
    }
}

struct Yard {
    clock: ManualClock,
    store: Arc<MemoryJobs>,
    probe: Arc<Probe>,
}

struct Started {
    jobs: Jobs,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Yard {
    fn new(does: Does) -> Self {
        let probe = Probe {
            does: Mutex::new(does),
            runs: Mutex::default(),
            given_up: Mutex::default(),
            dropped: Arc::new(AtomicBool::new(false)),
        };
        Self { clock: ManualClock::default(), store: Arc::new(MemoryJobs::new()), probe: Arc::new(probe) }
    }

    async fn start(&self, change: impl FnOnce(JobRunner) -> JobRunner) -> Started {
        let clock: Arc<dyn Clock> = Arc::new(self.clock.clone());
        let jobs = Jobs::new(Arc::clone(&self.store) as _, Arc::clone(&clock));
        let runner = change(JobRunner::new(jobs.clone(), clock));
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(runner.run(async {
            let _ = stopped.await;
        }));
        rests().await;
        Started { jobs, stop, task }
    }

    async fn usual(&self) -> Started {
        let probe = Arc::clone(&self.probe) as Arc<dyn JobHandler>;
        self.start(|runner| runner.handler(probe)).await
    }

    fn job(&self, key: &str, after: Duration) -> NewJob {
        NewJob::new("test.probe", key, self.clock.now() + after)
    }

    async fn waits(&self, time: Duration) {
        self.clock.advance(time);
        rests().await;
    }

    fn runs(&self, key: &str) -> u32 {
        self.probe.runs.lock().unwrap().get(key).copied().unwrap_or(0)
    }

    async fn counts(&self) -> (u64, u64) {
        let JobCounts { waiting, failed, .. } = self.store.counts().await.unwrap();
        (waiting, failed)
    }
}

async fn rests() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_job_runs_once_when_it_is_due_and_not_before() {
    let yard = Yard::new(Does::Ends);
    let started = yard.usual().await;
    started.jobs.add(yard.job("a", 60 * SECOND)).await.unwrap();
    started.jobs.add(yard.job("a", Duration::ZERO)).await.unwrap();
    // Due before the next look at the store: the bell tells.
    started.jobs.add(yard.job("b", 2 * SECOND)).await.unwrap();
    yard.waits(2 * SECOND).await;
    assert_eq!((yard.runs("a"), yard.runs("b")), (0, 1));
    for _ in 0..11 {
        yard.waits(5 * SECOND).await;
    }
    assert_eq!(yard.runs("a"), 0, "a second too early");
    yard.waits(3 * SECOND).await;
    yard.waits(90 * SECOND).await;
    assert_eq!((yard.runs("a"), yard.counts().await), (1, (0, 0)));
}

#[tokio::test]
async fn overdue_jobs_run_at_start_and_are_not_lost_to_a_jump() {
    let yard = Yard::new(Does::Ends);
    for key in ["a", "b"] {
        let after = if key == "a" { SECOND } else { 3_000 * SECOND };
        yard.store.add(yard.clock.now(), yard.job(key, after)).await.unwrap();
    }
    yard.clock.advance(2_000 * SECOND);
    let _next = yard.usual().await;
    assert_eq!((yard.runs("a"), yard.runs("b")), (1, 0));
    yard.waits(100_000 * SECOND).await;
    assert_eq!(yard.runs("b"), 1);
}

#[tokio::test]
async fn a_job_that_fails_is_tried_again_later_and_then_given_up() {
    for does in [Does::Fails, Does::Panics, Does::Hangs] {
        let yard = Yard::new(does);
        let started = yard.usual().await;
        started.jobs.add(yard.job("a", Duration::ZERO)).await.unwrap();
        rests().await;
        assert_eq!(yard.runs("a"), 1);
        yard.waits(3 * SECOND).await;
        assert_eq!(yard.runs("a"), 1, "too soon");
        // An attempt that hangs is given ten minutes.
        for _ in 0..100 {
            yard.waits(20 * SECOND).await;
        }
        assert_eq!((yard.runs("a"), yard.counts().await), (3, (0, 1)));
        assert_eq!(*yard.probe.given_up.lock().unwrap(), ["a"]);
    }
}

#[tokio::test]
async fn a_job_can_end_after_it_failed() {
    let yard = Yard::new(Does::Fails);
    let started = yard.usual().await;
    started.jobs.add(yard.job("a", Duration::ZERO)).await.unwrap();
    rests().await;
    *yard.probe.does.lock().unwrap() = Does::Ends;
    yard.waits(7 * SECOND).await;
    assert_eq!((yard.runs("a"), yard.counts().await), (2, (0, 0)));
}

#[tokio::test]
async fn what_runs_long_is_nobody_elses() {
    let yard = Yard::new(Does::Hangs);
    let (one, _two) = (yard.usual().await, yard.usual().await);
    one.jobs.add(yard.job("a", Duration::ZERO)).await.unwrap();
    for _ in 0..40 {
        yard.waits(5 * SECOND).await;
    }
    assert_eq!((yard.runs("a"), yard.counts().await), (1, (1, 0)));
}

#[tokio::test]
async fn what_a_killed_process_had_is_taken_when_its_lease_has_ended() {
    let yard = Yard::new(Does::Hangs);
    let killed = yard.usual().await;
    killed.jobs.add(yard.job("a", Duration::ZERO)).await.unwrap();
    rests().await;
    killed.task.abort();
    *yard.probe.does.lock().unwrap() = Does::Ends;
    let _next = yard.usual().await;
    yard.waits(20 * SECOND).await;
    assert_eq!(yard.runs("a"), 1);
    yard.waits(10 * SECOND).await;
    assert_eq!((yard.runs("a"), yard.counts().await), (2, (0, 0)));
}

#[tokio::test]
async fn a_job_that_ends_its_process_each_time_is_given_up() {
    let yard = Yard::new(Does::Hangs);
    yard.store.add(yard.clock.now(), yard.job("a", Duration::ZERO)).await.unwrap();
    for _ in 0..4 {
        let killed = yard.usual().await;
        killed.task.abort();
        yard.waits(31 * SECOND).await;
    }
    let _next = yard.usual().await;
    assert_eq!((yard.runs("a"), yard.counts().await), (3, (0, 1)));
    assert_eq!(*yard.probe.given_up.lock().unwrap(), ["a"]);
}

#[tokio::test]
async fn a_job_cancelled_while_it_runs_is_stopped_and_stays_away() {
    let yard = Yard::new(Does::Hangs);
    let started = yard.usual().await;
    started.jobs.add(yard.job("a", Duration::ZERO)).await.unwrap();
    rests().await;
    assert!(started.jobs.cancel("a").await.unwrap());
    assert!(!started.jobs.cancel("a").await.unwrap());
    yard.waits(10 * SECOND).await;
    assert!(yard.probe.dropped.load(Ordering::Relaxed));
    yard.waits(60 * SECOND).await;
    assert_eq!((yard.runs("a"), yard.counts().await), (1, (0, 0)));
}

#[tokio::test]
async fn a_recurring_job_runs_once_for_all_and_again() {
    let yard = Yard::new(Does::Ends);
    let probe = || Arc::clone(&yard.probe) as Arc<dyn JobHandler>;
    let _one = yard.start(|runner| runner.recurring(60 * SECOND, probe())).await;
    let _two = yard.start(|runner| runner.recurring(60 * SECOND, probe())).await;
    assert_eq!(yard.runs("test.probe"), 1);
    for minute in 2..5 {
        for _ in 0..12 {
            yard.waits(5 * SECOND).await;
        }
        assert_eq!(yard.runs("test.probe"), minute);
    }
    // However often it fails, it is tried again.
    *yard.probe.does.lock().unwrap() = Does::Fails;
    for _ in 0..100 {
        yard.waits(30 * SECOND).await;
    }
    assert!(yard.runs("test.probe") > 10);
    assert_eq!(yard.counts().await, (1, 0));
}

#[tokio::test]
async fn a_recurring_job_that_is_gone_comes_back_within_an_hour() {
    let yard = Yard::new(Does::Ends);
    let probe = Arc::clone(&yard.probe) as Arc<dyn JobHandler>;
    let _started = yard.start(|runner| runner.recurring(60 * SECOND, probe)).await;
    assert_eq!(yard.runs("test.probe"), 1);
    assert!(yard.store.cancel("test.probe").await.unwrap());
    yard.waits(59 * 60 * SECOND).await;
    assert_eq!(yard.runs("test.probe"), 1);
    yard.waits(60 * SECOND).await;
    assert_eq!(yard.runs("test.probe"), 2);
}

#[tokio::test]
async fn a_recurring_job_does_not_wait_for_a_clock_that_was_set_back() {
    let yard = Yard::new(Does::Ends);
    let probe = || Arc::clone(&yard.probe) as Arc<dyn JobHandler>;
    let start = yard.clock.now();
    // It was done under a clock that was a year ahead.
    yard.clock.advance(365 * 24 * 3_600 * SECOND);
    let ahead = yard.start(|runner| runner.recurring(60 * SECOND, probe())).await;
    assert_eq!(yard.runs("test.probe"), 1);
    // A manual clock wakes nobody when it is set back; a real one does after at most five seconds.
    yard.clock.set(start);
    ahead.jobs.added();
    rests().await;
    for _ in 0..13 {
        yard.waits(5 * SECOND).await;
    }
    assert_eq!(yard.runs("test.probe"), 2, "noticed while it runs");
    ahead.task.abort();
    yard.clock.set(start);
    let _next = yard.start(|runner| runner.recurring(60 * SECOND, probe())).await;
    yard.clock.set(start + 61 * SECOND);
    rests().await;
    assert_eq!(yard.runs("test.probe"), 3, "noticed at the next start");
}

#[tokio::test]
async fn who_stops_hands_back_what_is_not_done() {
    let yard = Yard::new(Does::Hangs);
    let started = yard.usual().await;
    started.jobs.add(yard.job("a", Duration::ZERO)).await.unwrap();
    rests().await;
    started.stop.send(()).unwrap();
    rests().await;
    assert!(!started.task.is_finished());
    yard.waits(5 * SECOND).await;
    started.task.await.unwrap();
    let claim = Claim {
        owner: "next".into(),
        kinds: vec!["test.probe".into()],
        except: Vec::new(),
        most: 9,
        now: yard.clock.now(),
        lease: 30 * SECOND,
    };
    let handed = yard.store.claim(claim).await.unwrap();
    assert_eq!(
        handed.iter().map(|job| job.attempts).collect::<Vec<_>>(),
        [1],
        "the first attempt does not count"
    );
}

#[tokio::test]
async fn no_more_run_at_once_than_said() {
    let yard = Yard::new(Does::Hangs);
    let probe = Arc::clone(&yard.probe) as Arc<dyn JobHandler>;
    let started = yard.start(|runner| runner.handler(probe).at_once(3)).await;
    for number in 0..10 {
        started.jobs.add(yard.job(&number.to_string(), Duration::ZERO)).await.unwrap();
    }
    rests().await;
    assert_eq!(yard.probe.runs.lock().unwrap().len(), 3);
}
