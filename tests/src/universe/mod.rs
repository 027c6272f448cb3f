//! A simulated world: ports in memory, faults from a seed, a clock of ours, and processes that can die at any call.
//!
//! ```text
//!   seed ─► Dice ─► Chaos ◄─── every call of every port: fails before or after its effect, waits, conflicts, or is the last
//!                     │
//!   disks: journal table objects index ─── survive ───┐        ┌── Universe::life: one process, one runtime
//!   queue: survives or not, as the seed says ─────────┼─ World ┤     Engine::launch … story … crash = the runtime is dropped
//!   VirtualClock: jumps when nobody has work ─────────┘        └── the next life recovers on the same disks
//! ```
//!
//! | file | idea |
//! |---|---|
//! | [`Dice`], [`VirtualClock`] | chance and time that can be repeated |
//! | [`Chaos`], [`Faults`] | what goes wrong, and when |
//! | `journal`, `table`, `queue`, `objects`, `index`, `bus`, `computing` | one fake per port; each passes the port's conformance suite |
//! | `functions`, `machines`, `alarms` | what others run for us and wake us with; so do these |
//! | [`seeds`](for_each_seed) | a property over many seeds; a failing seed says how to run it again |
//! | [`drill`] | crash, fail and repeat at every single call of a story |
//! | [`plans`] | generated definitions with an outcome that does not depend on time or luck |
//! | [`company`] | several processes on the same disks, of which some die, or stand still |
//! | [`readers`] | who writes and reads a library in bad weather |
//! | [`library`] | documents that come, change and go while somebody reads |
//! | [`runs`] | a plan run to its end in bad weather |
//! | [`audit`] | what must hold of every journal afterwards |
//!
//! A crash drops the runtime of the process with all of its tasks, as `kill -9` does; what a call had written by then is on
//! the disks. Deliberately absent: torn writes. The real adapters are tested for those.

mod alarms;
mod bus;
mod chaos;
mod clock;
mod computing;
mod dice;
mod functions;
mod index;
mod journal;
mod life;
mod machines;
mod objects;
mod queue;
mod seeds;
mod table;

pub mod audit;
pub mod company;
pub mod drill;
pub mod library;
pub mod plans;
pub mod readers;
pub mod runs;

pub use alarms::{ALARMS, AlarmRoom, SimAlarms};
pub use bus::{Published, SimBus, SimEventLog};
pub use chaos::{Chaos, Disturbance, Faults, Tally};
pub use clock::VirtualClock;
pub use computing::{
    DIMENSION, EMBEDDER, GUARD, MODEL, RERANKER, SimEmbedder, SimGuard, SimModel, SimParser, SimReranker, guard_samples,
};
pub use dice::Dice;
pub use functions::{FunctionRoom, SLOW, SimFunctions};
pub use index::{IndexDisk, SimIndex};
pub use journal::{JournalDisk, SimJournal};
pub use life::{Process, Setup};
pub use machines::{Machine, MachineRoom, SimMachines};
pub use objects::{ObjectsDisk, SimObjects};
pub use queue::{QueueRoom, SimQueue};
pub use seeds::for_each_seed;
pub use table::{SimTable, TableDisk};

use std::{collections::BTreeMap, sync::Arc};

use cueline_ports::{Alarms, Clock, Embedder, Guard, Model, Reranker};
use cueline_runtime::{World, world::Entropy};

/// A world to try an engine in.
pub struct Universe {
    /// From which everything follows.
    pub seed: u64,
    /// Time.
    pub clock: VirtualClock,
    /// What goes wrong for the processes.
    pub chaos: Chaos,
    /// Journals.
    pub journal: Arc<JournalDisk>,
    /// What searches see.
    pub index: Arc<IndexDisk>,
    /// What was published.
    pub published: Arc<Published>,
    /// Messages on their way.
    pub queue: Arc<QueueRoom>,
    /// Functions that somebody else runs.
    pub functions: Arc<FunctionRoom>,
    /// State machines that somebody else runs.
    pub machines: Arc<MachineRoom>,
    /// Alarms that somebody else keeps.
    pub alarms: Arc<AlarmRoom>,
    /// Whether processes have alarms set. They go off on the queue, so it should survive.
    pub has_alarms: bool,
    /// Whether messages survive a crash, as they do when a service keeps them.
    pub queue_survives: bool,
    objects: Arc<ObjectsDisk>,
    table: Arc<TableDisk>,
    calm: Chaos,
}

impl Universe {
    /// An empty world without faults.
    pub fn new(seed: u64) -> Self {
        let clock = VirtualClock::default();
        Self {
            seed,
            chaos: Chaos::new(seed, clock.clone()),
            calm: Chaos::new(seed, clock.clone()),
            clock,
            journal: Arc::default(),
            index: Arc::default(),
            published: Arc::default(),
            queue: Arc::default(),
            functions: Arc::default(),
            machines: Arc::default(),
            alarms: Arc::default(),
            has_alarms: false,
            queue_survives: seed % 2 == 1,
            objects: Arc::default(),
            table: Arc::default(),
        }
    }

    /// The ports as the process in here has them, with everything that goes wrong.
    pub fn world(&self, entropy: u64) -> World {
        self.ports(&self.chaos, entropy)
    }

    /// The same disks seen by somebody outside, for whom nothing fails and whose calls are not counted.
    pub fn outside(&self) -> World {
        self.ports(&self.calm, self.seed)
    }

    /// The ports as a process with a fate of its own has them.
    fn ports(&self, chaos: &Chaos, entropy: u64) -> World {
        let clock: Arc<dyn Clock> = Arc::new(self.clock.clone());
        let embedder: Arc<dyn Embedder> = Arc::new(SimEmbedder::new(chaos.clone()));
        let model: Arc<dyn Model> = Arc::new(SimModel::new(chaos.clone()));
        let reranker: Arc<dyn Reranker> = Arc::new(SimReranker::new(chaos.clone()));
        let guard: Arc<dyn Guard> = Arc::new(SimGuard::new(chaos.clone()));
        let objects = SimObjects::new(self.objects.clone(), clock.clone(), chaos.clone(), self.chaos.clone());
        let machines = Arc::new(SimMachines::new(self.machines.clone(), clock.clone(), chaos.clone()));
        World {
            journal: Arc::new(SimJournal::new(self.journal.clone(), chaos.clone())),
            table: Arc::new(SimTable::new(self.table.clone(), chaos.clone())),
            queue: Arc::new(SimQueue::new(self.queue.clone(), clock.clone(), chaos.clone())),
            bus: Arc::new(SimBus::new(self.published.clone(), chaos.clone())),
            objects: Arc::new(objects),
            index: Arc::new(SimIndex::new(self.index.clone(), chaos.clone())),
            parser: Arc::new(SimParser::new(chaos.clone())),
            embedders: BTreeMap::from([(EMBEDDER.to_owned(), embedder)]),
            models: BTreeMap::from([(MODEL.to_owned(), model)]),
            rerankers: BTreeMap::from([(RERANKER.to_owned(), reranker)]),
            guards: BTreeMap::from([(GUARD.to_owned(), guard)]),
            functions: Some(Arc::new(SimFunctions::new(self.functions.clone(), chaos.clone()))),
            state_machines: Some(machines.clone()),
            callbacks: Some(machines),
            alarms: self.has_alarms.then(|| Arc::new(self.alarms_of(chaos)) as Arc<dyn Alarms>),
            clock,
            entropy: Arc::new(Entropy::from_seed(entropy)),
        }
    }

    fn alarms_of(&self, chaos: &Chaos) -> SimAlarms {
        SimAlarms::new(self.alarms.clone(), self.queue.clone(), Arc::new(self.clock.clone()), chaos.clone())
    }
}
