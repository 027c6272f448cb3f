//! A target is heard out: what it says becomes frames, as they may be shown, until it is done, silent for too long, or nobody reads
//! any more.

use std::time::Duration;

use cueline_domain::chat::{
    attempts::Blame,
    judge::{Judge, Outcome},
    piece::{Heard, Piece, hear},
};
use cueline_ports::PortResult;
use futures::{StreamExt, stream::BoxStream};
use serde_json::{Map, Value};

use super::{
    attempt::{FIRST, Fault, GAP},
    filter::Filter,
    follow::{ORPHANED, Story},
    gatekeeper::Gatekeeper,
    hedge::Opened,
    log::NewFrame,
    targets::Target,
    turnstile::Pass,
    voice,
};

/// Frames that wait for an append at most; then the target waits.
const MOST_WAITING: usize = 4_096;
/// How often it is looked whether anybody reads along.
const LOOK: Duration = Duration::from_secs(1);
/// Frames of one append that only a target has which speaks faster than anybody reads.
const MANY: usize = 8;

impl Story<'_> {
    /// Hears a target out. The outer error is ours: the log is lost.
    pub(super) async fn listen(
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
                // Another body is another request, also to a target that answers the same one only once.
                let key = match self.call.body == body {
                    true => self.call.idempotency_key.to_owned(),
                    false => format!("{}-{}", self.call.idempotency_key, self.record.attempts.len()),
                };
                let opened = voice::open(target, body, self.call, &key);
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
                        return Ok(match judge.is_whole() {
                            // All was said but good-bye.
                            true => Ok(Outcome::Complete),
                            false => Err(Fault::silent(GAP, &info.name, info.gap_timeout.as_millis())),
                        });
                    }
                    if let Some(fault) = self.orphaned().await? {
                        return Ok(Err(fault));
                    }
                    continue;
                }
            };
            let heard = match event {
                Some(Ok(heard)) => heard,
                // Nothing was missing when the connection broke.
                Some(Err(_)) if judge.is_whole() => return Ok(Ok(Outcome::Complete)),
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
                // What a guard holds back was not seen by anybody.
                self.begun |= self.filter.is_none();
            }
            if let Heard::Piece(piece) = &heard
                && !piece.parts.is_empty()
            {
                held.extend(self.shown(&info.name, piece));
            }
            if self.gatekeeper.as_ref().is_some_and(Gatekeeper::is_due) {
                match self.looked_at(&info.name).await {
                    Ok(frame) => held.extend(frame),
                    Err(unavailable) => return Ok(Err(unavailable)),
                }
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
            let is_kept = self.gatekeeper.as_ref().is_some_and(Gatekeeper::is_blocked);
            if is_kept || self.filter.as_ref().is_some_and(Filter::is_blocked) {
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
                let passed = filter.pass(piece);
                let passed = match &mut self.gatekeeper {
                    Some(gatekeeper) => gatekeeper.take(passed),
                    None => passed,
                };
                self.frame(target, passed)
            }
        }
    }

    /// What the guard lets pass of what waits for it.
    async fn looked_at(&mut self, target: &str) -> Result<Option<NewFrame>, Fault> {
        match &mut self.gatekeeper {
            Some(gatekeeper) => {
                let passed = gatekeeper.look().await?;
                Ok(self.frame(target, passed))
            }
            None => Ok(None),
        }
    }

    fn frame(&mut self, target: &str, choices: Vec<Value>) -> Option<NewFrame> {
        if choices.is_empty() {
            return None;
        }
        let frame = self.pen.choices(target, choices);
        if let Heard::Piece(piece) = hear(&frame.whole()) {
            self.begun |= piece.has_content();
            piece.parts.iter().for_each(|part| self.seen.add(part));
        }
        Some(frame)
    }

    async fn orphaned(&mut self) -> PortResult<Option<Fault>> {
        let most_ms = i64::try_from(self.orphan_ms).unwrap_or(i64::MAX);
        let Some(unread_ms) = self.outlet.unread_ms().filter(|unread_ms| most_ms > 0 && *unread_ms > most_ms) else {
            return Ok(None);
        };
        if self.outlet.unread_elsewhere_ms().await?.is_some_and(|unread_ms| unread_ms <= most_ms) {
            return Ok(None);
        }
        Ok(Some(Fault {
            code: ORPHANED.into(),
            message: format!("nobody has read along for {unread_ms} ms"),
            status: 499,
            blame: Blame::Request,
            retry_after_ms: None,
        }))
    }
}
