//! JSON as bytes, alone or in a table of distinct texts.

use super::{missing, wrong};
use crate::{Data, Items, Json, Variables, WireError};
use cueline_protocol::v1::{self, payload::Body};
use prost::bytes::Bytes;
use serde_json::Value;
use std::{collections::HashMap, sync::Arc};

pub(super) fn write(json: &Value) -> v1::Payload {
    v1::Payload { body: Some(Body::Json(text(json))) }
}

pub(super) fn write_variables(variables: &Variables) -> v1::Payload {
    v1::Payload { body: Some(Body::Json(map_text(variables))) }
}

fn text(json: &Value) -> Bytes {
    // A JSON value always has a text.
    serde_json::to_vec(json).unwrap_or_default().into()
}

fn map_text(variables: &Variables) -> Bytes {
    serde_json::to_vec(&**variables).unwrap_or_default().into()
}

/// References are resolved by whoever has the objects, before decoding.
pub(super) fn read(payload: Option<v1::Payload>, what: &'static str) -> Result<Json, WireError> {
    match payload.and_then(|payload| payload.body) {
        Some(Body::Json(text)) => {
            serde_json::from_slice(&text).map(Arc::new).map_err(|why| wrong(what, why.to_string()))
        }
        Some(Body::Ref(_)) => Err(wrong(what, "it lies elsewhere and was not fetched")),
        None => Err(missing(what)),
    }
}

pub(super) fn read_optional(payload: Option<v1::Payload>, what: &'static str) -> Result<Option<Json>, WireError> {
    payload.map(|payload| read(Some(payload), what)).transpose()
}

pub(super) fn as_variables(json: &Value, what: &'static str) -> Result<Variables, WireError> {
    match json {
        Value::Object(fields) => Ok(Arc::new(fields.clone())),
        _ => Err(wrong(what, "it is no object")),
    }
}

pub(super) fn write_data(data: &Data) -> v1::Data {
    use v1::data::At;
    let at = match data {
        Data::Same => At::Same(true),
        Data::Result => At::Result(true),
        Data::Value(value) => At::Value(write(value)),
    };
    v1::Data { at: Some(at) }
}

pub(super) fn read_data(data: Option<v1::Data>) -> Result<Data, WireError> {
    use v1::data::At;
    match data.and_then(|data| data.at).ok_or_else(|| missing("data"))? {
        At::Same(_) => Ok(Data::Same),
        At::Result(_) => Ok(Data::Result),
        At::Value(value) => read(Some(value), "data").map(Data::Value),
    }
}

pub(super) fn write_items(items: &Items) -> v1::Items {
    use v1::items::At;
    let at = match items {
        Items::Input { pointer } => At::Input(pointer.clone()),
        Items::Result { pointer } => At::Result(pointer.clone()),
        Items::Value(value) => At::Value(write(value)),
    };
    v1::Items { at: Some(at) }
}

pub(super) fn read_items(items: Option<v1::Items>) -> Result<Items, WireError> {
    use v1::items::At;
    match items.and_then(|items| items.at).ok_or_else(|| missing("items"))? {
        At::Input(pointer) => Ok(Items::Input { pointer }),
        At::Result(pointer) => Ok(Items::Result { pointer }),
        At::Value(value) => read(Some(value), "items").map(Items::Value),
    }
}

/// Numbers payloads from 1 by their text, so that what is shared in memory, or merely equal, is written once.
#[derive(Default)]
pub(super) struct TableWriter {
    pub(super) payloads: Vec<v1::Payload>,
    by_text: HashMap<Bytes, u32>,
    /// Payloads live as long as the state that is being written, so an address stands for a text.
    by_address: HashMap<usize, u32>,
}

impl TableWriter {
    pub(super) fn add(&mut self, json: &Json) -> u32 {
        self.add_text(Arc::as_ptr(json).addr(), || text(json))
    }

    pub(super) fn add_optional(&mut self, json: Option<&Json>) -> u32 {
        json.map_or(0, |json| self.add(json))
    }

    pub(super) fn add_variables(&mut self, variables: &Variables) -> u32 {
        if variables.is_empty() {
            return 0;
        }
        self.add_text(Arc::as_ptr(variables).addr(), || map_text(variables))
    }

    fn add_text(&mut self, address: usize, text: impl FnOnce() -> Bytes) -> u32 {
        if let Some(number) = self.by_address.get(&address) {
            return *number;
        }
        let text = text();
        let number = match self.by_text.get(&text) {
            Some(number) => *number,
            None => {
                self.payloads.push(v1::Payload { body: Some(Body::Json(text.clone())) });
                let number = self.payloads.len() as u32;
                self.by_text.insert(text, number);
                number
            }
        };
        self.by_address.insert(address, number);
        number
    }
}

/// The payloads of a state by number.
pub(super) struct TableReader {
    payloads: Vec<Json>,
    variables: HashMap<u32, Variables>,
}

impl TableReader {
    pub(super) fn new(payloads: Vec<v1::Payload>) -> Result<TableReader, WireError> {
        let payloads = payloads.into_iter().map(|payload| read(Some(payload), "payload")).collect::<Result<_, _>>()?;
        Ok(TableReader { payloads, variables: HashMap::new() })
    }

    pub(super) fn get_optional(&self, number: u32) -> Result<Option<Json>, WireError> {
        if number == 0 {
            return Ok(None);
        }
        let payload = self.payloads.get(number as usize - 1);
        payload.cloned().map(Some).ok_or_else(|| wrong("payload", format!("there is no number {number}")))
    }

    pub(super) fn get(&self, number: u32, what: &'static str) -> Result<Json, WireError> {
        self.get_optional(number)?.ok_or_else(|| missing(what))
    }

    pub(super) fn variables(&mut self, number: u32) -> Result<Variables, WireError> {
        if number == 0 {
            return Ok(Variables::default());
        }
        if let Some(known) = self.variables.get(&number) {
            return Ok(known.clone());
        }
        let variables = as_variables(&*self.get(number, "variables")?, "variables")?;
        self.variables.insert(number, variables.clone());
        Ok(variables)
    }
}
