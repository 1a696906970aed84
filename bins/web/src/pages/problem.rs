//! Pages for what did not work.

use std::any::Any;

use axum::http::StatusCode;
use axum::response::Response;

use crate::views::problem::render;

pub(crate) async fn not_found() -> Response {
    let html = render(
        "There is nothing here.",
        "The address may have a typo, or lead to a page that Casey does not have. Everything there is starts on the first page.",
    );
    super::page(StatusCode::NOT_FOUND, html)
}

pub(crate) async fn wrong_method() -> Response {
    let html = render("This can only be read.", "The address is right, but nothing can be sent to it.");
    super::page(StatusCode::METHOD_NOT_ALLOWED, html)
}

/// The panic's words may hold anything, so they stay out of the page; the panic hook has written them to standard error.
#[allow(clippy::needless_pass_by_value, reason = "the signature that CatchPanicLayer asks for")]
pub(crate) fn panicked(_words: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a page could not be made");
    let html = render("That went wrong.", "The fault is Casey's, not yours. Trying again may help.");
    super::page(StatusCode::INTERNAL_SERVER_ERROR, html)
}
