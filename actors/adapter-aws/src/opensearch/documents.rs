//! What a chunk and a vector are in the index. Both say all that a hit tells and a filter reads.

use std::collections::HashMap;

use bytes::Bytes;
use cueline_domain::{
    access::AccessRule,
    filter::{AttributeValue, Attributes},
};
use cueline_ports::{IndexedDocument, PortError, PortResult};
use serde_json::{Value, json};

use super::{
    mapping,
    rows::{Shown, Written},
    terms,
};

/// What no index could hold.
pub(super) fn check(document: &IndexedDocument) -> PortResult<()> {
    let odd = |attributes: &Attributes| {
        let odd = attributes.iter().find(|(_, value)| matches!(value, AttributeValue::Number(it) if !it.is_finite()));
        odd.map(|(name, _)| name.clone())
    };
    if let Some(name) = odd(&document.attributes) {
        return Err(PortError::invalid(format!("index_attribute_invalid: attribute {name} is not a finite number")));
    }
    let mut ids = std::collections::HashSet::new();
    if let Some(at) = document.chunks.iter().position(|chunk| !ids.insert(chunk.id.as_str())) {
        return Err(PortError::invalid(format!(
            "index_chunk_repeated: chunk {at} has the id of another chunk of the document"
        )));
    }
    Ok(())
}

/// The position of each vector's chunk.
pub(super) fn positions(text: &Written, vectors: &[(String, Vec<f32>)]) -> PortResult<Vec<u32>> {
    let known: HashMap<&str, u32> = text.chunks.iter().map(|(id, ..)| id.as_str()).zip(0..).collect();
    let position = |(at, (id, _)): (usize, &(String, Vec<f32>))| {
        known.get(id.as_str()).copied().ok_or_else(|| {
            PortError::invalid(format!(
                "index_chunk_unknown: vector {at} is for a chunk that this version does not have"
            ))
        })
    };
    vectors.iter().enumerate().map(position).collect()
}

/// What chunks and vectors have in common: all that a hit says and a filter reads.
fn common(
    (document, version): (&str, &str),
    (token, position): (&str, u32),
    (chunk, ordinal, start, end): (&str, u32, u64, u64),
    access: &AccessRule,
    attributes: &[String],
) -> Value {
    json!({
        mapping::TOKEN: token,
        "position": position,
        "document": document,
        "version": version,
        "chunk": chunk,
        "ordinal": ordinal,
        "start": start,
        "end": end,
        terms::TENANT: access.tenant,
        terms::AUDIENCE: terms::audience(access),
        terms::ATTRIBUTES: attributes,
    })
}

pub(super) fn chunk_documents(document: &IndexedDocument, token: &str, attributes: &[String]) -> Vec<Bytes> {
    let of = |(position, chunk): (u32, &cueline_ports::IndexedChunk)| {
        let mut body = common(
            (&document.document, &document.version),
            (token, position),
            (&chunk.id, chunk.ordinal, chunk.start, chunk.end),
            &document.access,
            attributes,
        );
        body[mapping::TEXT] = json!(chunk.text);
        mapping::bytes(&body)
    };
    (0..).zip(&document.chunks).map(of).collect()
}

/// Of a chunk that is named twice the last vector counts.
pub(super) fn vector_documents(
    document: &str,
    shown: &Shown,
    text: &Written,
    token: &str,
    positions: &[u32],
    vectors: &[(String, Vec<f32>)],
) -> Vec<Bytes> {
    let last: HashMap<u32, &Vec<f32>> = positions.iter().copied().zip(vectors.iter().map(|(_, it)| it)).collect();
    let mut ordered: Vec<(u32, &Vec<f32>)> = last.into_iter().collect();
    ordered.sort_unstable_by_key(|(position, _)| *position);
    let of = |(position, vector): (u32, &Vec<f32>)| {
        let (chunk, ordinal, start, end) = text.chunks.get(position as usize)?;
        let mut body = common(
            (document, &shown.version),
            (token, position),
            (chunk, *ordinal, *start, *end),
            &shown.access,
            &text.attributes,
        );
        body[mapping::vector_field(vector.len())] = json!(vector);
        Some(mapping::bytes(&body))
    };
    ordered.into_iter().filter_map(of).collect()
}
