//! The binary, as an operator runs it.

#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

fn casey_web(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_casey-web"));
    command.env_clear().env("CASEY_DATA_DIR", folder.join("data")).env("CASEY_WEB_ADDR", "127.0.0.1:0");
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn sentence(output: &Output) -> String {
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Ends the process even if the test fails.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn without_a_token_it_does_not_simulate() {
    let folder = tempfile::tempdir().unwrap();
    let output = casey_web(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = sentence(&output);
    assert!(text.starts_with("casey-web: the bot token is not set") && text.lines().count() == 1, "{text}");
}

#[test]
fn a_port_in_use_is_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut command = casey_web(folder.path());
    let output =
        command.env("CASEY_DISCORD_TOKEN", "a-token").env("CASEY_WEB_ADDR", &address).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = sentence(&output);
    assert!(text.starts_with(&format!("casey-web: the website cannot listen on {address}: port ")), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
}

#[test]
fn it_serves_and_stops() {
    let folder = tempfile::tempdir().unwrap();
    let ready = folder.path().join("ready.json");
    let mut command = casey_web(folder.path());
    command.env("CASEY_DISCORD_TOKEN", "a-token-canary").env("CASEY_READY_FILE", &ready);
    let mut running = Running(command.spawn().unwrap());
    let mut line = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("website  http://").unwrap().to_owned();
    assert!(std::fs::read_to_string(&ready).unwrap().contains(&format!("\"web\":\"http://{address}\"")));

    let answer = get(&address, "/readyz");
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.contains("\"database\":{\"state\":\"up\""),
        "{answer}"
    );
    let page = get(&address, "/");
    assert!(page.contains("<h1>The site is up.</h1>") && page.contains("SQLite, on this machine"), "{page}");
    assert!(!page.contains("canary") && !page.contains(&folder.path().display().to_string()));

    #[cfg(unix)]
    {
        let stopped = Command::new("kill").args(["-TERM", &running.0.id().to_string()]).status().unwrap();
        assert!(stopped.success());
        assert_eq!(running.0.wait().unwrap().code(), Some(0));
        assert!(!ready.exists(), "the ready file goes with the process");
    }
}
