//! The same generated plans in a simulated world, on one machine and on AWS end in equal journals.
//!
//! `CUELINE_PLANS=50` runs more of them.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test is an assertion and says what it measured")]
#![cfg(all(feature = "aws", feature = "system"))]

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use cueline::{config::Config, wiring};
use cueline_aws::Meter;
use cueline_ports::{Clock, SystemClock};
use cueline_runtime::{Engine, StartExecution, World};
use cueline_tests::{
    canonical::{self, Told},
    cloud::Cloud,
    emulator,
    universe::{
        Dice, Process, Universe, plans,
        runs::{Outcome, Outcomes, Plan},
    },
};

/// Far longer than a plan takes.
const PATIENCE: Duration = Duration::from_secs(240);
const SEEDS: u64 = 0xD1FF;

/// Plans wait for minutes; the services need not.
struct Hasty {
    begun: Instant,
    begun_ms: i64,
    times: u32,
}

impl Hasty {
    fn running(times: u32) -> Arc<dyn Clock> {
        Arc::new(Self { begun: Instant::now(), begun_ms: SystemClock.now_ms(), times })
    }
}

#[async_trait]
impl Clock for Hasty {
    fn now_ms(&self) -> i64 {
        self.begun_ms + (self.begun.elapsed() * self.times).as_millis() as i64
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration / self.times).await;
    }
}

/// What a world made of a plan.
struct Ran {
    outcomes: Outcomes,
    journals: BTreeMap<String, Told>,
}

fn plan(seed: u64) -> Plan {
    Plan::generated(&mut Dice::new(seed), 3)
}

fn simulated(seed: u64) -> Ran {
    let plan = plan(seed);
    Universe::new(seed).lives(&plan.setup, async |Process { engine }| finish(&plan, &engine).await)
}

async fn elsewhere(seed: u64, world: World) -> Ran {
    let plan = plan(seed);
    let kinds = plans::kinds(&plan.bodies);
    let engine = Engine::launch(world, kinds, plan.setup.options.clone()).await.unwrap();
    for (name, definition) in &plan.setup.definitions {
        engine.definitions().register(name, definition).await.unwrap();
    }
    let ran = tokio::time::timeout(PATIENCE, finish(&plan, &engine)).await.expect("every execution ends");
    engine.shut_down(Duration::ZERO).await;
    ran
}

async fn finish(plan: &Plan, engine: &Engine) -> Ran {
    for (id, workflow, input) in &plan.executions {
        engine.start(StartExecution::of(workflow, input.clone()).with_id(id.clone())).await.unwrap();
    }
    let mut outcomes = Outcomes::new();
    for (id, ..) in &plan.executions {
        outcomes.insert(id.clone(), Outcome::of(&engine.wait(id).await.unwrap()));
    }
    Ran { outcomes, journals: canonical::every(engine).await }
}

fn assert_alike(seed: u64, place: &str, found: &Ran, expected: &Ran) -> usize {
    assert_eq!(found.outcomes, expected.outcomes, "plan {seed}: outcomes {place}");
    let ids = |ran: &Ran| ran.journals.keys().cloned().collect::<Vec<_>>();
    assert_eq!(ids(found), ids(expected), "plan {seed}: the executions {place}");
    let mut entries = 0;
    for (id, expected) in &expected.journals {
        for (frame, expected) in expected {
            let found = found.journals[id].get(frame);
            assert_eq!(found, Some(expected), "plan {seed}: {id} at {frame:?} {place}");
            entries += expected.len();
        }
        assert_eq!(found.journals[id].len(), expected.len(), "plan {seed}: {id} has more frames {place}");
    }
    entries
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_ends_in_the_same_journal_wherever_it_runs() {
    let plans = std::env::var("CUELINE_PLANS").ok().and_then(|count| count.parse().ok()).unwrap_or(12);
    let (mut executions, mut entries, mut clouds) = (0, 0, 0);
    for seed in SEEDS..SEEDS + plans {
        let simulated = tokio::task::spawn_blocking(move || simulated(seed)).await.unwrap();

        let folder = tempfile::tempdir().unwrap();
        let config = Config::in_directory(folder.path()).unwrap();
        let wired = wiring::open(&config).await.unwrap();
        let embedded = elsewhere(seed, World { clock: Hasty::running(100), ..wired.world.clone() });
        let cloud = async {
            let account = emulator::account(&format!("plan {seed}"))?;
            let world = Cloud::new(account).world(&Meter::default()).await.unwrap();
            Some(elsewhere(seed, World { clock: Hasty::running(100), ..world }).await)
        };
        let (embedded, cloud) = tokio::join!(embedded, cloud);
        tokio::task::spawn_blocking(move || wired.close()).await.unwrap();
        entries += assert_alike(seed, "on one machine", &embedded, &simulated);
        executions += simulated.journals.len();
        if let Some(cloud) = cloud {
            assert_alike(seed, "on AWS", &cloud, &simulated);
            clouds += 1;
        }
    }
    println!(
        "{plans} plans, {executions} executions, {entries} entries: equal in a simulated world, on one machine, and \
         {clouds} of them on AWS"
    );
}
