use super::*;

#[test]
fn constraints_take_targets_out_with_their_numbers() {
    let slow = healths(&[("large", Health { breaker: Breaker::HalfOpen, first_token_ms: Some(900) })]);
    let (records, policy) = (records(), policy(json!({"most_first_token_ms": 1_000})));
    let only_local = BTreeSet::from(["local".to_owned()]);
    for (request, target, exclusion) in [
        (Request { allowed: Some(&only_local), ..plain() }, "large", Exclusion::NotAllowed),
        (
            Request { most_first_token_ms: Some(800), ..plain() },
            "large",
            Exclusion::TooSlow { first_token_ms: 900, most_ms: 800 },
        ),
        (Request { most_cost: Some(0.01), ..plain() }, "large", Exclusion::TooDear { cost: 0.013, most: 0.01 }),
        (Request { budget_left: Some(0.1), ..plain() }, "large", Exclusion::OverBudget { worst_cost: 0.25, left: 0.1 }),
        (Request { tenant: None, ..plain() }, "local", Exclusion::OtherTenants),
        (
            Request { max_output_tokens: Some(1_500), ..plain() },
            "local",
            Exclusion::OutputTooShort { asked: 1_500, most: 1_000 },
        ),
    ] {
        let knowledge = Knowledge { model: None, records: &records, health: &slow };
        assert_eq!(place(&decide(&policy, &knowledge, &request).unwrap(), target), Place::Out(exclusion));
    }
    let decision = decide(&policy, &Knowledge { model: None, records: &records, health: &slow }, &plain()).unwrap();
    assert_eq!(decision.chosen, "large", "900 ms are within 1,000, and a half-open breaker lets pass");
}

#[test]
fn when_nothing_is_left_the_number_to_change_is_named() {
    let (policy, records) = (policy(json!({})), records());
    let needs = BTreeSet::from([Capability::Vision]);
    let none = BTreeSet::new();
    let slow = |ms| Health { breaker: Breaker::Closed, first_token_ms: Some(ms) };
    let slow = healths(&[("small", slow(700)), ("large", slow(900)), ("local", slow(2_000))]);
    let well = BTreeMap::new();
    for (request, health, code, text) in [
        (
            Request { input_tokens: 300_000, ..plain() },
            &well,
            "router_context_too_long",
            r#"the prompt has 300,000 tokens and 300,001 must fit; the largest context is 200,000 ("large"): shorten the prompt or the answer"#,
        ),
        (
            Request { max_output_tokens: Some(50_000), input_tokens: 100, ..plain() },
            &well,
            "router_nothing_left",
            r#"no target of policy "p" is left: "small": 50,100 tokens are needed and its context is 8,000; "large": 50,000 tokens are asked for and it writes at most 8,000; "local": 50,100 tokens are needed and its context is 4,000"#,
        ),
        (
            Request { needs: &needs, allowed: Some(&none), ..plain() },
            &well,
            "router_nothing_left",
            r#"no target of policy "p" is left: "small": it lacks vision; "large": the key does not allow it; "local": it lacks vision"#,
        ),
        (
            Request { allowed: Some(&none), ..plain() },
            &well,
            "router_not_allowed",
            r#"the key allows none of the targets of policy "p": ask for one of them to be allowed"#,
        ),
        (
            Request { most_first_token_ms: Some(500), ..plain() },
            &slow,
            "router_too_slow",
            "the fastest target takes 700 ms to its first token, allowed are 500 ms: allow more",
        ),
        (
            Request { tenant: None, most_cost: Some(0.0001), ..plain() },
            &well,
            "router_nothing_left",
            r#"no target of policy "p" is left: "small": it is expected to cost $0.000600, allowed are $0.000100; "large": it is expected to cost $0.013000, allowed are $0.000100; "local": it is not for this tenant"#,
        ),
        (
            Request { budget_left: Some(-1.0), ..plain() },
            &well,
            "router_over_budget",
            "the cheapest target costs up to $0.000000, left of the budget are $-1.000000: ask for a shorter answer or wait for the next budget",
        ),
        (Request { budget_left: Some(f64::NAN), ..plain() }, &well, "router_over_budget", "NaN"),
    ] {
        let refusal = decide(&policy, &Knowledge { model: None, records: &records, health }, &request).unwrap_err();
        assert_eq!(refusal.code(), code, "{refusal}");
        assert!(refusal.to_string().contains(text), "{refusal}");
    }
}

/// A policy refused everything while all of its targets rested.
#[test]
fn where_all_rest_they_are_asked_all_the_same() {
    let open = Health { breaker: Breaker::Open, first_token_ms: None };
    let down = healths(&[("small", open), ("large", open), ("local", open)]);
    let decided = |policy: &Policy, health: &BTreeMap<String, Health>, request: &Request| {
        decide(policy, &Knowledge { model: None, records: &records(), health }, request)
    };
    let explores = policy(json!({"exploration": 0.05, "chain": 2}));
    let decision = decided(&explores, &down, &Request { draw: 0, ..plain() }).unwrap();
    assert_eq!((decision.chain.join(" ").as_str(), decision.basis), ("large small", Basis::Records));
    assert_eq!((decision.propensity, decision.explored), (1.0, false), "nobody is sent there to find out");
    assert_eq!(place(&decision, "large"), Place::Resting { position: 0 });
    assert_eq!(place(&decision, "local"), Place::Out(Exclusion::BreakerOpen));
    let named = policy(json!({"rules": [{"name": "cheap", "then": {"use": "local"}}]}));
    assert_eq!(decided(&named, &down, &plain()).unwrap().chain, ["local", "large", "small"]);
    let one_is_well = healths(&[("small", open), ("large", open)]);
    assert_eq!(decided(&explores, &one_is_well, &plain()).unwrap().chain, ["local"], "then the others are let be");
    let refusal = decided(&explores, &down, &Request { most_cost: Some(0.0001), tenant: None, ..plain() }).unwrap_err();
    assert!(refusal.to_string().contains("allowed are $0.000100"), "what they fail besides still counts: {refusal}");
}

#[test]
fn a_chain_is_as_long_as_the_budget_pays_for() {
    // At worst small costs 0.0025, large 0.25, local nothing; each call is paid for when it is made.
    let chain = |left: f64, change: Value| {
        let request = Request { budget_left: Some(left), ..plain() };
        with(&policy(change), &records(), &request).unwrap().chain.join(" ")
    };
    for (left, expected) in
        [(0.25, "large small local"), (0.24, "small local"), (0.0025, "small local"), (0.002, "local")]
    {
        assert_eq!(chain(left, json!({})), expected, "{left}");
    }
    let short = Request { budget_left: Some(0.03), reserved_output_tokens: Some(100), ..plain() };
    let decision = with(&policy(json!({})), &records(), &short).unwrap();
    assert_eq!(
        decision.chain,
        ["large", "small", "local"],
        "as much as is held back for the answer, not all it may have"
    );
    let mut catalogue = catalogue();
    let decided = |policy: &Policy, left| {
        with(policy, &records(), &Request { budget_left: Some(left), ..plain() }).unwrap().chain.join(" ")
    };
    catalogue[1].is_unpriced = true;
    let unpriced = Policy::new(PolicyConfig::new("p", vec!["large".into(), "small".into()]), &catalogue).unwrap();
    assert_eq!(decided(&unpriced, 1.0), "small", "what has no price is paid for by no budget");
}

#[test]
fn a_policy_names_every_mistake() {
    let problems = try_policy(json!({
        "targets": ["small", "small", "tiny"], "floor": 1.5, "exploration": 0.06, "chain": 0,
        "most_cost": -1.0, "prune": {"standard_errors": -1.0}, "task_types": {"math": {"floor": -0.1}},
        "rules": [{"name": "bad", "when": {"pattern": "("}, "then": {"use": "large"}}],
    }))
    .unwrap_err();
    let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "targets[1]",
            "targets[2]",
            "floor",
            "exploration",
            "prune.standard_errors",
            "most_cost",
            "task_types.math.floor",
            "chain",
            "rules[0].when.pattern",
            "rules[0].then"
        ]
    );
    assert_eq!(problems[3].to_string(), r#"policy "p", exploration: 0.06: give 0 to 0.05"#);
    assert!(try_policy(json!({"targets": []})).is_err());
}
