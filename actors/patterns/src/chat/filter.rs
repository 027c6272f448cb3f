//! An answer on its way through rules: what may be shown of it, and when.
//!
//! Each of several answers passes rules of its own. Calls of tools pass as they are, unless the guard looks at their arguments.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use cueline_domain::{
    chat::{
        documents::Documents,
        piece::{CallPart, Piece},
    },
    guarding::Inspector,
    streaming::{
        AllowedHosts, Citations, Ending, Flush, Guardrail, Links, Mark, Mode, Operator, Piece as Shown, Pipeline,
        Released, Supports, WINDOW,
    },
};
use serde_json::{Map, Value, json};

use super::{arguments::HeldCalls, gatekeeper::Keeper};

/// Which rules.
#[derive(Clone, Default)]
pub struct Rules {
    pub(super) guard: Option<(Arc<Inspector>, Mode)>,
    /// The guard looks at arguments of tools as well.
    pub(super) tools: bool,
    pub(super) hosts: Option<AllowedHosts>,
    /// What markers are held against.
    pub(super) documents: Option<Arc<Documents>>,
    pub(super) flush: Flush,
    /// A guard that is no guard of rules.
    pub(super) keeper: Option<Keeper>,
}

impl Rules {
    /// Nothing is looked at.
    pub(super) fn are_none(&self) -> bool {
        let is_free = self.guard.is_none() && self.keeper.is_none();
        is_free && self.hosts.is_none() && self.documents.is_none() && self.flush == Flush::Token
    }

    /// A request as a target is sent it.
    pub(super) fn told<'a>(&self, request: &'a Map<String, Value>) -> Cow<'a, Map<String, Value>> {
        match &self.documents {
            Some(documents) => Cow::Owned(documents.told(request)),
            None => Cow::Borrowed(request),
        }
    }

    fn pipeline(&self) -> Pipeline {
        let mut operators: Vec<Box<dyn Operator>> = Vec::new();
        if let Some(hosts) = &self.hosts {
            operators.push(Box::new(Links::new(hosts.clone())));
        }
        if let Some(documents) = &self.documents {
            operators.push(Box::new(Citations::new(Box::new(Shared(documents.clone())))));
        }
        if let Some((inspector, mode)) = &self.guard {
            operators.push(Box::new(Guardrail::new(inspector.clone(), *mode, WINDOW)));
        }
        operators.extend(self.flush.operator());
        Pipeline::new(operators)
    }

    /// The guard that looks at arguments.
    fn of_tools(&self) -> Option<&(Arc<Inspector>, Mode)> {
        self.guard.as_ref().filter(|_| self.tools)
    }
}

/// Documents that several answers are held against.
struct Shared(Arc<Documents>);

impl Supports for Shared {
    fn sources(&self) -> usize {
        self.0.sources()
    }

    fn supports(&self, source: usize, sentence: &str) -> bool {
        self.0.supports(source, sentence)
    }
}

/// The rules of one reply.
pub(super) struct Filter {
    rules: Rules,
    pipelines: BTreeMap<u32, Pipeline>,
    calls: BTreeMap<u32, HeldCalls>,
    ended: BTreeSet<u32>,
    findings: Vec<String>,
    blocked: bool,
}

impl Filter {
    pub(super) fn new(rules: Rules) -> Self {
        Self {
            rules,
            pipelines: BTreeMap::new(),
            calls: BTreeMap::new(),
            ended: BTreeSet::new(),
            findings: Vec::new(),
            blocked: false,
        }
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
            let (text, cited) = self.told(released);
            let calls = if self.blocked {
                Vec::new()
            } else {
                self.called(part.index, &part.calls, part.finish_reason.is_some())
            };
            let choice = shown.entry(part.index).or_default();
            choice.text.push_str(&text);
            choice.annotations.extend(cited);
            if !self.blocked {
                choice.annotations.extend(part.annotations.iter().map(unplaced));
                choice.calls.extend(calls.iter().map(written));
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

    /// Calls of tools that may be shown now: all, or those of an answer that ends.
    fn called(&mut self, index: u32, parts: &[CallPart], ends: bool) -> Vec<CallPart> {
        let Some((inspector, mode)) = self.rules.of_tools().cloned() else { return parts.to_vec() };
        let held = self.calls.entry(index).or_default();
        parts.iter().for_each(|part| held.add(part));
        // Who only notes things holds nothing up.
        let shown = if mode == Mode::Audit { parts.to_vec() } else { Vec::new() };
        if !ends {
            return shown;
        }
        let (calls, looked) = self.calls.remove(&index).unwrap_or_default().looked(&inspector, mode);
        self.blocked |= looked.is_blocked;
        looked.findings.into_iter().for_each(|finding| self.find(finding));
        if mode == Mode::Audit { shown } else { calls }
    }

    /// The answer was cut off: what was held stays hidden, and what was found is told.
    pub(super) fn cut(&mut self) {
        let mut pipelines = std::mem::take(&mut self.pipelines);
        for pipeline in pipelines.values_mut().filter(|pipeline| !pipeline.is_closed()) {
            let released = pipeline.end(Ending::Cut);
            self.told(released);
        }
        for index in self.calls.keys().copied().collect::<Vec<_>>() {
            self.called(index, &[], true);
        }
    }

    /// The text of what is released and its citations; other marks become findings.
    fn told(&mut self, released: Vec<Released>) -> (String, Vec<Value>) {
        let (mut text, mut cited) = (String::new(), Vec::new());
        for Released { piece, at } in released {
            match piece {
                Shown::Text(more) => text.push_str(&more),
                Shown::Mark(Mark::Citation { source, .. }) => {
                    let marker = format!("[{source}]").len() as u64;
                    let place = at.chars.saturating_sub(marker)..at.chars;
                    cited.extend(self.rules.documents.as_ref().and_then(|known| known.annotation(source, place)));
                }
                Shown::Mark(Mark::CitationDropped { source }) => self.find(format!("citation/{source}: removed")),
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
            }
        }
        (text, cited)
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
    annotations: Vec<Value>,
    calls: Vec<Value>,
    finish_reason: Option<String>,
}

impl Choice {
    fn is_empty(&self) -> bool {
        self.text.is_empty() && self.annotations.is_empty() && self.calls.is_empty() && self.finish_reason.is_none()
    }

    fn written(self, index: u32) -> Value {
        let mut delta = json!({});
        if !self.text.is_empty() {
            delta["content"] = json!(self.text);
        }
        if !self.annotations.is_empty() {
            delta["annotations"] = json!(self.annotations);
        }
        if !self.calls.is_empty() {
            delta["tool_calls"] = json!(self.calls);
        }
        json!({ "index": index, "delta": delta, "finish_reason": self.finish_reason })
    }
}

/// A citation of the target's own. Its places are those of a text that nobody sees, and its quote was looked at by nobody.
fn unplaced(annotation: &Value) -> Value {
    let mut annotation = annotation.clone();
    for kind in ["file_citation", "url_citation"] {
        if let Some(Value::Object(cited)) = annotation.get_mut(kind) {
            for place in ["index", "start_index", "end_index", "quote"] {
                cited.shift_remove(place);
            }
        }
    }
    annotation
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
            ..Rules::default()
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

    #[test]
    fn citations_that_hold_are_told_at_their_places_and_others_are_taken_out() {
        let documents = json!({ "documents": [{ "id": "hr-7", "text": "Claims must be submitted within 30 days." }] });
        let documents = Documents::of(documents.as_object().unwrap()).unwrap().map(Arc::new);
        let text = "Submit claims within 30 days [1]. Claims are paid within 99 days [1].";
        for cut in 1..text.len() {
            let mut filter = Filter::new(Rules { documents: documents.clone(), ..Rules::default() });
            let letters: Vec<char> = text.chars().collect();
            let mut whole = cueline_domain::chat::whole::Whole::default();
            let mut add = |choices: Vec<Value>| {
                let data = json!({ "choices": choices }).to_string();
                let Heard::Piece(piece) = hear(data.as_bytes()) else { panic!("a piece") };
                piece.parts.iter().for_each(|part| whole.add(part));
            };
            letters.chunks(cut).for_each(|part| add(filter.pass(&piece(&part.iter().collect::<String>(), None))));
            add(filter.pass(&piece("", Some("stop"))));
            let message = &whole.choices()[0]["message"];
            assert_eq!(
                message["content"], "Submit claims within 30 days [1]. Claims are paid within 99 days.",
                "{cut}"
            );
            let cited = &message["annotations"][0]["file_citation"];
            assert_eq!((&cited["file_id"], &cited["index"]), (&json!("hr-7"), &json!(29)), "{cut}: {message}");
            assert_eq!(message["annotations"].as_array().map(Vec::len), Some(1));
            assert_eq!(filter.findings(), ["citation/1: removed"]);
        }
    }

    #[test]
    fn sentences_go_out_whole_when_that_is_wanted() {
        let mut filter = Filter::new(Rules { flush: Flush::Sentence, ..Rules::default() });
        let mut words =
            |text: &str| filter.pass(&piece(text, None)).first().map(|choice| choice["delta"]["content"].clone());
        assert_eq!(words("All is"), None);
        assert_eq!(words(" well. And"), Some(json!("All is well. ")));
    }

    #[test]
    fn tools_are_called_with_what_the_guard_lets_pass() {
        let part = |call: Value, finish: Option<&str>| {
            let data =
                json!({ "choices": [{ "index": 0, "delta": { "tool_calls": [call] }, "finish_reason": finish }] });
            match hear(data.to_string().as_bytes()) {
                Heard::Piece(piece) => piece,
                other => panic!("{other:?}"),
            }
        };
        let begun =
            part(json!({ "index": 0, "id": "c", "function": { "name": "send", "arguments": "{\"to\":\"ann@" } }), None);
        let ended = |rest: &str| part(json!({ "index": 0, "function": { "arguments": rest } }), Some("tool_calls"));
        let mut filter = Filter::new(Rules { tools: true, ..rules(Mode::Redact) });
        assert_eq!(filter.pass(&begun), [] as [Value; 0], "held until it can be judged");
        let shown = filter.pass(&ended("example.com\"}"));
        assert_eq!(
            shown[0]["delta"]["tool_calls"][0]["function"],
            json!({ "arguments": "{\"to\":\"{EMAIL}\"}", "name": "send" })
        );
        let mut filter = Filter::new(Rules { tools: true, ..rules(Mode::Block) });
        filter.pass(&begun);
        let shown = filter.pass(&ended("acme.com\",\"about\":\"Acme\"}"));
        assert_eq!(shown, [json!({ "index": 0, "delta": {}, "finish_reason": "content_filter" })]);
        let mut filter = Filter::new(rules(Mode::Redact));
        assert_eq!(filter.pass(&begun).len(), 1, "unless it is told to, it looks at text alone");
        let mut filter = Filter::new(Rules { tools: true, ..rules(Mode::Audit) });
        let shown: Vec<Value> = [begun, ended("example.com\"}")].iter().flat_map(|piece| filter.pass(piece)).collect();
        let words: Vec<&Value> =
            shown.iter().map(|of| &of["delta"]["tool_calls"][0]["function"]["arguments"]).collect();
        assert_eq!(words, [&json!("{\"to\":\"ann@"), &json!("example.com\"}")], "as it came, each part once");
        assert_eq!(filter.findings(), ["pii/EMAIL: noted"]);
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
