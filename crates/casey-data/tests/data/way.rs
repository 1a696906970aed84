//! A way to a server of PostgreSQL on which things go wrong when they are meant to.
#![allow(clippy::unwrap_used)]

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
};

/// What happens to a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mishap {
    /// The server does it, and its answer does not come back.
    AnswerLost,
    /// The connection breaks before it.
    NeverArrived,
}

/// How the way is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    /// Every connection breaks.
    Cut,
    /// Connections stand, are even accepted, and nothing comes through.
    Silent,
    /// Open until the next commit, to which this happens. After it the way is cut or open.
    Armed(Mishap, bool),
}

pub(crate) struct Way {
    /// The server's address by this way.
    pub(crate) url: String,
    state: Arc<watch::Sender<State>>,
    happened: Arc<AtomicBool>,
}

impl Way {
    /// A way to the server at this address, which has a user and a port.
    pub(crate) async fn to(url: &str) -> Self {
        let (before, after) = url.split_once('@').unwrap();
        let (server, path) = after.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        // In the clear, which loopback permits, so that a commit can be recognised.
        let more = if path.contains('?') { '&' } else { '?' };
        let url = format!("{before}@{}/{path}{more}sslmode=disable", listener.local_addr().unwrap());
        let (state, happened) = (Arc::new(watch::Sender::new(State::Open)), Arc::default());
        let carrier = Carrier { server: server.to_owned(), state: Arc::clone(&state), happened };
        let happened = Arc::clone(&carrier.happened);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carrier.clone().carry(client));
            }
        });
        Self { url, state, happened }
    }

    pub(crate) fn open(&self) {
        self.state.send_replace(State::Open);
    }

    pub(crate) fn cut(&self) {
        self.state.send_replace(State::Cut);
    }

    pub(crate) fn silence(&self) {
        self.state.send_replace(State::Silent);
    }

    pub(crate) fn arm(&self, mishap: Mishap, stays_away: bool) {
        self.happened.store(false, Ordering::SeqCst);
        self.state.send_replace(State::Armed(mishap, stays_away));
    }

    pub(crate) fn happened(&self) -> bool {
        self.happened.load(Ordering::SeqCst)
    }
}

#[derive(Clone)]
struct Carrier {
    server: String,
    state: Arc<watch::Sender<State>>,
    happened: Arc<AtomicBool>,
}

impl Carrier {
    async fn carry(self, client: TcpStream) {
        let mut seen = self.state.subscribe();
        // A connection that begins in silence is dead for good, like one that the silence finds.
        if *seen.borrow_and_update() == State::Silent {
            let _ = seen.wait_for(|state| *state == State::Cut).await;
            return;
        }
        if *seen.borrow() == State::Cut {
            return;
        }
        let Ok(server) = TcpStream::connect(&self.server).await else { return };
        let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
        let lost = watch::Sender::new(None);
        let carried = async {
            tokio::select! {
                () = self.forth(from_client, to_server, &lost) => {}
                () = self.back(from_server, to_client, lost.subscribe()) => {}
            }
        };
        tokio::pin!(carried);
        tokio::select! {
            () = &mut carried => return,
            _ = seen.wait_for(|state| matches!(state, State::Cut | State::Silent)) => {}
        }
        // Both ends stay connected while nothing is carried.
        let _ = seen.wait_for(|state| *state == State::Cut).await;
    }

    /// Carries what the client says, until it meets the commit that a mishap is meant for.
    async fn forth(
        &self,
        mut client: OwnedReadHalf,
        mut server: OwnedWriteHalf,
        lost: &watch::Sender<Option<State>>,
    ) {
        let mut bytes = [0; 16_384];
        while let Ok(read @ 1..) = client.read(&mut bytes).await {
            let said = &bytes[..read];
            let state = *self.state.borrow();
            if let State::Armed(mishap, stays_away) = state
                && said.windows(6).any(|word| word == b"COMMIT")
            {
                self.happened.store(true, Ordering::SeqCst);
                let after = if stays_away { State::Cut } else { State::Open };
                if mishap == Mishap::NeverArrived {
                    self.state.send_replace(after);
                    return;
                }
                lost.send_replace(Some(after));
            }
            if server.write_all(said).await.is_err() {
                return;
            }
        }
    }

    /// Carries what the server answers, until an answer is to be lost.
    async fn back(
        &self,
        mut server: OwnedReadHalf,
        mut client: OwnedWriteHalf,
        lost: watch::Receiver<Option<State>>,
    ) {
        let mut bytes = [0; 16_384];
        while let Ok(read @ 1..) = server.read(&mut bytes).await {
            if let Some(after) = *lost.borrow() {
                self.state.send_replace(after);
                return;
            }
            if client.write_all(&bytes[..read]).await.is_err() {
                return;
            }
        }
    }
}
