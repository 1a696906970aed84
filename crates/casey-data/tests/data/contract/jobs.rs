use std::{collections::BTreeSet, sync::Arc, time::Duration};

use casey_core::{Claim, Clock, Job, JobCounts, JobId, Lease, NewJob, Settled, Timestamp};
use casey_privacy::purposes::CoreCommands;
use twilight_model::id::Id;

use super::Ports;
use crate::support::{permit, user};

const KIND: &str = "test.kind";
const LEASE: Duration = Duration::from_secs(30);
const MINUTE: Duration = Duration::from_mins(1);

fn claim(owner: &str, now: Timestamp) -> Claim {
    Claim { owner: owner.into(), kinds: vec![KIND.into()], except: Vec::new(), most: 100, now, lease: LEASE }
}

fn lease(owner: &str, job: &Job) -> Lease {
    Lease { job: job.id, owner: owner.into(), attempt: job.attempts }
}

async fn add(ports: &Ports, key: &str, run_at: Timestamp) {
    ports.jobs.add(ports.clock.now(), NewJob::new(KIND, key, run_at)).await.unwrap();
}

async fn claimed(ports: &Ports, owner: &str, now: Timestamp) -> Vec<Job> {
    ports.jobs.claim(claim(owner, now)).await.unwrap()
}

async fn one(ports: &Ports, owner: &str, now: Timestamp) -> Job {
    let mut jobs = claimed(ports, owner, now).await;
    assert_eq!(jobs.len(), 1);
    jobs.remove(0)
}

pub(crate) async fn a_job_is_claimed_when_it_is_due(ports: Ports) {
    let now = ports.clock.now();
    let whole = NewJob::new(KIND, "whole", now + MINUTE)
        .with("reminder", i64::MAX)
        .in_guild(Some(Id::new(10)))
        .about(&permit::<CoreCommands>(7).await);
    let id = ports.jobs.add(now, whole).await.unwrap();
    ports.jobs.add(now, NewJob::new("test.other", "other", now)).await.unwrap();
    add(&ports, "later", now + 2 * MINUTE).await;
    assert_eq!(claimed(&ports, "a", now).await, []);
    let job = one(&ports, "a", now + MINUTE).await;
    assert_eq!((job.id, job.kind.as_str(), job.key.as_str(), job.attempts), (id, KIND, "whole", 1));
    assert_eq!((job.run_at, job.created_at), (now + MINUTE, now));
    assert_eq!(
        (job.user, job.guild, job.number("reminder")),
        (Some(user(7)), Some(Id::new(10)), Some(i64::MAX))
    );
    let few = Claim { most: 1, ..claim("b", now + 2 * MINUTE) };
    let first = ports.jobs.claim(few).await.unwrap();
    assert_eq!(
        first.iter().map(|job| job.id).collect::<Vec<_>>(),
        [id],
        "its lease has ended; it is due first"
    );
    assert_eq!(one(&ports, "b", now + 2 * MINUTE).await.key, "later");
}

pub(crate) async fn adding_twice_is_once(ports: Ports) {
    let now = ports.clock.now();
    let first = ports.jobs.add(now, NewJob::new(KIND, "a", now)).await.unwrap();
    let second = ports.jobs.add(now, NewJob::new(KIND, "a", now + MINUTE)).await.unwrap();
    assert_eq!(first, second);
    let job = one(&ports, "a", now).await;
    assert_eq!(job.run_at, now);
    // Once it is done, its key is free.
    assert!(ports.jobs.settle(&lease("a", &job), Settled::Done).await.unwrap());
    assert_ne!(ports.jobs.add(now, NewJob::new(KIND, "a", now)).await.unwrap(), first);
}

pub(crate) async fn a_lease_holds_until_it_ends(ports: Ports) {
    let now = ports.clock.now();
    add(&ports, "a", now).await;
    let job = one(&ports, "a", now).await;
    let almost = now + LEASE - Duration::from_millis(1);
    assert_eq!(claimed(&ports, "b", almost).await, []);
    assert!(ports.jobs.renew(&lease("a", &job), almost + LEASE).await.unwrap());
    assert_eq!(claimed(&ports, "b", now + LEASE).await, []);
    let except = Claim { except: vec![job.id], ..claim("a", now + 2 * LEASE) };
    assert_eq!(ports.jobs.claim(except).await.unwrap(), []);
    assert_eq!(one(&ports, "b", now + 2 * LEASE).await.attempts, 2);
}

pub(crate) async fn a_lease_is_good_for_one_attempt(ports: Ports) {
    let now = ports.clock.now();
    add(&ports, "a", now).await;
    let old = lease("a", &one(&ports, "a", now).await);
    let new = lease("a", &one(&ports, "a", now + LEASE).await);
    assert!(!ports.jobs.renew(&old, now + 9 * MINUTE).await.unwrap());
    for settled in [Settled::Done, Settled::Retry(now), Settled::Failed(now), Settled::Released] {
        assert!(!ports.jobs.settle(&old, settled).await.unwrap(), "{settled:?}");
        let other = Lease { owner: "b".into(), ..new.clone() };
        assert!(!ports.jobs.settle(&other, settled).await.unwrap(), "{settled:?}");
    }
    assert!(ports.jobs.settle(&new, Settled::Done).await.unwrap());
    assert!(!ports.jobs.settle(&new, Settled::Done).await.unwrap());
}

pub(crate) async fn a_clock_set_back_holds_nobody_up(ports: Ports) {
    let now = ports.clock.now();
    add(&ports, "a", now).await;
    one(&ports, "a", now + 60 * MINUTE).await;
    assert_eq!(one(&ports, "b", now).await.attempts, 2, "a lease that ends in an hour");
    assert_eq!(claimed(&ports, "a", now).await, []);
}

pub(crate) async fn what_becomes_of_a_job(ports: Ports) {
    let now = ports.clock.now();
    add(&ports, "a", now).await;
    let settle =
        async |job: &Job, settled| assert!(ports.jobs.settle(&lease("a", job), settled).await.unwrap());
    settle(&one(&ports, "a", now).await, Settled::Retry(now + MINUTE)).await;
    assert_eq!(claimed(&ports, "a", now).await, []);
    let job = one(&ports, "a", now + MINUTE).await;
    assert_eq!(job.attempts, 2);
    settle(&job, Settled::Released).await;
    let job = one(&ports, "a", now + MINUTE).await;
    assert_eq!(job.attempts, 2);
    settle(&job, Settled::Again(now + 2 * MINUTE)).await;
    let job = one(&ports, "a", now + 2 * MINUTE).await;
    assert_eq!((job.attempts, job.run_at), (1, now + 2 * MINUTE));
    let counts = ports.jobs.counts().await.unwrap();
    assert_eq!((counts.waiting, counts.failed), (1, 0));
    assert!(
        counts.next.is_some_and(|next| next > now + 2 * MINUTE),
        "one that runs is not overdue: {counts:?}"
    );
    settle(&job, Settled::Failed(now)).await;
    assert_eq!(claimed(&ports, "a", now + 60 * MINUTE).await, []);
    assert_eq!(ports.jobs.counts().await.unwrap(), JobCounts { waiting: 0, failed: 1, next: None });
}

pub(crate) async fn a_job_put_off_too_far_is_brought_forward(ports: Ports) {
    let now = ports.clock.now();
    add(&ports, "a", now + 60 * MINUTE).await;
    add(&ports, "b", now + 60 * MINUTE).await;
    assert!(!ports.jobs.hasten("a", now + 60 * MINUTE).await.unwrap());
    assert!(ports.jobs.hasten("a", now + MINUTE).await.unwrap());
    assert!(!ports.jobs.hasten("a", now + 2 * MINUTE).await.unwrap());
    assert!(!ports.jobs.hasten("c", now).await.unwrap());
    assert_eq!(claimed(&ports, "a", now).await, []);
    assert_eq!(one(&ports, "a", now + MINUTE).await.key, "a");
}

pub(crate) async fn a_number_that_was_asked_for_is_given_once(ports: Ports) {
    let now = ports.clock.now();
    let wanted = JobId::of_event(1_300_000_000_000_000_000);
    let asked = |key: &str| NewJob::new(KIND, key, now).numbered(wanted);
    assert_eq!(ports.jobs.add(now, asked("a")).await.unwrap(), wanted);
    assert_eq!(ports.jobs.add(now, asked("a")).await.unwrap(), wanted);
    // Another job has it, and nobody goes without.
    let other = ports.jobs.add(now, asked("b")).await.unwrap();
    assert_ne!(other, wanted);
    assert_eq!(claimed(&ports, "a", now).await.len(), 2);
}

pub(crate) async fn a_cancelled_job_is_nobodys(ports: Ports) {
    let now = ports.clock.now();
    add(&ports, "a", now).await;
    let job = one(&ports, "a", now).await;
    assert!(ports.jobs.cancel("a").await.unwrap());
    assert!(!ports.jobs.cancel("a").await.unwrap());
    assert!(!ports.jobs.renew(&lease("a", &job), now + MINUTE).await.unwrap());
    assert!(!ports.jobs.settle(&lease("a", &job), Settled::Again(now)).await.unwrap());
    assert_eq!(claimed(&ports, "a", now + MINUTE).await, []);
}

pub(crate) async fn of_many_who_claim_each_job_has_one(ports: Ports) {
    let now = ports.clock.now();
    for number in 0..60 {
        add(&ports, &number.to_string(), now).await;
    }
    let claims = (0..8).map(|owner| {
        let store = Arc::clone(&ports.jobs);
        tokio::spawn(async move {
            let (mut mine, mut looks) = (Vec::new(), 0);
            // On a server a look can find nothing because others are looking at the same rows.
            while looks < 20 {
                let few = Claim { most: 5, ..claim(&owner.to_string(), now) };
                let taken = store.claim(few).await.unwrap();
                looks += u32::from(taken.is_empty());
                mine.extend(taken);
            }
            mine
        })
    });
    let mut all = Vec::new();
    for claim in claims.collect::<Vec<_>>() {
        all.extend(claim.await.unwrap().into_iter().map(|job| job.key));
    }
    assert_eq!(all.len(), 60);
    assert_eq!(all.into_iter().collect::<BTreeSet<_>>().len(), 60);
}

pub(crate) async fn the_next_one_is_known(ports: Ports) {
    let now = ports.clock.now();
    let kinds = [KIND.to_owned()];
    assert_eq!(ports.jobs.next_due(&kinds, &[]).await.unwrap(), None);
    add(&ports, "b", now + 2 * MINUTE).await;
    add(&ports, "a", now + MINUTE).await;
    assert_eq!(ports.jobs.next_due(&kinds, &[]).await.unwrap(), Some(now + MINUTE));
    let job = one(&ports, "a", now + MINUTE).await;
    assert_eq!(ports.jobs.next_due(&kinds, &[]).await.unwrap(), Some(now + MINUTE + LEASE));
    assert_eq!(ports.jobs.next_due(&kinds, &[job.id]).await.unwrap(), Some(now + 2 * MINUTE));
    assert_eq!(ports.jobs.next_due(&["test.other".to_owned()], &[]).await.unwrap(), None);
}
