//! The offline answerer.
use crate::{citation::Citation, source::Source};
use serde::{Deserialize, Serialize};

/// How much is said and how sure it must be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExtractiveOptions {
    /// Most sentences in an answer.
    pub max_sentences: usize,
    /// Smallest share (by weight) of the question's informative terms that the best passage must contain.
    pub min_coverage: f32,
}

impl Default for ExtractiveOptions {
    fn default() -> Self {
        Self { max_sentences: 3, min_coverage: 0.5 }
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
    /// Sentences, best first.
    Answer {
        /// Best first.
        sentences: Vec<ExtractedSentence>,
        /// Share of the question's informative terms (by weight) that the evidence contains.
        coverage: f32,
    },
    /// The evidence is too weak to say anything.
    NotInDocuments {
        /// Share of the question's informative terms (by weight) that the best passage contains.
        coverage: f32,
        /// Terms of the question that no source contains.
        missing: Vec<String>,
    },
}

/// Answers `question` from `sources` (best first) with their own sentences.
pub fn answer(_question: &str, _sources: &[Source], _options: &ExtractiveOptions) -> Extraction {
    Extraction::NotInDocuments { coverage: 0.0, missing: Vec::new() }
}
