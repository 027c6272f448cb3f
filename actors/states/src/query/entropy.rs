//! Time and randomness as arguments.

use std::cell::Cell;

/// The clock reading and the random seed of one decision. Whoever records the decision records both, and replaying with
/// the same pair gives the same uuids and numbers: draws depend on nothing but the seed and their order.
#[derive(Debug)]
pub struct Entropy {
    /// `$now()` and `$millis()`: milliseconds since the Unix epoch.
    pub now_ms: i64,
    /// Where every draw starts from. Must be unguessable if uuids are to be.
    pub seed: u64,
    drawn: Cell<u64>,
}

impl Entropy {
    /// Nothing is drawn yet.
    #[must_use]
    pub fn new(now_ms: i64, seed: u64) -> Self {
        Self { now_ms, seed, drawn: Cell::new(0) }
    }

    /// A copy that draws on from here without moving the original: for an engine whose functions must own what they use.
    pub(crate) fn branch(&self) -> Self {
        Self { now_ms: self.now_ms, seed: self.seed, drawn: self.drawn.clone() }
    }

    /// Takes over how far a branch has drawn.
    pub(crate) fn rejoin(&self, branch: &Self) {
        self.drawn.set(branch.drawn.get());
    }

    /// The next 64 bits.
    pub fn draw(&self) -> u64 {
        let nth = self.drawn.get().wrapping_add(1);
        self.drawn.set(nth);
        split_mix(self.seed, nth)
    }

    /// A number in `0.0..1.0`.
    pub fn fraction(&self) -> f64 {
        unit_interval(self.draw())
    }

    /// A random (version 4) uuid.
    pub fn uuid(&self) -> String {
        let high = (self.draw() & 0xffff_ffff_ffff_0fff) | 0x4000;
        let low = (self.draw() & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000;
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xffff,
            low >> 48,
            low & 0xffff_ffff_ffff
        )
    }
}

/// The number in `0.0..1.0` that belongs to a seed the author chose: the same one every time.
pub(crate) fn seeded_fraction(seed: i64) -> f64 {
    unit_interval(split_mix(seed.cast_unsigned(), 1))
}

fn unit_interval(bits: u64) -> f64 {
    // 53 bits fill the mantissa of an f64, so the quotient is exact and below one.
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

fn split_mix(seed: u64, nth: u64) -> u64 {
    let mut z = seed.wrapping_add(nth.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_gives_same_draws_in_order() {
        let (a, b) = (Entropy::new(0, 7), Entropy::new(9, 7));
        assert_eq!((a.uuid(), a.draw(), a.uuid()), (b.uuid(), b.draw(), b.uuid()));
        assert_ne!(a.uuid(), a.uuid());
    }

    #[test]
    fn uuid_has_the_shape_of_version_four() {
        let entropy = Entropy::new(0, 42);
        let shape = regex::Regex::new("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$").unwrap();
        for _ in 0..1000 {
            let uuid = entropy.uuid();
            assert!(shape.is_match(&uuid), "{uuid}");
        }
    }

    #[test]
    fn fraction_stays_below_one() {
        let entropy = Entropy::new(0, 1);
        assert!((0..10_000).map(|_| entropy.fraction()).all(|x| (0.0..1.0).contains(&x)));
        assert!(unit_interval(u64::MAX) < 1.0);
    }
}
