//! One turn of an execution, without I/O: waiting events in, one append and what to do after it out.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use cueline_ports::{Append, ExecutionStatus, ExecutionSummary};
use cueline_protocol::ids::ExecutionId;
use cueline_states::{Entry, Env, Event, Rejected, State, Status, advance};

use super::{
    effects::Effects,
    slot::{Came, Deliver, Delivered, Live, Moment},
};
use crate::{EngineError, codec};

/// Commits between two snapshots: loading folds at most this many.
pub(crate) const SNAPSHOT_EVERY: u64 = 16;
/// Commits that are folded as quickly as a snapshot of what they led to is read.
const FEW: u64 = 2;

/// What the waiting events led to.
#[derive(Default)]
pub(crate) struct Turn {
    /// What to append; `None` when nothing is new.
    pub(crate) append: Option<Append>,
    /// Objects that must be stored before.
    pub(crate) overflow: Vec<codec::Overflow>,
    /// Events whose answer depends on nothing that is still to be appended.
    pub(crate) settled: Vec<(Deliver, Came)>,
    /// Events whose answer is true once the append is durable: what is new, and what is not new because of it.
    pub(crate) flying: Vec<(Deliver, Came)>,
    /// What leaves then.
    pub(crate) effects: Effects,
    /// The state must not be used any more; these events were not looked at.
    pub(crate) spoilt: Option<Vec<Deliver>>,
}

/// Decides events in order. One that is refused does not touch the others. `is_current`: the state is at least as new as
/// an event that arrived then. An older one may be news to somebody else's state: the journal is read before it is answered.
pub(crate) fn turn(
    execution: &ExecutionId,
    live: &mut Live,
    mut events: impl Iterator<Item = Deliver>,
    mut env: impl FnMut() -> Env,
    is_current: impl Fn(Moment) -> bool,
    by: &str,
) -> Turn {
    let mut turn = Turn::default();
    let expected = live.version;
    let mut commits: Vec<Bytes> = Vec::new();
    let mut now_ms = 0;
    while let Some(deliver) = events.next() {
        let env = env();
        now_ms = env.now_ms;
        let children: Vec<u64> = live.state.open_children().collect();
        let came = match decide(live, &deliver.event, &env) {
            Ok(entries) if !entries.is_empty() => {
                live.version += 1;
                turn.effects.collect(&live.state, &entries, &children);
                let trace = if live.version == 1 { live.trace.as_ref() } else { None };
                commits.push(codec::encode_commit(live.version, &env, by, trace, &entries, &mut turn.overflow));
                turn.flying.push((deliver, Ok(Delivered::Recorded)));
                continue;
            }
            _ if commits.is_empty() && live.version > 0 && !is_current(deliver.since) => {
                turn.spoilt = Some(std::iter::once(deliver).chain(events).collect());
                break;
            }
            Err(Refusal { error, spoils }) => {
                // Who was not started at all is looked for in the journal.
                if spoils || live.version == 0 {
                    let settled = if commits.is_empty() { &mut turn.settled } else { &mut turn.flying };
                    settled.push((deliver, Err(error)));
                    turn.spoilt = Some(events.collect());
                    break;
                }
                Err(error)
            }
            Ok(_) => Ok(Delivered::Unchanged),
        };
        let settled = if commits.is_empty() { &mut turn.settled } else { &mut turn.flying };
        settled.push((deliver, came));
    }
    if !commits.is_empty() {
        turn.effects.finish(live);
        let ended = live.state.status() != Status::Running;
        let is_long = live.version - live.snapshot >= SNAPSHOT_EVERY;
        // One that is there already is not left behind, however it is.
        let due = is_long || parked(&live.state) || (ended && (live.version > FEW || live.is_loaded));
        let snapshot = (turn.spoilt.is_none() && due).then(|| {
            let (body, stored) =
                codec::encode_snapshot(live.version, &live.state, live.trace.as_ref(), &mut turn.overflow);
            live.snapshot = live.version;
            let before = std::mem::replace(&mut live.stored, stored);
            turn.effects.superseded = before.filter(|before| live.stored != Some(*before));
            body
        });
        let summary = (expected == 0 || ended).then(|| summary(execution, &live.state, now_ms)).flatten();
        turn.append = Some(Append { execution: execution.clone(), expected, commits, snapshot, summary });
    }
    turn
}

/// Nobody works on it: it waits for a time only, so it need not be in memory.
pub(crate) fn parked(state: &State) -> bool {
    state.status() == Status::Running
        && !state.has_open_children()
        && state.open_resources().all(|resource| super::cue::waits_outside(resource))
}

/// An event that cannot be decided.
struct Refusal {
    error: EngineError,
    /// Part of it may have been folded in.
    spoils: bool,
}

fn decide(live: &mut Live, event: &Event, env: &Env) -> Result<Vec<Entry>, Refusal> {
    // A panic in here would be a defect of ours; it must cost one execution its progress, not the shard its life.
    let decided = catch_unwind(AssertUnwindSafe(|| advance(&live.definition, &mut live.state, event, env)));
    match decided {
        Ok(Ok(entries)) => Ok(entries),
        Ok(Err(Rejected::StartedDifferently { execution })) => {
            let what = "another name, workflow, tenant or input".into();
            Err(Refusal { error: EngineError::StartedDifferently { execution, what }, spoils: false })
        }
        Ok(Err(rejected)) => {
            let spoils = matches!(rejected, Rejected::Fold(_));
            Err(Refusal { error: EngineError::Invalid(rejected.to_string()), spoils })
        }
        Err(_) => {
            let error = EngineError::Invalid("the decision panicked; this is a defect of the engine".into());
            Err(Refusal { error, spoils: true })
        }
    }
}

pub(crate) fn summary(execution: &ExecutionId, state: &State, now_ms: i64) -> Option<ExecutionSummary> {
    let start = state.start()?;
    let status = status_of(state.status());
    Some(ExecutionSummary {
        execution: execution.clone(),
        workflow: start.workflow.clone(),
        definition: start.definition_hash.clone(),
        tenant: start.tenant.clone(),
        status,
        started_ms: start.start_ms,
        ended_ms: if status == ExecutionStatus::Running { 0 } else { now_ms },
        error: state.failure().map(|failure| failure.error.clone()).unwrap_or_default(),
        input_hash: String::new(),
        parent: start.parent.as_ref().map(|parent| parent.execution.clone()),
    })
}

pub(crate) fn status_of(status: Status) -> ExecutionStatus {
    match status {
        Status::Running => ExecutionStatus::Running,
        Status::Succeeded => ExecutionStatus::Succeeded,
        Status::Failed => ExecutionStatus::Failed,
        Status::Aborted => ExecutionStatus::Aborted,
        Status::TimedOut => ExecutionStatus::TimedOut,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cueline_states::{Definition, Json, Start};
    use serde_json::json;
    use tokio::sync::oneshot;

    use super::{super::slot::Done, *};

    fn live() -> Live {
        let text = json!({ "StartAt": "T", "States": {
            "T": { "Type": "Task", "Resource": "cueline:bench.noop", "Next": "U" },
            "U": { "Type": "Task", "Resource": "cueline:bench.noop", "End": true },
        }});
        Live::unborn(Arc::new(Definition::parse(&text.to_string()).unwrap()), None)
    }

    fn id() -> ExecutionId {
        ExecutionId::new("e").unwrap()
    }

    fn start(live: &Live, input: &str) -> Event {
        Event::Start(Box::new(Start {
            execution: "e".into(),
            name: "e".into(),
            workflow: "w".into(),
            definition_hash: live.definition.hash().into(),
            tenant: "t".into(),
            input: Json::new(json!(input)),
            start_ms: 1,
            parent: None,
        }))
    }

    fn succeeded(task: u64) -> Event {
        Event::TaskSucceeded { task, output: Json::new(json!(1)) }
    }

    fn decide_all(live: &mut Live, events: Vec<Event>) -> Turn {
        decide_at(live, events, true)
    }

    fn decide_at(live: &mut Live, events: Vec<Event>, is_current: bool) -> Turn {
        let deliver = |event| {
            let (done, _) = oneshot::channel();
            Deliver::new(id(), event, Some(Done::Channel(done)))
        };
        let env = || Env { now_ms: 5, seed: 1 };
        turn(&id(), live, events.into_iter().map(deliver), env, |_| is_current, "test")
    }

    fn codes(came: &[(Deliver, Came)]) -> Vec<&'static str> {
        let code = |came: &Came| match came {
            Ok(Delivered::Recorded) => "recorded",
            Ok(Delivered::Unchanged) => "unchanged",
            Err(error) => error.code(),
        };
        came.iter().map(|(_, came)| code(came)).collect()
    }

    /// A start with the same id and another input came while results were waiting: everything after it vanished.
    #[test]
    fn a_refused_event_takes_no_other_with_it() {
        let mut live = live();
        let first = start(&live, "one");
        assert_eq!(codes(&decide_all(&mut live, vec![first]).flying), ["recorded"]);
        let other = start(&live, "two");
        let turn = decide_all(&mut live, vec![succeeded(1), other.clone(), succeeded(2)]);
        assert_eq!(codes(&turn.flying), ["recorded", "execution_exists", "recorded"]);
        assert_eq!((turn.append.map(|append| append.commits.len()), turn.spoilt.is_some()), (Some(2), false));
        assert_eq!((turn.effects.tenant.as_str(), turn.effects.cues.len()), ("t", 1));
        assert_eq!(live.state.status(), Status::Succeeded);
        let turn = decide_all(&mut live, vec![other]);
        assert_eq!((codes(&turn.settled), turn.append.is_some()), (vec!["execution_exists"], false));
    }

    /// A repeated start was answered before the first was durable; after a crash there was none.
    #[test]
    fn what_is_no_news_because_of_an_append_is_answered_with_it() {
        let mut live = live();
        let event = start(&live, "one");
        let turn = decide_all(&mut live, vec![event.clone(), event.clone()]);
        assert_eq!((codes(&turn.flying), turn.settled.len()), (vec!["recorded", "unchanged"], 0));
        let turn = decide_all(&mut live, vec![event]);
        assert_eq!((codes(&turn.settled), turn.flying.len()), (vec!["unchanged"], 0));
    }

    /// A result of a task that another process had scheduled meanwhile was taken for old news.
    #[test]
    fn nothing_is_called_old_news_by_a_state_that_may_be_older() {
        let mut live = live();
        let first = start(&live, "one");
        decide_all(&mut live, vec![first.clone()]);
        let turn = decide_at(&mut live, vec![succeeded(2), first.clone()], false);
        assert_eq!((turn.settled.len(), turn.spoilt.map(|left| left.len())), (0, Some(2)));
        let turn = decide_at(&mut live, vec![first.clone()], true);
        assert_eq!((codes(&turn.settled), turn.spoilt.is_some()), (vec!["unchanged"], false));
        let turn = decide_at(&mut live, vec![succeeded(1), first], false);
        assert_eq!((codes(&turn.flying), turn.spoilt.is_some()), (vec!["recorded", "unchanged"], false));
    }

    #[test]
    fn what_was_never_started_is_looked_for_in_the_journal() {
        let mut live = live();
        let large = start(&live, &"x".repeat(17 << 20));
        let turn = decide_all(&mut live, vec![large, succeeded(1)]);
        assert_eq!(codes(&turn.settled), ["request_invalid"]);
        assert_eq!((turn.append.is_some(), turn.spoilt.map(|left| left.len())), (false, Some(1)));
    }
}
