//! Classes of cached data, and the lifetimes they permit.

use std::time::Duration;

use super::retention::Retention;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const SHORTEST: Duration = Duration::from_millis(1);

/// What kind of data a cached value is, which decides how long it may live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CacheClass {
    /// Personal data: 24 to 48 hours, shorter only where the value itself ends earlier.
    Cache,
    /// Nothing personal: up to 30 days.
    Public,
    /// Locks, cooldowns, state of an interaction: less than 24 hours.
    Ephemeral,
    /// Nothing personal, what processes tell each other: a lifetime is optional.
    Coordination,
    /// The gateway's state in the memory of one process; never a key.
    Mirror,
}

impl CacheClass {
    /// The letter keys of this class start with, after `casey:`.
    pub const fn letter(self) -> Option<char> {
        match self {
            Self::Cache => Some('c'),
            Self::Public => Some('p'),
            Self::Ephemeral => Some('e'),
            Self::Coordination => Some('x'),
            Self::Mirror => None,
        }
    }

    /// Whether personal data may be in it.
    pub const fn admits_personal_data(self) -> bool {
        matches!(self, Self::Cache | Self::Ephemeral | Self::Mirror)
    }

    /// The shortest lifetime that may be asked for.
    pub const fn shortest(self) -> Duration {
        match self {
            Self::Cache => Duration::from_secs(DAY),
            Self::Public | Self::Ephemeral | Self::Coordination | Self::Mirror => SHORTEST,
        }
    }

    /// The longest lifetime, `None` where a lifetime is optional.
    pub const fn longest(self) -> Option<Duration> {
        match self {
            Self::Cache => Some(Duration::from_secs(2 * DAY)),
            Self::Public => Some(Duration::from_secs(30 * DAY)),
            Self::Ephemeral => Some(Duration::from_secs(DAY - 1)),
            Self::Coordination | Self::Mirror => None,
        }
    }

    /// The rule as a retention, narrowed to `max` where a family has a bound of its own.
    pub const fn retention(self, max: Option<Duration>) -> Retention {
        match (max, self.longest()) {
            (Some(max), _) | (None, Some(max)) => Retention::Ttl { min: self.shortest(), max },
            (None, None) => Retention::WhileInUse,
        }
    }
}

/// Stops the build where a family's own bound lies outside its class.
pub const fn check_max_ttl(class: CacheClass, max: Option<Duration>) {
    if let Some(max) = max {
        assert!(max.as_millis() >= class.shortest().as_millis(), "max_ttl is shorter than the class permits");
        if let Some(longest) = class.longest() {
            assert!(max.as_millis() <= longest.as_millis(), "max_ttl is longer than the class permits");
        }
    }
}

/// A lifetime that its family permits. Only a [`CacheKey`](crate::CacheKey) gives one.
///
/// It starts when the value is written, and reading never extends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ttl {
    family: &'static str,
    lifetime: Option<Duration>,
}

impl Ttl {
    /// The lifetime; `None` only for coordination without an end.
    pub const fn get(self) -> Option<Duration> {
        self.lifetime
    }

    /// The template of the family that permitted it, so that a cache can refuse a key of another.
    pub const fn family(self) -> &'static str {
        self.family
    }
}

/// Which bound a lifetime broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TtlError {
    /// Too short for the class.
    #[error("{family}: a lifetime of {} is below the least, {}", plain_duration(*wanted), plain_duration(*min))]
    TooShort {
        /// The family's template.
        family: &'static str,
        /// What was asked for.
        wanted: Duration,
        /// The bound.
        min: Duration,
    },
    /// Too long for the class or the family.
    #[error("{family}: a lifetime of {} is above the most, {}", plain_duration(*wanted), plain_duration(*max))]
    TooLong {
        /// The family's template.
        family: &'static str,
        /// What was asked for.
        wanted: Duration,
        /// The bound.
        max: Duration,
    },
    /// No lifetime, but the class demands one.
    #[error("{family}: a value of this class needs a lifetime")]
    Required {
        /// The family's template.
        family: &'static str,
    },
}

/// The bounds of one family: those of its class, narrowed.
pub(crate) struct Bounds {
    pub(crate) family: &'static str,
    pub(crate) min: Duration,
    pub(crate) max: Option<Duration>,
}

impl Bounds {
    pub(crate) fn exact(&self, wanted: Duration) -> Result<Ttl, TtlError> {
        let Self { family, min, .. } = *self;
        if wanted < min {
            return Err(TtlError::TooShort { family, wanted, min });
        }
        match self.max {
            Some(max) if wanted > max => Err(TtlError::TooLong { family, wanted, max }),
            _ => Ok(Ttl { family, lifetime: Some(wanted) }),
        }
    }

    pub(crate) fn clamped(&self, wanted: Duration) -> Ttl {
        let longest = self.max.unwrap_or(Duration::MAX);
        Ttl { family: self.family, lifetime: Some(wanted.max(self.min).min(longest)) }
    }

    pub(crate) fn unlimited(&self) -> Result<Ttl, TtlError> {
        match self.max {
            Some(_) => Err(TtlError::Required { family: self.family }),
            None => Ok(Ttl { family: self.family, lifetime: None }),
        }
    }

    pub(crate) fn expiring(self, wanted: Duration) -> Result<Ttl, TtlError> {
        Self { min: SHORTEST, ..self }.exact(wanted)
    }
}

/// A duration as a person would say it, in the largest unit that divides it; hours up to two days.
pub(crate) fn plain_duration(duration: Duration) -> String {
    let millis = duration.as_millis();
    let units = [(DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (1, "second")];
    for (seconds, unit) in units {
        let unit_millis = u128::from(seconds) * 1000;
        let enough = unit != "day" || millis > u128::from(2 * DAY) * 1000;
        if enough && millis >= unit_millis && millis.is_multiple_of(unit_millis) {
            let count = millis / unit_millis;
            return if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") };
        }
    }
    format!("{millis} ms")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        let cases = [
            (Duration::from_hours(1), "1 hour"),
            (Duration::from_hours(48), "48 hours"),
            (Duration::from_hours(720), "30 days"),
            (Duration::from_secs(90), "90 seconds"),
            (Duration::from_secs(86_399), "86399 seconds"),
            (Duration::from_millis(1), "1 ms"),
        ];
        for (duration, expected) in cases {
            assert_eq!(plain_duration(duration), expected);
        }
    }

    #[test]
    fn letters_are_those_of_the_key_space() {
        let letters: String = [
            CacheClass::Cache,
            CacheClass::Public,
            CacheClass::Ephemeral,
            CacheClass::Coordination,
            CacheClass::Mirror,
        ]
        .into_iter()
        .filter_map(CacheClass::letter)
        .collect();
        assert_eq!(letters, "cpex");
    }
}
