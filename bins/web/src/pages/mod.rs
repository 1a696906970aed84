//! Handlers: each loads what its page shows and hands it to a view.

pub(crate) mod assets;
#[cfg(test)]
mod contrast;
pub(crate) mod health;
pub(crate) mod home;
pub(crate) mod problem;
#[cfg(test)]
mod tests;

use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

/// A page that shows the moment: caches may keep it but must ask again.
fn page(status: StatusCode, html: String) -> Response {
    (status, [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-cache")], html).into_response()
}
