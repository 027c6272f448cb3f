//! From the text of a TOML file to typed values, or to problems that name their line.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue};

use super::{ConfigError, ConfigProblem, DEFAULT_FILE, Overrides};

/// The file to read: the one that was named, else the usual one if it is there.
pub(super) fn find(overrides: &Overrides) -> Result<Option<PathBuf>, ConfigError> {
    match &overrides.file {
        Some(path) if path.is_file() => Ok(Some(path.clone())),
        Some(path) => Err(ConfigError::of_flag(
            "--config",
            format!("{} is not a file", path.display()),
            "name a TOML file, or leave the flag out to use the defaults",
        )),
        None => Ok(Some(PathBuf::from(DEFAULT_FILE)).filter(|path| path.is_file())),
    }
}

/// A TOML text with its name, for naming lines.
pub(super) struct Source<'a> {
    pub(super) file: &'a Path,
    pub(super) text: &'a str,
}

impl Source<'_> {
    /// The text as a table.
    pub(super) fn table(&self) -> Result<toml::Table, ConfigError> {
        self.text.parse::<toml::Table>().map_err(|error| {
            let line = error.span().map(|span| line_at(self.text, span.start));
            let problem = first_line(error.message());
            ConfigError(vec![self.at(line, String::new(), problem, "correct the TOML".to_owned())])
        })
    }

    /// A value of the table as a type. `prefix` is where in the file the value lies.
    pub(super) fn typed<T: DeserializeOwned>(
        &self,
        prefix: &str,
        value: impl Into<toml::Value>,
    ) -> Result<T, ConfigProblem> {
        serde_path_to_error::deserialize(value.into()).map_err(|error| {
            let path = error.path().to_string();
            let path = if path == "." { String::new() } else { path };
            let key = [prefix, &path].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
            let (problem, fix) = explain(&first_line(error.inner().message()));
            self.problem(&key, problem, fix)
        })
    }

    /// A problem of a key, with the line where it stands.
    pub(super) fn problem(&self, key: &str, problem: impl Into<String>, fix: impl Into<String>) -> ConfigProblem {
        self.at(self.line_of(key), key.to_owned(), problem.into(), fix.into())
    }

    fn at(&self, line: Option<usize>, key: String, problem: String, fix: String) -> ConfigProblem {
        ConfigProblem { place: self.file.display().to_string(), line, key, problem, fix }
    }

    /// The line of a key, or of the closest table around it.
    fn line_of(&self, key: &str) -> Option<usize> {
        let table = DeTable::parse(self.text).ok()?;
        let mut here = table.get_ref();
        let mut found = None;
        for part in segments(key) {
            let Some((name, value)) = here.iter().find(|(name, _)| name.get_ref().as_ref() == part) else { break };
            found = Some(name.span().start);
            match value.get_ref() {
                DeValue::Table(inner) => here = inner,
                _ => break,
            }
        }
        found.map(|at| line_at(self.text, at))
    }
}

/// Parts of a dotted key; a quoted part may hold dots (`chunking."text/csv"`), an index ends it.
fn segments(key: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = key;
    while !rest.is_empty() {
        let (part, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                rest.split_at(end)
            }
        };
        parts.push(part);
        rest = after.strip_prefix('.').unwrap_or("");
    }
    parts
}

fn line_at(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or("invalid").trim().to_owned()
}

/// Serde's words in ours: what is wrong, and the name that was probably meant.
pub(crate) fn explain(message: &str) -> (String, String) {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.split_first() {
        Some((unknown, known)) if message.starts_with("unknown field") => {
            let fix = match closest(unknown, known) {
                Some(name) => format!("did you mean `{name}`?"),
                None if known.is_empty() => "remove it".to_owned(),
                None => format!("known here are {}", known.join(", ")),
            };
            (format!("unknown key `{unknown}`"), fix)
        }
        Some((unknown, known)) if message.starts_with("unknown variant") => {
            (format!("unknown value `{unknown}`"), format!("write one of {}", known.join(", ")))
        }
        Some((missing, _)) if message.starts_with("missing field") => {
            (format!("`{missing}` is missing"), format!("add `{missing}`"))
        }
        _ => match message.split_once(", expected ") {
            Some((problem, expected)) => (problem.to_owned(), format!("write {expected}")),
            None => (message.to_owned(), String::new()),
        },
    }
}

fn closest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let scored = known.iter().map(|candidate| (strsim::damerau_levenshtein(name, candidate), *candidate));
    scored.min().filter(|(distance, _)| *distance <= 2.max(name.len() / 3)).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_with_quotes_and_indexes_are_cut() {
        assert_eq!(segments("collections.hr.retrieval.depth"), ["collections", "hr", "retrieval", "depth"]);
        assert_eq!(segments("chunking.\"text/x.csv\".words"), ["chunking", "text/x.csv", "words"]);
        assert_eq!(segments("include[0]"), ["include"]);
    }

    #[test]
    fn serde_speaks_plainly() {
        let cases = [
            ("unknown field `dept`, expected one of `depth`, `results`", "unknown key `dept`; did you mean `depth`?"),
            ("unknown field `zzzzzz`, expected `a` or `b`", "unknown key `zzzzzz`; known here are a, b"),
            ("unknown variant `x`, expected `human` or `json`", "unknown value `x`; write one of human, json"),
            ("missing field `model`", "`model` is missing; add `model`"),
            ("invalid type: string \"a\", expected usize", "invalid type: string \"a\"; write usize"),
        ];
        for (message, expected) in cases {
            let (problem, fix) = explain(message);
            assert_eq!(format!("{problem}; {fix}"), expected);
        }
    }
}
