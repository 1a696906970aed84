//! The root key: whether it is there, its owner's alone, and the one that the database belongs to.

use casey_config::{ConfigError, RootKey};
use tokio::task::spawn_blocking;

use super::{
    check::{Check, within},
    code::Code,
    context::Context,
};

/// What is known about the key.
pub(super) enum Key {
    /// It is there; its fingerprint.
    There(String),
    /// There is none yet: the first start makes one.
    None,
    /// It cannot be read.
    Unread,
}

/// Looks at the key's file. Makes none.
pub(super) async fn look(context: &Context) -> (Key, Check) {
    if !context.is_right(&["key_file", "data_dir"]) {
        return (Key::Unread, Check::skipped(Code::KeyFile, "CASEY_KEY_FILE or CASEY_DATA_DIR is wrong"));
    }
    let config = context.config.clone();
    let read = within(spawn_blocking(move || read(&config))).await;
    match read {
        Some(Ok(told)) => told,
        Some(Err(_)) | None => (Key::Unread, Check::late(Code::KeyFile, "reading the root key")),
    }
}

fn read(config: &casey_config::Config) -> (Key, Check) {
    let own = config.data_dir.join("root.key");
    let path = config.key_file.as_ref().unwrap_or(&own).display();
    match RootKey::existing(config) {
        Ok(Some(key)) => {
            let fingerprint = key.fingerprint();
            let found = format!("{path} holds the key with the fingerprint {fingerprint}");
            (Key::There(fingerprint), Check::ok(Code::KeyFile, found))
        }
        Ok(None) => {
            let found = format!("{path} is not there yet; the first start makes it");
            (Key::None, Check::ok(Code::KeyFile, found))
        }
        Err(error) => (Key::Unread, refused(&error)),
    }
}

fn refused(error: &ConfigError) -> Check {
    let sentence = error.to_string();
    match error {
        ConfigError::TooOpen { path, .. } => {
            let found = sentence.split(": run chmod").next().unwrap_or_default().to_owned();
            Check::problem(Code::KeyFile, found, format!("run chmod 600 {}", path.display()))
        }
        ConfigError::Read { .. } => Check::problem(
            Code::KeyFile,
            sentence,
            "restore the key from its copy, or point CASEY_KEY_FILE at the right file, readable for the user that runs Casey",
        ),
        _ => Check::told(Code::KeyFile, error),
    }
}

/// Whether the key is the one the database was made with. `there` is the fingerprint in the database.
pub(super) fn compare(key: &Key, there: Option<&str>) -> Check {
    let restore = "restore the key that belongs to the database, or point CASEY_KEY_FILE at it";
    match (key, there) {
        (Key::There(here), Some(there)) if here == there => {
            Check::ok(Code::KeyDatabase, "the database belongs to this root key")
        }
        (Key::There(here), Some(there)) => Check::problem(
            Code::KeyDatabase,
            format!("the database belongs to another root key (fingerprint {there}, not {here})"),
            restore,
        ),
        (Key::None, Some(there)) => Check::problem(
            Code::KeyDatabase,
            format!("the database belongs to a root key that is not there (fingerprint {there})"),
            restore,
        ),
        (_, None) => Check::ok(
            Code::KeyDatabase,
            "the database belongs to no root key yet; the first start settles it",
        ),
        (Key::Unread, Some(_)) => {
            Check::skipped(Code::KeyDatabase, "the root key could not be read, so that it cannot be compared")
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;

    use casey_config::{Config, Sources};

    use super::*;
    use crate::doctor::check::State;

    #[test]
    fn a_missing_key_is_not_made() {
        let temp = tempfile::tempdir().unwrap();
        let config = Config::load(&Sources::new([("", ""); 0], temp.path())).unwrap();
        let (key, check) = read(&config);
        assert!(matches!(key, Key::None) && check.state == State::Ok, "{check:?}");
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 0);

        let named = Sources::new([("CASEY_KEY_FILE", "lost.key")], temp.path());
        let (key, check) = read(&Config::load(&named).unwrap());
        assert!(matches!(key, Key::Unread) && check.state == State::Problem, "{check:?}");
        assert!(check.remedy.unwrap().contains("CASEY_KEY_FILE"));
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 0);
    }

    #[test]
    fn the_database_names_its_key() {
        let key = Key::There("a".to_owned());
        assert_eq!(compare(&key, Some("a")).state, State::Ok);
        assert_eq!(compare(&key, None).state, State::Ok);
        assert_eq!(compare(&key, Some("b")).state, State::Problem);
        assert_eq!(compare(&Key::None, Some("b")).state, State::Problem);
        assert_eq!(compare(&Key::Unread, Some("b")).state, State::Skipped);
    }
}
