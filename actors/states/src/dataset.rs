//! What an `ItemReader` makes of the bytes of an object: the items of a Map. Pure; fetching the bytes is another's task.

use serde_json::{Map, Value};
use thiserror::Error;

/// An object that holds no items, in AWS's words.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct DatasetError(pub String);

fn failed(why: impl Into<String>) -> DatasetError {
    DatasetError(why.into())
}

/// Reads the items that `ReaderConfig` describes: `InputType` JSON, JSONL or CSV, `ItemsPointer`, `CSVHeaderLocation`,
/// `CSVHeaders`, `CSVDelimiter`, `MaxItems`.
pub fn read_items(config: &Value, body: &[u8]) -> Result<Value, DatasetError> {
    let most = most_items(config)?;
    let text = std::str::from_utf8(body).map_err(|_| failed("The object is not UTF-8 text."))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match config["InputType"].as_str().unwrap_or("JSON") {
        "JSON" => json_items(config, text, most),
        "JSONL" => text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .take(most)
            .map(|line| {
                serde_json::from_str::<Value>(line).map_err(|why| failed(format!("A line is not valid JSON: {why}")))
            })
            .collect(),
        "CSV" => csv_items(config, text, most),
        other => Err(failed(format!("InputType {other} is not supported."))),
    }
}

fn most_items(config: &Value) -> Result<usize, DatasetError> {
    match config.get("MaxItems").and_then(Value::as_i64) {
        // 0 is how AWS says "all".
        None | Some(0) => Ok(usize::MAX),
        Some(most) => usize::try_from(most).map_err(|_| failed("field MaxItems must be positive")),
    }
}

fn json_items(config: &Value, text: &str, most: usize) -> Result<Value, DatasetError> {
    let value: Value =
        serde_json::from_str(text).map_err(|why| failed(format!("The object is not valid JSON: {why}")))?;
    let value = match config.get("ItemsPointer").and_then(Value::as_str) {
        Some(pointer) => value.pointer(pointer).cloned().ok_or_else(|| failed("The ItemsPointer finds nothing."))?,
        None => value,
    };
    match value {
        Value::Array(mut items) => {
            items.truncate(most);
            Ok(Value::Array(items))
        }
        // Where `ItemsPath` looks into it.
        other => Ok(other),
    }
}

fn csv_items(config: &Value, text: &str, most: usize) -> Result<Value, DatasetError> {
    let delimiter = match config["CSVDelimiter"].as_str().unwrap_or("COMMA") {
        "PIPE" => b'|',
        "SEMICOLON" => b';',
        "SPACE" => b' ',
        "TAB" => b'\t',
        _ => b',',
    };
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut rows = reader.records();
    let given = config["CSVHeaderLocation"].as_str() == Some("GIVEN");
    let headers: Vec<String> = if given {
        let names = config["CSVHeaders"].as_array().into_iter().flatten();
        names.filter_map(|name| name.as_str().map(String::from)).collect()
    } else {
        match rows.next() {
            Some(row) => row.map_err(|why| failed(why.to_string()))?.iter().map(String::from).collect(),
            None => Vec::new(),
        }
    };
    let mut seen = std::collections::BTreeSet::new();
    if !headers.iter().all(|name| seen.insert(name)) {
        return Err(failed("CSV headers cannot contain duplicates."));
    }
    let mut items = Vec::new();
    for row in rows.take(most) {
        let row = row.map_err(|why| failed(why.to_string()))?;
        let cells = headers.iter().enumerate();
        let item: Map<_, _> = cells.map(|(i, name)| (name.clone(), row.get(i).unwrap_or_default().into())).collect();
        items.push(Value::Object(item));
    }
    Ok(Value::Array(items))
}
