//! A handful of generated workflows run to their end, whatever happens meanwhile.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    fmt,
    time::Duration,
};

use cueline_ports::{Clock, ExecutionStatus, PortErrorKind};
use cueline_protocol::ids::ExecutionId;
use cueline_runtime::{Engine, EngineError, Finished, StartExecution};
use serde_json::Value;

use super::{
    Dice, Disturbance, Faults, Process, Setup, Tally, Universe, audit,
    plans::{self, Bodies},
};

/// What is to be run.
pub struct Plan {
    /// The processes.
    pub setup: Setup,
    /// Executions: id, workflow, input.
    pub executions: Vec<(ExecutionId, String, Value)>,
    /// What ran how often.
    pub bodies: Bodies,
}

/// How each execution ended.
pub type Outcomes = BTreeMap<ExecutionId, Outcome>;

/// How an execution ended. Objects compare by content: a message of the protocol keeps no order of members.
#[derive(Clone, PartialEq)]
pub struct Outcome {
    status: ExecutionStatus,
    output: Option<Value>,
    failure: Option<(String, String)>,
}

impl Outcome {
    /// Of an execution that has ended.
    pub fn of(finished: &Finished) -> Self {
        let Finished { status, output, failure } = finished.clone();
        let failure = failure.map(|failure| (failure.error, failure.cause));
        Self { status, output: output.map(|output| Value::clone(&output)), failure }
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, output, failure } = self;
        let output: String = format!("{output:?}").chars().take(400).collect();
        write!(f, "{} {output} {failure:?}", status.as_str())
    }
}

/// Both runs ended alike.
///
/// # Panics
/// With the first execution that did not.
pub fn assert_alike(found: &Outcomes, expected: &Outcomes) {
    let ids = |outcomes: &Outcomes| outcomes.keys().cloned().collect::<Vec<_>>();
    assert_eq!(ids(found), ids(expected), "the same executions have ended");
    for (id, expected) in expected {
        assert_eq!(found.get(id), Some(expected), "{id} ends as it does undisturbed");
    }
}

/// What goes wrong while a plan runs.
#[derive(Debug, Clone, Default)]
pub struct Weather {
    /// Calls and messages.
    pub faults: Faults,
    /// In how many calls from the start of a life it ends; one element per life.
    pub crashes: Vec<(u64, Disturbance)>,
    /// How long the faults last; then everything must finish.
    pub lasting: Duration,
    /// Queues are emptied about this often.
    pub purge_every: Option<Duration>,
    /// The ports are away for this long about every so often.
    pub outage: Option<(Duration, Duration)>,
}

impl Weather {
    /// Everything that can go wrong, for some minutes.
    pub fn any(dice: &mut Dice) -> Self {
        let crashes = (0..dice.below(6)).map(|_| {
            let kind = *dice.pick(&[Disturbance::CrashBefore, Disturbance::CrashAfter]);
            (dice.between(1, 150), kind)
        });
        let crashes = crashes.collect();
        Self {
            crashes,
            faults: Faults::any(dice),
            lasting: Duration::from_secs(dice.between(1, 300)),
            purge_every: dice.chance(400).then(|| Duration::from_secs(dice.between(1, 30))),
            outage: dice
                .chance(300)
                .then(|| (Duration::from_secs(dice.between(5, 60)), Duration::from_millis(dice.between(100, 20_000)))),
        }
    }
}

impl Plan {
    /// A plan from a seed.
    ///
    /// # Panics
    /// Never: the ids are sound.
    pub fn generated(dice: &mut Dice, most: u64) -> Self {
        let bodies = Bodies::default();
        let counted = bodies.clone();
        let mut setup = Setup::new(move || plans::kinds(&counted));
        let mut executions = Vec::new();
        for number in 0..dice.between(1, most) {
            let name = format!("plan-{number}");
            setup = setup.workflow(&name, &plans::definition(dice).to_string());
            for run in 0..dice.between(1, 2) {
                let id = ExecutionId::new(format!("run-{number}-{run}")).expect("a sound id");
                executions.push((id, name.clone(), plans::input(dice)));
            }
        }
        dice.shuffle(&mut executions);
        Self { setup, executions, bodies }
    }

    /// What happened while it ran in this universe.
    pub fn tally(&self, universe: &Universe) -> Tally {
        let again = self.bodies.runs().values().map(|runs| u64::from(runs - 1)).sum();
        Tally { again, ..universe.chaos.tally() }
    }

    /// Runs everything; returns once all of it has ended and its journals were audited.
    pub fn run(&self, universe: &Universe, weather: &Weather) -> Outcomes {
        let lives = Cell::new(0_usize);
        let accepted = RefCell::new(Vec::new());
        let calm_ms = universe.clock.elapsed_ms() + weather.lasting.as_millis() as i64;
        universe.chaos.set(weather.faults);
        universe.lives(&self.setup, async |Process { engine }| {
            if let Some((nth, kind)) = weather.crashes.get(lives.replace(lives.get() + 1)) {
                universe.chaos.plan(*nth, *kind);
            }
            let all = async {
                for (id, workflow, input) in &self.executions {
                    let start = StartExecution::of(workflow, input.clone()).with_id(id.clone());
                    start_it(universe, &engine, start).await;
                    accepted.borrow_mut().push(id.clone());
                }
                let mut outcomes = Outcomes::new();
                for (id, ..) in &self.executions {
                    // Who waits for an execution keeps it in memory; most are waited for by nobody.
                    if universe.seed % 4 < 3 {
                        ended(universe, id).await;
                    }
                    outcomes.insert(id.clone(), Outcome::of(&wait_for(universe, &engine, id).await));
                }
                outcomes
            };
            let outcomes = tokio::select! {
                biased;
                outcomes = all => outcomes,
                () = storm(universe, weather, calm_ms) => Outcomes::new(),
            };
            universe.chaos.calm();
            for (id, ..) in &self.executions {
                audit::ended(&engine, id).await;
                audit::ignores_late_news(&engine, id).await;
            }
            audit::exactly(&engine, self.executions.iter().map(|(id, ..)| id.clone()).collect()).await;
            outcomes
        })
    }
}

/// Bad weather until it is over, then for ever calm.
pub(super) async fn storm(universe: &Universe, weather: &Weather, calm_ms: i64) {
    let purges = async {
        while let Some(every) = weather.purge_every {
            universe.clock.sleep(every).await;
            universe.queue.purge_all();
        }
        std::future::pending::<()>().await;
    };
    let outages = async {
        while let Some((every, lasting)) = weather.outage {
            universe.clock.sleep(every).await;
            universe.chaos.outage(lasting);
        }
        std::future::pending::<()>().await;
    };
    let left = calm_ms.saturating_sub(universe.clock.elapsed_ms()).max(0);
    tokio::select! {
        biased;
        () = universe.clock.sleep(Duration::from_millis(left as u64)) => universe.chaos.calm(),
        () = purges => {}
        () = outages => {}
    }
    std::future::pending().await
}

/// Starts an execution as a stubborn client does.
#[expect(clippy::panic, reason = "a refusal is a failure of the test")]
pub async fn start_it(universe: &Universe, engine: &Engine, start: StartExecution) {
    loop {
        match engine.start(start.clone()).await {
            Ok(_) => return,
            Err(error) if may_pass(&error) => universe.clock.sleep(Duration::from_millis(500)).await,
            Err(error) => panic!("a start is refused: {error}"),
        }
    }
}

/// Looks from outside until the journal says that it has ended.
async fn ended(universe: &Universe, execution: &ExecutionId) {
    let journal = universe.outside().journal;
    while journal.summary(execution).await.ok().flatten().is_none_or(|it| it.status == ExecutionStatus::Running) {
        universe.clock.sleep(Duration::from_millis(500)).await;
    }
}

/// Waits for the end as a stubborn client does.
#[expect(clippy::panic, reason = "a refusal is a failure of the test")]
pub async fn wait_for(universe: &Universe, engine: &Engine, execution: &ExecutionId) -> Finished {
    loop {
        match engine.wait(execution).await {
            Ok(finished) => return finished,
            Err(error) if may_pass(&error) => universe.clock.sleep(Duration::from_millis(500)).await,
            Err(error) => panic!("waiting for {execution} fails: {error}"),
        }
    }
}

pub(super) fn may_pass(error: &EngineError) -> bool {
    error.is_transient() || matches!(error, EngineError::Port { kind: PortErrorKind::Conflict, .. })
}
