//! The table of everything that can be configured.

use crate::place::Place;

/// What a key is for Casey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A value that may be shown.
    Plain,
    /// A value that is never shown, and may come from a file or a systemd credential.
    Secret,
    /// Belongs to Casey's tests and tools: accepted in the environment, and not used.
    Ignored,
    /// Names the configuration file, so it cannot stand in it.
    ConfigFile,
}

/// One configurable value.
#[derive(Debug)]
pub(crate) struct Key {
    /// The variable's name without `CASEY_`, in lower case.
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// Completes the sentence "expected …".
    pub(crate) expected: &'static str,
}

impl Key {
    /// The name of the environment variable.
    pub(crate) fn variable(&self) -> String {
        format!("CASEY_{}", self.name.to_ascii_uppercase())
    }

    /// How a person finds the value again at `place`: the variable, the file's key, the flag.
    pub(crate) fn label(&self, place: &Place) -> String {
        label(self.name, place)
    }
}

/// How `name` is spelt at `place`.
pub(crate) fn label(name: &str, place: &Place) -> String {
    match place {
        Place::File { .. } => name.to_owned(),
        Place::Flag => format!("--{}", name.replace('_', "-")),
        Place::Environment | Place::Credential { .. } | Place::Default => {
            format!("CASEY_{}", name.to_ascii_uppercase())
        }
    }
}

const fn plain(name: &'static str, expected: &'static str) -> Key {
    Key { name, kind: Kind::Plain, expected }
}

const fn secret(name: &'static str, expected: &'static str) -> Key {
    Key { name, kind: Kind::Secret, expected }
}

/// Every key. Order is that of the operators' documentation.
pub(crate) static KEYS: &[Key] = &[
    Key { name: "config", kind: Kind::ConfigFile, expected: "the path of a TOML file" },
    secret("discord_token", "the bot token from Discord's developer portal, one word without spaces"),
    plain(
        "discord_api_url",
        "http:// or https:// with a host and an optional port, such as http://127.0.0.1:4800, without a path",
    ),
    plain("discord_client_id", "the application's id, a number of 1 to 20 digits"),
    secret(
        "discord_client_secret",
        "the client secret from Discord's developer portal, one word without spaces",
    ),
    plain(
        "shards",
        "`auto`, a number of shards such as 4, or FROM..TO/TOTAL such as 0..4/16 (the end is not included)",
    ),
    plain("discord_global_limit", "requests per second from 1 to 65535, or 0 for no limit of Casey's own"),
    plain("prefix", "1 to 10 visible characters without spaces, not beginning with @ # < > or /, such as ,"),
    plain("discord_intents", "any of members,message_content,presences separated by commas, or `none`"),
    plain("discord_public_key", "the application's public key, 64 hexadecimal digits"),
    secret("database_url", "postgres://… or sqlite://…"),
    secret("redis_url", "rediss://… or, on this machine only, redis://127.0.0.1… or unix:///…"),
    plain("files_url", "s3://bucket/prefix, gs://bucket/prefix, az://container/prefix or file:///folder"),
    plain("data_dir", "the path of a folder"),
    plain("key_file", "the path of a file with the 32-byte root key"),
    plain("at_rest", "`luks`, `cloud-volume` or `none`"),
    plain("web_addr", "an address and a port such as 127.0.0.1:3000 (port 0 means any free one)"),
    plain(
        "public_url",
        "http:// or https:// with a host and an optional port, such as https://casey.best, without a path",
    ),
    plain("metrics_addr", "an address and a port such as 127.0.0.1:9100 (port 0 means any free one)"),
    secret("lastfm_api_key", "the API key from Last.fm, one word without spaces"),
    secret("lastfm_api_secret", "the shared secret from Last.fm, one word without spaces"),
    plain("lastfm_api_url", "http:// or https:// with a host"),
    plain("lastfm_web_url", "http:// or https:// with a host"),
    plain("tiktok_url", "http:// or https:// with a host"),
    plain("tiktok_web_enabled", "`true` or `false`"),
    plain("sim_addr", "an address and a port such as 127.0.0.1:4800 (port 0 means any free one)"),
    plain("ready_file", "the path of a file to write"),
    plain("clock_file", "the path of a file with a number of seconds"),
    plain("log", "a tracing filter such as info or casey=debug,warn"),
    plain("log_format", "`json` or `pretty`"),
    Key { name: "shared", kind: Kind::Ignored, expected: "a folder" },
    Key { name: "skip_browser", kind: Kind::Ignored, expected: "anything" },
];

/// What a name that was read refers to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Found {
    /// The key itself.
    Value(&'static Key),
    /// `NAME_file`: the path of a file that holds the secret `NAME`.
    SecretFile(&'static Key),
}

/// Finds a name written in lower case without `CASEY_`.
pub(crate) fn find(name: &str) -> Option<Found> {
    if let Some(key) = KEYS.iter().find(|key| key.name == name) {
        return Some(Found::Value(key));
    }
    let secret = name.strip_suffix("_file")?;
    KEYS.iter().find(|key| key.kind == Kind::Secret && key.name == secret).map(Found::SecretFile)
}

/// The known name most like `name`, if any is near enough to be a slip of the pen.
pub(crate) fn nearest(name: &str, place: &Place) -> Option<String> {
    let in_file = matches!(place, Place::File { .. });
    let usable = |key: &&Key| match key.kind {
        Kind::Plain | Kind::Secret => true,
        Kind::ConfigFile => !in_file,
        Kind::Ignored => false,
    };
    let plain = KEYS.iter().filter(usable).map(|key| key.name.to_owned());
    let files = KEYS.iter().filter(|key| key.kind == Kind::Secret).map(|key| format!("{}_file", key.name));
    let name: String = name.to_lowercase().replace('-', "_").chars().take(80).collect();
    let name = name.strip_prefix("casey_").unwrap_or(&name);
    plain
        .chain(files)
        .map(|known| (strsim::jaro_winkler(name, &known), known))
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .filter(|(likeness, _)| *likeness >= 0.75)
        .map(|(_, known)| label(&known, place))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{Found, KEYS, find, nearest};
    use crate::place::Place;

    #[test]
    fn names_are_unique_and_lower_case() {
        for (index, key) in KEYS.iter().enumerate() {
            assert!(key.name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{}", key.name);
            assert!(KEYS[index + 1..].iter().all(|other| other.name != key.name), "{} twice", key.name);
        }
    }

    #[test]
    fn only_secrets_have_a_file_form() {
        assert!(
            matches!(find("discord_token_file"), Some(Found::SecretFile(key)) if key.name == "discord_token")
        );
        assert!(matches!(find("key_file"), Some(Found::Value(key)) if key.name == "key_file"));
        assert!(find("prefix_file").is_none());
    }

    #[test]
    fn a_slip_finds_its_key() {
        assert_eq!(nearest("prefx", &Place::Environment).as_deref(), Some("CASEY_PREFIX"));
        assert_eq!(nearest("discord-tokn", &Place::Flag).as_deref(), Some("--discord-token"));
        assert_eq!(nearest("zzzzqqqq", &Place::Environment), None);
    }
}
