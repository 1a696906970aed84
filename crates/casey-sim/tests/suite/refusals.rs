//! What Discord refuses is refused, with its codes; what it does not know is loud.

use std::time::Duration;

use crate::common::{TOKEN, http, raw, refusal, start, world};
use casey_sim::{BotSpec, Clock, Fault, Sim, SimError, World};
use serde_json::json;
use time::macros::datetime;
use twilight_http::request::Method;

fn path(channel: &casey_sim::Channel) -> String {
    format!("/channels/{}/messages", channel.id())
}

#[tokio::test]
async fn a_bots_permissions_are_enforced() {
    let sim = start(world()).await;
    let (http, harbour) = (http(&sim), sim.guild("Harbour").unwrap());
    let channel = |name: &str| harbour.channel(name).unwrap();
    let hi = || Some(json!({ "content": "hi" }));
    assert_eq!(refusal(&http, Method::Post, &path(&channel("locked")), hi()).await, (403, 50013));
    assert_eq!(refusal(&http, Method::Post, &path(&channel("hidden")), hi()).await, (403, 50001));
    assert_eq!(refusal(&http, Method::Post, &path(&channel("Staff")), hi()).await, (400, 50008));
    assert_eq!(refusal(&http, Method::Post, "/channels/77/messages", hi()).await, (404, 10003));
    assert_eq!(refusal(&http, Method::Get, "/guilds/77", None).await, (404, 10004));
    assert_eq!(refusal(&http, Method::Get, "/users/77", None).await, (404, 10013));
    let general = channel("general");
    assert_eq!(refusal(&http, Method::Get, &format!("{}/77", path(&general)), None).await, (404, 10008));
    assert_eq!(refusal(&http, Method::Post, &path(&general), Some(json!({}))).await, (400, 50006));
    let carol = harbour.person("Carol").unwrap();
    let message = carol.says(&general, "mine").await.unwrap();
    let edit = Some(json!({ "content": "yours" }));
    let one = format!("{}/{}", path(&general), message.id);
    assert_eq!(refusal(&http, Method::Patch, &one, edit).await, (403, 50005));
    assert_eq!(raw(&http, Method::Delete, &one, None).await.0, 204, "it may manage messages");
    let echo = harbour.person("Echo").unwrap();
    echo.is_timed_out_for(Duration::from_mins(1)).await;
    assert_eq!(refusal(&http, Method::Post, &path(&general), hi()).await, (403, 50013));
    sim.clock().advance(Duration::from_secs(61));
    assert_eq!(raw(&http, Method::Post, &path(&general), hi()).await.0, 200);
    sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn direct_messages_can_be_closed() {
    let sim = start(world()).await;
    let (http, carol) = (http(&sim), sim.guild("Harbour").unwrap().person("Carol").unwrap());
    let (status, channel) =
        raw(&http, Method::Post, "/users/@me/channels", Some(json!({ "recipient_id": carol.id() }))).await;
    assert_eq!(status, 200);
    let path = format!("/channels/{}/messages", channel["id"].as_str().unwrap());
    let hi = || Some(json!({ "content": "hi" }));
    assert_eq!(raw(&http, Method::Post, &path, hi()).await.0, 200);
    carol.closes_dms();
    assert_eq!(refusal(&http, Method::Post, &path, hi()).await, (403, 50007));
    carol.opens_dms();
    carol.leaves().await;
    assert_eq!(refusal(&http, Method::Post, &path, hi()).await, (403, 50007), "no guild in common");
}

#[tokio::test]
async fn people_are_held_to_their_permissions_too() {
    let sim = start(world()).await;
    let harbour = sim.guild("Harbour").unwrap();
    let (carol, general) = (harbour.person("Carol").unwrap(), harbour.channel("general").unwrap());
    carol.is_timed_out_for(Duration::from_mins(1)).await;
    let error = carol.says(&general, "hello").await.unwrap_err().to_string();
    assert_eq!(error, "Carol cannot write: they lack SEND_MESSAGES in #general");
    carol.is_timed_out_for(Duration::ZERO).await;
    carol.says(&general, "hello").await.unwrap();
    assert!(
        carol.says(&general, " ").await.is_err() && carol.says(&general, &"x".repeat(2_001)).await.is_err()
    );
    let alice = harbour.owner().unwrap();
    let message = alice.says(&general, "mine").await.unwrap();
    assert!(carol.edits(&message, "x").await.is_err() && carol.deletes(&message).await.is_err());
    carol.gains("Moderator").await.unwrap();
    carol.deletes(&message).await.unwrap();
    let error = harbour.channel("nowhere").unwrap_err();
    assert!(matches!(error, SimError::NoSuch { kind: "channel", .. }), "{error}");
}

#[tokio::test]
async fn only_what_is_allowed_pings() {
    let sim = start(world()).await;
    let (http, harbour) = (http(&sim), sim.guild("Harbour").unwrap());
    let (general, carol) = (harbour.channel("general").unwrap(), harbour.person("Carol").unwrap());
    let (crew, moderator) = (harbour.role("Crew").unwrap(), harbour.role("Moderator").unwrap());
    let text = format!("@everyone {} {} {}", carol.mention(), crew.mention(), moderator.mention());
    let say = async |body| {
        let (status, _) = raw(&http, Method::Post, &path(&general), Some(body)).await;
        assert_eq!(status, 200);
        general.expects(casey_sim::reply()).await.unwrap()
    };
    let all = say(json!({ "content": text })).await;
    assert_eq!(all.pings.people, ["Carol"]);
    assert_eq!(all.pings.roles, ["Crew"], "only mentionable roles without MENTION_EVERYONE");
    assert!(!all.pings.everyone);
    let none = say(json!({ "content": text, "allowed_mentions": { "parse": [] } })).await;
    assert!(none.pings().is_empty());
    let asked = carol.says(&general, "hm").await.unwrap();
    let reference = json!({ "message_id": asked.id });
    let reply = say(json!({ "content": "re", "message_reference": reference })).await;
    assert_eq!(reply.pings.people, ["Carol"]);
    let quiet =
        json!({ "content": "re", "message_reference": reference, "allowed_mentions": { "parse": [] } });
    assert!(say(quiet).await.pings().is_empty());
}

#[tokio::test]
async fn the_unknown_is_loud() {
    let sim = start(world()).await;
    let (http, general) = (http(&sim), sim.guild("Harbour").unwrap().channel("general").unwrap());
    let post = path(&general);
    let cases = [
        (Method::Get, "/nowhere".to_owned(), None, 404, "no such route: GET /nowhere"),
        (
            Method::Put,
            "/users/@me".to_owned(),
            None,
            405,
            "no such route: PUT /users/@me (the path has other methods)",
        ),
        (
            Method::Get,
            "/users/@me?a=1".to_owned(),
            None,
            400,
            "unknown query parameter \"a\" of GET /users/@me",
        ),
        (
            Method::Post,
            post.clone(),
            Some(json!({ "content": "x", "colour": 1 })),
            400,
            "unknown field colour",
        ),
        (
            Method::Post,
            post,
            Some(json!({ "content": "x", "poll": { "question": { "text": "?" } } })),
            400,
            "not simulated: poll (poll)",
        ),
        (
            Method::Get,
            "/users/@me".to_owned(),
            Some(json!({ "a": 1 })),
            400,
            "a body for GET /users/@me, which takes none",
        ),
    ];
    let mut expected = Vec::new();
    for (method, path, body, status, violation) in cases {
        assert_eq!(raw(&http, method, &path, body).await.0, status, "{path}");
        expected.push(violation.to_owned());
    }
    assert_eq!(sim.violations(), expected);
    assert!(sim.expects_no_violations().unwrap_err().to_string().contains("unknown field colour"));
}

#[tokio::test]
async fn a_nonce_keeps_a_message_from_appearing_twice() {
    let sim = start(world()).await;
    let (http, general) = (http(&sim), sim.guild("Harbour").unwrap().channel("general").unwrap());
    let body = || Some(json!({ "content": "once", "nonce": "n1", "enforce_nonce": true }));
    let (_, first) = raw(&http, Method::Post, &path(&general), body()).await;
    let (_, second) = raw(&http, Method::Post, &path(&general), body()).await;
    assert_eq!(first["id"], second["id"]);
    assert_eq!(general.messages().len(), 1);
    sim.clock().advance(Duration::from_secs(301));
    raw(&http, Method::Post, &path(&general), body()).await;
    assert_eq!(general.messages().len(), 2);
}

#[tokio::test]
async fn old_messages_cannot_be_deleted_in_bulk() {
    let clock = Clock::fixed(datetime!(2026-06-01 12:00 UTC));
    let sim = Sim::builder(world()).clock(clock.clone()).start().await.unwrap();
    let (http, general) = (http(&sim), sim.guild("Harbour").unwrap().channel("general").unwrap());
    let mut ids = Vec::new();
    for _ in 0..3 {
        let (_, sent) = raw(&http, Method::Post, &path(&general), Some(json!({ "content": "x" }))).await;
        ids.push(sent["id"].clone());
    }
    let bulk = format!("{}/bulk-delete", path(&general));
    let delete = |ids: &[serde_json::Value]| Some(json!({ "messages": ids }));
    assert_eq!(refusal(&http, Method::Post, &bulk, delete(&ids[..1])).await, (400, 50016));
    assert_eq!(raw(&http, Method::Post, &bulk, delete(&ids[..2])).await.0, 204);
    clock.advance(Duration::from_hours(15 * 24));
    let (_, fresh) = raw(&http, Method::Post, &path(&general), Some(json!({ "content": "x" }))).await;
    assert_eq!(
        refusal(&http, Method::Post, &bulk, delete(&[ids[2].clone(), fresh["id"].clone()])).await,
        (400, 50034)
    );
    assert_eq!(general.messages().len(), 2);
}

#[tokio::test]
async fn interactions_have_their_two_clocks() {
    let clock = Clock::fixed(datetime!(2026-06-01 12:00 UTC));
    let sim = Sim::builder(world()).clock(clock.clone()).start().await.unwrap();
    let (http, harbour) = (http(&sim), sim.guild("Harbour").unwrap());
    let (general, carol) = (harbour.channel("general").unwrap(), harbour.person("Carol").unwrap());
    let app = http.current_user_application().await.unwrap().model().await.unwrap().id;
    http.interaction(app).create_global_command().chat_input("ping", "Ping").await.unwrap();
    // The token is made of the id, so that no bot needs to be connected to know it.
    let begin = async || carol.slash(&general, "ping").sends().await.unwrap().interaction();
    let answer = |kind: u8| Some(json!({ "type": kind, "data": { "content": "x" } }));
    let callback = |id| format!("/interactions/{id}/interaction-token-{id}/callback");
    let hook = |id| format!("/webhooks/{app}/interaction-token-{id}");

    // Without the bot's token: these routes need none.
    let post = async |path: &str, body| crate::common::raw_with(&http, Method::Post, path, body, false).await;
    let refused = async |path: &str, body| {
        let (status, answer) = post(path, body).await;
        (status, answer["code"].as_u64().unwrap())
    };
    let late = begin().await;
    clock.advance(Duration::from_millis(3_001));
    assert_eq!(refused(&callback(late), answer(4)).await, (404, 10062));
    let used = begin().await;
    assert_eq!(refused(&hook(used), Some(json!({ "content": "x" }))).await, (404, 10015));
    assert_eq!(refused(&callback(used), answer(7)).await, (400, 50035));
    assert_eq!(post(&callback(used), answer(4)).await.0, 204);
    assert_eq!(refused(&callback(used), answer(4)).await, (400, 40060));
    clock.advance(Duration::from_secs(890));
    assert_eq!(post(&hook(used), Some(json!({ "content": "y" }))).await.0, 200);
    clock.advance(Duration::from_secs(11));
    assert_eq!(refused(&hook(used), Some(json!({ "content": "z" }))).await, (401, 50027));
    assert_eq!(refused("/interactions/9/x/callback", answer(4)).await, (404, 10062));
    let modal = begin().await;
    let (status, _) = post(&callback(modal), Some(json!({ "type": 12 }))).await;
    assert_eq!(status, 400);
    assert_eq!(sim.violations()[0], "not simulated: interaction answers of type 12 (type)");
}

#[tokio::test]
async fn without_message_content_the_text_of_others_is_empty() {
    let sim = start(crate::common::world_with(BotSpec::new("Echo", TOKEN).without_message_content())).await;
    let (http, harbour) = (http(&sim), sim.guild("Harbour").unwrap());
    let (general, carol) = (harbour.channel("general").unwrap(), harbour.person("Carol").unwrap());
    let echo = harbour.person("Echo").unwrap();
    let secret = carol.says(&general, "secret").await.unwrap();
    let open = carol.says(&general, &format!("{} hello", echo.mention())).await.unwrap();
    let text = async |id| {
        raw(&http, Method::Get, &format!("{}/{id}", path(&general)), None).await.1["content"].clone()
    };
    assert_eq!(text(secret.id).await, "");
    assert!(text(open.id).await.as_str().unwrap().ends_with("hello"));
}

#[tokio::test]
async fn faults_happen_once_and_are_recorded() {
    let sim = start(world()).await;
    let http = http(&sim);
    sim.faults().next("GET", "/users", Fault::Status(503));
    sim.faults().next("GET", "/guilds", Fault::Latency(Duration::from_millis(30)));
    let request = || twilight_http::request::RequestBuilder::raw(Method::Get, "users/@me".to_owned());
    let failed = http.request::<twilight_http::response::marker::EmptyBody>(request().build().unwrap()).await;
    assert!(failed.is_err());
    assert_eq!(raw(&http, Method::Get, "/users/@me", None).await.0, 200);
    let started = std::time::Instant::now();
    let guild = sim.guild("Harbour").unwrap().id();
    assert_eq!(raw(&http, Method::Get, &format!("/guilds/{guild}"), None).await.0, 200);
    assert!(started.elapsed() >= Duration::from_millis(30));
    let general = sim.guild("Harbour").unwrap().channel("general").unwrap();
    sim.faults().next("POST", "/channels", Fault::Drop);
    let channel = twilight_model::id::Id::new(general.id().get());
    assert!(http.create_message(channel).content("half").await.is_err(), "the answer never came");
    assert_eq!(general.messages().len(), 1, "the message did");
    let statuses: Vec<u16> = sim.calls().iter().map(|call| call.status).collect();
    assert_eq!(statuses, [503, 200, 200, 200]);
    assert_eq!(sim.counters()[&("GET".to_owned(), "/users/@me")], 2);
}

#[tokio::test]
async fn a_taken_address_is_told() {
    let sim = start(World::demo()).await;
    let error = Sim::builder(World::demo()).listen(sim.address()).start().await.unwrap_err();
    assert!(
        error.to_string().starts_with(&format!("the simulated Discord cannot listen on {}", sim.address()))
    );
}

#[tokio::test]
async fn files_can_be_fetched() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let sim = start(world()).await;
    let http = http(&sim);
    let harbour = sim.guild("Harbour").unwrap();
    let general = harbour.channel("general").unwrap();
    let message = harbour.owner().unwrap().attaches(&general, "", "notes.txt", "line one").await.unwrap();
    let (_, body) = raw(&http, Method::Get, &format!("{}/{}", path(&general), message.id), None).await;
    let url = body["attachments"][0]["url"].as_str().unwrap().to_owned();
    let target = url.strip_prefix(&sim.api_url()).unwrap();
    let mut socket = tokio::net::TcpStream::connect(sim.address()).await.unwrap();
    let request = format!("GET {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", sim.address());
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("line one"), "{answer}");
}

#[tokio::test]
async fn a_bot_cannot_give_what_it_does_not_have() {
    let sim = start(world()).await;
    let (http, harbour) = (http(&sim), sim.guild("Harbour").unwrap());
    let guild = format!("/guilds/{}", harbour.id());
    let role = |bits: u64| Some(json!({ "name": "x", "permissions": bits.to_string() }));
    assert_eq!(refusal(&http, Method::Post, &format!("{guild}/roles"), role(1 << 3)).await, (403, 50013));
    assert_eq!(raw(&http, Method::Post, &format!("{guild}/roles"), role(1 << 11)).await.0, 200);
    let carol = harbour.person("Carol").unwrap();
    let channel = |bits: u64| {
        let overwrite = json!({ "id": carol.id(), "type": 1, "allow": bits.to_string() });
        Some(json!({ "name": "own", "permission_overwrites": [overwrite] }))
    };
    assert_eq!(
        refusal(&http, Method::Post, &format!("{guild}/channels"), channel(1 << 17)).await,
        (403, 50013)
    );
    assert_eq!(raw(&http, Method::Post, &format!("{guild}/channels"), channel(1 << 10)).await.0, 201);
    let own = harbour.channel("own").unwrap();
    carol.says(&own, "mine").await.unwrap();
    sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn commands_have_their_limits() {
    let sim = start(world()).await;
    let http = http(&sim);
    let app = http.current_user_application().await.unwrap().model().await.unwrap().id;
    let path = format!("/applications/{app}/commands");
    let command = |number: usize| json!({ "name": format!("c{number}"), "description": "d" });
    let many: Vec<_> = (0..101).map(command).collect();
    assert_eq!(refusal(&http, Method::Put, &path, Some(json!(many))).await, (400, 30032));
    assert_eq!(raw(&http, Method::Put, &path, Some(json!(many[..100]))).await.0, 200);
    assert_eq!(refusal(&http, Method::Post, &path, Some(command(100))).await, (400, 30032));
    assert_eq!(raw(&http, Method::Post, &path, Some(command(5))).await.0, 200, "the same name replaces");
    let twins = json!([command(1), command(1)]);
    let (status, body) = raw(&http, Method::Put, &path, Some(twins)).await;
    assert_eq!(status, 400);
    assert_eq!(body["errors"]["1"]["name"]["_errors"][0]["code"], "APPLICATION_COMMANDS_DUPLICATE_NAME");
    let other = "/applications/5/commands";
    assert_eq!(refusal(&http, Method::Get, other, None).await, (404, 10002));
}
