//! Where Casey listens: whether it can, or does already.

use std::{
    io::{self, ErrorKind},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::{
    check::{Check, within},
    code::Code,
    context::Context,
};

/// Bytes of an answer that are read at most.
const MOST: u64 = 64 * 1_024;

pub(super) async fn look(context: &Context) -> Vec<Check> {
    let config = &context.config;
    let web = async {
        if context.is_right(&["web_addr"]) {
            listens(Code::WebAddress, "the website", "CASEY_WEB_ADDR", config.web_addr).await
        } else {
            Check::skipped(Code::WebAddress, "CASEY_WEB_ADDR is wrong")
        }
    };
    let metrics = async {
        match config.metrics_addr {
            _ if !context.is_right(&["metrics_addr"]) => {
                Check::skipped(Code::MetricsAddress, "CASEY_METRICS_ADDR is wrong")
            }
            Some(address) => listens(Code::MetricsAddress, "metrics", "CASEY_METRICS_ADDR", address).await,
            None if context.production => Check::warning(
                Code::MetricsAddress,
                "metrics and health are off, so that nobody sees an outage coming",
                "set CASEY_METRICS_ADDR=127.0.0.1:9100",
            ),
            None => Check::ok(Code::MetricsAddress, "metrics and health are off"),
        }
    };
    let (web, metrics) = tokio::join!(web, metrics);
    let mut checks = vec![web];
    if context.is_right(&["public_url"]) {
        let url = config.public_url.as_ref().map(|url| (url.as_str(), url.is_https()));
        checks.push(public_url(url, context.production));
    }
    checks.push(metrics);
    checks
}

/// Browsers keep the website's cookies from anything but HTTPS, and links in Discord lead here.
fn public_url(url: Option<(&str, bool)>, production: bool) -> Check {
    let remedy = "set CASEY_PUBLIC_URL to the https:// address at which people reach the website";
    match url {
        Some((url, true)) => Check::ok(Code::WebPublicUrl, format!("people reach the website at {url}")),
        Some((url, false)) if production => Check::problem(
            Code::WebPublicUrl,
            format!("people would reach the website at {url} in the clear"),
            remedy,
        ),
        None if production => {
            Check::problem(Code::WebPublicUrl, "nothing says where people reach the website", remedy)
        }
        Some((url, false)) => Check::ok(Code::WebPublicUrl, format!("the website is at {url}")),
        None => Check::ok(Code::WebPublicUrl, "the website is where it listens"),
    }
}

/// Listens for a moment. If somebody else does, that may be Casey itself.
async fn listens(code: Code, what: &str, setting: &str, address: SocketAddr) -> Check {
    if address.port() == 0 {
        return Check::ok(code, format!("{what} takes any free port of {}", address.ip()));
    }
    let Err(error) = TcpListener::bind(address).await else {
        return Check::ok(code, format!("{address} is free for {what}"));
    };
    if error.kind() == ErrorKind::AddrInUse && within(is_casey(address)).await.is_some_and(|casey| casey) {
        return Check::ok(code, format!("a running Casey serves {what} at {address}"));
    }
    let (why, remedy) = words(&error);
    Check::problem(
        code,
        format!("{what} cannot listen on {address}: {why}"),
        format!("{remedy} in {setting}"),
    )
}

fn words(error: &io::Error) -> (String, &'static str) {
    match error.kind() {
        ErrorKind::AddrInUse => {
            ("another program uses this port".to_owned(), "stop it, or choose another port")
        }
        ErrorKind::AddrNotAvailable => {
            ("this machine does not have this address".to_owned(), "choose one that it has")
        }
        ErrorKind::PermissionDenied => {
            ("this user may not use this port".to_owned(), "choose a port from 1024 on")
        }
        _ => (error.to_string(), "choose another address"),
    }
}

/// Whether what listens there answers about its health as Casey does.
async fn is_casey(address: SocketAddr) -> bool {
    ask(reachable(address)).await.is_ok_and(|answer| is_caseys(&answer))
}

/// An address for every interface is listened on, not connected to.
fn reachable(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => (Ipv4Addr::LOCALHOST, address.port()).into(),
        IpAddr::V6(ip) if ip.is_unspecified() => (Ipv6Addr::LOCALHOST, address.port()).into(),
        _ => address,
    }
}

async fn ask(address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(MOST).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn is_caseys(answer: &str) -> bool {
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    body["status"].is_string() && body["dependencies"].is_object()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::doctor::check::State;

    #[test]
    fn people_are_served_over_https() {
        assert_eq!(public_url(Some(("https://casey.best", true)), true).state, State::Ok);
        assert_eq!(public_url(Some(("http://casey.best", false)), true).state, State::Problem);
        assert_eq!(public_url(None, true).state, State::Problem);
        assert_eq!(public_url(None, false).state, State::Ok);
    }

    #[test]
    fn casey_is_known_by_its_answer() {
        assert!(is_caseys("HTTP/1.1 200 OK\r\n\r\n{\"status\":\"ok\",\"dependencies\":{}}"));
        for other in ["", "HTTP/1.1 200 OK\r\n\r\n{\"status\":\"UP\"}", "HTTP/1.1 200 OK\r\n\r\nhello"] {
            assert!(!is_caseys(other), "{other}");
        }
    }

    #[tokio::test]
    async fn a_port_of_another_program_is_told() {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        std::thread::spawn(move || while taken.accept().is_ok() {});
        let check = listens(Code::WebAddress, "the website", "CASEY_WEB_ADDR", address).await;
        assert_eq!(check.state, State::Problem);
        assert_eq!(check.remedy.as_deref(), Some("stop it, or choose another port in CASEY_WEB_ADDR"));
        let any =
            listens(Code::WebAddress, "the website", "CASEY_WEB_ADDR", ([127, 0, 0, 1], 0).into()).await;
        assert_eq!(any.state, State::Ok);
    }
}
