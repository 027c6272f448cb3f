//! The actor that takes messages for its workers, never more than they can hold.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use cueline_protocol::ids::QueueName;
use ractor::{
    Actor, ActorProcessingErr, ActorRef,
    factory::{
        Factory, FactoryArguments, FactoryMessage, Job as FactoryJob, JobOptions, Worker, WorkerId,
        queues::DefaultQueue, routing::QueuerRouting, worker_builder,
    },
};
use tokio::sync::Semaphore;

use super::{
    Kind,
    run::{Job, run},
};
use crate::engine::Core;

/// How long one receive waits for a message.
const WAIT: Duration = Duration::from_secs(1);
/// SQS gives at most ten; an embedded queue gives what it has.
const BATCH: usize = 64;

type Message = FactoryMessage<(), Job>;

/// The inbox of one actor kind.
pub struct Inbox;

/// What an inbox is built with.
pub struct InboxArguments {
    pub(crate) core: Weak<Core>,
    pub(crate) kind: Arc<Kind>,
}

/// Take the next messages.
pub struct Poll;

/// The state of an inbox.
pub struct InboxState {
    core: Arc<Core>,
    queue: QueueName,
    permits: Arc<Semaphore>,
    workers: ActorRef<Message>,
}

impl Actor for Inbox {
    type Msg = Poll;
    type State = InboxState;
    type Arguments = InboxArguments;

    async fn pre_start(
        &self,
        myself: ActorRef<Poll>,
        arguments: InboxArguments,
    ) -> Result<InboxState, ActorProcessingErr> {
        let core = arguments.core.upgrade().ok_or("the engine is gone")?;
        let kind = arguments.kind;
        let queue = QueueName::new(kind.name)?;
        let factory = Factory::<(), Job, Arguments, Body, QueuerRouting<(), Job>, DefaultQueue<(), Job>>::default();
        let given = Arguments { core: core.clone(), kind: kind.clone(), queue: queue.clone() };
        let arguments = FactoryArguments::builder()
            .worker_builder(Box::new(worker_builder(move |_| (Body, given.clone()))))
            .queue(DefaultQueue::default())
            .router(QueuerRouting::default())
            .num_initial_workers(kind.workers)
            .build();
        let (workers, _) = Actor::spawn_linked(None, factory, arguments, myself.get_cell()).await?;
        myself.cast(Poll)?;
        Ok(InboxState { core, queue, permits: Arc::new(Semaphore::new(kind.workers)), workers })
    }

    async fn handle(
        &self,
        myself: ActorRef<Poll>,
        _message: Poll,
        state: &mut InboxState,
    ) -> Result<(), ActorProcessingErr> {
        let first = state.permits.clone().acquire_owned().await?;
        let room = 1 + state.permits.available_permits().min(BATCH - 1);
        let lease = state.core.lease_of(state.queue.as_str());
        let mut permits = vec![first];
        match state.core.world.queue.receive(&state.queue, room, lease, WAIT).await {
            Ok(deliveries) => {
                for delivery in deliveries {
                    let permit = match permits.pop() {
                        Some(permit) => permit,
                        None => state.permits.clone().acquire_owned().await?,
                    };
                    let job = FactoryJob {
                        key: (),
                        msg: Job { delivery, permit },
                        options: JobOptions::default(),
                        accepted: None,
                    };
                    state.workers.cast(FactoryMessage::Dispatch(job)).map_err(|_| "the workers are gone")?;
                }
            }
            Err(error) => {
                tracing::warn!(queue = %state.queue, error = %error, "failed to receive");
                state.core.world.clock.sleep(WAIT).await;
            }
        }
        myself.cast(Poll)?;
        Ok(())
    }
}

/// A worker of the factory: runs one body at a time.
struct Body;

#[derive(Clone)]
struct Arguments {
    core: Arc<Core>,
    kind: Arc<Kind>,
    queue: QueueName,
}

impl Worker for Body {
    type Key = ();
    type Message = Job;
    type Arguments = Arguments;
    type State = Arguments;

    async fn pre_start(
        &self,
        _wid: WorkerId,
        _factory: &ActorRef<Message>,
        arguments: Arguments,
    ) -> Result<Arguments, ActorProcessingErr> {
        Ok(arguments)
    }

    async fn handle(
        &self,
        _wid: WorkerId,
        _factory: &ActorRef<Message>,
        job: FactoryJob<(), Job>,
        state: &mut Arguments,
    ) -> Result<(), ActorProcessingErr> {
        run(state.core.clone(), state.kind.clone(), state.queue.clone(), job.msg).await;
        Ok(())
    }
}
