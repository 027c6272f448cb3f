//! What an execution costs on AWS.

use axum::{Json, extract::State};
use cueline_domain::cost::{Bill, MEASURED, PRICES};
use cueline_runtime::cost::{Counted, count};

use super::{app::App, extract::Id, refusal::Refusal};
use crate::api::{ExecutionCost, Problem, StepFunctionsCost};

/// Requests and dollars of an execution on AWS, counted from its journal. Where it ran does not matter.
#[utoipa::path(get, path = "/admin/v1/executions/{id}/cost", tag = "executions", params(("id" = String, Path)),
    responses((status = 200, body = ExecutionCost), (status = "4XX", body = Problem)))]
pub(super) async fn cost(State(app): State<App>, Id(id): Id) -> Result<Json<ExecutionCost>, Refusal> {
    let engine = app.engine().clone();
    app.apart(async move {
        let (summary, counted) = count(&engine, &id).await?;
        let Counted { recorded, tasks, transitions, children, tokens } = counted;
        let mut bill = Bill::of(&recorded.requests(&MEASURED), &PRICES);
        tokens.iter().for_each(|tokens| bill.add_tokens(tokens));
        let dollars = bill.dollars();
        Ok(Json(ExecutionCost {
            execution: summary.execution.to_string(),
            workflow: summary.workflow,
            status: summary.status.as_str().to_owned(),
            commits: recorded.commits.len() as u64,
            bytes: recorded.commits.iter().sum(),
            snapshot_bytes: recorded.snapshot,
            tasks,
            cues: recorded.cues,
            children,
            lines: bill.lines.iter().map(Into::into).collect(),
            dollars,
            dollars_per_million_steps: (tasks > 0).then(|| dollars / tasks as f64 * 1e6),
            step_functions: StepFunctionsCost { transitions, dollars: transitions as f64 * PRICES.transitions / 1e6 },
            prices: format!("list prices of {}, {}", PRICES.region, PRICES.date),
            notes: notes(children, &bill),
        }))
    })
    .await
}

fn notes(children: u64, bill: &Bill) -> Vec<String> {
    let mut notes = vec![
        format!(
            "queue requests are shared by {} messages, as measured at 64 concurrent executions; alone there are three a message",
            MEASURED.messages_per_request
        ),
        "tasks of Fargate are billed by the hour: see `cueline cost plan`".to_owned(),
    ];
    if children > 0 {
        notes.push(format!("its {children} child executions have bills of their own"));
    }
    if bill.lines.iter().any(|line| line.dollars.is_none()) {
        notes.push("the price of a model is not known: its tokens are not in the sum".to_owned());
    }
    notes
}
