//! The actor that takes messages, never more than there are permits, and runs a body for each.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use cueline_protocol::ids::QueueName;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use tokio::sync::Semaphore;

use super::{Kind, run::run};
use crate::engine::Core;

/// How long to wait after a receive that failed.
const PAUSE: Duration = Duration::from_secs(1);
/// SQS gives at most ten; an embedded queue gives what it has.
const BATCH: usize = 64;

/// The inbox of one actor kind.
pub struct Inbox;

/// What an inbox is built with.
pub struct InboxArguments {
    pub(crate) core: Weak<Core>,
    pub(crate) kind: Arc<Kind>,
}

/// Take the next messages.
pub struct Poll;

/// The state of an inbox.
pub struct InboxState {
    core: Arc<Core>,
    kind: Arc<Kind>,
    queue: QueueName,
    permits: Arc<Semaphore>,
}

impl Actor for Inbox {
    type Msg = Poll;
    type State = InboxState;
    type Arguments = InboxArguments;

    async fn pre_start(
        &self,
        myself: ActorRef<Poll>,
        arguments: InboxArguments,
    ) -> Result<InboxState, ActorProcessingErr> {
        let core = arguments.core.upgrade().ok_or("the engine is gone")?;
        let kind = arguments.kind;
        let queue = QueueName::new(kind.name)?;
        myself.cast(Poll)?;
        let permits = Arc::new(Semaphore::new(kind.workers));
        Ok(InboxState { core, kind, queue, permits })
    }

    async fn handle(
        &self,
        myself: ActorRef<Poll>,
        _message: Poll,
        state: &mut InboxState,
    ) -> Result<(), ActorProcessingErr> {
        if state.core.is_draining() {
            return Ok(());
        }
        let first = state.permits.clone().acquire_owned().await?;
        let room = 1 + state.permits.available_permits().min(BATCH - 1);
        let lease = state.core.lease_of(state.queue.as_str());
        let patience = state.core.world.queue.patience();
        let mut permits = vec![first];
        match state.core.world.queue.receive(&state.queue, room, lease, patience).await {
            Ok(deliveries) => {
                for delivery in deliveries {
                    let permit = match permits.pop() {
                        Some(permit) => permit,
                        None => state.permits.clone().acquire_owned().await?,
                    };
                    let (core, kind, queue) = (state.core.clone(), state.kind.clone(), state.queue.clone());
                    tokio::spawn(run(core, kind, queue, delivery, permit));
                }
            }
            Err(error) => {
                tracing::warn!(queue = %state.queue, error = %error, "failed to receive");
                state.core.world.clock.sleep(PAUSE).await;
            }
        }
        myself.cast(Poll)?;
        Ok(())
    }
}
