//! Lanes: events of one server in order, those of different servers side by side.

use std::{future::Future, sync::Arc};

use crate::{delivery::Delivery, running::Running};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// How many lanes there are. A server always has the same one.
const LANES: u64 = 64;

/// How many bytes of events may wait in all lanes together.
const ROOM: usize = 32 * 1024 * 1024;

/// What one waiting event weighs at least, and at most: one that is larger than all the room must still pass.
const WEIGHT: std::ops::RangeInclusive<usize> = 512..=ROOM / 4;

struct Waiting {
    delivery: Delivery,
    _room: OwnedSemaphorePermit,
}

/// Bounded queues of events.
pub(crate) struct Lanes {
    lanes: Vec<mpsc::UnboundedSender<Waiting>>,
    room: Arc<Semaphore>,
}

impl Lanes {
    /// Starts the lanes; `handle` is called with one event of a lane at a time.
    pub(crate) fn start<H, F>(running: &Running, handle: H) -> Self
    where
        H: Fn(Delivery) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let lanes = (0..LANES).map(|_| {
            let (sender, mut receiver) = mpsc::unbounded_channel::<Waiting>();
            let handle = handle.clone();
            let running = running.clone();
            tokio::spawn(async move {
                while let Some(waiting) = receiver.recv().await {
                    let token = running.token();
                    handle(waiting.delivery).await;
                    drop(token);
                }
            });
            sender
        });
        Self { lanes: lanes.collect(), room: Arc::new(Semaphore::new(ROOM)) }
    }

    /// Puts an event in the lane of `key`, or hands it back if there is no room.
    pub(crate) fn push(&self, key: u64, delivery: Delivery) -> Result<(), Box<Delivery>> {
        let weight = u32::try_from(delivery.bytes.clamp(*WEIGHT.start(), *WEIGHT.end())).unwrap_or(u32::MAX);
        let Ok(room) = Arc::clone(&self.room).try_acquire_many_owned(weight) else {
            return Err(Box::new(delivery));
        };
        // Ids count up within a millisecond, so their upper bits spread evenly.
        let lane = usize::try_from((key >> 22) % LANES).unwrap_or(0);
        self.lanes[lane].send(Waiting { delivery, _room: room }).map_err(|error| Box::new(error.0.delivery))
    }

    /// How many bytes of events wait or are being handled, as they are weighed.
    pub(crate) fn weight(&self) -> usize {
        ROOM - self.room.available_permits()
    }

    /// Waits until an eighth of the room is free.
    pub(crate) async fn room(&self) {
        let eighth = u32::try_from(ROOM / 8).unwrap_or(u32::MAX);
        // The semaphore is never closed, so there is nothing to do about an error.
        drop(self.room.acquire_many(eighth).await);
    }

    /// Waits until every lane is empty.
    pub(crate) async fn emptied(&self) {
        drop(self.room.acquire_many(u32::try_from(ROOM).unwrap_or(u32::MAX)).await);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use twilight_model::gateway::{event::Event, payload::incoming::Hello};

    use super::*;

    fn event(sequence: u64, bytes: usize) -> Delivery {
        Delivery::new(Event::GatewayHello(Hello { heartbeat_interval: sequence }), bytes)
    }

    #[tokio::test]
    async fn one_servers_events_keep_their_order() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let running = Running::default();
        let lanes = Lanes::start(&running, {
            let seen = Arc::clone(&seen);
            move |delivery: Delivery| {
                let seen = Arc::clone(&seen);
                async move {
                    tokio::task::yield_now().await;
                    if let (Event::GatewayHello(Hello { heartbeat_interval: number }), Ok(mut seen)) =
                        (delivery.event, seen.lock())
                    {
                        seen.push(number);
                    }
                }
            }
        });
        for number in 0..1_000 {
            assert!(lanes.push(7 << 22, event(number, 10)).is_ok());
        }
        lanes.emptied().await;
        running.finished().await;
        assert!(seen.lock().is_ok_and(|seen| *seen == (0..1_000).collect::<Vec<_>>()));
    }

    #[tokio::test]
    async fn a_full_lane_hands_events_back_and_makes_room_again() {
        let gate = Arc::new(Semaphore::new(0));
        let lanes = Lanes::start(&Running::default(), {
            let gate = Arc::clone(&gate);
            move |_| {
                let gate = Arc::clone(&gate);
                async move { drop(gate.acquire().await) }
            }
        });
        for number in 0..4 {
            assert!(lanes.push(1, event(number, usize::MAX)).is_ok());
        }
        assert!(lanes.push(1, event(9, 1)).is_err_and(|back| back.event == event(9, 1).event));
        assert_eq!(lanes.weight(), ROOM);
        gate.add_permits(10);
        lanes.room().await;
        assert!(lanes.push(1, event(9, 1)).is_ok());
    }
}
