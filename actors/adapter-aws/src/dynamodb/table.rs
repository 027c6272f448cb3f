//! Rows by key with conditional transactions.

use async_trait::async_trait;
use aws_sdk_dynamodb::{
    operation::{delete_item::DeleteItemError, update_item::UpdateItemError},
    types::{
        AttributeValue, ConditionCheck, Delete, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure,
        TransactWriteItem, Update,
    },
};
use bytes::Bytes;
use cueline_ports::{Condition, Key, Page, PortError, PortErrorKind, PortResult, PutCondition, Row, Table, Write};

use super::{
    DynamoDb, Overflow,
    item::{
        ITEM_LIMIT, Item, TRANSACTION_LIMIT, binary, number, partition, read_binary, read_number, read_sort, read_text,
        sort, text, unreadable, whole_sort, write_token,
    },
    transaction::{NotDone, pause},
};
use crate::error::Call;

/// Most writes of a transaction.
const MOST_WRITES: usize = 100;
/// Tries of a transaction that meets another one on the same rows.
const TRIES: u32 = 12;
/// Marks a cursor as ours.
const CURSOR: &str = "row:";

#[async_trait]
impl Table for DynamoDb {
    async fn get(&self, key: &Key) -> PortResult<Option<Row>> {
        let on = self.on();
        let got = self
            .client
            .get_item()
            .table_name(&self.name)
            .key("pk", text(partition(&key.partition)?))
            .key("sk", text(sort(&key.sort)))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| Call { action: "dynamodb:GetItem", on: &on }.failed(error))?;
        self.count(None, got.consumed_capacity());
        match got.item {
            Some(item) => self.row(&key.partition, item).await.map(Some),
            None => Ok(None),
        }
    }

    async fn query(
        &self,
        partition_name: &str,
        prefix: &str,
        cursor: Option<String>,
        limit: usize,
    ) -> PortResult<Page<Row>> {
        let on = self.on();
        let pk = partition(partition_name)?;
        let mut start = cursor.map(|cursor| open_cursor(&pk, &cursor)).transpose()?;
        let limit = limit.max(1);
        let mut items = Vec::new();
        loop {
            let answer = self
                .client
                .query()
                .table_name(&self.name)
                .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
                .expression_attribute_values(":pk", text(&pk))
                .expression_attribute_values(":prefix", text(prefix_of(prefix)))
                .set_exclusive_start_key(start.take())
                .limit(i32::try_from(limit - items.len()).unwrap_or(i32::MAX).min(1_000))
                .consistent_read(true)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(|error| Call { action: "dynamodb:Query", on: &on }.failed(error))?;
            self.count(None, answer.consumed_capacity());
            for item in answer.items.unwrap_or_default() {
                items.push(self.row(partition_name, item).await?);
            }
            start = answer.last_evaluated_key;
            if start.is_none() || items.len() >= limit {
                break;
            }
        }
        // A sort key that was cut begins like its prefix and may still not.
        items.retain(|row| row.key.sort.starts_with(prefix));
        let cursor = start.and_then(|key| read_text(&key, "sk")).map(|sk| format!("{CURSOR}{sk}"));
        Ok(Page { items, cursor })
    }

    async fn transact(&self, writes: Vec<Write>) -> PortResult<()> {
        if writes.is_empty() {
            return Ok(());
        }
        check(&writes)?;
        let mut prepared = Vec::with_capacity(writes.len());
        let mut room = TRANSACTION_LIMIT;
        for write in writes {
            prepared.push(self.prepare(write, &mut room).await?);
        }
        match <[Prepared; 1]>::try_from(prepared) {
            Ok([one]) => self.write_one(one).await,
            Err(many) => self.write_many(&many).await,
        }
    }
}

/// A write whose body has found its place.
struct Prepared {
    write: Write,
    pk: String,
    sk: String,
    /// The object that holds the body.
    object: Option<String>,
}

impl DynamoDb {
    async fn prepare(&self, write: Write, room: &mut usize) -> PortResult<Prepared> {
        let (pk, sk) = (partition(&write.key().partition)?, sort(&write.key().sort));
        let mut object = None;
        if let Write::Put { body, .. } = &write {
            if body.len() > ITEM_LIMIT || body.len() > *room {
                object = Some(self.overflow.store(body).await?);
            } else {
                *room -= body.len();
            }
        }
        Ok(Prepared { write, pk, sk, object })
    }

    /// One row costs half outside a transaction, and its condition tells as much.
    async fn write_one(&self, prepared: Prepared) -> PortResult<()> {
        let on = self.on();
        let Prepared { write, pk, sk, object } = &prepared;
        match write {
            Write::Put { body, condition, key } => {
                let token = write_token();
                let (expression, mut values) = put_expression(body, object.as_deref(), key, &token);
                let condition = guarded(*condition, &mut values);
                let sent = self
                    .client
                    .update_item()
                    .table_name(&self.name)
                    .key("pk", text(pk))
                    .key("sk", text(sk))
                    .update_expression(expression)
                    .condition_expression(condition)
                    .set_expression_attribute_values(Some(values))
                    .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                    .return_consumed_capacity(ReturnConsumedCapacity::Total)
                    .send()
                    .await;
                match sent {
                    Ok(done) => self.count(done.consumed_capacity(), None),
                    Err(error) => {
                        if let Some(UpdateItemError::ConditionalCheckFailedException(failed)) = error.as_service_error()
                        {
                            let is_ours =
                                failed.item().and_then(|item| read_text(item, "w")).as_deref() == Some(&token);
                            return if is_ours { Ok(()) } else { Err(conflict(write)) };
                        }
                        return Err(Call { action: "dynamodb:UpdateItem", on: &on }.failed(error));
                    }
                }
            }
            Write::Delete { condition, .. } => {
                let mut values = Item::new();
                let condition = condition_expression(*condition, &mut values);
                let sent = self
                    .client
                    .delete_item()
                    .table_name(&self.name)
                    .key("pk", text(pk))
                    .key("sk", text(sk))
                    .set_condition_expression(condition)
                    .set_expression_attribute_values(Some(values).filter(|values| !values.is_empty()))
                    .return_consumed_capacity(ReturnConsumedCapacity::Total)
                    .send()
                    .await;
                match sent {
                    Ok(done) => self.count(done.consumed_capacity(), None),
                    Err(error) => {
                        return Err(match error.as_service_error() {
                            Some(DeleteItemError::ConditionalCheckFailedException(_)) => conflict(write),
                            _ => Call { action: "dynamodb:DeleteItem", on: &on }.failed(error),
                        });
                    }
                }
            }
            Write::Check { key, condition } => {
                let version = self.get(key).await?.map(|row| row.version);
                let holds = match condition {
                    Condition::Any => true,
                    Condition::Absent => version.is_none(),
                    Condition::Version(wanted) => version == Some(*wanted),
                };
                if !holds {
                    return Err(conflict(write));
                }
            }
        }
        Ok(())
    }

    async fn write_many(&self, prepared: &[Prepared]) -> PortResult<()> {
        let on = self.on();
        let call = Call { action: "dynamodb:TransactWriteItems", on: &on };
        let mut tries = 0;
        loop {
            tries += 1;
            let items = prepared.iter().map(|one| self.transact_item(one)).collect::<PortResult<Vec<_>>>()?;
            let codes = match self.transact_items(items, None).await {
                Ok(()) => return Ok(()),
                Err(NotDone::Failed(error)) => return Err(error),
                Err(NotDone::Cancelled(codes)) => codes,
            };
            let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
            if let Some(at) = codes.iter().position(|code| *code == "ConditionalCheckFailed") {
                return Err(prepared
                    .get(at)
                    .map_or_else(|| call.error(PortErrorKind::Conflict, "a condition"), |one| conflict(&one.write)));
            }
            let code = codes.iter().find(|code| **code != "None").copied().unwrap_or("cancelled");
            match code {
                // Two transactions met; neither condition was judged.
                "TransactionConflict" if tries < TRIES => pause(tries).await,
                "TransactionConflict" => return Err(call.error(PortErrorKind::Unavailable, code)),
                "ThrottlingError" | "ProvisionedThroughputExceeded" => {
                    return Err(call.error(PortErrorKind::Throttled, code));
                }
                _ => return Err(call.error(PortErrorKind::Invalid, code)),
            }
        }
    }

    fn transact_item(&self, Prepared { write, pk, sk, object }: &Prepared) -> PortResult<TransactWriteItem> {
        let built = |error: aws_sdk_dynamodb::error::BuildError| PortError::invalid(error.to_string());
        let item = TransactWriteItem::builder();
        Ok(match write {
            Write::Put { body, condition, key } => {
                let (expression, mut values) = put_expression(body, object.as_deref(), key, &write_token());
                let condition = condition_expression(*condition, &mut values);
                let update = Update::builder()
                    .table_name(&self.name)
                    .key("pk", text(pk))
                    .key("sk", text(sk))
                    .update_expression(expression)
                    .set_condition_expression(condition)
                    .set_expression_attribute_values(Some(values));
                item.update(update.build().map_err(built)?)
            }
            Write::Delete { condition, .. } => {
                let mut values = Item::new();
                let condition = condition_expression(*condition, &mut values);
                let delete = Delete::builder()
                    .table_name(&self.name)
                    .key("pk", text(pk))
                    .key("sk", text(sk))
                    .set_condition_expression(condition)
                    .set_expression_attribute_values(Some(values).filter(|values| !values.is_empty()));
                item.delete(delete.build().map_err(built)?)
            }
            Write::Check { condition, .. } => {
                let mut values = Item::new();
                let expression = condition_expression(*condition, &mut values)
                    .unwrap_or_else(|| "attribute_exists(pk) OR attribute_not_exists(pk)".to_owned());
                let check = ConditionCheck::builder()
                    .table_name(&self.name)
                    .key("pk", text(pk))
                    .key("sk", text(sk))
                    .condition_expression(expression)
                    .set_expression_attribute_values(Some(values).filter(|values| !values.is_empty()));
                item.condition_check(check.build().map_err(built)?)
            }
        }
        .build())
    }

    async fn row(&self, partition_name: &str, item: Item) -> PortResult<Row> {
        let (Some(version), Some(sort)) = (read_number(&item, "v"), read_sort(&item)) else {
            return Err(unreadable(&self.name, &item));
        };
        let body = match (read_text(&item, "o"), item.get("b").and_then(read_binary)) {
            (Some(object), _) => self.overflow.fetch(&object).await?,
            (None, Some(body)) => body,
            (None, None) => return Err(unreadable(&self.name, &item)),
        };
        Ok(Row { key: Key::new(partition_name, sort), version, body })
    }

    /// What a call used, as the service says.
    pub(super) fn count(
        &self,
        write: Option<&aws_sdk_dynamodb::types::ConsumedCapacity>,
        read: Option<&aws_sdk_dynamodb::types::ConsumedCapacity>,
    ) {
        let units = |used: Option<&aws_sdk_dynamodb::types::ConsumedCapacity>| {
            used.and_then(|used| used.capacity_units()).unwrap_or(0.0)
        };
        self.meter.units(units(write), units(read));
    }
}

impl Overflow {
    /// Stores what does not fit an item; gives its key.
    pub(super) async fn store(&self, body: &Bytes) -> PortResult<String> {
        let key = format!("overflow/{}", blake3::hash(body).to_hex());
        self.objects.put(&self.bucket, &key, body.clone(), PutCondition::Any).await?;
        Ok(key)
    }

    pub(super) async fn fetch(&self, key: &str) -> PortResult<Bytes> {
        let found = self.objects.get(&self.bucket, key).await;
        let (_, body) = found.map_err(|error| match error.kind {
            PortErrorKind::NotFound => PortError::corrupt(format!("an item names {key}, which is not in the bucket")),
            _ => error,
        })?;
        Ok(body)
    }
}

fn prefix_of(prefix: &str) -> String {
    // A prefix longer than what is kept of a long key finds what begins like its own cut.
    let mut end = prefix.len().min(900);
    while !prefix.is_char_boundary(end) {
        end -= 1;
    }
    format!("s#{}", &prefix[..end])
}

fn open_cursor(pk: &str, cursor: &str) -> PortResult<Item> {
    let sk = cursor.strip_prefix(CURSOR).ok_or_else(|| PortError::invalid("the cursor is of another list"))?;
    Ok(Item::from([("pk".to_owned(), text(pk)), ("sk".to_owned(), text(sk))]))
}

/// A transaction names each row once and at most a hundred.
fn check(writes: &[Write]) -> PortResult<()> {
    if writes.len() > MOST_WRITES {
        return Err(PortError::invalid(format!("a transaction has {} writes: at most 100 are possible", writes.len())));
    }
    let mut keys: Vec<&Key> = writes.iter().map(Write::key).collect();
    keys.sort_unstable();
    if keys.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(PortError::invalid("a transaction names a row twice"));
    }
    Ok(())
}

fn put_expression(body: &Bytes, object: Option<&str>, key: &Key, token: &str) -> (String, Item) {
    let mut values =
        Item::from([(":zero".to_owned(), number(0)), (":one".to_owned(), number(1)), (":w".to_owned(), text(token))]);
    let mut set = "SET v = if_not_exists(v, :zero) + :one, w = :w".to_owned();
    let remove = match object {
        Some(object) => {
            values.insert(":o".to_owned(), text(object));
            set.push_str(", o = :o");
            " REMOVE b"
        }
        None => {
            values.insert(":b".to_owned(), binary(body));
            set.push_str(", b = :b");
            " REMOVE o"
        }
    };
    if let Some(whole) = whole_sort(&key.sort) {
        values.insert(":k".to_owned(), whole);
        set.push_str(", k = :k");
    }
    (set + remove, values)
}

fn condition_expression(condition: Condition, values: &mut Item) -> Option<String> {
    match condition {
        Condition::Any => None,
        Condition::Absent => Some("attribute_not_exists(pk)".to_owned()),
        Condition::Version(version) => {
            values.insert(":v".to_owned(), AttributeValue::N(version.to_string()));
            Some("v = :v".to_owned())
        }
    }
}

/// The condition, and that this very write has not been done: the SDK repeats calls whose answer was lost.
fn guarded(condition: Condition, values: &mut Item) -> String {
    match condition_expression(condition, values) {
        Some(expression) => expression,
        None => "attribute_not_exists(w) OR w <> :w".to_owned(),
    }
}

fn conflict(write: &Write) -> PortError {
    let key = write.key();
    PortError::conflict(format!("the row {:?} of {:?} is not as expected", key.sort, key.partition))
}
