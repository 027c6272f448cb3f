//! Parses every file of a manifest and compares it with its expected text. Files come through a closure: no I/O here.

use crate::{Hints, Limits, MediaType, Refusal, recall};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// One line of a `manifest.jsonl`; other fields are ignored.
#[derive(Debug, Clone, Deserialize)]
pub struct ManifestRow {
    /// Path of the file, relative to the manifest.
    pub path: String,
    /// What the file is, e.g. `docx`; names a row of the table by type.
    pub format: String,
    /// Path of the expected Markdown, if there is one.
    #[serde(default)]
    pub expected_text: Option<String>,
}

/// What became of one file.
#[derive(Debug, Clone, Serialize)]
pub struct FileOutcome {
    /// Path from the manifest.
    pub path: String,
    /// Format from the manifest.
    pub format: String,
    /// Media type found in the bytes.
    pub found: &'static str,
    /// Blocks of the document; 0 when refused.
    pub blocks: usize,
    /// Bytes of text.
    pub text_bytes: usize,
    /// Why there is no document.
    pub refusal: Option<Refusal>,
    /// Warnings of the document.
    pub warnings: Vec<String>,
    /// Word recall, when an expected text exists and the file was parsed (0 when it was refused).
    pub recall: Option<f64>,
    /// Word precision, likewise.
    pub precision: Option<f64>,
    /// Time spent in [`crate::parse`], as told by the caller's clock.
    pub millis: f64,
}

/// Means of one format.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FormatRow {
    /// Files of the format.
    pub files: usize,
    /// Of these, parsed.
    pub parsed: usize,
    /// Of these, refused by name.
    pub refused: usize,
    /// Files with an expected text.
    pub compared: usize,
    /// Mean word recall over the compared files.
    pub recall: f64,
    /// Mean word precision over the compared files.
    pub precision: f64,
}

/// Outcomes of all files and means by format.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// In manifest order.
    pub files: Vec<FileOutcome>,
    /// By format.
    pub formats: BTreeMap<String, FormatRow>,
}

/// Evaluates `rows`. `load` reads a path of the manifest; `clock` tells a running time.
pub fn evaluate<E>(
    rows: &[ManifestRow],
    limits: &Limits,
    mut load: impl FnMut(&str) -> Result<Vec<u8>, E>,
    mut clock: impl FnMut() -> Duration,
) -> Result<Report, E> {
    let mut files = Vec::with_capacity(rows.len());
    for row in rows {
        let bytes = load(&row.path)?;
        let expected = match &row.expected_text {
            Some(path) => Some(String::from_utf8_lossy(&load(path)?).into_owned()),
            None => None,
        };
        let hints = Hints { name: &row.path, media_type: None };
        let started = clock();
        let parsed = crate::parse(&bytes, &hints, limits);
        let millis = clock().saturating_sub(started).as_secs_f64() * 1000.0;
        let text = parsed.as_ref().map_or("", |document| document.text.as_str());
        let score = expected.map(|expected| recall::score(&expected, text));
        files.push(FileOutcome {
            path: row.path.clone(),
            format: row.format.clone(),
            found: found(&bytes, &hints).as_str(),
            blocks: parsed.as_ref().map_or(0, |document| document.blocks.len()),
            text_bytes: text.len(),
            recall: score.map(|score| score.recall),
            precision: score.map(|score| score.precision),
            warnings: parsed.as_ref().map_or(Vec::new(), |document| document.warnings.clone()),
            refusal: parsed.err(),
            millis,
        });
    }
    let formats = by_format(&files);
    Ok(Report { files, formats })
}

fn found(bytes: &[u8], hints: &Hints<'_>) -> MediaType {
    crate::sniff(bytes, hints)
}

fn by_format(files: &[FileOutcome]) -> BTreeMap<String, FormatRow> {
    let mut formats: BTreeMap<String, FormatRow> = BTreeMap::new();
    for file in files {
        let row = formats.entry(file.format.clone()).or_default();
        row.files += 1;
        row.parsed += usize::from(file.refusal.is_none());
        row.refused += usize::from(file.refusal.is_some());
        if let (Some(recall), Some(precision)) = (file.recall, file.precision) {
            row.compared += 1;
            row.recall += recall;
            row.precision += precision;
        }
    }
    for row in formats.values_mut().filter(|row| row.compared > 0) {
        row.recall /= row.compared as f64;
        row.precision /= row.compared as f64;
    }
    formats
}
