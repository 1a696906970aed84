//! What widely used libraries send beyond what is documented, and what they read in the answers.

use std::time::Duration;

use crate::common::{http, raw, refusal, start};
use crate::tour::{PIXEL, community};
use casey_sim::{Fault, Guild, Sim};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use twilight_http::{Client, request::Method};

struct Place {
    sim: Sim,
    http: Client,
    harbour: Guild,
    guild: String,
    general: String,
}

impl Place {
    async fn new() -> Self {
        let sim = start(community()).await;
        let harbour = sim.guild("Harbour").unwrap();
        let guild = format!("/guilds/{}", harbour.id());
        let general = format!("/channels/{}", harbour.channel("general").unwrap().id());
        Self { http: http(&sim), harbour, guild, general, sim }
    }

    async fn gives(&self, status: u16, method: Method, path: &str, body: Value) -> Value {
        let (given, answer) = raw(&self.http, method, path, Some(body.clone())).await;
        assert_eq!(given, status, "{path} {body}: {answer}");
        answer
    }

    fn id(&self, person: &str) -> String {
        self.harbour.person(person).unwrap().id().to_string()
    }
}

fn id(body: &Value) -> String {
    body["id"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
}

/// The head of an answer as it comes from the socket.
async fn head(sim: &Sim, path: &str) -> String {
    let mut socket = TcpStream::connect(sim.address()).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nUser-Agent: x\r\nConnection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    answer.split_once("\r\n\r\n").unwrap().0.to_lowercase()
}

#[tokio::test]
async fn answers_come_through_a_proxy_and_those_to_the_banned_do_not() {
    let sim = start(crate::common::world()).await;
    assert!(head(&sim, "/api/v10/gateway").await.contains("via: 1.1 google"));
    sim.faults().next("GET", "/gateway", Fault::Status(429));
    let limited = head(&sim, "/api/v10/gateway").await;
    assert!(limited.contains("429 too many") && limited.contains("via: 1.1 google"), "{limited}");
}

#[tokio::test]
async fn messages_are_edited_with_all_that_libraries_know_of_them() {
    let place = Place::new().await;
    let messages = format!("{}/messages", place.general);
    let embed = json!({ "title": "t", "type": "rich", "flags": 0 });
    let body = json!({ "content": "hi", "tts": false, "embeds": [embed], "flags": 1 << 12 });
    let sent = place.gives(200, Method::Post, &messages, body).await;
    let one = format!("{messages}/{}", id(&sent));
    let again = json!({ "content": "ho", "tts": false, "enforce_nonce": false, "flags": 1 << 12 | 1 << 2 });
    assert_eq!(place.gives(200, Method::Patch, &one, again).await["flags"], 1 << 12 | 1 << 2);
    let other = json!({ "flags": 1 << 6 });
    assert_eq!(
        refusal(&place.http, Method::Patch, &one, Some(other)).await,
        (400, 50_035),
        "it is not ephemeral"
    );
    let reference = json!({ "type": 1, "message_id": sent["id"], "channel_id": sent["channel_id"] });
    let forward = json!({ "content": null, "components": [], "tts": false, "message_reference": reference });
    let forwarded = place.gives(200, Method::Post, &messages, forward).await;
    assert_eq!(forwarded["message_snapshots"][0]["message"]["content"], "ho");
    place.sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn the_first_message_of_a_post_has_its_threads_id() {
    let place = Place::new().await;
    let ideas = format!("/channels/{}", place.harbour.channel("ideas").unwrap().id());
    let post =
        json!({ "name": "post", "type": 11, "rate_limit_per_user": null, "message": { "content": "first" } });
    let thread = place.gives(201, Method::Post, &format!("{ideas}/threads?use_nested_fields=1"), post).await;
    assert_eq!(thread["message"]["id"], thread["id"]);
    let (_, shown) = raw(&place.http, Method::Get, &format!("/channels/{}", id(&thread)), None).await;
    assert_eq!((&shown["message_count"], &shown["total_message_sent"]), (&json!(0), &json!(0)));
    let first = format!("/channels/{0}/messages/{0}", id(&thread));
    assert_eq!(raw(&place.http, Method::Get, &first, None).await.1["content"], "first");

    let hook = place.gives(200, Method::Post, &format!("{ideas}/webhooks"), json!({ "name": "hook" })).await;
    let token = hook["token"].as_str().unwrap();
    assert_eq!(token.len(), 68);
    assert!(hook["url"].as_str().unwrap().ends_with(&format!("/api/webhooks/{}/{token}", id(&hook))));
    let execute = format!("/webhooks/{}/{token}", id(&hook));
    let body = json!({ "content": "by hook", "thread_name": "hooked" });
    let sent = place.gives(200, Method::Post, &format!("{execute}?wait=true"), body).await;
    assert_eq!(sent["id"], sent["channel_id"]);
    let edit =
        json!({ "content": "x", "tts": false, "username": "U", "avatar_url": "https://example.com/a.png" });
    let message = format!("{execute}/messages/{0}?thread_id={0}", id(&sent));
    assert_eq!(place.gives(200, Method::Patch, &message, edit).await["content"], "x");

    let messages = format!("{}/messages", place.general);
    let start = place.gives(200, Method::Post, &messages, json!({ "content": "start" })).await;
    let thread = format!("{messages}/{}/threads", id(&start));
    place.gives(201, Method::Post, &thread, json!({ "name": "t", "type": 11 })).await;
    place.sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn fields_of_the_libraries_own_are_taken_where_discord_takes_them() {
    let place = Place::new().await;
    let (guild, carol) = (&place.guild, place.id("Carol"));
    let member = format!("{guild}/members/{carol}");
    let body = json!({ "communicationDisabledUntil": null, "communication_disabled_until": null });
    place.gives(200, Method::Patch, &member, body).await;
    let body = json!({ "reason": "x", "system_channel_flags": 511, "icon": PIXEL.replace("/png", "/jpg") });
    assert_eq!(place.gives(200, Method::Patch, guild, body).await["system_channel_flags"], 511);
    place.gives(200, Method::Patch, &place.general, json!({ "lock_permissions": false })).await;
    let overwrite = format!("{}/permissions/{carol}", place.general);
    let body = json!({ "id": carol, "type": 1, "allow": "1024", "deny": "0" });
    place.gives(204, Method::Put, &overwrite, body).await;
    let (_, integrations) = raw(&place.http, Method::Get, &format!("{guild}/integrations"), None).await;
    assert_eq!(integrations[0]["application"]["summary"], "");
    place.sim.expects_no_violations().unwrap();
    let unknown = json!({ "communicationDisabledFor": 5 });
    assert_eq!(refusal(&place.http, Method::Patch, &member, Some(unknown)).await, (400, 50_035));
    assert_eq!(place.sim.violations(), ["unknown field communicationDisabledFor"]);
    let prune = json!({ "days": 7, "compute_prune_count": "true", "include_roles": "1, 2" });
    let pruned = place.gives(200, Method::Post, &format!("{guild}/prune"), prune).await;
    assert!(pruned["pruned"].is_u64(), "{pruned}");
}

#[tokio::test]
async fn bans_say_in_the_query_how_much_is_deleted() {
    let place = Place::new().await;
    let (general, carol) =
        (place.harbour.channel("general").unwrap(), place.harbour.person("Carol").unwrap());
    carol.says(&general, "gone soon").await.unwrap();
    let ban = format!("{}/bans/{}", place.guild, carol.id());
    let much = format!("{ban}?delete_message_seconds=604801");
    assert_eq!(refusal(&place.http, Method::Put, &much, None).await, (400, 50_035));
    let path = format!("{ban}?delete_message_seconds=3600");
    assert_eq!(raw(&place.http, Method::Put, &path, None).await.0, 204);
    assert!(general.messages().is_empty());
    place.sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn all_roles_may_be_listed_to_move_one() {
    let place = Place::new().await;
    let path = format!("{}/roles", place.guild);
    // What was taken away between leaves no gap.
    let gone = place.gives(200, Method::Post, &path, json!({ "name": "gone" })).await;
    assert_eq!(raw(&place.http, Method::Delete, &format!("{path}/{}", id(&gone)), None).await.0, 204);
    let new = place.gives(200, Method::Post, &path, json!({ "name": "new" })).await;
    let (_, roles) = raw(&place.http, Method::Get, &path, None).await;
    let mut list: Vec<Value> = roles.as_array().unwrap().clone();
    list.sort_by_key(|role| role["position"].as_u64());
    assert_eq!((list[0]["name"].as_str(), &list[1]["id"]), (Some("@everyone"), &new["id"]));
    list.swap(1, 2);
    let all: Vec<Value> =
        list.iter().enumerate().map(|(at, role)| json!({ "id": role["id"], "position": at })).collect();
    let moved = place.gives(200, Method::Patch, &path, json!(all)).await;
    let position = moved.as_array().unwrap().iter().find(|role| role["id"] == new["id"]).unwrap();
    assert_eq!(position["position"], 2);
    let everyone = json!([{ "id": list[0]["id"], "position": 1 }]);
    assert_eq!(refusal(&place.http, Method::Patch, &path, Some(everyone)).await, (400, 50_028));
}

#[tokio::test]
async fn the_audit_log_tells_everything_of_an_invite() {
    let place = Place::new().await;
    let body = json!({ "max_age": 60, "max_uses": 2, "temporary": true });
    let invite = place.gives(200, Method::Post, &format!("{}/invites", place.general), body).await;
    let code = invite["code"].as_str().unwrap();
    assert_eq!(raw(&place.http, Method::Delete, &format!("/invites/{code}"), None).await.0, 200);
    for (action, value) in [(40, "new_value"), (42, "old_value")] {
        let path = format!("{}/audit-logs?action_type={action}", place.guild);
        let (_, log) = raw(&place.http, Method::Get, &path, None).await;
        let changes = log["audit_log_entries"][0]["changes"].as_array().unwrap().clone();
        let of = |key: &str| {
            changes.iter().find(|change| change["key"] == key).map(|change| change[value].clone())
        };
        for (key, wanted) in [
            ("code", json!(code)),
            ("channel_id", invite["channel"]["id"].clone()),
            ("inviter_id", invite["inviter"]["id"].clone()),
            ("uses", json!(0)),
            ("max_uses", json!(2)),
            ("max_age", json!(60)),
            ("temporary", json!(true)),
        ] {
            assert_eq!(of(key), Some(wanted), "{action} {key}");
        }
    }
}

#[tokio::test]
async fn a_form_is_sent_only_after_the_bot_was_told_that_it_is_open() {
    let place = Place::new().await;
    let (general, carol) =
        (place.harbour.channel("general").unwrap(), place.harbour.person("Carol").unwrap());
    let app = place.http.current_user_application().await.unwrap().model().await.unwrap().id;
    place.http.interaction(app).create_global_command().chat_input("form", "Form").await.unwrap();
    let used = carol.slash(&general, "form").sends().await.unwrap();
    let id = used.interaction();
    let input = json!({ "type": 4, "custom_id": "why", "style": 1, "label": "Why", "required": false });
    let form =
        json!({ "custom_id": "f", "title": "F", "components": [{ "type": 1, "components": [input] }] });
    let callback = format!("/interactions/{id}/interaction-token-{id}/callback");
    let (told, modal) = tokio::join!(
        async {
            place.gives(204, Method::Post, &callback, json!({ "type": 9, "data": form })).await;
            std::time::Instant::now()
        },
        async {
            let modal = used.modal().await.unwrap();
            (modal, std::time::Instant::now())
        }
    );
    let (modal, ready) = modal;
    assert!(ready > told, "{:?}", told.duration_since(ready));
    assert!(ready.duration_since(told) < Duration::from_secs(2));
    modal.sends().await.unwrap();
}
