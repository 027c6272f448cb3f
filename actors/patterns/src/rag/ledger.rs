//! One row per object. Written conditionally, decided by the pure rules of the domain.

use bytes::Bytes;
use cueline_domain::{
    access::Audience,
    ledger::{Decision, LedgerRow, Progress, Sequence, Transition, advance},
    object_key::ObjectKey,
};
use cueline_ports::{Condition, Key, Page, PortError, PortErrorKind, PortResult, Write};
use cueline_runtime::World;
use serde::{Deserialize, Serialize};

/// A write that lost against another tries again this often.
const TRIES: usize = 16;

/// What is known of an object: the row of the rules and what people want to see beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// The collection it belongs to.
    pub collection: String,
    /// Where it stands.
    #[serde(flatten)]
    pub row: LedgerRow,
    /// Orders its versions in the index.
    pub sequence: u64,
    /// The execution that works on it, or did.
    pub execution: String,
    /// Media type that was found in its bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// The parser that read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parser: Option<String>,
    /// How many chunks it has.
    #[serde(default)]
    pub chunks: u32,
    /// The model of its vectors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embedding_model: Option<String>,
    /// What the parser left out or guessed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Length of the object in bytes.
    #[serde(default)]
    pub size: u64,
    /// Who may see it, as its metadata file said last; `None` when that named no groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<Audience>,
    /// What a person should know or decide, e.g. that its metadata file is gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Epoch milliseconds of the last change of this row.
    pub updated_ms: i64,
}

impl LedgerEntry {
    /// What a metadata file said ends with the document.
    pub(crate) fn forget_audience(&mut self) {
        self.audience = None;
        self.notes.clear();
    }

    /// The state as one word.
    pub fn state(&self) -> &'static str {
        use cueline_domain::ledger::DocumentState::*;
        match self.row.state {
            Discovered => "discovered",
            Fetched => "fetched",
            Parsed => "parsed",
            Chunked => "chunked",
            KeywordSearchable => "keyword_searchable",
            Searchable => "searchable",
            Refused { .. } => "refused",
            Failed { .. } => "failed",
            Superseded => "superseded",
            Deleted => "deleted",
        }
    }
}

/// Why a ledger call failed.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// No such document.
    #[error("document {key} is not in the ledger")]
    NotFound {
        /// The key.
        key: String,
    },
    /// Storage.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Reads and writes rows.
#[derive(Clone)]
pub struct Ledger {
    world: World,
}

impl Ledger {
    /// On the table of a world.
    pub fn new(world: World) -> Self {
        Self { world }
    }

    /// The row of an object and its version in the table.
    pub(crate) async fn read(&self, key: &str) -> PortResult<Option<(u64, LedgerEntry)>> {
        let Some(row) = self.world.table.get(&row_key(key)).await? else { return Ok(None) };
        let entry = decode(key, &row.body)?;
        Ok(Some((row.version, entry)))
    }

    /// The row of an object.
    pub async fn get(&self, key: &str) -> PortResult<Option<LedgerEntry>> {
        Ok(self.read(key).await?.map(|(_, entry)| entry))
    }

    /// Rows by key, filtered by collection and state.
    pub async fn list(
        &self,
        collection: Option<&str>,
        state: Option<&str>,
        cursor: Option<String>,
        limit: usize,
    ) -> PortResult<Page<LedgerEntry>> {
        let limit = limit.clamp(1, 1_000);
        let mut page = Page { items: Vec::new(), cursor };
        loop {
            let rows = self.world.table.query(PARTITION, "", page.cursor.take(), limit).await?;
            page.cursor = rows.cursor;
            for row in rows.items {
                let entry = decode(&row.key.sort, &row.body)?;
                let wanted = collection.is_none_or(|name| entry.collection == name)
                    && state.is_none_or(|name| entry.state() == name);
                if wanted {
                    page.items.push(entry);
                }
            }
            if page.items.len() >= limit / 2 || page.cursor.is_none() {
                return Ok(page);
            }
        }
    }

    /// Writes what was decided about `key`; `false` when the row changed meanwhile.
    pub(crate) async fn write(&self, version: u64, entry: &LedgerEntry) -> PortResult<bool> {
        let condition = if version == 0 { Condition::Absent } else { Condition::Version(version) };
        let body =
            Bytes::from(serde_json::to_vec(entry).map_err(|error| PortError::invalid(format!("ledger row: {error}")))?);
        let put = Write::Put { key: row_key(entry.row.key.as_str()), body, condition };
        match self.world.table.transact(vec![put]).await {
            Ok(()) => Ok(true),
            Err(error) if error.kind == PortErrorKind::Conflict => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The entry that a decision makes of the one before.
    pub(crate) fn decided(
        &self,
        collection: &str,
        before: Option<&(u64, LedgerEntry)>,
        decision: &Decision,
    ) -> Option<LedgerEntry> {
        let row = decision.row()?.clone();
        let table_version = before.map_or(0, |(version, _)| *version);
        let known = before.map(|(_, entry)| entry.clone());
        let fresh = !matches!(decision, Decision::Confirm { .. });
        let mut entry = known.unwrap_or_else(|| LedgerEntry {
            collection: collection.to_owned(),
            row: row.clone(),
            sequence: 0,
            execution: String::new(),
            media_type: None,
            parser: None,
            chunks: 0,
            embedding_model: None,
            warnings: Vec::new(),
            size: 0,
            audience: None,
            notes: Vec::new(),
            updated_ms: 0,
        });
        entry.row = row;
        entry.collection = collection.to_owned();
        entry.updated_ms = self.world.clock.now_ms();
        if matches!(decision, Decision::Tombstone { .. }) {
            // Whatever has this name next is another document.
            entry.forget_audience();
        }
        if fresh {
            entry.sequence = table_version + 1;
            entry.execution = execution_id(collection, entry.row.key.as_str(), entry.sequence);
        }
        Some(entry)
    }

    /// Reports a finished step; `change` fills in what is known since. `None` when the version has no future.
    pub(crate) async fn progress(
        &self,
        key: &str,
        observation: &str,
        progress: Progress,
        change: impl Fn(&mut LedgerEntry),
    ) -> PortResult<Option<LedgerEntry>> {
        let id = Sequence::parse(observation).map_err(|error| PortError::invalid(error.to_string()))?;
        for _ in 0..TRIES {
            let before = self.read(key).await?;
            let row = before.as_ref().map(|(_, entry)| &entry.row);
            match advance(row, &id, &progress) {
                Transition::Abandon { .. } => return Ok(None),
                Transition::Unchanged => {
                    let Some((version, entry)) = before else { return Ok(None) };
                    // The state stands, but more may be known now: the model of vectors that followed the words.
                    let mut known = entry.clone();
                    change(&mut known);
                    if known == entry || self.write(version, &known).await? {
                        return Ok(Some(known));
                    }
                }
                Transition::Applied { row, .. } => {
                    let Some((version, mut entry)) = before else { return Ok(None) };
                    entry.row = row;
                    entry.updated_ms = self.world.clock.now_ms();
                    change(&mut entry);
                    if self.write(version, &entry).await? {
                        return Ok(Some(entry));
                    }
                }
            }
        }
        Err(PortError::new(PortErrorKind::Throttled, format!("the ledger row of {key} changes too fast")))
    }
}

const PARTITION: &str = "documents";

fn row_key(key: &str) -> Key {
    Key::new(PARTITION, key)
}

fn decode(key: &str, body: &Bytes) -> PortResult<LedgerEntry> {
    serde_json::from_slice(body)
        .map_err(|error| PortError::corrupt(format!("ledger row of {key} cannot be read: {error}")))
}

/// Derived from the decision, so that starting it again names the same execution.
pub(crate) fn execution_id(collection: &str, key: &str, sequence: u64) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [collection.as_bytes(), key.as_bytes(), &sequence.to_le_bytes()] {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
    }
    format!("doc-{}-{sequence}", &hasher.finalize().to_hex().as_str()[..24])
}

/// The key as the rules want it.
pub(crate) fn object_key(key: &str) -> PortResult<ObjectKey> {
    ObjectKey::parse(key).map_err(|error| PortError::invalid(error.to_string()))
}
