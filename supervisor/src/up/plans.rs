//! What a configuration says of targets, policies and splits, and of what answers show.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use cueline_domain::{
    chat::breaker::BreakerOptions,
    cost::TokenPrice,
    guarding::{GuardRules, Inspector},
    routing::decide,
};
use cueline_patterns::chat::{Manners, Target, TargetInfo, Targets};
use cueline_ports::Model;

use super::StartFailure;
use crate::{
    config::{
        Config,
        routing::{PolicyTable, Router, TargetTable},
    },
    gateway::{AUTO, Learner, Plans, Policy, Routes, by_price, catalogued},
};

/// Guards of rules and weights of tenants. A guard that cannot be made was refused before, with the other guards.
pub(super) fn manners(config: &Config) -> Manners {
    let made =
        |(name, rules): (&String, &GuardRules)| Some((name.clone(), Arc::new(Inspector::new(rules.clone()).ok()?)));
    Manners {
        inspectors: config.guards.iter().filter_map(made).collect(),
        weights: config.gateway.as_ref().map(|gateway| gateway.weights.clone()).unwrap_or_default(),
    }
}

/// Everything that a configuration names, which may be asked.
pub(super) fn targets(models: &BTreeMap<String, Arc<dyn Model>>, config: &Config) -> Vec<Target> {
    models.iter().map(|(name, model)| Target::new(info_of(name, config), model.clone())).collect()
}

fn info_of(name: &str, config: &Config) -> TargetInfo {
    let provider_name = match (config.chat.get(name), config.hosted.chat.get(name)) {
        (Some(chat), _) => &chat.model,
        (None, Some(hosted)) => &hosted.bedrock,
        (None, None) => name,
    };
    info(name, provider_name.to_owned(), &config.targets.get(name).cloned().unwrap_or_default())
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
        tenants: table.tenants.clone(),
        requests_per_minute: table.requests_per_minute,
        tokens_per_minute: table.tokens_per_minute,
        patience: seconds(table.queue_seconds, usual.patience),
        first_timeout: seconds(table.first_token_seconds, usual.first_timeout),
        gap_timeout: seconds(table.gap_seconds, usual.gap_timeout),
        breaker: BreakerOptions { failures: table.breaker_failures.unwrap_or(usual.breaker.failures), ..usual.breaker },
        ..usual
    }
}

/// What model names mean, with what was learned.
pub(super) fn plans(config: &Config, targets: &Targets) -> Result<Plans, StartFailure> {
    let gateway = config.gateway.as_ref();
    let shown = gateway.map(|gateway| gateway.shown.clone()).unwrap_or_default();
    let after_first = gateway.map(|gateway| gateway.after_first).unwrap_or_default();
    let cache = gateway.and_then(|gateway| gateway.cache);
    let policy = |table: &PolicyTable| Policy {
        after_first: table.after_first,
        shown: table.shown(&shown),
        cache: table.cache.or(cache),
    };
    Ok(Plans {
        routes: routes(config, &targets.all().values().map(|target| target.info.clone()).collect::<Vec<_>>())?,
        policies: config.policies.iter().map(|(name, table)| (name.clone(), policy(table))).collect(),
        fallbacks: config.targets.iter().map(|(name, table)| (name.clone(), table.fallbacks.clone())).collect(),
        usual: Policy { after_first, shown: shown.clone(), cache },
    })
}

fn routes(config: &Config, infos: &[TargetInfo]) -> Result<Routes, StartFailure> {
    let learner = match &config.router {
        None => Learner::default(),
        Some(Router { file, online }) => {
            Learner::read(file, *online).map_err(|error| StartFailure::router(&error.to_string()))?
        }
    };
    let all = by_price(infos);
    if all.is_empty() {
        // Without any target there is nothing to choose from.
        return Ok(Routes::default());
    }
    let catalogue: Vec<decide::Target> = infos.iter().map(catalogued).collect();
    let mut tables = config.policies.clone();
    tables.entry(AUTO.to_owned()).or_default();
    let configs = tables.iter().map(|(name, table)| table.config(name, &all)).collect();
    let splits = config.splits.iter().map(|(name, table)| table.split(name)).collect();
    let routes = Routes::new(configs, splits, &catalogue, Arc::new(learner));
    routes.map_err(|mistakes| StartFailure::router(&mistakes.join("\n")))
}

/// Whether policies, splits and the router of a configuration make sense, without opening anything.
pub fn check(config: &Config) -> Result<(), StartFailure> {
    let names = config.chat.keys().chain(config.hosted.chat.keys());
    let infos: Vec<TargetInfo> = names.map(|name| info_of(name, config)).collect();
    routes(config, &infos).map(drop)
}
