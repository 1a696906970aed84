//! The person something is about.

use std::fmt;

/// The person something is about: a Discord user id ("API Reference", Snowflakes).
///
/// Ids must not reach logs, so neither `Debug` nor `Display` prints it; whoever really needs the number
/// says [`get`](Self::get).
///
/// ```
/// use casey_privacy::SubjectId;
///
/// let subject = SubjectId::new(80_351_110_224_678_912);
/// assert_eq!(format!("{subject} {subject:?}"), "SubjectId(…) SubjectId(…)");
/// assert_eq!(subject.get(), 80_351_110_224_678_912);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubjectId(u64);

impl SubjectId {
    /// Names the person with this Discord user id.
    pub const fn new(id: u64) -> Self {
        Self(id)
    }

    /// The Discord user id.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Debug for SubjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectId(…)")
    }
}

impl fmt::Display for SubjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectId(…)")
    }
}
