//! Commits and snapshots as bytes.
//!
//! An entry or state above [`INLINE`] bytes becomes an object named by its hash; it is stored before the commit that
//! refers to it is appended, so a reference in the journal never dangles, and equal ones are stored once.

use bytes::Bytes;
use cueline_ports::{Objects, PortResult, PutCondition};
use cueline_protocol::{
    ids::BucketName,
    v1::{self, PayloadRef, TraceContext},
};
use cueline_states::{Entry, Env, State, wire};
use prost::{
    Message,
    encoding::{self, WireType},
};

use crate::EngineError;

/// What is larger is kept in the object store. DynamoDB's item limit is 400 KB; SQLite likes small rows.
pub const INLINE: usize = 16 * 1024;

/// Room for most commits, so that their buffer seldom grows.
const TYPICAL_COMMIT: usize = 512;

/// The bucket of content-addressed payloads.
pub fn payload_bucket() -> BucketName {
    #[expect(clippy::unwrap_used, reason = "a constant that satisfies the rule for bucket names")]
    BucketName::new("payloads").unwrap()
}

/// An object that must be stored before the append.
#[derive(Debug, Clone)]
pub struct Overflow {
    /// BLAKE3 of the body.
    pub hash: blake3::Hash,
    /// What to store.
    pub body: Bytes,
}

/// Commit of the protocol with entries left encoded: the wire form is the same.
#[derive(Clone, PartialEq, Message)]
struct RawCommit {
    #[prost(uint64, tag = "1")]
    version: u64,
    #[prost(int64, tag = "2")]
    at_ms: i64,
    #[prost(uint64, tag = "3")]
    seed: u64,
    #[prost(string, tag = "4")]
    by: String,
    #[prost(message, optional, tag = "5")]
    trace: Option<TraceContext>,
    #[prost(message, repeated, tag = "6")]
    entries: Vec<RawEntry>,
}

#[derive(Clone, PartialEq, Message)]
struct RawEntry {
    #[prost(bytes = "bytes", optional, tag = "1")]
    inline: Option<Bytes>,
    #[prost(message, optional, tag = "2")]
    stored: Option<PayloadRef>,
}

/// A commit that was read back.
#[derive(Debug, Clone)]
pub struct Commit {
    /// Dense, from 1.
    pub version: u64,
    /// The clock and randomness of its decision.
    pub env: Env,
    /// The process that appended it.
    pub by: String,
    /// In the first commit: the trace of the execution.
    pub trace: Option<TraceContext>,
    /// What it recorded.
    pub entries: Vec<Entry>,
}

/// A commit as bytes; what does not fit goes to `overflow`.
pub fn encode_commit(
    version: u64,
    env: &Env,
    by: &str,
    trace: Option<&TraceContext>,
    entries: &[Entry],
    overflow: &mut Vec<Overflow>,
) -> Bytes {
    let head = RawCommit {
        version,
        at_ms: env.now_ms,
        seed: env.seed,
        by: by.to_owned(),
        trace: trace.cloned(),
        entries: Vec::new(),
    };
    let mut body = Vec::with_capacity(TYPICAL_COMMIT);
    head.encode_raw(&mut body);
    // The entries are the last field. Each is written where it belongs instead of into a buffer of its own first.
    for entry in entries {
        let entry = v1::Entry::from(entry);
        let length = entry.encoded_len();
        if length > INLINE {
            let (inline, stored) = keep(entry.encode_to_vec().into(), overflow);
            encoding::message::encode(6, &RawEntry { inline, stored }, &mut body);
        } else {
            encoding::encode_key(6, WireType::LengthDelimited, &mut body);
            encoding::encode_varint((1 + encoding::encoded_len_varint(length as u64) + length) as u64, &mut body);
            encoding::message::encode(1, &entry, &mut body);
        }
    }
    body.into()
}

/// Reads what [`encode_commit`] wrote.
pub async fn decode_commit(objects: &dyn Objects, body: &Bytes) -> Result<Commit, EngineError> {
    let raw = RawCommit::decode(body.clone()).map_err(|error| unreadable("commit", &error))?;
    let mut entries = Vec::with_capacity(raw.entries.len());
    for entry in raw.entries {
        let bytes = match (entry.inline, entry.stored) {
            (Some(bytes), _) => bytes,
            (None, Some(stored)) => fetch(objects, &stored.hash).await?,
            (None, None) => Bytes::new(),
        };
        entries.push(wire::decode_entry(&bytes).map_err(|error| unreadable("entry", &error))?);
    }
    let env = Env { now_ms: raw.at_ms, seed: raw.seed };
    Ok(Commit { version: raw.version, env, by: raw.by, trace: raw.trace, entries })
}

/// A snapshot as bytes, and the object that holds its state if that is too large for the journal.
pub fn encode_snapshot(
    version: u64,
    state: &State,
    trace: Option<&TraceContext>,
    overflow: &mut Vec<Overflow>,
) -> (Bytes, Option<blake3::Hash>) {
    let (inline, stored) = keep(state.encode().into(), overflow);
    let object = stored.as_ref().and(overflow.last()).map(|overflow| overflow.hash);
    let snapshot =
        cueline_protocol::v1::Snapshot { version, state: inline.unwrap_or_default(), stored, trace: trace.cloned() };
    (snapshot.encode_to_vec().into(), object)
}

/// The state bytes of a snapshot, fetched if they are an object.
pub async fn snapshot_state(objects: &dyn Objects, body: &Bytes) -> Result<(u64, Bytes), EngineError> {
    let snapshot = v1::Snapshot::decode(body.clone()).map_err(|error| unreadable("snapshot", &error))?;
    let state = match snapshot.stored {
        Some(stored) => fetch(objects, &stored.hash).await?,
        None => snapshot.state,
    };
    Ok((snapshot.version, state))
}

/// A snapshot that was read back.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The fold of every commit up to it.
    pub state: State,
    /// The object that holds it, if it was too large for the journal.
    pub stored: Option<blake3::Hash>,
    /// The trace of the execution.
    pub trace: Option<TraceContext>,
}

/// Reads what [`encode_snapshot`] wrote.
pub async fn decode_snapshot(objects: &dyn Objects, body: &Bytes) -> Result<Snapshot, EngineError> {
    let v1::Snapshot { state, stored, trace, .. } =
        v1::Snapshot::decode(body.clone()).map_err(|error| unreadable("snapshot", &error))?;
    let stored = stored.and_then(|stored| blake3::Hash::from_slice(&stored.hash).ok());
    let bytes = match &stored {
        Some(stored) => fetch(objects, stored.as_bytes()).await?,
        None => state,
    };
    let state = State::decode(&bytes).map_err(|error| unreadable("state", &error))?;
    Ok(Snapshot { state, stored, trace })
}

/// What a commit refers to in the object store.
pub(crate) fn references_of_commit(body: &Bytes) -> Result<Vec<blake3::Hash>, EngineError> {
    let raw = RawCommit::decode(body.clone()).map_err(|error| unreadable("commit", &error))?;
    Ok(raw.entries.iter().filter_map(|entry| blake3::Hash::from_slice(&entry.stored.as_ref()?.hash).ok()).collect())
}

/// What a snapshot refers to in the object store.
pub(crate) fn reference_of_snapshot(body: &Bytes) -> Result<Option<blake3::Hash>, EngineError> {
    let snapshot = v1::Snapshot::decode(body.clone()).map_err(|error| unreadable("snapshot", &error))?;
    Ok(snapshot.stored.and_then(|stored| blake3::Hash::from_slice(&stored.hash).ok()))
}

/// Stores a payload under its hash; equal ones are stored once.
pub async fn store(objects: &dyn Objects, body: Bytes) -> PortResult<PayloadRef> {
    let hash = blake3::hash(&body);
    let size = body.len() as u64;
    put(objects, hash, body).await?;
    Ok(PayloadRef { hash: Bytes::copy_from_slice(hash.as_bytes()), size })
}

/// Stores what [`encode_commit`] set aside. Always written, even if it is there already: what is there may be damaged, or
/// old enough to be taken for garbage.
pub async fn put(objects: &dyn Objects, hash: blake3::Hash, body: Bytes) -> PortResult<()> {
    objects.put(&payload_bucket(), hash.to_hex().as_str(), body, PutCondition::Any).await.map(drop)
}

/// Deletes a payload that nothing refers to any more. What stays is found by the next cleaning.
pub(crate) async fn forget(objects: &dyn Objects, hash: blake3::Hash) {
    let key = hash.to_hex();
    if let Err(error) = objects.delete(&payload_bucket(), &key).await {
        tracing::debug!(payload = %key, error = %error, "failed to delete a payload");
    }
}

/// The payload of a hash, checked against it.
pub async fn fetch(objects: &dyn Objects, hash: &[u8]) -> PortResult<Bytes> {
    let wanted = blake3::Hash::from_slice(hash)
        .map_err(|_| cueline_ports::PortError::corrupt("a payload reference has no 32-byte hash"))?;
    let (_, body) = objects.get(&payload_bucket(), wanted.to_hex().as_str()).await?;
    if blake3::hash(&body) != wanted {
        return Err(cueline_ports::PortError::corrupt(format!("payload {} does not match its hash", wanted.to_hex())));
    }
    Ok(body)
}

fn keep(bytes: Bytes, overflow: &mut Vec<Overflow>) -> (Option<Bytes>, Option<PayloadRef>) {
    if bytes.len() <= INLINE {
        return (Some(bytes), None);
    }
    let hash = blake3::hash(&bytes);
    let size = bytes.len() as u64;
    overflow.push(Overflow { hash, body: bytes });
    (None, Some(PayloadRef { hash: Bytes::copy_from_slice(hash.as_bytes()), size }))
}

fn unreadable(what: &str, error: &dyn std::fmt::Display) -> EngineError {
    EngineError::Damaged { execution: String::new(), reason: format!("{what}: {error}") }
}

#[cfg(test)]
mod tests {
    use cueline_states::Data;

    use super::*;

    /// Journals written by other builds must stay readable, and equal commits must stay equal bytes.
    #[test]
    fn a_commit_is_the_message_of_the_protocol() {
        let value = |length: usize| cueline_states::Json::new(serde_json::json!({"text": "x".repeat(length)}));
        let exited = |output| Entry::StateExited { frame: 0, output, assigned: None, next: Some("Next".into()) };
        let entries = [
            Entry::TaskSucceeded { task: 7, output: value(200) },
            exited(Data::Value(value(2 * INLINE))),
            exited(Data::Result),
            Entry::ExecutionSucceeded,
        ];
        let trace = TraceContext { traceparent: "00-1-2-01".into(), ..TraceContext::default() };
        let env = Env { now_ms: 1_764_000_000_000, seed: u64::MAX };
        let mut overflow = Vec::new();
        let body = encode_commit(300, &env, "here", Some(&trace), &entries, &mut overflow);
        assert_eq!(overflow.len(), 1);

        let mut again = Vec::new();
        let raw = entries.iter().map(|entry| {
            let (inline, stored) = keep(wire::encode_entry(entry).into(), &mut again);
            RawEntry { inline, stored }
        });
        let message = RawCommit {
            version: 300,
            at_ms: env.now_ms,
            seed: env.seed,
            by: "here".into(),
            trace: Some(trace),
            entries: raw.collect(),
        };
        assert_eq!(body, message.encode_to_vec());
    }
}
