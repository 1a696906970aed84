//! Time enters Casey only through [`Clock`].

use std::{
    fmt::{self, Display, Formatter},
    ops::{Add, Sub},
    time::Duration,
};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use twilight_model::id::Id;

/// The first millisecond of 2015 in Unix milliseconds, from which Discord's ids count.
///
/// See Discord Docs/Snowflakes.
const DISCORD_EPOCH: i64 = 1_420_070_400_000;

/// A moment in Unix milliseconds, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// A moment from milliseconds since the Unix epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch, rounded down: the number in `<t:…:R>`.
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// The moment a Discord id was made.
    pub const fn of_id<T>(id: Id<T>) -> Self {
        Self((id.get() >> 22).cast_signed() + DISCORD_EPOCH)
    }

    /// The beginning of the hour this moment is in (UTC).
    #[must_use]
    pub const fn hour(self) -> Self {
        Self(self.0 - self.0.rem_euclid(3_600_000))
    }

    /// The beginning of the day this moment is in (UTC).
    #[must_use]
    pub const fn day(self) -> Self {
        Self(self.0 - self.0.rem_euclid(86_400_000))
    }

    /// The time that passed since `earlier`; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Discord's markup for this moment: shown to each reader in their own time zone.
    ///
    /// See Discord Docs/Message Formatting.
    pub fn mention(self) -> String {
        format!("<t:{}:f>", self.as_secs())
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, rhs: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(rhs.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, rhs: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(rhs.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl Display for Timestamp {
    /// RFC 3339 in UTC, or the bare number where the year leaves that form.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let text = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .ok()
            .and_then(|moment| moment.format(&Rfc3339).ok());
        match text {
            Some(text) => f.write_str(&text),
            None => write!(f, "{}", self.0),
        }
    }
}

/// Where time comes from.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// Waits until [`now`](Self::now) reaches `moment`; returns at once if it has. Where the clock is set back meanwhile, it waits no longer than it
    /// would have without that: whoever needs the moment itself looks again, as they must with any clock that a machine may correct.
    async fn sleep_until(&self, moment: Timestamp);
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
    fn now(&self) -> Timestamp {
        let now = OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000;
        Timestamp(i64::try_from(now).unwrap_or(i64::MAX))
    }

    #[allow(clippy::disallowed_methods, reason = "the one place where Casey sleeps")]
    async fn sleep_until(&self, moment: Timestamp) {
        tokio::time::sleep(moment.since(self.now())).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_tell_when_they_were_made() {
        let id: Id<()> = Id::new(175_928_847_299_117_063);
        assert_eq!(Timestamp::of_id(id).to_string(), "2016-04-30T11:18:25.796Z");
    }

    #[test]
    fn truncation_goes_down_even_before_1970() {
        let moment = Timestamp::from_millis(-1);
        assert_eq!(moment.hour().as_millis(), -3_600_000);
        assert_eq!(moment.day().as_millis(), -86_400_000);
        assert_eq!(moment.as_secs(), -1);
    }

    #[test]
    fn a_later_moment_is_no_time_ago() {
        let early = Timestamp::from_millis(5);
        assert_eq!(early.since(early + Duration::from_secs(1)), Duration::ZERO);
        assert_eq!((early + Duration::from_secs(1)).since(early), Duration::from_secs(1));
    }
}
