//! Events come in: from the bus of this process and from the queue `events`.

use std::{net::TcpListener, sync::Arc};

use async_trait::async_trait;
use cueline_patterns::{
    events::{Follower, Intake, Listener, Looker, Rules},
    rag::Ingress,
};
use cueline_ports::PortResult;
use cueline_protocol::v1::TraceContext;
use cueline_runtime::Engine;
use tokio::task::JoinHandle;

use super::StartFailure;
use crate::{config::Config, wiring::Wired};

/// What takes events in.
pub(super) struct Running(Vec<JoinHandle<()>>);

impl Running {
    /// Stops. What was being taken in comes again with the next start, as the same execution.
    pub(super) fn stop(self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

/// The inbox of this process, by the name that events call it.
struct InboxLooker {
    bucket: String,
    ingress: Ingress,
}

#[async_trait]
impl Looker for InboxLooker {
    async fn look(&self, bucket: &str, key: &str, trace: Option<TraceContext>) -> PortResult<bool> {
        if bucket != self.bucket {
            return Ok(false);
        }
        self.ingress.within(trace).look_at(key).await.map(|()| true)
    }
}

/// The address of the doors, when there are any.
pub(super) fn bind(config: &Config) -> Result<Option<TcpListener>, StartFailure> {
    let Some(doors) = &config.doors else { return Ok(None) };
    TcpListener::bind(doors.address).map(Some).map_err(|error| StartFailure::doors(doors.address, &error))
}

/// Begins to take events in.
pub(super) async fn start(
    wired: &Wired,
    engine: &Engine,
    ingress: &Ingress,
    rules: &Arc<Rules>,
) -> Result<Running, StartFailure> {
    let looker = InboxLooker { bucket: wired.bucket.clone(), ingress: ingress.clone() };
    let intake = Intake::new(engine.clone(), rules.clone(), Arc::new(looker));
    let failed = |error| StartFailure::storage(&error);
    let mut running = vec![tokio::spawn(Listener::on(intake.clone(), wired.events.clone()).run())];
    if let Some(log) = &wired.event_log {
        let follower = Follower::open(intake, log.clone()).await.map_err(failed)?;
        running.push(tokio::spawn(follower.run()));
    }
    Ok(Running(running))
}

/// Rules that would start what is not defined: it may be defined later, so they are spoken of, not refused.
pub(super) fn notes(rules: &Rules, engine: &Engine) -> Vec<String> {
    let missing = rules.iter().filter(|rule| engine.definitions().named(&rule.workflow).is_err());
    let note = |rule: &cueline_patterns::events::Rule| {
        format!(
            "rule {}: there is no workflow {}; define it, or what the rule matches goes to the dead letters of `events`",
            rule.name, rule.workflow
        )
    };
    missing.map(note).collect()
}
