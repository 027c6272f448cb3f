//! What was used, summed up from the audit: by day, tenant and target.

use std::collections::BTreeMap;

use super::{
    audit::{AuditRecord, CACHED},
    budget::Period,
    money::Money,
};

/// Sums of one day, tenant and target.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Used {
    /// Answers that the target gave, or was the last to be asked for.
    pub answers: u64,
    /// Of them: broken or refused.
    pub failed: u64,
    /// Of them: given again, for nothing.
    pub cached: u64,
    /// Calls of the target, those included that another one answered after.
    pub calls: u64,
    /// Tokens read in its calls.
    pub input_tokens: u64,
    /// Tokens written in its calls.
    pub output_tokens: u64,
    /// What its calls cost.
    pub cost: Money,
}

/// Day (UTC), tenant, target.
pub type Whose = (String, String, String);

/// Sums by day, tenant and target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage(BTreeMap<Whose, Used>);

impl Usage {
    /// One more answer.
    pub fn add(&mut self, record: &AuditRecord) {
        let last = record.attempts.last().map(|attempt| &attempt.target).or(record.targets.last());
        let answer = self.row(record, last.map_or("", String::as_str));
        answer.answers += 1;
        answer.failed += u64::from(!record.is_answered());
        answer.cached += u64::from(record.outcome == CACHED);
        if record.attempts.is_empty() {
            // Of an older version: all of it is the last one's.
            let calls = record.targets.len() as u64;
            answer.spent(calls, (record.input_tokens, record.output_tokens), record.cost_micros);
        }
        for attempt in &record.attempts {
            let calls = u64::from(attempt.outcome != CACHED);
            let tokens = (attempt.input_tokens, attempt.output_tokens);
            self.row(record, &attempt.target).spent(calls, tokens, attempt.cost_micros);
        }
    }

    fn row(&mut self, record: &AuditRecord, target: &str) -> &mut Used {
        let day = Period::Day.name(record.at_ms);
        self.0.entry((day, record.tenant.clone(), target.to_owned())).or_default()
    }

    /// The rows, newest day first.
    pub fn rows(self) -> impl Iterator<Item = (Whose, Used)> {
        self.0.into_iter().rev()
    }
}

impl Used {
    fn spent(&mut self, calls: u64, (input, output): (u64, u64), micros: u64) {
        self.calls += calls;
        self.input_tokens += input;
        self.output_tokens += output;
        self.cost = self.cost + Money::micros(micros);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::governance::audit::AuditAttempt;

    fn attempt(target: &str, outcome: &str, input_tokens: u64, output_tokens: u64, cost_micros: u64) -> AuditAttempt {
        AuditAttempt { target: target.into(), outcome: outcome.into(), input_tokens, output_tokens, cost_micros }
    }

    fn record(outcome: &str, attempts: Vec<AuditAttempt>) -> AuditRecord {
        AuditRecord {
            tenant: "t".into(),
            outcome: outcome.into(),
            targets: attempts.iter().map(|attempt| attempt.target.clone()).collect(),
            input_tokens: attempts.iter().map(|attempt| attempt.input_tokens).sum(),
            output_tokens: attempts.iter().map(|attempt| attempt.output_tokens).sum(),
            cost_micros: attempts.iter().map(|attempt| attempt.cost_micros).sum(),
            attempts,
            ..AuditRecord::default()
        }
    }

    fn summed(records: &[AuditRecord]) -> BTreeMap<String, Used> {
        let mut usage = Usage::default();
        records.iter().for_each(|record| usage.add(record));
        usage.rows().map(|((_, _, target), used)| (target, used)).collect()
    }

    /// Everything that an answer cost was put down to whoever answered in the end.
    #[test]
    fn each_target_has_what_its_own_calls_cost() {
        let fell_back =
            record("done", vec![attempt("a", "model_gap_timeout", 10, 5, 100), attempt("b", "done", 15, 20, 7)]);
        let failed = record("model_cut", vec![attempt("b", "model_cut", 1, 1, 2)]);
        let used = summed(&[fell_back, failed]);
        let a = Used { calls: 1, input_tokens: 10, output_tokens: 5, cost: Money::micros(100), ..Used::default() };
        let b = Used {
            answers: 2,
            failed: 1,
            cached: 0,
            calls: 2,
            input_tokens: 16,
            output_tokens: 21,
            cost: Money::micros(9),
        };
        assert_eq!(used, [("a".to_owned(), a), ("b".to_owned(), b)].into());
    }

    /// They counted as failures of a model without a name.
    #[test]
    fn an_answer_that_is_given_again_is_an_answer_of_whoever_gave_it_first() {
        let cached = AuditRecord { targets: Vec::new(), ..record(CACHED, vec![attempt("a", CACHED, 0, 0, 0)]) };
        let used = summed(&[cached]);
        assert_eq!(used, [("a".to_owned(), Used { answers: 1, cached: 1, ..Used::default() })].into());
        let older = summed(&[record(CACHED, Vec::new())]);
        assert_eq!(older, [(String::new(), Used { answers: 1, cached: 1, ..Used::default() })].into());
    }

    #[test]
    fn records_of_an_older_version_count_for_the_last_target() {
        let older = AuditRecord {
            targets: vec!["a".into(), "b".into()],
            input_tokens: 3,
            output_tokens: 4,
            cost_micros: 5,
            ..record("done", Vec::new())
        };
        let b =
            Used { answers: 1, calls: 2, input_tokens: 3, output_tokens: 4, cost: Money::micros(5), ..Used::default() };
        assert_eq!(summed(&[older]), [("b".to_owned(), b)].into());
    }
}
