//! How latencies are spread, on a scale where each step is a tenth more: small, and exact in proportion. After DDSketch
//! (Masson, Rim, Lee, PVLDB 12(12), 2019).

/// How far a quantile may be off, in proportion.
pub const LATENCY_ERROR: f64 = 0.05;

/// One step of the scale: values of one step are within the error of its middle.
const STEP: f64 = (1.0 + LATENCY_ERROR) / (1.0 - LATENCY_ERROR);
/// Longer is counted as one hour.
const MOST_MS: f64 = 3_600_000.0;

/// Counts by steps.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Latencies {
    /// Only as long as the longest needs.
    counts: Vec<u32>,
}

impl Latencies {
    /// One more.
    pub(super) fn add(&mut self, ms: u64) {
        self.add_to(step(ms), 1);
    }

    /// All of another.
    pub(super) fn merge(&mut self, other: &Self) {
        for (step, count) in other.counts.iter().enumerate() {
            self.add_to(step, *count);
        }
    }

    fn add_to(&mut self, step: usize, count: u32) {
        if self.counts.len() <= step {
            self.counts.resize(step + 1, 0);
        }
        self.counts[step] = self.counts[step].saturating_add(count);
    }

    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        self.counts.iter().map(|count| u64::from(*count)).sum()
    }

    /// What `percent` of them, rounded up, do not exceed; 0 when there are none.
    pub(super) fn quantile_ms(&self, percent: u64) -> f64 {
        let mut left = (self.count() * percent).div_ceil(100).max(1);
        for (step, count) in self.counts.iter().enumerate() {
            match left.checked_sub(u64::from(*count)) {
                Some(0) | None => return middle_ms(step),
                Some(rest) => left = rest,
            }
        }
        0.0
    }

    #[cfg(test)]
    pub(super) fn size(&self) -> usize {
        self.counts.len()
    }
}

fn step(ms: u64) -> usize {
    let ms = (ms as f64).clamp(1.0, MOST_MS);
    (ms.ln() / STEP.ln()).ceil() as usize
}

fn middle_ms(step: usize) -> f64 {
    match step {
        0 => 1.0,
        _ => 2.0 * STEP.powf(step as f64) / (STEP + 1.0),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn there_are_few_steps() {
        let mut latencies = Latencies::default();
        assert_eq!(latencies.quantile_ms(95), 0.0);
        latencies.add(u64::MAX);
        assert_eq!((latencies.size(), latencies.count()), (152, 1));
        latencies.add(0);
        assert_eq!(latencies.quantile_ms(50), 1.0);
    }

    proptest! {
        #[test]
        fn quantiles_are_within_the_stated_error(
            mut all in prop::collection::vec(prop_oneof![1_u64..100, 1_u64..3_600_000], 1..200), percent in 1_u64..=100,
        ) {
            let (mut one, mut other) = (Latencies::default(), Latencies::default());
            for (at, ms) in all.iter().enumerate() {
                if at % 2 == 0 { one.add(*ms) } else { other.add(*ms) }
            }
            one.merge(&other);
            all.sort_unstable();
            let exact = all[(all.len() * percent as usize).div_ceil(100) - 1] as f64;
            let found = one.quantile_ms(percent);
            prop_assert!((found - exact).abs() <= exact * (LATENCY_ERROR + 1e-9), "{found} for {exact}");
        }
    }
}
