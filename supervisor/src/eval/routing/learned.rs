//! What was learned from outcomes, in one file: a line of JSON with what targets have shown, then the model.

use std::path::Path;

use cueline_domain::routing::{decide::Records, model::Model};
use serde::{Deserialize, Serialize};

/// The first line of a file.
#[derive(Serialize, Deserialize)]
struct Head {
    cueline_router: u32,
    records: Records,
}

/// The version of files that this build writes.
const VERSION: u32 = 1;

/// A model and what targets have shown.
#[derive(Debug, Clone)]
pub struct Learned {
    /// Expects quality and tokens of a prompt, by target.
    pub model: Model,
    /// Outcomes by target and task type.
    pub records: Records,
}

/// A file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LearnedError {
    /// It cannot be read.
    #[error("router_unreadable: {0}")]
    Io(#[from] std::io::Error),
    /// It is none of ours.
    #[error("router_invalid: {0}; make it with `cueline router train`")]
    Invalid(String),
}

impl Learned {
    /// Writes a file, whole or not at all.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        let head = Head { cueline_router: VERSION, records: self.records.clone() };
        let mut bytes = serde_json::to_vec(&head).map_err(std::io::Error::other)?;
        bytes.push(b'\n');
        bytes.extend(self.model.to_bytes());
        let unfinished = path.with_extension("unfinished");
        std::fs::write(&unfinished, bytes)?;
        std::fs::rename(unfinished, path)
    }

    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, LearnedError> {
        let bytes = std::fs::read(path)?;
        let invalid = |what: &str| LearnedError::Invalid(format!("{}: {what}", path.display()));
        let end = bytes.iter().position(|byte| *byte == b'\n').ok_or_else(|| invalid("no router"))?;
        let head: Head = serde_json::from_slice(&bytes[..end]).map_err(|_| invalid("no router"))?;
        if head.cueline_router != VERSION {
            return Err(invalid(&format!("is of version {}; this program knows {VERSION}", head.cueline_router)));
        }
        let model = Model::from_bytes(&bytes[end + 1..]).map_err(|error| invalid(&error.to_string()))?;
        Ok(Self { model, records: head.records })
    }
}
