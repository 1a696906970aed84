//! Commands in words: for help, the website and `casey commands list`.

use serde::Serialize;
use twilight_model::{
    application::command::{Command as Schema, CommandOption, CommandOptionType},
    guild::Permissions,
};

use super::{Catalogue, Entry};
use crate::{
    command::{Command, Rules},
    permissions,
    reader::usage_line,
    words,
};

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
    let schema = &entry.command.schema;
    info(entry, schema, path, &split(path))
}

/// The same in another language; its names, too, if `names`.
pub(crate) fn describe_in(
    catalogue: &Catalogue,
    entry: &Entry,
    path: &str,
    language: &str,
    names: bool,
) -> CommandInfo {
    let schema = words::in_language(&entry.command.schema, language, names);
    if !names {
        return info(entry, &schema, path, &split(path));
    }
    let full = format!("{} {path}", entry.command.name());
    let said = catalogue.tongues.path(language, full.trim_end());
    info(entry, &schema, path, &split(&said)[1..])
}

fn split(path: &str) -> Vec<&str> {
    path.split(' ').filter(|word| !word.is_empty()).collect()
}

/// Describes a command by a schema, in which the sub-command has this name.
fn info(entry: &Entry, schema: &Schema, path: &str, words: &[&str]) -> CommandInfo {
    let command = &entry.command;
    let (description, options) = leaf(schema, words);
    let rules = command.rules_of(path);
    let name =
        std::iter::once(schema.name.as_str()).chain(words.iter().copied()).collect::<Vec<_>>().join(" ");
    let examples =
        rules.examples.iter().map(|example| format!("{name} {example}").trim_end().to_owned()).collect();
    CommandInfo {
        module: entry.module.to_owned(),
        description: description.to_owned(),
        usage: usage_line(schema, words, ""),
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
pub(crate) fn leaf<'s>(schema: &'s Schema, words: &[&str]) -> (&'s str, &'s [CommandOption]) {
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
