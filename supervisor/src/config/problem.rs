//! What is wrong with a configuration, and what to do about it.

use std::{fmt, path::Path};

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The file, or the flag or environment variable.
    pub place: String,
    /// Line in the file, from 1.
    pub line: Option<usize>,
    /// The key, e.g. `collections.hr.retrieval.depth`; empty for the file as a whole.
    pub key: String,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub fix: String,
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.key.is_empty() {
            write!(f, ": {}", self.key)?;
        }
        write!(f, ": {}", self.problem)?;
        if !self.fix.is_empty() {
            write!(f, "; {}", self.fix)?;
        }
        Ok(())
    }
}

/// Everything that is wrong; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ConfigError(pub Vec<ConfigProblem>);

impl ConfigError {
    /// A problem of a flag or an environment variable.
    pub fn of_flag(flag: &str, problem: impl Into<String>, fix: impl Into<String>) -> Self {
        Self(vec![ConfigProblem {
            place: flag.to_owned(),
            line: None,
            key: String::new(),
            problem: problem.into(),
            fix: fix.into(),
        }])
    }

    /// A problem of the file as a whole.
    pub fn of_file(file: &Path, problem: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::of_flag(&file.display().to_string(), problem, fix)
    }
}
