//! TCP connections that can be made to go dead, at once or in the middle of what is being sent.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    time::sleep,
};

/// How many bytes a connection may still send.
#[derive(Clone, Debug)]
pub(crate) struct Scissors(Arc<AtomicU64>);

impl Scissors {
    fn new() -> Self {
        Self(Arc::new(AtomicU64::new(u64::MAX)))
    }

    /// Lets the connection send this many bytes more; after them it is dead.
    pub(crate) fn cut_after(&self, bytes: u64) {
        self.0.store(bytes, Ordering::Relaxed);
    }

    fn left(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn spend(&self, bytes: usize) {
        // An uncut connection has nothing to count.
        let spend = |left: u64| (left != u64::MAX).then(|| left.saturating_sub(bytes as u64));
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend);
    }
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Line {
    stream: TcpStream,
    scissors: Scissors,
}

fn dead() -> io::Error {
    io::Error::from(io::ErrorKind::ConnectionReset)
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.scissors.left() == 0 {
            return Poll::Ready(Err(dead()));
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let left = usize::try_from(self.scissors.left()).unwrap_or(usize::MAX);
        if left == 0 {
            return Poll::Ready(Err(dead()));
        }
        let allowed = bytes.get(..left).unwrap_or(bytes);
        let written = Pin::new(&mut self.stream).poll_write(context, allowed);
        if let Poll::Ready(Ok(count)) = written {
            self.scissors.spend(count);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Accepts connections that can be cut.
#[derive(Debug)]
pub(crate) struct Lines(TcpListener);

impl Lines {
    pub(crate) fn new(listener: TcpListener) -> Self {
        Self(listener)
    }
}

impl Listener for Lines {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        loop {
            match self.0.accept().await {
                Ok((stream, address)) => {
                    // Frames are small and many; without this they would wait for one another. A connection on which
                    // it cannot be set is slower, and still one.
                    let _ = stream.set_nodelay(true);
                    return (Line { stream, scissors: Scissors::new() }, address);
                }
                Err(error) => {
                    tracing::warn!(%error, "the simulated Discord could not accept a connection");
                    // Too many open files, as a rule: trying again at once would not help.
                    sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, Lines>> for Scissors {
    fn connect_info(stream: IncomingStream<'_, Lines>) -> Self {
        stream.io().scissors.clone()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    async fn pair() -> (Line, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let client = TcpStream::connect(address).await.unwrap();
        let (line, _) = Lines::new(listener).accept().await;
        (line, client)
    }

    #[tokio::test]
    async fn a_cut_line_sends_what_it_may_and_no_more() {
        let (mut line, mut client) = pair().await;
        line.write_all(b"whole").await.unwrap();
        line.scissors.cut_after(3);
        assert_eq!(line.write_all(b"broken").await.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        drop(line);
        let mut seen = String::new();
        client.read_to_string(&mut seen).await.unwrap();
        assert_eq!(seen, "wholebro");
    }

    #[tokio::test]
    async fn a_line_cut_at_once_says_and_hears_nothing() {
        let (mut line, mut client) = pair().await;
        line.scissors.cut_after(0);
        client.write_all(b"hello?").await.unwrap();
        assert!(line.read_u8().await.is_err() && line.write_all(b"no").await.is_err());
        drop(line);
        // Unread bytes make the system say that the connection was reset; either way nothing arrives.
        let mut seen = Vec::new();
        let _ = client.read_to_end(&mut seen).await;
        assert!(seen.is_empty());
    }
}
