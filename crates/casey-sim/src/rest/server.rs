//! The HTTP server: from bytes to a route and back, with recording, faults and rate limit headers in one place.

use std::{io, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{FromRequestParts, Query, Request, State as Shares, ws::WebSocketUpgrade},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{
    call::{Answer, Ctx, Outcome},
    error::ApiError,
    route::{Found, Route, Takes, decode, find},
    upload::{self, Sent},
};
use crate::{
    clock::wall,
    faults::Fault,
    gateway, limits,
    record::{Authorization, Call},
    shared::Shared,
    snowflake::Snowflake,
};

/// Serves until the simulation stops.
pub(crate) fn listen(shared: Arc<Shared>, listener: TcpListener) {
    let mut stop = shared.stopping();
    let app = Router::new().fallback(serve).with_state(shared);
    tokio::spawn(async move {
        let stopped = async move {
            // An error means the simulation is gone, which is a stop as well.
            let _ = stop.wait_for(|stop| *stop).await;
        };
        if let Err(error) = axum::serve(listener, app).with_graceful_shutdown(stopped).await {
            tracing::error!(%error, "the simulated Discord stopped listening");
        }
    });
}

async fn serve(Shares(shared): Shares<Arc<Shared>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if request.headers().contains_key(header::UPGRADE) {
        return upgrade(shared, request, &path).await;
    }
    if let Some(rest) = path.strip_prefix("/cdn/") {
        return file(&shared, rest);
    }
    let response = if let Some(rest) = path.strip_prefix("/api/v10").filter(|rest| rest.starts_with('/')) {
        api(&shared, request, rest).await
    } else {
        let error = ApiError::loud(404, &format!("no such path: {} {path}", request.method()));
        note_violations(&shared, &error);
        respond(error.status, Some(&error.body()))
    };
    shared.tell();
    response
}

async fn upgrade(shared: Arc<Shared>, request: Request, path: &str) -> Response {
    if !matches!(path, "/" | "/gateway" | "/gateway/") {
        shared.lock().record.violation(format!("a WebSocket at {path}"));
        return StatusCode::NOT_FOUND.into_response();
    }
    let query: Query<Vec<(String, String)>> = Query::try_from_uri(request.uri()).unwrap_or_default();
    for (key, value) in &query.0 {
        let known = match key.as_str() {
            "v" => value == "10",
            "encoding" => value == "json",
            "compress" => matches!(value.as_str(), "zlib-stream" | "zstd-stream"),
            _ => false,
        };
        if !known {
            shared.lock().record.violation(format!("the gateway address has {key}={value}"));
        }
    }
    let (mut parts, _) = request.into_parts();
    match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
        Ok(upgrade) => upgrade.on_upgrade(move |socket| gateway::serve(shared, socket)),
        Err(refusal) => refusal.into_response(),
    }
}

/// An attachment's bytes.
fn file(shared: &Shared, path: &str) -> Response {
    let parts: Vec<String> = path.split('/').map(decode).collect();
    let id = |text: &String| text.parse::<Snowflake>().unwrap_or_default();
    let state = shared.lock();
    let found = match parts.as_slice() {
        [kind, channel, message, name] if kind == "attachments" => state
            .message(id(channel), id(message))
            .and_then(|message| message.attachments.iter().find(|one| one.filename == *name)),
        [kind, upload, name] if kind == "ephemeral-attachments" => {
            state.uploads.get(&id(upload)).filter(|one| one.filename == *name)
        }
        _ => None,
    };
    match found {
        Some(attachment) => {
            let headers = [(header::CONTENT_TYPE, attachment.content_type.clone())];
            (headers, Bytes::copy_from_slice(&attachment.bytes)).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// What is known of a request before its route runs.
struct Asked {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    authorization: Authorization,
    app: Option<Snowflake>,
    reason: Option<String>,
    user_agent: Option<String>,
}

async fn api(shared: &Shared, request: Request, path: &str) -> Response {
    let (parts, body) = request.into_parts();
    let query: Query<Vec<(String, String)>> = Query::try_from_uri(&parts.uri).unwrap_or_default();
    let (authorization, app) = authorize(shared, &parts.headers);
    let asked = Asked {
        method: parts.method.to_string(),
        path: path.to_owned(),
        query: query.0,
        authorization,
        app,
        reason: text_header(&parts.headers, "x-audit-log-reason").map(|text| decode(&text)),
        user_agent: text_header(&parts.headers, "user-agent"),
    };
    let fault = shared.lock().faults.take(&asked.method, path);
    if let Some(Fault::Latency(time)) = fault {
        tokio::time::sleep(time).await;
    }
    let sent = match to_bytes(body, limits::REQUEST_BYTES).await {
        Ok(bytes) => upload::read(&parts.headers, bytes).await,
        Err(_) => Err(ApiError::too_large()),
    };
    let (sent, outcome) = match (sent, fault) {
        (Err(error), _) => (Sent::default(), Err(error)),
        (Ok(sent), Some(Fault::Status(status))) => {
            (sent, Err(ApiError::new(status, 0, "casey-sim: planned fault")))
        }
        (Ok(sent), _) => {
            let outcome = run(shared, &asked, &sent);
            (sent, outcome)
        }
    };
    let response = finish(shared, asked, &sent, outcome);
    if fault == Some(Fault::Drop) { cut_short() } else { response }
}

fn run(shared: &Shared, asked: &Asked, sent: &Sent) -> Outcome {
    let (route, params) = match find(&asked.method, &asked.path) {
        Found::Route(route, params) => (route, params),
        Found::OtherMethod => {
            let what = format!("no such route: {} {} (the path has other methods)", asked.method, asked.path);
            return Err(ApiError { violations: vec![what], ..ApiError::method_not_allowed() });
        }
        Found::Nothing => {
            return Err(ApiError::loud(404, &format!("no such route: {} {}", asked.method, asked.path)));
        }
    };
    if route.token && asked.app.is_none() {
        return Err(ApiError::unauthorized());
    }
    strict(route, asked, sent)?;
    #[cfg(feature = "openapi")]
    check_contract(shared, asked, sent);
    let mut state = shared.lock();
    let mut ctx = Ctx {
        state: &mut state,
        app: asked.app,
        params,
        query: &asked.query,
        body: &sent.json,
        files: &sent.files,
        reason: asked.reason.as_deref(),
    };
    (route.run)(&mut ctx)
}

/// What Discord forgives and we do not.
fn strict(route: &Route, asked: &Asked, sent: &Sent) -> Result<(), ApiError> {
    if let Some((key, _)) = asked.query.iter().find(|(key, _)| !route.query.contains(&key.as_str())) {
        return Err(ApiError::loud(
            400,
            &format!("unknown query parameter {key:?} of {} {}", route.method, route.path),
        ));
    }
    match route.takes {
        Takes::Nothing if sent.any && sent.json != json!({}) => {
            Err(ApiError::loud(400, &format!("a body for {} {}, which takes none", route.method, route.path)))
        }
        Takes::Json if !sent.files.is_empty() => {
            Err(ApiError::loud(400, &format!("files for {} {}, which takes none", route.method, route.path)))
        }
        Takes::Json | Takes::Files if !sent.any => Err(ApiError::not_json()),
        _ if asked.user_agent.is_none() => Err(ApiError::loud(400, "a request without User-Agent")),
        _ if asked.reason.as_ref().is_some_and(|reason| reason.chars().count() > 512) => {
            Err(ApiError::loud(400, "an audit log reason of more than 512 characters"))
        }
        _ => Ok(()),
    }
}

#[cfg(feature = "openapi")]
fn check_contract(shared: &Shared, asked: &Asked, sent: &Sent) {
    let Some(contract) = &shared.contract else { return };
    if !sent.any {
        return;
    }
    let mut found = contract.validate_request(&asked.method, &asked.path, &sent.json);
    found.extend(contract.unknown_fields(&asked.method, &asked.path, &sent.json));
    let mut state = shared.lock();
    for what in found {
        state.record.violation(format!("{} {}: {what}", asked.method, asked.path));
    }
}

/// Records the call and turns its outcome into an answer.
fn finish(shared: &Shared, asked: Asked, sent: &Sent, outcome: Outcome) -> Response {
    let (status, body) = match &outcome {
        Ok(Answer::Json(status, body)) => (*status, Some(body.clone())),
        Ok(Answer::Empty) => (204, None),
        Err(error) => {
            note_violations(shared, error);
            let mut body = error.body();
            if error.status == 429 {
                body["retry_after"] = json!(0.05);
                body["global"] = json!(false);
            }
            (error.status, Some(body))
        }
    };
    let route = match find(&asked.method, &asked.path) {
        Found::Route(route, _) => route.path,
        _ => "",
    };
    let mut state = shared.lock();
    let at = state.now();
    state.record.call(Call {
        at,
        method: asked.method,
        path: asked.path,
        route,
        query: asked.query,
        body: sent.json.clone(),
        files: sent.files.iter().map(|file| (file.filename.clone(), file.bytes.len())).collect(),
        authorization: asked.authorization,
        reason: asked.reason,
        user_agent: asked.user_agent,
        status,
        code: outcome.err().map(|error| error.code),
    });
    drop(state);
    let mut response = respond(status, body.as_ref());
    add_rate_limit(response.headers_mut(), route, status);
    response
}

fn respond(status: u16, body: Option<&Value>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match body {
        None => status.into_response(),
        Some(body) => {
            (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
        }
    }
}

/// The headers of a bucket that is never exhausted: limits themselves are not simulated yet.
fn add_rate_limit(headers: &mut HeaderMap, route: &'static str, status: u16) {
    if route.is_empty() {
        return;
    }
    let bucket = route.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let reset = wall().unix_timestamp() + 1;
    let exhausted = status == 429;
    let values = [
        ("x-ratelimit-limit", "1000".to_owned()),
        ("x-ratelimit-remaining", if exhausted { "0" } else { "999" }.to_owned()),
        ("x-ratelimit-reset", format!("{reset}.000")),
        ("x-ratelimit-reset-after", if exhausted { "0.050" } else { "1.000" }.to_owned()),
        ("x-ratelimit-bucket", format!("{bucket:016x}")),
    ];
    for (name, value) in values {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    if exhausted {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        headers.insert(HeaderName::from_static("x-ratelimit-scope"), HeaderValue::from_static("user"));
    }
}

/// An answer that promises more than comes.
fn cut_short() -> Response {
    let broken = stream::once(async { Err::<Bytes, _>(io::Error::other("planned fault")) });
    (StatusCode::OK, [(header::CONTENT_LENGTH, "100")], Body::from_stream(broken)).into_response()
}

fn note_violations(shared: &Shared, error: &ApiError) {
    let mut state = shared.lock();
    for what in &error.violations {
        state.record.violation(what.clone());
    }
}

fn authorize(shared: &Shared, headers: &HeaderMap) -> (Authorization, Option<Snowflake>) {
    let Some(value) = text_header(headers, "authorization") else { return (Authorization::None, None) };
    let state = shared.lock();
    match value.strip_prefix("Bot ").and_then(|token| state.app_of_token(token)) {
        Some(app) => (Authorization::Bot, Some(app.id)),
        None => (Authorization::Invalid, None),
    }
}

fn text_header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}
