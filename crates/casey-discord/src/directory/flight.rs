//! One load of a server at a time, however many ask for it.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use casey_core::{DiscordError, DiscordErrorKind};
use tokio::sync::OnceCell;
use twilight_model::id::{Id, marker::GuildMarker};

/// What a load ended with, in a form that everybody who waits can have.
type Outcome = Result<(), (DiscordErrorKind, Option<u64>)>;

/// Loads that are under way.
#[derive(Default)]
pub(super) struct Flights(Mutex<HashMap<Id<GuildMarker>, Arc<OnceCell<Outcome>>>>);

impl Flights {
    /// Runs `load`, or waits for the one that runs. If whoever runs it stops waiting, another takes it over.
    pub(super) async fn join<F>(
        &self,
        guild: Id<GuildMarker>,
        load: impl FnOnce() -> F + Send,
    ) -> Result<(), DiscordError>
    where
        F: Future<Output = Result<(), DiscordError>> + Send,
    {
        let cell = Arc::clone(self.lock().entry(guild).or_default());
        let outcome =
            *cell.get_or_init(|| async { load().await.map_err(|error| (error.kind(), error.code())) }).await;
        let mut flights = self.lock();
        if flights.get(&guild).is_some_and(|current| Arc::ptr_eq(current, &cell)) {
            flights.remove(&guild);
        }
        outcome.map_err(|(kind, code)| DiscordError::new(kind, code))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Id<GuildMarker>, Arc<OnceCell<Outcome>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn many_who_ask_at_once_share_one_load() {
        let flights = Flights::default();
        let loads = AtomicU32::new(0);
        let ask = || {
            flights.join(Id::new(1), || async {
                loads.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                Ok(())
            })
        };
        for outcome in futures_util::future::join_all((0..30).map(|_| ask())).await {
            outcome.unwrap();
        }
        assert_eq!(loads.load(Ordering::SeqCst), 1);
        ask().await.unwrap();
        assert_eq!(loads.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_failure_reaches_everybody() {
        let flights = Flights::default();
        let ask = || {
            flights.join(Id::new(1), || async {
                tokio::task::yield_now().await;
                Err(DiscordError::new(DiscordErrorKind::Unavailable, None))
            })
        };
        for outcome in futures_util::future::join_all((0..3).map(|_| ask())).await {
            assert_eq!(outcome.unwrap_err().kind(), DiscordErrorKind::Unavailable);
        }
    }
}
