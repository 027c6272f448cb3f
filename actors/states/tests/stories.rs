//! What a workflow may rely on, story by story.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a failed expectation is a failed test")]

mod stage;

use cueline_states::{
    Data, Entry, Env, Event, Fork, ForkError, ForkStart, Parked, Purpose, Rejected, State, Status, decide, fork,
    state::read_task_token,
};
use serde_json::{Value, json};
use stage::{BEGIN_MS, Stage};
use std::sync::Arc;

fn one_task(extra: Value) -> Value {
    let mut task = json!({ "Type": "Task", "Resource": "test:work", "End": true });
    task.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    json!({ "StartAt": "Work", "States": { "Work": task } })
}

#[test]
fn inline_states_fold_into_one_commit() {
    let stage = Stage::begin(
        json!({ "StartAt": "A", "States": {
            "A": { "Type": "Pass", "Result": 1, "ResultPath": "$.a", "Next": "B" },
            "B": { "Type": "Choice", "Choices": [{ "Variable": "$.a", "NumericEquals": 1, "Next": "C" }], "Default": "D" },
            "C": { "Type": "Succeed" },
            "D": { "Type": "Fail" }
        } }),
        json!({}),
    );
    assert_eq!(stage.output(), json!({ "a": 1 }));
    assert_eq!(stage.state.step_count(), 3);
    assert_eq!(stage.state.next_due_ms(), None);
}

#[test]
fn the_journal_does_not_repeat_payloads() {
    let mut stage = Stage::begin(one_task(json!({})), json!({ "big": "x" }));
    let scheduled = stage.journal.iter().find_map(|entry| match entry {
        Entry::TaskScheduled(task) => Some(task.arguments.clone()),
        _ => None,
    });
    assert_eq!(scheduled, Some(Data::Same));
    let entries = stage.succeed(json!({ "big": "y" }));
    assert!(entries.iter().any(|entry| matches!(entry, Entry::StateExited { output: Data::Result, .. })));
    assert_eq!(stage.output(), json!({ "big": "y" }));
}

#[test]
fn late_repeated_and_unknown_events_decide_nothing() {
    let mut stage = Stage::begin(one_task(json!({})), json!({}));
    assert!(stage.happen(Event::TaskSucceeded { task: 99, output: Arc::new(json!(1)) }).is_empty());
    assert!(stage.happen(Event::Heartbeat { task: 1 }).is_empty());
    assert!(stage.happen(Event::Tick).is_empty());
    assert!(stage.happen(Event::ChildSucceeded { child: 1, output: Arc::new(json!(1)) }).is_empty());
    stage.succeed(json!(1));
    let late = [
        Event::TaskSucceeded { task: 1, output: Arc::new(json!(2)) },
        Event::TaskFailed { task: 1, error: "E".into(), cause: String::new() },
        Event::Tick,
        Event::Resend { tasks: vec![1], max_sends: 1 },
        Event::Cancel { error: String::new(), cause: String::new() },
    ];
    for event in late {
        assert!(stage.happen(event).is_empty());
    }
    assert_eq!(stage.output(), json!(1));
}

#[test]
fn starting_twice_with_the_same_words_is_one_execution() {
    let mut stage = Stage::begin(one_task(json!({})), json!({ "n": 1 }));
    let mut start = stage.start(json!({ "n": 1 }));
    start.start_ms += 5;
    assert!(stage.happen(Event::Start(Box::new(start))).is_empty());
    let other = Event::Start(Box::new(stage.start(json!({ "n": 2 }))));
    let refused = decide(&stage.definition, &stage.state, &other, &Env { now_ms: 0, seed: 0 }).unwrap_err();
    assert_eq!(refused, Rejected::StartedDifferently { execution: "e1".into() });
}

#[test]
fn another_definition_is_refused() {
    let stage = Stage::begin(one_task(json!({})), json!({}));
    let other = Stage::begin(one_task(json!({ "Comment": "other" })), json!({}));
    let refused = decide(&other.definition, &stage.state, &Event::Tick, &Env { now_ms: 0, seed: 0 }).unwrap_err();
    assert!(matches!(refused, Rejected::OtherDefinition { .. }));
    let nothing = decide(&other.definition, &State::new(), &Event::Tick, &Env { now_ms: 0, seed: 0 }).unwrap_err();
    assert_eq!(nothing, Rejected::NotStarted);
}

#[test]
fn retries_back_off_and_keep_the_effect() {
    let retry = json!({ "Retry": [{ "ErrorEquals": ["E"], "IntervalSeconds": 2, "BackoffRate": 3, "MaxAttempts": 3, "MaxDelaySeconds": 10 }] });
    let mut stage = Stage::begin(one_task(retry), json!({}));
    let effect = stage.task().effect;
    for (attempt, delay) in [(1, 2000), (2, 6000), (3, 10_000)] {
        assert_eq!((stage.task().attempt, stage.task().effect), (attempt, effect));
        stage.fail("E");
        assert_eq!(stage.state.next_due_ms(), Some(stage.now_ms + delay));
        assert!(matches!(stage.state.frames()[0].parked, Parked::Retry { retries, .. } if retries == attempt));
        assert!(stage.tasks().is_empty());
        stage.pass_time();
    }
    assert_eq!(stage.task().task, 4);
    stage.fail("E");
    assert_eq!(stage.error(), "E");
    assert_eq!(stage.state.visits()[0].retried, 3);
    assert_eq!(stage.state.visits()[0].failed, 4);
}

#[test]
fn jitter_comes_from_the_seed() {
    let retry =
        json!({ "Retry": [{ "ErrorEquals": ["States.ALL"], "IntervalSeconds": 100, "JitterStrategy": "FULL" }] });
    let mut stage = Stage::begin(one_task(retry), json!({}));
    stage.fail("E");
    let delay = stage.state.next_due_ms().unwrap() - stage.now_ms;
    assert!((0..100_000).contains(&delay) && delay % 1000 != 0, "{delay}");
}

#[test]
fn catchers_put_the_error_where_they_are_told() {
    let mut stage = Stage::begin(
        json!({ "StartAt": "Work", "States": {
            "Work": { "Type": "Task", "Resource": "test:work", "End": true, "Catch": [
                { "ErrorEquals": ["Other"], "Next": "Never" },
                { "ErrorEquals": ["States.TaskFailed"], "ResultPath": "$.error", "Next": "Mend", "Assign": { "seen.$": "$.Error" } }
            ] },
            "Never": { "Type": "Fail" },
            "Mend": { "Type": "Pass", "Parameters": { "seen.$": "$seen", "all.$": "$" }, "End": true }
        } }),
        json!({ "kept": 1 }),
    );
    stage.fail("Broken");
    let error = json!({ "Error": "Broken", "Cause": "because" });
    assert_eq!(stage.output(), json!({ "seen": "Broken", "all": { "kept": 1, "error": error } }));
}

#[test]
fn wildcards_do_not_catch_runtime_errors() {
    let document = json!({ "StartAt": "Work", "States": {
        "Work": { "Type": "Task", "Resource": "test:work", "Parameters": { "x.$": "$.missing" }, "End": true,
            "Retry": [{ "ErrorEquals": ["States.ALL"] }], "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "Mend" }] },
        "Mend": { "Type": "Pass", "End": true }
    } });
    assert_eq!(Stage::begin(document, json!({})).error(), "States.Runtime");
}

#[test]
fn slow_tasks_time_out_and_silent_ones_too() {
    let mut slow = Stage::begin(one_task(json!({ "TimeoutSeconds": 10 })), json!({}));
    assert_eq!(slow.task().deadline_ms, Some(BEGIN_MS + 10_000));
    slow.pass_time();
    assert_eq!(slow.error(), "States.Timeout");

    let catch = json!([{ "ErrorEquals": ["States.HeartbeatTimeout"], "Next": "Mend" }]);
    let mut document = one_task(json!({ "HeartbeatSeconds": 5, "TimeoutSeconds": 100, "Catch": catch }));
    document["States"]["Mend"] = json!({ "Type": "Pass", "Result": "mended", "End": true });
    let mut silent = Stage::begin(document, json!({}));
    silent.now_ms += 4_000;
    silent.happen(Event::Heartbeat { task: 1 });
    assert_eq!(silent.state.next_due_ms(), Some(BEGIN_MS + 9_000));
    silent.now_ms += 2_000;
    assert!(silent.happen(Event::Tick).is_empty());
    silent.pass_time();
    assert_eq!(silent.output(), json!("mended"));
}

#[test]
fn the_whole_execution_times_out() {
    let mut document = one_task(json!({}));
    document["TimeoutSeconds"] = json!(30);
    let mut stage = Stage::begin(document, json!({}));
    assert_eq!(stage.state.next_due_ms(), Some(BEGIN_MS + 30_000));
    stage.pass_time();
    assert_eq!(stage.state.status(), Status::TimedOut);
    assert!(stage.tasks().is_empty());
}

#[test]
fn waits_end_when_the_clock_says_so() {
    let mut stage = Stage::begin(
        json!({ "StartAt": "W", "States": { "W": { "Type": "Wait", "SecondsPath": "$.s", "Next": "T" },
            "T": { "Type": "Wait", "Timestamp": "1970-01-01T00:00:01Z", "End": true } } }),
        json!({ "s": 90 }),
    );
    assert_eq!(stage.state.frames()[0].parked, Parked::Wait { due_ms: BEGIN_MS + 90_000 });
    stage.now_ms += 89_999;
    assert!(stage.happen(Event::Tick).is_empty());
    stage.pass_time();
    assert_eq!(stage.output(), json!({ "s": 90 }));
}

#[test]
fn cancelling_leaves_nothing_to_do() {
    let mut stage = Stage::begin(one_task(json!({})), json!({}));
    stage.happen(Event::Cancel { error: "Stop".into(), cause: "enough".into() });
    assert_eq!(stage.state.status(), Status::Aborted);
    assert!(stage.tasks().is_empty() && stage.state.next_due_ms().is_none());
}

#[test]
fn branches_run_side_by_side_and_see_outer_variables() {
    let branch = |name: &str| {
        json!({ "StartAt": name, "States": { name: {
        "Type": "Task", "Resource": "test:work", "Parameters": { "outer.$": "$outer", "in.$": "$" }, "Assign": { "inner": name }, "End": true } } })
    };
    let mut stage = Stage::begin(
        json!({ "StartAt": "Set", "States": {
            "Set": { "Type": "Pass", "Assign": { "outer": "o" }, "Next": "Both" },
            "Both": { "Type": "Parallel", "Branches": [branch("A"), branch("B")], "Next": "After" },
            "After": { "Type": "Pass", "End": true }
        } }),
        json!(5),
    );
    let tasks = stage.tasks();
    assert_eq!(tasks.len(), 2);
    assert_eq!(*tasks[0].arguments, json!({ "outer": "o", "in": 5 }));
    stage.happen(Event::TaskSucceeded { task: tasks[1].task, output: Arc::new(json!("b")) });
    assert_eq!(stage.state.status(), Status::Running);
    stage.happen(Event::TaskSucceeded { task: tasks[0].task, output: Arc::new(json!("a")) });
    assert_eq!(stage.output(), json!(["a", "b"]));
    assert_eq!(*stage.state.frames()[0].variables, *json!({ "outer": "o" }).as_object().unwrap());
}

#[test]
fn a_failing_branch_ends_its_siblings() {
    let branch = |name: &str| json!({ "StartAt": name, "States": { name: { "Type": "Task", "Resource": "test:work", "End": true } } });
    let mut stage = Stage::begin(
        json!({ "StartAt": "Both", "States": {
            "Both": { "Type": "Parallel", "Branches": [branch("A"), branch("B")], "End": true,
                "Retry": [{ "ErrorEquals": ["E"], "MaxAttempts": 1 }], "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "Mend" }] },
            "Mend": { "Type": "Pass", "End": true }
        } }),
        json!({}),
    );
    stage.happen(Event::TaskFailed { task: 1, error: "E".into(), cause: String::new() });
    assert!(stage.tasks().is_empty());
    assert!(stage.happen(Event::TaskSucceeded { task: 2, output: Arc::new(json!(1)) }).is_empty());
    stage.pass_time();
    assert_eq!(stage.tasks().iter().map(|task| task.task).collect::<Vec<_>>(), [3, 4]);
    stage.happen(Event::TaskFailed { task: 4, error: "E".into(), cause: String::new() });
    assert_eq!(stage.output(), json!({ "Error": "E", "Cause": "" }));
}

#[test]
fn an_inline_map_keeps_order_and_concurrency() {
    let mut stage = Stage::begin(
        json!({ "StartAt": "Each", "States": { "Each": {
            "Type": "Map", "ItemsPath": "$.list", "MaxConcurrency": 2, "End": true,
            "ItemSelector": { "i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "all.$": "$.all" },
            "ItemProcessor": { "StartAt": "Work", "States": { "Work": { "Type": "Task", "Resource": "test:work", "End": true } } }
        } } }),
        json!({ "list": ["a", "b", "c"], "all": 1 }),
    );
    assert_eq!(stage.tasks().len(), 2);
    stage.happen(Event::TaskSucceeded { task: 2, output: Arc::new(json!("B")) });
    assert_eq!(*stage.tasks()[1].arguments, json!({ "i": 2, "v": "c", "all": 1 }));
    stage.happen(Event::TaskSucceeded { task: 3, output: Arc::new(json!("C")) });
    stage.happen(Event::TaskSucceeded { task: 1, output: Arc::new(json!("A")) });
    assert_eq!(stage.output(), json!(["A", "B", "C"]));
}

fn distributed(extra: Value) -> Value {
    let mut map = json!({ "Type": "Map", "End": true, "ItemProcessor": {
        "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" },
        "StartAt": "One", "States": { "One": { "Type": "Pass", "End": true } } } });
    map.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    json!({ "StartAt": "Many", "States": { "Many": map } })
}

#[test]
fn a_distributed_map_starts_children_and_tolerates_failures() {
    let mut stage =
        Stage::begin(distributed(json!({ "MaxConcurrency": 2, "ToleratedFailureCount": 1 })), json!([1, 2, 3]));
    let children = stage.state.outstanding().children;
    assert_eq!(
        children.iter().map(|child| (child.child, Value::clone(&child.input))).collect::<Vec<_>>(),
        [(1, json!(1)), (2, json!(2))]
    );
    let processor = stage.definition.processor(&children[0].state).unwrap();
    assert_eq!(processor.states()[0].name.as_ref(), "One");
    stage.happen(Event::ChildFailed { child: 2, error: "E".into(), cause: String::new() });
    assert_eq!(stage.state.outstanding().children.len(), 2);
    stage.happen(Event::ChildSucceeded { child: 1, output: Arc::new(json!("one")) });
    stage.happen(Event::ChildSucceeded { child: 3, output: Arc::new(json!("three")) });
    assert_eq!(stage.output(), json!(["one", "three"]));

    let mut strict = Stage::begin(distributed(json!({})), json!([1, 2, 3]));
    strict.happen(Event::ChildFailed { child: 1, error: "E".into(), cause: String::new() });
    assert_eq!(strict.error(), "States.ExceedToleratedFailureThreshold");
    assert!(strict.state.outstanding().children.is_empty());
}

#[test]
fn items_are_read_batched_and_written_by_tasks() {
    let mut stage = Stage::begin(
        distributed(json!({
            "ItemReader": { "Resource": "test:read", "Parameters": { "Key.$": "$.key" }, "ReaderConfig": { "InputType": "JSON" } },
            "ItemSelector": { "v.$": "$$.Map.Item.Value" },
            "ItemBatcher": { "MaxItemsPerBatch": 2, "BatchInput": { "from.$": "$.key" } },
            "ResultWriter": { "Resource": "test:write", "Parameters": { "Prefix.$": "$.key" } }
        })),
        json!({ "key": "k" }),
    );
    let read = stage.task();
    assert_eq!((read.purpose, &*read.resource), (Purpose::ReadItems, "test:read"));
    assert_eq!(*read.arguments, json!({ "Parameters": { "Key": "k" }, "ReaderConfig": { "InputType": "JSON" } }));
    stage.succeed(json!([1, 2, 3]));
    let inputs: Vec<_> = stage.state.outstanding().children.iter().map(|child| Value::clone(&child.input)).collect();
    assert_eq!(
        inputs,
        [
            json!({ "BatchInput": { "from": "k" }, "Items": [{ "v": 1 }, { "v": 2 }] }),
            json!({ "BatchInput": { "from": "k" }, "Items": [{ "v": 3 }] }),
        ]
    );
    stage.happen(Event::ChildSucceeded { child: 1, output: Arc::new(json!("x")) });
    stage.happen(Event::ChildSucceeded { child: 2, output: Arc::new(json!("y")) });
    let write = stage.task();
    assert_eq!(write.purpose, Purpose::WriteResults);
    assert_eq!(write.arguments["Results"], json!(["x", "y"]));
    stage.succeed(json!({ "Key": "manifest" }));
    assert_eq!(stage.output(), json!({ "Key": "manifest" }));
}

#[test]
fn an_endless_loop_yields_and_loses_nothing() {
    let document = json!({ "StartAt": "A", "States": {
        "A": { "Type": "Pass", "Next": "B" },
        "B": { "Type": "Choice", "Choices": [{ "Variable": "$.stop", "BooleanEquals": true, "Next": "C" }], "Default": "A" },
        "C": { "Type": "Succeed" }
    } });
    let mut stage = Stage::begin(document, json!({ "stop": false }));
    let steps = stage.state.step_count();
    assert_eq!(stage.state.next_due_ms(), Some(stage.now_ms));
    assert!(!stage.happen(Event::Tick).is_empty());
    assert_eq!(stage.state.step_count(), 2 * steps);
    stage.happen(Event::Cancel { error: String::new(), cause: String::new() });
    assert_eq!(stage.state.status(), Status::Aborted);
}

#[test]
fn a_long_inline_map_survives_yielding() {
    let processor = json!({ "StartAt": "P", "States": { "P": { "Type": "Pass", "Next": "Q" }, "Q": { "Type": "Pass", "End": true } } });
    let map = json!({ "Type": "Map", "ItemProcessor": processor, "End": true });
    let items: Vec<_> = (0..1733).collect();
    let mut stage = Stage::begin(json!({ "StartAt": "Each", "States": { "Each": map } }), json!(items));
    let mut commits = 1;
    while stage.state.status() == Status::Running {
        stage.pass_time();
        commits += 1;
    }
    assert_eq!(stage.output(), json!(items));
    assert_eq!(stage.state.step_count(), 1 + 2 * 1733);
    assert_eq!(commits, 4);
    let exits =
        stage.journal.iter().filter(|entry| matches!(entry, Entry::StateExited { frame: 0, output: Data::Result, .. }));
    assert_eq!(exits.count(), 1);
}

#[test]
fn task_tokens_name_the_task_and_differ() {
    let mut stage = Stage::begin(one_task(json!({ "Parameters": { "token.$": "$$.Task.Token" } })), json!({}));
    let token = stage.task().arguments["token"].as_str().unwrap().to_string();
    assert_eq!(token, stage.state.task_token(1));
    assert_eq!(read_task_token(&token), Some(("e1", 1)));
    assert_ne!(stage.state.task_token(1), stage.state.task_token(2));
    stage.succeed(json!(1));
}

#[test]
fn a_fork_shares_the_past_and_runs_live() {
    let mut stage = Stage::begin(
        json!({ "StartAt": "A", "States": {
            "A": { "Type": "Task", "Resource": "test:a", "Assign": { "a.$": "$" }, "Next": "B" },
            "B": { "Type": "Task", "Resource": "test:b", "TimeoutSeconds": 60, "End": true }
        } }),
        json!({}),
    );
    stage.succeed(json!("first"));
    stage.succeed(json!("second"));
    let start = ForkStart { execution: "e2".into(), name: "fork".into(), workflow: "w".into(), tenant: "t".into() };
    let env = Env { now_ms: 9_000_000, seed: 3 };
    let input = Some(Arc::new(json!("changed")));
    let forked = fork(&stage.definition, &stage.journal, 2, input, &start, &env).unwrap();
    assert!(matches!(&forked.entries[0], Entry::ForkedFrom(fork) if fork.origin == "e1" && fork.step == 2));
    assert_eq!(forked.state.start().unwrap().execution, "e2");
    assert_eq!(forked.state.origin(), Some(("e1", 2)));
    let task = &forked.state.outstanding().tasks[0];
    assert_eq!(
        (&*task.resource, Value::clone(&task.arguments), task.deadline_ms),
        ("test:b", json!("changed"), Some(9_060_000))
    );
    assert_eq!(forked.state.frames()[0].variables["a"], json!("first"));
    assert_ne!(forked.state.task_token(2), stage.state.task_token(2));

    let none = fork(&stage.definition, &stage.journal, 3, None, &start, &env).unwrap_err();
    assert_eq!(none, ForkError::NoSuchStep { step: 3, steps: 2 });
    let other = Stage::begin(one_task(json!({})), json!({}));
    let gone = fork(&other.definition, &stage.journal, 2, None, &start, &env).unwrap_err();
    assert_eq!(gone, ForkError::NoSuchState { state: "B".into() });
}

#[test]
fn a_fork_takes_open_branches_along() {
    let branch = |name: &str, kind: Value| json!({ "StartAt": name, "States": { name: kind } });
    let mut stage = Stage::begin(
        json!({ "StartAt": "Both", "States": { "Both": { "Type": "Parallel", "End": true, "Branches": [
            branch("Slow", json!({ "Type": "Task", "Resource": "test:slow", "TimeoutSeconds": 60, "End": true })),
            { "StartAt": "Quick", "States": {
                "Quick": { "Type": "Task", "Resource": "test:quick", "Next": "Later" },
                "Later": { "Type": "Task", "Resource": "test:later", "End": true } } }
        ] } } }),
        json!({}),
    );
    stage.now_ms += 50_000;
    stage.happen(Event::TaskSucceeded { task: 2, output: Arc::new(json!("q")) });
    let start = ForkStart { execution: "e2".into(), name: "fork".into(), workflow: "w".into(), tenant: "t".into() };
    let env = Env { now_ms: 9_000_000, seed: 3 };
    let forked = fork(&stage.definition, &stage.journal, 4, None, &start, &env).unwrap();
    let open: Vec<_> = forked.state.outstanding().tasks.iter().map(|task| (task.task, task.deadline_ms)).collect();
    assert_eq!(open, [(1, Some(9_010_000)), (3, None)]);
    let Entry::ForkedFrom(fork) = &forked.entries[0] else { panic!() };
    let Fork { shift_ms, .. } = **fork;
    assert_eq!(shift_ms, 9_000_000 - (BEGIN_MS + 50_000));
}

/// A loop that wraps its data once more each time would overflow the stack of whoever copies or reads it.
#[test]
fn a_loop_that_wraps_or_doubles_its_data_fails_as_a_workflow() {
    let forever = |parameters: Value| {
        json!({ "StartAt": "A", "States": {
        "A": { "Type": "Pass", "Parameters": parameters, "Next": "B" },
        "B": { "Type": "Choice", "Choices": [{ "Variable": "$.stop", "IsPresent": true, "Next": "C" }], "Default": "A" },
        "C": { "Type": "Succeed" } } })
    };
    for parameters in [
        json!({ "x.$": "$" }),
        json!({ "x.$": "$", "y.$": "$" }),
        json!({ "x.$": "States.Format('{}{}{}', $.x, $.x, $.x)" }),
    ] {
        assert_eq!(Stage::begin(forever(parameters), json!({ "x": "0123456789" })).error(), "States.DataLimitExceeded");
    }
    let assign = json!({ "StartAt": "A", "States": {
        "A": { "Type": "Pass", "Assign": { "v": { "w.$": "$v" } }, "Next": "B" },
        "B": { "Type": "Choice", "Choices": [{ "Variable": "$.stop", "IsPresent": true, "Next": "C" }], "Default": "A" },
        "C": { "Type": "Succeed" } } });
    let mut document = assign;
    document["StartAt"] = json!("Set");
    document["States"]["Set"] = json!({ "Type": "Pass", "Assign": { "v": 1 }, "Next": "A" });
    assert_eq!(Stage::begin(document, json!({})).error(), "States.DataLimitExceeded");
}

#[test]
fn results_can_be_flattened() {
    let mut stage = Stage::begin(
        distributed(json!({ "ResultWriter": { "WriterConfig": { "Transformation": "FLATTEN" } } })),
        json!([1, 2]),
    );
    stage.happen(Event::ChildSucceeded { child: 2, output: Arc::new(json!([3, 4])) });
    stage.happen(Event::ChildSucceeded { child: 1, output: Arc::new(json!("one")) });
    assert_eq!(stage.output(), json!(["one", 3, 4]));
}

#[test]
fn too_large_results_become_errors_a_workflow_can_catch() {
    let mut document = one_task(json!({ "Catch": [{ "ErrorEquals": ["States.DataLimitExceeded"], "Next": "Mend" }] }));
    document["States"]["Mend"] = json!({ "Type": "Pass", "Result": "mended", "End": true });
    let mut stage = Stage::begin(document, json!({}));
    stage.succeed(json!("x".repeat(cueline_states::limits::PAYLOAD_BYTES)));
    assert_eq!(stage.output(), json!("mended"));
}
