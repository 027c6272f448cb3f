//! Which documents need which payload, so that the text of a removed document leaves the disk.
//!
//! ```text
//!   keep:    holds/{document} {hash} ─┐ one transaction, unless dying/{hash} is there
//!            held/{hash} {document} ──┘ then the payload is stored
//!   release: dying/{hash} (a lock), held gone ─► nobody holds it? payload deleted ─► holds and the lock gone
//! ```
//!
//! Payloads are named by their hash and shared: two documents of equal content have one. So a payload goes with the last
//! document that holds it. Hashes stay in ledger and journal: they tell that two texts were equal, not what they said. What
//! the journal itself keeps by value is not touched.

use bytes::Bytes;
use cueline_domain::ledger::{DocumentState, Sequence};
use cueline_ports::{Condition, Key, PortError, PortErrorKind, PortResult, Row, Write};
use cueline_protocol::v1::{ObjectVersion, PayloadRef};
use cueline_runtime::{World, codec};

use super::Ledger;

/// After so long a removal was cut off.
const STALE_MS: i64 = 20_000;

fn holds(document: &str, hash: &str) -> Key {
    Key::new(format!("holds/{document}"), hash)
}

fn held(hash: &str, document: &str) -> Key {
    Key::new(format!("held/{hash}"), document)
}

fn dying(hash: &str) -> Key {
    Key::new("dying", hash)
}

/// Stores a payload that a version of a document needs.
pub(crate) async fn keep(world: &World, object: &ObjectVersion, body: Bytes) -> PortResult<PayloadRef> {
    hold(world, object, blake3::hash(&body).to_hex().as_str()).await?;
    let stored = codec::store(world.objects.as_ref(), body).await?;
    // Deleted meanwhile: whoever cleans up may have looked before this was noted.
    release_deleted(world, &object.key).await?;
    Ok(stored)
}

/// Notes that a version of a document needs a payload that is there already; `false` when it is not.
pub(crate) async fn keep_known(world: &World, object: &ObjectVersion, known: &PayloadRef) -> PortResult<bool> {
    let Ok(hash) = blake3::Hash::from_slice(&known.hash) else { return Ok(false) };
    let hash = hash.to_hex();
    hold(world, object, hash.as_str()).await?;
    match world.objects.head(&codec::payload_bucket(), hash.as_str()).await {
        Ok(_) => Ok(true),
        Err(error) if error.kind == PortErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

async fn hold(world: &World, object: &ObjectVersion, hash: &str) -> PortResult<()> {
    match note(world, object, hash).await {
        Err(error) if error.kind == PortErrorKind::Conflict => {}
        done => return done,
    }
    // Whoever removes the same content will be done soon, or was cut off: then that is finished here.
    match lock_of(world, hash).await? {
        Some(lock) if lock.is_stale(world) => finish(world, &lock.document, hash, lock.version).await?,
        _ => return Err(busy()),
    }
    note(world, object, hash).await.map_err(|error| if error.kind == PortErrorKind::Conflict { busy() } else { error })
}

async fn note(world: &World, object: &ObjectVersion, hash: &str) -> PortResult<()> {
    let by = Bytes::copy_from_slice(object.observation.as_bytes());
    let known = world.table.get(&holds(&object.key, hash)).await?;
    let condition = known.as_ref().map_or(Condition::Absent, |row| Condition::Version(row.version));
    // A late task of an earlier version must not take away what a later one needs.
    let by = match known {
        Some(row) if sequence(&row.body)? > sequence(&by)? => row.body,
        _ => by,
    };
    let writes = vec![
        Write::Check { key: dying(hash), condition: Condition::Absent },
        Write::Put { key: holds(&object.key, hash), body: by, condition },
        Write::Put { key: held(hash, &object.key), body: Bytes::new(), condition: Condition::Any },
    ];
    world.table.transact(writes).await
}

/// Somebody removes the same content at this moment.
fn busy() -> PortError {
    PortError::new(PortErrorKind::Throttled, "equal content is being removed; try later")
}

/// A removal under way.
struct Lock {
    since_ms: i64,
    document: String,
    version: u64,
}

impl Lock {
    /// Longer than any call takes: whoever took the lock was cut off.
    fn is_stale(&self, world: &World) -> bool {
        world.clock.now_ms() - self.since_ms > STALE_MS
    }
}

async fn lock_of(world: &World, hash: &str) -> PortResult<Option<Lock>> {
    let Some(row) = world.table.get(&dying(hash)).await? else { return Ok(None) };
    let text = String::from_utf8_lossy(&row.body).into_owned();
    let (since, document) = text.split_once(' ').unwrap_or(("0", &text));
    let since_ms = since.parse().unwrap_or(0);
    Ok(Some(Lock { since_ms, document: document.to_owned(), version: row.version }))
}

fn sequence(body: &[u8]) -> PortResult<Sequence> {
    let text = std::str::from_utf8(body).map_err(|error| PortError::corrupt(error.to_string()))?;
    Sequence::parse(text).map_err(|error| PortError::corrupt(error.to_string()))
}

/// Gives up every payload of a document that is deleted; nothing when it is not (any more).
pub(crate) async fn release_deleted(world: &World, document: &str) -> PortResult<()> {
    let row = Ledger::new(world.clone()).get(document).await?;
    match row.filter(|entry| entry.row.state == DocumentState::Deleted) {
        Some(entry) => release(world, document, &entry.row.observed.next()).await,
        None => Ok(()),
    }
}

/// Gives up the payloads that only versions before `bound` needed. What nobody else holds is deleted. May be repeated after
/// a crash at any point.
pub(crate) async fn release(world: &World, document: &str, bound: &Sequence) -> PortResult<()> {
    let mut cursor = None;
    loop {
        let page = world.table.query(&format!("holds/{document}"), "", cursor, 100).await?;
        for row in page.items {
            if sequence(&row.body)? < *bound {
                let_go(world, document, &row).await?;
            }
        }
        cursor = page.cursor;
        if cursor.is_none() {
            return Ok(());
        }
    }
}

async fn let_go(world: &World, document: &str, held_by: &Row) -> PortResult<()> {
    let hash = held_by.key.sort.as_str();
    let condition = match lock_of(world, hash).await? {
        None => Condition::Absent,
        // Ours from before a crash, or nobody's by now.
        Some(lock) if lock.document == document || lock.is_stale(world) => Condition::Version(lock.version),
        Some(_) => return Err(busy()),
    };
    let body = Bytes::from(format!("{} {document}", world.clock.now_ms()));
    let locked = vec![
        Write::Put { key: dying(hash), body, condition },
        Write::Check { key: holds(document, hash), condition: Condition::Version(held_by.version) },
        Write::Delete { key: held(hash, document), condition: Condition::Any },
    ];
    let locked = world.table.transact(locked).await;
    locked.map_err(|error| if error.kind == PortErrorKind::Conflict { busy() } else { error })?;
    match lock_of(world, hash).await?.filter(|lock| lock.document == document) {
        Some(lock) => finish(world, document, hash, lock.version).await,
        // Somebody waited long enough to finish it.
        None => Ok(()),
    }
}

/// The rest of a removal, under its lock.
async fn finish(world: &World, document: &str, hash: &str, version: u64) -> PortResult<()> {
    if world.table.query(&format!("held/{hash}"), "", None, 1).await?.items.is_empty() {
        world.objects.delete(&codec::payload_bucket(), hash).await?;
    }
    let done = vec![
        Write::Delete { key: holds(document, hash), condition: Condition::Any },
        Write::Delete { key: dying(hash), condition: Condition::Version(version) },
    ];
    let done = world.table.transact(done).await;
    done.map_err(|error| if error.kind == PortErrorKind::Conflict { busy() } else { error })
}
