//! The order of the usable targets, and which of them goes first.

use super::Knowledge;
use super::decision::{Basis, Considered, Decision, Place};
use super::exclusion::Exclusion;
use super::policy::Policy;
use super::refusal::Refusal;
use super::request::Request;
use super::rule::Rule;
use super::usable::{Candidate, apply_rules, constrain, constraint, named, prune};
use crate::routing::random::fraction;
use crate::routing::task_type::TaskType;

/// Decides. The same policy, knowledge and request give the same decision.
pub fn decide(policy: &Policy, knowledge: &Knowledge, request: &Request) -> Result<Decision, Refusal> {
    let task_type = request.task_type.unwrap_or_else(|| TaskType::guess(request.prompt).name());
    let rules: Vec<&Rule> = policy.rules.iter().filter(|rule| rule.applies(request, task_type)).collect();
    let named = named(&rules);
    let mut candidates: Vec<Candidate> = policy.targets.iter().map(|target| Candidate::new(target, request)).collect();
    apply_rules(&mut candidates, request, &rules);
    prune(&mut candidates, policy, knowledge, task_type, named);
    let learned = expect(&mut candidates, policy, knowledge, request, task_type);
    constrain(&mut candidates, policy, knowledge, request);

    let order = Order::of(&candidates, policy, knowledge, request, task_type, named);
    let Some(chosen) = order.chosen(request.draw, policy.config.exploration) else {
        let reasons = candidates.into_iter().filter_map(|of| Some((of.target.name.clone(), of.out?)));
        return Err(Refusal::of(&policy.config.name, reasons.collect()));
    };
    let chain = order.chain(&candidates, chosen, policy.config.chain, request.budget_left);
    let name = |index: &usize| candidates[*index].target.name.clone();
    let basis = match order {
        Order { named: Some(_), .. } => Basis::Rule,
        _ if order.resting.len() > 1 => learned,
        _ if order.above.len() + order.below.len() == 1 || order.above.is_empty() => Basis::OnlyOne,
        _ => learned,
    };
    let considered = |(index, candidate): (usize, &Candidate)| Considered {
        target: candidate.target.name.clone(),
        quality: candidate.quality,
        output_tokens: candidate.output_tokens,
        cost: candidate.cost,
        worst_cost: candidate.worst_cost,
        worth: candidate.worth(order.threshold),
        propensity: order.propensity(index, policy.config.exploration),
        place: order.place(index, candidate, &chain),
    };
    Ok(Decision {
        policy: policy.config.name.clone(),
        chosen: name(&chosen),
        chain: chain.iter().map(name).collect(),
        propensity: order.propensity(chosen, policy.config.exploration),
        explored: order.first() != Some(chosen),
        basis,
        model: knowledge.model.map(|model| model.id().to_owned()),
        task_type: task_type.to_owned(),
        rules: rules.iter().map(|rule| rule.config.name.clone()).collect(),
        input_tokens: request.input_tokens,
        threshold: order.threshold,
        least_quality: order.least_quality,
        targets: candidates.iter().enumerate().map(considered).collect(),
    })
}

impl<'a> Candidate<'a> {
    fn new(target: &'a super::target::Target, request: &Request) -> Self {
        let worst_cost = target.worst_cost(request);
        Self { target, quality: None, output_tokens: None, cost: None, worst_cost, out: None }
    }

    fn worth(&self, threshold: f64) -> Option<f64> {
        Some(self.quality? - threshold * self.cost?)
    }
}

/// Fills in what is expected: of this prompt by the model, else in general by the records.
fn expect(
    candidates: &mut [Candidate],
    policy: &Policy,
    knowledge: &Knowledge,
    request: &Request,
    task_type: &str,
) -> Basis {
    let predictions = knowledge.model.map(|model| (model.targets(), model.predict(request.prompt)));
    let mut basis = Basis::Configuration;
    for candidate in candidates {
        let name = &candidate.target.name;
        let predicted = predictions.as_ref().and_then(|(targets, predictions)| {
            let index = targets.iter().position(|target| target.name == *name)?;
            predictions.get(index).copied().flatten()
        });
        let recorded = || {
            let record = knowledge.records.of(name, task_type, policy.config.prune.least_outcomes)?;
            (record.outcomes > 0).then_some((record.quality, record.output_tokens))
        };
        let (quality, tokens) = match (predicted, recorded()) {
            (Some(predicted), _) => {
                basis = Basis::Model;
                (predicted.quality, predicted.output_tokens)
            }
            (None, Some(recorded)) => {
                basis = if basis == Basis::Model { Basis::Model } else { Basis::Records };
                recorded
            }
            (None, None) => continue,
        };
        let most = request.max_output_tokens.unwrap_or(candidate.target.max_output_tokens);
        let tokens = tokens.min(most as f64);
        candidate.quality = Some(quality);
        candidate.output_tokens = Some(tokens);
        candidate.cost = Some(candidate.target.price.of(request.input_tokens as f64, tokens));
    }
    basis
}

/// The usable targets in order; numbers are places in the policy.
struct Order {
    /// Named by a rule, and usable.
    named: Option<usize>,
    /// By worth.
    above: Vec<usize>,
    /// By quality.
    below: Vec<usize>,
    /// Dominated, and kept by the policy.
    last: Vec<usize>,
    /// Their breakers are open; only where there is nobody else: a rest must not leave a request without an answer.
    resting: Vec<usize>,
    threshold: f64,
    least_quality: f64,
}

impl Order {
    fn of(
        candidates: &[Candidate],
        policy: &Policy,
        knowledge: &Knowledge,
        request: &Request,
        task_type: &str,
        named: Option<&str>,
    ) -> Self {
        let threshold = policy.threshold(task_type);
        let usable = || candidates.iter().enumerate().filter(|(_, candidate)| candidate.is_in());
        let best = usable().filter_map(|(_, candidate)| candidate.quality).fold(0.0, f64::max);
        let least_quality = policy.floor(task_type) * best;
        // A target of which nothing is known cannot be shown to be above a floor.
        let is_above = |candidate: &Candidate| candidate.quality.map_or(least_quality <= 0.0, |q| q >= least_quality);
        let (above, below): (Vec<_>, Vec<_>) = usable().partition(|(_, candidate)| is_above(candidate));
        let kept = |(_, candidate): &(usize, &Candidate)| {
            let dominated = matches!(candidate.out, Some(Exclusion::Dominated { .. }));
            dominated && policy.config.prune.last_resort && constraint(candidate, policy, knowledge, request).is_none()
        };
        let last: Vec<_> = candidates.iter().enumerate().filter(kept).collect();
        let rests = |(_, candidate): &(usize, &Candidate)| candidate.out == Some(Exclusion::BreakerOpen);
        let is_alone = above.is_empty() && below.is_empty() && last.is_empty();
        let resting = candidates.iter().enumerate().filter(|of| is_alone && rests(of)).collect();
        let mut resting = sorted(resting, |candidate| candidate.worth(threshold));
        resting.sort_by_key(|index| Some(candidates[*index].target.name.as_str()) != named);
        Self {
            named: usable()
                .find(|(_, candidate)| Some(candidate.target.name.as_str()) == named)
                .map(|(index, _)| index),
            above: sorted(above, |candidate| candidate.worth(threshold)),
            below: sorted(below, |candidate| candidate.quality),
            last: sorted(last, |candidate| candidate.quality),
            resting,
            threshold,
            least_quality,
        }
    }

    fn all(&self) -> impl Iterator<Item = usize> {
        let all = self.named.iter().chain(&self.above).chain(&self.below).chain(&self.last).chain(&self.resting);
        all.copied()
    }

    fn first(&self) -> Option<usize> {
        self.all().next()
    }

    /// The targets among which exploration draws: more than one, or there is nothing to explore.
    fn explorable(&self) -> &[usize] {
        if self.named.is_some() || self.above.len() < 2 { &[] } else { &self.above }
    }

    fn chosen(&self, draw: u64, exploration: f64) -> Option<usize> {
        let open = self.explorable();
        let draw = fraction(draw);
        if open.is_empty() || draw >= exploration {
            return self.first();
        }
        // Below `exploration` the draw is as even as it was over everything.
        let at = (draw / exploration * open.len() as f64) as usize;
        open.get(at.min(open.len() - 1)).copied()
    }

    fn propensity(&self, index: usize, exploration: f64) -> f64 {
        let open = self.explorable();
        let is_first = self.first() == Some(index);
        if open.is_empty() {
            return if is_first { 1.0 } else { 0.0 };
        }
        let explored = if open.contains(&index) { exploration / open.len() as f64 } else { 0.0 };
        explored + if is_first { 1.0 - exploration } else { 0.0 }
    }

    /// The chosen one and those behind it, as far as the budget holds one more.
    fn chain(&self, candidates: &[Candidate], chosen: usize, most: usize, left: Option<f64>) -> Vec<usize> {
        let mut chain = vec![chosen];
        for index in self.all() {
            if chain.len() >= most || chain.contains(&index) {
                continue;
            }
            // Each call is paid for when it is made.
            if left.is_none_or(|left| candidates[index].worst_cost <= left) {
                chain.push(index);
            }
        }
        chain
    }

    fn place(&self, index: usize, candidate: &Candidate, chain: &[usize]) -> Place {
        let position = chain.iter().position(|in_chain| *in_chain == index);
        match (position, &candidate.out) {
            (Some(position), Some(Exclusion::BreakerOpen)) => Place::Resting { position },
            (Some(position), Some(_)) => Place::LastResort { position },
            (Some(position), None) if self.below.contains(&index) => Place::BelowFloor { position },
            (Some(position), None) => Place::Chain { position },
            (None, Some(exclusion)) => Place::Out(exclusion.clone()),
            (None, None) => Place::BeyondChain,
        }
    }
}

/// Largest first; what has no number stays behind, in the order of the configuration.
fn sorted(mut candidates: Vec<(usize, &Candidate)>, by: impl Fn(&Candidate) -> Option<f64>) -> Vec<usize> {
    let number = |candidate: &Candidate| by(candidate).unwrap_or(f64::NEG_INFINITY);
    candidates.sort_by(|(_, a), (_, b)| number(b).total_cmp(&number(a)));
    candidates.into_iter().map(|(index, _)| index).collect()
}
