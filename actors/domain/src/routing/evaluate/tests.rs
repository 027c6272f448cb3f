use super::*;

/// Cheap costs 1 and dear 10 times as much; what a router expects is the truth unless changed.
fn case(cheap: f64, dear: f64, dollars: f64) -> Case {
    let of = |quality, cost| (Measured { quality, cost }, Expected { quality, cost });
    let (cheap, dear) = (of(cheap, dollars), of(dear, dollars * 10.0));
    Case {
        task_type: "open".to_owned(),
        prompt_bytes: (dollars * 100.0) as usize,
        measured: vec![cheap.0, dear.0],
        expected: vec![cheap.1, dear.1],
    }
}

/// In two of four the dear one is better.
fn four() -> Vec<Case> {
    vec![case(1.0, 1.0, 1.0), case(0.0, 1.0, 1.0), case(0.0, 1.0, 2.0), case(1.0, 1.0, 4.0)]
}

fn learned(cases: &[Case]) -> (Anchors, Vec<Step>) {
    let anchors = anchors(cases).unwrap();
    (anchors, steps(cases, anchors, |case| case.expected.clone()))
}

#[test]
fn measures_of_a_known_curve() {
    let cases = four();
    let (anchors, steps) = learned(&cases);
    assert_eq!(anchors, Anchors { best: 1, cheap: 0 });
    assert_eq!(steps.iter().map(|step| step.case).collect::<Vec<_>>(), [1, 2, 0, 3], "most gain per dollar first");
    let found = measure(&cases, anchors, &steps, &[1.0; 4]);
    // Cost 8 to 80; steps of 9, 18, 9, 36. Gain recovered: 0, 1/2, 1, 1, 1.
    let area = (0.25 * 9.0 + 0.75 * 18.0 + 45.0) / 72.0;
    assert!((found.area - area).abs() < 1e-12);
    assert!((found.call_area - (0.25 + 0.75 + 2.0) / 4.0).abs() < 1e-12);
    let saving = 1.0 - (8.0 + 27.0) / 80.0;
    assert!((found.saving_95 - saving).abs() < 1e-12 && found.saving_95 == found.saving_99);
}

#[test]
fn a_case_counts_as_often_as_its_weight() {
    let cases = four();
    let doubled: Vec<Case> = [&cases[..], &cases[1..2]].concat();
    let (anchors, steps) = learned(&cases);
    let (_, doubled_steps) = learned(&doubled);
    let weighted = measure(&cases, anchors, &steps, &[1.0, 2.0, 1.0, 1.0]);
    let twice = measure(&doubled, anchors, &doubled_steps, &[1.0; 5]);
    assert!((weighted.area - twice.area).abs() < 1e-12 && (weighted.saving_99 - twice.saving_99).abs() < 1e-12);
}

#[test]
fn chance_is_the_straight_line() {
    let cases: Vec<Case> = (0..2_000).map(|n| case(f64::from(n % 2), 1.0, 1.0)).collect();
    let report = report(&cases, 50, 1).unwrap();
    let chance = report.rows[0];
    assert_eq!((chance.router, chance.area.value), (Router::Random, 0.5));
    // Quality 0.5 to 1: 95 % need nine tenths of the calls.
    assert!((chance.saving_95.value - (1.0 - (0.1 + 0.9 * 0.9))).abs() < 1e-9);
    let oracle = report.rows[5];
    assert!(oracle.area.value > 0.74 && oracle.area.low <= oracle.area.value && oracle.area.value <= oracle.area.high);
}

#[test]
fn three_targets_are_climbed_by_worth() {
    let expected = [(0.2, 1.0), (0.8, 2.0), (0.9, 10.0)].map(|(quality, cost)| Expected { quality, cost });
    let measured = expected.map(|Expected { quality, cost }| Measured { quality, cost });
    let case =
        Case { task_type: String::new(), prompt_bytes: 1, measured: measured.to_vec(), expected: expected.to_vec() };
    let (anchors, steps) = learned(&[case]);
    assert_eq!(anchors, Anchors { best: 2, cheap: 0 });
    assert_eq!(steps.iter().map(|step| (step.from, step.to)).collect::<Vec<_>>(), [(0, 1), (1, 2)]);
}

#[test]
fn a_threshold_reaches_what_it_was_chosen_for() {
    let cases = four();
    let (anchors, steps) = learned(&cases);
    for (share, saving) in [(0.5, 0.9), (0.75, 1.0 - 17.0 / 80.0), (1.0, 1.0 - 35.0 / 80.0)] {
        let threshold = choose_threshold(&cases, anchors, &steps, share);
        let reached = reach(&cases, anchors, &steps, threshold);
        assert!(reached.quality_share >= share && (reached.saving - saving).abs() < 1e-12, "{share}: {reached:?}");
    }
    assert_eq!(choose_threshold(&cases, anchors, &steps, 1.1), f64::NEG_INFINITY);
}

#[test]
fn a_cross_chosen_threshold_never_saw_the_half_it_pays_for() {
    // The first half promises a gain that the second does not keep.
    let mut cases: Vec<Case> = (0..40).map(|n| case(if n % 2 == 0 { 0.0 } else { 1.0 }, 1.0, 1.0)).collect();
    for case in &mut cases {
        case.expected[0].quality = 0.5;
    }
    let (anchors, steps) = learned(&cases);
    let reached = cross_chosen(&cases, anchors, &steps, 1.0);
    assert!(reached.quality_share < 1.0 && reached.saving > 0.0, "{reached:?}");
}

#[test]
fn one_target_that_is_best_and_cheapest_leaves_nothing_to_route() {
    let report = report(&[case(1.0, 0.0, 1.0), case(0.5, 0.2, 1.0)], 10, 1).unwrap();
    assert_eq!((report.anchors, report.rows.len()), (Anchors { best: 0, cheap: 0 }, 0));
    assert_eq!(super::report(&[], 10, 1), None);
}

#[test]
fn a_report_is_repeatable() {
    let cases: Vec<Case> = (0..60).map(|n| case(f64::from(n % 3) / 2.0, 1.0, 1.0 + f64::from(n % 5))).collect();
    assert_eq!(report(&cases, 100, 7), report(&cases, 100, 7));
    assert_ne!(report(&cases, 100, 7), report(&cases, 100, 8));
}

/// Two targets, one worth 0.8 and one 0.4; the policy took the worse one 9 times of 10.
fn logged(decisions: usize, expected: f64) -> Vec<Logged> {
    let mut random = crate::routing::random::Random::new(3);
    (0..decisions)
        .map(|_| {
            let explored = random.below(10) == 0;
            let mean = if explored { 0.8 } else { 0.4 };
            let reward = f64::from(u8::from(crate::routing::random::fraction(random.next_bits()) < mean));
            let (propensity, probability) = if explored { (0.1, 1.0) } else { (0.9, 0.0) };
            Logged { reward, propensity, probability, expected, expected_of_policy: expected }
        })
        .collect()
}

#[test]
fn estimates_come_near_the_truth_and_know_how_near() {
    let found = off_policy(&logged(4_000, 0.7), f64::INFINITY, 200, 1).unwrap();
    for of in [found.weighted, found.normalised, found.doubly_robust] {
        assert!(of.low < 0.8 && 0.8 < of.high && of.high - of.low < 0.2, "{of:?}");
    }
    assert!((350.0..450.0).contains(&found.effective_decisions));
    assert_eq!(found.largest_weight, 10.0);
    let width = |of: Interval| of.high - of.low;
    assert!(width(found.doubly_robust) < width(found.weighted), "a model that is nearly right takes out noise");
    let cut = off_policy(&logged(4_000, 0.7), 5.0, 10, 1).unwrap();
    assert_eq!(cut.largest_weight, 5.0);
}

#[test]
fn impossible_probabilities_are_named() {
    let good = logged(3, 0.5);
    let with = |change: fn(&mut Logged)| {
        let mut logged = good.clone();
        change(&mut logged[1]);
        off_policy(&logged, 10.0, 10, 1).unwrap_err()
    };
    assert_eq!(off_policy(&[], 10.0, 10, 1).unwrap_err().code(), "router_off_policy_empty");
    let zero = with(|log| log.propensity = 0.0);
    assert_eq!(zero.to_string(), "decision 1: propensity is 0: must be above 0 and at most 1");
    assert!(with(|log| log.probability = f64::NAN).to_string().contains("probability is NaN"));
}
