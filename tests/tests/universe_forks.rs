//! A fork shares what was recorded and runs only what comes after.

use std::collections::BTreeSet;

use cueline_protocol::ids::ExecutionId;
use cueline_runtime::{
    Engine, StartExecution,
    codec::Commit,
    inspect::{self, ForkRequest},
};
use cueline_states::{Entry, Json};
use cueline_tests::universe::{
    Dice, Universe, audit, for_each_seed,
    plans::Bodies,
    runs::{self, Outcome, Outcomes, Plan, Weather},
};
use serde_json::json;

/// Forks of one execution that are tried at most.
const MOST: usize = 8;

#[test]
fn a_fork_shares_what_was_recorded_and_runs_what_comes_after() {
    for_each_seed("a_fork_shares_what_was_recorded_and_runs_what_comes_after", 10, |seed| {
        let mut dice = Dice::new(seed);
        let plan = Plan::generated(&mut dice, 2);
        let universe = Universe::new(seed);
        // Recorded in bad weather, so that repeated bodies and recovered processes are in the history.
        let weather = if dice.chance(500) { Weather::any(&mut dice) } else { Weather::default() };
        let outcomes = plan.run(&universe, &weather);
        universe.lives(&plan.setup, async |process| {
            for (origin, workflow, _) in &plan.executions {
                forks_of(&universe, &process.engine, &plan, (origin, workflow), &outcomes, &mut dice).await;
            }
        });
        plan.tally(&universe)
    });
}

fn entries(commits: &[Commit]) -> Vec<Entry> {
    commits.iter().flat_map(|commit| commit.entries.iter().cloned()).collect()
}

async fn forks_of(
    universe: &Universe,
    engine: &Engine,
    plan: &Plan,
    (origin, workflow): (&ExecutionId, &str),
    outcomes: &Outcomes,
    dice: &mut Dice,
) {
    let recorded = entries(&inspect::history(engine, origin).await.expect("it is recorded"));
    let bodies = plan.bodies.of(origin.as_str());
    let places = recorded.iter().enumerate().filter(|(_, entry)| matches!(entry, Entry::StateEntered { .. }));
    let mut steps: Vec<(u32, usize)> = (1..).zip(places.map(|(at, _)| at)).collect();
    dice.shuffle(&mut steps[1..]);
    steps.truncate(MOST);
    for (step, cut) in steps {
        for changed in [false, true] {
            let id = ExecutionId::new(format!("{origin}.{step}.{changed}")).expect("a sound id");
            let input = changed.then(|| Json::new(json!({ "n": dice.below(10), "items": [4, 2], "s": "other" })));
            let request = ForkRequest {
                origin: origin.clone(),
                from_step: step,
                input: input.clone(),
                definition: None,
                execution: Some(id.clone()),
            };
            inspect::fork(engine, request).await.expect("any step can be forked");
            let outcome = Outcome::of(&runs::wait_for(universe, engine, &id).await);
            let forked = entries(&audit::ended(engine, &id).await);
            assert_eq!(forked[..cut], recorded[..cut], "{id} shares the first steps");
            assert!(matches!(forked[cut], Entry::ForkedFrom(_)), "{id} goes its own way from there");
            only_what_comes_after_ran(&plan.bodies, &id, &recorded[..cut], &forked[cut..]);
            if changed && dice.chance(300) {
                fork_again(universe, engine, &id, &forked, dice).await;
            }
            match input {
                None => assert_eq!(Some(&outcome), outcomes.get(origin), "{id} ends as its origin"),
                Some(input) if step == 1 => {
                    let again = ExecutionId::new(format!("{id}.fresh")).expect("a sound id");
                    let start = StartExecution::of(workflow, (*input).clone()).with_id(again.clone());
                    runs::start_it(universe, engine, start).await;
                    let fresh = Outcome::of(&runs::wait_for(universe, engine, &again).await);
                    assert_eq!(outcome, fresh, "{id} ends as a new run with its input");
                }
                Some(_) => {}
            }
        }
    }
    let after = entries(&inspect::history(engine, origin).await.expect("it is recorded"));
    assert_eq!(after, recorded, "{origin} is not touched by its forks");
    assert_eq!(plan.bodies.of(origin.as_str()), bodies, "nothing of {origin} runs again");
}

/// A fork of a fork shares what both share, and is as sound as any execution.
async fn fork_again(universe: &Universe, engine: &Engine, origin: &ExecutionId, recorded: &[Entry], dice: &mut Dice) {
    let places = recorded.iter().enumerate().filter(|(_, entry)| matches!(entry, Entry::StateEntered { .. }));
    let places: Vec<usize> = places.map(|(at, _)| at).collect();
    let step = dice.below(places.len() as u64);
    let id = ExecutionId::new(format!("{origin}.again")).expect("a sound id");
    let request = ForkRequest {
        origin: origin.clone(),
        from_step: step as u32 + 1,
        input: None,
        definition: None,
        execution: Some(id.clone()),
    };
    inspect::fork(engine, request).await.expect("a fork can be forked");
    runs::wait_for(universe, engine, &id).await;
    let forked = entries(&audit::ended(engine, &id).await);
    let cut = places[step as usize];
    assert_eq!(forked[..cut], recorded[..cut], "{id} shares the first steps");
}

/// In calm weather each body runs once: those whose result is not shared, and no other.
fn only_what_comes_after_ran(bodies: &Bodies, id: &ExecutionId, shared: &[Entry], own: &[Entry]) {
    let results = |entries: &[Entry]| -> BTreeSet<u64> {
        audit::results_by_task(&entries.iter().collect::<Vec<_>>()).into_keys().collect()
    };
    let ran = bodies.of(id.as_str());
    assert_eq!(ran.keys().copied().collect::<BTreeSet<_>>(), results(own), "{id} runs what has no shared result");
    assert!(ran.keys().all(|task| !results(shared).contains(task)), "{id} runs nothing that is shared");
    assert!(ran.values().all(|runs| *runs == 1), "{id} runs each body once: {ran:?}");
}

#[test]
fn a_replay_calls_nothing() {
    for_each_seed("a_replay_calls_nothing", 2, |seed| {
        let mut dice = Dice::new(seed);
        let plan = Plan::generated(&mut dice, 3);
        let universe = Universe::new(seed);
        plan.run(&universe, &Weather::any(&mut dice));
        universe.lives(&plan.setup, async |process| {
            for (id, ..) in &plan.executions {
                let commits = inspect::history(&process.engine, id).await.unwrap();
                let definition = inspect::definition_of(&process.engine, &commits).await.unwrap();
                let (calls, bodies) = (universe.chaos.calls(), plan.bodies.runs());
                let replayed = inspect::replay(&definition, &commits).unwrap();
                assert_eq!(replayed.decided, commits.len() as u64, "every commit is decided again");
                assert_eq!(replayed.difference, None);
                assert_eq!((universe.chaos.calls(), plan.bodies.runs()), (calls, bodies), "and nothing is called");
            }
        });
        plan.tally(&universe)
    });
}
