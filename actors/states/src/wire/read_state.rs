//! From a message to a state.

use super::{
    missing,
    payload::TableReader,
    read_entry::{read_purpose, read_start},
    wrong,
};
use crate::{
    Items, State, WireError,
    state::{Child, Cue, Failure, Fan, FanSource, Place, Status, Thread, Visits},
};
use cueline_protocol::v1::{self, execution_state as message};
use std::sync::Arc;

impl TryFrom<v1::ExecutionState> for State {
    type Error = WireError;

    fn try_from(state: v1::ExecutionState) -> Result<State, WireError> {
        let mut table = TableReader::new(state.payloads)?;
        let start = match state.start {
            None => None,
            Some(start) => Some(Arc::new(read_start(start, table.get(state.input, "input")?)?)),
        };
        let mut read = State {
            status: read_status(state.status)?,
            start,
            deadline_ms: state.deadline_ms,
            seed: state.seed,
            origin: (!state.origin.is_empty()).then_some((state.origin, state.origin_step)),
            steps: state.steps,
            events: state.events,
            next_frame: state.next_frame,
            next_task: state.next_task,
            next_child: state.next_child,
            failure: state.failure.map(read_failure),
            output: table.get_optional(state.output)?,
            yielded_ms: state.yielded_ms,
            visits: state.visits.into_iter().map(read_visits).collect(),
            ..State::new()
        };
        for frame in state.frames {
            read.threads.insert(frame.frame, read_thread(frame, &mut table)?);
        }
        for task in state.tasks {
            read.cues.insert(task.task, read_cue(task, &table)?);
        }
        for child in state.children {
            let input = table.get_optional(child.input)?;
            read.children.insert(child.child, Child { frame: child.frame, index: child.index, input });
        }
        Ok(read)
    }
}

fn read_status(number: i32) -> Result<Status, WireError> {
    Ok(match message::Status::try_from(number) {
        Ok(message::Status::Running) => Status::Running,
        Ok(message::Status::Succeeded) => Status::Succeeded,
        Ok(message::Status::Failed) => Status::Failed,
        Ok(message::Status::Aborted) => Status::Aborted,
        Ok(message::Status::TimedOut) => Status::TimedOut,
        Err(_) => return Err(wrong("status", format!("there is no number {number}"))),
    })
}

fn read_failure(failure: message::Failure) -> Failure {
    Failure { error: failure.error, cause: failure.cause, field: failure.field }
}

fn read_thread(frame: message::Frame, table: &mut TableReader) -> Result<Thread, WireError> {
    use message::frame::Place as At;
    let place = match frame.place.ok_or_else(|| missing("place"))? {
        At::Starting(_) => Place::Next(None),
        At::Next(next) => Place::Next(Some(next.into())),
        At::Deciding(_) => Place::Deciding,
        At::Task(task) => Place::Task(task),
        At::WaitingMs(due_ms) => Place::Waiting(due_ms),
        At::RetryingMs(due_ms) => Place::Retrying(due_ms),
        At::Fanned(_) => Place::Fan,
        At::Ended(_) => Place::Ended,
    };
    let fan = match frame.fan {
        None => None,
        Some(fan) => Some(Arc::new(read_fan(fan, table)?)),
    };
    Ok(Thread {
        parent: frame.parent.map(|parent| (parent, frame.index)),
        state: frame.state.map(Into::into),
        entered_ms: frame.entered_ms,
        entered_event: frame.entered_event,
        data: table.get(frame.data, "data")?,
        variables: table.variables(frame.variables)?,
        place,
        result: table.get_optional(frame.result)?,
        result_of: frame.result_of.map(read_purpose).transpose()?,
        failure: frame.failure.map(read_failure),
        retries: frame.retries,
        effect: frame.effect,
        fan,
    })
}

fn read_fan(fan: message::Fan, table: &TableReader) -> Result<Fan, WireError> {
    use message::fan::Items as At;
    let source = match fan.items {
        None => FanSource::Branches(table.get(fan.branch_input, "input of the branches")?),
        Some(At::ItemInput(pointer)) => FanSource::Items(Items::Input { pointer }),
        Some(At::ItemResult(pointer)) => FanSource::Items(Items::Result { pointer }),
        Some(At::ItemValue(number)) => FanSource::Items(Items::Value(table.get(number, "items")?)),
    };
    Ok(Fan {
        source,
        total: fan.total,
        begun: fan.begun,
        succeeded: fan.succeeded,
        failed: fan.failed,
        results: fan.results.into_iter().map(|number| table.get_optional(number)).collect::<Result<_, _>>()?,
        batched: fan.batched,
        distributed: fan.distributed,
        max_concurrency: fan.max_concurrency,
        tolerated_count: fan.tolerated_count,
        tolerated_percentage: fan.tolerated_percentage,
    })
}

fn read_cue(task: message::Task, table: &TableReader) -> Result<Cue, WireError> {
    Ok(Cue {
        frame: task.frame,
        effect: task.effect,
        attempt: task.attempt,
        purpose: read_purpose(task.purpose)?,
        resource: task.resource.into(),
        arguments: table.get(task.arguments, "arguments")?,
        credentials: table.get_optional(task.credentials)?,
        sends: task.sends,
        deadline_ms: task.deadline_ms,
        heartbeat_ms: task.heartbeat_ms,
        heartbeat_due_ms: task.heartbeat_due_ms,
    })
}

fn read_visits(visits: message::Visits) -> Visits {
    Visits {
        state: visits.state.into(),
        entered: visits.entered,
        exited: visits.exited,
        failed: visits.failed,
        retried: visits.retried,
    }
}
