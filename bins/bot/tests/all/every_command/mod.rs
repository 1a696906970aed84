//! Every command there is, generated from the catalogue: whoever adds one adds a row to [`rows`], or these tests fail.

#![allow(clippy::unwrap_used)]

mod examples;
mod hostile;
mod place;
mod refusals;
mod rows;
mod same;
