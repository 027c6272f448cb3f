//! Dual coordinate ascent: the exact optimum of a regularised linear head, without a learning rate to be tuned.
//!
//! At the optimum of `1/2 |w|^2 + C sum loss`, the weights are `w = C sum r x` with `r` the residual (label minus prediction)
//! of each example. So every example owns its residual; one step makes it exact with all others held still, which is a
//! problem in one number. Passes in shuffled order converge fast, and the order comes from a seed.

use super::weigh::Row;
use crate::routing::random::Random;

/// What a head is punished for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// For labels from 0 to 1; the prediction is a probability.
    Logistic,
    /// For any number.
    Squared,
}

/// An example of one head.
#[derive(Debug, Clone, Copy)]
pub(super) struct Labelled<'a> {
    pub(super) row: &'a Row,
    pub(super) label: f32,
    /// How often it counts.
    pub(super) weight: f32,
}

/// The weights of a head over `places` numbers; `strength` is `C`: the larger, the closer to the examples.
pub(super) fn fit(
    examples: &[Labelled],
    places: usize,
    loss: Loss,
    strength: f32,
    passes: usize,
    seed: u64,
) -> Vec<f32> {
    let mut weights = vec![0.0_f32; places];
    let mut residuals = vec![0.0_f32; examples.len()];
    let lengths: Vec<f32> = examples.iter().map(|example| example.row.squared_length()).collect();
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut random = Random::new(seed);
    for _ in 0..passes {
        random.shuffle(&mut order);
        for index in &order {
            let Labelled { row, label, weight } = examples[*index];
            let pull = strength * weight;
            let others = row.dot(&weights) - pull * residuals[*index] * lengths[*index];
            let residual = loss.residual(label, others, pull * lengths[*index]);
            row.add_to(&mut weights, pull * (residual - residuals[*index]));
            residuals[*index] = residual;
        }
    }
    weights
}

impl Loss {
    /// What a head says for a sum of weights.
    pub(super) fn prediction(self, sum: f32) -> f32 {
        match self {
            Self::Logistic => 1.0 / (1.0 + (-sum).exp()),
            Self::Squared => sum,
        }
    }

    /// The `r` for which `r = label - prediction(others + pull r)`.
    pub(super) fn residual(self, label: f32, others: f32, pull: f32) -> f32 {
        if self == Self::Squared {
            return (label - others) / (1.0 + pull);
        }
        // Newton steps within a bracket: far out, where the curve is flat, a bare Newton step would jump to and fro.
        let (mut low, mut high) = (label - 1.0, label);
        let mut residual = (label - self.prediction(others)).clamp(low, high);
        for _ in 0..50 {
            let prediction = self.prediction(others + pull * residual);
            let excess = residual - label + prediction;
            if excess > 0.0 {
                high = residual;
            } else {
                low = residual;
            }
            let next = residual - excess / (1.0 + pull * prediction * (1.0 - prediction));
            let step = if next > low && next < high { next - residual } else { (low + high) / 2.0 - residual };
            residual += step;
            if step.abs() < 1e-6 {
                break;
            }
        }
        residual
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        (0..40_u32).map(|n| Row { places: vec![n % 4, 4], values: vec![1.0, 0.5 + (n % 7) as f32 / 7.0] }).collect()
    }

    #[test]
    fn the_optimum_is_where_weights_are_the_sum_of_residuals() {
        let rows = rows();
        for loss in [Loss::Logistic, Loss::Squared] {
            let examples: Vec<Labelled> = rows
                .iter()
                .zip(0..)
                .map(|(row, n)| Labelled { row, label: (n % 3) as f32 / 2.0, weight: 1.0 + (n % 2) as f32 })
                .collect();
            let weights = fit(&examples, 5, loss, 0.7, 60, 1);
            let mut expected = vec![0.0; 5];
            for Labelled { row, label, weight } in &examples {
                let residual = label - loss.prediction(row.dot(&weights));
                row.add_to(&mut expected, 0.7 * weight * residual);
            }
            for (found, expected) in weights.iter().zip(&expected) {
                assert!((found - expected).abs() < 2e-3, "{loss:?}: {weights:?} is not {expected:?}");
            }
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_weights() {
        let rows = rows();
        let examples: Vec<Labelled> =
            rows.iter().map(|row| Labelled { row, label: row.values[1], weight: 1.0 }).collect();
        let fit = |seed| fit(&examples, 5, Loss::Squared, 1.0, 3, seed);
        assert_eq!(fit(5), fit(5));
        assert_ne!(fit(5), fit(6));
    }

    #[test]
    fn a_step_is_exact_however_strong() {
        for (label, others, pull) in [(1.0, -3.0, 0.1), (0.0, 5.0, 100.0), (0.4, 0.0, 10.0), (1.0, -40.0, 1e4)] {
            let residual = Loss::Logistic.residual(label, others, pull);
            let met = label - Loss::Logistic.prediction(others + pull * residual);
            assert!((0.0..=1.0).contains(&(label - residual)), "{label} {others} {pull}: {residual}");
            assert!((residual - met).abs() < 1e-2, "{label} {others} {pull}: {residual} is not {met}");
        }
    }
}
