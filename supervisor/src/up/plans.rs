//! What a configuration says of targets, policies and splits, and of what answers show.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use cueline_domain::{
    chat::breaker::BreakerOptions,
    collection::Collection,
    cost::TokenPrice,
    guarding::{GuardRules, Inspector},
    routing::decide,
};
use cueline_patterns::{
    chat::{Manners, Target, TargetInfo, Targets, Unlisted},
    governance::Terms,
};
use cueline_ports::{Guard, Model};

use super::StartFailure;
use crate::{
    config::{
        ChatModel, Config,
        routing::{PolicyTable, Router, TargetTable, answers_from_documents},
    },
    gateway::{AUTO, Answerers, Learner, Plans, Policy, RAG, Routes, by_price, catalogued},
};

/// How long an answer from documents may take: it comes whole.
const PATIENCE: Duration = Duration::from_secs(300);

/// Guards of rules and weights of tenants. A guard that cannot be made was refused before, with the other guards.
pub(super) fn manners(config: &Config, guards: &BTreeMap<String, Arc<dyn Guard>>) -> Manners {
    let made =
        |(name, rules): (&String, &GuardRules)| Some((name.clone(), Arc::new(Inspector::new(rules.clone()).ok()?)));
    Manners {
        inspectors: config.guards.iter().filter_map(made).collect(),
        guards: guards.clone(),
        // Who has terms of its own has none of the others', a weight neither.
        weights: config.tenants.iter().map(|(name, table)| (name.clone(), table.weight.unwrap_or(1))).collect(),
    }
}

/// What tenants may ask and spend.
pub(super) fn terms(config: &Config) -> BTreeMap<String, Terms> {
    config.tenants.iter().map(|(name, table)| (name.clone(), table.terms())).collect()
}

/// Everything that a configuration names, which may be asked.
pub(super) fn targets(
    models: &BTreeMap<String, Arc<dyn Model>>,
    config: &Config,
    answerers: &Answerers,
) -> Vec<Target> {
    let named = models.iter().map(|(name, model)| Target::new(info_of(name, config), model.clone()));
    named.chain(answering(config).into_iter().map(|info| answerer(info, answerers))).collect()
}

/// Collections that are not configured can be asked, too.
pub(super) fn unlisted(answerers: Answerers) -> Unlisted {
    Box::new(move |name| {
        answers_from_documents(name)
            .then(|| answerer(answering_info(name, None, &TargetTable::default(), |_| None), &answerers))
    })
}

fn answerer(info: TargetInfo, answerers: &Answerers) -> Target {
    let model = answerers.of(info.name.strip_prefix(RAG).unwrap_or_default());
    Target::new(info, model)
}

/// Targets that answer from documents, as far as the configuration names them.
fn answering(config: &Config) -> Vec<TargetInfo> {
    let collections = config.collections.keys().map(|name| format!("{RAG}{name}"));
    let policies = config.policies.values().flat_map(|policy| policy.targets.iter().cloned());
    let tables = config.targets.iter().flat_map(|(name, table)| std::iter::once(name).chain(&table.fallbacks)).cloned();
    let names: BTreeSet<String> =
        collections.chain(policies).chain(tables).filter(|name| answers_from_documents(name)).collect();
    let of = |name: &String| {
        let collection = config.collections.get(name.strip_prefix(RAG).unwrap_or_default());
        let table = config.targets.get(name).cloned().unwrap_or_default();
        answering_info(name, collection, &table, |model| info_of(model, config).price)
    };
    names.iter().map(of).collect()
}

fn answering_info(
    name: &str,
    collection: Option<&Collection>,
    table: &TargetTable,
    price_of: impl FnOnce(&str) -> Option<TokenPrice>,
) -> TargetInfo {
    let answering = collection.and_then(|collection| collection.answering.as_ref());
    let of_model = match answering {
        // Sentences of the documents themselves cost nothing.
        None => Some(TokenPrice { input: 0.0, output: 0.0 }),
        Some(answering) => price_of(&answering.model),
    };
    // Every word of the sources may be two tokens, and there are instructions.
    let reads_besides = answering.map_or(0, |answering| answering.source_words as u64 * 2 + 500);
    let usual = info(name, "documents".to_owned(), table);
    TargetInfo {
        price: usual.price.or(of_model),
        tools: table.tools.unwrap_or(false),
        schema: table.json_schema.unwrap_or(false),
        first_timeout: table.first_token_seconds.map_or(PATIENCE, Duration::from_secs_f64),
        reads_besides,
        is_cleared: true,
        ..usual
    }
}

fn info_of(name: &str, config: &Config) -> TargetInfo {
    let provider_name = match (config.chat.get(name), config.hosted.chat.get(name)) {
        (Some(chat), _) => chat.model.as_str(),
        (None, Some(hosted)) => hosted.model(),
        (None, None) => name,
    };
    let usual = info(name, provider_name.to_owned(), &config.targets.get(name).cloned().unwrap_or_default());
    // What AWS hosts was opened at the start.
    let fingerprint = config.chat.get(name).map(fingerprint).unwrap_or_default();
    TargetInfo { fingerprint, ..usual }
}

/// Another one where the URL, the variable of the key, the model or the time for connections is another.
fn fingerprint(ChatModel { base_url, model, api_key_env, connect }: &ChatModel) -> String {
    let mut hasher = blake3::Hasher::new();
    let connect = connect.as_micros().to_string();
    for part in [Some(base_url), Some(model), api_key_env.as_ref(), Some(&connect)] {
        let part = part.map_or("", String::as_str);
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
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
        whole_timeout: seconds(table.answer_seconds, usual.whole_timeout),
        hedge: table.hedge_seconds.map(Duration::from_secs_f64),
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
    // Who wants an answer from documents says so.
    let models: Vec<TargetInfo> = infos.iter().filter(|info| !info.is_cleared).cloned().collect();
    let all = by_price(&models);
    let catalogue: Vec<decide::Target> = infos.iter().map(catalogued).collect();
    let mut tables = config.policies.clone();
    tables.entry(AUTO.to_owned()).or_default();
    // Without any model there is nothing to choose from, unless a policy says what.
    tables.retain(|_, table| !table.targets.is_empty() || !all.is_empty());
    if tables.is_empty() {
        return Ok(Routes::default());
    }
    let configs = tables.iter().map(|(name, table)| table.config(name, &all)).collect();
    let splits = config.splits.iter().map(|(name, table)| table.split(name)).collect();
    let routes = Routes::new(configs, splits, &catalogue, Arc::new(learner));
    routes.map_err(|mistakes| StartFailure::router(&mistakes.join("\n")))
}

/// Whether policies, splits and the router of a configuration make sense, without opening anything.
pub fn check(config: &Config) -> Result<(), StartFailure> {
    let names = config.chat.keys().chain(config.hosted.chat.keys());
    let infos: Vec<TargetInfo> = names.map(|name| info_of(name, config)).chain(answering(config)).collect();
    routes(config, &infos).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Overrides;

    /// A changed URL, key or model was not taken.
    #[test]
    fn where_and_how_a_model_is_asked_is_part_of_its_target() {
        let of = |lines: &str| {
            let text = format!("[chat.a]\n{lines}\n");
            info_of("a", &Config::of_text("cueline.toml", text, &Overrides::default()).unwrap())
        };
        let usual = "base_url = 'http://a.test/v1'\nmodel = 'm'";
        assert_eq!(of(usual), of(usual));
        for other in [
            "base_url = 'http://b.test/v1'\nmodel = 'm'",
            "base_url = 'http://a.test/v1'\nmodel = 'n'",
            "base_url = 'http://a.test/v1'\nmodel = 'm'\napi_key_env = 'KEY'",
        ] {
            assert_ne!(of(usual).fingerprint, of(other).fingerprint, "{other}");
        }
    }

    /// Before a busy target a tenant with terms of its own had the weight of those that have none.
    #[test]
    fn who_has_terms_of_its_own_has_no_weight_of_the_others() {
        let text = "[tenants.acme]\nconcurrent = 2\n[tenants.'*']\nweight = 5\n".to_owned();
        let config = Config::of_text("cueline.toml", text, &Overrides::default()).unwrap();
        assert_eq!(manners(&config, &BTreeMap::new()).weights, [("*".to_owned(), 5), ("acme".to_owned(), 1)].into());
    }
}
