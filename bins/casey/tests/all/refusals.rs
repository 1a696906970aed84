//! What keeps Casey from starting, in one sentence each.

use std::{fs, net::TcpListener, os::unix::fs::PermissionsExt as _, process::Command};

use crate::common::{Home, Process, on_small_disk, refusal, sim};

/// Runs it to its end, which is a refusal with this exit code; the sentence has these parts.
fn refuses(mut command: Command, code: i32, parts: &[&str]) {
    let output = command.output().unwrap();
    let (exit, sentence) = refusal(&output);
    assert!(output.stdout.is_empty(), "an address was printed before {sentence}");
    assert_eq!(exit, code, "{sentence}");
    for part in parts {
        assert!(sentence.contains(part), "no {part:?} in: {sentence}");
    }
}

fn with_file(text: &str) -> (Home, Command) {
    let home = Home::new();
    fs::write(home.file("casey.toml"), text).unwrap();
    let command = home.casey(&[]);
    (home, command)
}

#[test]
fn a_malformed_file_is_told_by_line_and_column() {
    let (_home, command) = with_file("prefix = \"!\"\nweb_addr = oops\n");
    refuses(command, 2, &["casey.toml line 2 column 12 is not valid TOML"]);
}

#[test]
fn an_unknown_name_comes_with_the_nearest_known_one() {
    let (_home, command) = with_file("prefx = \"!\"\n");
    refuses(command, 2, &["prefx in casey.toml line 1 is not a setting of Casey; did you mean prefix?"]);
    let home = Home::new();
    let mut command = home.casey(&[]);
    command.env("CASEY_PREFX", "!");
    refuses(command, 2, &["CASEY_PREFX in the environment is not a setting", "did you mean CASEY_PREFIX?"]);
}

#[test]
fn a_bad_value_says_where_it_stands_and_what_was_expected() {
    let home = Home::new();
    refuses(
        home.casey(&["up", "--shards", "many"]),
        2,
        &["--shards on the command line is `many`: expected"],
    );
}

#[test]
fn wrong_use_is_told_by_the_command_line() {
    let home = Home::new();
    for arguments in
        [&["doctor", "everything"][..], &["bot", "--talk"], &["commands"], &["demo", "--prefix", "!"]]
    {
        let output = home.casey(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains("Usage: casey"), "{stderr}");
        assert!(output.stdout.is_empty());
    }
    let help = home.casey(&["--help"]).output().unwrap();
    assert_eq!(help.status.code(), Some(0));
    assert!(String::from_utf8(help.stdout).unwrap().contains("Exit codes: 0 done"));
}

#[test]
fn a_lost_token_never_yields_a_simulation() {
    let home = Home::new();
    for arguments in [&["bot"][..], &["web"], &["commands", "sync"]] {
        refuses(home.casey(arguments), 2, &["the bot token is not set: set CASEY_DISCORD_TOKEN"]);
    }
    for arguments in [&[][..], &["up"], &["bot"]] {
        let mut command = home.casey(arguments);
        command.env("CASEY_DISCORD_API_URL", "http://127.0.0.1:9");
        refuses(command, 2, &["the bot token is not set: CASEY_DISCORD_API_URL is set"]);
    }
    let mut command = home.casey(&["--talk"]);
    command.env("CASEY_DISCORD_TOKEN", "some");
    refuses(command, 2, &["--talk works in the simulated Discord only"]);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "nothing was made before the refusal");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_is_said_and_not_shown() {
    let (sim, home) = (sim().await, Home::new());
    for arguments in [&["up"][..], &["bot"], &["commands", "sync"]] {
        let mut command = home.casey(arguments);
        command.env("CASEY_DISCORD_TOKEN", "wrong-canary").env("CASEY_DISCORD_API_URL", sim.api_url());
        let output = command.output().unwrap();
        let told = refusal(&output);
        assert_eq!(told, (2, "Discord does not accept the bot token".to_owned()), "{arguments:?}");
        assert!(!String::from_utf8(output.stderr).unwrap().contains("canary"));
    }
}

#[test]
fn a_discord_that_does_not_answer_is_said() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let home = Home::new();
    let mut command = home.casey(&["bot"]);
    command.env("CASEY_DISCORD_TOKEN", "some").env("CASEY_DISCORD_API_URL", format!("http://{free}"));
    refuses(command, 1, &["asking Discord who Casey is did not work", "Discord could not be reached"]);
}

#[test]
fn a_port_in_use_names_the_setting_to_change() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for setting in ["CASEY_WEB_ADDR", "CASEY_METRICS_ADDR", "CASEY_SIM_ADDR"] {
        let home = Home::new();
        let mut command = home.casey(&["up"]);
        command.env(setting, &address);
        refuses(command, 2, &[&address, setting]);
    }
}

#[test]
fn a_folder_that_cannot_be_used_is_said_with_its_path() {
    let home = Home::new();
    fs::write(home.file("taken"), "").unwrap();
    for arguments in [&["up"][..], &["migrate"]] {
        let mut command = home.casey(arguments);
        command.env("CASEY_DATA_DIR", home.file("taken/data"));
        refuses(command, 2, &["taken/data cannot be made because a file is in the way", "CASEY_DATA_DIR"]);
    }
}

#[test]
fn a_read_only_disk_is_said() {
    let home = Home::new();
    let prepare = "mount -o remount,ro .";
    for arguments in ["up", "migrate"] {
        let Some(command) = on_small_disk(&home, prepare, arguments) else { return };
        refuses(command, 2, &["disk/data is on a read-only file system", "CASEY_DATA_DIR"]);
    }
}

#[test]
fn a_full_disk_is_said() {
    let home = Home::new();
    let prepare = "mkdir -m 700 data && (cat /dev/zero > filling 2>/dev/null || true)";
    for arguments in ["up", "migrate"] {
        let Some(command) = on_small_disk(&home, prepare, arguments) else { return };
        refuses(command, 2, &["disk/data is on a full disk", "make room"]);
    }
}

/// There is room for the small file that is tried first, and not for the database.
#[test]
fn a_disk_that_fills_while_the_database_is_made_is_said() {
    let home = Home::new();
    for arguments in ["up", "migrate"] {
        let Some(command) = on_small_disk(&home, "true", arguments) else { return };
        refuses(command, 1, &["casey.sqlite", "the disk is full; make room on it"]);
    }
}

#[test]
fn another_root_key_is_refused() {
    let home = Home::new();
    let (mut first, _) = Process::ready(home.casey(&[]), &home);
    first.tell("-TERM");
    assert_eq!(first.end().status.code(), Some(0));
    let key = home.file("casey-data/root.key");
    fs::write(&key, "ab".repeat(32)).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    refuses(
        home.casey(&[]),
        2,
        &["the root key is not the one this database was made with", "CASEY_KEY_FILE"],
    );
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    refuses(home.casey(&[]), 2, &["can be read by others", "chmod 600"]);
}

#[test]
fn a_ready_file_that_cannot_be_written_stops_everything_again() {
    let home = Home::new();
    let mut command = home.casey(&[]);
    command.env("CASEY_READY_FILE", "nowhere/ready.json");
    refuses(command, 2, &["nowhere/ready.json (the ready file): there is no such file or folder"]);
}
