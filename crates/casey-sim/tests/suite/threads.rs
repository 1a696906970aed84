//! Threads, slow mode and channels of community servers, where they refuse.

use std::time::Duration;

use casey_sim::{Clock, Sim};
use serde_json::json;
use time::macros::datetime;
use twilight_http::request::Method;

use crate::common::{http, raw, refusal, start, world};
use crate::tour::community;

#[tokio::test]
async fn threads_are_archived_when_nobody_writes_and_locked_by_moderators() {
    let clock = Clock::fixed(datetime!(2026-06-01 12:00 UTC));
    let sim = Sim::builder(community()).clock(clock.clone()).start().await.unwrap();
    let (http, harbour) = (http(&sim), sim.guild("Harbour").unwrap());
    let general = format!("/channels/{}", harbour.channel("general").unwrap().id());
    let body = json!({ "name": "talk", "type": 11, "auto_archive_duration": 60 });
    let (status, thread) = raw(&http, Method::Post, &format!("{general}/threads"), Some(body)).await;
    assert_eq!((status, &thread["thread_metadata"]["archived"]), (201, &json!(false)));
    let path = format!("/channels/{}", thread["id"].as_str().unwrap());
    clock.advance(Duration::from_mins(61));
    let (_, idle) = raw(&http, Method::Get, &path, None).await;
    assert_eq!(idle["thread_metadata"]["archived"], true);
    assert_eq!(refusal(&http, Method::Put, &format!("{path}/thread-members/@me"), None).await, (400, 50_083));
    assert_eq!(refusal(&http, Method::Patch, &path, Some(json!({ "name": "x" }))).await, (400, 50_083));
    let carol = harbour.person("Carol").unwrap();
    let talk = harbour.channel("talk").unwrap();
    carol.says(&talk, "hello").await.unwrap();
    let first = raw(&http, Method::Get, &format!("{general}/messages?limit=1"), None).await.1;
    assert_eq!(first, json!([]), "the thread's messages are not the channel's");
    let message =
        raw(&http, Method::Post, &format!("{general}/messages"), Some(json!({ "content": "x" }))).await.1;
    let start = format!("{general}/messages/{}/threads", message["id"].as_str().unwrap());
    assert_eq!(raw(&http, Method::Post, &start, Some(json!({ "name": "a" }))).await.0, 201);
    assert_eq!(refusal(&http, Method::Post, &start, Some(json!({ "name": "b" }))).await, (400, 160_004));
}

#[tokio::test]
async fn private_threads_are_hidden_from_those_outside() {
    let sim = start(community()).await;
    let (http, harbour) = (http(&sim), sim.guild("Harbour").unwrap());
    let general = format!("/channels/{}", harbour.channel("general").unwrap().id());
    let body = json!({ "name": "secret", "type": 12 });
    let thread = raw(&http, Method::Post, &format!("{general}/threads"), Some(body)).await.1;
    let (secret, carol) = (harbour.channel("secret").unwrap(), harbour.person("Carol").unwrap());
    assert!(carol.says(&secret, "hm").await.is_err());
    let member = format!("/channels/{}/thread-members/{}", thread["id"].as_str().unwrap(), carol.id());
    assert_eq!(raw(&http, Method::Put, &member, None).await.0, 204);
    carol.says(&secret, "now").await.unwrap();
}

#[tokio::test]
async fn forums_take_posts_and_categories_nothing() {
    let sim = start(community()).await;
    let (http, harbour) = (http(&sim), sim.guild("Harbour").unwrap());
    let ideas = format!("/channels/{}", harbour.channel("ideas").unwrap().id());
    let hi = || Some(json!({ "content": "hi" }));
    assert_eq!(refusal(&http, Method::Post, &format!("{ideas}/messages"), hi()).await, (400, 40_058));
    assert_eq!(
        refusal(
            &http,
            Method::Post,
            &format!("{ideas}/threads"),
            Some(json!({ "name": "x", "message": {} }))
        )
        .await,
        (400, 50_006)
    );
    let tagged = json!({ "name": "x", "applied_tags": ["5"], "message": { "content": "x" } });
    assert_eq!(refusal(&http, Method::Post, &format!("{ideas}/threads"), Some(tagged)).await, (404, 10_087));
    let general = harbour.channel("general").unwrap().id();
    let sent = raw(&http, Method::Post, &format!("/channels/{general}/messages"), hi()).await.1;
    let crosspost = format!("/channels/{general}/messages/{}/crosspost", sent["id"].as_str().unwrap());
    assert_eq!(refusal(&http, Method::Post, &crosspost, None).await, (400, 50_024));
}

#[tokio::test]
async fn only_community_servers_have_announcement_channels() {
    let sim = start(world()).await;
    let (http, harbour) = (http(&sim), sim.guild("Harbour").unwrap());
    let channels = format!("/guilds/{}/channels", harbour.id());
    let news = json!({ "name": "news", "type": 5 });
    assert_eq!(refusal(&http, Method::Post, &channels, Some(news)).await, (400, 50_035));
}

#[tokio::test]
async fn slow_mode_holds_people_back_but_not_bots() {
    let clock = Clock::fixed(datetime!(2026-06-01 12:00 UTC));
    let sim = Sim::builder(world()).clock(clock.clone()).start().await.unwrap();
    let (http, harbour) = (http(&sim), sim.guild("Harbour").unwrap());
    let (general, carol) = (harbour.channel("general").unwrap(), harbour.person("Carol").unwrap());
    let path = format!("/channels/{}", general.id());
    assert_eq!(raw(&http, Method::Patch, &path, Some(json!({ "rate_limit_per_user": 30 }))).await.0, 200);
    carol.says(&general, "one").await.unwrap();
    let refused = carol.says(&general, "two").await.unwrap_err().to_string();
    assert_eq!(refused, "Carol cannot write: the channel is in slow mode");
    let bob = harbour.person("Bob").unwrap();
    for _ in 0..2 {
        bob.says(&general, "I manage messages").await.unwrap();
        let sent =
            raw(&http, Method::Post, &format!("{path}/messages"), Some(json!({ "content": "x" }))).await;
        assert_eq!(sent.0, 200);
    }
    clock.advance(Duration::from_secs(30));
    carol.says(&general, "three").await.unwrap();
}
