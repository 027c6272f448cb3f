//! The child's side: parse what comes, answer, and never outlive the time for one document.

use std::{
    io::{self, Read, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::Duration,
};

use cueline_domain::document::Document;
use serde::{Deserialize, Serialize};

use super::frame::{self, Answer, GREETING, Limits};

/// What a child refuses a document with: a stable code and words for people.
pub type Refusal = (String, String);

/// A refusal on its way.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoredRefusal {
    pub(super) code: String,
    pub(super) message: String,
}

/// The parent kills a child that takes too long. When there is no parent any more, the child ends itself a little later.
const AFTER_WALL: Duration = Duration::from_secs(5);

/// The whole life of a child: documents from `stdin`, answers to `stdout`, until the parent closes or is gone.
///
/// Limits its own memory as the parent says, and leaves no core dump, because that would hold the document. Nothing else
/// may write to the real standard output.
pub fn serve_child(
    parse: impl Fn(&str, &[u8]) -> Result<Document, Refusal>,
    mut stdin: impl Read,
    mut stdout: impl Write,
) -> io::Result<()> {
    stdout.write_all(GREETING)?;
    stdout.flush()?;
    let limits = Limits::read(&mut stdin)?;
    limit(limits)?;
    let watchdog = Watchdog::start(Duration::from_millis(limits.wall_ms).saturating_add(AFTER_WALL))?;
    while let Some((name, body)) = frame::read_request(&mut stdin)? {
        watchdog.begin();
        let parsed = catch_unwind(AssertUnwindSafe(|| parse(&name, &body)));
        let (kind, answer) = match parsed {
            Ok(Ok(document)) => (Answer::Document, serde_json::to_vec(&document)?),
            Ok(Err((code, message))) => (Answer::Refusal, serde_json::to_vec(&StoredRefusal { code, message })?),
            Err(_) => (Answer::LastRefusal, serde_json::to_vec(&panicked())?),
        };
        frame::write_answer(&mut stdout, kind, &answer)?;
        watchdog.end();
        if kind == Answer::LastRefusal {
            return Ok(());
        }
    }
    Ok(())
}

fn panicked() -> StoredRefusal {
    StoredRefusal {
        code: "document_crashes_parser".to_owned(),
        message: "the parser panicked on this file; it is left out, please report it".to_owned(),
    }
}

fn limit(limits: Limits) -> io::Result<()> {
    use rlimit::Resource;
    Resource::CORE.set(0, 0)?;
    let (_, hard) = Resource::AS.get()?;
    let memory = limits.memory.min(hard);
    Resource::AS.set(memory, memory)
}

/// Ends the process when one document takes too long.
struct Watchdog {
    shared: Arc<(Mutex<Watched>, Condvar)>,
}

#[derive(Default)]
struct Watched {
    /// Counts documents; odd while one is being parsed.
    turn: u64,
}

impl Watchdog {
    fn start(wall: Duration) -> io::Result<Self> {
        let shared = Arc::new((Mutex::new(Watched::default()), Condvar::new()));
        let watched = Arc::clone(&shared);
        thread::Builder::new().name("watchdog".to_owned()).stack_size(64 << 10).spawn(move || watch(&watched, wall))?;
        Ok(Self { shared })
    }

    fn begin(&self) {
        self.turn();
    }

    fn end(&self) {
        self.turn();
    }

    fn turn(&self) {
        let (watched, changed) = &*self.shared;
        watched.lock().unwrap_or_else(PoisonError::into_inner).turn += 1;
        changed.notify_one();
    }
}

fn watch((watched, changed): &(Mutex<Watched>, Condvar), wall: Duration) {
    let mut guard = watched.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        guard = changed.wait_while(guard, |it| it.turn % 2 == 0).unwrap_or_else(PoisonError::into_inner);
        let turn = guard.turn;
        let (after, timeout) =
            changed.wait_timeout_while(guard, wall, |it| it.turn == turn).unwrap_or_else(PoisonError::into_inner);
        if timeout.timed_out() {
            std::process::exit(1);
        }
        guard = after;
    }
}
