mod choosing;
mod limits;
mod pruning;
mod splits;

use super::*;
use crate::routing::model::{Example, Outcome, TrainOptions, train};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// small: cheap, 8,000 tokens, text only. large: dear, 200,000, everything. local: free, 4,000, for tenant acme only.
fn catalogue() -> Vec<Target> {
    serde_json::from_value(json!([
        {"name": "small", "context_tokens": 8_000, "max_output_tokens": 2_000,
         "price": {"input_per_million": 0.5, "output_per_million": 1.0}},
        {"name": "large", "context_tokens": 200_000, "max_output_tokens": 8_000, "capabilities": ["tools", "vision", "json_schema"],
         "price": {"input_per_million": 10.0, "output_per_million": 30.0}},
        {"name": "local", "context_tokens": 4_000, "max_output_tokens": 1_000, "capabilities": ["tools"],
         "price": {"input_per_million": 0.0, "output_per_million": 0.0}, "tenants": ["acme"]},
    ]))
    .unwrap()
}

fn try_policy(change: Value) -> Result<Policy, Vec<PolicyError>> {
    let mut config = json!({"name": "p", "targets": ["small", "large", "local"]});
    for (field, value) in change.as_object().unwrap() {
        config[field] = value.clone();
    }
    Policy::new(serde_json::from_value(config).unwrap(), &catalogue())
}

fn policy(change: Value) -> Policy {
    try_policy(change).unwrap()
}

/// Records that say: large 0.9, small 0.6, local 0.5.
fn records() -> Records {
    let record = |quality, cost| Record { outcomes: 1_000, quality, cost, output_tokens: 100.0 };
    let overall = [("small", record(0.6, 0.001)), ("large", record(0.9, 0.02)), ("local", record(0.5, 0.0))];
    Records { overall: overall.map(|(name, record)| (name.to_owned(), record)).into(), ..Records::default() }
}

fn healths(change: &[(&str, Health)]) -> BTreeMap<String, Health> {
    change.iter().map(|(name, health)| ((*name).to_owned(), *health)).collect()
}

fn with(policy: &Policy, records: &Records, request: &Request) -> Result<Decision, Refusal> {
    decide(policy, &Knowledge { model: None, records, health: &BTreeMap::new() }, request)
}

fn plain() -> Request<'static> {
    Request { tenant: Some("acme"), ..Request::plain("Why is the sky blue?", 1_000, u64::MAX) }
}

fn place(decision: &Decision, target: &str) -> Place {
    decision.targets.iter().find(|considered| considered.target == target).unwrap().place.clone()
}
