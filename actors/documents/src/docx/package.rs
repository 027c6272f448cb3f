//! The zip container: parts by name, relations between them, and a budget for what comes out.

use crate::{Limits, Refusal, RefusalCode};
use std::collections::HashMap;
use std::io::{self, Cursor, Read};
use zip::ZipArchive;

/// Message of the error that marks an exhausted budget.
const OVER: &str = "expands too much";

pub(super) struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    /// Stored names by lower-case name.
    names: HashMap<String, String>,
    budget: u64,
    limit: u64,
}

/// One relation of a part.
pub(super) struct Relation {
    pub(super) kind: String,
    /// Part name, resolved against the part that relates.
    pub(super) target: String,
}

impl<'b> Package<'b> {
    pub(super) fn open(bytes: &'b [u8], limits: &Limits) -> Result<Self, Refusal> {
        let archive =
            ZipArchive::new(Cursor::new(bytes)).map_err(|error| Refusal::malformed("a Word document", error))?;
        let names = archive
            .file_names()
            .filter_map(|name| name.ok())
            .map(|name| (name.to_ascii_lowercase().replace('\\', "/"), name.into_owned()))
            .collect();
        Ok(Self { archive, names, budget: limits.max_expanded_bytes, limit: limits.max_expanded_bytes })
    }

    /// A reader of one part that counts against the budget; `None` when there is no such part.
    pub(super) fn stream(&mut self, name: &str) -> Result<Option<impl Read + use<'_, 'b>>, Refusal> {
        let Some(stored) = self.names.get(&name.trim_start_matches('/').to_ascii_lowercase()) else {
            return Ok(None);
        };
        match self.archive.by_name(stored) {
            Ok(file) if file.encrypted() => Err(protected()),
            Ok(file) => Ok(Some(Budgeted { file, budget: &mut self.budget })),
            Err(error) if error.to_string().to_ascii_lowercase().contains("password") => Err(protected()),
            Err(error) => Err(Refusal::malformed("a Word document", error)),
        }
    }

    /// A whole part in memory.
    pub(super) fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let limit = self.limit;
        let mut bytes = Vec::new();
        let Some(mut part) = self.stream(name)? else { return Ok(None) };
        part.read_to_end(&mut bytes).map_err(|error| unreadable(&error, limit))?;
        Ok(Some(bytes))
    }

    /// The relations of a part by id; of the package itself for an empty name.
    pub(super) fn relations(&mut self, part: &str, limits: &Limits) -> Result<HashMap<String, Relation>, Refusal> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let Some(bytes) = self.read(&format!("{prefix}_rels/{file}.rels"))? else { return Ok(HashMap::new()) };
        let root = super::xml::parse(&bytes, limits)?;
        let mut relations = HashMap::new();
        for relation in root.elements() {
            let (Some(id), Some(kind), Some(target)) =
                (relation.attribute("Id"), relation.attribute("Type"), relation.attribute("Target"))
            else {
                continue;
            };
            if relation.attribute("TargetMode") == Some("External") {
                continue;
            }
            // Strict and Transitional differ in the beginning of the name only.
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            relations.insert(id.to_owned(), Relation { kind, target: resolve(&prefix, target) });
        }
        Ok(relations)
    }
}

/// An error while reading a part: over budget, or damaged.
pub(super) fn unreadable(error: &dyn std::fmt::Display, limit: u64) -> Refusal {
    let reason = error.to_string();
    if reason.contains(OVER) {
        return Refusal::new(
            RefusalCode::ExpandsTooMuch,
            format!("the Word document unpacks to more than {limit} bytes; remove large parts or split it"),
        );
    }
    Refusal::malformed("a Word document", reason)
}

fn protected() -> Refusal {
    Refusal::new(
        RefusalCode::Encrypted,
        "the Word document is protected by a password; save it without the password and upload it again",
    )
}

fn resolve(folder: &str, target: &str) -> String {
    let path = if target.starts_with('/') { target.to_owned() } else { format!("{folder}{target}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

struct Budgeted<'p, R> {
    file: R,
    budget: &'p mut u64,
}

impl<R: Read> Read for Budgeted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        match self.budget.checked_sub(read as u64) {
            Some(left) => *self.budget = left,
            None => return Err(io::Error::other(OVER)),
        }
        Ok(read)
    }
}
