//! How an index is made: what a word is, which fields there are, how vectors are compared.

use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    Engine, Service,
    terms::{ATTRIBUTES, AUDIENCE, TENANT},
};

/// Longer runs of letters are data, not words.
const LONGEST_WORD: u32 = 80;

/// The field of a chunk's words.
pub(super) const TEXT: &str = "text";
/// The field of the token that a chunk or vector was written under.
pub(super) const TOKEN: &str = "token";

/// The body that creates an index.
///
/// The analysis is that of the embedded index: lower case, accents folded, English stop words dropped, English stems, pairs
/// of characters for Chinese, Japanese and Korean. What joins words for Unicode and not for people parts them first.
pub(super) fn index(service: Service) -> Bytes {
    let joints = ["_", ".", ",", ":", "'", "’"].map(|joint| format!("{joint} => \\u0020"));
    let mut settings = json!({
        "index": {"knn": true},
        "analysis": {
            "char_filter": {"cueline_joints": {"type": "mapping", "mappings": joints}},
            "tokenizer": {"cueline_words": {"type": "standard", "max_token_length": 10_000}},
            "filter": {
                "cueline_length": {"type": "length", "max": LONGEST_WORD},
                "cueline_stop": {"type": "stop", "stopwords": "_english_"},
                "cueline_stem": {"type": "stemmer", "language": "english"},
            },
            "analyzer": {"cueline": {
                "type": "custom",
                "char_filter": ["cueline_joints"],
                "tokenizer": "cueline_words",
                "filter": [
                    "cueline_length", "cjk_width", "lowercase", "asciifolding", "cjk_bigram", "cueline_stop", "cueline_stem",
                ],
            }},
        },
    });
    if service == Service::Es {
        // A domain makes five shards unless told otherwise; each would weigh words by its own part of a small collection.
        settings["index"]["number_of_shards"] = json!(1);
    }
    let stored = json!({"type": "keyword", "index": false, "doc_values": false});
    let number = json!({"type": "long", "index": false, "doc_values": false});
    let keyword = json!({"type": "keyword"});
    let properties = json!({
        TOKEN: keyword,
        "position": {"type": "integer"},
        "document": stored,
        "version": stored,
        "chunk": stored,
        "ordinal": number,
        "start": number,
        "end": number,
        TENANT: keyword,
        AUDIENCE: keyword,
        ATTRIBUTES: keyword,
        TEXT: {"type": "text", "analyzer": "cueline"},
    });
    bytes(&json!({"settings": settings, "mappings": {"dynamic": false, "properties": properties}}))
}

/// The field of vectors of one length.
pub(super) fn vector_field(dimension: usize) -> String {
    format!("vector_{dimension}")
}

/// The body that adds the field of vectors to an index.
pub(super) fn vectors(engine: Engine, dimension: usize) -> Bytes {
    let space = match engine {
        Engine::Lucene => "cosinesimil",
        // Vectors have length 1, so that the product is the cosine; older versions know no cosine here.
        Engine::Faiss => "innerproduct",
    };
    let method = json!({"name": "hnsw", "engine": engine.as_str(), "space_type": space});
    let field = json!({"type": "knn_vector", "dimension": dimension, "method": method});
    bytes(&json!({"properties": {vector_field(dimension): field}}))
}

/// The cosine that the engine's score stands for.
pub(super) fn cosine(engine: Engine, score: f32) -> f32 {
    match engine {
        Engine::Lucene => 2.0 * score - 1.0,
        Engine::Faiss if score >= 1.0 => score - 1.0,
        Engine::Faiss => 1.0 - 1.0 / score.max(f32::MIN_POSITIVE),
    }
}

pub(super) fn bytes(value: &Value) -> Bytes {
    Bytes::from(value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_of_both_engines_become_cosines() {
        for cosine_of in [-1.0_f32, -0.5, 0.0, 0.25, 1.0] {
            let lucene = (1.0 + cosine_of) / 2.0;
            let faiss = if cosine_of >= 0.0 { 1.0 + cosine_of } else { 1.0 / (1.0 - cosine_of) };
            assert!((cosine(Engine::Lucene, lucene) - cosine_of).abs() < 1e-6);
            assert!((cosine(Engine::Faiss, faiss) - cosine_of).abs() < 1e-6);
        }
    }

    #[test]
    fn a_collection_of_serverless_chooses_its_own_shards() {
        let read = |service| serde_json::from_slice::<Value>(&index(service)).unwrap()["settings"]["index"].clone();
        assert_eq!(read(Service::Aoss), json!({"knn": true}));
        assert_eq!(read(Service::Es), json!({"knn": true, "number_of_shards": 1}));
    }
}
