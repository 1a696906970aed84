//! The HTTP server: from bytes to a route and back, with recording, faults and rate limit headers in one place.

use std::{io, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{ConnectInfo, Query, Request, State as Shares},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{
    call::{Answer, Ctx, Outcome},
    error::ApiError,
    rate::{self, Verdict},
    route::{Found, Route, Takes, decode, find},
    upload::{self, Sent},
};
use crate::{
    clock::wall,
    control,
    faults::Fault,
    gateway::{self, Lines, Scissors},
    limits,
    record::{Authorization, Call},
    shared::Shared,
    snowflake::Snowflake,
};

/// Serves until the simulation stops.
pub(crate) fn listen(shared: Arc<Shared>, listener: TcpListener) {
    let mut stop = shared.stopping();
    let app = Router::new().fallback(serve).with_state(shared);
    let app = app.into_make_service_with_connect_info::<Scissors>();
    tokio::spawn(async move {
        let stopped = async move {
            // An error means the simulation is gone, which is a stop as well.
            let _ = stop.wait_for(|stop| *stop).await;
        };
        if let Err(error) = axum::serve(Lines::new(listener), app).with_graceful_shutdown(stopped).await {
            tracing::error!(%error, "the simulated Discord stopped listening");
        }
    });
}

async fn serve(
    Shares(shared): Shares<Arc<Shared>>,
    ConnectInfo(line): ConnectInfo<Scissors>,
    request: Request,
) -> Response {
    let path = request.uri().path().to_owned();
    if request.headers().contains_key(header::UPGRADE) {
        return gateway::upgrade(shared, request);
    }
    if let Some(rest) = path.strip_prefix("/cdn/") {
        return file(&shared, rest);
    }
    if let Some(rest) = path.strip_prefix("/sim").filter(|rest| rest.is_empty() || rest.starts_with('/')) {
        return control::serve(shared, request, rest).await;
    }
    let response = if let Some(rest) = path.strip_prefix("/api/v10").filter(|rest| rest.starts_with('/')) {
        api(&shared, &line, request, rest).await
    } else {
        let error = ApiError::loud(404, &format!("no such path: {} {path}", request.method()));
        note_violations(&shared, &error);
        respond(error.status, Some(&error.body()))
    };
    shared.tell();
    response
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

async fn api(shared: &Shared, line: &Scissors, request: Request, path: &str) -> Response {
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
    let verdict = admit(shared, &asked);
    if verdict.refused() {
        return refuse(shared, asked, &verdict);
    }
    let fault = shared.lock().faults.take(&asked.method, path);
    if let Some(Fault::Latency(time)) = fault {
        tokio::time::sleep(time).await;
    }
    let sent = match to_bytes(body, limits::REQUEST_BYTES).await {
        Ok(bytes) => upload::read(&parts.headers, bytes).await,
        Err(_) => Err(ApiError::too_large()),
    };
    let (sent, outcome) = match (sent, fault.as_ref()) {
        (Err(error), _) => (Sent::default(), Err(error)),
        (Ok(sent), Some(Fault::Status(status))) => {
            (sent, Err(ApiError::new(*status, 0, "casey-sim: planned fault")))
        }
        (Ok(sent), Some(Fault::Reply { status, body })) => (sent, Ok(Answer::Json(*status, body.clone()))),
        (Ok(sent), Some(Fault::Disconnect)) => {
            (sent, Err(ApiError::new(503, 0, "casey-sim: planned disconnection")))
        }
        (Ok(sent), fault) => {
            if fault == Some(&Fault::Twice) {
                // The first of the two answers is lost on the way.
                let _ = run(shared, &asked, &sent);
            }
            let outcome = run(shared, &asked, &sent);
            (sent, outcome)
        }
    };
    let response = finish(shared, asked, &sent, outcome, &verdict);
    match fault {
        Some(Fault::Disconnect) => {
            line.cut_after(0);
            response
        }
        Some(Fault::Drop) => cut_short(),
        _ => response,
    }
}

/// Counts the request against its limits.
fn admit(shared: &Shared, asked: &Asked) -> Verdict {
    let found = find(&asked.method, &asked.path);
    let (route, params, token) = match &found {
        Found::Route(route, params) => (route.path, params.as_slice(), route.token),
        _ => ("", &[][..], false),
    };
    let major = |(name, value): &(&'static str, String)| {
        matches!(*name, "channel_id" | "guild_id" | "webhook_id" | "webhook_token").then(|| value.clone())
    };
    let major: Vec<String> = params.iter().filter_map(major).collect();
    let who = asked.app.map_or_else(|| "nobody".to_owned(), |app| app.to_string());
    // Routes that need no token are not bound to the global limit (Receiving and Responding; Webhook).
    let request = rate::Request { who, method: &asked.method, route, major: major.join("/"), global: token };
    let limiter = &mut shared.lock().limiter;
    let now = limiter.now();
    limiter.admit(&request, now)
}

/// A request that met a limit. What banned addresses get is a page of the provider in front of Discord, without JSON.
fn refuse(shared: &Shared, asked: Asked, verdict: &Verdict) -> Response {
    let mut response = match rate::body(verdict) {
        Some(body) => respond(429, Some(&body)),
        None => (StatusCode::TOO_MANY_REQUESTS, [(header::CONTENT_TYPE, "text/html")], "error code: 1015")
            .into_response(),
    };
    note_call(shared, asked, &Sent::default(), 429, Some(0), verdict);
    rate::add(response.headers_mut(), verdict, wall_ms());
    response
}

fn wall_ms() -> i128 {
    wall().unix_timestamp_nanos() / 1_000_000
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
        Takes::Json | Takes::Maybe if !sent.files.is_empty() => {
            Err(ApiError::loud(400, &format!("files for {} {}, which takes none", route.method, route.path)))
        }
        Takes::Json | Takes::Files | Takes::Form if !sent.any => Err(ApiError::not_json()),
        Takes::Json | Takes::Files | Takes::Maybe if !sent.fields.is_empty() => {
            let (name, _) = &sent.fields[0];
            Err(ApiError::loud(400, &format!("a form field {name:?}")))
        }
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
fn finish(shared: &Shared, asked: Asked, sent: &Sent, outcome: Outcome, verdict: &Verdict) -> Response {
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
    note_call(shared, asked, sent, status, outcome.err().map(|error| error.code), verdict);
    let mut response = respond(status, body.as_ref());
    let planned = verdict.clone().planned(status);
    rate::add(response.headers_mut(), &planned, wall_ms());
    response
}

fn note_call(shared: &Shared, asked: Asked, sent: &Sent, status: u16, code: Option<u64>, verdict: &Verdict) {
    let route = match find(&asked.method, &asked.path) {
        Found::Route(route, _) => route.path,
        _ => "",
    };
    let mut state = shared.lock();
    let now = state.limiter.now();
    state.limiter.answered(status, verdict, now);
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
        code,
    });
}

/// An answer of the API itself. Its proxy says so, by which clients tell its 429 from that of the provider in front of
/// Discord, which has banned them.
fn respond(status: u16, body: Option<&Value>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match body {
        None => status.into_response(),
        Some(body) => {
            (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
        }
    };
    response.headers_mut().insert(header::VIA, HeaderValue::from_static("1.1 google"));
    response
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
