//! What this module says, by language. The sentences are in `locales/`.

use std::sync::Arc;

/// Generated from `locales/`: one function per sentence.
#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    dead_code,
    missing_docs,
    unreachable_pub,
    rust_2018_idioms,
    reason = "generated code"
)]
mod l10n {
    include!(concat!(env!("OUT_DIR"), "/l10n.rs"));
}

pub(crate) use l10n::L10nLanguage as Text;

/// All languages, loaded once.
#[derive(Clone)]
pub(crate) struct Texts {
    languages: Arc<[(l10n::L10n, Text)]>,
}

impl Texts {
    pub(crate) fn load() -> Self {
        let mut languages: Vec<_> = l10n::L10n::iter().map(|language| (*language, language.load())).collect();
        // English first: it stands in where a language is not spoken.
        languages.sort_by_key(|(language, _)| *language != l10n::L10n::default());
        Self { languages: languages.into() }
    }

    /// The sentences in the language closest to `tag`; English if there is none.
    pub(crate) fn in_language(&self, tag: &str) -> &Text {
        let wanted = l10n::L10n::langneg(tag);
        let found = self.languages.iter().find(|(language, _)| *language == wanted);
        // The list is made from the same enum, so it is never empty.
        &found.unwrap_or(&self.languages[0]).1
    }
}
