//! `"Type": "Task"`: a cue to somebody, and a reply.

use super::{
    diagnostic::RESOURCE,
    expression::{Number, Payload},
    flow::Flow,
    reader::Reader,
    retry::Rescue,
};
use crate::Name;

#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) resource: Name,
    pub(crate) flow: Flow,
    pub(crate) rescue: Rescue,
    pub(crate) timeout: Option<Number>,
    pub(crate) heartbeat: Option<Number>,
    pub(crate) credentials: Option<Payload>,
}

pub(super) fn read(reader: &Reader<'_>) -> Option<Task> {
    reader.require(&["Resource"]);
    let resource = resource(reader);
    let flow = Flow::of_work(reader);
    let rescue = Rescue::read(reader);
    let timeout = reader.number("TimeoutSeconds", "TimeoutSecondsPath", 1.0, true);
    let heartbeat = reader.number("HeartbeatSeconds", "HeartbeatSecondsPath", 1.0, true);
    if let (Some(beat), Some(whole)) = (whole_seconds(heartbeat.as_ref()), whole_seconds(timeout.as_ref()))
        && beat >= whole
    {
        reader.error("HeartbeatSeconds", "The field 'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'");
    }
    Some(Task { resource: resource?, flow, rescue, timeout, heartbeat, credentials: credentials(reader) })
}

/// Whom to cue. What the name means is not ours to say.
pub(super) fn resource(reader: &Reader<'_>) -> Option<Name> {
    let resource = reader.string("Resource")?;
    if resource.trim().is_empty() {
        reader.findings.error(RESOURCE, reader.at("Resource"), "The value of a resource must not be empty");
    }
    Some(resource.into())
}

fn credentials(reader: &Reader<'_>) -> Option<Payload> {
    let credentials = reader.child("Credentials")?;
    if !credentials.has("RoleArn") && !credentials.has("RoleArn.$") {
        credentials.complain("The field 'RoleArn' is required but was missing");
    }
    reader.payload("Credentials")
}

fn whole_seconds(number: Option<&Number>) -> Option<f64> {
    match number?.source {
        super::expression::NumberSource::Literal(seconds) => Some(seconds),
        _ => None,
    }
}
