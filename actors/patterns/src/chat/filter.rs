//! An answer on its way through rules: what may be shown of it, and when.
//!
//! Each of several answers passes rules of its own. Calls of tools pass as they are: only text is looked at.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use cueline_domain::{
    chat::piece::{CallPart, Piece},
    guarding::Inspector,
    streaming::{
        AllowedHosts, Ending, Guardrail, Links, Mark, Mode, Operator, Piece as Shown, Pipeline, Released, WINDOW,
    },
};
use serde_json::{Value, json};

/// Which rules.
#[derive(Clone, Default)]
pub struct Rules {
    pub(super) guard: Option<(Arc<Inspector>, Mode)>,
    pub(super) hosts: Option<AllowedHosts>,
}

impl Rules {
    /// Nothing is looked at.
    pub(super) fn are_none(&self) -> bool {
        self.guard.is_none() && self.hosts.is_none()
    }

    fn pipeline(&self) -> Pipeline {
        let mut operators: Vec<Box<dyn Operator>> = Vec::new();
        if let Some(hosts) = &self.hosts {
            operators.push(Box::new(Links::new(hosts.clone())));
        }
        if let Some((inspector, mode)) = &self.guard {
            operators.push(Box::new(Guardrail::new(inspector.clone(), *mode, WINDOW)));
        }
        Pipeline::new(operators)
    }
}

/// The rules of one reply.
pub(super) struct Filter {
    rules: Rules,
    pipelines: BTreeMap<u32, Pipeline>,
    ended: BTreeSet<u32>,
    findings: Vec<String>,
    blocked: bool,
}

impl Filter {
    pub(super) fn new(rules: Rules) -> Self {
        Self { rules, pipelines: BTreeMap::new(), ended: BTreeSet::new(), findings: Vec::new(), blocked: false }
    }

    /// What of a piece may be shown now: elements of `choices`, one of each answer, as clients expect it. A piece that ends an
    /// answer lets out what was held of it.
    pub(super) fn pass(&mut self, piece: &Piece) -> Vec<Value> {
        let mut shown = BTreeMap::<u32, Choice>::new();
        if self.blocked {
            return Vec::new();
        }
        for part in &piece.parts {
            if self.blocked {
                break;
            }
            let rules = &self.rules;
            let pipeline = self.pipelines.entry(part.index).or_insert_with(|| rules.pipeline());
            let mut released = pipeline.push(&part.text);
            if part.finish_reason.is_some() && !pipeline.is_closed() {
                released.extend(pipeline.end(Ending::Complete));
            }
            let text = self.told(released);
            let choice = shown.entry(part.index).or_default();
            choice.text.push_str(&text);
            if !self.blocked {
                choice.calls.extend(part.calls.iter().map(written));
                choice.finish_reason.clone_from(&part.finish_reason);
            }
            if choice.finish_reason.is_some() {
                self.ended.insert(part.index);
            }
        }
        if self.blocked {
            // Every answer that has not ended ends here, as OpenAI has it for what its own filter withholds.
            for index in self.pipelines.keys().filter(|index| !self.ended.contains(index)) {
                shown.entry(*index).or_default().finish_reason = Some("content_filter".to_owned());
            }
        }
        shown
            .into_iter()
            .filter(|(_, choice)| !choice.is_empty())
            .map(|(index, choice)| choice.written(index))
            .collect()
    }

    /// The answer was cut off: what was held stays hidden, and what was found is told.
    pub(super) fn cut(&mut self) {
        let mut pipelines = std::mem::take(&mut self.pipelines);
        for pipeline in pipelines.values_mut().filter(|pipeline| !pipeline.is_closed()) {
            let released = pipeline.end(Ending::Cut);
            self.told(released);
        }
    }

    /// The text of what is released; its marks become findings.
    fn told(&mut self, released: Vec<Released>) -> String {
        let mut text = String::new();
        for Released { piece, .. } in released {
            match piece {
                Shown::Text(more) => text.push_str(&more),
                Shown::Mark(Mark::Blocked { policy }) => {
                    self.blocked = true;
                    self.find(format!("{policy}: blocked"));
                }
                Shown::Mark(Mark::Redacted { policy }) => self.find(format!("{policy}: redacted")),
                Shown::Mark(Mark::LinkRemoved { host }) => self.find(format!("link/{host}: removed")),
                Shown::Mark(Mark::Verdict(verdict)) => {
                    // What was acted on was told as it happened.
                    for incident in &verdict.incidents {
                        let policy = &incident.policy;
                        if !self.findings.iter().any(|finding| finding.starts_with(&format!("{policy}: "))) {
                            self.find(format!("{policy}: noted"));
                        }
                    }
                }
                Shown::Mark(_) => {}
            }
        }
        text
    }

    fn find(&mut self, finding: String) {
        // Each once, and not without end.
        if self.findings.len() < 100 && !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    /// Nothing more of the reply may be shown.
    pub(super) fn is_blocked(&self) -> bool {
        self.blocked
    }

    /// What was found.
    pub(super) fn findings(&self) -> &[String] {
        &self.findings
    }
}

/// What is shown of one answer at once.
#[derive(Default)]
struct Choice {
    text: String,
    calls: Vec<Value>,
    finish_reason: Option<String>,
}

impl Choice {
    fn is_empty(&self) -> bool {
        self.text.is_empty() && self.calls.is_empty() && self.finish_reason.is_none()
    }

    fn written(self, index: u32) -> Value {
        let mut delta = json!({});
        if !self.text.is_empty() {
            delta["content"] = json!(self.text);
        }
        if !self.calls.is_empty() {
            delta["tool_calls"] = json!(self.calls);
        }
        json!({ "index": index, "delta": delta, "finish_reason": self.finish_reason })
    }
}

fn written(call: &CallPart) -> Value {
    let mut function = json!({ "arguments": call.arguments });
    if let Some(name) = &call.name {
        function["name"] = json!(name);
    }
    let mut written = json!({ "index": call.index, "function": function });
    if let Some(id) = &call.id {
        written["id"] = json!(id);
        written["type"] = json!("function");
    }
    written
}

#[cfg(test)]
mod tests {
    use cueline_domain::{
        chat::piece::{Heard, hear},
        guarding::{Action, GuardRules, TermList},
    };

    use super::*;

    fn rules(mode: Mode) -> Rules {
        let words = TermList { name: "rivals".into(), terms: vec!["acme".into()], action: Action::Block };
        let inspector = Inspector::new(GuardRules { words: vec![words], ..GuardRules::default() }).unwrap();
        Rules {
            guard: Some((Arc::new(inspector), mode)),
            hosts: Some(AllowedHosts::new(&["example.org"], false).unwrap()),
        }
    }

    fn piece(content: &str, finish: Option<&str>) -> Piece {
        let data = json!({ "choices": [{ "index": 0, "delta": { "content": content }, "finish_reason": finish }] });
        match hear(data.to_string().as_bytes()) {
            Heard::Piece(piece) => piece,
            other => panic!("{other:?}"),
        }
    }

    fn shown(mode: Mode, text: &str, cut: usize) -> (String, String, Vec<String>) {
        let mut filter = Filter::new(rules(mode));
        let mut choices = Vec::new();
        let letters: Vec<char> = text.chars().collect();
        for part in letters.chunks(cut.max(1)) {
            choices.extend(filter.pass(&piece(&part.iter().collect::<String>(), None)));
        }
        choices.extend(filter.pass(&piece("", Some("stop"))));
        let words = choices.iter().filter_map(|choice| choice["delta"]["content"].as_str()).collect();
        let reason = choices.last().and_then(|choice| choice["finish_reason"].as_str()).unwrap_or_default().to_owned();
        (words, reason, filter.findings().to_vec())
    }

    #[test]
    fn however_an_answer_is_cut_the_same_of_it_is_shown() {
        let text = "Write to ann@example.com. See [this](https://evil.test/x) or https://example.org/y now.";
        for cut in 1..text.len() {
            let (words, reason, findings) = shown(Mode::Redact, text, cut);
            assert_eq!(
                (words.contains("ann@"), words.contains("evil.test"), reason.as_str()),
                (false, false, "stop"),
                "{cut}: {words}"
            );
            assert!(words.contains("{EMAIL}") && words.contains("https://example.org/y"), "{cut}: {words}");
            assert!(findings.contains(&"pii/EMAIL: redacted".to_owned()), "{findings:?}");
        }
    }

    /// Clients read one element of an answer from each piece.
    #[test]
    fn the_end_and_what_was_held_until_then_come_as_one() {
        let mut filter = Filter::new(rules(Mode::Redact));
        assert_eq!(filter.pass(&piece("Ask ann@example.com", None)), [] as [Value; 0]);
        let end = filter.pass(&piece("", Some("stop")));
        assert_eq!(end, [json!({ "index": 0, "delta": { "content": "Ask {EMAIL}" }, "finish_reason": "stop" })]);
    }

    #[test]
    fn one_answer_that_is_blocked_ends_all() {
        let mut filter = Filter::new(rules(Mode::Block));
        let several = json!({ "choices": [
            { "index": 0, "delta": { "content": "Fine so far. " }, "finish_reason": null },
            { "index": 1, "delta": { "content": "Buy from Acme. " }, "finish_reason": null },
            { "index": 2, "delta": { "content": "Never seen. " }, "finish_reason": null },
        ] });
        let Heard::Piece(piece) = hear(several.to_string().as_bytes()) else { panic!("a piece") };
        let mut choices = filter.pass(&piece);
        choices.extend(filter.pass(&self::piece("more", Some("stop"))));
        let reasons: Vec<_> = choices.iter().filter_map(|choice| choice["finish_reason"].as_str()).collect();
        assert_eq!(reasons, ["content_filter"; 2], "{choices:?}");
        assert!(filter.is_blocked() && !json!(choices).to_string().contains("Acme"));
    }

    #[test]
    fn nothing_of_what_is_blocked_gets_out() {
        let text = "All is well. Buy from Acme today. And more.";
        for cut in 1..text.len() {
            let (words, reason, findings) = shown(Mode::Block, text, cut);
            assert_eq!((words.as_str(), reason.as_str()), ("All is well. ", "content_filter"), "{cut}");
            assert_eq!(findings, ["word/rivals: blocked"]);
        }
        let (words, reason, findings) = shown(Mode::Audit, text, 3);
        assert_eq!((words.as_str(), reason.as_str()), (text, "stop"));
        assert_eq!(findings, ["word/rivals: noted"]);
    }
}
