//! Configuration of a collection: which objects it takes in, how they are cut, embedded, searched and answered from.
//!
//! It is read by serde from whatever the caller keeps it in (TOML, JSON); unknown fields are refused. Reading checks the
//! form, [`Collection::validate`] the meaning, and reports every problem at once.

mod glob;

pub use glob::Glob;

use crate::access::Audience;
use crate::chunking::{CHUNKER, ChunkingStrategy};
use crate::fusion::Fusion;
use crate::object_key::ObjectKey;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Name of a collection: 1 to 63 of `a-z`, `0-9` and `-`, neither first nor last a `-`. It is part of paths and index names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CollectionName(String);

/// A name that cannot be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("collection name `{0}` must be 1 to 63 lower-case letters, digits and inner hyphens")]
pub struct CollectionNameError(pub String);

impl CollectionName {
    /// Checks a name.
    pub fn parse(name: &str) -> Result<Self, CollectionNameError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let valid = (1..=63).contains(&name.len())
            && name.bytes().all(allowed)
            && !name.starts_with('-')
            && !name.ends_with('-');
        if valid { Ok(Self(name.to_owned())) } else { Err(CollectionNameError(name.chars().take(80).collect())) }
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CollectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for CollectionName {
    type Error = CollectionNameError;
    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::parse(&name)
    }
}

impl From<CollectionName> for String {
    fn from(name: CollectionName) -> Self {
        name.0
    }
}

/// Configuration of a collection. Everything but the name has a measured or harmless default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collection {
    /// Its name.
    pub name: CollectionName,
    /// Keys that are taken in; everything when empty.
    #[serde(default)]
    pub include: Vec<Glob>,
    /// Keys that are left out, also when included.
    #[serde(default)]
    pub exclude: Vec<Glob>,
    /// Who may see a document whose metadata names no groups.
    #[serde(default = "everyone")]
    pub audience: Audience,
    /// How documents of a media type are cut; [`ChunkingStrategy::default_for`] the rest.
    #[serde(default)]
    pub chunking: BTreeMap<String, ChunkingStrategy>,
    /// Which model makes the vectors; without it search is by words only.
    #[serde(default)]
    pub embedding: Option<Embedding>,
    /// How many candidates, and which of them.
    #[serde(default)]
    pub retrieval: Retrieval,
    /// How an answer is made of them; without it answers are extracted sentences.
    #[serde(default)]
    pub answering: Option<Answering>,
    /// Name of the guard that looks at questions and answers, as ports know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guard: Option<String>,
}

fn everyone() -> Audience {
    Audience::Public
}

/// A model that makes vectors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Embedding {
    /// Name of the model as ports know it.
    pub model: String,
    /// Numbers in a vector. Two models of equal dimension must never share an index, so the name counts too.
    pub dimension: usize,
}

/// How chunks are found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retrieval {
    /// Candidates taken from each of the keyword and the vector list.
    pub depth: usize,
    /// Chunks that are handed on.
    pub results: usize,
    /// How the two lists become one.
    pub fusion: Fusion,
    /// What happens to the fused list.
    pub rerank: Rerank,
}

impl Default for Retrieval {
    fn default() -> Self {
        Self { depth: 100, results: 8, fusion: Fusion::default(), rerank: Rerank::default() }
    }
}

/// What happens to a fused list.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rerank {
    /// Nothing.
    #[default]
    None,
    /// Maximal marginal relevance.
    Mmr {
        /// 1 is relevance only, 0 is diversity only.
        #[serde(default = "default_lambda")]
        lambda: f32,
    },
    /// A model that compares the question with each text.
    Model {
        /// Name of the reranker as ports know it.
        name: String,
        /// How many of the fused list it compares.
        #[serde(default = "default_candidates")]
        candidates: usize,
    },
}

fn default_candidates() -> usize {
    50
}

fn default_lambda() -> f32 {
    0.7
}

/// How an answer is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answering {
    /// Name of a model or route as ports know it.
    pub model: String,
    /// Added to the instructions of the prompt.
    #[serde(default)]
    pub instructions: Option<String>,
    /// Words that the sources may take in the prompt.
    #[serde(default = "default_source_words")]
    pub source_words: usize,
    /// Leaves out sentences of the model that could not be traced to the documents, instead of marking them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strict: bool,
}

fn default_source_words() -> usize {
    crate::prompt::PromptOptions::default().source_words
}

/// A value that cannot work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{field} is {value}: {fix}")]
pub struct ConfigurationError {
    /// Where, e.g. `retrieval.depth`.
    pub field: String,
    /// What was given.
    pub value: String,
    /// What to write instead.
    pub fix: String,
}

impl Collection {
    /// A collection with every default.
    pub fn named(name: CollectionName) -> Self {
        Self {
            name,
            include: Vec::new(),
            exclude: Vec::new(),
            audience: everyone(),
            chunking: BTreeMap::new(),
            embedding: None,
            retrieval: Retrieval::default(),
            answering: None,
            guard: None,
        }
    }

    /// Whether a document of this key belongs to the collection.
    pub fn takes(&self, key: &ObjectKey) -> bool {
        let any = |globs: &[Glob]| globs.iter().any(|glob| glob.matches(key.as_str()));
        (self.include.is_empty() || any(&self.include)) && !any(&self.exclude)
    }

    /// How a document of this media type is cut.
    pub fn chunking_for(&self, media_type: &str) -> ChunkingStrategy {
        let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        self.chunking.get(&essence).cloned().unwrap_or_else(|| ChunkingStrategy::default_for(&essence))
    }

    /// Names everything that shapes stored chunks and vectors; when it changes, documents are ingested again. `parsers`
    /// names the parsers and their versions.
    pub fn fingerprint(&self, parsers: &str) -> String {
        let shaping = serde_json::json!([CHUNKER, parsers, self.chunking, self.embedding]);
        blake3::hash(shaping.to_string().as_bytes()).to_hex()[..16].to_owned()
    }

    /// Every value that cannot work; empty when all can.
    pub fn validate(&self) -> Vec<ConfigurationError> {
        let mut problems = Vec::new();
        let mut problem =
            |field: String, value: String, fix: String| problems.push(ConfigurationError { field, value, fix });

        for (list, globs) in [("include", &self.include), ("exclude", &self.exclude)] {
            for (index, glob) in globs.iter().enumerate() {
                if let Some(fix) = glob.fix() {
                    problem(format!("{list}[{index}]"), format!("`{}`", glob.0), fix.to_owned());
                }
            }
        }
        for (media_type, strategy) in &self.chunking {
            if !is_media_type(media_type) {
                let fix = "write a media type in lower case without parameters, e.g. `text/markdown`";
                problem("chunking".to_owned(), format!("`{media_type}`"), fix.to_owned());
            }
            if let Err(error) = strategy.validate() {
                problem(format!("chunking.\"{media_type}\".{}", error.field), error.value.to_string(), error.fix);
            }
        }
        if let Some(embedding) = &self.embedding {
            if embedding.model.trim().is_empty() {
                problem("embedding.model".into(), "empty".into(), "name a model, or remove `embedding`".into());
            }
            if !(1..=8_192).contains(&embedding.dimension) {
                let fix = "write the length of the model's vectors, 1 to 8192".to_owned();
                problem("embedding.dimension".into(), embedding.dimension.to_string(), fix);
            }
        }
        let Retrieval { depth, results, fusion, ref rerank } = self.retrieval;
        if !(1..=1_000).contains(&depth) {
            problem("retrieval.depth".into(), depth.to_string(), "write a number from 1 to 1000".into());
        }
        if !(1..=depth.max(1)).contains(&results) {
            let fix = format!("write a number from 1 to {} (`retrieval.depth`)", depth.max(1));
            problem("retrieval.results".into(), results.to_string(), fix);
        }
        let (Fusion::MinMax { vector_weight } | Fusion::ReciprocalRank { vector_weight, .. }) = fusion;
        let mut share = |field: &str, value: f32| {
            if !(0.0..=1.0).contains(&value) {
                problem(field.to_owned(), value.to_string(), "write a number from 0 to 1".to_owned());
            }
        };
        share("retrieval.fusion.vector_weight", vector_weight);
        match rerank {
            Rerank::None => {}
            Rerank::Mmr { lambda } => share("retrieval.rerank.lambda", *lambda),
            Rerank::Model { name, candidates } => {
                if name.trim().is_empty() {
                    problem("retrieval.rerank.name".into(), "empty".into(), "name one of `[rerankers]`".into());
                }
                if !(results..=depth.max(results)).contains(candidates) {
                    let fix =
                        format!("write a number from {results} (`retrieval.results`) to {depth} (`retrieval.depth`)");
                    problem("retrieval.rerank.candidates".into(), candidates.to_string(), fix);
                }
            }
        }
        if self.guard.as_ref().is_some_and(|guard| guard.trim().is_empty()) {
            problem("guard".into(), "empty".into(), "name one of `[guards]`, or remove `guard`".into());
        }
        if let Fusion::ReciprocalRank { k, .. } = fusion
            && !(0.0..=10_000.0).contains(&k)
        {
            problem("retrieval.fusion.k".into(), k.to_string(), "write a number from 0 to 10000; 60 is usual".into());
        }
        if let Some(answering) = &self.answering {
            if answering.model.trim().is_empty() {
                problem("answering.model".into(), "empty".into(), "name a model, or remove `answering`".into());
            }
            if !(50..=200_000).contains(&answering.source_words) {
                let fix = "write a number from 50 to 200000".to_owned();
                problem("answering.source_words".into(), answering.source_words.to_string(), fix);
            }
        }
        problems
    }
}

fn is_media_type(text: &str) -> bool {
    let valid = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"!#$&-^_.+".contains(&byte))
    };
    text.split_once('/').is_some_and(|(kind, name)| valid(kind) && valid(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(json: serde_json::Value) -> Result<Collection, String> {
        serde_json::from_value(json).map_err(|error| error.to_string())
    }

    #[test]
    fn a_name_is_enough() {
        let collection = read(json!({"name": "handbook"})).unwrap();
        assert_eq!(collection, Collection::named(CollectionName::parse("handbook").unwrap()));
        assert_eq!(collection.validate(), []);
        assert!(collection.takes(&ObjectKey::parse("a/b.pdf").unwrap()));
        assert_eq!(collection.retrieval.fusion, Fusion::MinMax { vector_weight: 0.5 });
    }

    #[test]
    fn a_full_configuration_reads_back() {
        let json = json!({
            "name": "hr-2024", "include": ["**/*.pdf", "*.md"], "exclude": ["drafts/**"],
            "audience": {"groups": ["hr"]},
            "chunking": {"text/csv": {"strategy": "rows", "rows_per_chunk": 5, "max_words": 100}},
            "embedding": {"model": "all-minilm-l6-v2", "dimension": 384},
            "retrieval": {"depth": 50, "results": 5, "fusion": {"method": "reciprocal_rank", "k": 60.0, "vector_weight": 0.5},
                "rerank": {"method": "mmr", "lambda": 0.5}},
            "answering": {"model": "fast", "instructions": "Answer in German.", "source_words": 1000},
        });
        let collection = read(json.clone()).unwrap();
        assert_eq!(collection.validate(), []);
        assert_eq!(serde_json::to_value(&collection).unwrap(), json);
        let takes = |key| collection.takes(&ObjectKey::parse(key).unwrap());
        assert!(takes("a/b.pdf") && takes("x.md") && !takes("drafts/x.md") && !takes("x.csv"));
        assert_eq!(collection.chunking_for("Text/CSV; header=present"), collection.chunking["text/csv"]);
        assert_eq!(collection.chunking_for("text/html"), ChunkingStrategy::default_for("text/html"));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for (json, message) in [
            (json!({"name": "a", "chunkng": {}}), "unknown field `chunkng`"),
            (json!({"name": "a", "retrieval": {"dept": 3}}), "unknown field `dept`"),
            (json!({"name": "A"}), "collection name `A` must be 1 to 63"),
            (json!({"name": "-a"}), "collection name `-a`"),
            (json!({"name": ""}), "collection name ``"),
            (json!({"name": "a".repeat(64)}), "collection name `aaaa"),
            (json!({}), "missing field `name`"),
        ] {
            let error = read(json).unwrap_err();
            assert!(error.contains(message), "{error}");
        }
    }

    #[test]
    fn every_value_that_cannot_work_is_named_with_its_fix() {
        let collection = read(json!({
            "name": "a", "include": ["/abs"], "exclude": [""],
            "chunking": {"Markdown": {"strategy": "fixed", "words": 5, "overlap": 1}},
            "embedding": {"model": " ", "dimension": 0},
            "retrieval": {"depth": 5, "results": 6, "fusion": {"method": "min_max", "vector_weight": 1.5},
                "rerank": {"method": "mmr", "lambda": -1.0}},
            "answering": {"model": "", "source_words": 1},
        }))
        .unwrap();
        let messages: Vec<String> = collection.validate().iter().map(ToString::to_string).collect();
        assert_eq!(
            messages,
            [
                "include[0] is `/abs`: leave out the leading slash",
                "exclude[0] is ``: write a pattern, e.g. `**/*.pdf`, or remove it",
                "chunking is `Markdown`: write a media type in lower case without parameters, e.g. `text/markdown`",
                "chunking.\"Markdown\".words is 5: write a number from 10 to 20000",
                "embedding.model is empty: name a model, or remove `embedding`",
                "embedding.dimension is 0: write the length of the model's vectors, 1 to 8192",
                "retrieval.results is 6: write a number from 1 to 5 (`retrieval.depth`)",
                "retrieval.fusion.vector_weight is 1.5: write a number from 0 to 1",
                "retrieval.rerank.lambda is -1: write a number from 0 to 1",
                "answering.model is empty: name a model, or remove `answering`",
                "answering.source_words is 1: write a number from 50 to 200000",
            ]
        );
    }

    #[test]
    fn a_model_ranks_and_a_guard_looks_where_they_are_named() {
        let ranked = |rerank| read(json!({"name": "a", "guard": "strict", "retrieval": {"rerank": rerank}})).unwrap();
        let collection = ranked(json!({"method": "model", "name": "fine"}));
        assert_eq!(collection.retrieval.rerank, Rerank::Model { name: "fine".into(), candidates: 50 });
        assert_eq!((collection.guard.as_deref(), collection.validate()), (Some("strict"), vec![]));
        let wrong = Collection {
            guard: Some(String::new()),
            ..ranked(json!({"method": "model", "name": "", "candidates": 7}))
        };
        let fields: Vec<String> = wrong.validate().into_iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["retrieval.rerank.name", "retrieval.rerank.candidates", "guard"]);
    }

    #[test]
    fn the_fingerprint_follows_what_shapes_chunks_and_vectors_only() {
        let base = Collection::named(CollectionName::parse("a").unwrap());
        let print = |collection: &Collection| collection.fingerprint("pdf/1");
        let mut searching = base.clone();
        searching.retrieval.results = 3;
        assert_eq!(print(&base), print(&searching));
        let mut embedding = base.clone();
        embedding.embedding = Some(Embedding { model: "m".into(), dimension: 3 });
        assert_ne!(print(&base), print(&embedding));
        assert_ne!(print(&base), base.fingerprint("pdf/2"));
    }
}
