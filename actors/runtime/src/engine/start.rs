//! How an execution begins.

use std::sync::Arc;

use cueline_protocol::{
    ids::{ExecutionId, Tenant},
    v1::TraceContext,
};
use cueline_states::{Definition, Event, Json, Parent, Start};
use tokio::sync::oneshot;

use super::core::Core;
use crate::{
    EngineError,
    conductor::{Deliver, Delivered, Done, Message},
    peers,
};

/// What to start.
#[derive(Clone)]
pub struct StartExecution {
    /// Its id; `None` makes one.
    pub execution: Option<ExecutionId>,
    /// The workflow's name.
    pub workflow: String,
    /// What to run; `None` is the workflow's newest definition.
    pub definition: Option<Arc<Definition>>,
    /// Its input.
    pub input: Json,
    /// On whose behalf.
    pub tenant: Tenant,
    /// Who waits for it.
    pub parent: Option<Parent>,
    /// The trace it belongs to; `None` takes the current one.
    pub trace: Option<TraceContext>,
}

impl StartExecution {
    /// A run of a named workflow.
    pub fn of(workflow: impl Into<String>, input: serde_json::Value) -> Self {
        Self {
            execution: None,
            workflow: workflow.into(),
            definition: None,
            input: Json::new(input),
            tenant: Tenant::single(),
            parent: None,
            trace: None,
        }
    }

    /// Under an id of the caller's.
    #[must_use]
    pub fn with_id(mut self, execution: ExecutionId) -> Self {
        self.execution = Some(execution);
        self
    }

    /// A definition other than the workflow's newest.
    #[must_use]
    pub fn running(mut self, definition: Arc<Definition>) -> Self {
        self.definition = Some(definition);
        self
    }
}

/// An execution that was started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// Its id.
    pub execution: ExecutionId,
    /// False when it had been started before.
    pub created: bool,
}

/// Whether whoever chose the id may have it.
pub(crate) fn check(start: &StartExecution) -> Result<(), EngineError> {
    match &start.execution {
        Some(id) if start.parent.is_none() && id.as_str().contains(ExecutionId::KEPT) => {
            Err(EngineError::Invalid(format!("execution id {id}: {} is kept for ids of children", ExecutionId::KEPT)))
        }
        _ => Ok(()),
    }
}

pub(crate) async fn start(core: &Arc<Core>, start: StartExecution) -> Result<Started, EngineError> {
    let chosen = start.definition.is_some();
    let definition = match start.definition {
        Some(definition) => definition,
        None => peers::newest(core, &start.workflow).await?,
    };
    let hash = definition.hash().to_owned();
    let now_ms = core.world.clock.now_ms();
    let execution = match start.execution {
        Some(execution) => execution,
        None => ExecutionId::new(core.world.entropy.ulid(now_ms))?,
    };
    let event = Event::Start(Box::new(Start {
        execution: execution.to_string(),
        name: execution.to_string(),
        workflow: start.workflow,
        definition_hash: hash.clone(),
        tenant: start.tenant.to_string(),
        input: start.input,
        start_ms: now_ms,
        parent: start.parent,
    }));
    let trace = start.trace.or_else(|| core.options.spans.current());
    let (done, recorded) = oneshot::channel();
    let done = Done::Channel(done);
    let mut deliver = Deliver::new(execution.clone(), event, Some(done));
    (deliver.definition, deliver.trace) = (Some(definition), trace);
    core.shard(&execution).cast(Message::Deliver(deliver))?;
    let created = recorded.await.unwrap_or(Err(EngineError::Unavailable))? == Delivered::Recorded;
    if chosen && !created {
        // A workflow may have a newer definition when its start is repeated; one that was given must be the same.
        let known = core.world.journal.summary(&execution).await?;
        if known.is_some_and(|known| known.definition != hash) {
            let what = "another definition".to_owned();
            return Err(EngineError::StartedDifferently { execution: execution.to_string(), what });
        }
    }
    Ok(Started { execution, created })
}
