//! Answers of the control API.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::error::SimError;

/// An answer.
pub(super) enum Answer {
    Json(StatusCode, Value),
    Text(String),
    /// Nothing to say: 204.
    Nothing,
}

impl Answer {
    pub(super) fn ok(body: Value) -> Self {
        Self::Json(StatusCode::OK, body)
    }

    pub(super) fn into_response(self) -> Response {
        match self {
            Self::Json(status, body) => {
                (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
            }
            Self::Text(text) => text.into_response(),
            Self::Nothing => StatusCode::NO_CONTENT.into_response(),
        }
    }
}

/// Why something was not done.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    status: StatusCode,
    why: String,
}

impl Problem {
    /// 400: the request is not understood.
    pub(super) fn wrong(why: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, why: why.into() }
    }

    /// 404: something it names is not there.
    pub(super) fn no_such(why: impl Into<String>) -> Self {
        Self { status: StatusCode::NOT_FOUND, why: why.into() }
    }
}

impl From<SimError> for Problem {
    /// 403 what Discord would not let a person do, 404 what is not there, 408 what did not happen in time, 409 a world
    /// that contradicts itself.
    fn from(error: SimError) -> Self {
        let status = match error {
            SimError::NoSuch { .. } => StatusCode::NOT_FOUND,
            SimError::Refused { .. } => StatusCode::FORBIDDEN,
            SimError::Unmet { .. } => StatusCode::REQUEST_TIMEOUT,
            SimError::World(_) => StatusCode::CONFLICT,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self { status, why: error.to_string() }
    }
}

impl From<Problem> for Answer {
    fn from(problem: Problem) -> Self {
        Self::Json(problem.status, json!({ "error": problem.why }))
    }
}
