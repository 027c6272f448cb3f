//! How well a sentence answers a question.

use super::passages::{Passage, has_name};
use super::question::{Question, QuestionTerm, Wants};
use crate::terms::number_word;

/// A word in a heading or title counts this much of one in the sentence.
const IN_CONTEXT: f32 = 0.75;
/// A word in the sentence before or after.
const IN_NEIGHBOUR: f32 = 0.45;
/// A word anywhere in the source: the text is about it, and the sentence may say `it`.
const IN_SUBJECT: f32 = 0.4;
/// A term that says how to answer rather than about what.
const GENERIC: f32 = 0.15;
/// A name or a number that no source has. One that they have proves little: everything here may be about it.
const MISSING_NAME: f32 = 1.6;
/// What is left of the coverage when the thing to be counted or chosen is not spoken of.
const NO_FOCUS: f32 = 0.6;
/// What is left of the coverage when a figure or date is asked for and none is there.
const WRONG_KIND: f32 = 0.6;

/// Weight of each term of the question, by its rarity in the sources.
#[derive(Debug)]
pub(super) struct Weights {
    pub(super) of_terms: Vec<f32>,
    /// Whether any source has the term, in a sentence or around it.
    pub(super) found: Vec<bool>,
    total: f32,
}

impl Weights {
    pub(super) fn of(question: &Question, passages: &[Passage]) -> Self {
        let all = passages.len() as f32;
        let mut of_terms = Vec::new();
        let mut found = Vec::new();
        for term in &question.terms {
            let holders = passages.iter().filter(|passage| in_sentence(term, passage) > 0.0).count();
            let around = holders > 0 || passages.iter().any(|passage| in_context(term, passage) > 0.0);
            // Between 1 for a term that every sentence has and about 2.4 for a rare one: in a handful of sentences about one
            // subject, rarity says little, so it must not decide alone.
            let rarity = ((all + 1.0) / (holders as f32 + 0.5)).ln().clamp(0.0, 3.5);
            let rarity = 1.0 + 0.4 * if holders == 0 && around { rarity.min(1.0) } else { rarity };
            let kind = if term.generic {
                GENERIC
            } else if term.names && !around {
                MISSING_NAME
            } else {
                1.0
            };
            of_terms.push(rarity * kind);
            found.push(around);
        }
        let total = of_terms.iter().sum();
        Self { of_terms, found, total }
    }
}

/// What is thought of one passage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Judgement {
    pub(super) score: f32,
    /// Share of the question that the sentence and its surroundings contain.
    pub(super) coverage: f32,
    /// Share of the question that the sentence itself contains.
    pub(super) own: f32,
    /// The sentence or its headings have an informative term of the question.
    pub(super) touches: bool,
    /// 1 when the sentence has the kind of thing that is asked for, -1 when it has not, 0 when that cannot be told.
    pub(super) kind: f32,
}

pub(super) fn judge(
    question: &Question,
    weights: &Weights,
    passages: &[Passage],
    index: usize,
    sources: usize,
) -> Judgement {
    let passage = &passages[index];
    let before = index.checked_sub(1).map(|index| &passages[index]).filter(|_| passage.has_predecessor);
    let after = passages.get(index + 1).filter(|next| next.has_predecessor);
    let mut own = 0.0;
    let mut covered = 0.0;
    let mut touches = false;
    let mut focused = true;
    for (term, weight) in question.terms.iter().zip(&weights.of_terms) {
        let sentence = in_sentence(term, passage);
        let context = in_context(term, passage);
        let near = [before, after].into_iter().flatten().map(|passage| in_sentence(term, passage)).fold(0.0, f32::max);
        own += weight * sentence;
        let subject = in_words(term, passage.subject.iter());
        let surrounded = (IN_CONTEXT * context).max(IN_NEIGHBOUR * near).max(IN_SUBJECT * subject);
        covered += weight * sentence.max(surrounded);
        focused &= !term.focus || sentence.max(context).max(near) > 0.0;
        touches |= !term.generic && (sentence > 0.0 || context > 0.0);
    }
    if weights.total <= 0.0 {
        return Judgement { score: 0.0, coverage: 0.0, own: 0.0, touches: false, kind: 0.0 };
    }
    let (own, mut coverage) = (own / weights.total, covered / weights.total);
    let fits = fits(question, passage);
    if fits == Fit::Wrong {
        coverage *= WRONG_KIND;
    }
    if !focused {
        coverage *= NO_FOCUS;
    }
    let kind = match fits {
        Fit::Right => 1.0,
        Fit::Unknown => 0.0,
        Fit::Wrong => -1.0,
    };
    let place = 0.05 * (1.0 - passage.source as f32 / sources.max(1) as f32);
    let evidence = 0.6 * coverage + 0.4 * own;
    let score = (evidence + 0.15 * kind + 0.12 * closeness(question, passage) + place) * length_factor(passage.words);
    Judgement { score, coverage, own, touches, kind }
}

fn in_sentence(term: &QuestionTerm, passage: &Passage) -> f32 {
    in_words(term, passage.stems.iter())
}

fn in_context(term: &QuestionTerm, passage: &Passage) -> f32 {
    in_words(term, passage.context.iter())
}

fn in_words<'a>(term: &QuestionTerm, stems: impl Iterator<Item = &'a String>) -> f32 {
    stems.map(|stem| term.met_by(stem)).fold(0.0, f32::max)
}

/// Words of the question that stand together in the sentence speak of the same thing: 1 when all matches are neighbours.
fn closeness(question: &Question, passage: &Passage) -> f32 {
    let matches: Vec<(usize, usize)> = passage
        .stems
        .iter()
        .enumerate()
        .flat_map(|(place, stem)| {
            let terms = question.terms.iter().enumerate();
            terms.filter(|(_, term)| !term.generic && term.met_by(stem) > 0.0).map(move |(term, _)| (place, term))
        })
        .collect();
    let distinct: std::collections::HashSet<usize> = matches.iter().map(|(_, term)| *term).collect();
    if distinct.len() < 2 {
        return 0.0;
    }
    // Shortest run of words that has every matched term.
    let mut shortest = usize::MAX;
    for from in 0..matches.len() {
        let mut open = distinct.clone();
        for (place, term) in &matches[from..] {
            open.remove(term);
            if open.is_empty() {
                shortest = shortest.min(place - matches[from].0 + 1);
                break;
            }
        }
    }
    (distinct.len() as f32 / shortest.max(1) as f32).min(1.0)
}

/// Very short sentences say nothing alone, very long ones say too much.
fn length_factor(words: usize) -> f32 {
    match words {
        0..=2 => 0.75,
        3..=40 => 1.0,
        _ => 1.0 / (1.0 + (words - 40) as f32 / 120.0),
    }
}

/// Whether a sentence has the kind of thing that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Right,
    Unknown,
    Wrong,
}

fn fits(question: &Question, passage: &Passage) -> Fit {
    let lower = passage.text.to_lowercase();
    let has = |words: &[&str]| lower.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word));
    let digits = lower.bytes().any(|byte| byte.is_ascii_digit());
    let spelled = || lower.split(|c: char| !c.is_alphanumeric()).any(|word| number_word(word).is_some());
    match question.wants {
        Wants::Time if digits || has(TIMES) => Fit::Right,
        Wants::Quantity if digits || spelled() || has(QUANTITIES) => Fit::Right,
        Wants::Time | Wants::Quantity => Fit::Wrong,
        Wants::Person if has(ROLES) || has_name(&passage.text) => Fit::Right,
        Wants::Place if has(PLACES) && has_name(&passage.text) => Fit::Right,
        Wants::Reason if has(REASONS) => Fit::Right,
        Wants::Procedure if has(STEPS) || begins_with_number(&lower) => Fit::Right,
        Wants::Definition if defines(question, &lower) => Fit::Right,
        _ => Fit::Unknown,
    }
}

/// The sentence begins with what is asked about and goes on with a word of definition.
fn defines(question: &Question, sentence: &str) -> bool {
    let words: Vec<&str> =
        sentence.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(8).collect();
    let Some(verb) = words.iter().position(|word| DEFINING.contains(word)) else { return false };
    let subjects = question.terms.iter().filter(|term| !term.generic).map(|term| term.word.to_lowercase());
    subjects.into_iter().any(|subject| words[..verb].iter().any(|word| *word == subject))
}

fn begins_with_number(text: &str) -> bool {
    text.trim_start_matches(['-', '*', ' ']).starts_with(|c: char| c.is_ascii_digit())
}

const TIMES: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "daily",
    "weekly",
    "monthly",
    "quarterly",
    "yearly",
    "annually",
    "today",
    "tomorrow",
    "yesterday",
    "midnight",
    "noon",
    "morning",
    "evening",
    "century",
    "after",
    "before",
    "until",
    "immediately",
    "once",
    "weekend",
    "weekends",
    "end",
    "beginning",
    "upon",
];
const QUANTITIES: &[&str] = &[
    "none",
    "no",
    "unlimited",
    "free",
    "half",
    "twice",
    "double",
    "daily",
    "weekly",
    "monthly",
    "quarterly",
    "yearly",
    "annually",
    "once",
    "dozen",
    "hundred",
    "million",
    "billion",
    "until",
    "every",
    "always",
    "never",
];
const ROLES: &[&str] = &[
    "manager",
    "team",
    "department",
    "director",
    "owner",
    "officer",
    "ceo",
    "cto",
    "cfo",
    "president",
    "engineer",
    "staff",
    "employee",
    "employees",
    "customer",
    "customers",
    "administrator",
    "administrators",
    "lead",
    "head",
    "committee",
    "board",
    "group",
    "author",
    "authors",
    "founder",
    "founders",
    "user",
    "users",
    "desk",
    "office",
    "anyone",
    "everyone",
    "nobody",
];
const PLACES: &[&str] =
    &["in", "at", "on", "near", "from", "to", "under", "inside", "behind", "floor", "room", "building"];
const REASONS: &[&str] = &[
    "because",
    "since",
    "due",
    "therefore",
    "reason",
    "reasons",
    "cause",
    "causes",
    "caused",
    "so",
    "result",
    "prevents",
    "avoid",
    "ensures",
];
const STEPS: &[&str] = &[
    "click", "open", "select", "run", "choose", "enter", "press", "use", "set", "type", "install", "first", "then",
    "by", "via", "submit", "send", "go", "follow", "add", "create", "through", "must", "should", "call", "fill",
    "sign",
];
const DEFINING: &[&str] =
    &["is", "are", "means", "refers", "describes", "denotes", "was", "were", "stands", "consists"];
