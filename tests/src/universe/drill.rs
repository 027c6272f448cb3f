//! Every call in turn: a story is told once undisturbed, then again and again with one thing going wrong each time.
//!
//! A step of a workflow makes a few calls (its cue is received, its body reads and writes, its result is appended, the
//! message is acknowledged). Crashing after each of them repeats every step, failing each of them fails every step; a copy
//! of every message repeats every cue.

use super::{Disturbance, Faults, Universe};

/// Tells the story with one [`Disturbance`] at each of its calls; each time it must end as it does undisturbed.
///
/// `story` begins with the given empty universe, lets processes live in it until all is done, and says what came of it.
///
/// # Panics
/// When an outcome differs; the message names the call.
#[expect(clippy::panic, reason = "a drill is an assertion")]
pub fn at_every_call<T: PartialEq + std::fmt::Debug>(disturbance: Disturbance, story: impl Fn(&Universe) -> T) {
    let undisturbed = Universe::new(0);
    let expected = story(&undisturbed);
    let calls = undisturbed.chaos.calls();
    for nth in 1..=calls {
        let universe = Universe::new(nth);
        universe.chaos.plan(nth, disturbance);
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| story(&universe)));
        match outcome {
            Ok(outcome) => {
                assert_eq!(outcome, expected, "{disturbance:?} at call {nth} of {calls} changes the outcome")
            }
            Err(_) => panic!("{disturbance:?} at call {nth} of {calls} ends the story"),
        }
    }
}

/// Tells the story with every message delivered twice; it must end as it does undisturbed.
///
/// # Panics
/// When the outcome differs.
pub fn with_every_message_twice<T: PartialEq + std::fmt::Debug>(story: impl Fn(&Universe) -> T) {
    let expected = story(&Universe::new(0));
    for latest_ms in [0, 50, 5_000] {
        let universe = Universe::new(1);
        universe.chaos.set(Faults { repeated: 1_000, delayed: 500, latest_ms, ..Faults::default() });
        assert_eq!(story(&universe), expected, "messages that come twice change the outcome");
    }
}
