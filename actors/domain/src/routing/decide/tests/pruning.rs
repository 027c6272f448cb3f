use super::*;

#[test]
fn a_dominated_target_gets_no_traffic() {
    let mut records = records();
    records
        .overall
        .insert("large".to_owned(), Record { outcomes: 500, quality: 0.5, cost: 0.02, output_tokens: 100.0 });
    let policy = policy(json!({"targets": ["large", "small"], "threshold": 0.0, "exploration": 0.05}));
    for draw in (0..2_000).map(|n| n << 53) {
        let decision = with(&policy, &records, &Request { draw, ..plain() }).unwrap();
        assert_eq!((decision.chain.as_slice(), decision.propensity), (&["small".to_owned()][..], 1.0));
        let Place::Out(Exclusion::Dominated { by, .. }) = place(&decision, "large") else { panic!("{decision:?}") };
        assert_eq!(by, "small");
    }
}

#[test]
fn domination_needs_evidence_and_a_dominator_that_can_serve() {
    let record = |outcomes, quality, cost| Record { outcomes, quality, cost, output_tokens: 10.0 };
    let records = |large: Record, small: Record| Records {
        overall: [("large".to_owned(), large), ("small".to_owned(), small)].into(),
        by_task_type: [("code".to_owned(), BTreeMap::new())].into(),
    };
    let policy = policy(json!({"targets": ["large", "small"]}));
    let dominated = |records: &Records, request: &Request| {
        let decision = with(&policy, records, request).unwrap();
        matches!(place(&decision, "large"), Place::Out(Exclusion::Dominated { .. }))
    };
    let worse = records(record(200, 0.5, 0.02), record(200, 0.7, 0.001));
    assert!(dominated(&worse, &plain()));
    assert!(!dominated(&records(record(49, 0.5, 0.02), record(200, 0.7, 0.001)), &plain()), "too few outcomes");
    assert!(!dominated(&records(record(200, 0.66, 0.02), record(200, 0.7, 0.001)), &plain()), "within the noise");
    assert!(!dominated(&records(record(200, 0.5, 0.0001), record(200, 0.7, 0.001)), &plain()), "worse, but cheaper");
    assert!(
        !dominated(&worse, &Request { input_tokens: 9_000, ..plain() }),
        "small has no room: large is all there is"
    );
    let mut best_at_code = worse.clone();
    let code = [("large".to_owned(), record(60, 0.9, 0.02)), ("small".to_owned(), record(60, 0.7, 0.001))];
    best_at_code.by_task_type.insert("code".to_owned(), code.into());
    assert!(!dominated(&best_at_code, &Request { task_type: Some("code"), ..plain() }));
    assert!(dominated(&best_at_code, &plain()));
}

#[test]
fn a_policy_may_keep_the_dominated_for_the_worst_case() {
    let mut records = records();
    records
        .overall
        .insert("large".to_owned(), Record { outcomes: 500, quality: 0.4, cost: 0.02, output_tokens: 100.0 });
    let policy = policy(json!({"targets": ["large", "small"], "prune": {"last_resort": true}}));
    let decision = with(&policy, &records, &plain()).unwrap();
    assert_eq!(decision.chain, ["small", "large"]);
    assert_eq!(place(&decision, "large"), Place::LastResort { position: 1 });
    let health = healths(&[("small", Health { breaker: Breaker::Open, first_token_ms: None })]);
    let alone = decide(&policy, &Knowledge { model: None, records: &records, health: &health }, &plain()).unwrap();
    assert_eq!((alone.chosen.as_str(), alone.propensity), ("large", 1.0));
}
