//! When and what, from how people say it. Pure.

use std::time::Duration;

use casey_core::duration::{self, DurationError};

use super::{LATEST, MOST_TEXT, SOONEST};

/// A reminder as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Phrase {
    /// How long from now.
    pub(super) after: Duration,
    /// What it is about.
    pub(super) text: String,
}

/// Why it is not clear what is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unclear {
    /// There is no length of time in it.
    NoTime,
    /// It names a moment, which is different in every time zone.
    Absolute(String),
    /// The time is too short or too long.
    Bounds,
    /// It does not say what it is about.
    NoText,
    /// It says too much.
    TooLong,
}

/// Reads a time and a text that are given apart, as in slash use.
pub(super) fn apart(when: &str, what: &str) -> Result<Phrase, Unclear> {
    let when = without(when.trim(), &["in", "after"]);
    match duration::parse(when, LATEST) {
        Err(error) if !is_amount(error) => Err(no_time(when)),
        length => phrase(length, what.trim()),
    }
}

/// Reads a whole sentence: “in 2h to stretch”, “1h 30m tea”, “to stretch in 2 hours”.
pub(super) fn sentence(said: &str) -> Result<Phrase, Unclear> {
    let said = said.trim();
    let start = without(said, &["in", "after"]);
    if let Some((length, rest)) = leading(start) {
        return phrase(length, without(rest, CONNECTIVES));
    }
    if let Some((length, before)) = trailing(said) {
        return phrase(length, without(before, CONNECTIVES));
    }
    Err(no_time(start))
}

/// What stands between the time and what it is about.
const CONNECTIVES: &[&str] = &["to", "that", "about"];

type Length = Result<Duration, DurationError>;

fn phrase(length: Length, text: &str) -> Result<Phrase, Unclear> {
    let after = length.map_err(|_| Unclear::Bounds)?;
    if after < SOONEST {
        return Err(Unclear::Bounds);
    }
    if text.is_empty() {
        return Err(Unclear::NoText);
    }
    if text.chars().count() > MOST_TEXT {
        return Err(Unclear::TooLong);
    }
    Ok(Phrase { after, text: text.to_owned() })
}

/// Whether a text was a length of time, if not one that is permitted.
const fn is_amount(error: DurationError) -> bool {
    matches!(error, DurationError::Zero | DurationError::TooLong { .. })
}

/// The length of time that the text begins with, as many words as belong to it, and what follows.
fn leading(text: &str) -> Option<(Length, &str)> {
    // “1 day, 2 hours, 3 minutes and 4 seconds” has nine words.
    let ends = words(text).map(|(start, word)| start + word.len()).take(10);
    ends.filter_map(|end| Some((amount(&text[..end])?, text[end..].trim()))).last()
}

/// The length of time behind the last “in”, if the text ends with it, and what stands before.
fn trailing(text: &str) -> Option<(Length, &str)> {
    let (start, word) = words(text).filter(|(_, word)| word.eq_ignore_ascii_case("in")).last()?;
    let behind = text[start + word.len()..].trim().trim_end_matches(['.', '!']);
    Some((amount(behind)?, text[..start].trim()))
}

fn amount(text: &str) -> Option<Length> {
    match duration::parse(text, LATEST) {
        Err(error) if !is_amount(error) => None,
        length => Some(length),
    }
}

fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace().map(move |word| (word.as_ptr().addr() - text.as_ptr().addr(), word))
}

/// The text without its first word, if that is one of these and not all there is.
fn without<'a>(text: &'a str, first: &[&str]) -> &'a str {
    match text.split_once(char::is_whitespace) {
        Some((word, rest)) if first.iter().any(|known| word.eq_ignore_ascii_case(known)) => rest.trim_start(),
        _ => text,
    }
}

/// Tells a moment from what is no time at all.
fn no_time(text: &str) -> Unclear {
    const MOMENTS: [&str; 21] = [
        "today",
        "tonight",
        "tomorrow",
        "noon",
        "midnight",
        "morning",
        "evening",
        "next",
        "at",
        "on",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "this",
        "every",
        "until",
        "when",
    ];
    let Some((_, word)) = words(text).next() else { return Unclear::NoTime };
    let lower = word.to_lowercase();
    let digits = lower.bytes().filter(u8::is_ascii_digit).count();
    let clock = digits > 0
        && (lower.contains([':', '/', '-', '.']) || lower.ends_with("am") || lower.ends_with("pm"));
    if MOMENTS.contains(&lower.as_str()) || clock {
        return Unclear::Absolute(word.to_owned());
    }
    Unclear::NoTime
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(said: &str) -> Result<(u64, String), Unclear> {
        sentence(said).map(|phrase| (phrase.after.as_secs(), phrase.text))
    }

    #[test]
    fn what_people_say_is_read() {
        for (said, seconds, text) in [
            ("in 2h to stretch", 7_200, "stretch"),
            ("2h stretch", 7_200, "stretch"),
            ("2 hours stretch", 7_200, "stretch"),
            ("1h 30m tea", 5_400, "tea"),
            ("in 1 hour and 30 minutes to drink tea", 5_400, "drink tea"),
            ("in an hour about the soup", 3_600, "the soup"),
            ("to stretch in 2 hours", 7_200, "stretch"),
            ("that I am in Rome in 3 days.", 259_200, "I am in Rome"),
            ("IN 10M To Go", 600, "Go"),
            ("10m 10m", 600, "10m"),
            ("2h 30 pushups", 7_200, "30 pushups"),
            ("2h to", 7_200, "to"),
            ("1d line one\nline two", 86_400, "line one\nline two"),
        ] {
            assert_eq!(read(said), Ok((seconds, text.to_owned())), "{said}");
        }
    }

    #[test]
    fn what_is_unclear_is_told_apart() {
        let absolute = |word: &str| Err(Unclear::Absolute(word.to_owned()));
        for (said, unclear) in [
            ("to stretch", Err(Unclear::NoTime)),
            ("", Err(Unclear::NoTime)),
            ("5 stretch", Err(Unclear::NoTime)),
            ("tomorrow to stretch", absolute("tomorrow")),
            ("at 18:00 stretch", absolute("at")),
            ("6pm stretch", absolute("6pm")),
            ("2026-12-24 gifts", absolute("2026-12-24")),
            ("in 2h", Err(Unclear::NoText)),
            ("9s stretch", Err(Unclear::Bounds)),
            ("0s stretch", Err(Unclear::Bounds)),
            ("366d stretch", Err(Unclear::Bounds)),
        ] {
            assert_eq!(read(said), unclear, "{said}");
        }
        assert_eq!(read(&format!("2h {}", "x".repeat(501))), Err(Unclear::TooLong));
        assert!(read(&format!("2h {}", "ü".repeat(500))).is_ok());
    }

    #[test]
    fn given_apart_each_stays_itself() {
        let given = |when, what| apart(when, what).map(|phrase| (phrase.after.as_secs(), phrase.text));
        assert_eq!(given("in 1h", "30m break"), Ok((3_600, "30m break".to_owned())));
        assert_eq!(given("1 hour and 30 minutes", "to go"), Ok((5_400, "to go".to_owned())));
        assert_eq!(given("tomorrow", "go"), Err(Unclear::Absolute("tomorrow".to_owned())));
        assert_eq!(given("soon", "go"), Err(Unclear::NoTime));
        assert_eq!(given("400d", "go"), Err(Unclear::Bounds));
        assert_eq!(given("2h", "  "), Err(Unclear::NoText));
    }

    proptest! {
        #[test]
        fn any_sentence_is_read_or_refused(said in "(in |to |2h |an |hour |and |\\PC{0,4} ){0,12}") {
            if let Ok(phrase) = sentence(&said) {
                prop_assert!((SOONEST..=LATEST).contains(&phrase.after) && !phrase.text.trim().is_empty());
            }
        }
    }
}
