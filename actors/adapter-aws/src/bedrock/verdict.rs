//! What a guardrail found: the names of its rules, never the words that broke them.

use std::collections::BTreeSet;

use aws_sdk_bedrockruntime::types::{
    GuardrailAssessment, GuardrailContentPolicyAction, GuardrailContextualGroundingPolicyAction,
    GuardrailSensitiveInformationPolicyAction as SensitiveAction, GuardrailTopicPolicyAction, GuardrailTraceAssessment,
    GuardrailWordPolicyAction,
};
use cueline_ports::{Intervention, Verdict};

/// Rules that were broken.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// By name.
    pub(super) policies: BTreeSet<String>,
    /// One of them blocks. Else what was found is masked.
    pub(super) blocked: bool,
}

impl Found {
    /// Of all these.
    pub(super) fn of<'a>(assessments: impl IntoIterator<Item = &'a GuardrailAssessment>) -> Self {
        let mut found = Self::default();
        assessments.into_iter().for_each(|assessment| found.add(assessment));
        found
    }

    fn block(&mut self, policy: String) {
        self.policies.insert(policy);
        self.blocked = true;
    }

    fn add(&mut self, assessment: &GuardrailAssessment) {
        for topic in assessment.topic_policy().iter().flat_map(|policy| policy.topics()) {
            if *topic.action() == GuardrailTopicPolicyAction::Blocked {
                self.block(format!("topic/{}", topic.name()));
            }
        }
        for filter in assessment.content_policy().iter().flat_map(|policy| policy.filters()) {
            if *filter.action() == GuardrailContentPolicyAction::Blocked {
                self.block(format!("content/{}", filter.r#type().as_str()));
            }
        }
        if let Some(words) = assessment.word_policy() {
            // The word itself is content.
            if words.custom_words().iter().any(|word| *word.action() == GuardrailWordPolicyAction::Blocked) {
                self.block("word".to_owned());
            }
            for list in words.managed_word_lists() {
                if *list.action() == GuardrailWordPolicyAction::Blocked {
                    self.block(format!("word/{}", list.r#type().as_str()));
                }
            }
        }
        if let Some(sensitive) = assessment.sensitive_information_policy() {
            let entities =
                sensitive.pii_entities().iter().map(|entity| ("pii", entity.r#type().as_str(), entity.action()));
            let regexes =
                sensitive.regexes().iter().map(|regex| ("regex", regex.name().unwrap_or("unnamed"), regex.action()));
            for (kind, name, action) in entities.chain(regexes) {
                match action {
                    SensitiveAction::Blocked => self.block(format!("{kind}/{name}")),
                    SensitiveAction::Anonymized => {
                        self.policies.insert(format!("{kind}/{name}"));
                    }
                    _ => {}
                }
            }
        }
        for filter in assessment.contextual_grounding_policy().iter().flat_map(|policy| policy.filters()) {
            if *filter.action() == GuardrailContextualGroundingPolicyAction::Blocked {
                self.block(format!("grounding/{}", filter.r#type().as_str()));
            }
        }
    }

    /// As the port says it.
    pub(super) fn intervention(self, masked: Option<String>, message: Option<String>) -> Verdict {
        let mut policies: Vec<String> = self.policies.into_iter().collect();
        if policies.is_empty() {
            // It intervened and did not say why: newer than this code.
            policies.push("unnamed".to_owned());
        }
        Verdict::Intervened(Intervention { policies, masked, message })
    }
}

/// What a guardrail found in question and answer of a chat.
pub(super) fn traced(trace: Option<&GuardrailTraceAssessment>, intervened: bool) -> Verdict {
    let found = trace.map_or_else(Found::default, |trace| {
        let input = trace.input_assessment().into_iter().flat_map(|by_id| by_id.values());
        let output = trace.output_assessments().into_iter().flat_map(|by_id| by_id.values()).flatten();
        Found::of(input.chain(output))
    });
    if !intervened && found.policies.is_empty() {
        return Verdict::Passed;
    }
    // What was masked has come as text already.
    found.intervention(None, None)
}

#[cfg(test)]
mod tests {
    use aws_sdk_bedrockruntime::types::{
        GuardrailContentFilter, GuardrailContentFilterConfidence, GuardrailContentFilterType,
        GuardrailContentPolicyAssessment, GuardrailCustomWord, GuardrailPiiEntityFilter, GuardrailPiiEntityType,
        GuardrailSensitiveInformationPolicyAssessment, GuardrailTopic, GuardrailTopicPolicyAssessment,
        GuardrailTopicType, GuardrailWordPolicyAssessment,
    };

    use super::*;

    fn topic(action: GuardrailTopicPolicyAction) -> GuardrailAssessment {
        let topic = GuardrailTopic::builder().name("investments").r#type(GuardrailTopicType::Deny).action(action);
        let policy = GuardrailTopicPolicyAssessment::builder().topics(topic.build().unwrap());
        GuardrailAssessment::builder().topic_policy(policy.build().unwrap()).build()
    }

    fn email(action: SensitiveAction) -> GuardrailAssessment {
        let entity = GuardrailPiiEntityFilter::builder().r#type(GuardrailPiiEntityType::Email).action(action);
        let entity = entity.r#match("circe@example.org").build().unwrap();
        let policy = GuardrailSensitiveInformationPolicyAssessment::builder()
            .pii_entities(entity)
            .set_regexes(Some(Vec::new()))
            .build()
            .unwrap();
        GuardrailAssessment::builder().sensitive_information_policy(policy).build()
    }

    fn word_and_hate() -> GuardrailAssessment {
        let word = GuardrailCustomWord::builder().r#match("philtre").action(GuardrailWordPolicyAction::Blocked);
        let words = GuardrailWordPolicyAssessment::builder()
            .custom_words(word.build().unwrap())
            .set_managed_word_lists(Some(Vec::new()))
            .build()
            .unwrap();
        let filter = GuardrailContentFilter::builder()
            .r#type(GuardrailContentFilterType::Hate)
            .confidence(GuardrailContentFilterConfidence::High)
            .action(GuardrailContentPolicyAction::Blocked);
        let content = GuardrailContentPolicyAssessment::builder().filters(filter.build().unwrap()).build().unwrap();
        GuardrailAssessment::builder().word_policy(words).content_policy(content).build()
    }

    #[test]
    fn rules_are_named_and_words_are_not() {
        let all = [topic(GuardrailTopicPolicyAction::Blocked), email(SensitiveAction::Anonymized), word_and_hate()];
        let found = Found::of(&all);
        assert!(found.blocked);
        let Verdict::Intervened(intervention) = found.intervention(None, None) else { panic!("it intervened") };
        assert_eq!(intervention.policies, ["content/HATE", "pii/EMAIL", "topic/investments", "word"]);
    }

    #[test]
    fn masking_alone_does_not_block_and_watching_does_nothing() {
        let masked = Found::of(&[email(SensitiveAction::Anonymized)]);
        assert_eq!((masked.blocked, masked.policies.len()), (false, 1));
        assert!(Found::of(&[email(SensitiveAction::Blocked)]).blocked);
        let watching = [topic(GuardrailTopicPolicyAction::None), email(SensitiveAction::None)];
        assert_eq!(Found::of(&watching), Found::default());
    }

    #[test]
    fn an_intervention_without_a_reason_is_one_all_the_same() {
        assert_eq!(traced(None, false), Verdict::Passed);
        assert!(!traced(None, true).passed());
    }
}
