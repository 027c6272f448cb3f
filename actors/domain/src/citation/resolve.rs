//! From markers to checked citations.

use super::Citation;
use super::markers::{Marker, strip};
use super::support::{Support, supporting_span};
use crate::sentences::sentences;
use crate::source::Source;
use crate::terms::Analyser;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A sentence of an answer with what supports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CitedSentence {
    /// Byte range in [`CitedAnswer::text`].
    pub range: Range<usize>,
    /// Checked citations, in order of their markers; empty when nothing was cited or nothing held.
    pub citations: Vec<Citation>,
}

/// Why a marker did not become a citation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DropReason {
    /// No source has this number.
    NoSuchSource,
    /// No sentence of the source says anything like it.
    Unsupported,
    /// The sentence has a figure that the source does not have.
    NumberMissing,
}

/// A marker that did not become a citation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DroppedMarker {
    /// The number in the marker.
    pub number: usize,
    /// Index into [`CitedAnswer::sentences`].
    pub sentence: usize,
    /// Why.
    pub reason: DropReason,
}

/// A model's answer with its markers resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CitedAnswer {
    /// The answer without markers.
    pub text: String,
    /// Its sentences.
    pub sentences: Vec<CitedSentence>,
    /// Markers that were dropped.
    pub dropped: Vec<DroppedMarker>,
}

impl CitedAnswer {
    /// All citations, in order.
    pub fn citations(&self) -> impl Iterator<Item = &Citation> {
        self.sentences.iter().flat_map(|sentence| &sentence.citations)
    }
}

/// Resolves `[1]`-style markers of `answer` against `sources` (number 1 is `sources[0]`). A marker speaks of the sentence it
/// stands in or behind, and one that opens a line of the sentence that follows.
pub fn resolve(answer: &str, sources: &[Source]) -> CitedAnswer {
    let analyser = Analyser::default();
    let stripped = strip(answer);
    let mut cited: Vec<CitedSentence> =
        sentences(&stripped.text).into_iter().map(|range| CitedSentence { range, citations: Vec::new() }).collect();
    let mut dropped = Vec::new();
    for marker in &stripped.markers {
        let Some(sentence) = sentence_of(&cited, marker) else { continue };
        let claim = stripped.text[cited[sentence].range.clone()].to_owned();
        for number in &marker.numbers {
            match cite(&analyser, &claim, *number, sources) {
                Ok(citation) if cited[sentence].citations.contains(&citation) => {}
                Ok(citation) => cited[sentence].citations.push(citation),
                Err(reason) => dropped.push(DroppedMarker { number: *number, sentence, reason }),
            }
        }
    }
    CitedAnswer { text: stripped.text, sentences: cited, dropped }
}

fn sentence_of(cited: &[CitedSentence], marker: &Marker) -> Option<usize> {
    let after = || cited.iter().position(|sentence| sentence.range.start >= marker.at);
    let before = || cited.iter().rposition(|sentence| sentence.range.start < marker.at);
    if marker.opens_line { after().or_else(before) } else { before().or_else(after) }
}

fn cite(analyser: &Analyser, claim: &str, number: usize, sources: &[Source]) -> Result<Citation, DropReason> {
    let source = number.checked_sub(1).and_then(|index| sources.get(index)).ok_or(DropReason::NoSuchSource)?;
    match supporting_span(analyser, claim, &source.text) {
        Support::Span(span) => Citation::of(source, span).ok_or(DropReason::Unsupported),
        Support::Weak => Err(DropReason::Unsupported),
        Support::NumberMissing => Err(DropReason::NumberMissing),
    }
}
