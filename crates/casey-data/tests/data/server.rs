//! A server of PostgreSQL: what it refuses, what happens when it goes away, and what is never told.
#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeSet,
    io::{self, Write},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use casey_core::{Clock, GuildSettings, SystemClock, testing::ManualClock};
use casey_data::{DataError, Database, Trouble};
use casey_privacy::{
    SubjectId,
    purposes::{CoreCommands, CoreSettings, StatsUsage},
};
use tokio::sync::watch;
use tracing_subscriber::{fmt::MakeWriter, fmt::format::FmtSpan};
use twilight_model::id::Id;

use crate::{
    support::{OnServer, TempDatabase, inventory, permit, prefixes, server, used},
    way::Way,
};

async fn refused(url: &str) -> DataError {
    Database::open(url, Arc::new(ManualClock::default())).await.unwrap_err()
}

fn trouble(error: &DataError) -> Option<Trouble> {
    match error {
        DataError::Database { cause, .. } => Some(cause.trouble()),
        _ => None,
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_without_the_password() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = refused(&format!("postgres://casey:hunter2@127.0.0.1:{free}/bot")).await;
    assert_eq!(trouble(&error), Some(Trouble::Gone));
    assert_eq!(
        error.to_string(),
        format!(
            "opening the database bot at 127.0.0.1:{free}: its server cannot be reached; \
             check that it runs and that the address is right"
        )
    );
    assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
}

#[tokio::test]
async fn what_the_server_refuses_is_told_apart() {
    let Some(there) = OnServer::database().await else { return };
    let other = |from: &str, to: &str| there.url.replacen(from, to, 1);
    let missing = refused(&there.url.replace("casey_test_", "no_such_")).await;
    assert_eq!(trouble(&missing), Some(Trouble::NoSuchDatabase), "{missing}");
    let stranger = refused(&other("://casey", "://stranger")).await;
    assert_eq!(trouble(&stranger), Some(Trouble::Denied), "{stranger}");
    assert!(stranger.to_string().contains("(PostgreSQL code 28000)"), "{stranger}");
    let copy = refused(&format!("{}&options=-c%20default_transaction_read_only%3Don", there.url)).await;
    assert_eq!(trouble(&copy), Some(Trouble::ReadOnly), "{copy}");
    assert!(copy.to_string().contains("the server only lets it be read"), "{copy}");
}

#[tokio::test]
async fn every_connection_says_who_it_is() {
    let Some(there) = TempDatabase::migrated_alone_on_server().await else { return };
    there.database.ping().await.unwrap();
    let ours = "SELECT count(*) FROM pg_stat_activity \
                WHERE datname = current_database() AND application_name = 'casey'";
    assert!(there.numbers(ours).await[0] > 0);
    assert_eq!(there.database.file(), None);
    assert!(there.database.place().starts_with("casey_test_"), "{}", there.database.place());
}

#[tokio::test]
async fn five_at_once_migrate_one_after_the_other() {
    let Some(there) = TempDatabase::empty_alone_on_server().await else { return };
    let steps = there.database.pending().await.unwrap().len();
    let mut others = Vec::new();
    for _ in 0..5 {
        others.push(there.elsewhere().await);
    }
    let applied = futures_util::future::join_all(others.iter().map(Database::migrate)).await;
    let mut applied: Vec<_> = applied.into_iter().map(|steps| steps.unwrap().len()).collect();
    applied.sort_unstable();
    assert_eq!(applied, [0, 0, 0, 0, steps]);
    assert_eq!(there.numbers("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").await, [0]);
}

#[tokio::test]
async fn a_schema_of_ones_own_is_enough() {
    let Some(there) = TempDatabase::empty_alone_on_server().await else { return };
    there.execute("CREATE SCHEMA apart").await;
    let url = format!("{}&options[search_path]=apart", there.url);
    let database = Database::open(&url, there.clock.clone()).await.unwrap();
    database.migrate().await.unwrap();
    assert_eq!(database.check(&inventory()).await.unwrap(), []);
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(there.numbers(tables).await, [0]);
    database.close().await.unwrap();
}

#[tokio::test]
async fn looking_for_what_is_missing_changes_nothing() {
    let Some(there) = TempDatabase::empty_alone_on_server().await else { return };
    assert!(!there.database.pending().await.unwrap().is_empty());
    assert_eq!(there.numbers("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").await, [0]);
}

#[tokio::test]
async fn nobody_notices_that_every_connection_was_lost() {
    let Some(there) = TempDatabase::migrated_alone_on_server().await else { return };
    let settings = there.database.settings();
    let wanted = |text| GuildSettings { prefixes: prefixes(&[text]), ..GuildSettings::default() };
    for round in ["a", "b", "c"] {
        // Many connections are open, and all of them lose their other end.
        let many = (0..20).map(|guild| settings.guild(Id::new(guild + 1)));
        futures_util::future::join_all(many).await;
        there
            .execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            .await;
        match round {
            "a" => assert_eq!(settings.personal_prefixes(Id::new(1)).await.unwrap(), []),
            "b" => {
                settings
                    .set_guild(permit::<CoreSettings>(1).await, Id::new(10), wanted(round))
                    .await
                    .unwrap();
            }
            _ => assert!(there.database.holder().count(SubjectId::new(1)).await.unwrap().len() > 5),
        }
    }
    assert_eq!(*settings.guild(Id::new(10)).await.unwrap(), wanted("b"));
}

/// Sets the prefixes of one person to one number after the other; which was acknowledged last, and which was tried last.
async fn keep_writing(database: Database, person: u64, until: watch::Receiver<bool>) -> (u32, u32) {
    let (mut acknowledged, mut tried) = (0, 0);
    while !*until.borrow() {
        tried += 1;
        let wanted = prefixes(&[&tried.to_string()]);
        let permit = permit::<CoreSettings>(person).await;
        match database.settings().set_personal_prefixes(permit, wanted).await {
            Ok(()) => acknowledged = tried,
            Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
        }
        let (met, stats) = (
            crate::support::permit::<CoreCommands>(person).await,
            crate::support::permit::<StatsUsage>(person).await,
        );
        let entry = used(person, &format!("c{tried}"), SystemClock.now());
        database.usage().used(met, Some(stats), entry);
    }
    (acknowledged, tried)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_away_for_a_while_under_load_loses_nothing_that_was_acknowledged() {
    const PEOPLE: u64 = 6;
    let Some(there) = OnServer::database().await else { return };
    let way = Way::to(&there.url).await;
    let database = Database::open(&way.url, Arc::new(SystemClock)).await.unwrap();
    database.migrate().await.unwrap();
    let stop = watch::Sender::new(false);
    let writers =
        (1..=PEOPLE).map(|person| tokio::spawn(keep_writing(database.clone(), person, stop.subscribe())));
    let writers: Vec<_> = writers.collect();
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(200)).await;
        way.cut();
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(database.ping().await.is_err());
        way.open();
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    stop.send_replace(true);
    let mut all = BTreeSet::new();
    for (person, writer) in (1..=PEOPLE).zip(writers) {
        let (acknowledged, tried) = writer.await.unwrap();
        assert!(acknowledged > 10, "there was hardly any load: {acknowledged}");
        let stored = database.settings().personal_prefixes(Id::new(person)).await.unwrap();
        let stored: u32 = stored[0].as_str().parse().unwrap();
        assert!((acknowledged..=tried).contains(&stored), "{acknowledged} {stored} {tried}");
        all.extend((1..=tried).map(|number| format!("{person} c{number}")));
    }
    database.usage().flush().await.unwrap();
    assert_eq!((database.usage_store().waiting(), database.usage_store().dropped()), (0, 0));
    let raw = sea_orm::Database::connect(&there.url).await.unwrap();
    let query = sea_orm::Statement::from_string(
        sea_orm::DbBackend::Postgres,
        "SELECT user_id || ' ' || command AS use FROM command_usage",
    );
    let rows = sea_orm::ConnectionTrait::query_all_raw(&raw, query).await.unwrap();
    let written: BTreeSet<String> = rows.iter().map(|row| row.try_get("", "use").unwrap()).collect();
    assert_eq!(written.len(), rows.len(), "some uses were counted twice");
    assert!(written == all, "{} of {} uses were written", written.len(), all.len());
    raw.close().await.unwrap();
    database.close().await.unwrap();
}

/// A network that swallows everything: connections stand, and no error comes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_falls_silent_holds_nobody_up_and_is_found_again() {
    let Some(there) = OnServer::database().await else { return };
    let way = Way::to(&there.url).await;
    let database = Database::open(&way.url, Arc::new(SystemClock)).await.unwrap();
    database.migrate().await.unwrap();
    let settings = database.settings();
    // All connections are open when it happens.
    futures_util::future::join_all((0..20).map(|guild| settings.guild(Id::new(guild + 1)))).await;
    way.silence();
    let many = (0..30_u64).map(|number| {
        let database = database.clone();
        async move {
            if number % 2 == 0 {
                return database.settings().guild(Id::new((100 + number) << 22)).await.is_err();
            }
            let wanted = GuildSettings { prefixes: prefixes(&["!"]), ..GuildSettings::default() };
            let permit = permit::<CoreSettings>(1).await;
            database.settings().set_guild(permit, Id::new(number << 22), wanted).await.is_err()
        }
    });
    let begun = Instant::now();
    assert!(futures_util::future::join_all(many).await.iter().all(|failed| *failed));
    assert!(begun.elapsed() < Duration::from_secs(16), "thirty at once took {:?}", begun.elapsed());
    let begun = Instant::now();
    assert!(database.ping().await.is_err());
    assert!(begun.elapsed() < Duration::from_secs(4), "a ping took {:?}", begun.elapsed());
    way.open();
    // What stands from before is dead for good, and in nobody's way.
    let begun = Instant::now();
    while database.ping().await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(8), "it is not found again");
    }
    let wanted = GuildSettings { prefixes: prefixes(&["?"]), ..GuildSettings::default() };
    settings.set_guild(permit::<CoreSettings>(1).await, Id::new(10), wanted.clone()).await.unwrap();
    assert_eq!(*settings.guild(Id::new(10)).await.unwrap(), wanted);
    way.silence();
    let closing = tokio::time::timeout(Duration::from_secs(20), database.close());
    assert!(closing.await.is_ok(), "it does not come to an end");
}

/// Everything that is logged, for a look.
#[derive(Clone, Default)]
struct Logged(Arc<Mutex<Vec<u8>>>);

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Logged {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn neither_passwords_nor_values_are_logged() {
    if server().is_none() {
        return;
    }
    let there = OnServer::database().await.unwrap();
    let logged = Logged::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_writer(logged.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let url = there.url.replacen("://casey@", "://casey:hunter2@", 1);
    assert!(url.contains("hunter2"), "the server of the tests has another user");
    let database = Database::open(&url, Arc::new(SystemClock)).await.unwrap();
    database.migrate().await.unwrap();
    let person = 80_351_110_224_678_912;
    let settings = GuildSettings {
        prefixes: prefixes(&["sesame"]),
        language: Some("klingon".repeat(50)),
        ..GuildSettings::default()
    };
    let permit = permit::<CoreSettings>(person).await;
    // Longer than its column: the server quotes what it refuses.
    let error = database.settings().set_guild(permit, Id::new(person), settings).await.unwrap_err();
    tracing::error!(?error, cause = std::error::Error::source(&error), ?database, "the canary sings");
    let raw = sea_orm::Database::connect(&there.url).await.unwrap();
    let seed = format!("INSERT INTO guild_prefix VALUES ({person}, '@sesame', 0, NULL)");
    sea_orm::ConnectionTrait::execute_unprepared(&raw, &seed).await.unwrap();
    database.settings().guild(Id::new(person)).await.unwrap_err();
    database.settings().prefixes().await.unwrap();
    database.close().await.unwrap();
    drop(guard);
    let text = String::from_utf8_lossy(&logged.0.lock().unwrap()).into_owned();
    assert!(text.contains("the canary sings"), "nothing was heard");
    // What this test typed itself, past Casey, is not Casey's.
    let ours: Vec<_> = text.lines().filter(|line| !line.contains(&seed)).collect();
    for secret in ["hunter2", "sesame", "klingon", &person.to_string()] {
        let told = ours.iter().find(|line| line.contains(secret));
        assert_eq!(told, None, "{secret} was logged");
    }
}
