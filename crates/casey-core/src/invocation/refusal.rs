//! Tells a person what could not be read, and how it is typed.

use twilight_model::channel::ChannelType;

use crate::{
    call::Call,
    catalogue::Entry,
    escape,
    house::House,
    reader::{Expectation, Refusal, RefusalKind, usage_line},
    reply::Reply,
    text::Text,
};

/// The refusal in words: what was read, what was expected, where it stands, usage, example.
pub(crate) fn reply(house: &House, call: &Call, entry: &Entry, refusal: &Refusal, typed: &str) -> Reply {
    let text = house.texts.of(call);
    let mut lines = vec![sentence(text, refusal, typed)];
    if !refusal.span.is_empty() {
        lines.push(escape::block(&refusal.pointer(typed)));
    }
    let command = &entry.command;
    let usage = usage_line(&command.schema, &refusal.path, call.lead());
    lines.push(text.msg_refusal_usage(escape::code(&usage)));
    let path = refusal.path.join(" ");
    if let Some(example) = command.rules_of(&path).examples.first() {
        let name = super::full_path(entry, &path);
        let example = format!("{}{name} {example}", call.lead());
        lines.push(text.msg_refusal_example(escape::code(example.trim_end())));
    }
    Reply::text(lines.join("\n"))
}

/// What is wrong, in a sentence.
pub(crate) fn sentence(text: &Text, refusal: &Refusal, typed: &str) -> String {
    let read = escape::code(&escape::shorten(refusal.read(typed), 60));
    let option = escape::code(refusal.option.as_deref().unwrap_or_default());
    let expected = expectation(text, &refusal.expected);
    match &refusal.kind {
        RefusalKind::Missing => text.msg_refusal_missing(option, expected),
        RefusalKind::Misfit => match near(&refusal.expected) {
            Some(near) => text.msg_refusal_misfit_near(read, option, expected, escape::code(near)),
            None => text.msg_refusal_misfit(read, option, expected),
        },
        RefusalKind::Surplus => text.msg_refusal_surplus(read),
        RefusalKind::MissingSubcommand { names } => text.msg_refusal_missing_sub(list(names)),
        RefusalKind::UnknownSubcommand { names, nearest } => match nearest {
            Some(near) => text.msg_refusal_unknown_sub_near(read, list(names), escape::code(near)),
            None => text.msg_refusal_unknown_sub(read, list(names)),
        },
        RefusalKind::UnknownFlag { names, nearest } => match nearest {
            Some(near) => text.msg_refusal_unknown_flag_near(read, escape::code(&format!("--{near}"))),
            None if names.is_empty() => text.msg_refusal_no_flags(read),
            None => text.msg_refusal_unknown_flag(read, flags(names)),
        },
        RefusalKind::Repeated => text.msg_refusal_repeated(option),
        RefusalKind::NotFound => text.msg_refusal_not_found(read, expected),
        RefusalKind::Ambiguous { candidates } => text.msg_refusal_ambiguous(read, list(candidates)),
        RefusalKind::TooShort { length, min } => text.msg_refusal_too_short(option, *length, *min),
        RefusalKind::TooLong { length, max } => text.msg_refusal_too_long(option, *length, *max),
        RefusalKind::OutOfRange | RefusalKind::WrongChannelType => {
            text.msg_refusal_misfit(read, option, expected)
        }
        RefusalKind::WrongFileType => text.msg_refusal_wrong_file(option, expected),
    }
}

fn near(expected: &Expectation) -> Option<&str> {
    match expected {
        Expectation::Choice { nearest, .. } => nearest.as_deref(),
        _ => None,
    }
}

/// What would have been right, as the end of “expected …”.
fn expectation(text: &Text, expected: &Expectation) -> String {
    match expected {
        Expectation::Nothing => text.msg_expect_nothing(),
        Expectation::Text { min: 0 | 1, max } if *max >= 6_000 => text.msg_expect_text(),
        Expectation::Text { min, max } => text.msg_expect_text_of(*min, *max),
        Expectation::Integer { min, max } => bounds(text, text.msg_expect_integer(), *min, *max),
        Expectation::Number { min, max } => bounds(text, text.msg_expect_number(), *min, *max),
        Expectation::Boolean => text.msg_expect_boolean(),
        Expectation::Choice { names, .. } => text.msg_expect_choice(list(names)),
        Expectation::User => text.msg_expect_user(),
        Expectation::Role => text.msg_expect_role(),
        Expectation::Mentionable => text.msg_expect_mentionable(),
        Expectation::Channel { types } if types.is_empty() => text.msg_expect_channel(),
        Expectation::Channel { types } => {
            let kinds: Vec<&str> = types.iter().map(|kind| channel_kind(*kind)).collect();
            text.msg_expect_channel_of(kinds.join(", "))
        }
        Expectation::Attachment { file_types } if file_types.is_empty() => text.msg_expect_file(),
        Expectation::Attachment { file_types } => text.msg_expect_file_of(list(file_types)),
    }
}

fn bounds<N: ToString>(text: &Text, what: String, min: Option<N>, max: Option<N>) -> String {
    match (min, max) {
        (None, None) => what,
        (Some(min), None) => text.msg_expect_from(what, min.to_string()),
        (None, Some(max)) => text.msg_expect_up_to(what, max.to_string()),
        (Some(min), Some(max)) => text.msg_expect_between(what, min.to_string(), max.to_string()),
    }
}

/// Names in code, at most twenty.
fn list(names: &[String]) -> String {
    let mut shown: Vec<String> = names.iter().take(20).map(|name| escape::code(name)).collect();
    if names.len() > shown.len() {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

fn flags(names: &[String]) -> String {
    list(&names.iter().map(|name| format!("--{name}")).collect::<Vec<_>>())
}

/// Discord's word for a kind of channel.
const fn channel_kind(kind: ChannelType) -> &'static str {
    match kind {
        ChannelType::GuildText => "text",
        ChannelType::GuildVoice => "voice",
        ChannelType::GuildCategory => "category",
        ChannelType::GuildAnnouncement => "announcement",
        ChannelType::GuildStageVoice => "stage",
        ChannelType::GuildForum => "forum",
        ChannelType::GuildMedia => "media",
        ChannelType::AnnouncementThread | ChannelType::PublicThread | ChannelType::PrivateThread => "thread",
        _ => "other",
    }
}
