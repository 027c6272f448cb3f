//! `cueline executions list/show/start/fork/cancel/complete`.

use super::{
    args::{Cancel, Complete as CompleteArgs, Everywhere, Forget, Fork, ListExecutions, One, Start},
    client::{Client, escape},
    failure::Failure,
    input, output, waiting,
};
use crate::api::{
    CancelRequest, Complete, Execution, ExecutionDetail, ForgetRequest, Forgotten, ForkRequest, FrameView, Page,
    Recorded, StartRequest, Started, StateView,
};

pub(super) async fn list(everywhere: &Everywhere, args: &ListExecutions) -> Result<(), Failure> {
    let client = Client::connect(everywhere)?;
    let mut found: Page<Execution> = Page { items: Vec::new(), cursor: None };
    loop {
        let size = (args.limit - found.items.len()).clamp(1, 1_000);
        let mut query = vec![("limit", size.to_string())];
        query.extend(args.status.clone().map(|status| ("status", status)));
        query.extend(args.workflow.clone().map(|workflow| ("workflow", workflow)));
        query.extend(args.prefix.clone().map(|prefix| ("prefix", prefix)));
        query.extend(found.cursor.take().map(|cursor| ("cursor", cursor)));
        let page: Page<Execution> = client.get("/admin/v1/executions", &query).await?;
        found.items.extend(page.items);
        found.cursor = page.cursor;
        if found.cursor.is_none() || found.items.len() >= args.limit {
            break;
        }
    }
    if everywhere.json {
        output::json(&found);
        return Ok(());
    }
    let row = |run: &Execution| {
        let took = run.ended_ms.map(|ended| output::lasted(run.started_ms, ended)).unwrap_or_default();
        let error = run.error.clone().unwrap_or_default();
        vec![
            run.execution.clone(),
            run.workflow.clone(),
            run.status.clone(),
            output::moment(run.started_ms),
            took,
            error,
        ]
    };
    let head = ["execution", "workflow", "status", "started", "took", "error"];
    output::table(&head, &found.items.iter().map(row).collect::<Vec<_>>());
    Ok(())
}

pub(super) async fn show(everywhere: &Everywhere, args: &One) -> Result<(), Failure> {
    let detail: ExecutionDetail = Client::connect(everywhere)?.get(&path(&args.id, ""), &[]).await?;
    print(&detail, everywhere.json);
    Ok(())
}

pub(super) async fn start(everywhere: &Everywhere, args: &Start) -> Result<(), Failure> {
    let definition = args.definition.as_deref().map(|file| input::file("--definition", file)).transpose()?;
    let named = args.definition.as_deref().and_then(|file| file.file_name()).map(|name| {
        let name = name.to_string_lossy();
        name.strip_suffix(".asl.json").or_else(|| name.strip_suffix(".json")).unwrap_or(&name).to_owned()
    });
    let request = StartRequest {
        workflow: args.workflow.clone().or(named),
        definition,
        input: input::json("--input", &args.input)?,
        execution: args.id.clone(),
    };
    let client = Client::connect(everywhere)?;
    let started: Started = client.post("/admin/v1/executions", &request).await?;
    follow(&client, &started, args.wait, everywhere.json).await
}

pub(super) async fn fork(everywhere: &Everywhere, args: &Fork) -> Result<(), Failure> {
    let request = ForkRequest {
        from_step: args.from,
        input: args.input.as_deref().map(|given| input::json("--input", given)).transpose()?,
        definition: args.definition.as_deref().map(|file| input::file("--definition", file)).transpose()?,
        execution: None,
    };
    let client = Client::connect(everywhere)?;
    let started: Started = client.post(&path(&args.id, "/fork"), &request).await?;
    follow(&client, &started, args.wait, everywhere.json).await
}

async fn follow(client: &Client, started: &Started, wait: bool, json: bool) -> Result<(), Failure> {
    if !wait {
        match json {
            true => output::json(started),
            false => say!("{}", started.execution),
        }
        return Ok(());
    }
    let path = path(&started.execution, "/wait");
    let detail: ExecutionDetail = waiting::on_execution(&started.execution, client.get(&path, &[])).await?;
    print(&detail, json);
    if detail.row.status == "SUCCEEDED" { Ok(()) } else { Err(Failure::BadResult) }
}

pub(super) async fn cancel(everywhere: &Everywhere, args: &Cancel) -> Result<(), Failure> {
    let request = CancelRequest { cause: args.cause.clone() };
    let recorded: Recorded = Client::connect(everywhere)?.post(&path(&args.id, "/cancel"), &request).await?;
    report(&recorded, everywhere.json, "cancelled", "it had ended before");
    Ok(())
}

pub(super) async fn forget(everywhere: &Everywhere, args: &Forget) -> Result<(), Failure> {
    let request = ForgetRequest { ended_seconds_ago: args.older_than.as_secs() };
    let forgotten: Forgotten = Client::connect(everywhere)?.post("/admin/v1/executions/forget", &request).await?;
    if everywhere.json {
        output::json(&forgotten);
        return Ok(());
    }
    let Forgotten { executions, payloads, bytes } = forgotten;
    say!("{executions} executions forgotten, {payloads} payloads ({bytes} bytes) deleted");
    Ok(())
}

pub(super) async fn complete(everywhere: &Everywhere, args: &CompleteArgs) -> Result<(), Failure> {
    let outcome = match &args.error {
        Some(error) => Complete::Failed { error: error.clone(), cause: args.cause.clone() },
        None => {
            let output = args.output.as_deref().map(|given| input::json("--output", given)).transpose()?;
            Complete::Succeeded { output: output.unwrap_or_default() }
        }
    };
    let path = format!("/admin/v1/tasks/{}", escape(&args.token));
    let recorded: Recorded = Client::connect(everywhere)?.post(&path, &outcome).await?;
    report(&recorded, everywhere.json, "completed", "it had been completed before");
    Ok(())
}

fn report(recorded: &Recorded, json: bool, done: &str, late: &str) {
    match (json, recorded.recorded) {
        (true, _) => output::json(recorded),
        (false, true) => say!("{done}"),
        (false, false) => say!("{late}"),
    }
}

pub(super) fn path(id: &str, what: &str) -> String {
    format!("/admin/v1/executions/{}{what}", escape(id))
}

fn print(detail: &ExecutionDetail, json: bool) {
    if json {
        return output::json(detail);
    }
    let row = &detail.row;
    let took = row.ended_ms.map(|ended| format!(", took {}", output::lasted(row.started_ms, ended)));
    say!("{}  {}  {}", row.execution, row.workflow, row.status);
    say!("started {}{}", output::moment(row.started_ms), took.unwrap_or_default());
    if let Some(origin) = &detail.origin {
        let input = origin.input.as_ref().filter(|_| origin.step > 1);
        let input = input.map(|input| format!(", with input {input}")).unwrap_or_default();
        say!("forked from {} at step {}{input}", origin.execution, origin.step);
    }
    say!("\n{} steps in {} commits", detail.steps, detail.version);
    let state = |state: &StateView| {
        let counts = [state.entered, state.exited, state.failed, state.retried].map(|count| count.to_string());
        let name = match &state.within {
            Some(_) => format!("  {}", state.name),
            None => state.name.clone(),
        };
        let mark = if state.active { "●" } else { "" };
        [mark.to_owned(), name, state.kind.clone()].into_iter().chain(counts).collect()
    };
    let head = ["", "state", "type", "entered", "left", "failed", "retried"];
    output::table(&head, &detail.states.iter().map(state).collect::<Vec<_>>());
    let waiting: Vec<_> = detail.frames.iter().filter(|frame| frame.waits_for != "ended").collect();
    if !waiting.is_empty() {
        say!();
    }
    for frame in waiting {
        say!("{}", waits(frame));
    }
    for task in &detail.tasks {
        let token = task.token.as_ref().map(|token| format!("; complete it with token {token}")).unwrap_or_default();
        say!("task {} calls {}, attempt {}{token}", task.task, task.resource, task.attempt);
    }
    say!("\ninput   {}", detail.input);
    if let Some(output) = &detail.output {
        say!("output  {output}");
    }
    if let Some(failure) = &detail.failure {
        say!("error   {}: {}", failure.error, failure.cause);
    }
}

fn waits(frame: &FrameView) -> String {
    let state = frame.state.as_deref().unwrap_or("the start");
    let until = frame.due_ms.map(|due| format!(" until {}", output::moment(due))).unwrap_or_default();
    let progress = frame.progress.map(|[total, ok, failed]| format!(" ({ok} of {total} done, {failed} failed)"));
    format!("frame {} in {state} waits for {}{until}{}", frame.frame, frame.waits_for, progress.unwrap_or_default())
}
