//! Options given by name: `--name value`, `--name=value`, `--name`, `--no-name`.

use super::words::{Form, Word};
use std::ops::Range;
use twilight_model::application::command::{CommandOption, CommandOptionType};

/// One use of a flag.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flag<'a> {
    /// Index of the option it sets.
    pub(super) option: usize,
    pub(super) value: FlagValue<'a>,
    /// The flag itself, without a value that stands apart.
    pub(super) word: Word<'a>,
    /// Index of the word after the flag and its value.
    pub(super) next: usize,
}

/// What a flag sets its option to.
#[derive(Clone, Copy, Debug)]
pub(super) enum FlagValue<'a> {
    Switch(bool),
    Given(Word<'a>),
    Missing,
}

impl Flag<'_> {
    /// The flag together with its value.
    pub(super) fn span(&self) -> Range<usize> {
        match self.value {
            FlagValue::Given(value) => self.word.start..value.end(),
            FlagValue::Switch(_) | FlagValue::Missing => self.word.span(),
        }
    }
}

/// Whether the text may hold flags at all; spares most messages the search.
pub(super) fn possible(text: &str) -> bool {
    text.contains("--") || text.contains('—')
}

/// What follows the dashes of a flag. Phones turn two hyphens into one long dash.
pub(super) fn dashed(raw: &str) -> Option<&str> {
    raw.strip_prefix("--").or_else(|| raw.strip_prefix('—'))
}

/// Compares names as people type them: any case, hyphen and underscore alike.
pub(super) fn same_name(a: &str, b: &str) -> bool {
    folded(a).eq(folded(b))
}

fn folded(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars().flat_map(char::to_lowercase).map(|c| if c == '_' { '-' } else { c })
}

fn begins_with(name: &str, beginning: &str) -> bool {
    let mut name = folded(name);
    folded(beginning).all(|c| name.next() == Some(c))
}

/// The flag at word `at`, if there is one that an option knows.
pub(super) fn flag_at<'a>(options: &[CommandOption], words: &[Word<'a>], at: usize) -> Option<Flag<'a>> {
    let word = *words.get(at)?;
    let (option, negated, inline) = known(options, &word)?;
    let (value, next) = match inline {
        Some(value) if value.raw.is_empty() => (FlagValue::Missing, at + 1),
        Some(value) => (FlagValue::Given(value), at + 1),
        None if negated || options[option].kind == CommandOptionType::Boolean => {
            (FlagValue::Switch(!negated), at + 1)
        }
        None => match words.get(at + 1) {
            Some(next) if !next.is_plainly("--") && known(options, next).is_none() => {
                (FlagValue::Given(*next), at + 2)
            }
            _ => (FlagValue::Missing, at + 1),
        },
    };
    Some(Flag { option, value, word, next })
}

/// The option that a word names as a flag, whether it is negated, and the value behind `=`.
fn known<'a>(options: &[CommandOption], word: &Word<'a>) -> Option<(usize, bool, Option<Word<'a>>)> {
    if word.form != Form::Plain {
        return None;
    }
    let body = dashed(word.raw).filter(|body| !body.is_empty())?;
    let (name, inline) = match body.split_once('=') {
        Some((name, value)) => (name, Some(Word::whole(value, word.end() - value.len()))),
        None => (body, None),
    };
    if let Some(option) = named(options, name, |_| true) {
        return Some((option, false, inline));
    }
    let positive = name.get(..3).filter(|no| no.eq_ignore_ascii_case("no-")).map(|_| &name[3..])?;
    let option = named(options, positive, |option| option.kind == CommandOptionType::Boolean)?;
    inline.is_none().then_some((option, true, None))
}

/// The option of this name, or the only one whose name begins so.
fn named(options: &[CommandOption], name: &str, of: impl Fn(&CommandOption) -> bool) -> Option<usize> {
    if name.is_empty() {
        return None;
    }
    let settable = |option: &CommandOption| option.kind != CommandOptionType::Attachment && of(option);
    if let Some(exact) = options.iter().position(|option| settable(option) && same_name(&option.name, name)) {
        return Some(exact);
    }
    let mut near =
        options.iter().enumerate().filter(|(_, option)| settable(option) && begins_with(&option.name, name));
    match (near.next(), near.next()) {
        (Some((only, _)), None) => Some(only),
        _ => None,
    }
}

/// Index of the word from which on there is nothing but flags; the number of words if they do not end in flags.
pub(super) fn trailing(options: &[CommandOption], words: &[Word<'_>], from: usize) -> usize {
    let mut only_flags = vec![false; words.len() + 2];
    only_flags[words.len()] = true;
    let mut first = words.len();
    for at in (from..words.len()).rev() {
        if flag_at(options, words, at).is_some_and(|flag| only_flags[flag.next]) {
            only_flags[at] = true;
            first = at;
        }
    }
    first
}
