//! Reads the options of one command or sub-command.
//!
//! The words before the trailing text stand for options in order. How many there are is not known beforehand, so
//! every number is tried, the greatest first; each attempt lays the words over the options and takes the first way
//! in which all of them fit. Discord allows 25 options, so this stays small whatever people type.

use super::{
    Reading, Request,
    attempt::Failure,
    flags::{self, Flag, flag_at, same_name},
    knowledge::Knowledge,
    nearest::nearest,
    refusal::{Expectation, Refusal, RefusalKind, choices},
    resolve::Resolver,
    target,
    value::{Fit, fit},
    words::{Word, Words},
};
use std::ops::Range;
use twilight_model::{
    application::command::{CommandOption, CommandOptionType, CommandOptionValue},
    user::User,
};

/// One command or sub-command, about to be read.
pub(super) struct Leaf<'r, 'a> {
    pub(super) request: &'r Request<'a>,
    pub(super) knowledge: &'r Knowledge,
    pub(super) path: &'r [&'a CommandOption],
    pub(super) options: &'a [CommandOption],
}

/// The words of the leaf, told apart as far as that is possible without knowing where the trailing text begins.
pub(super) struct Split<'a> {
    pub(super) words: Vec<Word<'a>>,
    /// Indices of words that stand for an option by their place.
    pub(super) positional: Vec<usize>,
    pub(super) flags: Vec<(usize, Flag<'a>)>,
    /// Index of the `--` that ends flags.
    pub(super) ended: Option<usize>,
    /// Whether all words are in `positional` or `flags`.
    pub(super) exhausted: bool,
    /// Whether there may be flags; if not, `words` ends where nothing more needs to be known.
    pub(super) may_flag: bool,
}

/// The option that takes the rest of the line: the last string without choices, if nothing required follows it.
pub(super) fn greedy(options: &[CommandOption]) -> Option<usize> {
    let text = |option: &CommandOption| option.kind == CommandOptionType::String && choices(option).is_none();
    let last = options.iter().rposition(text)?;
    let free = options[last + 1..]
        .iter()
        .all(|option| option.required != Some(true) || option.kind == CommandOptionType::Attachment);
    free.then_some(last)
}

impl<'a> Leaf<'_, 'a> {
    /// Whether words can stand for an option of this leaf.
    pub(super) fn takes_words(&self) -> bool {
        self.options.iter().any(|option| option.kind != CommandOptionType::Attachment)
    }

    /// Reads the words into options.
    pub(super) fn read(&self, words: Words<'a>) -> Reading {
        let greedy = greedy(self.options);
        let slots = self.options.iter().enumerate().filter(|&(at, _)| self.is_slot(at, greedy)).count();
        let split = match self.split(words, greedy.map(|_| slots + 1)) {
            Ok(split) => split,
            Err(refusal) => return Reading::Refused(*refusal),
        };
        let count = split.positional.len();
        // Without a trailing text every word must stand for an option.
        let most = if split.exhausted || greedy.is_none() { count } else { count.saturating_sub(1) };
        let least = if greedy.is_some() { 0 } else { most };
        let mut failure: Option<Failure> = None;
        for taken in (least..=most).rev() {
            match self.attempt(&split, greedy, taken) {
                Ok(attempt) if attempt.queries.is_empty() => return Reading::Done(self.finish(attempt)),
                Ok(attempt) => return Reading::Need(attempt.queries),
                Err(next) if failure.as_ref().is_none_or(|failure| !failure.decisive) => failure = Some(next),
                Err(_) => {}
            }
        }
        let end = self.end();
        Reading::Refused(
            failure.map_or_else(
                || self.refuse(None, end..end, RefusalKind::Surplus),
                |failure| *failure.refusal,
            ),
        )
    }

    /// Whether an option can be set by the place of a word, given the one that takes the rest.
    pub(super) fn is_slot(&self, at: usize, greedy: Option<usize>) -> bool {
        self.options[at].kind != CommandOptionType::Attachment && greedy.is_none_or(|greedy| at < greedy)
    }

    /// Tells flags from other words, up to `limit` of the latter.
    fn split(&self, mut words: Words<'a>, limit: Option<usize>) -> Result<Split<'a>, Box<Refusal>> {
        if self.options.is_empty() || !flags::possible(words.rest()) {
            let limit = limit.unwrap_or(self.options.len() + 1);
            let words: Vec<_> = words.by_ref().take(limit).collect();
            let exhausted = words.len() < limit;
            let positional = (0..words.len()).collect();
            return Ok(Split {
                words,
                positional,
                flags: Vec::new(),
                ended: None,
                exhausted,
                may_flag: false,
            });
        }
        let mut split = Split {
            words: words.collect(),
            positional: Vec::new(),
            flags: Vec::new(),
            ended: None,
            exhausted: true,
            may_flag: true,
        };
        let mut at = 0;
        while at < split.words.len() {
            let word = split.words[at];
            if split.ended.is_some() {
                split.positional.push(at);
                at += 1;
            } else if word.is_plainly("--") {
                split.ended = Some(at);
                at += 1;
            } else if let Some(flag) = flag_at(self.options, &split.words, at) {
                split.flags.push((at, flag));
                at = flag.next;
            } else {
                if limit.is_none() && word.raw.len() > 2 && word.raw.starts_with("--") {
                    return Err(Box::new(self.unknown_flag(&word)));
                }
                split.positional.push(at);
                at += 1;
            }
            if limit.is_some_and(|limit| split.positional.len() >= limit) {
                split.exhausted = false;
                break;
            }
        }
        Ok(split)
    }

    pub(super) fn fit(&self, option: usize, word: &Word<'a>) -> Fit<'a> {
        fit(self.request, self.knowledge, &self.options[option], word)
    }

    pub(super) fn resolver(&self) -> Resolver<'_> {
        Resolver { message: &self.request.message, knowledge: self.knowledge }
    }

    /// Index of the option that a reply fills.
    pub(super) fn implied(&self) -> Option<usize> {
        let person = |option: &CommandOption| {
            matches!(option.kind, CommandOptionType::User | CommandOptionType::Mentionable)
        };
        match self.request.implied {
            Some(name) => {
                self.options.iter().position(|option| person(option) && same_name(&option.name, name))
            }
            None => self.options.iter().position(person),
        }
    }

    pub(super) fn replied_author(&self) -> Option<&User> {
        self.request.message.replied?.author
    }

    /// Whether an option can go without the word at hand, or without any. A word that was surely meant for a person
    /// is never passed over in favour of the author of the message replied to.
    pub(super) fn may_skip(&self, option: usize, word: Option<&Word<'a>>) -> bool {
        if self.implied() != Some(option) || self.replied_author().is_none() {
            return self.options[option].required != Some(true);
        }
        let mentionable = self.options[option].kind == CommandOptionType::Mentionable;
        word.is_none_or(|word| {
            let meant =
                target::is_meant_for_a_user(&word.value()) || mentionable && word.raw.starts_with("<@");
            !meant && !matches!(self.fit(option, word), Fit::No(RefusalKind::Ambiguous { .. }))
        })
    }

    /// Where the text ends, for what is missing there or came from elsewhere.
    pub(super) fn end(&self) -> usize {
        self.request.text.trim_end().len()
    }

    fn unknown_flag(&self, word: &Word<'a>) -> Refusal {
        let settable = || {
            let named = self.options.iter().filter(|option| option.kind != CommandOptionType::Attachment);
            named.map(|option| &*option.name)
        };
        let name = flags::dashed(word.raw).unwrap_or_default();
        let name = name.split('=').next().unwrap_or_default();
        let nearest = nearest(name, settable()).map(str::to_owned);
        let names = settable().map(str::to_owned).collect();
        self.refuse(None, word.span(), RefusalKind::UnknownFlag { names, nearest })
    }

    pub(super) fn refuse(&self, option: Option<usize>, span: Range<usize>, kind: RefusalKind) -> Refusal {
        let option = option.map(|at| &self.options[at]);
        let read = self.request.text.get(span.clone()).unwrap_or_default();
        let mut expected = option.map_or(Expectation::Nothing, |option| Expectation::of(option, read));
        if kind == RefusalKind::OutOfRange {
            expected.bound();
        }
        Refusal {
            path: self.path.iter().map(|option| option.name.clone()).collect(),
            option: option.map(|option| option.name.clone()),
            span,
            kind,
            expected,
        }
    }
}

impl Expectation {
    /// Fills in Discord's own bounds where the option has none.
    fn bound(&mut self) {
        match self {
            Self::Integer { min, max } => {
                min.get_or_insert(CommandOptionValue::INTEGER_RANGE.start);
                max.get_or_insert(CommandOptionValue::INTEGER_RANGE.end - 1);
            }
            Self::Number { min, max } => {
                min.get_or_insert(*CommandOptionValue::NUMBER_RANGE.start());
                max.get_or_insert(*CommandOptionValue::NUMBER_RANGE.end());
            }
            _ => {}
        }
    }
}
