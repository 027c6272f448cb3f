//! What follows from every answer, complete or broken: its bill, its record in the audit, its metrics.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use cueline_domain::governance::{audit::AuditRecord, money::Money};
use cueline_patterns::{
    chat::{Fault, Settle, Targets},
    governance::{Audit, Budgets},
};
use cueline_ports::{PortResult, Usage};
use cueline_protocol::v1::{ChatAttempt, CompleteChatRequest};
use cueline_runtime::{TaskContext, TaskError};

use crate::telemetry::instruments::{Call, Instruments};

/// Settles.
#[derive(Clone)]
pub struct Settling {
    budgets: Budgets,
    audit: Audit,
    targets: Arc<Targets>,
    instruments: Instruments,
}

impl Settling {
    /// With these accounts and records.
    pub fn new(budgets: Budgets, audit: Audit, targets: Arc<Targets>, instruments: Instruments) -> Self {
        Self { budgets, audit, targets, instruments }
    }

    /// Settles an answer.
    pub async fn account(
        &self,
        execution: &str,
        tenant: &str,
        request: &CompleteChatRequest,
        attempts: &[ChatAttempt],
        fault: Option<&Fault>,
        now_ms: i64,
    ) -> PortResult<()> {
        let cost: Money = attempts.iter().map(|attempt| Money::from_dollars(attempt.cost)).sum();
        if !request.reservation.is_empty() {
            self.budgets.settle(&request.reservation, cost).await?;
        }
        self.audit.add(AuditRecord {
            at_ms: now_ms,
            execution: execution.to_owned(),
            tenant: tenant.to_owned(),
            key: request.key.clone(),
            targets: attempts.iter().map(|attempt| attempt.target.clone()).collect(),
            outcome: fault.map_or("done", |fault| &fault.code).to_owned(),
            input_tokens: attempts.iter().map(|attempt| attempt.input_tokens).sum(),
            output_tokens: attempts.iter().map(|attempt| attempt.output_tokens).sum(),
            cost_micros: (cost.dollars() * 1e6).round() as u64,
            decision: request.decision.clone(),
            ..AuditRecord::default()
        });
        for attempt in attempts {
            self.count(attempt);
        }
        Ok(())
    }

    fn count(&self, attempt: &ChatAttempt) {
        let target = self.targets.get(&attempt.target);
        // Models that are asked through the port are counted there.
        if target.as_ref().is_none_or(|target| target.model.relay().is_none()) {
            return;
        }
        let usage =
            Usage { input_tokens: attempt.input_tokens, output_tokens: attempt.output_tokens, ..Usage::default() };
        self.instruments.called(&Call {
            model: &attempt.target,
            priced_as: target.as_ref().map_or(&attempt.target, |target| &target.info.provider_name),
            pattern: "routing",
            usage: (usage != Usage::default()).then_some(usage),
            first: (attempt.first_ms > 0).then(|| Duration::from_millis(attempt.first_ms)),
            whole: Duration::from_millis(attempt.whole_ms),
            error: (attempt.outcome != "done").then_some(attempt.outcome.as_str()),
        });
    }
}

#[async_trait]
impl Settle for Settling {
    async fn settle(
        &self,
        context: &TaskContext,
        request: &CompleteChatRequest,
        attempts: &[ChatAttempt],
        fault: Option<&Fault>,
    ) -> Result<(), TaskError> {
        let now_ms = context.world.clock.now_ms();
        let settled = self.account(context.execution.as_str(), &context.tenant, request, attempts, fault, now_ms).await;
        Ok(settled?)
    }
}
