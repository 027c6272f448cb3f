//! The actor: slots, and what happens to them around the pure turn.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
    time::Duration,
};

use cueline_ports::{PortErrorKind, PortResult};
use cueline_protocol::ids::ExecutionId;
use cueline_states::{Env, Event, Name, ParentLink, Status};
use ractor::{Actor, ActorProcessingErr, ActorRef};

use super::{
    cue::kind_of,
    effects::Effects,
    load::load,
    slot::{Deliver, Finished, Live, Message, Moment, Peeked, Phase, Question, Sender, ShardCounts, Slot},
    step::{Turn, parked, turn},
};
use crate::{
    EngineError,
    engine::{Core, perform},
    peers,
    soon::soon,
};

/// After this many failed loads of one execution in a row its events are answered with the error.
const LOAD_TRIES: u32 = 3;

/// After this many failed appends of one execution in a row its events are answered with the error.
const APPEND_TRIES: u32 = 8;

/// A cue is sent again although its queue is not empty after so many leases, then after twice as many, and so on.
const PATIENT_LEASES: i64 = 4;

/// A parent looks for its children after so many times the age of a lost cue: news of them is hardly ever lost.
const PATIENT_PARENTS: i64 = 6;

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

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
            Message::Wait(execution, reply) => shard.want(&myself, execution, |slot| {
                slot.waiters.retain(|waiter| !waiter.is_closed());
                slot.waiters.push(reply);
            }),
            Message::Ask(execution, question) => {
                shard.want(&myself, execution, |slot| slot.questions.push((slot.moment, question)));
            }
            Message::Forget(execution, version) => shard.forget(&myself, &execution, version),
            Message::Revive(execution, reply) => shard.want(&myself, execution, |slot| slot.revivals.push(reply)),
            Message::Fail => return Err("a drill".into()),
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
    fn deliver(&mut self, myself: &ActorRef<Message>, mut deliver: Deliver) {
        let execution = deliver.execution.clone();
        let slot = self.slots.entry(execution.clone()).or_insert_with(Slot::new);
        match (&deliver.event, &deliver.definition) {
            // Most starts are new: append first, and only look when somebody was there before.
            (Event::Start(_), Some(definition)) if slot.live.is_none() && slot.phase == Phase::Idle => {
                slot.live = Some(Live::unborn(definition.clone(), deliver.trace.clone()));
            }
            // Whoever sent it has taken the timer; if nothing was due yet it has to be set again.
            (Event::Tick, _) => slot.timer = None,
            _ => {}
        }
        deliver.since = slot.moment;
        slot.inbox.push_back(deliver);
        if slot.phase == Phase::Idle {
            self.go_on(myself, &execution);
        }
    }

    /// Brings an idle slot forward: load, decide, or let it go.
    fn go_on(&mut self, myself: &ActorRef<Message>, execution: &ExecutionId) {
        let core = self.core.clone();
        let Some(slot) = self.slots.get_mut(execution) else { return };
        let Some(live) = slot.live.as_mut() else {
            if slot.is_wanted() {
                slot.begin(Phase::Loading);
                spawn_load(core, myself.clone(), execution.clone(), Duration::ZERO);
            } else {
                self.slots.remove(execution);
            }
            return;
        };
        // Nothing is on its way to the journal, so the state is what this process knows of it.
        let alone = core.options.peers.is_none();
        let moment = slot.moment;
        let is_current = |since: Moment| alone || moment > since;
        if live.version > 0 {
            for (since, question) in std::mem::take(&mut slot.questions) {
                match question {
                    Question::Awaits(link, reply) if is_current(since) => answer(reply, Ok(live.state.awaits(link))),
                    question => slot.questions.push((since, question)),
                }
            }
        }
        if !slot.inbox.is_empty() {
            let world = &core.world;
            let env = || Env { now_ms: world.clock.now_ms(), seed: world.entropy.draw() };
            let Turn { append, overflow, settled, flying, effects, spoilt } =
                turn(execution, live, slot.inbox.drain(..), env, is_current, &core.name);
            for (deliver, came) in settled {
                deliver.tell(came);
            }
            slot.flying = flying;
            if let Some(left) = spoilt {
                slot.live = None;
                slot.inbox.extend(left);
            }
            if let Some(append) = append {
                slot.begin(Phase::Appending);
                if !effects.children.is_empty() {
                    slot.raised_ms = world.clock.now_ms();
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
        if slot.questions.iter().any(|(since, _)| !is_current(*since)) {
            slot.live = None;
            return self.go_on(myself, execution);
        }
        self.settle(execution);
    }

    /// Nothing is left to decide: answer who asked, set the timer, forget what needs no memory.
    fn settle(&mut self, execution: &ExecutionId) {
        let core = self.core.clone();
        let Some(slot) = self.slots.get_mut(execution) else { return };
        let Some(live) = slot.live.as_ref() else { return };
        for (_, question) in slot.questions.drain(..) {
            match question {
                Question::Peek(reply) => answer(
                    reply,
                    Ok(Peeked {
                        definition: live.definition.clone(),
                        state: live.state.clone(),
                        version: live.version,
                    }),
                ),
                Question::Version(reply) => answer(reply, Ok(live.version)),
                Question::Awaits(link, reply) => answer(reply, Ok(live.state.awaits(link))),
            }
        }
        let unsure = slot.unsure.take();
        if !slot.revivals.is_empty() || unsure.is_some() {
            slot.raised_ms = core.world.clock.now_ms();
            let (mut effects, revivals) = (Effects::of_everything(live), std::mem::take(&mut slot.revivals));
            let forgotten = unsure.into_iter().flatten().filter(|child| !live.state.awaits(ParentLink::Child(*child)));
            effects.cancelled.extend(forgotten);
            let (core, execution) = (core.clone(), execution.clone());
            soon(async move {
                perform(&core, &execution, effects).await;
                revivals.into_iter().for_each(|revival| answer(revival, Ok(())));
            });
        }
        core.rests(execution, &live.state, || parked(&live.state));
        if live.state.status() != Status::Running {
            let finished = Finished::of(&live.state);
            for waiter in slot.waiters.drain(..) {
                answer(waiter, Ok(finished.clone()));
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
                slot.misses = 0;
            }
            Ok(None) => {
                let start = slot.inbox.iter().position(|deliver| deliver.definition.is_some());
                if let Some(deliver) = start.and_then(|at| slot.inbox.remove(at)) {
                    let definition = deliver.definition.clone();
                    slot.live = definition.map(|definition| Live::unborn(definition, deliver.trace.clone()));
                    slot.inbox.push_front(deliver);
                } else {
                    let error = || EngineError::NotFound { execution: execution.to_string() };
                    self.give_up(execution, error);
                    return;
                }
            }
            Err(error) if error.is_transient() && slot.misses < LOAD_TRIES => {
                slot.misses += 1;
                slot.begin(Phase::Loading);
                spawn_load(core, myself.clone(), execution.clone(), pause(slot.misses));
                return;
            }
            Err(error) => {
                tracing::error!(execution = %execution, code = error.code(), error = %error, "failed to load execution");
                self.try_later(execution);
                self.give_up(execution, || error.clone());
                return;
            }
        }
        self.go_on(myself, execution);
    }

    fn appended(&mut self, myself: &ActorRef<Message>, execution: &ExecutionId, result: PortResult<()>) {
        let core = self.core.clone();
        let Some(slot) = self.slots.get_mut(execution) else { return };
        slot.phase = Phase::Idle;
        let effects = slot.effects.take();
        let error = match result {
            Ok(()) => {
                slot.failures = 0;
                if let Some(effects) = effects.filter(|effects| !effects.is_empty()) {
                    let execution = execution.clone();
                    soon(async move { perform(&core, &execution, effects).await });
                }
                for (deliver, came) in slot.flying.drain(..) {
                    deliver.tell(came);
                }
                return self.go_on(myself, execution);
            }
            Err(error) => error,
        };
        slot.live = None;
        slot.failures += 1;
        if error.kind == PortErrorKind::Unavailable {
            slot.unsure.get_or_insert_default().extend(effects.into_iter().flat_map(|effects| effects.cancelled));
        }
        match error.kind {
            // Somebody else was first, or nobody knows: the journal does. Once it is read, it may be tried again.
            PortErrorKind::Conflict | PortErrorKind::Unavailable if slot.failures <= APPEND_TRIES => {
                slot.put_back();
                slot.begin(Phase::Loading);
                let first_race = error.kind == PortErrorKind::Conflict && slot.failures == 1;
                if !first_race {
                    tracing::warn!(execution = %execution, tries = slot.failures, error = %error, "append failed");
                }
                let pause = if first_race { Duration::ZERO } else { pause(slot.failures) };
                spawn_load(core, myself.clone(), execution.clone(), pause);
            }
            PortErrorKind::Conflict | PortErrorKind::Unavailable => {
                tracing::error!(execution = %execution, tries = slot.failures, error = %error, "append failed for good");
                self.try_later(execution);
                // It may still have happened, and others may go on; so to everybody it is a matter of time.
                let message = error.to_string();
                let error = || EngineError::Port { kind: PortErrorKind::Unavailable, message: message.clone() };
                self.give_up(execution, error);
            }
            _ => {
                tracing::error!(execution = %execution, error = %error, "failed to append to the journal");
                for (deliver, _) in slot.flying.drain(..) {
                    deliver.tell(Err(EngineError::port(&error)));
                }
                self.try_later(execution);
                self.go_on(myself, execution);
            }
        }
    }

    /// A timer that could not be served is served again later. However many failures ask for it, it is one timer per
    /// pause: the moments of an execution are the same for all of them.
    fn try_later(&self, execution: &ExecutionId) {
        let pause = LONGEST_PAUSE.as_millis() as i64;
        let own = execution.as_str().bytes().fold(0, |sum: i64, byte| (sum * 31 + i64::from(byte)) % pause);
        let later = (self.core.world.clock.now_ms() - own).div_euclid(pause) * pause + own + pause;
        self.core.timers.set(execution, None, Some(later));
    }

    /// Answers everybody with an error and forgets the execution.
    fn give_up(&mut self, execution: &ExecutionId, error: impl Fn() -> EngineError) {
        if let Some(slot) = self.slots.remove(execution) {
            slot.refuse(error);
        }
    }

    /// Somebody wants to know something of it.
    fn want(&mut self, myself: &ActorRef<Message>, execution: ExecutionId, note: impl FnOnce(&mut Slot)) {
        let slot = self.slots.entry(execution.clone()).or_insert_with(Slot::new);
        note(slot);
        if slot.phase == Phase::Idle {
            self.go_on(myself, &execution);
        }
    }

    /// What is held of an execution is out of date; whoever went on with it cares for it.
    fn forget(&mut self, myself: &ActorRef<Message>, execution: &ExecutionId, version: u64) {
        let Some(slot) = self.slots.get_mut(execution) else { return };
        if slot.phase == Phase::Idle && slot.live.as_ref().is_some_and(|live| live.version == version) {
            slot.live = None;
            slot.waiters.retain(|waiter| !waiter.is_closed());
            self.go_on(myself, execution);
        }
    }

    /// Sends cues again that their queue lost, and looks for children whose end was never heard of.
    fn sweep(&mut self, myself: &ActorRef<Message>, drained: &[String], older_than_ms: i64) {
        let core = self.core.clone();
        let now_ms = core.world.clock.now_ms();
        let (mut lost, mut missed) = (Vec::new(), Vec::new());
        for (execution, slot) in self.slots.iter_mut().filter(|(_, slot)| slot.phase == Phase::Idle) {
            let Some(live) = &slot.live else { continue };
            slot.ages.look(now_ms, live.state.next_task());
            let is_lost = |(task, resource, sends): (u64, &Name, u32)| {
                let kind = kind_of(resource)?;
                let patience = if drained.iter().any(|known| known == kind) {
                    older_than_ms
                } else {
                    // It may still be waiting among others; a copy is harmless, but not so many that they add to the rush.
                    (core.lease_of(kind).as_millis() as i64 * PATIENT_LEASES) << sends.saturating_sub(1).min(10)
                };
                let lost = slot.ages.of(now_ms, task) >= patience && !core.running.contains(execution, task);
                lost.then_some(task)
            };
            let tasks: Vec<u64> = live.state.open_cues().filter_map(is_lost).collect();
            if !tasks.is_empty() {
                slot.ages.resent(now_ms, &tasks, |task| live.state.awaits(ParentLink::Task(task)));
                lost.push((execution.clone(), live.version, tasks));
            }
            if live.state.has_open_children() && now_ms - slot.raised_ms >= older_than_ms * PATIENT_PARENTS {
                slot.raised_ms = now_ms;
                missed.push((execution.clone(), Effects::of_children(live)));
            }
        }
        // A map has no order; what is done must have one, or a simulated run could not be repeated.
        lost.sort_unstable();
        missed.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        for (execution, version, tasks) in lost {
            if core.options.peers.is_some() {
                soon(peers::resend(core.clone(), execution, version, tasks));
                continue;
            }
            tracing::warn!(execution = %execution, cues = tasks.len(), "cues were lost; sending them again");
            let event = Event::Resend { tasks, max_sends: core.options.max_sends };
            self.deliver(myself, Deliver::new(execution, event, None));
        }
        for (execution, effects) in missed {
            let core = core.clone();
            soon(async move { perform(&core, &execution, effects).await });
        }
    }
}

fn answer<T>(to: Sender<T>, with: Result<T, EngineError>) {
    // Whoever asked may have gone away; the journal knows the answer.
    let _ = to.send(with);
}

/// Doubles with each failure.
fn pause(failures: u32) -> Duration {
    Duration::from_millis(50 << failures.min(10)).min(LONGEST_PAUSE)
}

fn spawn_load(core: Arc<Core>, myself: ActorRef<Message>, execution: ExecutionId, pause: Duration) {
    tokio::spawn(async move {
        if !pause.is_zero() {
            core.world.clock.sleep(pause).await;
        }
        let result = load(&core.world, &core.definitions, &execution).await.map(|live| live.map(Box::new));
        let _ = myself.cast(Message::Loaded { execution, result });
    });
}
