//! The journal: appended conditionally, loaded from the latest snapshot, listed by start.

use std::collections::{BTreeSet, VecDeque};

use async_trait::async_trait;
use aws_sdk_dynamodb::types::{DeleteRequest, ReturnConsumedCapacity, WriteRequest};
use cueline_ports::{
    Append, ExecutionStatus, ExecutionSummary, Journal, ListExecutions, Loaded, Page, PortError, PortErrorKind,
    PortResult, StoredCommit, StoredSnapshot,
};
use cueline_protocol::ids::ExecutionId;

use super::{
    DynamoDb, INDEX,
    append::{SHARDS, commit_key, has_snapshot, journal_key},
    item::{Item, read_text, text, unreadable},
    transaction::pause,
};
use crate::error::Call;

/// Rows of a page unless asked otherwise.
const PAGE: usize = 50;
/// Items that are read at once while loading: a snapshot is written every sixteen commits.
const NEAR: i32 = 20;
/// Most deletions of one request.
const BATCH: usize = 25;

#[async_trait]
impl Journal for DynamoDb {
    async fn append(&self, append: Append) -> PortResult<()> {
        self.append_item(append).await
    }

    async fn load(&self, execution: &ExecutionId) -> PortResult<Option<Loaded>> {
        let mut newest: Vec<Item> = Vec::new();
        let mut start = None;
        loop {
            let (items, next) = self.backwards(execution, None, NEAR, start.take()).await?;
            for item in items {
                let is_enough = has_snapshot(&item);
                newest.push(item);
                if is_enough {
                    return self.loaded(execution, newest).await.map(Some);
                }
            }
            start = next;
            if start.is_none() {
                break;
            }
        }
        if newest.is_empty() {
            self.known.forget(execution);
            return Ok(None);
        }
        self.loaded(execution, newest).await.map(Some)
    }

    async fn history(&self, execution: &ExecutionId, after: u64, limit: usize) -> PortResult<Vec<StoredCommit>> {
        let mut commits = Vec::new();
        if limit == 0 {
            return Ok(commits);
        }
        // The item that has the commit after `after` may begin before it.
        let from = match after {
            0 => commit_key(1),
            _ => match self.backwards(execution, Some(commit_key(after + 1)), 1, None).await?.0.first() {
                Some(item) => read_text(item, "sk").unwrap_or_default(),
                None => return Ok(commits),
            },
        };
        let mut start = None;
        loop {
            let (items, next) = self.forwards(execution, &from, start.take(), limit - commits.len()).await?;
            for item in items {
                let appended = self.read_append(&item).await?;
                let versions = (appended.first..).zip(appended.commits);
                commits.extend(
                    versions
                        .filter(|(version, _)| *version > after)
                        .map(|(version, body)| StoredCommit { version, body }),
                );
            }
            start = next;
            if commits.len() >= limit || start.is_none() {
                commits.truncate(limit);
                return Ok(commits);
            }
        }
    }

    async fn summary(&self, execution: &ExecutionId) -> PortResult<Option<ExecutionSummary>> {
        let on = self.on();
        let got = self
            .client
            .get_item()
            .table_name(&self.name)
            .key("pk", text(journal_key(execution)))
            .key("sk", text("h"))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| Call { action: "dynamodb:GetItem", on: &on }.failed(error))?;
        self.count(None, got.consumed_capacity());
        got.item.map(|item| self.read_summary(&item)).transpose()
    }

    async fn list(&self, query: ListExecutions) -> PortResult<Page<ExecutionSummary>> {
        let before = query.cursor.as_deref().map(|cursor| opened("list:", cursor)).transpose()?;
        let sides: &[char] = match query.status {
            Some(ExecutionStatus::Running) => &['o'],
            Some(_) => &['e'],
            None => &['o', 'e'],
        };
        let limit = if query.limit == 0 { PAGE } else { query.limit };
        let mut walk = Walk::new(self, sides, before, Order::NewestFirst, limit);
        let mut items = Vec::new();
        let mut last = None;
        while let Some((place, summary)) = walk.next().await? {
            let is_wanted = query.status.is_none_or(|status| summary.status == status)
                && query.workflow.as_ref().is_none_or(|workflow| summary.workflow == *workflow)
                && query.id_prefix.as_ref().is_none_or(|prefix| summary.execution.as_str().starts_with(prefix));
            if !is_wanted {
                continue;
            }
            if items.len() == limit {
                return Ok(Page { items, cursor: last.map(|place: String| format!("list:{place}")) });
            }
            items.push(summary);
            last = Some(place);
        }
        Ok(Page { items, cursor: None })
    }

    async fn open(&self, cursor: Option<String>, limit: usize) -> PortResult<Page<ExecutionId>> {
        let after = cursor.as_deref().map(|cursor| opened("open:", cursor)).transpose()?;
        let mut walk = Walk::new(self, &['o'], after, Order::OldestFirst, limit);
        let (mut items, mut last) = (Vec::new(), None);
        while let Some((place, summary)) = walk.next().await? {
            if items.len() == limit {
                return Ok(Page { items, cursor: last.map(|place: String| format!("open:{place}")) });
            }
            items.push(summary.execution);
            last = Some(place);
        }
        Ok(Page { items, cursor: None })
    }

    async fn remove(&self, execution: &ExecutionId) -> PortResult<()> {
        match self.summary(execution).await? {
            None => return Ok(()),
            Some(summary) if summary.status == ExecutionStatus::Running => {
                return Err(PortError::conflict(format!("{execution} has not ended")));
            }
            Some(_) => {}
        }
        self.known.forget(execution);
        let mut start = None;
        loop {
            let (items, next) = self.forwards(execution, &commit_key(0), start.take(), 1_000).await?;
            let keys: Vec<String> = items.iter().filter_map(|item| read_text(item, "sk")).collect();
            for keys in keys.chunks(BATCH) {
                self.delete(execution, keys.iter().map(String::as_str)).await?;
            }
            start = next;
            if start.is_none() {
                break;
            }
        }
        // Last, so that a removal that was cut short is found again.
        self.delete(execution, ["h"].into_iter()).await
    }

    async fn health(&self) -> PortResult<()> {
        let on = self.on();
        let answer = self.client.describe_table().table_name(&self.name).send().await;
        answer.map(drop).map_err(|error| Call { action: "dynamodb:DescribeTable", on: &on }.failed(error))
    }
}

impl DynamoDb {
    /// The version of the last commit; 0 when there is none.
    pub(super) async fn last_version(&self, execution: &ExecutionId) -> PortResult<u64> {
        let (items, _) = self.backwards(execution, None, 1, None).await?;
        match items.first() {
            Some(item) => {
                let version = super::item::read_number(item, "n").ok_or_else(|| unreadable(&self.name, item))?;
                self.known.saw(execution, version);
                Ok(version)
            }
            None => Ok(0),
        }
    }

    /// Items of appends, newest first, from `at` down.
    async fn backwards(
        &self,
        execution: &ExecutionId,
        at: Option<String>,
        limit: i32,
        start: Option<Item>,
    ) -> PortResult<(Vec<Item>, Option<Item>)> {
        let to = at.unwrap_or_else(|| commit_key(u64::MAX));
        self.between(execution, &commit_key(0), &to, false, limit, start).await
    }

    /// Items of appends, oldest first, from `from` up.
    async fn forwards(
        &self,
        execution: &ExecutionId,
        from: &str,
        start: Option<Item>,
        limit: usize,
    ) -> PortResult<(Vec<Item>, Option<Item>)> {
        let limit = i32::try_from(limit).unwrap_or(i32::MAX).clamp(1, 1_000);
        self.between(execution, from, &commit_key(u64::MAX), true, limit, start).await
    }

    async fn between(
        &self,
        execution: &ExecutionId,
        from: &str,
        to: &str,
        forward: bool,
        limit: i32,
        start: Option<Item>,
    ) -> PortResult<(Vec<Item>, Option<Item>)> {
        let on = self.on();
        let answer = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
            .expression_attribute_values(":pk", text(journal_key(execution)))
            .expression_attribute_values(":from", text(from))
            .expression_attribute_values(":to", text(to))
            .set_exclusive_start_key(start)
            .scan_index_forward(forward)
            .limit(limit)
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| Call { action: "dynamodb:Query", on: &on }.failed(error))?;
        self.count(None, answer.consumed_capacity());
        Ok((answer.items.unwrap_or_default(), answer.last_evaluated_key))
    }

    /// From items, newest first, of which the last may have a snapshot.
    async fn loaded(&self, execution: &ExecutionId, newest: Vec<Item>) -> PortResult<Loaded> {
        let mut loaded = Loaded::default();
        for item in newest.iter().rev() {
            let appended = self.read_append(item).await?;
            match appended.snapshot {
                Some(body) => loaded.snapshot = Some(StoredSnapshot { version: appended.last, body }),
                None => {
                    let commits = (appended.first..).zip(appended.commits);
                    loaded.commits.extend(commits.map(|(version, body)| StoredCommit { version, body }));
                }
            }
        }
        self.known.saw(execution, loaded.version());
        Ok(loaded)
    }

    fn read_summary(&self, item: &Item) -> PortResult<ExecutionSummary> {
        let summary = read_text(item, "m").and_then(|text| serde_json::from_str(&text).ok());
        summary.ok_or_else(|| unreadable(&self.name, item))
    }

    async fn delete(&self, execution: &ExecutionId, keys: impl Iterator<Item = &str>) -> PortResult<()> {
        let on = self.on();
        let call = Call { action: "dynamodb:BatchWriteItem", on: &on };
        let mut requests = Vec::new();
        for key in keys {
            let delete = DeleteRequest::builder().key("pk", text(journal_key(execution))).key("sk", text(key)).build();
            let delete = delete.map_err(|error| PortError::invalid(error.to_string()))?;
            requests.push(WriteRequest::builder().delete_request(delete).build());
        }
        let mut tries = 0;
        while !requests.is_empty() {
            tries += 1;
            let sent = self
                .client
                .batch_write_item()
                .request_items(&self.name, std::mem::take(&mut requests))
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(|error| call.failed(error))?;
            sent.consumed_capacity().iter().for_each(|used| self.count(Some(used), None));
            // What the table had no room for comes back.
            requests = sent.unprocessed_items.and_then(|mut left| left.remove(&self.name)).unwrap_or_default();
            if !requests.is_empty() {
                if tries >= 10 {
                    return Err(call.error(PortErrorKind::Throttled, "items came back unprocessed ten times"));
                }
                pause(tries).await;
            }
        }
        Ok(())
    }
}

fn opened<'a>(list: &str, cursor: &'a str) -> PortResult<&'a str> {
    let place = cursor.strip_prefix(list).filter(|place| place.len() > 21 && place.as_bytes().get(20) == Some(&b'#'));
    place.ok_or_else(|| PortError::invalid("the cursor is of another list"))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    NewestFirst,
    OldestFirst,
}

/// Merges the partitions of the index.
struct Walk<'a> {
    table: &'a DynamoDb,
    order: Order,
    page: i32,
    lanes: Vec<Lane>,
    seen: BTreeSet<String>,
}

struct Lane {
    partition: String,
    after: Option<String>,
    waiting: VecDeque<(String, ExecutionSummary)>,
    is_over: bool,
}

impl<'a> Walk<'a> {
    fn new(table: &'a DynamoDb, sides: &[char], after: Option<&str>, order: Order, limit: usize) -> Self {
        let lanes = sides.iter().flat_map(|side| (0..SHARDS).map(move |shard| format!("{side}#{shard}")));
        let lane =
            |partition| Lane { partition, after: after.map(str::to_owned), waiting: VecDeque::new(), is_over: false };
        let page = i32::try_from(limit.saturating_add(1)).unwrap_or(i32::MAX).clamp(1, 1_000);
        Self { table, order, page, lanes: lanes.map(lane).collect(), seen: BTreeSet::new() }
    }

    /// The next row by start and id. One that ended while we walk may stand in two partitions; it is given once.
    async fn next(&mut self) -> PortResult<Option<(String, ExecutionSummary)>> {
        loop {
            for lane in &mut self.lanes {
                while lane.waiting.is_empty() && !lane.is_over {
                    self.table.fill(lane, self.order, self.page).await?;
                }
            }
            let waiting = self.lanes.iter_mut().filter(|lane| !lane.waiting.is_empty());
            let place = |lane: &&mut Lane| lane.waiting.front().map(|(place, _)| place.clone());
            let lane = match self.order {
                Order::NewestFirst => waiting.max_by_key(place),
                Order::OldestFirst => waiting.min_by_key(place),
            };
            let Some((place, summary)) = lane.and_then(|lane| lane.waiting.pop_front()) else { return Ok(None) };
            if self.seen.insert(place.clone()) {
                return Ok(Some((place, summary)));
            }
        }
    }
}

impl DynamoDb {
    async fn fill(&self, lane: &mut Lane, order: Order, page: i32) -> PortResult<()> {
        let on = self.on();
        let mut query = self
            .client
            .query()
            .table_name(&self.name)
            .index_name(INDEX)
            .expression_attribute_values(":p", text(&lane.partition))
            .scan_index_forward(order == Order::OldestFirst)
            .limit(page)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        query = match (&lane.after, order) {
            (None, _) => query.key_condition_expression("gp = :p"),
            (Some(after), Order::NewestFirst) => query
                .key_condition_expression("gp = :p AND gs < :after")
                .expression_attribute_values(":after", text(after)),
            (Some(after), Order::OldestFirst) => query
                .key_condition_expression("gp = :p AND gs > :after")
                .expression_attribute_values(":after", text(after)),
        };
        let answer = query.send().await.map_err(|error| Call { action: "dynamodb:Query", on: &on }.failed(error))?;
        self.count(None, answer.consumed_capacity());
        for item in answer.items.unwrap_or_default() {
            let place = read_text(&item, "gs").ok_or_else(|| unreadable(&self.name, &item))?;
            lane.waiting.push_back((place, self.read_summary(&item)?));
        }
        lane.after = lane.waiting.back().map(|(place, _)| place.clone()).or(lane.after.take());
        lane.is_over = answer.last_evaluated_key.is_none();
        Ok(())
    }
}
