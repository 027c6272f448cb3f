use super::*;

#[test]
fn a_key_meets_the_same_arm_and_shares_hold() {
    let split: Split = serde_json::from_value(json!({
        "name": "s", "arms": [{"policy": "a", "share": 0.2}, {"policy": "b", "share": 0.8}], "shadow": "c"
    }))
    .unwrap();
    let met = (0..10_000).filter(|n| split.arm(&n.to_string()).unwrap().policy == "a").count();
    assert!((1_850..2_150).contains(&met), "{met}");
    assert_eq!(split.arm("a key"), split.arm("a key"));
    let policies = |names: &[&str]| -> BTreeMap<String, Policy> {
        names.iter().map(|name| ((*name).to_owned(), policy(json!({"name": name})))).collect()
    };
    assert_eq!(split.check(&policies(&["a", "b", "c"])), Ok(()));
    let missing = split.check(&policies(&["a", "b"])).unwrap_err();
    assert_eq!(missing.to_string(), r#"split "s" names policy "c", which is not configured: name one of a, b"#);
    let uneven = Split { arms: vec![Arm { policy: "a".to_owned(), share: 0.5 }], ..split.clone() };
    assert_eq!(uneven.check(&policies(&["a", "c"])).unwrap_err().code(), "router_split_shares");
    let empty = Split { arms: Vec::new(), ..split };
    assert_eq!(empty.arm("x"), None);
}

#[test]
fn a_shadow_is_recorded_and_not_obeyed() {
    let split = Split {
        name: "s".to_owned(),
        arms: vec![Arm { policy: "dear".to_owned(), share: 1.0 }],
        shadow: Some("cheap".to_owned()),
    };
    let policies: BTreeMap<String, Policy> = [("dear", 0.0), ("cheap", 1e9)]
        .map(|(name, threshold)| (name.to_owned(), policy(json!({"name": name, "threshold": threshold}))))
        .into();
    let (records, health) = (records(), BTreeMap::new());
    let knowledge = |_: &Policy| Knowledge { model: None, records: &records, health: &health };
    let routed = route(&split, &policies, knowledge, &plain()).unwrap();
    assert_eq!((routed.decision.policy.as_str(), routed.decision.chosen.as_str()), ("dear", "large"));
    let Some(Shadow::Decided(shadow)) = &routed.shadow else { panic!("{routed:?}") };
    assert_eq!((shadow.policy.as_str(), shadow.chosen.as_str()), ("cheap", "local"));
    let text = serde_json::to_string(&routed).unwrap();
    assert_eq!(serde_json::from_str::<Routed>(&text).unwrap(), routed);
    let refused = route(&split, &policies, knowledge, &Request { input_tokens: u64::MAX, ..plain() }).unwrap_err();
    assert!(matches!(refused, RouteError::Refused(Refusal::ContextTooLong { .. })));
}
