//! Names of files: declared templates, never free text, and nothing a person could be known by.

use std::fmt::{self, Debug, Formatter, Write};

use casey_privacy::{StoreDecl, StoreKind};

use super::error::FilesError;

/// A declared prefix, such as `exports/<uuid>` or `evidence/<guild>/<case>/<uuid>`.
///
/// Its store has the kind [`StoreKind::ObjectPrefix`] and the template as its name: fixed words of `a-z`, `0-9` and `-`, and
/// `<guild>`, `<case>` (numbers), `<tag>` (a keyed hash of 128 bits) and `<uuid>` (random). It begins with a word and ends with
/// `<uuid>`, so that nobody guesses a name. There is no place for a person's id.
///
/// ```
/// use casey_data::{ObjectPrefix, Part};
/// use casey_privacy::{ColumnDecl, Retention, StoreDecl, StoreKind};
///
/// const EVIDENCE: &StoreDecl = &StoreDecl {
///     retention: Retention::Days(90),
///     columns: &[ColumnDecl::not_personal("file", "an example")],
///     ..StoreDecl::new(StoreKind::ObjectPrefix, "evidence/<guild>/<case>/<uuid>", "moderation")
/// };
/// let evidence = ObjectPrefix::declared(EVIDENCE)?;
/// let key = evidence.fresh(&[Part::Number(10), Part::Number(3)])?;
/// assert!(key.as_str().starts_with("evidence/10/3/"));
/// assert_eq!(evidence.read(key.as_str()), Some(key));
/// assert_eq!(evidence.read("evidence/10/3/../../exports/x"), None);
/// # Ok::<(), casey_data::FilesError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectPrefix {
    store: &'static StoreDecl,
}

/// What fills a place of a template other than `<uuid>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// For `<guild>` and `<case>`.
    Number(u64),
    /// For `<tag>`: a keyed hash, never an id itself.
    Tag([u8; 16]),
}

/// The name of one file. Only an [`ObjectPrefix`] makes one. Prints without its variable parts.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ObjectKey {
    template: &'static str,
    text: String,
}

impl ObjectKey {
    /// The whole name, such as `exports/0b9f…`. Whoever keeps it can find the file again with [`ObjectPrefix::read`].
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The template it follows.
    pub const fn template(&self) -> &'static str {
        self.template
    }
}

impl Debug for ObjectKey {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectKey({})", self.template)
    }
}

impl ObjectPrefix {
    /// The prefix that this declaration is of.
    ///
    /// # Errors
    ///
    /// [`FilesError::Template`] with what is wrong with the declaration.
    pub fn declared(store: &'static StoreDecl) -> Result<Self, FilesError> {
        match template_fault(store) {
            None => Ok(Self { store }),
            Some(why) => Err(FilesError::Template { template: store.name, why }),
        }
    }

    /// Its template.
    pub const fn template(self) -> &'static str {
        self.store.name
    }

    /// Its declaration.
    pub const fn store(self) -> &'static StoreDecl {
        self.store
    }

    /// A name that no file has yet: `parts` fill the places in order, chance the last.
    ///
    /// # Errors
    ///
    /// [`FilesError::Template`] if the parts do not fit the places, [`FilesError::NoRandomness`].
    pub fn fresh(self, parts: &[Part]) -> Result<ObjectKey, FilesError> {
        let template = self.template();
        let unfit = FilesError::Template { template, why: "the parts given do not fit its places" };
        let mut parts = parts.iter();
        let mut text = String::new();
        for place in template.split('/') {
            if !text.is_empty() {
                text.push('/');
            }
            // Writing to a string cannot fail.
            let _ = match place {
                "<uuid>" => write!(text, "{}", uuid()?),
                "<tag>" => match parts.next() {
                    Some(Part::Tag(tag)) => write!(text, "{:032x}", u128::from_be_bytes(*tag)),
                    _ => return Err(unfit),
                },
                "<guild>" | "<case>" => match parts.next() {
                    Some(Part::Number(number)) => write!(text, "{number}"),
                    _ => return Err(unfit),
                },
                word => write!(text, "{word}"),
            };
        }
        if parts.next().is_some() { Err(unfit) } else { Ok(ObjectKey { template, text }) }
    }

    /// The name of a file of this prefix, as it was kept; `None` for any other text.
    pub fn read(self, text: &str) -> Option<ObjectKey> {
        let template = self.template();
        let mut given = text.split('/');
        let fits = template.split('/').all(|place| given.next().is_some_and(|part| fits(place, part)));
        (fits && given.next().is_none()).then(|| ObjectKey { template, text: text.to_owned() })
    }

    /// Whether some name could belong to both.
    pub(super) fn overlaps(self, other: Self) -> bool {
        let (mine, theirs) = (self.template().split('/'), other.template().split('/'));
        let free = |place: &str| place.starts_with('<');
        mine.clone().count() == theirs.clone().count()
            && mine.zip(theirs).all(|(a, b)| a == b || free(a) || free(b))
    }
}

fn template_fault(store: &StoreDecl) -> Option<&'static str> {
    let places: Vec<_> = store.name.split('/').collect();
    let word = |place: &str| {
        !place.is_empty() && place.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let random = places.iter().filter(|place| **place == "<uuid>").count();
    if store.kind != StoreKind::ObjectPrefix {
        Some("its declaration is not of the kind ObjectPrefix")
    } else if !places.first().is_some_and(|first| word(first)) {
        Some("it has to begin with a word of a-z, 0-9 and -")
    } else if places.last() != Some(&"<uuid>") || random != 1 {
        Some("it has to end with <uuid>, and to hold no other")
    } else if !places
        .iter()
        .all(|place| word(place) || matches!(*place, "<uuid>" | "<guild>" | "<case>" | "<tag>"))
    {
        Some("its places may be words of a-z, 0-9 and -, <guild>, <case>, <tag> and <uuid>")
    } else {
        None
    }
}

fn fits(place: &str, part: &str) -> bool {
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    match place {
        "<uuid>" => {
            part.len() == 36
                && part.bytes().enumerate().all(|(at, byte)| match at {
                    8 | 13 | 18 | 23 => byte == b'-',
                    _ => hex(byte),
                })
        }
        "<tag>" => part.len() == 32 && part.bytes().all(hex),
        // As it is written, without signs or leading zeros: one number has one name.
        "<guild>" | "<case>" => part.parse::<u64>().is_ok_and(|number| number.to_string() == part),
        word => part == word,
    }
}

/// A random UUID (RFC 9562, version 4).
fn uuid() -> Result<String, FilesError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| FilesError::NoRandomness)?;
    let number = u128::from_be_bytes(bytes);
    let number = (number & !(0xf << 76) & !(0b11 << 62)) | (0x4 << 76) | (0b10 << 62);
    let hex = format!("{number:032x}");
    let mut text = String::with_capacity(36);
    for (at, digit) in hex.chars().enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const fn named(name: &'static str) -> StoreDecl {
        StoreDecl::new(StoreKind::ObjectPrefix, name, "test")
    }

    const EXPORTS: &StoreDecl = &named("exports/<uuid>");
    const EVIDENCE: &StoreDecl = &named("evidence/<guild>/<case>/<uuid>");
    const TAGGED: &StoreDecl = &named("u/<tag>/<uuid>");

    #[test]
    fn templates_that_say_too_much_or_too_little_are_refused() {
        const WRONG: &[StoreDecl] = &[
            named("exports/<user>/<uuid>"),
            named("exports/<user_id>/<uuid>"),
            named("exports/{uuid}"),
            named("exports"),
            named("exports/<uuid>/x"),
            named("<uuid>"),
            named("<guild>/<uuid>"),
            named("exports//<uuid>"),
            named("../<uuid>"),
            named("Exports/<uuid>"),
            named("/exports/<uuid>"),
            named("exports/<uuid>/<uuid>"),
            named(""),
            StoreDecl::new(StoreKind::Table, "exports/<uuid>", "test"),
        ];
        for store in WRONG {
            assert!(ObjectPrefix::declared(store).is_err(), "{}", store.name);
        }
    }

    #[test]
    fn names_are_random_and_read_back() {
        let prefix = ObjectPrefix::declared(EXPORTS).unwrap();
        let names: BTreeSet<_> = (0..100).map(|_| prefix.fresh(&[]).unwrap().as_str().to_owned()).collect();
        assert_eq!(names.len(), 100);
        for name in names {
            assert_eq!(prefix.read(&name).unwrap().as_str(), name);
            let uuid = name.strip_prefix("exports/").unwrap().as_bytes();
            assert_eq!(uuid[14], b'4');
            assert!(matches!(uuid[19], b'8' | b'9' | b'a' | b'b'));
        }
    }

    #[test]
    fn parts_have_to_fit_their_places() {
        let evidence = ObjectPrefix::declared(EVIDENCE).unwrap();
        let (number, tag) = (Part::Number(7), Part::Tag([0xab; 16]));
        assert!(evidence.fresh(&[number, number]).is_ok());
        for parts in [&[][..], &[number], &[number, tag], &[number, number, number]] {
            assert!(evidence.fresh(parts).is_err(), "{parts:?}");
        }
        let tagged = ObjectPrefix::declared(TAGGED).unwrap();
        let key = tagged.fresh(&[tag]).unwrap();
        assert!(key.as_str().starts_with("u/abababababababababababababababab/"));
        assert_eq!(format!("{key:?}"), "ObjectKey(u/<tag>/<uuid>)");
        assert_eq!(evidence.read(key.as_str()), None);
    }

    #[test]
    fn overlaps_are_seen() {
        const WORDS: &StoreDecl = &named("evidence/<guild>/open/<uuid>");
        let [exports, evidence, words] =
            [EXPORTS, EVIDENCE, WORDS].map(|s| ObjectPrefix::declared(s).unwrap());
        assert!(evidence.overlaps(words) && words.overlaps(evidence));
        assert!(!exports.overlaps(evidence));
    }

    proptest! {
        #[test]
        fn nothing_else_is_read(text in "(evidence/)?[0-9a-f./<>%-]{0,60}") {
            let evidence = ObjectPrefix::declared(EVIDENCE).unwrap();
            if let Some(key) = evidence.read(&text) {
                prop_assert!(!key.as_str().contains("..") && key.as_str().split('/').count() == 4);
            }
        }
    }
}
