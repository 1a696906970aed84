//! Tokens and ids reach no span and no event, if the log filter ends as it has to.

#![allow(clippy::unwrap_used)]

use std::{
    fmt::{Debug, Write as _},
    sync::{Arc, Mutex},
};

use casey_core::{Effect, InteractionRef, Reply};
use casey_discord::LOG_DIRECTIVES;
use casey_sim::Sim;
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

/// Keeps every field of everything.
#[derive(Clone, Default)]
struct Everything(Arc<Mutex<String>>);

impl Visit for Everything {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = writeln!(self.0.lock().unwrap(), "{field}={value:?}");
    }
}

impl Subscriber for Everything {
    /// What a filter of `trace` lets through that ends with the directives.
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // The client below twilight traces its sockets byte by byte.
        if metadata.target().starts_with("hyper") || metadata.target().starts_with("h2") {
            return false;
        }
        let mut directives =
            LOG_DIRECTIVES.split(',').filter_map(|directive| directive.strip_suffix("=warn"));
        let held_back = directives.any(|target| metadata.target().split("::").next() == Some(target));
        !held_back || *metadata.level() <= Level::WARN
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn nothing_secret_is_traced() {
    let everything = Everything::default();
    tracing::subscriber::set_global_default(everything.clone()).unwrap();
    let sim = Sim::start(crate::common::world()).await.unwrap();
    let connected = crate::common::connected(&sim).await;
    let interaction = InteractionRef { id: twilight_model::id::Id::new(987_654_321), token: "sesame".into() };
    let effect = Effect::Amend { interaction, message: Reply::text("what was said") };
    assert!(connected.discord().perform(effect).await.is_err());
    tracing::info!(marker = "seen", "the subscriber works");
    let traced = everything.0.lock().unwrap().clone();
    assert!(traced.contains("seen"));
    for secret in ["sesame", "987654321", "what was said", crate::common::TOKEN] {
        let line = traced.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} was traced");
    }
}
