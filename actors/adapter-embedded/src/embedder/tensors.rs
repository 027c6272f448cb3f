//! Reading `model.safetensors`: a length, a JSON table of contents, then the numbers.

use std::{
    collections::HashMap,
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use cueline_ports::{PortError, PortResult};
use serde::Deserialize;

/// A table of contents is some 10 KB; more than this is no model of ours.
const LONGEST_HEADER: u64 = 16 << 20;

/// An open weights file.
pub(super) struct Tensors {
    path: PathBuf,
    file: File,
    contents: HashMap<String, Entry>,
    data: u64,
}

#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: (u64, u64),
}

impl Tensors {
    pub(super) fn open(path: &Path) -> PortResult<Self> {
        let damaged = |what: &str| damaged(path, what);
        let mut file = File::open(path).map_err(|error| missing(path).with_source(error))?;
        let length = file.metadata().map_err(|error| damaged("its size cannot be read").with_source(error))?.len();
        let mut header = [0; 8];
        file.read_exact(&mut header).map_err(|error| damaged("it is empty").with_source(error))?;
        let header = u64::from_le_bytes(header);
        if header > LONGEST_HEADER.min(length.saturating_sub(8)) {
            return Err(damaged("its table of contents is cut off"));
        }
        let mut json = vec![0; header as usize];
        file.read_exact(&mut json).map_err(|error| damaged("its table of contents is cut off").with_source(error))?;
        let contents: HashMap<String, serde_json::Value> = serde_json::from_slice(&json)
            .map_err(|error| damaged("its table of contents is not JSON").with_source(error))?;
        let contents: HashMap<String, Entry> = contents
            .into_iter()
            .filter_map(|(name, entry)| Some((name, serde_json::from_value(entry).ok()?)))
            .collect();
        let needed = contents.values().map(|entry| entry.data_offsets.1).max().unwrap_or_default();
        let present = length - 8 - header;
        if present < needed {
            return Err(damaged(&format!("it is cut off: {present} of {needed} bytes are there")));
        }
        Ok(Self { path: path.to_owned(), file, contents, data: 8 + header })
    }

    /// The error for weights that are sound but of no use here.
    pub(super) fn unusable(&self, why: &str) -> PortError {
        damaged(&self.path, why)
    }

    /// The numbers of a tensor, which must have this shape.
    pub(super) fn read(&mut self, name: &str, shape: &[usize]) -> PortResult<Vec<f32>> {
        let entry = self.contents.get(name).ok_or_else(|| damaged(&self.path, &format!("it lacks {name}")))?;
        let bytes = shape.iter().product::<usize>() as u64 * 4;
        let (start, end) = entry.data_offsets;
        if entry.dtype != "F32" || entry.shape != shape || end.checked_sub(start) != Some(bytes) {
            let found = format!("{name} is {} {:?}, not F32 {shape:?}", entry.dtype, entry.shape);
            return Err(damaged(&self.path, &found));
        }
        let mut buffer = vec![0; bytes as usize];
        self.file
            .seek(SeekFrom::Start(self.data + start))
            .and_then(|_| self.file.read_exact(&mut buffer))
            .map_err(|error| damaged(&self.path, &format!("{name} cannot be read")).with_source(error))?;
        let (numbers, _) = buffer.as_chunks::<4>();
        Ok(numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }
}

/// The error for a file that is not there.
pub(super) fn missing(path: &Path) -> PortError {
    PortError::not_found(format!(
        "weights_missing: {} cannot be opened; pull the embedding model, or name the directory that has it",
        path.display()
    ))
}

/// The error for a file that is not what it should be.
pub(super) fn damaged(path: &Path, what: &str) -> PortError {
    PortError::corrupt(format!("weights_damaged: {}: {what}; delete it and pull the model again", path.display()))
}
