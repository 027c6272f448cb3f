//! Several processes on the same disks and queues. Each has a fate of its own: it may die and be replaced, or stand still for
//! longer than any lease.

use std::{cell::RefCell, time::Duration};

use cueline_ports::Clock;
use cueline_runtime::{Engine, Peers};

use super::{Chaos, Dice, Faults, Process, Setup, Tally, Universe, life::LONGEST};

/// Processes that share everything but their memory.
pub struct Company<'a> {
    /// Where they live.
    pub universe: &'a Universe,
    setup: &'a Setup,
    members: RefCell<Vec<Member>>,
    launched: RefCell<u64>,
    /// What happened to members that died.
    past: RefCell<Tally>,
    faults: RefCell<Faults>,
}

struct Member {
    engine: Engine,
    chaos: Chaos,
}

impl Setup {
    /// As processes are set up that share a journal.
    #[must_use]
    pub fn with_peers(mut self) -> Self {
        self.options.peers = Some(Peers::default());
        self
    }
}

impl Universe {
    /// Launches `size` processes and lets a story happen to them.
    ///
    /// # Panics
    /// When the story does not end although the clock ran for hours.
    #[expect(clippy::panic, reason = "a story that never ends is the failure that this looks for")]
    pub fn company<T>(&self, setup: &Setup, size: usize, story: impl AsyncFnOnce(&Company<'_>) -> T) -> T {
        let runtime = self.runtime();
        let ended = runtime.block_on(async {
            let company = Company {
                universe: self,
                setup,
                members: RefCell::default(),
                launched: RefCell::default(),
                past: RefCell::default(),
                faults: RefCell::default(),
            };
            let life = async {
                for _ in 0..size {
                    company.join().await;
                }
                story(&company).await
            };
            tokio::select! {
                biased;
                told = life => Some(told),
                () = self.sleep_until(LONGEST) => None,
            }
        });
        drop(runtime);
        ended.unwrap_or_else(|| panic!("the story did not end within {LONGEST:?} of its own time"))
    }
}

impl Company<'_> {
    /// One process more.
    pub async fn join(&self) {
        let member = self.launch().await;
        self.members.borrow_mut().push(member);
    }

    async fn launch(&self) -> Member {
        let number = self.launched.replace_with(|number| *number + 1);
        let universe = self.universe;
        let chaos = Chaos::new(universe.seed.wrapping_mul(1_000) + number, universe.clock.clone());
        chaos.set(*self.faults.borrow());
        let world = universe.ports(&chaos, universe.seed ^ (number << 32) ^ 0xC0);
        let Process { engine } = universe.launch_in(world, self.setup).await;
        Member { engine, chaos }
    }

    /// How many there are.
    pub fn size(&self) -> usize {
        self.members.borrow().len()
    }

    /// One of them.
    ///
    /// # Panics
    /// When there are not so many.
    pub fn engine(&self, at: usize) -> Engine {
        self.members.borrow()[at].engine.clone()
    }

    /// The fate of one of them.
    ///
    /// # Panics
    /// When there are not so many.
    pub fn chaos(&self, at: usize) -> Chaos {
        self.members.borrow()[at].chaos.clone()
    }

    /// One dies as of `kill -9`, and is replaced after a while.
    pub async fn kill(&self, at: usize) {
        let chaos = self.chaos(at);
        chaos.crash();
        *self.past.borrow_mut() += chaos.tally();
        self.universe.clock.sleep(Duration::from_millis(700)).await;
        let member = self.launch().await;
        if let Some(place) = self.members.borrow_mut().get_mut(at) {
            *place = member;
        }
    }

    /// From now on these faults happen to all of them.
    pub fn set(&self, faults: Faults) {
        *self.faults.borrow_mut() = faults;
        self.members.borrow().iter().for_each(|member| member.chaos.set(faults));
    }

    /// Nothing goes wrong any more.
    pub fn calm(&self) {
        *self.faults.borrow_mut() = Faults::default();
        self.members.borrow().iter().for_each(|member| member.chaos.calm());
    }

    /// Kills, pauses, purges and faults for a while.
    pub async fn storm(&self, dice: &mut Dice, lasting: Duration) {
        let clock = &self.universe.clock;
        let until_ms = clock.now_ms() + lasting.as_millis() as i64;
        self.set(Faults::any(dice));
        while clock.now_ms() < until_ms {
            clock.sleep(Duration::from_millis(dice.between(50, 20_000))).await;
            let at = dice.below(self.size() as u64) as usize;
            match dice.below(4) {
                0 | 1 => self.kill(at).await,
                2 => self.chaos(at).pause(Duration::from_secs(dice.between(1, 90))),
                _ => self.universe.queue.purge_all(),
            }
        }
        self.calm();
    }

    /// What happened so far.
    pub fn tally(&self) -> Tally {
        let mut sum = *self.past.borrow();
        self.members.borrow().iter().for_each(|member| sum += member.chaos.tally());
        sum
    }
}
