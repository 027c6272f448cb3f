//! The whole inbox beside the whole ledger: which names are worth a look.

use std::collections::{BTreeMap, BTreeSet};

use cueline_domain::{
    ledger::{DocumentState, LedgerRow},
    object_key::{ObjectKey, Purpose},
};
use cueline_ports::{ObjectMeta, PortErrorKind, PortResult};
use cueline_runtime::World;

use super::{Ledger, LedgerEntry, Placement, RagConfig, UNREADABLE_CODE, ingress::joint_etag};

/// Code of an object whose name is no key.
pub(super) const KEY_INVALID: &str = "object_key_invalid";
/// Code of an object in a folder that can be no collection.
pub(super) const COLLECTION_INVALID: &str = "collection_name_invalid";
/// The collection of rows of objects that belong to none.
pub(super) const UNPLACED: &str = "default";

/// What a comparison found.
#[derive(Debug, Default)]
pub(super) struct Differences {
    /// Names whose row and object do not agree, or whose row waits for something.
    pub(super) keys: Vec<String>,
    /// What could not be read; nothing is concluded about names that begin so.
    pub(super) unreadable: Vec<String>,
}

pub(super) fn is_refused(row: &LedgerRow, because: &str) -> bool {
    matches!(&row.state, DocumentState::Refused { code, .. } if code == because)
}

pub(super) fn is_gone(row: &LedgerRow) -> bool {
    row.state == DocumentState::Deleted
}

/// Compares.
pub(super) async fn differences(world: &World, config: &RagConfig, ledger: &Ledger) -> PortResult<Differences> {
    let rows = rows(ledger).await?;
    let there = objects(world, config).await?;
    // Asked after the list, so that it tells what the list left out.
    let unreadable = world.objects.unreadable(&config.inbox).await?;
    let mut keys = Vec::new();
    let mut named: BTreeSet<String> = BTreeSet::new();
    for (key, object) in &there {
        let (shown, agrees) = match ObjectKey::parse(key) {
            Err(_) => {
                let shown = ObjectKey::escaped(key);
                let agrees = rows.get(shown.as_str()).is_some_and(|entry| is_refused(&entry.row, KEY_INVALID));
                (shown, agrees)
            }
            Ok(name) if name.purpose() != Purpose::Document => continue,
            Ok(name) => match config.placement(&name) {
                Placement::LeftOut => continue,
                Placement::Unnamed { .. } => {
                    let agrees = rows.get(key).is_some_and(|entry| is_refused(&entry.row, COLLECTION_INVALID));
                    (name, agrees)
                }
                Placement::In(collection) => {
                    let etag = joint_etag(object, there.get(&name.sidecar()));
                    let fingerprint = collection.fingerprint(world.parser.version());
                    let agrees = match rows.get(key).filter(|entry| agree(entry, &etag, &fingerprint)) {
                        Some(entry) => !may_be_read_again(world, config, entry).await?,
                        None => false,
                    };
                    (name, agrees)
                }
            },
        };
        named.insert(shown.as_str().to_owned());
        if !agrees {
            keys.push(key.clone());
        }
    }
    let unknown = |key: &str| unreadable.iter().any(|start| key.starts_with(start.as_str()));
    keys.extend(rows.into_keys().filter(|key| !named.contains(key) && !there.contains_key(key) && !unknown(key)));
    Ok(Differences { keys, unreadable })
}

async fn rows(ledger: &Ledger) -> PortResult<BTreeMap<String, LedgerEntry>> {
    let mut rows = BTreeMap::new();
    let mut cursor = None;
    loop {
        let page = ledger.list(None, None, cursor, 1_000).await?;
        rows.extend(page.items.into_iter().map(|entry| (entry.row.key.as_str().to_owned(), entry)));
        cursor = page.cursor;
        if cursor.is_none() {
            return Ok(rows);
        }
    }
}

async fn objects(world: &World, config: &RagConfig) -> PortResult<BTreeMap<String, ObjectMeta>> {
    let mut there = BTreeMap::new();
    let mut cursor = None;
    loop {
        let page = world.objects.list(&config.inbox, "", cursor, 1_000).await?;
        there.extend(page.items.into_iter().map(|meta| (meta.key.clone(), meta)));
        cursor = page.cursor;
        if cursor.is_none() {
            return Ok(there);
        }
    }
}

/// The row is about this very content under this configuration, and nothing is outstanding.
fn agree(entry: &LedgerEntry, etag: &str, fingerprint: &str) -> bool {
    let this = |version: &cueline_domain::ledger::DocumentVersion| {
        version.etag.as_deref() == Some(etag) && version.fingerprint == fingerprint
    };
    entry.row.state.is_settled() && !is_gone(&entry.row) && entry.row.version.as_ref().is_some_and(this)
}

/// A file that could not be read may be readable by now: permissions are not part of what a file is told by.
async fn may_be_read_again(world: &World, config: &RagConfig, entry: &LedgerEntry) -> PortResult<bool> {
    if !matches!(&entry.row.state, DocumentState::Failed { code, .. } if code == UNREADABLE_CODE) {
        return Ok(false);
    }
    for key in [entry.row.key.as_str(), &entry.row.key.sidecar()] {
        match world.objects.get_range(&config.inbox, key, 0, 0).await {
            Err(error) if matches!(error.kind, PortErrorKind::NotFound | PortErrorKind::Invalid) => {}
            Err(error) if error.kind == PortErrorKind::Denied => return Ok(false),
            other => drop(other?),
        }
    }
    Ok(true)
}
