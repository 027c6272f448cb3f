//! Stories of each kind of rule, and of rules that make no sense.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;

const MINUTE: i64 = 60_000;

fn rules(rules: Value) -> BTreeMap<String, AlertRule> {
    serde_json::from_value(rules).unwrap()
}

fn watch(written: Value) -> Watch {
    Watch::new(&rules(json!({"rule": written}))).unwrap()
}

fn call(at_ms: i64) -> Observation {
    Observation { at_ms, target: "t".into(), tenant: "a".into(), failed: Some(false), ..Observation::default() }
}

/// `+subject` for each that fires, `-subject` for each that clears.
fn told(changes: Vec<Change>) -> Vec<String> {
    let word = |change| match change {
        Change::Firing(alert) => format!("+{}", alert.subject),
        Change::Cleared(alert) => format!("-{}", alert.subject),
    };
    changes.into_iter().map(word).collect()
}

#[test]
fn slow_answers_fire_with_what_was_measured_and_clear_when_they_are_fast_again() {
    let mut watch = watch(json!({
        "kind": "latency", "over": "target", "of": "ttft", "window_ms": MINUTE, "threshold": 1000, "clears_at": 800,
        "for_ms": 5_000
    }));
    for at in 0..100 {
        let ttft = if at % 10 == 0 { 2_000 } else { 100 };
        watch.observe(&Observation { ttft_ms: Some(ttft), ..call(at * 100) });
        watch.observe(&Observation { ttft_ms: Some(100), target: "fast".into(), ..call(at * 100) });
        watch.observe(&Observation { duration_ms: Some(9_000), target: "other span".into(), ..call(at * 100) });
    }
    assert_eq!(watch.look(10_000), [], "it must hold");
    assert_eq!(watch.subjects(), 2, "what tells nothing makes no subject");
    let Some(Change::Firing(alert)) = watch.look(15_000).pop() else { panic!("one in ten is slow") };
    assert_eq!((alert.rule.as_str(), alert.subject.as_str(), alert.since_ms), ("rule", "t", 10_000));
    assert_eq!(alert.threshold, 1_000.0);
    let measured = alert.measured.unwrap();
    assert!((measured - 2_000.0).abs() <= 2_000.0 * LATENCY_ERROR, "{measured}");
    assert_eq!(watch.standing(), [alert]);
    for at in 0..100 {
        watch.observe(&Observation { ttft_ms: Some(100), ..call(70_000 + at) });
    }
    assert_eq!((watch.look(76_000), told(watch.look(81_000))), (vec![], vec!["-t".to_owned()]));
    assert_eq!(watch.standing(), []);
    assert_eq!((watch.look(10 * MINUTE), watch.subjects()), (vec![], 0), "all is forgotten");
}

#[test]
fn a_share_of_failures_needs_enough_calls() {
    let mut watch = watch(json!({"kind": "errors", "over": "tenant", "window_ms": MINUTE, "threshold": 0.2}));
    for at in 0..19 {
        watch.observe(&Observation { failed: Some(true), ..call(at) });
    }
    assert_eq!(watch.look(1_000), [], "nineteen prove nothing");
    watch.observe(&Observation { failed: None, score: Some(1.0), ..call(20) });
    assert_eq!(watch.look(1_000), [], "feedback is no call");
    watch.observe(&Observation { failed: Some(true), ..call(20) });
    assert_eq!(told(watch.look(1_000)), ["+a"]);
    watch.observe(&call(2 * MINUTE));
    assert_eq!(watch.look(2 * MINUTE), [], "one good call proves nothing either");
    let cleared = watch.look(4 * MINUTE);
    let alert = Alert { rule: "rule".into(), subject: "a".into(), measured: None, threshold: 0.2, since_ms: 1_000 };
    assert_eq!(cleared, [Change::Cleared(alert)], "nobody asks any more");
    let seen = serde_json::to_value(&cleared).unwrap();
    assert_eq!(
        seen,
        json!([{
            "change": "cleared", "rule": "rule", "subject": "a", "measured": null, "threshold": 0.2, "since_ms": 1000
        }])
    );
}

#[test]
fn spending_is_measured_an_hour() {
    let mut watch = watch(json!({"kind": "spend", "over": "all", "window_ms": 10 * MINUTE, "threshold": 59}));
    for minute in 0..20 {
        watch.observe(&Observation { dollars: 1.0, ..call(minute * MINUTE) });
        if minute == 8 {
            assert_eq!(watch.look(minute * MINUTE), [], "nine dollars in ten minutes are less than 59 an hour");
        }
    }
    let Some(Change::Firing(alert)) = watch.look(20 * MINUTE - 1).pop() else { panic!("a dollar a minute") };
    assert_eq!(alert.subject, ALL);
    assert!((alert.measured.unwrap() - 60.0).abs() < 6.0, "{alert:?}");
    assert_eq!(told(watch.look(40 * MINUTE)), ["-all"]);
}

#[test]
fn a_rise_is_measured_against_the_time_before() {
    let hour = 60 * MINUTE;
    let written = json!({
        "kind": "spend_rise", "over": "tenant", "window_ms": 5 * MINUTE, "baseline_ms": 12 * hour, "threshold": 3,
        "at_least": 10
    });
    let mut watch = watch(written);
    let spend = |watch: &mut Watch, tenant: &str, at_ms: i64, dollars: f64| {
        watch.observe(&Observation { tenant: tenant.into(), dollars, ..call(at_ms) });
    };
    for minute in 0..6 * 60 {
        spend(&mut watch, "steady", minute * MINUTE, 1.0);
        spend(&mut watch, "rising", minute * MINUTE, 0.5);
        spend(&mut watch, "small", minute * MINUTE, 0.001);
        assert_eq!(watch.look(minute * MINUTE), [], "minute {minute}");
    }
    for minute in 6 * 60..6 * 60 + 5 {
        spend(&mut watch, "steady", minute * MINUTE, 2.0);
        spend(&mut watch, "rising", minute * MINUTE, 2.0);
        spend(&mut watch, "small", minute * MINUTE, 0.1);
        spend(&mut watch, "new", minute * MINUTE, 5.0);
    }
    let Some(Change::Firing(alert)) = watch.look(6 * hour + 5 * MINUTE - 1).pop() else { panic!("four times") };
    assert_eq!(alert.subject, "rising", "twice is not enough, ten cents neither, and a new one has no before");
    assert!((alert.measured.unwrap() - 4.0).abs() < 0.5, "{alert:?}");
}

#[test]
fn a_drop_in_quality_must_be_large_and_no_chance() {
    let written = json!({
        "kind": "quality", "over": "target", "window_ms": 10 * MINUTE, "baseline_ms": 120 * MINUTE, "threshold": 0.1,
        "significance": 0.001
    });
    let score = |watch: &mut Watch, target: &str, at_ms: i64, score: f64| {
        watch.observe(&Observation { target: target.into(), score: Some(score), failed: None, ..call(at_ms) });
    };
    let mut watch = watch(written);
    for at in 0..100_i64 {
        let usual = if at % 5 == 0 { 0.0 } else { 1.0 };
        for target in ["same", "unlucky", "slightly", "worse"] {
            score(&mut watch, target, at * MINUTE, usual);
        }
    }
    for at in 0..40_i64 {
        let at_ms = 115 * MINUTE + at * 1_000;
        score(&mut watch, "same", at_ms, if at % 5 == 0 { 0.0 } else { 1.0 });
        score(&mut watch, "unlucky", at_ms, if at % 3 == 0 { 0.0 } else { 1.0 });
        score(&mut watch, "slightly", at_ms, 0.75);
        score(&mut watch, "worse", at_ms, if at % 4 == 0 { 1.0 } else { 0.0 });
    }
    let changes = watch.look(116 * MINUTE);
    assert_eq!(told(changes.clone()), ["+worse"], "{changes:?}");
    let Some(Change::Firing(alert)) = changes.first() else { panic!() };
    assert!((alert.measured.unwrap() - 0.55).abs() < 1e-9, "{alert:?}");
}

#[test]
fn only_the_last_scores_are_compared() {
    let mut watch = watch(json!({
        "kind": "quality", "over": "all", "window_ms": 60 * MINUTE, "baseline_ms": 600 * MINUTE, "threshold": 0.2,
        "last": 10
    }));
    for at in 0..50 {
        watch.observe(&Observation { score: Some(1.0), ..call(at * MINUTE) });
    }
    for at in 0..10 {
        watch.observe(&Observation { score: Some(1.0), ..call(161 * MINUTE + at) });
        watch.observe(&Observation { score: Some(0.1), ..call(199 * MINUTE + at) });
    }
    assert_eq!(told(watch.look(200 * MINUTE)), ["+all"]);
    assert!((watch.standing()[0].measured.unwrap() - 0.9).abs() < 1e-9, "the good ones of the same window are older");
}

#[test]
fn a_breaker_that_stays_open_fires_until_it_closes() {
    let mut watch = watch(json!({"kind": "breaker", "over": "target", "threshold": 30_000}));
    watch.observe(&call(0));
    watch.breaker("t", true, 1_000);
    watch.breaker("u", true, 20_000);
    watch.breaker("t", true, 25_000);
    assert_eq!(watch.look(31_000), []);
    let alert = Alert {
        rule: "rule".into(),
        subject: "t".into(),
        measured: Some(30_001.0),
        threshold: 30_000.0,
        since_ms: 31_001,
    };
    assert_eq!(watch.look(31_001), [Change::Firing(alert)], "opening again while it probes changes nothing");
    watch.breaker("t", false, 40_000);
    watch.breaker("u", false, 40_000);
    watch.breaker("never seen", false, 40_000);
    assert_eq!((told(watch.look(40_000)), watch.subjects()), (vec!["-t".to_owned()], 0));
}

#[test]
fn what_swings_around_the_threshold_fires_once() {
    let mut watch = watch(json!({
        "kind": "errors", "over": "all", "window_ms": 12_000, "threshold": 0.5, "clears_at": 0.2, "for_ms": 3_000
    }));
    let mut changes = Vec::new();
    for second in 0..600 {
        for at in 0..20 {
            // Shares between 0.35 and 0.65, in swings of half a minute.
            let is_high = second / 15 % 2 == 0;
            let failed = at < if is_high { 13 } else { 7 };
            watch.observe(&Observation { failed: Some(failed), ..call(second * 1_000 + at) });
        }
        changes.extend(told(watch.look(second * 1_000 + 999)));
    }
    assert_eq!(changes, ["+all"]);
}

#[test]
fn subjects_beyond_the_most_are_watched_together() {
    let mut watch = watch(json!({"kind": "errors", "over": "tenant", "window_ms": MINUTE, "threshold": 0.2}));
    for tenant in 0..MOST_SUBJECTS + 50 {
        watch.observe(&Observation { tenant: tenant.to_string(), failed: Some(true), ..call(0) });
    }
    assert_eq!(watch.subjects(), MOST_SUBJECTS + 1);
    assert_eq!(told(watch.look(1)), ["+other"], "one call of each, fifty of the others");
    assert_eq!(told(watch.look(3 * MINUTE)), ["-other"]);
    assert_eq!(watch.subjects(), 0, "and there is room again");
}

#[test]
fn rules_that_make_no_sense_are_told_with_field_value_and_fix() {
    let latency = json!({"kind": "latency", "over": "all", "of": "ttft", "window_ms": 60_000, "threshold": 100});
    let quality =
        json!({"kind": "quality", "over": "all", "window_ms": 60_000, "baseline_ms": 600_000, "threshold": 0.1});
    let breaker = json!({"kind": "breaker", "over": "target", "threshold": 100});
    for (base, change, expected) in [
        (&latency, json!({}), ""),
        (&quality, json!({"last": 5, "minimum": 5, "significance": 0.05, "clears_at": 0}), ""),
        (&breaker, json!({"for_ms": 10}), ""),
        (&latency, json!({"of": null}), "r.of is missing; write \"ttft\" or \"duration\""),
        (&latency, json!({"window_ms": null}), "r.window_ms is missing; write milliseconds from 1000 to 2678400000"),
        (&latency, json!({"window_ms": 0}), "r.window_ms is 0; write milliseconds from 1000 to 2678400000"),
        (
            &latency,
            json!({"threshold": 0}),
            "r.threshold is 0; write a number above 0 and below 2678400000: milliseconds",
        ),
        (
            &latency,
            json!({"clears_at": 100}),
            "r.clears_at is 100; write a number from 0 to less than the threshold of 100",
        ),
        (&latency, json!({"for_ms": -1}), "r.for_ms is -1; write milliseconds from 0 to 2678400000"),
        (&latency, json!({"minimum": 0}), "r.minimum is 0; write a whole number of 1 or more"),
        (
            &latency,
            json!({"significance": 0.01, "last": 3}),
            "r.last is 3; leave it out, this kind does not use it\n\
             r.significance is 0.01; leave it out, this kind does not use it",
        ),
        (
            &latency,
            json!({"kind": "errors"}),
            "r.of is ttft; leave it out, this kind does not use it\n\
             r.threshold is 100; write a number above 0 and below 1: a share of the calls",
        ),
        (
            &quality,
            json!({"baseline_ms": 100_000}),
            "r.baseline_ms is 100000; write milliseconds from 120000 to 2678400000",
        ),
        (
            &quality,
            json!({"significance": 0.5}),
            "r.significance is 0.5; write a number above 0 and below 0.5: a chance, e.g. 0.01",
        ),
        (&breaker, json!({"over": "tenant"}), "r.over is tenant; write \"target\", each has a breaker"),
        (&breaker, json!({"window_ms": 5_000}), "r.window_ms is 5000; leave it out, this kind does not use it"),
    ] {
        let mut written = base.as_object().unwrap().clone();
        written.extend(change.as_object().unwrap().clone());
        let found = Watch::new(&rules(json!({"r": written}))).err().map(|problems| problems.to_string());
        assert_eq!(found.unwrap_or_default(), expected, "{change}");
    }
    for (written, words) in [
        (json!({"kind": "latency", "over": "all", "threshold": 1, "windows_ms": 5}), "unknown field `windows_ms`"),
        (json!({"kind": "noise", "over": "all", "threshold": 1}), "unknown variant `noise`, expected one of `latency`"),
        (json!({"kind": "spend", "threshold": 1}), "missing field `over`"),
    ] {
        let error = serde_json::from_value::<AlertRule>(written).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}
