//! What can go wrong with a gateway connection.

use super::Often;

/// When in the life of a gateway connection a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Moment {
    /// The connection is accepted; HELLO has not been said.
    Accept,
    /// HELLO has been said.
    Hello,
    /// An IDENTIFY that would have been granted has come. The fault takes the place of the answer.
    Identify,
    /// READY has been said; the guilds have not.
    Ready,
    /// A RESUME that would have been granted has come. The fault takes the place of the answer.
    Resume,
    /// RESUMED has been said.
    Resumed,
    /// A heartbeat has come. The fault takes the place of the acknowledgement.
    Heartbeat,
    /// An event is about to be sent.
    Dispatch,
}

/// What happens to a gateway connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GatewayFault {
    /// It is closed with this code.
    Close(u16),
    /// The line goes dead without a closing frame.
    HangUp,
    /// The line goes dead after this many further bytes, in the middle of whatever is being sent then.
    Cut(u64),
    /// The client is asked to reconnect (opcode 7).
    Reconnect,
    /// The session is declared invalid (opcode 9).
    Invalidate {
        /// Whether a RESUME would be granted. If not, the session is forgotten.
        resumable: bool,
    },
    /// Nothing is said where an answer was due: no READY, no RESUMED, no acknowledgement.
    Silence,
}

/// Which moments meet a fault, and how often.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use]
pub struct GatewayRule {
    pub(super) at: Moment,
    pub(super) fault: GatewayFault,
    pub(super) often: Often,
}

impl GatewayRule {
    /// The next connection that comes to this moment meets this fault.
    pub fn new(at: Moment, fault: GatewayFault) -> Self {
        Self { at, fault, often: Often::ONCE }
    }

    /// As often as this instead of once.
    pub fn times(mut self, times: u64) -> Self {
        self.often.times = Some(times);
        self
    }

    /// Until [`FaultPlan::clear`](super::FaultPlan::clear).
    pub fn always(mut self) -> Self {
        self.often.times = None;
        self
    }

    /// Not certain, but with this probability, 0 to 1. Moments that are spared do not count.
    pub fn probability(mut self, probability: f64) -> Self {
        self.often.probability = probability;
        self
    }
}
