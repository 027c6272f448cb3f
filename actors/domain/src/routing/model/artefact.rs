//! A model as bytes: one line of JSON that says what it is, then its numbers.
//!
//! ```text
//!   {"format":"cueline-router","version":1,"id":…,"features":…,"targets":[…],…,"body":N}\n
//!   which slots are kept, one bit each │ per kept slot: rarity, heads │ per dense number: heads      (f32, little-endian)
//! ```
//!
//! Slots without a weight are not written. The id is the BLAKE3 of everything else, so it names the content: two trainings
//! with the same outcome have the same id, and a changed byte is found on reading.

use super::weigh::DENSE;
use super::{Model, TargetSummary, TrainingSummary, Weighting};
use crate::routing::features::{FeatureSpec, SHAPES};
use serde::{Deserialize, Serialize};

/// The version that this build writes, and the newest that it reads.
pub const ARTEFACT_VERSION: u32 = 1;
/// Most targets of a model.
pub const MAX_TARGETS: usize = 32;

const FORMAT: &str = "cueline-router";
/// The line is read whole before it is understood, so it has a bound.
const MAX_HEADER: usize = 256 * 1024;

/// Why bytes are not a model that this build can use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArtefactError {
    /// The bytes begin like something else.
    #[error("not a router artefact: the first line must be JSON with the format {FORMAT:?}")]
    NotAnArtefact,
    /// A newer build wrote it, or the number is nonsense.
    #[error(
        "artefact has version {found}, and this build reads 1 to {newest}: upgrade, or train again with this build"
    )]
    Version {
        /// Of the artefact.
        found: u64,
        /// Of this build.
        newest: u32,
    },
    /// The first line is of the right version and cannot be understood.
    #[error("first line of the artefact cannot be read: {message}: train again")]
    Header {
        /// What the reader said.
        message: String,
    },
    /// A number of the first line does not fit this build or the rest of the line.
    #[error("artefact has {field} {found}, expected {expected}: train again with this build")]
    Dimension {
        /// Which number.
        field: &'static str,
        /// Of the artefact.
        found: u64,
        /// What it must be.
        expected: u64,
    },
    /// Bytes are missing or left over.
    #[error("artefact has {found} bytes after its first line, expected {expected}: copy it again")]
    Length {
        /// There are.
        found: u64,
        /// There must be.
        expected: u64,
    },
    /// The content is not what was saved.
    #[error("artefact does not match its id {id}: it was changed after it was saved")]
    Changed {
        /// Which id it claims.
        id: String,
    },
    /// A number is infinite or none.
    #[error("artefact holds a number that is not finite: train again")]
    NotFinite,
}

impl ArtefactError {
    /// Stable name of the kind.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAnArtefact => "router_artefact_format",
            Self::Version { .. } => "router_artefact_version",
            Self::Header { .. } => "router_artefact_header",
            Self::Dimension { .. } => "router_artefact_dimension",
            Self::Length { .. } => "router_artefact_length",
            Self::Changed { .. } => "router_artefact_changed",
            Self::NotFinite => "router_artefact_not_finite",
        }
    }
}

/// What every version has.
#[derive(Deserialize)]
struct Preamble {
    format: String,
    version: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    format: String,
    version: u32,
    /// Empty while the id is computed.
    id: String,
    features: FeatureSpec,
    weighting: Weighting,
    slots: u64,
    shapes: u64,
    targets: Vec<TargetSummary>,
    training: TrainingSummary,
    /// Bytes after the line.
    body: u64,
}

impl Model {
    /// The artefact.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.sealed().1
    }

    /// Reads an artefact. Whatever the bytes say, no more than 70 MB are allocated.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ArtefactError> {
        let end = bytes.iter().take(MAX_HEADER).position(|byte| *byte == b'\n').ok_or(ArtefactError::NotAnArtefact)?;
        let (line, body) = (&bytes[..end], &bytes[end + 1..]);
        let preamble: Preamble = serde_json::from_slice(line).map_err(|_| ArtefactError::NotAnArtefact)?;
        if preamble.format != FORMAT {
            return Err(ArtefactError::NotAnArtefact);
        }
        if preamble.version != u64::from(ARTEFACT_VERSION) {
            return Err(ArtefactError::Version { found: preamble.version, newest: ARTEFACT_VERSION });
        }
        let header: Header =
            serde_json::from_slice(line).map_err(|error| ArtefactError::Header { message: error.to_string() })?;
        check(&header, body)?;
        let model = unpack(header, body)?;
        if model.table.iter().chain(&model.dense).any(|number| !number.is_finite()) {
            return Err(ArtefactError::NotFinite);
        }
        match model.sealed().0 == model.id {
            true => Ok(model),
            false => Err(ArtefactError::Changed { id: model.id }),
        }
    }

    /// Gives the model the id of what it now is.
    pub(super) fn seal(&mut self) {
        self.id = self.sealed().0;
    }

    fn sealed(&self) -> (String, Vec<u8>) {
        let body = self.body();
        let mut header = Header {
            format: FORMAT.to_owned(),
            version: ARTEFACT_VERSION,
            id: String::new(),
            features: self.spec,
            weighting: self.weighting,
            slots: self.spec.slots() as u64,
            shapes: SHAPES as u64,
            targets: self.targets.clone(),
            training: self.summary.clone(),
            body: body.len() as u64,
        };
        let mut hasher = blake3::Hasher::new();
        hasher.update(&line(&header)).update(&body);
        header.id = hasher.finalize().to_hex().to_string();
        let mut bytes = line(&header);
        bytes.extend(body);
        (header.id, bytes)
    }

    fn body(&self) -> Vec<u8> {
        let slots = self.table.chunks_exact(self.heads() + 1);
        let mut kept = vec![0_u8; self.spec.slots() / 8];
        let mut numbers = Vec::new();
        for (slot, numbers_of_slot) in slots.enumerate() {
            if numbers_of_slot.iter().any(|number| *number != 0.0) {
                kept[slot / 8] |= 1 << (slot % 8);
                numbers_of_slot.iter().for_each(|number| numbers.extend(number.to_le_bytes()));
            }
        }
        self.dense.iter().for_each(|number| numbers.extend(number.to_le_bytes()));
        kept.extend(numbers);
        kept
    }
}

/// A header serialises always: it holds nothing but numbers, texts and lists of them.
fn line(header: &Header) -> Vec<u8> {
    let mut line = serde_json::to_vec(header).unwrap_or_default();
    line.push(b'\n');
    line
}

fn check(header: &Header, body: &[u8]) -> Result<(), ArtefactError> {
    let dimension = |field, found, expected| Err(ArtefactError::Dimension { field, found, expected });
    if !header.features.is_sound() {
        return Err(ArtefactError::Header { message: format!("features {:?} are out of bounds", header.features) });
    }
    if header.slots != header.features.slots() as u64 {
        return dimension("slots", header.slots, header.features.slots() as u64);
    }
    if header.shapes != SHAPES as u64 {
        return dimension("shapes", header.shapes, SHAPES as u64);
    }
    if header.targets.is_empty() || header.targets.len() > MAX_TARGETS {
        return dimension("targets", header.targets.len() as u64, MAX_TARGETS as u64);
    }
    if header.body != body.len() as u64 {
        return Err(ArtefactError::Length { found: body.len() as u64, expected: header.body });
    }
    let (slots, heads) = (header.features.slots(), header.targets.len() * 2);
    let Some(bitmap) = body.get(..slots / 8) else {
        return Err(ArtefactError::Length { found: body.len() as u64, expected: (slots / 8) as u64 });
    };
    let kept: usize = bitmap.iter().map(|byte| byte.count_ones() as usize).sum();
    let expected = slots / 8 + (kept * (heads + 1) + DENSE * heads) * 4;
    if expected != body.len() {
        return Err(ArtefactError::Length { found: body.len() as u64, expected: expected as u64 });
    }
    Ok(())
}

fn unpack(header: Header, body: &[u8]) -> Result<Model, ArtefactError> {
    let (slots, heads) = (header.features.slots(), header.targets.len() * 2);
    let (kept, numbers) = body.split_at(slots / 8);
    let mut numbers = numbers.chunks_exact(4).map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
    let mut table = vec![0.0; slots * (heads + 1)];
    for (slot, numbers_of_slot) in table.chunks_exact_mut(heads + 1).enumerate() {
        if kept[slot / 8] >> (slot % 8) & 1 == 1 {
            numbers_of_slot.iter_mut().zip(&mut numbers).for_each(|(to, from)| *to = from);
        }
    }
    Ok(Model {
        spec: header.features,
        weighting: header.weighting,
        targets: header.targets,
        summary: header.training,
        table,
        dense: numbers.collect(),
        id: header.id,
    })
}
