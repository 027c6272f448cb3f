//! Answers that were given are recorded beside: many share a sync of the disk.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use cueline_patterns::chat::{CHAT, FAILED, Fault};
use cueline_protocol::{
    ids::ExecutionId,
    tasks::{CompleteChat, result_of},
    v1::{ChatAttempt, CompleteChatReply, CompleteChatRequest},
};
use cueline_runtime::{StartExecution, TaskError, engine::Called};

use super::{Gate, caller::Caller, settling::Ended, turn::arguments};

/// How long an answer waits for others.
const GATHER: Duration = Duration::from_millis(5);

/// What waits to be recorded.
#[derive(Default)]
pub(super) struct Recorder {
    waiting: Mutex<Vec<Recorded>>,
    is_gathering: AtomicBool,
    /// Answers that were given and are not recorded yet.
    under_way: AtomicUsize,
}

impl Recorder {
    /// Records an answer within moments.
    pub(super) fn add(&self, gate: &Gate, recorded: Recorded) {
        self.under_way.fetch_add(1, Ordering::AcqRel);
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(recorded);
        if self.is_gathering.swap(true, Ordering::AcqRel) {
            return;
        }
        let gate = gate.clone();
        tokio::spawn(async move {
            gate.world().clock.sleep(GATHER).await;
            gate.0.recorder.is_gathering.store(false, Ordering::Release);
            let batch = std::mem::take(&mut *gate.0.recorder.waiting.lock().unwrap_or_else(PoisonError::into_inner));
            let count = batch.len();
            futures::future::join_all(batch.into_iter().map(|recorded| recorded.write(&gate))).await;
            gate.0.recorder.under_way.fetch_sub(count, Ordering::AcqRel);
        });
    }

    /// Every answer that was given is recorded, as far as it could be.
    pub(super) fn is_idle(&self) -> bool {
        self.under_way.load(Ordering::Acquire) == 0
    }
}

/// An answer that was given.
pub(super) struct Recorded {
    pub(super) id: ExecutionId,
    pub(super) caller: Caller,
    pub(super) request: CompleteChatRequest,
    pub(super) begun_ms: i64,
    pub(super) result: Result<CompleteChatReply, Fault>,
    pub(super) attempts: Vec<ChatAttempt>,
}

impl Recorded {
    async fn write(self, gate: &Gate) {
        let Self { id, caller, request, begun_ms, result, attempts } = self;
        let findings = result.as_ref().map(|reply| reply.findings.clone()).unwrap_or_default();
        let ended = Ended {
            execution: id.as_str(),
            tenant: caller.tenant.as_str(),
            request: &request,
            attempts: &attempts,
            result: result.as_ref(),
            findings: &findings,
            now_ms: gate.now_ms(),
        };
        if let Err(error) = gate.0.settling.account(&ended).await {
            tracing::error!(execution = %id, error = %error, "an answer was not settled; all it reserved will count as spent");
        }
        let result = match result {
            Ok(reply) => result_of::<CompleteChat>(&reply).map_err(|error| TaskError::invalid(error.to_string())),
            Err(fault) => Err(TaskError::new(FAILED, format!("{}: {}", fault.code, fault.message))),
        };
        let mut start = StartExecution::of(CHAT, arguments(&request)).with_id(id.clone());
        start.tenant = caller.tenant;
        if let Err(error) = gate.engine().record(Called { start, begun_ms, result }).await {
            tracing::warn!(execution = %id, error = %error, "an answer was given and is not recorded");
        }
    }
}
