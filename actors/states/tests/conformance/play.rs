//! Plays an execution: hands each cue to its mock, moves the clock when everything waits.

use super::{matching::difference, objects};
use cueline_states::{
    Definition, Entry, Env, Event, Items, OpenTask, Purpose, Start, State, Status, decide, replay_event, wire,
};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// 2025-01-15T10:30:00Z
pub const BEGIN_MS: i64 = 1_736_937_000_000;

/// What happened.
pub struct Played {
    pub state: State,
    pub trace: Vec<Value>,
    /// States in the order they were entered, with the frame.
    pub entered: Vec<(u32, String)>,
    /// Requests that differ from what AWS sent.
    pub wrong_requests: Vec<String>,
    /// Why it did not end.
    pub stuck: Option<String>,
}

pub struct Player<'a> {
    mocks: &'a Map<String, Value>,
    used: BTreeMap<String, Vec<bool>>,
    now_ms: i64,
    seed: u64,
    express: bool,
}

impl<'a> Player<'a> {
    pub fn new(mocks: &'a Map<String, Value>, express: bool) -> Self {
        Self { mocks, used: BTreeMap::new(), now_ms: BEGIN_MS, seed: 1, express }
    }

    pub fn execute(&mut self, definition: &Definition, name: &str, input: &Value) -> Played {
        let start = Start {
            execution: match self.express {
                false => format!("arn:aws:states:us-east-1:111111111111:execution:machine:{name}"),
                true => format!("arn:aws:states:us-east-1:111111111111:express:machine:{name}:0-0-0"),
            },
            name: name.into(),
            workflow: "arn:aws:states:us-east-1:111111111111:stateMachine:machine".into(),
            definition_hash: definition.hash().into(),
            tenant: "test".into(),
            input: Arc::new(input.clone()),
            start_ms: self.now_ms,
            parent: None,
        };
        let mut run = Played {
            state: State::new(),
            trace: Vec::new(),
            entered: Vec::new(),
            wrong_requests: Vec::new(),
            stuck: None,
        };
        self.decide(definition, &mut run, &Event::Start(Box::new(start)));
        for _ in 0..10_000 {
            if run.state.status() != Status::Running || run.stuck.is_some() {
                return run;
            }
            match self.next_event(definition, &mut run) {
                Some(event) => self.decide(definition, &mut run, &event),
                None => {
                    run.stuck.get_or_insert_with(|| "everything waits, nothing is due".into());
                }
            }
        }
        run.stuck = Some("it does not end".into());
        run
    }

    fn decide(&mut self, definition: &Definition, run: &mut Played, event: &Event) {
        self.seed += 1;
        let env = Env { now_ms: self.now_ms, seed: self.seed };
        let decision = match decide(definition, &run.state, event, &env) {
            Ok(decision) => decision,
            Err(why) => {
                run.stuck = Some(why.to_string());
                return;
            }
        };
        if !decision.entries.is_empty() {
            let again =
                decide(definition, &run.state, &replay_event(&decision.entries), &env).map(|again| again.entries);
            if again.as_ref() != Ok(&decision.entries) {
                run.stuck = Some(format!("decided again, it differs: {again:?}"));
            }
        }
        let mut fold = run.state.clone();
        for entry in &decision.entries {
            let before = fold.clone();
            if let Err(why) = fold.apply(entry) {
                run.stuck = Some(why.to_string());
                return;
            }
            note(entry, &before, &fold, run);
        }
        run.state = decision.state;
        check_wire(&decision.entries, run);
    }

    fn next_event(&mut self, definition: &Definition, run: &mut Played) -> Option<Event> {
        let outstanding = run.state.outstanding();
        let mut waits_for_timeout = false;
        for task in &outstanding.tasks {
            match self.reply(task, run) {
                Some(event) => return Some(event),
                None => waits_for_timeout = true,
            }
        }
        if let Some(child) = outstanding.children.first() {
            let Some(processor) = definition.processor(&child.state) else {
                run.stuck = Some(format!("{} has no processor", child.state));
                return None;
            };
            let played = self.execute(&processor, &format!("child-{}", child.child), &child.input);
            run.wrong_requests.extend(played.wrong_requests);
            if let Some(stuck) = played.stuck {
                run.stuck = Some(stuck);
            }
            let failure = played.state.failure().cloned().unwrap_or_default();
            return Some(match played.state.output() {
                Some(output) => Event::ChildSucceeded { child: child.child, output: output.clone() },
                None => Event::ChildFailed { child: child.child, error: failure.error, cause: failure.cause },
            });
        }
        let due = run.state.next_due_ms()?;
        let _ = waits_for_timeout;
        self.now_ms = self.now_ms.max(due);
        Some(Event::Tick)
    }

    /// `None`: never answered, or only by its deadline.
    fn reply(&mut self, task: &OpenTask, run: &mut Played) -> Option<Event> {
        if task.purpose == Purpose::ReadItems && self.mocks.contains_key("__s3_objects__") {
            return Some(match objects::read(self.mocks, &task.arguments) {
                Ok(items) => Event::TaskSucceeded { task: task.task, output: Arc::new(items) },
                Err((error, cause)) => Event::TaskFailed { task: task.task, error, cause },
            });
        }
        let state = task.state.to_string();
        let attempts = self.mocks.get(&state).and_then(Value::as_array).cloned().unwrap_or_default();
        let used = self.used.entry(state.clone()).or_insert_with(|| vec![false; attempts.len()]);
        let wrong = |attempt: &Value| request_difference(&attempt["request"], task);
        let free: Vec<_> = (0..attempts.len()).filter(|i| !used[*i]).collect();
        let chosen = free.iter().find(|i| wrong(&attempts[**i]).is_none()).or(free.first()).copied();
        let Some(chosen) = chosen else {
            run.stuck = Some(format!("no mock left for {state}"));
            return None;
        };
        let attempt = &attempts[chosen];
        let times_out = attempt["fail"]["timeout"] == json!(true) || attempt.get("no_result").is_some();
        if times_out && (task.deadline_ms.is_some() || task.heartbeat_due_ms.is_some()) {
            run.wrong_requests.extend(wrong(attempt));
            return None;
        }
        used[chosen] = true;
        run.wrong_requests.extend(wrong(attempt));
        if let Some(output) = attempt.get("ok") {
            return Some(Event::TaskSucceeded { task: task.task, output: Arc::new(output.clone()) });
        }
        let text = |field: &str| attempt["fail"][field].as_str().unwrap_or_default().to_string();
        Some(Event::TaskFailed { task: task.task, error: text("error"), cause: text("cause") })
    }
}

/// What is written reads back the same, and is written the same again.
fn check_wire(entries: &[Entry], run: &mut Played) {
    for entry in entries {
        if wire::decode_entry(&wire::encode_entry(entry)).as_ref() != Ok(entry) {
            run.stuck = Some(format!("an entry does not survive encoding: {entry:?}"));
        }
    }
    let bytes = run.state.encode();
    match State::decode(&bytes) {
        Ok(read) if read == run.state && read.encode() == bytes => {}
        other => run.stuck = Some(format!("the state does not survive encoding: {other:?}")),
    }
}

fn request_difference(request: &Value, task: &OpenTask) -> Option<String> {
    let expected = request.get("parameters").or(request.get("input"))?;
    let wrong = difference(expected, &task.arguments).map(|why| format!("request of {}: {why}", task.state));
    let credentials = request.get("taskCredentials").and_then(|credentials| {
        let given = task.credentials.as_ref().map_or(Value::Null, |given| given["RoleArn"].clone());
        difference(&credentials["roleArn"], &given).map(|why| format!("credentials of {}: {why}", task.state))
    });
    wrong.or(credentials)
}

/// One line of AWS's trace, if the entry makes one.
fn note(entry: &Entry, before: &State, after: &State, run: &mut Played) {
    let frame_of = |state: &State, frame: u32| state.frames().into_iter().find(|view| view.frame == frame);
    match entry {
        Entry::StateEntered { frame, state, .. } => {
            run.entered.push((*frame, state.to_string()));
            let input = frame_of(after, *frame).map_or(Value::Null, |view| Value::clone(&view.data));
            run.trace.push(json!({ "enter": &**state, "input": input, "frame": frame }));
        }
        Entry::StateExited { frame, assigned, .. } => {
            let name = frame_of(before, *frame).and_then(|view| view.state).unwrap_or_else(|| "".into());
            let output = frame_of(after, *frame).map_or(Value::Null, |view| Value::clone(&view.data));
            let mut line = json!({ "exit": &*name, "output": output, "frame": frame });
            if let Some(assigned) = assigned.as_ref().filter(|assigned| !assigned.is_empty()) {
                line["assigned"] = Value::Object(Map::clone(assigned));
            }
            run.trace.push(line);
        }
        Entry::StateFailed { frame, error, cause, field } if error == "States.QueryEvaluationError" => {
            let name = frame_of(before, *frame).and_then(|view| view.state).unwrap_or_else(|| "".into());
            let line = json!({ "evaluation_failed": &*name, "location": field, "error": error, "cause": cause, "frame": frame });
            run.trace.push(line);
        }
        Entry::MapStarted(map) => debug_assert!(!matches!(&map.items, Items::Value(items) if !items.is_array())),
        _ => {}
    }
}
