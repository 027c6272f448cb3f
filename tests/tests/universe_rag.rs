//! Whatever order news come in and wherever processes die, exactly the live versions are searchable in the end, and nobody
//! ever sees half a document or a deleted one.

use std::time::Duration;

use cueline_tests::universe::{Dice, Faults, Universe, for_each_seed, readers, runs::Weather};

#[test]
fn news_in_any_order_end_in_what_is_there() {
    for_each_seed("news_in_any_order_end_in_what_is_there", 10, |seed| {
        let mut dice = Dice::new(seed);
        let lasting = Duration::from_secs(dice.between(10, 200));
        let weather = Weather { faults: Faults::of_messages(&mut dice), lasting, ..Weather::default() };
        let universe = Universe::new(seed);
        readers::story(&universe, &mut dice, &weather);
        universe.chaos.tally()
    });
}

#[test]
fn documents_are_whole_in_any_weather() {
    for_each_seed("documents_are_whole_in_any_weather", 20, |seed| {
        let mut dice = Dice::new(seed);
        let weather = Weather::any(&mut dice);
        let universe = Universe::new(seed);
        readers::story(&universe, &mut dice, &weather);
        universe.chaos.tally()
    });
}
