//! Databases that go away, processes that are killed, clocks that jump.

use std::{fs, time::Duration};

use casey_sim::{Channel, Person, Sim, reply};
use sea_orm::{ConnectionTrait as _, Database, Statement};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

use crate::common::{Home, Process, page, sim, until};

struct Scene {
    sim: Sim,
    home: Home,
    general: Channel,
    people: [Person; 3],
}

async fn scene() -> Scene {
    let (sim, home) = (sim().await, Home::new());
    let harbour = sim.guild("Harbour").unwrap();
    Scene {
        general: harbour.channel("general").unwrap(),
        people: [harbour.owner().unwrap(), harbour.person("Bob").unwrap(), harbour.person("Carol").unwrap()],
        sim,
        home,
    }
}

impl Scene {
    fn said(&self, part: &str) -> usize {
        let of_casey = self.general.messages().into_iter().filter(|heard| heard.author == "Casey");
        of_casey.filter(|heard| heard.content.contains(part)).count()
    }

    async fn pings(&self, count: usize) {
        let before = self.said("Pong!");
        for turn in 0..count {
            self.people[turn % 3].says(&self.general, ",ping").await.unwrap();
        }
        until("a reply to each ping", || self.said("Pong!") == before + count);
    }
}

async fn count(url: &str, table: &str) -> i64 {
    let raw = Database::connect(url).await.unwrap();
    let sql = format!("SELECT COUNT(*) AS rows FROM {table}");
    let row = raw.query_one_raw(Statement::from_string(raw.get_database_backend(), sql)).await.unwrap();
    row.unwrap().try_get("", "rows").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_loses_a_second_of_command_use_at_most() {
    let scene = scene().await;
    let (mut casey, _) = Process::ready(scene.home.bot(&scene.sim), &scene.home);
    scene.pings(40).await;
    tokio::time::sleep(Duration::from_millis(1_300)).await;
    scene.pings(6).await;
    casey.tell("-KILL");
    drop(casey.end());
    let file = scene.home.file("casey-data/casey.sqlite");
    let written = count(&format!("sqlite://{}", file.display()), "command_usage").await;
    assert!((40..=46).contains(&written), "{written} of 46 uses, of which 40 were older than a second");
}

/// A database of its own on the server of the tests; `None`, loudly, where there is none.
async fn on_server(name: &str) -> Option<(String, String)> {
    let Ok(server) = std::env::var("TEST_POSTGRES_URL") else {
        println!("SKIPPED: TEST_POSTGRES_URL is not set");
        return None;
    };
    let name = format!("{name}_{}", std::process::id());
    let raw = Database::connect(&server).await.unwrap();
    raw.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    let (base, _) = server.rsplit_once('/').unwrap();
    let host = base.rsplit_once('@').unwrap().1.to_owned();
    Some((format!("{base}/{name}"), host))
}

/// A way to a server that can be cut.
async fn way_to(host: String) -> (u16, watch::Sender<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let open = watch::Sender::new(true);
    let seen = open.subscribe();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let (host, mut seen) = (host.clone(), seen.clone());
            tokio::spawn(async move {
                if !*seen.borrow_and_update() {
                    return;
                }
                let Ok(mut server) = TcpStream::connect(host).await else { return };
                tokio::select! {
                    _ = copy_bidirectional(&mut client, &mut server) => {}
                    _ = seen.changed() => {}
                }
            });
        }
    });
    (port, open)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_under_load_takes_nothing_along() {
    let Some((url, host)) = on_server("casey_away").await else { return };
    let scene = scene().await;
    let (port, open) = way_to(host.clone()).await;
    let mut command = scene.home.bot(&scene.sim);
    command.env("CASEY_DATABASE_URL", url.replace(&host, &format!("127.0.0.1:{port}")));
    command.env("CASEY_METRICS_ADDR", "127.0.0.1:0");
    let (mut casey, ready) = Process::ready(command, &scene.home);
    let metrics = ready["metrics"].as_str().unwrap().to_owned();
    scene.pings(10).await;
    let [alice, ..] = &scene.people;

    open.send_replace(false);
    until("a word in /readyz", || page(&metrics, "/readyz").contains("\"database\":\"does not answer\""));
    // What needs no database goes on; what needs it says so in one sentence.
    for _ in 0..8 {
        scene.pings(10).await;
        tokio::time::sleep(Duration::from_millis(900)).await;
    }
    alice.says(&scene.general, ",prefix set !").await.unwrap();
    until("an apology with a code", || scene.said("I cannot reach something I need") == 1);

    open.send_replace(true);
    until("that it is ready again", || page(&metrics, "/readyz").starts_with("HTTP/1.1 200"));
    alice.says(&scene.general, ",prefix set !").await.unwrap();
    until("the prefix", || scene.said("The prefix is `!` now") == 1);
    casey.tell("-TERM");
    assert_eq!(casey.end().status.code(), Some(0));
    // 90 pings, an attempt to set a prefix and another: nothing that was waiting was lost.
    assert_eq!(count(&url, "command_usage").await, 92);
    scene.sim.expects_no_violations().unwrap();
}

/// Moves the clock, and waits until it has been read: that happens every 100 ms.
async fn clock(scene: &Scene, seconds: i64) {
    fs::write(scene.home.file("clock"), seconds.to_string()).unwrap();
    tokio::time::sleep(Duration::from_millis(250)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_fire_each_reminder_once_though_one_is_killed() {
    const EACH: usize = 20;
    let scene = scene().await;
    clock(&scene, 0).await;
    let bot = |shards: &str, folder: &str| {
        let mut command = scene.home.bot(&scene.sim);
        command.env("CASEY_CLOCK_FILE", scene.home.file("clock")).env("CASEY_SHARDS", shards);
        command.env("CASEY_DATA_DIR", scene.home.file("data"));
        command.env("CASEY_READY_FILE", scene.home.file(folder));
        command
    };
    let (mut first, _) = Process::ready(bot("0..1/2", "first"), &scene.home);
    let (mut second, _) = Process::ready(bot("1..2/2", "second"), &scene.home);
    for (number, person) in scene.people.iter().enumerate() {
        for turn in 0..EACH {
            person.says(&scene.general, &format!(",remind 1h errand{number}x{turn}x")).await.unwrap();
        }
    }
    until("all reminders", || scene.said("is set") == 3 * EACH);
    clock(&scene, 3_605).await;
    until("the first", || scene.said("errand") > 3);
    first.tell("-KILL");
    drop(first.end());
    // What the killed process held is free when its leases have ended.
    tokio::time::sleep(Duration::from_millis(500)).await;
    clock(&scene, 3_700).await;
    until("every errand", || scene.said("errand") >= 3 * EACH);
    tokio::time::sleep(Duration::from_millis(500)).await;
    for number in 0..3 {
        for turn in 0..EACH {
            assert_eq!(scene.said(&format!("errand{number}x{turn}x")), 1, "errand {number} {turn}");
        }
    }
    second.tell("-TERM");
    assert_eq!(second.end().status.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_loses_nothing_and_doubles_nothing() {
    let scene = scene().await;
    clock(&scene, 0).await;
    let mut command = scene.home.bot(&scene.sim);
    command.env("CASEY_CLOCK_FILE", scene.home.file("clock"));
    let (mut casey, _) = Process::ready(command, &scene.home);
    let [alice, bob, carol] = &scene.people;
    alice.says(&scene.general, ",remind 1h earlyerrand").await.unwrap();
    until("the first", || scene.said("is set") == 1);
    // Ahead by a day: what is due fires.
    clock(&scene, 86_400).await;
    until("what was due", || scene.said("earlyerrand") == 1);
    bob.says(&scene.general, ",remind 1h lateerrand").await.unwrap();
    until("the second", || scene.said("is set") == 2);
    // Back by a day: it is not due for a day and an hour, and everything else goes on.
    clock(&scene, 0).await;
    scene.pings(5).await;
    carol.says(&scene.general, ",remind 1h middleerrand").await.unwrap();
    until("the third", || scene.said("is set") == 3);
    clock(&scene, 3_700).await;
    until("the one that is due", || scene.said("middleerrand") == 1);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!((scene.said("earlyerrand"), scene.said("lateerrand")), (1, 0));
    let file = scene.home.file("casey-data/casey.sqlite");
    let written = count(&format!("sqlite://{}", file.display()), "command_usage").await;
    assert_eq!(written, 8, "command use is written by the hour, however the clock jumps");
    clock(&scene, 86_400 + 3_700).await;
    until("the last", || scene.said("lateerrand") == 1);
    scene.general.expects_next(reply()).await.unwrap();
    casey.tell("-TERM");
    assert_eq!(casey.end().status.code(), Some(0));
    for errand in ["earlyerrand", "middleerrand", "lateerrand"] {
        assert_eq!(scene.said(errand), 1, "{errand}");
    }
}
