//! Rows of labelled prompts, in either of two forms:
//!
//! - `{"prompt", "task", "scores": {TARGET: 0..1}, "cost_usd": {TARGET: dollars}, "tokens": {TARGET: [in, out]}}`
//! - `{"prompt", "task", "strong_model", "weak_model", "in_tokens", "strong_correct", "strong_cost", "strong_out_tokens", "weak_…"}`

use std::{collections::BTreeSet, path::Path};

use anyhow::Context;
use cueline_domain::routing::{decide::Price, evaluate::Measured};
use serde_json::Value;

/// A prompt with what every target did.
pub struct Labelled {
    /// What kind of task the file calls it.
    pub task: String,
    /// The prompt.
    pub prompt: String,
    /// Tokens of the input.
    pub input_tokens: f64,
    /// By target.
    pub measured: Vec<Measured>,
    /// By target.
    pub output_tokens: Vec<f64>,
}

/// Rows and the names of their targets, in the order of the outcomes.
pub struct Set {
    /// Names.
    pub targets: Vec<String>,
    /// Rows.
    pub rows: Vec<Labelled>,
}

impl Set {
    /// Reads a file.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let place = path.display();
        let text = std::fs::read_to_string(path).with_context(|| format!("file_unreadable: {place}"))?;
        let (mut targets, mut values) = (BTreeSet::new(), Vec::new());
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let value: Value =
                serde_json::from_str(line).with_context(|| format!("data_invalid: {place}:{}: no JSON", number + 1))?;
            match value["scores"].as_object() {
                Some(scores) => targets.extend(scores.keys().cloned()),
                None => targets
                    .extend(["weak_model", "strong_model"].map(|side| value[side].as_str().unwrap_or(side).to_owned())),
            }
            values.push((number + 1, value));
        }
        let targets: Vec<String> = targets.into_iter().collect();
        anyhow::ensure!(!values.is_empty(), "data_invalid: {place} has no rows");
        let row = |(number, value): &(usize, Value)| {
            labelled(value, &targets).with_context(|| format!("data_invalid: {place}:{number}: a field is missing"))
        };
        let rows = values.iter().map(row).collect::<anyhow::Result<_>>()?;
        Ok(Self { targets, rows })
    }

    /// What each target charges, found from what its calls cost: the two numbers that explain them best.
    pub fn prices(&self) -> Vec<Price> {
        (0..self.targets.len()).map(|at| self.price(at)).collect()
    }

    fn price(&self, at: usize) -> Price {
        // Least squares of cost over tokens read and written.
        let (mut ii, mut io, mut oo, mut ic, mut oc) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for row in &self.rows {
            let (read, written, cost) = (row.input_tokens, row.output_tokens[at], row.measured[at].cost);
            ii += read * read;
            io += read * written;
            oo += written * written;
            ic += read * cost;
            oc += written * cost;
        }
        let determinant = ii * oo - io * io;
        let (input, output) = if determinant.abs() > 1e-9 * ii.max(1.0) * oo.max(1.0) {
            ((ic * oo - oc * io) / determinant, (oc * ii - ic * io) / determinant)
        } else {
            (ic / ii.max(1.0), 0.0)
        };
        Price { input_per_million: (input * 1e6).max(0.0), output_per_million: (output * 1e6).max(0.0) }
    }
}

fn labelled(value: &Value, targets: &[String]) -> Option<Labelled> {
    let mut row = Labelled {
        task: value["task"].as_str().unwrap_or("all").to_owned(),
        prompt: value["prompt"].as_str()?.to_owned(),
        input_tokens: value["in_tokens"].as_f64().unwrap_or(0.0),
        measured: Vec::new(),
        output_tokens: Vec::new(),
    };
    for target in targets {
        let (quality, cost, output) = if value["scores"].is_object() {
            if row.input_tokens == 0.0 {
                row.input_tokens = value["tokens"][target][0].as_f64()?;
            }
            (&value["scores"][target], &value["cost_usd"][target], &value["tokens"][target][1])
        } else {
            let side = if value["strong_model"] == target.as_str() { "strong" } else { "weak" };
            let of = |name: &str| &value[format!("{side}_{name}")];
            (of("correct"), of("cost"), of("out_tokens"))
        };
        row.measured.push(Measured { quality: quality.as_f64()?, cost: cost.as_f64()? });
        row.output_tokens.push(output.as_f64()?);
    }
    Some(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_and_prices_found() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rows.jsonl");
        let row = |read: f64, written: f64| {
            let cost = (read * 3.0 + written * 15.0) / 1e6;
            serde_json::json!({
                "prompt": "p", "task": "t", "scores": {"a": 1.0, "b": 0.5},
                "cost_usd": {"a": cost, "b": cost / 10.0}, "tokens": {"a": [read, written], "b": [read, written]},
            })
            .to_string()
        };
        std::fs::write(&file, [row(100.0, 20.0), row(50.0, 200.0), String::new(), row(10.0, 10.0)].join("\n")).unwrap();
        let set = Set::read(&file).unwrap();
        assert_eq!((set.targets.as_slice(), set.rows.len()), (["a".to_owned(), "b".to_owned()].as_slice(), 3));
        let price = set.prices()[0];
        assert!(
            (price.input_per_million - 3.0).abs() < 1e-6 && (price.output_per_million - 15.0).abs() < 1e-6,
            "{price:?}"
        );

        let routellm = serde_json::json!({
            "prompt": "p", "task": "t", "strong_model": "s", "weak_model": "w", "in_tokens": 5,
            "strong_correct": 1, "weak_correct": 0, "strong_cost": 0.1, "weak_cost": 0.01,
            "strong_out_tokens": 3, "weak_out_tokens": 4,
        });
        std::fs::write(&file, routellm.to_string()).unwrap();
        let set = Set::read(&file).unwrap();
        assert_eq!((set.rows[0].measured[0].quality, set.rows[0].output_tokens[1]), (1.0, 4.0));
        std::fs::write(&file, "{\"prompt\": \"p\", \"scores\": {\"a\": 1}}\n").unwrap();
        assert!(Set::read(&file).err().unwrap().to_string().contains(":1: a field is missing"));
    }
}
