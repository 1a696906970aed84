//! Reads one value of one option.

use super::{
    Request,
    knowledge::{Knowledge, Query},
    refusal::{RefusalKind, choice_value, choices, lengths, number, whole},
    resolve::Resolver,
    words::Word,
};
use std::borrow::Cow;
use twilight_model::{
    application::{
        command::{CommandOption, CommandOptionChoiceValue, CommandOptionType, CommandOptionValue as Bound},
        interaction::application_command::CommandOptionValue,
    },
    id::{
        Id,
        marker::{AttachmentMarker, ChannelMarker, GenericMarker, RoleMarker, UserMarker},
    },
};

/// A value of an option, borrowed while alternatives are weighed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    Integer(i64),
    Number(f64),
    Boolean(bool),
    User(Id<UserMarker>),
    Role(Id<RoleMarker>),
    Channel(Id<ChannelMarker>),
    Mentionable(Id<GenericMarker>),
    Attachment(Id<AttachmentMarker>),
    /// Depends on a query that has no answer yet.
    Asked,
}

impl Value<'_> {
    /// The value as Discord sends it; none while a query is open.
    pub(super) fn into_option_value(self) -> Option<CommandOptionValue> {
        Some(match self {
            Self::Text(text) => CommandOptionValue::String(text.into_owned()),
            Self::Integer(value) => CommandOptionValue::Integer(value),
            Self::Number(value) => CommandOptionValue::Number(value),
            Self::Boolean(value) => CommandOptionValue::Boolean(value),
            Self::User(id) => CommandOptionValue::User(id),
            Self::Role(id) => CommandOptionValue::Role(id),
            Self::Channel(id) => CommandOptionValue::Channel(id),
            Self::Mentionable(id) => CommandOptionValue::Mentionable(id),
            Self::Attachment(id) => CommandOptionValue::Attachment(id),
            Self::Asked => return None,
        })
    }
}

/// Whether a word fits an option.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fit<'a> {
    Ready(Value<'a>),
    /// That depends on this.
    Ask(Query),
    No(RefusalKind),
}

/// Whether a word fits an option, and as what value.
pub(super) fn fit<'a>(
    request: &Request<'_>,
    knowledge: &Knowledge,
    option: &'a CommandOption,
    word: &Word<'a>,
) -> Fit<'a> {
    let text = word.value();
    if choices(option).is_some() {
        return choice(option, &text);
    }
    let resolver = Resolver { message: &request.message, knowledge };
    match option.kind {
        CommandOptionType::String => fit_text(request, option, text),
        CommandOptionType::Integer => integer(option, &text),
        CommandOptionType::Number => decimal(option, &text),
        CommandOptionType::Boolean => boolean(&text),
        CommandOptionType::User => resolver.user(&text, word.is_quoted()),
        CommandOptionType::Role => resolver.role(&text, word.is_quoted()),
        CommandOptionType::Mentionable => resolver.mentionable(&text, word.is_quoted()),
        CommandOptionType::Channel => resolver.channel(option, &text, word.is_quoted()),
        _ => Fit::No(RefusalKind::Misfit),
    }
}

/// Whether a text fits a string option without choices.
pub(super) fn fit_text<'a>(request: &Request<'_>, option: &CommandOption, text: Cow<'a, str>) -> Fit<'a> {
    let (min, max) = lengths(option);
    let length = text.chars().count();
    if length < min {
        Fit::No(RefusalKind::TooShort { length, min })
    } else if length > max {
        Fit::No(RefusalKind::TooLong { length, max })
    } else if request.accepts.is_some_and(|accepts| !accepts(&option.name, &text)) {
        Fit::No(RefusalKind::Misfit)
    } else {
        Fit::Ready(Value::Text(text))
    }
}

pub(super) fn choice<'a>(option: &'a CommandOption, text: &str) -> Fit<'a> {
    let choices = choices(option).unwrap_or_default();
    let same = |name: &str| name.eq_ignore_ascii_case(text) || name.to_lowercase() == text.to_lowercase();
    let chosen = choices
        .iter()
        .find(|choice| same(&choice.name))
        .or_else(|| choices.iter().find(|choice| same(&choice_value(choice))));
    match chosen.map(|choice| &choice.value) {
        Some(CommandOptionChoiceValue::String(value)) => Fit::Ready(Value::Text(Cow::Borrowed(value))),
        Some(CommandOptionChoiceValue::Integer(value)) => match option.kind {
            CommandOptionType::Number => Fit::Ready(Value::Number(number(Bound::Integer(*value)))),
            _ => Fit::Ready(Value::Integer(*value)),
        },
        Some(CommandOptionChoiceValue::Number(value)) => Fit::Ready(Value::Number(*value)),
        None => Fit::No(RefusalKind::Misfit),
    }
}

pub(super) fn integer(option: &CommandOption, text: &str) -> Fit<'static> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Fit::No(RefusalKind::Misfit);
    }
    let at_least = option.min_value.and_then(whole).unwrap_or(i64::MIN);
    let at_most = option.max_value.and_then(whole).unwrap_or(i64::MAX);
    match text.parse() {
        Ok(value) if Bound::INTEGER_RANGE.contains(&value) && (at_least..=at_most).contains(&value) => {
            Fit::Ready(Value::Integer(value))
        }
        _ => Fit::No(RefusalKind::OutOfRange),
    }
}

pub(super) fn decimal(option: &CommandOption, text: &str) -> Fit<'static> {
    // Only digits and one point: neither exponents nor the names of infinity.
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let Some(value) = text.parse::<f64>().ok().filter(|_| plain) else {
        return Fit::No(RefusalKind::Misfit);
    };
    let at_least = option.min_value.map_or(f64::NEG_INFINITY, number);
    let at_most = option.max_value.map_or(f64::INFINITY, number);
    if Bound::NUMBER_RANGE.contains(&value) && (at_least..=at_most).contains(&value) {
        Fit::Ready(Value::Number(value))
    } else {
        Fit::No(RefusalKind::OutOfRange)
    }
}

pub(super) fn boolean(text: &str) -> Fit<'static> {
    const YES: [&str; 7] = ["yes", "y", "on", "true", "1", "enable", "enabled"];
    const NO: [&str; 7] = ["no", "n", "off", "false", "0", "disable", "disabled"];
    let is = |word: &&str| word.eq_ignore_ascii_case(text);
    match (YES.iter().any(is), NO.iter().any(is)) {
        (true, _) => Fit::Ready(Value::Boolean(true)),
        (_, true) => Fit::Ready(Value::Boolean(false)),
        _ => Fit::No(RefusalKind::Misfit),
    }
}
