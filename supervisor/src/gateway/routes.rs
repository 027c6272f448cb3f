//! Names that begin with `auto`: a policy decides, or a split between policies.
//!
//! | name | means |
//! |---|---|
//! | `auto` | the policy `auto`; where none is configured, every target, cheapest first |
//! | `auto:NAME` | the policy or the split of that name |
//!
//! Whoever is asked again within a split meets the same policy as long as it names its user; without one, chance decides each time.

use std::{collections::BTreeMap, sync::Arc};

use axum::http::StatusCode;
use cueline_domain::{
    chat::breaker::BreakerState,
    routing::decide::{self, Decision, Refusal, Routed},
};
use cueline_patterns::chat::Targets;
use serde_json::Value;

use super::{learning::Learner, plan::Asked, problem::Problem};

/// The policy that is always there.
pub const AUTO: &str = "auto";

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
        let health = health(targets, asked.now_ms);
        let needs = [
            (facts.has_tools, decide::Capability::Tools),
            (facts.has_images, decide::Capability::Vision),
            (facts.has_schema, decide::Capability::JsonSchema),
        ];
        let needs = needs.into_iter().filter(|(is_needed, _)| *is_needed).map(|(_, need)| need).collect();
        let tags = facts.tags.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let chance = asked.draw.to_string();
        let request = decide::Request {
            prompt: &facts.question,
            input_tokens: facts.input_tokens,
            max_output_tokens: facts.max_output_tokens,
            needs: &needs,
            tenant: Some(asked.tenant),
            tags: &tags,
            task_type: facts.task.as_deref(),
            split_key: facts.user.as_deref().unwrap_or(&chance),
            ..decide::Request::plain("", 0, asked.draw)
        };
        self.learner.with(|model, records| {
            let knowledge = decide::Knowledge { model, records, health: &health };
            if let Some(split) = self.splits.get(name) {
                let routed = decide::route(split, &self.policies, |_| knowledge, &request);
                return routed.map(Decided::from).map_err(|error| match error {
                    decide::RouteError::Refused(refusal) => refused(&refusal),
                    decide::RouteError::Split(error) => Problem::invalid(error.code(), error.to_string()),
                });
            }
            let policy = self.policies.get(name).ok_or_else(|| self.unknown(name))?;
            decide::decide(policy, &knowledge, &request).map(Decided::from).map_err(|refusal| refused(&refusal))
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
    let health = |(name, target): (&String, &Arc<cueline_patterns::chat::Target>)| {
        let breaker = match target.state(now_ms) {
            BreakerState::Closed => decide::Breaker::Closed,
            BreakerState::HalfOpen => decide::Breaker::HalfOpen,
            BreakerState::Open => decide::Breaker::Open,
        };
        (name.clone(), decide::Health { breaker, first_token_ms: target.first_token_ms() })
    };
    targets.all().iter().map(health).collect()
}

/// In OpenAI's words where it has some: clients look for them.
fn refused(refusal: &Refusal) -> Problem {
    let status = if refusal.may_pass_later() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::BAD_REQUEST };
    let (code, param) = match refusal {
        Refusal::ContextTooLong { .. } => ("context_length_exceeded", "messages"),
        Refusal::NoCapability { .. } => ("capability_missing", "model"),
        _ => (refusal.code(), "model"),
    };
    Problem::new(status, code, refusal.to_string()).param(param)
}
