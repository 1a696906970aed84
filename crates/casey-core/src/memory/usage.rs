use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use casey_privacy::{
    Permit,
    purposes::{CoreCommands, StatsUsage},
};

use crate::{
    error::StoreError,
    ports::{CommandUse, UsageLog},
};

/// How many uses are remembered.
const ROOM: usize = 1_000;

/// The last thousand command uses, in memory.
#[derive(Debug, Default)]
pub struct MemoryUsage {
    uses: Mutex<VecDeque<CommandUse>>,
}

impl MemoryUsage {
    /// Nothing used yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was used, oldest first.
    pub fn uses(&self) -> Vec<CommandUse> {
        self.uses.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

#[async_trait]
impl UsageLog for MemoryUsage {
    fn used(&self, _met: Permit<CoreCommands>, stats: Option<Permit<StatsUsage>>, entry: CommandUse) {
        if stats.is_none() {
            return;
        }
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        if uses.len() == ROOM {
            uses.pop_front();
        }
        uses.push_back(entry);
    }

    async fn flush(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
