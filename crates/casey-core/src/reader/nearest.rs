//! Finds what a mistyped word was probably meant to be.

/// The candidate nearest to `word`, if it is near enough to be a typo of it.
///
/// Measured by Damerau–Levenshtein distance without regard to case, so that two swapped letters count as one slip.
/// Up to two characters allow no slip, up to five one, up to eight two, longer words three. The first of several
/// equally near candidates is taken.
///
/// ```
/// # use casey_core::reader::nearest;
/// assert_eq!(nearest("pign", ["help", "ping"]), Some("ping"));
/// assert_eq!(nearest("dance", ["help", "ping"]), None);
/// ```
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let length = word.chars().count();
    let word = (length <= LONGEST).then(|| word.to_lowercase())?;
    let mut best: Option<(usize, &'c str)> = None;
    for candidate in candidates {
        let other = candidate.chars().count();
        let allowed = slips(length.max(other));
        if length.abs_diff(other) > allowed {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&word, &candidate.to_lowercase());
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Longer words are no typo of a name; names on Discord have at most 100 characters.
const LONGEST: usize = 103;

fn slips(length: usize) -> usize {
    match length {
        0..=2 => 0,
        3..=5 => 1,
        6..=8 => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_swap_is_one_slip() {
        assert_eq!(nearest("pnig", ["ping"]), Some("ping"));
        assert_eq!(nearest("PIGN", ["ping"]), Some("ping"));
    }

    #[test]
    fn the_nearest_wins_and_the_first_of_equals() {
        assert_eq!(nearest("recen", ["resent", "recent"]), Some("recent"));
        assert_eq!(nearest("tap", ["top", "tab"]), Some("top"));
    }

    #[test]
    fn short_words_must_be_right() {
        assert_eq!(nearest("mf", ["fm"]), None);
        assert_eq!(nearest("FM", ["fm"]), Some("fm"));
        assert_eq!(nearest("", ["fm"]), None);
    }

    #[test]
    fn far_and_huge_words_have_none() {
        assert_eq!(nearest("elephant", ["ping"]), None);
        assert_eq!(nearest(&"p".repeat(100_000), ["ping"]), None);
    }
}
