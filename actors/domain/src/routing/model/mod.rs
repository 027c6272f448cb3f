//! What each target is expected to do with a prompt: two linear heads per target on the same features.
//!
//! ```text
//!   prompt ─► counts ─► x (words, characters, shape) ─┬─► quality head ─► 1 / (1 + e^-wx)       ─► 0 to 1
//!                                                     └─► tokens head  ─► (e^wx - 1) x correction ─► tokens written
//! ```
//!
//! Tokens, not money, are learned: prices change overnight, and what a model writes does not. All heads of a slot lie side by
//! side with the slot's rarity, so one pass over a prompt's features serves every target.

mod artefact;
mod dual;
mod train;
mod weigh;

pub use artefact::{ARTEFACT_VERSION, ArtefactError, MAX_TARGETS};
pub use train::{Example, Outcome, TrainError, TrainOptions, train};

use crate::routing::features::{Counts, FeatureSpec};
use dual::Loss;
use serde::{Deserialize, Serialize};
use weigh::{DENSE, damped, dense};

/// How much the parts of the features count beside the words, which have length 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weighting {
    /// Length of the part of the characters.
    pub chars: f32,
    /// Factor of the shape.
    pub shapes: f32,
}

impl Default for Weighting {
    /// As cross-validation within the training data chose.
    fn default() -> Self {
        Self { chars: 1.0, shapes: 1.0 }
    }
}

/// A target as the model knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetSummary {
    /// Name of the target, as in the configuration.
    pub name: String,
    /// Outcomes it was trained from; 0 when there were none, and then nothing is predicted.
    pub outcomes: u64,
    /// Mean quality in training, 0 to 1.
    pub mean_quality: f64,
    /// Mean tokens written in training.
    pub mean_output_tokens: f64,
    /// Factor that makes the expected tokens right on average: a mean of logarithms is below the logarithm of the mean.
    pub tokens_correction: f64,
}

/// How a model came about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingSummary {
    /// Prompts.
    pub examples: u64,
    /// How it was trained.
    pub options: TrainOptions,
    /// Outcomes learned one by one since.
    pub updates: u64,
}

/// What is expected of a target.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// 0 to 1.
    pub quality: f64,
    /// Tokens that the target will write.
    pub output_tokens: f64,
}

/// A trained model. Made by [`train`], kept as an artefact ([`Model::to_bytes`], [`Model::from_bytes`]).
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    spec: FeatureSpec,
    weighting: Weighting,
    targets: Vec<TargetSummary>,
    summary: TrainingSummary,
    /// Per slot: rarity (0: never learned, contributes nothing), then the quality heads, then the tokens heads.
    table: Vec<f32>,
    /// Per dense number: the heads.
    dense: Vec<f32>,
    id: String,
}

impl Model {
    /// Digest of the artefact this model was saved as or read from; updates since do not change it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The targets it knows, in the order of its predictions.
    pub fn targets(&self) -> &[TargetSummary] {
        &self.targets
    }

    /// How it came about.
    pub fn summary(&self) -> &TrainingSummary {
        &self.summary
    }

    /// How it reads prompts.
    pub fn spec(&self) -> &FeatureSpec {
        &self.spec
    }

    /// What is expected of each target; `None` for one without outcomes.
    pub fn predict(&self, prompt: &str) -> Vec<Option<Prediction>> {
        let sums = self.sums(&self.spec.count(prompt));
        let (qualities, tokens) = sums.split_at(self.targets.len());
        let each = self.targets.iter().zip(qualities.iter().zip(tokens));
        each.map(|(target, (quality, tokens))| {
            (target.outcomes > 0).then(|| Prediction {
                quality: f64::from(Loss::Logistic.prediction(*quality)),
                output_tokens: tokens_of(*tokens) * target.tokens_correction,
            })
        })
        .collect()
    }

    /// Learns one outcome: as far towards it as `rate` says, 0 not at all, 1 very far; 0.05 is a good beginning. Slots that
    /// were never met in training stay as they are: their rarity is not known. An outcome that is no number is not learned.
    pub fn learn(&mut self, prompt: &str, outcome: &Outcome, rate: f32) {
        let sound = outcome.quality.is_finite() && outcome.output_tokens.is_finite() && rate.is_finite() && rate > 0.0;
        if outcome.target >= self.targets.len() || !sound {
            return;
        }
        let counts = self.spec.count(prompt);
        let sums = self.sums(&counts);
        let row = self.row(&counts);
        let length = row.squared_length();
        let tokens_head = self.targets.len() + outcome.target;
        for (head, loss, label) in [
            (outcome.target, Loss::Logistic, outcome.quality.clamp(0.0, 1.0) as f32),
            (tokens_head, Loss::Squared, (outcome.output_tokens.max(0.0) as f32).ln_1p()),
        ] {
            let step = rate * loss.residual(label, sums[head], rate * length);
            for (place, value) in row.places.iter().zip(&row.values) {
                *self.weight_mut(*place as usize, head) += step * value;
            }
        }
        self.targets[outcome.target].outcomes += 1;
        self.summary.updates += 1;
    }

    fn heads(&self) -> usize {
        self.targets.len() * 2
    }

    fn row(&self, counts: &Counts) -> weigh::Row {
        let stride = self.heads() + 1;
        weigh::Row::of(counts, |slot| self.table[slot as usize * stride], self.spec.slots(), self.weighting)
    }

    fn weight_mut(&mut self, place: usize, head: usize) -> &mut f32 {
        let (slots, heads) = (self.spec.slots(), self.heads());
        if place < slots {
            &mut self.table[place * (heads + 1) + 1 + head]
        } else {
            &mut self.dense[(place - slots) * heads + head]
        }
    }

    /// The sum of every head, in one pass over the counts and without building a row.
    fn sums(&self, counts: &Counts) -> Vec<f32> {
        // The compiler unrolls what it knows the length of: two targets are most routers.
        match self.heads() {
            2 => self.sums_of(counts, [0.0_f32; 2]).to_vec(),
            4 => self.sums_of(counts, [0.0_f32; 4]).to_vec(),
            6 => self.sums_of(counts, [0.0_f32; 6]).to_vec(),
            heads => self.sums_of(counts, vec![0.0_f32; heads]),
        }
    }

    fn sums_of<Sums: AsMut<[f32]> + Clone>(&self, counts: &Counts, zero: Sums) -> Sums {
        let mut sums = zero.clone();
        for (part, length) in [(&counts.words, 1.0), (&counts.chars, self.weighting.chars)] {
            let mut part_sums = zero.clone();
            let heads = part_sums.as_mut().len();
            let mut squares = 0.0_f32;
            for (slot, count) in part {
                let start = *slot as usize * (heads + 1);
                let [rarity, weights @ ..] = &self.table[start..start + heads + 1] else { continue };
                let value = damped(*count) * rarity;
                squares += value * value;
                for (sum, weight) in part_sums.as_mut().iter_mut().zip(weights) {
                    *sum += value * weight;
                }
            }
            if squares > 0.0 {
                let scale = length / squares.sqrt();
                sums.as_mut().iter_mut().zip(part_sums.as_mut()).for_each(|(sum, part)| *sum += *part * scale);
            }
        }
        let numbers: [f32; DENSE] = dense(&counts.shape, self.weighting.shapes);
        let heads = sums.as_mut().len().max(1);
        for (number, weights) in numbers.iter().zip(self.dense.chunks_exact(heads)) {
            sums.as_mut().iter_mut().zip(weights).for_each(|(sum, weight)| *sum += number * weight);
        }
        sums
    }
}

/// From the logarithm that a tokens head learns; bounded, so that a wild head cannot become infinite money.
fn tokens_of(sum: f32) -> f64 {
    f64::from(sum.clamp(0.0, 14.0)).exp_m1()
}

#[cfg(test)]
mod tests;
