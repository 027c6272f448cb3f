//! Parsing in child processes: a file can take down its parser and nothing else.

use std::{ffi::OsString, io, path::PathBuf, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use cueline_domain::document::Document;
use cueline_ports::{ParseFailure, Parser};

/// Which children to start and what they may use.
#[derive(Debug, Clone)]
pub struct ParserOptions {
    /// The program; it must call [`serve_child`] when started with `args`.
    pub exe: PathBuf,
    /// Its arguments, e.g. `parse-document --serve`.
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
#[derive(Debug)]
pub struct ChildProcessParser {
    options: ParserOptions,
}

impl ChildProcessParser {
    /// Starts nothing yet: children start with the first documents.
    pub fn new(options: ParserOptions) -> Self {
        Self { options }
    }
}

#[async_trait]
impl Parser for ChildProcessParser {
    fn version(&self) -> &str {
        &self.options.version
    }

    async fn parse(&self, _: &str, _: Bytes) -> Result<Document, ParseFailure> {
        Err(ParseFailure::Unavailable("not there yet".to_owned()))
    }
}

/// What a child refuses a document with: a stable code and words for people.
pub type Refusal = (String, String);

/// The whole life of a child: documents from `stdin`, answers to `stdout`, until the parent is gone.
pub fn serve_child(
    parse: impl Fn(&str, &[u8]) -> Result<Document, Refusal>,
    _stdin: impl io::Read,
    _stdout: impl io::Write,
) -> io::Result<()> {
    let _ = parse;
    Ok(())
}
