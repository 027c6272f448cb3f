//! Counts per category, and what failed.

use super::{case::Case, verdict::Outcome};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fmt::Write, path::Path};

/// What came of all cases.
#[derive(Debug, Default)]
pub struct Report {
    categories: BTreeMap<String, Counts>,
    pub failures: Vec<(String, Vec<String>)>,
    pub wording: Vec<(String, String)>,
    pub skipped: Vec<(String, String)>,
}

#[derive(Debug, Default, Clone, Copy)]
pub struct Counts {
    pub passed: u32,
    pub failed: u32,
    pub skipped: u32,
}

impl Report {
    pub fn add(&mut self, case: &Case, outcome: Outcome) {
        let counts = self.categories.entry(case.category.clone()).or_default();
        match outcome {
            Outcome::Passed { wording } => {
                counts.passed += 1;
                self.wording.extend(wording.map(|why| (case.id.clone(), why)));
            }
            Outcome::Failed(why) => {
                counts.failed += 1;
                self.failures.push((case.id.clone(), why));
            }
            Outcome::Skipped(why) => {
                counts.skipped += 1;
                self.skipped.push((case.id.clone(), why));
            }
        }
    }

    pub fn unreadable(&mut self, path: &Path, why: &serde_json::Error) {
        self.categories.entry("unreadable".into()).or_default().failed += 1;
        self.failures.push((path.display().to_string(), vec![why.to_string()]));
    }

    pub fn total(&self) -> Counts {
        self.categories.values().fold(Counts::default(), |sum, counts| Counts {
            passed: sum.passed + counts.passed,
            failed: sum.failed + counts.failed,
            skipped: sum.skipped + counts.skipped,
        })
    }

    /// The report as one JSON object.
    pub fn json(&self) -> Value {
        let counts =
            |counts: &Counts| json!({ "passed": counts.passed, "failed": counts.failed, "skipped": counts.skipped });
        let categories: serde_json::Map<_, _> =
            self.categories.iter().map(|(name, each)| (name.clone(), counts(each))).collect();
        json!({
            "total": counts(&self.total()),
            "categories": categories,
            "failures": self.failures.iter().map(|(id, why)| json!({ "id": id, "why": why })).collect::<Vec<_>>(),
            "wording": self.wording.iter().map(|(id, why)| json!({ "id": id, "why": why })).collect::<Vec<_>>(),
            "skipped": self.skipped.iter().map(|(id, why)| json!({ "id": id, "why": why })).collect::<Vec<_>>(),
        })
    }
}

/// A table, and with `verbose` every case that failed, was skipped or says it in other words.
pub fn text_report(report: &Report, verbose: bool) -> String {
    let mut text = String::new();
    let mut line = |name: &str, counts: &Counts| {
        let judged = counts.passed + counts.failed;
        let share = if judged == 0 { 100.0 } else { 100.0 * f64::from(counts.passed) / f64::from(judged) };
        let Counts { passed, failed, skipped } = counts;
        let _ = writeln!(text, "{name:<18} {passed:>7} {failed:>7} {skipped:>8} {share:>8.1} %");
    };
    for (name, counts) in &report.categories {
        line(name, counts);
    }
    line("all", &report.total());
    let mut text =
        format!("{:<18} {:>7} {:>7} {:>8} {:>10}\n{text}", "category", "passed", "failed", "skipped", "of judged");
    let _ = writeln!(text, "\nsame result in other words: {}", report.wording.len());
    if verbose {
        for (id, why) in &report.failures {
            let _ = writeln!(text, "FAILED  {id}\n        {}", why.join("\n        "));
        }
        for (id, why) in &report.skipped {
            let _ = writeln!(text, "SKIPPED {id}: {why}");
        }
        for (id, why) in &report.wording {
            let _ = writeln!(text, "WORDING {id}: {why}");
        }
    }
    text
}
