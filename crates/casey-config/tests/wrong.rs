//! What an operator reads when something is wrong: one sentence each.
#![allow(clippy::unwrap_used, missing_docs)]

use std::fs;
use std::path::Path;

use casey_config::{Config, Sources};

/// Loads with one variable set.
fn env(variable: &str, value: &str) -> String {
    let temp = tempfile::tempdir().unwrap();
    Config::load(&Sources::new([(variable, value)], temp.path())).unwrap_err().to_string()
}

/// Loads with this `casey.toml`.
fn file(text: &str) -> String {
    let temp = tempfile::tempdir().unwrap();
    fs::write(temp.path().join("casey.toml"), text).unwrap();
    Config::load(&Sources::new::<&str, &str>([], temp.path())).unwrap_err().to_string()
}

const ORIGIN: &str = "expected http:// or https:// with a host and an optional port, such as http://127.0.0.1:4800, without a path";
const LISTEN: &str = "expected an address and a port such as 127.0.0.1:3000 (port 0 means any free one)";
const SHARDS: &str = "expected `auto`, a number of shards such as 4, or FROM..TO/TOTAL such as 0..4/16 (the end is not included)";
const INTENTS: &str = "expected any of members,message_content,presences separated by commas, or `none`";

#[test]
fn values_in_the_environment() {
    let table = [
        ("CASEY_SHARDS", "many", format!("is `many`: {SHARDS}")),
        ("CASEY_SHARDS", "0", format!("is `0`: {SHARDS}")),
        ("CASEY_SHARDS", "4..4/16", format!("is `4..4/16`: {SHARDS}")),
        ("CASEY_SHARDS", "0..17/16", format!("is `0..17/16`: {SHARDS}")),
        ("CASEY_DISCORD_API_URL", "127.0.0.1:4800", format!("is `127.0.0.1:4800`: {ORIGIN}")),
        ("CASEY_DISCORD_API_URL", "ftp://x", format!("is `ftp://x`: {ORIGIN}")),
        ("CASEY_DISCORD_API_URL", "http://h/api/v10", format!("is `http://h/api/v10`: {ORIGIN}")),
        ("CASEY_DISCORD_CLIENT_ID", "casey", "is `casey`: expected the application's id, a number of 1 to 20 digits".into()),
        (
            "CASEY_DISCORD_GLOBAL_LIMIT",
            "65536",
            "is `65536`: expected requests per second from 1 to 65535, or 0 for no limit of Casey's own".into(),
        ),
        (
            "CASEY_DISCORD_GLOBAL_LIMIT",
            "-1",
            "is `-1`: expected requests per second from 1 to 65535, or 0 for no limit of Casey's own".into(),
        ),
        ("CASEY_PREFIX", "", "is empty: expected 1 to 10 visible characters without spaces, not beginning with @ # < > or /, such as ,".into()),
        ("CASEY_PREFIX", "a b", "is `a b`: expected 1 to 10 visible characters without spaces, not beginning with @ # < > or /, such as ,".into()),
        ("CASEY_PREFIX", "a\nb", "is `a\\nb`: expected 1 to 10 visible characters without spaces, not beginning with @ # < > or /, such as ,".into()),
        (
            "CASEY_PREFIX",
            "/",
            "is `/`: expected 1 to 10 visible characters without spaces, not beginning with @ # < > or /, such as ,".into(),
        ),
        ("CASEY_DISCORD_INTENTS", "guilds", format!("is `guilds`: {INTENTS}")),
        ("CASEY_DISCORD_INTENTS", "members,", format!("is `members,`: {INTENTS}")),
        ("CASEY_DISCORD_PUBLIC_KEY", "12ab", "is `12ab`: expected the application's public key, 64 hexadecimal digits".into()),
        (
            "CASEY_FILES_URL",
            "file://folder",
            "is `file://folder`: expected s3://bucket/prefix, gs://bucket/prefix, az://container/prefix or file:///folder".into(),
        ),
        ("CASEY_DATA_DIR", "", "is empty: expected the path of a folder".into()),
        ("CASEY_KEY_FILE", "", "is empty: expected the path of a file with the 32-byte root key".into()),
        ("CASEY_AT_REST", "yes", "is `yes`: expected `luks`, `cloud-volume` or `none`".into()),
        ("CASEY_WEB_ADDR", "3000", format!("is `3000`: {LISTEN}")),
        ("CASEY_WEB_ADDR", "127.0.0.1:70000", format!("is `127.0.0.1:70000`: {LISTEN}")),
        (
            "CASEY_PUBLIC_URL",
            "casey.best",
            "is `casey.best`: expected http:// or https:// with a host and an optional port, such as https://casey.best, without a path".into(),
        ),
        ("CASEY_LASTFM_API_URL", "ws", "is `ws`: expected http:// or https:// with a host".into()),
        ("CASEY_TIKTOK_WEB_ENABLED", "maybe", "is `maybe`: expected `true` or `false`".into()),
        ("CASEY_LOG", "casey=loud", "is `casey=loud`: expected a tracing filter such as info or casey=debug,warn".into()),
        ("CASEY_LOG_FORMAT", "xml", "is `xml`: expected `json` or `pretty`".into()),
    ];
    for (variable, value, expected) in table {
        assert_eq!(env(variable, value), format!("{variable} in the environment {expected}"));
    }
}

#[test]
fn secrets_are_not_repeated() {
    let hidden = "in the environment is not usable (its value is not shown)";
    let table = [
        (
            "CASEY_DISCORD_TOKEN",
            "two words",
            format!("{hidden}: expected the bot token from Discord's developer portal, one word without spaces"),
        ),
        (
            "CASEY_DISCORD_TOKEN",
            "",
            "in the environment is empty: expected the bot token from Discord's developer portal, one word without spaces".into(),
        ),
        ("CASEY_DATABASE_URL", "mysql://u:canary@h", format!("{hidden}: expected postgres://… or sqlite://…")),
        (
            "CASEY_REDIS_URL",
            "redis://:canary@cache",
            format!("{hidden}: expected rediss://… or, on this machine only, redis://127.0.0.1… or unix:///…"),
        ),
    ];
    for (variable, value, expected) in table {
        assert_eq!(env(variable, value), format!("{variable} {expected}"));
    }
}

#[test]
fn names_that_are_not_known() {
    assert_eq!(
        env("CASEY_DISCORD_TOKN", "x"),
        "CASEY_DISCORD_TOKN in the environment is not a setting of Casey; did you mean CASEY_DISCORD_TOKEN?"
    );
    assert_eq!(
        env("CASEY_Prefix", "x"),
        "CASEY_Prefix in the environment is not a setting of Casey; did you mean CASEY_PREFIX?"
    );
    assert_eq!(env("CASEY_QQQQ", "x"), "CASEY_QQQQ in the environment is not a setting of Casey");
    assert_eq!(
        env("CASEY_PREFIX_FILE", "x"),
        "CASEY_PREFIX_FILE in the environment is not a setting of Casey; did you mean CASEY_PREFIX?"
    );
    let flag = Sources::new::<&str, &str>([], "/nowhere").flag("--web-adr", "x");
    assert_eq!(
        Config::load(&flag).unwrap_err().to_string(),
        "--web-adr on the command line is not a setting of Casey; did you mean --web-addr?"
    );
}

#[test]
fn the_file() {
    let table = [
        ("prefx = \"!\"", "prefx in casey.toml line 1 is not a setting of Casey; did you mean prefix?"),
        (
            "\n\nCASEY_PREFIX = \"!\"",
            "CASEY_PREFIX in casey.toml line 3 is not a setting of Casey; did you mean prefix?",
        ),
        ("config = \"x\"", "config in casey.toml line 1 is not a setting of Casey"),
        ("shared = \"x\"", "shared in casey.toml line 1 is not a setting of Casey; did you mean shards?"),
        ("# first\nshards = 0", &*format!("shards in casey.toml line 2 is `0`: {SHARDS}")),
        (
            "prefix = 1.5",
            "prefix in casey.toml line 1 is `a TOML float`: expected a text, a number, true or false: keys stand at the top, such as prefix = \"!\"",
        ),
        (
            "[discord]\ntoken = \"canary\"",
            "discord in casey.toml line 1 is `a TOML table`: expected a text, a number, true or false: keys stand at the top, such as prefix = \"!\"",
        ),
        ("prefix = \"!\"\nprefix = \"?\"", "casey.toml line 2 column 1 is not valid TOML: duplicate key"),
        (
            "discord_token = \"a b\"",
            "discord_token in casey.toml line 1 is not usable (its value is not shown): expected the bot token from Discord's developer portal, one word without spaces",
        ),
    ];
    for (text, expected) in table {
        assert_eq!(file(text), expected);
    }
    for text in ["prefix = ", "prefix", "= 3", "prefix = \"!", "\u{0}", "[[", "prefix = !"] {
        let said = file(text);
        assert!(
            said.starts_with("casey.toml line 1 column ") && said.contains(" is not valid TOML: "),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn files_that_cannot_be_read() {
    assert_eq!(
        env("CASEY_CONFIG", "missing.toml"),
        "cannot read missing.toml (the configuration file): there is no such file or folder"
    );
    let temp = tempfile::tempdir().unwrap();
    let missing = temp.path().join("token");
    assert_eq!(
        env("CASEY_DISCORD_TOKEN_FILE", missing.to_str().unwrap()),
        format!(
            "cannot read {} (CASEY_DISCORD_TOKEN_FILE): there is no such file or folder",
            missing.display()
        )
    );
    fs::create_dir(temp.path().join("casey.toml")).unwrap();
    let said = Config::load(&Sources::new::<&str, &str>([], temp.path())).unwrap_err().to_string();
    assert_eq!(said, "cannot read casey.toml (the configuration file): it is a folder");
    fs::remove_dir(temp.path().join("casey.toml")).unwrap();
    fs::write(temp.path().join("casey.toml"), [0xff, 0xfe]).unwrap();
    let said = Config::load(&Sources::new::<&str, &str>([], temp.path())).unwrap_err().to_string();
    assert_eq!(said, "cannot read casey.toml (the configuration file): it is not UTF-8 text");
}

#[cfg(unix)]
fn with_mode(path: &Path, text: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(unix)]
#[test]
fn a_secret_that_others_can_read() {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("token");
    with_mode(&path, "canary", 0o644);
    let path = path.display();
    assert_eq!(
        env("CASEY_DISCORD_TOKEN_FILE", &path.to_string()),
        format!(
            "{path} (CASEY_DISCORD_TOKEN_FILE) can be read by others on this machine (mode 0644): run chmod 600 {path}"
        )
    );
}

#[cfg(unix)]
#[test]
fn a_secret_given_twice() {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("CASEY_DISCORD_TOKEN");
    with_mode(&path, "canary", 0o600);
    let load = |pairs: &[(&str, &str)]| {
        Config::load(&Sources::new(pairs.iter().copied(), temp.path())).unwrap_err().to_string()
    };
    let file = path.to_str().unwrap();
    assert_eq!(
        load(&[("CASEY_DISCORD_TOKEN", "one"), ("CASEY_DISCORD_TOKEN_FILE", file)]),
        format!(
            "CASEY_DISCORD_TOKEN is given both in the environment and in the environment through the file {file}: keep one of them"
        )
    );
    assert_eq!(
        load(&[("CASEY_DISCORD_TOKEN", "one"), ("CREDENTIALS_DIRECTORY", temp.path().to_str().unwrap())]),
        format!(
            "CASEY_DISCORD_TOKEN is given both in the environment and in the credential {file}: keep one of them"
        )
    );
}
