//! Which words of a source say what a sentence says.
//!
//! Word overlap, no model: it catches markers that point at the wrong source and figures that the source does not have. It
//! does not catch a sentence that uses the source's words to say the opposite.

use crate::sentences::sentences;
use crate::terms::{Analyser, number_word};
use std::collections::HashSet;
use std::ops::Range;

/// Least share of the claim's words that the span must contain.
const LEAST_SHARE: f32 = 0.34;
/// A second sentence must add this share to be quoted too.
const WORTH_A_SENTENCE: f32 = 0.2;

/// Result of a search for support.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Support {
    /// This byte range of the source supports the claim.
    Span(Range<usize>),
    /// Too few words in common.
    Weak,
    /// The claim has a figure that the source does not have.
    NumberMissing,
}

/// Finds the sentence of `source`, or the two in a row, that share most with `claim`.
pub fn supporting_span(analyser: &Analyser, claim: &str, source: &str) -> Support {
    let wanted = distinct(analyser, without_list_mark(claim));
    if wanted.is_empty() {
        return Support::Weak;
    }
    let figures = figures(analyser, source);
    if wanted.iter().filter(|stem| has_digit(stem)).any(|stem| !figures.contains(stem)) {
        return Support::NumberMissing;
    }

    let spans = sentences(source);
    let found: Vec<HashSet<String>> = spans.iter().map(|span| with_figures(analyser, &source[span.clone()])).collect();
    let share = |sentences: Range<usize>| {
        let hits =
            wanted.iter().filter(|stem| found[sentences.clone()].iter().any(|words| words.contains(*stem))).count();
        (hits, hits as f32 / wanted.len() as f32)
    };
    let mut best: Option<(Range<usize>, usize, f32)> = None;
    for index in 0..spans.len() {
        let (hits, one) = share(index..index + 1);
        if best.as_ref().is_none_or(|(_, _, share)| one > *share) {
            best = Some((index..index + 1, hits, one));
        }
    }
    // A pair must be clearly better than the best single sentence.
    let single = best.as_ref().map_or(0.0, |(_, _, share)| *share);
    for index in 1..spans.len() {
        let (hits, two) = share(index - 1..index + 1);
        if two >= single + WORTH_A_SENTENCE && best.as_ref().is_none_or(|(_, _, share)| two > *share) {
            best = Some((index - 1..index + 1, hits, two));
        }
    }
    match best {
        Some((sentences, hits, share)) if share >= LEAST_SHARE && hits >= wanted.len().min(2) => {
            Support::Span(spans[sentences.start].start..spans[sentences.end - 1].end)
        }
        _ => Support::Weak,
    }
}

fn distinct(analyser: &Analyser, text: &str) -> Vec<String> {
    let mut seen = HashSet::new();
    analyser.stems(text).into_iter().filter(|stem| seen.insert(stem.clone())).collect()
}

fn with_figures(analyser: &Analyser, text: &str) -> HashSet<String> {
    analyser.stems(text).into_iter().chain(figures(analyser, text)).collect()
}

/// Figures of a text, those in letters too.
fn figures(analyser: &Analyser, text: &str) -> HashSet<String> {
    let words = analyser.analyse(text);
    let spelled =
        words.iter().filter_map(|term| number_word(&text[term.range.clone()].to_lowercase()).map(str::to_owned));
    words.iter().map(|term| term.stem.clone()).filter(|stem| has_digit(stem)).chain(spelled).collect()
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// The number of a list item is no figure.
fn without_list_mark(claim: &str) -> &str {
    let trimmed = claim.trim_start();
    let digits = trimmed.len() - trimmed.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    match trimmed[digits..].strip_prefix(['.', ')']) {
        Some(rest) if digits > 0 && rest.starts_with(char::is_whitespace) => rest,
        _ => trimmed,
    }
}
