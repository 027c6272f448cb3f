//! What every table promises.

use std::sync::Arc;

use bytes::Bytes;
use futures::future::join_all;

use crate::{Condition, Key, PortErrorKind, Row, Table, Write};

/// Checks every promise of [`Table`], each on a fresh one.
pub async fn table_suite<F, Fut>(fresh: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Arc<dyn Table>>,
{
    a_row_counts_its_writes(&*fresh().await).await;
    conditions_hold_or_nothing_happens(&*fresh().await).await;
    a_conflict_names_the_first_condition(&*fresh().await).await;
    a_check_writes_nothing(&*fresh().await).await;
    a_transaction_that_is_none_is_invalid(&*fresh().await).await;
    queries_are_bytewise_and_prefixed(&*fresh().await).await;
    pages_have_every_row_once(&*fresh().await).await;
    a_page_continues_whatever_was_added(&*fresh().await).await;
    racing_transactions_exclude_each_other(&*fresh().await).await;
    any_bytes_come_back(&*fresh().await).await;
}

fn put(partition: &str, sort: &str, body: &str, condition: Condition) -> Write {
    Write::Put { key: Key::new(partition, sort), body: Bytes::copy_from_slice(body.as_bytes()), condition }
}

fn delete(partition: &str, sort: &str, condition: Condition) -> Write {
    Write::Delete { key: Key::new(partition, sort), condition }
}

fn check(partition: &str, sort: &str, condition: Condition) -> Write {
    Write::Check { key: Key::new(partition, sort), condition }
}

async fn write(table: &dyn Table, writes: Vec<Write>) {
    table.transact(writes).await.expect("a transaction whose conditions hold succeeds");
}

async fn kind(table: &dyn Table, writes: Vec<Write>) -> Option<PortErrorKind> {
    table.transact(writes).await.err().map(|error| error.kind)
}

async fn read(table: &dyn Table, partition: &str, sort: &str) -> Option<(u64, String)> {
    let row = table.get(&Key::new(partition, sort)).await.expect("a row can be read")?;
    assert_eq!(row.key, Key::new(partition, sort), "a row has the key that was asked for");
    Some((row.version, String::from_utf8_lossy(&row.body).into_owned()))
}

async fn a_row_counts_its_writes(table: &dyn Table) {
    assert_eq!(read(table, "p", "a").await, None, "a row that was never written is none");
    write(table, vec![put("p", "a", "one", Condition::Any)]).await;
    assert_eq!(read(table, "p", "a").await, Some((1, "one".to_owned())), "the first write has version 1");
    write(table, vec![put("p", "a", "two", Condition::Version(1))]).await;
    write(table, vec![put("p", "a", "three", Condition::Any)]).await;
    assert_eq!(read(table, "p", "a").await, Some((3, "three".to_owned())), "every write counts one");
    write(table, vec![delete("p", "a", Condition::Any)]).await;
    assert_eq!(read(table, "p", "a").await, None, "a deleted row is none");
    write(table, vec![delete("p", "a", Condition::Any)]).await;
    write(table, vec![put("p", "a", "again", Condition::Absent)]).await;
    assert_eq!(read(table, "p", "a").await, Some((1, "again".to_owned())), "after a delete it counts from 1");
}

async fn conditions_hold_or_nothing_happens(table: &dyn Table) {
    write(table, vec![put("p", "here", "x", Condition::Any)]).await;
    let broken = [
        put("p", "here", "y", Condition::Absent),
        put("p", "here", "y", Condition::Version(2)),
        put("p", "here", "y", Condition::Version(0)),
        put("p", "gone", "y", Condition::Version(1)),
        put("p", "gone", "y", Condition::Version(0)),
        delete("p", "here", Condition::Absent),
        delete("p", "here", Condition::Version(2)),
        delete("p", "gone", Condition::Version(1)),
        check("p", "here", Condition::Absent),
        check("p", "gone", Condition::Version(1)),
    ];
    for condition in broken {
        let writes =
            vec![put("p", "before", "z", Condition::Any), condition.clone(), put("q", "after", "z", Condition::Any)];
        assert_eq!(kind(table, writes).await, Some(PortErrorKind::Conflict), "{condition:?} does not hold");
    }
    assert_eq!(read(table, "p", "here").await, Some((1, "x".to_owned())), "a conflict changes no row");
    assert_eq!(read(table, "p", "before").await, None, "nor those before it in the transaction");
    assert_eq!(read(table, "q", "after").await, None, "nor those after it, in whatever partition");
    let all_hold = vec![
        put("p", "here", "y", Condition::Version(1)),
        put("q", "new", "z", Condition::Absent),
        delete("p", "gone", Condition::Absent),
        check("r", "gone", Condition::Absent),
    ];
    write(table, all_hold).await;
    assert_eq!(read(table, "p", "here").await, Some((2, "y".to_owned())), "all writes take place");
    assert_eq!(read(table, "q", "new").await, Some((1, "z".to_owned())), "in all partitions");
}

async fn a_conflict_names_the_first_condition(table: &dyn Table) {
    let writes = vec![
        put("p", "fine", "x", Condition::Absent),
        check("p", "first-broken", Condition::Version(3)),
        check("p", "second-broken", Condition::Version(3)),
    ];
    let error = table.transact(writes).await.expect_err("a condition does not hold");
    assert!(error.message.contains("first-broken"), "the message names the first condition: {}", error.message);
    assert!(!error.message.contains("second-broken"), "and only that: {}", error.message);
}

async fn a_check_writes_nothing(table: &dyn Table) {
    write(table, vec![put("p", "a", "x", Condition::Any)]).await;
    write(table, vec![check("p", "a", Condition::Version(1)), check("p", "b", Condition::Absent)]).await;
    write(table, vec![check("p", "a", Condition::Any), check("p", "b", Condition::Any)]).await;
    assert_eq!(read(table, "p", "a").await, Some((1, "x".to_owned())), "a check leaves the version");
    assert_eq!(read(table, "p", "b").await, None, "a check creates nothing");
}

async fn a_transaction_that_is_none_is_invalid(table: &dyn Table) {
    let twice = vec![put("p", "a", "x", Condition::Any), check("p", "a", Condition::Any)];
    assert_eq!(kind(table, twice).await, Some(PortErrorKind::Invalid), "a key occurs at most once");
    let many = |count: usize| (0..count).map(|n| put("p", &format!("{n:03}"), "x", Condition::Any)).collect();
    assert_eq!(kind(table, many(101)).await, Some(PortErrorKind::Invalid), "there are at most 100 writes");
    assert_eq!(read(table, "p", "000").await, None, "an invalid transaction writes nothing");
    write(table, many(100)).await;
    assert_eq!(read(table, "p", "099").await, Some((1, "x".to_owned())), "100 are fine");
    write(table, vec![]).await;
}

async fn sorts(table: &dyn Table, partition: &str, prefix: &str) -> Vec<String> {
    let page = table.query(partition, prefix, None, 1_000).await.expect("a query can be read");
    assert_eq!(page.cursor, None, "the last page has no cursor");
    page.items.into_iter().map(|row| row.key.sort).collect()
}

async fn queries_are_bytewise_and_prefixed(table: &dyn Table) {
    let keys = ["", "B", "a", "a#1", "a#10", "a#2", "a%", "a_", "aé", "b", "é", "\u{1F600}"];
    for key in keys.iter().rev() {
        write(table, vec![put("p", key, key, Condition::Any), put("pp", key, "other", Condition::Any)]).await;
    }
    assert_eq!(sorts(table, "p", "").await, keys, "rows are in the order of their bytes");
    assert_eq!(sorts(table, "p", "a").await, ["a", "a#1", "a#10", "a#2", "a%", "a_", "aé"], "a prefix filters");
    assert_eq!(sorts(table, "p", "a#1").await, ["a#1", "a#10"], "a prefix is not a segment");
    assert_eq!(sorts(table, "p", "a%").await, ["a%"], "a prefix has no wildcards");
    assert_eq!(sorts(table, "p", "a_").await, ["a_"], "a prefix has no wildcards");
    assert_eq!(sorts(table, "p", "\u{1F600}").await, ["\u{1F600}"], "a prefix may be at the end of Unicode");
    assert_eq!(sorts(table, "p", "c").await, [""; 0], "nothing has this prefix");
    assert_eq!(sorts(table, "nowhere", "").await, [""; 0], "nothing is in this partition");
    let page = table.query("p", "b", None, 10).await.expect("query");
    let row = Row { key: Key::new("p", "b"), version: 1, body: Bytes::from_static(b"b") };
    assert_eq!(page.items, [row], "a query gives whole rows");
}

async fn pages_have_every_row_once(table: &dyn Table) {
    for n in 0..25 {
        write(table, vec![put("p", &format!("k{n:02}"), "x", Condition::Any)]).await;
    }
    for limit in [1, 5, 24, 25, 26] {
        let mut seen = Vec::new();
        let mut cursor = None;
        loop {
            let page = table.query("p", "k", cursor, limit).await.expect("query");
            assert!(page.items.len() <= limit, "a page has at most `limit` rows");
            seen.extend(page.items.into_iter().map(|row| row.key.sort));
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
        }
        let expected: Vec<_> = (0..25).map(|n| format!("k{n:02}")).collect();
        assert_eq!(seen, expected, "pages of {limit} have every row once");
    }
}

async fn a_page_continues_whatever_was_added(table: &dyn Table) {
    for sort in ["b", "d", "f", "h"] {
        write(table, vec![put("p", sort, "x", Condition::Any)]).await;
    }
    let first = table.query("p", "", None, 2).await.expect("query");
    write(table, vec![put("p", "a", "x", Condition::Any), put("p", "e", "x", Condition::Any)]).await;
    // The row at which the first page ended is gone; its place is not.
    write(table, vec![delete("p", "d", Condition::Any)]).await;
    let second = table.query("p", "", first.cursor, 10).await.expect("query");
    let found: Vec<_> = second.items.into_iter().map(|row| row.key.sort).collect();
    assert_eq!(found, ["e", "f", "h"], "a page continues after the last row of the one before");
}

async fn racing_transactions_exclude_each_other(table: &dyn Table) {
    let creations = (0..16).map(|n| table.transact(vec![put("p", "once", &n.to_string(), Condition::Absent)]));
    let created = join_all(creations).await.into_iter().filter(Result::is_ok).count();
    assert_eq!(created, 1, "of racing creations exactly one wins");
    write(table, vec![put("p", "a", "0", Condition::Any), put("p", "b", "0", Condition::Any)]).await;
    let adders = (0..4).map(|_| async move {
        let mut added = 0;
        while added < 10 {
            let (at, count) = read(table, "p", "a").await.expect("it is there");
            let count = (count.parse::<u64>().expect("a number") + 1).to_string();
            let writes = vec![put("p", "a", &count, Condition::Version(at)), put("p", "b", &count, Condition::Any)];
            match table.transact(writes).await {
                Ok(()) => added += 1,
                Err(error) => assert_eq!(error.kind, PortErrorKind::Conflict, "a loser sees a conflict"),
            }
        }
    });
    join_all(adders).await;
    assert_eq!(read(table, "p", "a").await, Some((41, "40".to_owned())), "no increment is lost");
    assert_eq!(read(table, "p", "b").await, Some((41, "40".to_owned())), "the second row went along");
}

async fn any_bytes_come_back(table: &dyn Table) {
    let all: Bytes = (0..=255).collect::<Vec<u8>>().into();
    let keys = [Key::new("p/with\0nul", "s\0"), Key::new("", ""), Key::new("é", "line\nbreak"), Key::new("p", "s s")];
    for key in &keys {
        write(table, vec![Write::Put { key: key.clone(), body: all.clone(), condition: Condition::Any }]).await;
    }
    for key in &keys {
        let row = table.get(key).await.expect("get");
        assert_eq!(row, Some(Row { key: key.clone(), version: 1, body: all.clone() }), "{key:?} comes back");
    }
    write(table, vec![put("p", "empty", "", Condition::Any)]).await;
    assert_eq!(read(table, "p", "empty").await, Some((1, String::new())), "an empty body is a body");
}
