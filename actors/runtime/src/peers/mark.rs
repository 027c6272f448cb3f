//! Marks of bodies at work, so that no other process takes their cues for lost.
//!
//! Only a body that outlasts the first extension of its lease writes one, so a step that is quick costs nothing.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use cueline_ports::{Condition, Key, PortResult, Write};
use cueline_protocol::ids::ExecutionId;

use crate::{World, engine::Core};

/// The partition of the table that marks lie in.
const PARTITION: &str = "peers-running";
/// Rows that are read, or removed, at once.
const PAGE: usize = 100;

/// The mark of one body. Taken back when it is dropped.
pub(crate) struct Mark {
    core: Arc<Core>,
    key: Key,
    shown: bool,
}

impl Mark {
    /// Not shown yet.
    pub(crate) fn new(core: &Arc<Core>, execution: &ExecutionId, task: u64) -> Self {
        Self { core: core.clone(), key: key(execution, task), shown: false }
    }

    /// Shows for this long that the body works. Does nothing where there is nobody to show it to.
    pub(crate) async fn show(&mut self, lasting: Duration) {
        if self.core.options.peers.is_none() {
            return;
        }
        let until_ms = self.core.world.clock.now_ms().saturating_add(lasting.as_millis() as i64);
        let body = Bytes::copy_from_slice(&until_ms.to_be_bytes());
        let put = Write::Put { key: self.key.clone(), body, condition: Condition::Any };
        self.shown = true;
        if let Err(error) = self.core.world.table.transact(vec![put]).await {
            tracing::warn!(error = %error, "failed to mark a body as running; another process may run it too");
        }
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        // Without a runtime the process ends, and the patrol removes the mark.
        if let (true, Ok(runtime)) = (self.shown, tokio::runtime::Handle::try_current()) {
            let (core, key) = (self.core.clone(), self.key.clone());
            runtime.spawn(async move {
                let _ = core.world.table.transact(vec![Write::Delete { key, condition: Condition::Any }]).await;
            });
        }
    }
}

/// Whether some process shows that it works on the task.
pub(super) async fn is_running(world: &World, execution: &ExecutionId, task: u64) -> PortResult<bool> {
    let row = world.table.get(&key(execution, task)).await?;
    Ok(row.is_some_and(|row| until_ms(&row.body) > world.clock.now_ms()))
}

/// Removes the marks of processes that died.
pub(super) async fn clean(world: &World) -> PortResult<()> {
    let mut cursor = None;
    loop {
        let page = world.table.query(PARTITION, "", cursor, PAGE).await?;
        let now_ms = world.clock.now_ms();
        let dead = page.items.into_iter().filter(|row| until_ms(&row.body) <= now_ms);
        let dead: Vec<Write> =
            dead.map(|row| Write::Delete { condition: Condition::Version(row.version), key: row.key }).collect();
        for write in dead {
            // Shown again meanwhile, or removed.
            let _ = world.table.transact(vec![write]).await;
        }
        cursor = page.cursor;
        if cursor.is_none() {
            return Ok(());
        }
    }
}

fn key(execution: &ExecutionId, task: u64) -> Key {
    Key::new(PARTITION, format!("{execution}/{task}"))
}

/// What cannot be read is over.
fn until_ms(body: &[u8]) -> i64 {
    body.try_into().map_or(0, i64::from_be_bytes)
}
