//! When nothing may be sent: while the global limit is met, and before Discord bans the address.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Discord bans an address after 10,000 invalid requests in ten minutes (Discord Docs/Rate Limits, Invalid Request Limit). Half of them are left to
/// other processes at this address.
const MOST: u32 = 5_000;

/// For how long they count, and how exactly: by minutes.
const MINUTE: Duration = Duration::from_mins(1);
const MINUTES: u64 = 10;

/// Answers to interactions go on until there are so many.
const MOST_WITH_ANSWERS: u32 = MOST + 2_000;

#[derive(Debug)]
pub(super) struct Brake(Mutex<State>);

#[derive(Debug)]
struct State {
    begun: Instant,
    paused: Option<Instant>,
    /// Invalid requests, by minutes since the beginning, oldest first.
    invalid: VecDeque<(u64, u32)>,
}

impl Brake {
    pub(super) fn new(begun: Instant) -> Self {
        Self(Mutex::new(State { begun, paused: None, invalid: VecDeque::new() }))
    }

    /// For how long nothing may be sent yet. `answers` says that it is for an answer to an interaction.
    pub(super) fn held(&self, now: Instant, answers: bool) -> Option<Duration> {
        let mut state = self.state();
        state.paused = state.paused.filter(|until| *until > now);
        let pause = state.paused.filter(|_| !answers).map(|until| until - now);
        let most = if answers { MOST_WITH_ANSWERS } else { MOST };
        pause.max(state.too_many(now, most))
    }

    /// Nothing is sent until then, but answers to interactions.
    pub(super) fn pause(&self, until: Instant) {
        let mut state = self.state();
        state.paused = state.paused.max(Some(until));
    }

    /// Counts an invalid request. Returns whether that was the last there is room for.
    pub(super) fn invalid(&self, now: Instant) -> bool {
        let mut state = self.state();
        let minute = state.minute(now);
        state.forget(minute);
        match state.invalid.back_mut() {
            Some((last, count)) if *last == minute => *count += 1,
            _ => state.invalid.push_back((minute, 1)),
        }
        state.count() == MOST
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic cannot leave it half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn minute(&self, now: Instant) -> u64 {
        now.duration_since(self.begun).as_secs() / MINUTE.as_secs()
    }

    fn forget(&mut self, minute: u64) {
        while self.invalid.front().is_some_and(|(old, _)| old + MINUTES < minute) {
            self.invalid.pop_front();
        }
    }

    fn count(&self) -> u32 {
        self.invalid.iter().map(|(_, count)| count).sum()
    }

    /// How long it takes until there are fewer than `most`; `None` if there are.
    fn too_many(&mut self, now: Instant, most: u32) -> Option<Duration> {
        self.forget(self.minute(now));
        let mut over = (self.count() + 1).checked_sub(most).filter(|over| *over > 0)?;
        let mut last = 0;
        for (minute, count) in &self.invalid {
            last = *minute;
            over = over.saturating_sub(*count);
            if over == 0 {
                break;
            }
        }
        let free = self.begun + MINUTE * u32::try_from(last + MINUTES + 1).unwrap_or(u32::MAX);
        Some(free.saturating_duration_since(now).max(Duration::from_secs(1)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_pause_holds_everything_but_answers() {
        let begun = Instant::now();
        let brake = Brake::new(begun);
        let at = |seconds| begun + Duration::from_secs(seconds);
        brake.pause(at(5));
        brake.pause(at(3));
        assert_eq!(brake.held(at(1), false), Some(Duration::from_secs(4)));
        assert_eq!(brake.held(at(1), true), None);
        assert_eq!(brake.held(at(5), false), None);
    }

    #[test]
    fn long_before_a_ban_nothing_more_is_sent() {
        let begun = Instant::now();
        let brake = Brake::new(begun);
        let at = |seconds| begun + Duration::from_secs(seconds);
        let tells = (0..MOST).filter(|number| brake.invalid(at(u64::from(*number) / 100))).count();
        assert_eq!(tells, 1, "it is told once");
        assert!(brake.held(at(60), false).is_some());
        assert_eq!(brake.held(at(60), true), None, "people still get answers");
        for _ in 0..2_000 {
            brake.invalid(at(60));
        }
        assert!(brake.held(at(60), true).is_some());
        assert_eq!(brake.held(at(60 * 13), false), None);
    }

    proptest! {
        /// However fast refused requests follow each other: never 10,000 in any ten minutes, and it always goes on.
        #[test]
        fn there_is_no_ban(pauses in prop::collection::vec((0_u64..20_000, any::<bool>()), 1..40)) {
            let begun = Instant::now();
            let brake = Brake::new(begun);
            let (mut now, mut sent) = (begun, VecDeque::new());
            for (pause, answers) in pauses {
                now += Duration::from_millis(pause);
                for _ in 0..1_000 {
                    if let Some(wait) = brake.held(now, answers) {
                        prop_assert!(wait <= MINUTE * 12);
                        now += wait;
                        continue;
                    }
                    brake.invalid(now);
                    sent.push_back(now);
                    while sent.front().is_some_and(|first| now - *first > MINUTE * 10) {
                        sent.pop_front();
                    }
                    prop_assert!(sent.len() < 10_000);
                }
            }
        }
    }
}
