//! From an HTTP request to a gateway connection (Discord docs: Gateway, Connecting; RFC 6455).

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{ConnectInfo, Query, Request},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use hyper_util::rt::TokioIo;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        handshake::derive_accept_key,
        protocol::{Role, WebSocketConfig},
    },
};

use super::{codec::Transport, line::Scissors, socket};
use crate::shared::Shared;

/// Path under which sessions are resumed. It differs from where they begin, as Discord's addresses do.
pub(crate) const RESUME_PATH: &str = "/resume";

/// Bytes of a frame that are read at all; Discord allows far fewer.
const READ: usize = 64 * 1024;

/// What a client asked for in the address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) transport: Transport,
    /// Whether it is the address sessions are resumed at.
    pub(super) resumes: bool,
    /// The close code of what cannot be served: 4012 another version of the API, 4002 another encoding.
    pub(super) refused: Option<u16>,
}

/// Answers the handshake, and serves the connection in a task of its own.
pub(crate) fn upgrade(shared: Arc<Shared>, mut request: Request) -> Response {
    let path = request.uri().path();
    if !matches!(path.trim_end_matches('/'), "" | "/gateway" | RESUME_PATH) {
        shared.lock().record.violation(format!("a WebSocket at {path}"));
        return StatusCode::NOT_FOUND.into_response();
    }
    let Some(accept) = accept_key(request.headers()) else {
        shared.lock().record.violation("a WebSocket handshake that is none".to_owned());
        return StatusCode::BAD_REQUEST.into_response();
    };
    let (address, violations) = read_address(request.uri());
    for what in violations {
        shared.lock().record.violation(what);
    }
    let scissors =
        request.extensions().get::<ConnectInfo<Scissors>>().map(|ConnectInfo(scissors)| scissors.clone());
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        // A client that goes away before the handshake is over has nothing to be told.
        let Ok(upgraded) = upgrade.await else { return };
        let config = WebSocketConfig::default().max_message_size(Some(READ)).max_frame_size(Some(READ));
        let stream =
            WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await;
        socket::serve(shared, stream, address, scissors).await;
    });
    let headers = [
        (header::CONNECTION, HeaderValue::from_static("upgrade")),
        (header::UPGRADE, HeaderValue::from_static("websocket")),
        (header::SEC_WEBSOCKET_ACCEPT, accept),
    ];
    (StatusCode::SWITCHING_PROTOCOLS, headers, Body::empty()).into_response()
}

fn accept_key(headers: &HeaderMap) -> Option<HeaderValue> {
    let is = |name, wanted: &str| {
        headers.get(name).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(wanted.as_bytes()))
    };
    if !is(header::UPGRADE, "websocket") || !is(header::SEC_WEBSOCKET_VERSION, "13") {
        return None;
    }
    let key = headers.get(header::SEC_WEBSOCKET_KEY)?;
    HeaderValue::from_str(&derive_accept_key(key.as_bytes())).ok()
}

/// What the address asks for, and what of it Discord would not have understood.
fn read_address(uri: &Uri) -> (Address, Vec<String>) {
    let query: Query<Vec<(String, String)>> = Query::try_from_uri(uri).unwrap_or_default();
    let mut address = Address {
        resumes: uri.path().trim_end_matches('/') == RESUME_PATH,
        // Without a version Discord takes the oldest, which it no longer serves.
        refused: Some(4012),
        ..Address::default()
    };
    let mut violations = Vec::new();
    let mut encoding = "json";
    for (key, value) in &query.0 {
        let known = match (key.as_str(), value.as_str()) {
            ("v", version) => {
                address.refused = (version != "10").then_some(4012);
                version == "10"
            }
            ("encoding", wanted) => {
                encoding = wanted;
                wanted == "json"
            }
            ("compress", "zlib-stream") => {
                address.transport = Transport::ZlibStream;
                true
            }
            ("compress", "zstd-stream") => {
                address.transport = Transport::ZstdStream;
                true
            }
            _ => false,
        };
        if !known {
            violations.push(format!("the gateway address has {key}={value}"));
        }
    }
    if encoding != "json" {
        address.refused = address.refused.or(Some(4002));
    }
    if !query.0.iter().any(|(key, _)| key == "v") {
        violations.push("the gateway address has no version".to_owned());
    }
    (address, violations)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(address: &'static str) -> (Address, usize) {
        let (address, violations) = read_address(&Uri::from_static(address));
        (address, violations.len())
    }

    #[test]
    fn addresses_are_read_as_discord_reads_them() {
        let plain = Address::default();
        assert_eq!(read("/?v=10&encoding=json"), (plain, 0));
        let zstd = Address { transport: Transport::ZstdStream, ..plain };
        assert_eq!(read("/?v=10&encoding=json&compress=zstd-stream"), (zstd, 0));
        let resumes = Address { transport: Transport::ZlibStream, resumes: true, ..plain };
        assert_eq!(read("/resume/?v=10&compress=zlib-stream"), (resumes, 0));
    }

    #[test]
    fn what_is_not_served_is_refused_and_noted() {
        let refused = |code| Address { refused: Some(code), ..Address::default() };
        assert_eq!(read("/?v=9&encoding=json"), (refused(4012), 1));
        assert_eq!(read("/"), (refused(4012), 1));
        assert_eq!(read("/?v=10&encoding=etf"), (refused(4002), 1));
        assert_eq!(read("/?v=10&compress=gzip"), (Address::default(), 1));
    }
}
