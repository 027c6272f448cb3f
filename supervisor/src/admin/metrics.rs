//! Numbers for Prometheus: what is there is read when it is asked for, what happens was recorded when it did.

use std::fmt::Write;

use axum::{extract::State, http::header, response::IntoResponse};
use cueline_protocol::ids::QueueName;

use super::{app::App, refusal::Refusal};
use crate::telemetry::names::metric;

/// Metrics in the text format of Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "health", responses((status = 200, body = String, content_type = "text/plain")))]
pub(super) async fn read(State(app): State<App>) -> Result<impl IntoResponse, Refusal> {
    let engine = app.engine();
    let mut text = Exposition::default();
    let counters = engine.counters().read();
    for (name, help, read) in [
        (
            metric::TASKS_STARTED,
            "Task bodies that were begun",
            (|c| c.started) as fn(&cueline_runtime::engine::KindCounts) -> u64,
        ),
        (metric::TASKS_FAILED, "Task bodies that ended with an error", |c| c.failed),
        (metric::TASKS_AGAIN, "Task bodies that may have run before", |c| c.ran_again),
    ] {
        text.family(name, "counter", help);
        for (kind, counts) in &counters {
            text.sample(name, &[("kind", kind)], read(counts) as f64);
        }
    }
    text.family(metric::QUEUE_MESSAGES, "gauge", "Messages of a queue by where they are");
    for kind in counters.keys() {
        let Ok(queue) = QueueName::new(kind) else { continue };
        let depth = engine.world().queue.depth(&queue).await?;
        for (place, count) in
            [("ready", depth.ready), ("leased", depth.leased), ("delayed", depth.delayed), ("dead", depth.dead)]
        {
            text.sample(metric::QUEUE_MESSAGES, &[("queue", kind), ("place", place)], count as f64);
        }
    }
    let tree = engine.tree().view();
    text.family(metric::ACTOR_UP, "gauge", "1 while an actor runs");
    for actor in &tree {
        let up = actor.state == cueline_runtime::supervision::ActorState::Running;
        text.sample(metric::ACTOR_UP, &[("actor", &actor.name)], f64::from(u8::from(up)));
    }
    text.family(metric::ACTOR_RESTARTS, "counter", "How often an actor was started again");
    for actor in &tree {
        text.sample(metric::ACTOR_RESTARTS, &[("actor", &actor.name)], f64::from(actor.restarts));
    }
    let (requests, refusals) = app.counts();
    let ingress = app.ingress().status();
    for (name, kind, help, value) in [
        (metric::EXECUTIONS_LIVE, "gauge", "Executions that are held in memory", engine.counts().await.live as u64),
        (metric::TASKS_RUNNING, "gauge", "Task bodies that run right now", engine.running() as u64),
        (metric::TIMERS, "gauge", "Timers that are set", engine.timers() as u64),
        (metric::INBOX_LOOKS, "counter", "Objects of the inbox that were looked at", ingress.looks),
        (metric::INBOX_VERSIONS, "counter", "Document versions whose ingestion was started", ingress.versions),
        (metric::INBOX_DELETIONS, "counter", "Documents that were deleted", ingress.tombstones),
        (metric::ADMIN_REQUESTS, "counter", "Requests of the admin interface", requests),
        (metric::ADMIN_REFUSALS, "counter", "Requests that were answered with an error", refusals),
    ] {
        text.family(name, kind, help);
        text.sample(name, &[], value as f64);
    }
    text.family(metric::STORAGE, "counter", "What the storage did");
    for (what, count) in app.storage().read() {
        text.sample(metric::STORAGE, &[("what", &what)], count as f64);
    }
    let recorded = prometheus::TextEncoder::new().encode_to_string(&app.facts().registry.gather());
    text.0.push_str(&recorded.map_err(|error| {
        tracing::error!(error = %error, "metrics cannot be written");
        Refusal::internal()
    })?);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text.0))
}

/// The text format.
#[derive(Default)]
struct Exposition(String);

impl Exposition {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}.\n# TYPE {name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        let labels: Vec<String> =
            labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_written_as_prometheus_reads_them() {
        let mut text = Exposition::default();
        text.family("a_total", "counter", "Things");
        text.sample("a_total", &[], 3.0);
        text.sample("a_total", &[("k", "a\"b\\c\n"), ("l", "x")], 0.5);
        let expected =
            "# HELP a_total Things.\n# TYPE a_total counter\na_total 3\na_total{k=\"a\\\"b\\\\c\\n\",l=\"x\"} 0.5\n";
        assert_eq!(text.0, expected);
    }
}
