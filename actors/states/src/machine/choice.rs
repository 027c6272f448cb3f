//! Choice: the first rule that holds says where to go.

use super::{
    compare,
    run::Run,
    trouble::Trouble,
    view::{Eval, View},
};
use crate::{
    Json,
    definition::{
        choice::{Choice, Condition},
        expression::Language,
        scope::StateDef,
    },
    query::QueryError,
};
use std::sync::Arc;

pub(super) fn proceed(run: &mut Run<'_>, frame: u32, def: &StateDef, choice: &Choice) -> Result<(), Trouble> {
    let view = View::new(run, frame, def)?;
    let (eval, flow) = (view.eval(), &choice.flow);
    let input = eval.select(&flow.input_path, &view.data)?;
    let mut taken = None;
    for (i, rule) in choice.rules.iter().enumerate() {
        if holds(&eval, &rule.condition, &input, i)? {
            taken = Some(rule);
            break;
        }
    }
    let (next, assign, output) = match taken {
        Some(rule) => (Some(&rule.next), &rule.assign, rule.output.as_ref()),
        None => (choice.default.as_ref(), &choice.assign, flow.output.as_ref()),
    };
    let Some(next) = next else {
        let cause = "Failed to transition out of the state. The state does not point to a next state.";
        return Err(QueryError::new("States.NoChoiceMatched", cause).into());
    };
    let assigned = eval.variables(assign.as_ref(), &input)?;
    let output = match (def.language, output) {
        (Language::Jsonata, Some(output)) => Arc::new(eval.payload(output, &input, "Output")?),
        (Language::Jsonata, None) => input,
        (Language::JsonPath, _) => eval.select(&flow.output_path, &input)?,
    };
    run.exit(frame, output, assigned, Some(next.clone()))
}

fn holds(eval: &Eval<'_>, condition: &Condition, input: &Json, rule: usize) -> Result<bool, Trouble> {
    Ok(match condition {
        Condition::Always(flag) => *flag,
        Condition::Jsonata(expression) => {
            eval.session().evaluate_bool(expression, &format!("Choices[{rule}]/Condition"))?
        }
        Condition::Not(inner) => !holds(eval, inner, input, rule)?,
        Condition::And(all) => {
            for inner in all {
                if !holds(eval, inner, input, rule)? {
                    return Ok(false);
                }
            }
            true
        }
        Condition::Or(any) => {
            for inner in any {
                if holds(eval, inner, input, rule)? {
                    return Ok(true);
                }
            }
            false
        }
        Condition::Test(test) => compare::holds(&eval.at(input), test)?,
    })
}
