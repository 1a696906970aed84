//! Log lines for programs: each is one JSON object, and none tells who did what.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use casey_sim::reply;
use serde_json::Value;

use crate::{
    common::{Home, TOKEN, page, sim, until},
    process::{command, tell, wait},
};

/// The longest run of digits: ids have 17 and more (Discord Docs/Reference, “Snowflakes”).
fn digits(line: &str) -> usize {
    line.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_is_json_and_tells_nothing_about_anybody() {
    let (sim, home) = (sim().await, Home::new());
    let ready = home.path().join("ready.json");
    // Redis is not there, so that there are warnings, too.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut env = home.env(&sim.api_url());
    let more = [
        ("CASEY_READY_FILE", ready.display().to_string()),
        ("CASEY_METRICS_ADDR", "127.0.0.1:0".to_owned()),
        ("CASEY_REDIS_URL", format!("redis://:redis-canary@{nobody}")),
        ("CASEY_LOG_FORMAT", "json".to_owned()),
        ("CASEY_LOG", "debug".to_owned()),
    ];
    env.extend(more.map(|(name, value)| (name.to_owned(), value)));
    let child = command(&home, &env).spawn().unwrap();
    until(|| ready.exists()).await;

    let harbour = sim.guild("Harbour").unwrap();
    let (general, carol) = (harbour.channel("general").unwrap(), harbour.person("Carol").unwrap());
    let alice = harbour.owner().unwrap();
    // Done, refused, misspelt, and by every door there is.
    for (person, text) in [
        (&carol, ",ping"),
        (&carol, ",prefix set text-canary"),
        (&carol, ",prefix set text-canary with far too many words"),
        (&alice, ",prefix set $"),
        (&alice, "$remind me in 2h to text-canary"),
    ] {
        person.says(&general, text).await.unwrap();
        general.expects(reply()).await.unwrap();
    }
    carol.says(&general, "nothing but talk, text-canary").await.unwrap();
    let used = carol.slash(&general, "ping").sends().await.unwrap();
    used.answer().await.unwrap();
    let said: Value = serde_json::from_str(&std::fs::read_to_string(&ready).unwrap()).unwrap();
    let metrics = said["metrics"].as_str().unwrap().strip_prefix("http://").unwrap().parse().unwrap();
    let (_, shown) = page(metrics, "/metrics").await;
    assert!(
        shown.contains("casey_command_seconds_count{command=\"ping\",door=\"prefix\",outcome=\"done\"} 1\n"),
        "{shown}"
    );
    assert!(
        shown.contains("casey_command_seconds_count{command=\"ping\",door=\"slash\",outcome=\"done\"} 1\n"),
        "{shown}"
    );
    assert!(shown.contains("casey_effect_seconds_count{effect=\"answer\",outcome=\"done\"} 1\n"), "{shown}");
    assert!(shown.contains("casey_events_total{kind=\"INTERACTION_CREATE\"} 1\n"), "{shown}");
    tell(&child, "-TERM");
    let output = wait(child).await;
    assert_eq!(output.status.code(), Some(0));

    let logged = String::from_utf8(output.stderr).unwrap();
    let mut levels = std::collections::BTreeSet::new();
    for line in logged.lines() {
        let read: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        for field in ["timestamp", "level", "target"] {
            assert!(!read[field].is_null(), "no {field}: {line}");
        }
        levels.insert(read["level"].as_str().unwrap().to_owned());
        assert!(digits(line) < 17, "this may be an id: {line}");
        for canary in [TOKEN, "canary", "Carol", "Harbour"] {
            assert!(!line.contains(canary), "{canary} is in: {line}");
        }
    }
    for level in ["DEBUG", "INFO", "WARN"] {
        assert!(levels.contains(level), "no line has the level {level}");
    }
    for text in [
        shown.lines().find(|line| digits(labels(line)) >= 17),
        shown.lines().find(|line| line.contains("Carol")),
    ] {
        assert_eq!(text, None, "metrics tell about somebody");
    }
}

/// A line of metrics without its value, which may have many decimals.
fn labels(line: &str) -> &str {
    line.rsplit_once(' ').map_or(line, |(labels, _)| labels)
}
