//! Several processes on one journal: nobody owns an execution, anybody may die, and all the same each ends once.

use std::time::Duration;

use cueline_ports::{Clock, Condition, ExecutionStatus, Key, Write};
use cueline_protocol::ids::ExecutionId;
use cueline_runtime::{StartExecution, peers};
use cueline_tests::universe::{
    Dice, Faults, Setup, Tally, Universe, audit,
    company::Company,
    for_each_seed,
    plans::{self, Bodies},
    runs::{self, Outcome, Outcomes, Plan, Weather, assert_alike},
};
use serde_json::{Value, json};

fn id(name: &str) -> ExecutionId {
    ExecutionId::new(name).expect("a sound id")
}

/// Starts everything at some process each, and waits at others.
async fn run_all(company: &Company<'_>, plan: &Plan, dice: &mut Dice) -> Outcomes {
    let universe = company.universe;
    let mut any = || dice.below(company.size() as u64) as usize;
    for (id, workflow, input) in &plan.executions {
        let start = StartExecution::of(workflow, input.clone()).with_id(id.clone());
        patiently(company, any(), async |engine| runs::start_it(universe, &engine, start.clone()).await).await;
    }
    let mut outcomes = Outcomes::new();
    for (id, ..) in &plan.executions {
        let finished = patiently(company, any(), async |engine| runs::wait_for(universe, &engine, id).await).await;
        outcomes.insert(id.clone(), Outcome::of(&finished));
    }
    outcomes
}

/// Asks again whoever took the place of a process that died with the question.
async fn patiently<T>(company: &Company<'_>, at: usize, ask: impl AsyncFn(cueline_runtime::Engine) -> T) -> T {
    loop {
        let chaos = company.chaos(at);
        tokio::select! {
            biased;
            told = ask(company.engine(at)) => return told,
            () = chaos.crashed() => company.universe.clock.sleep(Duration::from_secs(1)).await,
        }
    }
}

async fn audit_all(company: &Company<'_>, plan: &Plan) {
    let engine = company.engine(0);
    for (id, ..) in &plan.executions {
        audit::ended(&engine, id).await;
        audit::ignores_late_news(&engine, id).await;
    }
    audit::exactly(&engine, plan.executions.iter().map(|(id, ..)| id.clone()).collect()).await;
}

fn tally(company: &Company<'_>, plan: &Plan) -> Tally {
    let again = plan.bodies.runs().values().map(|runs| u64::from(runs - 1)).sum();
    Tally { again, ..company.tally() }
}

#[test]
fn processes_that_die_and_stand_still_lose_nothing() {
    for_each_seed("processes_that_die_and_stand_still_lose_nothing", 15, |seed| {
        let mut dice = Dice::new(seed);
        let mut plan = Plan::generated(&mut dice, 4);
        let expected = plan.run(&Universe::new(seed), &Weather::default());
        plan.bodies.forget();
        plan.setup = plan.setup.clone().with_peers();
        let universe = Universe::new(seed);
        let (size, lasting) = (dice.between(2, 4) as usize, Duration::from_secs(dice.between(10, 300)));
        let (mut storm_dice, mut dice) = (dice.split(), dice.split());
        universe.company(&plan.setup, size, async |company| {
            let (outcomes, ()) =
                tokio::join!(run_all(company, &plan, &mut dice), company.storm(&mut storm_dice, lasting));
            assert_alike(&outcomes, &expected);
            audit_all(company, &plan).await;
            tally(company, &plan)
        })
    });
}

/// A state that was read before a question or an event came said "I know nothing of that": results were thrown away.
#[test]
fn nothing_runs_twice_while_the_journal_takes_its_time() {
    for_each_seed("nothing_runs_twice_while_the_journal_takes_its_time", 10, |seed| {
        let mut dice = Dice::new(seed);
        let mut plan = Plan::generated(&mut dice, 3);
        let expected = plan.run(&Universe::new(seed), &Weather::default());
        plan.bodies.forget();
        plan.setup = plan.setup.clone().with_peers();
        let universe = Universe::new(seed);
        let tally = universe.company(&plan.setup, dice.between(2, 4) as usize, async |company| {
            company.set(Faults { slow: 400, slowest_ms: 400, ..Faults::default() });
            let outcomes = run_all(company, &plan, &mut dice).await;
            company.calm();
            assert_alike(&outcomes, &expected);
            audit_all(company, &plan).await;
            tally(company, &plan)
        });
        assert_eq!(tally.again, 0, "nothing was lost, so nothing runs again");
        tally
    });
}

fn one_task(delay_ms: u64) -> Value {
    json!({ "StartAt": "Work", "States": { "Work": {
        "Type": "Task", "Resource": "cueline:bench.noop", "End": true,
        "Parameters": { "value.$": "$", "delayMs": delay_ms },
    }}})
}

fn setup(definition: &Value) -> (Setup, Bodies) {
    let bodies = Bodies::default();
    let counted = bodies.clone();
    let setup = Setup::new(move || plans::kinds(&counted)).workflow("work", &definition.to_string());
    (setup.with_usual_limits().with_peers(), bodies)
}

/// Another process saw a cue that nobody seemed to work on, and sent it again every few minutes.
#[test]
fn a_body_that_takes_an_hour_is_not_taken_for_lost() {
    let universe = Universe::new(1);
    let (setup, bodies) = setup(&one_task(3_600_000));
    universe.company(&setup, 3, async |company| {
        runs::start_it(&universe, &company.engine(0), StartExecution::of("work", json!(1)).with_id(id("e"))).await;
        let finished = runs::wait_for(&universe, &company.engine(1), &id("e")).await;
        assert_eq!(finished.status, ExecutionStatus::Succeeded);
        assert_eq!(audit::ended(&company.engine(2), &id("e")).await.len(), 2, "a start and a result");
    });
    assert_eq!(bodies.of("e").into_values().collect::<Vec<_>>(), [1]);
}

/// A name that another process gave was unknown, or meant what it had meant before.
#[test]
fn a_workflow_that_one_process_names_is_started_by_all() {
    let universe = Universe::new(1);
    let (setup, _) = setup(&one_task(0));
    universe.company(&setup, 2, async |company| {
        for (run, seconds) in [("first", 5), ("second", 500)] {
            let text = json!({ "StartAt": "W", "States": { "W": { "Type": "Wait", "Seconds": seconds, "End": true }}});
            let definition = company.engine(0).definitions().keep(&text.to_string()).await.expect("it is sound");
            let body = peers::write_name(definition.hash());
            let put = Write::Put { key: Key::new(peers::NAMES, "nap"), body, condition: Condition::Any };
            universe.outside().table.transact(vec![put]).await.expect("nothing fails here");
            let began_ms = universe.clock.elapsed_ms();
            let start = StartExecution::of("nap", json!(1)).with_id(id(run));
            runs::start_it(&universe, &company.engine(1), start).await;
            runs::wait_for(&universe, &company.engine(1), &id(run)).await;
            let took_ms = universe.clock.elapsed_ms() - began_ms;
            assert!((seconds * 1_000..seconds * 1_000 + 10_000).contains(&took_ms), "{run}: {took_ms} ms");
        }
    });
}

/// Timers are in the memory of whoever decided last; it dies, and nobody else has heard of them.
#[test]
fn a_timer_outlives_the_process_that_set_it() {
    let universe = Universe::new(1);
    let definition = json!({ "StartAt": "Wait", "States": { "Wait": { "Type": "Wait", "Seconds": 300, "End": true }}});
    let (setup, _) = setup(&definition);
    let began_ms = universe.clock.elapsed_ms();
    universe.company(&setup, 2, async |company| {
        runs::start_it(&universe, &company.engine(0), StartExecution::of("work", json!(1)).with_id(id("e"))).await;
        company.kill(0).await;
        let finished = runs::wait_for(&universe, &company.engine(1), &id("e")).await;
        assert_eq!(finished.status, ExecutionStatus::Succeeded);
    });
    let took_ms = universe.clock.elapsed_ms() - began_ms;
    assert!((300_000..310_000).contains(&took_ms), "{took_ms} ms");
}
