//! What must hold whatever is observed.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// One rule of each kind, with windows that are short enough to move on.
fn all_kinds(for_ms: i64) -> Watch {
    let rules = json!({
        "first": {"kind": "latency", "over": "target", "of": "ttft", "window_ms": 12_000, "threshold": 940,
            "minimum": 3},
        "whole": {"kind": "latency", "over": "tenant", "of": "duration", "window_ms": 12_000,
            "threshold": 1880, "minimum": 3},
        "spend": {"kind": "spend", "over": "tenant", "window_ms": 12_000, "threshold": 8_000, "clears_at": 7_800},
        "rise": {"kind": "spend_rise", "over": "tenant", "window_ms": 3_000, "baseline_ms": 9_600, "threshold": 1.5,
            "minimum": 3},
        "worse": {"kind": "quality", "over": "target", "window_ms": 6_000, "baseline_ms": 19_200, "threshold": 0.1,
            "last": 5, "minimum": 5, "significance": 0.2},
        "errors": {"kind": "errors", "over": "all", "window_ms": 12_000, "threshold": 0.5, "minimum": 3},
        "breaker": {"kind": "breaker", "over": "target", "threshold": 2_000}
    });
    let mut rules: BTreeMap<String, AlertRule> = serde_json::from_value(rules).unwrap();
    rules.values_mut().for_each(|rule| rule.for_ms = for_ms);
    Watch::new(&rules).unwrap()
}

fn observation(within_ms: i64) -> impl Strategy<Value = Observation> {
    let told = (
        prop::option::of(1_u64..1_000),
        prop::option::of(1_u64..2_000),
        prop_oneof![Just(0.0), 0.0..3.0],
        prop::option::of(any::<bool>()),
        prop::option::of(0.0..1.0),
    );
    (0..within_ms, "[a-c]", "[x-y]", told).prop_map(
        |(at_ms, target, tenant, (ttft_ms, duration_ms, dollars, failed, score))| Observation {
            at_ms,
            target,
            tenant,
            ttft_ms,
            duration_ms,
            dollars,
            failed,
            score,
        },
    )
}

/// Observations of each second, and which breakers turn in it.
type Seconds = Vec<(Vec<Observation>, Option<(String, bool)>)>;

fn seconds() -> impl Strategy<Value = Seconds> {
    let second =
        (prop::collection::vec(observation(1_000), 0..12), prop::option::weighted(0.3, ("[a-c]", any::<bool>())));
    prop::collection::vec(second, 1..60)
}

/// What each look changed, and what stands after it.
fn run(
    watch: &mut Watch,
    seconds: &Seconds,
    mut order: impl FnMut(&mut Vec<Observation>),
) -> Vec<(Vec<Change>, Vec<Alert>)> {
    let mut looks = Vec::new();
    for (second, (seen, turn)) in (0_i64..).zip(seconds) {
        let begins = second * 1_000;
        let mut seen = seen.clone();
        order(&mut seen);
        for mut one in seen {
            one.at_ms += begins;
            watch.observe(&one);
        }
        if let Some((target, is_open)) = turn {
            watch.breaker(target, *is_open, begins);
        }
        let changes = watch.look(begins + 999);
        looks.push((changes, watch.standing()));
    }
    looks
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Between two looks the order is of no account, so it is not within a slot either.
    #[test]
    fn the_order_of_observations_changes_nothing(seconds in seconds(), turn in 1_usize..12, for_ms in 0_i64..4_000) {
        let straight = run(&mut all_kinds(for_ms), &seconds, |_| {});
        let turned = run(&mut all_kinds(for_ms), &seconds, |seen| {
            let by = turn % seen.len().max(1);
            seen.rotate_left(by);
            seen.reverse();
        });
        prop_assert_eq!(straight, turned);
    }

    /// Of each rule and subject: firing and cleared by turns, never sooner than `for_ms`, and what stands is what has fired
    /// and not cleared.
    #[test]
    fn alerts_do_not_flap(seconds in seconds(), for_ms in 0_i64..6_000) {
        let mut standing: BTreeSet<(String, String)> = BTreeSet::new();
        let mut turned: BTreeMap<(String, String), i64> = BTreeMap::new();
        let looks = run(&mut all_kinds(for_ms), &seconds, |_| {});
        for (second, (changes, stands)) in (0_i64..).zip(looks) {
            let now = second * 1_000 + 999;
            for change in changes {
                let (fires, alert) = match change {
                    Change::Firing(alert) => (true, alert),
                    Change::Cleared(alert) => (false, alert),
                };
                prop_assert!(!fires || alert.measured.is_some_and(|measured| measured > alert.threshold));
                prop_assert!(now - alert.since_ms >= for_ms);
                let name = (alert.rule, alert.subject);
                let changed = if fires { standing.insert(name.clone()) } else { standing.remove(&name) };
                prop_assert!(changed, "{name:?} twice");
                prop_assert!(turned.insert(name, now).is_none_or(|last| now - last >= for_ms));
            }
            let stands: BTreeSet<(String, String)> =
                stands.into_iter().map(|alert| (alert.rule, alert.subject)).collect();
            prop_assert_eq!(&stands, &standing);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    /// However much is observed, of however many, at whatever times.
    #[test]
    fn memory_is_bounded(seen in prop::collection::vec((any::<u16>(), any::<i64>(), any::<u64>()), 1..4_000)) {
        let mut watch = all_kinds(0);
        for (name, at_ms, ms) in seen {
            let name = name.to_string();
            watch.breaker(&name, true, at_ms);
            watch.observe(&Observation {
                at_ms, target: name.clone(), tenant: name, ttft_ms: Some(ms), duration_ms: Some(ms), dollars: ms as f64,
                failed: Some(true), score: Some(ms as f64),
            });
        }
        prop_assert!(watch.subjects() <= 7 * (MOST_SUBJECTS + 1));
        // 13 slots of 152 steps for latencies, and 13 and 76 of compared sums.
        prop_assert!(watch.size() <= (MOST_SUBJECTS + 1) * (2 * 13 * 152 + 2 * (13 + 76) + 2 * 13 + 1));
        for now_ms in [i64::MIN, 0, i64::MAX] {
            watch.look(now_ms);
        }
    }
}

/// A full watch holds no more than the documents say, also when every slot of every subject is as long as can be.
#[test]
fn a_subject_holds_so_much_at_most() {
    let mut watch = all_kinds(0);
    for at in 0..200_000 {
        watch.observe(&Observation {
            at_ms: at * 10,
            target: "t".into(),
            tenant: "a".into(),
            ttft_ms: Some(u64::MAX),
            duration_ms: Some(u64::MAX),
            dollars: 1.0,
            failed: Some(true),
            score: Some(1.0),
        });
    }
    assert_eq!(watch.size(), 2 * 13 * 152 + 2 * (13 + 76) + 2 * 13);
}
