//! Failures of the HTTP API, as a client meets them.

use crate::common::{http, raw, start, world};
use casey_sim::{Fault, FaultRule, Sim, reply};
use serde_json::json;
use twilight_http::{Client, request::Method};

async fn stage() -> (Sim, Client, String) {
    let sim = start(world()).await;
    let client = http(&sim);
    let general = sim.guild("Harbour").unwrap().channel("general").unwrap();
    let path = format!("/channels/{}/messages", general.id());
    (sim, client, path)
}

const MESSAGES: &str = "/channels/{channel_id}/messages";

#[tokio::test]
async fn a_request_sent_twice_takes_effect_twice() {
    let (sim, client, path) = stage().await;
    sim.faults().rule(FaultRule::new(Fault::Twice).method("POST").route(MESSAGES));
    let (status, _) = raw(&client, Method::Post, &path, Some(json!({ "content": "hello" }))).await;
    assert_eq!(status, 200);
    let general = sim.guild("Harbour").unwrap().channel("general").unwrap();
    assert_eq!(general.messages().len(), 2);
    general.expects(reply().exactly("hello")).await.unwrap();
    assert!(general.expects_no_more().await.is_err(), "the doubled message is found");
}

#[tokio::test]
async fn a_planned_answer_is_given_without_effect() {
    let (sim, client, path) = stage().await;
    let body = json!({ "code": 50013, "message": "Missing Permissions" });
    let fault = Fault::Reply { status: 403, body: body.clone() };
    sim.faults().rule(FaultRule::new(fault).route(MESSAGES));
    let answer = raw(&client, Method::Post, &path, Some(json!({ "content": "hello" }))).await;
    assert_eq!(answer, (403, body));
    assert!(sim.guild("Harbour").unwrap().channel("general").unwrap().messages().is_empty());
    assert_eq!(sim.calls().last().unwrap().status, 403);
}

#[tokio::test]
async fn a_dead_line_answers_nothing_and_does_nothing() {
    let (sim, client, path) = stage().await;
    sim.faults().rule(FaultRule::new(Fault::Disconnect).starting("/channels"));
    let channel = twilight_model::id::Id::new(path.split('/').nth(2).unwrap().parse().unwrap());
    let error = client.create_message(channel).content("hello").await.unwrap_err();
    assert!(
        matches!(error.kind(), twilight_http::error::ErrorType::RequestError),
        "no answer at all: {error:?}"
    );
    assert!(sim.guild("Harbour").unwrap().channel("general").unwrap().messages().is_empty());
    client.create_message(channel).content("hello").await.unwrap();
}
