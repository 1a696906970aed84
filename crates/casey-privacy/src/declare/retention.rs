//! How long something is kept.

use std::time::Duration;

use super::class::plain_duration;

/// How long something is kept. "For ever" is not among the answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retention {
    /// This many days after it was written.
    Days(u16),
    /// As long as what it belongs to is in use.
    WhileInUse,
    /// Until the person has it erased, or leaves.
    UntilErased,
    /// This many days after an event, worded so that it follows "after", such as `the member leaves`.
    AfterEvent {
        /// The event.
        event: &'static str,
        /// Days.
        days: u16,
    },
    /// As many days as a server chose, within bounds.
    GuildSetting {
        /// Least days.
        min: u16,
        /// Most days.
        max: u16,
        /// Days unless the server chose.
        default: u16,
    },
    /// A lifetime that is set when it is written and that reading never extends.
    Ttl {
        /// The shortest lifetime.
        min: Duration,
        /// The longest lifetime.
        max: Duration,
    },
}

impl Retention {
    /// The rule in plain English.
    ///
    /// ```
    /// use casey_privacy::Retention;
    ///
    /// assert_eq!(Retention::Days(30).words(), "30 days");
    /// assert_eq!(
    ///     Retention::AfterEvent { event: "the member leaves", days: 1 }.words(),
    ///     "1 day after the member leaves"
    /// );
    /// ```
    pub fn words(self) -> String {
        match self {
            Self::Days(days) => plain_days(days),
            Self::WhileInUse => "while it is in use".to_owned(),
            Self::UntilErased => "until it is erased".to_owned(),
            Self::AfterEvent { event, days: 0 } => format!("until {event}"),
            Self::AfterEvent { event, days } => format!("{} after {event}", plain_days(days)),
            Self::GuildSetting { min, max, default } => {
                format!("as the server chose, {min} to {max} days ({} unless changed)", plain_days(default))
            }
            Self::Ttl { min, max } if min == max || min <= Duration::from_secs(1) => {
                format!("at most {}", plain_duration(max))
            }
            Self::Ttl { min, max } => format!("{} to {}", plain_duration(min), plain_duration(max)),
        }
    }

    /// The most days it allows, for rules that count in days: for a server's setting, the most a server can choose.
    ///
    /// ```
    /// use casey_privacy::Retention;
    ///
    /// assert_eq!(Retention::Days(30).most_days(), Some(30));
    /// assert_eq!(Retention::UntilErased.most_days(), None);
    /// ```
    pub const fn most_days(self) -> Option<u16> {
        match self {
            Self::Days(days) | Self::AfterEvent { days, .. } | Self::GuildSetting { max: days, .. } => {
                Some(days)
            }
            Self::WhileInUse | Self::UntilErased | Self::Ttl { .. } => None,
        }
    }

    /// Whether the numbers make sense: bounds in order, no empty lifetime.
    pub(crate) fn is_sound(self) -> bool {
        match self {
            Self::Days(days) => days > 0,
            Self::WhileInUse | Self::UntilErased => true,
            Self::AfterEvent { event, .. } => !event.is_empty(),
            Self::GuildSetting { min, max, default } => min <= default && default <= max && max > 0,
            Self::Ttl { min, max } => min <= max && !max.is_zero(),
        }
    }
}

fn plain_days(days: u16) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        let hours = |hours: u64| Duration::from_secs(hours * 3600);
        let cases = [
            (Retention::Days(1), "1 day"),
            (Retention::WhileInUse, "while it is in use"),
            (Retention::UntilErased, "until it is erased"),
            (Retention::AfterEvent { event: "the bot leaves", days: 7 }, "7 days after the bot leaves"),
            (Retention::AfterEvent { event: "the vote ends", days: 0 }, "until the vote ends"),
            (
                Retention::GuildSetting { min: 30, max: 730, default: 365 },
                "as the server chose, 30 to 730 days (365 days unless changed)",
            ),
            (Retention::Ttl { min: hours(24), max: hours(48) }, "24 hours to 48 hours"),
            (Retention::Ttl { min: Duration::ZERO, max: hours(1) }, "at most 1 hour"),
        ];
        for (retention, expected) in cases {
            assert_eq!(retention.words(), expected);
            assert!(retention.is_sound(), "{expected}");
        }
    }

    #[test]
    fn unsound_rules_are_noticed() {
        for retention in [
            Retention::Days(0),
            Retention::AfterEvent { event: "", days: 3 },
            Retention::GuildSetting { min: 30, max: 20, default: 25 },
            Retention::GuildSetting { min: 30, max: 60, default: 90 },
            Retention::Ttl { min: Duration::from_secs(2), max: Duration::from_secs(1) },
        ] {
            assert!(!retention.is_sound(), "{retention:?}");
        }
    }
}
