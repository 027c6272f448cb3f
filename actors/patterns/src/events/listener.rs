//! Events from a queue, where EventBridge or S3 puts them.

use std::time::Duration;

use cueline_ports::{Delivery, PortResult};
use cueline_protocol::ids::QueueName;

use super::{Intake, Outcome, Refusal};

/// The queue, unless another is named.
pub const QUEUE: &str = "events";

/// How long a message is ours.
const LEASE: Duration = Duration::from_secs(60);
/// How long one receive waits.
const WAIT: Duration = Duration::from_secs(20);
/// SQS gives at most ten.
const BATCH: usize = 10;
/// Pause after a failed receive.
const PAUSE: Duration = Duration::from_secs(2);
/// The longest pause before a message that failed is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Serves the queue.
pub struct Listener {
    intake: Intake,
    queue: QueueName,
}

impl Listener {
    /// On [`QUEUE`].
    pub fn new(intake: Intake) -> PortResult<Self> {
        let queue = QueueName::new(QUEUE).map_err(|error| cueline_ports::PortError::invalid(error.to_string()))?;
        Ok(Self::on(intake, queue))
    }

    /// On another queue.
    pub fn on(intake: Intake, queue: QueueName) -> Self {
        Self { intake, queue }
    }

    /// Serves until dropped. What was being taken in then comes again, and is the same execution.
    pub async fn run(self) {
        let world = self.intake.engine().world().clone();
        loop {
            match world.queue.receive(&self.queue, BATCH, LEASE, WAIT).await {
                Ok(deliveries) => {
                    futures::future::join_all(deliveries.iter().map(|delivery| self.serve(delivery))).await;
                }
                Err(error) => {
                    tracing::warn!(queue = %self.queue, error = %error, "failed to receive events");
                    world.clock.sleep(PAUSE).await;
                }
            }
        }
    }

    async fn serve(&self, delivery: &Delivery) {
        let queue = &self.intake.engine().world().queue;
        let done = match self.intake.take(&delivery.body, delivery.trace.as_deref()).await {
            Outcome::Done => queue.acknowledge(&self.queue, vec![delivery.receipt.clone()]).await,
            Outcome::Refused(refusal) => self.bury(delivery, &refusal).await,
            // Whoever sends it here means something by it.
            Outcome::Unmatched => {
                let message =
                    "no rule matches it and it is no event that Cueline knows; add a rule, see `cueline events list`";
                self.bury(delivery, &Refusal::new("event_unknown", message)).await
            }
            Outcome::Later(reason) => {
                let pause = Duration::from_secs(1 << delivery.receive_count.min(10)).min(LONGEST_PAUSE);
                tracing::warn!(queue = %self.queue, reason, "an event is tried again in {} s", pause.as_secs());
                queue.release(&self.queue, &delivery.receipt, pause).await
            }
        };
        if let Err(error) = done {
            tracing::warn!(queue = %self.queue, error = %error, "an event will come again");
        }
    }

    async fn bury(&self, delivery: &Delivery, refusal: &Refusal) -> PortResult<()> {
        tracing::error!(
            queue = %self.queue,
            code = refusal.code,
            reason = refusal.message,
            "event moved to the dead letters"
        );
        self.intake.engine().world().queue.dead_letter(&self.queue, &delivery.receipt, &refusal.to_string()).await
    }
}
