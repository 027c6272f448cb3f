//! The handle that everybody else uses, and the shared parts behind it.

mod children;
mod core;
mod effects;
mod options;
mod record;
mod start;

use std::sync::Arc;

use cueline_ports::{Delivery, ExecutionSummary, ListExecutions, Page};
use cueline_protocol::ids::{ExecutionId, QueueName};
use cueline_states::Event;
use tokio::sync::oneshot;

pub use self::{
    core::{Core, Counters, KindCounts},
    options::{EndedExecution, EngineOptions, NoSpans, Peers, Spans},
    record::Called,
    start::{StartExecution, Started},
};
pub use crate::conductor::{Delivered, Finished};
pub(crate) use effects::perform;

use crate::{
    Definitions, EngineError, World,
    conductor::{Message, Peeked, ShardCounts},
    supervision::{ActorTree, Root},
    worker::{self, Kinds},
};

/// A running engine. Cloning gives another handle to the same one.
#[derive(Clone)]
pub struct Engine {
    core: Arc<Core>,
    root: Root,
}

impl Engine {
    /// Starts the supervision tree and begins to recover what was open. Ready at once: new work is taken meanwhile.
    pub async fn launch(world: World, kinds: Kinds, options: EngineOptions) -> Result<Self, EngineError> {
        let definitions = Definitions::new(world.objects.clone(), options.definitions_bucket.clone());
        let core = Core::new(world, definitions, kinds, options);
        let root = Root::spawn(&core).await?;
        Ok(Self { core, root })
    }

    /// Its telemetry.
    pub fn spans(&self) -> &dyn Spans {
        self.core.options.spans.as_ref()
    }

    /// The ports.
    pub fn world(&self) -> &World {
        &self.core.world
    }

    /// The workflows.
    pub fn definitions(&self) -> &Definitions {
        &self.core.definitions
    }

    /// What people see of the actors.
    pub fn tree(&self) -> &ActorTree {
        &self.core.tree
    }

    /// Counts since the start of the process.
    pub fn counters(&self) -> &Counters {
        &self.core.counters
    }

    /// Everything that was open when the process started has been taken up again.
    pub fn is_recovered(&self) -> bool {
        self.core.recovered.load(std::sync::atomic::Ordering::Acquire)
    }

    /// Whether other processes work on the same journal.
    pub fn has_peers(&self) -> bool {
        self.core.options.peers.is_some()
    }

    /// Whether the journal takes what is decided here; an error says why not and what to do about it.
    pub async fn health(&self) -> Result<(), EngineError> {
        Ok(self.core.world.journal.health().await?)
    }

    /// Starts an execution; returns once it is durable. The same id with the same input is the same execution.
    pub async fn start(&self, start: StartExecution) -> Result<Started, EngineError> {
        start::check(&start)?;
        start::start(&self.core, start).await
    }

    /// Records an execution that is over already: a workflow of one task whose result is known. `Conflict` when its id is
    /// taken.
    pub async fn record(&self, called: Called) -> Result<ExecutionId, EngineError> {
        record::record(&self.core, called).await
    }

    /// Returns when the execution has ended, at once if it has already.
    pub async fn wait(&self, execution: &ExecutionId) -> Result<Finished, EngineError> {
        self.core.wait(execution).await
    }

    /// Records an event; returns once it is durable or turned out to change nothing.
    pub async fn deliver(&self, execution: ExecutionId, event: Event) -> Result<Delivered, EngineError> {
        self.core.deliver(execution, event).await
    }

    /// Ends an execution from outside.
    pub async fn cancel(&self, execution: ExecutionId, cause: &str) -> Result<Delivered, EngineError> {
        let event = Event::Cancel { error: "Cueline.Cancelled".into(), cause: cause.to_owned() };
        self.core.deliver(execution, event).await
    }

    /// The state as of the last durable commit.
    pub async fn peek(&self, execution: &ExecutionId) -> Result<Peeked, EngineError> {
        self.core.peek(execution).await
    }

    /// The row of an execution.
    pub async fn summary(&self, execution: &ExecutionId) -> Result<ExecutionSummary, EngineError> {
        let summary = self.core.world.journal.summary(execution).await?;
        summary.ok_or_else(|| EngineError::NotFound { execution: execution.to_string() })
    }

    /// Executions, newest first.
    pub async fn list(&self, query: ListExecutions) -> Result<Page<ExecutionSummary>, EngineError> {
        Ok(self.core.world.journal.list(query).await?)
    }

    /// How much the conductor holds in memory.
    pub async fn counts(&self) -> ShardCounts {
        let mut sum = ShardCounts::default();
        for shard in self.core.shards() {
            let (reply, answer) = oneshot::channel();
            if shard.cast(Message::Count(reply)).is_ok()
                && let Ok(counts) = answer.await
            {
                sum.live += counts.live;
                sum.waiting += counts.waiting;
            }
        }
        sum
    }

    /// How many timers are set.
    pub fn timers(&self) -> usize {
        self.core.timers.len()
    }

    /// How many task bodies run right now.
    pub fn running(&self) -> usize {
        self.core.running.len()
    }

    /// How many task bodies of wanted actor kinds run right now.
    pub fn running_of(&self, is_wanted: impl Fn(&str) -> bool) -> usize {
        self.core.running.count(is_wanted)
    }

    /// Runs the body of a message that somebody else received for us. Its result may be on its way into the journal then.
    pub async fn feed(&self, queue: &QueueName, delivery: Delivery) -> Result<(), EngineError> {
        worker::feed(&self.core, queue, delivery).await
    }

    /// Returns when every result is recorded and what followed from it has left; `false` when that is not so by then.
    pub async fn quiet(&self, until_ms: i64) -> bool {
        worker::quiet(&self.core, until_ms).await
    }

    /// For drills: a shard of the conductor dies as of a defect and is started again.
    pub fn fail_shard(&self, at: usize) {
        if let Some(shard) = self.core.shards().get(at) {
            let _ = shard.cast(Message::Fail);
        }
    }

    /// Looks for lost cues now instead of at the next sweep.
    pub async fn sweep(&self) {
        crate::recovery::look_for_lost(&self.core).await;
    }

    /// Stops taking messages, lets running bodies finish for `grace`, then stops every actor. What did not finish is
    /// taken up by the next start.
    pub async fn shut_down(&self, grace: std::time::Duration) {
        self.root.shut_down(&self.core, grace).await;
    }

    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.core
    }
}
