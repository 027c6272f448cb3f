//! Answers that are on their way before their execution is.
//!
//! An execution is written down before its task runs; a caller that waits for the first token would wait for that disk, too. So
//! the target is asked meanwhile, and the task body finds the answer under way. After a crash there is nothing here, and the body
//! begins by itself, with what the log has by then.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use cueline_ports::Clock;
use cueline_protocol::v1::{ChatAttempt, CompleteChatReply};
use cueline_runtime::TaskError;
use tokio::{sync::oneshot, task::JoinHandle};

use super::attempt::Fault;

/// What an answer came to.
pub(super) struct Given {
    pub(super) result: Result<CompleteChatReply, Fault>,
    /// Calls that were made for it.
    pub(super) attempts: Vec<ChatAttempt>,
    /// What its guard found, also when it broke.
    pub(super) findings: Vec<String>,
}

/// An error: it is somebody else's by now, or cannot be written.
pub(super) type Answered = Result<Given, TaskError>;

/// Answers by their stream. Cloning gives another handle.
#[derive(Clone, Default)]
pub(super) struct Ahead(Arc<Mutex<HashMap<String, Working>>>);

/// An answer under way; dropped, it is cut.
pub(super) struct Working(Option<JoinHandle<Answered>>);

impl Drop for Working {
    fn drop(&mut self) {
        if let Some(work) = &self.0 {
            work.abort();
        }
    }
}

impl Working {
    async fn finish(mut self) -> Answered {
        let Some(work) = &mut self.0 else { return Err(TaskError::new("Chat.Lost", "the answer is gone")) };
        // Held until it has ended: whoever drops this future cuts the answer.
        let answered = work.await.unwrap_or_else(|_| Err(TaskError::new("Chat.Lost", "the answer was cut")));
        self.0 = None;
        answered
    }
}

impl Ahead {
    pub(super) fn put(&self, stream: &str, work: JoinHandle<Answered>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(stream.to_owned(), Working(Some(work)));
    }

    /// The answer of a stream, for whoever goes on with it.
    pub(super) fn take(&self, stream: &str) -> Option<impl Future<Output = Answered> + use<>> {
        let working = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(stream)?;
        Some(working.finish())
    }
}

/// First words that wait until the record of their execution is on its way to the disk.
pub struct Together(#[allow(dead_code, reason = "it is dropped, which is heard")] Option<oneshot::Sender<()>>);

/// An answer that was begun. Unless its execution is [kept](Self::keep), it is cut.
pub struct Begun {
    pub(super) ahead: Ahead,
    pub(super) stream: String,
    pub(super) told: oneshot::Receiver<oneshot::Sender<()>>,
}

impl Begun {
    /// Returns when its first words are about to be written down, or after `most`: whoever writes its execution down then shares
    /// their sync, and nobody waits for two. The words leave when what is returned is dropped, or a moment later.
    pub async fn imminent(&mut self, clock: &dyn Clock, most: Duration) -> Together {
        tokio::select! {
            biased;
            told = &mut self.told => Together(told.ok()),
            () = clock.sleep(most) => Together(None),
        }
    }

    /// Its execution is written down: the task takes it over.
    pub fn keep(mut self) {
        self.stream.clear();
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        if !self.stream.is_empty() {
            drop(self.ahead.take(&self.stream));
        }
    }
}
