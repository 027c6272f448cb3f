//! Who may be asked at all: the first reason that holds puts a target out.

use super::Knowledge;
use super::exclusion::Exclusion;
use super::policy::Policy;
use super::request::Request;
use super::rule::{Rule, Then};
use super::target::{Breaker, Target};

/// A target on its way through the decision.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    pub(super) target: &'a Target,
    pub(super) quality: Option<f64>,
    pub(super) output_tokens: Option<f64>,
    /// Expected dollars.
    pub(super) cost: Option<f64>,
    pub(super) worst_cost: f64,
    pub(super) out: Option<Exclusion>,
}

impl Candidate<'_> {
    /// Usable, or dominated and kept for the worst case.
    pub(super) fn is_in(&self) -> bool {
        self.out.is_none()
    }
}

/// Context, capabilities, tenant, then the rules of the policy in their order.
pub(super) fn apply_rules(candidates: &mut [Candidate], request: &Request, rules: &[&Rule]) {
    for candidate in candidates {
        let named = rules.iter().find(|rule| rule.config.then.excludes(&candidate.target.name));
        let by_rule = || named.map(|rule| Exclusion::Rule { rule: rule.config.name.clone() });
        candidate.out = cannot_serve(candidate.target, request).or_else(by_rule);
    }
}

fn cannot_serve(target: &Target, request: &Request) -> Option<Exclusion> {
    // An answer has at least one token.
    let needed = request.input_tokens.saturating_add(request.max_output_tokens.unwrap_or(1).max(1));
    if needed > target.context_tokens {
        let (input_tokens, context) = (request.input_tokens, target.context_tokens);
        return Some(Exclusion::ContextTooShort { input_tokens, needed, context });
    }
    if let Some(asked) = request.max_output_tokens.filter(|asked| *asked > target.max_output_tokens) {
        return Some(Exclusion::OutputTooShort { asked, most: target.max_output_tokens });
    }
    if !request.needs.is_subset(&target.capabilities) {
        let missing = request.needs.difference(&target.capabilities).copied().collect();
        return Some(Exclusion::LacksCapability { missing });
    }
    let for_tenant = |tenants: &std::collections::BTreeSet<String>| request.tenant.is_some_and(|t| tenants.contains(t));
    (!target.tenants.as_ref().is_none_or(for_tenant)).then_some(Exclusion::OtherTenants)
}

/// Takes out what is dominated by a target that is still in. A target that a rule names is exempt: a person said so.
pub(super) fn prune(
    candidates: &mut [Candidate],
    policy: &Policy,
    knowledge: &Knowledge,
    task_type: &str,
    named: Option<&str>,
) {
    let standing: Vec<&str> = candidates
        .iter()
        .filter(|candidate| candidate.is_in())
        .map(|candidate| candidate.target.name.as_str())
        .collect();
    for candidate in candidates.iter_mut().filter(|candidate| candidate.out.is_none()) {
        let name = candidate.target.name.as_str();
        if named == Some(name) {
            continue;
        }
        let others = standing.iter().copied();
        if let Some((by, mine, theirs)) = knowledge.records.dominator(name, others, task_type, &policy.config.prune) {
            candidate.out = Some(Exclusion::Dominated {
                by: by.to_owned(),
                quality: mine.quality,
                by_quality: theirs.quality,
                cost: mine.cost,
                by_cost: theirs.cost,
            });
        }
    }
}

/// What the moment and the purse allow.
pub(super) fn constrain(candidates: &mut [Candidate], policy: &Policy, knowledge: &Knowledge, request: &Request) {
    for candidate in candidates.iter_mut().filter(|candidate| candidate.out.is_none()) {
        candidate.out = constraint(candidate, policy, knowledge, request);
    }
}

/// The constraint that `candidate` fails, if any. The breaker comes last: whoever fails for no other reason is asked all the same
/// where nobody else is left.
pub(super) fn constraint(
    candidate: &Candidate,
    policy: &Policy,
    knowledge: &Knowledge,
    request: &Request,
) -> Option<Exclusion> {
    let name = &candidate.target.name;
    if request.allowed.is_some_and(|allowed| !allowed.contains(name)) {
        return Some(Exclusion::NotAllowed);
    }
    let health = knowledge.health.get(name).copied().unwrap_or_default();
    let most_ms = stricter(request.most_first_token_ms, policy.config.most_first_token_ms, u64::min);
    if let (Some(first_token_ms), Some(most_ms)) = (health.first_token_ms, most_ms)
        && first_token_ms > most_ms
    {
        return Some(Exclusion::TooSlow { first_token_ms, most_ms });
    }
    let cost = candidate.cost.unwrap_or(candidate.worst_cost);
    if let Some(most) = stricter(request.most_cost, policy.config.most_cost, f64::min)
        && cost > most
    {
        return Some(Exclusion::TooDear { cost, most });
    }
    if request.budget_left.is_some() && candidate.target.is_unpriced {
        return Some(Exclusion::Unpriced);
    }
    let worst_cost = candidate.worst_cost;
    // A budget that is not a number covers nothing.
    if let Some(left) = request.budget_left.filter(|left| worst_cost > *left || left.is_nan()) {
        return Some(Exclusion::OverBudget { worst_cost, left });
    }
    (health.breaker == Breaker::Open).then_some(Exclusion::BreakerOpen)
}

fn stricter<T>(one: Option<T>, other: Option<T>, least: fn(T, T) -> T) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(least(one, other)),
        (one, other) => one.or(other),
    }
}

/// The target that the first `use` rule names.
pub(super) fn named<'a>(rules: &[&'a Rule]) -> Option<&'a str> {
    rules.iter().find_map(|rule| match &rule.config.then {
        Then::Use(name) => Some(name.as_str()),
        Then::Only(_) | Then::Without(_) => None,
    })
}
