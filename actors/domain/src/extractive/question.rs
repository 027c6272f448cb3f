//! What a question asks for.

use super::synonyms::groups_of;
use crate::terms::{Analyser, Term};

/// A question, read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Question {
    pub(super) terms: Vec<QuestionTerm>,
    pub(super) wants: Wants,
}

/// One distinct word of the question that carries meaning.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct QuestionTerm {
    pub(super) word: String,
    pub(super) stem: String,
    /// Groups of words that mean about the same.
    pub(super) synonyms: &'static [usize],
    /// A name or a number: another one would be another question.
    pub(super) names: bool,
    /// Says how to answer rather than about what, e.g. `explain`.
    pub(super) generic: bool,
    /// What is counted or chosen, as `patents` in `how many patents`: a sentence without it answers something else.
    pub(super) focus: bool,
}

/// The kind of answer that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wants {
    Time,
    Quantity,
    Person,
    Place,
    Reason,
    Procedure,
    Definition,
    Anything,
}

impl Question {
    pub(super) fn read(analyser: &Analyser, text: &str) -> Self {
        let words = analyser.analyse(text);
        let mut terms: Vec<QuestionTerm> = Vec::new();
        for (position, term) in words.iter().enumerate() {
            let word = &text[term.range.clone()];
            if term.stop || terms.iter().any(|known| known.stem == term.stem) {
                continue;
            }
            let capital = position > 0 && word.chars().next().is_some_and(char::is_uppercase);
            let digits = word.bytes().any(|byte| byte.is_ascii_digit());
            terms.push(QuestionTerm {
                word: word.to_owned(),
                synonyms: groups_of(&term.stem),
                names: capital || digits,
                generic: !capital && GENERIC.contains(&word.to_lowercase().as_str()),
                stem: term.stem.clone(),
                focus: false,
            });
            if let Some(last) = terms.last_mut() {
                last.focus = !last.generic && follows_count(text, &words[..position]);
            }
        }
        // A title-cased question says nothing about names.
        if terms.len() > 2 && terms.iter().filter(|term| term.names).count() * 3 > terms.len() * 2 {
            terms.iter_mut().for_each(|term| term.names = term.word.bytes().any(|byte| byte.is_ascii_digit()));
        }
        if terms.iter().all(|term| term.generic) {
            terms.iter_mut().for_each(|term| term.generic = false);
        }
        Self { terms, wants: wants(&text.to_lowercase()) }
    }
}

impl QuestionTerm {
    /// How well `stem` says this term: 1 the same, less for a relative, 0 for a stranger.
    pub(super) fn met_by(&self, stem: &str) -> f32 {
        const SYNONYM: f32 = 0.85;
        const RELATIVE: f32 = 0.75;
        if self.stem == stem {
            return 1.0;
        }
        if !self.names && groups_of(stem).iter().any(|group| self.synonyms.contains(group)) {
            return SYNONYM;
        }
        // `authent` and `authenticat`, `pay` is too short to tell.
        let (short, long) =
            if self.stem.len() < stem.len() { (self.stem.as_str(), stem) } else { (stem, self.stem.as_str()) };
        if short.len() >= 5 && long.len() - short.len() <= 3 && long.starts_with(short) { RELATIVE } else { 0.0 }
    }
}

/// Whether the words before a term end with `how many`, `how much` or `which`.
fn follows_count(text: &str, before: &[Term]) -> bool {
    let word = |back: usize| {
        before.len().checked_sub(back).map(|index| text[before[index].range.clone()].to_lowercase()).unwrap_or_default()
    };
    word(1) == "which" || (word(2) == "how" && ["many", "much"].contains(&word(1).as_str()))
}

fn wants(question: &str) -> Wants {
    let question = question.trim_start_matches(|c: char| !c.is_alphanumeric());
    let has = |phrases: &[&str]| phrases.iter().any(|phrase| contains_words(question, phrase));
    let opening = question.split_whitespace().next().unwrap_or_default();
    if YES_OR_NO.contains(&opening) {
        return Wants::Anything;
    }
    if has(&[
        "when",
        "what date",
        "which date",
        "what year",
        "which year",
        "what time",
        "what day",
        "which day",
        "deadline",
    ]) {
        Wants::Time
    } else if has(&[
        "how many",
        "how much",
        "how long",
        "how often",
        "how old",
        "how far",
        "how big",
        "how large",
        "how fast",
        "how high",
        "how soon",
        "how late",
        "what percentage",
        "what percent",
        "what number",
        "cost",
        "costs",
        "price",
        "limit",
        "maximum",
        "minimum",
    ]) {
        Wants::Quantity
    } else if has(&["who", "whom", "whose"]) {
        Wants::Person
    } else if has(&["where"]) {
        Wants::Place
    } else if has(&["why", "what is the reason", "what causes", "reason for"]) {
        Wants::Reason
    } else if has(&["how do", "how can", "how to", "how should", "how does", "how is", "how are", "steps"]) {
        Wants::Procedure
    } else if has(&["what is", "what are", "what's", "what does", "define", "meaning of", "what was"]) {
        Wants::Definition
    } else {
        Wants::Anything
    }
}

fn contains_words(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + phrase.len()..].chars().next();
        before.is_none_or(|c| !c.is_alphanumeric()) && after.is_none_or(|c| !c.is_alphanumeric())
    })
}

const YES_OR_NO: &[&str] = &[
    "is", "are", "was", "were", "do", "does", "did", "can", "could", "may", "must", "should", "shall", "will", "would",
    "has", "have", "had", "am", "isn't", "aren't", "don't", "doesn't", "can't",
];

const GENERIC: &[&str] = &[
    "answer",
    "describe",
    "detail",
    "details",
    "document",
    "documents",
    "exactly",
    "example",
    "explain",
    "find",
    "get",
    "give",
    "happen",
    "happens",
    "information",
    "kind",
    "know",
    "list",
    "long",
    "many",
    "mean",
    "means",
    "much",
    "name",
    "need",
    "often",
    "please",
    "possible",
    "question",
    "say",
    "says",
    "show",
    "soon",
    "sort",
    "summarise",
    "summarize",
    "summary",
    "tell",
    "text",
    "thing",
    "things",
    "type",
    "want",
    "way",
    "ways",
    "work",
    "works",
    "use",
    "used",
    "using",
    "according",
    "big",
    "large",
    "old",
    "far",
    "high",
    "fast",
    "late",
    "someone",
    "anyone",
    "people",
    "person",
    "take",
    "takes",
    "go",
    "make",
    "makes",
    "there",
    "number",
    "percentage",
    "year",
    "date",
    "time",
    "day",
    "called",
    "like",
    "new",
];
