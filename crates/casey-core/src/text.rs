//! What Casey says, by language. The sentences are in `locales/`.

use std::sync::Arc;

use crate::call::Call;

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

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Texts").field("languages", &self.languages.len()).finish()
    }
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

    pub(crate) fn of(&self, call: &Call) -> &Text {
        self.in_language(call.language())
    }

    /// Tags of the languages Casey speaks, with their names in themselves.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&str, &'static str)> {
        self.languages.iter().map(|(language, _)| (language.as_ref(), language.language_name()))
    }

    /// The name of a language in itself; the tag if Casey does not speak it.
    pub(crate) fn name<'t>(&self, tag: &'t str) -> &'t str {
        self.names().find(|(known, _)| *known == tag).map_or(tag, |(_, name)| name)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::{fs, path::Path};

    /// The sources of this crate, joined.
    fn sources(folder: &Path, into: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, into);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                into.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }

    #[test]
    fn every_sentence_is_said_somewhere() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut code = String::new();
        sources(&root.join("src"), &mut code);
        let sentences = fs::read_to_string(root.join("locales/en/core.ftl")).unwrap();
        let keys = sentences.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        for key in keys.map(|line| line.split(' ').next().unwrap()).filter(|key| *key != "language-name") {
            let function = format!("msg_{}(", key.replace('-', "_"));
            assert!(code.contains(&function), "{key} is never said");
        }
    }
}
