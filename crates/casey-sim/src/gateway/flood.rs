//! Ready-made dispatches in bulk, for measuring a client.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio::sync::oneshot;

use super::hub::Payload;

/// A dispatch whose JSON is already written; cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Frame {
    name: Arc<str>,
    body: Arc<str>,
}

impl Frame {
    /// A dispatch of the event `name` with this body.
    pub fn new(name: &str, body: &Value) -> Self {
        Self { name: name.into(), body: body.to_string().into() }
    }

    /// A dispatch whose body is already JSON text. It is sent as it is, valid or not.
    pub fn from_text(name: &str, body: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), body: body.into() }
    }

    pub(super) fn payload(self) -> Payload {
        Payload::Text { name: self.name, body: self.body }
    }
}

/// What a flood came to.
#[derive(Clone, Copy, Debug)]
pub struct Flooded {
    /// Dispatches written to the socket.
    pub frames: u64,
    /// Real time from the first to the last.
    pub took: Duration,
}

/// A flood in progress on one connection.
pub(crate) struct Flood {
    frames: Box<dyn Iterator<Item = Frame> + Send>,
    rate: Option<f64>,
    started: Option<Instant>,
    sent: u64,
    done: Option<oneshot::Sender<Flooded>>,
}

/// Dispatches written before the connection looks at anything else.
const BATCH: usize = 64;

impl Flood {
    pub(super) fn new(
        frames: Box<dyn Iterator<Item = Frame> + Send>,
        rate: Option<f64>,
        done: oneshot::Sender<Flooded>,
    ) -> Self {
        Self { frames, rate, started: None, sent: 0, done: Some(done) }
    }

    /// The dispatches due now, at most a batch; `None` when there are no more.
    pub(super) fn due(&mut self, now: Instant) -> Option<Vec<Frame>> {
        let started = *self.started.get_or_insert(now);
        let elapsed = now.duration_since(started);
        let wanted = match self.rate {
            None => BATCH,
            Some(rate) => {
                // Far below the precision of a float: a run would have to last for centuries.
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let due = (elapsed.as_secs_f64() * rate) as u64 + 1;
                usize::try_from(due.saturating_sub(self.sent)).unwrap_or(BATCH).min(BATCH)
            }
        };
        if wanted == 0 {
            return Some(Vec::new());
        }
        let batch: Vec<Frame> = self.frames.by_ref().take(wanted).collect();
        self.sent += batch.len() as u64;
        if batch.is_empty() {
            if let Some(done) = self.done.take() {
                // Nobody waiting for the figures is fine.
                let _ = done.send(Flooded { frames: self.sent, took: elapsed });
            }
            return None;
        }
        Some(batch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_kept_and_the_end_is_told() {
        let frame = Frame::new("X", &Value::Null);
        let (done, mut told) = oneshot::channel();
        let mut flood = Flood::new(Box::new(std::iter::repeat_n(frame, 15)), Some(10.0), done);
        let start = Instant::now();
        let due =
            |flood: &mut Flood, ms| flood.due(start + Duration::from_millis(ms)).map(|batch| batch.len());
        assert_eq!(due(&mut flood, 0), Some(1));
        assert_eq!(due(&mut flood, 50), Some(0));
        assert_eq!(due(&mut flood, 500), Some(5));
        assert_eq!(due(&mut flood, 9_000), Some(9));
        assert_eq!(due(&mut flood, 9_001), None);
        assert_eq!(told.try_recv().map(|flooded| flooded.frames), Ok(15));
    }
}
