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

/// A pair on which the two differ.
#[derive(Debug)]
struct Difference {
    pattern: String,
    event: String,
    ours: Verdict,
    text: String,
}

fn differences(pairs: &[Pair], theirs: &[(Verdict, String)]) -> Vec<Difference> {
    let differs = |(pair, (theirs, words)): (&Pair, &(Verdict, String))| {
        let ours = ours(pair);
        let Pair { pattern, event } = pair;
        (ours != *theirs).then(|| Difference {
            pattern: pattern.clone(),
            event: event.clone(),
            ours,
            text: format!("{pattern} ~ {event}\n    ours {ours:?}, event-ruler {theirs:?} {words}"),
        })
    };
    pairs.iter().zip(theirs).filter_map(differs).collect()
}

/// A list matches if one of its values does. Whether event-ruler says as we do once it is asked for each value by itself:
/// version 2.1 mixes up some lists in which `equals-ignore-case` or `wildcard` stands beside other tests.
fn contradicts_itself(difference: &Difference) -> bool {
    let pattern: Value = serde_json::from_str(&difference.pattern).unwrap();
    let choices = choices(&pattern);
    let event = |choice: &Value| Pair { pattern: choice.to_string(), event: difference.event.clone() };
    let pairs: Vec<Pair> = choices.iter().map(event).collect();
    let Some(theirs) = theirs("event-ruler asked again", &pairs) else { return false };
    let any = theirs.iter().map(|(verdict, _)| *verdict).max_by_key(|verdict| match verdict {
        Verdict::None => 0,
        Verdict::Match => 1,
        Verdict::Refused => 2,
    });
    any == Some(difference.ours)
}

/// Every pattern that has one value of each list.
fn choices(pattern: &Value) -> Vec<Value> {
    match pattern {
        Value::Object(fields) => {
            let mut all = vec![Map::new()];
            for (name, value) in fields {
                let of_field = match (name.as_str(), value) {
                    ("$or", Value::Array(members)) => {
                        let mut lists = vec![vec![]];
                        for member in members {
                            let of_member = choices(member);
                            let longer = |list: &Vec<Value>| {
                                of_member.iter().map(|it| [&list[..], &[it.clone()]].concat()).collect::<Vec<_>>()
                            };
                            lists = lists.iter().flat_map(longer).collect();
                        }
                        lists.into_iter().map(Value::Array).collect()
                    }
                    _ => choices(value),
                };
                let with = |choice: &Map<String, Value>| {
                    let one = |value: &Value| {
                        let mut choice = choice.clone();
                        choice.insert(name.clone(), value.clone());
                        choice
                    };
                    of_field.iter().map(one).collect::<Vec<_>>()
                };
                all = all.iter().flat_map(with).collect();
            }
            all.into_iter().map(Value::Object).collect()
        }
        Value::Array(tests) => tests.iter().map(|test| json!([test])).collect(),
        other => vec![other.clone()],
    }
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
    assert!(different.is_empty(), "{} of {}: {different:#?}", different.len(), alike.len());
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
    let (different, inconsistent) = differences(&pairs, &theirs).into_iter().partition(|it| !contradicts_itself(it));
    let different: Vec<Difference> = different;
    for Difference { text, .. } in &inconsistent {
        eprintln!("event-ruler judges the values of a list together otherwise than each by itself: {text}");
    }
    assert!(inconsistent.len() as u64 * 500 < PAIRS, "too often to be a defect of event-ruler alone");
    let different: Vec<String> = different.into_iter().map(|it| it.text).collect();
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
    let event = Value::Object(event_fields(dice, 0));
    // A pattern that is drawn without a look at the event hardly ever matches.
    let guide = if dice.chance(800) { &event } else { &Value::Null };
    let mut pattern = fields(dice, guide, 0, 0);
    if dice.chance(60) {
        spoil(dice, &mut pattern);
    }
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

/// Fields of a pattern, mostly those of the part of the event that guides.
fn fields(dice: &mut Dice, guide: &Value, depth: u32, alternatives: u32) -> Map<String, Value> {
    let mut fields = Map::new();
    for _ in 0..dice.between(1, if depth == 0 { 3 } else { 2 }) {
        if alternatives < 2 && dice.chance(120) {
            let count = dice.between(2, 3);
            let members =
                (0..count).map(|_| Value::Object(self::fields(dice, guide, depth + 1, alternatives + 1))).collect();
            fields.insert("$or".to_owned(), Value::Array(members));
            continue;
        }
        let there: Vec<&String> = guide.as_object().map(|fields| fields.keys().collect()).unwrap_or_default();
        let name = match there.is_empty() || dice.chance(150) {
            true => (*dice.pick(&NAMES)).to_owned(),
            false => (*dice.pick(&there)).clone(),
        };
        let guide = guide.get(&name).unwrap_or(&Value::Null);
        let guide = inside(dice, guide);
        let nested = if guide.is_object() { 900 } else { 150 };
        let value = match depth < 3 && dice.chance(nested) {
            true => Value::Object(self::fields(dice, guide, depth + 1, alternatives)),
            false => {
                let count = dice.between(1, 3);
                Value::Array((0..count).map(|_| test(dice, guide)).collect())
            }
        };
        fields.insert(name, value);
    }
    fields
}

/// An element of an array, however deep.
fn inside<'a>(dice: &mut Dice, mut guide: &'a Value) -> &'a Value {
    while let Value::Array(elements) = guide {
        if elements.is_empty() {
            return &Value::Null;
        }
        guide = dice.pick(elements);
    }
    guide
}

/// A test, sometimes one that the leaf of the event passes.
fn test(dice: &mut Dice, guide: &Value) -> Value {
    if let (Value::String(text), true) = (guide, dice.chance(400)) {
        let half = |cut: usize| text.chars().skip(cut).collect::<String>();
        let start: String = text.chars().take(1).collect();
        return match dice.below(6) {
            0 => json!({"prefix": start}),
            1 => json!({"suffix": half(1)}),
            2 => json!({"equals-ignore-case": text.to_uppercase()}),
            3 => json!({"prefix": {"equals-ignore-case": start.to_uppercase()}}),
            4 => json!({"suffix": {"equals-ignore-case": half(1).to_uppercase()}}),
            _ => json!({"wildcard": format!("{}*", start.replace('*', "\\*"))}),
        };
    }
    let is_leaf = !guide.is_object() && !guide.is_null();
    match dice.below(14) {
        0..3 if is_leaf => guide.clone(),
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
