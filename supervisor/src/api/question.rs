//! Questions and answers.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// What is asked.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The question.
    pub question: String,
    /// Where to look; `default` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collection: Option<String>,
    /// Access groups of whoever asks; without any, only public documents are searched.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Metadata filter, e.g. `{"equals": {"key": "year", "value": 2024}}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub filter: Option<Value>,
    /// Passages to answer from; the collection's setting when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// A configured chat model, or `extractive`; the collection's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// `hybrid`, `keyword` or `vector`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// An id of the caller's for the execution; asking twice with the same id is asking once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution: Option<String>,
}

/// An answer whose citations were checked.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Answer {
    /// The answer with markers such as `[1]`.
    pub text: String,
    /// What the markers stand for.
    pub citations: Vec<Citation>,
    /// True when the documents do not answer the question.
    pub not_in_documents: bool,
    /// Who answered; `extractive` for the offline answerer.
    pub model: String,
    /// What was less than asked for, and why.
    pub notes: Vec<String>,
    /// Tokens of the model; none for the offline answerer.
    pub tokens: Tokens,
    /// Citations of the model that do not occur in the cited version.
    pub citations_dropped: u32,
    /// The execution behind it: open it to see every step.
    pub execution: String,
}

/// What a model was given and gave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Tokens {
    /// Read by the model.
    pub input: u64,
    /// Written by the model.
    pub output: u64,
}

/// A place in a document that says what the answer says.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Citation {
    /// Its marker.
    pub number: u32,
    /// The document.
    pub document: String,
    /// The version that was cited.
    pub version: String,
    /// Title of the document.
    pub title: String,
    /// Headings around the place, outermost first.
    pub headings: Vec<String>,
    /// Page, from 1; absent for formats without pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// First byte in the document's text.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
    /// The cited words.
    pub quote: String,
}
