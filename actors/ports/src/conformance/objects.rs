//! What every object store promises.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use cueline_protocol::ids::BucketName;
use futures::{StreamExt, future::join_all};

use crate::{ObjectChange, ObjectChangeKind, ObjectMeta, Objects, PortErrorKind, PortResult, PutCondition};

/// Longest wait for a notification; a wait that succeeds is as short as the notification is quick.
const PATIENCE: Duration = Duration::from_secs(20);

/// Checks every promise of [`Objects`], each on a fresh bucket, with keys that are also file names.
pub async fn objects_suite<F, Fut>(fresh: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = (Arc<dyn Objects>, BucketName)>,
{
    an_object_comes_back(&Bench::new(fresh().await)).await;
    a_put_replaces(&Bench::new(fresh().await)).await;
    a_file_becomes_an_object(&Bench::new(fresh().await)).await;
    a_put_when_absent_never_replaces(&Bench::new(fresh().await)).await;
    of_racing_puts_when_absent_exactly_one_wins(&Bench::new(fresh().await)).await;
    readers_see_the_old_or_the_new_object(&Bench::new(fresh().await)).await;
    ranges_are_cut_at_the_end(&Bench::new(fresh().await)).await;
    what_is_not_there_is_not_found(&Bench::new(fresh().await)).await;
    a_deleted_object_is_gone(&Bench::new(fresh().await)).await;
    lists_are_bytewise_and_prefixed(&Bench::new(fresh().await)).await;
    pages_have_every_object_once(&Bench::new(fresh().await)).await;
    a_page_continues_whatever_was_added(&Bench::new(fresh().await)).await;
    changes_are_told(&Bench::new(fresh().await)).await;
}

/// Checks that any key names an object of its own: for buckets that are not folders of people.
pub async fn object_keys_suite<F, Fut>(fresh: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = (Arc<dyn Objects>, BucketName)>,
{
    hostile_keys_are_keys(&Bench::new(fresh().await)).await;
    keys_that_are_none_are_invalid(&Bench::new(fresh().await)).await;
}

struct Bench {
    port: Arc<dyn Objects>,
    bucket: BucketName,
}

impl Bench {
    fn new((port, bucket): (Arc<dyn Objects>, BucketName)) -> Self {
        Self { port, bucket }
    }

    async fn try_put(&self, key: &str, body: &str, condition: PutCondition) -> PortResult<ObjectMeta> {
        self.port.put(&self.bucket, key, Bytes::copy_from_slice(body.as_bytes()), condition).await
    }

    async fn put(&self, key: &str, body: &str) -> ObjectMeta {
        self.try_put(key, body, PutCondition::Any).await.expect("putting succeeds")
    }

    async fn get(&self, key: &str) -> (ObjectMeta, String) {
        let (meta, body) = self.port.get(&self.bucket, key).await.expect("an object that is there can be read");
        (meta, String::from_utf8_lossy(&body).into_owned())
    }

    async fn keys(&self, prefix: &str) -> Vec<String> {
        let page = self.port.list(&self.bucket, prefix, None, 10_000).await.expect("listing succeeds");
        assert_eq!(page.cursor, None, "the last page has no cursor");
        page.items.into_iter().map(|item| item.key).collect()
    }
}

fn kind<T>(result: PortResult<T>) -> Option<PortErrorKind> {
    result.err().map(|error| error.kind)
}

async fn an_object_comes_back(bench: &Bench) {
    let put = bench.put("folder/report (1) é.txt", "hello").await;
    assert_eq!((put.key.as_str(), put.size), ("folder/report (1) é.txt", 5), "a put says what it stored");
    assert!(!put.etag.is_empty() && put.modified_ms > 0, "with etag and time");
    let (got, body) = bench.get("folder/report (1) é.txt").await;
    assert_eq!((&got, body.as_str()), (&put, "hello"), "a get gives the same bytes and the same description");
    let head = bench.port.head(&bench.bucket, "folder/report (1) é.txt").await.expect("head succeeds");
    assert_eq!(head, put, "so does a head");
    let listed = bench.port.list(&bench.bucket, "folder/", None, 10).await.expect("listing succeeds");
    assert_eq!(listed.items, [put], "so does a list");
    let empty = bench.put("empty", "").await;
    assert_eq!((bench.get("empty").await), (ObjectMeta { size: 0, ..empty }, String::new()), "empty is an object");
    let all: Bytes = (0..=255).collect::<Vec<u8>>().repeat(1_000).into();
    bench.port.put(&bench.bucket, "all", all.clone(), PutCondition::Any).await.expect("putting succeeds");
    let (_, body) = bench.port.get(&bench.bucket, "all").await.expect("getting succeeds");
    assert_eq!(body, all, "any bytes come back");
}

async fn a_put_replaces(bench: &Bench) {
    let first = bench.put("a", "one").await;
    let second = bench.put("a", "two").await;
    assert_ne!(first.etag, second.etag, "the etag changes with the content, even at the same size");
    assert_eq!(bench.get("a").await, (second, "two".to_owned()), "the last put is there");
}

async fn a_file_becomes_an_object(bench: &Bench) {
    let name = format!("cueline-suite-{}-{:p}", std::process::id(), bench);
    let file = std::env::temp_dir().join(name);
    let put = async |key: &str, body: &str, condition: PutCondition| {
        std::fs::write(&file, body).expect("a file can be written");
        bench.port.put_file(&bench.bucket, key, &file, condition).await
    };
    let meta = put("folder/a", "one", PutCondition::Absent).await.expect("putting a file succeeds");
    assert_eq!((meta.key.as_str(), meta.size), ("folder/a", 3));
    let error = put("folder/a", "two", PutCondition::Absent).await.expect_err("something is there");
    assert_eq!(error.kind, PortErrorKind::Conflict);
    let replaced = put("folder/a", "three", PutCondition::Any).await.expect("putting again succeeds");
    assert_ne!(replaced.etag, meta.etag, "a replaced object has another etag");
    let (_, body) = bench.port.get(&bench.bucket, "folder/a").await.expect("it is there");
    assert_eq!(&body[..], b"three");
    let _ = std::fs::remove_file(&file);
    let missing = bench.port.put_file(&bench.bucket, "b", &file, PutCondition::Any).await;
    assert!(missing.is_err(), "a file that is not there makes no object");
}

async fn a_put_when_absent_never_replaces(bench: &Bench) {
    let first = bench.try_put("a", "one", PutCondition::Absent).await.expect("nothing is there");
    let second = bench.try_put("a", "two", PutCondition::Absent).await;
    assert_eq!(kind(second), Some(PortErrorKind::Conflict), "something is there");
    assert_eq!(bench.get("a").await, (first, "one".to_owned()), "a conflict changes nothing");
    bench.port.delete(&bench.bucket, "a").await.expect("deleting succeeds");
    bench.try_put("a", "three", PutCondition::Absent).await.expect("nothing is there again");
}

async fn of_racing_puts_when_absent_exactly_one_wins(bench: &Bench) {
    let bodies: Vec<_> = (0..16).map(|n| format!("body {n}")).collect();
    let puts = bodies.iter().map(|body| bench.try_put("a", body, PutCondition::Absent));
    let results = join_all(puts).await;
    let won: Vec<_> = results.iter().zip(&bodies).filter(|(result, _)| result.is_ok()).map(|(_, body)| body).collect();
    assert_eq!(won.len(), 1, "of racing puts when absent exactly one wins");
    assert!(results.into_iter().filter_map(kind).all(|it| it == PortErrorKind::Conflict), "the others conflict");
    assert_eq!(&bench.get("a").await.1, won[0], "the object is the winner's");
}

async fn readers_see_the_old_or_the_new_object(bench: &Bench) {
    let body = |n: usize| format!("{n:04}").repeat(20_000);
    bench.put("a", &body(0)).await;
    let write = async {
        for n in 1..20 {
            bench.put("a", &body(n)).await;
        }
    };
    let read = async {
        for _ in 0..40 {
            let (meta, found) = bench.get("a").await;
            let n = found[..4].parse().expect("a number");
            assert!(found == body(n), "a reader sees one whole object");
            assert_eq!(meta.size as usize, found.len(), "and its description");
        }
    };
    futures::join!(write, read);
    assert_eq!(bench.keys("").await, ["a"], "nothing is left behind by replacing");
}

async fn ranges_are_cut_at_the_end(bench: &Bench) {
    bench.put("a", "0123456789").await;
    let cases = [((0, 10), "0123456789"), ((2, 5), "234"), ((7, 100), "789"), ((9, u64::MAX), "9"), ((10, 12), "")];
    for ((start, end), expected) in cases {
        let range = bench.port.get_range(&bench.bucket, "a", start, end).await.expect("a range inside the object");
        assert_eq!(&range[..], expected.as_bytes(), "bytes {start}..{end}");
    }
    let beyond = bench.port.get_range(&bench.bucket, "a", 11, 12).await;
    assert_eq!(kind(beyond), Some(PortErrorKind::Invalid), "a range that begins beyond the object is invalid");
}

async fn what_is_not_there_is_not_found(bench: &Bench) {
    bench.put("folder/a", "x").await;
    for key in ["b", "folder", "folder/b", "folder/a/b"] {
        let not_found = Some(PortErrorKind::NotFound);
        assert_eq!(kind(bench.port.get(&bench.bucket, key).await), not_found, "get {key}");
        assert_eq!(kind(bench.port.head(&bench.bucket, key).await), not_found, "head {key}");
        assert_eq!(kind(bench.port.get_range(&bench.bucket, key, 0, 1).await), not_found, "range {key}");
        bench.port.delete(&bench.bucket, key).await.expect("removing what is not there is fine");
    }
    assert_eq!(bench.keys("").await, ["folder/a"], "what is there stays");
}

async fn a_deleted_object_is_gone(bench: &Bench) {
    bench.put("folder/a", "x").await;
    bench.put("folder/b", "x").await;
    bench.port.delete(&bench.bucket, "folder/a").await.expect("deleting succeeds");
    assert_eq!(kind(bench.port.get(&bench.bucket, "folder/a").await), Some(PortErrorKind::NotFound));
    assert_eq!(bench.keys("").await, ["folder/b"], "a deleted object is in no list");
    bench.put("folder/a", "again").await;
    assert_eq!(bench.get("folder/a").await.1, "again", "its key can be used again");
}

async fn lists_are_bytewise_and_prefixed(bench: &Bench) {
    // Around the slash on purpose: `a!` and `a.txt` sort before `a/x`, `a0` after.
    let keys = ["B", "a!", "a.txt", "a/b/c", "a/b0", "a/é", "a0", "aa", "b", "é", "\u{1F600}"];
    for key in keys.iter().rev() {
        bench.put(key, key).await;
    }
    assert_eq!(bench.keys("").await, keys, "keys are in the order of their bytes");
    assert_eq!(bench.keys("a").await, keys[1..8], "a prefix filters");
    assert_eq!(bench.keys("a/").await, ["a/b/c", "a/b0", "a/é"], "a prefix may be a folder");
    assert_eq!(bench.keys("a/b").await, ["a/b/c", "a/b0"], "or end inside a segment");
    assert_eq!(bench.keys("a/b/c").await, ["a/b/c"], "or be a whole key");
    assert_eq!(bench.keys("c").await, [""; 0], "nothing has this prefix");
    assert_eq!(bench.keys("a/b/c/d").await, [""; 0], "nothing is below an object");
}

async fn pages_have_every_object_once(bench: &Bench) {
    let mut keys: Vec<_> = (0..30).map(|n| format!("{}/k{n:02}", n % 3)).collect();
    keys.sort();
    join_all(keys.iter().map(|key| bench.put(key, "x"))).await;
    for limit in [1, 7, 29, 30, 31] {
        let mut seen = Vec::new();
        let mut cursor = None;
        loop {
            let page = bench.port.list(&bench.bucket, "", cursor, limit).await.expect("listing succeeds");
            assert!(page.items.len() <= limit, "a page has at most `limit` objects");
            seen.extend(page.items.into_iter().map(|item| item.key));
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, keys, "pages of {limit} have every object once");
    }
}

async fn a_page_continues_whatever_was_added(bench: &Bench) {
    for key in ["b", "d", "f", "h"] {
        bench.put(key, "x").await;
    }
    let first = bench.port.list(&bench.bucket, "", None, 2).await.expect("listing succeeds");
    bench.put("a", "x").await;
    bench.put("e", "x").await;
    bench.port.delete(&bench.bucket, "d").await.expect("deleting succeeds");
    let second = bench.port.list(&bench.bucket, "", first.cursor, 10).await.expect("listing succeeds");
    let keys: Vec<_> = second.items.into_iter().map(|item| item.key).collect();
    assert_eq!(keys, ["e", "f", "h"], "a page continues after the last key of the one before");
}

async fn changes_are_told(bench: &Bench) {
    let mut changes = bench.port.changes(&bench.bucket).await.expect("changes can be had");
    let written = bench.put("folder/a", "one").await;
    let change = ObjectChange {
        key: "folder/a".to_owned(),
        kind: ObjectChangeKind::Written { etag: written.etag, size: written.size },
    };
    wait_for(&mut changes, &change).await;
    let written = bench.put("folder/a", "three").await;
    let kind = ObjectChangeKind::Written { etag: written.etag, size: written.size };
    wait_for(&mut changes, &ObjectChange { key: "folder/a".to_owned(), kind }).await;
    bench.port.delete(&bench.bucket, "folder/a").await.expect("deleting succeeds");
    wait_for(&mut changes, &ObjectChange { key: "folder/a".to_owned(), kind: ObjectChangeKind::Deleted }).await;
}

/// A change may be told more than once and among others.
async fn wait_for(changes: &mut (impl futures::Stream<Item = ObjectChange> + Unpin), expected: &ObjectChange) {
    let wait = async {
        while let Some(change) = changes.next().await {
            if change == *expected {
                return true;
            }
        }
        false
    };
    let told = tokio::time::timeout(PATIENCE, wait).await;
    assert_eq!(told.ok(), Some(true), "{expected:?} is told");
}

async fn hostile_keys_are_keys(bench: &Bench) {
    let long = "x".repeat(1_024);
    let long_segments = format!("{}/{}", "é".repeat(200), "%".repeat(200));
    let keys = [
        "..",
        "../../etc/passwd",
        "/etc/passwd",
        "/",
        "//",
        "a",
        "a/",
        "a//",
        "a/.",
        "a/b",
        "A",
        ".hidden",
        "nul\0byte",
        "line\nbreak",
        "trailing.",
        "trailing ",
        "100%",
        "100%25",
        "%2F",
        "C:\\windows",
        "con",
        "\u{202E}turned",
        long.as_str(),
        long_segments.as_str(),
        &long[..255],
        &long[..256],
        &long[..200],
    ];
    for key in keys {
        bench.put(key, key).await;
    }
    for key in keys {
        assert_eq!(bench.get(key).await.1, key, "{key:?} is an object of its own");
    }
    let mut sorted = keys.map(str::to_owned);
    sorted.sort();
    assert_eq!(bench.keys("").await, sorted, "every key is listed as it is, in the order of bytes");
    let mut cursor = None;
    for key in &sorted {
        let page = bench.port.list(&bench.bucket, "", cursor, 1).await.expect("listing succeeds");
        assert_eq!(page.items.iter().map(|item| &item.key).collect::<Vec<_>>(), [key], "also one by one");
        cursor = page.cursor;
    }
    for key in keys {
        bench.port.delete(&bench.bucket, key).await.expect("deleting succeeds");
    }
    assert_eq!(bench.keys("").await, [""; 0], "every key can be deleted");
}

async fn keys_that_are_none_are_invalid(bench: &Bench) {
    for key in ["", &"x".repeat(1_025), &"é".repeat(513)] {
        let put = bench.try_put(key, "x", PutCondition::Any).await;
        assert_eq!(kind(put), Some(PortErrorKind::Invalid), "a key has 1 to 1,024 bytes");
    }
    assert_eq!(bench.keys("").await, [""; 0], "an invalid key stores nothing");
}
