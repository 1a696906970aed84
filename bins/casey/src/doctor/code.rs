//! What is looked at, by name. Scripts and dashboards look for these names, so none is ever given to something else.

use std::fmt;

macro_rules! codes {
    ($($variant:ident = $text:literal,)*) => {
        /// One thing that is looked at.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(super) enum Code {
            $($variant,)*
        }

        impl Code {
            /// All of them, in the order in which they are told.
            #[cfg(test)]
            pub(super) const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable text.
            pub(super) const fn text(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

codes! {
    ConfigRead = "config.read",
    ConfigFile = "config.file",
    ConfigUnknown = "config.unknown",
    ConfigInvalid = "config.invalid",
    ConfigTwice = "config.twice",
    ConfigUnused = "config.unused",
    SecretsEnvironment = "secrets.environment",
    SecretsFile = "secrets.file",
    AtRest = "storage.at_rest",
    ClockFile = "clock.file",
    LogFormat = "log.format",
    BuildAge = "build.age",
    DataFolder = "data.folder",
    DataMode = "data.mode",
    DataSpace = "data.space",
    KeyFile = "key.file",
    KeyDatabase = "key.database",
    DatabaseOpen = "database.open",
    DatabaseKind = "database.kind",
    DatabaseMode = "database.mode",
    DatabaseTls = "database.tls",
    DatabaseVersion = "database.version",
    DatabaseLogValues = "database.log_values",
    DatabaseClock = "database.clock",
    DatabaseJournal = "database.journal",
    DatabaseSound = "database.sound",
    DatabaseSchema = "database.schema",
    DatabaseDeclared = "database.declared",
    RedisOpen = "redis.open",
    RedisTls = "redis.tls",
    RedisVersion = "redis.version",
    RedisPersistence = "redis.persistence",
    RedisMemory = "redis.memory",
    RedisKeys = "redis.keys",
    FilesKind = "files.kind",
    FilesStore = "files.store",
    FilesStrays = "files.strays",
    DiscordApi = "discord.api",
    DiscordToken = "discord.token",
    DiscordIntents = "discord.intents",
    DiscordClock = "discord.clock",
    DiscordSessions = "discord.sessions",
    DiscordShards = "discord.shards",
    DiscordCommands = "discord.commands",
    WebAddress = "web.address",
    WebPublicUrl = "web.public_url",
    MetricsAddress = "metrics.address",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeSet;

    use super::Code;

    const DOCUMENT: &str = include_str!("../../../../docs/operating.md");

    /// The codes in the table of the document, in its order.
    fn documented() -> Vec<&'static str> {
        let section = DOCUMENT.split("\n## Doctor\n").nth(1).unwrap().split("\n## ").next().unwrap();
        let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
        rows.filter_map(|row| row.split('`').next()).filter(|word| word.contains('.')).collect()
    }

    #[test]
    fn each_is_there_once() {
        let texts: BTreeSet<_> = Code::ALL.iter().map(|code| code.text()).collect();
        assert_eq!(texts.len(), Code::ALL.len());
    }

    #[test]
    fn each_is_explained_to_operators_in_the_same_order() {
        let told: Vec<_> = Code::ALL.iter().map(|code| code.text()).collect();
        assert_eq!(documented(), told);
    }
}
