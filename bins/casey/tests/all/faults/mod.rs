//! Databases that go away or fall silent, full disks, processes that are killed, clocks that jump: on the built program, with a real server where one is
//! needed.

mod clock;
mod database;
mod disk;
mod jobs;
mod replay;
mod usage;
mod way;

use std::{fs, process::Command, sync::Arc, time::Duration};

use casey_sim::{Channel, Person, Sim, World, contract::OpenApi};
use sea_orm::{ConnectionTrait as _, Database, Statement};

use crate::common::{Home, TOKEN, until};

/// Eight people, each with a channel to themselves, so that nobody waits for anybody else's limits.
const PEOPLE: usize = 8;

/// A bot's place, and people who use it.
struct Scene {
    sim: Sim,
    home: Home,
    people: Vec<(Person, Channel)>,
    /// A database on the server of the tests; otherwise it is a file.
    server: Option<OnServer>,
}

impl Scene {
    async fn with(server: Option<OnServer>) -> Self {
        let world = World::new().bot("Casey", TOKEN).guild("Harbour", |guild| {
            let guild = guild.owner("person0");
            let guild = (1..PEOPLE).fold(guild, |guild, number| guild.member(&format!("person{number}")));
            (0..PEOPLE).fold(guild, |guild, number| guild.channel(&format!("channel{number}")))
        });
        let builder = Sim::builder(world);
        let builder = match OpenApi::find(env!("CARGO_MANIFEST_DIR")) {
            Some(path) => builder.contract(Arc::new(OpenApi::load(path).unwrap())),
            None => builder,
        };
        let sim = builder.start().await.unwrap();
        let harbour = sim.guild("Harbour").unwrap();
        let people = (0..PEOPLE).map(|number| {
            let person = harbour.person(&format!("person{number}")).unwrap();
            (person, harbour.channel(&format!("channel{number}")).unwrap())
        });
        Self { people: people.collect(), sim, home: Home::new(), server }
    }

    async fn on_file() -> Self {
        Self::with(None).await
    }

    /// `None`, loudly, where there is no server.
    async fn on_server() -> Option<Self> {
        Some(Self::with(Some(OnServer::make().await?)).await)
    }

    /// `casey bot` on this scene's database, by a clock that [`clock`](Self::clock) moves.
    fn bot(&self) -> Command {
        let mut command = self.home.bot(&self.sim);
        command.env("CASEY_CLOCK_FILE", self.home.file("clock")).env("CASEY_METRICS_ADDR", "127.0.0.1:0");
        command.env("CASEY_DATA_DIR", self.home.file("data"));
        if let Some(server) = &self.server {
            command.env("CASEY_DATABASE_URL", &server.url);
        }
        command
    }

    fn database(&self) -> String {
        let file = || format!("sqlite://{}", self.home.file("data/casey.sqlite").display());
        self.server.as_ref().map_or_else(file, |server| server.url.clone())
    }

    /// How many rows a table has.
    async fn count(&self, table: &str) -> usize {
        let raw = Database::connect(self.database()).await.unwrap();
        let sql = format!("SELECT COUNT(*) AS rows FROM {table}");
        let row = raw.query_one_raw(Statement::from_string(raw.get_database_backend(), sql)).await.unwrap();
        usize::try_from(row.unwrap().try_get::<i64>("", "rows").unwrap()).unwrap()
    }

    /// How many of Casey's messages have this in them.
    fn said(&self, part: &str) -> usize {
        let heard = self.people.iter().flat_map(|(_, channel)| channel.messages());
        heard.filter(|heard| heard.author == "Casey" && heard.content.contains(part)).count()
    }

    /// What one of them types.
    async fn says(&self, person: usize, text: &str) {
        let (person, channel) = &self.people[person % PEOPLE];
        person.says(channel, text).await.unwrap();
    }

    /// So many pings, and as many answers.
    async fn pings(&self, count: usize) {
        let before = self.said("Pong!");
        for turn in 0..count {
            self.says(turn, ",ping").await;
        }
        until("a reply to each ping", || self.said("Pong!") == before + count);
    }

    /// Sets the clock so many seconds ahead, and waits until that has been read: it is, every 100 ms.
    async fn clock(&self, seconds: i64) {
        fs::write(self.home.file("clock"), seconds.to_string()).unwrap();
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// A database of its own on the server of the tests, dropped at the end.
struct OnServer {
    url: String,
    server: String,
    name: String,
}

impl OnServer {
    async fn make() -> Option<Self> {
        static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let Ok(server) = std::env::var("TEST_POSTGRES_URL") else {
            println!("SKIPPED: TEST_POSTGRES_URL is not set");
            return None;
        };
        let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("casey_faults_{}_{number}", std::process::id());
        run(&server, &format!("CREATE DATABASE {name} TEMPLATE template0")).await;
        let (base, _) = server.rsplit_once('/').unwrap();
        Some(Self { url: format!("{base}/{name}"), server, name })
    }
}

impl Drop for OnServer {
    fn drop(&mut self) {
        let (server, sql) = (self.server.clone(), format!("DROP DATABASE {} WITH (FORCE)", self.name));
        // Whatever runtime the test had, it may be busy or gone.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(run(&server, &sql));
        });
        assert!(
            dropped.join().is_ok() || std::thread::panicking(),
            "a database of the tests was not dropped"
        );
    }
}

async fn run(server: &str, sql: &str) {
    let raw = Database::connect(server).await.unwrap();
    raw.execute_unprepared(sql).await.unwrap();
    raw.close().await.unwrap();
}
