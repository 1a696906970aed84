//! What every page has around it.

#![allow(
    unreachable_pub,
    reason = "the macro writes `pub` for a component that a module beside this one uses"
)]

use leptos::prelude::*;

use crate::pages::assets::STYLE;

/// Where the source is.
pub(super) const SOURCE: &str = env!("CARGO_PKG_REPOSITORY");

/// A document with `title`, a way to skip to the content, and a foot.
#[component]
pub(super) fn Shell(
    #[prop(into)] title: String,
    #[prop(into)] description: String,
    /// Shown in the foot.
    #[prop(optional)]
    version: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="description" content=description/>
                <title>{title}</title>
                <link rel="icon" type="image/svg+xml" href="/favicon.svg"/>
                <link rel="stylesheet" href=STYLE/>
            </head>
            <body>
                <a class="skip" href="#content">"Skip to the content"</a>
                {children()}
                <footer class="foot wrap">
                    <p>
                        "Casey" {version.map(|version| format!(" {version}"))} " is free software under MIT or Apache-2.0. "
                        <a href=SOURCE>"Read the source"</a> "."
                    </p>
                </footer>
            </body>
        </html>
    }
}

/// The mark: a comma, which is Casey's prefix. Decoration: it says nothing that the text does not.
#[component]
pub(super) fn Mark(class: &'static str) -> impl IntoView {
    view! {
        <svg class=class viewBox="0 0 64 80" aria-hidden="true" focusable="false">
            <path d="M32 4a28 28 0 0 1 28 28c0 23-14 40-38 46 10-7 15.2-12.8 16-18.65A28 28 0 1 1 32 4z"/>
        </svg>
    }
}
