//! What outlives its time goes, and counts stay.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use casey_core::{Claim, Clock, CommandUse, Lease, NewJob, Outcome, Settled};
use casey_management::NewReminder;
use casey_privacy::purposes::{CoreCommands, StatsUsage};
use twilight_model::id::Id;

use crate::support::{TempDatabase, permit, used};

const DAY: Duration = Duration::from_hours(24);
const COUNTS: &str = "SELECT uses FROM command_count ORDER BY day, command, outcome";
const ROWS: &str = "SELECT count(*) FROM command_usage";

async fn record(there: &TempDatabase, entry: CommandUse) {
    let person = entry.user.get();
    let (met, stats) = (permit::<CoreCommands>(person).await, permit::<StatsUsage>(person).await);
    there.database.usage().used(met, Some(stats), entry);
}

async fn people_go_after_thirty_days_and_counts_stay(there: TempDatabase) {
    let start = there.clock.now();
    for person in 1..=3 {
        record(&there, used(person, "ping", start)).await;
    }
    record(&there, CommandUse { outcome: Outcome::Failed, ..used(1, "ping", start) }).await;
    record(&there, used(1, "ping", start + DAY)).await;
    there.database.usage().flush().await.unwrap();
    let sweeper = there.database.sweeper();

    there.clock.advance(29 * DAY + Duration::from_millis(86_399_999));
    sweeper.sweep().await.unwrap();
    assert_eq!((there.numbers(ROWS).await, there.numbers(COUNTS).await), (vec![5], vec![]));
    there.clock.advance(Duration::from_millis(1));
    assert_eq!(sweeper.sweep().await.unwrap(), 4);
    assert_eq!(sweeper.sweep().await.unwrap(), 0);
    assert_eq!((there.numbers(ROWS).await, there.numbers(COUNTS).await), (vec![1], vec![3, 1]));
    // A row that comes late for a day that was counted is added to it.
    record(&there, used(9, "ping", start)).await;
    there.database.usage().flush().await.unwrap();
    there.clock.advance(DAY);
    sweeper.sweep().await.unwrap();
    assert_eq!((there.numbers(ROWS).await, there.numbers(COUNTS).await), (vec![0], vec![4, 1, 1]));
    let total = "SELECT CAST(sum(total_ms) AS BIGINT) FROM command_count";
    assert_eq!(there.numbers(total).await, [6 * 12]);
}

async fn two_who_sweep_at_once_count_each_use_once(there: TempDatabase) {
    for number in 0..5_000 {
        record(&there, used(number % 50 + 1, "ping", there.clock.now())).await;
    }
    there.database.usage().flush().await.unwrap();
    there.clock.advance(31 * DAY);
    let other = there.elsewhere().await;
    let (here, elsewhere) = (there.database.sweeper(), other.sweeper());
    let (one, two) = tokio::join!(here.sweep(), elsewhere.sweep());
    assert_eq!(one.unwrap() + two.unwrap(), 5_000);
    assert_eq!((there.numbers(ROWS).await, there.numbers(COUNTS).await), (vec![0], vec![5_000]));
    other.close().await.unwrap();
}

async fn reminders_and_jobs_go_when_nothing_comes_of_them_any_more(there: TempDatabase) {
    let now = there.clock.now();
    let (reminders, jobs) = (there.database.reminders(), there.database.jobs());
    for event in [77, 78] {
        let new = NewReminder { event, channel: None, text: "tea".to_owned(), due: now + DAY };
        reminders.add(permit::<CoreCommands>(1).await, now, new).await.unwrap();
    }
    jobs.add(now, NewJob::new("test.kind", "far", now + 90 * DAY)).await.unwrap();
    jobs.add(now, NewJob::new("test.kind", "overdue", now)).await.unwrap();
    jobs.add(now, NewJob::new("test.fails", "fails", now)).await.unwrap();
    record(&there, used(1, "ping", now)).await;
    record(&there, used(2, "ping", now)).await;
    there.database.usage().flush().await.unwrap();
    let sweeper = there.database.sweeper();

    // Nobody was there for forty days: what is overdue is late, and not past its time.
    there.clock.advance(40 * DAY);
    sweeper.sweep().await.unwrap();
    assert_eq!(there.numbers("SELECT count(*) FROM reminder").await, [2]);
    assert_eq!(there.numbers("SELECT count(*) FROM job").await, [5]);

    let now = there.clock.now();
    let claim = Claim {
        owner: "a".to_owned(),
        kinds: vec!["test.fails".to_owned()],
        except: Vec::new(),
        most: 1,
        now,
        lease: DAY,
    };
    let job = jobs.claim(claim).await.unwrap().remove(0);
    let lease = Lease { job: job.id, owner: "a".to_owned(), attempt: job.attempts };
    assert!(jobs.settle(&lease, Settled::Failed(now)).await.unwrap());
    let first = reminders.list(Id::new(1)).await.unwrap().remove(0);
    reminders.undeliverable(first.id, now).await.unwrap();
    there.clock.advance(29 * DAY);
    sweeper.sweep().await.unwrap();
    assert_eq!(there.numbers("SELECT count(*) FROM reminder").await, [2]);
    assert_eq!(there.numbers("SELECT count(*) FROM job").await, [5]);
    there.clock.advance(DAY);
    sweeper.sweep().await.unwrap();
    assert_eq!(there.numbers("SELECT count(*) FROM reminder").await, [1], "one still waits");
    assert_eq!(there.numbers("SELECT count(*) FROM job").await, [4], "what can still be done stays");
    assert_eq!(there.numbers("SELECT user_id FROM membership ORDER BY user_id").await, [1, 2]);
}

on_both!(
    sweeping: migrated, migrated_on_server;
    people_go_after_thirty_days_and_counts_stay
    two_who_sweep_at_once_count_each_use_once
    reminders_and_jobs_go_when_nothing_comes_of_them_any_more
);

#[tokio::test]
async fn what_fails_between_counting_and_removing_is_taken_back_whole() {
    let there = TempDatabase::migrated().await;
    for person in 1..=3 {
        record(&there, used(person, "ping", there.clock.now())).await;
    }
    there.database.usage().flush().await.unwrap();
    there.clock.advance(31 * DAY);
    let sweeper = there.database.sweeper();
    there
        .execute(
            "CREATE TRIGGER stop BEFORE DELETE ON command_usage WHEN old.user_id = 2 \
             BEGIN SELECT RAISE(ABORT, 'in the middle'); END",
        )
        .await;
    sweeper.sweep().await.unwrap_err();
    assert_eq!((there.numbers(ROWS).await, there.numbers(COUNTS).await), (vec![3], vec![]));
    there.execute("DROP TRIGGER stop").await;
    sweeper.sweep().await.unwrap();
    assert_eq!((there.numbers(ROWS).await, there.numbers(COUNTS).await), (vec![0], vec![3]));
}
