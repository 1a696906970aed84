//! Lays words over slots in order: which word goes into which slot.

use super::{refusal::RefusalKind, value::Fit};

/// The words and the slots, known only by their numbers.
pub(super) struct Layout<F, S> {
    pub(super) slots: usize,
    pub(super) words: usize,
    /// Whether a slot takes a word.
    pub(super) fits: F,
    /// Whether a slot can stay empty, given the word it would otherwise take.
    pub(super) skips: S,
}

/// Why the words cannot be laid over the slots.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Misplaced {
    /// There is no word for this slot.
    Missing(usize),
    /// This word does not fit this slot.
    Misfit { slot: usize, word: usize, kind: RefusalKind, required: bool },
    /// There is no slot for this word.
    Surplus(usize),
}

/// A word, its slot, and how it fits.
pub(super) type Place<'a> = (usize, usize, Fit<'a>);

impl<'a, F, S> Layout<F, S>
where
    F: Fn(usize, usize) -> Fit<'a>,
    S: Fn(usize, Option<usize>) -> bool,
{
    /// Finds the layout that fills the earliest slots it can, using every word once and keeping their order.
    /// A word whose fit depends on a query counts as fitting.
    pub(super) fn find(&self) -> Result<Vec<Place<'a>>, Misplaced> {
        if self.words == 0 && (0..self.slots).all(|slot| (self.skips)(slot, None)) {
            return Ok(Vec::new());
        }
        let mut places = Vec::new();
        let mut dead = vec![false; (self.slots + 1) * (self.words + 1)];
        if self.words <= self.slots && self.place(0, 0, &mut places, &mut dead) {
            Ok(places)
        } else {
            Err(self.explain())
        }
    }

    /// Places the words from `word` on into the slots from `slot` on. Dead ends are remembered, so that each pair is
    /// tried once.
    fn place(&self, slot: usize, word: usize, places: &mut Vec<Place<'a>>, dead: &mut [bool]) -> bool {
        if word == self.words {
            return (slot..self.slots).all(|slot| (self.skips)(slot, None));
        }
        let key = slot * (self.words + 1) + word;
        if self.words - word > self.slots - slot || dead[key] {
            return false;
        }
        let fit = (self.fits)(slot, word);
        if !matches!(fit, Fit::No(_)) {
            places.push((word, slot, fit));
            if self.place(slot + 1, word + 1, places, dead) {
                return true;
            }
            places.pop();
        }
        if (self.skips)(slot, Some(word)) && self.place(slot + 1, word, places, dead) {
            return true;
        }
        dead[key] = true;
        false
    }

    /// The first thing wrong when each slot takes the next word if it can. A word left over is explained by the
    /// slot that came nearest to taking it.
    fn explain(&self) -> Misplaced {
        let mut word = 0;
        let mut refused: Option<(usize, RefusalKind)> = None;
        for slot in 0..self.slots {
            let next = (word < self.words).then_some(word);
            match next.map(|word| (self.fits)(slot, word)) {
                Some(Fit::Ready(_) | Fit::Ask(_)) => {
                    word += 1;
                    refused = None;
                }
                Some(Fit::No(kind)) if !(self.skips)(slot, next) => {
                    return Misplaced::Misfit { slot, word, kind, required: true };
                }
                Some(Fit::No(kind)) => {
                    let shapeless = |kind: &RefusalKind| *kind == RefusalKind::Misfit;
                    if refused.as_ref().is_none_or(|(_, known)| shapeless(known) && !shapeless(&kind)) {
                        refused = Some((slot, kind));
                    }
                }
                None if !(self.skips)(slot, None) => return Misplaced::Missing(slot),
                None => {}
            }
        }
        match refused {
            Some((slot, kind)) if word < self.words => {
                Misplaced::Misfit { slot, word, kind, required: false }
            }
            _ => Misplaced::Surplus(word.min(self.words.saturating_sub(1))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::value::Value;
    use proptest::prelude::*;

    /// Finds a layout where `table` says which slot takes which word and `optional` which slots can stay empty.
    fn find(table: &[Vec<bool>], optional: &[bool], words: usize) -> Result<Vec<(usize, usize)>, Misplaced> {
        let fits = |slot: usize, word: usize| {
            if table[slot][word] { Fit::Ready(Value::Boolean(true)) } else { Fit::No(RefusalKind::Misfit) }
        };
        let layout = Layout { slots: optional.len(), words, fits, skips: |slot: usize, _| optional[slot] };
        layout.find().map(|places| places.into_iter().map(|(word, slot, _)| (word, slot)).collect())
    }

    #[test]
    fn an_optional_slot_gives_way() {
        // Word 0 fits both slots, but is needed in the second.
        assert_eq!(find(&[vec![true], vec![true]], &[true, false], 1), Ok(vec![(0, 1)]));
        assert_eq!(find(&[vec![true], vec![true]], &[true, true], 1), Ok(vec![(0, 0)]));
    }

    #[test]
    fn failures_name_the_slot_or_the_word() {
        assert_eq!(find(&[vec![]], &[false], 0), Err(Misplaced::Missing(0)));
        assert_eq!(find(&[], &[], 1), Err(Misplaced::Surplus(0)));
        let misfit = |required| Misplaced::Misfit { slot: 0, word: 0, kind: RefusalKind::Misfit, required };
        assert_eq!(find(&[vec![false]], &[true], 1), Err(misfit(false)));
        assert_eq!(find(&[vec![false]], &[false], 1), Err(misfit(true)));
    }

    #[test]
    fn no_pair_is_tried_twice() {
        // Everything fits but the last word, which fits nowhere: without memory some four million ways to try.
        let (slots, words) = (25, 12);
        let tried = std::cell::Cell::new(0);
        let fits = |_: usize, word: usize| {
            tried.set(tried.get() + 1);
            if word + 1 < words { Fit::Ready(Value::Boolean(true)) } else { Fit::No(RefusalKind::Misfit) }
        };
        let layout = Layout { slots, words, fits, skips: |_: usize, _: Option<usize>| true };
        assert!(layout.find().is_err());
        // Once to find that there is no layout, and once to explain.
        assert!(tried.get() <= slots * words + slots, "{} tries", tried.get());
    }

    proptest! {
        /// Against the plainest possible search: every subset of slots.
        #[test]
        fn finds_a_layout_exactly_when_there_is_one(
            bits in prop::collection::vec(any::<bool>(), 36),
            optional in prop::collection::vec(any::<bool>(), 0..6),
            words in 0_usize..6,
        ) {
            let slots = optional.len();
            let table: Vec<Vec<bool>> = (0..slots).map(|slot| bits[slot * 6..slot * 6 + 6].to_vec()).collect();
            let mut all: Vec<Vec<usize>> = (0_u32..1 << slots)
                .map(|set| (0..slots).filter(|slot| set >> slot & 1 == 1).collect::<Vec<_>>())
                .filter(|set| set.len() == words)
                .filter(|set| set.iter().enumerate().all(|(word, &slot)| table[slot][word]))
                .filter(|set| (0..slots).all(|slot| optional[slot] || set.contains(&slot)))
                .collect();
            // The first in order of slots is the one that fills the earliest.
            all.sort();
            let found = find(&table, &optional, words).ok();
            let found = found.map(|places| places.into_iter().map(|(_, slot)| slot).collect::<Vec<_>>());
            prop_assert_eq!(found, all.into_iter().next());
        }
    }
}
