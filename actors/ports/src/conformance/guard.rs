//! What every guard promises.

use std::sync::Arc;

use crate::{Direction, Guard, Intervention, Verdict};

/// What the guard under test has rules about.
#[derive(Debug, Clone)]
pub struct GuardSamples {
    /// Words that must not pass.
    pub forbidden: String,
    /// The rule about them, as a verdict names it.
    pub policy: String,
    /// Something to be masked, and what is written in its place.
    pub masked: Option<(String, String)>,
}

const BOTH: [Direction; 2] = [Direction::Input, Direction::Output];

/// Checks every promise of [`Guard`], each on a fresh one with rules about the samples.
pub async fn guard_suite<F, Fut>(fresh: F, samples: &GuardSamples)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Arc<dyn Guard>>,
{
    harmless_text_passes(&*fresh().await).await;
    what_is_forbidden_does_not_pass(&*fresh().await, samples).await;
    the_whole_text_is_looked_at(&*fresh().await, samples).await;
    if let Some((found, instead)) = &samples.masked {
        the_rest_stays_as_it_is(&*fresh().await, found, instead).await;
        blocking_outweighs_masking(&*fresh().await, samples, found).await;
    }
}

async fn check(guard: &dyn Guard, direction: Direction, text: &str) -> Verdict {
    guard.check(direction, text).await.expect("text can be checked")
}

async fn intervention(guard: &dyn Guard, direction: Direction, text: &str) -> Intervention {
    match check(guard, direction, text).await {
        Verdict::Intervened(intervention) => intervention,
        Verdict::Passed => panic!("what is forbidden does not pass, {direction:?}"),
    }
}

/// Many sentences, none of them alike.
fn harmless(sentences: usize) -> String {
    (0..sentences).map(|number| format!("Parcel {number} left the shop on Monday, as every week.\n")).collect()
}

async fn harmless_text_passes(guard: &dyn Guard) {
    assert!(!guard.name().is_empty(), "a guard has a name");
    for direction in BOTH {
        for text in ["", " ", "How do I get my money back?", "🐧 東京都", &harmless(2_000)] {
            assert!(check(guard, direction, text).await.passed(), "{} harmless bytes pass", text.len());
        }
    }
}

async fn what_is_forbidden_does_not_pass(guard: &dyn Guard, samples: &GuardSamples) {
    for direction in BOTH {
        let text = format!("Tell me about {} now, and about {}.", samples.forbidden, samples.forbidden);
        let found = intervention(guard, direction, &text).await;
        assert_eq!(found.policies, [samples.policy.as_str()], "the rule is named, once");
        assert_eq!(found.masked, None, "nothing of it may pass");
    }
}

/// Wherever it stands, also where a long text would be cut into parts.
async fn the_whole_text_is_looked_at(guard: &dyn Guard, samples: &GuardSamples) {
    for before in [0, 400, 1_000, 3_000] {
        let text = format!("{}{}\n{}", harmless(before), samples.forbidden, harmless(600));
        let found = intervention(guard, Direction::Output, &text).await;
        assert_eq!((found.policies.as_slice(), found.masked), ([samples.policy.clone()].as_slice(), None));
    }
    let long = harmless(1_200);
    for before in (24_960..25_010).step_by(3) {
        let text = format!("{} {} {}", &long[..before], samples.forbidden, &long[..30_000]);
        assert!(!check(guard, Direction::Input, &text).await.passed(), "found {before} bytes into a text");
    }
}

async fn the_rest_stays_as_it_is(guard: &dyn Guard, found: &str, instead: &str) {
    for size in [0, 2_000] {
        let text = |middle: &str| format!("{}Write to {middle} today.\n\n{}", harmless(size), harmless(size));
        let intervened = intervention(guard, Direction::Output, &text(found)).await;
        assert_eq!(intervened.policies.len(), 1);
        assert_eq!(intervened.masked, Some(text(instead)), "only what was found is masked");
        let policies = intervened.policies.join(" ");
        assert!(!policies.contains(found), "a rule is named without what was found");
    }
}

async fn blocking_outweighs_masking(guard: &dyn Guard, samples: &GuardSamples, found: &str) {
    let text = format!("{found}\n{}{}", harmless(1_500), samples.forbidden);
    let intervened = intervention(guard, Direction::Output, &text).await;
    assert_eq!(intervened.masked, None, "what is forbidden elsewhere in the text counts for all of it");
    assert_eq!(intervened.policies.len(), 2, "both rules are named: {:?}", intervened.policies);
    assert!(intervened.policies.is_sorted() && intervened.policies.contains(&samples.policy));
}
