//! Rate limits (Discord docs: Rate Limits): buckets per route and major parameter, the global limit, and the count of
//! invalid requests that leads to a ban. Time is real time here, because clients wait in real time.

mod headers;
mod limiter;
mod settings;

pub use limiter::RateCounts;
pub use settings::RateLimits;

pub(super) use headers::{add, body};
pub(crate) use limiter::Limiter;
pub(super) use limiter::{Request, Verdict};
