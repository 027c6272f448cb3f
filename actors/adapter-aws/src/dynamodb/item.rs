//! Attributes, and the sizes that DynamoDB counts.

use std::collections::HashMap;

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use bytes::Bytes;
use cueline_ports::{PortError, PortResult};

pub(super) type Item = HashMap<String, AttributeValue>;

/// Most bytes of bodies in one item. DynamoDB takes 400 KB with names and keys.
pub(super) const ITEM_LIMIT: usize = 350 * 1024;
/// Most bytes of bodies in one transaction. DynamoDB takes 4 MB with names and keys.
pub(super) const TRANSACTION_LIMIT: usize = 3 * 1024 * 1024;
/// Longest sort key that is written as it is. DynamoDB takes 1,024 bytes.
const SORT_LIMIT: usize = 1_000;
/// Longest partition key.
const PARTITION_LIMIT: usize = 2_048;

pub(super) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(super) fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

pub(super) fn binary(value: &Bytes) -> AttributeValue {
    AttributeValue::B(Blob::new(value.as_ref()))
}

/// A token that is this write's alone.
pub(super) fn write_token() -> String {
    ulid::Ulid::new().to_string()
}

pub(super) fn read_text(item: &Item, name: &str) -> Option<String> {
    item.get(name)?.as_s().ok().cloned()
}

pub(super) fn read_number(item: &Item, name: &str) -> Option<u64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

pub(super) fn read_binary(value: &AttributeValue) -> Option<Bytes> {
    Some(Bytes::copy_from_slice(value.as_b().ok()?.as_ref()))
}

/// An item that this build cannot read: written by a newer one, or by somebody else.
pub(super) fn unreadable(table: &str, item: &Item) -> PortError {
    let key = |name| read_text(item, name).unwrap_or_default();
    let place = format!("pk {:?}, sk {:?}", key("pk"), key("sk"));
    PortError::corrupt(format!("table_item_unreadable: the item at {place} of table {table} is none of this version"))
}

/// The partition of rows.
pub(super) fn partition(name: &str) -> PortResult<String> {
    let key = format!("t#{name}");
    if key.len() > PARTITION_LIMIT {
        return Err(PortError::invalid(format!("a partition has {} bytes: at most 2,046 fit", name.len())));
    }
    Ok(key)
}

/// A sort key that fits. One that is too long is cut and ends with its hash: it is found by itself, and sorts among its
/// like by hash.
pub(super) fn sort(key: &str) -> String {
    if key.len() <= SORT_LIMIT {
        return format!("s#{key}");
    }
    let mut cut = SORT_LIMIT - 66;
    while !key.is_char_boundary(cut) {
        cut -= 1;
    }
    format!("s#{}~{}", &key[..cut], blake3::hash(key.as_bytes()).to_hex())
}

/// The sort key itself, when the item's own says less.
pub(super) fn whole_sort(key: &str) -> Option<AttributeValue> {
    (key.len() > SORT_LIMIT).then(|| text(key))
}

/// What a row is sorted by, read back.
pub(super) fn read_sort(item: &Item) -> Option<String> {
    if let Some(whole) = read_text(item, "k") {
        return Some(whole);
    }
    read_text(item, "sk")?.strip_prefix("s#").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_sort_keys_fit_and_differ() {
        let (one, two) = ("é".repeat(510) + "a", "é".repeat(510) + "b");
        assert!(sort(&one).len() <= 1_024 && sort(&two).len() <= 1_024);
        assert_ne!(sort(&one), sort(&two));
        assert!(whole_sort(&one).is_some());
        assert_eq!((sort(""), sort("a/b")), ("s#".to_owned(), "s#a/b".to_owned()));
        let item = Item::from([("sk".to_owned(), text("s#a")), ("k".to_owned(), text(one.clone()))]);
        assert_eq!(read_sort(&item), Some(one));
    }
}
