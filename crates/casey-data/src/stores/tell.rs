//! Changes of settings, told to other processes and heard from them through Redis, so that nobody has to wait for the next look at the database.
//!
//! What counts is the database, which is looked at twice a second in any case: a message that is lost costs half a second and nothing else.

use std::sync::{Arc, Weak};

use super::SettingsStore;
use crate::cache::{Bus, Change, News};

/// The store whose changes are told.
const STORE: &str = "guild_settings";

/// Tells and hears until the store or the bus is gone.
pub(crate) async fn tell(store: Weak<SettingsStore>, bus: Bus) {
    let mut news = bus.subscribe();
    let Some(wrote) = store.upgrade().map(|store| store.wrote()) else { return };
    loop {
        tokio::select! {
            () = wrote.notified() => bus.publish(Change::new(STORE, 0)).await,
            heard = news.next() => match heard {
                Some(News::Changed(change)) if change.store() != STORE => {}
                Some(_) => {
                    let Some(store) = store.upgrade() else { return };
                    if let Err(error) = store.catch_up().await {
                        // The next look at the database tells, and logs.
                        tracing::debug!(cause = %crate::error::Cause::of(&error), "a change that was told cannot be read yet");
                    }
                }
                None => return,
            },
        }
        if store.strong_count() == 0 {
            return;
        }
    }
}

/// Begins to tell and hear.
pub(crate) fn begin(store: &Arc<SettingsStore>, bus: Bus) {
    tokio::spawn(tell(Arc::downgrade(store), bus));
}
