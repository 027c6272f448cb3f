//! Child executions of a distributed Map: they are started, heard of, and stopped when nobody waits for them any more.
//!
//! Nothing of this is recorded beyond what parent and child record anyway: a child has an id derived from its parent's, so
//! starting, telling and stopping it may be repeated as often as anybody is in doubt.

use std::{sync::Arc, time::Duration};

use cueline_ports::ExecutionStatus;
use cueline_protocol::ids::{ExecutionId, Tenant};
use cueline_states::{Event, Json, OpenChild, Parent, ParentLink};
use futures::{StreamExt, stream};

use super::{
    core::Core,
    start::{StartExecution, start},
};
use crate::{
    EngineError,
    conductor::{Family, Finished},
};

/// Children that are stopped at once.
const AT_ONCE: usize = 64;
/// A child that is to be stopped but cannot be found may be starting; after this it is not.
const LOOK_AGAIN: u32 = 8;

/// Starts a child, however often that takes. `again`: it was started before, perhaps.
pub(super) async fn raise(core: Arc<Core>, parent: ExecutionId, family: Family, child: OpenChild, again: bool) {
    let link = ParentLink::Child(child.child);
    for tries in 0.. {
        // Of what waits here for its turn some is not wanted any more.
        if core.is_stopped() || !core.awaits(&parent, link).await {
            return;
        }
        match start_child(&core, &parent, &family, &child, again || tries > 0).await {
            Ok(()) => return,
            Err(error) if error.is_transient() => core.world.clock.sleep(pause(tries)).await,
            Err(error) => {
                tracing::error!(execution = %parent, child = child.child, error = %error, "failed to start child");
                let (error, cause) = ("Cueline.ChildNotStarted".into(), error.to_string());
                return core.insist(parent, Event::ChildFailed { child: child.child, error, cause });
            }
        }
    }
}

async fn start_child(
    core: &Arc<Core>,
    parent: &ExecutionId,
    family: &Family,
    child: &OpenChild,
    again: bool,
) -> Result<(), EngineError> {
    let id = child_id(parent, child.child)?;
    let link = Parent { execution: parent.to_string(), link: ParentLink::Child(child.child) };
    if again && is_known(core, &id, &link).await? {
        return Ok(());
    }
    let processor = core.definitions.processor(&family.definition, &child.state).await?;
    let workflow = format!("{}/{}", family.workflow, child.state);
    let mut request = StartExecution::of(workflow, serde_json::Value::Null).with_id(id).running(processor);
    request.input = child.input.clone();
    request.tenant = Tenant::new(&family.tenant)?;
    request.parent = Some(link.clone());
    let started = start(core, request).await?;
    if !started.created {
        is_known(core, &started.execution, &link).await?;
    }
    Ok(())
}

/// Whether a child was started before. If it has ended too, its parent may never have heard.
async fn is_known(core: &Arc<Core>, child: &ExecutionId, link: &Parent) -> Result<bool, EngineError> {
    let Some(summary) = core.world.journal.summary(child).await? else { return Ok(false) };
    if summary.status != ExecutionStatus::Running {
        tell_parent(core, link, core.wait(child).await?);
    }
    Ok(true)
}

/// Tells a parent how its child ended, until it is recorded.
pub(super) fn tell_parent(core: &Arc<Core>, parent: &Parent, finished: Finished) {
    let Ok(execution) = ExecutionId::new(&parent.execution) else { return };
    let Finished { status, output, failure } = finished;
    let output = || output.unwrap_or_else(|| Json::new(serde_json::Value::Null));
    let event = match (status, parent.link) {
        (ExecutionStatus::Succeeded, ParentLink::Child(child)) => Event::ChildSucceeded { child, output: output() },
        (ExecutionStatus::Succeeded, ParentLink::Task(task)) => Event::TaskSucceeded { task, output: output() },
        (_, link) => {
            let (error, cause) = failure.map(|failure| (failure.error, failure.cause)).unwrap_or_default();
            match link {
                ParentLink::Child(child) => Event::ChildFailed { child, error, cause },
                ParentLink::Task(task) => Event::TaskFailed { task, error, cause },
            }
        }
    };
    core.insist(execution, event);
}

/// Ends children that their parent does not wait for any more: it ended, or the Map failed, was retried or left.
pub(super) async fn cancel(core: Arc<Core>, parent: ExecutionId, children: Vec<u64>) {
    stream::iter(children)
        .for_each_concurrent(AT_ONCE, |child| {
            let (core, parent) = (&core, &parent);
            async move {
                let Ok(id) = child_id(parent, child) else { return };
                for tries in 0..LOOK_AGAIN {
                    match core.deliver(id.clone(), forgotten()).await {
                        Err(EngineError::NotFound { .. }) => core.world.clock.sleep(pause(tries)).await,
                        Err(error) if error.is_transient() => return core.insist(id, forgotten()),
                        _ => return,
                    }
                    if core.is_stopped() {
                        return;
                    }
                }
            }
        })
        .await;
}

/// Ends a child whose parent went on without it, which a process that died could not tell it any more.
pub(super) async fn end_if_forgotten(core: Arc<Core>, child: ExecutionId, parent: Parent) {
    let Ok(execution) = ExecutionId::new(&parent.execution) else { return };
    if !core.awaits(&execution, parent.link).await {
        core.insist(child, forgotten());
    }
}

fn forgotten() -> Event {
    Event::Cancel { error: "Cueline.Cancelled".into(), cause: "its parent does not wait for it any more".into() }
}

fn pause(tries: u32) -> Duration {
    Duration::from_millis(100 << tries.min(6))
}

/// Derived from the parent, so that starting a child again names the same execution. Nobody can choose such an id.
fn child_id(parent: &ExecutionId, child: u64) -> Result<ExecutionId, EngineError> {
    let plain = format!("{parent}{}{child}", ExecutionId::KEPT);
    if let Ok(id) = ExecutionId::new(&plain) {
        return Ok(id);
    }
    let digest = blake3::hash(plain.as_bytes()).to_hex();
    Ok(ExecutionId::new(format!("child{}{}", ExecutionId::KEPT, &digest.as_str()[..32]))?)
}
