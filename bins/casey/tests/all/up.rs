//! `casey` without anything: bot, website and simulated Discord in one process.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    process::Stdio,
};

use crate::common::{Home, Process, nap, page, said};

#[test]
fn it_says_where_everything_is_and_stops_when_told() {
    for signal in ["-TERM", "-INT"] {
        let home = Home::new();
        let mut command = home.casey(&[]);
        command.env("CASEY_METRICS_ADDR", "127.0.0.1:0");
        let (mut process, ready) = Process::ready(command, &home);
        let at = |name: &str| ready[name].as_str().unwrap_or_else(|| panic!("no {name} in {ready}"));
        assert_eq!(ready["pid"], process.id());
        assert_eq!(at("data_dir"), home.file("casey-data").to_str().unwrap());
        assert!(ready["lastfm"].is_null() && ready["tiktok"].is_null());
        assert_eq!(at("gateway"), at("discord_api").replace("http://", "ws://"));

        let answer = page(at("web"), "/readyz");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        for part in ["\"bot\"", "\"database\"", "\"discord\""] {
            assert!(answer.contains(part), "{answer}");
        }
        assert!(page(at("web"), "/").contains("Simulated Discord"));
        assert!(page(at("metrics"), "/readyz").starts_with("HTTP/1.1 200"));

        process.tell(signal);
        let output = process.end();
        let stderr = String::from_utf8(output.stderr.clone()).unwrap();
        assert_eq!(output.status.code(), Some(0), "{stderr}");
        assert!(!home.file("ready.json").exists(), "the ready file goes with the process");
        assert!(!stderr.contains("\"level\":\"WARN\"") && !stderr.contains("ERROR"), "{stderr}");
        let lines = said(&output);
        for (what, address) in
            [("website:", at("web")), ("simulated Discord:", at("discord_api")), ("gateway:", at("gateway"))]
        {
            let line = lines.lines().find(|line| line.starts_with(what)).unwrap_or_else(|| panic!("{lines}"));
            assert!(line.ends_with(address), "{line}");
        }
    }
}

#[test]
fn lines_from_stdin_are_said_and_their_end_ends_nothing() {
    let home = Home::new();
    let mut command = home.casey(&["--talk"]);
    command.stdin(Stdio::piped());
    let (mut process, ready) = Process::ready(command, &home);
    let mut stdin = process.child().stdin.take().unwrap();
    let mut lines = BufReader::new(process.child().stdout.take().unwrap()).lines();
    let mut hear = |part: &str| {
        let heard = lines.by_ref().map(Result::unwrap).find(|line| line.contains(part));
        assert!(heard.is_some(), "it ended without {part:?}");
    };
    writeln!(stdin, ",ping").unwrap();
    hear("Pong!");
    writeln!(stdin, "bob /prefix set !").unwrap();
    hear("You need **Manage Server**");
    writeln!(stdin, "/dance").unwrap();
    hear("(there is no command /dance)");
    writeln!(stdin, "carol: @Casey ping").unwrap();
    hear("Pong!");
    drop(stdin);
    for _ in 0..20 {
        nap();
    }
    assert!(page(ready["web"].as_str().unwrap(), "/healthz").starts_with("HTTP/1.1 200"));
    process.tell("-TERM");
    assert_eq!(process.end().status.code(), Some(0));
}

/// The bot and the simulated Discord agree what time it is, or `ping` would notice.
#[test]
fn the_clock_file_moves_time() {
    let home = Home::new();
    let clock = home.file("clock");
    fs::write(&clock, "864000").unwrap();
    let mut command = home.casey(&["--talk"]);
    command.env("CASEY_CLOCK_FILE", &clock).stdin(Stdio::piped());
    let (mut process, _) = Process::ready(command, &home);
    let mut stdin = process.child().stdin.take().unwrap();
    let lines = BufReader::new(process.child().stdout.take().unwrap()).lines();
    writeln!(stdin, ",about").unwrap();
    let since = lines
        .map(Result::unwrap)
        .find_map(|line| line.split_once("Running since <t:").map(|(_, rest)| rest.to_owned()))
        .unwrap();
    let since: i64 = since.split(':').next().unwrap().parse().unwrap();
    let written = fs::metadata(&clock).unwrap().modified().unwrap();
    let real = written.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let ahead = since - i64::try_from(real).unwrap();
    assert!((864_000..864_060).contains(&ahead), "{ahead}");
    process.tell("-TERM");
    assert_eq!(process.end().status.code(), Some(0));
}
