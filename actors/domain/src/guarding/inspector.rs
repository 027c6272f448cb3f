//! The rules, ready to be used.

use super::reading::Reading;
use super::sentence_end::sentence_ranges;
use super::words::Words;
use super::{Finding, Findings, GuardRules, InjectionRules, Rule, RuleError, Tail, injection, pii, secrets};

/// Who says a text. Orders to the model are looked for in what people and documents say, and a document that talks to the
/// model at all is more suspicious than a person who does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A person in a conversation.
    User,
    /// Anything that a model is shown as material: documents, results of tools, events, memory.
    Content,
    /// A model.
    Model,
}

/// The rules, ready to be used. Building one costs a few milliseconds, so it is shared.
#[derive(Debug)]
pub struct Inspector {
    rules: GuardRules,
    words: Words,
}

impl Inspector {
    /// Checks the rules and prepares them.
    pub fn new(rules: GuardRules) -> Result<Self, RuleError> {
        if let Some(injection) = &rules.injection
            && !(injection.threshold.is_finite() && injection.threshold > 0.0)
        {
            return Err(RuleError::Threshold(injection.threshold.to_string()));
        }
        let words = Words::new(&rules)?;
        Ok(Self { rules, words })
    }

    /// Everything in `text` that breaks a rule.
    pub fn inspect(&self, text: &str, origin: Origin) -> Findings {
        let mut found = Vec::new();
        for range in sentence_ranges(text) {
            let sentence = text.get(range.clone()).unwrap_or_default();
            let mut inside = self.inspect_sentence(sentence).found;
            for finding in &mut inside {
                finding.range = range.start + finding.range.start..range.start + finding.range.end;
            }
            found.append(&mut inside);
        }
        if let Some(rules) = self.rules.injection.filter(|_| origin != Origin::Model) {
            found.extend(injected(text, origin, &rules));
        }
        Findings::of(found)
    }

    /// What breaks a rule in one sentence, or in the window of a longer one. Orders to the model are not looked for.
    pub fn inspect_sentence(&self, sentence: &str) -> Findings {
        let reading = Reading::of(sentence);
        let mut found = Vec::new();
        let mut note = |range, rule: Rule, action, tail| {
            let (range, severity) = (reading.original(range), rule.severity());
            found.push(Finding { range, rule, severity, action, tail });
        };
        for (range, kind) in pii::scan(&reading) {
            if let Some(action) = self.rules.pii.get(&kind) {
                note(range, Rule::Pii(kind), *action, Tail::Closed);
            }
        }
        for (range, kind, tail) in secrets::scan(&reading) {
            if let Some(action) = self.rules.secrets.get(&kind) {
                note(range, Rule::Secret(kind), *action, tail);
            }
        }
        for (range, rule, action) in self.words.scan(&reading) {
            note(range, rule, action, Tail::Closed);
        }
        Findings::of(found)
    }
}

fn injected(text: &str, origin: Origin, rules: &InjectionRules) -> Vec<Finding> {
    let assessment = injection::assess(text, origin);
    if assessment.score < rules.threshold {
        return Vec::new();
    }
    let finding = |sign: &injection::Sign| {
        let rule = Rule::Injection(sign.feature);
        let (range, severity) = (sign.range.clone(), rule.severity());
        Finding { range, rule, severity, action: rules.action, tail: Tail::Closed }
    };
    assessment.signs.iter().map(finding).collect()
}
