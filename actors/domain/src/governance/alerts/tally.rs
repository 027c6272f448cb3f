//! How many, their sum and their spread, in whole numbers: adding in another order gives the same.

/// Parts of a unit that are counted; what is smaller is rounded. A call may cost less than a millionth of a dollar.
const PARTS: f64 = 1e9;
/// Larger values are counted as this: beyond any score and the price of any call, and sums stay far from the end of 128 bits.
const MOST: f64 = 1e5;

/// Of some values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    count: u64,
    sum: i128,
    squares: i128,
}

impl Tally {
    /// One more, in units.
    pub(super) fn add(&mut self, value: f64) {
        let parts = (value.clamp(-MOST, MOST) * PARTS).round() as i128;
        self.count += 1;
        self.sum += parts;
        self.squares = self.squares.saturating_add(parts * parts);
    }

    /// All of another.
    pub(super) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
        self.squares = self.squares.saturating_add(other.squares);
    }

    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Their sum.
    pub(super) fn sum(&self) -> f64 {
        self.sum as f64 / PARTS
    }

    /// Their mean; 0 when there are none.
    pub(super) fn mean(&self) -> f64 {
        self.sum() / self.count.max(1) as f64
    }

    /// Their variance as a sample; 0 when there are less than two.
    pub(super) fn variance(&self) -> f64 {
        if self.count < 2 {
            return 0.0;
        }
        let count = i128::from(self.count);
        let exact = count.checked_mul(self.squares).zip(self.sum.checked_mul(self.sum));
        // Only millions of huge values do not fit, and those do not need the last digit.
        let rounded = || count as f64 * self.squares as f64 - self.sum as f64 * self.sum as f64;
        let spread = exact.map_or_else(rounded, |(squares, square)| (squares - square) as f64);
        spread.max(0.0) / (count as f64 * (count - 1) as f64) / (PARTS * PARTS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_and_variances_are_exact() {
        for (values, sum, mean, variance) in [
            (&[][..], 0.0, 0.0, 0.0),
            (&[0.1, 0.2], 0.3, 0.15, 0.005),
            (&[1.0, 1.0, 1.0], 3.0, 1.0, 0.0),
            (&[-1.0, 1.0], 0.0, 0.0, 2.0),
            (&[1e300, -1e300], 0.0, 0.0, 2e10),
        ] {
            let mut tally = Tally::default();
            for value in values {
                tally.add(*value);
            }
            assert_eq!((tally.sum(), tally.mean()), (sum, mean), "{values:?}");
            assert!((tally.variance() - variance).abs() <= variance * 1e-12, "{values:?}: {}", tally.variance());
        }
    }
}
