//! One answer, whatever API it is asked for by: admitted, reserved, answered, recorded.
//!
//! A whole answer of plain targets is asked for, given, and recorded beside: its caller waits for no disk. A stream, and whatever
//! has an `Idempotency-Key` or runs in the background, is an execution first: it survives this process, and is one answer however
//! often it is asked for.

use std::{pin::pin, task::Poll, time::Duration};

use axum::http::StatusCode;
use cueline_domain::{
    chat::{attempts::AfterFirst, documents::Documents, request::RequestFacts},
    governance::{
        cache_key::{CacheKey, CacheRules, cacheability},
        money::Money,
    },
    guarding::Inspector,
    streaming::{Flush, Mode},
};
use cueline_patterns::{
    chat::{Begun, CHAT, ChatCall, ERROR, Fault, Looked, Reader, UNSAID, look_from_afar, most_cost},
    governance::{Permit, ReserveError, Scope},
};
use cueline_protocol::{
    ids::ExecutionId,
    v1::{CompleteChatReply, CompleteChatRequest},
};
use cueline_runtime::{EngineError, StartExecution};
use serde_json::{Map, Value};

use super::{
    Gate,
    caller::Caller,
    follow::error_of,
    plan::{Asked, Plan, is_decided},
    problem::Problem,
    recorder::Recorded,
};
use crate::config::gateway::{CacheTable, Shown};

/// How long the record of a new answer waits for its first words, to be written down with them.
const TOGETHER: Duration = Duration::from_millis(2);
/// Tokens of an answer of which the request says nothing.
const USUAL_OUTPUT: u64 = 256;

/// A request that may be carried out.
pub(super) struct Turn {
    pub(super) caller: Caller,
    /// As chat completions have it.
    pub(super) body: Map<String, Value>,
    pub(super) facts: RequestFacts,
    pub(super) plan: Plan,
    /// What another API was asked, where it can be asked again for the answer; else empty.
    pub(super) asked: String,
    pub(super) permit: Permit,
    pub(super) kept: KeptAnswer,
    /// A target of the plan answers from documents, which not everybody may see.
    is_cleared: bool,
    /// Its budgets were asked: whether they hold a reservation that is this request's, and since when.
    reserved: Option<(bool, i64)>,
}

/// What the cache has to say.
#[derive(Default)]
pub(super) struct KeptAnswer {
    /// For a header: `hit`, `miss`, or why the cache was not asked; empty: there is none.
    pub(super) told: String,
    key: String,
    seconds: u64,
    answer: Option<CompleteChatReply>,
}

/// A whole answer.
pub(super) struct Told {
    pub(super) begun_ms: i64,
    pub(super) result: Result<CompleteChatReply, Fault>,
}

/// An answer on its way.
pub(super) struct Going {
    /// It was begun before, with the same key.
    pub(super) is_old: bool,
    pub(super) reader: Reader,
}

/// Whether anything new is taken at all.
pub(super) fn open(gate: &Gate) -> Result<(), Problem> {
    if gate.is_draining() {
        let message = "this process is stopping; another one, or this one after its restart, takes the request";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", message).retry_after(Some(1_000)));
    }
    Ok(())
}

impl Turn {
    /// Admits a request: its model may be used, somebody can answer it, and no limit is reached.
    pub(super) async fn admit(
        gate: &Gate,
        caller: Caller,
        body: Map<String, Value>,
        facts: RequestFacts,
        asked: String,
    ) -> Result<Self, Problem> {
        if !caller.may_use(&facts.model) {
            let message = format!("key {} may not use {:?}", caller.key_id(), facts.model);
            return Err(Problem::new(StatusCode::FORBIDDEN, "model_not_allowed", message).param("model"));
        }
        let budget_left = if is_decided(&facts.model) { caller.budget_left(gate).await? } else { None };
        let of_plan = Asked {
            facts: &facts,
            tenant: caller.tenant.as_str(),
            key: caller.key.as_deref(),
            budget_left,
            now_ms: gate.now_ms(),
            draw: gate.world().entropy.draw(),
        };
        let plan = gate.plans().plan(gate.0.completer.targets(), &of_plan)?;
        if plan.shown.citations {
            Documents::of(&body)?;
        }
        let tokens = facts.input_tokens + facts.max_output_tokens.unwrap_or(USUAL_OUTPUT);
        let permit = gate.0.limits.take(&caller.limits(), tokens)?;
        let targets = gate.0.completer.targets();
        let is_cleared = plan.targets.iter().any(|name| targets.get(name).is_some_and(|target| target.info.is_cleared));
        Ok(Self { caller, body, facts, plan, asked, permit, kept: KeptAnswer::default(), is_cleared, reserved: None })
    }

    /// Looks at what is asked, where the plan has a guard do that; what has to be masked is masked before anything of it is kept.
    /// `look` is how the texts of the request are found.
    pub(super) async fn look_at_question(
        &mut self,
        gate: &Gate,
        look: impl FnOnce(&mut Self, &Inspector, Mode) -> Looked,
    ) -> Result<(), Problem> {
        let Shown { guard: Some((guard, mode)), questions: true, .. } = self.plan.shown.clone() else { return Ok(()) };
        let completer = &gate.0.completer;
        let Looked { findings, is_blocked } = match (completer.inspector(&guard), completer.guard(&guard)) {
            (Some(inspector), _) => look(self, &inspector, mode),
            (None, Some(guard)) => look_from_afar(&self.body, &*guard, mode).await?,
            (None, None) => {
                // A guard that is named and not there lets nothing pass.
                let message = format!("there is no guard {guard:?}");
                return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "guard_unavailable", message));
            }
        };
        if is_blocked {
            gate.0.settling.intervened();
            let rules: Vec<&str> = findings.iter().filter_map(|found| found.strip_suffix(": blocked")).collect();
            let message = format!("the question breaks a rule of the guard {guard}: {}", rules.join(", "));
            return Err(Problem::invalid("question_blocked", message).param("messages"));
        }
        if let (false, Value::Object(decision)) = (findings.is_empty(), &mut self.plan.decision) {
            decision.insert("question".into(), findings.into());
        }
        Ok(())
    }

    /// What headers say of how the answer came about.
    pub(super) fn told(&self) -> [(&'static str, String); 2] {
        [("x-cueline-decision", self.plan.summary.clone()), ("x-cueline-cache", self.kept.told.clone())]
    }

    /// Looks whether the answer is there already, where the plan allows that.
    pub(super) async fn look_up(&mut self, gate: &Gate) -> Result<(), Problem> {
        let Some(CacheTable { seconds, any_temperature, tools }) = self.plan.cache else { return Ok(()) };
        if self.is_cleared {
            // They change, and so does who may see them.
            self.kept.told = "no; it is made of documents".to_owned();
            return Ok(());
        }
        if let Err(reason) = cacheability(&self.body, CacheRules { any_temperature, tools }) {
            self.kept.told = format!("no; {reason}");
            return Ok(());
        }
        // Who sees more, or less of it, gets another answer.
        let whose = format!("{}\n{:?}", self.caller.tenant, self.plan.shown);
        let key = CacheKey::of(&whose, &self.plan.targets, &self.body);
        let answer = gate.0.cache.get(self.caller.tenant.as_str(), &key).await?;
        let told = if answer.is_some() { "hit" } else { "miss" }.to_owned();
        self.kept = KeptAnswer { told, key: key.to_string(), seconds, answer };
        Ok(())
    }

    /// Bounds an answer that a budget pays for: what it may cost at most has to be known before it is asked for.
    fn bound(&mut self, gate: &Gate) {
        if self.facts.max_output_tokens.is_some() || self.caller.scopes().is_empty() {
            return;
        }
        let known = gate.0.completer.targets();
        let contexts = self.plan.targets.iter().filter_map(|name| known.get(name)?.info.context);
        let room = contexts.map(|context| context.saturating_sub(self.facts.input_tokens)).min().unwrap_or(UNSAID);
        let most = room.clamp(1, UNSAID);
        self.facts.max_output_tokens = Some(most);
        self.body.insert("max_tokens".into(), most.into());
    }

    /// The request of the task, but for what only one way of answering needs.
    fn request(&self, id: &ExecutionId) -> CompleteChatRequest {
        let Plan { targets, decision, shown, .. } = &self.plan;
        let (guard, mode) = shown.guard.as_ref().map_or(("", ""), |(guard, mode)| (guard.as_str(), mode.name()));
        CompleteChatRequest {
            body: serde_json::to_string(&self.body).unwrap_or_default(),
            targets: targets.clone(),
            guard: guard.to_owned(),
            guard_mode: mode.to_owned(),
            guard_tools: shown.tools,
            link_hosts: shown.links.clone(),
            citations: shown.citations,
            flush: if shown.flush == Flush::Token { "" } else { shown.flush.name() }.to_owned(),
            groups: if self.is_cleared { self.caller.groups().into_iter().collect() } else { Vec::new() },
            key: self.caller.key_id().to_owned(),
            decision: decision.to_string(),
            reservation: if self.caller.scopes().is_empty() { String::new() } else { id.to_string() },
            asked: self.asked.clone(),
            cache_key: self.kept.key.clone(),
            cache_seconds: self.kept.seconds,
            cached: self.kept.answer.as_ref().map(|reply| reply.body.clone()).unwrap_or_default(),
            ..CompleteChatRequest::default()
        }
    }

    /// Reserves the most that its first call may cost; every further one has to be afforded when it is made. Targets that the
    /// budgets do not allow are left out. Asked again it changes nothing. `keyed`: the answer may be there already.
    pub(super) async fn reserve(&mut self, gate: &Gate, id: &ExecutionId, keyed: bool) -> Result<bool, Problem> {
        if let Some((reserved, _)) = self.reserved {
            return Ok(reserved);
        }
        let now_ms = gate.now_ms();
        let scopes = self.caller.scopes();
        // The same request has the same bound, whether or not it is there.
        self.bound(gate);
        // Whoever asks for what it has paid for pays nothing.
        let is_there = keyed && !scopes.is_empty() && gate.world().journal.summary(id).await?.is_some();
        let reserved = !scopes.is_empty() && !is_there && self.afford(gate, id, &scopes).await?;
        self.reserved = Some((reserved, now_ms));
        Ok(reserved)
    }

    async fn afford(&mut self, gate: &Gate, id: &ExecutionId, scopes: &[Scope]) -> Result<bool, Problem> {
        if self.kept.answer.is_some() {
            return Ok(gate.0.budgets.reserve(id.as_str(), scopes, Money::ZERO).await?);
        }
        let known = gate.0.completer.targets();
        let priced = |name: &String| {
            let most = known.get(name).and_then(|target| most_cost(&target.info, &self.facts));
            Some((name.clone(), Money::from_dollars(most?)))
        };
        let priced: Vec<(String, Money)> = self.plan.targets.iter().filter_map(priced).collect();
        let mut refused = None;
        for (at, (_, most)) in priced.iter().enumerate() {
            match gate.0.budgets.reserve(id.as_str(), scopes, *most).await {
                Ok(reserved) => {
                    self.plan.targets = priced[at..].iter().map(|(name, _)| name.clone()).collect();
                    return Ok(reserved);
                }
                Err(exceeded @ ReserveError::Exceeded { .. }) => refused = refused.or(Some(exceeded)),
                Err(error) => return Err(error.into()),
            }
        }
        Err(refused.map_or_else(|| unpriced(&self.plan.targets), Problem::from))
    }

    /// Gives back what was reserved for what will not be begun.
    pub(super) async fn give_back(&self, gate: &Gate, id: &ExecutionId) -> Result<(), Problem> {
        if matches!(self.reserved, Some((true, _))) {
            gate.0.budgets.settle(id.as_str(), Money::ZERO).await?;
        }
        Ok(())
    }

    /// Answers whole, and records it beside. A caller that hangs up cancels nothing: what was asked is paid for and recorded.
    pub(super) async fn whole(self, gate: &Gate, id: &ExecutionId) -> Result<Told, Problem> {
        let (gate, id) = (gate.clone(), id.clone());
        let told = tokio::spawn(async move { self.answered(&gate, &id).await }).await;
        told.unwrap_or_else(|_| {
            let message =
                "the answer was given up: the process is stopping, or a bug; what it may have cost counts as spent";
            Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "answer_lost", message))
        })
    }

    async fn answered(mut self, gate: &Gate, id: &ExecutionId) -> Result<Told, Problem> {
        self.reserve(gate, id, false).await?;
        let request = self.request(id);
        let rules = match gate.0.completer.rules(&request) {
            Ok(rules) => rules,
            Err(error) => {
                self.give_back(gate, id).await?;
                return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "guard_unavailable", error.to_string()));
            }
        };
        let begun_ms = gate.now_ms();
        let cached: Option<Value> = serde_json::from_str(&request.cached).ok();
        let call = ChatCall {
            body: &self.body,
            targets: &self.plan.targets,
            idempotency_key: id.as_str(),
            after_first: AfterFirst::Fail,
            rules,
            tenant: self.caller.tenant.as_str(),
            groups: &request.groups,
            cached: cached.as_ref(),
            reservation: &request.reservation,
        };
        let (result, attempts) = gate.0.completer.whole(&call).await;
        let Self { caller, mut permit, .. } = self;
        permit.used(attempts.iter().map(|attempt| attempt.input_tokens + attempt.output_tokens).sum());
        let told = Told { begun_ms, result: result.clone() };
        gate.0.recorder.add(gate, Recorded { id: id.clone(), caller, request, begun_ms, result, attempts });
        Ok(told)
    }

    /// Begins an answer into its log. `keyed`: it may be there already. One that nobody reads for `orphan_ms` is given up; 0: never.
    pub(super) async fn begin(
        mut self,
        gate: &Gate,
        id: &ExecutionId,
        keyed: bool,
        orphan_ms: u64,
    ) -> Result<Going, Problem> {
        let is_reserved = self.reserve(gate, id, keyed).await?;
        let after_first = if self.plan.after_first == AfterFirst::Continue { "continue" } else { "fail" };
        let request = CompleteChatRequest {
            stream: id.to_string(),
            after_first: after_first.to_owned(),
            orphan_ms,
            ..self.request(id)
        };
        let reserved_ms = self.reserved.map_or(0, |(_, reserved_ms)| reserved_ms);
        let Self { caller, permit, .. } = self;
        let is_held = gate.0.settling.hold(id.as_str(), permit, gate.now_ms());
        // Before it starts, so that nothing is missed of it and it is not taken for unread.
        let reader = gate.0.completer.log().reader(id.as_str(), 0);
        // A new answer is begun at once; one that may be there already is left to its execution, and so is one whose task another
        // process may take: two would ask for it, and the second take the first for dead.
        let mut begun = (!keyed && !gate.0.is_shared)
            .then(|| gate.0.completer.begin(id.as_str(), caller.tenant.as_str(), &request));
        let together = match &mut begun {
            Some(begun) => Some(begun.imminent(&*gate.world().clock, TOGETHER).await),
            None => None,
        };
        let mut start = StartExecution::of(CHAT, arguments(&request)).with_id(id.clone());
        start.tenant = caller.tenant;
        let mut starting = pin!(gate.engine().start(start));
        let first = futures::poll!(starting.as_mut());
        // The record is on its way: what waited for it may go, too.
        drop(together);
        let started = match first {
            Poll::Ready(started) => started,
            Poll::Pending => starting.await,
        };
        let started = match started {
            Ok(started) => {
                begun.into_iter().for_each(Begun::keep);
                Ok(!started.created)
            }
            // The plan may be another one by now: the request is what must be the same.
            Err(EngineError::StartedDifferently { .. }) => same_request(gate, id, &request).await.map(|()| true),
            Err(error) => return Err(error.into()),
        };
        if !matches!(started, Ok(false)) {
            if is_held {
                gate.0.settling.release(id.as_str(), &[]);
            }
            // An answer that was begun before this was reserved was settled without it; one that somebody else began with the same
            // key meanwhile runs on it.
            if is_reserved && !began_after(gate, id, reserved_ms).await? {
                gate.0.budgets.settle(id.as_str(), Money::ZERO).await?;
            }
        }
        Ok(Going { is_old: started?, reader })
    }
}

async fn began_after(gate: &Gate, id: &ExecutionId, ms: i64) -> Result<bool, Problem> {
    Ok(gate.world().journal.summary(id).await?.is_some_and(|summary| summary.started_ms >= ms))
}

/// A budget cannot pay for what has no price.
pub(super) fn unpriced(targets: &[String]) -> Problem {
    let names = targets.join(", ");
    let message = format!(
        "a budget pays for this key, and {names} has no price; write targets.NAME.price = {{ input = …, output = … }}, with 0 if it \
         is free"
    );
    Problem::new(StatusCode::FORBIDDEN, "price_unknown", message).param("model")
}

/// A request as the arguments of the task, which are the input of the workflow.
pub(super) fn arguments(request: &CompleteChatRequest) -> Value {
    serde_json::to_value(request).unwrap_or_default()
}

/// The request and, once it has succeeded, the reply of an answer, and how it failed.
pub(super) struct Kept {
    pub(super) request: CompleteChatRequest,
    pub(super) reply: Option<CompleteChatReply>,
    /// Code and message.
    pub(super) failure: Option<(String, String)>,
}

impl Kept {
    /// As its execution has it.
    pub(super) async fn of(gate: &Gate, id: &ExecutionId) -> Result<Self, Problem> {
        let state = gate.engine().peek(id).await?.state;
        let input = state.start().map(|start| Value::clone(&start.input)).unwrap_or_default();
        let output = state.output().map(|output| Value::clone(output));
        let failure = state.failure().map(|failure| {
            let (code, message) = failure.cause.split_once(": ").unwrap_or(("answer_failed", &failure.cause));
            (code.to_owned(), message.to_owned())
        });
        let unreadable = |_| Problem::not_found("answer_unknown", format!("{id} is none of this version"));
        Ok(Self {
            request: serde_json::from_value(input).map_err(unreadable)?,
            reply: output.map(serde_json::from_value).transpose().map_err(unreadable)?,
            failure,
        })
    }
}

impl Kept {
    /// Why there is no reply: as its log has it, else as its execution has it.
    pub(super) async fn problem(&self, gate: &Gate) -> Result<Problem, Problem> {
        let told = match self.request.stream.as_str() {
            "" => Vec::new(),
            stream => gate.0.completer.log().read(stream, 0).await?,
        };
        if let Some(frame) = told.last().filter(|frame| frame.event == ERROR) {
            return Ok(error_of(frame));
        }
        let (code, message) = self.failure.clone().unwrap_or_default();
        Ok(Problem::new(StatusCode::BAD_GATEWAY, &code, message))
    }
}

/// Whether an execution that is there was asked the same.
async fn same_request(gate: &Gate, id: &ExecutionId, request: &CompleteChatRequest) -> Result<(), Problem> {
    let kept = Kept::of(gate, id).await?;
    let parsed = |text: &str| serde_json::from_str::<Value>(text).ok();
    if parsed(&kept.request.body) == parsed(&request.body) {
        return Ok(());
    }
    let message = "this Idempotency-Key was used for another request; use a new one";
    Err(Problem::new(StatusCode::CONFLICT, "idempotency_key_reused", message))
}
