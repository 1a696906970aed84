//! Keeps the sessions of this process's shards, so that the next process takes them up where this one ends, however it ends.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use casey_core::{Clock, GatewaySession, GatewaySessions, StoreError};
use tokio::sync::Notify;
use twilight_model::{
    gateway::ShardId,
    id::{Id, marker::ApplicationMarker},
};

use super::ledger::{Ledger, Mark};

/// How often sessions are written while they move on. After a kill, what was finished since then is done again; nothing is answered twice, because
/// messages carry the id of the event.
const EVERY: Duration = Duration::from_millis(500);

/// How often trouble with the store is told in the log.
const TOLD_EVERY: Duration = Duration::from_mins(1);

/// Whose sessions they are.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    pub(crate) application: Id<ApplicationMarker>,
    pub(crate) gateway: String,
}

/// The ledgers of all shards, and the store they are written to.
pub(crate) struct Keeper {
    store: Arc<dyn GatewaySessions>,
    clock: Arc<dyn Clock>,
    owner: Owner,
    shards: Vec<(ShardId, Arc<Ledger>, Option<GatewaySession>)>,
    saved: Mutex<HashMap<u32, Mark>>,
    new: Arc<Notify>,
}

impl Keeper {
    /// Reads what is kept about these shards. Without a store they begin anew.
    pub(crate) async fn open(
        store: Arc<dyn GatewaySessions>,
        clock: Arc<dyn Clock>,
        owner: Owner,
        ids: &[ShardId],
    ) -> Self {
        let total = ids.first().map_or(1, |id| id.total());
        let kept = store.sessions(owner.application, total).await.unwrap_or_else(|error| {
            tracing::warn!(
                error = casey_core::causes(&error),
                "the sessions kept by an earlier process could not be read; beginning new ones"
            );
            Vec::new()
        });
        let mut kept: HashMap<u32, GatewaySession> = kept
            .into_iter()
            .filter(|kept| kept.gateway == owner.gateway && !kept.id.is_empty())
            .map(|kept| (kept.shard, kept))
            .collect();
        let now = clock.now();
        let shards: Vec<_> = ids
            .iter()
            .map(|id| {
                let kept = kept.remove(&id.number());
                let ledger = kept.as_ref().map_or_else(Ledger::default, |kept| Ledger::of(mark(kept), now));
                (*id, Arc::new(ledger), kept)
            })
            .collect();
        let saved =
            shards.iter().filter_map(|(id, _, kept)| Some((id.number(), mark(kept.as_ref()?)))).collect();
        Self { store, clock, owner, shards, saved: Mutex::new(saved), new: Arc::default() }
    }

    /// Each shard with its ledger, and where it is to go on.
    pub(super) fn shards(&self) -> impl Iterator<Item = (ShardId, Arc<Ledger>, Option<&GatewaySession>)> {
        self.shards.iter().map(|(id, ledger, kept)| (*id, Arc::clone(ledger), kept.as_ref()))
    }

    /// Shards that go on with a session of an earlier process.
    pub(crate) fn resuming(&self) -> Vec<ShardId> {
        self.shards.iter().filter(|(_, _, kept)| kept.is_some()).map(|(id, ..)| *id).collect()
    }

    /// Told when there is a new session, which is written at once.
    pub(super) fn new_session(&self) -> Arc<Notify> {
        Arc::clone(&self.new)
    }

    /// Writes sessions as they move on, without end.
    pub(crate) async fn run(&self) -> ! {
        let mut told = None;
        loop {
            if let Err(error) = self.save().await {
                let now = self.clock.now();
                if told.is_none_or(|told| now.since(told) >= TOLD_EVERY) {
                    told = Some(now);
                    tracing::warn!(
                        error = casey_core::causes(&error),
                        "the sessions could not be written; a restart would begin new ones or repeat events"
                    );
                }
            }
            tokio::select! {
                () = self.clock.sleep_until(self.clock.now() + EVERY) => {}
                () = self.new.notified() => {}
            }
        }
    }

    /// Writes what changed since the last time.
    pub(crate) async fn save(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let moved: Vec<(ShardId, Mark)> = {
            let saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
            let marks = self.shards.iter().filter_map(|(id, ledger, _)| Some((*id, ledger.mark(now)?)));
            marks.filter(|(id, mark)| saved.get(&id.number()) != Some(mark)).collect()
        };
        if moved.is_empty() {
            return Ok(());
        }
        let sessions: Vec<GatewaySession> = moved
            .iter()
            .map(|(id, mark)| GatewaySession {
                shard: id.number(),
                shards: id.total(),
                application: self.owner.application,
                gateway: self.owner.gateway.clone(),
                id: mark.session.clone(),
                resume_url: mark.resume_url.clone(),
                received: mark.received,
                unfinished: mark.unfinished.clone(),
                saved_at: now,
            })
            .collect();
        self.store.save(&sessions).await?;
        let mut saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        saved.extend(moved.into_iter().map(|(id, mark)| (id.number(), mark)));
        Ok(())
    }
}

fn mark(kept: &GatewaySession) -> Mark {
    Mark {
        session: kept.id.clone(),
        resume_url: kept.resume_url.clone(),
        received: kept.received,
        unfinished: kept.unfinished.clone(),
    }
}
