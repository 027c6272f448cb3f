//! What the front door is made of: targets, logs, keys, accounts.

use std::{net::TcpListener, path::Path, sync::Arc, time::Duration};

use cueline_domain::{chat::breaker::BreakerOptions, cost::TokenPrice, routing::decide};
use cueline_patterns::{
    chat::{Completer, StreamLog, Target, TargetInfo, Targets},
    governance::{Audit, Budgets, Keys},
};
use cueline_ports::PortResult;
use cueline_runtime::{Engine, EngineError, World, worker::Kind};

use super::StartFailure;
use crate::{
    config::{
        Config,
        gateway::{PolicyTable, TargetTable},
    },
    eval::routing::Learned,
    gateway::{Gate, GateParts, GateServer, LearnedPlans, Plans, Policy, Settling},
    telemetry::instruments::Instruments,
};

/// Calls that are on their way when a process dies are settled or released after this, if nobody goes on with them.
const LOST_MS: i64 = 60 * 60 * 1_000;
/// How long an answer can be resumed; its execution has it whole for longer.
const RESUMED_MS: i64 = 24 * 60 * 60 * 1_000;
/// Between two looks for old streams, and for reservations of lost calls.
const LOOK: Duration = Duration::from_secs(300);

/// Everything of it but the listener. Cloning gives another handle.
#[derive(Clone)]
pub(crate) struct Front {
    pub(crate) completer: Completer,
    pub(crate) keys: Keys,
    pub(crate) budgets: Budgets,
    pub(crate) audit: Audit,
    instruments: Instruments,
}

impl Front {
    /// In a world, as it is configured.
    pub(super) fn new(world: &World, config: &Config, instruments: &Instruments) -> Self {
        let targets = Arc::new(Targets::new(targets(world, config)));
        let (budgets, audit) = (Budgets::new(world), Audit::new(world));
        let settling = Settling::new(budgets.clone(), audit.clone(), targets.clone(), instruments.clone());
        let completer = Completer::new(targets, StreamLog::new(world), world.clock.clone(), Arc::new(settling));
        Self { completer, keys: Keys::new(world), budgets, audit, instruments: instruments.clone() }
    }

    /// The actor kind `chat`.
    pub(super) fn kind(&self) -> Kind {
        cueline_patterns::chat::kind(self.completer.clone())
    }

    /// Work beside: the audit is written, what lost calls reserved is released.
    pub(super) fn run(&self, engine: &Engine) -> Vec<tokio::task::JoinHandle<()>> {
        let (budgets, engine, log) = (self.budgets.clone(), engine.clone(), self.completer.log().clone());
        let releasing = async move {
            loop {
                let clock = &engine.world().clock;
                clock.sleep(LOOK).await;
                if let Err(error) = log.forget_before(clock.now_ms() - RESUMED_MS).await {
                    tracing::warn!(error = %error, "old streams could not be forgotten");
                }
                if let Err(error) = release(&budgets, &engine).await {
                    tracing::warn!(error = %error, "reservations of lost calls could not be looked for");
                }
            }
        };
        vec![tokio::spawn(self.audit.clone().run()), tokio::spawn(releasing)]
    }

    /// Opens the door.
    pub(super) fn open(&self, listener: TcpListener, engine: &Engine, plans: Plans) -> std::io::Result<GateServer> {
        let is_local = listener.local_addr()?.ip().is_loopback();
        let gate = Gate::new(GateParts {
            engine: engine.clone(),
            completer: self.completer.clone(),
            keys: self.keys.clone(),
            budgets: self.budgets.clone(),
            audit: self.audit.clone(),
            instruments: self.instruments.clone(),
            plans,
            is_local,
        });
        GateServer::start(listener, gate)
    }
}

/// A call whose execution ended without a bill, or never was, has used what is not known: what it reserved is released.
async fn release(budgets: &Budgets, engine: &Engine) -> PortResult<()> {
    for id in budgets.old(LOST_MS).await? {
        let Ok(execution) = cueline_protocol::ids::ExecutionId::new(&id) else { continue };
        let ended_ms = engine.summary(&execution).await.map(|summary| summary.ended_ms);
        if is_over(&ended_ms) && budgets.settle(&id, cueline_domain::governance::money::Money::ZERO).await? {
            tracing::warn!(execution = id, "a call was lost; what it had reserved is released");
        }
    }
    Ok(())
}

/// What cannot be looked at just now may go on yet.
fn is_over(ended_ms: &Result<i64, EngineError>) -> bool {
    match ended_ms {
        Ok(ended_ms) => *ended_ms != 0,
        Err(error) => matches!(error, EngineError::NotFound { .. }),
    }
}

/// The address of the front door, when there is one.
pub(super) fn bind(config: &Config) -> Result<Option<TcpListener>, StartFailure> {
    let Some(gateway) = &config.gateway else { return Ok(None) };
    let bound = TcpListener::bind(gateway.address);
    bound.map(Some).map_err(|error| StartFailure::gateway(gateway.address, &error))
}

fn targets(world: &World, config: &Config) -> Vec<Target> {
    let target = |(name, model): (&String, &Arc<dyn cueline_ports::Model>)| {
        let provider_name = match (config.chat.get(name), config.hosted.chat.get(name)) {
            (Some(chat), _) => chat.model.clone(),
            (None, Some(hosted)) => hosted.bedrock.clone(),
            (None, None) => name.clone(),
        };
        let table = config.targets.get(name).cloned().unwrap_or_default();
        Target::new(info(name, provider_name, &table), model.clone())
    };
    world.models.iter().map(target).collect()
}

fn info(name: &str, provider_name: String, table: &TargetTable) -> TargetInfo {
    let usual = TargetInfo::new(name, provider_name);
    let seconds = |seconds: Option<f64>, usual: Duration| seconds.map_or(usual, Duration::from_secs_f64);
    TargetInfo {
        context: table.context,
        tools: table.tools.unwrap_or(usual.tools),
        vision: table.vision.unwrap_or(usual.vision),
        schema: table.json_schema.unwrap_or(usual.schema),
        price: table.price.map(|price| TokenPrice { input: price.input, output: price.output }).or(usual.price),
        concurrent: table.concurrent.unwrap_or(usual.concurrent),
        first_timeout: seconds(table.first_token_seconds, usual.first_timeout),
        gap_timeout: seconds(table.gap_seconds, usual.gap_timeout),
        breaker: BreakerOptions { failures: table.breaker_failures.unwrap_or(usual.breaker.failures), ..usual.breaker },
        ..usual
    }
}

/// What model names mean, with what was learned.
pub(super) fn plans(config: &Config, targets: &Targets) -> Result<Plans, StartFailure> {
    let policy = |table: &PolicyTable| Policy { targets: table.targets.clone(), after_first: table.after_first };
    let learned = config.router.as_deref().map(|file| learned(file, config, targets)).transpose()?;
    Ok(Plans {
        policies: config.policies.iter().map(|(name, table)| (name.clone(), policy(table))).collect(),
        fallbacks: config.targets.iter().map(|(name, table)| (name.clone(), table.fallbacks.clone())).collect(),
        after_first: config.gateway.as_ref().map(|gateway| gateway.after_first).unwrap_or_default(),
        learned,
    })
}

fn learned(file: &Path, config: &Config, targets: &Targets) -> Result<LearnedPlans, StartFailure> {
    let learned = Learned::read(file).map_err(|error| StartFailure::router(&error.to_string()))?;
    let all = targets.all();
    let target = |target: &Arc<Target>| {
        let info = &target.info;
        let has = [
            (info.tools, decide::Capability::Tools),
            (info.vision, decide::Capability::Vision),
            (info.schema, decide::Capability::JsonSchema),
        ];
        // What has no price is not known to be cheap.
        let price = info.price.unwrap_or(TokenPrice { input: 1_000.0, output: 1_000.0 });
        decide::Target {
            name: info.name.clone(),
            context_tokens: info.context.unwrap_or(1_000_000),
            max_output_tokens: info.context.unwrap_or(1_000_000),
            capabilities: has.into_iter().filter(|(has, _)| *has).map(|(_, capability)| capability).collect(),
            price: decide::Price { input_per_million: price.input, output_per_million: price.output },
            tenants: None,
        }
    };
    let catalogue: Vec<decide::Target> = all.values().map(target).collect();
    let mut tables = config.policies.clone();
    tables.entry("auto".to_owned()).or_default();
    let policy = |(name, table): (&String, &PolicyTable)| decide::PolicyConfig {
        name: name.clone(),
        targets: if table.targets.is_empty() { all.keys().cloned().collect() } else { table.targets.clone() },
        rules: Vec::new(),
        threshold: table.threshold.unwrap_or(0.0),
        floor: table.floor.unwrap_or(0.0),
        task_types: std::collections::BTreeMap::new(),
        exploration: table.exploration.unwrap_or(0.0),
        prune: decide::Prune::default(),
        most_first_token_ms: None,
        most_cost: None,
        chain: 3,
    };
    // Without any target there is nothing to choose from.
    let configs = if all.is_empty() { Vec::new() } else { tables.iter().map(policy).collect() };
    LearnedPlans::new(learned, configs, &catalogue).map_err(|mistakes| {
        let told: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        StartFailure::router(&told.join("\n"))
    })
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
