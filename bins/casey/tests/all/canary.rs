//! Canaries: every secret that can be set has a value that is found nowhere in what Casey says, at the most talkative log level, whether things work or fail.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt as _,
    process::{Command, Output},
    sync::{Arc, mpsc},
    thread,
};

use casey_config::RootKey;
use casey_core::SystemClock;
use casey_data::{Database, Keyring};
use casey_sim::reply;
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use serde_json::Value;
use twilight_model::id::Id;

use crate::common::{Home, Process, TOKEN, page, said, sim, until};

const CLIENT_SECRET: &str = "client-secret-canary";
const LASTFM_KEY: &str = "lastfm-key-canary";
const LASTFM_SECRET: &str = "lastfm-secret-canary";
const DATABASE_PASSWORD: &str = "database-password-canary";
const REDIS_PASSWORD: &str = "redis-password-canary";

/// As a file has it, and as bytes (its first half, which is text) and Base64 would show it.
const ROOT_KEY: &str = "63616e6172792d6f662d7468652d726f6f7402030405060708090a0b0c0d0e0f";
const ROOT_KEY_AS_TEXT: &str = "canary-of-the-root";
const ROOT_KEY_IN_BASE64: &str = "Y2FuYXJ5LW9mLXRoZS1yb290";
/// As a list of numbers, which is how bytes are printed for developers.
const ROOT_KEY_AS_NUMBERS: &str = "99, 97, 110, 97, 114, 121";

/// No line that Casey gave has a secret in it. All secrets but the root key have the word in them.
fn keeps_silent(what: &str, text: &str) {
    for canary in ["canary", ROOT_KEY, ROOT_KEY_AS_TEXT, ROOT_KEY_IN_BASE64, ROOT_KEY_AS_NUMBERS] {
        let line = text.lines().find(|line| line.contains(canary));
        assert!(line.is_none(), "{canary} in {what}: {}", line.unwrap_or_default());
    }
}

fn silent_output(what: &str, output: &Output) {
    keeps_silent(&format!("stdout of {what}"), &String::from_utf8_lossy(&output.stdout));
    keeps_silent(&format!("stderr of {what}"), &String::from_utf8_lossy(&output.stderr));
}

/// Every secret, at the log level that tells most.
fn secrets(command: &mut Command, home: &Home) {
    let key = home.file("key");
    fs::write(&key, ROOT_KEY).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    command
        .env("CASEY_LOG", "trace")
        .env("CASEY_KEY_FILE", key)
        .env("CASEY_DISCORD_TOKEN", TOKEN)
        .env("CASEY_DISCORD_CLIENT_SECRET", CLIENT_SECRET)
        .env("CASEY_LASTFM_API_KEY", LASTFM_KEY)
        .env("CASEY_LASTFM_API_SECRET", LASTFM_SECRET);
}

/// An address where nobody listens.
fn nobody() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// A server that refuses everybody and quotes what it was told.
struct Quoting {
    address: String,
    heard: mpsc::Receiver<String>,
}

impl Quoting {
    fn server(refusal: fn(&mut TcpStream, &mpsc::Sender<String>) -> std::io::Result<()>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (quotes, heard) = mpsc::channel();
        // It goes with the process of the tests.
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                // A client that hangs up has heard enough.
                let _ = refusal(&mut stream, &quotes);
            }
        });
        Self { address, heard }
    }

    /// Somebody told it this secret, so that there was something to quote.
    fn has_heard(&self, secret: &str) {
        assert!(self.heard.try_iter().any(|told| told.contains(secret)), "nobody said {secret}");
    }
}

/// PostgreSQL, “Frontend/Backend Protocol”: asks for the password in the clear and says it aloud.
fn quoting_postgres(stream: &mut TcpStream, quotes: &mpsc::Sender<String>) -> std::io::Result<()> {
    let mut buffer = [0; 1024];
    let mut length = stream.read(&mut buffer)?;
    if buffer[..length].ends_with(&80_877_103_u32.to_be_bytes()) {
        // No TLS here.
        stream.write_all(b"N")?;
        length = stream.read(&mut buffer)?;
    }
    assert!(length > 0);
    stream.write_all(b"R\0\0\0\x08\0\0\0\x03")?;
    let length = stream.read(&mut buffer)?;
    let told = buffer[..length].get(5..length.saturating_sub(1)).unwrap_or_default();
    let _ = quotes.send(String::from_utf8_lossy(told).into_owned());
    let mut body = b"SFATAL\0VFATAL\0C28P01\0Mno entry for ".to_vec();
    body.extend_from_slice(told);
    body.extend_from_slice(b"\0D");
    body.extend_from_slice(told);
    body.extend_from_slice(b"\0\0");
    stream.write_all(b"E")?;
    stream.write_all(&u32::try_from(body.len() + 4).unwrap_or_default().to_be_bytes())?;
    stream.write_all(&body)
}

/// Redis, “RESP protocol specification”: an error with everything that was sent.
fn quoting_redis(stream: &mut TcpStream, quotes: &mpsc::Sender<String>) -> std::io::Result<()> {
    let mut buffer = [0; 4096];
    loop {
        let length = stream.read(&mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        let told = String::from_utf8_lossy(&buffer[..length]).replace("\r\n", " ");
        let _ = quotes.send(told.clone());
        let commands = buffer[..length].split(|byte| *byte == b'*').count() - 1;
        for _ in 0..commands.max(1) {
            stream.write_all(format!("-WRONGPASS you said {told}\r\n").as_bytes())?;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_working_bot_and_the_operators_commands_tell_no_secret() {
    let (sim, home) = (sim().await, Home::new());
    let redis = format!("redis://:{REDIS_PASSWORD}@{}", nobody());
    let casey = |arguments: &[&str]| {
        let mut command = home.casey(arguments);
        secrets(&mut command, &home);
        command.env("CASEY_DISCORD_API_URL", sim.api_url()).env("CASEY_REDIS_URL", &redis);
        command
    };
    let mut bot = casey(&["bot"]);
    bot.env("CASEY_METRICS_ADDR", "127.0.0.1:0");
    let (mut bot, ready) = Process::ready(bot, &home);
    // A process whose pipe nobody reads stops when it is full.
    let mut stderr = bot.child().stderr.take().unwrap();
    let log = thread::spawn(move || {
        let mut text = Vec::new();
        stderr.read_to_end(&mut text).map(|_| String::from_utf8_lossy(&text).into_owned())
    });

    let harbour = sim.guild("Harbour").unwrap();
    let (general, alice) = (harbour.channel("general").unwrap(), harbour.owner().unwrap());
    let ping = async || {
        let asked = alice.says(&general, ",ping").await.unwrap();
        general.expects_next(reply().containing("Pong!").in_reply_to(asked)).await.unwrap();
    };
    ping().await;
    alice.slash(&general, "settings show").await.unwrap();
    // It resumes its session, and begins another.
    sim.gateway().reconnect_all();
    ping().await;
    sim.gateway().forget_sessions();
    sim.gateway().hang_up_all();
    until("another session", || sim.gateway().sessions() > 0);
    ping().await;

    keeps_silent("the ready file", &fs::read_to_string(home.file("ready.json")).unwrap());
    for path in ["/metrics", "/healthz", "/readyz"] {
        keeps_silent(path, &page(ready["metrics"].as_str().unwrap(), path));
    }
    for arguments in [
        &["commands", "list"][..],
        &["commands", "list", "--json"],
        &["commands", "sync", "--json"],
        &["doctor"],
        &["doctor", "--json"],
        &["keys", "list", "--json"],
        &["migrate"],
        &["privacy", "check", "--json"],
    ] {
        let output = casey(arguments).output().unwrap();
        // The doctor finds that Redis is away; without it the check of its keys cannot be made.
        let expected = match arguments[0] {
            "doctor" => 1,
            "privacy" => 2,
            _ => 0,
        };
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(expected), "{arguments:?}: {told}");
        silent_output(&arguments.join(" "), &output);
    }
    rotates(&casey(&["keys", "rotate", "--json"]).output().unwrap());
    ping().await;
    bot.tell("-TERM");
    let output = bot.end();
    assert_eq!(output.status.code(), Some(0));
    silent_output("the bot", &output);
    let log = log.join().unwrap().unwrap();
    assert!(log.lines().any(|line| line.contains("\"DEBUG\"")), "it logs all it ever does");
    keeps_silent("the bot's log", &log);
    session_is_sealed(&home, &log).await;
    let listed: Value =
        serde_json::from_str(&said(&casey(&["keys", "list", "--json"]).output().unwrap())).unwrap();
    assert_eq!((listed[0]["values"].as_u64(), listed[0]["retired"].is_string()), (Some(0), true), "{listed}");
    assert_eq!((listed[1]["values"].as_u64(), listed[1]["retired"].is_null()), (Some(1), true), "{listed}");
}

/// A rotation beside a running bot leaves nothing on the old key.
fn rotates(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    silent_output("keys rotate", output);
    let told: Value = serde_json::from_str(&said(output)).unwrap();
    assert_eq!((told["left"].as_u64(), told["unreadable"].as_u64()), (Some(0), Some(0)), "{told}");
    assert!(told["resealed"].as_u64() >= Some(1), "{told}");
}

/// The bot's session with Discord, which the database has for the next process: sealed, and not told either.
async fn session_is_sealed(home: &Home, log: &str) {
    let file = home.file("casey-data/casey.sqlite");
    let address = format!("sqlite://{}", file.display());
    let raw = sea_orm::Database::connect(&address).await.unwrap();
    let all = "SELECT application_id, session_id FROM gateway_session";
    let rows = raw.query_all_raw(Statement::from_string(DbBackend::Sqlite, all)).await.unwrap();
    let [row] = rows.as_slice() else { panic!("not one session but {}", rows.len()) };
    let application: i64 = row.try_get("", "application_id").unwrap();
    let sealed: String = row.try_get("", "session_id").unwrap();
    raw.close().await.unwrap();

    let clock = Arc::new(SystemClock);
    let database = Database::open(&address, clock.clone()).await.unwrap();
    let wrapping = root_key().derive(Keyring::DERIVED_FOR);
    let keyring = Keyring::open(&database, wrapping, clock).await.unwrap();
    let application = Id::new(application.cast_unsigned());
    let sessions = database.gateway_sessions(&keyring).sessions(application, 1).await.unwrap();
    let session = &sessions[0].id;
    database.close().await.unwrap();
    assert!(sealed.starts_with("v1.") && !session.is_empty() && !sealed.contains(session), "{sealed}");
    let content = fs::read(file).unwrap();
    assert!(content.windows(sealed.len()).any(|part| part == sealed.as_bytes()));
    assert!(!content.windows(session.len()).any(|part| part == session.as_bytes()), "it is in the clear");
    let line = log.lines().find(|line| line.contains(session.as_str()));
    assert!(line.is_none(), "the session is told: {}", line.unwrap_or_default());
}

fn root_key() -> RootKey {
    let digits = |at: usize| u8::from_str_radix(&ROOT_KEY[2 * at..2 * at + 2], 16).unwrap();
    RootKey::from_bytes(std::array::from_fn(digits))
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_fail_tell_no_secret() {
    let (sim, home) = (sim().await, Home::new());
    let (postgres, redis) = (Quoting::server(quoting_postgres), Quoting::server(quoting_redis));
    let database = |at: &str| format!("postgres://casey:{DATABASE_PASSWORD}@{at}/casey");
    let api = sim.api_url();
    let nowhere = format!("http://{}", nobody());
    for (what, exit, variables) in [
        (
            "no database",
            1,
            [("CASEY_DATABASE_URL", database(&nobody())), ("CASEY_DISCORD_API_URL", api.clone())],
        ),
        (
            "a database that quotes",
            1,
            [("CASEY_DATABASE_URL", database(&postgres.address)), ("CASEY_DISCORD_API_URL", api.clone())],
        ),
        (
            "a Redis that quotes",
            2,
            [
                ("CASEY_REDIS_URL", format!("redis://:{REDIS_PASSWORD}@{}", redis.address)),
                ("CASEY_DISCORD_API_URL", api.clone()),
            ],
        ),
        (
            "no Discord",
            1,
            [("CASEY_DISCORD_API_URL", nowhere), ("CASEY_DISCORD_TOKEN", "other-canary".to_owned())],
        ),
        (
            "another token",
            2,
            [("CASEY_DISCORD_API_URL", api.clone()), ("CASEY_DISCORD_TOKEN", "other-canary".to_owned())],
        ),
    ] {
        for arguments in [&["bot"][..], &["doctor", "--json"]] {
            let mut command = home.casey(arguments);
            secrets(&mut command, &home);
            let output = command.envs(variables.clone()).output().unwrap();
            let expected = if arguments[0] == "doctor" { 1 } else { exit };
            let told = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(expected), "{what}, {arguments:?}: {told}");
            silent_output(&format!("{} with {what}", arguments[0]), &output);
        }
    }
    postgres.has_heard(DATABASE_PASSWORD);
    redis.has_heard(REDIS_PASSWORD);
}

#[test]
fn secrets_that_cannot_be_read_are_not_told() {
    let home = Home::new();
    let long = format!("{TOKEN} with a space");
    fs::write(home.file("open"), TOKEN).unwrap();
    fs::set_permissions(home.file("open"), fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(home.file("key"), "a canary that is no key").unwrap();
    fs::set_permissions(home.file("key"), fs::Permissions::from_mode(0o600)).unwrap();
    for (name, value) in [
        ("CASEY_DISCORD_TOKEN", long.as_str()),
        ("CASEY_DISCORD_TOKEN_FILE", "open"),
        ("CASEY_DISCORD_CLIENT_SECRET", &long),
        ("CASEY_LASTFM_API_KEY", &long),
        ("CASEY_LASTFM_API_SECRET", &long),
        ("CASEY_DATABASE_URL", "mysql://casey:canary@db/casey"),
        ("CASEY_DATABASE_URL", "postgres://casey:can#ary:canary@@db:x/casey"),
        ("CASEY_DATABASE_URL", "postgres://casey:canary@db/casey?sslmode=disable"),
        ("CASEY_DATABASE_URL", "postgres://casey:x@db/casey?canary=canary"),
        ("CASEY_REDIS_URL", "redis://:canary@cache.example:6379"),
        ("CASEY_REDIS_URL", "rediss://:canary@cache.example:no-port/canary"),
        ("CASEY_KEY_FILE", "key"),
    ] {
        let output = home.casey(&["up"]).env("CASEY_LOG", "trace").env(name, value).output().unwrap();
        assert_ne!(output.status.code(), Some(0), "{name}");
        silent_output(&format!("{name} that cannot be read"), &output);
        let output =
            home.casey(&["doctor", "--json"]).env("CASEY_LOG", "trace").env(name, value).output().unwrap();
        silent_output(&format!("doctor with {name} that cannot be read"), &output);
    }
    for line in ["discord_token = canary", "discord_token = [\"canary\"]", "discord_tokn = \"canary\""] {
        fs::write(home.file("casey.toml"), line).unwrap();
        for arguments in [&["up"][..], &["doctor", "--json"]] {
            let output = home.casey(arguments).output().unwrap();
            assert_ne!(output.status.code(), Some(0), "{line}");
            silent_output(line, &output);
        }
    }
}
