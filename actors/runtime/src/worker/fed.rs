//! Deliveries that are handed over instead of received: where a service polls the queue for us.

use std::{sync::Arc, time::Duration};

use cueline_ports::Delivery;
use cueline_protocol::ids::QueueName;
use tokio::sync::Semaphore;

use super::run::run;
use crate::{EngineError, engine::Core};

/// How often it is looked whether all is recorded.
const LOOK: Duration = Duration::from_millis(5);

/// Runs the body of a delivery. Its result may still be on its way into the journal then: see [`quiet`].
pub(crate) async fn feed(core: &Arc<Core>, queue: &QueueName, delivery: Delivery) -> Result<(), EngineError> {
    let kind = core.kinds.0.get(queue.as_str()).cloned();
    let kind = kind.ok_or_else(|| EngineError::Invalid(format!("actor kind {queue} is not served here")))?;
    let permit = Arc::new(Semaphore::new(1)).acquire_owned().await.map_err(|_| EngineError::Unavailable)?;
    run(core.clone(), Arc::new(kind), queue.clone(), delivery, permit).await;
    Ok(())
}

/// Returns when every result is recorded and what followed from it has left, or when that takes too long.
pub(crate) async fn quiet(core: &Core, until_ms: i64) -> bool {
    loop {
        if core.running.len() == 0 && core.performing.is_none() {
            return true;
        }
        if core.world.clock.now_ms() >= until_ms {
            return false;
        }
        core.world.clock.sleep(LOOK).await;
    }
}
