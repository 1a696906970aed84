//! One attempt to set the options of a command from its words, files and reply.

use super::{
    Read,
    flags::{self, Flag, FlagValue, flag_at},
    knowledge::Query,
    layout::{Layout, Misplaced},
    leaf::{Leaf, Split},
    refusal::{Refusal, RefusalKind},
    resolve,
    value::{Fit, Value, fit_text},
    words::Word,
};
use std::{collections::HashMap, ops::Range};
use twilight_model::{
    application::{
        command::{CommandOption, CommandOptionType},
        interaction::{InteractionDataResolved, application_command::CommandDataOption},
    },
    channel::Attachment,
};

/// What an option is set to, and by which words.
struct Filled<'a> {
    value: Value<'a>,
    span: Range<usize>,
}

/// One way to read the words, complete except for open queries.
pub(super) struct Attempt<'a> {
    filled: Vec<Option<Filled<'a>>>,
    pub(super) queries: Vec<Query>,
}

/// A failed attempt.
pub(super) struct Failure {
    /// Whether no other attempt can explain more: something required is missing or does not fit.
    pub(super) decisive: bool,
    pub(super) refusal: Box<Refusal>,
}

impl<'a> Leaf<'_, 'a> {
    /// Lays the first `taken` positional words over the options, and leaves the rest of the text to the last.
    pub(super) fn attempt(
        &self,
        split: &Split<'a>,
        greedy: Option<usize>,
        taken: usize,
    ) -> Result<Attempt<'a>, Failure> {
        let mut attempt =
            Attempt { filled: self.options.iter().map(|_| None).collect(), queries: Vec::new() };
        let tail_word = split.positional.get(taken).filter(|_| greedy.is_some()).copied();
        let tail_end = self.set_flags(split, tail_word, &mut attempt)?;
        self.set_attachments(&mut attempt)?;
        let rest = greedy.filter(|&at| attempt.filled[at].is_none());
        let slots: Vec<usize> = (0..self.options.len())
            .filter(|&at| self.is_slot(at, rest) && attempt.filled[at].is_none())
            .collect();
        let words: Vec<Word<'a>> = split.positional[..taken].iter().map(|&at| split.words[at]).collect();
        let after = tail_word.map(|at| split.words[at]);
        self.set_slots(&slots, &words, after, &mut attempt)?;
        if let Some(at) = tail_word {
            let word = split.words[at];
            let Some(option) = rest else {
                return Err(Failure::hard(self.refuse(None, word.span(), RefusalKind::Surplus)));
            };
            let text = self.request.text;
            let end = tail_end.map_or(text.len(), |at| split.words[at].start);
            self.set_tail(option, word, text[word.start..end].trim_end(), &mut attempt)?;
        }
        self.set_implied(&mut attempt);
        self.check_required(&attempt)?;
        Ok(attempt)
    }

    /// Sets the options named by flags before and after the trailing text; gives the word at which the latter begin.
    fn set_flags(
        &self,
        split: &Split<'a>,
        tail_word: Option<usize>,
        attempt: &mut Attempt<'a>,
    ) -> Result<Option<usize>, Failure> {
        let before = split.flags.iter().take_while(|(at, _)| tail_word.is_none_or(|tail| *at < tail));
        for (_, flag) in before {
            self.set_flag(flag, attempt)?;
        }
        let open = |tail: &usize| split.may_flag && split.ended.is_none_or(|ended| ended > *tail);
        let Some(tail) = tail_word.filter(open) else { return Ok(None) };
        let first = flags::trailing(self.options, &split.words, tail + 1);
        let mut at = first;
        while let Some(flag) = flag_at(self.options, &split.words, at) {
            self.set_flag(&flag, attempt)?;
            at = flag.next;
        }
        Ok(Some(first).filter(|&first| first < split.words.len()))
    }

    fn set_flag(&self, flag: &Flag<'a>, attempt: &mut Attempt<'a>) -> Result<(), Failure> {
        let refuse = |span, kind| Failure::hard(self.refuse(Some(flag.option), span, kind));
        if attempt.filled[flag.option].is_some() {
            return Err(refuse(flag.span(), RefusalKind::Repeated));
        }
        let value = match flag.value {
            FlagValue::Switch(on) => Fit::Ready(Value::Boolean(on)),
            FlagValue::Given(word) => self.fit(flag.option, &word),
            FlagValue::Missing => return Err(refuse(flag.span(), RefusalKind::Missing)),
        };
        let place = match flag.value {
            FlagValue::Given(word) => word.span(),
            _ => flag.span(),
        };
        attempt.set(flag.option, value, flag.span()).map_err(|kind| refuse(place, kind))
    }

    /// Sets file options from the message's uploads, and required ones also from those of the message replied to.
    fn set_attachments(&self, attempt: &mut Attempt<'a>) -> Result<(), Failure> {
        let mut used = Vec::new();
        let end = self.end();
        for (at, option) in self.options.iter().enumerate() {
            if option.kind != CommandOptionType::Attachment {
                continue;
            }
            let message = &self.request.message;
            let required = option.required == Some(true);
            let replied = message.replied.filter(|_| required).map_or(&[][..], |replied| replied.attachments);
            let mut free = message.attachments.iter().chain(replied).filter(|file| !used.contains(&file.id));
            let other = free.clone().next().is_some();
            let types = option.file_types.as_deref().unwrap_or_default();
            if let Some(file) = free.find(|file| is_of_type(file, types)) {
                used.push(file.id);
                attempt.filled[at] = Some(Filled { value: Value::Attachment(file.id), span: end..end });
            } else if required {
                let kind = if other { RefusalKind::WrongFileType } else { RefusalKind::Missing };
                return Err(Failure::hard(self.refuse(Some(at), end..end, kind)));
            }
        }
        Ok(())
    }

    /// Sets the options that words stand for by their place; `after` is the word after these.
    fn set_slots(
        &self,
        slots: &[usize],
        words: &[Word<'a>],
        after: Option<Word<'a>>,
        attempt: &mut Attempt<'a>,
    ) -> Result<(), Failure> {
        let fits = |slot: usize, word: usize| self.fit(slots[slot], &words[word]);
        let skips = |slot: usize, word: Option<usize>| {
            self.may_skip(slots[slot], word.map_or(after.as_ref(), |at| Some(&words[at])))
        };
        let layout = Layout { slots: slots.len(), words: words.len(), fits, skips };
        match layout.find() {
            Ok(places) => {
                for (word, slot, fit) in places {
                    let set = attempt.set(slots[slot], fit, words[word].span());
                    let refuse =
                        |kind| Failure::hard(self.refuse(Some(slots[slot]), words[word].span(), kind));
                    set.map_err(refuse)?;
                }
                Ok(())
            }
            Err(Misplaced::Missing(slot)) => {
                let end = self.end();
                Err(Failure::hard(self.refuse(Some(slots[slot]), end..end, RefusalKind::Missing)))
            }
            Err(Misplaced::Misfit { slot, word, kind, required }) => Err(Failure {
                decisive: required,
                refusal: Box::new(self.refuse(Some(slots[slot]), words[word].span(), kind)),
            }),
            Err(Misplaced::Surplus(word)) => {
                Err(Failure::soft(self.refuse(None, words[word].span(), RefusalKind::Surplus)))
            }
        }
    }

    /// Gives the rest of the line to the option that takes it. Quotes around all of it are dropped.
    fn set_tail(
        &self,
        option: usize,
        first: Word<'a>,
        tail: &'a str,
        attempt: &mut Attempt<'a>,
    ) -> Result<(), Failure> {
        let span = first.start..first.start + tail.len();
        let text = if first.is_quoted() && first.span() == span { first.value() } else { tail.into() };
        let value = fit_text(self.request, &self.options[option], text);
        let set = attempt.set(option, value, span.clone());
        set.map_err(|kind| Failure::hard(self.refuse(Some(option), span, kind)))
    }

    /// Sets the option that a reply fills, if nothing else did.
    fn set_implied(&self, attempt: &mut Attempt<'a>) {
        let Some(option) = self.implied().filter(|&option| attempt.filled[option].is_none()) else { return };
        let Some(author) = self.replied_author() else { return };
        let end = self.end();
        let value = match self.resolver().replied(author) {
            Fit::Ready(Value::User(id)) if self.options[option].kind == CommandOptionType::Mentionable => {
                Fit::Ready(Value::Mentionable(id.cast()))
            }
            fit => fit,
        };
        // A misfit cannot come of an author that is known; it would leave the option empty.
        attempt.set(option, value, end..end).unwrap_or_default();
    }

    fn check_required(&self, attempt: &Attempt<'a>) -> Result<(), Failure> {
        let missing = |(at, option): (usize, &CommandOption)| {
            (option.required == Some(true) && attempt.filled[at].is_none()).then_some(at)
        };
        match self.options.iter().enumerate().find_map(missing) {
            Some(at) => {
                let end = self.end();
                Err(Failure::hard(self.refuse(Some(at), end..end, RefusalKind::Missing)))
            }
            None => Ok(()),
        }
    }

    /// Turns a complete attempt into what Discord would have sent.
    pub(super) fn finish(&self, attempt: Attempt<'a>) -> Read {
        let mut resolved = InteractionDataResolved {
            attachments: HashMap::new(),
            channels: HashMap::new(),
            members: HashMap::new(),
            messages: HashMap::new(),
            roles: HashMap::new(),
            users: HashMap::new(),
        };
        let mut options = Vec::new();
        let mut spans = Vec::new();
        for (option, filled) in self.options.iter().zip(attempt.filled) {
            let Some(Filled { value, span }) = filled else { continue };
            self.resolver().describe(&value, &mut resolved);
            if let Some(value) = value.into_option_value() {
                options.push(CommandDataOption { name: option.name.clone(), value });
                spans.push(span);
            }
        }
        let resolved = Some(resolved).filter(|resolved| !resolve::is_empty(resolved));
        Read::nest(self.path, options, spans, resolved)
    }
}

impl<'a> Attempt<'a> {
    fn set(&mut self, option: usize, fit: Fit<'a>, span: Range<usize>) -> Result<(), RefusalKind> {
        let value = match fit {
            Fit::Ready(value) => value,
            Fit::Ask(query) => {
                if !self.queries.contains(&query) {
                    self.queries.push(query);
                }
                Value::Asked
            }
            Fit::No(kind) => return Err(kind),
        };
        self.filled[option] = Some(Filled { value, span });
        Ok(())
    }
}

impl Failure {
    fn hard(refusal: Refusal) -> Self {
        Self { decisive: true, refusal: Box::new(refusal) }
    }

    fn soft(refusal: Refusal) -> Self {
        Self { decisive: false, refusal: Box::new(refusal) }
    }
}

/// Whether a file is of one of these types ("Application Commands", Application Command Option Structure). The
/// option's own picker is the only place where Discord looks at them.
fn is_of_type(file: &Attachment, types: &[String]) -> bool {
    let name = file.filename.to_lowercase();
    let media = file.content_type.as_deref().unwrap_or_default();
    types.is_empty()
        || types.iter().any(|kind| match kind.strip_prefix('.') {
            Some(_) => name.ends_with(&kind.to_lowercase()),
            None => media.split('/').next() == Some(kind),
        })
}
