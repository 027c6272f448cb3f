//! Parsing in child processes: a file can take down its parser and nothing else.
//!
//! ```text
//! parse ─► permit ─► an idle child, or a new one ─► document ─► child back to the idle ones
//!                                                └► died, too slow, panicked: that child is gone; the file is refused
//! ```
//!
//! Starting a process per file costs more than most files, so a child parses many and is replaced after some. A child that
//! has parsed other files before may have died of those: its file gets a second chance in a new one. `frame` is the
//! protocol, `child` the other side, `process` one child.

mod child;
mod frame;
mod process;

use std::{
    ffi::OsString,
    fmt,
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use cueline_domain::document::Document;
use cueline_ports::{ParseFailure, Parser};
use tokio::sync::Semaphore;

pub use self::child::{Refusal, serve_child};
use self::process::{Death, Outcome, Process};

/// Which children to start and what they may use.
#[derive(Debug, Clone)]
pub struct ParserOptions {
    /// The program; it must call [`serve_child`] when started with `args`.
    pub exe: PathBuf,
    /// Its arguments, e.g. `parse-document`.
    pub args: Vec<OsString>,
    /// What `Parser::version` says, e.g. `parsers/1`.
    pub version: String,
    /// Documents that are parsed at the same time.
    pub children: usize,
    /// A child is replaced after so many documents.
    pub recycle_after: u32,
    /// Address space of a child in bytes.
    pub memory: u64,
    /// Time for one document.
    pub wall: Duration,
}

impl ParserOptions {
    /// Defaults: a child per core, 200 documents each, 2 GiB, 120 s.
    pub fn new(exe: impl Into<PathBuf>, args: impl IntoIterator<Item = impl Into<OsString>>, version: &str) -> Self {
        Self {
            exe: exe.into(),
            args: args.into_iter().map(Into::into).collect(),
            version: version.to_owned(),
            children: std::thread::available_parallelism().map_or(1, usize::from),
            recycle_after: 200,
            memory: 2 << 30,
            wall: Duration::from_secs(120),
        }
    }
}

/// Parses in a pool of child processes.
pub struct ChildProcessParser {
    options: ParserOptions,
    permits: Semaphore,
    idle: Mutex<Vec<Process>>,
}

impl ChildProcessParser {
    /// Starts nothing yet: children start with the first documents.
    pub fn new(options: ParserOptions) -> Self {
        let permits = Semaphore::new(options.children.max(1));
        Self { options, permits, idle: Mutex::default() }
    }

    fn idle_child(&self) -> Option<Process> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    async fn new_child(&self) -> Result<Process, ParseFailure> {
        Process::start(&self.options).await.map_err(|error| {
            let exe = self.options.exe.display();
            ParseFailure::Unavailable(format!("could not start {exe}: {error}"))
        })
    }

    async fn parse_in(&self, mut child: Process, name: &str, bytes: &[u8]) -> Outcome {
        let outcome = child.parse(name, bytes, self.options.wall).await;
        if matches!(outcome, Outcome::Answered(_)) && child.served() < self.options.recycle_after {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(child);
        }
        outcome
    }
}

impl fmt::Debug for ChildProcessParser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChildProcessParser").field("options", &self.options).finish_non_exhaustive()
    }
}

#[async_trait]
impl Parser for ChildProcessParser {
    fn version(&self) -> &str {
        &self.options.version
    }

    async fn parse(&self, name: &str, bytes: Bytes) -> Result<Document, ParseFailure> {
        let _permit = self.permits.acquire().await.map_err(|error| ParseFailure::Unavailable(error.to_string()))?;
        if let Some(child) = self.idle_child()
            && let Ok(result) = judge(self.parse_in(child, name, &bytes).await)
        {
            return result;
        }
        let child = self.new_child().await?;
        match judge(self.parse_in(child, name, &bytes).await) {
            Ok(result) => result,
            Err(death) => Err(blame(death, self.options.memory)),
        }
    }
}

/// The result, or how the child died.
fn judge(outcome: Outcome) -> Result<Result<Document, ParseFailure>, Death> {
    match outcome {
        Outcome::Answered(Ok(document)) => Ok(Ok(document)),
        Outcome::Answered(Err(refusal)) | Outcome::AnsweredLast(refusal) => {
            Ok(Err(ParseFailure::Refused { code: refusal.code, message: refusal.message }))
        }
        Outcome::TooSlow => Ok(Err(refused(
            "document_too_slow",
            "parsing took longer than is allowed; split the file or raise the limit".to_owned(),
        ))),
        Outcome::Died(death) => Err(death),
    }
}

/// A new child died of its only document.
fn blame(death: Death, memory: u64) -> ParseFailure {
    match death {
        Death::OutOfMemory => {
            let memory = memory >> 20;
            let message = format!("parsing needs more than {memory} MiB of memory; split the file or raise the limit");
            refused("document_too_large", message)
        }
        Death::Crashed => refused(
            "document_crashes_parser",
            "the parser crashed on this file; it is left out, please report it".to_owned(),
        ),
        // Not the file's doing as far as anybody can tell: trying again later is right.
        Death::Killed => ParseFailure::Unavailable("the parser was killed while it worked".to_owned()),
    }
}

fn refused(code: &str, message: String) -> ParseFailure {
    ParseFailure::Refused { code: code.to_owned(), message }
}
