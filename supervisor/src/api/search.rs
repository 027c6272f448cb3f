//! Searches and the passages they find.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Question;

/// What is looked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// A question, or words.
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
    /// Passages to find; the collection's setting when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// `hybrid`, `keyword` or `vector`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
}

impl From<Search> for Question {
    fn from(search: Search) -> Self {
        let Search { question, collection, groups, filter, limit, mode } = search;
        Self { question, collection, groups, filter, limit, mode, model: None, execution: None }
    }
}

/// What a search found, best first.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Found {
    /// The passages.
    pub passages: Vec<PassageView>,
    /// How it was searched: `hybrid`, `keyword` or `vector`.
    pub mode: String,
    /// What was less than asked for, and why.
    pub notes: Vec<String>,
    /// The execution behind it.
    pub execution: String,
}

/// A place in a document.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PassageView {
    /// How well it fits; comparable within one search only.
    pub score: f64,
    /// The document.
    pub document: String,
    /// The version that was searched.
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
    /// How it begins.
    pub text: String,
}
