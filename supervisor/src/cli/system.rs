//! `cueline actors` and `cueline status`.

use super::{args::Everywhere, client::Client, failure::Failure, output};
use crate::api::{Actor, Page, System};

pub(super) async fn actors(everywhere: &Everywhere) -> Result<(), Failure> {
    let page: Page<Actor> = Client::connect(everywhere)?.get("/admin/v1/actors", &[]).await?;
    if everywhere.json {
        output::json(&page);
        return Ok(());
    }
    let number = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
    let row = |actor: &Actor| {
        vec![
            actor.name.clone(),
            actor.state.clone(),
            actor.restarts.to_string(),
            number(actor.workers.map(|workers| workers as u64)),
            number(actor.mailbox.map(|waiting| waiting as u64)),
            number(actor.started),
            number(actor.failed),
            number(actor.ran_again),
            actor.last_failure.clone().unwrap_or_default(),
        ]
    };
    let head = ["actor", "state", "restarts", "workers", "mailbox", "tasks", "failed", "ran again", "last failure"];
    output::table(&head, &page.items.iter().map(row).collect::<Vec<_>>());
    Ok(())
}

pub(super) async fn status(everywhere: &Everywhere) -> Result<(), Failure> {
    let system: System = Client::connect(everywhere)?.get("/admin/v1/system", &[]).await?;
    if everywhere.json {
        output::json(&system);
        return Ok(());
    }
    say!("cueline {} runs as process {} since {}", system.version, system.pid, output::moment(system.started_ms));
    say!("data      {}", system.data);
    say!("inbox     {}", system.inbox);
    say!("gateway   {}", system.gateway.as_deref().unwrap_or("off"));
    say!("doors     {}", system.doors.as_deref().unwrap_or("off"));
    say!("vectors   {}", or_none(&system.embedding_models));
    say!("models    {}", or_none(&system.chat_models));
    say!(
        "work      {} executions in memory, {} tasks running now, {} timers set",
        system.live_executions,
        system.running_tasks,
        system.timers
    );
    for note in &system.notes {
        say!("note      {note}");
    }
    Ok(())
}

fn or_none(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
