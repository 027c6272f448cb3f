//! Routing measured and trained, on labelled prompts and on scored answers.
//!
//! | file | idea |
//! |---|---|
//! | `labelled` | rows of a JSONL file |
//! | [`logged`] | what another way of deciding would have reached on scored answers |
//! | [`recorded`](Sample) | scored answers as something to learn from |
//! | [`learned`](Learned) | what was learned: the model, and what targets have shown; one file |

mod labelled;
mod learned;
pub mod logged;
mod recorded;

use cueline_domain::routing::{
    decide::Price,
    evaluate::{Case, Expected, Report, anchors, choose_threshold, report, steps},
    model::{Example, Model, Outcome, TrainOptions, train},
    task_type::TaskType,
};

pub use self::{
    labelled::{Labelled, Set},
    learned::{Learned, LearnedError},
    recorded::{LearnedOf, Sample, learn_of},
};

/// Resamples per interval.
const RESAMPLES: usize = 1_000;
const SEED: u64 = 20_261_122;

/// Learns from rows.
pub fn learn(set: &Set) -> anyhow::Result<Learned> {
    let model = train(&set.targets, &examples(set), &TrainOptions::default())?;
    let mut records = cueline_domain::routing::decide::Records::default();
    for row in &set.rows {
        let kind = kind_of(row);
        for ((name, measured), tokens) in set.targets.iter().zip(&row.measured).zip(&row.output_tokens) {
            records.add(name, &kind, measured.quality, measured.cost, *tokens);
        }
    }
    Ok(Learned { model, records })
}

fn kind_of(row: &Labelled) -> String {
    TaskType::guess(&row.prompt).name().to_owned()
}

fn examples(set: &Set) -> Vec<Example<'_>> {
    let outcomes = |row: &Labelled| {
        let each = row.measured.iter().zip(&row.output_tokens).enumerate();
        let outcome = |(target, (measured, tokens)): (usize, (&cueline_domain::routing::evaluate::Measured, &f64))| {
            Outcome { target, quality: measured.quality, output_tokens: *tokens, weight: 1.0 }
        };
        each.map(outcome).collect()
    };
    set.rows.iter().map(|row| Example { prompt: &row.prompt, outcomes: outcomes(row) }).collect()
}

/// What routing does on rows.
pub struct Evaluated {
    /// `all`, then each task of the file with enough rows.
    pub reports: Vec<(String, Report)>,
    /// Thresholds that keep 95 % and 99 % of the best target's quality on these rows.
    pub thresholds: Option<(f64, f64)>,
    /// Microseconds of a decision: p50 and p99.
    pub decision_us: (f64, f64),
}

/// Evaluates a model on rows. A target that the model does not know is expected to do nothing.
pub fn evaluate(model: &Model, set: &Set) -> Evaluated {
    let prices = set.prices();
    let known: Vec<Option<usize>> =
        set.targets.iter().map(|name| model.targets().iter().position(|target| target.name == *name)).collect();
    let mut times = Vec::with_capacity(set.rows.len());
    let mut cases = Vec::with_capacity(set.rows.len());
    for row in &set.rows {
        let begun = std::time::Instant::now();
        let predicted = model.predict(&row.prompt);
        times.push(begun.elapsed().as_secs_f64() * 1e6);
        let expected = |(known, price): (&Option<usize>, &Price)| {
            let prediction = known.and_then(|at| predicted.get(at).cloned().flatten());
            prediction.map_or(Expected { quality: 0.0, cost: f64::MAX }, |prediction| Expected {
                quality: prediction.quality,
                cost: price.of(row.input_tokens, prediction.output_tokens),
            })
        };
        cases.push(Case {
            task_type: row.task.clone(),
            prompt_bytes: row.prompt.len(),
            measured: row.measured.clone(),
            expected: known.iter().zip(&prices).map(expected).collect(),
        });
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get(((times.len() as f64 - 1.0) * share) as usize).copied().unwrap_or_default();
    let mut names: Vec<&str> = cases.iter().map(|case| case.task_type.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let mut reports: Vec<(String, Report)> =
        report(&cases, RESAMPLES, SEED).map(|report| ("all".to_owned(), report)).into_iter().collect();
    for name in names {
        let of: Vec<Case> = cases.iter().filter(|case| case.task_type == name).cloned().collect();
        let report = report(&of, RESAMPLES, SEED).filter(|report| report.cases >= 30);
        reports.extend(report.map(|report| (name.to_owned(), report)));
    }
    let thresholds = anchors(&cases).map(|anchors| {
        let steps = steps(&cases, anchors, |case| case.expected.clone());
        let choose = |share| choose_threshold(&cases, anchors, &steps, share).clamp(-1e9, 1e9);
        (choose(0.95), choose(0.99))
    });
    Evaluated { reports, thresholds, decision_us: (at(0.5), at(0.99)) }
}
