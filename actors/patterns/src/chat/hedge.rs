//! Two targets at once: when one says nothing for a while, the next is asked as well, and whoever speaks first answers.
//!
//! Only before anything was seen: nobody is shown words of two.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use cueline_domain::chat::{
    attempts::Failed,
    breaker::BreakerState,
    judge::Judge,
    piece::{Counted, Heard},
    whole::Whole,
};
use cueline_ports::{Clock, PortResult};
use cueline_protocol::v1::ChatAttempt;
use futures::{
    StreamExt,
    future::{Either, select},
    stream::{self, BoxStream},
};

use super::{
    attempt::{FIRST, Fault, of_outcome},
    complete::{ChatCall, Completer, Record, estimated_input, no_targets, wanted},
    targets::Target,
    turnstile::Pass,
    voice,
};

/// What became of an attempt that was cut because another target was quicker.
pub const HEDGED: &str = "hedged";

/// What came of two calls; of one that was cut, or never made, nothing.
pub(super) struct Raced<T> {
    pub(super) one: Option<Result<T, Fault>>,
    pub(super) two: Option<Result<T, Fault>>,
    /// Which of them were really made: who waits for its turn asks nobody.
    pub(super) asked: [bool; 2],
}

/// Notes of two calls that they are made.
#[derive(Default)]
pub(super) struct Asked([AtomicBool; 2]);

impl Asked {
    /// Called when call number `which` is made.
    pub(super) fn noting(&self, which: usize) -> impl FnOnce() + Send {
        move || self.0[which].store(true, Ordering::Relaxed)
    }
}

/// Makes the first call, and the second as well once it has taken `patience`. The first that succeeds cuts the other.
pub(super) async fn race<T>(
    clock: &dyn Clock,
    patience: Duration,
    asked: &Asked,
    one: impl Future<Output = Result<T, Fault>> + Send,
    two: impl Future<Output = Result<T, Fault>> + Send,
) -> Raced<T> {
    let (mut one, mut two) = (Box::pin(one), Box::pin(two));
    tokio::select! {
        biased;
        one = &mut one => return Raced { one: Some(one), two: None, asked: [true, false] },
        () = clock.sleep(patience) => {}
    }
    let (one, two) = match select(one.as_mut(), two.as_mut()).await {
        Either::Left((Ok(won), _)) => (Some(Ok(won)), None),
        Either::Right((Ok(won), _)) => (None, Some(Ok(won))),
        Either::Left((Err(fault), _)) => (Some(Err(fault)), Some(two.await)),
        Either::Right((Err(fault), _)) => (Some(one.await), Some(Err(fault))),
    };
    Raced { one, two, asked: [0, 1].map(|which| asked.0[which].load(Ordering::Relaxed)) }
}

/// A stream whose first words are there.
pub(super) struct Opened {
    pub(super) begun_ms: i64,
    pub(super) heard: BoxStream<'static, PortResult<Heard>>,
    /// As long as it is read.
    pub(super) pass: Pass,
}

/// How long to wait for a target before the next one is asked as well; `None`: it is asked alone.
pub(super) fn patience(chain: &[Arc<Target>], at: usize, failures: &[Failed], now_ms: i64) -> Option<Duration> {
    let patience = chain.get(at)?.info.hedge?;
    let is_untried = failures.iter().all(|failed| failed.target != at + 1);
    (is_untried && chain.get(at + 1)?.state(now_ms) == BreakerState::Closed).then_some(patience)
}

/// Opens the stream of a target, and of the next one as well when it says nothing. The one that spoke first, by its place in the
/// chain.
pub(super) async fn opened(
    completer: &Completer,
    call: &ChatCall<'_>,
    record: &mut Record,
    chain: &[Arc<Target>],
    at: usize,
    patience: Duration,
) -> Result<(usize, Opened), Fault> {
    let (asked, spent) = (Asked::default(), record.cost);
    let open = |which: usize| open(completer, &chain[at + which], call, asked.noting(which));
    let begun_ms = completer.clock.now_ms();
    let other = async {
        completer.afford(call, spent, &[&chain[at].info, &chain[at + 1].info], 0).await?;
        open(1).await
    };
    let raced = race(&*completer.clock, patience, &asked, open(0), other).await;
    let written = |_: &Opened| 0;
    record.raced(call, chain, at, raced, completer.clock.now_ms(), begun_ms, written)
}

/// Opens a stream and hears it until it says something, or is complete without a word.
async fn open(
    completer: &Completer,
    target: &Target,
    call: &ChatCall<'_>,
    asks: impl FnOnce() + Send,
) -> Result<Opened, Fault> {
    let pass = completer.enter(target, call).await?;
    asks();
    let begun_ms = completer.clock.now_ms();
    let opening = async {
        let mut rest = voice::open(target, call.body, call, call.idempotency_key).await?;
        let (mut judge, mut said) = (Judge::after(Whole::default(), wanted(call.body)), Vec::new());
        let ended = loop {
            if judge.has_begun() {
                break None;
            }
            let Some(event) = rest.next().await else { break Some(judge.end()) };
            let event = event?;
            let outcome = judge.hear(&event);
            said.push(Ok(event));
            if outcome.is_some() {
                break outcome;
            }
        };
        match ended.and_then(|outcome| of_outcome(&target.info.name, &outcome)) {
            Some(fault) => Err(fault),
            None => Ok(stream::iter(said).chain(rest).boxed()),
        }
    };
    let limit = target.info.first_timeout;
    let heard = tokio::select! {
        biased;
        heard = opening => heard?,
        () = completer.clock.sleep(limit) => return Err(Fault::silent(FIRST, &target.info.name, limit.as_millis())),
    };
    Ok(Opened { begun_ms, heard, pass })
}

impl Record {
    /// Adds what came of two calls: who failed, and who was cut. `written`: tokens that the one that was cut may have been billed
    /// for, by what the other said.
    #[expect(clippy::too_many_arguments, reason = "one place for both ways of answering")]
    pub(super) fn raced<T>(
        &mut self,
        call: &ChatCall<'_>,
        chain: &[Arc<Target>],
        at: usize,
        raced: Raced<T>,
        now_ms: i64,
        begun_ms: i64,
        written: impl FnOnce(&T) -> u64,
    ) -> Result<(usize, T), Fault> {
        let whole_ms = (now_ms - begun_ms).max(0).unsigned_abs();
        let Raced { one, two, asked } = raced;
        let mut fault = no_targets();
        let mut won = None;
        for (at, result) in [(at, one), (at + 1, two)] {
            match result {
                Some(Ok(said)) => won = Some((at, said)),
                Some(Err(failed)) => {
                    let attempt = ChatAttempt { outcome: failed.code.clone(), whole_ms, ..ChatAttempt::default() };
                    self.failed(call, &chain[at], attempt, &failed, at, now_ms);
                    fault = failed;
                }
                None => {}
            }
        }
        let (at_won, said) = won.ok_or(fault)?;
        let other = if at_won == at { at + 1 } else { at };
        if asked[other - at] && self.failures.iter().all(|failed| failed.target != other) {
            // It was asked, and nobody says what that cost.
            let attempt = ChatAttempt { outcome: HEDGED.into(), estimated: true, whole_ms, ..ChatAttempt::default() };
            let output_tokens = written(&said);
            let usage = Counted { input_tokens: estimated_input(call.body), output_tokens, ..Counted::default() };
            self.add(&chain[other], attempt, usage);
        }
        Ok((at_won, said))
    }

    /// Adds a call that failed before anything of it was seen.
    pub(super) fn failed(
        &mut self,
        call: &ChatCall<'_>,
        target: &Target,
        mut attempt: ChatAttempt,
        fault: &Fault,
        at: usize,
        now_ms: i64,
    ) {
        if fault.is_targets() {
            target.failed(now_ms, fault.retry_after_ms);
        }
        // Who was asked and said nothing has read the request all the same.
        attempt.estimated = fault.is_silence();
        let input_tokens = if attempt.estimated { estimated_input(call.body) } else { 0 };
        self.add(target, attempt, Counted { input_tokens, ..Counted::default() });
        self.failures.push(fault.of(at, false));
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use cueline_domain::chat::attempts::{AfterFirst, Blame};
    use cueline_ports::{Chat, ChatDelta, Model, PortError};
    use serde_json::json;

    use super::super::{filter::Rules, targets::TargetInfo};
    use super::*;

    struct Mute;

    #[async_trait]
    impl Model for Mute {
        fn name(&self) -> &str {
            "mute"
        }

        async fn chat(&self, _chat: Chat) -> PortResult<BoxStream<'static, PortResult<ChatDelta>>> {
            Err(PortError::unavailable("mute"))
        }
    }

    fn chain() -> Vec<Arc<Target>> {
        let target = |name: &str| {
            let hedge = Some(Duration::from_millis(10));
            Arc::new(Target::new(TargetInfo { hedge, ..TargetInfo::new(name, name) }, Arc::new(Mute)))
        };
        vec![target("a"), target("b"), target("c")]
    }

    fn told(at: usize, raced: Raced<u64>) -> (Result<(usize, u64), String>, Vec<String>, usize) {
        let body = json!({ "model": "m", "messages": [{ "role": "user", "content": "Say something." }] });
        let body = body.as_object().unwrap();
        let call = ChatCall {
            body,
            targets: &[],
            idempotency_key: "k",
            after_first: AfterFirst::Fail,
            rules: Rules::default(),
            tenant: "t",
            groups: &[],
            cached: None,
            reservation: "",
        };
        let mut record = Record::default();
        let won = record.raced(&call, &chain(), at, raced, 50, 20, |written| *written);
        let attempts = record.attempts.iter();
        let attempts = attempts.map(|of| {
            // Both were asked, and nobody says what that cost.
            assert_eq!((of.whole_ms, of.estimated), (30, true));
            assert!(of.input_tokens > 0);
            format!("{} {} {}", of.target, of.outcome, of.output_tokens)
        });
        (won.map_err(|fault| fault.code), attempts.collect(), record.failures.len())
    }

    #[test]
    fn who_was_cut_is_paid_for_if_it_was_asked_and_who_failed_is_told() {
        let failed = || Some(Err(Fault::silent(FIRST, "x", 5)));
        let raced = |one, two, asked| Raced { one, two, asked };
        for (at, race, won, attempts, failures) in [
            (0, raced(Some(Ok(7)), None, [true, false]), Ok((0, 7)), vec![], 0),
            (0, raced(Some(Ok(7)), None, [true, true]), Ok((0, 7)), vec!["b hedged 7"], 0),
            (1, raced(None, Some(Ok(7)), [true, true]), Ok((2, 7)), vec!["b hedged 7"], 0),
            (0, raced(None, Some(Ok(7)), [false, true]), Ok((1, 7)), vec![], 0),
            (0, raced(failed(), Some(Ok(7)), [true, true]), Ok((1, 7)), vec!["a model_first_token_timeout 0"], 1),
            (0, raced(failed(), None, [true, false]), Err(FIRST), vec!["a model_first_token_timeout 0"], 1),
            (
                0,
                raced(failed(), failed(), [true, true]),
                Err(FIRST),
                vec!["a model_first_token_timeout 0", "b model_first_token_timeout 0"],
                2,
            ),
        ] {
            let (told, said, count) = told(at, race);
            assert_eq!(
                (told, said, count),
                (won.map_err(str::to_owned), attempts.into_iter().map(str::to_owned).collect(), failures)
            );
        }
    }

    #[test]
    fn another_is_asked_only_where_one_is_left_that_was_not() {
        let chain = chain();
        let failed = |target| Failed { target, blame: Blame::Moment, retry_after_ms: None, seen: false };
        assert_eq!(patience(&chain, 0, &[], 0), Some(Duration::from_millis(10)));
        assert_eq!(patience(&chain, 2, &[], 0), None, "nobody comes after it");
        assert_eq!(patience(&chain, 0, &[failed(1)], 0), None, "it has failed already");
        for _ in 0..10 {
            chain[1].failed(0, None);
        }
        assert_eq!(patience(&chain, 0, &[], 0), None, "it fails just now");
    }
}
