//! One list from two.
use serde::{Deserialize, Serialize};

/// How a keyword list and a vector list become one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fusion {
    /// Scores stretched to 0..1 per list, then weighted.
    MinMax {
        /// Weight of the vector list, 0 to 1.
        #[serde(default = "half")]
        vector_weight: f32,
    },
    /// Ranks only, for scores that cannot be compared.
    ReciprocalRank {
        /// The larger, the flatter.
        #[serde(default = "sixty")]
        k: f32,
        /// Weight of the vector list, 0 to 1.
        #[serde(default = "half")]
        vector_weight: f32,
    },
}

fn half() -> f32 {
    0.5
}
fn sixty() -> f32 {
    60.0
}

impl Default for Fusion {
    fn default() -> Self {
        Self::MinMax { vector_weight: half() }
    }
}

/// An id with a score; larger is better.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scored<Id> {
    /// What was found.
    pub id: Id,
    /// As the list's engine gave it.
    pub score: f32,
}

/// Where an id stood in one list.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// Counted from 1.
    pub rank: u32,
    /// As the list's engine gave it.
    pub score: f32,
}

/// An id with its fused score and where it came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fused<Id> {
    /// What was found.
    pub id: Id,
    /// For ordering only: never a probability, never a threshold.
    pub score: f32,
    /// Standing in the keyword list.
    pub keyword: Option<Standing>,
    /// Standing in the vector list.
    pub vector: Option<Standing>,
}

/// Fuses two lists; best first, ties by id.
pub fn fuse<Id: Ord + Clone>(_fusion: Fusion, _keyword: &[Scored<Id>], _vector: &[Scored<Id>]) -> Vec<Fused<Id>> {
    Vec::new()
}

/// Picks up to `limit` candidates that are relevant and unlike those picked before; returns their indices in order.
/// `lambda` 1 is relevance only, 0 is diversity only.
pub fn mmr(_relevance: &[f32], _vectors: &[&[f32]], _lambda: f32, _limit: usize) -> Vec<usize> {
    Vec::new()
}
