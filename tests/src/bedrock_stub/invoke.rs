//! Embedding and reranking models, and an endpoint of SageMaker. A vector is a sum of directions of words, so texts with
//! words in common are near; a score is the share of the question's words that a text has.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Fault, ensure, only};

/// The endpoint of SageMaker that embeds; its vectors have 384 numbers.
pub const ENDPOINT: &str = "my-embedder";
const ENDPOINT_DIMENSION: usize = 384;
const ENDPOINT_BATCH: usize = 32;

/// InvokeModel, by the name of the model.
pub(super) fn model(model: &str, body: &Value) -> Result<Value, Fault> {
    match model {
        "amazon.titan-embed-text-v2:0" => titan(body),
        "cohere.embed-english-v3" | "cohere.embed-multilingual-v3" => cohere_v3(body),
        "cohere.embed-v4:0" | "eu.cohere.embed-v4:0" => cohere_v4(body),
        "cohere.rerank-v3-5:0" => rerank(body, true),
        "amazon.rerank-v1:0" => rerank(body, false),
        _ => Err(Fault::validation("The provided model identifier is invalid.")),
    }
}

fn titan(body: &Value) -> Result<Value, Fault> {
    only("#", body, &["inputText", "dimensions", "normalize", "embeddingTypes"])?;
    let text = body["inputText"].as_str().unwrap_or_default();
    let length = text.chars().count();
    ensure(length >= 1, "Malformed input request: expected minLength: 1, actual: 0")?;
    ensure(length <= 50_000, format!("Malformed input request: expected maxLength: 50000, actual: {length}"))?;
    let tokens = tokens(text);
    if tokens > 8_192 {
        let words = format!("Max input tokens: 8192, request input token count: {tokens}");
        return Err(Fault::validation(format!("400 Bad Request: Too many input tokens. {words} ")));
    }
    let dimension = body["dimensions"].as_u64().unwrap_or(1_024) as usize;
    ensure([256, 512, 1_024].contains(&dimension), "dimensions must be 256, 512 or 1024")?;
    types(&body["embeddingTypes"], &["float", "binary"])?;
    let length = if body["normalize"].as_bool().unwrap_or(true) { 1.0 } else { 7.0 };
    let vector = vector(text, dimension, length);
    Ok(json!({ "embedding": vector, "inputTextTokenCount": tokens, "embeddingsByType": { "float": vector } }))
}

fn cohere_v3(body: &Value) -> Result<Value, Fault> {
    only("#", body, &["texts", "images", "input_type", "truncate", "embedding_types"])?;
    let texts = texts(&body["texts"])?;
    for (at, text) in texts.iter().enumerate() {
        let length = text.chars().count();
        ensure(
            length <= 2_048,
            format!("Malformed input request: #/texts/{at}: expected maxLength: 2048, actual: {length}"),
        )?;
    }
    cohere(body, &texts, &["NONE", "START", "END"], 512, 1_024)
}

fn cohere_v4(body: &Value) -> Result<Value, Fault> {
    let known =
        ["texts", "images", "inputs", "input_type", "truncate", "embedding_types", "output_dimension", "max_tokens"];
    only("#", body, &known)?;
    let dimension = body["output_dimension"].as_u64().unwrap_or(1_536) as usize;
    ensure([256, 512, 1_024, 1_536].contains(&dimension), "output_dimension must be 256, 512, 1024 or 1536")?;
    let most = body["max_tokens"].as_u64().unwrap_or(128_000) as usize;
    ensure((1..=128_000).contains(&most), "max_tokens must be 1 to 128000")?;
    cohere(body, &texts(&body["texts"])?, &["NONE", "LEFT", "RIGHT"], most, dimension)
}

fn texts(value: &Value) -> Result<Vec<&str>, Fault> {
    let texts: Vec<&str> = value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    ensure((1..=96).contains(&texts.len()), "Malformed input request: #/texts: 1 to 96 items are possible")?;
    ensure(texts.iter().all(|text| !text.trim().is_empty()), "texts must not be blank")?;
    Ok(texts)
}

fn cohere(body: &Value, texts: &[&str], cuts: &[&str], most: usize, dimension: usize) -> Result<Value, Fault> {
    let purpose = body["input_type"].as_str().unwrap_or_default();
    let purposes = ["search_document", "search_query", "classification", "clustering"];
    ensure(purposes.contains(&purpose), "Malformed input request: required key [input_type] not found")?;
    let cut = body["truncate"].as_str().unwrap_or("NONE");
    ensure(cuts.contains(&cut), "truncate is invalid")?;
    types(&body["embedding_types"], &["float", "int8", "uint8", "binary", "ubinary"])?;
    let mut vectors = Vec::new();
    for text in texts {
        ensure(cut != "NONE" || tokens(text) <= most, "too many tokens: total number of tokens in the input exceeds")?;
        vectors.push(vector(first_tokens(text, most), dimension, 3.0));
    }
    let (embeddings, kind) = match body["embedding_types"].is_null() {
        true => (json!(vectors), "embeddings_floats"),
        false => (json!({ "float": vectors }), "embeddings_by_type"),
    };
    Ok(json!({ "id": "stub", "texts": texts, "embeddings": embeddings, "response_type": kind }))
}

fn types(value: &Value, known: &[&str]) -> Result<(), Fault> {
    let asked: Vec<&str> = value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    ensure(value.is_null() || !asked.is_empty(), "embedding types are empty")?;
    ensure(asked.iter().all(|kind| known.contains(kind)), "an embedding type is not known")
}

fn rerank(body: &Value, cohere: bool) -> Result<Value, Fault> {
    if cohere {
        only("#", body, &["query", "documents", "top_n", "api_version", "max_tokens_per_doc"])?;
        let version = body["api_version"].as_u64().unwrap_or(1);
        let words = format!("Malformed input request: #/api_version: {version} is not greater or equal to 2");
        ensure(version >= 2, words)?;
    } else {
        only("#", body, &["query", "documents", "top_n"])?;
    }
    let question = body["query"].as_str().unwrap_or_default();
    ensure(!question.trim().is_empty() && question.chars().count() <= 9_000, "query has 1 to 9000 characters")?;
    let documents: Vec<&str> = body["documents"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    ensure((1..=1_000).contains(&documents.len()), "documents: 1 to 1000 items are possible")?;
    ensure(documents.iter().all(|text| !text.trim().is_empty()), "documents must not be blank")?;
    let top = body["top_n"].as_u64().unwrap_or(documents.len() as u64) as usize;
    ensure((1..=documents.len()).contains(&top), "top_n must be 1 to the number of documents")?;
    let words: BTreeSet<&str> = question.split_whitespace().collect();
    let score = |text: &str| {
        let shared = first_tokens(text, 4_096).split_whitespace().filter(|word| words.contains(word));
        shared.collect::<BTreeSet<_>>().len() as f64 / words.len() as f64
    };
    let mut ranked: Vec<(usize, f64)> = documents.iter().map(|text| score(text)).enumerate().collect();
    ranked.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let result = |(index, score): &(usize, f64)| json!({ "index": index, "relevance_score": score });
    Ok(json!({ "results": ranked.iter().take(top).map(result).collect::<Vec<_>>() }))
}

/// InvokeEndpoint, as Text Embeddings Inference answers.
pub(super) fn endpoint(name: &str, body: &Value) -> Result<Value, Fault> {
    if name != ENDPOINT {
        return Err(Fault::no_endpoint(name));
    }
    let failed = |message: &str| Fault::of_container(413, message);
    let texts: Vec<&str> = body["inputs"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if texts.is_empty() || texts.len() > ENDPOINT_BATCH || texts.iter().any(|text| text.trim().is_empty()) {
        return Err(failed("batch size or inputs are wrong"));
    }
    if body["truncate"] != true && texts.iter().any(|text| tokens(text) > 512) {
        return Err(failed("inputs must have less than 512 tokens"));
    }
    let vectors: Vec<_> = texts.iter().map(|text| vector(first_tokens(text, 512), ENDPOINT_DIMENSION, 2.0)).collect();
    Ok(json!(vectors))
}

/// A token is a word, or four characters of a long one.
fn tokens(text: &str) -> usize {
    text.split_whitespace().map(|word| word.chars().count().div_ceil(12).max(1)).sum()
}

/// The beginning of a text that has so many tokens.
fn first_tokens(text: &str, most: usize) -> &str {
    let mut seen = 0;
    let mut end = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        seen += tokens(word);
        if seen > most {
            break;
        }
        end += word.len();
    }
    &text[..end]
}

fn vector(text: &str, dimension: usize, length: f64) -> Vec<f64> {
    let mut sum = vec![1e-3; dimension];
    let mut words: BTreeMap<String, f64> = BTreeMap::new();
    text.split_whitespace().for_each(|word| *words.entry(word.to_lowercase()).or_default() += 1.0);
    for (word, times) in words {
        let mut reader = blake3::Hasher::new().update(word.as_bytes()).finalize_xof();
        let mut bytes = vec![0; dimension];
        reader.fill(&mut bytes);
        sum.iter_mut().zip(bytes).for_each(|(number, byte)| *number += times * (f64::from(byte) - 127.5));
    }
    let norm = sum.iter().map(|number| number * number).sum::<f64>().sqrt();
    sum.into_iter().map(|number| number / norm * length).collect()
}
