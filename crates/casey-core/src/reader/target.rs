//! How people write users, roles and channels: mentions, ids, links and names.

/// What a word points at, judged by its looks alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target<'w> {
    /// `<@1>` or `<@!1>`
    User(u64),
    /// `<@&1>`
    Role(u64),
    /// `<#1>`, or a link to a channel or a message in it; with the server that the link names.
    Channel { id: u64, guild: Option<u64> },
    /// A bare id, of what it does not say.
    Id(u64),
    /// `@everyone`
    Everyone,
    /// A name, with the `@` or `#` it was written with.
    Named { sigil: Option<char>, name: &'w str },
    /// Nothing that could be looked up.
    Nothing,
}

/// Longest name of anything on Discord, in characters.
const LONGEST_NAME: usize = 100;

impl<'w> Target<'w> {
    /// Judges a word. Bare numbers too short for an id and bare words that begin with dashes are not taken for names;
    /// in quotes, or behind `@` or `#`, they are.
    pub(crate) fn of(word: &'w str, quoted: bool) -> Self {
        if let Some(inner) = word.strip_prefix('<').and_then(|word| word.strip_suffix('>')) {
            return Self::mention(inner);
        }
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            match (word.len(), quoted) {
                (17..=20, _) => return id(word).map_or(Self::Nothing, Self::Id),
                (_, false) => return Self::Nothing,
                _ => {}
            }
        }
        match word {
            "@everyone" => return Self::Everyone,
            "@here" => return Self::Nothing,
            _ => {}
        }
        if word.starts_with("https://") {
            return Self::link(word).unwrap_or(Self::Nothing);
        }
        let sigil = word.chars().next().filter(|c| matches!(c, '@' | '#'));
        let name = word.strip_prefix(['@', '#']).unwrap_or(word).trim();
        let plausible = !name.is_empty()
            && !name.chars().any(char::is_control)
            && name.chars().nth(LONGEST_NAME).is_none()
            && (quoted || super::flags::dashed(word).is_none());
        if plausible { Self::Named { sigil, name } } else { Self::Nothing }
    }

    fn mention(inner: &str) -> Self {
        if let Some(digits) = inner.strip_prefix("@&") {
            return id(digits).map_or(Self::Nothing, Self::Role);
        }
        if let Some(digits) = inner.strip_prefix("@!").or_else(|| inner.strip_prefix('@')) {
            return id(digits).map_or(Self::Nothing, Self::User);
        }
        let channel = inner.strip_prefix('#').and_then(id);
        channel.map_or(Self::Nothing, |id| Self::Channel { id, guild: None })
    }

    /// Reads `https://discord.com/channels/server/channel`, with or without a message.
    fn link(word: &str) -> Option<Self> {
        let (host, path) = word.strip_prefix("https://")?.split_once("/channels/")?;
        let host = host.strip_prefix("ptb.").or_else(|| host.strip_prefix("canary.")).unwrap_or(host);
        if !matches!(host, "discord.com" | "discordapp.com") {
            return None;
        }
        let mut parts = path.trim_end_matches('/').split('/');
        let guild = id(parts.next()?)?;
        let channel = id(parts.next()?)?;
        let message = parts.next().is_none_or(|part| id(part).is_some());
        (message && parts.next().is_none()).then_some(Self::Channel { id: channel, guild: Some(guild) })
    }
}

/// Whether a word, even one that cannot be found, was surely meant for a person.
pub(super) fn is_meant_for_a_user(word: &str) -> bool {
    if word.starts_with("<@") && !word.starts_with("<@&") {
        return true;
    }
    let digits = word.len() >= 17 && word.bytes().all(|byte| byte.is_ascii_digit());
    digits || matches!(Target::of(word, false), Target::Named { sigil: Some('@'), .. })
}

/// Digits alone, not zero, within 64 bits.
fn id(digits: &str) -> Option<u64> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|&id| plain && id != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_are_read() {
        assert_eq!(Target::of("<@12>", false), Target::User(12));
        assert_eq!(Target::of("<@!12>", false), Target::User(12));
        assert_eq!(Target::of("<@&12>", false), Target::Role(12));
        assert_eq!(Target::of("<#12>", false), Target::Channel { id: 12, guild: None });
    }

    #[test]
    fn malformed_mentions_are_nothing() {
        for word in ["<@0>", "<@>", "<@-1>", "<@+1>", "<@&>", "<#x>", "<>", "<:emoji:1>", "<@ 1>"] {
            assert_eq!(Target::of(word, false), Target::Nothing, "{word}");
        }
        assert_eq!(Target::of(&format!("<@{}>", "9".repeat(30)), false), Target::Nothing);
        assert_eq!(Target::of("00000000000000000", false), Target::Nothing);
        assert_eq!(Target::of("99999999999999999999", false), Target::Nothing);
    }

    #[test]
    fn ids_and_numbers_differ() {
        assert_eq!(Target::of("123456789012345678", false), Target::Id(123_456_789_012_345_678));
        assert_eq!(Target::of("5", false), Target::Nothing);
        assert_eq!(Target::of("5", true), Target::Named { sigil: None, name: "5" });
        assert_eq!(Target::of("@5", false), Target::Named { sigil: Some('@'), name: "5" });
    }

    #[test]
    fn links_name_server_and_channel() {
        let channel = Target::Channel { id: 2, guild: Some(1) };
        assert_eq!(Target::of("https://discord.com/channels/1/2", false), channel);
        assert_eq!(Target::of("https://ptb.discord.com/channels/1/2/3", false), channel);
        for word in
            ["https://discord.com/channels/@me/2", "https://example.com/channels/1/2", "https://discord.com"]
        {
            assert_eq!(Target::of(word, false), Target::Nothing, "{word}");
        }
    }

    #[test]
    fn words_are_names_unless_they_cannot_be() {
        assert_eq!(Target::of("@Bob", false), Target::Named { sigil: Some('@'), name: "Bob" });
        assert_eq!(Target::of("#general", false), Target::Named { sigil: Some('#'), name: "general" });
        for word in ["", "@", "@here", "--bob", "a\u{0}b"] {
            assert_eq!(Target::of(word, false), Target::Nothing, "{word:?}");
        }
        assert_eq!(Target::of(&"x".repeat(101), false), Target::Nothing);
    }

    #[test]
    fn a_bad_mention_is_still_meant_for_someone() {
        assert!(is_meant_for_a_user("<@0>"));
        assert!(is_meant_for_a_user("@bob"));
        assert!(is_meant_for_a_user("123456789012345678"));
        assert!(!is_meant_for_a_user("@everyone"));
        assert!(!is_meant_for_a_user("bob"));
        assert!(!is_meant_for_a_user("5"));
    }
}
