//! The loop of one shard. It polls and does nothing else: heartbeats live in that poll.

use std::{
    collections::VecDeque,
    pin::{Pin, pin},
    sync::{Arc, atomic::Ordering},
    task::{Context, Poll},
    time::Duration,
};

use casey_core::{Bot, Clock, Delivery, Timestamp};
use futures_util::{Stream, future::poll_fn};
use tokio::sync::{Notify, watch};
use twilight_gateway::{
    CloseFrame, ConfigBuilder, Message, Session, Shard, ShardState,
    error::{ReceiveMessageError, ReceiveMessageErrorType},
};
use twilight_model::gateway::event::{Event, EventType};

use super::{
    backoff::{Backoff, End, luck},
    counts::{Counts, add},
    fatal,
    gate::Gate,
    ledger::Ledger,
    pace::Pace,
    peek::{Head, head},
    sift::Sieve,
};
use crate::{error::Error, mirror::Mirror};

/// Discord's usual heartbeat interval, until HELLO tells.
const HEARTBEAT: Duration = Duration::from_millis(41_250);

/// How long a closing handshake may take.
const CLOSING: Duration = Duration::from_secs(5);

/// What a shard works with.
pub(super) struct Parts {
    pub(super) shard: Shard<Gate>,
    pub(super) bot: Bot,
    pub(super) mirror: Arc<Mirror>,
    pub(super) ledger: Arc<Ledger>,
    /// Told of a new session.
    pub(super) new_session: Arc<Notify>,
    pub(super) sieve: Sieve,
    pub(super) stop: watch::Receiver<bool>,
}

/// One shard and what it works on.
pub(super) struct Runner {
    shard: Shard<Gate>,
    sieve: Sieve,
    bot: Bot,
    mirror: Arc<Mirror>,
    ledger: Arc<Ledger>,
    new_session: Arc<Notify>,
    counts: Arc<Counts>,
    clock: Arc<dyn Clock>,
    stop: watch::Receiver<bool>,
    heartbeat: Duration,
    backoff: Backoff,
    /// Events that the bot had no room for, in order.
    held: VecDeque<Delivery>,
    /// Whether a connection has been made that has not ended yet.
    connected: bool,
    pace: Pace,
    /// Since when there is a session.
    session: Option<Timestamp>,
    closed_with: u16,
}

/// What a poll of the shard brought.
enum Polled {
    Text(String),
    Closed(Option<u16>),
    /// The connection was lost without a word.
    Lost,
    Failed(ReceiveMessageError),
    /// Discord does not want this shard back.
    Ended,
    /// Making a connection takes suspiciously long: poll again after this long.
    Slow(Duration),
}

impl Runner {
    pub(super) fn new(parts: Parts) -> Self {
        let Parts { shard, bot, mirror, ledger, new_session, sieve, stop } = parts;
        let (counts, clock) = (Arc::clone(&sieve.counts), Arc::clone(&sieve.clock));
        let pace = Pace::new(clock.now(), shard.config().proxy_url().unwrap_or_default());
        Self {
            shard,
            sieve,
            bot,
            mirror,
            ledger,
            new_session,
            counts,
            clock,
            stop,
            heartbeat: HEARTBEAT,
            backoff: Backoff::default(),
            held: VecDeque::new(),
            connected: false,
            pace,
            session: None,
            closed_with: 0,
        }
    }

    /// Runs until the stop signal, or until Discord ends it for good.
    pub(super) async fn run(mut self) -> Result<(), Error> {
        let mut stop = self.stop.clone();
        let mut stopped = pin!(async move {
            // That the sender is gone means the same.
            let _ = stop.wait_for(|stop| *stop).await;
        });
        loop {
            let polled = tokio::select! {
                biased;
                () = &mut stopped => break,
                polled = self.poll() => polled,
            };
            match polled {
                Polled::Text(text) => self.text(text).await,
                Polled::Closed(code) => self.ended(code.unwrap_or(0)).await,
                Polled::Lost => self.ended(0).await,
                Polled::Failed(error) => self.failed(&error).await,
                Polled::Slow(wait) => self.rest(wait).await,
                Polled::Ended => {
                    self.lose_session();
                    return Err(fatal(self.closed_with, self.shard.id(), self.shard.config().intents()));
                }
            }
        }
        self.close().await;
        Ok(())
    }

    async fn poll(&mut self) -> Polled {
        poll_fn(|context| self.poll_once(context)).await
    }

    fn poll_once(&mut self, context: &mut Context<'_>) -> Poll<Polled> {
        let polled = Pin::new(&mut self.shard).poll_next(context);
        let state = self.shard.state();
        let polled = match polled {
            Poll::Ready(Some(Ok(Message::Text(text)))) => Polled::Text(text),
            Poll::Ready(Some(Ok(Message::Close(frame)))) => Polled::Closed(frame.map(|frame| frame.code)),
            Poll::Ready(Some(Err(error))) => Polled::Failed(error),
            Poll::Ready(None) => Polled::Ended,
            Poll::Pending if matches!(state, ShardState::Disconnected { .. }) => {
                // The shard makes connections anew within a poll; that one was lost shows only here. One that ends as soon as it is made
                // does not show at all, except that it takes polls without end.
                if self.connected {
                    self.pace.lost();
                    Polled::Lost
                } else if let Some(wait) = self.pace.idle() {
                    Polled::Slow(wait)
                } else {
                    return Poll::Pending;
                }
            }
            Poll::Pending => {
                self.connected = true;
                self.pace.alive();
                return Poll::Pending;
            }
        };
        if matches!(polled, Polled::Text(_)) {
            self.connected = true;
            self.pace.alive();
        }
        Poll::Ready(polled)
    }

    async fn text(&mut self, text: String) {
        add(&self.counts.received);
        let bytes = text.len();
        let kind = match head(&text) {
            Head::Event(kind) => kind,
            Head::Hello(interval) => {
                self.heartbeat = Duration::from_millis(interval);
                return;
            }
            Head::Other => {
                add(&self.counts.skipped);
                return;
            }
        };
        if kind == EventType::Ready {
            self.begun();
        }
        if matches!(kind, EventType::Ready | EventType::Resumed) && self.session.is_none() {
            self.session = Some(self.clock.now());
            add(&self.counts.ready);
            tracing::info!(
                shard = self.shard.id().number(),
                resumed = kind == EventType::Resumed,
                "connected"
            );
        }
        let event = self.sieve.sift(kind, text);
        if let Some(event) = event.as_ref().filter(|_| Mirror::wants(kind)) {
            self.mirror.update(event);
        }
        // An event only comes within a session, which counts it.
        let sequence = self.shard.session().map_or(0, Session::sequence);
        match event.filter(|_| self.bot.wants(kind)) {
            // What was finished before it came again is not done again.
            Some(event) => {
                if let Some(place) = self.ledger.open(sequence, self.clock.now()) {
                    self.offer(Delivery::new(event, bytes).holding(place)).await;
                }
            }
            None => self.ledger.pass(sequence),
        }
    }

    /// A new session began.
    fn begun(&mut self) {
        if let (Some(session), Some(url)) = (self.shard.session(), self.shard.resume_url()) {
            self.ledger.begin(session.id().to_owned(), url.to_owned(), session.sequence());
            self.new_session.notify_one();
        }
    }

    /// Hands an event to the bot. Without room it is held, and reading pauses for a quarter of a heartbeat: the next beat is then at most that much
    /// late, and one event per pause still shows the shard that the connection lives. What is held is offered first, in order.
    async fn offer(&mut self, delivery: Delivery) {
        if matches!(delivery.event(), Event::InteractionCreate(_)) {
            // People wait for these for three seconds: they go past what is held.
            if let Err(back) = self.bot.offer(delivery) {
                self.held.push_front(*back);
            }
        } else {
            self.held.push_back(delivery);
        }
        if self.flush() {
            return;
        }
        add(&self.counts.stalls);
        let end = self.clock.now() + self.heartbeat / 4;
        let mut stop = self.stop.clone();
        tokio::select! {
            () = self.bot.room() => {}
            () = self.clock.sleep_until(end) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
        self.flush();
    }

    /// Offers what is held, in order. Returns whether nothing is left.
    fn flush(&mut self) -> bool {
        while let Some(delivery) = self.held.pop_front() {
            if let Err(back) = self.bot.offer(delivery) {
                self.held.push_front(*back);
                return false;
            }
        }
        true
    }

    /// A connection ended, and will be made anew.
    async fn ended(&mut self, code: u16) {
        self.closed_with = code;
        self.connected = false;
        let end = match self.lose_session() {
            Some(since) => End::After(self.clock.now().since(since)),
            None => End::WithoutSession,
        };
        if self.shard.state() == ShardState::FatallyClosed {
            return;
        }
        add(&self.counts.reconnects);
        let wait = self.backoff.after(end, luck());
        tracing::info!(shard = self.shard.id().number(), code, ?wait, "connection ended; connecting again");
        self.wait(wait).await;
    }

    async fn failed(&mut self, error: &ReceiveMessageError) {
        match error.kind() {
            ReceiveMessageErrorType::Reconnect => {
                add(&self.counts.reconnects);
                self.renew();
                let wait = self.backoff.after(End::WithoutSession, luck());
                tracing::warn!(
                    shard = self.shard.id().number(),
                    ?wait,
                    "Discord's gateway could not be reached"
                );
                self.wait(wait).await;
            }
            ReceiveMessageErrorType::Deserializing { .. } => self.sieve.unparsable("payload"),
            _ => self.ended(0).await,
        }
    }

    /// A shard like this one, with its session. twilight's own waits grow to four minutes; a new shard has none.
    fn renew(&mut self) {
        let mut config = ConfigBuilder::from(self.shard.config().clone());
        if let Some(session) = self.shard.session().cloned() {
            config = config.session(session);
        }
        if let Some(url) = self.shard.resume_url() {
            config = config.resume_url(url.to_owned());
        }
        self.shard = Shard::with_config(self.shard.id(), config.build());
        self.connected = false;
    }

    /// Waits until another connection may begin.
    async fn wait(&mut self, wait: Option<Duration>) {
        self.rest(self.pace.before_next(wait, self.clock.now())).await;
        self.pace.begin(self.clock.now());
    }

    async fn rest(&mut self, wait: Duration) {
        if wait.is_zero() {
            return;
        }
        let mut stop = self.stop.clone();
        tokio::select! {
            () = self.clock.sleep_until(self.clock.now() + wait) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }

    fn lose_session(&mut self) -> Option<Timestamp> {
        let since = self.session.take();
        if since.is_some() {
            self.counts.ready.fetch_sub(1, Ordering::Relaxed);
        }
        since
    }

    /// Closes the connection so that the session can be resumed, and takes in what arrives until it is closed.
    async fn close(&mut self) {
        let end = self.clock.now() + CLOSING;
        if !matches!(self.shard.state(), ShardState::Disconnected { .. } | ShardState::FatallyClosed) {
            self.shard.close(CloseFrame::RESUME);
            let clock = Arc::clone(&self.clock);
            tokio::select! {
                () = self.until_closed() => {}
                () = clock.sleep_until(end) => {}
            }
        }
        self.lose_session();
        let bot = self.bot.clone();
        while !self.flush() && self.clock.now() < end {
            tokio::select! {
                () = bot.room() => {}
                () = self.clock.sleep_until(end) => {}
            }
        }
        if !self.held.is_empty() {
            tracing::warn!(events = self.held.len(), "there was no room for some events before the end");
        }
    }

    async fn until_closed(&mut self) {
        loop {
            match self.poll().await {
                // A greeting means that the old connection is closed, and that the shard has made another within one poll.
                Polled::Text(text) if matches!(head(&text), Head::Hello(_)) => return,
                Polled::Text(text) => self.text(text).await,
                Polled::Failed(_) => {}
                Polled::Closed(_) | Polled::Lost | Polled::Ended | Polled::Slow(_) => return,
            }
        }
    }
}
