//! Full disks, read-only files, crowds: what needs a hand inside the connections.
#![allow(clippy::unwrap_used)]

use std::{future::Future, sync::Arc, time::Duration};

use casey_core::{Clock, CommandUse, GuildSettings, Outcome, Prefix, StoreErrorKind, testing::ManualClock};
use casey_privacy::{
    MemoryObjections, Permit, Purpose, SubjectId, WriteGate,
    purposes::{CoreCommands, CoreSettings, StatsUsage},
};
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use tempfile::TempDir;
use twilight_model::id::Id;

use crate::{Database, connect::Connections, entities::command_usage};

struct Scene {
    database: Database,
    clock: Arc<ManualClock>,
    url: String,
    folder: TempDir,
}

impl Scene {
    async fn with_room(room: usize) -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite://{}", folder.path().join("casey.db").display());
        let clock = Arc::new(ManualClock::default());
        let connections = Connections::open(&url).await.unwrap();
        let database = Database::assemble(connections, &(Arc::clone(&clock) as Arc<dyn Clock>), room);
        database.migrate().await.unwrap();
        Self { database, clock, url, folder }
    }

    async fn new() -> Self {
        Self::with_room(1_000).await
    }

    /// To the connection that writes.
    async fn pragma(&self, text: &str) {
        let writer = &self.database.connections().writer;
        writer.execute_unprepared(&format!("PRAGMA {text}")).await.unwrap();
    }

    async fn use_command(&self, command: &str) {
        let entry = CommandUse {
            user: Id::new(1),
            guild: None,
            channel: None,
            command: command.to_owned(),
            outcome: Outcome::Done,
            took: Duration::ZERO,
            hour: self.clock.now(),
        };
        let (met, stats) = (permit::<CoreCommands>().await, permit::<StatsUsage>().await);
        self.database.usage().used(met, Some(stats), entry);
    }

    async fn written(&self) -> Vec<String> {
        let rows = command_usage::Entity::find().all(&self.database.connections().reader).await.unwrap();
        rows.into_iter().map(|row| row.command).collect()
    }

    /// Moves the clock on until something is so. The task behind the store runs on threads of its own, hence the short naps.
    async fn eventually<F: Future<Output = bool>>(&self, mut so: impl FnMut() -> F) {
        for _ in 0..2_000 {
            if so().await {
                return;
            }
            self.clock.advance(Duration::from_secs(1));
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("it never came");
    }
}

async fn permit<P: Purpose>() -> Permit<P> {
    let gate = WriteGate::builder(Arc::new(MemoryObjections::new())).allow::<P>().build();
    gate.permit::<P>(SubjectId::new(1)).await.unwrap()
}

fn settings(prefix: &str, language: &str) -> GuildSettings {
    GuildSettings {
        prefixes: vec![Prefix::new(prefix).unwrap()],
        language: Some(language.to_owned()),
        ..GuildSettings::default()
    }
}

#[tokio::test]
async fn uses_are_written_by_the_clock() {
    let scene = Scene::new().await;
    scene.use_command("a").await;
    scene.use_command("b").await;
    assert_eq!(scene.database.usage_store().waiting(), 2);
    assert_eq!(scene.written().await, Vec::<String>::new());
    scene.eventually(|| async { scene.written().await == ["a", "b"] }).await;
    assert_eq!(scene.database.usage_store().waiting(), 0);
}

#[tokio::test]
async fn a_whole_batch_does_not_wait_for_the_clock() {
    let scene = Scene::new().await;
    let before = scene.clock.now();
    for number in 0..500 {
        scene.use_command(&number.to_string()).await;
    }
    for _ in 0..2_000 {
        if scene.written().await.len() == 500 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(scene.written().await.len(), 500);
    assert_eq!(scene.clock.now(), before);
}

#[tokio::test]
async fn what_could_not_be_written_stays_and_is_written_later() {
    let scene = Scene::new().await;
    scene.pragma("query_only = ON").await;
    scene.use_command("a").await;
    let error = scene.database.usage().flush().await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    for _ in 0..5 {
        scene.clock.advance(Duration::from_secs(100));
        tokio::task::yield_now().await;
    }
    scene.use_command("b").await;
    assert_eq!(scene.written().await, Vec::<String>::new());
    scene.pragma("query_only = OFF").await;
    scene.eventually(|| async { scene.written().await == ["a", "b"] }).await;
    assert_eq!(scene.database.usage_store().dropped(), 0);
}

#[tokio::test]
async fn a_full_queue_drops_the_oldest_and_counts_them() {
    let scene = Scene::with_room(100).await;
    for number in 0..130 {
        scene.use_command(&number.to_string()).await;
    }
    assert_eq!(scene.database.usage_store().waiting(), 100);
    assert_eq!(scene.database.usage_store().dropped(), 30);
    scene.database.usage().flush().await.unwrap();
    assert_eq!(scene.written().await, (30..130).map(|number| number.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn closing_writes_what_waits() {
    let scene = Scene::new().await;
    scene.use_command("last words").await;
    scene.database.close().await.unwrap();
    let reopened = Connections::open(&scene.url).await.unwrap();
    assert_eq!(command_usage::Entity::find().count(&reopened.reader).await.unwrap(), 1);
}

#[tokio::test]
async fn the_task_ends_with_its_store() {
    let scene = Scene::new().await;
    scene.use_command("left behind").await;
    let connections = scene.database.connections().clone();
    let (url, folder) = (scene.url, scene.folder);
    drop(scene.database);
    let reader = Connections::open(&url).await.unwrap().reader;
    let mut rows = 0;
    for _ in 0..2_000 {
        rows = command_usage::Entity::find().count(&reader).await.unwrap();
        if rows == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(rows, 1, "the clock stood still, so that only the end can have written it");
    connections.close().await.unwrap();
    drop(folder);
}

#[tokio::test]
async fn a_full_disk_is_told_and_leaves_what_was_there() {
    let scene = Scene::new().await;
    let store = scene.database.settings();
    let guild = Id::new(10);
    store.set_guild(permit::<CoreSettings>().await, guild, settings("!", "de")).await.unwrap();
    scene.pragma("max_page_count = 1").await;
    let large = settings("?", &"x".repeat(1_000_000));
    let error = store.set_guild(permit::<CoreSettings>().await, guild, large.clone()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("the disk is full"), "{source}");
    assert_eq!(*store.guild(guild).await.unwrap(), settings("!", "de"));
    assert_eq!(scene.database.settings_store().revision(guild).await.unwrap(), 1);

    scene.pragma("max_page_count = 1000000").await;
    store.set_guild(permit::<CoreSettings>().await, guild, large.clone()).await.unwrap();
    assert_eq!(*store.guild(guild).await.unwrap(), large);
}

#[tokio::test]
async fn a_file_that_became_read_only_is_told() {
    let scene = Scene::new().await;
    scene.pragma("query_only = ON").await;
    let store = scene.database.settings();
    let error =
        store.set_guild(permit::<CoreSettings>().await, Id::new(10), settings("!", "de")).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("cannot be written to"), "{source}");
    assert_eq!(*store.guild(Id::new(10)).await.unwrap(), GuildSettings::default());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_crowd_of_writers_and_a_second_process_never_lock_each_other_out() {
    let scene = Scene::new().await;
    let other = Database::open(&scene.url, scene.clock.clone()).await.unwrap();
    let guild = Id::new(10);
    let writers = (0..40).map(|number| {
        let database = if number % 4 == 0 { other.clone() } else { scene.database.clone() };
        tokio::spawn(async move {
            for round in 0..5 {
                let wanted = settings(&format!("{number}.{round}"), "de");
                database.settings().set_guild(permit::<CoreSettings>().await, guild, wanted).await.unwrap();
                database.usage().flush().await.unwrap();
                database.settings().prefixes().await.unwrap();
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    for number in 0..200 {
        scene.use_command(&number.to_string()).await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    scene.database.usage().flush().await.unwrap();
    assert_eq!(scene.written().await.len(), 200);
    assert_eq!(scene.database.settings_store().revision(guild).await.unwrap(), 200);
    assert_eq!(scene.database.settings().prefixes().await.unwrap().len(), 1);
}
