//! Two targets at once: when one says nothing for a while, the next is asked as well, and whoever speaks first answers.
//!
//! Only before anything was seen: nobody is shown words of two.

use std::{sync::Arc, time::Duration};

use cueline_domain::chat::{
    attempts::Failed,
    breaker::BreakerState,
    judge::Judge,
    piece::{Counted, Heard},
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
    complete::{ChatCall, Completer, Record, estimated_input, no_targets},
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
    /// The second was made.
    pub(super) is_hedged: bool,
}

/// Makes the first call, and the second as well once it has taken `patience`. The first that succeeds cuts the other.
pub(super) async fn race<T>(
    clock: &dyn Clock,
    patience: Duration,
    one: impl Future<Output = Result<T, Fault>> + Send,
    two: impl Future<Output = Result<T, Fault>> + Send,
) -> Raced<T> {
    let (mut one, mut two) = (Box::pin(one), Box::pin(two));
    tokio::select! {
        biased;
        one = &mut one => return Raced { one: Some(one), two: None, is_hedged: false },
        () = clock.sleep(patience) => {}
    }
    match select(one.as_mut(), two.as_mut()).await {
        Either::Left((Ok(won), _)) => Raced { one: Some(Ok(won)), two: None, is_hedged: true },
        Either::Right((Ok(won), _)) => Raced { one: None, two: Some(Ok(won)), is_hedged: true },
        Either::Left((Err(fault), _)) => Raced { one: Some(Err(fault)), two: Some(two.await), is_hedged: true },
        Either::Right((Err(fault), _)) => Raced { one: Some(one.await), two: Some(Err(fault)), is_hedged: true },
    }
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
    let open = |target| open(completer, target, call);
    let begun_ms = completer.clock.now_ms();
    let raced = race(&*completer.clock, patience, open(&chain[at]), open(&chain[at + 1])).await;
    let written = |_: &Opened| 0;
    record.raced(call, chain, at, raced, completer.clock.now_ms(), begun_ms, written)
}

/// Opens a stream and hears it until it says something, or is complete without a word.
async fn open(completer: &Completer, target: &Target, call: &ChatCall<'_>) -> Result<Opened, Fault> {
    let pass = completer.enter(target, call).await?;
    let begun_ms = completer.clock.now_ms();
    let opening = async {
        let mut rest = voice::open(target, call.body, call).await?;
        let (mut judge, mut said) = (Judge::default(), Vec::new());
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
        let Raced { one, two, is_hedged } = raced;
        let mut fault = no_targets();
        let mut won = None;
        for (at, result) in [(at, one), (at + 1, two)] {
            match result {
                Some(Ok(said)) => won = Some((at, said)),
                Some(Err(failed)) => {
                    let attempt = ChatAttempt { outcome: failed.code.clone(), whole_ms, ..ChatAttempt::default() };
                    self.failed(&chain[at], attempt, &failed, at, now_ms);
                    fault = failed;
                }
                None => {}
            }
        }
        let (at_won, said) = won.ok_or(fault)?;
        let other = if at_won == at { at + 1 } else { at };
        if is_hedged && self.failures.iter().all(|failed| failed.target != other) {
            // It was asked, and nobody says what that cost.
            let attempt = ChatAttempt { outcome: HEDGED.into(), estimated: true, whole_ms, ..ChatAttempt::default() };
            let output_tokens = written(&said);
            let usage = Counted { input_tokens: estimated_input(call.body), output_tokens, cached_tokens: 0 };
            self.add(&chain[other], attempt, usage);
        }
        Ok((at_won, said))
    }

    /// Adds a call that failed.
    pub(super) fn failed(&mut self, target: &Target, attempt: ChatAttempt, fault: &Fault, at: usize, now_ms: i64) {
        if fault.is_targets() {
            target.failed(now_ms, fault.retry_after_ms);
        }
        self.add(target, attempt, Counted::default());
        self.failures.push(fault.of(at));
    }
}
