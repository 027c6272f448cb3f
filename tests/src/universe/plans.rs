//! Generated workflows whose outcome depends on their input only: not on time, luck, order or repetition.
//!
//! What makes an outcome depend on luck is left out: timeouts that might be kept, two branches that may fail, randomness. A task fails either
//! always or in its first attempts (`attempt` counts retries, not repetitions after a crash), so Retry and Catch are used
//! and still always end alike.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use cueline_protocol::{
    tasks::Noop,
    v1::{NoopReply, NoopRequest},
};
use cueline_runtime::{
    Perform, TaskContext, TaskError,
    worker::{Kind, Kinds},
};
use serde_json::{Map, Value, json};

use super::Dice;

/// How often the body of each task ran, over all processes.
#[derive(Clone, Default)]
pub struct Bodies(Arc<Mutex<BTreeMap<(String, u64), u32>>>);

impl Bodies {
    /// Runs by execution and task.
    pub fn runs(&self) -> BTreeMap<(String, u64), u32> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// Counts from zero again.
    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clear();
    }

    /// Runs of one execution by task.
    pub fn of(&self, execution: &str) -> BTreeMap<u64, u32> {
        let of = self.runs().into_iter().filter(|((id, _), _)| id == execution);
        of.map(|((_, task), runs)| (task, runs)).collect()
    }

    fn ran(&self, context: &TaskContext) {
        let mut runs = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        *runs.entry((context.execution.to_string(), context.task)).or_default() += 1;
    }
}

/// The `bench.noop` of the plans: like the real one, but a `failWith` of `Name<3` fails the first two attempts only.
struct Counted(Bodies);

#[async_trait]
impl Perform<Noop> for Counted {
    async fn perform(&self, context: &TaskContext, request: NoopRequest) -> Result<NoopReply, TaskError> {
        self.0.ran(context);
        if request.delay_ms > 0 {
            context.world.clock.sleep(Duration::from_millis(u64::from(request.delay_ms))).await;
        }
        let (name, until) = match request.fail_with.split_once('<') {
            Some((name, until)) => (name, until.parse().unwrap_or(0)),
            None => (request.fail_with.as_str(), u32::MAX),
        };
        if !name.is_empty() && context.attempt < until {
            return Err(TaskError::new(name, "the plan says so"));
        }
        Ok(NoopReply { value: request.value })
    }
}

/// Actors that count what they run.
pub fn kinds(bodies: &Bodies) -> Kinds {
    Kinds::new().with(Kind::new("bench", 64).task::<Noop>(Counted(bodies.clone())))
}

/// An input for generated workflows.
pub fn input(dice: &mut Dice) -> Value {
    let items: Vec<u64> = (0..dice.below(5)).collect();
    json!({ "n": dice.below(10), "items": items, "s": "cue" })
}

/// A workflow of a few states.
pub fn definition(dice: &mut Dice) -> Value {
    let mut writer = Writer { dice: dice.split(), states: 0, may_fail: true };
    let size = writer.dice.between(2, 7);
    let mut machine = writer.chain(size, 2);
    machine.insert("Comment".to_owned(), json!("generated"));
    Value::Object(machine)
}

struct Writer {
    dice: Dice,
    states: u32,
    /// At most one thing at a time may fail for good, or the first of two would decide.
    may_fail: bool,
}

impl Writer {
    fn name(&mut self) -> String {
        self.states += 1;
        format!("S{}", self.states)
    }

    /// States one after the other; a Choice may skip some.
    fn chain(&mut self, size: u64, depth: u32) -> Map<String, Value> {
        let names: Vec<String> = (0..size).map(|_| self.name()).collect();
        let mut states = Map::new();
        for (at, name) in names.iter().enumerate() {
            let next = names.get(at + 1);
            let later = names.get(at + 2).or(next).filter(|_| self.dice.chance(250));
            let state = match (next, later) {
                (Some(next), Some(later)) => choice(self.dice.below(10), later, next),
                _ => self.state(name, next, depth),
            };
            states.insert(name.clone(), state);
        }
        let mut machine = Map::new();
        machine.insert("StartAt".to_owned(), json!(names[0]));
        machine.insert("States".to_owned(), Value::Object(states));
        machine
    }

    fn state(&mut self, name: &str, next: Option<&String>, depth: u32) -> Value {
        let mut state = match self.dice.below(if depth > 0 { 12 } else { 8 }) {
            0 | 1 => json!({ "Type": "Pass", "Result": { "by": name }, "ResultPath": format!("$.r_{name}") }),
            2 => json!({ "Type": "Wait", "Seconds": self.dice.between(1, 90) }),
            3 if self.dice.chance(400) => json!({
                "Type": "Pass",
                "QueryLanguage": "JSONata",
                "Output": "{% $merge([$states.input, { 'n': $states.input.n + 1, 'all': $sum($states.input.items) }]) %}"
            }),
            4 if next.is_some() && self.dice.chance(250) => self.hung(name, next),
            3 => json!({
                "Type": "Pass",
                "Parameters": { "n.$": "States.MathAdd($.n, 1)", "items.$": "$.items", "s.$": "$.s", "from": name }
            }),
            4..=7 => self.task(name, next),
            8 | 9 => self.parallel(name, depth),
            _ => self.map(name, depth),
        };
        if let Value::Object(state) = &mut state {
            match next {
                Some(next) => state.insert("Next".to_owned(), json!(next)),
                None => state.insert("End".to_owned(), json!(true)),
            };
        }
        state
    }

    fn task(&mut self, name: &str, next: Option<&String>) -> Value {
        let delay = *self.dice.pick(&[0, 0, 5, 200, 40_000]);
        let mut task = json!({
            "Type": "Task",
            "Resource": "cueline:bench.noop",
            "Parameters": { "value": { "n.$": "$.n", "tag": name }, "delayMs": delay },
            "ResultPath": format!("$.t_{name}"),
        });
        let retry = json!([{
            "ErrorEquals": ["Plan.Flaky"], "IntervalSeconds": 1, "MaxAttempts": 3, "BackoffRate": 2, "JitterStrategy": "FULL"
        }]);
        if self.dice.chance(300) {
            task["Parameters"]["failWith"] = json!(format!("Plan.Flaky<{}", self.dice.between(2, 3)));
            task["Retry"] = retry;
        } else if self.dice.chance(200) && (self.may_fail || next.is_some()) {
            task["Parameters"]["failWith"] = json!("Plan.Flaky");
            task["Retry"] = retry;
            // With a way out the state cannot fail; without one the whole branch does.
            if let Some(next) = next.filter(|_| !self.may_fail || self.dice.chance(700)) {
                task["Catch"] =
                    json!([{ "ErrorEquals": ["States.ALL"], "ResultPath": format!("$.e_{name}"), "Next": next }]);
            }
        }
        task
    }

    /// Its body never ends in time, whatever the weather.
    fn hung(&mut self, name: &str, next: Option<&String>) -> Value {
        json!({
            "Type": "Task",
            "Resource": "cueline:bench.noop",
            "Parameters": { "value": name, "delayMs": 20_000_000 },
            "TimeoutSeconds": self.dice.between(1, 40),
            "Catch": [{ "ErrorEquals": ["States.Timeout"], "ResultPath": format!("$.e_{name}"), "Next": next }],
        })
    }

    fn parallel(&mut self, name: &str, depth: u32) -> Value {
        let count = self.dice.between(1, 3);
        let could = std::mem::replace(&mut self.may_fail, false);
        let branches: Vec<Value> = (0..count)
            .map(|_| {
                let size = self.dice.between(1, 3);
                Value::Object(self.chain(size, depth - 1))
            })
            .collect();
        self.may_fail = could;
        json!({ "Type": "Parallel", "Branches": branches, "ResultPath": format!("$.p_{name}") })
    }

    fn map(&mut self, name: &str, depth: u32) -> Value {
        let size = self.dice.between(1, 3);
        let could = std::mem::replace(&mut self.may_fail, false);
        let mut processor = self.chain(size, depth - 1);
        self.may_fail = could;
        if self.dice.chance(400) {
            processor
                .insert("ProcessorConfig".to_owned(), json!({ "Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" }));
        }
        json!({
            "Type": "Map",
            "ItemsPath": "$.items",
            "MaxConcurrency": self.dice.below(3),
            "ItemSelector": { "n.$": "$$.Map.Item.Value", "items": [1, 2], "s.$": "$.s" },
            "ItemProcessor": processor,
            "ResultPath": format!("$.m_{name}"),
        })
    }
}

fn choice(limit: u64, then: &str, otherwise: &str) -> Value {
    json!({
        "Type": "Choice",
        "Choices": [{ "Variable": "$.n", "NumericLessThan": limit, "Next": then }],
        "Default": otherwise,
    })
}
