//! Which shards this process runs.

/// The shards of this process (Discord docs, "Gateway", "Sharding").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shards {
    /// As many as Discord recommends, all in this process.
    #[default]
    Auto,
    /// This many, all in this process; at least 1.
    Count(u32),
    /// Those from `from` up to but without `to`, of `total`; `from < to <= total`.
    Range {
        /// The first.
        from: u32,
        /// One past the last.
        to: u32,
        /// How many there are in all processes together.
        total: u32,
    },
}

impl Shards {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text == "auto" {
            return Some(Self::Auto);
        }
        let Some((range, total)) = text.split_once('/') else {
            return number(text).filter(|&count| count > 0).map(Self::Count);
        };
        let (from, to) = range.split_once("..")?;
        let (from, to, total) = (number(from)?, number(to)?, number(total)?);
        (from < to && to <= total).then_some(Self::Range { from, to, total })
    }
}

/// Digits only: `u32::from_str` would accept a plus sign.
fn number(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::Shards;

    #[test]
    fn the_end_is_exclusive() {
        assert_eq!(Shards::parse("0..4/16"), Some(Shards::Range { from: 0, to: 4, total: 16 }));
        assert_eq!(Shards::parse("12..16/16"), Some(Shards::Range { from: 12, to: 16, total: 16 }));
        assert_eq!(Shards::parse("12..17/16"), None);
        assert_eq!(Shards::parse("4..4/16"), None);
    }

    #[test]
    fn counts_and_nonsense() {
        assert_eq!(Shards::parse("auto"), Some(Shards::Auto));
        assert_eq!(Shards::parse("4"), Some(Shards::Count(4)));
        for text in ["0", "-1", "+4", "", "..", "/", "0..4", "0..4/", "a..b/c", "99999999999"] {
            assert_eq!(Shards::parse(text), None, "{text}");
        }
    }
}
