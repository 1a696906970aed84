//! Finds the sub-command that the first words name.

use super::{
    Reading, Request,
    flags::same_name,
    knowledge::Knowledge,
    leaf::Leaf,
    nearest::nearest,
    refusal::{Expectation, Refusal, RefusalKind},
    words::{Form, Word, Words},
};
use twilight_model::application::command::{CommandOption, CommandOptionType};

/// Whether these options are sub-commands or groups.
pub(super) fn is_group(options: &[CommandOption]) -> bool {
    options.first().is_some_and(|option| {
        matches!(option.kind, CommandOptionType::SubCommand | CommandOptionType::SubCommandGroup)
    })
}

/// What a sub-command or a group holds.
pub(super) fn inside(option: &CommandOption) -> &[CommandOption] {
    option.options.as_deref().unwrap_or_default()
}

/// Follows the words down to a command without sub-commands, and reads that.
pub(super) fn descend<'a>(request: &Request<'a>, knowledge: &Knowledge) -> Reading {
    let mut path: Vec<&'a CommandOption> = Vec::new();
    let mut options: &'a [CommandOption] = &request.schema.options;
    let mut words = Words::new(request.text);
    while is_group(options) {
        let mut ahead = words.clone();
        let word = ahead.next();
        let Some(option) = word.and_then(|word| named(request, &path, options, &word)) else {
            return bare(request, knowledge, &path, options, words, word);
        };
        path.push(option);
        options = inside(option);
        words = ahead;
    }
    Leaf { request, knowledge, path: &path, options }.read(words)
}

/// The sub-command that a word names, itself or by an alias. A quoted word names none.
fn named<'a>(
    request: &Request<'a>,
    path: &[&CommandOption],
    options: &'a [CommandOption],
    word: &Word<'a>,
) -> Option<&'a CommandOption> {
    if word.form != Form::Plain {
        return None;
    }
    let by_name = |name: &str| options.iter().find(|option| same_name(&option.name, name));
    by_name(word.raw).or_else(|| {
        let alias = request.aliases.iter().find(|alias| {
            same_name(alias.word, word.raw) && alias.path.len() == path.len() + 1 && begins(alias.path, path)
        })?;
        by_name(alias.path.last()?)
    })
}

fn begins(names: &[&str], path: &[&CommandOption]) -> bool {
    names.len() >= path.len() && names.iter().zip(path).all(|(name, option)| *name == option.name)
}

/// Reads a group whose next word names nothing in it: with the sub-command that the bare group runs, if that takes
/// the words.
fn bare<'a>(
    request: &Request<'a>,
    knowledge: &Knowledge,
    path: &[&'a CommandOption],
    options: &'a [CommandOption],
    words: Words<'a>,
    word: Option<Word<'a>>,
) -> Reading {
    let Some((full, inner)) = bare_path(request, path, options) else {
        return Reading::Refused(unknown(request, path, options, word));
    };
    let leaf = Leaf { request, knowledge, path: &full, options: inner };
    match (leaf.read(words), word) {
        (Reading::Refused(refusal), Some(word)) => {
            let unknown = unknown(request, path, options, Some(word));
            let typo = matches!(&unknown.kind, RefusalKind::UnknownSubcommand { nearest: Some(_), .. });
            // The refusal of the bare sub-command says more, unless a name was meant.
            Reading::Refused(if typo || !leaf.takes_words() { unknown } else { refusal })
        }
        (reading, _) => reading,
    }
}

/// The sub-command that a bare group runs, with its options.
fn bare_path<'a>(
    request: &Request<'a>,
    path: &[&'a CommandOption],
    options: &'a [CommandOption],
) -> Option<(Vec<&'a CommandOption>, &'a [CommandOption])> {
    let names = request.bare.filter(|names| names.len() > path.len() && begins(names, path))?;
    let mut full = path.to_vec();
    let mut options = options;
    for name in &names[path.len()..] {
        let option = options.iter().find(|option| option.name == *name)?;
        full.push(option);
        options = inside(option);
    }
    (!is_group(options)).then_some((full, options))
}

fn unknown(
    request: &Request<'_>,
    path: &[&CommandOption],
    options: &[CommandOption],
    word: Option<Word<'_>>,
) -> Refusal {
    let names = options.iter().map(|option| option.name.clone()).collect();
    let end = request.text.trim_end().len();
    let (span, kind) = match word {
        Some(word) => {
            let nearest = nearest(&word.value(), options.iter().map(|option| &*option.name));
            (word.span(), RefusalKind::UnknownSubcommand { names, nearest: nearest.map(str::to_owned) })
        }
        None => (end..end, RefusalKind::MissingSubcommand { names }),
    };
    let path = path.iter().map(|option| option.name.clone()).collect();
    Refusal { path, option: None, span, kind, expected: Expectation::Nothing }
}
