//! A decision as a span: who is asked and why, with scores, prices and alternatives, and nothing of what was asked.

use opentelemetry::{Array, StringValue, Value as Told, trace::Status};
use serde_json::Value;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::{plan::Plan, problem::Problem};
use crate::telemetry::names::attribute;

/// Decides in a span, where somebody exports it.
pub(super) fn explained(tenant: &str, decide: impl FnOnce() -> Result<Plan, Problem>) -> Result<Plan, Problem> {
    let span = tracing::debug_span!(target: "cueline::route", "route", otel.kind = "internal");
    if span.is_disabled() {
        return decide();
    }
    let decided = span.in_scope(decide);
    span.set_attribute(attribute::TENANT, tenant.to_owned());
    match &decided {
        Ok(plan) => attributes(plan).into_iter().for_each(|(name, told)| span.set_attribute(name, told)),
        Err(problem) => {
            span.set_attribute(attribute::ERROR_TYPE, problem.code().to_owned());
            span.set_status(Status::error(problem.code().to_owned()));
        }
    }
    decided
}

/// What is said of a plan, from what is recorded of it.
fn attributes(plan: &Plan) -> Vec<(&'static str, Told)> {
    let Plan { targets, decision, .. } = plan;
    let mut told = vec![(attribute::ROUTE_CHAIN, list(targets.iter().cloned()))];
    told.extend(targets.first().map(|target| (attribute::REQUEST_MODEL, target.clone().into())));
    let shadow = &decision["shadow"];
    for (name, value) in [
        (attribute::ROUTE_RULE, &decision["rule"]),
        (attribute::ROUTE_RULE, &decision["basis"]),
        (attribute::ROUTE_POLICY, &decision["policy"]),
        (attribute::ROUTE_RULES, &decision["rules"]),
        (attribute::ROUTE_PROPENSITY, &decision["propensity"]),
        (attribute::ROUTE_EXPLORED, &decision["explored"]),
        (attribute::ROUTE_THRESHOLD, &decision["threshold"]),
        (attribute::ROUTE_ROUTER, &decision["model"]),
        (attribute::ROUTE_SPLIT, &decision["split"]),
        (attribute::ROUTE_SHADOW, &shadow["decided"]["chosen"]),
        (attribute::ROUTE_SHADOW, &shadow["refused"]["code"]),
        (attribute::TASK_TYPE, &decision["task_type"]),
    ] {
        told.extend(plain(value).map(|value| (name, value)));
    }
    // Those of a policy stand in one list; of a target that was named there is one of prices and one of those that were left out.
    let looked_at = ["targets", "prices", "alternatives"].map(|list| decision[list].as_array());
    let looked_at = looked_at.into_iter().flatten().flatten().filter(|of| of.is_object());
    told.push((attribute::ROUTE_TARGETS, list(looked_at.map(in_words))));
    told
}

fn list(texts: impl Iterator<Item = String>) -> Told {
    Told::Array(Array::String(texts.map(StringValue::from).collect()))
}

fn plain(value: &Value) -> Option<Told> {
    match value {
        Value::Bool(is_so) => Some((*is_so).into()),
        Value::Number(number) => number.as_f64().map(Into::into),
        Value::String(text) => Some(text.clone().into()),
        Value::Array(texts) => Some(list(texts.iter().filter_map(Value::as_str).map(str::to_owned))),
        Value::Null | Value::Object(_) => None,
    }
}

/// `small: cost=0.0006, place=chain, position=1, …`
fn in_words(of: &Value) -> String {
    let mut said = Vec::new();
    add_words(of, &mut said);
    format!("{}: {}", of["target"].as_str().unwrap_or_default(), said.join(", "))
}

fn add_words(of: &Value, said: &mut Vec<String>) {
    for (name, value) in of.as_object().into_iter().flatten().filter(|(name, _)| *name != "target") {
        match value {
            Value::Null => {}
            Value::Object(_) => add_words(value, said),
            Value::String(text) => said.push(format!("{name}={text}")),
            other => said.push(format!("{name}={other}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use cueline_domain::{
        chat::attempts::AfterFirst,
        routing::decide::{self, Decision},
    };
    use opentelemetry::trace::TracerProvider;
    use opentelemetry_sdk::{
        error::OTelSdkResult,
        trace::{SdkTracerProvider, SpanData, SpanExporter},
    };
    use serde_json::json;
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;
    use crate::config::gateway::Shown;

    const PROMPT: &str = "What does the secret contract say?";

    #[derive(Debug, Clone, Default)]
    struct Kept(Arc<Mutex<Vec<SpanData>>>);

    impl SpanExporter for Kept {
        async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
            self.0.lock().unwrap().extend(batch);
            Ok(())
        }
    }

    fn decided() -> Decision {
        let catalogue: Vec<decide::Target> = serde_json::from_value(json!([
            { "name": "small", "context_tokens": 8_000, "max_output_tokens": 2_000,
              "price": { "input_per_million": 0.5, "output_per_million": 1.0 } },
            { "name": "large", "context_tokens": 200_000, "max_output_tokens": 8_000,
              "price": { "input_per_million": 10.0, "output_per_million": 30.0 }, "tenants": ["other"] },
        ]))
        .unwrap();
        let config = decide::PolicyConfig::new("auto", vec!["small".into(), "large".into()]);
        let policy = decide::Policy::new(config, &catalogue).unwrap();
        let (records, health) = (decide::Records::default(), std::collections::BTreeMap::new());
        let knowledge = decide::Knowledge { model: None, records: &records, health: &health };
        decide::decide(&policy, &knowledge, &decide::Request::plain(PROMPT, 1_000, 7)).unwrap()
    }

    fn plan(targets: &[&str], decision: Value) -> Plan {
        Plan {
            targets: targets.iter().map(|name| (*name).to_owned()).collect(),
            after_first: AfterFirst::Fail,
            shown: Shown::default(),
            cache: None,
            summary: String::new(),
            decision,
        }
    }

    fn exported(decide: impl FnOnce() -> Result<Plan, Problem>) -> SpanData {
        let kept = Kept::default();
        let provider = SdkTracerProvider::builder().with_simple_exporter(kept.clone()).build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            let _ = explained("acme", decide);
        });
        provider.force_flush().unwrap();
        let mut kept = kept.0.lock().unwrap();
        assert_eq!(kept.len(), 1);
        kept.remove(0)
    }

    fn said(span: &SpanData, key: &str) -> String {
        let found = span.attributes.iter().find(|of| of.key.as_str() == key);
        found.map(|of| of.value.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_decision_explains_itself_in_a_span_without_a_word_of_what_was_asked() {
        let span = exported(|| Ok(plan(&["small"], serde_json::to_value(decided()).unwrap())));
        assert_eq!(span.name, "route");
        for (key, told) in [
            (attribute::TENANT, "acme"),
            (attribute::ROUTE_POLICY, "auto"),
            (attribute::ROUTE_RULE, "only_one"),
            (attribute::ROUTE_PROPENSITY, "1"),
            (attribute::ROUTE_EXPLORED, "false"),
            (attribute::ROUTE_CHAIN, "[\"small\"]"),
            (attribute::REQUEST_MODEL, "small"),
        ] {
            assert_eq!(said(&span, key), told, "{key}");
        }
        let targets = said(&span, attribute::ROUTE_TARGETS);
        for told in ["small: ", "worst_cost=0.0025", "place=chain", "large: ", "other_tenants"] {
            assert!(targets.contains(told), "{told}: {targets}");
        }
        assert!(!format!("{span:?}").contains("secret contract"));
    }

    #[test]
    fn a_target_that_was_named_and_a_refusal_are_told_as_well() {
        let decision = json!({
            "rule": "named", "targets": ["a"], "prices": [{ "target": "a", "dollars": 0.1 }],
            "alternatives": [{ "target": "b", "why": "it takes no tools" }],
        });
        let span = exported(|| Ok(plan(&["a"], decision)));
        assert_eq!(said(&span, attribute::ROUTE_RULE), "named");
        assert_eq!(said(&span, attribute::ROUTE_TARGETS), "[\"a: dollars=0.1\",\"b: why=it takes no tools\"]");
        let span = exported(|| Err(Problem::invalid("context_length_exceeded", "too long").param("messages")));
        assert_eq!(said(&span, attribute::ERROR_TYPE), "context_length_exceeded");
    }
}
