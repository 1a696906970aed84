//! One message after another in a channel.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};
use twilight_model::id::{Id, marker::ChannelMarker};

/// Keeps messages to one channel in the order they were begun in. Without it, one that Discord asks to wait would be overtaken by all that
/// come after it. A channel is remembered only while something is sent to it.
#[derive(Debug, Default)]
pub(super) struct Order {
    turns: Mutex<HashMap<Id<ChannelMarker>, Arc<Turn<()>>>>,
}

/// Somebody's turn in a channel.
pub(super) struct Held<'a> {
    order: &'a Order,
    channel: Id<ChannelMarker>,
    guard: Option<OwnedMutexGuard<()>>,
}

impl Order {
    /// Waits for one's turn; turns are given in the order they were asked for.
    pub(super) async fn turn(&self, channel: Id<ChannelMarker>) -> Held<'_> {
        let turn = Arc::clone(self.turns().entry(channel).or_default());
        // Made first, so that one who stops waiting cleans up as well.
        let mut held = Held { order: self, channel, guard: None };
        held.guard = Some(turn.lock_owned().await);
        held
    }

    fn turns(&self) -> MutexGuard<'_, HashMap<Id<ChannelMarker>, Arc<Turn<()>>>> {
        // A panic cannot leave the map half changed.
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let mut turns = self.order.turns();
        self.guard = None;
        if turns.get(&self.channel).is_some_and(|turn| Arc::strong_count(turn) == 1) {
            turns.remove(&self.channel);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Id<ChannelMarker> = Id::new(1);

    #[tokio::test]
    async fn turns_are_given_in_order_and_forgotten() {
        let order = Order::default();
        let first = order.turn(HERE).await;
        let seen = Mutex::new(Vec::new());
        let waits = |number: u8| {
            let (order, seen) = (&order, &seen);
            async move {
                let _turn = order.turn(HERE).await;
                seen.lock().unwrap_or_else(PoisonError::into_inner).push(number);
            }
        };
        let ends = async {
            drop(order.turn(Id::new(2)).await);
            drop(first);
        };
        tokio::join!(biased; waits(1), waits(2), waits(3), ends);
        assert_eq!(*seen.lock().unwrap_or_else(PoisonError::into_inner), [1, 2, 3]);
        assert!(order.turns().is_empty());
    }

    #[tokio::test]
    async fn one_who_stops_waiting_holds_nobody_up() {
        let order = Order::default();
        let first = order.turn(HERE).await;
        tokio::select! {
            biased;
            _ = order.turn(HERE) => unreachable!("it is somebody else's turn"),
            () = std::future::ready(()) => {}
        }
        drop(first);
        drop(order.turn(HERE).await);
        assert!(order.turns().is_empty());
    }
}
