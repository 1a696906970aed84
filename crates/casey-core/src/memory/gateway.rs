use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use twilight_model::id::{Id, marker::ApplicationMarker};

use crate::{
    error::StoreError,
    ports::{GatewaySession, GatewaySessions},
    time::Timestamp,
};

type Application = Id<ApplicationMarker>;

/// Gateway sessions in memory: a process that ends takes them along, and the next one identifies anew.
#[derive(Debug, Default)]
pub struct MemorySessions {
    sessions: Mutex<HashMap<(Application, u32, u32), GatewaySession>>,
    claims: Mutex<HashMap<(Application, String, u32), Timestamp>>,
}

impl MemorySessions {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl GatewaySessions for MemorySessions {
    async fn sessions(
        &self,
        application: Application,
        shards: u32,
    ) -> Result<Vec<GatewaySession>, StoreError> {
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let fitting =
            sessions.values().filter(|kept| kept.application == application && kept.shards == shards);
        Ok(fitting.cloned().collect())
    }

    async fn save(&self, sessions: &[GatewaySession]) -> Result<(), StoreError> {
        let mut kept = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        for session in sessions {
            kept.insert((session.application, session.shards, session.shard), session.clone());
        }
        Ok(())
    }

    async fn claim_identify(
        &self,
        application: Application,
        gateway: &str,
        bucket: u32,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut claims = self.claims.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (application, gateway.to_owned(), bucket);
        let free = claims
            .get(&key)
            .is_none_or(|taken| *taken <= now || *taken > until + GatewaySession::CLOCKS_DIFFER);
        if free {
            claims.insert(key, until);
        }
        Ok(free)
    }
}
