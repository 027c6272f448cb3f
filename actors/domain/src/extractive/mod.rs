//! The offline answerer: sentences of the sources themselves, or nothing.
//!
//! ```text
//!   question ─► terms with weights, kind of answer ─┐
//!   sources  ─► sentences with what surrounds them ─┴► scores ─► enough evidence? ─► best sentences, cited
//! ```
//!
//! It needs no model and invents nothing: every sentence is verbatim, with its exact range. Two numbers are kept apart. The
//! *score* orders sentences. The *coverage* decides whether to speak at all: the share of the question's informative terms,
//! by weight, that the best sentence contains together with its headings and neighbours. A term that no source has weighs
//! most, so a question about something else is refused even when half of its words are there.

mod meaning;
mod passages;
mod question;
mod score;
mod synonyms;

pub use meaning::{answer_by_meaning, candidates, closest};

use crate::citation::Citation;
use crate::source::Source;
use crate::terms::Analyser;
use passages::{Passage, passages};
use question::Question;
use score::{Judgement, Weights, judge};
use serde::{Deserialize, Serialize};

/// How much is said and how sure it must be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExtractiveOptions {
    /// Most sentences in an answer.
    pub max_sentences: usize,
    /// Least coverage of the best sentence; below it the answer is [`Extraction::NotInDocuments`].
    pub min_coverage: f32,
    /// Where meaning decides: least likeness of the best sentence. Measured for all-MiniLM-L6-v2.
    pub min_likeness: f32,
}

impl Default for ExtractiveOptions {
    fn default() -> Self {
        Self { max_sentences: 3, min_coverage: 0.55, min_likeness: 0.44 }
    }
}

/// A verbatim sentence with its proof.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExtractedSentence {
    /// The sentence, verbatim.
    pub text: String,
    /// Index into the sources.
    pub source: usize,
    /// For ordering only; not a probability.
    pub score: f32,
    /// Where it stands.
    pub citation: Citation,
}

/// What the documents say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Extraction {
    /// The documents hold an answer.
    Answer {
        /// Best first.
        sentences: Vec<ExtractedSentence>,
        /// Of the best sentence.
        coverage: f32,
    },
    /// The evidence is too weak to say anything.
    NotInDocuments {
        /// Of the best sentence.
        coverage: f32,
        /// Informative words of the question that no source has, as the question writes them.
        missing: Vec<String>,
    },
}

/// Answers `question` from `sources` (best first) with their own sentences.
pub fn answer(question: &str, sources: &[Source], options: &ExtractiveOptions) -> Extraction {
    let analyser = Analyser::default();
    let question = Question::read(&analyser, question);
    let passages = passages(&analyser, sources);
    let weights = Weights::of(&question, &passages);
    let mut judged: Vec<(usize, Judgement)> = passages
        .iter()
        .enumerate()
        .filter(|(_, passage)| passage.may_answer)
        .map(|(index, _)| (index, judge(&question, &weights, &passages, index, sources.len())))
        .collect();
    // Stable: ties stay in the order of the sources.
    judged.sort_by(|a, b| b.1.score.total_cmp(&a.1.score));

    let coverage = judged.first().map_or(0.0, |(_, best)| best.coverage);
    let enough = judged.first().is_some_and(|(_, best)| best.touches && best.coverage >= options.min_coverage);
    if !enough || options.max_sentences == 0 {
        let missing = question.terms.iter().zip(&weights.found).filter(|(_, found)| !**found);
        return Extraction::NotInDocuments {
            coverage,
            missing: missing.filter(|(term, _)| !term.generic).map(|(term, _)| term.word.clone()).collect(),
        };
    }
    let chosen = choose(&judged, &passages, options);
    let sentences =
        chosen.into_iter().filter_map(|(index, score)| extracted(&passages[index], sources, score)).collect();
    Extraction::Answer { sentences, coverage }
}

/// The best sentence, then those nearly as good that say something else.
fn choose(judged: &[(usize, Judgement)], passages: &[Passage], options: &ExtractiveOptions) -> Vec<(usize, f32)> {
    const NEARLY_AS_GOOD: f32 = 0.78;
    const SAME: f32 = 0.6;
    let Some(best) = judged.first() else { return Vec::new() };
    let mut chosen: Vec<(usize, f32)> = vec![(best.0, best.1.score)];
    for (index, judgement) in &judged[1..] {
        if chosen.len() == options.max_sentences || judgement.score < NEARLY_AS_GOOD * best.1.score {
            break;
        }
        let speaks = judgement.touches && judgement.coverage >= options.min_coverage && judgement.own > 0.0;
        let is_new = chosen.iter().all(|(other, _)| passages[*other].likeness(&passages[*index]) < SAME);
        if speaks && is_new {
            chosen.push((*index, judgement.score));
        }
    }
    chosen
}

fn extracted(passage: &Passage, sources: &[Source], score: f32) -> Option<ExtractedSentence> {
    let citation = Citation::of(&sources[passage.source], passage.range.clone())?;
    Some(ExtractedSentence { text: citation.quote.clone(), source: passage.source, score, citation })
}

#[cfg(test)]
mod heldout;
#[cfg(test)]
mod tests;
