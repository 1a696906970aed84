//! Dice that fall the same way in every run.

/// A sequence of numbers that looks random and depends on nothing but its seed (`SplitMix64`).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 if there is none.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = bound as u64;
        // The remainder is below a bound that was a usize.
        usize::try_from(self.next().checked_rem(bound).unwrap_or(0)).unwrap_or(0)
    }

    /// True with this probability, 0 to 1.
    pub(crate) fn hits(&mut self, probability: f64) -> bool {
        // 53 bits are what a float holds without loss.
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
        let drawn = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        drawn < probability
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_and_probabilities_hold() {
        let mut dice = [Chance::seeded(7), Chance::seeded(7)];
        let [first, second] = dice.each_mut().map(|one| (0..50).map(|_| one.below(6)).collect::<Vec<_>>());
        assert_eq!(first, second);
        assert!((0..6).all(|side| first.contains(&side)));
        let mut chance = Chance::seeded(1);
        let hits = (0..10_000).filter(|_| chance.hits(0.25)).count();
        assert!((2_300..2_700).contains(&hits), "{hits}");
        assert!((0..1_000).all(|_| chance.hits(1.0)) && !(0..1_000).any(|_| chance.hits(0.0)));
    }
}
