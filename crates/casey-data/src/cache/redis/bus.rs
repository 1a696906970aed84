use std::{
    collections::BTreeSet,
    fmt::{self, Formatter},
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use deadpool_redis::redis::{Msg, aio::PubSubSink, cmd};
use futures_util::{Stream, StreamExt};
use tokio::{
    sync::{Notify, broadcast, watch},
    task::JoinHandle,
};

use super::{
    backoff::pause,
    change::{Change, Message},
    connection::{Redis, quickly},
    error::RedisCause,
};

const CHANNEL: &str = "casey:x:changed";
/// How often a connection that only listens is asked whether it still stands.
const ALIVE: Duration = Duration::from_secs(5);
/// Changes that wait while Redis is gone. Beyond them all of it counts as changed.
const OWED: usize = 1_000;
/// News that a slow subscriber may be behind. Beyond them all of it counts as changed.
const BEHIND: usize = 1_024;

/// What a [`Subscription`] tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Another process changed this.
    Changed(Change),
    /// Anything may have changed: the connection is new, or more was changed than could be told. Forget all that is held.
    Everything,
}

/// Tells other processes what changed, and hears it from them, through Redis' publish and subscribe.
///
/// Delivery takes milliseconds while Redis is there. Whatever could not be told is told later, and every new connection begins with
/// [`News::Everything`], so that nothing that was missed stays unknown. A process does not hear itself. While
/// [`is_connected`](Self::is_connected) says no, whoever needs to know has to look by other means.
///
/// Dropping it ends its task and all subscriptions.
pub struct Bus {
    inner: Arc<Inner>,
    task: JoinHandle<()>,
}

struct Inner {
    redis: Redis,
    news: broadcast::Sender<News>,
    connected: watch::Sender<bool>,
    owed: Mutex<Owed>,
    more: Notify,
}

#[derive(Default)]
struct Owed {
    changes: BTreeSet<Change>,
    everything: bool,
}

impl Owed {
    fn add(&mut self, change: Option<Change>) {
        match change {
            Some(change) if !self.everything && self.changes.len() < OWED => {
                self.changes.insert(change);
            }
            _ => {
                self.everything = true;
                self.changes.clear();
            }
        }
    }

    fn take(&mut self) -> Vec<Option<Change>> {
        let owed = std::mem::take(self);
        if owed.everything { vec![None] } else { owed.changes.into_iter().map(Some).collect() }
    }
}

impl Bus {
    /// Connects in the background, and again whenever the connection breaks. Has to be called inside a Tokio runtime.
    pub fn start(redis: Redis) -> Self {
        let inner = Arc::new(Inner {
            redis,
            news: broadcast::Sender::new(BEHIND),
            connected: watch::Sender::new(false),
            owed: Mutex::default(),
            more: Notify::new(),
        });
        let task = tokio::spawn(Arc::clone(&inner).listen());
        Self { inner, task }
    }

    /// Tells the other processes, now or as soon as Redis is there again. Takes two seconds at most.
    pub async fn publish(&self, change: Change) {
        if let Err(cause) = self.inner.send(Some(change.clone())).await {
            tracing::debug!(%cause, store = change.store(), "a change is told later");
            self.inner.owe(Some(change));
        }
    }

    /// News from now on.
    pub fn subscribe(&self) -> Subscription {
        Subscription { news: self.inner.news.subscribe() }
    }

    /// Whether changes arrive at the moment.
    pub fn is_connected(&self) -> bool {
        *self.inner.connected.borrow()
    }

    /// Tells whenever that changes.
    pub fn connected(&self) -> watch::Receiver<bool> {
        self.inner.connected.subscribe()
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bus")
            .field("redis", &self.inner.redis)
            .field("connected", &self.is_connected())
            .finish_non_exhaustive()
    }
}

/// Hears what other processes changed.
#[derive(Debug)]
pub struct Subscription {
    news: broadcast::Receiver<News>,
}

impl Subscription {
    /// The next news; `None` once the [`Bus`] is gone. Safe to drop while waiting.
    pub async fn next(&mut self) -> Option<News> {
        match self.news.recv().await {
            Ok(news) => Some(news),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(News::Everything),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}

impl Inner {
    async fn send(&self, change: Option<Change>) -> Result<(), RedisCause> {
        let message = Message { from: self.redis.process().to_owned(), change };
        self.redis.query(cmd("PUBLISH").arg(CHANNEL).arg(message.encode())).await
    }

    fn owe(&self, change: Option<Change>) {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner).add(change);
        self.more.notify_one();
    }

    /// Tells what is owed; what cannot be told is owed again.
    async fn settle(&self) -> Result<(), RedisCause> {
        let owed = self.owed.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut failed = Ok(());
        for change in owed {
            if failed.is_ok() {
                failed = self.send(change.clone()).await;
            }
            if failed.is_err() {
                self.owed.lock().unwrap_or_else(PoisonError::into_inner).add(change);
            }
        }
        failed
    }

    async fn listen(self: Arc<Self>) {
        let mut failures = 0_u32;
        loop {
            let cause = match self.redis.listen(CHANNEL).await {
                Ok(listener) => {
                    failures = 0;
                    // In this order, so that whoever sees it connected and asks finds the news already there.
                    let _ = self.news.send(News::Everything);
                    self.connected.send_replace(true);
                    let (sink, messages) = listener.split();
                    self.hear(sink, messages).await
                }
                Err(cause) => cause,
            };
            if self.connected.send_replace(false) {
                tracing::warn!(place = self.redis.place(), %cause, "changes of other processes do not arrive");
            }
            failures = failures.saturating_add(1);
            let clock = self.redis.clock();
            clock.sleep_until(clock.now() + pause(failures)).await;
        }
    }

    /// Passes on what arrives, until the connection breaks; says why it did.
    async fn hear(&self, mut sink: PubSubSink, messages: impl Stream<Item = Msg>) -> RedisCause {
        let mut messages = pin!(messages);
        let clock = self.redis.clock();
        let mut next = clock.now();
        loop {
            tokio::select! {
                message = messages.next() => match message {
                    Some(message) => self.pass_on(message.get_payload_bytes()),
                    None => return RedisCause::Unreachable,
                },
                () = clock.sleep_until(next) => {
                    next = clock.now() + ALIVE;
                    let ping = async { sink.ping::<()>().await.map_err(|error| RedisCause::of(&error)) };
                    if let Err(cause) = quickly(ping).await {
                        return cause;
                    }
                    if let Err(cause) = self.settle().await {
                        return cause;
                    }
                }
                () = self.more.notified() => next = next.min(clock.now() + pause(1)),
            }
        }
    }

    fn pass_on(&self, payload: &[u8]) {
        let news = match Message::decode(payload) {
            Some(message) if message.from == self.redis.process() => return,
            Some(Message { change: Some(change), .. }) => News::Changed(change),
            // What is not understood comes from a newer version, and may be about anything.
            Some(Message { change: None, .. }) | None => News::Everything,
        };
        // Nobody may be listening.
        let _ = self.news.send(news);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_can_be_kept_becomes_everything() {
        let mut owed = Owed::default();
        for scope in 0..1_000 {
            owed.add(Some(Change::new("guild_settings", scope)));
            owed.add(Some(Change::new("guild_settings", 0)));
        }
        assert!(owed.everything, "the last one was one too many");
        assert_eq!(owed.take(), [None]);
        owed.add(Some(Change::new("guild_settings", 1)));
        owed.add(Some(Change::new("guild_settings", 1)));
        assert_eq!(owed.take(), [Some(Change::new("guild_settings", 1))]);
        assert_eq!(owed.take(), []);
    }
}
