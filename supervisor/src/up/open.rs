//! What a stop waits for, in words.

use std::{collections::BTreeMap, time::Duration};

use cueline_ports::{ExecutionStatus, ListExecutions};
use cueline_runtime::Engine;

/// Executions that are looked at; more would keep the stop waiting for its own words.
const LOOKED_AT: usize = 20;
const PATIENCE: Duration = Duration::from_millis(500);

/// Logs which tasks are open when bodies still run.
pub(super) async fn tell(engine: &Engine, grace: Duration) {
    let running = engine.running();
    if running == 0 {
        return;
    }
    let tasks = tokio::time::timeout(PATIENCE, open_tasks(engine)).await.unwrap_or_default();
    let tasks: Vec<String> = tasks.iter().map(|(resource, count)| format!("{count} x {resource}")).collect();
    tracing::info!(
        running,
        open = tasks.join(", "),
        "waiting up to {} s for running tasks; what is cut off runs again after the next start",
        grace.as_secs()
    );
}

async fn open_tasks(engine: &Engine) -> BTreeMap<String, usize> {
    let query =
        ListExecutions { status: Some(ExecutionStatus::Running), limit: LOOKED_AT, ..ListExecutions::default() };
    let mut found = BTreeMap::new();
    for row in engine.list(query).await.map(|page| page.items).unwrap_or_default() {
        let Ok(peeked) = engine.peek(&row.execution).await else { continue };
        for task in &peeked.state.outstanding().tasks {
            *found.entry(task.resource.to_string()).or_default() += 1;
        }
    }
    found
}
