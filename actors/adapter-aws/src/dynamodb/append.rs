//! One append is one item: commits, the snapshot after them, and for a start or an end the row of lists beside it.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use aws_sdk_dynamodb::{
    operation::put_item::PutItemError,
    types::{AttributeValue, Put, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure},
};
use bytes::{BufMut, Bytes, BytesMut};
use cueline_ports::{Append, ExecutionStatus, ExecutionSummary, PortError, PortResult};
use cueline_protocol::ids::ExecutionId;

use super::{
    DynamoDb,
    group::Pair,
    item::{ITEM_LIMIT, Item, binary, number, read_binary, read_number, read_text, text, unreadable, write_token},
};
use crate::error::Call;

/// Partitions of the index, for each of running and ended executions.
pub(super) const SHARDS: u32 = 4;
/// Executions whose last version is remembered.
const ROOM: usize = 100_000;
/// Marks a snapshot in an overflow object.
const SNAPSHOT: u8 = 1;
const COMMIT: u8 = 0;

/// The last version of an execution that this process has seen. Whoever appends to a version that was seen needs no
/// look before: the item after it can be put by one other writer only.
#[derive(Default)]
pub(super) struct Known(Mutex<HashMap<ExecutionId, u64>>);

impl Known {
    pub(super) fn saw(&self, execution: &ExecutionId, version: u64) {
        let mut known = self.lock();
        if known.len() >= ROOM {
            known.clear();
        }
        known.insert(execution.clone(), version);
    }

    pub(super) fn forget(&self, execution: &ExecutionId) {
        self.lock().remove(execution);
    }

    fn is(&self, execution: &ExecutionId, version: u64) -> bool {
        self.lock().get(execution) == Some(&version)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ExecutionId, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn journal_key(execution: &ExecutionId) -> String {
    format!("e#{execution}")
}

/// Twenty digits: sorts as the number does.
pub(super) fn commit_key(version: u64) -> String {
    format!("c#{version:020}")
}

/// Where an execution stands in lists.
pub(super) fn list_place(summary: &ExecutionSummary) -> (String, String) {
    let hash = blake3::hash(summary.execution.as_str().as_bytes());
    let shard = u32::from(hash.as_bytes()[0]) % SHARDS;
    let side = if summary.status == ExecutionStatus::Running { 'o' } else { 'e' };
    (format!("{side}#{shard}"), format!("{:020}#{}", summary.started_ms.max(0), summary.execution))
}

fn conflict(append: &Append) -> PortError {
    PortError::conflict(format!("the journal of {} is not at version {}", append.execution, append.expected))
}

fn check(append: &Append) -> PortResult<()> {
    if append.commits.is_empty() {
        return Err(PortError::invalid("an append needs a commit"));
    }
    if append.expected == 0 && append.summary.is_none() {
        return Err(PortError::invalid("a start needs a summary"));
    }
    if append.summary.as_ref().is_some_and(|summary| summary.execution != append.execution) {
        return Err(PortError::invalid("the summary is of another execution"));
    }
    Ok(())
}

impl DynamoDb {
    pub(super) async fn append_item(&self, append: Append) -> PortResult<()> {
        check(&append)?;
        if append.expected > 0 && !self.known.is(&append.execution, append.expected) {
            let last = self.last_version(&append.execution).await?;
            if last != append.expected {
                return Err(conflict(&append));
            }
        }
        let token = write_token();
        let item = self.commit_item(&append, &token).await?;
        match &append.summary {
            None => self.put_alone(item, &token, &append).await?,
            Some(summary) => self.put_with_row(item, summary, &append).await?,
        }
        self.known.saw(&append.execution, append.expected + append.commits.len() as u64);
        Ok(())
    }

    async fn commit_item(&self, append: &Append, token: &str) -> PortResult<Item> {
        let last = append.expected + append.commits.len() as u64;
        let mut item = Item::from([
            ("pk".to_owned(), text(journal_key(&append.execution))),
            ("sk".to_owned(), text(commit_key(append.expected + 1))),
            ("n".to_owned(), number(last)),
            ("w".to_owned(), text(token)),
        ]);
        let size = append.commits.iter().chain(&append.snapshot).map(|body| body.len() + 8).sum::<usize>();
        if size > ITEM_LIMIT {
            let object = self.overflow.store(&packed(&append.commits, append.snapshot.as_ref())).await?;
            item.insert("o".to_owned(), text(object));
            if append.snapshot.is_some() {
                // Whoever walks backwards stops here.
                item.insert("so".to_owned(), AttributeValue::Bool(true));
            }
            return Ok(item);
        }
        item.insert("c".to_owned(), AttributeValue::L(append.commits.iter().map(binary).collect()));
        if let Some(snapshot) = &append.snapshot {
            item.insert("s".to_owned(), binary(snapshot));
        }
        Ok(item)
    }

    /// One write unit per KB, and the condition says all.
    async fn put_alone(&self, item: Item, token: &str, append: &Append) -> PortResult<()> {
        let sent = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        let error = match sent {
            Ok(done) => {
                self.count(done.consumed_capacity(), None);
                return Ok(());
            }
            Err(error) => error,
        };
        if let Some(PutItemError::ConditionalCheckFailedException(failed)) = error.as_service_error() {
            let is_ours = failed.item().and_then(|item| read_text(item, "w")).as_deref() == Some(token);
            return if is_ours { Ok(()) } else { Err(conflict(append)) };
        }
        let on = self.on();
        Err(Call { action: "dynamodb:PutItem", on: &on }.failed(error))
    }

    async fn put_with_row(&self, item: Item, summary: &ExecutionSummary, append: &Append) -> PortResult<()> {
        let built = |error: aws_sdk_dynamodb::error::BuildError| PortError::invalid(error.to_string());
        let body = serde_json::to_string(summary).map_err(|error| PortError::invalid(error.to_string()))?;
        let bodies = append.commits.iter().chain(&append.snapshot).map(|body| body.len()).sum::<usize>();
        let bytes = bodies.min(ITEM_LIMIT) + body.len();
        let (partition, sort) = list_place(summary);
        let row = Item::from([
            ("pk".to_owned(), text(journal_key(&append.execution))),
            ("sk".to_owned(), text("h")),
            ("m".to_owned(), text(body)),
            ("gp".to_owned(), text(partition)),
            ("gs".to_owned(), text(sort)),
        ]);
        let put = |item| Put::builder().table_name(&self.name).set_item(Some(item));
        let commit = put(item).condition_expression("attribute_not_exists(pk)").build().map_err(built)?;
        let row = put(row).build().map_err(built)?;
        self.put_pair(Pair { execution: append.execution.clone(), commit, row, bytes }).await
    }
}

/// What one item of a journal holds.
pub(super) struct Appended {
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) commits: Vec<Bytes>,
    pub(super) snapshot: Option<Bytes>,
}

/// Whether an item has a snapshot, without reading what lies elsewhere.
pub(super) fn has_snapshot(item: &Item) -> bool {
    item.contains_key("s") || item.contains_key("so")
}

impl DynamoDb {
    pub(super) async fn read_append(&self, item: &Item) -> PortResult<Appended> {
        let damaged = || unreadable(&self.name, item);
        let first = read_text(item, "sk").and_then(|sk| sk.strip_prefix("c#")?.parse::<u64>().ok());
        let (first, last) = (first.ok_or_else(damaged)?, read_number(item, "n").ok_or_else(damaged)?);
        let (commits, snapshot) = match read_text(item, "o") {
            Some(object) => unpacked(&self.overflow.fetch(&object).await?).ok_or_else(damaged)?,
            None => {
                let list = item.get("c").and_then(|list| list.as_l().ok()).ok_or_else(damaged)?;
                let commits: Option<Vec<Bytes>> = list.iter().map(read_binary).collect();
                (commits.ok_or_else(damaged)?, item.get("s").and_then(read_binary))
            }
        };
        if first == 0 || last + 1 != first + commits.len() as u64 {
            return Err(damaged());
        }
        Ok(Appended { first, last, commits, snapshot })
    }
}

/// Frames of a kind, a length and the bytes.
fn packed(commits: &[Bytes], snapshot: Option<&Bytes>) -> Bytes {
    let mut body = BytesMut::new();
    let frames = commits.iter().map(|commit| (COMMIT, commit)).chain(snapshot.map(|snapshot| (SNAPSHOT, snapshot)));
    for (kind, bytes) in frames {
        body.put_u8(kind);
        body.put_u64(bytes.len() as u64);
        body.put_slice(bytes);
    }
    body.freeze()
}

fn unpacked(body: &Bytes) -> Option<(Vec<Bytes>, Option<Bytes>)> {
    let (mut commits, mut snapshot, mut at) = (Vec::new(), None, 0);
    while at < body.len() {
        let kind = *body.get(at)?;
        let length = u64::from_be_bytes(body.get(at + 1..at + 9)?.try_into().ok()?);
        let end = usize::try_from(length).ok()?.checked_add(at + 9)?;
        let frame = body.get(at + 9..end).map(|_| body.slice(at + 9..end))?;
        match kind {
            COMMIT => commits.push(frame),
            SNAPSHOT => snapshot = Some(frame),
            _ => return None,
        }
        at = end;
    }
    Some((commits, snapshot))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_elsewhere_is_read_as_it_was_written() {
        let commits = vec![Bytes::new(), Bytes::from_static(b"two")];
        for snapshot in [None, Some(Bytes::new()), Some(Bytes::from_static(b"state"))] {
            let body = packed(&commits, snapshot.as_ref());
            assert_eq!(unpacked(&body), Some((commits.clone(), snapshot)));
            for end in 1..body.len() {
                // Cut anywhere but between frames it is no body; between frames it has fewer of them.
                if let Some((fewer, _)) = unpacked(&body.slice(..end)) {
                    assert!(fewer.len() <= commits.len());
                }
            }
        }
        assert_eq!(unpacked(&Bytes::from_static(&[9, 0, 0, 0, 0, 0, 0, 0, 0])), None);
        assert_eq!(unpacked(&Bytes::from_static(&[0, 255, 255, 255, 255, 255, 255, 255, 255])), None);
    }

    #[test]
    fn versions_sort_as_numbers() {
        assert!(commit_key(9) < commit_key(10) && commit_key(99) < commit_key(100));
    }
}
