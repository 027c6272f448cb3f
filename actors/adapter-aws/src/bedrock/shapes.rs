//! Bodies of InvokeModel: each family of models has its own. Pure.
//!
//! | family | texts in a request | what is cut |
//! |---|---|---|
//! | Titan Text Embeddings V2 | 1 | nothing: 50,000 characters and 8,192 tokens are refused beyond |
//! | Cohere Embed v3 | 96 | at 512 tokens by the model; 2,048 characters are refused beyond |
//! | Cohere Embed v4 | 96 | at `max_tokens` by the model |
//! | Cohere Rerank 3.5, Amazon Rerank 1.0 | 1,000 | by the model, at about 4,096 tokens with the question |

use cueline_ports::{PortError, PortResult};
use serde::Deserialize;
use serde_json::{Value, json};

use super::names;

/// Models that embed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmbeddingFamily {
    /// Amazon Titan Text Embeddings V2.
    TitanV2,
    /// Cohere Embed v3, English or multilingual.
    CohereV3,
    /// Cohere Embed v4.
    CohereV4,
}

/// What a vector is for. Models that were trained so give questions other vectors than what is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Searched,
    Question,
}

impl EmbeddingFamily {
    /// As far as the name of a model tells.
    ///
    /// # Errors
    /// `model_family_unknown`.
    pub fn of(model: &str) -> PortResult<Self> {
        let base = names::base(model);
        let known = [
            ("amazon.titan-embed-text-v2", Self::TitanV2),
            ("cohere.embed-english-v3", Self::CohereV3),
            ("cohere.embed-multilingual-v3", Self::CohereV3),
            ("cohere.embed-v4", Self::CohereV4),
        ];
        find(base, &known)
            .ok_or_else(|| unknown(model, "amazon.titan-embed-text-v2, cohere.embed-…-v3 or cohere.embed-v4"))
    }

    /// Lengths of vectors that it gives, the usual one first.
    pub fn dimensions(self) -> &'static [usize] {
        match self {
            Self::TitanV2 => &[1_024, 512, 256],
            Self::CohereV3 => &[1_024],
            Self::CohereV4 => &[1_536, 1_024, 512, 256],
        }
    }

    /// Tokens that it reads of a text.
    pub fn max_tokens(self) -> usize {
        match self {
            Self::TitanV2 => 8_192,
            Self::CohereV3 => 512,
            Self::CohereV4 => 128_000,
        }
    }

    /// Texts in a request at most.
    pub(super) fn batch(self) -> usize {
        match self {
            Self::TitanV2 => 1,
            Self::CohereV3 | Self::CohereV4 => 96,
        }
    }

    /// Characters of a text that are sent at most, and fewer if that is too many tokens. The steps are the same for every
    /// text, so that texts with a common beginning are cut at the same place.
    pub(super) fn cuts(self) -> &'static [usize] {
        match self {
            Self::TitanV2 => &[50_000, 40_000, 32_000, 24_000, 16_000, 12_000, 8_000, 4_000, 2_000],
            Self::CohereV3 => &[2_048],
            Self::CohereV4 => &[600_000],
        }
    }

    /// The body for texts, which are not blank.
    pub(super) fn body(self, texts: &[&str], dimension: usize, purpose: Purpose) -> Value {
        let input_type = match purpose {
            Purpose::Searched => "search_document",
            Purpose::Question => "search_query",
        };
        match self {
            Self::TitanV2 => {
                let text = texts.first().copied().unwrap_or_default();
                json!({ "inputText": text, "dimensions": dimension, "normalize": true, "embeddingTypes": ["float"] })
            }
            Self::CohereV3 => {
                json!({ "texts": texts, "input_type": input_type, "truncate": "END", "embedding_types": ["float"] })
            }
            Self::CohereV4 => json!({
                "texts": texts, "input_type": input_type, "truncate": "RIGHT", "embedding_types": ["float"],
                "output_dimension": dimension, "max_tokens": self.max_tokens(),
            }),
        }
    }
}

/// Vectors as any of the families says them.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Vectors {
    /// Titan.
    One { embedding: Vec<f32> },
    /// Cohere, by type.
    Typed { embeddings: ByType },
    /// Cohere, when no type was asked for.
    Plain { embeddings: Vec<Vec<f32>> },
}

#[derive(Debug, Deserialize)]
pub(super) struct ByType {
    float: Vec<Vec<f32>>,
}

impl Vectors {
    /// In order.
    pub(super) fn into_list(self) -> Vec<Vec<f32>> {
        match self {
            Self::One { embedding } => vec![embedding],
            Self::Typed { embeddings } => embeddings.float,
            Self::Plain { embeddings } => embeddings,
        }
    }
}

/// Models that rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RerankingFamily {
    /// Cohere Rerank 3.5.
    Cohere,
    /// Amazon Rerank 1.0.
    Amazon,
}

impl RerankingFamily {
    /// As far as the name of a model tells.
    ///
    /// # Errors
    /// `model_family_unknown`.
    pub fn of(model: &str) -> PortResult<Self> {
        let known = [("cohere.rerank-v3-5", Self::Cohere), ("amazon.rerank-v1", Self::Amazon)];
        find(names::base(model), &known).ok_or_else(|| unknown(model, "cohere.rerank-v3-5 or amazon.rerank-v1"))
    }

    /// The body for texts, which are not blank.
    pub(super) fn body(self, question: &str, texts: &[&str]) -> Value {
        let mut body = json!({ "query": question, "documents": texts, "top_n": texts.len() });
        if self == Self::Cohere {
            body["api_version"] = 2.into();
        }
        body
    }
}

/// Best first, each with its place in the request.
#[derive(Debug, Deserialize)]
pub(super) struct Ranked {
    results: Vec<Rank>,
}

#[derive(Debug, Deserialize)]
struct Rank {
    index: usize,
    relevance_score: f32,
}

impl Ranked {
    /// The scores in the order of the texts; `None` when one is missing, twice, or no number from 0 to 1.
    pub(super) fn scores(self, texts: usize) -> Option<Vec<f32>> {
        let mut scores = vec![None; texts];
        for Rank { index, relevance_score } in self.results {
            let place = scores.get_mut(index).filter(|place| place.is_none())?;
            // Rounding may have gone too far.
            *place = Some(relevance_score.clamp(0.0, 1.0)).filter(|score| score.is_finite());
        }
        scores.into_iter().collect()
    }
}

/// Texts in requests of at most so many texts and bytes. One that is larger goes alone.
pub(super) fn batches(texts: &[String], most: usize, most_bytes: usize) -> Vec<&[String]> {
    let mut batches = Vec::new();
    let (mut begin, mut bytes) = (0, 0);
    for (at, text) in texts.iter().enumerate() {
        if at > begin && (at - begin == most || bytes + text.len() > most_bytes) {
            batches.extend(texts.get(begin..at));
            (begin, bytes) = (at, 0);
        }
        bytes += text.len();
    }
    batches.extend(texts.get(begin..).filter(|rest| !rest.is_empty()));
    batches
}

/// The beginning of a text, at most so many characters.
pub(super) fn beginning(text: &str, most: usize) -> &str {
    // A character has a byte at least.
    if text.len() <= most {
        return text;
    }
    text.char_indices().nth(most).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

fn find<T: Copy>(base: &str, known: &[(&str, T)]) -> Option<T> {
    known.iter().find(|(beginning, _)| base.starts_with(beginning)).map(|(_, family)| *family)
}

fn unknown(model: &str, known: &str) -> PortError {
    PortError::invalid(format!(
        "model_family_unknown: the name {model} does not tell how the model is asked; use {known}, or set `family`"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_family() {
        let cases = [
            ("amazon.titan-embed-text-v2:0", Some(EmbeddingFamily::TitanV2)),
            ("cohere.embed-multilingual-v3", Some(EmbeddingFamily::CohereV3)),
            ("us.cohere.embed-v4:0", Some(EmbeddingFamily::CohereV4)),
            ("arn:aws:bedrock:us-east-1::foundation-model/cohere.embed-english-v3", Some(EmbeddingFamily::CohereV3)),
            ("amazon.titan-embed-text-v1", None),
        ];
        for (model, family) in cases {
            assert_eq!(EmbeddingFamily::of(model).ok(), family, "{model}");
        }
        assert_eq!(RerankingFamily::of("amazon.rerank-v1:0").unwrap(), RerankingFamily::Amazon);
        let error = RerankingFamily::of("amazon.nova-lite-v1:0").unwrap_err();
        assert!(error.message.starts_with("model_family_unknown: ") && error.message.contains("`family`"), "{error}");
    }

    #[test]
    fn every_shape_of_an_answer_is_read() {
        let cases = [
            (r#"{"embedding":[1,0],"inputTextTokenCount":3,"embeddingsByType":{"float":[1,0]}}"#, 1),
            (
                r#"{"id":"a","texts":["x","y"],"response_type":"embeddings_by_type","embeddings":{"float":[[1,0],[0,1]]}}"#,
                2,
            ),
            (r#"{"id":"a","texts":["x","y"],"response_type":"embeddings_floats","embeddings":[[1,0],[0,1]]}"#, 2),
        ];
        for (body, vectors) in cases {
            let list = serde_json::from_str::<Vectors>(body).unwrap().into_list();
            assert_eq!((list.len(), list[0].as_slice()), (vectors, [1.0, 0.0].as_slice()), "{body}");
        }
        assert!(serde_json::from_str::<Vectors>(r#"{"generations":[]}"#).is_err());
    }

    #[test]
    fn scores_return_to_the_order_of_the_texts() {
        let ranked = |body: &str| serde_json::from_str::<Ranked>(body).unwrap().scores(2);
        let body = r#"{"results":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":1.0000001}]}"#;
        assert_eq!(ranked(body), Some(vec![1.0, 0.9]));
        let missing = r#"{"results":[{"index":1,"relevance_score":0.9}]}"#;
        let twice = r#"{"results":[{"index":1,"relevance_score":0.9},{"index":1,"relevance_score":0.8}]}"#;
        let beyond = r#"{"results":[{"index":0,"relevance_score":0.9},{"index":2,"relevance_score":0.8}]}"#;
        for body in [missing, twice, beyond] {
            assert_eq!(ranked(body), None, "{body}");
        }
    }

    #[test]
    fn requests_have_few_texts_and_few_bytes() {
        let texts: Vec<String> = [1, 1, 1, 8, 30, 2].map(|size| "x".repeat(size)).into();
        let sizes = |most, bytes| batches(&texts, most, bytes).iter().map(|batch| batch.len()).collect::<Vec<_>>();
        assert_eq!(sizes(2, 100), [2, 2, 2]);
        assert_eq!(sizes(10, 10), [3, 1, 1, 1]);
        assert_eq!(sizes(10, 100), [6]);
        assert!(batches(&[], 10, 10).is_empty());
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(beginning("añb", 2), "añ");
        assert_eq!(beginning("🐧🐧🐧", 2), "🐧🐧");
        assert_eq!(beginning("ab", 2), "ab");
        assert_eq!(beginning("", 2), "");
    }
}
