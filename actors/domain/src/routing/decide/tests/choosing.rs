use super::*;

#[test]
fn the_threshold_says_what_a_dollar_must_buy() {
    // Of 1,000 tokens in and 100 out: small 0.0006, large 0.013, local 0. large buys 0.3 more than small for 0.0124.
    for (threshold, chain) in [
        (0.0, ["large", "small", "local"]),
        (20.0, ["large", "small", "local"]),
        (30.0, ["small", "large", "local"]),
        (200.0, ["local", "small", "large"]),
        (1e9, ["local", "small", "large"]),
    ] {
        let decision = with(&policy(json!({"threshold": threshold})), &records(), &plain()).unwrap();
        assert_eq!(decision.chain[0], chain[0], "{threshold}: {decision:?}");
        assert_eq!((decision.basis, decision.propensity, decision.explored), (Basis::Records, 1.0, false));
    }
}

#[test]
fn a_task_type_has_its_own_threshold_and_floor() {
    let policy = policy(json!({"threshold": 1e9, "task_types": {"math": {"threshold": 0.0}, "code": {"floor": 0.95}}}));
    for (task_type, chosen) in [("open", "local"), ("math", "large"), ("code", "large")] {
        let decision = with(&policy, &records(), &Request { task_type: Some(task_type), ..plain() }).unwrap();
        assert_eq!(decision.chosen, chosen, "{task_type}");
    }
    let guessed = with(&policy, &records(), &Request { prompt: "Solve 2x = 4 and compute x + 1.", ..plain() }).unwrap();
    assert_eq!((guessed.task_type.as_str(), guessed.chosen.as_str()), ("math", "large"));
}

#[test]
fn below_the_floor_stands_behind_all_above_and_is_never_explored() {
    let policy = policy(json!({"threshold": 1e9, "floor": 0.6, "exploration": 0.05}));
    let decision = with(&policy, &records(), &plain()).unwrap();
    assert_eq!(decision.chain, ["small", "large", "local"]);
    assert_eq!(place(&decision, "local"), Place::BelowFloor { position: 2 });
    assert!((decision.least_quality - 0.54).abs() < 1e-12);
    assert_eq!(decision.targets[2].propensity, 0.0);
}

#[test]
fn the_floor_is_relative_to_what_is_usable() {
    let policy = policy(json!({"threshold": 1e9, "floor": 0.8}));
    let health = healths(&[("large", Health { breaker: Breaker::Open, first_token_ms: None })]);
    let decision = decide(&policy, &Knowledge { model: None, records: &records(), health: &health }, &plain()).unwrap();
    assert_eq!(decision.chosen, "local");
    assert_eq!(place(&decision, "large"), Place::Out(Exclusion::BreakerOpen));
}

#[test]
fn rules_are_applied_in_order_and_named() {
    let rules = json!([
        {"name": "contracts", "when": {"pattern": "(?i)\\bcontract\\b"}, "then": {"use": "large"}},
        {"name": "no local at night", "when": {"tags": ["night"]}, "then": {"without": ["local"]}},
        {"name": "cheap tenants", "when": {"tenants": ["free"], "most_tokens": 2_000}, "then": {"only": ["small"]}},
        {"name": "also contracts", "when": {"pattern": "contract"}, "then": {"use": "small"}},
    ]);
    let policy = policy(json!({"rules": rules, "threshold": 1e9, "exploration": 0.05}));
    let night = BTreeSet::from(["night".to_owned()]);
    for (request, chain, rules) in [
        (plain(), &["local", "small", "large"][..], &[][..]),
        (Request { tags: &night, ..plain() }, &["small", "large"], &["no local at night"]),
        (Request { tenant: Some("free"), ..plain() }, &["small"], &["cheap tenants"]),
        (Request { tenant: Some("free"), input_tokens: 3_000, ..plain() }, &["small", "large"], &[]),
        (
            Request { prompt: "Check my contract.", tags: &night, ..plain() },
            &["large", "small"],
            &["contracts", "no local at night", "also contracts"],
        ),
    ] {
        let decision = with(&policy, &records(), &request).unwrap();
        assert_eq!((&decision.chain[..], &decision.rules[..]), (&chain.map_strings()[..], &rules.map_strings()[..]));
    }
    let named = with(&policy, &records(), &Request { prompt: "A contract", draw: 0, ..plain() }).unwrap();
    assert_eq!((named.basis, named.propensity), (Basis::Rule, 1.0), "a named target is not explored away");
}

trait MapStrings {
    fn map_strings(&self) -> Vec<String>;
}

impl MapStrings for [&str] {
    fn map_strings(&self) -> Vec<String> {
        self.iter().map(|text| (*text).to_owned()).collect()
    }
}

#[test]
fn exploration_is_as_often_as_its_propensity_says() {
    let policy = policy(json!({"exploration": 0.05}));
    let mut random = crate::routing::random::Random::new(5);
    let mut times: BTreeMap<String, f64> = BTreeMap::new();
    let mut propensities: BTreeMap<String, f64> = BTreeMap::new();
    const DRAWS: usize = 40_000;
    for _ in 0..DRAWS {
        let decision = with(&policy, &records(), &Request { draw: random.next_bits(), ..plain() }).unwrap();
        assert_eq!(decision.explored, decision.chosen != "large");
        propensities.insert(decision.chosen.clone(), decision.propensity);
        *times.entry(decision.chosen).or_default() += 1.0;
    }
    for (target, times) in times {
        let (share, propensity) = (times / DRAWS as f64, propensities[&target]);
        assert!((share - propensity).abs() < 0.003, "{target}: {share} is not {propensity}");
    }
    assert_eq!(propensities["small"], 0.05 / 3.0);
}

#[test]
fn without_knowledge_the_order_of_the_configuration_decides() {
    let decision = with(&policy(json!({"exploration": 0.02})), &Records::default(), &plain()).unwrap();
    assert_eq!((decision.chain.join(" ").as_str(), decision.basis), ("small large local", Basis::Configuration));
    let floored = with(&policy(json!({"floor": 0.9})), &Records::default(), &plain()).unwrap();
    assert_eq!(floored.chosen, "small");
}

#[test]
fn a_model_decides_per_prompt_and_is_named() {
    let names = ["small".to_owned(), "large".to_owned()];
    let outcome = |target, quality| Outcome { target, quality, output_tokens: 20.0, weight: 1.0 };
    let example = |prompt, small| Example { prompt, outcomes: vec![outcome(0, small), outcome(1, 1.0)] };
    let examples =
        [example("prove it", 0.0), example("prove this", 0.0), example("name it", 1.0), example("name this", 1.0)];
    let options = TrainOptions { quality_strength: 10.0, ..TrainOptions::default() };
    let model = train(&names, &examples, &options).unwrap();
    let (policy, no_records) = (policy(json!({"targets": ["small", "large"], "threshold": 40.0})), Records::default());
    let knowledge = Knowledge { model: Some(&model), records: &no_records, health: &BTreeMap::new() };
    for (prompt, chosen) in [("prove it", "large"), ("name it", "small")] {
        let decision = decide(&policy, &knowledge, &Request { prompt, ..plain() }).unwrap();
        assert_eq!((decision.chosen.as_str(), decision.basis), (chosen, Basis::Model));
        assert_eq!(decision.model.as_deref(), Some(model.id()));
        let sum: f64 = decision.targets.iter().map(|considered| considered.propensity).sum();
        assert_eq!(sum, 1.0);
        let text = serde_json::to_string(&decision).unwrap();
        assert_eq!(serde_json::from_str::<Decision>(&text).unwrap(), decision);
    }
}

#[test]
fn the_summary_fits_into_a_header() {
    let rules = json!([{"name": "ä\r\nSet-Cookie: x", "then": {"without": ["local"]}}]);
    let policy = policy(json!({"rules": rules}));
    let summary = with(&policy, &records(), &Request { task_type: Some("a;b"), ..plain() }).unwrap().summary();
    assert_eq!(
        summary,
        "target=large; policy=p; by=records; rules=???Set-Cookie:?x; task=a?b; quality=0.900; cost=0.013000; propensity=1.0000; explored=false; chain=large,small"
    );
}

proptest! {
    /// Whatever is asked: a decision is whole, or a refusal is readable.
    #[test]
    fn propensities_sum_to_one_and_the_chosen_one_could_be_chosen(
        draw in any::<u64>(), input_tokens in 0_u64..300_000, max_output in prop::option::of(0_u64..20_000),
        threshold in -1e3..1e3_f64, floor in 0.0..1.0_f64, exploration in 0.0..0.05_f64, chain in 1_usize..4,
        qualities in prop::array::uniform3(0.0..1.0_f64), ceiling in prop::option::of(0.0..0.1_f64),
        budget in prop::option::of(0.0..0.5_f64), tenant in prop::option::of("acme|free"), prompt in any::<String>(),
    ) {
        let policy = policy(json!({"threshold": threshold, "floor": floor, "exploration": exploration, "chain": chain}));
        let mut records = records();
        for (record, quality) in records.overall.values_mut().zip(qualities) {
            record.quality = quality;
        }
        let request = Request {
            prompt: &prompt, draw, input_tokens, max_output_tokens: max_output, most_cost: ceiling, budget_left: budget,
            tenant: tenant.as_deref(), ..plain()
        };
        match with(&policy, &records, &request) {
            Ok(decision) => {
                prop_assert_eq!(&decision, &with(&policy, &records, &request).unwrap());
                let sum: f64 = decision.targets.iter().map(|considered| considered.propensity).sum();
                prop_assert!((sum - 1.0).abs() < 1e-12);
                prop_assert!(decision.propensity > 0.0);
                prop_assert_eq!(&decision.chain[0], &decision.chosen);
                prop_assert!(decision.chain.len() <= chain);
                for considered in &decision.targets {
                    let in_chain = decision.chain.contains(&considered.target);
                    let out = matches!(considered.place, Place::Out(_));
                    prop_assert!(!out || !in_chain && considered.propensity == 0.0);
                }
                prop_assert!(decision.summary().is_ascii());
            }
            Err(refusal) => prop_assert!(!refusal.to_string().is_empty() && !refusal.code().is_empty()),
        }
    }
}
