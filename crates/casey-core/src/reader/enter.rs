//! Reads what was entered for one option by itself, as in a form.

use std::borrow::Cow;

use twilight_model::application::{
    command::{CommandOption, CommandOptionType},
    interaction::application_command::CommandOptionValue,
};

use super::{
    refusal::{Expectation, Refusal, RefusalKind, choices, lengths},
    value::{Fit, Value, boolean, choice, decimal, integer},
};

/// The value of an option as text. People, roles and channels are chosen in a form and not typed, so they do not fit.
///
/// # Errors
///
/// A [`Refusal`] whose span is the whole text.
pub(crate) fn enter(option: &CommandOption, text: &str) -> Result<CommandOptionValue, Box<Refusal>> {
    let fit = match option.kind {
        _ if choices(option).is_some() => choice(option, text),
        CommandOptionType::String => within(option, text),
        CommandOptionType::Integer => integer(option, text.trim()),
        CommandOptionType::Number => decimal(option, text.trim()),
        CommandOptionType::Boolean => boolean(text.trim()),
        _ => Fit::No(RefusalKind::Misfit),
    };
    let kind = match fit {
        Fit::Ready(value) => match value.into_option_value() {
            Some(value) => return Ok(value),
            None => RefusalKind::Misfit,
        },
        Fit::Ask(_) => RefusalKind::Misfit,
        Fit::No(kind) => kind,
    };
    Err(Box::new(Refusal {
        path: Vec::new(),
        option: Some(option.name.clone()),
        span: 0..text.len(),
        kind,
        expected: Expectation::of(option, text),
    }))
}

fn within(option: &CommandOption, text: &str) -> Fit<'static> {
    let (min, max) = lengths(option);
    match text.chars().count() {
        length if length < min => Fit::No(RefusalKind::TooShort { length, min }),
        length if length > max => Fit::No(RefusalKind::TooLong { length, max }),
        _ => Fit::Ready(Value::Text(Cow::Owned(text.to_owned()))),
    }
}
