//! Sealed columns: what opens, what does not, and what becomes of it when keys are rotated.
#![allow(clippy::unwrap_used)]

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use casey_core::{Clock as _, GatewaySession, SystemClock};
use casey_data::{
    KeyColumn, KeyInfo, Keyring, MANAGEMENT_STORES, Rotated, SEALED, STORES, SealError, SealedDecl,
};
use casey_privacy::SubjectId;
use sea_orm::{ConnectionTrait as _, Statement};
use secrecy::{ExposeSecret as _, SecretString};
use twilight_model::id::Id;

use crate::support::TempDatabase;

const WRAPPING: [u8; 32] = [9; 32];

on_both!(tests: migrated, migrated_on_server;
    a_value_opens_where_it_belongs_and_nowhere_else
    another_root_key_opens_nothing
    two_processes_share_their_keys
    a_rotation_leaves_nothing_on_the_old_key
    a_rotation_that_was_cut_off_is_done_again
    a_rotation_that_failed_half_way_is_done_again
    of_two_rotations_the_later_one_is_right
    who_writes_meanwhile_is_right
    what_does_not_open_stays_and_is_counted
    old_keys_go_after_a_day
);

const NOTES: &SealedDecl =
    &SealedDecl { table: "notes", keys: &[KeyColumn::Big("id")], column: "secret", subject: Some("user_id") };
const OTHERS: &SealedDecl =
    &SealedDecl { table: "notes", keys: &[KeyColumn::Big("id")], column: "other", subject: Some("user_id") };

async fn ring(there: &TempDatabase) -> Arc<Keyring> {
    Keyring::open(&there.database, WRAPPING, there.clock.clone()).await.unwrap()
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

async fn a_value_opens_where_it_belongs_and_nowhere_else(there: TempDatabase) {
    let ring = ring(&there).await;
    let (notes, others) = (ring.column(NOTES), ring.column(OTHERS));
    let alice = Some(SubjectId::new(7));
    let text = notes.seal("1", alice, &secret("sesame")).await.unwrap();
    assert_eq!(notes.open("1", alice, &text).await.unwrap().expose_secret(), "sesame");
    for moved in [
        notes.open("2", alice, &text).await,
        notes.open("1", Some(SubjectId::new(8)), &text).await,
        notes.open("1", None, &text).await,
        others.open("1", alice, &text).await,
        notes.open("1", alice, "sesame").await,
    ] {
        assert!(matches!(moved, Err(SealError::Altered { table: "notes", .. })));
    }
    for cut in 0..text.len() {
        assert!(notes.open("1", alice, &text[..cut]).await.is_err());
    }
    let parts: Vec<&str> = text.split('.').collect();
    let other_key = ["v1", "ffffffffffff", parts[2], parts[3]].join(".");
    let error = notes.open("1", alice, &other_key).await.unwrap_err();
    assert!(matches!(error, SealError::UnknownKey { .. }), "{error}");
    assert!(!format!("{ring:?} {notes:?} {error:?}").contains("sesame"));
}

async fn another_root_key_opens_nothing(there: TempDatabase) {
    ring(&there).await;
    let error = Keyring::open(&there.database, [8; 32], there.clock.clone()).await.unwrap_err();
    assert!(matches!(error, SealError::Key { .. }), "{error}");
}

async fn two_processes_share_their_keys(there: TempDatabase) {
    let other = there.elsewhere().await;
    let (one, two) = tokio::join!(
        Keyring::open(&there.database, WRAPPING, there.clock.clone()),
        Keyring::open(&other, WRAPPING, there.clock.clone()),
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(keys(&there).await.len(), 1, "both have the same");
    for (from, to) in [(&one, &two), (&two, &one)] {
        let text = from.column(NOTES).seal("1", None, &secret("sesame")).await.unwrap();
        assert_eq!(to.column(NOTES).open("1", None, &text).await.unwrap().expose_secret(), "sesame");
    }
}

async fn keys(there: &TempDatabase) -> Vec<KeyInfo> {
    Keyring::list(&there.database).await.unwrap()
}

/// Sessions of this many shards, sealed.
async fn sessions(there: &TempDatabase, ring: &Arc<Keyring>, shards: u32) {
    let all: Vec<_> = (0..shards).map(|shard| session(there, shard, "")).collect();
    there.database.gateway_sessions(ring).save(&all).await.unwrap();
}

fn session(there: &TempDatabase, shard: u32, more: &str) -> GatewaySession {
    GatewaySession {
        shard,
        shards: 1_000,
        application: Id::new(77),
        gateway: "wss://gateway.example".into(),
        id: format!("session {shard}{more}"),
        resume_url: "wss://resume.example".into(),
        received: 1,
        unfinished: Vec::new(),
        saved_at: there.clock.now(),
    }
}

async fn read(there: &TempDatabase, ring: &Arc<Keyring>) -> Vec<String> {
    let found = there.database.gateway_sessions(ring).sessions(Id::new(77), 1_000).await.unwrap();
    let mut names: Vec<_> = found.into_iter().map(|session| session.id).collect();
    names.sort();
    names
}

/// Rotates; the wait for other processes passes as soon as it is reached.
async fn rotate(there: &TempDatabase, ring: &Arc<Keyring>) -> Rotated {
    finished(there, begun(ring)).await.unwrap()
}

type Rotation = tokio::task::JoinHandle<Result<Rotated, SealError>>;

fn begun(ring: &Arc<Keyring>) -> Rotation {
    let ring = Arc::clone(ring);
    tokio::spawn(async move { ring.rotate().await })
}

async fn finished(there: &TempDatabase, rotation: Rotation) -> Result<Rotated, SealError> {
    while !rotation.is_finished() {
        machine_passes(20).await;
        there.clock.advance(Duration::from_secs(1));
    }
    rotation.await.unwrap()
}

/// Time of the machine, whose database works, while that of the test stands still.
async fn machine_passes(milliseconds: u64) {
    SystemClock.sleep_until(SystemClock.now() + Duration::from_millis(milliseconds)).await;
}

async fn a_rotation_leaves_nothing_on_the_old_key(there: TempDatabase) {
    let ring = ring(&there).await;
    sessions(&there, &ring, 450).await;
    let before = read(&there, &ring).await;
    let old = keys(&there).await.remove(0);
    assert_eq!((old.values, old.retired), (450, None));
    let rotated = rotate(&there, &ring).await;
    assert_eq!((rotated.resealed, rotated.left, rotated.unreadable), (450, 0, 0));
    assert_eq!(read(&there, &ring).await, before);
    let [was, is] = <[KeyInfo; 2]>::try_from(keys(&there).await).unwrap();
    assert!(was.kid == old.kid && was.retired.is_some() && was.values == 0, "{was:?}");
    assert!(is.kid == rotated.kid && is.retired.is_none() && is.values == 450, "{is:?}");
}

async fn a_rotation_that_was_cut_off_is_done_again(there: TempDatabase) {
    let ring = ring(&there).await;
    sessions(&there, &ring, 450).await;
    let before = read(&there, &ring).await;
    // The clock stands still, so the rotation never comes to its end: it is cut off while it works, and while it waits.
    for pause in [0, 5, 30] {
        let cut = begun(&ring);
        machine_passes(pause).await;
        cut.abort();
        assert!(cut.await.unwrap_err().is_cancelled());
        assert_eq!(read(&there, &ring).await, before, "all is readable at any moment");
        there.clock.advance(Duration::from_secs(1));
    }
    assert_eq!(rotate(&there, &ring).await.left, 0);
    assert_eq!(read(&there, &ring).await, before);
}

/// Refuses to change the sessions from shard 300 on, as if the process had ended there.
const REFUSE: [&str; 2] = [
    "CREATE TRIGGER refuse BEFORE UPDATE ON gateway_session WHEN NEW.shard >= 300 BEGIN SELECT RAISE(ABORT, 'no'); END",
    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
     CREATE TRIGGER refuse BEFORE UPDATE ON gateway_session FOR EACH ROW WHEN (NEW.shard >= 300) EXECUTE FUNCTION refuse()",
];
const ALLOW: [&str; 2] = ["DROP TRIGGER refuse", "DROP TRIGGER refuse ON gateway_session"];

async fn a_rotation_that_failed_half_way_is_done_again(there: TempDatabase) {
    let server = usize::from(there.url.starts_with("postgres"));
    let ring = ring(&there).await;
    sessions(&there, &ring, 450).await;
    let before = read(&there, &ring).await;
    there.execute(REFUSE[server]).await;
    assert!(matches!(ring.rotate().await, Err(SealError::Store(_))));
    let counts: Vec<u64> = keys(&there).await.iter().map(|key| key.values).collect();
    assert_eq!(counts, [250, 200], "one batch was done");
    assert_eq!(read(&there, &ring).await, before, "all is readable");
    there.execute(ALLOW[server]).await;
    // As after a restart, half a day later.
    there.clock.advance(Duration::from_hours(12));
    let anew = self::ring(&there).await;
    let rotated = rotate(&there, &anew).await;
    assert_eq!((rotated.resealed, rotated.left), (450, 0));
    assert_eq!((read(&there, &anew).await, read(&there, &ring).await), (before.clone(), before));
}

async fn of_two_rotations_the_later_one_is_right(there: TempDatabase) {
    let (one, two) = (ring(&there).await, ring(&there).await);
    sessions(&there, &one, 450).await;
    let before = read(&there, &one).await;
    let first = begun(&one);
    // The first has its key, and waits or works.
    while keys(&there).await.len() < 2 {
        machine_passes(1).await;
    }
    let second = begun(&two);
    while keys(&there).await.len() < 3 {
        machine_passes(1).await;
    }
    let (first, second) = (finished(&there, first).await, finished(&there, second).await.unwrap());
    // Whether the earlier one still had work to do, and so noticed, depends on who was quicker.
    assert!(first.is_ok() || matches!(first, Err(SealError::Overtaken)), "{first:?}");
    assert_eq!((second.left, read(&there, &two).await), (0, before));
    let active: Vec<_> = keys(&there).await.into_iter().filter(|key| key.retired.is_none()).collect();
    assert_eq!((active.len(), &active[0].kid, active[0].values), (1, &second.kid, 450));
}

async fn who_writes_meanwhile_is_right(there: TempDatabase) {
    let ring = ring(&there).await;
    let other = self::ring(&there).await;
    sessions(&there, &ring, 100).await;
    let rotation = begun(&ring);
    // Another process, which does not know of the new key yet.
    let store = there.database.gateway_sessions(&other);
    for shard in 0..100 {
        store.save(&[session(&there, shard, " newer")]).await.unwrap();
    }
    assert_eq!(finished(&there, rotation).await.unwrap().left, 0);
    let names = read(&there, &ring).await;
    assert!(names.len() == 100 && names.iter().all(|name| name.ends_with(" newer")), "{names:?}");
    there.clock.advance(Duration::from_secs(6));
    store.save(&[session(&there, 0, " last")]).await.unwrap();
    assert_eq!(keys(&there).await[0].values, 0, "the old key is not used again");
}

async fn what_does_not_open_stays_and_is_counted(there: TempDatabase) {
    let ring = ring(&there).await;
    sessions(&there, &ring, 3).await;
    there.execute("UPDATE gateway_session SET session_id = (SELECT session_id FROM gateway_session WHERE shard = 1) WHERE shard = 2").await;
    let rotated = rotate(&there, &ring).await;
    assert_eq!((rotated.resealed, rotated.unreadable, rotated.left), (2, 1, 1));
    assert_eq!(read(&there, &ring).await, ["session 0", "session 1"]);
}

async fn old_keys_go_after_a_day(there: TempDatabase) {
    let ring = ring(&there).await;
    sessions(&there, &ring, 2).await;
    assert_eq!(rotate(&there, &ring).await.removed, Vec::<String>::new());
    there.clock.advance(Duration::from_hours(25));
    let rotated = rotate(&there, &ring).await;
    assert_eq!(rotated.removed.len(), 1);
    assert_eq!(keys(&there).await.len(), 2);
    assert_eq!(read(&there, &ring).await.len(), 2);
}

/// What the inventory declares as encrypted is in the list that rotation walks, and the other way round. The keys themselves are wrapped.
#[test]
fn every_encrypted_column_is_rotated() {
    let declared = STORES.iter().chain(MANAGEMENT_STORES).flat_map(|store| {
        let encrypted = store.columns.iter().filter(|column| column.encrypted);
        encrypted.map(|column| (store.name, column.name))
    });
    let declared: BTreeSet<_> = declared.filter(|place| *place != ("data_key", "wrapped")).collect();
    assert_eq!(declared, SEALED.iter().map(|decl| (decl.table, decl.column)).collect());
}

/// A line in the list has to name columns that are there.
#[tokio::test]
async fn every_sealed_column_is_there() {
    let there = TempDatabase::migrated().await;
    let raw = sea_orm::Database::connect(&there.url).await.unwrap();
    for decl in SEALED {
        let keys = decl.keys.iter().map(|key| key.name());
        let columns: Vec<_> = keys.chain([decl.column]).chain(decl.subject).collect();
        let sql = format!("SELECT {} FROM {}", columns.join(", "), decl.table);
        raw.query_all_raw(Statement::from_string(raw.get_database_backend(), sql)).await.unwrap();
    }
}
