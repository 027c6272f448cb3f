//! A guard of rules: nothing is asked of anybody, and the same text has the same verdict always.

use async_trait::async_trait;
use cueline_domain::guarding::{Action, GuardRules, Inspector, Origin};
use cueline_ports::{Direction, Guard, Intervention, PortError, PortResult, Verdict};

/// Rules of a configuration.
pub struct LocalGuard {
    name: String,
    inspector: Inspector,
}

impl LocalGuard {
    /// Checks and compiles the rules.
    ///
    /// # Errors
    /// `guard_rules_invalid` with the rule.
    pub fn new(name: impl Into<String>, rules: GuardRules) -> PortResult<Self> {
        let inspector = Inspector::new(rules)
            .map_err(|error| PortError::invalid(format!("guard_rules_invalid: {error}")).with_source(error))?;
        Ok(Self { name: name.into(), inspector })
    }
}

#[async_trait]
impl Guard for LocalGuard {
    fn name(&self) -> &str {
        &self.name
    }

    async fn check(&self, direction: Direction, text: &str) -> PortResult<Verdict> {
        let origin = match direction {
            Direction::Input => Origin::User,
            Direction::Output => Origin::Model,
        };
        let findings = self.inspector.inspect(text, origin);
        if findings.heaviest().is_none_or(|action| action < Action::Redact) {
            return Ok(Verdict::Passed);
        }
        let masked = (!findings.blocked()).then(|| findings.redacted(text));
        Ok(Verdict::Intervened(Intervention { policies: findings.policies(), masked, message: None }))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cueline_domain::guarding::TermList;
    use cueline_ports::conformance::{GuardSamples, guard_suite};

    use super::*;

    fn guard() -> LocalGuard {
        let words = TermList { name: "rivals".into(), terms: vec!["acme".into()], action: Action::Block };
        LocalGuard::new("local", GuardRules { words: vec![words], ..GuardRules::default() }).unwrap()
    }

    #[tokio::test]
    async fn a_guard_of_rules_is_a_guard() {
        let samples = GuardSamples {
            forbidden: "acme".into(),
            policy: "word/rivals".into(),
            masked: Some(("ann@example.org".into(), "{EMAIL}".into())),
        };
        guard_suite(|| async { Arc::new(guard()) as Arc<dyn Guard> }, &samples).await;
    }

    #[tokio::test]
    async fn what_is_only_recorded_passes() {
        let audit =
            GuardRules { pii: [(cueline_domain::guarding::Pii::Email, Action::Audit)].into(), ..GuardRules::none() };
        let guard = LocalGuard::new("local", audit).unwrap();
        assert!(guard.check(Direction::Output, "ann@example.org").await.unwrap().passed());
    }
}
