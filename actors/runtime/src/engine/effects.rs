//! What follows a durable commit: cues leave, children start, a parent is told.

use std::{collections::BTreeMap, sync::Arc};

use cueline_ports::{ExecutionStatus, Outgoing};
use cueline_protocol::ids::{ExecutionId, QueueName, Tenant};
use cueline_states::{Definition, Event, Json, OpenChild, Parent, ParentLink};

use super::{
    core::Core,
    start::{StartExecution, start},
};
use crate::{
    EngineError, TaskError,
    conductor::{Effects, Finished, cue, waits_outside},
};

/// Does what a commit asks for. Everything here may be lost or happen twice: the journal asks again.
pub(crate) async fn perform(core: &Arc<Core>, execution: &ExecutionId, effects: Effects) {
    let mut queues: BTreeMap<&'static str, Vec<Outgoing>> = BTreeMap::new();
    for task in effects.cues.iter().filter(|task| !waits_outside(&task.resource)) {
        match cue(&core.world, execution, &effects.tenant, effects.trace.as_ref(), task).await {
            Ok((kind, body)) => {
                let mut message = Outgoing::new(body);
                message.group = Some(effects.tenant.clone());
                queues.entry(kind).or_default().push(message);
            }
            Err(TaskError { name, cause }) => {
                core.tell(execution.clone(), Event::TaskFailed { task: task.task, error: name, cause });
            }
        }
    }
    for (kind, messages) in queues {
        let Ok(queue) = QueueName::new(kind) else { continue };
        if let Err(error) = core.world.queue.send(&queue, messages).await {
            tracing::warn!(queue = kind, error = %error, "failed to send cues; the sweep sends them again");
        }
    }
    for child in effects.children {
        let (core, execution) = (core.clone(), execution.clone());
        let (definition, tenant) = (effects.definition.clone(), effects.tenant.clone());
        tokio::spawn(async move {
            if let Err(error) = start_child(&core, &execution, definition, &tenant, &child).await {
                tracing::error!(execution = %execution, child = child.child, error = %error, "failed to start child");
                let event = Event::ChildFailed {
                    child: child.child,
                    error: "Cueline.ChildNotStarted".into(),
                    cause: error.to_string(),
                };
                if !error.is_transient() {
                    core.tell(execution, event);
                }
            }
        });
    }
    if let Some((parent, finished)) = effects.ended {
        tell_parent(core, &parent, finished);
    }
}

fn tell_parent(core: &Core, parent: &Parent, finished: Finished) {
    let Ok(execution) = ExecutionId::new(&parent.execution) else { return };
    let event = match (finished.status, parent.link) {
        (ExecutionStatus::Succeeded, ParentLink::Child(child)) => Event::ChildSucceeded {
            child,
            output: finished.output.unwrap_or_else(|| Json::new(serde_json::Value::Null)),
        },
        (ExecutionStatus::Succeeded, ParentLink::Task(task)) => {
            Event::TaskSucceeded { task, output: finished.output.unwrap_or_else(|| Json::new(serde_json::Value::Null)) }
        }
        (_, link) => {
            let failure = finished.failure;
            let (error, cause) = failure.map(|failure| (failure.error, failure.cause)).unwrap_or_default();
            match link {
                ParentLink::Child(child) => Event::ChildFailed { child, error, cause },
                ParentLink::Task(task) => Event::TaskFailed { task, error, cause },
            }
        }
    };
    core.tell(execution, event);
}

async fn start_child(
    core: &Arc<Core>,
    parent: &ExecutionId,
    definition: Option<Arc<Definition>>,
    tenant: &str,
    child: &OpenChild,
) -> Result<(), EngineError> {
    let processor = definition.as_deref().and_then(|definition| definition.processor(&child.state));
    let processor = processor.ok_or_else(|| EngineError::Invalid(format!("{} has no item processor", child.state)))?;
    let processor = core.definitions.keep(&processor.source().to_string()).await?;
    let link = Parent { execution: parent.to_string(), link: ParentLink::Child(child.child) };
    let workflow = format!("{}/{}", parent_workflow(core, parent).await, child.state);
    let mut request = StartExecution::of(workflow, serde_json::Value::Null)
        .with_id(child_id(parent, child.child)?)
        .running(processor);
    request.input = child.input.clone();
    request.tenant = Tenant::new(tenant).unwrap_or_else(|_| Tenant::single());
    request.parent = Some(link.clone());
    let started = start(core, request).await?;
    if started.created {
        return Ok(());
    }
    // It was started before; if it has ended too, its parent may never have heard.
    let summary = core.world.journal.summary(&started.execution).await?;
    if summary.is_some_and(|summary| summary.status != ExecutionStatus::Running) {
        let finished = core.wait(&started.execution).await?;
        tell_parent(core, &link, finished);
    }
    Ok(())
}

async fn parent_workflow(core: &Core, parent: &ExecutionId) -> String {
    let summary = core.world.journal.summary(parent).await.ok().flatten();
    summary.map(|summary| summary.workflow).unwrap_or_default()
}

/// Derived from the parent, so that starting a child again names the same execution.
fn child_id(parent: &ExecutionId, child: u64) -> Result<ExecutionId, EngineError> {
    let plain = format!("{parent}.{child}");
    if let Ok(id) = ExecutionId::new(&plain) {
        return Ok(id);
    }
    let digest = blake3::hash(plain.as_bytes()).to_hex();
    Ok(ExecutionId::derived("child", &digest.as_str()[..32])?)
}
