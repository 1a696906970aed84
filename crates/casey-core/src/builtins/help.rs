//! `help`: everything at a glance, or one command in full.

use std::sync::{Arc, Weak};

use twilight_interactions::command::{CommandModel, CreateCommand};
use twilight_model::channel::message::Embed;
use twilight_util::builder::embed::{EmbedBuilder, EmbedFieldBuilder};

use super::core::Core;
use crate::{
    call::Call,
    catalogue::{Catalogue, CommandInfo, Entry, describe},
    error::Failure,
    escape,
    press::Pressed,
    reader::nearest,
    reply::Reply,
    text::Text,
};

/// The action that turns pages.
pub(super) const TURN: &str = "help";

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
    #[command(max_length = 100)]
    command: Option<String>,
}

pub(super) fn run(core: &Core, call: &Call, help: Help) -> Result<Reply, Failure> {
    match help.command {
        Some(name) => one(core, call, &name),
        None => page(core, call, call.lead(), 0),
    }
}

/// Another page was asked for.
pub(super) fn turn(core: &Core, call: &Call, state: &str) -> Result<Pressed, Failure> {
    // A press comes without a prefix: the page shows the one its predecessor did.
    let (lead, wanted) = state.rsplit_once(',').unwrap_or((call.lead(), state));
    page(core, call, lead, wanted.parse().unwrap_or(0)).map(Pressed::update)
}

fn catalogue(core: &Core) -> Result<Arc<Catalogue>, Failure> {
    core.shelf
        .get()
        .and_then(Weak::upgrade)
        .ok_or_else(|| Failure::Broken("help was asked before the bot was built".into()))
}

fn page(core: &Core, call: &Call, lead: &str, wanted: usize) -> Result<Reply, Failure> {
    let text = core.text(call);
    let catalogue = catalogue(core)?;
    let entries = catalogue.entries();
    let pages: Vec<&[Entry]> = entries.chunks(PER_PAGE).collect();
    let at = wanted.min(pages.len().saturating_sub(1));
    let example = escape::code(&format!("{lead}help prefix"));
    let mut embed = EmbedBuilder::new()
        .title(text.msg_help_title())
        .color(ACCENT)
        .description(text.msg_help_intro(example));
    for (title, commands) in by_module(pages.get(at).copied().unwrap_or_default()) {
        for lines in fields(commands.iter().map(|entry| line(text, call, lead, entry))) {
            embed = embed.field(EmbedFieldBuilder::new(title, lines));
        }
    }
    let mut reply = Reply::embed(embed.build());
    if let Some(row) = call.pages(TURN, lead, at, pages.len())? {
        reply = reply.with_row(row);
    }
    Ok(reply)
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
fn by_module(entries: &[Entry]) -> Vec<(&'static str, Vec<&Entry>)> {
    let mut groups: Vec<(&'static str, Vec<&Entry>)> = Vec::new();
    for entry in entries {
        match groups.last_mut() {
            Some((title, group)) if *title == entry.title => group.push(entry),
            _ => groups.push((entry.title, vec![entry])),
        }
    }
    groups
}

fn line(text: &Text, call: &Call, lead: &str, entry: &Entry) -> String {
    let schema = &entry.command.schema;
    let line = format!("{}: {}", escape::code(&format!("{lead}{}", schema.name)), schema.description);
    let elsewhere = call.guild().is_none()
        && entry.command.paths().iter().all(|path| entry.command.rules_of(path).guild_only);
    if elsewhere { format!("{line} ({})", text.msg_help_in_servers()) } else { line }
}

fn one(core: &Core, call: &Call, name: &str) -> Result<Reply, Failure> {
    let text = core.text(call);
    let catalogue = catalogue(core)?;
    let typed = name.trim().trim_start_matches(call.lead()).trim_start_matches('/');
    let shown = escape::code(&escape::shorten(name, 40));
    let mut words = typed.split_whitespace();
    let first = words.next().unwrap_or_default();
    let Some(found) = catalogue.find(first) else {
        return Err(Failure::refused(match catalogue.nearest(first) {
            Some(near) => {
                text.msg_help_unknown_near(shown, escape::code(&format!("{}help {near}", call.lead())))
            }
            None => text.msg_help_unknown(shown),
        }));
    };
    let entry = catalogue.entry(found.index);
    let path =
        found.path.map_or_else(|| words.map(str::to_lowercase).collect::<Vec<_>>().join(" "), str::to_owned);
    let paths = entry.command.paths();
    if paths.contains(&path) {
        return Ok(Reply::embed(in_full(text, call, &describe(entry, &path))));
    }
    let within = |known: &String| known.starts_with(&format!("{path} "));
    if path.is_empty() || paths.iter().any(within) {
        return Ok(Reply::embed(group(text, call, entry, &paths)));
    }
    let command = entry.command.name();
    Err(Failure::refused(match nearest(&path, paths.iter().map(String::as_str)) {
        Some(near) => {
            text.msg_help_unknown_near(shown, escape::code(&format!("{}help {command} {near}", call.lead())))
        }
        None => text.msg_help_unknown_near(shown, escape::code(&format!("{}help {command}", call.lead()))),
    }))
}

/// A command or sub-command in full.
fn in_full(text: &Text, call: &Call, info: &CommandInfo) -> Embed {
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
fn group(text: &Text, call: &Call, entry: &Entry, paths: &[String]) -> Embed {
    let schema = &entry.command.schema;
    let lines = paths.iter().map(|path| {
        let info = describe(entry, path);
        format!("{}: {}", escape::code(&format!("{}{}", call.lead(), info.usage)), info.description)
    });
    let lines: Vec<String> = lines.collect();
    let more = escape::code(&format!(
        "{}help {} {}",
        call.lead(),
        schema.name,
        paths.last().map_or("", String::as_str)
    ));
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
