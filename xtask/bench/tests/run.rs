//! The measurement from beginning to end, small and without Casey: finite figures, no bounds.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::process::{Command, Output};

use serde_json::Value;

fn bench(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_casey-bench")).args(arguments).output().unwrap()
}

#[test]
fn a_small_world_gives_finite_figures() {
    let output = bench(&["--guilds", "20", "--events", "2000", "--rounds", "1", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let subjects = report["subjects"].as_array().unwrap();
    assert_eq!(subjects.len(), 3);
    for subject in subjects {
        let figure = |name: &str| subject[name].as_f64().unwrap_or_else(|| panic!("no {name} in {subject}"));
        assert!(figure("cpu_per_event_us").is_finite() && figure("cpu_start_s").is_finite());
        assert!(figure("events_sent") > 500.0 && figure("events_per_s") > 0.0, "{subject}");
        assert!(figure("rss_settled_mib_per_1000_guilds") > 0.0);
    }
    assert_eq!(subjects[0]["events_sent"], 2_000.0);
    let readings = report["prefix_reader"].as_array().unwrap();
    assert!(readings.len() == 4 && readings.iter().all(|one| one["nanoseconds"].as_f64() > Some(0.0)));
    assert_eq!((report["bounds"].as_array().map(Vec::len), &report["held"]), (Some(0), &Value::Bool(true)));
}

#[test]
fn wrong_use_is_told_apart() {
    let output = bench(&["--fast"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no option --fast"));
}

#[test]
fn a_casey_that_is_not_there_is_named() {
    let output = bench(&["--casey", "/nowhere/casey", "--guilds", "1", "--events", "1000", "--rounds", "1"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("/nowhere/casey"));
}
