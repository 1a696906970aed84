//! `/`: what runs where.

use std::sync::Arc;

use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::Response;

use crate::board::Reading;
use crate::part::Part;
use crate::site::Shared;
use crate::views::home::{Home, Seen, Shown, render};
use crate::words::{ago, lasting, moment};

pub(crate) async fn home(Extract(shared): Extract<Arc<Shared>>) -> Response {
    let readings = shared.board.look().await;
    super::page(StatusCode::OK, render(model(&shared, &readings)))
}

fn model(shared: &Shared, readings: &[Option<Reading>]) -> Home {
    let parts =
        shared.parts.iter().zip(readings).map(|(part, reading)| shown(shared, part, reading.as_ref()));
    let website = Shown {
        name: "website".to_owned(),
        title: "This website".to_owned(),
        about: "Shows this page. It runs no script, sets no cookie and asks nobody else for anything."
            .to_owned(),
        place: "in this process".to_owned(),
        address: Some(shared.origin.clone()),
        seen: Some(Seen::website()),
    };
    Home {
        version: shared.version.clone(),
        prefix: shared.prefix.clone(),
        parts: parts.chain([website]).collect(),
        commands: shared.commands.clone(),
    }
}

fn shown(shared: &Shared, part: &Part, reading: Option<&Reading>) -> Shown {
    let now = shared.clock.now();
    Shown {
        name: part.name.clone(),
        title: part.title.clone(),
        about: part.about.clone(),
        place: part.place.clone(),
        address: part.address.clone(),
        seen: reading.map(|Reading { health, at }| Seen {
            state: health.state,
            says: health.says.clone(),
            since: health.since.map(|since| (since.to_string(), moment(since), lasting(now.since(since)))),
            figures: health.figures.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            read: Some((at.to_string(), ago(now.since(*at)))),
        }),
    }
}
