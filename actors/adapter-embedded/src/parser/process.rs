//! The parent's view of one child.

use std::{
    io,
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use cueline_domain::document::Document;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{ChildStderr, ChildStdin, ChildStdout, Command},
    time::timeout,
};

use super::{
    ParserOptions,
    child::StoredRefusal,
    frame::{Answer, GREETING, Limits, MAX_BEFORE_GREETING, MAX_BODY, request_head},
};

/// How long a child may take to say that it is ready.
const START: Duration = Duration::from_secs(20);
/// What is kept of its standard error, to recognise why it died. Never shown: it may quote the document.
const LAST_WORDS: usize = 4_096;

/// A running child.
pub(super) struct Process {
    child: tokio::process::Child,
    stdin: ChildStdin,
    stdout: ChildStdout,
    last_words: Arc<Mutex<Vec<u8>>>,
    served: u32,
}

/// What became of a document that was given to a child.
pub(super) enum Outcome {
    /// It answered and can go on.
    Answered(Result<Document, StoredRefusal>),
    /// It answered, but may not go on.
    AnsweredLast(StoredRefusal),
    /// It took too long and was killed.
    TooSlow,
    /// It died.
    Died(Death),
}

/// Why a child died.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Death {
    /// It asked for more memory than it may have.
    OutOfMemory,
    /// Somebody killed it, perhaps the system because memory was short.
    Killed,
    /// It crashed.
    Crashed,
}

impl Process {
    /// Starts a child and waits until it is ready.
    pub(super) async fn start(options: &ParserOptions) -> io::Result<Self> {
        let mut command = Command::new(&options.exe);
        command.args(&options.args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A parser needs no credentials and no configuration, so a hostile file finds none.
        command.env_clear().kill_on_drop(true);
        for name in ["PATH", "LD_LIBRARY_PATH", "TMPDIR"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        let mut child = command.spawn()?;
        let (Some(stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(io::Error::other("the parser has no pipes"));
        };
        let last_words = Arc::default();
        tokio::spawn(listen(stderr, Arc::clone(&last_words)));
        let mut process = Self { child, stdin, stdout, last_words, served: 0 };
        let limits =
            Limits { memory: options.memory, wall_ms: u64::try_from(options.wall.as_millis()).unwrap_or(u64::MAX) };
        timeout(START, process.greet(limits))
            .await
            .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "the parser did not say that it is ready"))??;
        Ok(process)
    }

    /// Documents that it has parsed.
    pub(super) fn served(&self) -> u32 {
        self.served
    }

    /// Has it parse one document.
    pub(super) async fn parse(&mut self, name: &str, body: &[u8], wall: Duration) -> Outcome {
        let outcome = match timeout(wall, self.exchange(name, body)).await {
            Ok(Ok((Answer::Document, answer))) => decode(&answer).map(|document| Outcome::Answered(Ok(document))),
            Ok(Ok((Answer::Refusal, answer))) => decode(&answer).map(|refusal| Outcome::Answered(Err(refusal))),
            Ok(Ok((Answer::LastRefusal, answer))) => decode(&answer).map(Outcome::AnsweredLast),
            Ok(Err(_)) => None,
            Err(_) => {
                // Dropping would kill it too; this also waits, so that its memory is free again.
                let _ = self.child.kill().await;
                return Outcome::TooSlow;
            }
        };
        self.served += 1;
        match outcome {
            Some(outcome) => outcome,
            None => Outcome::Died(self.death().await),
        }
    }

    async fn greet(&mut self, limits: Limits) -> io::Result<()> {
        let mut heard = Vec::new();
        while !heard.ends_with(GREETING) {
            heard.push(self.stdout.read_u8().await?);
            if heard.len() > MAX_BEFORE_GREETING {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the program is not a parser of ours"));
            }
        }
        self.stdin.write_all(&limits.to_bytes()).await
    }

    async fn exchange(&mut self, name: &str, body: &[u8]) -> io::Result<(Answer, Vec<u8>)> {
        self.stdin.write_all(&request_head(name, body.len() as u64)).await?;
        self.stdin.write_all(body).await?;
        self.stdin.flush().await?;
        let kind = Answer::from_byte(self.stdout.read_u8().await?);
        let length = self.stdout.read_u64_le().await?;
        let Some(kind) = kind.filter(|_| length <= MAX_BODY) else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the parser does not keep to the protocol"));
        };
        let mut answer = Vec::new();
        (&mut self.stdout).take(length).read_to_end(&mut answer).await?;
        if answer.len() as u64 == length { Ok((kind, answer)) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }

    async fn death(&mut self) -> Death {
        // It closed its pipes or broke the protocol; a moment for it to end by itself, then by us.
        let status = match timeout(Duration::from_secs(1), self.child.wait()).await {
            Ok(Ok(status)) => Some(status),
            _ => {
                let _ = self.child.kill().await;
                None
            }
        };
        // The listener reads until the end, which comes with the death.
        tokio::time::sleep(Duration::from_millis(10)).await;
        let words = self.last_words.lock().unwrap_or_else(PoisonError::into_inner);
        let words = String::from_utf8_lossy(&words);
        if words.contains("memory allocation of") || words.contains("out of memory") {
            return Death::OutOfMemory;
        }
        if status.is_some_and(was_killed) { Death::Killed } else { Death::Crashed }
    }
}

fn was_killed(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    const SIGKILL: i32 = 9;
    const SIGTERM: i32 = 15;
    matches!(status.signal(), Some(SIGKILL | SIGTERM))
}

fn decode<T: serde::de::DeserializeOwned>(answer: &[u8]) -> Option<T> {
    serde_json::from_slice(answer).ok()
}

async fn listen(mut stderr: ChildStderr, last_words: Arc<Mutex<Vec<u8>>>) {
    let mut buffer = [0; 1_024];
    while let Ok(read @ 1..) = stderr.read(&mut buffer).await {
        let mut words = last_words.lock().unwrap_or_else(PoisonError::into_inner);
        words.extend_from_slice(&buffer[..read]);
        let excess = words.len().saturating_sub(LAST_WORDS);
        words.drain(..excess);
    }
}
