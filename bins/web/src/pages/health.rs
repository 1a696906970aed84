//! `/healthz` and `/readyz`: the same facts as the page, for programs.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::board::Reading;
use crate::part::State;
use crate::site::Shared;

#[derive(Serialize)]
struct Body<'a> {
    status: &'static str,
    version: &'a str,
    dependencies: BTreeMap<&'a str, Dependency<'a>>,
}

#[derive(Serialize)]
struct Dependency<'a> {
    /// `up`, `starting`, `down`, or `unknown` if nobody has looked yet.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    says: Option<&'a str>,
    /// Unix milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    age_ms: Option<u128>,
}

/// Whether the site answers at all. It never looks at anything, so that it cannot hang: dependencies are as they were
/// last seen.
pub(crate) async fn healthz(Extract(shared): Extract<Arc<Shared>>) -> Response {
    answer(&shared, &shared.board.last(), StatusCode::OK, "serving")
}

/// Whether everything the site can see works.
pub(crate) async fn readyz(Extract(shared): Extract<Arc<Shared>>) -> Response {
    let readings = shared.board.look().await;
    if readings.iter().flatten().all(|reading| reading.health.state == State::Up) {
        answer(&shared, &readings, StatusCode::OK, "ready")
    } else {
        answer(&shared, &readings, StatusCode::SERVICE_UNAVAILABLE, "not ready")
    }
}

fn answer(shared: &Shared, readings: &[Option<Reading>], code: StatusCode, status: &'static str) -> Response {
    let dependencies = (shared.parts.iter().zip(readings))
        .filter(|(part, _)| part.probe.is_some())
        .map(|(part, reading)| (part.name.as_str(), dependency(shared, reading.as_ref())))
        .collect();
    let body = Body { status, version: &shared.version, dependencies };
    (code, [(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

fn dependency<'a>(shared: &Shared, reading: Option<&'a Reading>) -> Dependency<'a> {
    let Some(Reading { health, at }) = reading else {
        return Dependency { state: "unknown", says: None, since: None, age_ms: None };
    };
    let state = match health.state {
        State::Up => "up",
        State::Starting => "starting",
        State::Down => "down",
    };
    Dependency {
        state,
        says: Some(&health.says),
        since: health.since.map(casey_core::Timestamp::as_millis),
        age_ms: Some(shared.clock.now().since(*at).as_millis()),
    }
}
