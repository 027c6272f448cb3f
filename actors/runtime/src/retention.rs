//! What may be forgotten: executions that ended long ago, and payloads that nothing refers to any more.
//!
//! ```text
//!  journals, table rows ─► every hash that is named ─┐
//!  payload bucket ─► every object ───────────────────┴─► not named and not young ─► deleted
//! ```
//!
//! Marking is generous: whatever looks like a hash in a commit or a row counts as one, so a result that names a document by
//! reference keeps it. What is being written meanwhile is safe because it is young: storing a payload makes it young again.

use std::{collections::HashSet, time::Duration};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use bytes::Bytes;
use cueline_ports::{Condition, ExecutionStatus, ListExecutions, PortResult, Row, Write};
use cueline_protocol::ids::ExecutionId;

use crate::{Engine, EngineError, World, codec};

/// Rows and objects that are read at once.
const PAGE: usize = 500;
/// Rows that are deleted at once.
const AT_ONCE: usize = 100;

/// How a hash of 32 bytes is written: hex, or the base64 of the protocol's JSON.
const HEX: usize = 64;
const BASE64: usize = 44;

/// What a cleaning did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Cleaned {
    /// Executions that were forgotten.
    pub executions: u64,
    /// Payloads that were deleted.
    pub payloads: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Forgets executions that ended before `before_ms`, with the rows of each partition `PREFIX#EXECUTION`; their ids may be used
/// again. A child stays as long as its parent runs: the parent would start it again.
pub async fn forget_ended(engine: &Engine, before_ms: i64, prefixes: &[&str]) -> Result<Cleaned, EngineError> {
    let world = engine.world();
    let mut cleaned = Cleaned::default();
    let ended =
        [ExecutionStatus::Succeeded, ExecutionStatus::Failed, ExecutionStatus::Aborted, ExecutionStatus::TimedOut];
    for status in ended {
        let mut cursor = None;
        loop {
            let query = ListExecutions { status: Some(status), cursor, limit: PAGE, ..ListExecutions::default() };
            let page = world.journal.list(query).await?;
            for summary in page.items.iter().filter(|summary| summary.ended_ms < before_ms) {
                if !is_running(world, summary.parent.as_deref()).await? {
                    // First, so that what was cut short is found again.
                    for prefix in prefixes {
                        forget_rows(world, &format!("{prefix}#{}", summary.execution)).await?;
                    }
                    world.journal.remove(&summary.execution).await?;
                    cleaned.executions += 1;
                }
            }
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
        }
    }
    Ok(cleaned)
}

async fn forget_rows(world: &World, partition: &str) -> PortResult<()> {
    loop {
        let page = world.table.query(partition, "", None, AT_ONCE).await?;
        if page.items.is_empty() {
            return Ok(());
        }
        let delete = |row: Row| Write::Delete { key: row.key, condition: Condition::Any };
        world.table.transact(page.items.into_iter().map(delete).collect()).await?;
    }
}

async fn is_running(world: &World, execution: Option<&str>) -> Result<bool, EngineError> {
    let Some(Ok(execution)) = execution.map(ExecutionId::new) else { return Ok(false) };
    let summary = world.journal.summary(&execution).await?;
    Ok(summary.is_some_and(|summary| summary.status == ExecutionStatus::Running))
}

/// Deletes payloads that no journal names and no row of the `partitions` of the table, unless they were stored within
/// `grace`. That must be longer than anything takes from storing a payload to recording its name, a cue in a queue
/// included: a day is.
pub async fn sweep_payloads(engine: &Engine, partitions: &[&str], grace: Duration) -> Result<Cleaned, EngineError> {
    let world = engine.world();
    let old_ms = world.clock.now_ms().saturating_sub(grace.as_millis() as i64);
    let named = mark(world, partitions).await?;
    let bucket = codec::payload_bucket();
    let (mut cleaned, mut cursor) = (Cleaned::default(), None);
    loop {
        let page = world.objects.list(&bucket, "", cursor, PAGE).await?;
        for object in page.items {
            // What is no hash is not ours to delete.
            let Ok(hash) = blake3::Hash::from_hex(&object.key) else { continue };
            if named.contains(hash.as_bytes()) || object.modified_ms >= old_ms {
                continue;
            }
            // It may have been stored again since it was listed.
            if world.objects.head(&bucket, &object.key).await.is_ok_and(|now| now.modified_ms < old_ms) {
                world.objects.delete(&bucket, &object.key).await?;
                cleaned.payloads += 1;
                cleaned.bytes += object.size;
            }
        }
        cursor = page.cursor;
        if cursor.is_none() {
            return Ok(cleaned);
        }
    }
}

async fn mark(world: &World, partitions: &[&str]) -> Result<HashSet<[u8; 32]>, EngineError> {
    let mut named = HashSet::new();
    let mut cursor = None;
    loop {
        let query = ListExecutions { cursor, limit: PAGE, ..ListExecutions::default() };
        let page = world.journal.list(query).await?;
        for summary in &page.items {
            mark_execution(world, &summary.execution, &mut named).await?;
        }
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    for partition in partitions {
        let mut cursor = None;
        loop {
            let page = world.table.query(partition, "", cursor, PAGE).await?;
            page.items.iter().for_each(|row| find(&row.body, &mut named));
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
        }
    }
    Ok(named)
}

async fn mark_execution(
    world: &World,
    execution: &ExecutionId,
    named: &mut HashSet<[u8; 32]>,
) -> Result<(), EngineError> {
    let mut after = 0;
    loop {
        let page = world.journal.history(execution, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.version;
        for commit in &page {
            find(&commit.body, named);
            for hash in codec::references_of_commit(&commit.body)? {
                // An entry that lies in the object store names others itself. Were it damaged, it would name what it can.
                if named.insert(*hash.as_bytes())
                    && let Ok((_, body)) = world.objects.get(&codec::payload_bucket(), hash.to_hex().as_str()).await
                {
                    find(&body, named);
                }
            }
        }
    }
    // The latest snapshot only: the ones before it are garbage, and everything else in it is in the commits too.
    if let Some(loaded) = world.journal.load(execution).await?
        && let Some(snapshot) = loaded.snapshot
        && let Some(hash) = codec::reference_of_snapshot(&snapshot.body)?
    {
        named.insert(*hash.as_bytes());
    }
    Ok(())
}

/// Everything in there that looks like a hash.
fn find(bytes: &Bytes, named: &mut HashSet<[u8; 32]>) {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=');
    for word in bytes.split(|byte| !is_word(byte)).filter(|word| word.len() >= BASE64) {
        // A length that is encoded before it may look like part of the word.
        for from in 0..=word.len() - BASE64 {
            let rest = &word[from..];
            if let Some(hex) = rest.get(..HEX)
                && let Ok(hash) = blake3::Hash::from_hex(hex)
            {
                named.insert(*hash.as_bytes());
            }
            if rest[BASE64 - 1] == b'='
                && let Some(hash) = from_base64(&rest[..BASE64 - 1])
            {
                named.insert(hash);
            }
        }
    }
}

/// 43 characters of base64, of either alphabet, as 32 bytes.
fn from_base64(text: &[u8]) -> Option<[u8; 32]> {
    let decoded = STANDARD_NO_PAD.decode(text).or_else(|_| URL_SAFE_NO_PAD.decode(text));
    decoded.ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_found_however_it_is_written() {
        let hash = blake3::hash(b"a document");
        let reference = cueline_protocol::v1::PayloadRef { hash: Bytes::copy_from_slice(hash.as_bytes()), size: 7 };
        let json = serde_json::to_string(&reference).unwrap();
        for text in [json, format!("{{\"hash\":\"{}\"}}", hash.to_hex()), format!("X{}", hash.to_hex())] {
            let mut named = HashSet::new();
            find(&Bytes::from(text.clone()), &mut named);
            assert!(named.contains(hash.as_bytes()), "{text}");
        }
        let mut named = HashSet::new();
        find(&Bytes::from("words and words".repeat(20)), &mut named);
        assert_eq!(named.len(), 0);
    }
}
