//! Webhooks, with and without a bot's token.

use serde_json::{Value, json};
use twilight_http::request::Method;
use twilight_model::channel::{Message, Webhook};

use super::{PIXEL, Tour, id};

pub(super) async fn visit(tour: &Tour) {
    let general = tour.channel("general");
    let body = json!({ "name": "Gull", "avatar": PIXEL });
    let made: Webhook = tour.model(Method::Post, &format!("/channels/{general}/webhooks"), Some(body)).await;
    let token = made.token.clone().unwrap();
    tour.get(&format!("/channels/{general}/webhooks")).await;
    assert!(!tour.get(&format!("/guilds/{}/webhooks", tour.guild)).await.as_array().unwrap().is_empty());
    let own = format!("/webhooks/{}", made.id);
    let _: Webhook = tour.model(Method::Get, &own, None).await;
    let changed: Webhook =
        tour.model(Method::Patch, &own, Some(json!({ "channel_id": tour.channel("other") }))).await;
    assert_eq!(changed.channel_id.unwrap().to_string(), tour.channel("other"));
    let with_token = format!("{own}/{token}");
    let shown = tour.get(&with_token).await;
    assert!(shown["user"].is_null(), "the creator is not for those who only have the token");
    tour.patch(&with_token, json!({ "name": "Tern" })).await;

    let body = json!({ "content": "kee", "username": "Captain" });
    let sent: Message = tour.model(Method::Post, &format!("{with_token}?wait=true"), Some(body)).await;
    assert_eq!((sent.author.name.as_str(), sent.webhook_id), ("Captain", Some(made.id)));
    let message = format!("{with_token}/messages/{}", sent.id);
    let edited: Message = tour.model(Method::Patch, &message, Some(json!({ "content": "koo" }))).await;
    assert!(edited.edited_timestamp.is_some());
    tour.get(&message).await;
    tour.delete(&message).await;
    tour.post(&with_token, json!({ "content": "no answer" })).await;
    let heard = tour.sim.guild("Harbour").unwrap().channel("other").unwrap().messages().pop().unwrap();
    assert_eq!(heard.author, "Tern");
    tour.delete(&with_token).await;

    // In a forum a webhook begins posts, or writes in one.
    let ideas = tour.channel("ideas");
    let hook = tour.post(&format!("/channels/{ideas}/webhooks"), json!({ "name": "Idea" })).await;
    let token = hook["token"].as_str().unwrap();
    let path = format!("/webhooks/{}/{token}", id(&hook));
    let begun: Value =
        tour.post(&format!("{path}?wait=true"), json!({ "content": "New", "thread_name": "By hook" })).await;
    let thread = begun["channel_id"].as_str().unwrap();
    let more = tour.post(&format!("{path}?wait=true&thread_id={thread}"), json!({ "content": "More" })).await;
    assert_eq!(more["channel_id"], thread);
    let lost = crate::common::refusal(&tour.http, Method::Post, &path, Some(json!({ "content": "x" }))).await;
    assert_eq!(lost, (400, 220_001));
    tour.delete(&format!("/webhooks/{}", id(&hook))).await;
}
