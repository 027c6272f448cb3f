//! A guard that is asked and takes its time: what an answer says waits until the guard has looked at it.
//!
//! ```text
//!   what the rules let pass ─► held ─ some sentences, or the end of an answer ─► the guard ─► shown, masked, or the answer ends
//! ```
//!
//! In mode `audit` nothing waits: all of it is looked at when the answer ends.

use std::{collections::BTreeMap, mem, sync::Arc};

use cueline_domain::{chat::attempts::Blame, guarding::sentence_end::SentenceEnds, streaming::Mode};
use cueline_ports::{Direction, Guard, PortError, Verdict};
use cueline_protocol::v1::CompleteChatReply;
use serde_json::{Map, Value, json};

use super::attempt::Fault;

/// Characters after which whole sentences are looked at; a call of a guard is paid for by the thousand.
const PORTION: usize = 400;
/// Characters after which half a sentence is looked at, too.
const LONGEST: usize = 1_000;

/// A guard, and what is done about what it finds.
#[derive(Clone)]
pub(super) struct Keeper {
    pub(super) guard: Arc<dyn Guard>,
    pub(super) mode: Mode,
    /// It looks at arguments of tools as well.
    pub(super) tools: bool,
}

/// What a guard says of a text.
enum Said {
    Passed(String),
    Blocked,
}

impl Keeper {
    /// Asks about a text; what is found is noted.
    async fn ask(&self, text: &str, findings: &mut Vec<String>) -> Result<Said, Fault> {
        if text.trim().is_empty() {
            return Ok(Said::Passed(text.to_owned()));
        }
        let intervention = match self.guard.check(Direction::Output, text).await {
            Ok(Verdict::Passed) => return Ok(Said::Passed(text.to_owned())),
            Ok(Verdict::Intervened(intervention)) => intervention,
            Err(error) if self.mode == Mode::Audit => {
                findings.push(format!("{}: not looked at: {}", self.guard.name(), error.kind.as_str()));
                return Ok(Said::Passed(text.to_owned()));
            }
            Err(error) => return Err(unavailable(self.guard.name(), &error)),
        };
        let (done, said) = match (self.mode, intervention.masked) {
            (Mode::Audit, _) => ("noted", Said::Passed(text.to_owned())),
            (Mode::Redact, Some(masked)) => ("redacted", Said::Passed(masked)),
            _ => ("blocked", Said::Blocked),
        };
        for policy in &intervention.policies {
            let finding = format!("{policy}: {done}");
            if !findings.contains(&finding) {
                findings.push(finding);
            }
        }
        Ok(said)
    }
}

/// Nothing passes a guard that does not answer.
pub(super) fn unavailable(guard: &str, error: &PortError) -> Fault {
    Fault {
        code: "guard_unavailable".to_owned(),
        message: format!("the guard {guard} does not answer: {error}"),
        status: 503,
        blame: Blame::Request,
        retry_after_ms: error.retry_after.map(|after| u64::try_from(after.as_millis()).unwrap_or(u64::MAX)),
    }
}

/// What one of several answers has said and nobody has seen.
#[derive(Default)]
struct Waiting {
    text: String,
    /// What else its pieces have: role, calls, citations.
    rest: Map<String, Value>,
    finish_reason: Option<Value>,
    /// All of its text, where it is looked at in the end.
    all: String,
    ended: bool,
}

/// Stands before one reply.
pub(super) struct Gatekeeper {
    keeper: Keeper,
    waiting: BTreeMap<u64, Waiting>,
    findings: Vec<String>,
    blocked: bool,
}

impl Gatekeeper {
    pub(super) fn new(keeper: Keeper) -> Self {
        Self { keeper, waiting: BTreeMap::new(), findings: Vec::new(), blocked: false }
    }

    /// Takes elements of `choices`; gives back what may be shown at once.
    pub(super) fn take(&mut self, choices: Vec<Value>) -> Vec<Value> {
        for choice in &choices {
            let waiting = self.waiting.entry(choice["index"].as_u64().unwrap_or(0)).or_default();
            let delta = choice["delta"].as_object();
            let text = choice["delta"]["content"].as_str().unwrap_or_default();
            waiting.all.push_str(text);
            waiting.finish_reason = Some(&choice["finish_reason"]).filter(|reason| !reason.is_null()).cloned();
            if self.keeper.mode == Mode::Audit {
                continue;
            }
            waiting.text.push_str(text);
            for (name, value) in delta.into_iter().flatten().filter(|(name, _)| *name != "content") {
                match (waiting.rest.get_mut(name), value) {
                    (Some(Value::Array(known)), Value::Array(more)) => known.extend(more.iter().cloned()),
                    _ => drop(waiting.rest.insert(name.clone(), value.clone())),
                }
            }
        }
        if self.keeper.mode == Mode::Audit { choices } else { Vec::new() }
    }

    /// The guard has to be asked before anything else is heard.
    pub(super) fn is_due(&self) -> bool {
        let is_held = self.keeper.mode != Mode::Audit;
        let due = |waiting: &Waiting| {
            let ends = waiting.finish_reason.is_some();
            !waiting.ended && (ends || (is_held && portion(&waiting.text, false) > 0))
        };
        !self.blocked && self.waiting.values().any(due)
    }

    /// Asks the guard. What may be shown now: elements of `choices`.
    pub(super) async fn look(&mut self) -> Result<Vec<Value>, Fault> {
        let mut shown = Vec::new();
        let Self { keeper, waiting, findings, blocked } = self;
        for (index, of) in waiting.iter_mut().filter(|(_, of)| !of.ended) {
            let ends = of.finish_reason.is_some();
            of.ended = ends;
            if keeper.mode == Mode::Audit {
                if ends {
                    keeper.ask(&of.all, findings).await?;
                }
                continue;
            }
            let rest = of.text.split_off(portion(&of.text, ends));
            let text = mem::replace(&mut of.text, rest);
            if text.is_empty() && !ends {
                continue;
            }
            let mut said = keeper.ask(&text, findings).await?;
            if let (true, true, Some(calls)) = (keeper.tools, ends, of.rest.get("tool_calls"))
                && matches!(keeper.ask(&calls.to_string(), findings).await?, Said::Blocked)
            {
                said = Said::Blocked;
            }
            let Said::Passed(text) = said else {
                *blocked = true;
                break;
            };
            let mut delta = if ends { mem::take(&mut of.rest) } else { Map::new() };
            if let Some(role) = of.rest.remove("role") {
                delta.insert("role".into(), role);
            }
            if !text.is_empty() {
                delta.insert("content".into(), text.into());
            }
            let finish_reason = if ends { of.finish_reason.clone() } else { None };
            shown.push(json!({ "index": index, "delta": delta, "finish_reason": finish_reason }));
        }
        if *blocked {
            let told: Vec<u64> = shown.iter().filter_map(ended_index).collect();
            let open = waiting.iter().filter(|(index, of)| !(of.ended && told.contains(index)));
            shown.extend(
                open.map(|(index, _)| json!({ "index": index, "delta": {}, "finish_reason": "content_filter" })),
            );
        }
        Ok(shown)
    }

    /// The answer was cut off: what nobody has looked at yet is looked at, and shown to nobody.
    pub(super) async fn cut(&mut self) {
        for of in self.waiting.values_mut().filter(|of| !of.ended) {
            of.ended = true;
            let text = if self.keeper.mode == Mode::Audit { &of.all } else { &of.text };
            if self.keeper.ask(text, &mut self.findings).await.is_err() {
                self.findings.push(format!("{}: not looked at", self.keeper.guard.name()));
            }
        }
    }

    /// What follows would not be shown.
    pub(super) fn is_blocked(&self) -> bool {
        self.blocked
    }

    pub(super) fn findings(&self) -> &[String] {
        &self.findings
    }
}

fn ended_index(choice: &Value) -> Option<u64> {
    if choice["finish_reason"].is_null() { None } else { choice["index"].as_u64() }
}

/// Bytes of a text that are looked at together: whole sentences, unless there is too much of one, or it ends.
fn portion(text: &str, ends: bool) -> usize {
    if ends || text.chars().nth(LONGEST).is_some() {
        return text.len();
    }
    if text.chars().nth(PORTION).is_none() {
        return 0;
    }
    let mut ends = SentenceEnds::default();
    let end = |(at, mark): (usize, char)| ends.step(mark).then(|| at + mark.len_utf8());
    text.char_indices().filter_map(end).last().unwrap_or(0)
}

/// A whole answer past the guard.
pub(super) async fn judged(mut reply: CompleteChatReply, keeper: &Keeper) -> Result<CompleteChatReply, Fault> {
    let mut body: Value = serde_json::from_str(&reply.body).unwrap_or_default();
    for choice in body["choices"].as_array_mut().into_iter().flatten() {
        let text = choice["message"]["content"].as_str().unwrap_or_default().to_owned();
        let mut said = keeper.ask(&text, &mut reply.findings).await?;
        if keeper.tools
            && let Some(calls) = choice["message"].get("tool_calls")
            && matches!(keeper.ask(&calls.to_string(), &mut reply.findings).await?, Said::Blocked)
        {
            said = Said::Blocked;
        }
        match said {
            Said::Passed(passed) if passed == text => {}
            Said::Passed(masked) => choice["message"]["content"] = masked.into(),
            Said::Blocked => {
                choice["message"] = json!({ "role": "assistant", "content": "" });
                choice["finish_reason"] = json!("content_filter");
            }
        }
        if let (true, Value::Object(choice)) = (keeper.mode != Mode::Audit, choice) {
            // Says the text once more, token by token.
            choice.remove("logprobs");
        }
    }
    reply.finish_reason = body["choices"][0]["finish_reason"].as_str().unwrap_or_default().to_owned();
    reply.body = body.to_string();
    Ok(reply)
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use cueline_ports::{Intervention, PortResult};
    use futures::executor::block_on;

    use super::*;

    /// Finds the word `secret`, and can mask it; `poison` it cannot. `broken`: it does not answer.
    struct Words {
        broken: bool,
    }

    #[async_trait]
    impl Guard for Words {
        fn name(&self) -> &str {
            "words"
        }

        async fn check(&self, _direction: Direction, text: &str) -> PortResult<Verdict> {
            if self.broken {
                return Err(PortError::unavailable("down"));
            }
            let poisoned = text.contains("poison");
            if !poisoned && !text.contains("secret") {
                return Ok(Verdict::Passed);
            }
            let masked = (!poisoned).then(|| text.replace("secret", "******"));
            Ok(Verdict::Intervened(Intervention { policies: vec!["word/x".into()], masked, message: None }))
        }
    }

    fn keeper(mode: Mode) -> Keeper {
        Keeper { guard: Arc::new(Words { broken: false }), mode, tools: true }
    }

    fn piece(text: &str, reason: Option<&str>) -> Vec<Value> {
        vec![json!({ "index": 0, "delta": { "content": text }, "finish_reason": reason })]
    }

    /// What is shown of a text that comes in pieces of so many characters, and how it ends.
    fn shown(mode: Mode, text: &str, size: usize) -> (String, Value, Vec<String>) {
        let mut gatekeeper = Gatekeeper::new(keeper(mode));
        let characters: Vec<char> = text.chars().collect();
        let mut pieces: Vec<Vec<Value>> =
            characters.chunks(size).map(|chunk| piece(&chunk.iter().collect::<String>(), None)).collect();
        pieces.push(piece("", Some("stop")));
        let (mut told, mut reason) = (String::new(), Value::Null);
        for choices in pieces {
            let mut now = gatekeeper.take(choices);
            if gatekeeper.is_due() {
                now.extend(block_on(gatekeeper.look()).unwrap());
            }
            for choice in &now {
                told.push_str(choice["delta"]["content"].as_str().unwrap_or_default());
                if !choice["finish_reason"].is_null() {
                    reason = choice["finish_reason"].clone();
                }
            }
            if gatekeeper.is_blocked() {
                break;
            }
        }
        (told, reason, gatekeeper.findings().to_vec())
    }

    #[test]
    fn nothing_is_shown_before_it_was_looked_at_however_it_is_cut() {
        let fill = "All of this is harmless and goes on for a while. ".repeat(12);
        let masked = format!("{fill}The secret is out. {fill}");
        let blocked = format!("{fill}Take the poison now. {fill}");
        for size in [1, 7, 100, 5_000] {
            assert_eq!(shown(Mode::Block, &fill, size), (fill.clone(), json!("stop"), vec![]), "{size}");
            let redacted = (masked.replace("secret", "******"), json!("stop"), vec!["word/x: redacted".to_owned()]);
            assert_eq!(shown(Mode::Redact, &masked, size), redacted, "{size}");
            let noted = (blocked.clone(), json!("stop"), vec!["word/x: noted".to_owned()]);
            assert_eq!(shown(Mode::Audit, &blocked, size), noted, "{size}");
            for mode in [Mode::Block, Mode::Redact] {
                let (told, reason, findings) = shown(mode, &blocked, size);
                assert!(blocked.starts_with(&told) && !told.contains("poison"), "{size}: {told}");
                assert_eq!((reason, findings), (json!("content_filter"), vec!["word/x: blocked".to_owned()]), "{size}");
            }
        }
    }

    #[test]
    fn what_was_cut_off_before_it_was_looked_at_is_looked_at() {
        for (mode, done) in [(Mode::Block, "blocked"), (Mode::Redact, "blocked"), (Mode::Audit, "noted")] {
            let mut gatekeeper = Gatekeeper::new(keeper(mode));
            gatekeeper.take(piece("Take the poi", None));
            gatekeeper.take(piece("son", None));
            assert!(!gatekeeper.is_due());
            block_on(gatekeeper.cut());
            assert_eq!(gatekeeper.findings(), [format!("word/x: {done}")]);
            assert!(!gatekeeper.is_due(), "nothing of it is shown");
        }
    }

    #[test]
    fn a_guard_that_does_not_answer_lets_nothing_pass_unless_it_only_notes() {
        for (mode, passes) in [(Mode::Block, false), (Mode::Redact, false), (Mode::Audit, true)] {
            let keeper = Keeper { guard: Arc::new(Words { broken: true }), ..keeper(mode) };
            let mut gatekeeper = Gatekeeper::new(keeper.clone());
            gatekeeper.take(piece("Hello.", Some("stop")));
            assert_eq!(block_on(gatekeeper.look()).is_ok(), passes);
            let body = json!({ "choices": [{ "message": { "content": "Hello." }, "finish_reason": "stop" }] });
            let reply = CompleteChatReply { body: body.to_string(), ..CompleteChatReply::default() };
            assert_eq!(block_on(judged(reply, &keeper)).is_ok(), passes);
        }
    }

    #[test]
    fn a_whole_answer_is_masked_or_withheld() {
        let whole = |mode, text: &str| {
            let body = json!({ "choices": [{ "index": 0, "message": { "role": "assistant", "content": text },
                "logprobs": [text], "finish_reason": "stop" }] });
            let reply = CompleteChatReply { body: body.to_string(), ..CompleteChatReply::default() };
            let reply = block_on(judged(reply, &keeper(mode))).unwrap();
            let body: Value = serde_json::from_str(&reply.body).unwrap();
            (body["choices"][0]["message"]["content"].as_str().unwrap().to_owned(), reply.finish_reason, reply.body)
        };
        let (text, reason, body) = whole(Mode::Redact, "The secret.");
        assert_eq!((text.as_str(), reason.as_str(), body.contains("secret")), ("The ******.", "stop", false));
        let (text, reason, body) = whole(Mode::Block, "The secret.");
        assert_eq!((text.as_str(), reason.as_str(), body.contains("secret")), ("", "content_filter", false));
    }
}
