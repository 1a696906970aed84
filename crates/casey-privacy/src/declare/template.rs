//! Templates of cache keys: literals and `{placeholders}` between colons.

/// Whether some key could be made from both templates.
///
/// Parts never hold a colon (see [`key_part`](super::private::key_part)), so segments compare one by one: two
/// literals must be equal, and a placeholder may become anything.
pub(crate) fn templates_overlap(left: &str, right: &str) -> bool {
    let (left, right): (Vec<_>, Vec<_>) = (left.split(':').collect(), right.split(':').collect());
    left.len() == right.len()
        && left
            .iter()
            .zip(&right)
            .all(|(left, right)| left == right || is_placeholder(left) || is_placeholder(right))
}

fn is_placeholder(segment: &str) -> bool {
    segment.starts_with('{') && segment.ends_with('}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlap_is_judged_by_segment() {
        assert!(templates_overlap("casey:e:cd:{user}", "casey:e:cd:{guild}"));
        assert!(templates_overlap("casey:e:{a}:x", "casey:e:cd:{b}"));
        assert!(!templates_overlap("casey:e:cd:{user}", "casey:e:cd:{user}:{command}"));
        assert!(!templates_overlap("casey:e:cd:{user}", "casey:c:cd:{user}"));
    }
}
