//! What was open goes on after a start; what a queue lost is sent again while we run.

use std::{
    sync::{Arc, Weak, atomic::Ordering},
    time::Duration,
};

use cueline_ports::PortErrorKind;
use cueline_protocol::ids::ExecutionId;
use futures::{StreamExt, stream};
use ractor::{Actor, ActorProcessingErr, ActorRef};

use crate::{EngineError, conductor::Message, engine::Core, peers};

/// Executions that are loaded at once while recovering.
const AT_ONCE: usize = 64;

/// The actor that recovers and then keeps looking for lost cues.
pub struct Sweeper;

/// What the sweeper does next.
pub enum Sweep {
    /// Walk every open execution, from this cursor on.
    Recover(Option<String>),
    /// Look for cues that a queue lost.
    Lost,
}

impl Actor for Sweeper {
    type Msg = Sweep;
    type State = Arc<Core>;
    type Arguments = Weak<Core>;

    async fn pre_start(&self, myself: ActorRef<Sweep>, core: Weak<Core>) -> Result<Arc<Core>, ActorProcessingErr> {
        let core = core.upgrade().ok_or("the engine is gone")?;
        if core.options.peers.is_some() {
            // What is open is in good hands, or the patrol finds it.
            core.recovered.store(true, Ordering::Release);
            myself.cast(Sweep::Lost)?;
        } else {
            myself.cast(Sweep::Recover(None))?;
        }
        Ok(core)
    }

    async fn handle(
        &self,
        myself: ActorRef<Sweep>,
        message: Sweep,
        core: &mut Arc<Core>,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Sweep::Recover(cursor) => match recover(core, cursor.clone()).await {
                Ok(Some(cursor)) => myself.cast(Sweep::Recover(Some(cursor)))?,
                Ok(None) => {
                    core.recovered.store(true, Ordering::Release);
                    myself.cast(Sweep::Lost)?;
                }
                Err(error) => {
                    tracing::error!(error = %error, code = error.code(), "failed to list open executions");
                    core.world.clock.sleep(Duration::from_secs(1)).await;
                    myself.cast(Sweep::Recover(cursor))?;
                }
            },
            Sweep::Lost => {
                core.world.clock.sleep(core.options.sweep_every).await;
                look_for_lost(core).await;
                myself.cast(Sweep::Lost)?;
            }
        }
        Ok(())
    }
}

/// Revives one page of open executions; gives the cursor of the next page.
async fn recover(core: &Arc<Core>, cursor: Option<String>) -> Result<Option<String>, EngineError> {
    let page = core.world.journal.open(cursor, 1_000).await?;
    revive(core, page.items).await;
    Ok(page.cursor)
}

/// Nothing is recorded of it: a start says nothing about whether the cues that leave again had arrived before, and
/// executions that wait for somebody outside have nothing that could leave.
async fn revive(core: &Arc<Core>, executions: Vec<ExecutionId>) {
    stream::iter(executions)
        .for_each_concurrent(AT_ONCE, |execution| async move {
            match core.revive(&execution).await {
                // It may have ended and been removed since it was listed.
                Ok(()) | Err(EngineError::NotFound { .. }) => {}
                Err(error) => {
                    tracing::error!(execution = %execution, code = error.code(), error = %error, "failed to recover execution");
                }
            }
        })
        .await;
}

/// Takes up what a shard held that died: what was on its way to it or from it is lost, its timers are not set.
pub(crate) async fn recover_shard(core: Arc<Core>, at: usize) {
    let mut cursor = None;
    while !core.is_stopped() {
        match core.world.journal.open(cursor.clone(), 1_000).await {
            Ok(mut page) => {
                page.items.retain(|execution| core.place(execution) == at);
                match core.options.peers {
                    None => revive(&core, page.items).await,
                    Some(_) => peers::look_at(&core, page.items).await,
                }
                cursor = page.cursor;
                if cursor.is_none() {
                    return;
                }
            }
            Err(error) => {
                tracing::error!(shard = at, error = %error, "failed to list open executions");
                core.world.clock.sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

/// A cue that is neither in its queue nor with a worker is lost: its execution would wait for ever.
pub(crate) async fn look_for_lost(core: &Arc<Core>) {
    let mut drained = Vec::new();
    let together = core.options.peers.is_some();
    for kind in if together { peers::kinds() } else { core.kinds() } {
        let Ok(queue) = cueline_protocol::ids::QueueName::new(&kind) else { continue };
        match core.world.queue.depth(&queue).await {
            // What a body of another process holds is not lost.
            Ok(depth) if together && depth.leased > 0 => {}
            Ok(depth) if depth.ready + depth.delayed == 0 => drained.push(kind),
            Err(error) if together && error.kind == PortErrorKind::NotFound => {}
            Ok(_) => {}
            Err(error) => tracing::warn!(queue = %kind, error = %error, "failed to read queue depth"),
        }
    }
    let drained: Arc<[String]> = drained.into();
    let older_than_ms = core.options.resend_after.as_millis() as i64;
    for shard in core.shards() {
        let _ = shard.cast(Message::Sweep { drained: drained.clone(), older_than_ms });
    }
}
