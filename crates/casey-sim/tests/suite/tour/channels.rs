//! Channels, overwrites, invites and threads.

use serde_json::{Value, json};
use twilight_http::request::Method;
use twilight_model::{
    channel::{
        Channel,
        thread::{ThreadMember, ThreadsListing},
    },
    guild::invite::Invite,
};

use super::{Tour, id};

pub(super) async fn visit(tour: &Tour) {
    kinds(tour).await;
    overwrites_and_invites(tour).await;
    threads(tour).await;
    posts(tour).await;
}

async fn kinds(tour: &Tour) {
    let channels = format!("/guilds/{}/channels", tour.guild);
    let staff = tour.channel("Staff");
    let mut made: Vec<Channel> = Vec::new();
    for (kind, more) in [
        (
            0,
            json!({ "topic": "t", "nsfw": true, "rate_limit_per_user": 5, "default_auto_archive_duration": 60 }),
        ),
        (2, json!({ "bitrate": 32_000, "user_limit": 5 })),
        (4, json!({})),
        (5, json!({})),
        (13, json!({})),
        (
            15,
            json!({ "available_tags": [{ "name": "bug", "emoji_name": "🐛" }], "default_sort_order": 1,
            "default_reaction_emoji": { "emoji_name": "👍" } }),
        ),
    ] {
        let mut body = json!({ "name": format!("Kind {kind}"), "type": kind });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        made.push(tour.model(Method::Post, &channels, Some(body)).await);
    }
    assert_eq!(made[0].name.as_deref(), Some("kind-0"));
    assert_eq!((made[1].bitrate, made[1].user_limit), (Some(32_000), Some(5)));
    let order = json!([{ "id": made[0].id, "position": 0, "parent_id": staff, "lock_permissions": true }, { "id": made[1].id, "position": 1 }]);
    tour.patch(&channels, order).await;
    let all: Vec<Channel> = tour.model(Method::Get, &channels, None).await;
    let moved = all.iter().find(|one| one.id == made[0].id).unwrap();
    assert_eq!(moved.parent_id.map(|id| id.to_string()), Some(staff));
    for channel in &made {
        let path = format!("/channels/{}", channel.id);
        let changed: Channel = tour.model(Method::Patch, &path, Some(json!({ "name": "renamed" }))).await;
        assert_eq!(changed.name.as_deref(), Some("renamed"));
        let _: Channel = tour.model(Method::Get, &path, None).await;
        let _: Channel = tour.model(Method::Delete, &path, None).await;
    }
}

async fn overwrites_and_invites(tour: &Tour) {
    let general = format!("/channels/{}", tour.channel("general"));
    tour.post(&format!("{general}/typing"), Value::Null).await;
    let overwrite = format!("{general}/permissions/{}", tour.role("Crew"));
    tour.put(&overwrite, Some(json!({ "type": 0, "allow": "1024", "deny": "2048" }))).await;
    assert_eq!(tour.get(&general).await["permission_overwrites"][0]["deny"], "2048");
    tour.delete(&overwrite).await;
    let body = json!({ "max_age": 600, "max_uses": 3, "unique": true });
    let made: Invite = tour.model(Method::Post, &format!("{general}/invites"), Some(body)).await;
    assert_eq!(tour.get(&format!("{general}/invites")).await[0]["max_uses"], 3);
    let path = format!("/invites/{}", made.code);
    let found: Invite = tour.model(Method::Get, &format!("{path}?with_counts=true"), None).await;
    assert_eq!(found.approximate_member_count, Some(5));
    let _: Invite = tour.model(Method::Delete, &path, None).await;
}

async fn threads(tour: &Tour) {
    let general = format!("/channels/{}", tour.channel("general"));
    let start = tour.post(&format!("{general}/messages"), json!({ "content": "begin" })).await;
    let path = format!("{general}/messages/{}/threads", id(&start));
    let thread: Channel = tour.model(Method::Post, &path, Some(json!({ "name": "talk" }))).await;
    assert_eq!(thread.id.to_string(), id(&start));
    let message = tour.get(&format!("{general}/messages/{}", id(&start))).await;
    assert_eq!(message["thread"]["name"], "talk");
    let body = json!({ "name": "private", "type": 12, "invitable": false, "auto_archive_duration": 60 });
    let private: Channel = tour.model(Method::Post, &format!("{general}/threads"), Some(body)).await;

    let members = format!("/channels/{}/thread-members", thread.id);
    let carol = tour.person("Carol");
    tour.put(&format!("{members}/{carol}"), None).await;
    let one: ThreadMember =
        tour.model(Method::Get, &format!("{members}/{carol}?with_member=true"), None).await;
    assert_eq!(one.user_id.map(|id| id.to_string()), Some(carol.clone()));
    assert_eq!(tour.get(&members).await.as_array().map(Vec::len), Some(2));
    tour.delete(&format!("{members}/{carol}")).await;
    tour.delete(&format!("{members}/@me")).await;
    tour.put(&format!("{members}/@me"), None).await;

    let listing: ThreadsListing =
        tour.model(Method::Get, &format!("/guilds/{}/threads/active", tour.guild), None).await;
    assert_eq!(listing.threads.len(), 2);
    for thread in [&thread, &private] {
        let archived: Channel = tour
            .model(Method::Patch, &format!("/channels/{}", thread.id), Some(json!({ "archived": true })))
            .await;
        assert!(archived.thread_metadata.unwrap().archived);
    }
    for (path, expected) in [
        (format!("{general}/threads/archived/public"), thread.id),
        (format!("{general}/threads/archived/private"), private.id),
        (format!("{general}/users/@me/threads/archived/private"), private.id),
    ] {
        let listing: ThreadsListing = tour.model(Method::Get, &path, None).await;
        assert_eq!(listing.threads.iter().map(|one| one.id).collect::<Vec<_>>(), [expected], "{path}");
    }
    tour.post(&format!("/channels/{}/messages", thread.id), json!({ "content": "awake" })).await;
    let awake: Channel = tour.model(Method::Get, &format!("/channels/{}", thread.id), None).await;
    assert!(!awake.thread_metadata.unwrap().archived, "a message takes it out of the archive");
    tour.delete(&format!("/channels/{}", private.id)).await;
}

async fn posts(tour: &Tour) {
    let forum = format!("/channels/{}", tour.channel("ideas"));
    let tags = json!({ "available_tags": [{ "name": "bug" }] });
    let changed = tour.patch(&forum, tags).await;
    let tag = changed["available_tags"][0]["id"].clone();
    let body = json!({ "name": "An idea", "applied_tags": [tag], "message": { "content": "What if" } });
    let made = tour.post(&format!("{forum}/threads"), body).await;
    assert_eq!((&made["message"]["content"], &made["applied_tags"]), (&json!("What if"), &json!([tag])));
    let _: Channel = serde_json::from_value(made.clone()).unwrap();
    tour.patch(&format!("/channels/{}", id(&made)), json!({ "flags": 2, "applied_tags": [] })).await;
}
