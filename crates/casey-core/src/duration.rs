//! Lengths of time as people type and read them: `8s`, `1h30m`, `2 weeks`, “1 hour and 30 minutes”.
//!
//! ```
//! use std::time::Duration;
//!
//! use casey_core::duration::{self, DurationError};
//!
//! let year = Duration::from_hours(365 * 24);
//! assert_eq!(duration::parse("1h30m", year), Ok(Duration::from_mins(90)));
//! assert_eq!(duration::parse("1 hour and 30 minutes", year), Ok(Duration::from_mins(90)));
//! assert_eq!(duration::parse("2 years", year), Err(DurationError::Unreadable));
//! assert_eq!(duration::words(Duration::from_mins(90)), "1 hour and 30 minutes");
//! assert_eq!(duration::short(Duration::from_mins(90)), "1h30m");
//! ```

use std::time::Duration;

/// The units, longest first: seconds in one, what it is called, and the words people use for it.
///
/// Months and years are left out on purpose: their lengths differ, and `m` is a minute.
const UNITS: [(u64, &str, char, &[&str]); 5] = [
    (604_800, "week", 'w', &["w", "wk", "wks", "week", "weeks"]),
    (86_400, "day", 'd', &["d", "day", "days"]),
    (3_600, "hour", 'h', &["h", "hr", "hrs", "hour", "hours"]),
    (60, "minute", 'm', &["m", "min", "mins", "minute", "minutes"]),
    (1, "second", 's', &["s", "sec", "secs", "second", "seconds"]),
];

/// Seconds in a week and in a day.
const WEEK: u64 = UNITS[0].0;
const DAY: u64 = UNITS[1].0;

/// Why a text is no length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DurationError {
    /// There is no text.
    #[error("a length of time is missing, such as 10m, 1h30m or 2 weeks")]
    Empty,
    /// It is not made of numbers with units.
    #[error("that is no length of time; it is written like 10m, 1h30m or 2 weeks")]
    Unreadable,
    /// A number stands alone.
    #[error("the number has no unit: write s, m, h, d or w behind it")]
    NoUnit,
    /// The same unit is given twice.
    #[error("a unit is given twice")]
    Repeated,
    /// It is no time at all.
    #[error("that is no time at all")]
    Zero,
    /// It is longer than the caller permits.
    #[error("that is longer than {}", words(*most))]
    TooLong {
        /// The longest that is permitted.
        most: Duration,
    },
}

/// Reads a length of time of at most `most`: numbers with units, in any order, each unit once, with or without spaces, commas and “and” between
/// them. A number may have up to three decimals (`1.5h`); “a” and “an” count as one. Case does not matter.
///
/// # Errors
///
/// [`DurationError`] if it is something else, zero, or longer than `most`.
pub fn parse(text: &str, most: Duration) -> Result<Duration, DurationError> {
    let millis = read(text)?;
    if millis == 0 {
        return Err(DurationError::Zero);
    }
    match u64::try_from(millis).map(Duration::from_millis) {
        Ok(length) if length <= most => Ok(length),
        _ => Err(DurationError::TooLong { most }),
    }
}

/// Whether a text is a length of time, however long: for [`Command::takes`](crate::Command::takes), so that an optional duration leaves
/// the first word of a reason to the reason.
pub fn is_duration(text: &str) -> bool {
    read(text).is_ok()
}

/// The length in words, in whole seconds: “1 hour and 30 minutes”, “2 weeks”, “10 days”. Weeks are used where nothing is left over.
pub fn words(length: Duration) -> String {
    let parts: Vec<String> = parts(length)
        .into_iter()
        .map(|(count, name, _)| format!("{count} {name}{}", if count == 1 { "" } else { "s" }))
        .collect();
    match parts.as_slice() {
        [] => "0 seconds".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The same in another language, by its tag; in English if there are no words for it.
pub fn words_in(length: Duration, language: &str) -> String {
    if language.split('-').next() != Some("de") {
        return words(length);
    }
    let parts: Vec<String> = parts(length).into_iter().map(|(count, name, _)| german(count, name)).collect();
    match parts.as_slice() {
        [] => german(0, "second"),
        [only] => only.clone(),
        [first @ .., last] => format!("{} und {last}", first.join(", ")),
    }
}

fn german(count: u64, unit: &str) -> String {
    let (one, several) = match unit {
        "week" => ("Woche", "Wochen"),
        "day" => ("Tag", "Tage"),
        "hour" => ("Stunde", "Stunden"),
        "minute" => ("Minute", "Minuten"),
        _ => ("Sekunde", "Sekunden"),
    };
    format!("{count} {}", if count == 1 { one } else { several })
}

/// The length in short form, in whole seconds: `1h30m`, `2w`, `10d`.
pub fn short(length: Duration) -> String {
    let parts = parts(length);
    if parts.is_empty() {
        return "0s".to_owned();
    }
    let parts: Vec<String> = parts.into_iter().map(|(count, _, letter)| format!("{count}{letter}")).collect();
    parts.concat()
}

/// How often each unit fits, longest first, without those that do not.
fn parts(length: Duration) -> Vec<(u64, &'static str, char)> {
    let mut left = length.as_secs();
    // “10 days” says more than “1 week and 3 days”.
    let weeks = left.is_multiple_of(WEEK);
    let mut parts = Vec::new();
    for (seconds, name, letter, _) in UNITS {
        if seconds == WEEK && !weeks {
            continue;
        }
        let count = left / seconds;
        left %= seconds;
        if count > 0 {
            parts.push((count, name, letter));
        }
    }
    debug_assert!(left == 0 && WEEK.is_multiple_of(DAY), "the last unit is a second");
    parts
}

/// The length in milliseconds.
fn read(text: &str) -> Result<u128, DurationError> {
    let text = text.to_lowercase();
    let mut rest = between(&text);
    if rest.is_empty() {
        return Err(DurationError::Empty);
    }
    let (mut millis, mut seen) = (0_u128, [false; UNITS.len()]);
    while !rest.is_empty() {
        let (thousandths, behind) = number(rest)?;
        let behind = behind.trim_start();
        let end = behind.find(|c: char| !c.is_alphabetic()).unwrap_or(behind.len());
        let (word, behind) = behind.split_at(end);
        if word.is_empty() {
            return Err(if behind.is_empty() { DurationError::NoUnit } else { DurationError::Unreadable });
        }
        let unit = UNITS.iter().position(|(.., names)| names.contains(&word));
        let unit = unit.ok_or(DurationError::Unreadable)?;
        if std::mem::replace(&mut seen[unit], true) {
            return Err(DurationError::Repeated);
        }
        millis = thousandths
            .checked_mul(u128::from(UNITS[unit].0))
            .and_then(|part| millis.checked_add(part))
            .ok_or(DurationError::Unreadable)?;
        let next = between(behind);
        if next.is_empty() && !behind.trim().is_empty() {
            // It ends in “and”, or in a comma.
            return Err(DurationError::Unreadable);
        }
        rest = next;
    }
    Ok(millis)
}

/// What follows spaces, one comma and one “and”.
fn between(text: &str) -> &str {
    let text = text.trim();
    let text = text.strip_prefix(',').unwrap_or(text).trim_start();
    match text.strip_prefix("and") {
        Some(rest) if rest.is_empty() || rest.starts_with(char::is_whitespace) => rest.trim_start(),
        _ => text,
    }
}

/// A number in thousandths, and what follows it.
fn number(text: &str) -> Result<(u128, &str), DurationError> {
    for one in ["an ", "a "] {
        if let Some(rest) = text.strip_prefix(one) {
            return Ok((1_000, rest));
        }
    }
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = text.split_at(digits(text));
    // Nobody means a number of more digits than this.
    if whole.is_empty() || whole.len() > 18 {
        return Err(DurationError::Unreadable);
    }
    let whole: u128 = whole.parse().map_err(|_| DurationError::Unreadable)?;
    let Some(behind) = rest.strip_prefix('.') else { return Ok((whole * 1_000, rest)) };
    let (part, rest) = behind.split_at(digits(behind));
    if part.is_empty() || part.len() > 3 {
        return Err(DurationError::Unreadable);
    }
    let part: u128 = format!("{part:0<3}").parse().map_err(|_| DurationError::Unreadable)?;
    Ok((whole * 1_000 + part, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const YEAR: Duration = Duration::from_hours(365 * 24);

    fn read(text: &str) -> Result<u64, DurationError> {
        parse(text, YEAR).map(|length| length.as_secs())
    }

    #[test]
    fn what_people_type_is_read() {
        for (text, seconds) in [
            ("8s", 8),
            ("10m", 600),
            ("1h30m", 5_400),
            ("7d", 604_800),
            ("2w", 1_209_600),
            ("90min", 5_400),
            ("2 hours", 7_200),
            ("1 hour and 30 minutes", 5_400),
            ("1 day, 2 hours and 3 secs", 93_603),
            ("30M 1H", 5_400),
            ("  1h   30 m ", 5_400),
            ("1.5h", 5_400),
            ("0.25 hrs", 900),
            ("an hour", 3_600),
            ("a day and 1h", 90_000),
            ("0h5m", 300),
            ("365d", 365 * 86_400),
        ] {
            assert_eq!(read(text), Ok(seconds), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        let too_long = DurationError::TooLong { most: YEAR };
        for (text, error) in [
            ("", DurationError::Empty),
            ("  ", DurationError::Empty),
            ("and", DurationError::Empty),
            ("5", DurationError::NoUnit),
            ("1h30", DurationError::NoUnit),
            ("h", DurationError::Unreadable),
            ("-5m", DurationError::Unreadable),
            ("5 months", DurationError::Unreadable),
            ("1h and", DurationError::Unreadable),
            ("1h,", DurationError::Unreadable),
            ("1:30h", DurationError::Unreadable),
            ("1..5h", DurationError::Unreadable),
            ("1.2345h", DurationError::Unreadable),
            ("5m later", DurationError::Unreadable),
            ("tomorrow", DurationError::Unreadable),
            ("٣h", DurationError::Unreadable),
            ("1h 1h", DurationError::Repeated),
            ("0s", DurationError::Zero),
            ("0h0m", DurationError::Zero),
            ("366d", too_long),
            ("999999999999999999w", too_long),
            ("9999999999999999999999999w", DurationError::Unreadable),
        ] {
            assert_eq!(read(text), Err(error), "{text}");
        }
        assert_eq!(too_long.to_string(), "that is longer than 365 days");
    }

    #[test]
    fn lengths_are_told_in_words() {
        for (seconds, long, brief) in [
            (0, "0 seconds", "0s"),
            (1, "1 second", "1s"),
            (5_400, "1 hour and 30 minutes", "1h30m"),
            (604_800, "1 week", "1w"),
            (864_000, "10 days", "10d"),
            (694_861, "8 days, 1 hour, 1 minute and 1 second", "8d1h1m1s"),
        ] {
            let length = Duration::from_secs(seconds);
            assert_eq!((words(length).as_str(), short(length).as_str()), (long, brief));
        }
    }

    #[test]
    fn lengths_are_told_in_german() {
        let told = |seconds, language| words_in(Duration::from_secs(seconds), language);
        assert_eq!(told(0, "de"), "0 Sekunden");
        assert_eq!(told(694_861, "de"), "8 Tage, 1 Stunde, 1 Minute und 1 Sekunde");
        assert_eq!(told(1_209_600, "de-AT"), "2 Wochen");
        assert_eq!(told(1, "fr"), "1 second");
    }

    proptest! {
        #[test]
        fn what_is_told_is_read_again(seconds in 1_u64..=365 * 86_400) {
            let length = Duration::from_secs(seconds);
            prop_assert_eq!(parse(&words(length), YEAR), Ok(length));
            prop_assert_eq!(parse(&short(length), YEAR), Ok(length));
            prop_assert!(is_duration(&short(length)));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = parse(&text, YEAR);
        }

        #[test]
        fn nothing_beyond_the_bound_comes_through(text in "([0-9]{1,20}[.]?[0-9]{0,4} ?(s|m|h|d|w|,|and)?){1,4}") {
            if let Ok(length) = parse(&text, YEAR) {
                prop_assert!(length <= YEAR && !length.is_zero());
            }
        }
    }
}
