//! Why a text could not be read: plain data, without prose.

use super::{nearest::nearest, pointer::pointer};
use std::ops::Range;
use twilight_model::{
    application::command::{
        CommandOption, CommandOptionChoice, CommandOptionChoiceValue, CommandOptionType, CommandOptionValue,
    },
    channel::ChannelType,
};

/// A text that does not fit the command, with the place where it does not.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The sub-command that was being read, outermost name first; empty for a command without.
    pub path: Vec<String>,
    /// The option concerned, by the name it has in the schema.
    pub option: Option<String>,
    /// Where in [`Request::text`](super::Request::text), in bytes, on character boundaries. Empty at the end of the
    /// text when something is missing there.
    pub span: Range<usize>,
    /// What is wrong.
    pub kind: RefusalKind,
    /// What would have been right.
    pub expected: Expectation,
}

impl Refusal {
    /// What was read at the place of the refusal; `text` is the text that was read.
    pub fn read<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.span.clone()).unwrap_or_default()
    }

    /// Two lines for a code block: the text, and a marker under the place. See [`pointer()`].
    pub fn pointer(&self, text: &str) -> String {
        pointer(text, self.span.clone())
    }
}

/// What is wrong with the text.
#[derive(Clone, Debug, PartialEq)]
pub enum RefusalKind {
    /// A required option has no value.
    Missing,
    /// The words are of the wrong shape for the option.
    Misfit,
    /// No option takes this word.
    Surplus,
    /// A group was named and nothing in it.
    MissingSubcommand {
        /// The names in the group.
        names: Vec<String>,
    },
    /// The group has nothing of this name.
    UnknownSubcommand {
        /// The names in the group.
        names: Vec<String>,
        /// The one probably meant.
        nearest: Option<String>,
    },
    /// No option has this name, or several begin with it.
    UnknownFlag {
        /// The names that may follow `--`.
        names: Vec<String>,
        /// The one probably meant.
        nearest: Option<String>,
    },
    /// A flag sets an option that already has a value from another flag.
    Repeated,
    /// Right in shape, but there is nobody and nothing of this name or id.
    NotFound,
    /// Several share the name.
    Ambiguous {
        /// What to tell them apart by.
        candidates: Vec<String>,
    },
    /// A number beyond its bounds.
    OutOfRange,
    /// Fewer characters than allowed.
    TooShort {
        /// Characters read.
        length: usize,
        /// Least number of characters.
        min: usize,
    },
    /// More characters than allowed.
    TooLong {
        /// Characters read.
        length: usize,
        /// Greatest number of characters.
        max: usize,
    },
    /// A channel of a type that the option does not take.
    WrongChannelType,
    /// A file of a type that the option does not take.
    WrongFileType,
}

/// What an option takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Expectation {
    /// Nothing here.
    Nothing,
    /// Text of so many characters.
    Text {
        /// Least number of characters, at least 1.
        min: usize,
        /// Greatest number of characters, at most 6000.
        max: usize,
    },
    /// A whole number.
    Integer {
        /// Least value.
        min: Option<i64>,
        /// Greatest value.
        max: Option<i64>,
    },
    /// A number.
    Number {
        /// Least value.
        min: Option<f64>,
        /// Greatest value.
        max: Option<f64>,
    },
    /// Yes or no.
    Boolean,
    /// One of these.
    Choice {
        /// The names of the choices.
        names: Vec<String>,
        /// The one probably meant.
        nearest: Option<String>,
    },
    /// A person.
    User,
    /// A role.
    Role,
    /// A person or a role.
    Mentionable,
    /// A channel of one of these types; of any type if empty.
    Channel {
        /// The types taken.
        types: Vec<ChannelType>,
    },
    /// An uploaded file of one of these types; of any type if empty.
    Attachment {
        /// `image`, `video`, `audio` or an extension such as `.pdf`.
        file_types: Vec<String>,
    },
}

impl Expectation {
    /// What `option` takes, given what was read in its place.
    pub(super) fn of(option: &CommandOption, read: &str) -> Self {
        if let Some(choices) = choices(option) {
            let names = choices.iter().map(|choice| choice.name.clone()).collect();
            let nearest = nearest(read, choices.iter().map(|choice| &*choice.name)).map(str::to_owned);
            return Self::Choice { names, nearest };
        }
        match option.kind {
            CommandOptionType::String => {
                let (min, max) = lengths(option);
                Self::Text { min, max }
            }
            CommandOptionType::Integer => {
                Self::Integer { min: option.min_value.and_then(whole), max: option.max_value.and_then(whole) }
            }
            CommandOptionType::Number => {
                Self::Number { min: option.min_value.map(number), max: option.max_value.map(number) }
            }
            CommandOptionType::Boolean => Self::Boolean,
            CommandOptionType::User => Self::User,
            CommandOptionType::Role => Self::Role,
            CommandOptionType::Mentionable => Self::Mentionable,
            CommandOptionType::Channel => {
                Self::Channel { types: option.channel_types.clone().unwrap_or_default() }
            }
            CommandOptionType::Attachment => {
                Self::Attachment { file_types: option.file_types.clone().unwrap_or_default() }
            }
            _ => Self::Nothing,
        }
    }
}

/// The choices of an option that has any.
pub(super) fn choices(option: &CommandOption) -> Option<&[CommandOptionChoice]> {
    option.choices.as_deref().filter(|choices| !choices.is_empty())
}

/// A choice's value as people may type it.
pub(super) fn choice_value(choice: &CommandOptionChoice) -> std::borrow::Cow<'_, str> {
    match &choice.value {
        CommandOptionChoiceValue::Integer(value) => value.to_string().into(),
        CommandOptionChoiceValue::Number(value) => value.to_string().into(),
        CommandOptionChoiceValue::String(value) => value.as_str().into(),
    }
}

/// Least and greatest number of characters; an empty text is never a value.
pub(super) fn lengths(option: &CommandOption) -> (usize, usize) {
    let limit = *CommandOption::STRING_LENGTH_RANGE.end();
    (option.min_length.unwrap_or(0).max(1).into(), option.max_length.unwrap_or(limit).min(limit).into())
}

pub(super) fn whole(value: CommandOptionValue) -> Option<i64> {
    match value {
        CommandOptionValue::Integer(value) => Some(value),
        CommandOptionValue::Number(_) => None,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "bounds of numbers lie within the range that f64 holds exactly"
)]
pub(super) fn number(value: CommandOptionValue) -> f64 {
    match value {
        CommandOptionValue::Integer(value) => value as f64,
        CommandOptionValue::Number(value) => value,
    }
}
