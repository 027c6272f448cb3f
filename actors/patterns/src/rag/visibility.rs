//! Whether what was retrieved may still be shown.
//!
//! Between retrieval and answer lie a queue, a model and perhaps a person who forks the execution a week later with other
//! groups. A passage in a journal proves that it was visible once; so everything is asked again, just before it is used:
//! the ledger (deleted, refused?), the index (this very version?), the clearance (may this caller see it?).

use std::collections::HashMap;

use cueline_domain::access::{AccessRule, Clearance, may_show};
use cueline_ports::PortResult;
use cueline_protocol::v1::Passage;
use cueline_runtime::World;

use super::Ledger;

/// What a document shows now: its visible version and who may see it; `None` when nothing.
type Shown = Option<(String, AccessRule)>;

/// Those of `passages` that `clearance` may see at this moment, in order.
pub(crate) async fn shown(
    world: &World,
    clearance: &Clearance,
    collection: &str,
    passages: &[Passage],
) -> PortResult<Vec<Passage>> {
    let mut known: HashMap<&str, Shown> = HashMap::new();
    let mut kept = Vec::with_capacity(passages.len());
    for passage in passages {
        let document = passage.document.as_str();
        if !known.contains_key(document) {
            known.insert(document, what_shows(world, collection, document).await?);
        }
        let shown = known[document].as_ref().map(|(version, rule)| (version.as_str(), rule));
        if may_show(clearance, shown, &passage.version) {
            kept.push(passage.clone());
        }
    }
    Ok(kept)
}

async fn what_shows(world: &World, collection: &str, document: &str) -> PortResult<Shown> {
    // The row first: it hides a deleted document before the index has heard of it.
    let row = Ledger::new(world.clone()).get(document).await?;
    if !row.is_some_and(|entry| entry.row.live.is_some() && entry.collection == collection) {
        return Ok(None);
    }
    let visible = world.index.visible(collection, document).await?;
    Ok(visible.map(|status| (status.version, status.access)))
}
