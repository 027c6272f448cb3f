//! Prints how much the local guard finds, and how often it cries wolf.
//!
//! `cargo run --release --example guard_report -- INJECTION.jsonl [GUARD.jsonl] [--misses]`
//!
//! The first file has attacks and benign lines by channel (`channel`, `category`, `text`, `expected`; `allow` is benign). The
//! second, by default the one in `data/`, has personal data, secrets and what only looks like it.

#![expect(clippy::print_stdout, reason = "a report is printed")]

use cueline_domain::guarding::injection::assess;
use cueline_domain::guarding::{GuardRules, Inspector, Origin};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::error::Error;

/// Thresholds that the report compares; the last is the default.
const THRESHOLDS: [f32; 3] = [0.6, 0.9, 1.0];

#[derive(Deserialize)]
struct Attack {
    id: String,
    channel: String,
    category: String,
    text: String,
    expected: String,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    kind: String,
    text: String,
    expected: Vec<String>,
}

/// Lines that were flagged, of all.
#[derive(Default, Clone, Copy)]
struct Share {
    flagged: usize,
    all: usize,
}

impl Share {
    fn count(&mut self, flagged: bool) {
        self.all += 1;
        self.flagged += usize::from(flagged);
    }

    fn show(self) -> String {
        let percent = 100.0 * self.flagged as f64 / self.all.max(1) as f64;
        format!("{:>3}/{:<3} {percent:>5.1} %", self.flagged, self.all)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let (mut files, mut misses) = (Vec::new(), false);
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--misses" => misses = true,
            _ => files.push(argument),
        }
    }
    let injection = files.first().ok_or("give the file with injection lines")?;
    let own = files.get(1).cloned().unwrap_or_else(|| format!("{}/data/guard.jsonl", env!("CARGO_MANIFEST_DIR")));
    let lines: Vec<Line> = read(&own)?;
    let inspector = Inspector::new(GuardRules::default())?;
    report_injection(&read(injection)?, &lines, &inspector, misses);
    report_data(&lines, &inspector, misses);
    Ok(())
}

fn read<T: for<'a> Deserialize<'a>>(path: &str) -> Result<Vec<T>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let mut lines = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        lines.push(serde_json::from_str(line).map_err(|error| format!("{path}:{number}: {error}"))?);
    }
    Ok(lines)
}

fn origin(channel: &str) -> Origin {
    match channel {
        "user" => Origin::User,
        "model_output" => Origin::Model,
        _ => Origin::Content,
    }
}

fn report_injection(attacks: &[Attack], own: &[Line], inspector: &Inspector, misses: bool) {
    println!("injection: share of lines flagged, by threshold of the score");
    println!("{:<44} {}", "", THRESHOLDS.map(|threshold| format!("{threshold:>14}")).join("  "));
    let mut by_channel: BTreeMap<String, [Share; 3]> = BTreeMap::new();
    let mut by_family: BTreeMap<String, [Share; 3]> = BTreeMap::new();
    let scores = attacks.iter().map(|attack| {
        let benign = attack.expected == "allow";
        (attack, benign, assess(&attack.text, origin(&attack.channel)))
    });
    for (attack, benign, assessment) in scores {
        let side = if benign { "benign" } else { "attacks" };
        let family = attack.category.split('/').take(2).collect::<Vec<_>>().join("/");
        for (index, threshold) in THRESHOLDS.iter().enumerate() {
            // What a model says is judged by the other rules.
            let broken = || !inspector.inspect(&attack.text, Origin::Model).found.is_empty();
            let of_model = origin(&attack.channel) == Origin::Model;
            let flagged = if of_model { broken() } else { assessment.score >= *threshold };
            by_channel.entry(format!("{side}: {}", attack.channel)).or_default()[index].count(flagged);
            by_channel.entry(format!("{side}: all")).or_default()[index].count(flagged);
            if !benign {
                by_family.entry(family.clone()).or_default()[index].count(flagged);
            }
        }
        if misses && (assessment.score >= 1.0) == benign {
            println!("  ! {} {:.1} {:?}", attack.id, assessment.score, start_of(&attack.text));
        }
    }
    for line in own.iter().filter(|line| line.kind.starts_with("benign_")) {
        let channel = line.kind.trim_start_matches("benign_");
        let assessment = assess(&line.text, origin(channel));
        for (index, threshold) in THRESHOLDS.iter().enumerate() {
            let flagged = assessment.score >= *threshold;
            by_channel.entry(format!("own benign: {channel}")).or_default()[index].count(flagged);
        }
        if misses && assessment.score >= 1.0 {
            println!("  ! {} {:.1} {:?}", line.id, assessment.score, start_of(&line.text));
        }
    }
    for (name, shares) in by_channel.iter().chain(&by_family) {
        println!("{name:<44} {}", shares.map(Share::show).join("  "));
    }
}

fn report_data(lines: &[Line], inspector: &Inspector, misses: bool) {
    println!("\npersonal data and secrets: lines with exactly the expected rules, and false alarms");
    let mut found: BTreeMap<&str, Share> = BTreeMap::new();
    let mut alarms: BTreeMap<&str, Share> = BTreeMap::new();
    for line in lines {
        let text = line.text.replace('∥', "");
        let policies = inspector.inspect(&text, Origin::Model).policies();
        let missed = line.expected.iter().any(|rule| !policies.contains(rule));
        let beside = policies.iter().any(|rule| !line.expected.contains(rule));
        for rule in &line.expected {
            found.entry(rule).or_default().count(policies.contains(rule));
            found.entry("all").or_default().count(policies.contains(rule));
        }
        alarms.entry(&line.kind).or_default().count(beside);
        if misses && (missed || beside) {
            println!("  ! {} {policies:?} {:?}", line.id, start_of(&text));
        }
    }
    for (rule, share) in found {
        println!("found   {rule:<44} {}", share.show());
    }
    for (kind, share) in alarms {
        println!("alarms  {kind:<44} {}", share.show());
    }
}

fn start_of(text: &str) -> String {
    text.chars().take(100).collect()
}
