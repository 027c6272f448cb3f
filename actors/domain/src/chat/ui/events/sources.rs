//! Annotations become sources, each once.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// What a citation of a file may say besides its file: where it is, and what is said there.
const SAID: &[&str] = &["number", "quote", "page", "chunk", "index"];

/// Sources that were told.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Sources {
    told: BTreeSet<String>,
}

impl Sources {
    /// Tells the source of an annotation, unless it was told or is none.
    pub(super) fn tell(&mut self, annotation: &Value) -> Option<Value> {
        let kind = annotation["type"].as_str()?;
        // OpenAI writes the citation within the annotation or as the annotation.
        let cited = if annotation[kind].is_object() { &annotation[kind] } else { annotation };
        let source = match kind {
            "url_citation" => url(cited)?,
            "file_citation" => document(cited)?,
            _ => return None,
        };
        let id = source["sourceId"].as_str()?.to_owned();
        self.told.insert(id).then_some(source)
    }
}

fn word<'a>(cited: &'a Value, name: &str) -> Option<&'a str> {
    cited[name].as_str().filter(|word| !word.is_empty())
}

fn url(cited: &Value) -> Option<Value> {
    let url = word(cited, "url")?;
    let mut source = json!({ "type": "source-url", "sourceId": url, "url": url });
    if let Some(title) = word(cited, "title") {
        source["title"] = json!(title);
    }
    Some(source)
}

/// A numbered citation is a source of its own, since the text refers to its number.
fn document(cited: &Value) -> Option<Value> {
    let (file, filename) = (word(cited, "file_id"), word(cited, "filename"));
    let name = file.or(filename)?;
    let id = match cited["number"].as_u64() {
        Some(number) => format!("{name}#{number}"),
        None => name.to_owned(),
    };
    let mut source = json!({ "type": "source-document", "sourceId": id,
        "mediaType": media_type(filename.unwrap_or(name)), "title": filename.unwrap_or(name) });
    if let Some(filename) = filename {
        source["filename"] = json!(filename);
    }
    let said = |name: &&str| Some(((*name).to_owned(), plain(&cited[*name])?));
    let said: Map<String, Value> = SAID.iter().filter_map(said).collect();
    if !said.is_empty() {
        source["providerMetadata"] = json!({ "cueline": said });
    }
    Some(source)
}

/// A value of a kind that needs no looking into.
fn plain(value: &Value) -> Option<Value> {
    (value.is_string() || value.is_number()).then(|| value.clone())
}

/// By the end of its name, since citations do not say it; a text if that says nothing, as the SDK has it.
fn media_type(filename: &str) -> &'static str {
    let end = filename.rsplit_once('.').map_or("", |(_, end)| end);
    match end.to_ascii_lowercase().as_str() {
        "pdf" => "application/pdf",
        "html" | "htm" => "text/html",
        "md" => "text/markdown",
        "csv" => "text/csv",
        "json" => "application/json",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _ => "text/plain",
    }
}
