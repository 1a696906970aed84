//! A test written as a script would write it: over HTTP and nothing else.

use crate::common::{run_bot, start, world};
use casey_sim::Sim;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Asks the control API: status and JSON (or text) of the answer.
async fn ask(sim: &Sim, method: &str, path: &str, body: Value) -> (u16, Value) {
    let mut stream = TcpStream::connect(sim.address()).await.unwrap();
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let head = format!(
        "{method} /sim/{path} HTTP/1.1\r\nhost: sim\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or_else(|_| json!(body)))
}

async fn done(sim: &Sim, method: &str, path: &str, body: Value) -> Value {
    let (status, answer) = ask(sim, method, path, body).await;
    assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
    answer
}

async fn with_bot() -> Sim {
    let sim = start(world()).await;
    run_bot(&sim);
    sim.gateway().expects_sessions(1).await.unwrap();
    sim
}

#[tokio::test]
async fn a_conversation_is_held_and_looked_at() {
    let sim = with_bot().await;
    let said = done(
        &sim,
        "POST",
        "messages",
        json!({ "channel": "general", "person": "Carol", "text": "!echo ahoy" }),
    )
    .await;
    let id = said["message"].as_str().unwrap();
    let reply = done(&sim, "GET", &format!("replies?channel=general&reply_to={id}"), Value::Null).await;
    assert_eq!((&reply["content"], &reply["author"]), (&json!("ahoy"), &json!("Echo")));
    let (status, _) = ask(&sim, "GET", "replies?channel=general&wait_ms=50", Value::Null).await;
    assert_eq!(status, 204, "it answered once");
    let standing = done(&sim, "GET", "messages?channel=general", Value::Null).await;
    assert_eq!(standing.as_array().unwrap().len(), 2);

    let calls =
        done(&sim, "GET", "calls?method=POST&route=/channels/{channel_id}/messages", Value::Null).await;
    let [call] = calls["calls"].as_array().unwrap().as_slice() else { panic!("{calls}") };
    assert_eq!((&call["body"]["content"], &call["status"]), (&json!("ahoy"), &json!(200)));
    let frames = done(&sim, "GET", "frames?name=MESSAGE_CREATE", Value::Null).await;
    assert_eq!(frames["frames"][0]["d"]["content"], "!echo ahoy");
    let asked = done(&sim, "GET", "frames?by=client", Value::Null).await;
    assert_eq!(asked["frames"][0]["d"]["token"], "…");
    let text = done(&sim, "GET", "transcript", Value::Null).await;
    assert!(text.as_str().unwrap().contains("Carol  !echo ahoy"), "{text}");

    done(&sim, "DELETE", "recordings", Value::Null).await;
    let since = calls["next"].as_u64().unwrap();
    let later = done(&sim, "GET", &format!("calls?since={since}"), Value::Null).await;
    assert_eq!(later["calls"], json!([]));
    assert_eq!(done(&sim, "GET", "violations", Value::Null).await, json!([]));
}

#[tokio::test]
async fn commands_and_buttons_are_used() {
    let sim = with_bot().await;
    let client = crate::common::http(&sim);
    let app = client.current_user_application().await.unwrap().model().await.unwrap().id;
    let prefix = json!({ "name": "prefix", "description": "x", "type": 1, "version": "1", "options": [
        { "type": 3, "name": "text", "description": "x", "required": true },
        { "type": 6, "name": "who", "description": "x" },
    ] });
    let pages = json!({ "name": "pages", "description": "x", "type": 1, "version": "1", "options": [] });
    let commands = [serde_json::from_value(prefix).unwrap(), serde_json::from_value(pages).unwrap()];
    client.interaction(app).set_global_commands(&commands).await.unwrap();

    let slash = |command: &str, options: Value| {
        let place =
            json!({ "channel": "general", "person": "Carol", "command": command, "options": options });
        place
    };
    let used =
        done(&sim, "POST", "slash", slash("prefix", json!({ "text": "!", "who": { "person": "Bob" } })))
            .await;
    let bob = sim.person("Bob").unwrap().id().to_string();
    assert!(used["answer"]["content"].as_str().unwrap().contains(&bob), "{used}");
    let used = done(&sim, "POST", "slash", slash("pages", json!({}))).await;
    let message = used["answer"]["message"].clone();
    let press = json!({ "channel": "general", "person": "Carol", "message": message, "button": "Next" });
    let pressed = done(&sim, "POST", "press", press.clone()).await;
    assert_eq!(
        (&pressed["answer"]["content"], &pressed["answer"]["edited"]),
        (&json!("page 2"), &json!(true))
    );
    let mut other = press;
    other["button"] = json!("Back");
    let (status, why) = ask(&sim, "POST", "press", other).await;
    assert_eq!(status, 403);
    assert!(why["error"].as_str().unwrap().contains("switched off"), "{why}");
    let (status, why) = ask(&sim, "POST", "slash", slash("prefix", json!({ "text": 3 }))).await;
    assert_eq!(status, 403);
    assert!(why["error"].as_str().unwrap().contains("takes text"), "{why}");
}

#[tokio::test]
async fn a_world_is_built_while_it_runs() {
    let sim = start(casey_sim::World::new()).await;
    let bot = done(&sim, "POST", "bots", json!({ "name": "Echo", "token": "token" })).await;
    run_bot(&sim);
    sim.gateway().expects_sessions(1).await.unwrap();
    let guild = json!({
        "name": "Harbour", "owner": "Alice", "members": ["Bob"],
        "roles": [{ "name": "Crew", "permissions": "8192", "mentionable": true }],
        "channels": [{ "name": "general" }, { "name": "Quay", "kind": "voice" }],
    });
    let made = done(&sim, "POST", "guilds", guild.clone()).await;
    assert_eq!(made["members"].as_array().unwrap().len(), 3);
    assert_eq!(ask(&sim, "POST", "guilds", guild).await.0, 409, "it is there already");
    done(&sim, "POST", "channels", json!({ "name": "lamp", "nsfw": true })).await;
    done(&sim, "POST", "members", json!({ "person": "Carol" })).await;
    done(&sim, "POST", "roles", json!({ "person": "Carol", "role": "Crew" })).await;
    let carol = sim.guild("Harbour").unwrap().person("Carol").unwrap();
    assert_eq!(
        done(&sim, "GET", "world", Value::Null).await["bots"][0]["application_id"],
        bot["application_id"]
    );
    let said = json!({ "channel": "lamp", "person": "Carol", "text": "!echo in here" });
    done(&sim, "POST", "messages", said).await;
    let reply = done(&sim, "GET", "replies?channel=lamp&containing=in%20here", Value::Null).await;
    assert_eq!(reply["content"], "in here");
    done(&sim, "DELETE", "roles", json!({ "person": "Carol", "role": "Crew" })).await;
    done(&sim, "DELETE", "members", json!({ "person": "Carol" })).await;
    assert!(sim.guild("Harbour").unwrap().person("Carol").is_err());
    assert_eq!(carol.name(), "Carol");

    let second = json!({ "name": "Second", "token": "second", "without": ["members"] });
    done(&sim, "POST", "bots", second).await;
    assert!(sim.guild("Harbour").unwrap().person("Second").is_ok());
    let frames = done(&sim, "GET", "frames?by=server", Value::Null).await;
    let told: Vec<&str> =
        frames["frames"].as_array().unwrap().iter().filter_map(|frame| frame["t"].as_str()).collect();
    for name in
        ["GUILD_CREATE", "CHANNEL_CREATE", "GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE", "GUILD_ROLE_CREATE"]
    {
        assert!(told.contains(&name), "{name} in {told:?}");
    }
}

#[tokio::test]
async fn faults_are_planned_and_taken_back() {
    let sim = with_bot().await;
    let rule = json!({ "fault": "reply", "status": 403, "body": { "code": 50013, "message": "no" },
        "method": "POST", "route": "/channels/*/messages", "times": null });
    done(&sim, "POST", "faults", rule).await;
    done(&sim, "POST", "faults", json!({ "at": "heartbeat", "fault": "silence", "times": 2 })).await;
    let planned = done(&sim, "GET", "faults", Value::Null).await;
    assert_eq!(
        (planned["requests"].as_array().unwrap().len(), planned["gateway"].as_array().unwrap().len()),
        (1, 1)
    );
    done(&sim, "DELETE", "faults", Value::Null).await;
    assert_eq!(done(&sim, "GET", "faults", Value::Null).await, json!({ "requests": [], "gateway": [] }));
    for (body, why) in [
        (json!({ "fault": "status" }), "needs \"status\""),
        (json!({ "fault": "nonsense" }), "requests have no fault"),
        (json!({ "fault": "close", "at": "noon" }), "no moment"),
        (json!({ "fault": "drop", "probability": 2.0 }), "between 0 and 1"),
        (json!({ "fault": "drop", "colour": 1 }), "unknown field"),
    ] {
        let (status, answer) = ask(&sim, "POST", "faults", body).await;
        assert_eq!(status, 400);
        assert!(answer["error"].as_str().unwrap().contains(why), "{answer}");
    }
}

#[tokio::test]
async fn the_gateway_the_clock_and_settings_are_moved() {
    let sim = with_bot().await;
    done(&sim, "POST", "gateway", json!({ "do": "cut", "bytes": 0 })).await;
    let resumed = async {
        while sim.gateway().counts().resumes == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(5), resumed).await.unwrap();
    let gateway = done(&sim, "GET", "gateway", Value::Null).await;
    assert_eq!((&gateway["sessions"][0]["bot"], &gateway["resumes"]), (&json!("Echo"), &json!(1)));
    assert_eq!(ask(&sim, "POST", "gateway", json!({ "do": "dance" })).await.0, 400);

    let set =
        done(&sim, "POST", "clock", json!({ "set": "2030-01-01T00:00:00Z", "advance_ms": 60_000 })).await;
    assert!(set["now"].as_str().unwrap().starts_with("2030-01-01T00:01:0"), "{set}");
    assert_eq!(ask(&sim, "POST", "clock", json!({ "set": "tomorrow" })).await.0, 400);
    done(&sim, "POST", "settings", json!({ "identify_window_ms": 0, "split": true })).await;
    assert_eq!(ask(&sim, "POST", "settings", json!({ "heartbeat_ms": 0 })).await.0, 400);
    assert_eq!(ask(&sim, "GET", "nothing", Value::Null).await.0, 404);
    assert_eq!(ask(&sim, "GET", "messages?channel=nowhere", Value::Null).await.0, 404);
}

#[tokio::test]
async fn people_edit_react_and_show_themselves() {
    let sim = with_bot().await;
    let base = json!({ "channel": "general", "person": "Carol" });
    let with = |more: Value| {
        let mut body = base.clone();
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let said = done(&sim, "POST", "messages", with(json!({ "text": "hello" }))).await;
    let id = said["message"].clone();
    done(&sim, "PATCH", "messages", with(json!({ "message": id, "text": "hello again" }))).await;
    done(&sim, "POST", "reactions", with(json!({ "message": id, "emoji": "👍" }))).await;
    done(&sim, "DELETE", "reactions", with(json!({ "message": id, "emoji": "👍" }))).await;
    let file = json!({ "name": "log.txt", "text": "line" });
    done(&sim, "POST", "messages", with(json!({ "text": "look", "file": file }))).await;
    done(&sim, "DELETE", "messages", with(json!({ "message": id }))).await;
    done(&sim, "POST", "timeouts", json!({ "person": "Carol", "seconds": 60 })).await;
    let (status, why) = ask(&sim, "POST", "messages", with(json!({ "text": "mute?" }))).await;
    assert_eq!(status, 403, "{why}");
    done(&sim, "POST", "presences", json!({ "person": "Bob", "status": "idle" })).await;
    let frames = done(&sim, "GET", "frames?name=PRESENCE_UPDATE", Value::Null).await;
    assert_eq!(frames["frames"][0]["d"]["status"], "idle");
    let dm = json!({ "person": "Bob", "text": "!echo psst" });
    done(&sim, "POST", "messages", dm).await;
    let reply = done(&sim, "GET", "replies?person=Bob", Value::Null).await;
    assert_eq!(reply["content"], "psst");
}

#[tokio::test]
async fn forms_menus_and_completions_are_used() {
    let sim = start(world()).await;
    let client = crate::common::http(&sim);
    let app = client.current_user_application().await.unwrap().model().await.unwrap().id;
    let ask_form = json!({ "name": "feedback", "description": "x", "type": 1, "version": "1", "options": [
        { "type": 3, "name": "about", "description": "x", "autocomplete": true },
    ] });
    let quote = json!({ "name": "Quote", "description": "", "type": 3, "version": "1", "options": [] });
    let greet = json!({ "name": "Greet", "description": "", "type": 2, "version": "1", "options": [] });
    let commands = [ask_form, quote, greet].map(|one| serde_json::from_value(one).unwrap());
    client.interaction(app).set_global_commands(&commands).await.unwrap();
    forms_bot(&sim);
    sim.gateway().expects_sessions(1).await.unwrap();

    let used = json!({ "channel": "general", "person": "Carol", "command": "feedback",
        "modal": { "What?": "the tide" } });
    let told = done(&sim, "POST", "slash", used).await;
    assert_eq!(told["answer"]["content"], "you said the tide");
    let typing = json!({ "channel": "general", "person": "Carol", "command": "feedback",
        "option": "about", "typed": "ti" });
    assert_eq!(done(&sim, "POST", "complete", typing).await, json!([{ "name": "tide", "value": "tide" }]));
    let said = json!({ "channel": "general", "person": "Carol", "text": "ahoy" });
    let message = done(&sim, "POST", "messages", said).await["message"].clone();
    let menu = json!({ "channel": "general", "person": "Carol", "command": "Quote", "message": message });
    assert_eq!(done(&sim, "POST", "menu", menu).await["answer"]["content"], "Quote");
    let menu = json!({ "channel": "general", "person": "Carol", "command": "Greet", "on": "Bob" });
    assert_eq!(done(&sim, "POST", "menu", menu.clone()).await["answer"]["content"], "Greet");
    let mut both = menu;
    both["message"] = message;
    assert_eq!(ask(&sim, "POST", "menu", both).await.0, 400);
    sim.expects_no_violations().unwrap();
}

/// Opens a form for `/feedback`, completes it, and answers menus with the command's name.
fn forms_bot(sim: &Sim) {
    use twilight_gateway::{Event, EventTypeFlags, Shard, ShardId, StreamExt};
    use twilight_http::request::Method;

    let client = crate::common::http(sim);
    let mut shard =
        Shard::with_config(ShardId::ONE, crate::common::config(sim, twilight_gateway::Intents::GUILDS));
    tokio::spawn(async move {
        while let Some(event) = shard.next_event(EventTypeFlags::INTERACTION_CREATE).await {
            let Ok(Event::InteractionCreate(interaction)) = event else { continue };
            let data = serde_json::to_value(&interaction.data).unwrap();
            let path = format!("/interactions/{}/{}/callback", interaction.id, interaction.token);
            let answer = match (serde_json::to_value(interaction.kind).unwrap().as_u64(), &data["name"]) {
                (Some(2), name) if name == "feedback" => json!({ "type": 9, "data": {
                    "custom_id": "form", "title": "Feedback", "components": [{ "type": 1, "components": [
                        { "type": 4, "custom_id": "what", "label": "What?", "style": 1 },
                    ] }],
                } }),
                (Some(2), name) => json!({ "type": 4, "data": { "content": name } }),
                (Some(4), _) => {
                    json!({ "type": 8, "data": { "choices": [{ "name": "tide", "value": "tide" }] } })
                }
                _ => {
                    let text = data["components"][0]["components"][0]["value"].as_str().unwrap().to_owned();
                    json!({ "type": 4, "data": { "content": format!("you said {text}") } })
                }
            };
            crate::common::raw_with(&client, Method::Post, &path, Some(answer), false).await;
        }
    });
}
