//! An event on its way in, and the knowledge that it is done with.

use std::{any::Any, sync::Arc};

use twilight_model::gateway::event::Event;

use crate::time::Timestamp;

/// Something that is dropped when everything that an event led to has been done: its command has run and was answered.
pub(crate) type Done = Option<Arc<dyn Any + Send + Sync>>;

/// An event, and who wants to know when it is done with.
pub struct Delivery {
    pub(crate) event: Event,
    pub(crate) bytes: usize,
    pub(crate) done: Done,
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Delivery").field("kind", &self.event.kind()).finish_non_exhaustive()
    }
}

impl Delivery {
    /// An event of so many bytes.
    pub const fn new(event: Event, bytes: usize) -> Self {
        Self { event, bytes, done: None }
    }

    /// Holds on to a value until everything the event leads to is done, and then drops it. Whoever keeps the place in a stream of events learns so
    /// which of them must not come again after a restart.
    #[must_use]
    pub fn holding(self, value: impl Send + Sync + 'static) -> Self {
        Self { done: Some(Arc::new(value)), ..self }
    }

    /// The event.
    pub const fn event(&self) -> &Event {
        &self.event
    }
}

/// When an event came, and what to drop when it is done with.
#[derive(Clone)]
pub(crate) struct Arrival {
    pub(crate) received: Timestamp,
    pub(crate) done: Done,
}
