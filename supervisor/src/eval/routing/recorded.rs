//! Answers that were given and scored here, as something to learn from.

use cueline_domain::routing::{
    decide::Decision,
    model::{TrainOptions, train},
    recorded::{LEAST_OUTCOMES, Recorded, Weighed, weigh},
    task_type::TaskType,
};
use std::collections::BTreeMap;

use super::Learned;
use crate::api::DecisionView;

/// A scored answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    prompt: String,
    task_type: String,
    target: String,
    propensity: f64,
    score: f64,
    cost: f64,
    output_tokens: f64,
}

/// What was learned of scored answers.
#[derive(Debug)]
pub struct LearnedOf {
    /// For a file.
    pub learned: Learned,
    /// Target → answers that it was learned from.
    pub found: BTreeMap<String, usize>,
    /// Target → answers that were too few to learn from.
    pub left_out: BTreeMap<String, usize>,
}

impl Sample {
    /// Nothing where nobody was asked: the answer was given before.
    ///
    /// Who answered because it was named, or because the chosen one failed, was not drawn: its answer stands for itself.
    pub fn of(view: DecisionView) -> Option<Self> {
        let decision: Option<Decision> = serde_json::from_value(view.decision).ok();
        let drawn = decision.as_ref().filter(|decision| decision.chosen == view.target);
        let guessed = || TaskType::guess(&view.prompt).name().to_owned();
        (view.output_tokens > 0).then(|| Self {
            propensity: drawn.map_or(1.0, |decision| decision.propensity),
            task_type: decision.as_ref().map_or_else(guessed, |decision| decision.task_type.clone()),
            prompt: view.prompt.clone(),
            target: view.target,
            score: view.score,
            cost: view.cost,
            output_tokens: view.output_tokens as f64,
        })
    }

    fn recorded(&self) -> Recorded<'_> {
        Recorded {
            prompt: &self.prompt,
            task_type: &self.task_type,
            target: &self.target,
            propensity: self.propensity,
            quality: self.score,
            cost: self.cost,
            output_tokens: self.output_tokens,
        }
    }
}

/// Learns from scored answers.
pub fn learn_of(samples: &[Sample]) -> anyhow::Result<LearnedOf> {
    let recorded: Vec<Recorded<'_>> = samples.iter().map(Sample::recorded).collect();
    let weighed = weigh(&recorded, LEAST_OUTCOMES);
    let Weighed { targets, examples, records, found } =
        weighed.map_err(|few| anyhow::anyhow!("{}: {few}", few.code()))?;
    let model = train(&targets, &examples, &TrainOptions::default())?;
    let (found, left_out) = found.into_iter().partition(|(target, _)| targets.contains(target));
    Ok(LearnedOf { learned: Learned { model, records }, found, left_out })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(target: &str, score: f64, decision: serde_json::Value) -> DecisionView {
        DecisionView {
            execution: "chatcmpl-1".into(),
            at_ms: 1,
            tenant: "t".into(),
            prompt: "Solve 3x + 4 = 10.".into(),
            input_tokens: 12,
            target: target.into(),
            cost: 0.01,
            output_tokens: 20,
            score,
            decision,
        }
    }

    fn decision(chosen: &str, propensity: f64) -> serde_json::Value {
        serde_json::json!({
            "policy": "auto", "chosen": chosen, "chain": [chosen], "propensity": propensity, "explored": true,
            "basis": "model", "model": null, "task_type": "puzzle", "rules": [], "input_tokens": 12,
            "threshold": 0.0, "least_quality": 0.0, "targets": [],
        })
    }

    #[test]
    fn an_answer_is_worth_what_its_draw_was() {
        let drawn = Sample::of(view("small", 0.5, decision("small", 0.025))).unwrap();
        assert_eq!((drawn.propensity, drawn.task_type.as_str(), drawn.score), (0.025, "puzzle", 0.5));
        let stepped_in = Sample::of(view("large", 1.0, decision("small", 0.025))).unwrap();
        assert_eq!((stepped_in.propensity, stepped_in.target.as_str()), (1.0, "large"));
        let named = Sample::of(view("large", 1.0, serde_json::json!({ "rule": "named" }))).unwrap();
        assert_eq!((named.propensity, named.task_type.as_str()), (1.0, "math"));
        let again = DecisionView { output_tokens: 0, cost: 0.0, ..view("small", 1.0, decision("small", 1.0)) };
        assert!(Sample::of(again).is_none(), "nobody was asked");
    }

    #[test]
    fn too_few_are_told_with_numbers_and_enough_are_a_file() {
        let of = |target: &str, count: usize| -> Vec<Sample> {
            (0..count).filter_map(|_| Sample::of(view(target, 1.0, decision(target, 0.5)))).collect()
        };
        let few = learn_of(&[of("large", 60), of("small", 49)].concat()).unwrap_err().to_string();
        assert!(
            few.starts_with("router_too_few_outcomes: it takes 50 scored answers of each of two targets")
                && few.contains("60 of \"large\", 49 of \"small\""),
            "{few}"
        );
        let LearnedOf { learned, found, left_out } =
            learn_of(&[of("large", 60), of("small", 50), of("gone", 3)].concat()).unwrap();
        assert_eq!((found["large"], found["small"], left_out["gone"]), (60, 50, 3));
        assert_eq!(learned.records.overall["small"].outcomes, 50);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.router");
        learned.write(&file).unwrap();
        let known: Vec<String> =
            Learned::read(&file).unwrap().model.targets().iter().map(|target| target.name.clone()).collect();
        assert_eq!(known, ["large", "small"]);
    }
}
