//! Whatever is read, nothing panics, every error is one line, and no secret is told.
#![allow(clippy::unwrap_used, missing_docs)]

use std::fs;

use casey_config::{Config, Sources};
use proptest::prelude::*;

const CANARY: &str = "kanarienvogel";
const SECRETS: [&str; 6] = [
    "discord_token",
    "discord_client_secret",
    "database_url",
    "redis_url",
    "lastfm_api_key",
    "lastfm_api_secret",
];
const PLAIN: [&str; 8] = [
    "shards",
    "prefix",
    "discord_intents",
    "web_addr",
    "log",
    "discord_api_url",
    "files_url",
    "discord_public_key",
];

/// Text around the canary, from usable to hopeless.
fn holding_the_canary() -> impl Strategy<Value = String> {
    let around = prop_oneof![
        "[ -~]{0,12}",
        "\\PC{0,12}",
        "(postgres|redis|rediss|sqlite)://[a-z:@/?#%0-9]{0,12}",
        Just(String::new())
    ];
    (around.clone(), around).prop_map(|(before, after)| format!("{before}{CANARY}{after}"))
}

/// One line of a file: a secret in any state of repair, or another key.
fn line() -> impl Strategy<Value = String> {
    let secret = || (prop::sample::select(&SECRETS[..]), holding_the_canary());
    prop_oneof![
        4 => secret().prop_map(|(key, value)| format!("{key} = {value:?}")),
        2 => secret().prop_map(|(key, value)| format!("{key} = '{value}'")),
        1 => secret().prop_map(|(key, value)| format!("{key} = {value}")),
        1 => secret().prop_map(|(key, value)| format!("{key} = \"\"\"{value}")),
        1 => (prop::sample::select(&PLAIN[..]), "\\PC{0,16}").prop_map(|(key, value)| format!("{key} = {value:?}")),
        1 => "[ -~]{0,20}",
    ]
}

fn check(sources: &Sources) -> Result<(), TestCaseError> {
    match Config::load(sources) {
        Ok(config) => {
            prop_assert!(!format!("{config:?}").contains(CANARY), "in Debug");
            prop_assert!(
                config.sources().iter().all(|setting| !setting.to_string().contains(CANARY)),
                "in a setting"
            );
        }
        Err(error) => {
            prop_assert!(!error.to_string().contains(CANARY), "in the message: {}", error);
            prop_assert!(!format!("{error:?}").contains(CANARY), "in Debug: {:?}", error);
            prop_assert_eq!(error.to_string().lines().count(), 1, "{}", error);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn files_of_any_kind(lines in prop::collection::vec(line(), 0..5)) {
        let temp = tempfile::tempdir().unwrap();
        fs::write(temp.path().join("casey.toml"), lines.join("\n")).unwrap();
        check(&Sources::new::<&str, &str>([], temp.path()))?;
    }

    #[test]
    fn environments_of_any_kind(
        secrets in prop::collection::vec((prop::sample::select(&SECRETS[..]), holding_the_canary()), 0..4),
        others in prop::collection::vec(("[A-Za-z_]{0,8}", "\\PC{0,12}"), 0..2),
        plain in prop::collection::vec((prop::sample::select(&PLAIN[..]), "\\PC{0,16}"), 0..3),
        as_flags: bool,
    ) {
        let given = secrets.into_iter().chain(plain);
        let sources = if as_flags {
            Sources::new::<&str, &str>([], "/nowhere").flags(given)
        } else {
            let env = given.map(|(key, value)| (format!("CASEY_{}", key.to_ascii_uppercase()), value));
            Sources::new(env.chain(others.into_iter().map(|(key, value)| (format!("CASEY_{key}"), value))), "/nowhere")
        };
        check(&sources)?;
    }

    #[test]
    fn bytes_of_any_kind(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let temp = tempfile::tempdir().unwrap();
        fs::write(temp.path().join("casey.toml"), bytes).unwrap();
        check(&Sources::new::<&str, &str>([], temp.path()))?;
    }
}
