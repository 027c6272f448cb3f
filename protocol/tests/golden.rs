//! Every message keeps the bytes and the JSON it once had, so that old journals and recorded events stay readable.
//!
//! `tests/data/protocol` holds, per message, samples made from the descriptors by another implementation of protobuf. The
//! generated Rust code must read and write them exactly. `UPDATE=1 cargo test -p cueline-protocol --test golden` adds samples
//! for what is new; it never touches a sample that is there. To change one by hand is to break what users have stored.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test is an assertion and says what it measured")]

mod types;

use prost_reflect::{Cardinality, DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fs, path::PathBuf};

/// How deep messages are filled; a deeper one is left empty.
const DEPTH: usize = 3;

#[derive(Serialize, Deserialize, PartialEq, Clone, Debug)]
struct Sample {
    /// Hexadecimal.
    bytes: String,
    json: serde_json::Value,
}

#[test]
fn every_message_reads_and_writes_what_it_once_did() {
    let known = types::all();
    let mut fields_seen = BTreeSet::new();
    for message in messages() {
        let name = message.full_name();
        let codec = known.get(name).unwrap_or_else(|| panic!("add {name} to protocol/tests/types.rs"));
        let samples = kept(&message);
        for sample in &samples {
            let bytes = hex(&sample.bytes);
            let again = (codec.from_bytes)(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(again.bytes, bytes, "{name} writes other bytes than it read: {}", sample.json);
            assert_eq!(again.json, sample.json, "{name} has another JSON form");
            let from_json = (codec.from_json)(&sample.json).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(from_json.bytes, bytes, "{name} reads its JSON differently: {}", sample.json);
            let dynamic = DynamicMessage::decode(message.clone(), bytes.as_slice()).unwrap();
            fields_seen.extend(dynamic.fields().map(|(field, _)| field.full_name().to_owned()));
        }
    }
    let declared = messages();
    let fields = declared.iter().flat_map(MessageDescriptor::fields).map(|field| field.full_name().to_owned());
    let unseen: Vec<_> = fields.filter(|field| !fields_seen.contains(field)).collect();
    assert!(unseen.is_empty(), "no sample holds {unseen:?}: run UPDATE=1 cargo test -p cueline-protocol --test golden");
    assert_eq!(known.len(), declared.len(), "protocol/tests/types.rs names a message that is no more");
}

/// What a newer process adds is skipped by an older one: read without error, the rest intact. It is not kept when the message is
/// written again, because prost drops it; so nothing that was read is ever written back in place of the original.
#[test]
fn unknown_fields_are_skipped_and_not_kept() {
    let known = types::all();
    for message in messages() {
        let codec = &known[message.full_name()];
        for sample in kept(&message) {
            let bytes = hex(&sample.bytes);
            let mut newer = bytes.clone();
            // Field 15000, length-delimited, "new".
            newer.extend([0xc2, 0xa9, 0x07, 3, b'n', b'e', b'w']);
            assert_eq!((codec.from_bytes)(&newer).unwrap().bytes, bytes, "{}", message.full_name());
        }
    }
}

#[test]
fn truncated_messages_are_refused_or_read_as_shorter_ones_but_never_panic() {
    let known = types::all();
    for message in messages() {
        for sample in kept(&message) {
            let bytes = hex(&sample.bytes);
            for end in 0..bytes.len() {
                let _ = (known[message.full_name()].from_bytes)(&bytes[..end]);
            }
        }
    }
}

#[test]
fn json_with_unknown_fields_or_wrong_types_is_refused_with_the_field() {
    let known = types::all();
    let envelope = &known["cueline.v1.Envelope"];
    let error = |json: serde_json::Value| (envelope.from_json)(&json).err().unwrap();
    assert!(error(serde_json::json!({"tenantt": "a"})).contains("tenantt"));
    assert!(error(serde_json::json!({"tenant": 1})).contains("expected a string"));
    assert!(!error(serde_json::json!({"attempt": -1})).is_empty());
}

/// What `google.protobuf.Value` cannot keep, as the protocol's README says.
#[test]
fn a_value_keeps_null_and_refuses_what_a_double_cannot_hold() {
    let noop = &types::all()["cueline.v1.NoopRequest"];
    let read = |value: serde_json::Value| {
        let written = (noop.from_json)(&serde_json::json!({"value": value})).unwrap();
        (noop.from_bytes)(&written.bytes).unwrap().json["value"].clone()
    };
    assert_eq!(read(serde_json::json!([null, {"a": null}])), serde_json::json!([null, {"a": null}]));
    assert!((noop.from_json)(&serde_json::json!({"value": 9_007_199_254_740_993_i64})).is_err());
}

fn kept(message: &MessageDescriptor) -> Vec<Sample> {
    let path = folder().join(format!("{}.json", message.full_name()));
    let mut samples: Vec<Sample> =
        fs::read(&path).map(|bytes| serde_json::from_slice(&bytes).unwrap()).unwrap_or_default();
    if std::env::var_os("UPDATE").is_some() {
        let before = samples.len();
        for sample in fresh(message) {
            if !samples.contains(&sample) {
                samples.push(sample);
            }
        }
        if samples.len() > before {
            fs::create_dir_all(folder()).unwrap();
            fs::write(&path, serde_json::to_string_pretty(&samples).unwrap() + "\n").unwrap();
        }
    }
    assert!(
        !samples.is_empty(),
        "{} is missing: run UPDATE=1 cargo test -p cueline-protocol --test golden",
        path.display()
    );
    samples
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/protocol"))
}

fn messages() -> Vec<MessageDescriptor> {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/proto"));
    let mut files: Vec<_> = fs::read_dir(root.join("cueline/v1")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let pool = DescriptorPool::from_file_descriptor_set(protox::compile(files, [root]).unwrap()).unwrap();
    pool.all_messages()
        .filter(|message| message.package_name() == "cueline.v1" && !message.is_map_entry())
        .collect::<Vec<_>>()
}

/// One sample per member of the largest `oneof`, at least one, with every other field set.
fn fresh(message: &MessageDescriptor) -> Vec<Sample> {
    let variants = message.oneofs().map(|oneof| oneof.fields().count()).max().unwrap_or(1);
    (0..variants)
        .map(|variant| {
            let message = filled(message, variant, DEPTH);
            let bytes = prost::Message::encode_to_vec(&message);
            Sample {
                bytes: bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
                json: serde_json::to_value(&message).unwrap(),
            }
        })
        .collect()
}

fn filled(descriptor: &MessageDescriptor, variant: usize, depth: usize) -> DynamicMessage {
    if descriptor.full_name() == "google.protobuf.Value" {
        let json = serde_json::json!({"list": [1.5, "text", true, null, {}]});
        return DynamicMessage::deserialize(descriptor.clone(), json).unwrap();
    }
    let mut message = DynamicMessage::new(descriptor.clone());
    for field in descriptor.fields() {
        let skipped = field.containing_oneof().is_some_and(|oneof| {
            let members = oneof.fields().count();
            oneof.fields().position(|member| member == field) != Some(variant.min(members - 1))
        });
        let too_deep = depth == 0 && matches!(field.kind(), Kind::Message(_));
        if !skipped && !too_deep {
            message.set_field(&field, value(&field, depth));
        }
    }
    message
}

fn value(field: &FieldDescriptor, depth: usize) -> Value {
    if field.is_map() {
        let Kind::Message(entry) = field.kind() else { unreachable!() };
        let one = single(&entry.map_entry_value_field(), 0, depth);
        return Value::Map([(prost_reflect::MapKey::String("key".to_owned()), one)].into());
    }
    match field.cardinality() {
        Cardinality::Repeated => Value::List(vec![single(field, 0, depth), single(field, 1, depth)]),
        _ => single(field, 0, depth),
    }
}

fn single(field: &FieldDescriptor, nth: usize, depth: usize) -> Value {
    let number = field.number() + 100 * nth as u32;
    match field.kind() {
        Kind::Bool => Value::Bool(true),
        Kind::String => Value::String(format!("{} é {nth}", field.name())),
        Kind::Bytes => Value::Bytes(vec![0, 0xff, b'a', nth as u8].into()),
        Kind::Double => Value::F64(f64::from(number) + 0.25),
        Kind::Float => Value::F32(number as f32 + 0.5),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::I32(-(number as i32)),
        // Past what a double holds: JSON must carry these as text.
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::I64(-9_007_199_254_740_993 - i64::from(number)),
        Kind::Uint32 | Kind::Fixed32 => Value::U32(number + 1_000_000),
        Kind::Uint64 | Kind::Fixed64 => Value::U64(9_007_199_254_740_993 + u64::from(number)),
        Kind::Enum(kinds) => Value::EnumNumber(kinds.values().last().unwrap().number()),
        Kind::Message(message) => Value::Message(filled(&message, nth, depth - 1)),
    }
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}
