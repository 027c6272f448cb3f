//! A model name becomes targets, best first.
//!
//! | name | means |
//! |---|---|
//! | `NAME` | the target of that name, then its fallbacks |
//! | `auto` | the policy `auto`; where none is configured, every target, cheapest first |
//! | `auto:NAME` | the policy of that name |
//! | `rag/COLLECTION` | an answer from the documents of a collection |

use std::{collections::BTreeMap, sync::Arc};

use axum::http::StatusCode;
use cueline_domain::{
    chat::{attempts::AfterFirst, breaker::BreakerState, request::RequestFacts},
    routing::decide,
};
use cueline_patterns::chat::{Target, Targets};
use serde_json::{Value, json};

use super::problem::Problem;
use crate::eval::routing::Learned;

/// Which targets, in which order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Policy {
    /// Their names, best first; empty: all of them, cheapest first.
    pub targets: Vec<String>,
    /// When an answer breaks off.
    pub after_first: AfterFirst,
}

/// What model names mean.
#[derive(Clone, Default)]
pub struct Plans {
    /// Policies by name.
    pub policies: BTreeMap<String, Policy>,
    /// Fallbacks of targets that are named directly.
    pub fallbacks: BTreeMap<String, Vec<String>>,
    /// When an answer of a target that was named directly breaks off.
    pub after_first: AfterFirst,
    /// Policies that choose by what was learned, when something was.
    pub learned: Option<LearnedPlans>,
}

/// Policies that choose by what was learned.
#[derive(Clone)]
pub struct LearnedPlans {
    /// What was learned.
    pub learned: Arc<Learned>,
    /// By name; `auto` is always there.
    pub policies: BTreeMap<String, decide::Policy>,
}

impl LearnedPlans {
    /// The policies of a configuration, checked: every mistake, named by its field.
    pub fn new(
        learned: Learned,
        configs: Vec<decide::PolicyConfig>,
        catalogue: &[decide::Target],
    ) -> Result<Self, Vec<decide::PolicyError>> {
        let (mut policies, mut mistakes) = (BTreeMap::new(), Vec::new());
        for config in configs {
            let name = config.name.clone();
            match decide::Policy::new(config, catalogue) {
                Ok(policy) => drop(policies.insert(name, policy)),
                Err(found) => mistakes.extend(found),
            }
        }
        if mistakes.is_empty() { Ok(Self { learned: Arc::new(learned), policies }) } else { Err(mistakes) }
    }

    fn plan(
        &self,
        name: &str,
        after_first: AfterFirst,
        targets: &Targets,
        asked: &Asked<'_>,
    ) -> Option<Result<Plan, Problem>> {
        let policy = self.policies.get(name)?;
        let facts = asked.facts;
        let health: BTreeMap<String, decide::Health> = targets
            .all()
            .iter()
            .map(|(name, target)| {
                let breaker = match target.state(asked.now_ms) {
                    BreakerState::Closed => decide::Breaker::Closed,
                    BreakerState::HalfOpen => decide::Breaker::HalfOpen,
                    BreakerState::Open => decide::Breaker::Open,
                };
                (name.clone(), decide::Health { breaker, first_token_ms: None })
            })
            .collect();
        let needs = [
            (facts.has_tools, decide::Capability::Tools),
            (facts.has_images, decide::Capability::Vision),
            (facts.has_schema, decide::Capability::JsonSchema),
        ];
        let needs = needs.into_iter().filter(|(is_needed, _)| *is_needed).map(|(_, need)| need).collect();
        let tags = facts.tags.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = decide::Request {
            prompt: &facts.question,
            input_tokens: facts.input_tokens,
            max_output_tokens: facts.max_output_tokens,
            needs: &needs,
            tenant: Some(asked.tenant),
            tags: &tags,
            task_type: facts.task.as_deref(),
            ..decide::Request::plain("", 0, asked.draw)
        };
        let knowledge = |records| decide::Knowledge { model: Some(&self.learned.model), records, health: &health };
        let decided = decide::decide(policy, &knowledge(&self.learned.records), &request);
        Some(match decided {
            Ok(decision) => Ok(Plan {
                targets: decision.chain.clone(),
                after_first,
                summary: decision.summary(),
                decision: serde_json::to_value(&decision).unwrap_or_default(),
            }),
            Err(refusal) => {
                let status =
                    if refusal.may_pass_later() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::BAD_REQUEST };
                Err(Problem::new(status, refusal.code(), refusal.to_string()).param("model"))
            }
        })
    }
}

/// What a plan depends on besides targets.
pub(super) struct Asked<'a> {
    pub(super) facts: &'a RequestFacts,
    pub(super) tenant: &'a str,
    pub(super) now_ms: i64,
    /// Chance, for exploration; it is recorded.
    pub(super) draw: u64,
}

/// Targets for one request, and why these.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    pub(super) targets: Vec<String>,
    pub(super) after_first: AfterFirst,
    /// In one line, for a header.
    pub(super) summary: String,
    pub(super) decision: Value,
}

impl Plans {
    /// Decides.
    pub(super) fn plan(&self, targets: &Targets, asked: &Asked<'_>) -> Result<Plan, Problem> {
        let &Asked { facts, now_ms, .. } = asked;
        let all = targets.all();
        if let (Some(learned), Some(rest)) = (&self.learned, facts.model.strip_prefix("auto"))
            && let Some(name) = if rest.is_empty() { Some("auto") } else { rest.strip_prefix(':') }
        {
            let after_first = self.policies.get(name).map_or(self.after_first, |policy| policy.after_first);
            if let Some(plan) = learned.plan(name, after_first, targets, asked) {
                return plan;
            }
        }
        let (policy, rule, names) = match facts.model.strip_prefix("auto") {
            Some("") => {
                let policy = self.policies.get("auto").cloned().unwrap_or_default();
                let names = policy.targets.clone();
                (policy, "auto".to_owned(), names)
            }
            Some(named) if named.starts_with(':') => {
                let named = &named[1..];
                let policy = self.policies.get(named).ok_or_else(|| {
                    let known = self.policies.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
                    Problem::not_found(
                        "policy_unknown",
                        format!("there is no policy {named:?}; configured are: {known}"),
                    )
                    .param("model")
                })?;
                (policy.clone(), format!("auto:{named}"), policy.targets.clone())
            }
            _ => {
                if !all.contains_key(&facts.model) {
                    return Err(unknown(&facts.model, all.keys()));
                }
                let fallbacks = self.fallbacks.get(&facts.model).cloned().unwrap_or_default();
                let names = std::iter::once(facts.model.clone()).chain(fallbacks).collect();
                let policy = Policy { targets: Vec::new(), after_first: self.after_first };
                (policy, "named".to_owned(), names)
            }
        };
        let named_directly = rule == "named";
        let candidates: Vec<Arc<Target>> = if names.is_empty() {
            let mut by_price: Vec<Arc<Target>> = all.values().cloned().collect();
            by_price.sort_by(|a, b| price(a).total_cmp(&price(b)).then_with(|| a.info.name.cmp(&b.info.name)));
            by_price
        } else {
            names.iter().filter_map(|name| all.get(name).cloned()).collect()
        };
        let (mut fit, mut left_out) = (Vec::new(), Vec::new());
        for (at, target) in candidates.iter().enumerate() {
            match unfit(target, facts) {
                // Whoever names a target is told by it what it cannot do.
                Some((_, why)) if !(named_directly && at == 0 && !why.starts_with("the prompt")) => {
                    left_out.push(json!({ "target": target.info.name, "why": why }));
                }
                _ => fit.push(target.clone()),
            }
        }
        if fit.is_empty() {
            return Err(none_fits(&candidates, facts));
        }
        // What fails just now comes last; if all of it does, nothing is left out.
        let (well, ill): (Vec<_>, Vec<_>) =
            fit.into_iter().partition(|target| target.state(now_ms) != BreakerState::Open);
        for target in &ill {
            left_out.push(json!({ "target": target.info.name, "why": "fails just now: asked last" }));
        }
        let targets: Vec<String> = well.iter().chain(&ill).map(|target| target.info.name.clone()).collect();
        let prices: Vec<Value> = well
            .iter()
            .chain(&ill)
            .map(|target| json!({ "target": target.info.name, "dollars": expected(target, facts) }))
            .collect();
        let decision = json!({ "rule": rule, "targets": targets, "prices": prices, "alternatives": left_out });
        let summary = format!("rule={rule}; target={}; chain={}", targets[0], targets.join(","));
        Ok(Plan { targets, after_first: policy.after_first, summary, decision })
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

fn price(target: &Target) -> f64 {
    // What has no price is not known to be cheap.
    target.info.price.map_or(f64::MAX, |price| price.input + 3.0 * price.output)
}

/// Dollars that an answer is expected to cost at most.
pub(super) fn expected(target: &Target, facts: &RequestFacts) -> Option<f64> {
    let price = target.info.price?;
    let written = facts.max_output_tokens.unwrap_or(1_024) * facts.answers;
    Some((facts.input_tokens as f64 * price.input + written as f64 * price.output) / 1e6)
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
    use cueline_domain::cost::TokenPrice;
    use cueline_patterns::chat::TargetInfo;
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

    fn targets() -> Targets {
        let target = |name: &str, input: f64, context: u64| {
            let price = Some(TokenPrice { input, output: input });
            let info = TargetInfo { price, context: Some(context), ..TargetInfo::new(name, name) };
            Target::new(info, Arc::new(Mute))
        };
        let blind = TargetInfo { tools: false, ..TargetInfo::new("plain", "plain") };
        Targets::new([target("large", 10.0, 1_000), target("small", 1.0, 100), Target::new(blind, Arc::new(Mute))])
    }

    fn facts(model: &str) -> RequestFacts {
        RequestFacts { model: model.into(), input_tokens: 50, answers: 1, ..RequestFacts::default() }
    }

    fn plan(plans: &Plans, targets: &Targets, facts: &RequestFacts, now_ms: i64) -> Result<Plan, Problem> {
        plans.plan(targets, &Asked { facts, tenant: "t", now_ms, draw: 0 })
    }

    fn order(plans: &Plans, facts: &RequestFacts) -> Vec<String> {
        plan(plans, &targets(), facts, 0).unwrap().targets
    }

    #[test]
    fn auto_asks_the_cheapest_that_fits_first() {
        let plans = Plans::default();
        assert_eq!(order(&plans, &facts("auto")), ["small", "large", "plain"]);
        let long = RequestFacts { input_tokens: 500, ..facts("auto") };
        assert_eq!(order(&plans, &long), ["large", "plain"]);
        let tools = RequestFacts { has_tools: true, ..facts("auto") };
        assert_eq!(order(&plans, &tools), ["small", "large"]);
    }

    #[test]
    fn policies_and_fallbacks_are_taken_in_their_order() {
        let policy = Policy { targets: vec!["large".into(), "small".into()], after_first: AfterFirst::Continue };
        let plans = Plans {
            policies: BTreeMap::from([("best".to_owned(), policy)]),
            fallbacks: BTreeMap::from([("small".to_owned(), vec!["large".to_owned()])]),
            ..Plans::default()
        };
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
        let plans = Plans {
            policies: BTreeMap::from([(
                "two".to_owned(),
                Policy { targets: vec!["large".into(), "small".into()], ..Policy::default() },
            )]),
            ..Plans::default()
        };
        let huge = RequestFacts { input_tokens: 5_000, ..facts("auto:two") };
        let problem = plan(&plans, &targets(), &huge, 0).unwrap_err();
        let told = problem.body().to_string();
        assert!(
            told.contains("5000 tokens") && told.contains("1000") && told.contains("context_length_exceeded"),
            "{told}"
        );
        for model in ["nothing", "auto:nothing", "automatic"] {
            assert!(plan(&plans, &targets(), &facts(model), 0).is_err(), "{model}");
        }
    }

    #[test]
    fn a_target_that_fails_is_asked_last_and_never_left_out() {
        let targets = targets();
        for at in 0..10 {
            targets.get("small").unwrap().failed(at, None);
        }
        let plan = plan(&Plans::default(), &targets, &facts("auto"), 10).unwrap();
        assert_eq!(plan.targets, ["large", "plain", "small"]);
        assert!(plan.decision.to_string().contains("fails just now"));
    }
}
