//! From a state to its message.

use super::{
    payload::TableWriter,
    write_entry::{write_purpose, write_start},
};
use crate::{
    Items, State,
    state::{Child, Cue, Failure, Fan, FanSource, Place, Status, Thread, Visits},
};
use cueline_protocol::v1::{self, execution_state as message};

impl From<&State> for v1::ExecutionState {
    fn from(state: &State) -> Self {
        let mut table = TableWriter::default();
        let input = state.start.as_ref().map_or(0, |start| table.add(&start.input));
        let frames = state.threads.iter().map(|(id, thread)| write_thread(*id, thread, &mut table)).collect();
        let tasks = state.cues.iter().map(|(id, cue)| write_cue(*id, cue, &mut table)).collect();
        let children = state.children.iter().map(|(id, child)| write_child(*id, child, &mut table)).collect();
        let output = table.add_optional(state.output.as_ref());
        let (origin, origin_step) = state.origin.clone().unwrap_or_default();
        v1::ExecutionState {
            payloads: table.payloads,
            status: write_status(state.status) as i32,
            start: state.start.as_deref().map(|start| write_start(start, false)),
            input,
            deadline_ms: state.deadline_ms,
            seed: state.seed,
            origin,
            origin_step,
            steps: state.steps,
            events: state.events,
            next_frame: state.next_frame,
            next_task: state.next_task,
            next_child: state.next_child,
            frames,
            tasks,
            children,
            failure: state.failure.as_ref().map(write_failure),
            output,
            yielded_ms: state.yielded_ms,
            visits: state.visits.iter().map(write_visits).collect(),
        }
    }
}

fn write_status(status: Status) -> message::Status {
    match status {
        Status::Running => message::Status::Running,
        Status::Succeeded => message::Status::Succeeded,
        Status::Failed => message::Status::Failed,
        Status::Aborted => message::Status::Aborted,
        Status::TimedOut => message::Status::TimedOut,
    }
}

fn write_failure(failure: &Failure) -> message::Failure {
    message::Failure { error: failure.error.clone(), cause: failure.cause.clone(), field: failure.field.clone() }
}

fn write_thread(frame: u32, thread: &Thread, table: &mut TableWriter) -> message::Frame {
    use message::frame::Place as At;
    let place = match &thread.place {
        Place::Next(None) => At::Starting(true),
        Place::Next(Some(next)) => At::Next(next.to_string()),
        Place::Deciding => At::Deciding(true),
        Place::Task(task) => At::Task(*task),
        Place::Waiting(due_ms) => At::WaitingMs(*due_ms),
        Place::Retrying(due_ms) => At::RetryingMs(*due_ms),
        Place::Fan => At::Fanned(true),
        Place::Ended => At::Ended(true),
    };
    message::Frame {
        frame,
        parent: thread.parent.map(|(parent, _)| parent),
        index: thread.parent.map_or(0, |(_, index)| index),
        state: thread.state.as_ref().map(ToString::to_string),
        entered_ms: thread.entered_ms,
        entered_event: thread.entered_event,
        data: table.add(&thread.data),
        variables: table.add_variables(&thread.variables),
        result: table.add_optional(thread.result.as_ref()),
        result_of: thread.result_of.map(|purpose| write_purpose(purpose) as i32),
        failure: thread.failure.as_ref().map(write_failure),
        retries: thread.retries.clone(),
        effect: thread.effect,
        fan: thread.fan().map(|fan| write_fan(fan, table)),
        place: Some(place),
    }
}

fn write_fan(fan: &Fan, table: &mut TableWriter) -> message::Fan {
    use message::fan::Items as At;
    let (branch_input, items) = match &fan.source {
        FanSource::Branches(input) => (table.add(input), None),
        FanSource::Items(Items::Input { pointer }) => (0, Some(At::ItemInput(pointer.clone()))),
        FanSource::Items(Items::Result { pointer }) => (0, Some(At::ItemResult(pointer.clone()))),
        FanSource::Items(Items::Value(value)) => (0, Some(At::ItemValue(table.add(value)))),
    };
    message::Fan {
        branch_input,
        items,
        total: fan.total,
        begun: fan.begun,
        succeeded: fan.succeeded,
        failed: fan.failed,
        results: fan.results.iter().map(|result| table.add_optional(result.as_ref())).collect(),
        batched: fan.batched,
        distributed: fan.distributed,
        max_concurrency: fan.max_concurrency,
        tolerated_count: fan.tolerated_count,
        tolerated_percentage: fan.tolerated_percentage,
    }
}

fn write_cue(task: u64, cue: &Cue, table: &mut TableWriter) -> message::Task {
    message::Task {
        task,
        frame: cue.frame,
        effect: cue.effect,
        attempt: cue.attempt,
        purpose: write_purpose(cue.purpose) as i32,
        resource: cue.resource.to_string(),
        arguments: table.add(&cue.arguments),
        credentials: table.add_optional(cue.credentials.as_ref()),
        sends: cue.sends,
        deadline_ms: cue.deadline_ms,
        heartbeat_ms: cue.heartbeat_ms,
        heartbeat_due_ms: cue.heartbeat_due_ms,
    }
}

fn write_child(child: u64, open: &Child, table: &mut TableWriter) -> message::Child {
    let input = table.add_optional(open.input.as_ref());
    message::Child { child, frame: open.frame, index: open.index, input }
}

fn write_visits(visits: &Visits) -> message::Visits {
    message::Visits {
        state: visits.state.to_string(),
        entered: visits.entered,
        exited: visits.exited,
        failed: visits.failed,
        retried: visits.retried,
    }
}
