//! `casey demo`.

use std::fs;

use serde_json::Value;

use crate::common::{Home, said};

/// Answers that tell all there is, command by command and store by store: what they tell is left to those who add to it.
const LISTS: [&str; 2] = ["│ What I can do", "│ What I keep about you"];

/// Text without what differs from run to run, milliseconds and moments, and without the lists.
fn redacted(transcript: &str) -> String {
    let mut lines = Vec::new();
    let mut listing = false;
    for line in transcript.lines() {
        let begins = LISTS.iter().any(|title| line.contains(title));
        listing = begins || (listing && line.contains('│'));
        if begins || !listing {
            lines.push(without_digits(&without_digits(line, "took "), "<t:"));
        }
    }
    lines.join("\n")
}

fn without_digits(line: &str, behind: &str) -> String {
    let mut parts = line.split(behind);
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |line, part| {
        format!("{line}{behind}…{}", part.trim_start_matches(|c: char| c.is_ascii_digit()))
    })
}

#[test]
fn it_plays_a_conversation_and_all_replies_are_there() {
    let home = Home::new();
    let output = home.casey(&["demo"]).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert_eq!(stderr, "", "logs are off");
    insta::assert_snapshot!(redacted(&said(&output)));
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "nothing is left in the working folder");
}

#[test]
fn it_does_not_care_what_is_configured() {
    let home = Home::new();
    fs::write(home.file("casey.toml"), "this is = not TOML").unwrap();
    let mut command = home.casey(&["demo", "--json"]);
    command.env("CASEY_DISCORD_TOKEN", "somebody's").env("CASEY_DATABASE_URL", "postgres://nowhere/x");
    command.env("CASEY_NONSENSE", "1").env("CASEY_WEB_ADDR", "256.0.0.1:x").env("CASEY_LOG", "][");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<Value> = said(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (last, entries) = lines.split_last().unwrap();
    assert_eq!(last["ok"], true);
    assert!(last["replies"].as_u64().unwrap() >= 25, "{last}");
    assert_eq!(entries[0]["who"], "Alice");
    assert_eq!(entries[0]["lines"], serde_json::json!([",ping"]));
    assert!(entries[1]["bot"] == true && entries[1]["place"] == "#general", "{}", entries[1]);
}

#[test]
fn logs_come_when_they_are_asked_for() {
    let home = Home::new();
    let output = home.casey(&["demo"]).env("CASEY_LOG", "info").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("commands are registered"), "{stderr}");
    assert!(!stderr.contains("demo-token") && !stderr.contains("interaction-token"), "{stderr}");
}

/// The words that people use for a command, without prefix: the longest that fits tells which one it is.
fn used<'c>(commands: &'c [Value], typed: &str) -> Option<&'c str> {
    let words = |command: &'c Value| {
        let name = command["name"].as_str().unwrap();
        let aliases = command["aliases"].as_array().unwrap().iter().map(|alias| alias.as_str().unwrap());
        aliases.chain([name]).map(move |word| (word.to_owned(), name)).collect::<Vec<_>>()
    };
    let rest = ["/", ",", "!", "?", "c!", "@Casey "]
        .iter()
        .filter_map(|lead| typed.strip_prefix(lead))
        .next_back()?;
    let is =
        |word: &str| rest.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    let fitting = commands.iter().flat_map(words).filter(|(word, _)| is(word));
    fitting.max_by_key(|(word, _)| word.len()).map(|(_, name)| name)
}

#[test]
fn every_command_there_is_occurs() {
    let home = Home::new();
    let listed = home.casey(&["commands", "list", "--json"]).output().unwrap();
    let commands: Vec<Value> = serde_json::from_slice(&listed.stdout).unwrap();
    let played = said(&home.casey(&["demo", "--json"]).output().unwrap());
    let entries: Vec<Value> = played.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let typed = entries.iter().filter(|entry| entry["bot"] == false);
    let used: Vec<&str> =
        typed.filter_map(|entry| used(&commands, entry["lines"][0].as_str().unwrap())).collect();
    let names = commands.iter().map(|command| command["name"].as_str().unwrap());
    let missing: Vec<&str> = names.filter(|name| !used.contains(name)).collect();
    assert!(missing.is_empty(), "nobody uses {missing:?} in the demo");
}
