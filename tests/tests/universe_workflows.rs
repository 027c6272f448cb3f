//! Whatever goes wrong, every accepted execution ends exactly once, as if nothing had gone wrong.

use std::time::Duration;

use cueline_tests::universe::{
    Dice, Faults, Tally, Universe, for_each_seed,
    runs::{Plan, Weather, assert_alike},
};

/// The weather of a seed must not end otherwise than fair weather does.
fn ends_as_undisturbed(seed: u64, most: u64, weather: impl Fn(&mut Dice) -> Weather) -> Tally {
    let mut dice = Dice::new(seed);
    let plan = Plan::generated(&mut dice, most);
    let expected = plan.run(&Universe::new(seed), &Weather::default());
    for (execution, runs) in plan.bodies.runs() {
        assert_eq!(runs, 1, "undisturbed, the body of {execution:?} runs once");
    }
    plan.bodies.forget();
    let universe = Universe::new(seed);
    let outcomes = plan.run(&universe, &weather(&mut dice));
    assert_alike(&outcomes, &expected);
    plan.tally(&universe)
}

#[test]
fn random_workflows_end_once_and_alike_in_any_weather() {
    for_each_seed("random_workflows_end_once_and_alike_in_any_weather", 50, |seed| {
        ends_as_undisturbed(seed, 4, Weather::any)
    });
}

#[test]
fn purging_every_queue_again_and_again_loses_nothing() {
    for_each_seed("purging_every_queue_again_and_again_loses_nothing", 15, |seed| {
        ends_as_undisturbed(seed, 4, |dice| Weather {
            purge_every: Some(Duration::from_millis(dice.between(50, 20_000))),
            lasting: Duration::from_secs(dice.between(10, 600)),
            faults: if dice.chance(500) { Faults::of_messages(dice) } else { Faults::default() },
            ..Weather::default()
        })
    });
}

#[test]
fn a_storm_of_conflicts_delays_and_loses_nothing() {
    for_each_seed("a_storm_of_conflicts_delays_and_loses_nothing", 5, |seed| {
        ends_as_undisturbed(seed, 3, |dice| Weather {
            faults: Faults { full: if seed.is_multiple_of(3) { 400 } else { 0 }, ..Faults::of_conflicts() },
            lasting: Duration::from_secs(dice.between(10, 120)),
            ..Weather::default()
        })
    });
}

#[test]
fn the_same_seed_tells_the_same_story() {
    for_each_seed("the_same_seed_tells_the_same_story", 3, |seed| {
        let tell = || {
            let mut dice = Dice::new(seed);
            let plan = Plan::generated(&mut dice, 3);
            let universe = Universe::new(seed);
            plan.run(&universe, &Weather::any(&mut dice));
            (universe.told(), plan.tally(&universe))
        };
        let (first, second) = (tell(), tell());
        assert!(first == second, "two tellings of seed {seed} differ");
        first.1
    });
}
