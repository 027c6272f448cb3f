//! Parallel and Map: states that hold scopes of their own.

use super::{
    diagnostic::{DUPLICATE_LABEL, NESTED},
    expression::{Language, Number, Payload},
    flow::Flow,
    reader::Reader,
    retry::Rescue,
    scope::{self, Around, Scope},
    task,
};
use crate::{
    Json, Name, limits,
    query::{jsonata::Expression, path::Path},
};
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Debug, Clone)]
pub(crate) struct Parallel {
    pub(crate) flow: Flow,
    pub(crate) rescue: Rescue,
    pub(crate) branches: Vec<Scope>,
}

#[derive(Debug, Clone)]
pub(crate) struct Map {
    pub(crate) flow: Flow,
    pub(crate) rescue: Rescue,
    pub(crate) items: ItemsSource,
    /// `ItemSelector`, or `Parameters` of old.
    pub(crate) selector: Option<Payload>,
    pub(crate) reader: Option<ItemReader>,
    pub(crate) batcher: Option<ItemBatcher>,
    pub(crate) writer: Option<ResultWriter>,
    pub(crate) processor: Scope,
    pub(crate) distributed: bool,
    pub(crate) max_concurrency: Option<Number>,
    pub(crate) tolerated_count: Option<Number>,
    pub(crate) tolerated_percentage: Option<Number>,
}

#[derive(Debug, Clone)]
pub(crate) enum ItemsSource {
    /// What `InputPath` selects.
    Whole,
    Path(Path),
    Literal(Json),
    Template(Payload),
    Jsonata(Expression),
}

#[derive(Debug, Clone)]
pub(crate) struct ItemReader {
    pub(crate) resource: Name,
    pub(crate) arguments: Option<Payload>,
    /// `ReaderConfig` as it stands, for whoever reads.
    pub(crate) config: Value,
    pub(crate) max_items: Option<Number>,
}

#[derive(Debug, Clone)]
pub(crate) struct ItemBatcher {
    pub(crate) max_items: Option<Number>,
    pub(crate) max_bytes: Option<Number>,
    pub(crate) input: Option<Payload>,
}

#[derive(Debug, Clone)]
pub(crate) struct ResultWriter {
    /// Without a resource the results are only reshaped, not written.
    pub(crate) resource: Option<Name>,
    pub(crate) arguments: Option<Payload>,
    pub(crate) config: Value,
}

pub(super) fn read_parallel(reader: &Reader<'_>, around: Around<'_>) -> Option<Parallel> {
    reader.require(&["Branches"]);
    let flow = Flow::of_work(reader);
    let rescue = Rescue::read(reader);
    reader.get("Branches");
    let inside = deeper(reader, around)?;
    let mut branches = Vec::new();
    for branch in reader.objects("Branches")? {
        branch.get("Comment");
        branches.extend(scope::read(&branch, inside));
        branch.finish();
    }
    Some(Parallel { flow, rescue, branches })
}

pub(super) fn read_map(reader: &Reader<'_>, around: Around<'_>) -> Option<Map> {
    let flow = Flow::of_map(reader);
    let rescue = Rescue::read(reader);
    reader.exactly_one_of(&["ItemProcessor", "Iterator"]);
    reader.at_most_one_of(&["ItemSelector", "Parameters"]);
    let selector = reader.payload("ItemSelector").or(reader.payload_in(Language::JsonPath, "Parameters"));
    let (processor, distributed) = read_processor(reader, around);
    let config = reader.child("ItemReader").and_then(|child| read_reader(child));
    let batcher = reader.child("ItemBatcher").map(|child| read_batcher(child));
    let writer = reader.child("ResultWriter").map(|child| read_writer(child));
    check_label(reader, reader.string("Label"), around);
    let items = read_items(reader);
    let max_concurrency = reader.number("MaxConcurrency", "MaxConcurrencyPath", 0.0, true);
    let tolerated_count = reader.number("ToleratedFailureCount", "ToleratedFailureCountPath", 0.0, true);
    let tolerated_percentage =
        reader.number("ToleratedFailurePercentage", "ToleratedFailurePercentagePath", 0.0, false);
    Some(Map {
        flow,
        rescue,
        items,
        selector,
        reader: config,
        batcher,
        writer,
        processor: processor?,
        distributed,
        max_concurrency,
        tolerated_count,
        tolerated_percentage,
    })
}

fn deeper<'a>(reader: &Reader<'_>, around: Around<'a>) -> Option<Around<'a>> {
    if around.depth >= limits::NESTING {
        reader.findings.error(NESTED, reader.path.clone(), "The states are too deeply nested");
        return None;
    }
    Some(Around { depth: around.depth + 1, ..around })
}

fn read_processor(reader: &Reader<'_>, around: Around<'_>) -> (Option<Scope>, bool) {
    let field = if reader.has("ItemProcessor") { "ItemProcessor" } else { "Iterator" };
    reader.get(field);
    let Some(inside) = deeper(reader, around) else { return (None, false) };
    let Some(processor) = reader.child(field) else { return (None, false) };
    processor.get("Comment");
    let mut distributed = false;
    if let Some(config) = processor.child("ProcessorConfig") {
        distributed = config.one_of("Mode", &["INLINE", "DISTRIBUTED"]) == Some("DISTRIBUTED");
        config.one_of("ExecutionType", &["STANDARD", "EXPRESS"]);
        if distributed && !config.has("ExecutionType") {
            config.require(&["ExecutionType"]);
        }
        config.finish();
    }
    let scope = scope::read(&processor, inside);
    processor.finish();
    if !distributed {
        for field in
            ["ItemReader", "ItemBatcher", "ResultWriter", "Label"].into_iter().filter(|field| reader.has(field))
        {
            reader.complain(format!("Field '{field}' is only supported in a Map of mode DISTRIBUTED"));
        }
    }
    (scope, distributed)
}

fn read_items(reader: &Reader<'_>) -> ItemsSource {
    if let Some(path) = reader.path("ItemsPath") {
        return ItemsSource::Path(path);
    }
    match reader.get_in(Language::Jsonata, "Items") {
        None => ItemsSource::Whole,
        Some(Value::String(text)) => reader.jsonata("Items", text).map_or(ItemsSource::Whole, ItemsSource::Jsonata),
        Some(items @ Value::Array(_)) if !items.to_string().contains("{%") => {
            ItemsSource::Literal(Arc::new(items.clone()))
        }
        Some(_) => reader.payload("Items").map_or(ItemsSource::Whole, ItemsSource::Template),
    }
}

/// What the reader is given: `Parameters` in JSONPath, `Arguments` in JSONata.
fn arguments(reader: &Reader<'_>) -> Option<Payload> {
    let arguments = reader.payload_in(Language::Jsonata, "Arguments");
    arguments.or(reader.payload_in(Language::JsonPath, "Parameters"))
}

fn read_reader(reader: Reader<'_>) -> Option<ItemReader> {
    reader.require(&["Resource"]);
    let resource = task::resource(&reader);
    let arguments = arguments(&reader);
    let mut config = json!({});
    let mut max_items = None;
    if let Some(inner) = reader.child("ReaderConfig") {
        config = reader.get("ReaderConfig").cloned().unwrap_or(config);
        inner.one_of("InputType", &["CSV", "JSON", "JSONL", "MANIFEST", "PARQUET"]);
        let header = inner.one_of("CSVHeaderLocation", &["FIRST_ROW", "GIVEN"]);
        if header == Some("GIVEN") {
            inner.require(&["CSVHeaders"]);
        }
        inner.array("CSVHeaders");
        inner.one_of("CSVDelimiter", &["COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"]);
        inner.get("ManifestType");
        inner.get("Transformation");
        inner.get("ItemsPointer");
        max_items = inner.number("MaxItems", "MaxItemsPath", 1.0, true);
        inner.finish();
    }
    reader.finish();
    Some(ItemReader { resource: resource?, arguments, config, max_items })
}

fn read_batcher(reader: Reader<'_>) -> ItemBatcher {
    let max_items = reader.number("MaxItemsPerBatch", "MaxItemsPerBatchPath", 1.0, true);
    let max_bytes = reader.number("MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath", 1.0, true);
    if max_items.is_none() && max_bytes.is_none() {
        reader.complain("One of these fields is required: [MaxItemsPerBatch, MaxInputBytesPerBatch]");
    }
    let input = reader.payload("BatchInput");
    reader.finish();
    ItemBatcher { max_items, max_bytes, input }
}

fn read_writer(reader: Reader<'_>) -> ResultWriter {
    let resource = task::resource(&reader);
    let arguments = arguments(&reader);
    let config = reader.get("WriterConfig").cloned().unwrap_or_else(|| json!({}));
    reader.finish();
    ResultWriter { resource, arguments, config }
}

fn check_label(reader: &Reader<'_>, label: Option<&str>, around: Around<'_>) {
    let Some(label) = label else { return };
    let bad = |c: char| c.is_whitespace() || c.is_control() || "?*<>{}[]:;,\\|^~$#%&`\"".contains(c);
    if label.is_empty() || label.chars().count() > 40 || label.chars().any(bad) {
        reader.error(
            "Label",
            "A label has 1 to 40 characters, without spaces, wildcards, brackets and special characters",
        );
    }
    if !around.labels.borrow_mut().insert(label.into()) {
        reader.findings.error(DUPLICATE_LABEL, reader.at("Label"), format!("Duplicate label: {label}"));
    }
}
