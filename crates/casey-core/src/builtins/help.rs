//! `help`: everything at a glance, or one command in full.

use std::{sync::Arc, time::Duration};

use twilight_interactions::command::{CommandModel, CreateCommand};
use twilight_model::{application::command::CommandType, channel::message::Embed};
use twilight_util::builder::embed::{EmbedBuilder, EmbedFieldBuilder};

use super::core::Core;
use crate::{
    call::Call,
    catalogue::{Catalogue, CommandInfo, Entry, describe_in},
    command::Command,
    complete::Choice,
    error::Failure,
    escape,
    ports::Way,
    press::{Press, Pressed},
    reader::nearest,
    reply::Reply,
    select::{Select, SelectOption},
    text::Text,
    words,
};

/// The action that turns pages.
pub(super) const TURN: &str = "help";

/// The action of the menu of modules.
pub(super) const PICK: &str = "part";

/// Stands for all modules in the menu.
const EVERYTHING: &str = "*";

/// How long the menu works.
const LASTING: Duration = Duration::from_hours(24);

/// Commands per page, so that a page fits an embed and a phone.
const PER_PAGE: usize = 12;

/// Characters of an embed's field.
const FIELD: usize = 1_024;

/// The colour of Casey's embeds.
pub(super) const ACCENT: u32 = 0x00E0_7A5F;

#[derive(CommandModel, CreateCommand)]
#[command(name = "help", desc = "What I can do, and how")]
pub(super) struct Help {
    /// A command to explain in full
    #[command(max_length = 100, autocomplete = true)]
    command: Option<String>,
}

/// Which commands are shown.
struct Part<'a> {
    /// What stands in front of a command: a press comes without a prefix, so that a page shows the one its predecessor did.
    lead: &'a str,
    /// Those of this module; all if none is named.
    module: Option<&'a str>,
    page: usize,
}

pub(super) fn run(core: &Core, call: &Call, help: Help) -> Result<Reply, Failure> {
    match help.command {
        Some(name) => one(core, call, &name),
        None => page(core, call, &Part { lead: call.lead(), module: None, page: 0 }),
    }
}

/// Another page was asked for. A prefix has no spaces, so that one can stand in front of the module's name.
pub(super) fn turn(core: &Core, call: &Call, state: &str) -> Result<Pressed, Failure> {
    let (part, wanted) = state.rsplit_once(',').unwrap_or((call.lead(), state));
    let (lead, module) = part.split_once(' ').map_or((part, None), |(lead, module)| (lead, Some(module)));
    let part = Part { lead, module, page: wanted.parse().unwrap_or(0) };
    page(core, call, &part).map(Pressed::update)
}

/// A module was chosen.
pub(super) fn pick(core: &Core, call: &Call, press: &Press) -> Result<Pressed, Failure> {
    let module = press.values.first().map(String::as_str).filter(|module| *module != EVERYTHING);
    page(core, call, &Part { lead: &press.state, module, page: 0 }).map(Pressed::update)
}

/// Commands that begin with what was typed, then those that have it in their name or description.
pub(super) fn complete(core: &Core, call: &Call, typed: &str) -> Vec<Choice> {
    let Some(catalogue) = core.catalogue() else { return Vec::new() };
    let typed = typed.trim().trim_start_matches(['/', ',', '!']).to_lowercase();
    let mut found: Vec<(usize, Choice)> = Vec::new();
    for entry in catalogue.entries() {
        for path in entry.command.paths() {
            let info = describe_in(&catalogue, entry, &path, call.language(), true);
            let english = format!("{} {path}", entry.command.name()).trim_end().to_owned();
            let line = format!("{}: {}", info.name, info.description);
            let place = if info.name.starts_with(&typed) || english.starts_with(&typed) {
                0
            } else if line.to_lowercase().contains(&typed) || english.contains(&typed) {
                1
            } else {
                continue;
            };
            found.push((place, Choice::text(line, english)));
        }
    }
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, choice)| choice).collect()
}

fn catalogue(core: &Core) -> Result<Arc<Catalogue>, Failure> {
    core.catalogue().ok_or_else(|| Failure::Broken("help was asked while there was no bot".into()))
}

fn page(core: &Core, call: &Call, part: &Part<'_>) -> Result<Reply, Failure> {
    let text = core.text(call);
    let catalogue = catalogue(core)?;
    let all = catalogue.entries();
    let entries: Vec<&Entry> =
        all.iter().filter(|entry| part.module.is_none_or(|module| entry.module == module)).collect();
    let pages: Vec<&[&Entry]> = entries.chunks(PER_PAGE).collect();
    let at = part.page.min(pages.len().saturating_sub(1));
    let example = escape::code(&called(core, call, part.lead, "help prefix"));
    let mut embed = EmbedBuilder::new()
        .title(text.msg_help_title())
        .color(ACCENT)
        .description(text.msg_help_intro(example));
    for (title, commands) in by_module(pages.get(at).copied().unwrap_or_default()) {
        for lines in fields(commands.iter().map(|entry| line(text, call, part.lead, entry))) {
            embed = embed.field(EmbedFieldBuilder::new(title, lines));
        }
    }
    let mut reply = Reply::embed(embed.build());
    let state = part.module.map_or_else(|| part.lead.to_owned(), |module| format!("{} {module}", part.lead));
    if let Some(row) = call.pages(TURN, &state, at, pages.len())? {
        reply = reply.with_row(row);
    }
    if all.len() > PER_PAGE {
        reply = reply.with_row(call.select(modules(text, all, part.module), PICK, part.lead, LASTING)?);
    }
    Ok(reply)
}

/// The modules that have commands, to choose one of.
fn modules(text: &Text, entries: &[Entry], shown: Option<&str>) -> Select {
    let everything = SelectOption::new(text.msg_help_everything(), EVERYTHING).chosen(shown.is_none());
    let mut known: Vec<&Entry> = Vec::new();
    for entry in entries {
        if !known.iter().any(|other| other.module == entry.module) {
            known.push(entry);
        }
    }
    // A menu has room for 25 options; modules beyond that are on the pages.
    let options = known.into_iter().take(24).map(|entry| {
        SelectOption::new(escape::shorten(entry.title, 100), entry.module).chosen(shown == Some(entry.module))
    });
    Select::strings(std::iter::once(everything).chain(options)).placeholder(text.msg_help_choose())
}

/// How a command is typed where pages have this lead.
fn called(core: &Core, call: &Call, lead: &str, path: &str) -> String {
    match core.catalogue() {
        Some(catalogue) if lead == "/" => format!("/{}", catalogue.tongues().path(call.language(), path)),
        _ => format!("{lead}{path}"),
    }
}

/// Lines in as few fields as they fit: one holds 1,024 characters (Discord Docs/Embed Limits).
fn fields(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for line in lines {
        match fields.last_mut() {
            Some(field) if field.chars().count() + 1 + line.chars().count() <= FIELD => {
                field.push('\n');
                field.push_str(&line);
            }
            _ => fields.push(escape::shorten(&line, FIELD)),
        }
    }
    fields
}

/// Neighbours of one module together, under its title.
fn by_module<'e>(entries: &[&'e Entry]) -> Vec<(&'static str, Vec<&'e Entry>)> {
    let mut groups: Vec<(&'static str, Vec<&Entry>)> = Vec::new();
    for entry in entries.iter().copied() {
        match groups.last_mut() {
            Some((title, group)) if *title == entry.title => group.push(entry),
            _ => groups.push((entry.title, vec![entry])),
        }
    }
    groups
}

fn line(text: &Text, call: &Call, lead: &str, entry: &Entry) -> String {
    let schema = words::in_language(&entry.command.schema, call.language(), lead == "/");
    let line = format!("{}: {}", escape::code(&format!("{lead}{}", schema.name)), schema.description);
    let elsewhere = call.guild().is_none()
        && entry.command.paths().iter().all(|path| entry.command.rules_of(path).guild_only);
    if elsewhere { format!("{line} ({})", text.msg_help_in_servers()) } else { line }
}

/// Whether a person types the names of commands in their own language: Discord offers those, a prefix takes the English ones.
fn in_own_words(call: &Call) -> bool {
    call.way() != Way::Prefix
}

fn one(core: &Core, call: &Call, name: &str) -> Result<Reply, Failure> {
    let text = core.text(call);
    let catalogue = catalogue(core)?;
    let typed = name.trim().trim_start_matches(call.lead()).trim_start_matches('/');
    let shown = escape::code(&escape::shorten(name, 40));
    let try_help = |path: &str| escape::code(&call.command(&format!("help {path}")));
    let mut typed = typed.split_whitespace();
    let first = typed.next().unwrap_or_default();
    let Some(found) = catalogue.find(first) else {
        return Err(Failure::refused(match catalogue.nearest(first) {
            Some(near) => text.msg_help_unknown_near(shown, try_help(near)),
            None => text.msg_help_unknown(shown),
        }));
    };
    let entry = catalogue.entry(found.index);
    let path = found.path.map_or_else(|| english(&entry.command, typed), str::to_owned);
    let paths = entry.command.paths();
    if paths.contains(&path) {
        let info = describe_in(&catalogue, entry, &path, call.language(), in_own_words(call));
        let menus = menus(text, call, &catalogue, found.index, &path);
        return Ok(Reply::embed(in_full(text, call, &info, &menus)));
    }
    let within = |known: &String| known.starts_with(&format!("{path} "));
    if path.is_empty() || paths.iter().any(within) {
        return Ok(Reply::embed(group(text, call, &catalogue, entry)));
    }
    let command = entry.command.name();
    Err(Failure::refused(match nearest(&path, paths.iter().map(String::as_str)) {
        Some(near) => text.msg_help_unknown_near(shown, try_help(&format!("{command} {near}"))),
        None => text.msg_help_unknown_near(shown, try_help(command)),
    }))
}

/// The English path of a sub-command that may have been named in another language.
fn english<'t>(command: &Command, typed: impl Iterator<Item = &'t str>) -> String {
    let mut path = String::new();
    for word in typed.map(str::to_lowercase) {
        let inside = |known: &str| match known.rsplit_once(' ') {
            Some((above, _)) => above == path,
            None => path.is_empty(),
        };
        match command.said.iter().find(|(known, said)| *said == word && inside(known)) {
            Some((known, _)) => path = known.clone(),
            None if path.is_empty() => path = word,
            None => path = format!("{path} {word}"),
        }
    }
    path
}

/// Where the command is in context menus, one line each.
fn menus(text: &Text, call: &Call, catalogue: &Catalogue, index: usize, path: &str) -> Vec<String> {
    let of_path = catalogue.menus(index).filter(|entry| entry.menu.path == path);
    let line = |entry: &crate::catalogue::MenuEntry| {
        let names = entry.schema.name_localizations.as_ref();
        let name = names.and_then(|names| names.get(call.language())).map_or(entry.menu.name, String::as_str);
        match entry.menu.kind {
            CommandType::User => text.msg_help_menu_user(name),
            _ => text.msg_help_menu_message(name),
        }
    };
    of_path.map(line).collect()
}

/// A command or sub-command in full.
fn in_full(text: &Text, call: &Call, info: &CommandInfo, menus: &[String]) -> Embed {
    let lead = call.lead();
    let prefixed = |words: &[String]| {
        words.iter().map(|word| escape::code(&format!("{lead}{word}"))).collect::<Vec<_>>()
    };
    // Two characters less for the signs of code.
    let usage = escape::code(&escape::shorten(&format!("{lead}{}", info.usage), FIELD - 2));
    let mut embed = EmbedBuilder::new()
        .title(format!("{lead}{}", info.name))
        .color(ACCENT)
        .description(format!("{}\n{}", info.description, limits(text, info)).trim_end())
        .field(EmbedFieldBuilder::new(text.msg_help_usage(), usage));
    let options: Vec<String> = info.options.iter().map(|option| option_line(text, option)).collect();
    let fields = [
        (text.msg_help_options(), options.join("\n")),
        (text.msg_help_examples(), prefixed(&info.examples).join("\n")),
        (text.msg_help_aliases(), prefixed(&info.aliases).join(", ")),
        (text.msg_help_menus(), menus.join("\n")),
        (text.msg_help_needs(), info.permissions.join(", ")),
        (text.msg_help_bot_needs(), info.bot_permissions.join(", ")),
    ];
    for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
        embed = embed.field(EmbedFieldBuilder::new(name, escape::shorten(&value, FIELD)));
    }
    embed.build()
}

fn option_line(text: &Text, option: &crate::catalogue::OptionInfo) -> String {
    let mut line = format!("{}: {}", escape::code(&option.name), option.description);
    if !option.required {
        line.extend([" (", &text.msg_help_optional(), ")"]);
    }
    if !option.choices.is_empty() {
        line.extend([": ", &option.choices.join(", ")]);
    }
    line
}

fn limits(text: &Text, info: &CommandInfo) -> String {
    let mut limits = Vec::new();
    if info.guild_only {
        limits.push(text.msg_help_guild_only());
    }
    if info.nsfw {
        limits.push(text.msg_help_nsfw());
    }
    if let Some((uses, seconds)) = info.cooldown {
        limits.push(text.msg_help_cooldown(uses, seconds));
    }
    limits.join(" ")
}

/// A command with sub-commands: one line for each.
fn group(text: &Text, call: &Call, catalogue: &Catalogue, entry: &Entry) -> Embed {
    let own = in_own_words(call);
    let schema = words::in_language(&entry.command.schema, call.language(), own);
    let paths = entry.command.paths();
    let lines = paths.iter().map(|path| {
        let info = describe_in(catalogue, entry, path, call.language(), own);
        format!("{}: {}", escape::code(&format!("{}{}", call.lead(), info.usage)), info.description)
    });
    let lines: Vec<String> = lines.collect();
    let last = paths.last().map_or("", String::as_str);
    let last = match format!("{} {last}", entry.command.name()) {
        path if own => catalogue.tongues().path(call.language(), &path),
        path => path,
    };
    let more = escape::code(&format!("{} {last}", call.command("help")));
    EmbedBuilder::new()
        .title(format!("{}{}", call.lead(), schema.name))
        .color(ACCENT)
        .description(escape::shorten(
            &format!("{}\n\n{}\n\n{}", schema.description, lines.join("\n"), text.msg_help_intro(more)),
            4_096,
        ))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_spread_over_as_many_fields_as_they_need() {
        assert_eq!(fields(["a", "b"].map(str::to_owned).into_iter()), ["a\nb"]);
        let long = (0..12).map(|at| format!("{at}{}", "ü".repeat(140)));
        let shown = fields(long.clone());
        assert!(shown.len() > 1 && shown.iter().all(|field| field.chars().count() <= FIELD));
        assert_eq!(shown.join("\n"), long.collect::<Vec<_>>().join("\n"));
        assert_eq!(fields(std::iter::once("x".repeat(2_000)))[0].chars().count(), FIELD);
    }
}
