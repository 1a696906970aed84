//! Uses of commands and a database that fails: none is lost below the bound, none is counted twice.
#![allow(clippy::unwrap_used)]

use std::{sync::Arc, time::Duration};

use casey_core::{Clock, CommandUse, testing::ManualClock};
use casey_data::{Database, UsageStore};
use casey_privacy::purposes::{CoreCommands, StatsUsage};

use crate::{
    support::{TempDatabase, permit, used},
    way::{Mishap, Way},
};

const ROWS: &str = "SELECT count(*) FROM command_usage";
const DISTINCT: &str = "SELECT count(DISTINCT command) FROM command_usage";

async fn record(database: &Database, entry: CommandUse) {
    let person = entry.user.get();
    let (met, stats) = (permit::<CoreCommands>(person).await, permit::<StatsUsage>(person).await);
    database.usage().used(met, Some(stats), entry);
}

/// Until nothing waits any more, of which the writer may have something in its hands.
async fn until_written(database: &Database, clock: &ManualClock) {
    for _ in 0..100 {
        if database.usage().flush().await.is_ok() {
            return;
        }
        clock.advance(Duration::from_secs(1));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{} uses were left", database.usage_store().waiting());
}

/// Ten minutes of the clock at 150 uses a second, while nothing can be written.
async fn ten_minutes_without_a_database_lose_nothing(there: TempDatabase) {
    const A_SECOND: usize = 150;
    const SECONDS: usize = 600;
    const { assert!(A_SECOND * SECONDS < UsageStore::ROOM, "the bound that is documented") };
    there.execute("ALTER TABLE command_usage RENAME TO elsewhere").await;
    for second in 0..SECONDS {
        for number in 0..A_SECOND {
            let person = number as u64 % 50 + 1;
            record(&there.database, used(person, &format!("{second}.{number}"), there.clock.now())).await;
        }
        there.clock.advance(Duration::from_secs(1));
        tokio::task::yield_now().await;
    }
    let store = there.database.usage_store();
    there.database.usage().flush().await.unwrap_err();
    assert_eq!((store.waiting(), store.dropped()), (A_SECOND * SECONDS, 0));

    there.execute("ALTER TABLE elsewhere RENAME TO command_usage").await;
    until_written(&there.database, &there.clock).await;
    let all = i64::try_from(A_SECOND * SECONDS).unwrap();
    assert_eq!((there.numbers(ROWS).await, there.numbers(DISTINCT).await), (vec![all], vec![all]));
    assert_eq!(store.dropped(), 0);
}

on_both!(
    outage: migrated, migrated_on_server;
    ten_minutes_without_a_database_lose_nothing
);

/// A server whose answer to a commit is lost, or that never hears of it.
async fn mishap_at_the_commit(mishap: Mishap) {
    let Some(there) = TempDatabase::migrated_alone_on_server().await else { return };
    let way = Way::to(&there.url).await;
    let clock = Arc::new(ManualClock::default());
    let database = Database::open(&way.url, clock.clone()).await.unwrap();
    record(&database, used(1, "before", clock.now())).await;
    database.usage().flush().await.unwrap();

    // One batch that meets it while the server can be asked at once, and one while it cannot.
    for stays_away in [false, true] {
        let before = there.numbers(ROWS).await[0];
        for number in 0..20 {
            record(&database, used(2, &format!("{stays_away} {number}"), clock.now())).await;
        }
        way.arm(mishap, stays_away);
        let flushed = database.usage().flush().await;
        assert!(way.happened(), "no commit came by");
        if stays_away {
            flushed.unwrap_err();
            assert_eq!(database.usage_store().waiting(), 20, "what may have been written waits, too");
            way.open();
        }
        until_written(&database, &clock).await;
        assert_eq!(there.numbers(ROWS).await, [before + 20], "{mishap:?} {stays_away}");
    }
    assert_eq!(there.numbers(ROWS).await, there.numbers(DISTINCT).await);
    assert_eq!(database.usage_store().dropped(), 0);
    database.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_was_lost_is_not_counted_twice() {
    mishap_at_the_commit(Mishap::AnswerLost).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_never_arrived_is_made_up_for() {
    mishap_at_the_commit(Mishap::NeverArrived).await;
}
