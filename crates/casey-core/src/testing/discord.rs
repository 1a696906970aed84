use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use twilight_model::id::Id;

use crate::{
    effect::{Effect, Receipt},
    error::{DiscordError, DiscordErrorKind},
    ports::Discord,
};

#[derive(Debug, Default)]
struct State {
    effects: Vec<Effect>,
    failures: VecDeque<DiscordErrorKind>,
    next_id: u64,
}

/// A Discord that does nothing but remember what was done to it.
#[derive(Debug, Default)]
pub struct RecordedDiscord {
    state: Mutex<State>,
}

impl RecordedDiscord {
    /// Everything that was done, in order.
    pub fn effects(&self) -> Vec<Effect> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).effects.clone()
    }

    /// Everything that was done since the last call of this.
    pub fn take(&self) -> Vec<Effect> {
        std::mem::take(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner).effects)
    }

    /// The next effect fails like this. Several calls queue up.
    pub fn fail_next(&self, kind: DiscordErrorKind) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).failures.push_back(kind);
    }
}

#[async_trait]
impl Discord for RecordedDiscord {
    async fn perform(&self, effect: Effect) -> Result<Receipt, DiscordError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let receipt = match &effect {
            Effect::Say { channel, .. } => {
                state.next_id += 1;
                Receipt::Message { channel: *channel, id: Id::new(1_000_000 + state.next_id) }
            }
            Effect::Edit { channel, id, .. } => Receipt::Message { channel: *channel, id: *id },
            _ => Receipt::Done,
        };
        state.effects.push(effect);
        match state.failures.pop_front() {
            Some(kind) => Err(DiscordError::new(kind, None)),
            None => Ok(receipt),
        }
    }
}
