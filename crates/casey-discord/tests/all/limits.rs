//! Discord's rate limits: waited out, and never run into again and again.

#![allow(clippy::unwrap_used)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode},
    response::IntoResponse,
};
use casey_core::{Discord, DiscordErrorKind, Effect, InteractionRef, Reply};
use casey_discord::{Settings, connect};
use casey_sim::{RateLimits, Sim};
use futures_util::future::join_all;
use serde_json::json;
use twilight_model::id::Id;

use crate::common::{TOKEN, connected, world};

fn say(channel: u64, text: &str) -> Effect {
    Effect::Say { channel: Id::new(channel), message: Reply::text(text), reply_to: None, nonce: None }
}

#[tokio::test]
async fn a_bucket_that_every_answer_tells_of_is_never_run_into() {
    let limits = RateLimits::discord().bucket(
        "POST",
        "/channels/{channel_id}/messages",
        3,
        Duration::from_millis(200),
    );
    let sim = Sim::builder(world()).rate_limits(limits).start().await.unwrap();
    let connected = connected(&sim).await;
    let hands = connected.discord();
    let channel = sim.guild("Harbour").unwrap().channel("general").unwrap();
    let begun = Instant::now();
    for done in join_all((0..12).map(|n| hands.perform(say(channel.id().get(), &n.to_string())))).await {
        done.unwrap();
    }
    assert!(begun.elapsed() >= Duration::from_millis(600), "four windows: {:?}", begun.elapsed());
    assert_eq!(sim.rate_counts().limited, 0);
    let said: Vec<_> = channel.messages().iter().map(|heard| heard.content.parse::<u32>().unwrap()).collect();
    assert_eq!(said, (0..12).collect::<Vec<_>>(), "in the order they were begun in");
}

/// An HTTP API that knows who Casey is and answers everything else as `answer` says, and what it counts.
async fn api(
    answer: impl Fn(u32, &str) -> Response<Body> + Clone + Send + Sync + 'static,
) -> (String, Arc<AtomicU32>) {
    let count = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&count);
    let router = Router::new().fallback(move |request: Request<Body>| {
        let (counted, answer) = (Arc::clone(&counted), answer.clone());
        async move {
            let path = request.uri().path().trim_start_matches("/api/v10/").to_owned();
            match path.as_str() {
                "users/@me" | "applications/@me" => axum::Json(json!({ "id": "7" })).into_response(),
                "gateway/bot" => axum::Json(json!({ "url": "ws://127.0.0.1:1" })).into_response(),
                path => answer(counted.fetch_add(1, Ordering::SeqCst), path),
            }
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}"), count)
}

async fn hands(url: &str) -> Arc<dyn Discord> {
    connect(Settings::new(TOKEN).api_url(Some(url))).await.unwrap().discord()
}

fn made() -> Response<Body> {
    axum::Json(json!({ "id": "1", "channel_id": "1" })).into_response()
}

fn refused(headers: &[(&'static str, &'static str)], body: &str) -> Response<Body> {
    let mut response = (StatusCode::TOO_MANY_REQUESTS, body.to_owned()).into_response();
    response.headers_mut().extend(headers.iter().map(|(name, value)| {
        (axum::http::HeaderName::from_static(name), axum::http::HeaderValue::from_static(value))
    }));
    response
}

#[tokio::test]
async fn what_is_refused_for_no_bucket_is_not_hammered() {
    // As a proxy before Discord does: no word of whose limit it is.
    let (url, count) =
        api(
            |number, _| {
                if number < 2 { refused(&[("retry-after", "1")], "<html>slow down</html>") } else { made() }
            },
        )
        .await;
    let begun = Instant::now();
    hands(&url).await.perform(say(1, "x")).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(2), "{:?}", begun.elapsed());
    assert_eq!(count.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn the_global_limit_holds_everything_but_answers_to_interactions() {
    let (url, count) = api(|number, path| match number {
        0 => refused(
            &[("x-ratelimit-global", "true"), ("x-ratelimit-scope", "global"), ("retry-after", "1")],
            r#"{"message":"You are being rate limited.","retry_after":0.8,"global":true}"#,
        ),
        _ if path.starts_with("interactions/") => StatusCode::NO_CONTENT.into_response(),
        _ => made(),
    })
    .await;
    let hands = hands(&url).await;
    let begun = Instant::now();
    let first = hands.perform(say(1, "first"));
    let others = async {
        while count.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        let interaction = InteractionRef { id: Id::new(3), token: "sesame".into() };
        hands.perform(Effect::Answer { interaction, message: Reply::text("soon") }).await.unwrap();
        assert!(begun.elapsed() < Duration::from_millis(700), "{:?}", begun.elapsed());
        join_all((2..12).map(|channel| hands.perform(say(channel, "later")))).await
    };
    let (first, others) = tokio::join!(first, others);
    first.unwrap();
    assert!(others.into_iter().all(|done| done.is_ok()));
    assert!(begun.elapsed() >= Duration::from_millis(800), "{:?}", begun.elapsed());
    assert_eq!(count.load(Ordering::SeqCst), 1 + 1 + 11, "nothing was sent in vain but the first");
}

#[tokio::test]
async fn a_wait_that_nobody_would_bear_is_told_at_once() {
    let (url, count) = api(|_, _| {
        refused(
            &[("x-ratelimit-scope", "user"), ("x-ratelimit-bucket", "abc"), ("retry-after", "3600")],
            r#"{"retry_after":3600.5,"global":false}"#,
        )
    })
    .await;
    let error = hands(&url).await.perform(say(1, "x")).await.unwrap_err();
    assert_eq!(error.kind(), DiscordErrorKind::RateLimited);
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_token_that_was_refused_is_not_tried_again() {
    let (url, count) = api(|_, path| match path {
        "channels/1/messages" => StatusCode::UNAUTHORIZED.into_response(),
        _ => StatusCode::NO_CONTENT.into_response(),
    })
    .await;
    let hands = hands(&url).await;
    for channel in [1, 2, 3] {
        let error = hands.perform(say(channel, "x")).await.unwrap_err();
        assert_eq!(error.kind(), DiscordErrorKind::Unauthorized);
    }
    assert_eq!(count.load(Ordering::SeqCst), 1);
    // Answers carry a token of their own.
    let interaction = InteractionRef { id: Id::new(3), token: "sesame".into() };
    hands.perform(Effect::Answer { interaction, message: Reply::text("y") }).await.unwrap();
}

#[tokio::test]
async fn refusals_and_invalid_requests_are_counted() {
    let (url, _) = api(|number, _| match number {
        0 => refused(&[("x-ratelimit-scope", "shared"), ("retry-after", "0")], ""),
        1 => refused(&[("x-ratelimit-scope", "user"), ("retry-after", "0")], ""),
        2 => (StatusCode::FORBIDDEN, r#"{"code":50001,"message":"Missing Access"}"#).into_response(),
        _ => made(),
    })
    .await;
    let connected = connect(Settings::new(TOKEN).api_url(Some(url))).await.unwrap();
    let error = connected.discord().perform(say(1, "x")).await.unwrap_err();
    assert_eq!(error.kind(), DiscordErrorKind::Forbidden);
    let counts = connected.counts().now();
    assert_eq!((counts.limited["shared"], counts.limited["user"], counts.limited["global"]), (1, 1, 0));
    assert_eq!(counts.invalid, 2);
}
