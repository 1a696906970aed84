//! The right to store something for one purpose.

use std::{fmt, marker::PhantomData};

use crate::{purpose::Purpose, subject::SubjectId};

/// The right to store something for the purpose `P`.
///
/// Only a [`WriteGate`](crate::WriteGate) gives one. It can be neither built by hand nor cloned, and a
/// permit for one purpose is no permit for another: a store that takes a `Permit<StatsUsage>` by value
/// cannot be called for someone who objected to `stats.usage`.
///
/// ```compile_fail
/// use casey_privacy::{Permit, purposes::StatsUsage};
///
/// let forged: Permit<StatsUsage> = Permit::new(None);
/// ```
#[must_use = "a permit is asked for in order to store something"]
pub struct Permit<P: Purpose> {
    subject: Option<SubjectId>,
    // `fn() -> P` keeps the permit Send and Sync whatever the marker is.
    purpose: PhantomData<fn() -> P>,
}

impl<P: Purpose> Permit<P> {
    pub(crate) const fn new(subject: Option<SubjectId>) -> Self {
        Self { subject, purpose: PhantomData }
    }

    /// The person the permit is about, or `None` for rows about nobody.
    pub const fn subject(&self) -> Option<SubjectId> {
        self.subject
    }
}

impl<P: Purpose> fmt::Debug for Permit<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").field("purpose", &P::ID).field("subject", &self.subject).finish()
    }
}
