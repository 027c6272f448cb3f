//! The actor kind `chat`: an answer of a model, by the targets of a plan, one after the other until one holds.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use async_trait::async_trait;
use cueline_domain::{
    chat::{
        answer::{Answer, NoAnswer},
        attempts::{AfterFirst, Blame, Failed, Next, Standing, next},
        documents::Documents,
        judge::Outcome,
        piece::Counted,
        request::{self, RequestRefusal},
        whole::Whole,
    },
    guarding::Inspector,
    streaming::{AllowedHosts, Flush, Mode},
};
use cueline_ports::{Clock, Guard, PortErrorKind};
use cueline_protocol::{
    tasks::CompleteChat,
    v1::{ChatAttempt, CompleteChatReply, CompleteChatRequest},
};
use cueline_runtime::{Perform, TaskContext, TaskError};
use serde_json::{Map, Value};
use tokio::sync::oneshot;

use super::{
    Settle,
    ahead::{Ahead, Answered, Begun, Given},
    attempt::{Fault, WHOLE, of_outcome},
    filter::Rules,
    follow::follow,
    gatekeeper::{Keeper, judged},
    guarded::guarded,
    hedge::{Asked, patience, race},
    log::{NewFrame, StreamLog, Writer},
    outlet::Imminent,
    rush::Rush,
    targets::{Target, Targets},
    turnstile::Pass,
    voice,
    written::{error_frame, usage_json},
};

/// Error name of an answer that no target completed.
pub const FAILED: &str = "Chat.Failed";

/// What a call is made with.
pub struct ChatCall<'a> {
    /// The request, checked.
    pub body: &'a Map<String, Value>,
    /// Names of targets, best first.
    pub targets: &'a [String],
    /// Equal for every try of the same answer.
    pub idempotency_key: &'a str,
    /// What happens when an answer breaks off.
    pub after_first: AfterFirst,
    /// What may be shown of the answer.
    pub rules: Rules,
    /// On whose behalf: who waits for a busy target gets its share.
    pub tenant: &'a str,
    /// Groups of whoever asks; targets that answer from documents show them what is theirs.
    pub groups: &'a [String],
    /// A whole answer that is given instead of asking anybody.
    pub cached: Option<&'a Value>,
    /// What was reserved for it, which must cover all its calls; empty: no budget pays.
    pub reservation: &'a str,
}

/// What answers are made by, besides targets; it can be exchanged while answers are on their way.
#[derive(Default)]
pub struct Manners {
    /// Guards of rules, by name.
    pub inspectors: BTreeMap<String, Arc<Inspector>>,
    /// Other guards: they are asked, and take their time.
    pub guards: BTreeMap<String, Arc<dyn Guard>>,
    /// What tenants weigh that do not weigh one; under `*`: those that are not named.
    pub weights: BTreeMap<String, u32>,
}

impl Manners {
    fn weight(&self, tenant: &str) -> u32 {
        self.weights.get(tenant).or_else(|| self.weights.get("*")).copied().unwrap_or(1)
    }
}

/// Answers. Cloning gives another handle.
#[derive(Clone)]
pub struct Completer {
    pub(super) targets: Arc<Targets>,
    pub(super) log: StreamLog,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) settle: Arc<dyn Settle>,
    pub(super) rush: Rush,
    ahead: Ahead,
    manners: Arc<RwLock<Arc<Manners>>>,
}

/// What the attempts of one answer have come to.
#[derive(Default)]
pub(super) struct Record {
    pub(super) attempts: Vec<ChatAttempt>,
    pub(super) failures: Vec<Failed>,
    pub(super) usage: Counted,
    pub(super) cost: f64,
}

impl Record {
    /// Adds a call and what it is billed.
    pub(super) fn add(&mut self, target: &Target, mut attempt: ChatAttempt, usage: Counted) {
        attempt.target.clone_from(&target.info.name);
        (attempt.input_tokens, attempt.output_tokens) = (usage.input_tokens, usage.output_tokens);
        (attempt.cached_tokens, attempt.cache_written_tokens) = (usage.cached_tokens, usage.cache_written_tokens);
        attempt.reasoning_tokens = usage.reasoning_tokens;
        attempt.cost = target.info.cost(&usage).unwrap_or_default();
        self.usage.input_tokens += usage.input_tokens;
        self.usage.output_tokens += usage.output_tokens;
        self.usage.cached_tokens += usage.cached_tokens;
        self.cost += attempt.cost;
        self.attempts.push(attempt);
    }
}

impl Completer {
    /// Answers by these targets, in the logs of that world.
    pub fn new(targets: Arc<Targets>, log: StreamLog, clock: Arc<dyn Clock>, settle: Arc<dyn Settle>) -> Self {
        Self { targets, log, clock, settle, rush: Rush::default(), ahead: Ahead::default(), manners: Arc::default() }
    }

    /// From now on.
    pub fn exchange(&self, manners: Manners) {
        *self.manners.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(manners);
    }

    fn manners(&self) -> Arc<Manners> {
        self.manners.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A guard of rules.
    pub fn inspector(&self, name: &str) -> Option<Arc<Inspector>> {
        self.manners().inspectors.get(name).cloned()
    }

    /// A guard that is asked.
    pub fn guard(&self, name: &str) -> Option<Arc<dyn Guard>> {
        self.manners().guards.get(name).cloned()
    }

    /// Waits until a target may be called.
    pub(super) async fn enter(&self, target: &Target, call: &ChatCall<'_>) -> Result<Pass, Fault> {
        let weight = self.manners().weight(call.tenant);
        let tokens =
            || request::read(call.body).map_or(1, |facts| facts.input_tokens + facts.max_output_tokens.unwrap_or(256));
        let entered = target.turnstile.enter(&self.clock, call.tenant, weight, tokens).await;
        let entered = entered.map(|pass| pass.with(target.trial(self.clock.now_ms())));
        entered.map_err(|turned| Fault::busy(&target.info.name, &turned))
    }

    /// The rules that a request names.
    ///
    /// # Errors
    /// A guard that is not there, a mode or a host that is none.
    pub fn rules(&self, request: &CompleteChatRequest) -> Result<Rules, TaskError> {
        let mode = match request.guard_mode.as_str() {
            "" | "block" => Mode::Block,
            "redact" => Mode::Redact,
            "audit" => Mode::Audit,
            other => {
                return Err(TaskError::invalid(format!("guardMode: is {other:?}; write `block`, `redact` or `audit`")));
            }
        };
        // A guard that is named and not there lets nothing pass.
        let manners = self.manners();
        let (guard, keeper) = match request.guard.as_str() {
            "" => (None, None),
            name => match (manners.inspectors.get(name), manners.guards.get(name)) {
                (Some(inspector), _) => (Some((inspector.clone(), mode)), None),
                (None, Some(guard)) => (None, Some(Keeper { guard: guard.clone(), mode, tools: request.guard_tools })),
                (None, None) => return Err(TaskError::invalid(format!("guard: there is no guard {name:?}"))),
            },
        };
        let hosts = match request.link_hosts.as_slice() {
            [] => None,
            hosts => Some(
                AllowedHosts::new(hosts, false).map_err(|error| TaskError::invalid(format!("linkHosts: {error}")))?,
            ),
        };
        let invalid = |error: RequestRefusal| TaskError::invalid(format!("{}: {}", error.param, error.message));
        let documents = match request.citations {
            false => None,
            true => Documents::of(&object(&request.body)?).map_err(invalid)?.map(Arc::new),
        };
        let flush = match request.flush.as_str() {
            "" => Flush::Token,
            name => Flush::of(name).ok_or_else(|| {
                TaskError::invalid(format!("flush: is {name:?}; write `token`, `markdown` or `sentence`"))
            })?,
        };
        Ok(Rules { guard, tools: request.guard_tools, hosts, documents, flush, keeper })
    }

    /// The targets.
    pub fn targets(&self) -> &Arc<Targets> {
        &self.targets
    }

    /// Its clock.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The logs.
    pub fn log(&self) -> &StreamLog {
        &self.log
    }

    pub(super) fn chain(&self, names: &[String]) -> Result<Vec<Arc<Target>>, Fault> {
        let find = |name: &String| {
            self.targets.get(name).ok_or_else(|| {
                let known = self.targets.all().keys().cloned().collect::<Vec<_>>().join(", ");
                Fault {
                    code: "target_unknown".into(),
                    message: format!("there is no target {name}; configured are {known}"),
                    status: 404,
                    blame: Blame::Request,
                    retry_after_ms: None,
                }
            })
        };
        names.iter().map(find).collect()
    }

    /// An answer whole. Nothing of it is seen before it is complete, so every target may be tried.
    pub async fn whole(&self, call: &ChatCall<'_>) -> (Result<CompleteChatReply, Fault>, Vec<ChatAttempt>) {
        let mut record = Record::default();
        let result = self.try_whole(call, &mut record).await.map(|reply| guarded(reply, &call.rules));
        let result = match (result, &call.rules.keeper) {
            (Ok(reply), Some(keeper)) => judged(reply, keeper).await,
            (result, _) => result,
        };
        (result, record.attempts)
    }

    /// As the task has it.
    async fn given_whole(&self, call: &ChatCall<'_>) -> Given {
        let (result, attempts) = self.whole(call).await;
        let findings = result.as_ref().map(|reply| reply.findings.clone()).unwrap_or_default();
        Given { result, attempts, findings }
    }

    async fn try_whole(&self, call: &ChatCall<'_>, record: &mut Record) -> Result<CompleteChatReply, Fault> {
        if let Some(cached) = call.cached {
            return Ok(given_again(cached));
        }
        let chain = self.chain(call.targets)?;
        let unseen = Standing { begun: false, has_calls: false, is_several: false };
        let mut fault: Option<Fault> = None;
        while let Next::Ask { target: at, after_ms, .. } = next(&record.failures, chain.len(), call.after_first, unseen)
        {
            if after_ms > 0 {
                self.clock.sleep(std::time::Duration::from_millis(after_ms)).await;
            }
            if !record.attempts.is_empty()
                && let Err(refused) = self.afford(call, record.cost, &[&chain[at].info], 0).await
            {
                record.failures.push(refused.of(at, false));
                fault = Some(refused);
                continue;
            }
            let begun_ms = self.clock.now_ms();
            let answered = match patience(&chain, at, &record.failures, begun_ms) {
                None => match self.ask_whole(&chain[at], call, || {}).await {
                    Ok(answered) => Ok((at, answered)),
                    Err(failed) => {
                        let whole_ms = (self.clock.now_ms() - begun_ms).max(0).unsigned_abs();
                        let outcome = failed.code.clone();
                        let attempt = ChatAttempt { outcome, whole_ms, ..ChatAttempt::default() };
                        record.failed(call, &chain[at], attempt, &failed, at, self.clock.now_ms());
                        Err(failed)
                    }
                },
                Some(patience) => {
                    let (asked, spent) = (Asked::default(), record.cost);
                    let ask = |which: usize| self.ask_whole(&chain[at + which], call, asked.noting(which));
                    let other = async {
                        self.afford(call, spent, &[&chain[at].info, &chain[at + 1].info], 0).await?;
                        ask(1).await
                    };
                    let raced = race(&*self.clock, patience, &asked, ask(0), other).await;
                    let written = |(_, usage): &(Answer, Counted)| usage.output_tokens;
                    record.raced(call, &chain, at, raced, self.clock.now_ms(), begun_ms, written)
                }
            };
            match answered {
                Ok((at, (answer, usage))) => {
                    let target = &chain[at];
                    let whole_ms = (self.clock.now_ms() - begun_ms).max(0).unsigned_abs();
                    target.succeeded(self.clock.now_ms());
                    let told = answer.usage.is_none().then(|| usage_json(&usage).to_string());
                    let attempt = ChatAttempt { outcome: "done".into(), whole_ms, ..ChatAttempt::default() };
                    record.add(target, attempt, usage);
                    return Ok(CompleteChatReply {
                        body: answer.written(&target.info.name, told.as_deref()),
                        target: target.info.name.clone(),
                        finish_reason: answer.finish_reason,
                        input_tokens: record.usage.input_tokens,
                        output_tokens: record.usage.output_tokens,
                        cached_tokens: record.usage.cached_tokens,
                        cost: record.cost,
                        attempts: record.attempts.clone(),
                        ..CompleteChatReply::default()
                    });
                }
                Err(failed) => fault = Some(failed),
            }
        }
        Err(fault.unwrap_or_else(no_targets))
    }

    /// `asks` hears that the target is asked, once it has its turn.
    async fn ask_whole(
        &self,
        target: &Target,
        call: &ChatCall<'_>,
        asks: impl FnOnce() + Send,
    ) -> Result<(Answer, Counted), Fault> {
        let _pass = self.enter(target, call).await?;
        asks();
        let limit = target.info.whole_timeout;
        let asked = voice::whole(target, call);
        let body = tokio::select! {
            biased;
            body = asked => body?,
            () = self.clock.sleep(limit) => {
                return Err(Fault::silent(WHOLE, &target.info.name, limit.as_millis()));
            }
        };
        let garbled = || Fault {
            code: "answer_garbled".into(),
            message: format!("target {}: sent what is no answer", target.info.name),
            status: 502,
            blame: Blame::Moment,
            retry_after_ms: None,
        };
        let answer = Answer::of(&body).map_err(|problem| match problem {
            NoAnswer::Garbled => garbled(),
            NoAnswer::Failed { code, status } => {
                of_outcome(&target.info.name, &Outcome::Failed { code, status }).unwrap_or_else(garbled)
            }
        })?;
        let usage = answer.usage.unwrap_or_else(|| Counted {
            input_tokens: estimated_input(call.body),
            output_tokens: answer.characters / 4,
            ..Counted::default()
        });
        Ok((answer, usage))
    }

    /// Begins an answer before its execution is started, so that its target is asked while that is written down. The task body
    /// takes it over; without an execution it is cut when what is returned is dropped.
    pub fn begin(&self, execution: &str, tenant: &str, request: &CompleteChatRequest) -> Begun {
        let (completer, request, key) = (self.clone(), request.clone(), format!("{execution}/1"));
        let tenant = tenant.to_owned();
        // At once, so that whoever follows it waits for it instead of looking for it.
        let writer = (!request.stream.is_empty()).then(|| self.log.new_writer(&request.stream));
        let (imminent, told) = oneshot::channel();
        let fresh = writer.map(|writer| (writer, imminent));
        let work = tokio::spawn(async move { completer.answer(&request, &tenant, &key, fresh).await });
        self.ahead.put(execution, work);
        Begun { ahead: self.ahead.clone(), stream: execution.to_owned(), told }
    }

    /// `fresh`: the writer of a log that is new, and who hears of its first append; else the log is read first.
    async fn answer(
        &self,
        request: &CompleteChatRequest,
        tenant: &str,
        idempotency_key: &str,
        fresh: Option<(Writer, Imminent)>,
    ) -> Answered {
        let body = object(&request.body)?;
        let after_first = match request.after_first.as_str() {
            "" | "fail" => AfterFirst::Fail,
            "continue" => AfterFirst::Continue,
            other => {
                return Err(TaskError::invalid(format!("afterFirst: is {other:?}; write `continue` or `fail`")));
            }
        };
        let rules = self.rules(request)?;
        let cached = match request.cached.as_str() {
            "" => None,
            text => Some(
                serde_json::from_str::<Value>(text)
                    .map_err(|error| TaskError::invalid(format!("cached: is no JSON: {error}")))?,
            ),
        };
        let cached = cached.as_ref();
        let call = ChatCall {
            body: &body,
            targets: &request.targets,
            idempotency_key,
            after_first,
            rules,
            tenant,
            groups: &request.groups,
            cached,
            reservation: &request.reservation,
        };
        match request.stream.as_str() {
            "" => Ok(self.given_whole(&call).await),
            stream => self.streamed(stream, &call, request.orphan_ms, fresh).await,
        }
    }

    /// An answer into its log.
    async fn streamed(
        &self,
        stream: &str,
        call: &ChatCall<'_>,
        orphan_ms: u64,
        fresh: Option<(Writer, Imminent)>,
    ) -> Answered {
        let (writer, before, imminent) = match fresh {
            Some((writer, imminent)) => (writer, Vec::new(), Some(imminent)),
            None => {
                let (writer, before) = self.log.writer(stream).await?;
                (writer, before, None)
            }
        };
        match follow(self, writer, before, stream, call, orphan_ms, imminent).await {
            Ok(given) => Ok(given),
            // Whoever took the log goes on with it.
            Err(error) if error.kind == PortErrorKind::Conflict => {
                Err(TaskError::new("Chat.TakenOver", "another process goes on with this answer"))
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// A request as it was recorded.
pub(super) fn object(body: &str) -> Result<Map<String, Value>, TaskError> {
    match serde_json::from_str(body) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) => Err(TaskError::invalid("body: is no object; write a chat-completions request")),
        Err(error) => Err(TaskError::invalid(format!("body: is no JSON: {error}"))),
    }
}

/// The reply of an answer that nobody was asked for.
pub(super) fn given_again(cached: &Value) -> CompleteChatReply {
    CompleteChatReply {
        body: cached.to_string(),
        target: cached["model"].as_str().unwrap_or_default().to_owned(),
        finish_reason: cached["choices"][0]["finish_reason"].as_str().unwrap_or_default().to_owned(),
        ..CompleteChatReply::default()
    }
}

/// No target was named.
pub(super) fn no_targets() -> Fault {
    Fault {
        code: "targets_missing".into(),
        message: "no target is left to ask".into(),
        status: 503,
        blame: Blame::Request,
        retry_after_ms: None,
    }
}

/// Answers that a request asks for.
pub(super) fn wanted(body: &Map<String, Value>) -> usize {
    body.get("n").and_then(Value::as_u64).map_or(1, |n| usize::try_from(n).unwrap_or(usize::MAX))
}

/// Tokens of a request whose target does not tell.
pub(super) fn estimated_input(body: &Map<String, Value>) -> u64 {
    request::read(body).map_or(0, |facts| facts.input_tokens)
}

/// Tokens of what was written, estimated.
pub(super) fn estimated_output(whole: &Whole) -> u64 {
    whole.characters().div_ceil(4)
}

#[async_trait]
impl Perform<CompleteChat> for Completer {
    async fn perform(
        &self,
        context: &TaskContext,
        request: CompleteChatRequest,
    ) -> Result<CompleteChatReply, TaskError> {
        let Given { result, attempts, findings } = match self.ahead.take(&request.stream) {
            Some(begun) => begun.await?,
            None => self.answer(&request, &context.tenant, &context.idempotency_key, None).await?,
        };
        // What was used is paid for, also for an answer that broke. Its reader has all of it by now: this goes with what others leave,
        // and not before the first words of an answer that somebody waits for.
        self.settle.settle(context, &request, &attempts, result.as_ref(), &findings).await?;
        result.map_err(|fault| TaskError::new(FAILED, format!("{}: {}", fault.code, fault.message)))
    }
}

/// The frame that tells a reader of a fault.
pub(super) fn frame_of(fault: &Fault) -> NewFrame {
    error_frame(&fault.code, &fault.message, fault.status, fault.retry_after_ms)
}
