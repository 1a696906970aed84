//! All commands of a bot: looked up by the words people type, and described for help, website and registration.

mod build;
mod describe;

use std::collections::HashMap;

use thiserror::Error;
use twilight_model::application::command::{Command as Schema, CommandType};

use self::build::{complete, menus_of, said_in, words_of};
pub use self::describe::{CommandInfo, OptionInfo};
pub(crate) use self::describe::{describe, describe_in, leaf};
use crate::{
    command::Command,
    menu::Menu,
    reader::nearest,
    words::{self, Tongues, Wording},
};

/// Characters that names, descriptions and values of a command can have together (Discord Docs/Application Commands, Slash Commands).
const CHARACTERS: usize = 4_000;

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
    /// An entry of a context menu cannot work.
    #[error("the menu entry “{menu}” of “{command}” cannot be made: {problem}")]
    Menu {
        /// The command.
        command: String,
        /// The entry.
        menu: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// An option that is marked for completion has none, or the other way round.
    #[error(
        "the option “{option}” of “{command}” is marked with autocomplete and has no completion, or the other way round"
    )]
    Completion {
        /// The command.
        command: String,
        /// The option.
        option: String,
    },
    /// A table of names and descriptions has a line that cannot be used.
    #[error("in the table of the language “{language}”, “{path}” {problem}")]
    Wording {
        /// The language.
        language: &'static str,
        /// The line's path.
        path: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A command is larger than Discord takes.
    #[error("names and descriptions of “{command}” have {characters} characters; {CHARACTERS} are the most")]
    TooLarge {
        /// The command.
        command: String,
        /// Its characters, each text in its longest language.
        characters: usize,
    },
    /// A cooldown that nothing would count.
    #[error("the cooldown of “{command}” is not between a millisecond and an hour")]
    Cooldown {
        /// The command.
        command: String,
    },
}

/// An entry of a context menu.
#[derive(Debug)]
pub(crate) struct MenuEntry {
    /// Its command.
    pub(crate) index: usize,
    pub(crate) menu: Menu,
    pub(crate) schema: Schema,
}

/// All commands of a bot.
#[derive(Debug, Default)]
pub struct Catalogue {
    entries: Vec<Entry>,
    menus: Vec<MenuEntry>,
    words: HashMap<String, Found>,
    /// Names of commands in other languages, which give way to words.
    said: HashMap<String, Found>,
    tongues: Tongues,
}

impl Catalogue {
    pub(crate) fn build(mut entries: Vec<Entry>, tables: &[Wording]) -> Result<Self, CatalogueError> {
        for entry in &entries {
            complete(&entry.command)?;
        }
        let words = words_of(&entries)?;
        let mut menus = menus_of(&entries)?;
        let chat = entries.iter_mut().map(|entry| &mut entry.command.schema);
        let mut schemas: Vec<&mut Schema> =
            chat.chain(menus.iter_mut().map(|menu| &mut menu.schema)).collect();
        let tongues = words::apply(&mut schemas, tables).map_err(|(language, error)| {
            CatalogueError::Wording { language, path: error.path, problem: error.problem }
        })?;
        for entry in &entries {
            let characters = words::characters(&entry.command.schema);
            if characters > CHARACTERS {
                return Err(CatalogueError::TooLarge {
                    command: entry.command.name().to_owned(),
                    characters,
                });
            }
        }
        let said = said_in(&tongues, &mut entries);
        Ok(Self { entries, menus, words, said, tongues })
    }

    /// The entry of a context menu with this name.
    pub(crate) fn menu(&self, kind: CommandType, name: &str) -> Option<&MenuEntry> {
        self.menus.iter().find(|entry| entry.menu.kind == kind && entry.menu.name == name)
    }

    /// The entry of a context menu with this number.
    pub(crate) fn menu_of(&self, number: &str) -> Option<&MenuEntry> {
        self.menus.iter().find(|entry| entry.menu.number() == number)
    }

    /// Entries of context menus that run a command.
    pub(crate) fn menus(&self, index: usize) -> impl Iterator<Item = &MenuEntry> {
        self.menus.iter().filter(move |entry| entry.index == index)
    }

    /// How commands are called in other languages.
    pub(crate) const fn tongues(&self) -> &Tongues {
        &self.tongues
    }

    /// What a word that people typed stands for, without regard to case.
    pub(crate) fn find(&self, word: &str) -> Option<Found> {
        // Commands are short: whatever is longer is text.
        if word.len() > 64 {
            return None;
        }
        let lower = word.to_lowercase();
        self.words.get(word).or_else(|| self.words.get(&lower)).or_else(|| self.said.get(&lower)).copied()
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
        let chat = self.entries.iter().map(|entry| entry.command.registered());
        chat.chain(self.menus.iter().map(|entry| entry.schema.clone())).collect()
    }

    /// Everything about every command, for help, website and `casey commands list --json`.
    pub fn describe(&self) -> Vec<CommandInfo> {
        self.entries
            .iter()
            .flat_map(|entry| entry.command.paths().into_iter().map(|path| describe(entry, &path)))
            .collect()
    }
}
