//! What follows from every answer, complete or broken: its bill, its record in the audit, its metrics.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use cueline_domain::{
    chat::breaker::BreakerState,
    governance::{
        alerts::Observation,
        audit::{AuditAttempt, AuditRecord, CACHED},
        audit_content,
        key::KeyRecord,
        money::Money,
    },
};
use cueline_patterns::{
    chat::{Fault, HEDGED, Settle, Targets},
    governance::{Alerts, AnswerCache, Audit, Budgets, Keys, OTHERS, Permit, Scope, Tenants},
};
use cueline_ports::{PortResult, Usage};
use cueline_protocol::v1::{ChatAttempt, CompleteChatReply, CompleteChatRequest};
use cueline_runtime::{TaskContext, TaskError};

use super::permits::Permits;
use crate::telemetry::{
    instruments::{Call, Instruments},
    measured::SETTLED,
};

/// Budgets that are series of their own.
const MOST_BUDGETS: usize = 100;

/// An answer that has ended, complete or broken.
#[derive(Clone, Copy)]
pub struct Ended<'a> {
    /// Its execution.
    pub execution: &'a str,
    /// On whose behalf.
    pub tenant: &'a str,
    /// What was asked.
    pub request: &'a CompleteChatRequest,
    /// Calls that were made for it.
    pub attempts: &'a [ChatAttempt],
    /// How it ended.
    pub result: Result<&'a CompleteChatReply, &'a Fault>,
    /// What its guard found.
    pub findings: &'a [String],
    /// When.
    pub now_ms: i64,
}

/// Settles.
#[derive(Clone)]
pub struct Settling {
    budgets: Budgets,
    audit: Audit,
    cache: AnswerCache,
    alerts: Alerts,
    targets: Arc<Targets>,
    instruments: Instruments,
    permits: Permits,
    /// Whether the audit has what was asked and answered.
    keeps_content: Arc<AtomicBool>,
}

impl Settling {
    /// With these accounts and records.
    pub fn new(
        budgets: Budgets,
        audit: Audit,
        cache: AnswerCache,
        alerts: Alerts,
        targets: Arc<Targets>,
        instruments: Instruments,
    ) -> Self {
        Self {
            budgets,
            audit,
            cache,
            alerts,
            targets,
            instruments,
            keeps_content: Arc::default(),
            permits: Permits::default(),
        }
    }

    /// A call counts under its limits until its answer is settled. False: it does already.
    pub(super) fn hold(&self, execution: &str, permit: Permit, now_ms: i64) -> bool {
        self.permits.hold(execution, permit, now_ms)
    }

    /// An answer has ended after these calls.
    pub(super) fn release(&self, execution: &str, attempts: &[ChatAttempt]) {
        let tokens = attempts.iter().map(|attempt| attempt.input_tokens + attempt.output_tokens).sum();
        self.permits.release(execution, Some(tokens));
    }

    /// Answers that have counted since before a moment: they may have ended in another process.
    pub(crate) fn held_since(&self, before_ms: i64) -> Vec<String> {
        self.permits.since(before_ms)
    }

    /// An answer has ended elsewhere.
    pub(crate) fn let_go(&self, execution: &str) {
        self.permits.release(execution, None);
    }

    /// Whether from now on the audit has what was asked and answered. It has not unless this is said.
    pub fn keep_content(&self, keep: bool) {
        self.keeps_content.store(keep, Ordering::Release);
    }

    /// Settles an answer that nobody settles again. Once this returns, the audit has it.
    pub async fn account(&self, ended: &Ended<'_>) -> PortResult<()> {
        self.account_once(ended, None).await
    }

    /// As [`Self::account`]; under a name that is equal whenever the same answer is settled again, the audit has it once.
    pub(crate) async fn account_once(&self, ended: &Ended<'_>, once: Option<String>) -> PortResult<()> {
        let Ended { execution, tenant, request, attempts, result, findings, now_ms } = *ended;
        let cost: Money = attempts.iter().map(|attempt| Money::from_dollars(attempt.cost)).sum();
        if !request.reservation.is_empty() {
            self.budgets.settle(&request.reservation, cost).await?;
        }
        let given_again = result.ok().filter(|_| !request.cached.is_empty()).map(|reply| AuditAttempt {
            target: reply.target.clone(),
            outcome: CACHED.to_owned(),
            ..AuditAttempt::default()
        });
        let (question, answer) = self.content(request, result);
        let record = AuditRecord {
            at_ms: now_ms,
            execution: execution.to_owned(),
            tenant: tenant.to_owned(),
            key: request.key.clone(),
            targets: attempts.iter().map(|attempt| attempt.target.clone()).collect(),
            outcome: outcome(request, result).to_owned(),
            verdict: findings.join("; "),
            input_tokens: attempts.iter().map(|attempt| attempt.input_tokens).sum(),
            output_tokens: attempts.iter().map(|attempt| attempt.output_tokens).sum(),
            cost_micros: cost.in_micros(),
            decision: request.decision.clone(),
            attempts: attempts.iter().map(audited).chain(given_again).collect(),
            question,
            answer,
            ..AuditRecord::default()
        };
        self.audit.add(record, once).await?;
        if findings.iter().any(|finding| !finding.ends_with(": noted")) {
            self.intervened();
        }
        for failed in attempts.iter().rev().skip(1).filter(|attempt| is_failure(attempt)) {
            self.instruments.fell_back(&failed.target, &failed.outcome);
        }
        let task = task_of(&request.body);
        for attempt in attempts {
            self.count(attempt, tenant, task.as_deref());
            self.alerts.observe(&Observation {
                at_ms: now_ms,
                target: attempt.target.clone(),
                tenant: tenant.to_owned(),
                ttft_ms: (attempt.first_ms > 0).then_some(attempt.first_ms),
                duration_ms: Some(attempt.whole_ms),
                dollars: attempt.cost,
                failed: Some(is_failure(attempt)),
                score: None,
            });
        }
        let may_be_kept = |reply: &&CompleteChatReply| matches!(&*reply.finish_reason, "stop" | "tool_calls");
        if !request.cache_key.is_empty()
            && request.cached.is_empty()
            && let Some(reply) = result.ok().filter(may_be_kept)
            && let Err(error) = self.cache.put(tenant, &request.cache_key, request.cache_seconds, reply).await
        {
            // Who asks the same next asks a target, as this one did.
            tracing::warn!(execution, error = %error, "an answer could not be kept to be given again");
        }
        Ok(())
    }

    /// What was asked and answered, where the audit has that.
    fn content(&self, request: &CompleteChatRequest, result: Result<&CompleteChatReply, &Fault>) -> (String, String) {
        if !self.keeps_content.load(Ordering::Acquire) {
            return Default::default();
        }
        let answer = result.map(|reply| audit_content::answer(&reply.body)).unwrap_or_default();
        (audit_content::question(&request.body), answer)
    }

    /// A question was refused.
    pub(super) fn intervened(&self) {
        self.instruments.intervened("routing");
    }

    /// Somebody says how good an answer was.
    pub(super) fn scored(&self, target: &str, tenant: &str, score: f64, now_ms: i64) {
        self.alerts.observe(&Observation {
            at_ms: now_ms,
            target: target.to_owned(),
            tenant: tenant.to_owned(),
            score: Some(score),
            ..Observation::default()
        });
    }

    /// How breakers stand, and how far budgets are used.
    pub async fn observe(&self, keys: &Keys, tenants: &Tenants, now_ms: i64) -> PortResult<()> {
        for (name, target) in self.targets.all().iter() {
            self.instruments.breaker(name, target.state(now_ms) != BreakerState::Closed);
        }
        let keys = keys.list().await?;
        // Whoever has a key may have its budget from what others have.
        let asking = keys.iter().map(|key| key.tenant.as_str());
        let named = tenants.all();
        let named = named.keys().map(String::as_str).filter(|name| *name != OTHERS);
        let of_tenants: BTreeSet<&str> = asking.chain(named).collect();
        let budgeted = of_tenants.into_iter().filter_map(|tenant| Some((tenant, tenants.scope(tenant)?)));
        for (tenant, scope) in budgeted.take(MOST_BUDGETS) {
            self.instruments.budget_of_tenant(tenant, self.used(&scope).await?);
        }
        let scope = |key: &KeyRecord| Some(Scope { name: format!("key/{}", key.id), budget: key.budget? });
        for (key, scope) in keys.iter().filter_map(|key| Some((key, scope(key)?))).take(MOST_BUDGETS) {
            self.instruments.budget_of_key(&key.id, self.used(&scope).await?);
        }
        Ok(())
    }

    /// The share of a budget that is spent or reserved.
    async fn used(&self, scope: &Scope) -> PortResult<f64> {
        let account = self.budgets.account(scope).await?;
        let limit = scope.budget.limit.dollars().max(f64::MIN_POSITIVE);
        Ok((account.spent.dollars() + account.reserved.dollars()) / limit)
    }

    fn count(&self, attempt: &ChatAttempt, tenant: &str, task: Option<&str>) {
        // What answers from documents asks models by itself, and these are counted there.
        let Some(target) = self.targets.get(&attempt.target).filter(|target| !target.info.is_cleared) else { return };
        let usage = Usage {
            input_tokens: attempt.input_tokens,
            output_tokens: attempt.output_tokens,
            cached_tokens: attempt.cached_tokens,
            cache_written_tokens: attempt.cache_written_tokens,
        };
        self.instruments.called(&Call {
            model: &attempt.target,
            priced_as: &target.info.provider_name,
            pattern: SETTLED,
            usage: (usage != Usage::default()).then_some(usage),
            reasoning_tokens: attempt.reasoning_tokens,
            // A price that is configured wins over the list.
            cost: target.info.price.map(|_| attempt.cost),
            first: (attempt.first_ms > 0).then(|| Duration::from_millis(attempt.first_ms)),
            each: each_of(attempt),
            whole: Duration::from_millis(attempt.whole_ms),
            tenant: Some(tenant),
            task,
            error: is_failure(attempt).then_some(attempt.outcome.as_str()),
        });
    }
}

/// A call as the audit has it.
fn audited(attempt: &ChatAttempt) -> AuditAttempt {
    AuditAttempt {
        target: attempt.target.clone(),
        outcome: attempt.outcome.clone(),
        input_tokens: attempt.input_tokens,
        output_tokens: attempt.output_tokens,
        cost_micros: Money::from_dollars(attempt.cost).in_micros(),
    }
}

/// What became of calls that did not fail: done, or cut for reasons that are not their target's.
const NO_FAILURES: [&str; 5] = ["done", HEDGED, "answer_cancelled", "answer_orphaned", "answer_unsettled"];

fn is_failure(attempt: &ChatAttempt) -> bool {
    !NO_FAILURES.contains(&attempt.outcome.as_str())
}

/// Between two pieces of an answer that came in pieces; a token is taken for one.
fn each_of(attempt: &ChatAttempt) -> Option<Duration> {
    let is_stream = attempt.first_ms > 0 && attempt.first_ms < attempt.whole_ms && attempt.output_tokens > 1;
    let between = attempt.whole_ms.saturating_sub(attempt.first_ms) as f64 / 1e3;
    is_stream.then(|| Duration::from_secs_f64(between / (attempt.output_tokens - 1) as f64))
}

/// What a request calls its kind of task.
fn task_of(body: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Asked {
        metadata: Option<Metadata>,
    }
    #[derive(serde::Deserialize)]
    struct Metadata {
        task: Option<String>,
    }
    // Most name none, and need not be read for that.
    body.contains("\"task\"").then(|| serde_json::from_str::<Asked>(body).ok())??.metadata?.task
}

fn outcome<'a>(request: &CompleteChatRequest, result: Result<&CompleteChatReply, &'a Fault>) -> &'a str {
    match result {
        Ok(_) if !request.cached.is_empty() => CACHED,
        Ok(_) => "done",
        Err(fault) => &fault.code,
    }
}

#[async_trait]
impl Settle for Settling {
    async fn settle(
        &self,
        context: &TaskContext,
        request: &CompleteChatRequest,
        attempts: &[ChatAttempt],
        result: Result<&CompleteChatReply, &Fault>,
        findings: &[String],
    ) -> Result<(), TaskError> {
        let now_ms = context.world.clock.now_ms();
        // A body that is run again after a crash settles again; each attempt of the definition's Retry asks anew.
        let once = Some(format!("{}#{}", context.idempotency_key, context.attempt));
        let execution = context.execution.as_str();
        self.release(execution, attempts);
        let ended = Ended { execution, tenant: &context.tenant, request, attempts, result, findings, now_ms };
        Ok(self.account_once(&ended, once).await?)
    }

    async fn afford(&self, reservation: &str, dollars: f64) -> PortResult<bool> {
        self.budgets.raise(reservation, Money::from_dollars(dollars)).await
    }
}
