//! The EventBridge endpoint: `PutEvents`, and the questions that clients ask about buses, rules and patterns.
//!
//! The protocol is JSON 1.1: the operation is in `X-Amz-Target`, the answer is JSON, an error is `__type` and `message`
//! with status 400. An entry is accepted once it is kept; what rules do with it follows.

use std::sync::Arc;

use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use cueline_domain::{
    event_pattern::{EventPattern, MAX_CHARACTERS},
    trace::TraceParent,
};
use cueline_patterns::events::{Rule, Rules};
use cueline_ports::{BusEvent, PortError, PortErrorKind};
use cueline_protocol::v1::TraceContext;
use cueline_runtime::World;
use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{
    DoorKeys,
    signature::{self, Denied},
};

/// Begins the name of an operation.
const SERVICE: &str = "AWSEvents.";
/// The name of the service in a signature.
const SIGNED_AS: &str = "events";
/// Entries of one request, as on EventBridge.
const MOST: usize = 10;
/// Bytes of the entries of a request, as on EventBridge.
const MOST_BYTES: usize = 1 << 20;
/// Bytes of a request body: JSON in JSON may be escaped, letter by letter.
const LARGEST_BODY: usize = 8 << 20;
/// The one bus of this process.
const BUS: &str = "default";
const ARN: &str = "arn:aws:events:local:000000000000";

/// The endpoint.
pub(super) struct EventsDoor {
    world: World,
    rules: Arc<Rules>,
    keys: DoorKeys,
}

/// An error of a whole request.
#[derive(Debug)]
struct Refusal {
    code: &'static str,
    message: String,
    status: StatusCode,
}

impl Refusal {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), status: StatusCode::BAD_REQUEST }
    }

    fn invalid(message: impl Into<String>) -> Self {
        Self::new("ValidationException", message)
    }
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        Self::new(denied.code(), denied.message())
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutEvents {
    entries: Vec<Entry>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Entry {
    source: Option<String>,
    detail_type: Option<String>,
    detail: Option<String>,
    event_bus_name: Option<String>,
    resources: Option<Vec<String>>,
    time: Option<Moment>,
    trace_header: Option<String>,
}

/// Clients write seconds; some write text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Moment {
    Seconds(f64),
    Text(String),
}

/// Why one entry is not accepted, as EventBridge says it.
#[derive(Debug, PartialEq, Eq)]
struct EntryError(&'static str, String);

impl Entry {
    /// As EventBridge counts it.
    fn size(&self) -> usize {
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let resources: usize = self.resources.iter().flatten().map(String::len).sum();
        let time = if self.time.is_some() { 14 } else { 0 };
        time + length(&self.source) + length(&self.detail_type) + length(&self.detail) + resources
    }

    fn event(self, id: String) -> Result<BusEvent, EntryError> {
        let invalid = |name: &str, why: &str| {
            EntryError("InvalidArgument", format!("Parameter {name} is not valid. Reason: {why}"))
        };
        let needed = |name: &str, value: Option<String>| match value.filter(|value| !value.is_empty()) {
            Some(value) => Ok(value),
            None => Err(invalid(name, &format!("{name} is a required argument."))),
        };
        let source = needed("Source", self.source)?;
        let detail_type = needed("DetailType", self.detail_type)?;
        let detail = needed("Detail", self.detail)?;
        if source.starts_with("aws.") {
            return Err(EntryError("NotAuthorizedForSourceException", "Not authorized for the source.".to_owned()));
        }
        for (name, value, most) in [("Source", &source, 256), ("DetailType", &detail_type, 128)] {
            if value.len() > most {
                return Err(invalid(name, &format!("it has {} bytes, at most {most} are possible.", value.len())));
            }
        }
        let bus = self.event_bus_name.as_deref().unwrap_or(BUS);
        if bus != BUS && bus != format!("{ARN}:event-bus/{BUS}") {
            return Err(invalid("EventBusName", &format!("there is no event bus {bus:?} here, only {BUS}.")));
        }
        let detail: Value = serde_json::from_str(&detail)
            .ok()
            .filter(Value::is_object)
            .ok_or_else(|| EntryError("MalformedDetail", "Detail is malformed.".to_owned()))?;
        let time_ms = match self.time {
            None => None,
            Some(Moment::Seconds(seconds)) => Some((seconds * 1_000.0) as i64),
            Some(Moment::Text(text)) => {
                let format = &time::format_description::well_known::Rfc3339;
                let at = OffsetDateTime::parse(&text, format).map_err(|_| invalid("Time", "it is no time."))?;
                Some(at.unix_timestamp() * 1_000)
            }
        };
        let trace = match self.trace_header {
            None => None,
            Some(header) => {
                let place = TraceParent::parse(&header);
                let place = place.ok_or_else(|| invalid("TraceHeader", "it is no trace header of AWS X-Ray."))?;
                Some(TraceContext { traceparent: place.w3c(), tracestate: String::new() })
            }
        };
        let resources = self.resources.unwrap_or_default();
        Ok(BusEvent { id, source, detail_type, detail, resources, time_ms, trace })
    }
}

impl EventsDoor {
    pub(super) fn new(world: World, rules: Arc<Rules>, keys: DoorKeys) -> Self {
        Self { world, rules, keys }
    }

    /// Answers a request.
    pub(super) async fn answer(&self, request: Request) -> Response {
        let answered = self.checked(request).await;
        let (status, body) = match answered {
            Ok(body) => (StatusCode::OK, body),
            Err(Refusal { code, message, status }) => {
                tracing::debug!(code, "a request for EventBridge was refused");
                (status, json!({"__type": code, "message": message}))
            }
        };
        let id = self.world.entropy.ulid(self.world.clock.now_ms());
        let headers =
            [(header::CONTENT_TYPE.as_str(), "application/x-amz-json-1.1"), ("x-amzn-requestid", id.as_str())];
        (status, headers, body.to_string()).into_response()
    }

    async fn checked(&self, request: Request) -> Result<Value, Refusal> {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, LARGEST_BODY).await.map_err(|_| {
            let message = format!("the request has more than {LARGEST_BODY} bytes, or was cut");
            Refusal { status: StatusCode::PAYLOAD_TOO_LARGE, ..Refusal::new("RequestEntityTooLarge", message) }
        })?;
        let request = (&parts.method, &parts.uri, &parts.headers, &body[..]);
        signature::check(request, SIGNED_AS, &self.keys, OffsetDateTime::now_utc())?;
        let operation = operation(&parts.headers)?;
        let body: Value = match body.is_empty() {
            true => json!({}),
            false => serde_json::from_slice(&body)
                .map_err(|error| Refusal::new("SerializationException", format!("the body is not JSON: {error}")))?,
        };
        match operation {
            "PutEvents" => self.put_events(body).await,
            "TestEventPattern" => test_pattern(&body),
            "ListEventBuses" => Ok(json!({"EventBuses": [bus()]})),
            "DescribeEventBus" => Ok(bus()),
            "ListRules" => Ok(self.list_rules(&body)),
            "DescribeRule" => self.describe_rule(&body),
            "ListTargetsByRule" => self.list_targets(&body),
            other => Err(Refusal::new(
                "UnknownOperationException",
                format!("{other} is not served here: rules come from `[rules.NAME]` of the configuration"),
            )),
        }
    }

    async fn put_events(&self, body: Value) -> Result<Value, Refusal> {
        let entries: PutEvents = serde_path_to_error::deserialize(body)
            .map_err(|error| Refusal::new("SerializationException", format!("{}: {}", error.path(), error.inner())))?;
        let entries = entries.entries;
        if entries.is_empty() || entries.len() > MOST {
            let bound = if entries.is_empty() { "greater than or equal to 1" } else { "less than or equal to 10" };
            return Err(Refusal::invalid(format!(
                "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length {bound}"
            )));
        }
        let size: usize = entries.iter().map(Entry::size).sum();
        if size > MOST_BYTES {
            return Err(Refusal::invalid(format!(
                "Total size of the entries in the request is over the limit: {size} of {MOST_BYTES} bytes."
            )));
        }
        let mut answers = vec![Value::Null; entries.len()];
        let mut events = Vec::with_capacity(entries.len());
        for (at, entry) in entries.into_iter().enumerate() {
            match entry.event(self.event_id()) {
                Ok(event) => events.push((at, event)),
                Err(EntryError(code, message)) => answers[at] = json!({"ErrorCode": code, "ErrorMessage": message}),
            }
        }
        let failed = |error: &PortError| {
            let code = match error.kind {
                PortErrorKind::Throttled => "ThrottlingException",
                PortErrorKind::Invalid => "InvalidArgument",
                _ => "InternalFailure",
            };
            json!({"ErrorCode": code, "ErrorMessage": error.message})
        };
        let published = self.world.bus.publish(events.iter().map(|(_, event)| event.clone()).collect()).await;
        match published {
            Ok(results) => {
                for ((at, event), result) in events.into_iter().zip(results) {
                    answers[at] = match result {
                        Ok(()) => json!({"EventId": event.id}),
                        Err(error) => failed(&error),
                    };
                }
            }
            Err(error) => events.iter().for_each(|(at, _)| answers[*at] = failed(&error)),
        }
        let failed = answers.iter().filter(|answer| answer.get("ErrorCode").is_some()).count();
        Ok(json!({"FailedEntryCount": failed, "Entries": answers}))
    }

    /// A UUID, as EventBridge gives.
    fn event_id(&self) -> String {
        let (high, low) = (self.world.entropy.draw(), self.world.entropy.draw());
        let (high, low) = ((high & !0xf000) | 0x4000, (low & !(0xc << 60)) | (0x8 << 60));
        let digits = format!("{high:016x}{low:016x}");
        format!("{}-{}-{}-{}-{}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..])
    }

    fn list_rules(&self, body: &Value) -> Value {
        let prefix = body["NamePrefix"].as_str().unwrap_or_default();
        let rules: Vec<Value> = self.rules.iter().filter(|rule| rule.name.starts_with(prefix)).map(described).collect();
        json!({"Rules": rules})
    }

    fn describe_rule(&self, body: &Value) -> Result<Value, Refusal> {
        self.rule(body["Name"].as_str()).map(described)
    }

    fn list_targets(&self, body: &Value) -> Result<Value, Refusal> {
        let rule = self.rule(body["Rule"].as_str())?;
        Ok(json!({"Targets": [{"Id": rule.workflow, "Arn": format!("urn:cueline:workflow:{}", rule.workflow)}]}))
    }

    fn rule(&self, name: Option<&str>) -> Result<&Rule, Refusal> {
        let name = name.unwrap_or_default();
        let found = self.rules.iter().find(|rule| rule.name == name);
        found.ok_or_else(|| {
            Refusal::new("ResourceNotFoundException", format!("Rule {name} does not exist on EventBus {BUS}."))
        })
    }
}

fn operation(headers: &HeaderMap) -> Result<&str, Refusal> {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    target.strip_prefix(SERVICE).ok_or_else(|| {
        let message = format!("{target:?} is no operation of EventBridge; S3 and EventBridge are served here");
        Refusal::new("UnknownOperationException", message)
    })
}

fn bus() -> Value {
    json!({"Name": BUS, "Arn": format!("{ARN}:event-bus/{BUS}")})
}

fn described(rule: &Rule) -> Value {
    json!({
        "Name": rule.name,
        "Arn": format!("{ARN}:rule/{}", rule.name),
        "EventPattern": rule.written.to_string(),
        "State": "ENABLED",
        "Description": format!("starts the workflow {}", rule.workflow),
        "EventBusName": BUS,
    })
}

fn test_pattern(body: &Value) -> Result<Value, Refusal> {
    let text = |name: &str| {
        body[name].as_str().ok_or_else(|| Refusal::invalid(format!("{name} is a required argument: JSON as text")))
    };
    let pattern = EventPattern::parse_text(text("EventPattern")?, MAX_CHARACTERS).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Refusal::new(
            "InvalidEventPatternException",
            format!("Event pattern is not valid. Reason: {}", problems.join("; ")),
        )
    })?;
    let event: Value = serde_json::from_str(text("Event")?)
        .map_err(|error| Refusal::invalid(format!("Parameter Event is not valid. Reason: it is not JSON: {error}")))?;
    for field in ["id", "account", "source", "time", "region", "resources", "detail-type"] {
        if event.get(field).is_none() {
            return Err(Refusal::invalid(format!("Parameter Event is not valid. Reason: {field} is missing.")));
        }
    }
    Ok(json!({"Result": pattern.matches(&event)}))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(value: Value) -> Result<BusEvent, EntryError> {
        let mut whole = json!({"Source": "shop", "DetailType": "Order", "Detail": "{\"n\": 1}"});
        for (name, value) in value.as_object().unwrap() {
            whole[name] = value.clone();
        }
        serde_json::from_value::<Entry>(whole).unwrap().event("id".to_owned())
    }

    #[test]
    fn an_entry_becomes_an_event() {
        let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
        let event = entry(json!({"Time": 1_513_968_228.5, "Resources": ["r"], "TraceHeader": header})).unwrap();
        let traceparent = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01".to_owned();
        let expected = BusEvent {
            id: "id".into(),
            source: "shop".into(),
            detail_type: "Order".into(),
            detail: json!({"n": 1}),
            resources: vec!["r".into()],
            time_ms: Some(1_513_968_228_500),
            trace: Some(TraceContext { traceparent, tracestate: String::new() }),
        };
        assert_eq!(event, expected);
        assert_eq!(
            entry(json!({"EventBusName": "default", "Time": "2017-12-22T18:43:48Z"})).unwrap().time_ms,
            Some(1_513_968_228_000)
        );
    }

    #[test]
    fn a_bad_entry_has_the_code_of_eventbridge() {
        let cases = [
            (json!({"Source": ""}), "InvalidArgument", "Source is a required argument."),
            (json!({"DetailType": null}), "InvalidArgument", "DetailType is a required argument."),
            (json!({"Detail": null}), "InvalidArgument", "Detail is a required argument."),
            (json!({"Detail": "[1]"}), "MalformedDetail", "Detail is malformed."),
            (json!({"Detail": "{"}), "MalformedDetail", "Detail is malformed."),
            (json!({"Source": "aws.s3"}), "NotAuthorizedForSourceException", "Not authorized for the source."),
            (json!({"EventBusName": "other"}), "InvalidArgument", "there is no event bus \"other\""),
            (json!({"TraceHeader": "x"}), "InvalidArgument", "TraceHeader"),
            (json!({"Time": "yesterday"}), "InvalidArgument", "Time"),
            (json!({"Source": "x".repeat(257)}), "InvalidArgument", "257 bytes"),
        ];
        for (given, code, message) in cases {
            let EntryError(found, text) = entry(given.clone()).unwrap_err();
            assert!(found == code && text.contains(message), "{given}: {found}: {text}");
        }
    }

    #[test]
    fn a_pattern_can_be_tried() {
        let event = json!({"id": "1", "account": "1", "source": "s", "time": "t", "region": "r", "resources": [], "detail-type": "T"});
        let tried =
            |pattern: &str, event: &Value| test_pattern(&json!({"EventPattern": pattern, "Event": event.to_string()}));
        assert_eq!(tried("{\"source\": [\"s\"]}", &event).unwrap()["Result"], true);
        assert_eq!(tried("{\"source\": [\"x\"]}", &event).unwrap()["Result"], false);
        assert_eq!(tried("{\"source\": \"s\"}", &event).unwrap_err().code, "InvalidEventPatternException");
        assert_eq!(tried("{\"source\": [\"s\"]}", &json!({"id": 1})).unwrap_err().code, "ValidationException");
    }
}
