//! The life of a process: from its launch to its end, or to its crash.

use std::{collections::BTreeMap, future::Future, rc::Rc, time::Duration};

use cueline_ports::Clock;
use cueline_protocol::ids::ExecutionId;
use cueline_runtime::{Engine, EngineOptions, World, codec, worker::Kinds};
use cueline_states::{Entry, Env};
use tokio::runtime::{Builder, Runtime};

use super::Universe;

/// A story that takes longer than this, in a world that costs no time, does not end.
pub(super) const LONGEST: Duration = Duration::from_secs(6 * 3_600);

/// What every process of a story is launched with.
#[derive(Clone)]
pub struct Setup {
    /// Makes the actors: anew for each process, so that nothing they hold in memory survives one.
    pub kinds: Rc<dyn Fn() -> Kinds>,
    /// The workflows by name.
    pub definitions: Vec<(String, String)>,
    /// Settings of the engine.
    pub options: EngineOptions,
}

impl Setup {
    /// Cues and messages are never given up as poison, so that an outcome depends on the definition only.
    pub fn new(kinds: impl Fn() -> Kinds + 'static) -> Self {
        let options =
            EngineOptions { shards: 2, max_sends: u32::MAX, max_receives: u32::MAX, ..EngineOptions::default() };
        Self { kinds: Rc::new(kinds), definitions: Vec::new(), options }
    }

    /// With the limits for poison that people have: no failure of a port counts towards them.
    #[must_use]
    pub fn with_usual_limits(mut self) -> Self {
        let usual = EngineOptions::default();
        (self.options.max_sends, self.options.max_receives) = (usual.max_sends, usual.max_receives);
        self
    }

    /// Adds a workflow.
    #[must_use]
    pub fn workflow(mut self, name: &str, definition: &str) -> Self {
        self.definitions.push((name.to_owned(), definition.to_owned()));
        self
    }
}

/// A running process.
pub struct Process {
    /// Its engine, with every workflow registered.
    pub engine: Engine,
}

impl Universe {
    /// Launches a process and lets a story happen in it; `None` when the process crashed before the story ended.
    ///
    /// # Panics
    /// When the story does not end although the clock ran for hours: something waits for ever.
    #[expect(clippy::panic, reason = "a story that never ends is the failure that this looks for")]
    pub fn life<T>(&self, setup: &Setup, story: impl AsyncFnOnce(Process) -> T) -> Option<T> {
        self.chaos.revive();
        let runtime = self.runtime();
        let deadline = LONGEST + Duration::from_millis(self.clock.elapsed_ms() as u64);
        let ended = runtime.block_on(async {
            let life = async {
                let process = self.launch(setup).await;
                story(process).await
            };
            tokio::select! {
                biased;
                () = self.chaos.crashed() => Ok(None),
                told = life => Ok(Some(told)),
                () = self.sleep_until(deadline) => Err(()),
            }
        });
        // What the process was doing ends here, in the middle of whatever it was.
        drop(runtime);
        self.objects.forget_listeners();
        if !self.queue_survives {
            self.queue.lose_everything();
        }
        ended.unwrap_or_else(|()| panic!("the story did not end within {LONGEST:?} of its own time"))
    }

    /// Lives until one life tells the story to its end; `lives` counts them. Each crash costs some time.
    pub fn lives<T>(&self, setup: &Setup, mut story: impl AsyncFnMut(Process) -> T) -> T {
        loop {
            if let Some(told) = self.life(setup, &mut story) {
                return told;
            }
            self.clock.jump(Duration::from_millis(700));
        }
    }

    /// Every commit of every execution as it was recorded, with times and randomness, to compare two tellings. Not as
    /// bytes: a message of the protocol keeps no order of members.
    ///
    /// # Panics
    /// When a journal cannot be read.
    pub fn told(&self) -> BTreeMap<ExecutionId, Vec<(u64, Env, Vec<Entry>)>> {
        let objects = self.outside().objects;
        let read = async {
            let mut told = BTreeMap::new();
            for (id, bodies) in self.journal.dump() {
                let mut commits = Vec::with_capacity(bodies.len());
                for body in bodies {
                    let commit = codec::decode_commit(objects.as_ref(), &body).await.expect("a commit can be read");
                    commits.push((commit.version, commit.env, commit.entries));
                }
                told.insert(id, commits);
            }
            told
        };
        self.runtime().block_on(read)
    }

    async fn launch(&self, setup: &Setup) -> Process {
        self.launch_in(self.world(self.seed ^ self.chaos.calls()), setup).await
    }

    /// A process with these ports.
    pub(super) async fn launch_in(&self, world: World, setup: &Setup) -> Process {
        loop {
            let (kinds, options) = ((setup.kinds)(), setup.options.clone());
            if let Ok(engine) = Engine::launch(world.clone(), kinds, options).await {
                for (name, definition) in &setup.definitions {
                    while engine.definitions().register(name, definition).await.is_err() {
                        self.clock.sleep(Duration::from_millis(100)).await;
                    }
                }
                return Process { engine };
            }
        }
    }

    pub(super) fn runtime(&self) -> Runtime {
        let clock = self.clock.clone();
        let mut builder = Builder::new_current_thread();
        builder.enable_time().on_thread_park(move || clock.idle());
        builder.build().expect("a runtime of one thread can be built")
    }

    pub(super) fn sleep_until(&self, since_beginning: Duration) -> impl Future<Output = ()> + '_ {
        let left = since_beginning.saturating_sub(Duration::from_millis(self.clock.elapsed_ms() as u64));
        self.clock.sleep(left)
    }
}
