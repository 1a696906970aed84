//! A state as text and shape, so that it needs no colour.

#![allow(
    unreachable_pub,
    reason = "the macro writes `pub` for a component that a module beside this one uses"
)]

use leptos::prelude::*;

use crate::part::State;

/// The shape and the word for a state; `None` is a part that this process cannot see.
#[component]
pub(super) fn Badge(state: Option<State>) -> impl IntoView {
    let (class, word) = match state {
        Some(State::Up) => ("badge up", "Works"),
        Some(State::Starting) => ("badge starting", "Starting"),
        Some(State::Down) => ("badge down", "Does not work"),
        None => ("badge unseen", "Not seen from here"),
    };
    let shape = match state {
        Some(State::Up) => view! { <circle cx="8" cy="8" r="7"/> }.into_any(),
        Some(State::Starting) => {
            view! { <circle class="line" cx="8" cy="8" r="6"/><path d="M8 2a6 6 0 0 1 0 12z"/> }.into_any()
        }
        Some(State::Down) => view! { <path d="M8 1l7.5 13.5h-15z"/> }.into_any(),
        None => view! { <circle class="line dashed" cx="8" cy="8" r="6"/> }.into_any(),
    };
    view! {
        <p class=class>
            <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">{shape}</svg>
            {word}
        </p>
    }
}
