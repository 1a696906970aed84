//! Command prefixes: what one may be, and which of them a message begins with.

use std::{
    collections::HashMap,
    fmt::{self, Display, Formatter},
    sync::{Arc, RwLock},
};

use twilight_model::id::{
    Id,
    marker::{GuildMarker, UserMarker},
};

use crate::{escape, ports::PrefixEntry};

/// A prefix in front of commands: one to ten visible characters, without white space, backticks, `@`, `#`, `<`, `>` and `/` at the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Prefix(String);

/// Why a text cannot be a prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrefixError {
    /// There is nothing in it.
    #[error("a prefix has at least one character")]
    Empty,
    /// It has more than ten characters.
    #[error("a prefix has at most {max} characters", max = Prefix::MAX_LENGTH)]
    TooLong,
    /// It has white space, a backtick or an invisible character in it.
    #[error("a prefix has no spaces, backticks or invisible characters in it")]
    Character,
    /// It begins like a mention, a channel, an emoji or a slash command.
    #[error("a prefix does not begin with @, #, <, > or /, which Discord uses itself")]
    Beginning,
}

impl Prefix {
    /// Characters at most.
    pub const MAX_LENGTH: usize = 10;

    /// Reads a prefix; white space around it is dropped.
    ///
    /// # Errors
    ///
    /// [`PrefixError`] says which rule is broken.
    pub fn new(text: &str) -> Result<Self, PrefixError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(PrefixError::Empty);
        }
        if text.starts_with(['@', '#', '<', '>', '/']) {
            return Err(PrefixError::Beginning);
        }
        if text.chars().count() > Self::MAX_LENGTH {
            return Err(PrefixError::TooLong);
        }
        let unseen = |c: char| escape::is_invisible(c) && !escape::joins(c);
        let begins_unseen = text.starts_with(escape::joins);
        if begins_unseen || text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '`' || unseen(c))
        {
            return Err(PrefixError::Character);
        }
        Ok(Self(text.to_owned()))
    }

    /// Casey's own default.
    pub fn comma() -> Self {
        Self(",".to_owned())
    }

    /// The prefix.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Display for Prefix {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// All prefixes that differ from the default, held in memory, so that looking at a message costs no wait.
///
/// Declared in the privacy inventory as [`PREFIX_BOOK`](crate::privacy::PREFIX_BOOK): it mirrors rows of the database and lives as long as they.
#[derive(Debug)]
pub struct PrefixBook {
    default: Prefix,
    mentions: [String; 2],
    pages: RwLock<Pages>,
}

#[derive(Debug, Default)]
struct Pages {
    guilds: HashMap<Id<GuildMarker>, Arc<[Prefix]>>,
    users: HashMap<Id<UserMarker>, Arc<[Prefix]>>,
}

impl PrefixBook {
    /// A book that knows the default and Casey's own mention, which is always a prefix.
    pub fn new(default: Prefix, me: Id<UserMarker>) -> Self {
        Self { default, mentions: [format!("<@{me}>"), format!("<@!{me}>")], pages: RwLock::default() }
    }

    /// Casey's default prefix.
    pub const fn default_prefix(&self) -> &Prefix {
        &self.default
    }

    /// Writes or replaces entries; an empty list removes one.
    pub fn write(&self, entries: impl IntoIterator<Item = PrefixEntry>) {
        let mut pages = self.pages.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        for entry in entries {
            match entry {
                PrefixEntry::Guild(guild, prefixes) if prefixes.is_empty() => {
                    pages.guilds.remove(&guild);
                }
                PrefixEntry::Guild(guild, prefixes) => {
                    pages.guilds.insert(guild, prefixes.into());
                }
                PrefixEntry::User(user, prefixes) if prefixes.is_empty() => {
                    pages.users.remove(&user);
                }
                PrefixEntry::User(user, prefixes) => {
                    pages.users.insert(user, prefixes.into());
                }
            }
        }
    }

    /// The prefixes a server's members use there: its own, or the default.
    pub fn of_guild(&self, guild: Id<GuildMarker>) -> Vec<Prefix> {
        let pages = self.pages.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        pages.guilds.get(&guild).map_or_else(|| vec![self.default.clone()], |own| own.to_vec())
    }

    /// The prefix to show in examples for a place: the server's first, or the default.
    pub fn shown(&self, guild: Option<Id<GuildMarker>>) -> Prefix {
        let pages = self.pages.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        guild
            .and_then(|guild| pages.guilds.get(&guild))
            .and_then(|own| own.first().cloned())
            .unwrap_or_else(|| self.default.clone())
    }

    /// Whether a text begins with Casey's mention.
    pub fn by_mention(&self, text: &str) -> bool {
        let text = text.trim_start();
        self.mentions.iter().any(|mention| text.starts_with(mention.as_str()))
    }

    /// What follows the prefix, if `text` begins with one that counts for this person in this place: Casey's mention, a prefix of the
    /// person, one of the server, or the default where the server has none. In direct messages the default counts. Of several the longest
    /// is taken, so that `!!ping` is not read as `!` with a command `!ping`.
    pub fn strip<'t>(
        &self,
        text: &'t str,
        guild: Option<Id<GuildMarker>>,
        user: Id<UserMarker>,
    ) -> Option<&'t str> {
        let text = text.trim_start();
        if text.is_empty() {
            return None;
        }
        for mention in &self.mentions {
            if let Some(rest) = text.strip_prefix(mention.as_str()) {
                // People write “@Casey, help” as they would to a person.
                return Some(rest.trim_start().trim_start_matches([',', ':']).trim_start());
            }
        }
        let pages = self.pages.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let personal = pages.users.get(&user).map_or(&[][..], |own| &own[..]);
        let server = guild
            .and_then(|guild| pages.guilds.get(&guild))
            .map_or_else(|| std::slice::from_ref(&self.default), |own| &own[..]);
        let fitting = personal.iter().chain(server).filter_map(|prefix| {
            strip_one(text, prefix.as_str()).map(|rest| (prefix.as_str().chars().count(), rest))
        });
        fitting.max_by_key(|(length, _)| *length).map(|(_, rest)| rest)
    }
}

/// Letters are compared without case, so that `Casey help` works where `casey` is the prefix.
fn strip_one<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    if let Some(rest) = text.strip_prefix(prefix) {
        return Some(rest.trim_start());
    }
    let mut rest = text.chars();
    for wanted in prefix.chars() {
        let found = rest.next()?;
        if found != wanted && !found.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    Some(rest.as_str().trim_start())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const GUILD: Id<GuildMarker> = Id::new(10);
    const ALICE: Id<UserMarker> = Id::new(20);
    const ME: Id<UserMarker> = Id::new(30);

    fn book() -> PrefixBook {
        PrefixBook::new(Prefix::new(",").unwrap(), ME)
    }

    fn prefixes(texts: &[&str]) -> Vec<Prefix> {
        texts.iter().map(|text| Prefix::new(text).unwrap()).collect()
    }

    #[test]
    fn what_may_be_a_prefix() {
        assert_eq!(Prefix::new("\u{fe0f}"), Err(PrefixError::Character));
        for good in ["❤\u{fe0f}", "!", ",", "casey", "!!", "§", "🎵", "a-b", "é"] {
            assert!(Prefix::new(good).is_ok(), "{good}");
        }
        assert_eq!(Prefix::new(" "), Err(PrefixError::Empty));
        assert_eq!(Prefix::new("12345678901"), Err(PrefixError::TooLong));
        assert_eq!(Prefix::new("a b"), Err(PrefixError::Character));
        assert_eq!(Prefix::new("`"), Err(PrefixError::Character));
        assert_eq!(Prefix::new("\u{200b}"), Err(PrefixError::Character));
        assert_eq!(Prefix::new("@everyone"), Err(PrefixError::Beginning));
        assert_eq!(Prefix::new("/"), Err(PrefixError::Beginning));
    }

    #[test]
    fn the_default_counts_until_a_server_sets_its_own() {
        let book = book();
        assert_eq!(book.strip(",ping", Some(GUILD), ALICE), Some("ping"));
        book.write([PrefixEntry::Guild(GUILD, prefixes(&["!", "!!"]))]);
        assert_eq!(book.strip(",ping", Some(GUILD), ALICE), None);
        assert_eq!(book.strip("!!ping", Some(GUILD), ALICE), Some("ping"));
        assert_eq!(book.strip("! ping x", Some(GUILD), ALICE), Some("ping x"));
        assert_eq!(book.strip(",ping", None, ALICE), Some("ping"));
        book.write([PrefixEntry::Guild(GUILD, Vec::new())]);
        assert_eq!(book.strip(",ping", Some(GUILD), ALICE), Some("ping"));
    }

    #[test]
    fn a_mention_and_ones_own_prefix_always_count() {
        let book = book();
        book.write([PrefixEntry::User(ALICE, prefixes(&["casey"]))]);
        assert_eq!(book.strip("<@30> help", Some(GUILD), ALICE), Some("help"));
        assert_eq!(book.strip("<@!30>help", None, ALICE), Some("help"));
        assert_eq!(book.strip("<@30>, help", None, ALICE), Some("help"));
        assert_eq!(book.strip("<@30> ,help", None, ALICE), Some("help"));
        assert_eq!(book.strip("Casey help", Some(GUILD), ALICE), Some("help"));
        assert_eq!(book.strip("Casey help", Some(GUILD), ME), None);
    }

    #[test]
    fn the_longest_prefix_counts_whoever_set_it() {
        let book = book();
        book.write([
            PrefixEntry::User(ALICE, prefixes(&["!", "c"])),
            PrefixEntry::Guild(GUILD, prefixes(&["!!", "casey"])),
        ]);
        assert_eq!(book.strip("!!ping", Some(GUILD), ALICE), Some("ping"));
        assert_eq!(book.strip("casey ping", Some(GUILD), ALICE), Some("ping"));
        assert_eq!(book.strip("!ping", Some(GUILD), ALICE), Some("ping"));
    }

    #[test]
    fn prefixes_keep_the_order_they_were_set_in() {
        let book = book();
        book.write([PrefixEntry::Guild(GUILD, prefixes(&[",", "?", "casey"]))]);
        assert_eq!(book.shown(Some(GUILD)).as_str(), ",");
        assert_eq!(book.of_guild(GUILD), prefixes(&[",", "?", "casey"]));
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in ".*", prefix in ".{0,12}") {
            let book = book();
            if let Ok(prefix) = Prefix::new(&prefix) {
                let typed = format!("{prefix}{text}");
                book.write([PrefixEntry::Guild(GUILD, vec![prefix])]);
                proptest::prop_assert_eq!(book.strip(&typed, Some(GUILD), ALICE), Some(text.trim_start()));
            }
            let _ = book.strip(&text, Some(GUILD), ALICE);
        }
    }
}
