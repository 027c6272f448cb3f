//! The context object: `$$` in JSONPath, `$states.context` in JSONata. Made only for states that look at it.

use super::run::Run;
use crate::{
    FoldError,
    definition::scope::{Kind, StateDef},
    state::{FanSource, Thread},
    time::format_timestamp,
};
use serde_json::{Value, json};

pub(super) fn build(run: &Run<'_>, frame: u32, def: &StateDef) -> Result<Value, FoldError> {
    if let Some(given) = run.context {
        return Ok(given.clone());
    }
    let start = run.state.start.as_deref().ok_or_else(|| FoldError::new("the execution was not started"))?;
    let thread = run.state.thread(frame)?;
    let mut context = json!({
        "Execution": {
            "Id": start.execution,
            "Input": &*start.input,
            "Name": start.name,
            "RoleArn": "",
            "RedriveCount": 0,
            "StartTime": format_timestamp(start.start_ms),
        },
        "StateMachine": { "Id": start.workflow, "Name": start.workflow },
        "State": {
            "Name": &*def.name,
            "EnteredTime": format_timestamp(thread.entered_ms),
        },
    });
    if def.kind.rescue().is_some() {
        context["State"]["RetryCount"] = thread.retries().into();
    }
    if let Kind::Task(task) = &def.kind
        && may_be_answered_by_strangers(&task.resource)
    {
        context["Task"] = json!({ "Token": run.state.task_token(run.state.next_task) });
    }
    if let Some((index, value)) = item_of(run, thread) {
        set_item(&mut context, index, &value);
    }
    Ok(context)
}

/// As Step Functions: only who waits for a token has one. Resources of ours may all hand theirs on.
fn may_be_answered_by_strangers(resource: &str) -> bool {
    let waits = [".waitForTaskToken", ".sync", ".sync:2"].iter().any(|suffix| resource.ends_with(suffix));
    waits || !resource.starts_with("arn:")
}

/// `Map.Item` inside a Map: the iteration a frame belongs to, or the one that is about to begin.
pub(super) fn set_item(context: &mut Value, index: u32, value: &Value) {
    if context.is_object() {
        context["Map"] = json!({ "Item": { "Index": index, "Value": value } });
    }
}

fn item_of(run: &Run<'_>, thread: &Thread) -> Option<(u32, Value)> {
    let (parent, index) = thread.parent?;
    let around = run.state.thread(parent).ok()?;
    match around.fan()?.source {
        FanSource::Items(_) => Some((index, around.items().get(index as usize)?.clone())),
        FanSource::Branches(_) => item_of(run, around),
    }
}
