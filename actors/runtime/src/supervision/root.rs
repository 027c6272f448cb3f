//! The root of the tree: starts every actor, restarts what fails, stops them in order.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
    time::Duration,
};

use ractor::{Actor, ActorCell, ActorId, ActorProcessingErr, ActorRef, SupervisionEvent};
use tokio::sync::oneshot;

use super::{ActorState, RestartPolicy, RestartRecord, Verdict};
use crate::{
    EngineError,
    conductor::{Conductor, ConductorArguments},
    engine::Core,
    peers::Patrol,
    recovery::{Sweeper, recover_shard},
    timers::Waker,
    worker::{Inbox, InboxArguments, Kind},
};

/// The handle of the root supervisor.
#[derive(Clone)]
pub struct Root(ActorRef<Order>);

/// What the root is told.
pub(crate) enum Order {
    /// Internal: start an actor again.
    Start(Child),
    /// Stop taking new messages.
    StopInboxes(oneshot::Sender<()>),
}

/// An actor under the root.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Child {
    /// A conductor shard.
    Shard(usize),
    /// The waker of timers.
    Timers,
    /// The recovery sweeper.
    Sweeper,
    /// Who walks what several processes have open.
    Patrol,
    /// The inbox of an actor kind, with its workers.
    Kind(&'static str),
}

impl Child {
    fn name(&self) -> String {
        match self {
            Self::Shard(at) => format!("conductor-{at}"),
            Self::Timers => "timers".into(),
            Self::Sweeper => "recovery".into(),
            Self::Patrol => "patrol".into(),
            Self::Kind(kind) => (*kind).to_owned(),
        }
    }
}

struct Supervisor;

struct Supervised {
    core: Weak<Core>,
    policy: RestartPolicy,
    children: HashMap<ActorId, (Child, ActorCell)>,
    records: HashMap<Child, RestartRecord>,
    stopping: bool,
}

impl Root {
    /// Starts the tree: conductor first, then who gives it work.
    pub(crate) async fn spawn(core: &Arc<Core>) -> Result<Self, EngineError> {
        let (root, _) = Actor::spawn(None, Supervisor, Arc::downgrade(core)).await.map_err(|error| {
            tracing::error!(error = %error, "failed to start the actors");
            EngineError::Unavailable
        })?;
        Ok(Self(root))
    }

    /// In this order: inboxes take no more, running bodies get `grace`, then everything stops.
    pub(crate) async fn shut_down(&self, core: &Arc<Core>, grace: Duration) {
        core.drain();
        let (done, stopped) = oneshot::channel();
        if self.0.cast(Order::StopInboxes(done)).is_ok() {
            let _ = stopped.await;
        }
        let clock = &core.world.clock;
        let until = clock.now_ms() + grace.as_millis() as i64;
        while core.running.len() > 0 && clock.now_ms() < until {
            clock.sleep(Duration::from_millis(20)).await;
        }
        core.stop();
        self.0.stop_children(None);
        self.0.stop(None);
    }
}

impl Actor for Supervisor {
    type Msg = Order;
    type State = Supervised;
    type Arguments = Weak<Core>;

    async fn pre_start(&self, myself: ActorRef<Order>, core: Weak<Core>) -> Result<Supervised, ActorProcessingErr> {
        let strong = core.upgrade().ok_or("the engine is gone")?;
        let mut state = Supervised {
            core,
            policy: RestartPolicy::default(),
            children: HashMap::new(),
            records: HashMap::new(),
            stopping: false,
        };
        let shards = (0..strong.options.shards.max(1)).map(Child::Shard);
        let received = strong.kinds.0.keys().filter(|_| strong.options.receives);
        let kinds = received.map(|kind| Child::Kind(kind));
        let patrol = strong.options.peers.and_then(|peers| peers.patrol_every).map(|_| Child::Patrol);
        for child in shards.chain([Child::Timers]).chain(kinds).chain([Child::Sweeper]).chain(patrol) {
            state.start(&myself, child).await?;
        }
        Ok(state)
    }

    async fn handle(
        &self,
        myself: ActorRef<Order>,
        order: Order,
        state: &mut Supervised,
    ) -> Result<(), ActorProcessingErr> {
        match order {
            Order::Start(child) if !state.stopping => {
                match (state.start(&myself, child.clone()).await, &child, state.core.upgrade()) {
                    (Ok(()), Child::Shard(at), Some(core)) => drop(tokio::spawn(recover_shard(core, *at))),
                    (Ok(()), ..) => {}
                    (Err(error), ..) => state.failed(&myself, child, error.to_string()),
                }
            }
            Order::Start(_) => {}
            Order::StopInboxes(done) => {
                state.stopping = true;
                // Inboxes take no more by themselves once the engine drains; what they run goes on.
                for (child, cell) in state.children.values() {
                    if matches!(child, Child::Sweeper | Child::Timers | Child::Patrol) {
                        cell.stop(None);
                    }
                }
                let _ = done.send(());
            }
        }
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        myself: ActorRef<Order>,
        event: SupervisionEvent,
        state: &mut Supervised,
    ) -> Result<(), ActorProcessingErr> {
        match event {
            SupervisionEvent::ActorFailed(cell, error) => {
                if let Some((child, _)) = state.children.remove(&cell.get_id()) {
                    state.failed(&myself, child, error.to_string());
                }
            }
            SupervisionEvent::ActorTerminated(cell, _, reason) => {
                if let Some((child, _)) = state.children.remove(&cell.get_id()) {
                    let reason = reason.unwrap_or_else(|| "ended without a reason".into());
                    state.failed(&myself, child, reason);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl Supervised {
    async fn start(&mut self, myself: &ActorRef<Order>, child: Child) -> Result<(), ActorProcessingErr> {
        let core = self.core.upgrade().ok_or("the engine is gone")?;
        let above = myself.get_cell();
        let weak = self.core.clone();
        let mut workers = None;
        let cell = match &child {
            Child::Shard(at) => {
                let arguments = ConductorArguments { core: weak };
                let (shard, _) = Actor::spawn_linked(None, Conductor, arguments, above).await?;
                core.place_shard(*at, Some(shard.clone()));
                shard.get_cell()
            }
            Child::Timers => Actor::spawn_linked(None, Waker, weak, above).await?.0.get_cell(),
            Child::Sweeper => Actor::spawn_linked(None, Sweeper, weak, above).await?.0.get_cell(),
            Child::Patrol => Actor::spawn_linked(None, Patrol, weak, above).await?.0.get_cell(),
            Child::Kind(name) => {
                let kind: Kind = core.kinds.0.get(name).cloned().ok_or("no such kind")?;
                workers = Some(kind.workers);
                let arguments = InboxArguments { core: weak, kind: Arc::new(kind) };
                Actor::spawn_linked(None, Inbox, arguments, above).await?.0.get_cell()
            }
        };
        core.tree.set(&child.name(), workers, ActorState::Running, None);
        self.children.insert(cell.get_id(), (child, cell));
        Ok(())
    }

    fn failed(&mut self, myself: &ActorRef<Order>, child: Child, reason: String) {
        let Some(core) = self.core.upgrade() else { return };
        let name = child.name();
        if let Child::Shard(at) = child {
            core.place_shard(at, None);
        }
        if self.stopping {
            core.tree.set(&name, None, ActorState::Stopped, None);
            return;
        }
        let record = self.records.entry(child.clone()).or_default();
        match self.policy.judge(record, core.world.clock.now_ms()) {
            Verdict::Restart(wait) => {
                tracing::error!(actor = %name, reason = %reason, wait = ?wait, "actor failed; it will be restarted");
                core.tree.set(&name, None, ActorState::Restarting, Some(reason));
                let (myself, clock) = (myself.clone(), core.world.clock.clone());
                tokio::spawn(async move {
                    clock.sleep(wait).await;
                    let _ = myself.cast(Order::Start(child));
                });
            }
            Verdict::Quarantine => {
                tracing::error!(actor = %name, reason = %reason, "actor failed too often; it is quarantined");
                core.tree.set(&name, None, ActorState::Quarantined, Some(reason));
            }
        }
    }
}
