//! From an event to what is to be done about it. Pure: the same event and rules give the same decision.

use cueline_domain::trace::{STATE_KEY, TraceParent};
use cueline_protocol::{
    events::{EventEnvelope, contract},
    ids::{ExecutionId, Tenant},
    v1::{DocumentOffered, S3ObjectChange, TraceContext, WorkflowRequested},
};
use serde_json::{Value, json};

use super::{Refusal, Rules};

/// Longest `tracestate` that is passed on, as W3C asks for at least.
const LONGEST_STATE: usize = 512;

/// What is to be done about an event.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// Start these, and look at that object.
    Act {
        /// One event may be what several rules wait for.
        starts: Vec<Request>,
        /// An object that may have changed.
        look: Option<Look>,
    },
    /// It is known, and nothing follows from it.
    Ignore,
    /// Nobody waits for it: no rule matches, and it is none that Cueline knows.
    Unmatched,
    /// It is meant for us and cannot be understood.
    Refuse(Refusal),
}

/// An object that is to be looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// Its bucket.
    pub bucket: String,
    /// Its key there.
    pub key: String,
    /// Below the trace that came with the event.
    pub trace: Option<TraceContext>,
}

/// A workflow that is to be started.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Derived from the event, so that its repetition names the same execution.
    pub execution: ExecutionId,
    /// The workflow.
    pub workflow: String,
    /// Its input.
    pub input: Value,
    /// On whose behalf.
    pub tenant: Tenant,
    /// Below the trace that came with the event.
    pub trace: Option<TraceContext>,
}

/// Decides. `header` is the trace header that came beside the event, if any.
pub fn decide(event: &EventEnvelope, rules: &Rules, header: Option<&str>) -> Decision {
    let known = contract(&event.source, &event.detail_type);
    let mut starts = Vec::new();
    let mut look = None;
    match (known, event.detail_type.as_str()) {
        (Some(known), "WorkflowRequested") => {
            let request = known.read::<WorkflowRequested>(&event.detail).map_err(|problem| invalid(&problem));
            match request.and_then(|asked| requested(event, asked, header)) {
                Ok(request) => starts.push(request),
                Err(refusal) => return Decision::Refuse(refusal),
            }
        }
        (Some(known), "Object Created" | "Object Deleted") => match known.read::<S3ObjectChange>(&event.detail) {
            Ok(change) => look = named(change),
            Err(problem) => return Decision::Refuse(invalid(&problem)),
        },
        (Some(known), "DocumentOffered") => match known.read::<DocumentOffered>(&event.detail) {
            Ok(DocumentOffered { bucket, key, .. }) => look = Some((bucket, key)),
            Err(problem) => return Decision::Refuse(invalid(&problem)),
        },
        _ => {}
    }
    let json = event.to_json();
    for rule in rules.matching(&json) {
        let execution = match derived(event, &rule.name) {
            Ok(execution) => execution,
            Err(refusal) => return Decision::Refuse(refusal),
        };
        starts.push(Request {
            trace: trace(event, header, &execution),
            execution,
            workflow: rule.workflow.clone(),
            input: rule.input.fill(&json),
            tenant: Tenant::single(),
        });
    }
    let look = match look {
        None => None,
        Some((bucket, key)) => match derived(event, "") {
            Ok(seed) => Some(Look { bucket, key, trace: trace(event, header, &seed) }),
            Err(refusal) => return Decision::Refuse(refusal),
        },
    };
    match (starts.is_empty() && look.is_none(), known) {
        (false, _) => Decision::Act { starts, look },
        (true, Some(_)) => Decision::Ignore,
        (true, None) => Decision::Unmatched,
    }
}

fn invalid(problem: &impl std::fmt::Display) -> Refusal {
    Refusal::new("event_invalid", format!("{problem}; see `cueline events schema` for what is expected"))
}

fn named(change: S3ObjectChange) -> Option<(String, String)> {
    Some((change.bucket?.name, change.object?.key))
}

fn requested(event: &EventEnvelope, asked: WorkflowRequested, header: Option<&str>) -> Result<Request, Refusal> {
    let named = |field: &str, error: &dyn std::fmt::Display| Refusal::new("event_invalid", format!("{field}: {error}"));
    let execution = match asked.id.as_str() {
        "" => derived(event, "")?,
        id if id.contains(ExecutionId::KEPT) => {
            return Err(named("id", &format!("{} is kept for ids of children", ExecutionId::KEPT)));
        }
        id => ExecutionId::new(id).map_err(|error| named("id", &error))?,
    };
    let tenant = match asked.tenant.as_str() {
        "" => Tenant::single(),
        tenant => Tenant::new(tenant).map_err(|error| named("tenant", &error))?,
    };
    // As it was sent: a protobuf value knows numbers as doubles only.
    let input = event.detail.get("input").cloned().unwrap_or_else(|| json!({}));
    Ok(Request { trace: trace(event, header, &execution), execution, workflow: asked.workflow, input, tenant })
}

/// Equal for every delivery of one event to one rule, and for no other.
fn derived(event: &EventEnvelope, rule: &str) -> Result<ExecutionId, Refusal> {
    let mut hasher = blake3::Hasher::new();
    for part in [&event.source, &event.id, rule] {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    }
    let digest = hasher.finalize().to_hex();
    ExecutionId::derived("event", &digest[..32]).map_err(|error| Refusal::new("event_invalid", error.to_string()))
}

/// The trace of an execution: below that of its event, with a span of its own whose parent is told in `tracestate`.
fn trace(event: &EventEnvelope, header: Option<&str>, execution: &ExecutionId) -> Option<TraceContext> {
    let metadata = &event.detail["metadata"];
    let said = metadata["traceparent"].as_str().and_then(TraceParent::parse);
    let above = said.or_else(|| header.and_then(TraceParent::parse))?;
    let mut tracestate = format!("{STATE_KEY}={}", above.span_id());
    let rest = metadata["tracestate"].as_str().filter(|rest| said.is_some() && rest.len() <= LONGEST_STATE);
    for entry in rest.unwrap_or_default().split(',').map(str::trim) {
        if !entry.is_empty() && !entry.starts_with(STATE_KEY) {
            tracestate.push(',');
            tracestate.push_str(entry);
        }
    }
    Some(TraceContext { traceparent: above.child(execution.as_str()).w3c(), tracestate })
}

#[cfg(test)]
mod tests {
    use cueline_domain::event_pattern::EventPattern;

    use super::*;
    use crate::events::{Rule, Template};

    const TRACE: &str = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";

    fn event(source: &str, detail_type: &str, detail: Value) -> EventEnvelope {
        let whole =
            json!({"version": "0", "id": "e-1", "detail-type": detail_type, "source": source, "detail": detail});
        EventEnvelope::read(&whole).unwrap()
    }

    fn rule(name: &str, pattern: Value, input: Value) -> Rule {
        Rule {
            name: name.into(),
            pattern: EventPattern::parse(&pattern).unwrap(),
            written: pattern,
            workflow: format!("{name}-flow"),
            input: Template::parse(&input).unwrap(),
        }
    }

    fn rules() -> Rules {
        Rules::new(vec![
            rule(
                "orders",
                json!({"source": ["shop"], "detail": {"total": [{"numeric": [">", 10]}]}}),
                json!("$.detail"),
            ),
            rule("all-of-shop", json!({"source": ["shop"]}), json!({"from": "$.source", "fixed": 1})),
            rule("news", json!({"detail-type": ["DocumentIndexed"]}), json!("$")),
        ])
    }

    fn starts(decision: Decision) -> Vec<(String, Value)> {
        match decision {
            Decision::Act { starts, .. } => starts.into_iter().map(|it| (it.workflow, it.input)).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_rule_that_matches_starts_its_workflow() {
        let order = event("shop", "Order", json!({"total": 11}));
        let expected =
            [("all-of-shop-flow", json!({"from": "shop", "fixed": 1})), ("orders-flow", json!({"total": 11}))];
        let found = starts(decide(&order, &rules(), None));
        assert_eq!(found, expected.map(|(workflow, input)| (workflow.to_owned(), input)));
        let small = event("shop", "Order", json!({"total": 10}));
        assert_eq!(starts(decide(&small, &rules(), None)).len(), 1);
        let ours = event("cueline", "DocumentIndexed", json!({"key": "a"}));
        assert_eq!(starts(decide(&ours, &rules(), None))[0].1, ours.to_json());
    }

    #[test]
    fn a_request_names_its_workflow_itself() {
        let asked = event(
            "anybody",
            "WorkflowRequested",
            json!({"workflow": "greet", "input": {"n": 9_007_199_254_740_991_i64}}),
        );
        let found = starts(decide(&asked, &rules(), None));
        assert_eq!(found, [("greet".to_owned(), json!({"n": 9_007_199_254_740_991_i64}))]);
        let large = json!({"workflow": "greet", "input": 9_007_199_254_740_993_i64});
        let refused = decide(&event("anybody", "WorkflowRequested", large), &rules(), None);
        assert!(matches!(refused, Decision::Refuse(refusal) if refusal.message.contains("send it as text")));
        let plain =
            event("anybody", "WorkflowRequested", json!({"workflow": "greet", "id": "run-1", "tenant": "acme"}));
        let Decision::Act { starts, look: None } = decide(&plain, &rules(), None) else { panic!() };
        assert_eq!((starts[0].execution.as_str(), starts[0].tenant.as_str()), ("run-1", "acme"));
        assert_eq!(starts[0].input, json!({}));
    }

    #[test]
    fn ids_follow_from_source_event_and_rule() {
        let id = |event: &EventEnvelope, at: usize| {
            let Decision::Act { starts, .. } = decide(event, &rules(), None) else { panic!() };
            starts[at].execution.to_string()
        };
        let one = event("shop", "Order", json!({"total": 11}));
        assert_eq!(id(&one, 0), id(&one.clone(), 0));
        assert_ne!(id(&one, 0), id(&one, 1), "each rule has an execution of its own");
        let other = EventEnvelope { id: "e-2".into(), ..one.clone() };
        assert_ne!(id(&one, 0), id(&other, 0));
    }

    #[test]
    fn what_cannot_be_understood_is_refused_with_its_field() {
        let cases = [
            ("WorkflowRequested", json!({}), "workflow: is missing"),
            ("WorkflowRequested", json!({"workflow": "a", "inptu": {}}), "inptu"),
            ("WorkflowRequested", json!({"workflow": "a", "id": "a/b"}), "id: invalid execution id \"a/b\""),
            ("WorkflowRequested", json!({"workflow": "a", "id": "a~b"}), "kept for ids of children"),
            ("WorkflowRequested", json!({"workflow": "a", "tenant": "no spaces"}), "tenant: invalid tenant"),
        ];
        for (detail_type, detail, expected) in cases {
            let Decision::Refuse(refusal) = decide(&event("x", detail_type, detail.clone()), &rules(), None) else {
                panic!("{detail} was not refused")
            };
            assert!(refusal.code == "event_invalid" && refusal.message.contains(expected), "{refusal}");
        }
        let s3 = event("aws.s3", "Object Created", json!({"bucket": {"name": "b"}, "object": {}}));
        assert!(matches!(decide(&s3, &rules(), None), Decision::Refuse(_)));
    }

    #[test]
    fn what_aws_says_is_looked_at_or_left_alone() {
        let detail =
            json!({"bucket": {"name": "b"}, "object": {"key": "a b+c/%41.pdf", "size": 1}, "reason": "PutObject"});
        for detail_type in ["Object Created", "Object Deleted"] {
            let expected = Some(Look { bucket: "b".into(), key: "a b+c/%41.pdf".into(), trace: None });
            let decision = decide(&event("aws.s3", detail_type, detail.clone()), &rules(), None);
            assert_eq!(decision, Decision::Act { starts: Vec::new(), look: expected });
        }
        let offered = json!({"bucket": "b", "key": "k", "metadata": {"traceparent": TRACE}});
        let Decision::Act { look: Some(look), .. } = decide(&event("shop", "DocumentOffered", offered), &rules(), None)
        else {
            panic!()
        };
        assert_eq!((look.bucket.as_str(), look.key.as_str()), ("b", "k"));
        assert_eq!(look.trace.unwrap().traceparent.split('-').nth(1), TRACE.split('-').nth(1), "it is the same trace");
        let nameless = decide(&event("shop", "DocumentOffered", json!({"bucket": "b"})), &rules(), None);
        assert!(matches!(nameless, Decision::Refuse(refusal) if refusal.message.contains("key")));
        let batch = event("aws.bedrock", "Batch Inference Job State Change", json!({"batchJobArn": "arn"}));
        assert_eq!(decide(&batch, &rules(), None), Decision::Ignore);
        let indexed = event("cueline", "DocumentIndexed", json!({}));
        assert_eq!(decide(&indexed, &Rules::default(), None), Decision::Ignore);
        for (source, detail_type) in [("aws.ec2", "State Change"), ("x", "DocumentIndexed"), ("x", "Unheard")] {
            assert_eq!(decide(&event(source, detail_type, json!({})), &Rules::default(), None), Decision::Unmatched);
        }
    }

    #[test]
    fn an_execution_goes_on_in_the_trace_of_its_event() {
        let trace_of = |detail: Value, header: Option<&str>| {
            let Decision::Act { starts, .. } = decide(&event("shop", "T", detail), &rules(), header) else { panic!() };
            starts[0].trace.clone()
        };
        let said =
            trace_of(json!({"metadata": {"traceparent": TRACE, "tracestate": "a=b"}}), Some("Root=1-1-1")).unwrap();
        assert!(said.traceparent.starts_with("00-5759e988bd862e3fe1be46a994272793-"), "{said:?}");
        assert_eq!(said.tracestate, "cueline=53995c3f42cd8ad8,a=b");
        let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
        let beside = trace_of(json!({}), Some(header)).unwrap();
        assert_eq!((beside.traceparent, beside.tracestate), (said.traceparent, "cueline=53995c3f42cd8ad8".to_owned()));
        assert_eq!(trace_of(json!({"metadata": {"traceparent": "x"}}), Some("y")), None);
    }
}
