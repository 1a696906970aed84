//! Views: pure and synchronous. No I/O, no clock, no shared state: a model in, HTML out.

pub(crate) mod home;
pub(crate) mod problem;
mod shell;
mod state;

use leptos::prelude::*;

/// Renders a whole document.
fn document<V: IntoView>(view: impl FnOnce() -> V) -> String {
    let owner = Owner::new();
    let html = owner.with(|| view().into_view().to_html());
    owner.unset_with_forced_cleanup();
    format!("<!DOCTYPE html>{html}")
}
