//! Every route is asked once, and every answer passes Discord's OpenAPI document and, where there is one, twilight's
//! model. The request side is judged too: what the document does not know would stand in the violations.

mod channels;
mod commands;
mod guild;
mod messages;
mod webhooks;

use std::{collections::BTreeSet, sync::Arc};

use casey_sim::{ChannelSpec, Permissions, Sim, World, contract::OpenApi};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use twilight_http::{Client, Response, request::Method};

use crate::common::{TOKEN, raw};

/// A picture of one pixel.
pub(crate) const PIXEL: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// A community server with every kind of channel, whose bot may do everything.
pub(crate) fn community() -> World {
    World::new().bot("Echo", TOKEN).guild("Harbour", |guild| {
        guild
            .owner("Alice")
            .community()
            .bot_permissions(Permissions::ALL)
            .role("Crew", Permissions::NONE)
            .role("Officer", Permissions::MANAGE_MESSAGES)
            .member_with("Bob", &["Officer"])
            .member("Carol")
            .member("Dave")
            .channel("general")
            .channel("other")
            .add(ChannelSpec::announcement("news"))
            .add(ChannelSpec::forum("ideas"))
            .add(ChannelSpec::voice("Quay"))
            .add(ChannelSpec::stage("Deck"))
            .add(ChannelSpec::category("Staff"))
    })
}

/// A simulation with a judge.
pub(crate) struct Tour {
    pub(crate) sim: Sim,
    pub(crate) http: Client,
    document: Arc<OpenApi>,
    guild: String,
    app: String,
}

impl Tour {
    async fn begin() -> Option<Self> {
        let Some(path) = OpenApi::find(env!("CARGO_MANIFEST_DIR")) else {
            eprintln!("skipped: Discord's OpenAPI document is not here");
            return None;
        };
        let document = Arc::new(OpenApi::load(path).unwrap());
        let sim = Sim::builder(community()).contract(Arc::clone(&document)).start().await.unwrap();
        let http = crate::common::http(&sim);
        let guild = sim.guild("Harbour").unwrap().id().to_string();
        let app = http.current_user_application().await.unwrap().model().await.unwrap().id.to_string();
        Some(Self { sim, http, document, guild, app })
    }

    fn channel(&self, name: &str) -> String {
        self.sim.guild("Harbour").unwrap().channel(name).unwrap().id().to_string()
    }

    fn person(&self, name: &str) -> String {
        self.sim.guild("Harbour").unwrap().person(name).unwrap().id().to_string()
    }

    fn role(&self, name: &str) -> String {
        self.sim.guild("Harbour").unwrap().role(name).unwrap().id().to_string()
    }

    /// Asks, judges the answer, and gives it as it is.
    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let name = method.name();
        let (status, answer) = raw(&self.http, method, path, body).await;
        assert!((200..300).contains(&status), "{name} {path} answered {status} {answer}");
        let path = path.split('?').next().unwrap_or_default();
        let found = self.document.validate_response(name, path, status, &answer);
        assert_eq!(found, [""; 0], "{name} {path} answered {status} {answer}");
        answer
    }

    /// The same, and the answer must be what twilight makes of it.
    async fn model<T: DeserializeOwned>(&self, method: Method, path: &str, body: Option<Value>) -> T {
        let answer = self.ask(method, path, body).await;
        serde_json::from_value(answer.clone()).unwrap_or_else(|error| panic!("{error}: {path}: {answer}"))
    }

    async fn get(&self, path: &str) -> Value {
        self.ask(Method::Get, path, None).await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.ask(Method::Post, path, (!body.is_null()).then_some(body)).await
    }

    async fn patch(&self, path: &str, body: Value) -> Value {
        self.ask(Method::Patch, path, Some(body)).await
    }

    async fn put(&self, path: &str, body: Option<Value>) -> Value {
        self.ask(Method::Put, path, body).await
    }

    async fn delete(&self, path: &str) -> Value {
        self.ask(Method::Delete, path, None).await
    }

    /// Judges an answer that twilight asked for, and gives it as the model.
    async fn judge<T: DeserializeOwned, R>(&self, response: Response<R>) -> T {
        let status = response.status().get();
        let bytes = response.bytes().await.unwrap();
        let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let call = self.sim.calls().pop().unwrap();
        let found = self.document.validate_response(&call.method, &call.path, status, &body);
        assert_eq!(found, [""; 0], "{} {} answered {body}", call.method, call.path);
        serde_json::from_value(body.clone())
            .unwrap_or_else(|error| panic!("{error}: {} {}: {body}", call.method, call.path))
    }
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("no id in {value}")).to_owned()
}

#[tokio::test]
async fn every_route_answers_as_discord_does() {
    let Some(tour) = Tour::begin().await else { return };
    messages::visit(&tour).await;
    channels::visit(&tour).await;
    webhooks::visit(&tour).await;
    guild::visit(&tour).await;
    commands::visit(&tour).await;
    account(&tour).await;
    tour.sim.expects_no_violations().unwrap();
    let asked: BTreeSet<(String, &str)> = tour.sim.counters().into_keys().collect();
    let missing: Vec<_> = casey_sim::routes()
        .into_iter()
        .filter(|(method, path)| !asked.contains(&((*method).to_owned(), *path)))
        .collect();
    assert!(missing.is_empty(), "not visited: {missing:?}");
}

async fn account(tour: &Tour) {
    let _: Value = tour.get("/gateway").await;
    tour.get("/gateway/bot").await;
    tour.get("/users/@me").await;
    tour.patch("/users/@me", json!({ "username": "Echoes" })).await;
    tour.get(&format!("/users/{}", tour.person("Carol"))).await;
    tour.get("/users/@me/guilds?with_counts=true").await;
    tour.get(&format!("/users/@me/guilds/{}/member", tour.guild)).await;
    let dm = tour.post("/users/@me/channels", json!({ "recipient_id": tour.person("Carol") })).await;
    tour.post(&format!("/channels/{}/messages", id(&dm)), json!({ "content": "hello" })).await;
    tour.delete(&format!("/channels/{}", id(&dm))).await;
    let app: twilight_model::oauth::Application =
        tour.model(Method::Patch, "/applications/@me", Some(json!({ "tags": ["fun"] }))).await;
    assert_eq!(app.tags, Some(vec!["fun".to_owned()]));
    tour.get("/applications/@me").await;
    tour.get("/oauth2/applications/@me").await;
    let emojis = format!("/applications/{}/emojis", tour.app);
    let made = tour.post(&emojis, json!({ "name": "wave", "image": PIXEL })).await;
    let one = format!("{emojis}/{}", id(&made));
    assert_eq!(tour.get(&emojis).await["items"].as_array().map(Vec::len), Some(1));
    tour.patch(&one, json!({ "name": "waves" })).await;
    assert_eq!(tour.get(&one).await["name"], "waves");
    tour.delete(&one).await;
    tour.delete(&format!("/users/@me/guilds/{}", tour.guild)).await;
    let gone = raw(&tour.http, Method::Get, &format!("/guilds/{}", tour.guild), None).await;
    assert_eq!((gone.0, &gone.1["code"]), (403, &json!(50_001)));
}

/// Routes of Discord's document that a bot has a token for and that are not simulated. Whoever adds one takes it out
/// of this list.
const MISSING: &[&str] = include!("missing.in");

#[test]
fn the_routes_that_are_missing_are_known() {
    let Some(path) = OpenApi::find(env!("CARGO_MANIFEST_DIR")) else {
        eprintln!("skipped: Discord's OpenAPI document is not here");
        return;
    };
    let document: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let plain = |path: &str| {
        let part = |part: &str| if part.starts_with('{') { "{}".to_owned() } else { part.to_owned() };
        path.split('/').map(part).collect::<Vec<_>>().join("/")
    };
    let there: BTreeSet<String> =
        casey_sim::routes().iter().map(|(method, path)| format!("{method} {}", plain(path))).collect();
    let mut missing = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["get", "post", "put", "patch", "delete"] {
            // `@original` is one of the messages.
            let route = format!("{} {}", method.to_uppercase(), plain(&path.replace("@original", "{id}")));
            if !item[method].is_null() && !there.contains(&route) {
                missing.insert(route);
            }
        }
    }
    let known: BTreeSet<String> = MISSING.iter().map(|route| (*route).to_owned()).collect();
    assert_eq!(missing, known);
}
