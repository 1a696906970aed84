//! What is being worked on, so that a shutdown can wait for it.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::Notify;

#[derive(Debug, Default)]
struct Inner {
    count: AtomicUsize,
    idle: Notify,
}

/// Counts work in progress.
#[derive(Clone, Debug, Default)]
pub(crate) struct Running(Arc<Inner>);

/// One piece of work; it ends when this is dropped, by a panic as well.
#[derive(Debug)]
pub(crate) struct Token(Arc<Inner>);

impl Running {
    pub(crate) fn token(&self) -> Token {
        self.0.count.fetch_add(1, Ordering::AcqRel);
        Token(Arc::clone(&self.0))
    }

    /// Runs something on its own that a shutdown waits for.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let token = self.token();
        tokio::spawn(async move {
            work.await;
            drop(token);
        });
    }

    /// Waits until nothing runs.
    pub(crate) async fn finished(&self) {
        loop {
            let idle = self.0.idle.notified();
            if self.0.count.load(Ordering::Acquire) == 0 {
                return;
            }
            idle.await;
        }
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        if self.0.count.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.idle.notify_waiters();
        }
    }
}
