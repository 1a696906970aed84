//! Messages in all their forms.

use serde_json::{Value, json};
use twilight_http::request::Method;
use twilight_model::channel::{Message, message::PinsListing};

use super::{Tour, id};

pub(super) async fn visit(tour: &Tour) {
    ordinary(tour).await;
    pins(tour).await;
    whole(tour).await;
    forwards_and_crossposts(tour).await;
}

async fn ordinary(tour: &Tour) {
    let messages = format!("/channels/{}/messages", tour.channel("general"));
    let sent = tour.post(&messages, json!({ "content": "one" })).await;
    let one = format!("{messages}/{}", id(&sent));
    tour.patch(&one, json!({ "content": "two", "flags": 4 })).await;
    tour.get(&format!("{messages}?limit=5")).await;
    for emoji in ["%F0%9F%91%8D", "%F0%9F%91%8E"] {
        tour.put(&format!("{one}/reactions/{emoji}/@me"), None).await;
    }
    tour.get(&format!("{one}/reactions/%F0%9F%91%8D")).await;
    tour.delete(&format!("{one}/reactions/%F0%9F%91%8D/@me")).await;
    tour.delete(&format!("{one}/reactions/%F0%9F%91%8E/{}", tour.person("Carol"))).await;
    tour.delete(&format!("{one}/reactions/%F0%9F%91%8E")).await;
    tour.put(&format!("{one}/reactions/%F0%9F%91%8D/@me"), None).await;
    tour.delete(&format!("{one}/reactions")).await;
    assert!(tour.get(&one).await["reactions"].is_null());
    let second = tour
        .post(&messages, json!({ "content": "three", "message_reference": { "message_id": id(&sent) } }))
        .await;
    tour.post(&format!("{messages}/bulk-delete"), json!({ "messages": [id(&sent), id(&second)] })).await;
    let last = tour.post(&messages, json!({ "content": "four" })).await;
    tour.delete(&format!("{messages}/{}", id(&last))).await;
}

async fn pins(tour: &Tour) {
    let channel = format!("/channels/{}", tour.channel("general"));
    let mut sent = Vec::new();
    for text in ["a", "b"] {
        sent.push(id(&tour.post(&format!("{channel}/messages"), json!({ "content": text })).await));
    }
    tour.put(&format!("{channel}/messages/pins/{}", sent[0]), None).await;
    tour.put(&format!("{channel}/pins/{}", sent[1]), None).await;
    let page: PinsListing = tour.model(Method::Get, &format!("{channel}/messages/pins?limit=1"), None).await;
    assert!(page.has_more && page.items[0].message.pinned && page.items[0].message.id.to_string() == sent[1]);
    let all: Vec<Message> = tour.model(Method::Get, &format!("{channel}/pins"), None).await;
    assert_eq!(all.iter().map(|one| one.content.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    assert!(tour.get(&channel).await["last_pin_timestamp"].is_string());
    tour.delete(&format!("{channel}/messages/pins/{}", sent[0])).await;
    tour.delete(&format!("{channel}/pins/{}", sent[1])).await;
}

async fn whole(tour: &Tour) {
    let messages = format!("/channels/{}/messages", tour.channel("general"));
    let parts = json!([
        { "type": 10, "content": "# Menu" },
        { "type": 17, "accent_color": 255, "components": [
            { "type": 9, "components": [{ "type": 10, "content": "Soup" }],
                "accessory": { "type": 2, "style": 1, "label": "Order", "custom_id": "soup" } },
            { "type": 14, "spacing": 2 },
            { "type": 12, "items": [{ "media": { "url": "https://example.org/a.png" } }] },
            { "type": 1, "components": [{ "type": 3, "custom_id": "size", "options": [{ "label": "Small", "value": "s" }] }] },
        ] },
        { "type": 9, "components": [{ "type": 10, "content": "Fish" }],
            "accessory": { "type": 11, "media": { "url": "https://example.org/f.png" } } },
    ]);
    let sent: Message =
        tour.model(Method::Post, &messages, Some(json!({ "flags": 1 << 15, "components": parts }))).await;
    assert_eq!(sent.components.len(), 3);
    let heard = tour.sim.guild("Harbour").unwrap().channel("general").unwrap().messages().pop().unwrap();
    assert_eq!(heard.text(), "# Menu\nSoup\nFish");
    assert!(heard.button("Order").is_some());
    let (status, _) = crate::common::raw(
        &tour.http,
        Method::Patch,
        &format!("{messages}/{}", sent.id),
        Some(json!({ "content": "text" })),
    )
    .await;
    assert_eq!(status, 400, "it stays a message of components");
}

async fn forwards_and_crossposts(tour: &Tour) {
    let (general, news) = (tour.channel("general"), tour.channel("news"));
    let source = tour.post(&format!("/channels/{news}/messages"), json!({ "content": "Sail" })).await;
    let reference = json!({ "type": 1, "channel_id": news, "message_id": id(&source) });
    let forward: Message = tour
        .model(
            Method::Post,
            &format!("/channels/{general}/messages"),
            Some(json!({ "message_reference": reference })),
        )
        .await;
    assert_eq!(forward.message_snapshots[0].message.content, "Sail");
    tour.post(&format!("/channels/{news}/followers"), json!({ "webhook_channel_id": general })).await;
    let path = format!("/channels/{news}/messages/{}/crosspost", id(&source));
    let crossed: Value = tour.post(&path, Value::Null).await;
    assert_eq!(crossed["flags"].as_u64().map(|flags| flags & 1), Some(1));
    let copy = tour.get(&format!("/channels/{general}/messages?limit=1")).await;
    assert_eq!(
        (&copy[0]["content"], &copy[0]["message_reference"]["message_id"]),
        (&json!("Sail"), &source["id"])
    );
}
