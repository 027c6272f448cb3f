//! Map: the same scope for each item, inline (frames) or distributed (child executions).

use super::{
    context, finish, items,
    run::Run,
    task::{self, Cue},
    trouble::Trouble,
    view::View,
};
use crate::{
    Entry, Json, MapStarted, Purpose,
    definition::{
        expression::Number,
        fan::{Map, ResultWriter},
        scope::StateDef,
    },
    limits,
};
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) fn proceed(run: &mut Run<'_>, frame: u32, def: &StateDef, map: &Map) -> Result<(), Trouble> {
    let thread = run.state.thread(frame)?;
    match (thread.result_of, thread.result.clone()) {
        (Some(Purpose::WriteResults), Some(result)) => finish::with_result(run, frame, def, &map.flow, result),
        (None, None) if map.reader.is_some() => items::read(run, frame, def, map),
        _ => start(run, frame, def, map),
    }
}

fn start(run: &mut Run<'_>, frame: u32, def: &StateDef, map: &Map) -> Result<(), Trouble> {
    let view = View::new(run, frame, def)?;
    let eval = view.eval();
    let input = eval.select(&map.flow.input_path, &view.data)?;
    let limit = |number: &Option<Number>| -> Result<Option<i64>, Trouble> {
        number.as_ref().map(|number| eval.count(number, &input)).transpose()
    };
    let max_concurrency = limit(&map.max_concurrency)?.unwrap_or(0);
    if max_concurrency < 0 {
        return Err(Trouble::runtime("MaxConcurrency cannot be negative."));
    }
    let tolerated_count = limit(&map.tolerated_count)?;
    if tolerated_count.is_some_and(|count| count < 0) {
        return Err(Trouble::runtime("ToleratedFailureCount cannot be negative."));
    }
    let tolerated_percentage = match &map.tolerated_percentage {
        None => None,
        Some(number) => {
            let value = eval.number(number, &input)?;
            let percentage = value.as_f64().ok_or_else(|| super::view::not_an_integer(number, &value))?;
            if !(0.0..=100.0).contains(&percentage) {
                return Err(Trouble::runtime("ToleratedFailurePercentage must be between 0 and 100."));
            }
            Some(percentage)
        }
    };
    let (items, total, batched) = items::find(run, frame, map, &view, &input)?;
    run.record(Entry::MapStarted(Box::new(MapStarted {
        frame,
        items,
        total,
        batched,
        distributed: map.distributed,
        max_concurrency: max_concurrency.min(i64::from(u32::MAX)) as u32,
        tolerated_count: tolerated_count.map(|count| count as u64),
        tolerated_percentage,
    })))?;
    run.wake(frame);
    Ok(())
}

/// As many items as there is room for.
pub(super) fn begin_items(run: &mut Run<'_>, frame: u32, def: &StateDef, map: &Map) -> Result<(), Trouble> {
    loop {
        let thread = run.state.thread(frame)?;
        let Some(fan) = thread.fan() else { return Ok(()) };
        let room = match (fan.max_concurrency, fan.distributed) {
            (0, false) => limits::INLINE_CONCURRENCY,
            (0, true) => limits::DISTRIBUTED_CONCURRENCY,
            (most, _) => most,
        };
        let at_work = fan.begun - fan.succeeded - fan.failed;
        if fan.begun >= fan.total || at_work >= room {
            return Ok(());
        }
        let (index, distributed, batched) = (fan.begun, fan.distributed, fan.batched);
        let input = if batched { None } else { select_item(run, frame, def, map, index)? };
        if distributed {
            let child = run.state.next_child;
            run.record(Entry::ChildStarted { frame, child, index, input })?;
        } else {
            let opened = run.state.next_frame;
            run.record(Entry::FrameOpened { frame: opened, parent: frame, index, input })?;
            run.wake(opened);
        }
    }
}

/// `ItemSelector`, if there is one: what the item begins with instead of itself.
fn select_item(run: &Run<'_>, frame: u32, def: &StateDef, map: &Map, index: u32) -> Result<Option<Json>, Trouble> {
    let Some(selector) = &map.selector else { return Ok(None) };
    let mut view = View::new(run, frame, def)?;
    let items = run.state.thread(frame)?.items();
    context::set_item(&mut view.context, index, items.get(index as usize).unwrap_or(&Value::Null));
    let eval = view.eval();
    let input = eval.select(&map.flow.input_path, &view.data)?;
    let selected = eval.payload(selector, &input, "ItemSelector")?;
    run.check(frame, &selected)?;
    Ok(Some(Arc::new(selected)))
}

/// Fails the state once more items failed than it tolerates.
pub(super) fn check_tolerance(run: &Run<'_>, frame: u32) -> Result<(), Trouble> {
    let Some(fan) = run.state.thread(frame)?.fan() else { return Ok(()) };
    let failed = u64::from(fan.failed);
    let by_count = match (fan.tolerated_count, fan.tolerated_percentage) {
        (None, None) => failed > 0,
        (count, _) => count.is_some_and(|count| failed > count),
    };
    let share = 100.0 * failed as f64 / f64::from(fan.total.max(1));
    if by_count || fan.tolerated_percentage.is_some_and(|most| share > most) {
        let cause = "The specified tolerated failure threshold was exceeded";
        return Err(Trouble::bare("States.ExceedToleratedFailureThreshold", cause));
    }
    Ok(())
}

/// Every item ended.
pub(super) fn finish(run: &mut Run<'_>, frame: u32, def: &StateDef, map: &Map) -> Result<(), Trouble> {
    let Some(results) = run.state.thread(frame)?.fan().map(|fan| fan.gathered()) else { return Ok(()) };
    match &map.writer {
        Some(ResultWriter { resource: Some(resource), arguments, config }) => {
            let view = View::new(run, frame, def)?;
            let eval = view.eval_result(&results);
            let parameters = match arguments {
                Some(arguments) => eval.payload(arguments, &view.data, "ResultWriter")?,
                None => json!({}),
            };
            let arguments = Arc::new(json!({ "Parameters": parameters, "WriterConfig": config, "Results": &*results }));
            let resource = resource.clone();
            task::schedule(
                run,
                frame,
                Cue {
                    purpose: Purpose::WriteResults,
                    resource,
                    arguments,
                    credentials: None,
                    timeout: None,
                    heartbeat: None,
                },
            )
        }
        Some(ResultWriter { resource: None, config, .. }) if config["Transformation"] == "FLATTEN" => {
            finish::with_value(run, frame, def, &map.flow, flattened(&results))
        }
        _ => finish::with_result(run, frame, def, &map.flow, results),
    }
}

/// Arrays among the results become elements of the whole.
fn flattened(results: &Value) -> Json {
    let mut all = Vec::new();
    for result in results.as_array().into_iter().flatten() {
        match result {
            Value::Array(items) => all.extend(items.iter().cloned()),
            other => all.push(other.clone()),
        }
    }
    Arc::new(Value::Array(all))
}
