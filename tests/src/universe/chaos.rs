//! What goes wrong, and when: every call of every port passes here.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use cueline_ports::{Clock, PortError, PortErrorKind, PortResult};
use tokio::sync::Notify;

use super::{Dice, VirtualClock};

/// How often what goes wrong, of a thousand calls or messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faults {
    /// A call fails and nothing happened.
    pub fails_before: u32,
    /// A call fails although it took effect: the reply was lost.
    pub fails_after: u32,
    /// A call is refused because there are too many.
    pub throttled: u32,
    /// A conditional write loses against somebody who was first.
    pub conflicts: u32,
    /// A write finds no space.
    pub full: u32,
    /// A call takes its time.
    pub slow: u32,
    /// The longest that it takes.
    pub slowest_ms: u64,
    /// A queue message or a change notification is lost.
    pub lost: u32,
    /// One is delivered twice.
    pub repeated: u32,
    /// One comes later than those after it.
    pub delayed: u32,
    /// How much later.
    pub latest_ms: u64,
}

impl Faults {
    /// Every kind of fault, each with a frequency of its own.
    pub fn any(dice: &mut Dice) -> Self {
        let mut often = |most: u64| dice.below(most + 1) as u32;
        Self {
            fails_before: often(60),
            fails_after: often(60),
            throttled: often(30),
            conflicts: often(80),
            full: often(60),
            slow: often(300),
            slowest_ms: u64::from(often(3_000)),
            lost: often(200),
            repeated: often(200),
            delayed: often(300),
            latest_ms: u64::from(often(20_000)),
        }
    }

    /// Nearly every conditional write loses: somebody else is always first.
    pub fn of_conflicts() -> Self {
        Self { conflicts: 850, ..Self::default() }
    }

    /// Messages come as they like; calls do not fail.
    pub fn of_messages(dice: &mut Dice) -> Self {
        let Self { lost, repeated, delayed, latest_ms, .. } = Self::any(dice);
        Self { lost, repeated, delayed, latest_ms, ..Self::default() }
    }
}

/// One disturbance of one call, for drills that try every call in turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disturbance {
    /// The process dies before the call took effect.
    CrashBefore,
    /// The process dies after the call took effect, before it learned of it.
    CrashAfter,
    /// The call fails without effect.
    FailBefore,
    /// The call fails although it took effect.
    FailAfter,
    /// The call is refused: too many, or no space.
    Refuse(PortErrorKind),
}

/// What happened in a universe, or in many: whether the weather was bad enough to mean something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Calls of ports.
    pub calls: u64,
    /// Of these, how many failed, conflicted, lost their reply or were the last of their process.
    pub faults: u64,
    /// Processes that died.
    pub crashes: u64,
    /// Task bodies that ran again.
    pub again: u64,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.calls += other.calls;
        self.faults += other.faults;
        self.crashes += other.crashes;
        self.again += other.again;
    }
}

/// Decides about every call. Cloning gives another handle.
#[derive(Clone)]
pub struct Chaos(Arc<Shared>);

struct Shared {
    clock: VirtualClock,
    state: Mutex<State>,
    crashed: AtomicBool,
    signal: Notify,
}

struct State {
    dice: Dice,
    faults: Faults,
    tally: Tally,
    by_name: BTreeMap<&'static str, u64>,
    planned: BTreeMap<u64, Disturbance>,
    outage_until_ms: i64,
    /// Until when every write fails, and how.
    refused: (i64, PortErrorKind),
    /// Until when the process stands still.
    paused_until_ms: i64,
}

/// What was decided about a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Copies(pub(crate) Vec<Duration>);

impl Chaos {
    /// Chance of a seed, no faults yet.
    pub fn new(seed: u64, clock: VirtualClock) -> Self {
        let state = State {
            dice: Dice::new(seed),
            faults: Faults::default(),
            tally: Tally::default(),
            by_name: BTreeMap::new(),
            planned: BTreeMap::new(),
            outage_until_ms: 0,
            refused: (0, PortErrorKind::Storage),
            paused_until_ms: 0,
        };
        Self(Arc::new(Shared {
            clock,
            state: Mutex::new(state),
            crashed: AtomicBool::new(false),
            signal: Notify::new(),
        }))
    }

    /// From now on these faults happen.
    pub fn set(&self, faults: Faults) {
        self.lock().faults = faults;
    }

    /// Nothing goes wrong any more.
    pub fn calm(&self) {
        let mut state = self.lock();
        state.faults = Faults::default();
        state.planned.clear();
        state.outage_until_ms = 0;
        state.refused.0 = 0;
    }

    /// Disturbs the n-th call from now on (1 is the next).
    pub fn plan(&self, nth: u64, disturbance: Disturbance) {
        let mut state = self.lock();
        let at = state.tally.calls + nth;
        state.planned.insert(at, disturbance);
    }

    /// Every call fails until then.
    pub fn outage(&self, lasting: Duration) {
        let until_ms = self.0.clock.now_ms() + lasting.as_millis() as i64;
        self.lock().outage_until_ms = until_ms;
    }

    /// The process stands still until then, as a stopped one does: no call begins or returns.
    pub fn pause(&self, lasting: Duration) {
        self.lock().paused_until_ms = self.0.clock.now_ms() + lasting.as_millis() as i64;
    }

    /// Every write fails like this until then; reads do not.
    pub fn refuse_writes(&self, kind: PortErrorKind, lasting: Duration) {
        let until_ms = self.0.clock.now_ms() + lasting.as_millis() as i64;
        self.lock().refused = (until_ms, kind);
    }

    /// How many calls there were.
    pub fn calls(&self) -> u64 {
        self.lock().tally.calls
    }

    /// What happened so far.
    pub fn tally(&self) -> Tally {
        self.lock().tally
    }

    /// How many calls there were, by port and method.
    pub fn calls_by_name(&self) -> BTreeMap<&'static str, u64> {
        self.lock().by_name.clone()
    }

    /// Returns when the process has crashed.
    pub async fn crashed(&self) {
        while !self.0.crashed.load(Ordering::Acquire) {
            self.0.signal.notified().await;
        }
    }

    /// The process dies now: no call returns or takes effect any more.
    pub fn crash(&self) {
        self.lock().tally.crashes += 1;
        self.0.crashed.store(true, Ordering::Release);
        self.0.signal.notify_one();
    }

    /// A new process begins.
    pub(crate) fn revive(&self) {
        self.0.crashed.store(false, Ordering::Release);
    }

    /// A call whose effect happens at once or not at all.
    pub(crate) async fn call<T>(&self, name: &'static str, effect: impl FnOnce() -> PortResult<T>) -> PortResult<T> {
        let (slowness, fate) = self.decide(name);
        self.lock().tally.faults += u64::from(!matches!(fate, Fate::Works));
        self.pass(slowness.before).await;
        match fate {
            Fate::Works => {
                let came = effect();
                self.pass(slowness.after).await;
                came
            }
            Fate::Fails(kind) => Err(PortError::new(kind, format!("{name}: simulated before"))),
            Fate::LosesReply => {
                let _ = effect();
                self.pass(slowness.after).await;
                Err(PortError::unavailable(format!("{name}: simulated after")))
            }
            Fate::Dies { after } => {
                if after {
                    let _ = effect();
                }
                self.crash();
                std::future::pending().await
            }
        }
    }

    /// Takes this long. A process that stands still or is dead does not get past here.
    async fn pass(&self, wait: Option<Duration>) {
        if let Some(wait) = wait {
            if wait.is_zero() { tokio::task::yield_now().await } else { self.0.clock.sleep(wait).await }
        }
        let paused_until_ms = self.lock().paused_until_ms;
        let standing = paused_until_ms - self.0.clock.now_ms();
        if standing > 0 {
            self.0.clock.sleep(Duration::from_millis(standing as u64)).await;
        }
        if self.0.crashed.load(Ordering::Acquire) {
            std::future::pending::<()>().await;
        }
    }

    fn decide(&self, name: &'static str) -> (Slowness, Fate) {
        let now_ms = self.0.clock.now_ms();
        let mut state = self.lock();
        state.tally.calls += 1;
        *state.by_name.entry(name).or_default() += 1;
        let calls = state.tally.calls;
        match state.planned.remove(&calls) {
            Some(Disturbance::CrashBefore) => return (Slowness::NONE, Fate::Dies { after: false }),
            Some(Disturbance::CrashAfter) => return (Slowness::NONE, Fate::Dies { after: true }),
            Some(Disturbance::FailBefore) => return (Slowness::NONE, Fate::Fails(PortErrorKind::Unavailable)),
            Some(Disturbance::FailAfter) => return (Slowness::NONE, Fate::LosesReply),
            Some(Disturbance::Refuse(kind)) => return (Slowness::NONE, Fate::Fails(kind)),
            None => {}
        }
        if now_ms < state.outage_until_ms {
            return (Slowness::NONE, Fate::Fails(PortErrorKind::Unavailable));
        }
        let writes = matches!(name, "journal.append" | "table.transact" | "objects.put");
        if writes && now_ms < state.refused.0 {
            return (Slowness::NONE, Fate::Fails(state.refused.1));
        }
        let State { faults, dice, .. } = &mut *state;
        if *faults == Faults::default() {
            return (Slowness::NONE, Fate::Works);
        }
        let wait = dice.chance(faults.slow).then(|| Duration::from_millis(dice.below(faults.slowest_ms + 1)));
        // What is slow after its effect answers with what was true a while ago.
        let slowness = match wait {
            Some(_) if dice.chance(500) => Slowness { after: wait, before: None },
            before => Slowness { before, after: None },
        };
        let conditional = matches!(name, "journal.append" | "table.transact");
        let fate = if dice.chance(faults.fails_before) {
            Fate::Fails(PortErrorKind::Unavailable)
        } else if dice.chance(faults.fails_after) {
            Fate::LosesReply
        } else if dice.chance(faults.throttled) {
            Fate::Fails(PortErrorKind::Throttled)
        } else if writes && dice.chance(faults.full) {
            Fate::Fails(PortErrorKind::Storage)
        } else if conditional && dice.chance(faults.conflicts) {
            Fate::Fails(PortErrorKind::Conflict)
        } else {
            Fate::Works
        };
        (slowness, fate)
    }

    /// When copies of a message become visible; none if it is lost.
    pub(crate) fn copies(&self) -> Copies {
        let mut state = self.lock();
        let State { faults, dice, .. } = &mut *state;
        if dice.chance(faults.lost) {
            return Copies(Vec::new());
        }
        let count = if dice.chance(faults.repeated) { 2 } else { 1 };
        let delay = |_| match dice.chance(faults.delayed) {
            true => Duration::from_millis(dice.below(faults.latest_ms + 1)),
            false => Duration::ZERO,
        };
        Copies((0..count).map(delay).collect())
    }

    /// Brings messages out of order if they may be.
    pub(crate) fn reorder<T>(&self, items: &mut [T]) {
        let mut state = self.lock();
        if state.faults.delayed > 0 {
            state.dice.shuffle(items);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// How long a call takes before and after its effect.
#[derive(Clone, Copy)]
struct Slowness {
    before: Option<Duration>,
    after: Option<Duration>,
}

impl Slowness {
    const NONE: Self = Self { before: None, after: None };
}

enum Fate {
    Works,
    Fails(PortErrorKind),
    LosesReply,
    Dies { after: bool },
}
