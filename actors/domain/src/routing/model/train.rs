//! Training from recorded outcomes: the same examples, options and seed give the same model.

use super::dual::{Labelled, Loss, fit};
use super::weigh::{DENSE, Row};
use super::{MAX_TARGETS, Model, TargetSummary, TrainingSummary, Weighting, tokens_of};
use crate::routing::features::{Counts, FeatureSpec};
use serde::{Deserialize, Serialize};

/// What a target did with a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Index of the target.
    pub target: usize,
    /// 0 to 1.
    pub quality: f64,
    /// Tokens it wrote.
    pub output_tokens: f64,
    /// How often it counts: 1, or one over the propensity when only the chosen target's outcome is known.
    pub weight: f64,
}

/// A prompt and what is known of it. Targets without an outcome are simply not learned from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Example<'a> {
    /// As the targets were given it.
    pub prompt: &'a str,
    /// Any number of targets.
    pub outcomes: Vec<Outcome>,
}

/// How to train. The defaults were chosen by five-fold cross-validation within the training data, and they lie on a plateau:
///
/// | `C` of the quality heads | 0.1 | 0.2 | 0.3 | 0.5 | 1 |
/// |---|---|---|---|---|---|
/// | area over cost share, ordered by gain per dollar | 0.703 | 0.705 | 0.703 | 0.696 | 0.684 |
/// | area over cost share, ordered by gain alone | 0.606 | 0.625 | 0.632 | 0.636 | 0.635 |
/// | slope of a calibration, 1 is right (cheap, dear) | 1.17, 1.21 | 1.11, 1.16 | 1.06, 1.13 | 0.97, 1.06 | 0.82, 0.94 |
///
/// A gain that is divided by a cost must be honest about its size, so what orders best alone (`C` = 0.5 to 1) is not best here.
/// At 0.2 a calibration on top changed the area by less than 0.001, so there is none. Also tried, with the change of the area:
/// pairs of words -0.004, characters of order 4 instead of 5 -0.002, 2^16 slots -0.004, no shape -0.006, no characters -0.007,
/// a boosted principal subspace +0.002, heads that share weights +0.002, heads of who alone is right +0.002. The last three did
/// not earn their code.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainOptions {
    /// How prompts are read.
    pub features: FeatureSpec,
    /// How the parts of the features count.
    pub weighting: Weighting,
    /// `C` of the quality heads: the larger, the closer to the outcomes.
    pub quality_strength: f32,
    /// `C` of the tokens heads.
    pub tokens_strength: f32,
    /// A slot met in fewer prompts is not learned.
    pub least_prompts: u32,
    /// Passes over the examples.
    pub passes: usize,
    /// Of the order in which examples are visited.
    pub seed: u64,
}

impl Default for TrainOptions {
    fn default() -> Self {
        Self {
            features: FeatureSpec::default(),
            weighting: Weighting::default(),
            quality_strength: 0.2,
            tokens_strength: 0.3,
            least_prompts: 2,
            passes: 12,
            seed: 1,
        }
    }
}

/// Why nothing was trained.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TrainError {
    /// Without outcomes there is nothing to learn.
    #[error("no outcomes to train from: give at least one prompt with an outcome")]
    NoOutcomes,
    /// There must be targets, and not too many.
    #[error("{found} targets: give 1 to {most}")]
    TargetCount {
        /// Given.
        found: usize,
        /// Most.
        most: usize,
    },
    /// An outcome names a target that was not given.
    #[error("example {example} has an outcome of target {target}, and there are {targets}: targets are counted from 0")]
    UnknownTarget {
        /// Index of the example.
        example: usize,
        /// Index of the target.
        target: usize,
        /// How many there are.
        targets: usize,
    },
    /// A number of an outcome makes no sense.
    #[error("example {example}: {field} is {value}: {expected}")]
    BadOutcome {
        /// Index of the example.
        example: usize,
        /// Which number.
        field: &'static str,
        /// What it is.
        value: f64,
        /// What it must be.
        expected: &'static str,
    },
    /// An option is out of bounds.
    #[error("option {field} is {value}: {expected}")]
    BadOption {
        /// Which option.
        field: &'static str,
        /// What it is.
        value: String,
        /// What it must be.
        expected: &'static str,
    },
}

impl TrainError {
    /// Stable name of the kind.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoOutcomes => "router_no_outcomes",
            Self::TargetCount { .. } => "router_target_count",
            Self::UnknownTarget { .. } => "router_unknown_target",
            Self::BadOutcome { .. } => "router_bad_outcome",
            Self::BadOption { .. } => "router_bad_option",
        }
    }
}

/// Trains a model for `targets` (their names, in the order of the outcomes' indices).
pub fn train(targets: &[String], examples: &[Example], options: &TrainOptions) -> Result<Model, TrainError> {
    check(targets, examples, options)?;
    let spec = options.features;
    let counts: Vec<Counts> = examples.iter().map(|example| spec.count(example.prompt)).collect();
    let rarity = rarity(&counts, spec.slots(), options.least_prompts);
    let rows: Vec<Row> = counts
        .iter()
        .map(|counts| Row::of(counts, |slot| rarity[slot as usize], spec.slots(), options.weighting))
        .collect();

    let heads = targets.len() * 2;
    let places = spec.slots() + DENSE;
    let mut model = empty(targets, examples.len(), options, &rarity);
    for target in 0..targets.len() {
        let outcomes: Vec<(&Row, Outcome)> = rows
            .iter()
            .zip(examples)
            .flat_map(|(row, example)| example.outcomes.iter().map(move |outcome| (row, *outcome)))
            .filter(|(_, outcome)| outcome.target == target && outcome.weight > 0.0)
            .collect();
        let seed = options.seed.wrapping_add(target as u64);
        let labelled = |label: fn(&Outcome) -> f32| -> Vec<Labelled> {
            let each = outcomes.iter();
            each.map(|(row, outcome)| Labelled { row, label: label(outcome), weight: outcome.weight as f32 }).collect()
        };
        let quality = labelled(|outcome| outcome.quality as f32);
        let quality = fit(&quality, places, Loss::Logistic, options.quality_strength, options.passes, seed);
        let tokens = labelled(|outcome| (outcome.output_tokens as f32).ln_1p());
        let tokens = fit(&tokens, places, Loss::Squared, options.tokens_strength, options.passes, seed);
        model.targets[target] = summary(&targets[target], &outcomes, &tokens);
        for (head, weights) in [(target, quality), (targets.len() + target, tokens)] {
            for (slot, weight) in weights[..spec.slots()].iter().enumerate() {
                model.table[slot * (heads + 1) + 1 + head] = *weight;
            }
            for (place, weight) in weights[spec.slots()..].iter().enumerate() {
                model.dense[place * heads + head] = *weight;
            }
        }
    }
    model.seal();
    Ok(model)
}

fn check(targets: &[String], examples: &[Example], options: &TrainOptions) -> Result<(), TrainError> {
    if targets.is_empty() || targets.len() > MAX_TARGETS {
        return Err(TrainError::TargetCount { found: targets.len(), most: MAX_TARGETS });
    }
    let bad = |field, value: String, expected| Err(TrainError::BadOption { field, value, expected });
    if !options.features.is_sound() {
        return bad("features", format!("{:?}", options.features), "bits 8 to 18, words up to 3, characters up to 5");
    }
    for (field, value) in [("quality_strength", options.quality_strength), ("tokens_strength", options.tokens_strength)]
    {
        if !(value.is_finite() && value > 0.0) {
            return bad(field, value.to_string(), "must be a positive number");
        }
    }
    for (field, value) in [("weighting.chars", options.weighting.chars), ("weighting.shapes", options.weighting.shapes)]
    {
        if !(value.is_finite() && value >= 0.0) {
            return bad(field, value.to_string(), "must be 0 or a positive number");
        }
    }
    for (example, Example { outcomes, .. }) in examples.iter().enumerate() {
        for outcome in outcomes {
            if outcome.target >= targets.len() {
                return Err(TrainError::UnknownTarget { example, target: outcome.target, targets: targets.len() });
            }
            for (field, value, most, expected) in [
                ("quality", outcome.quality, 1.0, "must be 0 to 1"),
                ("output_tokens", outcome.output_tokens, 1e9, "must be 0 to a billion"),
                ("weight", outcome.weight, 1e6, "must be 0 to a million"),
            ] {
                if !(0.0..=most).contains(&value) {
                    return Err(TrainError::BadOutcome { example, field, value, expected });
                }
            }
        }
    }
    let any = examples.iter().any(|example| example.outcomes.iter().any(|outcome| outcome.weight > 0.0));
    if any { Ok(()) } else { Err(TrainError::NoOutcomes) }
}

/// Inverse document frequency, as everyone computes it; 0 for a slot that too few prompts have.
fn rarity(counts: &[Counts], slots: usize, least_prompts: u32) -> Vec<f32> {
    let mut prompts = vec![0_u32; slots];
    for (slot, _) in counts.iter().flat_map(|counts| counts.words.iter().chain(&counts.chars)) {
        prompts[*slot as usize] += 1;
    }
    let all = counts.len() as f32 + 1.0;
    let rarity = |having: u32| (all / (having as f32 + 1.0)).ln() + 1.0;
    prompts.iter().map(|having| if *having >= least_prompts.max(1) { rarity(*having) } else { 0.0 }).collect()
}

fn empty(targets: &[String], examples: usize, options: &TrainOptions, rarity: &[f32]) -> Model {
    let heads = targets.len() * 2;
    let mut table = vec![0.0; rarity.len() * (heads + 1)];
    for (slot, rarity) in rarity.iter().enumerate() {
        table[slot * (heads + 1)] = *rarity;
    }
    Model {
        spec: options.features,
        weighting: options.weighting,
        targets: targets.iter().map(|name| summary(name, &[], &[])).collect(),
        summary: TrainingSummary { examples: examples as u64, options: *options, updates: 0 },
        table,
        dense: vec![0.0; DENSE * heads],
        id: String::new(),
    }
}

fn summary(name: &str, outcomes: &[(&Row, Outcome)], tokens_head: &[f32]) -> TargetSummary {
    let weight: f64 = outcomes.iter().map(|(_, outcome)| outcome.weight).sum();
    let mean = |of: &dyn Fn(&Row, &Outcome) -> f64| {
        outcomes.iter().map(|(row, outcome)| outcome.weight * of(row, outcome)).sum::<f64>() / weight.max(1e-12)
    };
    let written = mean(&|_, outcome| outcome.output_tokens);
    let expected = mean(&|row, _| tokens_of(row.dot(tokens_head)));
    TargetSummary {
        name: name.to_owned(),
        outcomes: outcomes.len() as u64,
        mean_quality: mean(&|_, outcome| outcome.quality),
        mean_output_tokens: written,
        tokens_correction: if expected > 0.0 { (written / expected).clamp(0.25, 4.0) } else { 1.0 },
    }
}
