//! Our reading of event patterns against Amazon's own matcher (`event-ruler`, Apache-2.0): all cases that we wrote down, and
//! pairs from a seed. Where the user guide and event-ruler differ we keep to the guide; those cases are listed apart, and
//! the generator stays away from them: numbers that are written in two ways, numbers beyond ±5e9 or finer than six digits,
//! blocks of one version of addresses and addresses of the other.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test is an assertion and says what it skips")]
#![cfg(feature = "aws")]

use std::{collections::BTreeMap, io::Write, process::Stdio, thread};

use cueline_domain::event_pattern::{EventPattern, MAX_CHARACTERS};
use cueline_tests::{maven::Program, universe::Dice};
use serde_json::{Map, Value, json};

const CASES: &str = include_str!("../../actors/domain/src/event_pattern/cases.txt");
/// Pairs of the generator; the same every time, unless `CUELINE_FIRST_SEED` moves it.
const PAIRS: u64 = 12_000;

/// What somebody says of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Match,
    None,
    Refused,
}

struct Pair {
    pattern: String,
    event: String,
}

fn ours(pair: &Pair) -> Verdict {
    match EventPattern::parse_text(&pair.pattern, MAX_CHARACTERS) {
        Err(_) => Verdict::Refused,
        Ok(pattern) => match pattern.matches(&serde_json::from_str(&pair.event).unwrap()) {
            true => Verdict::Match,
            false => Verdict::None,
        },
    }
}

/// What event-ruler says, with its words where it refuses; prints why and gives nothing where it is not to be had.
fn theirs(test: &str, pairs: &[Pair]) -> Option<Vec<(Verdict, String)>> {
    let program = match Program::fetched("event-ruler", "Ruler", &["lib"]) {
        Ok(program) => program,
        Err(reason) => {
            eprintln!("{test}: skipped: no event-ruler: {reason:#}");
            return None;
        }
    };
    let mut command = program.command(256);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let questions: String =
        pairs.iter().map(|pair| format!("{}\n", json!({"pattern": pair.pattern, "event": pair.event}))).collect();
    let mut input = child.stdin.take().unwrap();
    let writer = thread::spawn(move || input.write_all(questions.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let verdict = |line: &str| match line {
        "match" => (Verdict::Match, String::new()),
        "none" => (Verdict::None, String::new()),
        refused => (Verdict::Refused, refused.to_owned()),
    };
    let answers: Vec<_> = String::from_utf8(output.stdout).unwrap().lines().map(verdict).collect();
    assert_eq!(answers.len(), pairs.len(), "an answer to each question");
    Some(answers)
}

/// The pairs on which the two differ, shown.
fn differences(pairs: &[Pair], theirs: &[(Verdict, String)]) -> Vec<String> {
    let differs = |(pair, (theirs, words)): (&Pair, &(Verdict, String))| {
        let ours = ours(pair);
        (ours != *theirs).then(|| {
            let Pair { pattern, event } = pair;
            format!("{pattern} ~ {event}\n    ours {ours:?}, event-ruler {theirs:?} {words}")
        })
    };
    pairs.iter().zip(theirs).filter_map(differs).collect()
}

#[test]
fn our_cases_are_judged_alike() {
    let (alike, apart) = CASES.split_once("\n## ").unwrap();
    let read = |cases: &str| -> Vec<Pair> {
        let lines = cases.lines().filter(|line| ["+ ", "- ", "! "].iter().any(|kind| line.starts_with(kind)));
        lines
            .map(|line| {
                let (pattern, rest) = line[2..].split_once(" ~ ").unwrap();
                // Whoever refuses a pattern does so for any event.
                let event = if line.starts_with('!') { "{}" } else { rest };
                Pair { pattern: pattern.to_owned(), event: event.to_owned() }
            })
            .collect()
    };
    let (alike, apart) = (read(alike), read(apart));
    let Some(theirs_alike) = theirs("our_cases_are_judged_alike", &alike) else { return };
    let different = differences(&alike, &theirs_alike);
    assert!(different.is_empty(), "{} of {}:\n{}", different.len(), alike.len(), different.join("\n"));
    let theirs_apart = theirs("our_cases_are_judged_alike", &apart).unwrap();
    let different = differences(&apart, &theirs_apart);
    assert_eq!(different.len(), apart.len(), "each case that is listed apart is judged otherwise: {different:?}");
    eprintln!("{} cases judged alike, {} otherwise, as documented", alike.len(), apart.len());
}

#[test]
fn generated_pairs_are_judged_alike() {
    let first = std::env::var("CUELINE_FIRST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let pairs: Vec<Pair> = (first..first + PAIRS).map(|seed| pair(&mut Dice::new(seed))).collect();
    let Some(theirs) = theirs("generated_pairs_are_judged_alike", &pairs) else { return };
    let mut counts: BTreeMap<Verdict, u64> = BTreeMap::new();
    for (verdict, _) in &theirs {
        *counts.entry(*verdict).or_default() += 1;
    }
    let different = differences(&pairs, &theirs);
    let shown = different.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
    assert!(different.is_empty(), "{} of {PAIRS} differ ({counts:?}):\n{shown}", different.len());
    eprintln!("{PAIRS} generated pairs judged alike: {counts:?}");
    for operator in OPERATORS {
        let used = pairs.iter().filter(|pair| pair.pattern.contains(operator)).count();
        assert!(used > 100, "{operator} is used {used} times");
    }
    let enough = |verdict| counts.get(&verdict).copied().unwrap_or_default() * 20 > PAIRS;
    assert!(enough(Verdict::Match) && enough(Verdict::None) && enough(Verdict::Refused), "{counts:?}");
}

const OPERATORS: [&str; 9] = [
    "\"prefix\"",
    "\"suffix\"",
    "\"equals-ignore-case\"",
    "\"wildcard\"",
    "\"anything-but\"",
    "\"numeric\"",
    "\"exists\"",
    "\"cidr\"",
    "\"$or\"",
];

/// So few that they meet.
const TEXTS: [&str; 12] = ["", "a", "b", "ab", "aB", "ba", "abab", "a*b", "ä", "雨a", "10.0.0.1", "2001:db8::1"];
const NUMBERS: [f64; 9] = [0.0, 1.0, -1.0, 2.0, 1.5, -0.25, 300.0, 4_999_999_999.0, 0.000_001];
const NAMES: [&str; 4] = ["a", "b", "c", "d"];

fn pair(dice: &mut Dice) -> Pair {
    let mut pattern = fields(dice, 0, 0);
    if dice.chance(60) {
        spoil(dice, &mut pattern);
    }
    let event = Value::Object(event_fields(dice, 0));
    Pair { pattern: Value::Object(pattern).to_string(), event: event.to_string() }
}

fn number(dice: &mut Dice) -> Value {
    let number = *dice.pick(&NUMBERS);
    // As an integer where it is one: written with a point it would be another text.
    if number.fract() == 0.0 { json!(number as i64) } else { json!(number) }
}

fn text(dice: &mut Dice) -> Value {
    json!(dice.pick(&TEXTS))
}

fn leaf(dice: &mut Dice) -> Value {
    match dice.below(10) {
        0 => Value::Null,
        1 => json!(dice.chance(500)),
        2..5 => number(dice),
        _ => text(dice),
    }
}

fn event_fields(dice: &mut Dice, depth: u32) -> Map<String, Value> {
    let mut fields = Map::new();
    for _ in 0..dice.between(u64::from(depth == 0), 4) {
        let name = (*dice.pick(&NAMES)).to_owned();
        let value = event_value(dice, depth);
        fields.insert(name, value);
    }
    fields
}

fn event_value(dice: &mut Dice, depth: u32) -> Value {
    match dice.below(10) {
        0..2 if depth < 3 => Value::Object(event_fields(dice, depth + 1)),
        2..5 if depth < 4 => {
            let count = dice.below(4);
            Value::Array((0..count).map(|_| event_value(dice, depth + 1)).collect())
        }
        _ => leaf(dice),
    }
}

fn fields(dice: &mut Dice, depth: u32, alternatives: u32) -> Map<String, Value> {
    let mut fields = Map::new();
    for _ in 0..dice.between(1, if depth == 0 { 3 } else { 2 }) {
        if alternatives < 2 && dice.chance(120) {
            let count = dice.between(2, 3);
            let members = (0..count).map(|_| Value::Object(self::fields(dice, depth + 1, alternatives + 1))).collect();
            fields.insert("$or".to_owned(), Value::Array(members));
            continue;
        }
        let name = (*dice.pick(&NAMES)).to_owned();
        let value = match dice.below(10) {
            0..3 if depth < 3 => Value::Object(self::fields(dice, depth + 1, alternatives)),
            _ => {
                let count = dice.between(1, 3);
                Value::Array((0..count).map(|_| test(dice)).collect())
            }
        };
        fields.insert(name, value);
    }
    fields
}

fn test(dice: &mut Dice) -> Value {
    match dice.below(14) {
        0..3 => leaf(dice),
        3 => json!({"prefix": text(dice)}),
        4 => json!({"suffix": text(dice)}),
        5 => json!({*dice.pick(&["prefix", "suffix"]): {"equals-ignore-case": text(dice)}}),
        6 => json!({"equals-ignore-case": text(dice)}),
        7 => json!({"wildcard": wildcard(dice)}),
        8..10 => json!({"anything-but": anything_but(dice)}),
        10 | 11 => json!({"numeric": numeric(dice)}),
        12 => json!({"exists": dice.chance(500)}),
        _ => json!({"cidr": *dice.pick(&["10.0.0.0/24", "10.0.0.0/31", "10.0.0.2/30", "10.0.0.0/8"])}),
    }
}

fn wildcard(dice: &mut Dice) -> String {
    let parts = ["*", "a", "b", "ab", "*", "ä", "\\*", "B"];
    let mut wildcard = String::new();
    for _ in 0..dice.between(1, 5) {
        let part = *dice.pick(&parts);
        // Two stars side by side are refused; now and then that is tried, too.
        if part != "*" || !wildcard.ends_with('*') || dice.chance(30) {
            wildcard.push_str(part);
        }
    }
    wildcard
}

fn anything_but(dice: &mut Dice) -> Value {
    let not_empty = |dice: &mut Dice| json!(TEXTS[1 + dice.below(TEXTS.len() as u64 - 1) as usize]);
    match dice.below(8) {
        0 | 1 => text(dice),
        2 => number(dice),
        3 => json!([text(dice), text(dice)]),
        4 => json!([number(dice), number(dice)]),
        5 => {
            let operator = *dice.pick(&["prefix", "suffix", "equals-ignore-case"]);
            json!({operator: not_empty(dice)})
        }
        6 => {
            let operator = *dice.pick(&["prefix", "suffix", "equals-ignore-case"]);
            json!({operator: [not_empty(dice), not_empty(dice)]})
        }
        _ => json!({"wildcard": wildcard(dice)}),
    }
}

fn numeric(dice: &mut Dice) -> Value {
    if dice.chance(400) {
        return json!([dice.pick(&[">", ">="]), number(dice), dice.pick(&["<", "<="]), number(dice)]);
    }
    json!([dice.pick(&["=", "<", "<=", ">", ">="]), number(dice)])
}

/// Makes a mistake somewhere.
fn spoil(dice: &mut Dice, pattern: &mut Map<String, Value>) {
    let wrong = [
        json!([{"prefix": 5}]),
        json!([{"suffix": null}]),
        json!([{"begins": "a"}]),
        json!([{"prefix": "a", "suffix": "b"}]),
        json!([{"anything-but": []}]),
        json!([{"anything-but": ["a", 1]}]),
        json!([{"anything-but": true}]),
        json!([{"anything-but": {"prefix": ""}}]),
        json!([{"anything-but": {"numeric": ["=", 1]}}]),
        json!([{"numeric": []}]),
        json!([{"numeric": ["!=", 1]}]),
        json!([{"numeric": ["<", 1, ">", 0]}]),
        json!([{"numeric": [">", 1, "<", 1]}]),
        json!([{"exists": "true"}]),
        json!([{"cidr": "10.0.0.0"}]),
        json!([{"cidr": "10.0.0/8"}]),
        json!([{"wildcard": "a**"}]),
        json!([{"wildcard": "\\a"}]),
        json!([{"equals-ignore-case": ["a"]}]),
        json!([["a"]]),
        json!([]),
        json!({}),
        json!("a"),
        json!(5),
        Value::Null,
    ];
    pattern.insert((*dice.pick(&NAMES)).to_owned(), dice.pick(&wrong).clone());
}
