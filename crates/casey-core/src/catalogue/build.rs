//! Puts the commands of all modules together, or tells which do not fit.

use std::collections::HashMap;

use casey_privacy::CacheKey;

use super::{CatalogueError, Entry, Found, MenuEntry};
use crate::{
    command::Command,
    menu,
    ports::Limit,
    privacy::CooldownKey,
    words::{self, Tongues},
};

/// The words that stand for commands.
pub(super) fn words_of(entries: &[Entry]) -> Result<HashMap<String, Found>, CatalogueError> {
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
    Ok(words)
}

/// Options that are marked for completion have one, and the other way round.
pub(super) fn complete(command: &Command) -> Result<(), CatalogueError> {
    let mut marked: Vec<&str> = Vec::new();
    for path in command.paths() {
        let options = command.options_of(&path).iter();
        marked.extend(
            options.filter(|option| option.autocomplete == Some(true)).map(|option| option.name.as_str()),
        );
    }
    let completed: Vec<&str> = command.completers.iter().map(|(option, _)| *option).collect();
    let alone = marked.iter().find(|option| !completed.contains(option));
    match alone.or_else(|| completed.iter().find(|option| !marked.contains(option))) {
        None => Ok(()),
        Some(option) => Err(CatalogueError::Completion {
            command: command.name().to_owned(),
            option: (*option).to_owned(),
        }),
    }
}

pub(super) fn menus_of(entries: &[Entry]) -> Result<Vec<MenuEntry>, CatalogueError> {
    let mut menus: Vec<MenuEntry> = Vec::new();
    for (index, command) in entries.iter().map(|entry| &entry.command).enumerate() {
        for menu in &command.menus {
            let wrong = |problem| CatalogueError::Menu {
                command: command.name().to_owned(),
                menu: menu.name,
                problem,
            };
            if !words::is_menu_name(menu.name) {
                return Err(wrong("its name is not 1 to 32 characters long"));
            }
            if !command.paths().iter().any(|path| path == menu.path) {
                return Err(wrong("its command has no such sub-command"));
            }
            menu::plan(menu, command.options_of(menu.path)).map_err(|error| wrong(error.words()))?;
            let mut alike = menus.iter().filter(|known| known.menu.kind == menu.kind);
            if alike.clone().count() >= menu::MOST {
                return Err(wrong("Discord takes 15 entries of a kind"));
            }
            if alike.any(|known| known.menu.name == menu.name) {
                return Err(wrong("another entry has its name"));
            }
            let schema = command.entry_of(menu);
            menus.push(MenuEntry { index, menu: menu.clone(), schema });
        }
    }
    Ok(menus)
}

/// Commands by their names in other languages; names of sub-commands go to their commands.
pub(super) fn said_in(tongues: &Tongues, entries: &mut [Entry]) -> HashMap<String, Found> {
    let mut said = HashMap::new();
    for (index, entry) in entries.iter_mut().enumerate() {
        let paths = entry.command.paths();
        for (path, word) in tongues.said() {
            let Some(rest) = path.strip_prefix(entry.command.name()) else { continue };
            let sub = rest.trim_start();
            if sub.is_empty() {
                said.entry(word.to_owned()).or_insert(Found { index, path: None });
            } else if rest.starts_with(' ')
                && paths.iter().any(|known| known == sub || known.starts_with(&format!("{sub} ")))
            {
                entry.command.said.push((sub.to_owned(), word.to_owned()));
            }
        }
    }
    said
}

/// Whether counters may live as long as this limit asks.
fn countable(limit: Limit) -> bool {
    CooldownKey::new(0, "").ttl(limit.per).is_ok()
}
