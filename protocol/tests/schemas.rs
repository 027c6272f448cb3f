//! The committed JSON Schema files are what the `.proto` files and the catalogue of events say.
//!
//! `UPDATE=1 cargo test -p cueline-protocol --test schemas` writes them anew.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test is an assertion and says what it measured")]

use std::{collections::BTreeSet, fs, path::PathBuf};

use cueline_protocol::events::{Direction, EVENTS, EventContract};
use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage};
use serde_json::{Map, Value, json};

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

#[test]
fn schemas_are_fresh() {
    let pool = pool();
    let mut files = BTreeSet::new();
    for event in EVENTS {
        let file = file(event);
        let fresh = serde_json::to_string_pretty(&schema(&pool, event)).unwrap() + "\n";
        let path = folder().join(&file);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &fresh).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == fresh, "{file} is stale: run UPDATE=1 cargo test -p cueline-protocol --test schemas");
        files.insert(file);
    }
    let there: BTreeSet<String> =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(there, files, "a schema of no event");
}

/// Nothing is said in the catalogue that the messages do not hold.
#[test]
fn required_fields_are_fields() {
    let pool = pool();
    for event in EVENTS {
        let message = message(&pool, event.message);
        for path in event.required {
            let mut here = Some(message.clone());
            for name in path.split('.') {
                let field = here.as_ref().and_then(|message| message.get_field_by_json_name(name));
                let field = field.unwrap_or_else(|| panic!("{}: no field {path}", event.detail_type));
                here = field.kind().as_message().cloned();
            }
        }
    }
}

/// Every schema takes what its message writes, as another implementation of protobuf writes it.
#[test]
fn schemas_name_every_field_that_is_written() {
    let pool = pool();
    for event in EVENTS {
        let schema: Value = serde_json::from_str(event.schema).unwrap();
        let mut message = DynamicMessage::new(message(&pool, event.message));
        for field in message.descriptor().fields() {
            if matches!(field.kind(), Kind::String) {
                message.set_field(&field, prost_reflect::Value::String("x".into()));
            }
        }
        let written = serde_json::to_value(&message).unwrap();
        for name in written.as_object().unwrap().keys() {
            assert!(schema["properties"].get(name).is_some(), "{}: {name}", event.detail_type);
        }
    }
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/events"))
}

fn file(event: &EventContract) -> String {
    format!("{}.json", event.detail_type.replace(' ', ""))
}

fn pool() -> DescriptorPool {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/proto"));
    let files = [root.join("cueline/v1/events.proto")];
    DescriptorPool::from_file_descriptor_set(protox::compile(files, [root]).unwrap()).unwrap()
}

fn message(pool: &DescriptorPool, name: &str) -> MessageDescriptor {
    pool.get_message_by_name(&format!("cueline.v1.{name}")).unwrap_or_else(|| panic!("no message {name}"))
}

fn schema(pool: &DescriptorPool, event: &EventContract) -> Value {
    let message = message(pool, event.message);
    let mut root = object(&message, event, "");
    let mut head = Map::new();
    head.insert("$schema".into(), json!(DRAFT));
    head.insert("$id".into(), json!(format!("urn:cueline:event:{}", event.detail_type.replace(' ', ""))));
    head.insert("title".into(), json!(event.detail_type));
    head.insert("description".into(), json!(event.description));
    root.shift_remove("description");
    head.extend(root);
    let mut nested = Vec::new();
    messages_below(&message, &mut nested);
    if !nested.is_empty() {
        let defs: Map<String, Value> = nested
            .iter()
            .map(|message| (message.name().to_owned(), object(message, event, &place(event, message)).into()))
            .collect();
        head.insert("$defs".into(), defs.into());
    }
    head.into()
}

/// Where in the event the fields of a nested message are.
fn place(event: &EventContract, nested: &MessageDescriptor) -> String {
    let name = nested.name().to_lowercase();
    let is_named = event.required.iter().any(|path| path.starts_with(&format!("{name}.")));
    if is_named { format!("{name}.") } else { format!("{name}?") }
}

fn messages_below(message: &MessageDescriptor, found: &mut Vec<MessageDescriptor>) {
    for field in message.fields() {
        if let Kind::Message(below) = field.kind()
            && below.package_name() == "cueline.v1"
            && !found.contains(&below)
        {
            found.push(below.clone());
            messages_below(&below, found);
        }
    }
}

fn object(message: &MessageDescriptor, event: &EventContract, prefix: &str) -> Map<String, Value> {
    let mut schema = Map::new();
    if let Some(comment) = comment(message.parent_file_descriptor_proto(), message.path()) {
        schema.insert("description".into(), json!(comment));
    }
    schema.insert("type".into(), json!("object"));
    let required: BTreeSet<&str> = event
        .required
        .iter()
        .filter_map(|path| path.strip_prefix(prefix))
        .map(|path| path.split('.').next().unwrap())
        .collect();
    let properties: Map<String, Value> = message
        .fields()
        .map(|field| (field.json_name().to_owned(), property(&field, required.contains(field.json_name()))))
        .collect();
    schema.insert("properties".into(), properties.into());
    if !required.is_empty() {
        schema.insert("required".into(), json!(required));
    }
    // Who listens must bear what a newer version adds; who asks us is told about what we do not know.
    let open = event.direction == Direction::Published || !event.origin.is_ours();
    schema.insert("additionalProperties".into(), json!(open));
    schema
}

fn property(field: &FieldDescriptor, is_required: bool) -> Value {
    let mut schema = match field.kind() {
        Kind::String => json!({"type": "string"}),
        Kind::Bool => json!({"type": "boolean"}),
        Kind::Uint32 | Kind::Fixed32 => json!({"type": "integer", "minimum": 0, "maximum": u32::MAX}),
        Kind::Int32 | Kind::Sint32 => json!({"type": "integer", "minimum": i32::MIN, "maximum": i32::MAX}),
        // proto3 JSON writes these as text and reads either.
        Kind::Int64 | Kind::Sint64 => json!({"type": ["integer", "string"], "pattern": "^-?[0-9]{1,19}$"}),
        Kind::Uint64 | Kind::Fixed64 => json!({"type": ["integer", "string"], "pattern": "^[0-9]{1,20}$"}),
        Kind::Double | Kind::Float => json!({"type": "number"}),
        Kind::Message(message) if message.full_name() == "google.protobuf.Value" => json!({}),
        Kind::Message(message) => json!({"$ref": format!("#/$defs/{}", message.name())}),
        other => panic!("say what {other:?} is in JSON Schema"),
    };
    if is_required && schema["type"] == "string" {
        schema["minLength"] = json!(1);
    }
    if let Some(comment) = comment(field.parent_message().parent_file_descriptor_proto(), field.path()) {
        schema["description"] = json!(comment);
    }
    if field.is_list() { json!({"type": "array", "items": schema}) } else { schema }
}

/// The words above a message or field.
fn comment(file: &prost_reflect::prost_types::FileDescriptorProto, path: &[i32]) -> Option<String> {
    let locations = &file.source_code_info.as_ref()?.location;
    let comments = locations.iter().find(|location| location.path == path)?.leading_comments.as_ref()?;
    let text = comments.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
