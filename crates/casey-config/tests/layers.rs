//! What wins over what, and where values are said to come from.
#![allow(clippy::unwrap_used, missing_docs)]

use std::fs;
use std::path::Path;

use casey_config::{
    Config, ConfigError, DatabaseKind, Discord, Exit, Place, PrivilegedIntents, Shards, Sources,
};

fn load(folder: &Path, env: &[(&str, &str)], flags: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::load(&Sources::new(env.iter().copied(), folder).flags(flags.iter().copied()))
}

fn place(config: &Config, name: &str) -> String {
    config.sources().iter().find(|setting| setting.name == name).unwrap().to_string()
}

#[test]
fn with_nothing_everything_has_a_default() {
    let temp = tempfile::tempdir().unwrap();
    let config = load(temp.path(), &[], &[]).unwrap();
    assert!(matches!(config.discord().unwrap(), Discord::Simulated));
    assert!(config.discord_is_loopback());
    assert_eq!(config.prefix.as_str(), ",");
    assert_eq!(config.discord_global_limit, 50);
    assert_eq!(config.shards, Shards::Auto);
    assert_eq!(
        config.discord_intents,
        PrivilegedIntents { members: true, message_content: true, presences: false }
    );
    assert_eq!(config.web_addr.to_string(), "127.0.0.1:3000");
    assert_eq!(config.data_dir, temp.path().join("casey-data"));
    assert_eq!(config.database().kind(), DatabaseKind::Sqlite);
    assert_eq!(place(&config, "prefix"), "prefix = , (by default)");
    assert_eq!(place(&config, "redis_url"), "redis_url is not set");
    assert!(config.warnings().is_empty());
}

#[test]
fn operators_can_read_about_every_setting() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operating.md");
    let Ok(page) = fs::read_to_string(page) else {
        eprintln!("skipped: docs/operating.md is not here");
        return;
    };
    let temp = tempfile::tempdir().unwrap();
    for setting in load(temp.path(), &[], &[]).unwrap().sources() {
        assert!(
            page.contains(&format!("`{}`", setting.variable())),
            "{} is not in docs/operating.md",
            setting.variable()
        );
    }
}

#[test]
fn later_wins() {
    let temp = tempfile::tempdir().unwrap();
    fs::write(
        temp.path().join("casey.toml"),
        "# ours\nprefix = \"f\"\nlog = 'debug'\nweb_addr = '127.0.0.1:1'\n",
    )
    .unwrap();
    let env = [("CASEY_PREFIX", "e"), ("CASEY_LOG", "warn")];
    let config = load(temp.path(), &env, &[("prefix", "first"), ("--prefix", "flag")]).unwrap();
    assert_eq!(place(&config, "prefix"), "prefix = flag (on the command line)");
    assert_eq!(place(&config, "log"), "log = warn (in the environment)");
    assert_eq!(place(&config, "web_addr"), "web_addr = 127.0.0.1:1 (in casey.toml line 4)");
    assert_eq!(config.sources().iter().find(|s| s.name == "web_addr").unwrap().variable(), "CASEY_WEB_ADDR");
}

#[test]
fn the_file_can_be_named() {
    let temp = tempfile::tempdir().unwrap();
    fs::write(temp.path().join("casey.toml"), "prefix = 'default'").unwrap();
    fs::write(temp.path().join("a.toml"), "prefix = 'a'").unwrap();
    fs::write(temp.path().join("b.toml"), "prefix = 'b'").unwrap();
    let env = [("CASEY_CONFIG", "a.toml")];
    assert_eq!(load(temp.path(), &env, &[]).unwrap().prefix.as_str(), "a");
    assert_eq!(load(temp.path(), &env, &[("config", "b.toml")]).unwrap().prefix.as_str(), "b");
}

#[test]
fn toml_values_may_have_their_own_types() {
    let temp = tempfile::tempdir().unwrap();
    let text = "shards = 0x10\ndiscord_global_limit = 1_000\ntiktok_web_enabled = true\ndiscord_intents = [\"presences\", \"members\"]\n";
    fs::write(temp.path().join("casey.toml"), text).unwrap();
    let config = load(temp.path(), &[], &[]).unwrap();
    assert_eq!(config.shards, Shards::Count(16));
    assert_eq!(config.discord_global_limit, 1000);
    assert!(config.tiktok_web_enabled);
    assert_eq!(
        config.discord_intents,
        PrivilegedIntents { members: true, message_content: false, presences: true }
    );
    fs::write(temp.path().join("casey.toml"), "discord_intents = []\n").unwrap();
    assert_eq!(load(temp.path(), &[], &[]).unwrap().discord_intents, PrivilegedIntents::NONE);
}

#[test]
fn tests_and_tools_have_variables_too() {
    let temp = tempfile::tempdir().unwrap();
    load(
        temp.path(),
        &[("CASEY_SHARED", "/x"), ("CASEY_SKIP_BROWSER", "1"), ("HOME", "/x"), ("casey_x", "")],
        &[],
    )
    .unwrap();
    assert!(load(temp.path(), &[], &[("shared", "/x")]).is_err());
}

#[test]
fn which_discord() {
    let temp = tempfile::tempdir().unwrap();
    let api = ("CASEY_DISCORD_API_URL", "http://127.0.0.1:4800");
    let config = load(temp.path(), &[("CASEY_DISCORD_TOKEN", "Bot abc"), api], &[]).unwrap();
    let (token, url) = config.connected_discord().unwrap();
    assert_eq!((token.expose(), url.unwrap().as_str()), ("abc", "http://127.0.0.1:4800"));
    assert!(config.discord_is_loopback());

    let config = load(temp.path(), &[("CASEY_DISCORD_TOKEN", "abc")], &[]).unwrap();
    assert!(!config.discord_is_loopback());

    let lost = load(temp.path(), &[api], &[]).unwrap().discord().unwrap_err();
    assert_eq!(
        lost.to_string(),
        "the bot token is not set: CASEY_DISCORD_API_URL is set, so set CASEY_DISCORD_TOKEN too, or unset both for a simulated Discord"
    );
    assert_eq!(Exit::from(&lost).code(), 2);
    let none = load(temp.path(), &[], &[]).unwrap().connected_discord().unwrap_err().to_string();
    assert_eq!(
        none,
        "the bot token is not set: set CASEY_DISCORD_TOKEN, or run `casey up` for a simulated Discord"
    );
}

#[test]
fn the_clock_file_is_for_this_machine_only() {
    let temp = tempfile::tempdir().unwrap();
    fs::write(temp.path().join("clock"), "86400").unwrap();
    let clock = ("CASEY_CLOCK_FILE", "clock");
    let here = load(temp.path(), &[clock], &[]).unwrap();
    let there = load(temp.path(), &[clock, ("CASEY_DISCORD_TOKEN", "abc")], &[]).unwrap();
    let apart = here.clock().now().since(there.clock().now());
    assert!(apart > std::time::Duration::from_secs(86_000), "{apart:?}");
    assert_eq!(there.warnings(), ["CASEY_CLOCK_FILE is ignored: Discord is not on this machine"]);
}

#[cfg(unix)]
mod secrets {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn write(path: &Path, text: &str, mode: u32) {
        fs::write(path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn from_a_file() {
        let temp = tempfile::tempdir().unwrap();
        write(&temp.path().join("token"), "abc\n", 0o600);
        let config = load(temp.path(), &[("CASEY_DISCORD_TOKEN_FILE", "token")], &[]).unwrap();
        assert_eq!(config.discord_token.as_ref().unwrap().expose(), "abc");
        assert_eq!(place(&config, "discord_token"), "discord_token = … (in the environment)");
    }

    #[test]
    fn an_empty_file_is_no_token() {
        let temp = tempfile::tempdir().unwrap();
        write(&temp.path().join("token"), "\n", 0o600);
        let said = load(temp.path(), &[("CASEY_DISCORD_TOKEN_FILE", "token")], &[]).unwrap_err().to_string();
        assert!(said.contains("token) in the environment is empty: expected the bot token"), "{said}");
    }

    #[test]
    fn from_a_systemd_credential() {
        let temp = tempfile::tempdir().unwrap();
        write(&temp.path().join("CASEY_DISCORD_TOKEN"), "abc", 0o444);
        let folder = temp.path().to_str().unwrap();
        fs::write(temp.path().join("casey.toml"), "discord_token = 'from the file'").unwrap();
        let config = load(temp.path(), &[("CREDENTIALS_DIRECTORY", folder)], &[]).unwrap();
        assert_eq!(config.discord_token.as_ref().unwrap().expose(), "abc");
        let setting = config.sources().iter().find(|setting| setting.name == "discord_token").unwrap();
        assert!(
            matches!(&setting.place, Place::Credential { path } if path.ends_with("CASEY_DISCORD_TOKEN"))
        );
    }

    #[test]
    fn a_readable_file_with_a_token_is_warned_of() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("casey.toml");
        write(&path, "discord_token = 'abc'", 0o644);
        let config = load(temp.path(), &[], &[]).unwrap();
        assert_eq!(
            config.warnings(),
            ["casey.toml holds a secret and can be read by others: run chmod 600 casey.toml"]
        );
        write(&path, "discord_token = 'abc'", 0o600);
        assert!(load(temp.path(), &[], &[]).unwrap().warnings().is_empty());
    }
}
