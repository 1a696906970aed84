//! All commands of a bot: looked up by the words people type, and described for help, website and registration.

use std::collections::HashMap;

use casey_privacy::CacheKey;
use serde::Serialize;
use thiserror::Error;
use twilight_model::{
    application::command::{Command as Schema, CommandOption, CommandOptionType},
    guild::Permissions,
};

use crate::{
    command::{Command, Rules},
    permissions,
    ports::Limit,
    privacy::CooldownKey,
    reader::{nearest, usage_line},
};

/// A command with the module it belongs to.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) command: Command,
    pub(crate) module: &'static str,
    pub(crate) title: &'static str,
    pub(crate) optional: bool,
}

/// What a word stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) index: usize,
    /// Sub-command that a shortcut leads to.
    pub(crate) path: Option<&'static str>,
}

/// Commands that cannot be put together.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum CatalogueError {
    /// Two commands, aliases or shortcuts are the same word.
    #[error("the word “{word}” stands for both “{first}” and “{second}”")]
    Twice {
        /// The word.
        word: String,
        /// The command that has it.
        first: String,
        /// The command that wants it.
        second: String,
    },
    /// Rules or a bare form name a sub-command that the schema does not have.
    #[error("the command “{command}” has no sub-command “{path}”")]
    NoSuchSub {
        /// The command.
        command: String,
        /// The sub-command.
        path: String,
    },
    /// A cooldown that nothing would count.
    #[error("the cooldown of “{command}” is not between a millisecond and an hour")]
    Cooldown {
        /// The command.
        command: String,
    },
}

/// All commands of a bot.
#[derive(Debug, Default)]
pub struct Catalogue {
    entries: Vec<Entry>,
    words: HashMap<String, Found>,
}

impl Catalogue {
    pub(crate) fn build(entries: Vec<Entry>) -> Result<Self, CatalogueError> {
        let mut words: HashMap<String, Found> = HashMap::new();
        for (index, entry) in entries.iter().enumerate() {
            let command = &entry.command;
            let paths = command.paths();
            let named = command.subs.iter().map(|sub| sub.path).chain(command.bare);
            if let Some(path) = named.into_iter().find(|path| !paths.iter().any(|known| known == path)) {
                return Err(CatalogueError::NoSuchSub {
                    command: command.name().to_owned(),
                    path: path.to_owned(),
                });
            }
            let rules = std::iter::once(&command.rules).chain(command.subs.iter().map(|sub| &sub.rules));
            if rules.filter_map(|rules| rules.cooldown).any(|limit| !countable(limit)) {
                return Err(CatalogueError::Cooldown { command: command.name().to_owned() });
            }
            let whole = std::iter::once(command.name())
                .chain(command.rules.aliases.iter().copied())
                .map(|word| (word, None));
            let shortcuts = command
                .subs
                .iter()
                .flat_map(|sub| sub.rules.shortcuts.iter().map(|word| (*word, Some(sub.path))));
            for (word, path) in whole.chain(shortcuts) {
                if let Some(other) = words.insert(word.to_lowercase(), Found { index, path }) {
                    return Err(CatalogueError::Twice {
                        word: word.to_owned(),
                        first: entries[other.index].command.name().to_owned(),
                        second: command.name().to_owned(),
                    });
                }
            }
        }
        Ok(Self { entries, words })
    }

    /// What a word that people typed stands for, without regard to case.
    pub(crate) fn find(&self, word: &str) -> Option<Found> {
        // Commands are short: whatever is longer is text.
        if word.len() > 64 {
            return None;
        }
        self.words.get(word).or_else(|| self.words.get(&word.to_lowercase())).copied()
    }

    pub(crate) fn entry(&self, index: usize) -> &Entry {
        &self.entries[index]
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The word closest to a mistyped one.
    pub fn nearest(&self, word: &str) -> Option<&str> {
        let mut words: Vec<&str> = self.words.keys().map(String::as_str).collect();
        words.sort_unstable();
        nearest(word, words)
    }

    /// What is registered with Discord.
    pub fn schemas(&self) -> Vec<Schema> {
        self.entries.iter().map(|entry| entry.command.registered()).collect()
    }

    /// Everything about every command, for help, website and `casey commands list --json`.
    pub fn describe(&self) -> Vec<CommandInfo> {
        self.entries
            .iter()
            .flat_map(|entry| entry.command.paths().into_iter().map(|path| describe(entry, &path)))
            .collect()
    }
}

/// Whether counters may live as long as this limit asks.
fn countable(limit: Limit) -> bool {
    CooldownKey::new(0, "").ttl(limit.per).is_ok()
}

/// One command or sub-command, described.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommandInfo {
    /// Full name: `prefix set`.
    pub name: String,
    /// Module it belongs to.
    pub module: String,
    /// One sentence.
    pub description: String,
    /// How it is typed, without prefix: `prefix set <prefix>`.
    pub usage: String,
    /// Other words for it.
    pub aliases: Vec<String>,
    /// Examples, without prefix.
    pub examples: Vec<String>,
    /// Permissions the person needs, by name.
    pub permissions: Vec<String>,
    /// Permissions Casey needs, by name.
    pub bot_permissions: Vec<String>,
    /// Only in servers.
    pub guild_only: bool,
    /// Only in age-restricted channels.
    pub nsfw: bool,
    /// Uses and seconds, if there is a cooldown.
    pub cooldown: Option<(u32, u64)>,
    /// Its options in order.
    pub options: Vec<OptionInfo>,
}

/// One option, described.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OptionInfo {
    /// Name.
    pub name: String,
    /// One sentence.
    pub description: String,
    /// Discord's name of its type, in lower case.
    pub kind: String,
    /// Whether it must be given.
    pub required: bool,
    /// What can be chosen.
    pub choices: Vec<String>,
}

pub(crate) fn describe(entry: &Entry, path: &str) -> CommandInfo {
    let command = &entry.command;
    let schema = &command.schema;
    let words: Vec<&str> = path.split(' ').filter(|word| !word.is_empty()).collect();
    let (description, options) = leaf(schema, &words);
    let rules = command.rules_of(path);
    let name = std::iter::once(command.name()).chain(words.iter().copied()).collect::<Vec<_>>().join(" ");
    let examples =
        rules.examples.iter().map(|example| format!("{name} {example}").trim_end().to_owned()).collect();
    CommandInfo {
        module: entry.module.to_owned(),
        description: description.to_owned(),
        usage: usage_line(schema, &words, ""),
        aliases: aliases(command, path, &rules),
        examples,
        permissions: permissions::names(rules.needs.unwrap_or(Permissions::empty())),
        bot_permissions: permissions::names(rules.bot_needs.unwrap_or(Permissions::empty())),
        guild_only: rules.guild_only,
        nsfw: rules.nsfw,
        cooldown: rules.cooldown.map(|limit| (limit.uses, limit.per.as_secs())),
        options: options.iter().map(option_info).collect(),
        name,
    }
}

/// Every other way to type it in full: `p set`, `setprefix`.
fn aliases(command: &Command, path: &str, rules: &Rules) -> Vec<String> {
    if path.is_empty() {
        return command.rules.aliases.iter().map(|alias| (*alias).to_owned()).collect();
    }
    let group = path
        .rsplit_once(' ')
        .map_or_else(|| command.name().to_owned(), |(group, _)| format!("{} {group}", command.name()));
    let mut all: Vec<String> = rules.aliases.iter().map(|alias| format!("{group} {alias}")).collect();
    all.extend(rules.shortcuts.iter().map(|word| (*word).to_owned()));
    if command.bare == Some(path) {
        all.push(command.name().to_owned());
        all.extend(command.rules.aliases.iter().map(|alias| (*alias).to_owned()));
    }
    all
}

/// Description and options at the end of a path.
fn leaf<'s>(schema: &'s Schema, words: &[&str]) -> (&'s str, &'s [CommandOption]) {
    let mut at = (schema.description.as_str(), schema.options.as_slice());
    for word in words {
        if let Some(option) = at.1.iter().find(|option| option.name == *word) {
            at = (&option.description, option.options.as_deref().unwrap_or_default());
        }
    }
    at
}

fn option_info(option: &CommandOption) -> OptionInfo {
    OptionInfo {
        name: option.name.clone(),
        description: option.description.clone(),
        kind: kind_name(option.kind).to_owned(),
        required: option.required.unwrap_or_default(),
        choices: option.choices.iter().flatten().map(|choice| choice.name.clone()).collect(),
    }
}

const fn kind_name(kind: CommandOptionType) -> &'static str {
    match kind {
        CommandOptionType::SubCommand => "sub_command",
        CommandOptionType::SubCommandGroup => "sub_command_group",
        CommandOptionType::String => "string",
        CommandOptionType::Integer => "integer",
        CommandOptionType::Boolean => "boolean",
        CommandOptionType::User => "user",
        CommandOptionType::Channel => "channel",
        CommandOptionType::Role => "role",
        CommandOptionType::Mentionable => "mentionable",
        CommandOptionType::Number => "number",
        CommandOptionType::Attachment => "attachment",
        _ => "unknown",
    }
}
