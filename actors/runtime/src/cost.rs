//! What an execution asked of AWS, or would have: counted from its journal, priced by `cueline_domain::cost`.

use std::collections::{BTreeMap, HashMap};

use cueline_domain::cost::{EXTEND_EVERY_MS, Recorded, Tokens};
use cueline_ports::ExecutionSummary;
use cueline_protocol::{
    ids::ExecutionId,
    tasks::{Answer, Finish, InvokeFunction, Task, contract},
    v1,
};
use cueline_states::{Data, Entry};
use prost::Message;
use serde_json::Value;

use crate::{
    Engine, EngineError,
    codec::{self, Commit},
    conductor::waits_outside,
};

/// Commits that are read at once.
const PAGE: usize = 256;
/// A rest that is longer has an alarm.
const LONG_REST_MS: i64 = 60_000;
/// Bytes of a cue besides its arguments.
const ENVELOPE_BYTES: u64 = 200;

/// What the journal of one execution says.
#[derive(Debug, Clone, Default)]
pub struct Counted {
    /// For the bill.
    pub recorded: Recorded,
    /// Tasks that were scheduled.
    pub tasks: u64,
    /// State transitions as Step Functions count them: states that were entered, and retries.
    pub transitions: u64,
    /// Child executions; each has a bill of its own.
    pub children: u64,
    /// Tokens by model.
    pub tokens: Vec<Tokens>,
}

/// Counts an execution, together with its row.
pub async fn count(engine: &Engine, execution: &ExecutionId) -> Result<(ExecutionSummary, Counted), EngineError> {
    let summary = engine.summary(execution).await?;
    let world = engine.world();
    let mut tally = Tally::default();
    let mut version = 0;
    loop {
        let page = world.journal.history(execution, version, PAGE).await?;
        let Some(last) = page.last() else { break };
        version = last.version;
        for stored in &page {
            let commit = codec::decode_commit(world.objects.as_ref(), &stored.body)
                .await
                .map_err(|error| error.of(execution))?;
            tally.add(stored.body.len() as u64, payloads(&stored.body), &commit);
        }
    }
    let loaded = world.journal.load(execution).await?;
    let snapshot = loaded.and_then(|loaded| loaded.snapshot).map_or(0, |snapshot| snapshot.body.len() as u64);
    let row = serde_json::to_string(&summary).map_or(0, |row| row.len() as u64);
    let mut counted = tally.finish();
    counted.recorded.id_bytes = execution.as_str().len() as u64;
    counted.recorded.has_ended = summary.ended_ms > 0;
    (counted.recorded.snapshot, counted.recorded.row) = (snapshot, row);
    Ok((summary, counted))
}

/// Entries of a commit that lie in the object store.
fn payloads(commit: &[u8]) -> u64 {
    let entries = v1::Commit::decode(commit).map(|commit| commit.entries).unwrap_or_default();
    entries.iter().filter(|entry| matches!(entry.at, Some(v1::commit_entry::At::Stored(_)))).count() as u64
}

#[derive(Default)]
struct Tally {
    counted: Counted,
    cue_bytes: u64,
    /// Resource and time of tasks that have no result.
    open: HashMap<u64, (String, i64)>,
    tokens: BTreeMap<String, Tokens>,
}

impl Tally {
    fn add(&mut self, bytes: u64, payloads: u64, commit: &Commit) {
        self.counted.recorded.commits.push(bytes);
        self.counted.recorded.payloads += payloads;
        for entry in &commit.entries {
            self.entry(entry, commit.env.now_ms);
        }
    }

    fn entry(&mut self, entry: &Entry, now_ms: i64) {
        let Self { counted, open, .. } = self;
        let long = |due_ms: i64| u64::from(due_ms.saturating_sub(now_ms) > LONG_REST_MS);
        match entry {
            Entry::StateEntered { .. } => counted.transitions += 1,
            Entry::RetryScheduled { due_ms, .. } => {
                counted.transitions += 1;
                counted.recorded.long_rests += long(*due_ms);
            }
            Entry::WaitStarted { due_ms, .. } => counted.recorded.long_rests += long(*due_ms),
            Entry::ChildStarted { .. } => counted.children += 1,
            Entry::CuesResent { tasks, .. } => counted.recorded.cues += tasks.len() as u64,
            Entry::TaskScheduled(task) => {
                counted.tasks += 1;
                if waits_outside(&task.resource) {
                    counted.recorded.long_rests += task.deadline_ms.map_or(0, long);
                    return;
                }
                let resource = contract(&task.resource).map_or(&*task.resource, |contract| contract.resource);
                counted.recorded.cues += 1;
                counted.recorded.functions += u64::from(resource == InvokeFunction::RESOURCE);
                self.cue_bytes += ENVELOPE_BYTES + arguments(&task.arguments);
                open.insert(task.task, (resource.to_owned(), now_ms));
            }
            Entry::TaskSucceeded { task, output } => self.ended(*task, now_ms, Some(output)),
            Entry::TaskFailed { task, .. } | Entry::TaskTimedOut { task, .. } => self.ended(*task, now_ms, None),
            _ => {}
        }
    }

    fn ended(&mut self, task: u64, now_ms: i64, output: Option<&Value>) {
        let Some((resource, since_ms)) = self.open.remove(&task) else { return };
        let extensions = now_ms.saturating_sub(since_ms).max(0) / EXTEND_EVERY_MS;
        self.counted.recorded.extensions += extensions.unsigned_abs();
        let Some(output) = output else { return };
        if resource == Finish::RESOURCE {
            self.counted.recorded.events += 1;
        }
        if resource == Answer::RESOURCE
            && let Some(model) = output.get("model").and_then(Value::as_str)
        {
            let tokens = self.tokens.entry(model.to_owned()).or_default();
            model.clone_into(&mut tokens.model);
            tokens.input += number(output, "inputTokens");
            tokens.output += number(output, "outputTokens");
        }
    }

    fn finish(mut self) -> Counted {
        let recorded = &mut self.counted.recorded;
        recorded.cue_bytes = self.cue_bytes.checked_div(recorded.cues).unwrap_or_default();
        self.counted.tokens = self.tokens.into_values().collect();
        self.counted
    }
}

fn arguments(arguments: &Data) -> u64 {
    match arguments {
        Data::Value(value) => value.to_string().len() as u64,
        _ => 0,
    }
}

/// A number of 64 bits is text in proto3 JSON.
fn number(output: &Value, field: &str) -> f64 {
    let found = output.get(field);
    let text = found.and_then(Value::as_str).and_then(|text| text.parse().ok());
    text.or_else(|| found.and_then(Value::as_f64)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cueline_states::{Env, Purpose, TaskScheduled};
    use serde_json::json;

    use super::*;

    fn scheduled(task: u64, resource: &str, deadline_ms: Option<i64>) -> Entry {
        Entry::TaskScheduled(Box::new(TaskScheduled {
            frame: 0,
            task,
            effect: task,
            attempt: 1,
            purpose: Purpose::Work,
            resource: resource.into(),
            arguments: Data::Value(Arc::new(json!({"a": 1}))),
            credentials: None,
            deadline_ms,
            heartbeat_ms: None,
            heartbeat_due_ms: None,
        }))
    }

    fn commit(now_ms: i64, entries: Vec<Entry>) -> Commit {
        Commit { version: 1, env: Env { now_ms, seed: 0 }, by: String::new(), trace: None, entries }
    }

    #[test]
    fn a_journal_is_counted() {
        let entered = || Entry::StateEntered { frame: 0, state: "S".into(), at_ms: 0 };
        let succeeded = |task, output: Value| Entry::TaskSucceeded { task, output: Arc::new(output) };
        let mut tally = Tally::default();
        let invoke = "arn:aws:states:::lambda:invoke";
        tally.add(
            100,
            1,
            &commit(0, vec![entered(), scheduled(1, invoke, None), scheduled(2, Answer::RESOURCE, None)]),
        );
        tally.add(
            50,
            0,
            &commit(31_000, vec![succeeded(1, json!({})), Entry::CuesResent { tasks: vec![2], max_sends: 9 }]),
        );
        let answer = json!({"model": "m", "inputTokens": "1200", "outputTokens": "34"});
        tally.add(
            50,
            0,
            &commit(40_000, vec![succeeded(2, answer), entered(), scheduled(3, "cueline:callback", Some(200_000))]),
        );
        let retry = Entry::RetryScheduled { frame: 0, retrier: 0, due_ms: 50_000 };
        let wait = Entry::WaitStarted { frame: 0, due_ms: 200_000 };
        tally.add(60, 0, &commit(41_000, vec![retry, wait]));
        let counted = tally.finish();
        assert_eq!((counted.tasks, counted.transitions, counted.children), (3, 3, 0));
        let Recorded { commits, cues, functions, extensions, long_rests, payloads, cue_bytes, .. } = counted.recorded;
        assert_eq!((commits, payloads), (vec![100, 50, 50, 60], 1));
        // Two cues and one again; 31 s and 40 s are two extensions each; a callback and a wait of more than a minute.
        assert_eq!((cues, functions, extensions, long_rests), (3, 1, 4, 2));
        assert_eq!(cue_bytes, 2 * (200 + 7) / 3);
        assert_eq!(counted.tokens, [Tokens { model: "m".into(), input: 1_200.0, output: 34.0 }]);
    }
}
