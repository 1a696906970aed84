//! Health and metrics over HTTP, for whoever watches the bot from outside.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::State as Extract,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use casey_core::{Bot, Clock, Directory, JobCounts, JobStore, Timestamp};
use casey_data::{Database, Resilient};
use casey_discord::Counts;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{
    error::BotError,
    files::Watch,
    metrics::{self, Meters, Process, Reading},
};

/// What is looked at.
pub(crate) struct State {
    pub(crate) database: Database,
    pub(crate) counts: Arc<Counts>,
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) redis: Option<Arc<Resilient>>,
    pub(crate) files: Watch,
    pub(crate) jobs: Arc<dyn JobStore>,
    pub(crate) bot: Bot,
    pub(crate) meters: Arc<Meters>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) started: Timestamp,
}

impl State {
    /// Jobs, and how long the oldest is overdue.
    async fn jobs(&self) -> Option<(JobCounts, Duration)> {
        let counts = self.jobs.counts().await.ok()?;
        Some((counts, counts.next.map_or(Duration::ZERO, |next| self.clock.now().since(next))))
    }

    async fn read(&self) -> Reading {
        let (database, jobs) = tokio::join!(self.database.ping(), self.jobs());
        Reading {
            process: Process::now(),
            started: self.started,
            database_up: database.is_ok(),
            files_up: self.files.well(),
            jobs,
            gateway: self.counts.now(),
            guilds: self.directory.guild_count(),
            lane_bytes: self.bot.waiting_bytes(),
            usage_waiting: self.database.usage_store().waiting(),
            usage_dropped: self.database.usage_store().dropped(),
            redis: self.redis.as_ref().map(|redis| (redis.healthy(), redis.counts())),
        }
    }
}

/// The listener; it goes when this is dropped.
pub(crate) struct Health {
    address: SocketAddr,
    watched: Arc<OnceLock<State>>,
    task: JoinHandle<()>,
}

impl Drop for Health {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Health {
    /// Listens, if there is an address to listen on. Until [`watch`](Self::watch) nothing is ready.
    pub(crate) async fn listen(address: Option<SocketAddr>) -> Result<Option<Self>, BotError> {
        let Some(address) = address else { return Ok(None) };
        let refused = |reason| BotError::Listen { address, reason };
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let watched = Arc::<OnceLock<State>>::default();
        let router = router(Arc::clone(&watched));
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "metrics and health are no longer served");
            }
        });
        Ok(Some(Self { address, watched, task }))
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Tells what is to be looked at. Only the first call counts.
    pub(crate) fn watch(&self, state: State) {
        let _ = self.watched.set(state);
    }
}

type Watched = Extract<Arc<OnceLock<State>>>;

fn router(watched: Arc<OnceLock<State>>) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(prometheus))
        .fallback(|| async { (StatusCode::NOT_FOUND, "here are /healthz, /readyz and /metrics\n") })
        .with_state(watched)
}

/// Redis is gone, and the bot goes on with its own memory: said, but no reason to take the bot out of service.
const AWAY: &str = "away; going on in memory";

/// No file can be written: what needs one fails, everything else works.
const NO_FILES: &str = "cannot be written";

/// One dependency and how it is.
type Dependency = (&'static str, Result<(), &'static str>);

async fn dependencies(watched: &OnceLock<State>) -> Vec<Dependency> {
    let Some(state) = watched.get() else {
        return vec![("database", Err("starting")), ("discord", Err("starting"))];
    };
    let database = state.database.ping().await.map_err(|_| "does not answer");
    let discord = if state.counts.is_ready() { Ok(()) } else { Err("not every shard is connected") };
    let mut dependencies = vec![("database", database), ("discord", discord)];
    if let Some(redis) = &state.redis {
        dependencies.push(("redis", if redis.healthy() { Ok(()) } else { Err(AWAY) }));
    }
    dependencies.push(("files", if state.files.well() { Ok(()) } else { Err(NO_FILES) }));
    dependencies
}

/// Whether the process works: always, as long as it answers.
async fn healthz(Extract(watched): Watched) -> impl IntoResponse {
    Json(body("ok", &dependencies(&watched).await))
}

/// Whether everything the bot needs is there.
async fn readyz(Extract(watched): Watched) -> impl IntoResponse {
    let dependencies = dependencies(&watched).await;
    if dependencies.iter().all(|(_, state)| matches!(state, Ok(()) | Err(AWAY | NO_FILES))) {
        (StatusCode::OK, Json(body("ok", &dependencies)))
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, Json(body("unavailable", &dependencies)))
    }
}

fn body(status: &str, dependencies: &[Dependency]) -> Value {
    let dependencies: serde_json::Map<_, _> = dependencies
        .iter()
        .map(|(name, state)| ((*name).to_owned(), json!(state.err().unwrap_or("ok"))))
        .collect();
    json!({ "status": status, "dependencies": dependencies })
}

async fn prometheus(Extract(watched): Watched) -> impl IntoResponse {
    let text = match watched.get() {
        None => metrics::text(None, &Meters::default()),
        Some(state) => metrics::text(Some(&state.read().await), &state.meters),
    };
    ([(header::CONTENT_TYPE, metrics::TYPE)], text)
}
