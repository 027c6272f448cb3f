//! Pass and Succeed: data goes through, perhaps another.

use super::{finish, run::Run, trouble::Trouble, view::View};
use crate::definition::{
    expression::Language,
    scope::StateDef,
    simple::{Pass, Succeed},
};
use std::sync::Arc;

pub(super) fn proceed(run: &mut Run<'_>, frame: u32, def: &StateDef, pass: &Pass) -> Result<(), Trouble> {
    let view = View::new(run, frame, def)?;
    let (eval, flow) = (view.eval(), &pass.flow);
    let (output, assigned) = match def.language {
        Language::Jsonata => {
            let assigned = eval.variables(flow.assign.as_ref(), &view.data)?;
            (finish::jsonata_output(&eval, flow, view.data.clone())?, assigned)
        }
        Language::JsonPath => {
            let input = eval.select(&flow.input_path, &view.data)?;
            let result = match (&pass.result, &flow.parameters) {
                (Some(result), _) => result.clone(),
                (None, Some(parameters)) => Arc::new(eval.payload(parameters, &input, "Parameters")?),
                (None, None) => input,
            };
            let assigned = eval.variables(flow.assign.as_ref(), &result)?;
            let placed = finish::place(&flow.result_path, &view.data, result)?;
            (eval.select(&flow.output_path, &placed)?, assigned)
        }
    };
    run.exit(frame, output, assigned, def.next.clone())
}

pub(super) fn succeed(run: &mut Run<'_>, frame: u32, def: &StateDef, succeed: &Succeed) -> Result<(), Trouble> {
    let view = View::new(run, frame, def)?;
    let (eval, flow) = (view.eval(), &succeed.flow);
    let input = eval.select(&flow.input_path, &view.data)?;
    let output = match def.language {
        Language::Jsonata => finish::jsonata_output(&eval, flow, input)?,
        Language::JsonPath => eval.select(&flow.output_path, &input)?,
    };
    run.exit(frame, output, None, None)
}
