//! How a value lies in Redis: with the moments it was born and ends, so that a lifetime that was lost or stretched in Redis changes nothing.

use std::time::Duration;

use casey_core::Timestamp;

/// Begins every cached value. A later form gets another one, and old values count as missing.
const MARK: &[u8] = b"c1:";
/// Clocks of several machines differ a little. A value from further in the future counts as missing: its end could not be trusted.
const SKEW: Duration = Duration::from_mins(5);

/// A value as it was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record<'a> {
    pub(super) born: Timestamp,
    pub(super) ends: Timestamp,
    pub(super) value: &'a [u8],
}

impl<'a> Record<'a> {
    /// The bytes for Redis: `c1:BORN:ENDS:` and the value. Scripts read the beginning.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = format!("c1:{}:{}:", self.born.as_millis(), self.ends.as_millis()).into_bytes();
        bytes.extend_from_slice(self.value);
        bytes
    }

    /// `None` for what this did not write.
    pub(super) fn decode(bytes: &'a [u8]) -> Option<Self> {
        let (born, rest) = moment(bytes.strip_prefix(MARK)?)?;
        let (ends, value) = moment(rest)?;
        Some(Self { born, ends, value })
    }

    /// Whether it may still be read: before its end, and no older than its family permits.
    pub(super) fn is_alive(&self, now: Timestamp, longest: Duration) -> bool {
        self.born <= now + SKEW && now < self.ends && now < self.born + longest
    }
}

/// The number up to the next colon, and what follows.
fn moment(bytes: &[u8]) -> Option<(Timestamp, &[u8])> {
    let colon = bytes.iter().take(21).position(|byte| *byte == b':')?;
    let (number, rest) = (bytes.get(..colon)?, bytes.get(colon + 1..)?);
    let millis = std::str::from_utf8(number).ok()?.parse().ok()?;
    Some((Timestamp::from_millis(millis), rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    proptest! {
        #[test]
        fn what_was_written_is_read(born: i64, ends: i64, value: Vec<u8>) {
            let record =
                Record { born: Timestamp::from_millis(born), ends: Timestamp::from_millis(ends), value: &value };
            let bytes = record.encode();
            prop_assert_eq!(Record::decode(&bytes), Some(record));
        }

        #[test]
        fn anything_else_is_nothing(bytes: Vec<u8>) {
            prop_assume!(!bytes.starts_with(MARK));
            prop_assert_eq!(Record::decode(&bytes), None);
        }

        /// However wrong the end is, and however the clock jumps, nothing is read past the family's bound.
        #[test]
        fn nothing_outlives_its_bound(ends: i64, age in 0_u64..10_000_000_000) {
            let born = Timestamp::from_millis(1_767_225_600_000);
            let record = Record { born, ends: Timestamp::from_millis(ends), value: b"" };
            let alive = record.is_alive(born + Duration::from_millis(age), 48 * HOUR);
            prop_assert!(!alive || Duration::from_millis(age) < 48 * HOUR);
        }
    }

    #[test]
    fn a_value_from_the_future_counts_as_missing() {
        let now = Timestamp::from_millis(1_767_225_600_000);
        let record = Record { born: now + HOUR, ends: now + 25 * HOUR, value: b"" };
        assert!(!record.is_alive(now, 48 * HOUR));
        let record = Record { born: now + Duration::from_mins(1), ..record };
        assert!(record.is_alive(now, 48 * HOUR));
    }

    #[test]
    fn half_a_record_is_nothing() {
        for bytes in
            [&b"c1:"[..], b"c1:1", b"c1:1:", b"c1:1:2", b"c1::2:", b"c1:x:2:v", b"c1:1:99999999999999999999:"]
        {
            assert_eq!(Record::decode(bytes), None, "{}", bytes.escape_ascii());
        }
    }
}
