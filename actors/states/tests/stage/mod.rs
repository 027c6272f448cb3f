//! A workflow on stage: a clock of ours, replies by hand, and every commit checked.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    reason = "shared by tests; a failed expectation is a failed test"
)]

use cueline_states::{Definition, Entry, Env, Event, OpenTask, Start, State, Status, decide, replay_event, wire};
use serde_json::Value;
use std::sync::Arc;

pub struct Stage {
    pub definition: Definition,
    pub state: State,
    pub now_ms: i64,
    pub seed: u64,
    pub journal: Vec<Entry>,
}

pub const BEGIN_MS: i64 = 1_000_000;

impl Stage {
    /// Parses and starts.
    pub fn begin(document: Value, input: Value) -> Stage {
        let definition = Definition::parse(&document.to_string()).unwrap_or_else(|findings| panic!("{findings:#?}"));
        let mut stage = Stage { definition, state: State::new(), now_ms: BEGIN_MS, seed: 7, journal: Vec::new() };
        let start = stage.start(input);
        stage.happen(Event::Start(Box::new(start)));
        stage
    }

    pub fn start(&self, input: Value) -> Start {
        Start {
            execution: "e1".into(),
            name: "first".into(),
            workflow: "w".into(),
            definition_hash: self.definition.hash().into(),
            tenant: "t".into(),
            input: Arc::new(input),
            start_ms: self.now_ms,
            parent: None,
        }
    }

    /// Decides, and checks what must hold of every decision.
    pub fn happen(&mut self, event: Event) -> Vec<Entry> {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let env = Env { now_ms: self.now_ms, seed: self.seed };
        let decision = decide(&self.definition, &self.state, &event, &env).unwrap();
        if !decision.entries.is_empty() {
            let again = decide(&self.definition, &self.state, &replay_event(&decision.entries), &env).unwrap();
            assert_eq!(again.entries, decision.entries, "deciding again gives something else");
        }
        let mut folded = self.state.clone();
        for entry in &decision.entries {
            let copy = wire::decode_entry(&wire::encode_entry(entry)).unwrap();
            assert_eq!(copy, *entry, "an entry does not survive encoding");
            folded.apply(&copy).unwrap();
        }
        assert_eq!(folded, decision.state, "the state is not the fold of its entries");
        let bytes = folded.encode();
        assert_eq!(bytes, decision.state.encode(), "equal states give different bytes");
        let read = State::decode(&bytes).unwrap();
        assert_eq!(read, decision.state, "a state does not survive encoding");
        assert_eq!(read.encode(), bytes);
        // From here on with what a snapshot would give, as after a restart.
        self.state = read;
        self.journal.extend(decision.entries.iter().cloned());
        decision.entries
    }

    pub fn tasks(&self) -> Vec<OpenTask> {
        self.state.outstanding().tasks
    }

    pub fn task(&self) -> OpenTask {
        let tasks = self.tasks();
        assert_eq!(tasks.len(), 1, "{tasks:#?}");
        tasks.into_iter().next().unwrap()
    }

    pub fn succeed(&mut self, output: Value) -> Vec<Entry> {
        let task = self.task().task;
        self.happen(Event::TaskSucceeded { task, output: Arc::new(output) })
    }

    pub fn fail(&mut self, error: &str) -> Vec<Entry> {
        let task = self.task().task;
        self.happen(Event::TaskFailed { task, error: error.into(), cause: "because".into() })
    }

    /// Sets the clock to the next moment at which something is due.
    pub fn pass_time(&mut self) -> Vec<Entry> {
        self.now_ms = self.state.next_due_ms().unwrap();
        self.happen(Event::Tick)
    }

    pub fn output(&self) -> Value {
        assert_eq!(self.state.status(), Status::Succeeded, "{:?}", self.state.failure());
        Value::clone(self.state.output().unwrap())
    }

    pub fn error(&self) -> String {
        assert_eq!(self.state.status(), Status::Failed);
        self.state.failure().unwrap().error.clone()
    }
}
