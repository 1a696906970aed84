//! Ids and the times inside them (Discord docs: API Reference, Snowflakes).

use std::{fmt, num::ParseIntError, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use time::OffsetDateTime;

/// First second of 2015 in Unix milliseconds, where Discord's ids start to count.
const EPOCH_MS: i128 = 1_420_070_400_000;

/// An id as Discord gives them: 42 bits of milliseconds since 2015, then a counter. In JSON it is a string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Snowflake(u64);

impl Snowflake {
    /// Wraps a raw id.
    pub const fn new(raw: u64) -> Self {
        Self(raw)
    }

    /// The raw number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// An id in JSON. Discord writes them as strings and takes numbers as well, which discord.py sends.
    pub(crate) fn of_json(value: &serde_json::Value) -> Option<Self> {
        value.as_str().map_or_else(|| value.as_u64().map(Self), |text| text.parse().ok())
    }

    /// When the thing with this id was made, in Unix milliseconds.
    pub fn unix_ms(self) -> i64 {
        i64::try_from(i128::from(self.0 >> 22) + EPOCH_MS).unwrap_or(i64::MAX)
    }

    /// The lowest id that something made at `at` can have.
    pub(crate) fn at(at: OffsetDateTime) -> Self {
        let ms = (at.unix_timestamp_nanos() / 1_000_000 - EPOCH_MS).max(0);
        Self(u64::try_from(ms).unwrap_or(0) << 22)
    }
}

impl fmt::Display for Snowflake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Snowflake {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl Serialize for Snowflake {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Snowflake {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// Gives out ids that only ever rise, and depend on nothing but the clock and the order of asking.
#[derive(Debug, Default)]
pub(crate) struct Minter {
    last: u64,
}

impl Minter {
    /// The next id for something made at `at`.
    pub(crate) fn next(&mut self, at: OffsetDateTime) -> Snowflake {
        self.last = Snowflake::at(at).0.max(self.last + 1);
        Snowflake(self.last)
    }

    /// The next id, at least a millisecond after the one before, so that ids differ in the bits that choose a shard.
    pub(crate) fn next_apart(&mut self, from: OffsetDateTime) -> Snowflake {
        self.last = Snowflake::at(from).0.max(((self.last >> 22) + 1) << 22);
        Snowflake(self.last)
    }
}

/// A time as Discord writes it: six digits of a second and `+00:00`.
pub(crate) fn timestamp(at: OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}+00:00",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.microsecond()
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use time::macros::datetime;

    use super::*;

    #[test]
    fn the_documented_example_has_its_documented_time() {
        let id: Snowflake = "175928847299117063".parse().unwrap();
        assert_eq!(id.unix_ms(), 1_462_015_105_796);
    }

    #[test]
    fn ids_are_read_from_strings_and_numbers() {
        let read = |value| Snowflake::of_json(&value).map(Snowflake::get);
        assert_eq!(read(serde_json::json!("175928847299117063")), Some(175_928_847_299_117_063));
        assert_eq!(read(serde_json::json!(175_928_847_299_117_063_u64)), Some(175_928_847_299_117_063));
        assert_eq!((read(serde_json::json!("Bob")), read(serde_json::json!(-1))), (None, None));
    }

    #[test]
    fn ids_rise_even_when_the_clock_stands_still_or_goes_back() {
        let mut minter = Minter::default();
        let now = datetime!(2026-01-01 00:00 UTC);
        let ids = [minter.next(now), minter.next(now), minter.next(now - time::Duration::HOUR)];
        assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
        assert!(minter.next_apart(now).get() >> 22 > ids[2].get() >> 22);
    }

    #[test]
    fn timestamps_always_carry_six_digits() {
        assert_eq!(timestamp(datetime!(2026-01-02 03:04:05.6 UTC)), "2026-01-02T03:04:05.600000+00:00");
    }
}
