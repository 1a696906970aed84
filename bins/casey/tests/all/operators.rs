//! The operators' commands: `migrate`, `keys`, `commands`, `privacy check`.

use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt as _};

use sea_orm::{ConnectionTrait as _, Database};
use serde_json::Value;

use crate::common::{Home, Process, TOKEN, refusal, said, sim};

fn run(home: &Home, arguments: &[&str]) -> (Option<i32>, String) {
    let output = home.casey(arguments).output().unwrap();
    (output.status.code(), said(&output))
}

#[test]
fn two_migrations_at_once_do_the_work_once() {
    let home = Home::new();
    let begun: Vec<_> = (0..2).map(|_| home.casey(&["migrate"]).spawn().unwrap()).collect();
    let mut applied = Vec::new();
    for process in begun {
        let output = process.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let text = said(&output);
        assert!(text.contains("The database's schema is up to date"), "{text}");
        applied.extend(text.lines().filter_map(|line| line.strip_prefix("applied ")).map(str::to_owned));
    }
    assert!(applied.len() >= 5, "{applied:?}");
    assert_eq!(applied.iter().collect::<BTreeSet<_>>().len(), applied.len(), "{applied:?}");
    assert_eq!(
        run(&home, &["migrate"]),
        (Some(0), "The database's schema is up to date; there was nothing to do.\n".to_owned())
    );
}

#[test]
fn keys_are_neither_made_nor_changed_by_looking_at_them() {
    let home = Home::new();
    for arguments in [["keys", "list"], ["keys", "rotate"]] {
        let (exit, sentence) = refusal(&home.casey(&arguments).output().unwrap());
        assert_eq!((exit, sentence.as_str()), (1, "there is no database yet; the first start makes it"));
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "it made files");

    assert_eq!(run(&home, &["migrate"]).0, Some(0));
    for _ in 0..2 {
        let told = "There is no key yet: the first start of the bot makes it.\n";
        assert_eq!(run(&home, &["keys", "list"]), (Some(0), told.to_owned()));
        assert_eq!(run(&home, &["keys", "list", "--json"]), (Some(0), "[]\n".to_owned()));
    }
    assert!(!home.file("casey-data/root.key").exists(), "listing needs no root key");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_not_rotated_with_another_root_key() {
    let (sim, home) = (sim().await, Home::new());
    let (mut bot, _) = Process::ready(home.bot(&sim), &home);
    bot.tell("-TERM");
    assert_eq!(bot.end().status.code(), Some(0));
    let (_, before) = run(&home, &["keys", "list"]);
    assert!(before.contains("in use, 1 value"), "{before}");
    let key = home.file("casey-data/root.key");
    fs::remove_file(&key).unwrap();
    let (exit, sentence) = refusal(&home.casey(&["keys", "rotate"]).output().unwrap());
    assert!(exit == 1 && sentence.starts_with("there is no root key; restore it"), "{sentence}");
    assert!(!key.exists(), "it made another");
    fs::write(&key, [7; 32]).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let (exit, sentence) = refusal(&home.casey(&["keys", "rotate"]).output().unwrap());
    assert_eq!(exit, 2, "{sentence}");
    assert!(sentence.contains("the root key is not the one this database was made with"), "{sentence}");
    assert_eq!(run(&home, &["keys", "list"]).1, before);
}

#[test]
fn commands_are_listed_without_asking_anybody() {
    let home = Home::new();
    let (code, text) = run(&home, &["commands", "list", "--json"]);
    assert_eq!(code, Some(0));
    let listed: Value = serde_json::from_str(&text).unwrap();
    let names: Vec<&str> =
        listed.as_array().unwrap().iter().filter_map(|command| command["name"].as_str()).collect();
    for name in ["ping", "help", "about", "prefix set", "settings show", "privacy summary"] {
        assert!(names.contains(&name), "{names:?}");
    }
    let (_, table) = run(&home, &["commands", "list"]);
    assert_eq!(table.lines().count(), names.len());
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "it made files");
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_are_registered_by_difference() {
    let (sim, home) = (sim().await, Home::new());
    let sync = |arguments: &[&str]| {
        let mut command = home.casey(arguments);
        command.env("CASEY_DISCORD_TOKEN", TOKEN).env("CASEY_DISCORD_API_URL", sim.api_url());
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        said(&output)
    };
    let first = sync(&["commands", "sync"]);
    assert!(first.lines().any(|line| line == "added    ping"), "{first}");
    assert!(sim.has_command("ping"));
    assert_eq!(sync(&["commands", "sync"]), "Discord has these commands already; nothing was written.\n");
    let json: Value = serde_json::from_str(&sync(&["commands", "sync", "--json"])).unwrap();
    assert_eq!(json, serde_json::json!({ "added": [], "changed": [], "removed": [] }));
    sim.expects_no_violations().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_is_compared_with_what_is_declared() {
    let home = Home::new();
    let check = |arguments: &[&str]| run(&home, &[&["privacy", "check"], arguments].concat());
    let (code, text) = check(&[]);
    assert_eq!(
        (code, text.as_str()),
        (Some(0), "There is no database yet. Everything in the schema of a new one is declared.\n")
    );
    assert!(!home.file("casey-data").exists(), "a check makes no database");

    assert_eq!(run(&home, &["migrate"]).0, Some(0));
    let (code, text) = check(&["--json"]);
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (code, &json["ok"], &json["database"]),
        (Some(0), &Value::Bool(true), &Value::from("existing"))
    );

    let address = format!("sqlite://{}", home.file("casey-data/casey.sqlite").display());
    let database = Database::connect(&address).await.unwrap();
    database.execute_unprepared("CREATE TABLE diary (author_name TEXT)").await.unwrap();
    database.close().await.unwrap();
    let (code, text) = check(&[]);
    assert_eq!(code, Some(1));
    assert!(text.starts_with("K3-undeclared-table diary: "), "{text}");
    let (code, text) = check(&["--json"]);
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, &json["findings"][0]["place"]), (Some(1), &Value::from("diary")));
    let (exit, sentence) = refusal(&home.casey(&[]).output().unwrap());
    assert!(
        exit == 1 && sentence.contains("the database is not what Casey declares to store: diary"),
        "{sentence}"
    );
}

#[test]
fn a_database_that_was_never_migrated_is_told() {
    let home = Home::new();
    let mut command = home.casey(&["privacy", "check"]);
    command.env("CASEY_DATABASE_URL", format!("sqlite://{}?mode=rwc", home.file("new.sqlite").display()));
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("is still to be applied: run `casey migrate`."), "{}", said(&output));
}
