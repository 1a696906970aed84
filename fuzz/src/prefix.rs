use casey_core::{Prefix, PrefixBook, PrefixEntry};
use twilight_model::id::{
    Id,
    marker::{GuildMarker, UserMarker},
};

const ME: Id<UserMarker> = Id::new(100_000_000_000_000_000);
const ALICE: Id<UserMarker> = Id::new(100_000_000_000_000_001);
const BOB: Id<UserMarker> = Id::new(100_000_000_000_000_002);
const GUILD: Id<GuildMarker> = Id::new(100_000_000_000_000_009);

/// Prefixes. The first line is one that a server sets, or Alice for herself, the rest a message.
pub fn prefix(data: &[u8]) {
    let text = crate::text(data);
    let (wanted, said) = text.split_once('\n').unwrap_or((&text, ""));
    let book = PrefixBook::new(Prefix::comma(), ME);
    within(&book, said);
    let Ok(prefix) = Prefix::new(wanted) else { return };
    let shown = prefix.as_str();
    assert!((1..=Prefix::MAX_LENGTH).contains(&shown.chars().count()), "{shown:?}");
    assert!(!shown.contains(|c: char| c.is_whitespace() || c.is_control() || c == '`'), "{shown:?}");
    assert_eq!(Prefix::new(shown).as_ref(), Ok(&prefix), "a prefix stays one");

    let typed = format!("{prefix}{said}");
    book.write([PrefixEntry::Guild(GUILD, vec![prefix.clone()])]);
    assert_eq!(book.strip(&typed, Some(GUILD), BOB), Some(said.trim_start()), "{typed:?}");
    assert_eq!(book.shown(Some(GUILD)), prefix);
    within(&book, said);
    book.write([PrefixEntry::Guild(GUILD, Vec::new())]);
    assert_eq!(book.shown(Some(GUILD)), Prefix::comma(), "what is gone is gone");

    book.write([PrefixEntry::User(ALICE, vec![prefix])]);
    assert!(book.strip(&typed, Some(GUILD), ALICE).is_some(), "{typed:?} is hers");
    within(&book, said);
}

/// Whatever is taken off a message is its beginning, and a mention always is.
fn within(book: &PrefixBook, said: &str) {
    for (guild, who) in [(Some(GUILD), ALICE), (Some(GUILD), BOB), (None, ALICE)] {
        if let Some(rest) = book.strip(said, guild, who) {
            assert!(said.ends_with(rest) && rest.len() < said.len(), "{rest:?} of {said:?}");
        }
        let mentioned = format!("<@{ME}>{said}");
        // People write “@Casey, help”.
        let rest = said.trim_start().trim_start_matches([',', ':']).trim_start();
        assert_eq!(book.strip(&mentioned, guild, who), Some(rest), "{mentioned:?}");
        assert!(book.by_mention(&mentioned), "{mentioned:?}");
    }
}
