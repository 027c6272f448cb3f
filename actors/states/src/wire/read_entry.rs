//! From messages to entries.

use super::{
    missing,
    payload::{as_variables, read, read_data, read_items, read_optional},
    wrong,
};
use crate::{Entry, Fork, Json, MapStarted, Parent, ParentLink, Purpose, Start, TaskScheduled, WireError};
use cueline_protocol::v1::{self, entry as message, entry::Kind};

impl TryFrom<v1::Entry> for Entry {
    type Error = WireError;

    fn try_from(entry: v1::Entry) -> Result<Entry, WireError> {
        Ok(match entry.kind.ok_or_else(|| missing("entry"))? {
            Kind::ExecutionStarted(m) => {
                let mut start = m.start.ok_or_else(|| missing("start"))?;
                let input = read(start.input.take(), "input")?;
                let start = Box::new(read_start(start, input)?);
                Entry::ExecutionStarted { start, deadline_ms: m.deadline_ms, seed: m.seed }
            }
            Kind::ForkedFrom(m) => Entry::ForkedFrom(Box::new(read_fork(m)?)),
            Kind::StateEntered(m) => Entry::StateEntered { frame: m.frame, state: m.state.into(), at_ms: m.at_ms },
            Kind::TaskScheduled(m) => Entry::TaskScheduled(Box::new(read_task(m)?)),
            Kind::TaskSucceeded(m) => Entry::TaskSucceeded { task: m.task, output: read(m.output, "output")? },
            Kind::TaskFailed(m) => Entry::TaskFailed { task: m.task, error: m.error, cause: m.cause },
            Kind::TaskTimedOut(m) => Entry::TaskTimedOut { task: m.task, heartbeat: m.heartbeat },
            Kind::HeartbeatRecorded(m) => Entry::HeartbeatRecorded { task: m.task, due_ms: m.due_ms },
            Kind::CuesResent(m) => Entry::CuesResent { tasks: m.tasks, max_sends: m.max_sends },
            Kind::StateFailed(m) => {
                Entry::StateFailed { frame: m.frame, error: m.error, cause: m.cause, field: m.field }
            }
            Kind::RetryScheduled(m) => Entry::RetryScheduled { frame: m.frame, retrier: m.retrier, due_ms: m.due_ms },
            Kind::ErrorCaught(m) => Entry::ErrorCaught { frame: m.frame, catcher: m.catcher },
            Kind::WaitStarted(m) => Entry::WaitStarted { frame: m.frame, due_ms: m.due_ms },
            Kind::ParallelStarted(m) => {
                Entry::ParallelStarted { frame: m.frame, branches: m.branches, input: read_data(m.input)? }
            }
            Kind::MapStarted(m) => Entry::MapStarted(Box::new(read_map(m)?)),
            Kind::FrameOpened(m) => {
                let input = read_optional(m.input, "input")?;
                Entry::FrameOpened { frame: m.frame, parent: m.parent, index: m.index, input }
            }
            Kind::FrameFailed(m) => Entry::FrameFailed { frame: m.frame },
            Kind::ChildStarted(m) => {
                let input = read_optional(m.input, "input")?;
                Entry::ChildStarted { frame: m.frame, child: m.child, index: m.index, input }
            }
            Kind::ChildSucceeded(m) => Entry::ChildSucceeded { child: m.child, output: read(m.output, "output")? },
            Kind::ChildFailed(m) => Entry::ChildFailed { child: m.child, error: m.error, cause: m.cause },
            Kind::StateExited(m) => {
                let assigned = read_optional(m.assigned, "variables")?;
                let assigned = assigned.map(|assigned| as_variables(&assigned, "variables")).transpose()?;
                let output = read_data(m.output)?;
                Entry::StateExited { frame: m.frame, output, assigned, next: m.next.map(Into::into) }
            }
            Kind::Yielded(m) => Entry::Yielded { due_ms: m.due_ms },
            Kind::ExecutionSucceeded(_) => Entry::ExecutionSucceeded,
            Kind::ExecutionFailed(m) => Entry::ExecutionFailed { error: m.error, cause: m.cause },
            Kind::ExecutionAborted(m) => Entry::ExecutionAborted { error: m.error, cause: m.cause },
            Kind::ExecutionTimedOut(_) => Entry::ExecutionTimedOut,
        })
    }
}

pub(super) fn read_start(start: v1::ExecutionStart, input: Json) -> Result<Start, WireError> {
    use v1::execution_start::parent::Link;
    let parent = match start.parent {
        None => None,
        Some(parent) => {
            let link = match parent.link.ok_or_else(|| missing("link to the parent"))? {
                Link::Child(child) => ParentLink::Child(child),
                Link::Task(task) => ParentLink::Task(task),
            };
            Some(Parent { execution: parent.execution, link })
        }
    };
    Ok(Start {
        execution: start.execution,
        name: start.name,
        workflow: start.workflow,
        definition_hash: start.definition_hash,
        tenant: start.tenant,
        input,
        start_ms: start.start_ms,
        parent,
    })
}

fn read_fork(fork: message::ForkedFrom) -> Result<Fork, WireError> {
    let start = fork.start.ok_or_else(|| missing("start"))?;
    Ok(Fork {
        origin: fork.origin,
        step: fork.step,
        frame: fork.frame,
        state: fork.state.into(),
        input: read_optional(fork.input, "input")?,
        shift_ms: fork.shift_ms,
        execution: start.execution,
        name: start.name,
        workflow: start.workflow,
        definition_hash: start.definition_hash,
        tenant: start.tenant,
        start_ms: start.start_ms,
        seed: fork.seed,
    })
}

fn read_task(task: message::TaskScheduled) -> Result<TaskScheduled, WireError> {
    Ok(TaskScheduled {
        frame: task.frame,
        task: task.task,
        effect: task.effect,
        attempt: task.attempt,
        purpose: read_purpose(task.purpose)?,
        resource: task.resource.into(),
        arguments: read_data(task.arguments)?,
        credentials: read_optional(task.credentials, "credentials")?,
        deadline_ms: task.deadline_ms,
        heartbeat_ms: task.heartbeat_ms,
        heartbeat_due_ms: task.heartbeat_due_ms,
    })
}

pub(super) fn read_purpose(number: i32) -> Result<Purpose, WireError> {
    match v1::Purpose::try_from(number) {
        Ok(v1::Purpose::Work) => Ok(Purpose::Work),
        Ok(v1::Purpose::ReadItems) => Ok(Purpose::ReadItems),
        Ok(v1::Purpose::WriteResults) => Ok(Purpose::WriteResults),
        Err(_) => Err(wrong("purpose", format!("there is no number {number}"))),
    }
}

fn read_map(map: message::MapStarted) -> Result<MapStarted, WireError> {
    Ok(MapStarted {
        frame: map.frame,
        items: read_items(map.items)?,
        total: map.total,
        batched: map.batched,
        distributed: map.distributed,
        max_concurrency: map.max_concurrency,
        tolerated_count: map.tolerated_count,
        tolerated_percentage: map.tolerated_percentage,
    })
}
