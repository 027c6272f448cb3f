//! A model name becomes targets, best first.
//!
//! | name | means |
//! |---|---|
//! | `NAME` | the target of that name, then its fallbacks |
//! | `auto`, `auto:NAME` | what a policy decides, see [`routes`](super::routes) |
//! | `rag/COLLECTION` | an answer from the documents of a collection |

use std::{collections::BTreeMap, sync::Arc};

use cueline_domain::{
    chat::{attempts::AfterFirst, request::RequestFacts},
    cost::TokenPrice,
    governance::{key::KeyRecord, money::Money},
    routing::decide,
};
use cueline_patterns::chat::{Target, TargetInfo, Targets};
use serde_json::{Value, json};

use super::{
    explained::explained,
    problem::Problem,
    routes::{AUTO, Decided, Routes},
};
use crate::config::gateway::{CacheTable, Shown};

/// Tokens that a target takes of which nothing is known.
const UNBOUNDED: u64 = 1_000_000;
/// What has no price is not known to be cheap.
const UNPRICED: TokenPrice = TokenPrice { input: 1_000.0, output: 1_000.0 };

/// What becomes of answers that a policy decided on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Policy {
    /// When an answer breaks off.
    pub after_first: AfterFirst,
    /// What may be shown of it.
    pub shown: Shown,
    /// Whether it is given again to who asks the same.
    pub cache: Option<CacheTable>,
}

/// What model names mean.
#[derive(Clone, Default)]
pub struct Plans {
    /// Who decides where the name of a model begins with `auto`.
    pub routes: Routes,
    /// Policies by name.
    pub policies: BTreeMap<String, Policy>,
    /// Fallbacks of targets that are named directly.
    pub fallbacks: BTreeMap<String, Vec<String>>,
    /// Answers of targets that are named directly.
    pub usual: Policy,
}

/// What a plan depends on besides targets.
pub(super) struct Asked<'a> {
    pub(super) facts: &'a RequestFacts,
    pub(super) tenant: &'a str,
    /// Which may not go everywhere.
    pub(super) key: Option<&'a KeyRecord>,
    /// Of the budgets that the call counts in, where it has some and a policy decides.
    pub(super) budget_left: Option<Money>,
    pub(super) now_ms: i64,
    /// Chance, for exploration; it is recorded.
    pub(super) draw: u64,
}

/// Targets for one request, and why these.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    pub(super) targets: Vec<String>,
    pub(super) after_first: AfterFirst,
    pub(super) shown: Shown,
    pub(super) cache: Option<CacheTable>,
    /// In one line, for a header.
    pub(super) summary: String,
    pub(super) decision: Value,
}

/// The name of the policy that a model name asks for.
fn policy_name(model: &str) -> Option<&str> {
    match model.strip_prefix(AUTO)? {
        "" => Some(AUTO),
        rest => rest.strip_prefix(':'),
    }
}

/// Whether a policy decides who answers.
pub(super) fn is_decided(model: &str) -> bool {
    policy_name(model).is_some()
}

impl Plans {
    /// Decides, and says in a span what and why.
    pub(super) fn plan(&self, targets: &Targets, asked: &Asked<'_>) -> Result<Plan, Problem> {
        explained(asked.tenant, || self.planned(targets, asked))
    }

    fn planned(&self, targets: &Targets, asked: &Asked<'_>) -> Result<Plan, Problem> {
        let Some(name) = policy_name(&asked.facts.model) else { return self.named(targets, asked) };
        let Decided { policy, chain, summary, record } = self.routes.decide(name, targets, asked)?;
        let Policy { after_first, shown, cache } = self.policies.get(&policy).unwrap_or(&self.usual).clone();
        Ok(Plan { targets: chain, after_first, shown, cache, summary, decision: record })
    }

    /// A target by its name, then its fallbacks.
    fn named(&self, targets: &Targets, asked: &Asked<'_>) -> Result<Plan, Problem> {
        let &Asked { facts, now_ms, tenant, .. } = asked;
        let may_ask = |target: &Target| target.info.tenants.as_ref().is_none_or(|tenants| tenants.contains(tenant));
        if !targets.get(&facts.model).is_some_and(|target| may_ask(&target)) {
            let all = targets.all();
            // A target of other tenants is not there.
            return Err(unknown(
                &facts.model,
                all.values().filter(|target| may_ask(target)).map(|target| &target.info.name),
            ));
        }
        let fallbacks = self.fallbacks.get(&facts.model).into_iter().flatten();
        let names = std::iter::once(&facts.model).chain(fallbacks);
        let candidates: Vec<Arc<Target>> =
            names.filter_map(|name| targets.get(name).filter(|target| may_ask(target))).collect();
        let (mut fit, mut left_out) = (Vec::new(), Vec::new());
        for (at, target) in candidates.iter().enumerate() {
            match unfit(target, facts) {
                // Whoever names a target is told by it what it cannot do.
                Some((_, why)) if at > 0 || why.starts_with("the prompt") => {
                    left_out.push(json!({ "target": target.info.name, "why": why }));
                }
                _ => fit.push(target.clone()),
            }
        }
        if fit.is_empty() {
            return Err(none_fits(&candidates, facts));
        }
        // What fails just now comes last; if all of it does, nothing is left out.
        let (mut well, mut ill): (Vec<_>, Vec<_>) = fit.into_iter().partition(|target| target.is_free(now_ms));
        // Another request may have been quicker to try what has rested.
        while well.first().is_some_and(|target| !target.admits(now_ms)) {
            ill.push(well.remove(0));
        }
        for target in &ill {
            left_out.push(json!({ "target": target.info.name, "why": "fails just now: asked last" }));
        }
        let chain: Vec<&Arc<Target>> = well.iter().chain(&ill).collect();
        let targets: Vec<String> = chain.iter().map(|target| target.info.name.clone()).collect();
        let dollars = |target: &&Arc<Target>| json!({ "target": target.info.name, "dollars": expected(target, facts) });
        let prices: Vec<Value> = chain.iter().map(dollars).collect();
        let decision = json!({ "rule": "named", "targets": targets, "prices": prices, "alternatives": left_out });
        let summary = format!("rule=named; target={}; chain={}", targets[0], targets.join(","));
        let Policy { after_first, shown, cache } = self.usual.clone();
        Ok(Plan { targets, after_first, shown, cache, summary, decision })
    }
}

/// Names of all targets, cheapest first.
pub fn by_price(infos: &[TargetInfo]) -> Vec<String> {
    // What has no price is not known to be cheap.
    let price = |info: &TargetInfo| info.price.map_or(f64::MAX, |price| price.input + 3.0 * price.output);
    let mut all: Vec<&TargetInfo> = infos.iter().collect();
    all.sort_by(|a, b| price(a).total_cmp(&price(b)).then_with(|| a.name.cmp(&b.name)));
    all.into_iter().map(|info| info.name.clone()).collect()
}

/// A target as policies see it.
pub fn catalogued(info: &TargetInfo) -> decide::Target {
    let has = [
        (info.tools, decide::Capability::Tools),
        (info.vision, decide::Capability::Vision),
        (info.schema, decide::Capability::JsonSchema),
    ];
    let price = info.price.unwrap_or(UNPRICED);
    decide::Target {
        name: info.name.clone(),
        context_tokens: info.context.unwrap_or(UNBOUNDED),
        max_output_tokens: info.context.unwrap_or(UNBOUNDED),
        capabilities: has.into_iter().filter(|(has, _)| *has).map(|(_, capability)| capability).collect(),
        price: decide::Price { input_per_million: price.input, output_per_million: price.output },
        tenants: info.tenants.clone(),
        reads_besides: info.reads_besides,
        is_unpriced: info.price.is_none(),
    }
}

fn unknown<'a>(model: &str, known: impl Iterator<Item = &'a String>) -> Problem {
    let known: Vec<&str> = known.map(String::as_str).take(20).collect();
    let message = if known.is_empty() {
        format!("there is no model {model:?}: none is configured; add [chat.NAME] to cueline.toml")
    } else {
        format!("there is no model {model:?}; there are: auto, {}; and rag/COLLECTION", known.join(", "))
    };
    Problem::not_found("model_not_found", message).param("model")
}

/// Dollars that an answer is expected to cost at most.
pub(super) fn expected(target: &Target, facts: &RequestFacts) -> Option<f64> {
    let price = target.info.price?;
    let read = facts.input_tokens + target.info.reads_besides;
    Some((read as f64 * price.input + written(facts) as f64 * price.output) / 1e6)
}

/// Tokens that an answer is expected to have at most.
fn written(facts: &RequestFacts) -> u64 {
    facts.max_output_tokens.unwrap_or(1_024).saturating_mul(facts.answers)
}

/// Why a target does not do for a request: code and words.
fn unfit(target: &Target, facts: &RequestFacts) -> Option<(&'static str, String)> {
    let info = &target.info;
    let wanted = facts.input_tokens + facts.max_output_tokens.unwrap_or(0);
    if let Some(context) = info.context
        && wanted > context
    {
        return Some((
            "context_length_exceeded",
            format!("the prompt and its answer have about {wanted} tokens; it takes {context}"),
        ));
    }
    let missing = [
        (facts.has_tools && !info.tools, "it takes no tools"),
        (facts.has_images && !info.vision, "it sees no images"),
        (facts.has_schema && !info.schema, "it answers in no given form"),
    ];
    missing.iter().find(|(is_missing, _)| *is_missing).map(|(_, why)| ("capability_missing", (*why).to_owned()))
}

fn none_fits(candidates: &[Arc<Target>], facts: &RequestFacts) -> Problem {
    let Some(largest) = candidates.iter().filter_map(|target| target.info.context).max() else {
        return Problem::invalid("capability_missing", "no target can do what the request asks for").param("model");
    };
    let wanted = facts.input_tokens + facts.max_output_tokens.unwrap_or(0);
    if wanted > largest {
        let message = format!(
            "the prompt and its answer have about {wanted} tokens; the largest context of a target is {largest}"
        );
        return Problem::invalid("context_length_exceeded", message).param("messages");
    }
    let why: Vec<String> = candidates
        .iter()
        .filter_map(|target| Some(format!("{}: {}", target.info.name, unfit(target, facts)?.1)))
        .collect();
    Problem::invalid("capability_missing", format!("no target fits: {}", why.join("; "))).param("model")
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use axum::response::IntoResponse;
    use cueline_ports::{Chat, ChatDelta, Model, PortResult};
    use futures::stream::BoxStream;

    use super::*;

    struct Mute;

    #[async_trait]
    impl Model for Mute {
        fn name(&self) -> &str {
            "mute"
        }

        async fn chat(&self, _chat: Chat) -> PortResult<BoxStream<'static, PortResult<ChatDelta>>> {
            Err(cueline_ports::PortError::unavailable("mute"))
        }
    }

    fn infos() -> Vec<TargetInfo> {
        let target = |name: &str, input: f64, context: u64| {
            let price = Some(TokenPrice { input, output: input });
            TargetInfo { price, context: Some(context), ..TargetInfo::new(name, name) }
        };
        let plain = TargetInfo { tools: false, ..TargetInfo::new("plain", "plain") };
        let theirs = TargetInfo { tenants: Some(["other".to_owned()].into()), ..target("theirs", 0.5, 1_000) };
        vec![target("large", 10.0, 1_000), target("small", 1.0, 100), plain, theirs]
    }

    fn targets() -> Targets {
        Targets::new(infos().into_iter().map(|info| Target::new(info, Arc::new(Mute))))
    }

    fn plans(policies: &[(&str, &[&str])], splits: Vec<decide::Split>) -> Plans {
        let catalogue: Vec<decide::Target> = infos().iter().map(catalogued).collect();
        let auto = by_price(&infos());
        let policies =
            policies.iter().map(|(name, targets)| (*name, targets.iter().map(|name| (*name).to_owned()).collect()));
        let configs = policies.chain([(AUTO, auto)]).map(|(name, targets)| decide::PolicyConfig::new(name, targets));
        let routes = Routes::new(configs.collect(), splits, &catalogue, Arc::default()).unwrap();
        Plans { routes, ..Plans::default() }
    }

    fn facts(model: &str) -> RequestFacts {
        RequestFacts { model: model.into(), input_tokens: 50, answers: 1, ..RequestFacts::default() }
    }

    fn plan(plans: &Plans, targets: &Targets, facts: &RequestFacts, now_ms: i64) -> Result<Plan, Problem> {
        plans.plan(targets, &Asked { now_ms, ..asked(facts) })
    }

    fn asked(facts: &RequestFacts) -> Asked<'_> {
        Asked { facts, tenant: "t", key: None, budget_left: None, now_ms: 0, draw: 0 }
    }

    fn told(problem: Problem) -> (String, u16) {
        (problem.code().to_owned(), problem.into_response().status().as_u16())
    }

    fn order(plans: &Plans, facts: &RequestFacts) -> Vec<String> {
        plan(plans, &targets(), facts, 0).unwrap().targets
    }

    #[test]
    fn auto_asks_the_cheapest_that_fits_first() {
        let plans = plans(&[], Vec::new());
        assert_eq!(order(&plans, &facts("auto")), ["small", "large", "plain"]);
        let long = RequestFacts { input_tokens: 500, ..facts("auto") };
        assert_eq!(order(&plans, &long), ["large", "plain"]);
        let tools = RequestFacts { has_tools: true, ..facts("auto") };
        assert_eq!(order(&plans, &tools), ["small", "large"]);
    }

    #[test]
    fn policies_and_fallbacks_are_taken_in_their_order() {
        let mut plans = plans(&[("best", &["large", "small"])], Vec::new());
        let going_on = Policy { after_first: AfterFirst::Continue, ..Policy::default() };
        plans.policies.insert("best".into(), going_on);
        plans.fallbacks.insert("small".into(), vec!["theirs".to_owned(), "large".to_owned()]);
        let best = plan(&plans, &targets(), &facts("auto:best"), 0).unwrap();
        assert_eq!(
            (best.targets, best.after_first),
            (vec!["large".to_owned(), "small".to_owned()], AfterFirst::Continue)
        );
        assert_eq!(order(&plans, &facts("small")), ["small", "large"]);
        assert_eq!(order(&plans, &facts("plain")), ["plain"]);
    }

    #[test]
    fn what_fits_nowhere_is_refused_with_numbers() {
        let plans = plans(&[("two", &["large", "small"])], Vec::new());
        let huge = RequestFacts { input_tokens: 5_000, ..facts("auto:two") };
        let problem = plan(&plans, &targets(), &huge, 0).unwrap_err();
        let told = problem.body().to_string();
        assert!(
            told.contains("5,000 tokens") && told.contains("1,000") && told.contains("context_length_exceeded"),
            "{told}"
        );
        let told = plan(&plans, &targets(), &RequestFacts { model: "small".into(), ..huge }, 0)
            .unwrap_err()
            .body()
            .to_string();
        assert!(told.contains("context_length_exceeded"), "{told}");
        for model in ["nothing", "auto:nothing", "automatic", "theirs"] {
            assert!(plan(&plans, &targets(), &facts(model), 0).is_err(), "{model}");
        }
    }

    #[test]
    fn a_target_that_fails_is_left_alone_unless_it_is_named() {
        let targets = targets();
        for at in 0..10 {
            targets.get("small").unwrap().failed(at, None);
        }
        let mut plans = plans(&[("one", &["small"])], Vec::new());
        plans.fallbacks.insert("small".into(), vec!["large".to_owned()]);
        assert_eq!(plan(&plans, &targets, &facts("auto"), 10).unwrap().targets, ["large", "plain"]);
        let named = plan(&plans, &targets, &facts("small"), 10).unwrap();
        assert_eq!(named.targets, ["large", "small"]);
        assert!(named.decision.to_string().contains("fails just now"));
        let alone = plan(&plans, &targets, &facts("auto:one"), 10).unwrap();
        assert_eq!(alone.targets, ["small"], "a rest must not leave a request without an answer");
        assert!(alone.decision.to_string().contains("resting"), "{}", alone.decision);
    }

    /// When its rest was over, everybody came back to it at once.
    #[test]
    fn one_request_at_a_time_finds_out_whether_a_target_is_well_again() {
        let (targets, mut plans) = (targets(), plans(&[], Vec::new()));
        plans.fallbacks.insert("small".into(), vec!["large".to_owned()]);
        let small = targets.get("small").unwrap();
        (0..5).for_each(|_| small.failed(0, None));
        let first = |model: &str, now_ms| plan(&plans, &targets, &facts(model), now_ms).unwrap().targets.remove(0);
        assert_eq!(first("auto", 4_999), "large");
        assert_eq!([first("auto", 5_000), first("auto", 5_001), first("small", 5_002)], ["small", "large", "large"]);
        let trial = small.trial(5_003);
        assert_eq!(first("auto", 30_000), "large", "it is still asked");
        drop(trial);
        assert_eq!([first("small", 30_001), first("auto", 30_002)], ["small", "large"], "that one said nothing of it");
        small.succeeded(30_003);
        assert_eq!([first("auto", 30_004), first("auto", 30_004)], ["small", "small"]);
    }

    #[test]
    fn a_policy_asks_what_can_be_paid() {
        let (targets, plans) = (targets(), plans(&[("best", &["large", "small"])], Vec::new()));
        // At worst small costs 4,146 millionths, large ten times that; each call is paid for when it is made.
        let chain = |model: &str, micros: u64| {
            let facts = facts(model);
            let asked = Asked { budget_left: Some(Money::micros(micros)), ..asked(&facts) };
            plans.plan(&targets, &asked).unwrap().targets
        };
        assert_eq!(chain("auto:best", 41_460), ["large", "small"]);
        assert_eq!(chain("auto:best", 41_459), ["small"]);
        assert_eq!(chain("auto:best", 5_000), ["small"]);
        assert_eq!(chain("auto", 5_000), ["small"], "what has no price is paid for by no budget");
        assert_eq!(chain("auto:best", 100), ["large", "small"], "the reservation refuses, or the answer costs nothing");
    }

    #[test]
    fn a_request_may_say_what_it_may_cost_at_most() {
        let plans = plans(&[("best", &["large", "small"])], Vec::new());
        let of = |most: &str| {
            let tags = vec![("most_cost".to_owned(), most.to_owned())];
            plan(&plans, &targets(), &RequestFacts { tags, ..facts("auto:best") }, 0)
        };
        assert_eq!(of("0.005").unwrap().targets, ["small"]);
        for (most, code) in [("0.0001", "router_too_dear"), ("cheap", "invalid_value"), ("-1", "invalid_value")] {
            let problem = of(most).unwrap_err();
            assert_eq!(told(problem), (code.to_owned(), 400), "{most}");
        }
    }

    #[test]
    fn a_policy_sends_a_key_only_where_it_may_go() {
        let (targets, plans) = (targets(), plans(&[("best", &["large"])], Vec::new()));
        let with = |models: &[&str], model: &str| {
            let key: KeyRecord = serde_json::from_value(json!({
                "id": "k", "name": "n", "tenant": "t", "models": models, "roles": ["caller"], "created_ms": 0,
            }))
            .unwrap();
            let facts = facts(model);
            plans.plan(&targets, &Asked { key: Some(&key), ..asked(&facts) })
        };
        assert_eq!(with(&["auto"], "auto").unwrap().targets, ["small", "large", "plain"]);
        assert_eq!(with(&["auto*", "small"], "auto").unwrap().targets, ["small"]);
        let problem = with(&["auto*", "small"], "auto:best").unwrap_err();
        assert_eq!(told(problem), ("model_not_allowed".to_owned(), 403));
    }

    #[test]
    fn who_is_too_slow_is_told_to_come_again() {
        let targets = targets();
        let config = decide::PolicyConfig {
            most_first_token_ms: Some(500),
            ..decide::PolicyConfig::new(AUTO, vec!["small".to_owned()])
        };
        let catalogue: Vec<decide::Target> = infos().iter().map(catalogued).collect();
        let routes = Routes::new(vec![config], Vec::new(), &catalogue, Arc::default()).unwrap();
        let plans = Plans { routes, ..Plans::default() };
        targets.get("small").unwrap().told_first(9_000, 0);
        let response = plan(&plans, &targets, &facts("auto"), 1_000).unwrap_err().into_response();
        assert_eq!(response.status().as_u16(), 503);
        assert_eq!(response.headers()["retry-after"], "60");
        let (minutes, first) = (5 * 60_000, |now_ms| plan(&plans, &targets, &facts("auto"), now_ms).is_ok());
        assert_eq!([first(minutes), first(minutes + 1)], [true, false], "one request finds out");
        targets.get("small").unwrap().told_first(50, minutes + 50);
        assert!(first(minutes + 51));
    }

    #[test]
    fn a_split_sends_a_user_to_the_same_policy_and_records_the_shadow() {
        let arm = |policy: &str, share| decide::Arm { policy: policy.into(), share };
        let split = decide::Split {
            name: "trial".into(),
            arms: vec![arm("old", 0.5), arm("new", 0.5)],
            shadow: Some("shade".into()),
        };
        let plans = plans(&[("old", &["large"]), ("new", &["small"]), ("shade", &["plain"])], vec![split]);
        let of = |user: &str| {
            let facts = RequestFacts { user: Some(user.into()), ..facts("auto:trial") };
            plan(&plans, &targets(), &facts, 0).unwrap()
        };
        assert_eq!(of("ann").targets, of("ann").targets);
        let large = (0..200).filter(|user| of(&format!("user-{user}")).targets == ["large"]).count();
        assert!((60..140).contains(&large), "{large} of 200");
        let decision = of("ann").decision;
        assert_eq!((&decision["split"], &decision["shadow"]["decided"]["chosen"]), (&json!("trial"), &json!("plain")));
        assert!(of("ann").summary.ends_with("split=trial"));
    }
}
