//! The simulation driven over HTTP, for scripts in any language: everything below `/sim`.
//!
//! Bodies and answers are JSON. People, guilds, channels and roles are named by their names or ids.

mod act;
mod answer;
mod found;
mod gateway;
mod lookup;
mod rules;
mod settings;
mod use_commands;
mod watch;

use std::sync::Arc;

use axum::{
    body::to_bytes,
    extract::{Query, Request},
    response::Response,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use self::{
    answer::{Answer, Problem},
    lookup::Scene,
};
use crate::{limits, shared::Shared};

pub(crate) use found::found;

/// A request as its handler sees it.
struct Ask {
    scene: Scene,
    query: Vec<(String, String)>,
    body: Value,
}

impl Ask {
    /// The body, of which every field must be known.
    fn body<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        T::deserialize(&self.body).map_err(|error| Problem::wrong(format!("the body: {error}")))
    }

    /// The query, of which every parameter must be known.
    fn query<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let pairs = self.query.iter().map(|(key, value)| (key.clone(), Value::String(value.clone())));
        T::deserialize(Value::Object(pairs.collect()))
            .map_err(|error| Problem::wrong(format!("the query: {error}")))
    }
}

/// Answers one request. `path` stands below `/sim`.
pub(crate) async fn serve(shared: Arc<Shared>, request: Request, path: &str) -> Response {
    let answered = match read(shared, request).await {
        Ok((method, ask)) => route(&method, path.trim_matches('/'), ask).await,
        Err(problem) => Err(problem),
    };
    answered.unwrap_or_else(Answer::from).into_response()
}

async fn read(shared: Arc<Shared>, request: Request) -> Result<(String, Ask), Problem> {
    let (parts, body) = request.into_parts();
    let query: Query<Vec<(String, String)>> = Query::try_from_uri(&parts.uri).unwrap_or_default();
    let bytes =
        to_bytes(body, limits::REQUEST_BYTES).await.map_err(|_| Problem::wrong("the body is too large"))?;
    let body = if bytes.is_empty() {
        Value::Object(serde_json::Map::new())
    } else {
        serde_json::from_slice(&bytes).map_err(|error| Problem::wrong(format!("the body: {error}")))?
    };
    Ok((parts.method.to_string(), Ask { scene: Scene::new(shared), query: query.0, body }))
}

/// Every path and what it does; the table in the README is in this order.
async fn route(method: &str, path: &str, ask: Ask) -> Result<Answer, Problem> {
    match (method, path) {
        ("GET", "" | "world") => Ok(found::describe(&ask)),
        ("POST", "bots") => found::bot(&ask),
        ("POST", "guilds") => found::guild(&ask),
        ("POST", "channels") => found::channel(&ask),
        ("POST", "members") => found::join(&ask).await,
        ("DELETE", "members") => found::leave(&ask).await,
        ("POST", "roles") => found::gain(&ask).await,
        ("DELETE", "roles") => found::lose(&ask).await,
        ("POST", "timeouts") => act::time_out(&ask).await,
        ("POST", "presences") => act::show_presence(&ask),
        ("GET", "messages") => watch::messages(&ask),
        ("POST", "messages") => act::say(&ask).await,
        ("PATCH", "messages") => act::edit(&ask).await,
        ("DELETE", "messages") => act::delete(&ask).await,
        ("POST", "reactions") => act::react(&ask).await,
        ("DELETE", "reactions") => act::unreact(&ask).await,
        ("POST", "slash") => use_commands::slash(&ask).await,
        ("POST", "complete") => use_commands::complete(&ask).await,
        ("POST", "menu") => use_commands::menu(&ask).await,
        ("POST", "press") => use_commands::press(&ask).await,
        ("POST", "select") => use_commands::select(&ask).await,
        ("GET", "replies") => watch::replies(&ask).await,
        ("GET", "calls") => watch::calls(&ask),
        ("GET", "frames") => watch::frames(&ask),
        ("GET", "violations") => Ok(watch::violations(&ask)),
        ("GET", "transcript") => Ok(watch::transcript(&ask)),
        ("DELETE", "recordings") => Ok(watch::forget(&ask)),
        ("GET", "faults") => Ok(rules::list(&ask)),
        ("POST", "faults") => rules::add(&ask),
        ("DELETE", "faults") => Ok(rules::clear(&ask)),
        ("GET", "gateway") => Ok(gateway::describe(&ask)),
        ("POST", "gateway") => gateway::strike(&ask),
        ("GET", "clock") => Ok(settings::clock(&ask)),
        ("POST", "clock") => settings::set_clock(&ask),
        ("POST", "settings") => settings::change(&ask),
        _ => Err(Problem::no_such(format!("there is no {method} /sim/{path}"))),
    }
}
