//! Cues that go out again, and how often.

#![allow(clippy::unwrap_used, reason = "a failed expectation is a failed test")]

mod stage;

use cueline_states::{Event, POISON};
use serde_json::{Value, json};
use stage::Stage;

fn one_task(extra: Value) -> Value {
    let mut task = json!({ "Type": "Task", "Resource": "test:work", "End": true });
    task.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    json!({ "StartAt": "Work", "States": { "Work": task } })
}

#[test]
fn only_named_cues_are_sent_again() {
    let mut stage = Stage::begin(one_task(json!({})), json!({}));
    assert!(stage.happen(Event::Resend { tasks: vec![7], max_sends: 3 }).is_empty());
    assert_eq!(stage.happen(Event::Resend { tasks: vec![7, 1], max_sends: 3 }).len(), 1);
    assert_eq!(stage.task().sends, 2);
}

#[test]
fn cues_are_sent_again_until_they_are_poison() {
    let mut stage =
        Stage::begin(one_task(json!({ "Retry": [{ "ErrorEquals": [POISON], "MaxAttempts": 1 }] })), json!({}));
    for sends in 2..=3 {
        stage.happen(Event::Resend { tasks: vec![1], max_sends: 3 });
        assert_eq!(stage.task().sends, sends);
    }
    stage.happen(Event::Resend { tasks: vec![1], max_sends: 3 });
    assert!(stage.tasks().is_empty());
    stage.pass_time();
    assert_eq!((stage.task().attempt, stage.task().sends), (2, 1));
}
