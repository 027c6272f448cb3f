//! What the front door is made of: targets, logs, keys, accounts.

use std::{net::TcpListener, sync::Arc, time::Duration};

use axum::http::HeaderValue;
use cueline_domain::chat::{attempts::Blame, breaker::BreakerState};
use cueline_patterns::{
    chat::{Completer, Conversations, Fault, StreamLog, Target, Targets},
    governance::{Alerts, AnswerCache, Audit, Budgets, Keys, Tenants},
};
use cueline_ports::{ExecutionStatus, ExecutionSummary, PortResult};
use cueline_protocol::{ids::ExecutionId, v1::CompleteChatRequest};
use cueline_runtime::{Engine, EngineError, World, worker::Kind};
use serde_json::Value;

use super::{
    StartFailure,
    plans::{manners, plans, targets, terms, unlisted},
};
use crate::{
    config::Config,
    gateway::{Answerers, Ended, Gate, GateParts, GateServer, Plans, Settling},
    telemetry::instruments::Instruments,
    wiring,
};

/// Calls whose execution was never recorded are settled after this: all that they reserved counts as spent.
const LOST_MS: i64 = 60 * 60 * 1_000;
/// Calls whose execution has ended without a bill are settled after this, by what their log says.
const UNSETTLED_MS: i64 = 60_000;
/// How long an answer can be resumed; its execution has it whole for longer.
const RESUMED_MS: i64 = 24 * 60 * 60 * 1_000;
/// How often what feedback taught is written down.
const KEEP: Duration = Duration::from_secs(60);
/// Between two looks at breakers and budgets, for metrics.
const OBSERVE: Duration = Duration::from_secs(15);
/// Between two looks for old streams, and for reservations of lost calls.
const LOOK: Duration = Duration::from_secs(300);
/// How long it is known which answers the audit has: so late a body that is run again may settle again.
const NAMED_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

/// Everything of it but the listener. Cloning gives another handle.
#[derive(Clone)]
pub(crate) struct Front {
    pub(crate) completer: Completer,
    pub(crate) keys: Keys,
    pub(crate) budgets: Budgets,
    pub(crate) audit: Audit,
    pub(crate) tenants: Tenants,
    alerts: Alerts,
    settling: Settling,
    answerers: Answerers,
    origins: Vec<HeaderValue>,
    is_shared: bool,
}

impl Front {
    /// In a world, as it is configured.
    pub(super) fn new(world: &World, config: &Config, instruments: &Instruments) -> Result<Self, StartFailure> {
        let answerers = Answerers::default();
        let known = Targets::new(targets(&world.models, config, &answerers));
        let targets = Arc::new(known.with_unlisted(unlisted(answerers.clone())));
        let (budgets, audit) = (Budgets::new(world), Audit::new(world));
        let alerts = Alerts::new(world, &config.alerts).map_err(|error| StartFailure::router(&error.to_string()))?;
        let settling = Settling::new(
            budgets.clone(),
            audit.clone(),
            AnswerCache::new(world),
            alerts.clone(),
            targets.clone(),
            instruments.clone(),
        );
        settling.keep_content(config.audit.content);
        let completer = Completer::new(targets, StreamLog::new(world), world.clock.clone(), Arc::new(settling.clone()));
        completer.exchange(manners(config, &world.guards));
        let tenants = Tenants::default();
        tenants.exchange(terms(config));
        let origins = config.gateway.as_ref().map(|gateway| gateway.origins.clone()).unwrap_or_default();
        Ok(Self {
            completer,
            keys: Keys::new(world),
            budgets,
            audit,
            tenants,
            alerts,
            settling,
            answerers,
            origins,
            is_shared: config.stack.is_some(),
        })
    }

    /// What a configuration that changed says from now on: everything or nothing. How many targets there are.
    pub(super) async fn exchange(
        &self,
        world: &World,
        config: &Config,
        gate: Option<&Gate>,
    ) -> Result<usize, StartFailure> {
        let mut models = wiring::chat_models(&config.chat).map_err(|error| StartFailure::router(&error.to_string()))?;
        // What AWS hosts was opened at the start.
        let hosted = world.models.iter().filter(|(name, _)| config.hosted.chat.contains_key(*name));
        models.extend(hosted.map(|(name, model)| (name.clone(), model.clone())));
        // The next plans begin with what feedback taught these.
        if let Some(gate) = gate {
            gate.keep().await;
        }
        // Plans are checked against the targets that there will be, before anything is exchanged.
        let plans = plans(config, &Targets::new(targets(&models, config, &self.answerers)))?;
        self.alerts.exchange(&config.alerts).await.map_err(|error| StartFailure::router(&error.to_string()))?;
        let known = self.completer.targets();
        known.exchange(targets(&models, config, &self.answerers));
        self.completer.exchange(manners(config, &world.guards));
        self.tenants.exchange(terms(config));
        self.settling.keep_content(config.audit.content);
        if let Some(gate) = gate {
            gate.exchange(plans);
        }
        Ok(known.all().len())
    }

    /// The actor kind `chat`.
    pub(super) fn kind(&self) -> Kind {
        cueline_patterns::chat::kind(self.completer.clone())
    }

    /// Work beside: the audit is written, lost calls are settled.
    pub(super) fn run(&self, engine: &Engine) -> Vec<tokio::task::JoinHandle<()>> {
        self.answerers.open(engine);
        let observing = self.clone().observe(engine.clone());
        let (front, engine, log) = (self.clone(), engine.clone(), self.completer.log().clone());
        let (cache, conversations) = (AnswerCache::new(engine.world()), Conversations::new(engine.world()));
        let settling = async move {
            loop {
                let clock = &engine.world().clock;
                clock.sleep(LOOK).await;
                let resumed_ms = clock.now_ms() - RESUMED_MS;
                if let Err(error) = log.forget_before(resumed_ms).await {
                    tracing::warn!(error = %error, "old streams could not be forgotten");
                }
                if let Err(error) = conversations.forget_before(resumed_ms).await {
                    tracing::warn!(error = %error, "old conversations could not be forgotten");
                }
                if let Err(error) = cache.forget_expired().await {
                    tracing::warn!(error = %error, "expired answers could not be forgotten");
                }
                let named_ms = clock.now_ms() - NAMED_MS;
                if let Err(error) = Audit::forget_names_before(engine.world(), named_ms).await {
                    tracing::warn!(error = %error, "names of old audit records could not be forgotten");
                }
                if let Err(error) = front.settle_lost(&engine).await {
                    tracing::warn!(error = %error, "reservations of lost calls could not be looked for");
                }
            }
        };
        let targets = self.completer.targets().clone();
        let breakers = move |now_ms| {
            let is_open = |target: &Target| target.state(now_ms) != BreakerState::Closed;
            targets.all().iter().map(|(name, target)| (name.clone(), is_open(target))).collect()
        };
        let alerts = self.alerts.clone().run(breakers);
        vec![
            tokio::spawn(self.audit.clone().run()),
            tokio::spawn(settling),
            tokio::spawn(alerts),
            tokio::spawn(observing),
        ]
    }

    /// Tells metrics what nothing happens to tell of.
    async fn observe(self, engine: Engine) {
        loop {
            let now_ms = self.completer.clock().now_ms();
            // Answers that went on in another process count here until it is seen that they have ended.
            for id in self.settling.held_since(now_ms - OBSERVE.as_millis() as i64) {
                if is_ended(&engine, &id).await {
                    self.settling.let_go(&id);
                }
            }
            if let Err(error) = self.settling.observe(&self.keys, &self.tenants, now_ms).await {
                tracing::warn!(error = %error, "budgets could not be looked at for metrics");
            }
            self.completer.clock().sleep(OBSERVE).await;
        }
    }

    /// A call whose execution ended without a bill is settled by what its log says. Of one that was never recorded, or has no log,
    /// nobody knows what it used: all that it reserved counts as spent.
    async fn settle_lost(&self, engine: &Engine) -> PortResult<()> {
        let now_ms = self.completer.clock().now_ms();
        for (id, reserved_ms) in self.budgets.old(UNSETTLED_MS).await? {
            let Ok(execution) = ExecutionId::new(&id) else { continue };
            let is_lost = match engine.summary(&execution).await {
                Ok(summary) if summary.ended_ms > 0 => !self.reckon(engine, &summary, &execution).await,
                Ok(_) => false,
                Err(error) => now_ms - reserved_ms > LOST_MS && is_missing(&error),
            };
            if is_lost && self.budgets.settle_lost(&id).await? {
                tracing::warn!(execution = id, "a call was lost; what it had reserved counts as spent");
            }
        }
        Ok(())
    }

    /// Settles an answer that ended without a bill. False: nothing is known of it.
    async fn reckon(&self, engine: &Engine, summary: &ExecutionSummary, execution: &ExecutionId) -> bool {
        let Ok(found) = engine.peek(execution).await else { return false };
        let input = found.state.start().map(|start| Value::clone(&start.input)).unwrap_or_default();
        let Ok(request) = serde_json::from_value::<CompleteChatRequest>(input) else { return false };
        let Ok(frames) = self.completer.log().read(&request.stream, 0).await else { return false };
        if request.stream.is_empty() || frames.is_empty() {
            return false;
        }
        let code = if summary.status == ExecutionStatus::Aborted { "answer_cancelled" } else { "answer_unsettled" };
        let fault = Fault {
            code: code.to_owned(),
            message: "it ended without a bill".to_owned(),
            status: 499,
            blame: Blame::Request,
            retry_after_ms: None,
        };
        let attempts = self.completer.reckoned(&request, &frames, code);
        let (id, now_ms) = (execution.as_str(), self.completer.clock().now_ms());
        // As its only task would have named it: where the audit has it already, only the reservation is missing.
        let once = Some(format!("{id}/1#1"));
        let ended = Ended {
            execution: id,
            tenant: &summary.tenant,
            request: &request,
            attempts: &attempts,
            result: Err(&fault),
            findings: &[],
            now_ms,
        };
        self.settling.account_once(&ended, once).await.is_ok()
    }

    /// Opens the door.
    pub(super) fn open(&self, listener: TcpListener, engine: &Engine, plans: Plans) -> std::io::Result<GateServer> {
        let is_local = listener.local_addr()?.ip().is_loopback();
        let origins = self.origins.clone();
        let gate = Gate::new(GateParts {
            engine: engine.clone(),
            completer: self.completer.clone(),
            keys: self.keys.clone(),
            budgets: self.budgets.clone(),
            tenants: self.tenants.clone(),
            settling: self.settling.clone(),
            plans,
            is_local,
            is_shared: self.is_shared,
            origins,
        });
        GateServer::start(listener, gate, KEEP)
    }
}

async fn is_ended(engine: &Engine, id: &str) -> bool {
    match ExecutionId::new(id) {
        Ok(execution) => is_over(&engine.summary(&execution).await.map(|summary| summary.ended_ms)),
        Err(_) => true,
    }
}

/// What cannot be looked at just now may go on yet.
fn is_over(ended_ms: &Result<i64, EngineError>) -> bool {
    match ended_ms {
        Ok(ended_ms) => *ended_ms != 0,
        Err(error) => is_missing(error),
    }
}

fn is_missing(error: &EngineError) -> bool {
    matches!(error, EngineError::NotFound { .. })
}

/// The address of the front door, when there is one.
pub(super) fn bind(config: &Config) -> Result<Option<TcpListener>, StartFailure> {
    let Some(gateway) = &config.gateway else { return Ok(None) };
    let bound = TcpListener::bind(gateway.address);
    bound.map(Some).map_err(|error| StartFailure::gateway(gateway.address, &error))
}

#[cfg(test)]
mod tests {
    use cueline_ports::PortError;

    use super::*;

    #[test]
    fn a_call_is_lost_only_when_its_execution_is_known_not_to_go_on() {
        assert!(is_over(&Ok(5)) && !is_over(&Ok(0)));
        assert!(is_over(&Err(EngineError::NotFound { execution: "chatcmpl-1".into() })));
        assert!(!is_over(&Err(PortError::unavailable("throttled").into())), "its reservation stays");
    }
}
