//! Every page, asked for as a browser does, without a socket.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use tower::ServiceExt;

use crate::part::{Health, Part, Probe};
use crate::site::{CommandLine, Site};
use crate::testing::{HandClock, NOON, site};
use crate::views::{home, problem};

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

async fn ask(router: &Router, method: Method, path: &str) -> Answer {
    ask_with(router, method, path, String::new()).await
}

async fn ask_with(router: &Router, method: Method, path: &str, body: String) -> Answer {
    let length = body.len();
    let mut request = Request::builder().method(method).uri(path).body(Body::from(body)).unwrap();
    request.headers_mut().insert("content-length", length.into());
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let text = String::from_utf8(to_bytes(body, 1 << 20).await.unwrap().to_vec()).unwrap();
    Answer { status: parts.status, headers: parts.headers, text }
}

fn connected() -> Health {
    Health::up("connected to a simulated Discord")
        .since(casey_core::Timestamp::from_millis(NOON - 130_000))
        .figure("servers", 1)
}

/// Attributes called `name` in `html`.
fn attributes<'h>(html: &'h str, name: &str) -> Vec<&'h str> {
    let opening = format!(" {name}=\"");
    html.split(&opening).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// The tags of `html` with their attributes' names only.
fn without_values(html: &str) -> String {
    let tags = html.split('<').filter_map(|rest| rest.split('>').next());
    tags.flat_map(|tag| tag.split('"').step_by(2)).collect()
}

fn structure(html: &str) {
    assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\">"));
    for (what, times) in
        [("<h1", 1), ("<title>", 1), ("<main", 1), ("<script", 0), (" style=", 0), ("<style", 0)]
    {
        assert_eq!(html.matches(what).count(), times, "{what} in {html}");
    }
    assert!(!without_values(html).contains(" on"), "a handler in {html}");
    let mut ids = attributes(html, "id");
    for reference in attributes(html, "href").into_iter().filter_map(|href| href.strip_prefix('#')) {
        assert!(ids.contains(&reference), "#{reference} leads nowhere");
    }
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "ids are unique");
}

#[tokio::test]
async fn the_page_as_it_is() {
    let answer = ask(&site(connected()).router(), Method::GET, "/").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
    structure(&answer.text);
    assert!(answer.text.len() < 12 * 1024, "{} bytes", answer.text.len());
    // One tag a line, and a name for the style sheet that does not change with it.
    let lines =
        answer.text.replace(super::assets::STYLE, "/assets/app.css").replace("<!>", "").replace("><", ">\n<");
    insta::assert_snapshot!(lines);
}

#[tokio::test]
async fn the_heading_says_how_casey_is() {
    for (health, heading) in [
        (connected(), "Casey is awake."),
        (Health::starting("connects"), "Casey is waking up."),
        (Health::down("the token was refused"), "Casey needs a hand."),
    ] {
        let answer = ask(&site(health.clone()).router(), Method::GET, "/").await;
        assert!(answer.text.contains(&format!("<h1>{heading}</h1>")), "{}", answer.text);
        assert!(answer.text.contains(&health.says));
    }
    let alone =
        Site::new(Arc::new(HandClock::default()), "https://casey.best").part(Part::new("bot", "The bot"));
    let answer = ask(&alone.router(), Method::GET, "/").await;
    assert!(answer.text.contains("<h1>The site is up.</h1>") && answer.text.contains("Not seen from here"));
}

#[tokio::test]
async fn readiness_is_for_programs() {
    let router = site(connected()).router();
    let answer = ask(&router, Method::GET, "/healthz").await;
    assert_eq!(answer.status, StatusCode::OK);
    let body: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(body["dependencies"]["database"]["state"], "unknown", "nobody has looked yet");

    let answer = ask(&router, Method::GET, "/readyz").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["cache-control"], "no-store");
    insta::assert_json_snapshot!(serde_json::from_str::<serde_json::Value>(&answer.text).unwrap());

    for health in [Health::starting("connects"), Health::down("away")] {
        let router = site(health).router();
        let answer = ask(&router, Method::GET, "/readyz").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        let body: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
        assert_eq!(body["status"], "not ready");
        assert_eq!(body["dependencies"]["database"]["state"], "up");
        assert_eq!(ask(&router, Method::GET, "/healthz").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn every_answer_has_the_same_headers() {
    let router = site(connected()).router();
    let long = "x".repeat(20 * 1024);
    let answers = [
        (ask(&router, Method::GET, "/").await, 200),
        (ask(&router, Method::HEAD, "/").await, 200),
        (ask(&router, Method::GET, "/readyz").await, 200),
        (ask(&router, Method::GET, super::assets::STYLE).await, 200),
        (ask(&router, Method::GET, "/favicon.svg").await, 200),
        (ask(&router, Method::GET, "/playground").await, 404),
        (ask(&router, Method::POST, "/").await, 405),
        (ask_with(&router, Method::POST, "/", long).await, 413),
    ];
    for (answer, status) in &answers {
        assert_eq!(answer.status.as_u16(), *status, "{}", answer.text);
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers["referrer-policy"], "same-origin");
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
        assert!(!answer.headers.contains_key("strict-transport-security"));
        assert!(!answer.headers.contains_key("set-cookie"));
    }
    let [page, head, _, style, _, missing, wrong, _] = answers.map(|(answer, _)| answer);
    assert!(head.text.is_empty());
    assert_eq!(head.headers["content-length"], page.text.len().to_string());
    assert_eq!(style.headers["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(wrong.headers["allow"], "GET,HEAD");
    for answer in [&missing, &wrong] {
        structure(&answer.text);
    }
}

#[tokio::test]
async fn over_tls_browsers_are_asked_to_stay_there() {
    let router = Site::new(Arc::new(HandClock::default()), "https://casey.best").router();
    let answer = ask(&router, Method::GET, "/").await;
    assert!(answer.headers["strict-transport-security"].to_str().unwrap().starts_with("max-age=63072000"));
    assert!(
        answer.headers["content-security-policy"].to_str().unwrap().ends_with("upgrade-insecure-requests")
    );
}

#[tokio::test]
async fn names_from_elsewhere_stay_text() {
    for evil in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "'><svg onload=alert(1)>",
        "</title></style></textarea><b>",
        "&lt;script&gt;",
        "javascript:alert(1)",
    ] {
        let health = Health::up(evil).figure("figure", evil);
        let part = Part::new(evil, evil).about(evil).place(evil).address(evil);
        let link = Part::new("link", "Link").address(format!("http://{evil}"));
        let site = Site::new(Arc::new(HandClock::default()), format!("http://{evil}"))
            .version(evil)
            .prefix(evil)
            .part(part.probe(Arc::new(crate::testing::Fixed(health))))
            .part(link)
            .commands([CommandLine::new(evil, evil, evil)]);
        let html = ask(&site.router(), Method::GET, "/").await.text;
        structure(&html);
        assert!(
            !html.contains("<img") && !html.contains("onload=alert(1)>\"") && !html.contains("<b>"),
            "{html}"
        );
        assert!(!attributes(&html, "href").iter().any(|href| href.starts_with("javascript")), "{html}");
    }
}

#[tokio::test]
async fn a_fault_is_a_page_without_its_words() {
    struct Broken;
    #[async_trait::async_trait]
    impl Probe for Broken {
        async fn check(&self) -> Health {
            panic!("a canary")
        }
    }
    let site = Site::new(Arc::new(HandClock::default()), "http://127.0.0.1")
        .part(Part::new("p", "P").probe(Arc::new(Broken)));
    let answer = ask(&site.router(), Method::GET, "/").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.text.contains("could not be looked at") && !answer.text.contains("canary"));

    let response = super::problem::panicked(Box::new("a canary"));
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let text = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    assert!(!String::from_utf8_lossy(&text).contains("canary"));
}

#[test]
fn views_need_no_server() {
    structure(&problem::render("There is nothing here.", "Text."));
    let empty = home::Home {
        version: String::new(),
        prefix: "!".to_owned(),
        parts: Vec::new(),
        commands: Vec::new(),
    };
    let html = home::render(empty);
    structure(&html);
    assert!(html.replace("<!>", "").contains("<code>!help</code>"));
}
