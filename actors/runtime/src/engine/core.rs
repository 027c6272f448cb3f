//! What the actors of one engine share.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        Arc, Mutex, RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use cueline_ports::{Append, PortError, PortResult};
use cueline_protocol::ids::ExecutionId;
use cueline_states::{Event, ParentLink};
use ractor::ActorRef;
use tokio::sync::oneshot;

use super::EngineOptions;
use crate::{
    Definitions, EngineError, World, codec,
    conductor::{Deliver, Delivered, Done, Finished, Message, Peeked, Question, Sender},
    peers,
    soon::soon,
    supervision::ActorTree,
    timers::Timers,
    worker::{Kinds, Running},
};

/// The parts that outlive any actor of the engine.
pub struct Core {
    pub(crate) world: World,
    pub(crate) definitions: Definitions,
    pub(crate) options: EngineOptions,
    pub(crate) name: String,
    /// Unlike the name, no other process has it.
    pub(crate) process: String,
    pub(crate) kinds: Kinds,
    pub(crate) timers: Timers,
    pub(crate) running: Running,
    pub(crate) performing: Performing,
    pub(crate) counters: Counters,
    pub(crate) tree: ActorTree,
    pub(crate) recovered: AtomicBool,
    /// No body is begun any more.
    draining: AtomicBool,
    /// Every actor has been told to stop.
    stopped: AtomicBool,
    shards: RwLock<Vec<Option<ActorRef<Message>>>>,
}

impl Core {
    pub(crate) fn new(world: World, definitions: Definitions, kinds: Kinds, options: EngineOptions) -> Arc<Self> {
        let counters = Counters::new(kinds.0.keys().copied());
        let shards = RwLock::new(vec![None; options.shards.max(1)]);
        let process = world.entropy.ulid(world.clock.now_ms());
        Arc::new(Self {
            world,
            definitions,
            name: options.name.clone(),
            process,
            options,
            kinds,
            timers: Timers::default(),
            running: Running::default(),
            performing: Performing::default(),
            counters,
            tree: ActorTree::default(),
            recovered: AtomicBool::new(false),
            draining: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
            shards,
        })
    }

    /// The shard that an execution belongs to.
    pub(crate) fn shard(&self, execution: &ExecutionId) -> ShardRef {
        let shards = self.shards.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        ShardRef(shards.get(place(execution, shards.len())).cloned().flatten())
    }

    /// Which shard that is.
    pub(crate) fn place(&self, execution: &ExecutionId) -> usize {
        place(execution, self.options.shards.max(1))
    }

    /// From here on no body begins; those that run go on.
    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Release);
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Acquire)
    }

    /// From here on nobody answers.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    pub(crate) fn shards(&self) -> Vec<ActorRef<Message>> {
        let shards = self.shards.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        shards.iter().flatten().cloned().collect()
    }

    pub(crate) fn place_shard(&self, at: usize, shard: Option<ActorRef<Message>>) {
        let mut shards = self.shards.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(place) = shards.get_mut(at) {
            *place = shard;
        }
    }

    /// Kinds that this process serves.
    pub(crate) fn kinds(&self) -> Vec<String> {
        self.kinds.0.keys().map(|kind| (*kind).to_owned()).collect()
    }

    pub(crate) fn lease_of(&self, kind: &str) -> Duration {
        self.kinds.0.get(kind).map_or(Duration::from_secs(30), |kind| kind.lease)
    }

    /// Hands an event over without waiting. False when the shard is just being restarted: the event is lost then, as it
    /// may be later. For what is repeated anyway.
    pub(crate) fn tell(&self, execution: ExecutionId, event: Event) -> bool {
        let deliver = Deliver::new(execution, event, None);
        self.shard(&deliver.execution).cast(Message::Deliver(deliver)).is_ok()
    }

    /// Hands an event over, again and again until it is recorded or there is nobody to record it for. Does not wait.
    pub(crate) fn insist(self: &Arc<Self>, execution: ExecutionId, event: Event) {
        let core = self.clone();
        let counted = self.performing.begin();
        soon(async move {
            let _counted = counted;
            let mut pause = Duration::from_millis(100);
            while let Err(error) = core.deliver(execution.clone(), event.clone()).await {
                if !error.is_transient() || core.is_stopped() {
                    tracing::debug!(execution = %execution, error = %error, "an event is for nobody");
                    return;
                }
                core.world.clock.sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(5));
            }
        });
    }

    /// Hands an event over; `done` hears when it is durable. If the shard dies meanwhile it hears nothing.
    pub(crate) fn send(&self, execution: ExecutionId, event: Event, done: Done) {
        let shard = self.shard(&execution);
        if shard.is_gone() {
            return done.tell(Err(EngineError::Unavailable));
        }
        let _ = shard.cast(Message::Deliver(Deliver::new(execution, event, Some(done))));
    }

    /// Records an event; returns once it is durable or changed nothing.
    pub(crate) async fn deliver(&self, execution: ExecutionId, event: Event) -> Result<Delivered, EngineError> {
        let (done, recorded) = oneshot::channel();
        self.send(execution, event, Done::Channel(done));
        recorded.await.unwrap_or(Err(EngineError::Unavailable))
    }

    /// Returns when the execution has ended.
    pub(crate) async fn wait(&self, execution: &ExecutionId) -> Result<Finished, EngineError> {
        match &self.options.peers {
            None => self.wait_here(execution).await,
            Some(_) => peers::wait(self, execution).await,
        }
    }

    /// Returns when the execution has ended as far as this process knows.
    pub(crate) async fn wait_here(&self, execution: &ExecutionId) -> Result<Finished, EngineError> {
        let (reply, answer) = oneshot::channel();
        self.shard(execution).cast(Message::Wait(execution.clone(), reply)).map_err(|_| EngineError::Unavailable)?;
        answer.await.unwrap_or(Err(EngineError::Unavailable))
    }

    /// Whether an execution still waits for a task or a child. When in doubt it does.
    pub(crate) async fn awaits(&self, execution: &ExecutionId, link: ParentLink) -> bool {
        let answer = self.ask(execution, |reply| Question::Awaits(link, reply)).await;
        !matches!(answer, Ok(false) | Err(EngineError::NotFound { .. }))
    }

    /// The state as of the last durable commit.
    pub(crate) async fn peek(&self, execution: &ExecutionId) -> Result<Peeked, EngineError> {
        self.ask(execution, Question::Peek).await
    }

    /// The version of the last durable commit. The execution is in memory afterwards if anybody works on it.
    pub(crate) async fn version(&self, execution: &ExecutionId) -> Result<u64, EngineError> {
        self.ask(execution, Question::Version).await
    }

    async fn ask<T>(
        &self,
        execution: &ExecutionId,
        question: impl FnOnce(Sender<T>) -> Question,
    ) -> Result<T, EngineError> {
        let (reply, answer) = oneshot::channel();
        self.shard(execution).cast(Message::Ask(execution.clone(), question(reply)))?;
        answer.await.unwrap_or(Err(EngineError::Unavailable))
    }

    /// Has everything outstanding of an execution leave again; returns once it has left.
    pub(crate) async fn revive(&self, execution: &ExecutionId) -> Result<(), EngineError> {
        let (reply, answer) = oneshot::channel();
        self.shard(execution).cast(Message::Revive(execution.clone(), reply))?;
        answer.await.unwrap_or(Err(EngineError::Unavailable))
    }

    /// Stores what is too large, then appends.
    pub(crate) async fn append(&self, append: Append, overflow: Vec<codec::Overflow>) -> PortResult<()> {
        self.store(overflow).await?;
        self.world.journal.append(append).await
    }

    /// The same without waiting; `done` hears what came of it, on any thread.
    pub(crate) fn submit(
        self: &Arc<Self>,
        append: Append,
        overflow: Vec<codec::Overflow>,
        done: impl FnOnce(PortResult<()>) + Send + 'static,
    ) {
        if overflow.is_empty() {
            return self.world.journal.clone().submit(append, Box::new(done));
        }
        let core = self.clone();
        tokio::spawn(async move { done(core.append(append, overflow).await) });
    }

    async fn store(&self, overflow: Vec<codec::Overflow>) -> PortResult<()> {
        for object in overflow {
            codec::put(self.world.objects.as_ref(), object.hash, object.body).await.map_err(|error| {
                PortError::new(error.kind, format!("failed to store a payload: {error}")).with_source(error)
            })?;
        }
        Ok(())
    }
}

fn place(execution: &ExecutionId, shards: usize) -> usize {
    let mut hasher = DefaultHasher::new();
    execution.as_str().hash(&mut hasher);
    (hasher.finish() % shards as u64) as usize
}

/// What follows from commits and has not left yet.
#[derive(Clone, Default)]
pub(crate) struct Performing(Arc<()>);

impl Performing {
    /// Counts as long as it is held.
    pub(crate) fn begin(&self) -> Self {
        self.clone()
    }

    pub(crate) fn is_none(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }
}

/// A shard, or the gap it leaves while it is restarted.
pub(crate) struct ShardRef(Option<ActorRef<Message>>);

impl ShardRef {
    pub(crate) fn is_gone(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn cast(&self, message: Message) -> Result<(), EngineError> {
        let shard = self.0.as_ref().ok_or(EngineError::Unavailable)?;
        shard.cast(message).map_err(|_| EngineError::Unavailable)
    }
}

/// Counts since the start of the process.
#[derive(Debug, Default)]
pub struct Counters {
    kinds: BTreeMap<&'static str, KindCounters>,
}

#[derive(Debug, Default)]
struct KindCounters {
    started: AtomicU64,
    failed: AtomicU64,
    again: AtomicU64,
    last_error: Mutex<Option<String>>,
}

/// Counts of one actor kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KindCounts {
    /// Bodies that were begun.
    pub started: u64,
    /// Of these, how many ended with an error.
    pub failed: u64,
    /// Of these, how many may have run before, in this process or one that died.
    pub ran_again: u64,
}

impl Counters {
    fn new(kinds: impl Iterator<Item = &'static str>) -> Self {
        Self { kinds: kinds.map(|kind| (kind, KindCounters::default())).collect() }
    }

    pub(crate) fn started(&self, kind: &str) {
        self.count(kind, |counters| &counters.started);
    }

    pub(crate) fn failed(&self, kind: &str, error: &str) {
        self.count(kind, |counters| &counters.failed);
        if let Some(counters) = self.kinds.get(kind) {
            *counters.last_error.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(error.to_owned());
        }
    }

    /// Name of the error that a body of the kind ended with last.
    pub fn last_error(&self, kind: &str) -> Option<String> {
        let counters = self.kinds.get(kind)?;
        counters.last_error.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    pub(crate) fn ran_again(&self, kind: &str) {
        self.count(kind, |counters| &counters.again);
    }

    fn count(&self, kind: &str, which: fn(&KindCounters) -> &AtomicU64) {
        if let Some(counters) = self.kinds.get(kind) {
            which(counters).fetch_add(1, Ordering::Relaxed);
        }
    }

    /// By kind.
    pub fn read(&self) -> BTreeMap<&'static str, KindCounts> {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        self.kinds
            .iter()
            .map(|(kind, counters)| {
                let counts = KindCounts {
                    started: read(&counters.started),
                    failed: read(&counters.failed),
                    ran_again: read(&counters.again),
                };
                (*kind, counts)
            })
            .collect()
    }
}
