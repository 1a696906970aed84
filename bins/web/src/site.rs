//! The site: what it knows, and its routes.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::routing::get;
use casey_core::Clock;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::board::Board;
use crate::part::Part;
use crate::{headers, pages};

/// How long one request may take.
const REQUEST: Duration = Duration::from_secs(10);

/// The largest body a request may have, in bytes: nothing is read from one yet.
const BODY: usize = 16 * 1024;

/// One line of the list of commands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CommandLine {
    /// The name, without prefix or slash.
    pub name: String,
    /// What it does.
    pub description: String,
    /// The name with its arguments, as it follows a prefix: `prefix set <prefix>`.
    pub usage: String,
}

impl CommandLine {
    /// A command.
    pub fn new(name: impl Into<String>, description: impl Into<String>, usage: impl Into<String>) -> Self {
        Self { name: name.into(), description: description.into(), usage: usage.into() }
    }
}

/// The website, before it is served: who knows where everything runs describes it here.
pub struct Site {
    clock: Arc<dyn Clock>,
    origin: String,
    version: String,
    prefix: String,
    parts: Vec<Part>,
    commands: Vec<CommandLine>,
}

/// What handlers share.
pub(crate) struct Shared {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) origin: String,
    pub(crate) version: String,
    pub(crate) prefix: String,
    pub(crate) parts: Vec<Part>,
    pub(crate) commands: Vec<CommandLine>,
    pub(crate) board: Board,
}

impl Site {
    /// A site that people reach at `origin`, such as `https://casey.best`, without a slash at the end. With `https://`
    /// it also asks browsers never to come without TLS again.
    pub fn new(clock: Arc<dyn Clock>, origin: impl Into<String>) -> Self {
        Self {
            clock,
            origin: origin.into(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            prefix: ",".to_owned(),
            parts: Vec::new(),
            commands: Vec::new(),
        }
    }

    /// The version to show; without it, that of this crate.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// The default prefix of commands; without it, a comma.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Adds a part. They are shown in the order they are added, the website itself last.
    #[must_use]
    pub fn part(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// The commands people can type, in the order they are shown.
    #[must_use]
    pub fn commands(mut self, commands: impl IntoIterator<Item = CommandLine>) -> Self {
        self.commands = commands.into_iter().collect();
        self
    }

    /// The site as a service.
    pub fn router(self) -> Router {
        let tls = self.origin.starts_with("https://");
        let board =
            Board::new(self.clock.clone(), self.parts.iter().map(|part| part.probe.clone()).collect());
        let shared = Arc::new(Shared {
            clock: self.clock,
            origin: self.origin,
            version: self.version,
            prefix: self.prefix,
            parts: self.parts,
            commands: self.commands,
            board,
        });
        Router::new()
            .route("/", get(pages::home::home))
            .route("/healthz", get(pages::health::healthz))
            .route("/readyz", get(pages::health::readyz))
            .route("/favicon.svg", get(pages::assets::mark))
            .route(pages::assets::STYLE, get(pages::assets::style))
            .fallback(pages::problem::not_found)
            .method_not_allowed_fallback(pages::problem::wrong_method)
            .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, REQUEST))
            .layer(RequestBodyLimitLayer::new(BODY))
            .layer(CatchPanicLayer::custom(pages::problem::panicked))
            .layer(from_fn(move |request: Request, next: Next| async move {
                let mut response = next.run(request).await;
                headers::add(response.headers_mut(), tls);
                response
            }))
            .with_state(shared)
    }
}
