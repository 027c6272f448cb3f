//! What becomes of a result: selected, placed into the input, filtered, remembered.

use super::{
    run::Run,
    trouble::Trouble,
    view::{Eval, View},
};
use crate::{
    Json,
    definition::{
        expression::{Language, Placement},
        flow::Flow,
        scope::StateDef,
    },
};
use std::sync::Arc;

/// Task, Parallel, Map: a result came back.
pub(super) fn with_result(
    run: &mut Run<'_>,
    frame: u32,
    def: &StateDef,
    flow: &Flow,
    result: Json,
) -> Result<(), Trouble> {
    if flow.passes_result_through() && flow.assign.is_none() {
        return Ok(run.exit_with_result(frame, def.next.clone())?);
    }
    with_value(run, frame, def, flow, result)
}

/// The same for a value that is not what the journal holds as the result.
pub(super) fn with_value(
    run: &mut Run<'_>,
    frame: u32,
    def: &StateDef,
    flow: &Flow,
    result: Json,
) -> Result<(), Trouble> {
    let view = View::new(run, frame, def)?;
    let eval = view.eval_result(&result);
    let assigned = eval.variables(flow.assign.as_ref(), &result)?;
    let output = match def.language {
        Language::Jsonata => jsonata_output(&eval, flow, result.clone())?,
        Language::JsonPath => {
            let selected = match &flow.result_selector {
                Some(selector) => Arc::new(eval.payload(selector, &result, "ResultSelector")?),
                None => result.clone(),
            };
            let placed = place(&flow.result_path, &view.data, selected)?;
            eval.select(&flow.output_path, &placed)?
        }
    };
    run.exit(frame, output, assigned, def.next.clone())
}

/// `Output`, or what would be the output without it.
pub(super) fn jsonata_output(eval: &Eval<'_>, flow: &Flow, otherwise: Json) -> Result<Json, Trouble> {
    match &flow.output {
        Some(output) => Ok(Arc::new(eval.payload(output, &otherwise, "Output")?)),
        None => Ok(otherwise),
    }
}

/// `ResultPath`.
pub(super) fn place(placement: &Placement, input: &Json, result: Json) -> Result<Json, Trouble> {
    match placement {
        Placement::Replace => Ok(result),
        Placement::Discard => Ok(input.clone()),
        Placement::At(path) => {
            let mut target = serde_json::Value::clone(input);
            path.assign(&mut target, Arc::unwrap_or_clone(result))?;
            Ok(Arc::new(target))
        }
    }
}
