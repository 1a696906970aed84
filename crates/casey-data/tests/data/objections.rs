//! Objections hold at once, everywhere, and without the database.
#![allow(clippy::unwrap_used)]

use std::{sync::Arc, time::Duration};

use casey_privacy::{
    Denied, ObjectionBook, Purpose, Recorded, SubjectId, WriteGate,
    purposes::{CoreCommands, ModAutomod, PerfCache, RightsFulfil, StatsUsage},
};

use crate::support::{TempDatabase, permit};

const ALICE: SubjectId = SubjectId::new(11);
const BOB: SubjectId = SubjectId::new(12);

async fn object<P: Purpose>(book: &dyn ObjectionBook, who: SubjectId) -> Recorded {
    book.object(permit::<RightsFulfil>(who.get()).await, P::ENTRY).await.unwrap()
}

async fn stands<P: Purpose>(book: &dyn ObjectionBook, who: SubjectId) -> bool {
    book.stands(who, P::ENTRY).await.unwrap().is_some()
}

async fn an_objection_counts_from_the_next_write_on(there: TempDatabase) {
    let book = there.database.objections().await.unwrap();
    let gate =
        WriteGate::builder(Arc::clone(&book) as _).allow::<StatsUsage>().allow::<CoreCommands>().build();
    assert!(gate.permit::<StatsUsage>(ALICE).await.is_ok());
    assert_eq!(object::<StatsUsage>(&*book, ALICE).await, Recorded::InForce);
    assert_eq!(object::<StatsUsage>(&*book, ALICE).await, Recorded::InForce, "twice is as good as once");
    assert!(matches!(gate.permit::<StatsUsage>(ALICE).await, Err(Denied::Objected { .. })));
    assert!(gate.permit::<CoreCommands>(ALICE).await.is_ok(), "another purpose");
    assert!(gate.permit::<StatsUsage>(BOB).await.is_ok(), "another person");
    assert_eq!(book.of(ALICE).await.unwrap(), [("stats.usage".to_owned(), true)]);
    assert_eq!(book.of(BOB).await.unwrap(), []);

    let own = async || permit::<RightsFulfil>(ALICE.get()).await;
    assert!(book.withdraw(own().await, StatsUsage::ENTRY).await.unwrap());
    assert!(!book.withdraw(own().await, StatsUsage::ENTRY).await.unwrap());
    assert!(gate.permit::<StatsUsage>(ALICE).await.is_ok());
    assert_eq!(there.numbers("SELECT count(*) FROM objection").await, [0]);
}

async fn what_cannot_be_objected_to_is_not_recorded(there: TempDatabase) {
    let book = there.database.objections().await.unwrap();
    assert_eq!(object::<CoreCommands>(&*book, ALICE).await, Recorded::NotPossible);
    assert_eq!(there.numbers("SELECT count(*) FROM objection").await, [0]);
    // A server reviews it: until then it does not stand.
    assert_eq!(object::<ModAutomod>(&*book, ALICE).await, Recorded::AwaitsReview);
    assert!(!stands::<ModAutomod>(&*book, ALICE).await);
    assert_eq!(book.of(ALICE).await.unwrap(), [("mod.automod".to_owned(), false)]);
}

async fn other_processes_hear_of_it_within_a_second(there: TempDatabase) {
    let other = there.elsewhere().await;
    let (here, elsewhere) = (there.database.objections().await.unwrap(), other.objections().await.unwrap());
    object::<StatsUsage>(&*here, ALICE).await;
    object::<PerfCache>(&*elsewhere, BOB).await;
    let knows = async |book: &dyn ObjectionBook| {
        stands::<StatsUsage>(book, ALICE).await && stands::<PerfCache>(book, BOB).await
    };
    for _ in 0..200 {
        if knows(&*here).await && knows(&*elsewhere).await {
            break;
        }
        there.clock.advance(Duration::from_millis(100));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(knows(&*here).await && knows(&*elsewhere).await);
    // A process that starts later knows from the beginning.
    let third = there.elsewhere().await;
    assert!(knows(&*third.objections().await.unwrap()).await);
    third.close().await.unwrap();
    other.close().await.unwrap();
}

async fn without_the_database_what_is_known_holds_and_nothing_is_recorded(there: TempDatabase) {
    let book = there.database.objections().await.unwrap();
    object::<StatsUsage>(&*book, ALICE).await;
    there.database.close().await.unwrap();
    assert!(stands::<StatsUsage>(&*book, ALICE).await);
    assert!(!stands::<StatsUsage>(&*book, BOB).await, "the gate stays open for others");
    let permit = permit::<RightsFulfil>(BOB.get()).await;
    assert!(book.object(permit, StatsUsage::ENTRY).await.is_err());
    assert!(!stands::<StatsUsage>(&*book, BOB).await, "what was not recorded does not hold");
}

on_both!(
    objecting: migrated, migrated_on_server;
    an_objection_counts_from_the_next_write_on
    what_cannot_be_objected_to_is_not_recorded
    other_processes_hear_of_it_within_a_second
    without_the_database_what_is_known_holds_and_nothing_is_recorded
);
