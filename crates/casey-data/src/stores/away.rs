use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use sea_orm::DbErr;
use tokio::time::Instant;

use crate::error::{Cause, Trouble};

/// How long a failure speaks for those after it: longer than the next look at a database that is silent takes.
const LASTING: Duration = Duration::from_secs(10);

/// That a database was away a moment ago: whoever can do without it need not find that out again, which takes seconds each time and, behind a lock, seconds
/// for each of those who wait.
#[derive(Debug, Default)]
pub(super) struct Away(Mutex<Option<(Instant, Cause)>>);

impl Away {
    /// Takes account of how something that was asked of the database went.
    pub(super) fn heed<T>(&self, asked: &Result<T, DbErr>) {
        let cause = asked.as_ref().err().map(Cause::of);
        let away = cause.filter(|cause| matches!(cause.trouble(), Trouble::Gone | Trouble::Busy));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = away.map(|cause| (Instant::now(), cause));
    }

    /// Why the database does not need to be asked right now.
    pub(super) fn now(&self) -> Option<Cause> {
        self.at(Instant::now())
    }

    fn at(&self, moment: Instant) -> Option<Cause> {
        let told = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.filter(|(at, _)| moment.duration_since(*at) < LASTING).map(|(_, cause)| cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_counts_for_a_moment_and_a_success_at_once() {
        let away = Away::default();
        let failed = |error| Err::<(), _>(error);
        away.heed(&failed(DbErr::Custom("no".to_owned())));
        assert_eq!(away.now(), None, "it answered");
        let busy = || DbErr::ConnectionAcquire(sea_orm::ConnAcquireErr::Timeout);
        away.heed(&failed(busy()));
        assert!(away.now().is_some());
        away.heed(&Ok(()));
        assert_eq!(away.now(), None);
        away.heed(&failed(busy()));
        assert_eq!(away.at(Instant::now() + LASTING), None);
    }
}
