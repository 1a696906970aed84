//! Numbers that look random and are the same in every run.

/// `SplitMix64` (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not 0. The small preference for low numbers does not matter here.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = end.max(1) as u64;
        // It is less than `end`, which came from a usize.
        usize::try_from(self.next() % end).unwrap_or_default()
    }

    /// One of these.
    pub(crate) fn of<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        choices.get(self.below(choices.len()))
    }

    /// True in so many of 1,000 cases.
    pub(crate) const fn per_mille(&mut self, share: u64) -> bool {
        self.next() % 1_000 < share
    }
}

#[cfg(test)]
mod tests {
    use super::Rng;

    #[test]
    fn it_gives_the_published_numbers() {
        let mut rng = Rng::new(1_234_567);
        assert_eq!([rng.next(), rng.next()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn shares_are_kept() {
        let mut rng = Rng::new(1);
        let hits = (0..100_000).filter(|_| rng.per_mille(10)).count();
        assert!((800..1_200).contains(&hits), "{hits}");
        assert!((0..1_000).all(|_| rng.below(7) < 7));
    }
}
