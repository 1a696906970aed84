//! `casey doctor`: everything well, and each thing that is not by its code.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output},
};

use casey_sim::{BotSpec, Sim, World};
use sea_orm::{ConnectionTrait as _, Database};
use serde_json::Value;

use crate::common::{Home, Process, TOKEN, said, sim};

/// What it said, as JSON, and what it ended with.
struct Told {
    exit: i32,
    body: Value,
}

impl Told {
    fn of(output: &Output) -> Self {
        let text = said(output);
        let all = format!("{text}{}", String::from_utf8_lossy(&output.stderr));
        assert!(!all.contains("canary"), "a secret was told: {all}");
        let body = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {all}"));
        Self { exit: output.status.code().unwrap(), body }
    }

    fn checks(&self) -> &[Value] {
        self.body["checks"].as_array().unwrap()
    }

    fn codes(&self, state: &str) -> Vec<&str> {
        let of_state = self.checks().iter().filter(|check| check["state"] == state);
        of_state.map(|check| check["code"].as_str().unwrap()).collect()
    }

    fn check(&self, code: &str) -> &Value {
        let found = self.checks().iter().find(|check| check["code"] == code);
        found.unwrap_or_else(|| panic!("no {code} in {}", self.body))
    }

    /// There is exactly this problem, told with these words, and the process failed.
    fn is_only(&self, code: &str, found: &str, remedy: &str) {
        assert_eq!((self.exit, self.codes("problem")), (1, vec![code]), "{}", self.body);
        let check = self.check(code);
        assert!(check["found"].as_str().unwrap().contains(found), "{check}");
        assert!(check["remedy"].as_str().unwrap().contains(remedy), "{check}");
    }
}

/// `casey doctor --json …` against this Discord, its token in a file.
fn command(home: &Home, sim: Option<&Sim>, arguments: &[&str]) -> Command {
    let mut command = home.casey(&[&["doctor", "--json"], arguments].concat());
    command.env("PATH", "/usr/bin:/bin");
    if let Some(sim) = sim {
        let token = private_file(home, "token", TOKEN);
        command.env("CASEY_DISCORD_TOKEN_FILE", token).env("CASEY_DISCORD_API_URL", sim.api_url());
    }
    command
}

fn doctor(home: &Home, sim: Option<&Sim>, variables: &[(&str, &str)]) -> Told {
    let mut command = command(home, sim, &[]);
    Told::of(&command.envs(variables.iter().copied()).output().unwrap())
}

fn private_file(home: &Home, name: &str, text: &str) -> String {
    let file = home.file(name);
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    file.display().to_string()
}

fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// A home whose bot ran once, so that there are a database, a key, and registered commands.
async fn lived_in() -> (Sim, Home) {
    let (sim, home) = (sim().await, Home::new());
    let (mut bot, _) = Process::ready(home.bot(&sim), &home);
    bot.tell("-TERM");
    assert_eq!(bot.end().status.code(), Some(0));
    (sim, home)
}

/// Every name and every byte below a folder, except what SQLite writes beside its file while somebody reads.
fn picture(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.display().to_string().ends_with("-shm"))
        .flat_map(|path| {
            if path.is_dir() {
                return picture(&path);
            }
            vec![(path.display().to_string(), fs::read(&path).unwrap())]
        })
        .filter(|(_, content)| !content.is_empty())
        .collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_well_is_told_and_left_as_it_is() {
    let (sim, home) = lived_in().await;
    doctor(&home, Some(&sim), &[]);
    let before = picture(home.path());
    let told = doctor(&home, Some(&sim), &[]);
    assert_eq!(
        (told.exit, told.codes("problem"), told.codes("warning")),
        (0, vec![], vec![]),
        "{}",
        told.body
    );
    for code in [
        "config.read",
        "data.folder",
        "key.database",
        "database.schema",
        "database.declared",
        "database.sound",
        "database.journal",
        "discord.token",
        "discord.intents",
        "discord.clock",
        "discord.sessions",
        "discord.commands",
        "web.address",
    ] {
        assert_eq!(told.check(code)["state"], "ok", "{}", told.check(code));
    }
    assert_eq!(picture(home.path()), before, "it changed something");
    sim.expects_no_violations().unwrap();
    let changed = sim
        .counters()
        .into_keys()
        .any(|(method, route)| method != "GET" && !(method == "PUT" && route.ends_with("/commands")));
    assert!(!changed, "{:?}", sim.counters());
}

#[test]
fn a_fresh_folder_is_well_and_stays_empty() {
    let home = Home::new();
    let told = doctor(&home, None, &[]);
    assert_eq!(
        (told.exit, told.codes("problem"), told.codes("warning")),
        (0, vec![], vec![]),
        "{}",
        told.body
    );
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    let mut lines = home.casey(&["doctor"]);
    let output = lines.env("PATH", "/usr/bin:/bin").output().unwrap();
    let text = said(&output);
    assert_eq!(text.lines().count(), told.checks().len() + 1, "{text}");
    assert!(text.lines().last().unwrap().starts_with("Everything is well: "), "{text}");
}

#[test]
fn json_has_one_shape() {
    let told = doctor(&Home::new(), None, &[("CASEY_PREFX", "!")]);
    assert_eq!(told.body["ok"], false);
    assert_eq!((&told.body["problems"], &told.body["production"]), (&1.into(), &false.into()));
    for check in told.checks() {
        let state = check["state"].as_str().unwrap();
        assert!(["ok", "warning", "problem", "skipped"].contains(&state), "{check}");
        assert!(check["code"].as_str().unwrap().split_once('.').is_some(), "{check}");
        assert!(!check["found"].as_str().unwrap().is_empty(), "{check}");
        assert_eq!(check["remedy"].is_string(), ["warning", "problem"].contains(&state), "{check}");
        assert_eq!(check.as_object().unwrap().len(), 4);
    }
}

#[test]
fn production_refuses_what_is_for_trying_things_out() {
    let home = Home::new();
    fs::write(home.file("offset"), "0").unwrap();
    let mut command = command(&home, None, &["--production"]);
    let offset = home.file("offset");
    let told = Told::of(
        &command.env("CASEY_CLOCK_FILE", offset).env("CASEY_LOG_FORMAT", "pretty").output().unwrap(),
    );
    assert_eq!(told.exit, 1);
    assert_eq!(
        told.codes("problem"),
        ["storage.at_rest", "clock.file", "discord.token", "web.public_url"],
        "{}",
        told.body
    );
    assert_eq!(
        told.codes("warning"),
        ["log.format", "database.kind", "redis.open", "metrics.address"],
        "{}",
        told.body
    );
}

#[test]
fn a_broken_configuration_is_told_whole_and_the_rest_looked_at() {
    let home = Home::new();
    let told = doctor(
        &home,
        None,
        &[("CASEY_PREFX", "!"), ("CASEY_SHARDS", "many"), ("CASEY_DATABASE_URL", "mysql://canary@db/x")],
    );
    assert_eq!(
        (told.exit, told.codes("problem")),
        (1, vec!["config.unknown", "config.invalid", "config.invalid"]),
        "{}",
        told.body
    );
    assert_eq!(told.check("config.unknown")["remedy"], "write CASEY_PREFIX, or remove it");
    assert_eq!(told.check("database.open")["state"], "skipped");
    assert_eq!(told.check("data.folder")["state"], "ok");

    fs::write(home.file("casey.toml"), "prefix = oops\n").unwrap();
    let told = doctor(&home, None, &[]);
    told.is_only("config.file", "casey.toml line 1 column 10", "correct it there");
    assert_eq!(told.check("database.open")["state"], "skipped");
    assert_eq!(told.check("build.age")["state"], "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_is_told() {
    let (sim, home) = (sim().await, Home::new());
    let wrong = private_file(&home, "wrong", "wrong-canary");
    let told = doctor(&home, Some(&sim), &[("CASEY_DISCORD_TOKEN_FILE", &wrong)]);
    told.is_only("discord.token", "Discord does not accept the bot token", "developer portal");

    let told = doctor(&home, None, &[("CASEY_DISCORD_API_URL", &sim.api_url())]);
    told.is_only("discord.token", "no token is", "CASEY_DISCORD_TOKEN_FILE");

    let mut bare = command(&home, None, &[]);
    bare.env("CASEY_DISCORD_TOKEN", TOKEN).env("CASEY_DISCORD_API_URL", sim.api_url());
    let told = Told::of(&bare.output().unwrap());
    assert_eq!((told.exit, told.check("secrets.environment")["state"].as_str()), (0, Some("warning")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_intent_that_is_not_granted_is_told() {
    let world = World::new()
        .bot_with(BotSpec::new("Casey", TOKEN).without_message_content())
        .guild("Harbour", |guild| guild.owner("Alice").channel("general"));
    let (sim, home) = (Sim::start(world).await.unwrap(), Home::new());
    let told = doctor(&home, Some(&sim), &[]);
    told.is_only("discord.intents", "does not grant message_content", "CASEY_DISCORD_INTENTS=members");
    // Nobody has registered the commands of this version there.
    assert_eq!(told.check("discord.commands")["state"], "warning");
    let told = doctor(&home, Some(&sim), &[("CASEY_DISCORD_INTENTS", "members")]);
    assert_eq!(told.exit, 0, "{}", told.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_root_key_is_told() {
    let (_sim, home) = lived_in().await;
    let key = private_file(&home, "casey-data/root.key", &"ab".repeat(32));
    doctor(&home, None, &[]).is_only("key.database", "another root key", "CASEY_KEY_FILE");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    doctor(&home, None, &[]).is_only("key.file", "can be read by others", "run chmod 600");
    fs::remove_file(&key).unwrap();
    doctor(&home, None, &[]).is_only("key.database", "a root key that is not there", "restore the key");
    assert!(!Path::new(&key).exists(), "a key was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_not_as_declared_is_told() {
    let home = Home::new();
    fs::write(home.file("new.sqlite"), "").unwrap();
    let new = format!("sqlite://{}", home.file("new.sqlite").display());
    let told = doctor(&home, None, &[("CASEY_DATABASE_URL", &new)]);
    told.is_only("database.schema", "to be applied to the schema", "run `casey migrate`");

    let migrated = home.casey(&["migrate"]).output().unwrap();
    assert_eq!(migrated.status.code(), Some(0));
    let address = format!("sqlite://{}", home.file("casey-data/casey.sqlite").display());
    let database = Database::connect(&address).await.unwrap();
    database.execute_unprepared("CREATE TABLE diary (author_name TEXT)").await.unwrap();
    database.close().await.unwrap();
    let told = doctor(&home, None, &[]);
    told.is_only("database.declared", "K3-undeclared-table diary", "casey privacy check");

    fs::write(home.file("text.sqlite"), "this is no database, but a text of some length".repeat(20)).unwrap();
    let text = format!("sqlite://{}", home.file("text.sqlite").display());
    let told = doctor(&home, None, &[("CASEY_DATABASE_URL", &text)]);
    told.is_only("database.open", "is not an SQLite database", "choose another file");
}

#[test]
fn servers_that_do_not_answer_are_told() {
    let home = Home::new();
    let nobody = free_address();
    let database = format!("postgres://casey:canary@{nobody}/casey");
    let told = doctor(&home, None, &[("CASEY_DATABASE_URL", &database)]);
    told.is_only("database.open", "cannot be reached", "check that it runs");

    let redis = format!("redis://:canary@{nobody}");
    let told = doctor(&home, None, &[("CASEY_REDIS_URL", &redis)]);
    told.is_only("redis.open", "nobody listens there", "start Redis");

    let api = format!("http://{nobody}");
    let variables = [("CASEY_DISCORD_API_URL", api.as_str()), ("CASEY_DISCORD_TOKEN", "canary")];
    doctor(&home, None, &variables).is_only("discord.api", "could not be reached", "check the network");

    let told =
        doctor(&home, None, &[("CASEY_DATABASE_URL", "postgres://casey:canary@db/casey?sslmode=require")]);
    told.is_only("database.tls", "somebody in between could read along", "verify-full");
}

#[test]
fn folders_and_ports_that_cannot_be_used_are_told() {
    let home = Home::new();
    fs::write(home.file("taken"), "").unwrap();
    let folder = home.file("taken/data").display().to_string();
    let told = doctor(&home, None, &[("CASEY_DATA_DIR", &folder)]);
    told.is_only("data.folder", "a file is in the way", "CASEY_DATA_DIR");

    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    // Nobody answers there, which is how another program may be, too.
    let told = doctor(&home, None, &[("CASEY_METRICS_ADDR", &address)]);
    told.is_only("metrics.address", "another program uses this port", "CASEY_METRICS_ADDR");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_casey_that_runs_is_known() {
    let home = Home::new();
    let (web, metrics) = (free_address(), free_address());
    let mut up = home.casey(&["up"]);
    up.env("CASEY_WEB_ADDR", &web).env("CASEY_METRICS_ADDR", &metrics);
    let (_running, _) = Process::ready(up, &home);
    let told = doctor(&home, None, &[("CASEY_WEB_ADDR", &web), ("CASEY_METRICS_ADDR", &metrics)]);
    assert_eq!(told.exit, 0, "{}", told.body);
    for code in ["web.address", "metrics.address"] {
        assert!(
            told.check(code)["found"].as_str().unwrap().contains("a running Casey"),
            "{}",
            told.check(code)
        );
    }
}

#[test]
fn a_file_store_is_listed_and_what_is_strange_in_it_told() {
    let home = Home::new();
    fs::create_dir_all(home.file("files/photos")).unwrap();
    fs::write(home.file("files/photos/holiday"), "").unwrap();
    let url = format!("file://{}", home.file("files").display());
    let told = doctor(&home, None, &[("CASEY_FILES_URL", &url)]);
    assert_eq!((told.exit, told.codes("warning")), (0, vec!["files.strays"]), "{}", told.body);
    assert_eq!(told.check("files.store")["state"], "ok");
    let told = doctor(&home, None, &[("CASEY_FILES_URL", "s3://bucket"), ("AWS_ALLOW_HTTP", "true")]);
    told.is_only("files.store", "AWS_ALLOW_HTTP", "remove it");
}

/// The servers of `cargo xtask test`, by what it calls their addresses.
fn served(names: &[&str]) -> Option<Vec<String>> {
    let found: Option<Vec<String>> = names.iter().map(|name| std::env::var(name).ok()).collect();
    if found.is_none() {
        println!("SKIPPED: without {} there is no server to look at", names.join(" and "));
    }
    found
}

#[test]
fn a_server_with_a_certificate_of_nobody_trusted_is_told() {
    let home = Home::new();
    let Some(found) =
        served(&["TEST_POSTGRES_URL", "TEST_POSTGRES_TLS_DIR", "TEST_REDIS_TLS_URL", "TEST_REDIS_CA"])
    else {
        return;
    };
    let [postgres, folder, redis, authority] = &found[..] else { panic!("four values") };
    let postgres = postgres.replace("127.0.0.1", "localhost");
    for (issuer, is_trusted) in [("self-signed.crt", false), ("ca.crt", true)] {
        let url = format!("{postgres}?sslmode=verify-full&sslrootcert={folder}/{issuer}");
        let told = doctor(&home, None, &[("CASEY_DATABASE_URL", &url)]);
        if is_trusted {
            let check = told.check("database.tls");
            assert!(check["found"].as_str().unwrap().contains("name are verified"), "{check}");
        } else {
            told.is_only("database.tls", "nobody whom Casey trusts", "sslrootcert=FILE");
        }
    }
    let url = format!("{redis}?ca={authority}");
    let told = doctor(&home, None, &[("CASEY_REDIS_URL", &url)]);
    for code in ["redis.open", "redis.tls", "redis.version", "redis.persistence", "redis.memory"] {
        assert_eq!(told.check(code)["state"], "ok", "{}", told.check(code));
    }
    let url = format!("{redis}?ca={folder}/self-signed.crt");
    let told = doctor(&home, None, &[("CASEY_REDIS_URL", &url)]);
    told.is_only("redis.tls", "nobody who is trusted", "?ca=FILE");
}
