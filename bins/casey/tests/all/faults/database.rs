use std::time::{Duration, Instant};

use super::{
    Scene,
    way::{State, Way},
};
use crate::common::{Process, page, until};

const APOLOGY: &str = "I cannot reach something I need";

/// A scene whose way to the server can be disturbed, with a bot that is ready, and the address of its metrics.
async fn begun() -> Option<(Scene, Way, Process, String)> {
    let mut scene = Scene::on_server().await?;
    scene.clock(0).await;
    let server = scene.server.as_mut().unwrap();
    let way = Way::to(&server.url).await;
    let mut command = scene.bot();
    command.env("CASEY_DATABASE_URL", &way.url);
    let (casey, ready) = Process::ready(command, &scene.home);
    let metrics = ready["metrics"].as_str().unwrap().to_owned();
    Some((scene, way, casey, metrics))
}

/// Whether `/readyz` says that the database does not answer, within a probe's usual patience.
fn says_away(metrics: &str) -> bool {
    let begun = Instant::now();
    let told = page(metrics, "/readyz");
    assert!(begun.elapsed() < Duration::from_secs(5), "/readyz took {:?}", begun.elapsed());
    told.starts_with("HTTP/1.1 503") && told.contains("\"database\":\"does not answer\"")
}

fn waiting(metrics: &str) -> u64 {
    let text = page(metrics, "/metrics");
    let line = text.lines().find_map(|line| line.strip_prefix("casey_usage_waiting "));
    line.unwrap().parse().unwrap()
}

/// Twenty seconds of a real outage, in which the clock moves on by several minutes, under load.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_under_load_takes_nothing_along() {
    let Some((scene, way, mut casey, metrics)) = begun().await else { return };
    scene.pings(10).await;
    scene.says(0, ",prefix add !").await;
    until("the prefix", || scene.said("works now, too") == 1);

    way.set(State::Cut);
    until("a word in /readyz", || says_away(&metrics));
    let (outage, mut used) = (Instant::now(), 11);
    let mut minutes = 0;
    while outage.elapsed() < Duration::from_secs(20) {
        // What needs no database goes on; nothing that was held for a minute is held any more.
        scene.pings(10).await;
        used += 10;
        minutes += 1;
        scene.clock(minutes * 61).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert!(minutes >= 3, "an outage was slow: {minutes}");
    scene.says(0, ",prefix set ?").await;
    scene.says(1, ",remind 1h stretch").await;
    used += 2;
    until("two apologies with a code", || scene.said(APOLOGY) == 2);
    assert!(waiting(&metrics) > 0, "the uses wait");

    way.set(State::Open);
    until("that it is ready again", || page(&metrics, "/readyz").starts_with("HTTP/1.1 200"));
    scene.says(0, "!prefix set ?").await;
    scene.says(1, ",remind 1h stretch").await;
    used += 2;
    until("the prefix", || scene.said("The prefix is `?` now") == 1);
    until("the reminder", || scene.said("Reminder 1 is set") == 1);
    casey.tell("-TERM");
    assert_eq!(casey.end().status.code(), Some(0));
    assert_eq!(scene.count("command_usage").await, used, "each use is there, and once");
    assert_eq!(scene.count("reminder").await, 1);
    scene.sim.expects_no_violations().unwrap();
}

/// A network that swallows everything: no error comes, and nobody waits for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_falls_silent_holds_nobody_up() {
    let Some((scene, way, mut casey, metrics)) = begun().await else { return };
    scene.pings(8).await;
    way.set(State::Silent);
    let begun = Instant::now();
    scene.clock(61).await;
    scene.says(0, ",prefix set ?").await;
    scene.says(1, ",remind 1h stretch").await;
    scene.pings(8).await;
    until("two apologies", || scene.said(APOLOGY) == 2);
    assert!(begun.elapsed() < Duration::from_secs(16), "it took {:?}", begun.elapsed());
    assert!(says_away(&metrics));
    assert!(page(&metrics, "/healthz").starts_with("HTTP/1.1 200"), "the process itself is well");
    let looked = Instant::now();
    assert!(waiting(&metrics) >= 8);
    assert!(looked.elapsed() < Duration::from_secs(10), "/metrics took {:?}", looked.elapsed());

    // The connections that stood are dead for good.
    way.set(State::Open);
    until("that it is ready again", || page(&metrics, "/readyz").starts_with("HTTP/1.1 200"));
    scene.says(1, ",remind 1h stretch").await;
    until("the reminder", || scene.said("Reminder 1 is set") == 1);
    casey.tell("-TERM");
    assert_eq!(casey.end().status.code(), Some(0));
    assert_eq!(scene.count("command_usage").await, 19);
}
