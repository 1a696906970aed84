//! Listening and serving.

use std::future::{Future, pending};
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::error::WebError;
use crate::patience::Patient;

/// What visitors may take.
#[derive(Clone, Copy)]
struct Limits {
    /// Connections at a time.
    connections: usize,
    /// How long nothing may move on a connection.
    idle: Duration,
    /// How long requests that are under way may still take when the site stops.
    last_words: Duration,
}

const LIMITS: Limits =
    Limits { connections: 512, idle: Duration::from_secs(30), last_words: Duration::from_secs(5) };

/// Listens on `address`; port 0 is any free port.
///
/// # Errors
///
/// [`WebError::Listen`], with what to do about a port that is in use or an address that this machine does not have.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, WebError> {
    TcpListener::bind(address).await.map_err(|source| WebError::Listen { address, source })
}

/// Serves until `stop` is done, then lets requests that are under way finish for at most five seconds.
///
/// At most 512 connections are open at a time; others wait. A connection on which nothing moves for 30 seconds is
/// closed.
///
/// # Errors
///
/// [`WebError::Serve`] when the listening socket fails.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), WebError> {
    serve_within(LIMITS, listener, router, stop).await
}

async fn serve_within(
    limits: Limits,
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), WebError> {
    let (stopping, stopped) = oneshot::channel();
    let listener = Patient::new(listener, limits.connections, limits.idle);
    let serving = axum::serve(listener, router).with_graceful_shutdown(async move {
        stop.await;
        // Nobody listens any more only if serving has ended by itself.
        let _ = stopping.send(());
    });
    let overdue = async {
        if stopped.await.is_err() {
            return pending().await;
        }
        // A visitor who never ends a request must not keep the process from ending.
        tokio::time::timeout(limits.last_words, pending::<()>()).await.unwrap_or_default();
    };
    tokio::select! {
        result = serving => result.map_err(WebError::Serve),
        () = overdue => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::task::JoinHandle;
    use tokio::time::{Instant, timeout};

    use super::*;

    const SHORT: Duration = Duration::from_millis(100);
    const LONG: Duration = Duration::from_secs(20);
    const ASK: &[u8] = b"GET / HTTP/1.1\r\nHost: casey\r\n\r\n";

    type Served = (SocketAddr, oneshot::Sender<()>, JoinHandle<Result<(), WebError>>);

    async fn start(limits: Limits) -> Served {
        let listener = bind(([127, 0, 0, 1], 0).into()).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let router = Router::new().route("/", get(|| async { "here" }));
        let stop_signal = async move {
            let _ = stopped.await;
        };
        (address, stop, tokio::spawn(serve_within(limits, listener, router, stop_signal)))
    }

    async fn answer(stream: &mut TcpStream) -> String {
        let mut text = vec![0; 1024];
        let length = timeout(LONG, stream.read(&mut text)).await.unwrap().unwrap();
        String::from_utf8(text[..length].to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_port_in_use_and_a_foreign_address_are_said_in_a_sentence() {
        let taken = bind(([127, 0, 0, 1], 0).into()).await.unwrap();
        let address = taken.local_addr().unwrap();
        let text = bind(address).await.unwrap_err().to_string();
        assert_eq!(
            text,
            format!(
                "the website cannot listen on {address}: port {} is in use by another program; \
                 set CASEY_WEB_ADDR to another one, or to port 0 for any free one",
                address.port()
            )
        );
        // Reserved for documentation, so no machine has it.
        let text = bind(([192, 0, 2, 1], 0).into()).await.unwrap_err().to_string();
        assert!(text.contains("192.0.2.1 is not an address of this machine"), "{text}");
    }

    #[tokio::test]
    async fn silence_ends_a_connection() {
        let (address, _stop, _serving) = start(Limits { idle: SHORT, ..LIMITS }).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: ").await.unwrap();
        assert_eq!(timeout(LONG, stream.read(&mut [0; 8])).await.unwrap().unwrap(), 0);
    }

    #[tokio::test]
    async fn those_beyond_the_limit_wait_for_a_place() {
        let (address, _stop, _serving) = start(Limits { connections: 1, ..LIMITS }).await;
        let mut first = TcpStream::connect(address).await.unwrap();
        first.write_all(ASK).await.unwrap();
        assert!(answer(&mut first).await.ends_with("here"));
        let mut second = TcpStream::connect(address).await.unwrap();
        second.write_all(ASK).await.unwrap();
        assert!(timeout(SHORT, second.read(&mut [0; 8])).await.is_err(), "it has to wait");
        drop(first);
        assert!(answer(&mut second).await.ends_with("here"));
    }

    #[tokio::test]
    async fn stopping_waits_for_nobody_for_ever() {
        let (address, stop, serving) = start(Limits { last_words: SHORT, ..LIMITS }).await;
        let mut half = TcpStream::connect(address).await.unwrap();
        half.write_all(ASK).await.unwrap();
        answer(&mut half).await;
        half.write_all(b"GET / HTTP/1.1\r\nHos").await.unwrap();
        let before = Instant::now();
        stop.send(()).unwrap();
        timeout(LONG, serving).await.unwrap().unwrap().unwrap();
        assert!(before.elapsed() < LIMITS.idle);
        assert!(bind(address).await.is_ok(), "the port is free again");
    }
}
