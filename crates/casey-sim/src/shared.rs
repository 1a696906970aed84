//! The state behind its lock, and the bell that rings when it changes.

#[cfg(feature = "openapi")]
use std::sync::Arc;
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};

use crate::{error::SimError, world::State};

/// What the server's tasks and the handles of a script have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    changed: watch::Sender<u64>,
    stop: watch::Sender<bool>,
    #[cfg(feature = "openapi")]
    pub(crate) contract: Option<Arc<crate::contract::OpenApi>>,
}

impl Shared {
    pub(crate) fn new(state: State) -> Self {
        Self {
            state: Mutex::new(state),
            changed: watch::Sender::new(0),
            stop: watch::Sender::new(false),
            #[cfg(feature = "openapi")]
            contract: None,
        }
    }

    /// The same, holding every request against Discord's own description.
    #[cfg(feature = "openapi")]
    pub(crate) fn under(self, contract: Option<Arc<crate::contract::OpenApi>>) -> Self {
        Self { contract, ..self }
    }

    /// The state. A panic elsewhere while it was locked leaves it usable: every change is a plain assignment.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes those who wait for something to happen.
    pub(crate) fn tell(&self) {
        self.changed.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Wakes those who wait, and lets the sockets' tasks run before a script goes on.
    pub(crate) async fn settle(&self) {
        self.tell();
        tokio::task::yield_now().await;
    }

    /// Ends the server's tasks.
    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
    }

    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Waits until `check` gives something, or for as long as expectations wait.
    pub(crate) async fn wait_for<T>(
        &self,
        place: &str,
        expected: &str,
        check: impl Fn() -> Option<T>,
        found: impl Fn() -> String,
    ) -> Result<T, SimError> {
        let patience = self.lock().settings.patience;
        let unmet = || self.unmet(place, expected, &format!("{} (waited {patience:?})", found()));
        self.wait_up_to(patience, check).await.ok_or_else(unmet)
    }

    /// Waits until `check` gives something, at most this long in real time.
    pub(crate) async fn wait_up_to<T>(&self, patience: Duration, check: impl Fn() -> Option<T>) -> Option<T> {
        let mut changed = self.changed.subscribe();
        let deadline = Instant::now() + patience;
        loop {
            if let Some(value) = check() {
                return Some(value);
            }
            timeout_at(deadline, changed.changed()).await.ok()?.ok()?;
        }
    }

    /// An unmet expectation with the transcript.
    pub(crate) fn unmet(&self, place: &str, expected: &str, found: &str) -> SimError {
        let state = self.lock();
        SimError::Unmet {
            place: place.to_owned(),
            expected: expected.to_owned(),
            found: found.to_owned(),
            transcript: state.journal.transcript().to_string(),
        }
    }
}
