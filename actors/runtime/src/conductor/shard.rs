//! The actor: slots, and what happens to them around the pure turn.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use cueline_ports::{PortErrorKind, PortResult};
use cueline_protocol::ids::ExecutionId;
use cueline_states::{Definition, Env, Event, OpenChild, OpenTask, Parent, Status};
use ractor::{Actor, ActorProcessingErr, ActorRef};

use super::{
    load::load,
    slot::{Deliver, Delivered, Finished, Live, Message, Peeked, Phase, Sender, ShardCounts, Slot},
    step::{Turn, parked, status_of, turn},
};
use crate::{
    EngineError, World,
    engine::{Core, perform},
    soon::soon,
};

/// After this many failed loads of one execution in a row its events are answered with the error.
const LOAD_TRIES: u32 = 3;

/// One shard of the conductor.
pub struct Conductor;

/// What a shard is built with.
pub struct ConductorArguments {
    /// Shared parts of the engine; weak, because the engine holds its shards.
    pub(crate) core: Weak<Core>,
}

/// The state of a shard.
pub struct Shard {
    core: Arc<Core>,
    slots: HashMap<ExecutionId, Slot>,
}

impl Actor for Conductor {
    type Msg = Message;
    type State = Shard;
    type Arguments = ConductorArguments;

    async fn pre_start(
        &self,
        _myself: ActorRef<Message>,
        arguments: ConductorArguments,
    ) -> Result<Shard, ActorProcessingErr> {
        let core = arguments.core.upgrade().ok_or("the engine is gone")?;
        Ok(Shard { core, slots: HashMap::new() })
    }

    async fn handle(
        &self,
        myself: ActorRef<Message>,
        message: Message,
        shard: &mut Shard,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Message::Deliver(deliver) => shard.deliver(&myself, deliver),
            Message::Loaded { execution, result } => shard.loaded(&myself, &execution, result),
            Message::Appended { execution, result } => shard.appended(&myself, &execution, result),
            Message::Wait(execution, reply) => shard.wait(&myself, execution, reply),
            Message::Peek(execution, reply) => shard.peek(&myself, execution, reply),
            Message::Sweep { drained, older_than_ms } => shard.sweep(&myself, &drained, older_than_ms),
            Message::Count(reply) => {
                let waiting = shard.slots.values().map(|slot| slot.inbox.len() + slot.flying.len()).sum();
                // The asker may have gone; then nobody wants to know.
                let _ = reply.send(ShardCounts { live: shard.slots.len(), waiting });
            }
            Message::Died(letter) => tracing::error!(reason = %letter.reason, "message moved to the dead letters"),
        }
        Ok(())
    }
}

impl Shard {
    fn world(&self) -> &World {
        &self.core.world
    }

    fn deliver(&mut self, myself: &ActorRef<Message>, deliver: Deliver) {
        let execution = deliver.execution.clone();
        let slot = self.slots.entry(execution.clone()).or_insert_with(Slot::new);
        if let (Event::Start(_), Some(definition), None) = (&deliver.event, &deliver.definition, &slot.live)
            && slot.phase == Phase::Idle
        {
            // Most starts are new: append first, and only look when somebody was there before.
            slot.live = Some(Live {
                definition: definition.clone(),
                state: cueline_states::State::new(),
                version: 0,
                snapshot: 0,
                trace: deliver.trace.clone(),
            });
        }
        slot.inbox.push_back(deliver);
        if slot.phase == Phase::Idle {
            self.go_on(myself, &execution);
        }
    }

    /// Brings an idle slot forward: load, decide, or let it go.
    fn go_on(&mut self, myself: &ActorRef<Message>, execution: &ExecutionId) {
        let core = self.core.clone();
        let Some(slot) = self.slots.get_mut(execution) else { return };
        let wanted = !slot.inbox.is_empty() || !slot.waiters.is_empty() || !slot.peekers.is_empty();
        let Some(live) = slot.live.as_mut() else {
            if wanted {
                slot.phase = Phase::Loading;
                spawn_load(core, myself.clone(), execution.clone());
            } else {
                self.slots.remove(execution);
            }
            return;
        };
        if !slot.inbox.is_empty() {
            let world = &core.world;
            let env = || Env { now_ms: world.clock.now_ms(), seed: world.entropy.draw() };
            let Turn { append, flying, unchanged, rejected, cues, children, overflow } =
                turn(execution, live, slot.inbox.drain(..), env, &core.name);
            for deliver in unchanged {
                deliver.tell(Ok(Delivered::Unchanged));
            }
            slot.flying = flying;
            if let Some((deliver, error)) = rejected {
                tracing::debug!(execution = %execution, error = %error, "event rejected");
                deliver.tell(Err(error));
                slot.live = None;
            }
            if let Some(append) = append {
                slot.phase = Phase::Appending;
                slot.cued_ms = world.clock.now_ms();
                let mut effects = Effects { cues, children, ..Effects::default() };
                if let Some(live) = slot.live.as_ref() {
                    effects.of(live);
                }
                slot.effects = Some(effects);
                let (myself, execution) = (myself.clone(), execution.clone());
                core.submit(append, overflow, move |result| {
                    let _ = myself.cast(Message::Appended { execution, result });
                });
                return;
            }
            if slot.live.is_none() {
                return self.go_on(myself, execution);
            }
        }
        self.settle(execution);
    }

    /// Nothing is left to decide: answer who asked, set the timer, forget what needs no memory.
    fn settle(&mut self, execution: &ExecutionId) {
        let core = self.core.clone();
        let Some(slot) = self.slots.get_mut(execution) else { return };
        let Some(live) = slot.live.as_ref() else { return };
        for peeker in slot.peekers.drain(..) {
            let peeked =
                Peeked { definition: live.definition.clone(), state: live.state.clone(), version: live.version };
            answer(Some(peeker), Ok(peeked));
        }
        if live.state.status() != Status::Running {
            let finished = finished(live);
            for waiter in slot.waiters.drain(..) {
                answer(Some(waiter), Ok(finished.clone()));
            }
            core.timers.clear(execution, slot.timer);
            self.slots.remove(execution);
            return;
        }
        let due = live.state.next_due_ms();
        if due != slot.timer {
            core.timers.set(execution, slot.timer, due);
            slot.timer = due;
        }
        if slot.waiters.is_empty() && parked(&live.state) {
            self.slots.remove(execution);
        }
    }

    fn loaded(
        &mut self,
        myself: &ActorRef<Message>,
        execution: &ExecutionId,
        result: Result<Option<Box<Live>>, EngineError>,
    ) {
        let core = self.core.clone();
        let Some(slot) = self.slots.get_mut(execution) else { return };
        slot.phase = Phase::Idle;
        match result {
            Ok(Some(live)) => {
                slot.live = Some(*live);
                slot.failures = 0;
            }
            Ok(None) => {
                let start = slot.inbox.iter().position(|deliver| deliver.definition.is_some());
                if let Some(deliver) = start.and_then(|at| slot.inbox.remove(at)) {
                    slot.live = deliver.definition.clone().map(|definition| Live {
                        definition,
                        state: cueline_states::State::new(),
                        version: 0,
                        snapshot: 0,
                        trace: deliver.trace.clone(),
                    });
                    slot.inbox.push_front(deliver);
                } else {
                    let error = || EngineError::NotFound { execution: execution.to_string() };
                    self.give_up(execution, error);
                    return;
                }
            }
            Err(error) if error.is_transient() && slot.failures < LOAD_TRIES => {
                slot.failures += 1;
                slot.phase = Phase::Loading;
                let (clock, failures) = (core.world.clock.clone(), slot.failures);
                let (myself, execution) = (myself.clone(), execution.clone());
                tokio::spawn(async move {
                    clock.sleep(std::time::Duration::from_millis(50 << failures)).await;
                    spawn_load(core, myself, execution);
                });
                return;
            }
            Err(error) => {
                tracing::error!(execution = %execution, code = error.code(), error = %error, "failed to load execution");
                // A timer that could not be served is served again later.
                core.timers.set(execution, None, Some(core.world.clock.now_ms() + 5_000));
                self.give_up(execution, || error.clone());
                return;
            }
        }
        self.go_on(myself, execution);
    }

    fn appended(&mut self, myself: &ActorRef<Message>, execution: &ExecutionId, result: PortResult<()>) {
        let Some(slot) = self.slots.get_mut(execution) else { return };
        slot.phase = Phase::Idle;
        let effects = slot.effects.take();
        match result {
            Ok(()) => {
                slot.failures = 0;
                if let Some(effects) = effects.filter(|effects| !effects.is_empty()) {
                    let (core, execution) = (self.core.clone(), execution.clone());
                    soon(async move { perform(&core, &execution, effects).await });
                }
                for deliver in slot.flying.drain(..) {
                    deliver.tell(Ok(Delivered::Recorded));
                }
            }
            Err(error) if matches!(error.kind, PortErrorKind::Conflict | PortErrorKind::Unavailable) => {
                // Somebody else was first, or nobody knows: the journal does.
                slot.failures += 1;
                slot.live = None;
                for deliver in slot.flying.drain(..).rev() {
                    slot.inbox.push_front(deliver);
                }
                if slot.failures > LOAD_TRIES * 3 {
                    self.give_up(execution, || EngineError::port(&error));
                    return;
                }
            }
            Err(error) => {
                tracing::error!(execution = %execution, error = %error, "failed to append to the journal");
                slot.live = None;
                for deliver in slot.flying.drain(..) {
                    deliver.tell(Err(EngineError::port(&error)));
                }
                let retry_ms = self.core.world.clock.now_ms() + 1_000;
                self.core.timers.set(execution, None, Some(retry_ms));
            }
        }
        self.go_on(myself, execution);
    }

    /// Answers everybody with an error and forgets the execution.
    fn give_up(&mut self, execution: &ExecutionId, error: impl Fn() -> EngineError) {
        let Some(mut slot) = self.slots.remove(execution) else { return };
        for deliver in slot.flying.drain(..).chain(slot.inbox.drain(..)) {
            deliver.tell(Err(error()));
        }
        slot.waiters.drain(..).for_each(|waiter| answer(Some(waiter), Err(error())));
        slot.peekers.drain(..).for_each(|peeker| answer(Some(peeker), Err(error())));
    }

    fn wait(&mut self, myself: &ActorRef<Message>, execution: ExecutionId, reply: Sender<Finished>) {
        let slot = self.slots.entry(execution.clone()).or_insert_with(Slot::new);
        slot.waiters.retain(|waiter| !waiter.is_closed());
        slot.waiters.push(reply);
        if slot.phase == Phase::Idle {
            self.go_on(myself, &execution);
        }
    }

    fn peek(&mut self, myself: &ActorRef<Message>, execution: ExecutionId, reply: Sender<Peeked>) {
        let slot = self.slots.entry(execution.clone()).or_insert_with(Slot::new);
        slot.peekers.push(reply);
        if slot.phase == Phase::Idle {
            self.go_on(myself, &execution);
        }
    }

    /// Sends cues again whose queue is empty while nobody works on them: the queue lost them.
    fn sweep(&mut self, myself: &ActorRef<Message>, drained: &[String], older_than_ms: i64) {
        let before = self.world().clock.now_ms() - older_than_ms;
        let running = &self.core.running;
        let mut lost: Vec<ExecutionId> = self
            .slots
            .iter()
            .filter(|(_, slot)| slot.phase == Phase::Idle && slot.cued_ms <= before)
            .filter(|(execution, slot)| {
                let Some(live) = &slot.live else { return false };
                let outstanding = live.state.outstanding();
                outstanding.tasks.iter().any(|task| {
                    super::kind_of(&task.resource).is_some_and(|kind| drained.iter().any(|known| known == kind))
                        && !running.contains(execution, task.task)
                })
            })
            .map(|(execution, _)| execution.clone())
            .collect();
        // A map has no order; what is done must have one, or a simulated run could not be repeated.
        lost.sort_unstable();
        for execution in lost {
            tracing::warn!(execution = %execution, "cue was lost; sending it again");
            let event = Event::Resend { max_sends: self.core.options.max_sends };
            self.deliver(myself, Deliver { execution, event, definition: None, trace: None, done: None });
        }
    }
}

/// What leaves once a commit is durable.
#[derive(Default)]
pub(crate) struct Effects {
    /// Needed for children only.
    pub(crate) definition: Option<Arc<Definition>>,
    /// Who is told that the execution ended.
    pub(crate) ended: Option<(Parent, Finished)>,
    pub(crate) tenant: String,
    pub(crate) trace: super::step::Trace,
    pub(crate) cues: Vec<OpenTask>,
    pub(crate) children: Vec<OpenChild>,
}

impl Effects {
    fn is_empty(&self) -> bool {
        self.cues.is_empty() && self.children.is_empty() && self.ended.is_none()
    }

    fn of(&mut self, live: &Live) {
        if let Some(start) = live.state.start() {
            self.tenant.clone_from(&start.tenant);
            if live.state.status() != Status::Running {
                self.ended = start.parent.clone().map(|parent| (parent, finished(live)));
            }
        }
        self.trace.clone_from(&live.trace);
        if !self.children.is_empty() {
            self.definition = Some(live.definition.clone());
        }
    }
}

fn finished(live: &Live) -> Finished {
    Finished {
        status: status_of(live.state.status()),
        output: live.state.output().cloned(),
        failure: live.state.failure().cloned(),
    }
}

fn answer<T>(to: Option<Sender<T>>, with: Result<T, EngineError>) {
    if let Some(to) = to {
        // Whoever asked may have gone away; the journal knows the answer.
        let _ = to.send(with);
    }
}

fn spawn_load(core: Arc<Core>, myself: ActorRef<Message>, execution: ExecutionId) {
    tokio::spawn(async move {
        let result = load(&core.world, &core.definitions, &execution).await.map(|live| live.map(Box::new));
        let _ = myself.cast(Message::Loaded { execution, result });
    });
}
