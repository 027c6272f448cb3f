//! From entries to messages.

use super::payload::{write, write_data, write_items, write_variables};
use crate::{Entry, Fork, MapStarted, Parent, ParentLink, Purpose, Start, TaskScheduled};
use cueline_protocol::v1::{self, entry as message, entry::Kind};

impl From<&Entry> for v1::Entry {
    fn from(entry: &Entry) -> Self {
        v1::Entry { kind: Some(kind(entry)) }
    }
}

fn kind(entry: &Entry) -> Kind {
    match entry {
        Entry::ExecutionStarted { start, deadline_ms, seed } => Kind::ExecutionStarted(message::ExecutionStarted {
            start: Some(write_start(start, true)),
            deadline_ms: *deadline_ms,
            seed: *seed,
        }),
        Entry::ForkedFrom(fork) => Kind::ForkedFrom(write_fork(fork)),
        Entry::StateEntered { frame, state, at_ms } => {
            Kind::StateEntered(message::StateEntered { frame: *frame, state: state.to_string(), at_ms: *at_ms })
        }
        Entry::TaskScheduled(task) => Kind::TaskScheduled(write_task(task)),
        Entry::TaskSucceeded { task, output } => {
            Kind::TaskSucceeded(message::TaskSucceeded { task: *task, output: Some(write(output)) })
        }
        Entry::TaskFailed { task, error, cause } => {
            Kind::TaskFailed(message::TaskFailed { task: *task, error: error.clone(), cause: cause.clone() })
        }
        Entry::TaskTimedOut { task, heartbeat } => {
            Kind::TaskTimedOut(message::TaskTimedOut { task: *task, heartbeat: *heartbeat })
        }
        Entry::HeartbeatRecorded { task, due_ms } => {
            Kind::HeartbeatRecorded(message::HeartbeatRecorded { task: *task, due_ms: *due_ms })
        }
        Entry::CuesResent { tasks, max_sends } => {
            Kind::CuesResent(message::CuesResent { tasks: tasks.clone(), max_sends: *max_sends })
        }
        Entry::StateFailed { frame, error, cause, field } => Kind::StateFailed(message::StateFailed {
            frame: *frame,
            error: error.clone(),
            cause: cause.clone(),
            field: field.clone(),
        }),
        Entry::RetryScheduled { frame, retrier, due_ms } => {
            Kind::RetryScheduled(message::RetryScheduled { frame: *frame, retrier: *retrier, due_ms: *due_ms })
        }
        Entry::ErrorCaught { frame, catcher } => {
            Kind::ErrorCaught(message::ErrorCaught { frame: *frame, catcher: *catcher })
        }
        Entry::WaitStarted { frame, due_ms } => {
            Kind::WaitStarted(message::WaitStarted { frame: *frame, due_ms: *due_ms })
        }
        Entry::ParallelStarted { frame, branches, input } => Kind::ParallelStarted(message::ParallelStarted {
            frame: *frame,
            branches: *branches,
            input: Some(write_data(input)),
        }),
        Entry::MapStarted(map) => Kind::MapStarted(write_map(map)),
        Entry::FrameOpened { frame, parent, index, input } => Kind::FrameOpened(message::FrameOpened {
            frame: *frame,
            parent: *parent,
            index: *index,
            input: input.as_deref().map(write),
        }),
        Entry::FrameFailed { frame } => Kind::FrameFailed(message::FrameFailed { frame: *frame }),
        Entry::ChildStarted { frame, child, index, input } => Kind::ChildStarted(message::ChildStarted {
            frame: *frame,
            child: *child,
            index: *index,
            input: input.as_deref().map(write),
        }),
        Entry::ChildSucceeded { child, output } => {
            Kind::ChildSucceeded(message::ChildSucceeded { child: *child, output: Some(write(output)) })
        }
        Entry::ChildFailed { child, error, cause } => {
            Kind::ChildFailed(message::ChildFailed { child: *child, error: error.clone(), cause: cause.clone() })
        }
        Entry::StateExited { frame, output, assigned, next } => Kind::StateExited(message::StateExited {
            frame: *frame,
            output: Some(write_data(output)),
            assigned: assigned.as_ref().map(write_variables),
            next: next.as_ref().map(ToString::to_string),
        }),
        Entry::Yielded { due_ms } => Kind::Yielded(message::Yielded { due_ms: *due_ms }),
        Entry::ExecutionSucceeded => Kind::ExecutionSucceeded(message::ExecutionSucceeded {}),
        Entry::ExecutionFailed { error, cause } => {
            Kind::ExecutionFailed(message::ExecutionFailed { error: error.clone(), cause: cause.clone() })
        }
        Entry::ExecutionAborted { error, cause } => {
            Kind::ExecutionAborted(message::ExecutionAborted { error: error.clone(), cause: cause.clone() })
        }
        Entry::ExecutionTimedOut => Kind::ExecutionTimedOut(message::ExecutionTimedOut {}),
    }
}

pub(super) fn write_start(start: &Start, with_input: bool) -> v1::ExecutionStart {
    use v1::execution_start::{Parent as Message, parent::Link};
    let link = |link| match link {
        ParentLink::Child(child) => Link::Child(child),
        ParentLink::Task(task) => Link::Task(task),
    };
    let parent = |parent: &Parent| Message { execution: parent.execution.clone(), link: Some(link(parent.link)) };
    v1::ExecutionStart {
        execution: start.execution.clone(),
        name: start.name.clone(),
        workflow: start.workflow.clone(),
        definition_hash: start.definition_hash.clone(),
        tenant: start.tenant.clone(),
        input: with_input.then(|| write(&start.input)),
        start_ms: start.start_ms,
        parent: start.parent.as_ref().map(parent),
    }
}

fn write_fork(fork: &Fork) -> message::ForkedFrom {
    let start = v1::ExecutionStart {
        execution: fork.execution.clone(),
        name: fork.name.clone(),
        workflow: fork.workflow.clone(),
        definition_hash: fork.definition_hash.clone(),
        tenant: fork.tenant.clone(),
        input: None,
        start_ms: fork.start_ms,
        parent: None,
    };
    message::ForkedFrom {
        origin: fork.origin.clone(),
        step: fork.step,
        frame: fork.frame,
        state: fork.state.to_string(),
        input: fork.input.as_deref().map(write),
        shift_ms: fork.shift_ms,
        start: Some(start),
        seed: fork.seed,
    }
}

fn write_task(task: &TaskScheduled) -> message::TaskScheduled {
    message::TaskScheduled {
        frame: task.frame,
        task: task.task,
        effect: task.effect,
        attempt: task.attempt,
        purpose: write_purpose(task.purpose) as i32,
        resource: task.resource.to_string(),
        arguments: Some(write_data(&task.arguments)),
        credentials: task.credentials.as_deref().map(write),
        deadline_ms: task.deadline_ms,
        heartbeat_ms: task.heartbeat_ms,
        heartbeat_due_ms: task.heartbeat_due_ms,
    }
}

pub(super) fn write_purpose(purpose: Purpose) -> v1::Purpose {
    match purpose {
        Purpose::Work => v1::Purpose::Work,
        Purpose::ReadItems => v1::Purpose::ReadItems,
        Purpose::WriteResults => v1::Purpose::WriteResults,
    }
}

fn write_map(map: &MapStarted) -> message::MapStarted {
    message::MapStarted {
        frame: map.frame,
        items: Some(write_items(&map.items)),
        total: map.total,
        batched: map.batched,
        distributed: map.distributed,
        max_concurrency: map.max_concurrency,
        tolerated_count: map.tolerated_count,
        tolerated_percentage: map.tolerated_percentage,
    }
}
