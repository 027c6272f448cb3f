//! What follows a durable commit: cues leave, children start or are stopped, a parent is told.

use std::{collections::BTreeMap, sync::Arc};

use cueline_ports::Outgoing;
use cueline_protocol::{
    ids::{ExecutionId, QueueName},
    v1::TraceContext,
};
use cueline_states::{Event, OpenTask};

use super::{EndedExecution, children, core::Core};
use crate::{
    TaskError, codec,
    conductor::{Effects, Over, cue, waits_outside},
};

/// Does what a commit asks for. Everything here may be lost or happen twice: the journal asks again.
pub(crate) async fn perform(core: &Arc<Core>, execution: &ExecutionId, effects: Effects) {
    let _counted = core.performing.begin();
    send(core, execution, &effects).await;
    let Effects { children, family, cancelled, ended, over, tenant, trace, child_of, superseded, again, .. } = effects;
    if let Some(family) = family {
        for child in children {
            let raising = children::raise(core.clone(), execution.clone(), family.clone(), child, again);
            tokio::spawn(counted(core, raising));
        }
    }
    if !cancelled.is_empty() {
        tokio::spawn(counted(core, children::cancel(core.clone(), execution.clone(), cancelled)));
    }
    if let Some(parent) = child_of {
        tokio::spawn(counted(core, children::end_if_forgotten(core.clone(), execution.clone(), parent)));
    }
    if let Some(over) = over {
        tell_trace(core, execution, &over, &tenant, trace.as_ref());
    }
    if let Some((parent, finished)) = ended {
        children::tell_parent(core, &parent, finished);
    }
    if let Some(superseded) = superseded {
        codec::forget(core.world.objects.as_ref(), superseded).await;
    }
}

/// As part of what follows from a commit.
fn counted<W>(core: &Core, work: W) -> impl Future<Output = ()> + Send + use<W>
where
    W: Future<Output = ()> + Send,
{
    let counted = core.performing.begin();
    async move {
        work.await;
        drop(counted);
    }
}

fn tell_trace(core: &Core, execution: &ExecutionId, over: &Over, tenant: &str, trace: Option<&TraceContext>) {
    core.options.spans.ended(&EndedExecution {
        execution: execution.as_str(),
        workflow: &over.workflow,
        tenant,
        trace,
        is_fork: over.is_fork,
        status: over.status.as_str(),
        error: over.error.as_deref(),
        started_ms: over.started_ms,
        ended_ms: core.world.clock.now_ms(),
    });
}

async fn send(core: &Arc<Core>, execution: &ExecutionId, effects: &Effects) {
    let mut queues: BTreeMap<&'static str, Vec<Outgoing>> = BTreeMap::new();
    let inside = |task: &&OpenTask| !waits_outside(&task.resource);
    for task in effects.cues.iter().filter(inside) {
        match cue(&core.world, execution, &effects.tenant, effects.trace.as_ref(), task, effects.again).await {
            Ok((kind, body)) => {
                let mut message = Outgoing::new(body);
                message.group = Some(effects.tenant.clone());
                queues.entry(kind).or_default().push(message);
            }
            Err(TaskError { name, cause }) => {
                core.insist(execution.clone(), Event::TaskFailed { task: task.task, error: name, cause });
            }
        }
    }
    for (kind, messages) in queues {
        let Ok(queue) = QueueName::new(kind) else { continue };
        if let Err(error) = core.world.queue.send(&queue, messages).await {
            tracing::warn!(queue = kind, error = %error, "failed to send cues; the sweep sends them again");
        }
    }
}
