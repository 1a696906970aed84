//! Who may identify, and when (Discord docs: Gateway, Session Start Limit; Rate Limited event).

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use super::GatewaySettings;
use crate::snowflake::Snowflake;

/// For how long a session start counts.
const DAY: Duration = Duration::from_hours(24);

/// What became of a wish to identify.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admitted {
    Yes,
    /// The bucket of the shard is busy.
    TooSoon,
    /// No session may be begun today.
    UsedUp,
}

/// Session starts of an application since the first one that still counts.
#[derive(Clone, Copy, Debug)]
struct Day {
    since: Instant,
    used: u64,
}

/// When which application last did what is limited.
#[derive(Debug, Default)]
pub(crate) struct Admission {
    buckets: HashMap<(Snowflake, u64), Instant>,
    days: HashMap<Snowflake, Day>,
    members: HashMap<(Snowflake, Snowflake), Instant>,
}

impl Admission {
    pub(super) fn identify(
        &mut self,
        app: Snowflake,
        shard: u64,
        at: Instant,
        settings: &GatewaySettings,
    ) -> Admitted {
        let bucket = (app, shard % settings.max_concurrency.max(1));
        let busy = |last: &Instant| at.duration_since(*last) < settings.identify_window;
        if self.buckets.get(&bucket).is_some_and(busy) {
            return Admitted::TooSoon;
        }
        let day = self.days.entry(app).or_insert(Day { since: at, used: 0 });
        if at.duration_since(day.since) >= DAY {
            *day = Day { since: at, used: 0 };
        }
        if day.used >= settings.session_starts {
            return Admitted::UsedUp;
        }
        day.used += 1;
        self.buckets.insert(bucket, at);
        Admitted::Yes
    }

    /// Session starts that are left, and the time until there are as many as ever.
    pub(crate) fn left(&self, app: Snowflake, at: Instant, settings: &GatewaySettings) -> (u64, Duration) {
        match self.days.get(&app) {
            Some(day) if at.duration_since(day.since) < DAY => (
                settings.session_starts.saturating_sub(day.used),
                DAY.saturating_sub(at.duration_since(day.since)),
            ),
            _ => (settings.session_starts, DAY),
        }
    }

    /// Notes a request for all members of a guild, or says how long the bot has to wait with it.
    pub(super) fn all_members(
        &mut self,
        app: Snowflake,
        guild: Snowflake,
        at: Instant,
        settings: &GatewaySettings,
    ) -> Result<(), Duration> {
        if let Some(last) = self.members.get(&(app, guild)) {
            let passed = at.duration_since(*last);
            if passed < settings.members_window {
                return Err(settings.members_window.saturating_sub(passed));
            }
        }
        self.members.insert((app, guild), at);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: Snowflake = Snowflake::new(1);

    fn settings() -> GatewaySettings {
        GatewaySettings { max_concurrency: 2, session_starts: 4, ..GatewaySettings::default() }
    }

    #[test]
    fn shards_of_one_bucket_wait_for_one_another() {
        let mut admission = Admission::default();
        let start = Instant::now();
        let mut ask = |shard, seconds| {
            admission.identify(APP, shard, start + Duration::from_secs(seconds), &settings())
        };
        assert_eq!(ask(0, 0), Admitted::Yes);
        assert_eq!(ask(1, 0), Admitted::Yes, "another bucket");
        assert_eq!(ask(2, 1), Admitted::TooSoon);
        assert_eq!(ask(2, 5), Admitted::Yes);
    }

    #[test]
    fn session_starts_are_counted_down_and_come_back_after_a_day() {
        let mut admission = Admission::default();
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(admission.left(APP, start, &settings()), (4, DAY));
        for number in 0..4 {
            assert_eq!(admission.identify(APP, 0, at(number * 5), &settings()), Admitted::Yes);
        }
        assert_eq!(admission.identify(APP, 0, at(60), &settings()), Admitted::UsedUp);
        assert_eq!(admission.left(APP, at(3_600), &settings()), (0, Duration::from_hours(23)));
        assert_eq!(admission.identify(APP, 0, at(86_400), &settings()), Admitted::Yes);
        assert_eq!(admission.left(APP, at(86_400), &settings()).0, 3);
    }

    #[test]
    fn all_members_of_a_guild_are_given_every_thirty_seconds() {
        let mut admission = Admission::default();
        let start = Instant::now();
        let mut ask = |guild, seconds| {
            let at = start + Duration::from_secs(seconds);
            admission.all_members(APP, Snowflake::new(guild), at, &settings())
        };
        assert_eq!(ask(5, 0), Ok(()));
        assert_eq!(ask(6, 1), Ok(()));
        assert_eq!(ask(5, 10), Err(Duration::from_secs(20)));
        assert_eq!(ask(5, 30), Ok(()));
    }
}
