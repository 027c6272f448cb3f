//! Names that begin with `auto`: a policy decides, or a split between policies.
//!
//! | name | means |
//! |---|---|
//! | `auto` | the policy `auto`; where none is configured, every target, cheapest first |
//! | `auto:NAME` | the policy or the split of that name |
//!
//! Whoever is asked again within a split meets the same policy as long as it names its user; without one, chance decides each time.
//!
//! What is left of the caller's budgets is looked at so that a cheap target answers where a dear one cannot be paid. Where none can,
//! that is left to the reservation: it says which budget lacks how much, and lets answers pass that cost nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use axum::http::StatusCode;
use cueline_domain::{
    chat::{breaker::BreakerState, request::RequestFacts},
    governance::money::Money,
    routing::decide::{self, Decision, Refusal, RouteError, Routed},
};
use cueline_patterns::chat::{Target, Targets, UNSAID};
use serde_json::Value;

use super::{learning::Learner, plan::Asked, problem::Problem};

/// The policy that is always there.
pub const AUTO: &str = "auto";
/// The word in the metadata of a request for the most that it may cost.
const MOST_COST: &str = "most_cost";
/// When a refusal may be over: a target that was too slow is asked again by then, or soon.
const LATER_MS: u64 = 60_000;
/// Tries to be the one that tries a target which has rested.
const TRIES: usize = 3;

/// Policies and splits, checked.
#[derive(Clone, Default)]
pub struct Routes {
    policies: BTreeMap<String, decide::Policy>,
    splits: BTreeMap<String, decide::Split>,
    learner: Arc<Learner>,
}

/// What was decided for a request.
pub(super) struct Decided {
    /// The policy that was obeyed.
    pub(super) policy: String,
    pub(super) chain: Vec<String>,
    pub(super) summary: String,
    pub(super) record: Value,
}

impl Routes {
    /// The policies and splits of a configuration: every mistake, named by its field.
    pub fn new(
        configs: Vec<decide::PolicyConfig>,
        splits: Vec<decide::Split>,
        catalogue: &[decide::Target],
        learner: Arc<Learner>,
    ) -> Result<Self, Vec<String>> {
        let (mut policies, mut mistakes) = (BTreeMap::new(), Vec::new());
        for config in configs {
            let name = config.name.clone();
            match decide::Policy::new(config, catalogue) {
                Ok(policy) => drop(policies.insert(name, policy)),
                Err(found) => mistakes.extend(found.iter().map(ToString::to_string)),
            }
        }
        if mistakes.is_empty() {
            mistakes
                .extend(splits.iter().filter_map(|split| split.check(&policies).err()).map(|error| error.to_string()));
        }
        let splits = splits.into_iter().map(|split| (split.name.clone(), split)).collect();
        if mistakes.is_empty() { Ok(Self { policies, splits, learner }) } else { Err(mistakes) }
    }

    /// What was learned.
    pub fn learner(&self) -> &Arc<Learner> {
        &self.learner
    }

    /// Names of policies and splits.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.policies.keys().chain(self.splits.keys()).map(String::as_str)
    }

    /// Decides by the policy or the split of this name.
    pub(super) fn decide(&self, name: &str, targets: &Targets, asked: &Asked<'_>) -> Result<Decided, Problem> {
        let facts = asked.facts;
        let needs = [
            (facts.has_tools, decide::Capability::Tools),
            (facts.has_images, decide::Capability::Vision),
            (facts.has_schema, decide::Capability::JsonSchema),
        ];
        let needs = needs.into_iter().filter(|(is_needed, _)| *is_needed).map(|(_, need)| need).collect();
        let tags = facts.tags.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let chance = asked.draw.to_string();
        let allowed = asked.key.filter(|key| !key.models.is_empty()).map(|key| -> BTreeSet<String> {
            targets.all().keys().filter(|target| key.may_reach(target)).cloned().collect()
        });
        let request = decide::Request {
            prompt: &facts.question,
            input_tokens: facts.input_tokens,
            max_output_tokens: facts.max_output_tokens,
            needs: &needs,
            tenant: Some(asked.tenant),
            tags: &tags,
            task_type: facts.task.as_deref(),
            allowed: allowed.as_ref(),
            most_cost: most_cost(facts)?,
            budget_left: asked.budget_left.map(Money::dollars),
            reserved_output_tokens: Some(facts.max_output_tokens.unwrap_or(UNSAID).saturating_mul(facts.answers)),
            split_key: facts.user.as_deref().unwrap_or(&chance),
            ..decide::Request::plain("", 0, asked.draw)
        };
        let mut tries = 0;
        loop {
            let health = health(targets, asked.now_ms);
            let decided = match self.once(name, &health, &request).ok_or_else(|| self.unknown(name))? {
                Err(RouteError::Refused(refusal)) if request.budget_left.is_some() && refusal.is_of_budget() => {
                    let request = decide::Request { budget_left: None, ..request };
                    self.once(name, &health, &request).ok_or_else(|| self.unknown(name))?
                }
                decided => decided,
            };
            let decided = decided.map_err(|error| match error {
                RouteError::Refused(refusal) => refused(&refusal),
                RouteError::Split(error) => Problem::invalid(error.code(), error.to_string()),
            })?;
            tries += 1;
            let first = decided.chain.first().and_then(|name| Some((targets.get(name)?, health.get(name)?)));
            // Another request may be quicker to try a target that has rested. Who is asked although it rests tries nothing.
            let is_settled = first
                .is_none_or(|(target, health)| health.breaker == decide::Breaker::Open || target.admits(asked.now_ms));
            if is_settled || tries == TRIES {
                return Ok(decided);
            }
        }
    }

    /// `None`: there is neither a policy nor a split of this name.
    fn once(
        &self,
        name: &str,
        health: &BTreeMap<String, decide::Health>,
        request: &decide::Request<'_>,
    ) -> Option<Result<Decided, RouteError>> {
        self.learner.with(|model, records| {
            let knowledge = decide::Knowledge { model, records, health };
            if let Some(split) = self.splits.get(name) {
                return Some(decide::route(split, &self.policies, |_| knowledge, request).map(Decided::from));
            }
            let policy = self.policies.get(name)?;
            Some(decide::decide(policy, &knowledge, request).map(Decided::from).map_err(RouteError::from))
        })
    }

    fn unknown(&self, name: &str) -> Problem {
        let known = self.names().collect::<Vec<_>>().join(", ");
        let message = match known.as_str() {
            "" => "there is no target: add [chat.NAME] to cueline.toml".to_owned(),
            known => format!("there is no policy {name:?}; configured are: {known}"),
        };
        Problem::not_found(if known.is_empty() { "model_not_found" } else { "policy_unknown" }, message).param("model")
    }
}

impl From<Decision> for Decided {
    fn from(decision: Decision) -> Self {
        Self {
            policy: decision.policy.clone(),
            chain: decision.chain.clone(),
            summary: decision.summary(),
            record: serde_json::to_value(&decision).unwrap_or_default(),
        }
    }
}

impl From<Routed> for Decided {
    fn from(routed: Routed) -> Self {
        let Routed { split, share, decision, shadow } = routed;
        let mut decided = Self::from(decision);
        decided.summary = format!("{}; split={split}", decided.summary);
        if let Value::Object(record) = &mut decided.record {
            record.insert("split".into(), split.into());
            record.insert("share".into(), share.into());
            if let Some(shadow) = shadow {
                record.insert("shadow".into(), serde_json::to_value(&shadow).unwrap_or_default());
            }
        }
        decided
    }
}

fn health(targets: &Targets, now_ms: i64) -> BTreeMap<String, decide::Health> {
    let health = |(name, target): (&String, &Arc<Target>)| {
        let breaker = match target.state(now_ms) {
            BreakerState::Closed => decide::Breaker::Closed,
            BreakerState::HalfOpen if target.is_free(now_ms) => decide::Breaker::HalfOpen,
            BreakerState::HalfOpen | BreakerState::Open => decide::Breaker::Open,
        };
        (name.clone(), decide::Health { breaker, first_token_ms: target.first_token_ms(now_ms) })
    };
    targets.all().iter().map(health).collect()
}

/// The most dollars that a request says it may cost.
fn most_cost(facts: &RequestFacts) -> Result<Option<f64>, Problem> {
    let Some((_, said)) = facts.tags.iter().find(|(name, _)| name == MOST_COST) else { return Ok(None) };
    let most = said.parse::<f64>().ok().filter(|most| most.is_finite() && *most >= 0.0);
    most.map(Some).ok_or_else(|| {
        let message = format!("metadata.{MOST_COST}: is {said:?}; write dollars, 0 or more, e.g. \"0.01\"");
        Problem::invalid("invalid_value", message).param("metadata")
    })
}

/// In OpenAI's words where it has some: clients look for them.
fn refused(refusal: &Refusal) -> Problem {
    let passes = refusal.may_pass_later();
    let status = match refusal {
        Refusal::NotAllowed { .. } => StatusCode::FORBIDDEN,
        _ if passes => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    };
    let (code, param) = match refusal {
        Refusal::NotAllowed { .. } => ("model_not_allowed", "model"),
        Refusal::ContextTooLong { .. } => ("context_length_exceeded", "messages"),
        Refusal::NoCapability { .. } => ("capability_missing", "model"),
        _ => (refusal.code(), "model"),
    };
    Problem::new(status, code, refusal.to_string()).param(param).retry_after(passes.then_some(LATER_MS))
}
