//! An answer on its way: what a target says becomes frames, kept before they are shown, until it is complete, or broken and
//! said to be so.
//!
//! What is there at once goes in one append, and while one is on its way what comes meanwhile waits for the next: alone a frame is
//! shown at once, under load many share one append.

use std::{sync::Arc, time::Duration};

use cueline_domain::chat::{
    attempts::{Next, Standing, next},
    judge::Judge,
    piece::Counted,
    whole::Whole,
};
use cueline_ports::{PortError, PortResult};
use cueline_protocol::v1::{ChatAttempt, CompleteChatReply};
use serde_json::{Map, Value, json};

use super::{
    ahead::Given,
    attempt::{Fault, of_outcome},
    complete::{ChatCall, Completer, Record, estimated_input, frame_of, given_again, no_targets, wanted},
    filter::Filter,
    gatekeeper::Gatekeeper,
    hedge::{Opened, opened, patience},
    log::{Frame, Writer},
    outlet::{Imminent, Outlet},
    reckoning::Known,
    targets::Target,
    written::{END, Pen},
};

/// What an answer is made of so far.
pub(super) struct Story<'a> {
    pub(super) completer: &'a Completer,
    pub(super) call: &'a ChatCall<'a>,
    pub(super) pen: Pen,
    pub(super) outlet: Outlet,
    pub(super) record: Record,
    pub(super) whole: Whole,
    /// Somebody may have seen something of it.
    pub(super) begun: bool,
    pub(super) orphan_ms: u64,
    pub(super) filter: Option<Filter>,
    pub(super) gatekeeper: Option<Gatekeeper>,
    /// What was found in words that nobody saw.
    found: Vec<String>,
    /// What of it was shown, when that is not all of it.
    pub(super) seen: Whole,
}

/// Goes on with an answer until it has its last frame.
pub(super) async fn follow(
    completer: &Completer,
    writer: Writer,
    before: Vec<Frame>,
    stream: &str,
    call: &ChatCall<'_>,
    orphan_ms: u64,
    imminent: Option<Imminent>,
) -> PortResult<Given> {
    let written = before.last().map_or(0, |frame| frame.offset);
    let mut story = Story {
        completer,
        call,
        pen: Pen::new(stream, completer.clock.now_ms()),
        outlet: Outlet::new(writer, written, imminent),
        record: Record::default(),
        whole: Whole::default(),
        begun: false,
        orphan_ms,
        filter: None,
        gatekeeper: None,
        found: Vec::new(),
        seen: Whole::default(),
    };
    story.forget().await;
    let chain = match completer.chain(call.targets) {
        Ok(chain) => chain,
        Err(fault) => return story.broken(fault).await,
    };
    if let Some(cached) = call.cached {
        return story.repeat(cached, &before).await;
    }
    if let Some(given) = story.remember(&before, &chain).await? {
        return Ok(given);
    }
    story.tell(&chain).await
}

impl Story<'_> {
    /// Tells an answer that is given again: as one piece, and its end.
    async fn repeat(mut self, cached: &Value, before: &[Frame]) -> PortResult<Given> {
        let reply = given_again(cached);
        if before.is_empty() {
            let piece = |choice: &Value| {
                let mut delta = choice["message"].clone();
                for (at, call) in delta["tool_calls"].as_array_mut().into_iter().flatten().enumerate() {
                    call["index"] = json!(at);
                }
                json!({ "index": choice["index"], "delta": delta, "finish_reason": choice["finish_reason"] })
            };
            let choices: Vec<Value> = cached["choices"].as_array().into_iter().flatten().map(piece).collect();
            let frame = self.pen.choices(&reply.target, choices);
            self.outlet.push(frame);
        }
        if before.last().is_none_or(|frame| !frame.last) {
            let usage = cueline_domain::chat::piece::usage_of(&cached["usage"].to_string()).unwrap_or_default();
            let end = self.pen.end(&reply.target, &usage);
            self.outlet.push(end);
            self.outlet.drained().await?;
        }
        Ok(self.given(Ok(reply)))
    }

    /// Nothing was seen of what was said so far: whoever is asked next begins anew. What was found in it is kept.
    async fn forget(&mut self) {
        self.cut().await;
        self.found = self.findings();
        (self.whole, self.seen) = (Whole::default(), Whole::default());
        let rules = &self.call.rules;
        self.filter = (!rules.are_none()).then(|| Filter::new(rules.clone()));
        self.gatekeeper = rules.keeper.clone().map(Gatekeeper::new);
    }

    /// What is held back stays hidden, and is looked at all the same.
    async fn cut(&mut self) {
        if let Some(filter) = &mut self.filter {
            filter.cut();
        }
        if let Some(gatekeeper) = &mut self.gatekeeper {
            gatekeeper.cut().await;
        }
    }

    fn findings(&self) -> Vec<String> {
        let mut findings = self.found.clone();
        let of_rules = self.filter.iter().flat_map(|filter| filter.findings());
        for finding in of_rules.chain(self.gatekeeper.iter().flat_map(|gatekeeper| gatekeeper.findings())) {
            if !findings.contains(finding) {
                findings.push(finding.clone());
            }
        }
        findings
    }

    fn given(&mut self, result: Result<CompleteChatReply, Fault>) -> Given {
        let findings = self.findings();
        Given { result, attempts: std::mem::take(&mut self.record.attempts), findings }
    }

    /// What an earlier process wrote, which died then. `Some`: nothing of the answer is missing.
    async fn remember(&mut self, before: &[Frame], chain: &[Arc<Target>]) -> PortResult<Option<Given>> {
        let known = Known::of(before);
        let usage = known.usage().unwrap_or_else(|| known.estimated(self.call.body));
        let is_whole = Judge::after(known.whole.clone(), wanted(self.call.body)).is_whole();
        let told = match &known.last {
            Some(last) if last.event == END => Some("done".to_owned()),
            Some(last) => Some(last.json()["error"]["code"].as_str().unwrap_or_default().to_owned()),
            None => is_whole.then(|| "done".to_owned()),
        };
        let at = chain.iter().position(|target| target.info.name == known.target);
        if let Some(at) = at {
            // Its bill is not known any more unless its end says it: what it had read, and written by then.
            let outcome = told.clone().unwrap_or_else(|| LOST.to_owned());
            let attempt = ChatAttempt { outcome, estimated: known.usage().is_none(), ..ChatAttempt::default() };
            self.record.add(&chain[at], attempt, usage);
        }
        (self.whole, self.seen, self.begun) = (known.whole.clone(), known.whole, known.begun);
        match known.last {
            Some(last) if last.event == END => {
                let reply = self.reply(&known.target, &usage, last.offset);
                Ok(Some(self.given(Ok(reply))))
            }
            Some(last) => {
                let word = |name: &str| last.json()["error"][name].as_str().unwrap_or_default().to_owned();
                let fault = Fault { code: word("code"), message: word("message"), ..no_targets() };
                Ok(Some(self.given(Err(fault))))
            }
            // Only its end is not written down.
            None if is_whole => Ok(Some(self.complete(&known.target).await?)),
            None => {
                self.record.failures.extend(at.map(|at| Fault::from(lost()).of(at, self.begun)));
                Ok(None)
            }
        }
    }

    /// Nothing of the answer is missing: its end is written.
    async fn complete(&mut self, target: &str) -> PortResult<Given> {
        let usage = self.record.usage;
        let end = self.pen.end(target, &usage);
        self.outlet.push(end);
        self.outlet.drained().await?;
        let reply = self.reply(target, &usage, self.outlet.written);
        Ok(self.given(Ok(reply)))
    }

    fn reply(&self, target: &str, usage: &Counted, frames: u64) -> CompleteChatReply {
        let findings = self.findings();
        // What was withheld is kept nowhere.
        let whole = if self.filter.is_some() { &self.seen } else { &self.whole };
        let body = json!({
            "model": target, "choices": whole.choices(),
            "usage": super::written::usage_json(usage),
        });
        CompleteChatReply {
            body: body.to_string(),
            target: target.to_owned(),
            finish_reason: whole.finish_reason().unwrap_or_default().to_owned(),
            input_tokens: usage.input_tokens,
            output_tokens: usage.output_tokens,
            cached_tokens: usage.cached_tokens,
            cost: self.record.cost,
            attempts: self.record.attempts.clone(),
            frames,
            findings,
        }
    }

    async fn tell(mut self, chain: &[Arc<Target>]) -> PortResult<Given> {
        let mut fault: Option<Fault> = None;
        loop {
            let standing = Standing {
                begun: self.begun,
                has_calls: self.whole.has_calls(),
                is_several: wanted(self.call.body) > 1,
            };
            let step = next(&self.record.failures, chain.len(), self.call.after_first, standing);
            let step = match step {
                Next::Ask { target, after_ms, continues } => {
                    going_on(chain, target, continues).map(|target| (target, after_ms, continues))
                }
                Next::GiveUp => None,
            };
            let Some((at, after_ms, continues)) = step else {
                let nothing = if self.record.failures.is_empty() { no_targets() } else { lost().into() };
                return self.broken(fault.unwrap_or(nothing)).await;
            };
            if after_ms > 0 {
                self.completer.clock.sleep(Duration::from_millis(after_ms)).await;
            }
            if !self.record.attempts.is_empty() {
                // The first call is paid for by what was reserved.
                let more = if continues { self.whole.text().len() as u64 + GO_ON.len() as u64 } else { 0 };
                let afforded = self.completer.afford(self.call, self.record.cost, &[&chain[at].info], more).await;
                if let Err(refused) = afforded {
                    self.record.failures.push(refused.of(at, self.begun));
                    fault = Some(refused);
                    continue;
                }
            }
            let now_ms = self.completer.clock.now_ms();
            let hedged = patience(chain, at, &self.record.failures, now_ms).filter(|_| !continues && !self.begun);
            let (at, opened) = match hedged {
                None => (at, None),
                Some(patience) => {
                    match opened(self.completer, self.call, &mut self.record, chain, at, patience).await {
                        Ok((at, opened)) => (at, Some(opened)),
                        Err(failed) => {
                            fault = Some(failed);
                            continue;
                        }
                    }
                }
            };
            let target = &chain[at];
            if continues {
                let from = self.record.attempts.last().map_or("", |attempt| &attempt.target).to_owned();
                let why = fault.as_ref().map_or(LOST, |fault| &fault.code).to_owned();
                let seam = self.pen.seam(&from, &target.info.name, &why, self.whole.characters());
                self.outlet.push(seam);
            }
            match self.attempt(target, continues, opened).await? {
                None => {
                    target.succeeded(self.completer.clock.now_ms());
                    return self.complete(&target.info.name).await;
                }
                Some(failed) => {
                    if failed.is_targets() {
                        target.failed(self.completer.clock.now_ms(), failed.retry_after_ms);
                    }
                    self.record.failures.push(failed.of(at, self.begun));
                    // Before anybody waits for the next target.
                    self.outlet.drained().await?;
                    if failed.code == ORPHANED {
                        return self.broken(failed).await;
                    }
                    if !self.begun {
                        self.forget().await;
                    }
                    fault = Some(failed);
                }
            }
        }
    }

    async fn broken(mut self, fault: Fault) -> PortResult<Given> {
        self.cut().await;
        self.outlet.push(frame_of(&fault));
        self.outlet.drained().await?;
        Ok(self.given(Err(fault)))
    }

    /// One call of a target. `None`: it completed the answer.
    async fn attempt(&mut self, target: &Target, continues: bool, opened: Option<Opened>) -> PortResult<Option<Fault>> {
        let clock = self.completer.clock.clone();
        let begun_ms = opened.as_ref().map_or_else(|| clock.now_ms(), |opened| opened.begun_ms);
        let body = if continues { continued(self.call.body, self.whole.text()) } else { self.call.body.clone() };
        let written = self.whole.characters();
        let mut judge = Judge::after(self.whole.clone(), wanted(self.call.body));
        let mut first_ms = 0;
        let outcome = self.listen(target, &body, opened, &mut judge, begun_ms, &mut first_ms).await?;
        let fault = match &outcome {
            Ok(outcome) => of_outcome(&target.info.name, outcome),
            Err(fault) => Some(fault.clone()),
        };
        self.whole = judge.whole().clone();
        let told = judge.usage();
        let is_silent = fault.as_ref().is_some_and(Fault::is_silence);
        let was_asked = judge.has_begun() || told.is_some() || fault.is_none() || is_silent;
        let usage = told.unwrap_or_else(|| match was_asked {
            true => Counted {
                input_tokens: estimated_input(&body),
                output_tokens: self.whole.characters().saturating_sub(written).div_ceil(4),
                ..Counted::default()
            },
            false => Counted::default(),
        });
        let attempt = ChatAttempt {
            outcome: fault.as_ref().map_or("done", |fault| &fault.code).to_owned(),
            estimated: told.is_none() && was_asked,
            first_ms,
            whole_ms: (clock.now_ms() - begun_ms).max(0).unsigned_abs(),
            continued: continues,
            ..ChatAttempt::default()
        };
        self.record.add(target, attempt, usage);
        Ok(fault)
    }
}

/// Code of an answer that was given up because nobody read it.
pub(super) const ORPHANED: &str = "answer_orphaned";
/// Code of a call whose process died.
const LOST: &str = "process_lost";

fn lost() -> PortError {
    PortError::unavailable(format!("{LOST}: the process that wrote this answer is gone"))
}

/// Who is asked: whoever answers from documents is asked questions, and cannot go on with an answer.
fn going_on(chain: &[Arc<Target>], target: usize, continues: bool) -> Option<usize> {
    (target..chain.len()).find(|at| !continues || !chain[*at].info.is_cleared)
}

/// How whoever goes on is asked to.
const GO_ON: &str = "Go on exactly where your last message breaks off, in the middle of a word if need be. Repeat nothing of it \
                     and say nothing about the interruption.";

/// The request of whoever goes on: the text so far, and the wish that it goes on.
fn continued(body: &Map<String, Value>, text: &str) -> Map<String, Value> {
    let mut body = body.clone();
    let mut messages = body.get("messages").and_then(Value::as_array).cloned().unwrap_or_default();
    messages.push(json!({ "role": "assistant", "content": text }));
    messages.push(json!({ "role": "user", "content": GO_ON }));
    body.insert("messages".into(), messages.into());
    body
}
