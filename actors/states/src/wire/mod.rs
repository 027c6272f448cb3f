//! Entries and states as bytes: the protobuf messages of `cueline.v1`. Deterministic: equal values give equal bytes.

mod payload;
mod read_entry;
mod read_state;
mod write_entry;
mod write_state;

use crate::{Entry, State, WireError};
use cueline_protocol::v1;
use prost::Message;

/// An entry as bytes.
pub fn encode_entry(entry: &Entry) -> Vec<u8> {
    v1::Entry::from(entry).encode_to_vec()
}

/// Reads what [`encode_entry`] wrote.
pub fn decode_entry(bytes: &[u8]) -> Result<Entry, WireError> {
    let message = v1::Entry::decode(bytes).map_err(|why| wrong("entry", why.to_string()))?;
    Entry::try_from(message)
}

impl State {
    /// The state as bytes, for a snapshot. Each payload is in there once, however many frames hold it.
    pub fn encode(&self) -> Vec<u8> {
        v1::ExecutionState::from(self).encode_to_vec()
    }

    /// Reads what [`State::encode`] wrote.
    pub fn decode(bytes: &[u8]) -> Result<State, WireError> {
        let message = v1::ExecutionState::decode(bytes).map_err(|why| wrong("state", why.to_string()))?;
        State::try_from(message)
    }
}

fn wrong(what: &'static str, reason: impl Into<String>) -> WireError {
    WireError { what, reason: reason.into() }
}

fn missing(what: &'static str) -> WireError {
    wrong(what, "it is missing")
}
