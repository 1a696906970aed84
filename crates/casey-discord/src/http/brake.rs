//! When something may be sent: not more than the global limit lets through, nothing while that is met, and nothing when Discord would soon ban the
//! address.

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

/// The span in which the global limit counts, with a little more for requests that overtake each other on their way.
const WINDOW: Duration = Duration::from_millis(1_025);

#[derive(Debug)]
pub(super) struct Brake(Mutex<State>);

#[derive(Debug)]
struct State {
    begun: Instant,
    paused: Option<Instant>,
    /// Requests in any second; 0 for no limit.
    limit: usize,
    /// When the last of them were sent, oldest first.
    sent: VecDeque<Instant>,
    /// Invalid requests, by minutes since the beginning, oldest first.
    invalid: VecDeque<(u64, u32)>,
}

impl Brake {
    pub(super) fn new(begun: Instant, limit: u16) -> Self {
        let state = State {
            begun,
            paused: None,
            limit: usize::from(limit),
            sent: VecDeque::new(),
            invalid: VecDeque::new(),
        };
        Self(Mutex::new(state))
    }

    /// Lets one request through, or tells how long it has to wait at least. `answers` says that it is an answer to an interaction, which the global
    /// limit is not about (Discord Docs/Rate Limits, Global Rate Limit).
    pub(super) fn admit(&self, now: Instant, answers: bool) -> Result<(), Duration> {
        let mut state = self.state();
        if let Some(wait) = state.held(now, answers) {
            return Err(wait);
        }
        if !answers && state.limit > 0 {
            if state.sent.len() >= state.limit {
                state.sent.pop_front();
            }
            state.sent.push_back(now);
        }
        Ok(())
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
    fn held(&mut self, now: Instant, answers: bool) -> Option<Duration> {
        if answers {
            return self.too_many(now, MOST_WITH_ANSWERS);
        }
        self.paused = self.paused.filter(|until| *until > now);
        let full = self.sent.front().filter(|_| self.sent.len() >= self.limit);
        let free = full.map(|first| *first + WINDOW).filter(|free| *free > now);
        let until = self.paused.max(free).map(|until| until - now);
        until.max(self.too_many(now, MOST))
    }

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
        let brake = Brake::new(begun, 50);
        let at = |seconds| begun + Duration::from_secs(seconds);
        brake.pause(at(5));
        brake.pause(at(3));
        assert_eq!(brake.admit(at(1), false), Err(Duration::from_secs(4)));
        assert_eq!(brake.admit(at(1), true), Ok(()));
        assert_eq!(brake.admit(at(5), false), Ok(()));
    }

    #[test]
    fn long_before_a_ban_nothing_more_is_sent() {
        let begun = Instant::now();
        let brake = Brake::new(begun, 50);
        let at = |seconds| begun + Duration::from_secs(seconds);
        let tells = (0..MOST).filter(|number| brake.invalid(at(u64::from(*number) / 100))).count();
        assert_eq!(tells, 1, "it is told once");
        assert!(brake.admit(at(60), false).is_err());
        assert_eq!(brake.admit(at(60), true), Ok(()), "people still get answers");
        for _ in 0..2_000 {
            brake.invalid(at(60));
        }
        assert!(brake.admit(at(60), true).is_err());
        assert_eq!(brake.admit(at(60 * 13), false), Ok(()));
    }

    #[test]
    fn without_a_limit_nothing_is_counted() {
        let begun = Instant::now();
        let brake = Brake::new(begun, 0);
        assert!((0..10_000).all(|_| brake.admit(begun, false).is_ok()));
        assert!(brake.state().sent.is_empty());
    }

    proptest! {
        /// However requests come: never more than the limit in any second, and not many fewer if there are enough.
        #[test]
        fn the_global_limit_holds_in_every_second(gaps in prop::collection::vec(0_u64..60, 1..600)) {
            let begun = Instant::now();
            let brake = Brake::new(begun, 50);
            let (mut now, mut sent, mut came) = (begun, Vec::new(), begun);
            for gap in gaps {
                came += Duration::from_millis(gap);
                now = now.max(came);
                while let Err(wait) = brake.admit(now, false) {
                    now += wait;
                }
                sent.push(now);
            }
            for (at, first) in sent.iter().enumerate() {
                let within = sent[at..].iter().take_while(|other| **other - *first < Duration::from_secs(1)).count();
                prop_assert!(within <= 50, "{within}");
            }
            let least = WINDOW * u32::try_from(sent.len() / 50).unwrap_or(u32::MAX);
            prop_assert!(now - begun <= least.max(came - begun) + WINDOW);
        }

        /// However fast refused requests follow each other: never 10,000 in any ten minutes, and it always goes on.
        #[test]
        fn there_is_no_ban(pauses in prop::collection::vec((0_u64..20_000, any::<bool>()), 1..40)) {
            let begun = Instant::now();
            let brake = Brake::new(begun, 50);
            let (mut now, mut sent) = (begun, VecDeque::new());
            for (pause, answers) in pauses {
                now += Duration::from_millis(pause);
                for _ in 0..1_000 {
                    if let Err(wait) = brake.admit(now, answers) {
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
