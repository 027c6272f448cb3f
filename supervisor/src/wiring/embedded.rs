//! One process, one data directory.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use cueline_embedded::{
    FileObjects, FileObjectsOptions, LocalBus, MemoryQueue, Storage, StorageOptions,
    index::{EmbeddedIndex, IndexOptions},
};
use cueline_ports::{Clock, Index, PortResult, SystemClock};
use cueline_runtime::{World, world::Entropy};

use super::{Counts, Wired, inbox, models, parser, queue, rag_of};
use crate::{config::Config, privacy};

/// What the adapters keep in a data directory and nobody else may read.
const PRIVATE_FOLDERS: &[&str] = &["objects", "index", "doors"];
const PRIVATE_FILES: &[&str] = &["cueline.db"];
/// News of a folder get lost: the whole of it is looked at now and then.
const FULL_LOOK: std::time::Duration = std::time::Duration::from_secs(60);

/// Takes the data directory for this process and opens everything in it. Returns before model weights are loaded.
pub(super) async fn open(config: &Config) -> PortResult<Wired> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let mut notes = privacy::protect(&config.data, PRIVATE_FOLDERS, PRIVATE_FILES);
    let storage = Storage::open(&config.data, StorageOptions::default())?;
    let table = Arc::new(storage.clone());
    let inbox = inbox()?;
    let mapped = BTreeMap::from([(inbox.clone(), config.inbox.clone())]);
    let objects = FileObjects::open(config.data.join("objects"), FileObjectsOptions { mapped, ..Default::default() })?;
    let index = EmbeddedIndex::open(config.data.join("index"), IndexOptions::default())?;
    let bus = Arc::new(LocalBus::open(table.clone(), clock.clone()).await?);
    let weights = models::find_weights(&config.models);
    let embedders = models::embedders(weights.as_deref(), &config.models, &mut notes)?;
    let mut world = World {
        journal: Arc::new(storage.clone()),
        queue: Arc::new(MemoryQueue::new(clock.clone(), table.clone())),
        table,
        bus: bus.clone(),
        objects: Arc::new(objects),
        index: Arc::new(index),
        parser: parser::parser(config)?,
        embedders,
        models: models::chat_models(&config.chat, &mut notes)?,
        rerankers: BTreeMap::new(),
        guards: models::guards(&config.guards)?,
        functions: None,
        state_machines: None,
        callbacks: None,
        alarms: None,
        clock,
        entropy: Arc::new(Entropy::from_system()),
    };
    super::host(config, &mut world).await?;
    Ok(Wired {
        event_log: Some(bus),
        handover: None,
        events: queue("events")?,
        bucket: inbox.to_string(),
        rag: rag_of(config, inbox.clone()),
        inbox_bucket: inbox,
        world,
        weights,
        notes,
        peers: None,
        inbox: std::path::absolute(&config.inbox).unwrap_or_else(|_| config.inbox.clone()).display().to_string(),
        token: None,
        full_look: FULL_LOOK,
        counts: Counts::of_storage(storage.clone()),
        storage: Some(storage),
    })
}

/// An index of its own, for measuring.
pub fn open_index(directory: &Path) -> PortResult<Arc<dyn Index>> {
    Ok(Arc::new(EmbeddedIndex::open(directory, IndexOptions::default())?))
}
