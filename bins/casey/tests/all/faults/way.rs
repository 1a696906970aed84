//! A way to a server that can be cut, or fall silent.

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// How the way is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Open,
    /// Every connection breaks, new ones at once.
    Cut,
    /// Connections stand, are even accepted, and nothing comes through. Those that stood then stay dead.
    Silent,
}

pub(super) struct Way {
    /// The server's address by this way.
    pub(super) url: String,
    state: watch::Sender<State>,
}

impl Way {
    /// A way to the server at this address, which has a user and a port.
    pub(super) async fn to(url: &str) -> Self {
        let (before, after) = url.split_once('@').unwrap();
        let (server, path) = after.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("{before}@{}/{path}", listener.local_addr().unwrap());
        let (state, server) = (watch::Sender::new(State::Open), server.to_owned());
        let seen = state.subscribe();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, server.clone(), seen.clone()));
            }
        });
        Self { url, state }
    }

    pub(super) fn set(&self, state: State) {
        self.state.send_replace(state);
    }
}

async fn carry(mut client: TcpStream, server: String, mut seen: watch::Receiver<State>) {
    let begun = *seen.borrow_and_update();
    if begun == State::Open {
        let Ok(mut server) = TcpStream::connect(server).await else { return };
        tokio::select! {
            _ = copy_bidirectional(&mut client, &mut server) => return,
            _ = seen.wait_for(|state| *state != State::Open) => {}
        }
        let _ = seen.wait_for(|state| *state == State::Cut).await;
    } else if begun == State::Silent {
        let _ = seen.wait_for(|state| *state == State::Cut).await;
    }
}
