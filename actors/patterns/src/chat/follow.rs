//! An answer on its way: what a target says becomes frames, kept before they are shown, until it is complete, or broken and
//! said to be so.
//!
//! What is there at once goes in one append, and while one is on its way what comes meanwhile waits for the next: alone a frame is
//! shown at once, under load many share one append.

use std::{sync::Arc, time::Duration};

use cueline_domain::chat::{
    attempts::{Next, Standing, next},
    judge::{Judge, Outcome},
    piece::{Counted, Heard, Piece, hear},
    whole::Whole,
};
use cueline_ports::{PortError, PortResult};
use cueline_protocol::v1::{ChatAttempt, CompleteChatReply};
use futures::{StreamExt, stream::BoxStream};
use serde_json::{Map, Value, json};

use super::{
    attempt::{FIRST, Fault, GAP, of_outcome},
    complete::{ChatCall, Completer, Record, estimated_input, estimated_output, frame_of, given_again, no_targets},
    filter::Filter,
    hedge::{Opened, opened, patience},
    log::{Frame, NewFrame, Writer},
    outlet::{Imminent, Outlet},
    targets::Target,
    turnstile::Pass,
    voice,
    written::{END, Pen},
};

/// Frames that wait for an append at most; then the target waits.
const MOST_WAITING: usize = 4_096;
/// How often it is looked whether anybody reads along.
const LOOK: Duration = Duration::from_secs(1);
/// Frames of one append that only a target has which speaks faster than anybody reads.
const MANY: usize = 8;

/// How an answer ended.
pub(super) struct Followed {
    pub(super) result: Result<CompleteChatReply, Fault>,
    pub(super) attempts: Vec<ChatAttempt>,
}

/// What an answer is made of so far.
struct Story<'a> {
    completer: &'a Completer,
    call: &'a ChatCall<'a>,
    pen: Pen,
    outlet: Outlet,
    record: Record,
    whole: Whole,
    begun: bool,
    orphan_ms: u64,
    filter: Option<Filter>,
    /// What of it was shown, when that is not all of it.
    seen: Whole,
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
) -> PortResult<Followed> {
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
        filter: (!call.rules.are_none()).then(|| Filter::new(call.rules.clone())),
        seen: Whole::default(),
    };
    let chain = match completer.chain(call.targets) {
        Ok(chain) => chain,
        Err(fault) => return story.broken(fault).await,
    };
    if let Some(cached) = call.cached {
        return story.repeat(cached, &before).await;
    }
    if let Some(followed) = story.remember(&before, &chain) {
        return Ok(followed);
    }
    story.tell(&chain).await
}

impl Story<'_> {
    /// Tells an answer that is given again: as one piece, and its end.
    async fn repeat(mut self, cached: &Value, before: &[Frame]) -> PortResult<Followed> {
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
        Ok(Followed { result: Ok(reply), attempts: Vec::new() })
    }

    /// What an earlier process wrote, which died then. `Some`: it had finished.
    fn remember(&mut self, before: &[Frame], chain: &[Arc<Target>]) -> Option<Followed> {
        let mut target = String::new();
        for frame in before {
            let data = frame.json();
            if frame.last {
                return Some(self.remembered(frame, &data, &target));
            }
            target = data["model"].as_str().unwrap_or_default().to_owned();
            if let Heard::Piece(piece) = hear(&frame.whole()) {
                self.begun |= piece.has_content();
                piece.parts.iter().for_each(|part| self.whole.add(part));
                piece.parts.iter().for_each(|part| self.seen.add(part));
            }
        }
        let at = chain.iter().position(|known| known.info.name == target)?;
        // Its bill is not known any more: what it had written by then, and what it had read.
        let usage = Counted {
            input_tokens: estimated_input(self.call.body),
            output_tokens: estimated_output(&self.whole),
            cached_tokens: 0,
        };
        let attempt = ChatAttempt { outcome: "process_lost".into(), estimated: true, ..ChatAttempt::default() };
        self.record.add(&chain[at], attempt, usage);
        let lost = PortError::unavailable("process_lost: the process that wrote this answer is gone");
        self.record.failures.push(Fault::from(lost).of(at));
        None
    }

    fn remembered(&self, last: &Frame, data: &Value, target: &str) -> Followed {
        let result = match last.event == END {
            true => {
                let usage = cueline_domain::chat::piece::usage_of(&data["usage"].to_string()).unwrap_or_default();
                Ok(self.reply(target, &usage, last.offset))
            }
            false => {
                let word = |name: &str| data["error"][name].as_str().unwrap_or_default().to_owned();
                Err(Fault { code: word("code"), message: word("message"), ..no_targets() })
            }
        };
        Followed { result, attempts: Vec::new() }
    }

    fn reply(&self, target: &str, usage: &Counted, frames: u64) -> CompleteChatReply {
        let findings = self.filter.as_ref().map(|filter| filter.findings().to_vec()).unwrap_or_default();
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

    async fn tell(mut self, chain: &[Arc<Target>]) -> PortResult<Followed> {
        let mut fault: Option<Fault> = None;
        loop {
            let standing = Standing {
                begun: self.begun,
                has_calls: self.whole.has_calls(),
                is_several: self.call.body.get("n").and_then(Value::as_u64).is_some_and(|n| n > 1),
            };
            let step = next(&self.record.failures, chain.len(), self.call.after_first, standing);
            let Next::Ask { target: at, after_ms, continues } = step else {
                let lost = || PortError::unavailable("process_lost: the process that wrote this answer is gone").into();
                let nothing = if self.record.failures.is_empty() { no_targets() } else { lost() };
                return self.broken(fault.unwrap_or(nothing)).await;
            };
            if after_ms > 0 {
                self.completer.clock.sleep(Duration::from_millis(after_ms)).await;
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
                let why = fault.as_ref().map_or("process_lost", |fault| &fault.code).to_owned();
                let seam = self.pen.seam(&from, &target.info.name, &why, self.whole.characters());
                self.outlet.push(seam);
            }
            match self.attempt(target, continues, opened).await? {
                None => {
                    target.succeeded(self.completer.clock.now_ms());
                    let (usage, name) = (self.record.usage, &target.info.name);
                    let end = self.pen.end(name, &usage);
                    self.outlet.push(end);
                    self.outlet.drained().await?;
                    let reply = self.reply(name, &usage, self.outlet.written);
                    return Ok(Followed { result: Ok(reply), attempts: self.record.attempts });
                }
                Some(failed) => {
                    if failed.is_targets() {
                        target.failed(self.completer.clock.now_ms(), failed.retry_after_ms);
                    }
                    self.record.failures.push(failed.of(at));
                    // Before anybody waits for the next target.
                    self.outlet.drained().await?;
                    if failed.code == ORPHANED {
                        return self.broken(failed).await;
                    }
                    fault = Some(failed);
                }
            }
        }
    }

    async fn broken(mut self, fault: Fault) -> PortResult<Followed> {
        if let Some(filter) = &mut self.filter {
            filter.cut();
        }
        self.outlet.push(frame_of(&fault));
        self.outlet.drained().await?;
        Ok(Followed { result: Err(fault), attempts: self.record.attempts })
    }

    /// One call of a target. `None`: it completed the answer.
    async fn attempt(&mut self, target: &Target, continues: bool, opened: Option<Opened>) -> PortResult<Option<Fault>> {
        let clock = self.completer.clock.clone();
        let begun_ms = opened.as_ref().map_or_else(|| clock.now_ms(), |opened| opened.begun_ms);
        let body = if continues { continued(self.call.body, self.whole.text()) } else { self.call.body.clone() };
        let written = self.whole.characters();
        let mut judge = Judge::after(self.whole.clone());
        let mut first_ms = 0;
        let outcome = self.listen(target, &body, opened, &mut judge, begun_ms, &mut first_ms).await?;
        let fault = match &outcome {
            Ok(outcome) => of_outcome(&target.info.name, outcome),
            Err(fault) => Some(fault.clone()),
        };
        self.whole = judge.whole().clone();
        let told = judge.usage();
        let was_asked = judge.has_begun() || told.is_some() || fault.is_none();
        let usage = told.unwrap_or_else(|| match was_asked {
            true => Counted {
                input_tokens: estimated_input(&body),
                output_tokens: self.whole.characters().saturating_sub(written).div_ceil(4),
                cached_tokens: 0,
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

    /// Hears a target out. The outer error is ours: the log is lost.
    async fn listen(
        &mut self,
        target: &Target,
        body: &Map<String, Value>,
        opened: Option<Opened>,
        judge: &mut Judge,
        begun_ms: i64,
        first_ms: &mut u64,
    ) -> PortResult<Result<Outcome, Fault>> {
        let clock = self.completer.clock.clone();
        let info = &target.info;
        let first = clock.sleep(info.first_timeout);
        tokio::pin!(first);
        let (_pass, mut heard): (Pass, BoxStream<'static, PortResult<Heard>>) = match opened {
            Some(Opened { pass, heard, .. }) => (pass, heard),
            None => {
                let pass = match self.completer.enter(target, self.call).await {
                    Ok(pass) => pass,
                    Err(busy) => return Ok(Err(busy)),
                };
                // Its turn is not its time to speak.
                first.set(clock.sleep(info.first_timeout));
                let opened = voice::open(target, body, self.call);
                tokio::select! {
                    biased;
                    opened = opened => match opened {
                        Ok(heard) => (pass, heard),
                        Err(error) => return Ok(Err(error.into())),
                    },
                    () = &mut first => return Ok(Err(Fault::silent(FIRST, &info.name, info.first_timeout.as_millis()))),
                }
            }
        };
        let mut held: Vec<NewFrame> = Vec::new();
        let mut last_ms = begun_ms;
        let mut tick = clock.sleep(LOOK);
        let breath = clock.sleep(Duration::ZERO);
        tokio::pin!(breath);
        let (mut rests, mut rested, mut hurry) = (false, false, None);
        let mut asked_again = false;
        loop {
            let may_hear = self.outlet.waiting.len() < MOST_WAITING;
            let event = tokio::select! {
                biased;
                landed = self.outlet.landed() => {
                    landed?;
                    continue;
                }
                () = &mut breath, if rests => {
                    (rests, rested) = (false, true);
                    continue;
                }
                event = heard.next(), if may_hear && !rests => event,
                // Nothing more is there just now: what was heard goes together.
                () = std::future::ready(()), if self.outlet.may_launch() && !rests => {
                    if !asked_again {
                        // More may lie in the connection, whose task hands out one piece at a time.
                        asked_again = true;
                        tokio::task::yield_now().await;
                        continue;
                    }
                    if self.outlet.waiting.len() < MANY {
                        hurry = None;
                    } else if !rested {
                        let hurry = hurry.get_or_insert_with(|| self.completer.rush.join());
                        breath.set(clock.sleep(hurry.breath(clock.now_ms())));
                        rests = true;
                        continue;
                    }
                    self.outlet.launch();
                    rested = false;
                    continue;
                }
                () = &mut first, if !judge.has_begun() => {
                    return Ok(Err(Fault::silent(FIRST, &info.name, info.first_timeout.as_millis())));
                }
                () = &mut tick => {
                    tick = clock.sleep(LOOK.min(info.gap_timeout));
                    let silent = clock.now_ms() - last_ms;
                    if judge.has_begun() && may_hear && silent >= info.gap_timeout.as_millis() as i64 {
                        return Ok(Err(Fault::silent(GAP, &info.name, info.gap_timeout.as_millis())));
                    }
                    if let Some(fault) = self.orphaned() {
                        return Ok(Err(fault));
                    }
                    continue;
                }
            };
            let heard = match event {
                Some(Ok(heard)) => heard,
                Some(Err(error)) => return Ok(Err(error.into())),
                None => {
                    let outcome = judge.end();
                    if outcome == Outcome::Complete {
                        held.drain(..).for_each(|frame| self.outlet.push(frame));
                    }
                    return Ok(Ok(outcome));
                }
            };
            last_ms = clock.now_ms();
            asked_again = false;
            let had_begun = judge.has_begun();
            let outcome = judge.hear(&heard);
            if judge.has_begun() && !had_begun {
                *first_ms = (last_ms - begun_ms).max(0).unsigned_abs();
                target.told_first(*first_ms, last_ms);
                self.begun = true;
            }
            if let Heard::Piece(piece) = &heard
                && !piece.parts.is_empty()
            {
                held.extend(self.shown(&info.name, piece));
            }
            // Nothing is shown before there is something to see: until then another target may answer instead.
            let is_over = outcome.as_ref().is_some_and(|outcome| *outcome == Outcome::Complete);
            if judge.has_begun() || is_over {
                held.drain(..).for_each(|frame| self.outlet.push(frame));
            }
            if judge.has_begun() && !had_begun {
                // Whoever waits for the first token sees it before the others are looked at, however fast they come.
                self.outlet.drained().await?;
                tokio::task::yield_now().await;
            }
            if self.filter.as_ref().is_some_and(Filter::is_blocked) {
                // What follows would not be shown: it is not waited for.
                held.drain(..).for_each(|frame| self.outlet.push(frame));
                return Ok(Ok(Outcome::Complete));
            }
            if let Some(outcome) = outcome {
                return Ok(Ok(outcome));
            }
        }
    }

    /// What of a piece is shown, and when: at once, or as far as the rules let it pass.
    fn shown(&mut self, target: &str, piece: &Piece) -> Option<NewFrame> {
        match &mut self.filter {
            None => Some(self.pen.piece(target, piece)),
            Some(filter) => {
                let choices = filter.pass(piece);
                if choices.is_empty() {
                    return None;
                }
                let frame = self.pen.choices(target, choices);
                if let Heard::Piece(piece) = hear(&frame.whole()) {
                    piece.parts.iter().for_each(|part| self.seen.add(part));
                }
                Some(frame)
            }
        }
    }

    fn orphaned(&self) -> Option<Fault> {
        let unread_ms = self.outlet.unread_ms()?;
        (self.orphan_ms > 0 && unread_ms > i64::try_from(self.orphan_ms).unwrap_or(i64::MAX)).then(|| Fault {
            code: ORPHANED.into(),
            message: format!("nobody has read along for {unread_ms} ms"),
            status: 499,
            blame: cueline_domain::chat::attempts::Blame::Request,
            retry_after_ms: None,
        })
    }
}

/// Code of an answer that was given up because nobody read it.
const ORPHANED: &str = "answer_orphaned";

/// The request of whoever goes on: the text so far, and the wish that it goes on.
fn continued(body: &Map<String, Value>, text: &str) -> Map<String, Value> {
    let mut body = body.clone();
    let mut messages = body.get("messages").and_then(Value::as_array).cloned().unwrap_or_default();
    messages.push(json!({ "role": "assistant", "content": text }));
    messages.push(json!({
        "role": "user",
        "content": "Go on exactly where your last message breaks off, in the middle of a word if need be. Repeat nothing of it \
                    and say nothing about the interruption.",
    }));
    body.insert("messages".into(), messages.into());
    body
}
