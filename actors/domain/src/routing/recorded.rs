//! What recorded outcomes are worth to learn from.
//!
//! Of a labelled prompt every target's outcome is known; of a recorded one only that of the target which was asked, and which that
//! is was no accident: a target that gets the easy prompts looks good, and one that gets what nobody else can do looks bad. So an
//! outcome counts one over the probability with which its target was asked: one that was drawn by exploration stands for all the
//! requests on which its target was not. A weight is cut at [`MOST_WEIGHT`], so that one lucky draw decides nothing, and weights are
//! evened out over their target, so that its heads are held as close to its outcomes as labelled prompts would hold them.

use super::decide::{Record, Records};
use super::model::{Example, Outcome};
use std::collections::BTreeMap;

/// A weight above this is cut to it.
pub const MOST_WEIGHT: f64 = 20.0;
/// Fewer outcomes of a target say too little to learn from.
pub const LEAST_OUTCOMES: usize = 50;
/// With fewer targets there is nothing to choose from.
const LEAST_TARGETS: usize = 2;

/// An answer and what came of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recorded<'a> {
    /// As the target was given it.
    pub prompt: &'a str,
    /// What kind of task it was.
    pub task_type: &'a str,
    /// Who answered.
    pub target: &'a str,
    /// With which probability it was asked, above 0; 1 where nobody drew.
    pub propensity: f64,
    /// 0 to 1.
    pub quality: f64,
    /// Dollars.
    pub cost: f64,
    /// Tokens it wrote.
    pub output_tokens: f64,
}

/// Recorded outcomes, ready to be learned from.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed<'a> {
    /// Those with enough outcomes, in the order of the examples' indices.
    pub targets: Vec<String>,
    /// One for each outcome of them.
    pub examples: Vec<Example<'a>>,
    /// What they have shown. Counts are of outcomes that all weigh the same and say as much.
    pub records: Records,
    /// Target → outcomes that were found.
    pub found: BTreeMap<String, usize>,
}

/// Why nothing can be learned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "it takes {least} scored answers of each of two targets, and there are {}: score more answers, and let policies explore",
    listed(found)
)]
pub struct TooFew {
    /// Outcomes of a target that it takes.
    pub least: usize,
    /// Target → outcomes that were found.
    pub found: BTreeMap<String, usize>,
}

impl TooFew {
    /// Stable name of the kind.
    pub fn code(&self) -> &'static str {
        "router_too_few_outcomes"
    }
}

fn listed(found: &BTreeMap<String, usize>) -> String {
    let each: Vec<String> = found.iter().map(|(target, count)| format!("{count} of {target:?}")).collect();
    if each.is_empty() { "none".to_owned() } else { each.join(", ") }
}

/// Weighs outcomes. A target with fewer than `least` is left out: what little is known of it would pass for knowledge.
pub fn weigh<'a>(recorded: &[Recorded<'a>], least: usize) -> Result<Weighed<'a>, TooFew> {
    let mut weights = BTreeMap::<&str, Sum>::new();
    for one in recorded {
        weights.entry(one.target).or_default().add(weight(one.propensity), one);
    }
    let found: BTreeMap<String, usize> =
        weights.iter().map(|(target, sum)| ((*target).to_owned(), sum.outcomes)).collect();
    weights.retain(|_, sum| sum.outcomes >= least.max(1));
    if weights.len() < LEAST_TARGETS {
        return Err(TooFew { least, found });
    }
    let mut by_task_type = BTreeMap::<&str, BTreeMap<&str, Sum>>::new();
    let mut examples = Vec::new();
    for one in recorded {
        let Some(target) = weights.keys().position(|target| *target == one.target) else { continue };
        let weight = weight(one.propensity);
        by_task_type.entry(one.task_type).or_default().entry(one.target).or_default().add(weight, one);
        let weight = weight / weights[one.target].mean_weight();
        let outcome = Outcome { target, quality: one.quality, output_tokens: one.output_tokens, weight };
        examples.push(Example { prompt: one.prompt, outcomes: vec![outcome] });
    }
    let records = |sums: &BTreeMap<&str, Sum>| -> BTreeMap<String, Record> {
        sums.iter().map(|(target, sum)| ((*target).to_owned(), sum.record())).collect()
    };
    let records = Records {
        overall: records(&weights),
        by_task_type: by_task_type.iter().map(|(task, sums)| ((*task).to_owned(), records(sums))).collect(),
    };
    let targets = weights.keys().map(|target| (*target).to_owned()).collect();
    Ok(Weighed { targets, examples, records, found })
}

/// What is no probability was as good as never drawn.
fn weight(propensity: f64) -> f64 {
    if propensity > 0.0 { (1.0 / propensity).clamp(1.0, MOST_WEIGHT) } else { MOST_WEIGHT }
}

/// Outcomes that count differently much.
#[derive(Debug, Default)]
struct Sum {
    outcomes: usize,
    weights: f64,
    squares: f64,
    quality: f64,
    cost: f64,
    output_tokens: f64,
}

impl Sum {
    fn add(&mut self, weight: f64, one: &Recorded<'_>) {
        self.outcomes += 1;
        self.weights += weight;
        self.squares += weight * weight;
        self.quality += weight * one.quality;
        self.cost += weight * one.cost;
        self.output_tokens += weight * one.output_tokens;
    }

    fn mean_weight(&self) -> f64 {
        self.weights / self.outcomes.max(1) as f64
    }

    /// Means; as many outcomes as would say as much if all weighed the same.
    fn record(&self) -> Record {
        Record {
            outcomes: (self.weights * self.weights / self.squares).round() as u64,
            quality: self.quality / self.weights,
            cost: self.cost / self.weights,
            output_tokens: self.output_tokens / self.weights,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::model::{TrainOptions, train};

    fn one(target: &'static str, propensity: f64, quality: f64) -> Recorded<'static> {
        let cost = if target == "large" { 0.02 } else { 0.001 };
        Recorded { prompt: "p", task_type: "open", target, propensity, quality, cost, output_tokens: 100.0 }
    }

    #[test]
    fn what_was_drawn_stands_for_what_was_not() {
        // small gets the ninety easy ones of a hundred prompts, and by chance one of the ten hard ones, which it gets wrong.
        let mut recorded: Vec<Recorded<'_>> = (0..90).map(|_| one("small", 1.0, 1.0)).collect();
        recorded.extend((0..8).map(|_| one("large", 0.9, 1.0)));
        recorded.push(one("small", 0.1, 0.0));
        let Weighed { records, examples, targets, found } = weigh(&recorded, 5).unwrap();
        assert_eq!(targets, ["large", "small"]);
        assert_eq!((found["large"], found["small"], examples.len()), (8, 91, 99));
        let small = records.overall["small"];
        assert!((small.quality - 0.9).abs() < 1e-9, "and not {}", 90.0 / 91.0);
        assert_eq!(small.outcomes, 53, "a hundred squared over ninety and a hundred");
        assert_eq!(records.by_task_type["open"]["large"], records.overall["large"]);
        assert_eq!(records.overall["large"].outcomes, 8);
        let weight = |target| -> f64 {
            let of = examples.iter().flat_map(|example| &example.outcomes).filter(|of| of.target == target);
            of.map(|of| of.weight).sum()
        };
        assert!((weight(0) - 8.0).abs() < 1e-9 && (weight(1) - 91.0).abs() < 1e-9, "as many as there are");
    }

    #[test]
    fn a_lucky_draw_is_cut_and_no_probability_is_one() {
        for (propensity, expected) in
            [(1.0, 1.0), (0.5, 2.0), (0.05, 20.0), (1e-9, 20.0), (0.0, 20.0), (f64::NAN, 20.0), (7.0, 1.0)]
        {
            assert_eq!(weight(propensity), expected, "{propensity}");
        }
    }

    #[test]
    fn how_many_there_are_and_how_many_it_takes_is_said() {
        let told = |recorded: &[Recorded<'_>]| weigh(recorded, 3).unwrap_err().to_string();
        assert_eq!(
            told(&[one("large", 1.0, 1.0), one("small", 1.0, 1.0), one("small", 1.0, 0.0)]),
            "it takes 3 scored answers of each of two targets, and there are 1 of \"large\", 2 of \"small\": score more \
             answers, and let policies explore"
        );
        assert!(told(&[]).contains("and there are none"), "{}", told(&[]));
        let mut recorded = vec![one("large", 1.0, 1.0); 3];
        assert!(weigh(&recorded, 3).is_err(), "there is nothing to choose from");
        recorded.extend([one("small", 1.0, 0.5); 3]);
        recorded.push(one("gone", 1.0, 0.0));
        let weighed = weigh(&recorded, 3).unwrap();
        assert_eq!((weighed.targets.join(" ").as_str(), weighed.found["gone"]), ("large small", 1));
        assert!(!weighed.records.overall.contains_key("gone"));
    }

    #[test]
    fn what_is_learned_of_them_is_learned_per_prompt() {
        let prompts: Vec<String> =
            (0..80).map(|at| format!("{} number {at}", if at % 2 == 0 { "prove" } else { "name" })).collect();
        let recorded: Vec<Recorded<'_>> = prompts
            .iter()
            .enumerate()
            .flat_map(|(at, prompt)| {
                let (is_hard, of) = (at % 2 == 0, |target, quality| Recorded { prompt, ..one(target, 0.5, quality) });
                [of("large", 1.0), of("small", if is_hard { 0.0 } else { 1.0 })]
            })
            .collect();
        let weighed = weigh(&recorded, LEAST_OUTCOMES).unwrap();
        let model = train(&weighed.targets, &weighed.examples, &TrainOptions::default()).unwrap();
        let small = |prompt| model.predict(prompt)[1].unwrap().quality;
        assert!(small("prove number 7") < 0.4 && small("name number 8") > 0.6, "{}", small("name number 8"));
    }
}
