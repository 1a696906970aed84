//! A page that says what did not work, and the way back.

use leptos::prelude::*;

use super::document;
use super::shell::{Mark, Shell};

pub(crate) fn render(heading: &'static str, text: &'static str) -> String {
    document(|| {
        view! {
            <Shell title=format!("{heading} Casey") description=text>
                <main id="content" class="hero problem">
                    <div class="wrap">
                        <a class="home" href="/"><Mark class="mark"/>"Casey"</a>
                        <h1>{heading}</h1>
                        <p class="lead">{text}</p>
                        <p><a class="button" href="/">"To the first page"</a></p>
                    </div>
                </main>
            </Shell>
        }
    })
}
