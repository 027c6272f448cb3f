//! One list from two: score or rank fusion of a keyword list and a vector list, and diversity afterwards.
//!
//! The default is min-max scores with equal weights: on every collection we measured it was better than rank fusion.
//! Rank fusion is for engines whose scores cannot be compared.

use crate::terms::Analyser;
use crate::vectors::{dot, normalise};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a keyword list and a vector list become one. Written as `{ method = "min_max", vector_weight = 0.5 }`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fusion {
    /// Scores stretched to 0..1 per list, then weighted; who is missing from a list gets 0 there.
    MinMax {
        /// Weight of the vector list, 0 to 1.
        #[serde(default = "default_vector_weight")]
        vector_weight: f32,
    },
    /// `1 / (k + rank)` per list, weighted: ranks only, for scores that cannot be compared.
    ReciprocalRank {
        /// The larger, the flatter.
        #[serde(default = "default_k")]
        k: f32,
        /// Weight of the vector list, 0 to 1.
        #[serde(default = "default_vector_weight")]
        vector_weight: f32,
    },
}

fn default_vector_weight() -> f32 {
    0.5
}

fn default_k() -> f32 {
    60.0
}

impl Default for Fusion {
    fn default() -> Self {
        Self::MinMax { vector_weight: default_vector_weight() }
    }
}

impl Fusion {
    /// Weight of the vector list, forced into 0..1.
    pub fn vector_weight(&self) -> f32 {
        let (Self::MinMax { vector_weight } | Self::ReciprocalRank { vector_weight, .. }) = *self;
        if vector_weight.is_nan() { default_vector_weight() } else { vector_weight.clamp(0.0, 1.0) }
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keyword: Option<Standing>,
    /// Standing in the vector list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vector: Option<Standing>,
}

/// Fuses two lists; best first, ties by id. The order of the input does not matter: each list is ranked by score, then id.
/// An id that repeats in a list counts once, with its best score; a score that is not a number is left out.
pub fn fuse<Id: Ord + Clone>(fusion: Fusion, keyword: &[Scored<Id>], vector: &[Scored<Id>]) -> Vec<Fused<Id>> {
    let (keyword, vector) = (ranked(keyword), ranked(vector));
    let (keyword_range, vector_range) = (score_range(&keyword), score_range(&vector));
    let weight = fusion.vector_weight();

    let mut fused: BTreeMap<&Id, Fused<Id>> = BTreeMap::new();
    for (id, standing) in &keyword {
        let score = (1.0 - weight) * contribution(fusion, *standing, keyword_range);
        fused.insert(*id, Fused { id: (*id).clone(), score, keyword: Some(*standing), vector: None });
    }
    for (id, standing) in &vector {
        let score = weight * contribution(fusion, *standing, vector_range);
        let entry =
            fused.entry(*id).or_insert_with(|| Fused { id: (*id).clone(), score: 0.0, keyword: None, vector: None });
        entry.score += score;
        entry.vector = Some(*standing);
    }

    // The map is in id order and the sort is stable, so ties stay in id order.
    let mut fused: Vec<Fused<Id>> = fused.into_values().collect();
    fused.sort_by(|a, b| b.score.total_cmp(&a.score));
    fused
}

fn ranked<Id: Ord>(list: &[Scored<Id>]) -> Vec<(&Id, Standing)> {
    let mut best: BTreeMap<&Id, f32> = BTreeMap::new();
    for scored in list.iter().filter(|scored| !scored.score.is_nan()) {
        let score = best.entry(&scored.id).or_insert(scored.score);
        *score = score.max(scored.score);
    }
    let mut ranked: Vec<(&Id, f32)> = best.into_iter().collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    ranked.into_iter().zip(1..).map(|((id, score), rank)| (id, Standing { rank, score })).collect()
}

fn score_range<Id>(ranked: &[(&Id, Standing)]) -> (f32, f32) {
    match (ranked.last(), ranked.first()) {
        (Some((_, worst)), Some((_, best))) => (worst.score, best.score),
        _ => (0.0, 0.0),
    }
}

fn contribution(fusion: Fusion, standing: Standing, (worst, best): (f32, f32)) -> f32 {
    match fusion {
        Fusion::MinMax { .. } => stretch(standing.score, worst, best),
        Fusion::ReciprocalRank { k, .. } => {
            let k = if k.is_finite() { k.max(0.0) } else { default_k() };
            1.0 / (k + standing.rank as f32)
        }
    }
}

/// 0 for the worst, 1 for the best; a list of equals is a list of bests.
fn stretch(score: f32, worst: f32, best: f32) -> f32 {
    let stretched = (f64::from(score) - f64::from(worst)) / (f64::from(best) - f64::from(worst));
    if stretched.is_finite() { stretched as f32 } else { 1.0 }
}

/// A vector of length 1 by which texts of the same words are alike: for [`mmr`] where there is no model. Empty for a text
/// without words.
pub fn vector_of_words(text: &str) -> Vec<f32> {
    const NUMBERS: usize = 512;
    let mut vector = vec![0.0_f32; NUMBERS];
    for stem in Analyser::default().stems(text) {
        let hash = blake3::hash(stem.as_bytes());
        let place = usize::from(hash.as_bytes()[0]) | usize::from(hash.as_bytes()[1]) << 8;
        vector[place % NUMBERS] += 1.0;
    }
    if normalise(&mut vector) { vector } else { Vec::new() }
}

/// Maximal marginal relevance: picks up to `limit` candidates that are relevant and unlike those picked before, and returns
/// their indices in order. `lambda` 1 is relevance only, 0 is diversity only. Relevances are stretched to 0..1 first, so
/// fused scores can be given; vectors must have length 1, and a candidate whose vector is missing or empty is like no other.
pub fn mmr<V: AsRef<[f32]>>(relevance: &[f32], vectors: &[V], lambda: f32, limit: usize) -> Vec<usize> {
    let numbers = || relevance.iter().copied().filter(|score| !score.is_nan());
    let (worst, best) = (numbers().fold(f32::INFINITY, f32::min), numbers().fold(f32::NEG_INFINITY, f32::max));
    let lambda = if lambda.is_nan() { 1.0 } else { lambda.clamp(0.0, 1.0) };
    let vector = |index: usize| vectors.get(index).map(AsRef::as_ref).unwrap_or_default();

    let mut open: Vec<usize> = (0..relevance.len()).filter(|index| !relevance[*index].is_nan()).collect();
    let mut likeness = vec![0.0_f32; relevance.len()];
    let mut picked = Vec::new();
    while picked.len() < limit && !open.is_empty() {
        let gain = |index: usize| lambda * stretch(relevance[index], worst, best) - (1.0 - lambda) * likeness[index];
        let mut next = 0;
        for position in 1..open.len() {
            if gain(open[position]) > gain(open[next]) {
                next = position;
            }
        }
        let index = open.remove(next);
        for other in &open {
            likeness[*other] = likeness[*other].max(dot(vector(*other), vector(index)));
        }
        picked.push(index);
    }
    picked
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn list(entries: &[(&'static str, f32)]) -> Vec<Scored<&'static str>> {
        entries.iter().map(|(id, score)| Scored { id: *id, score: *score }).collect()
    }

    fn ids(fused: &[Fused<&'static str>]) -> Vec<&'static str> {
        fused.iter().map(|entry| entry.id).collect()
    }

    #[test]
    fn min_max_compares_lists_of_different_scales() {
        let keyword = list(&[("a", 20.0), ("b", 15.0), ("c", 10.0)]);
        let vector = list(&[("b", 0.9), ("d", 0.8), ("c", 0.7)]);
        let fused = fuse(Fusion::default(), &keyword, &vector);
        assert_eq!(ids(&fused), ["b", "a", "d", "c"]);
        assert_eq!(
            fused[0],
            Fused {
                id: "b",
                score: 0.75,
                keyword: Some(Standing { rank: 2, score: 15.0 }),
                vector: Some(Standing { rank: 1, score: 0.9 }),
            }
        );
        assert_eq!(fused[1].vector, None);
    }

    #[test]
    fn reciprocal_rank_looks_at_ranks_only() {
        let keyword = list(&[("a", 1_000.0), ("b", 1.0)]);
        let vector = list(&[("b", 0.9), ("a", 0.1), ("c", 0.05)]);
        let fused = fuse(Fusion::ReciprocalRank { k: 60.0, vector_weight: 0.5 }, &keyword, &vector);
        assert_eq!(ids(&fused), ["a", "b", "c"], "a and b tie and go by id");
        assert_eq!(fused[0].score, fused[1].score);
        assert_eq!(fused[2].score, 0.5 / 63.0);
    }

    #[test]
    fn weight_decides_which_list_wins() {
        let (keyword, vector) = (list(&[("k", 2.0), ("v", 1.0)]), list(&[("v", 2.0), ("k", 1.0)]));
        for (weight, first) in [(0.0, "k"), (0.3, "k"), (0.7, "v"), (1.0, "v"), (7.0, "v")] {
            assert_eq!(ids(&fuse(Fusion::MinMax { vector_weight: weight }, &keyword, &vector))[0], first, "{weight}");
        }
    }

    #[test]
    fn odd_lists_are_survived() {
        let odd = list(&[("a", f32::NAN), ("b", f32::INFINITY), ("b", 1.0), ("c", 1.0)]);
        assert_eq!(ids(&fuse(Fusion::default(), &odd, &[])), ["b", "c"]);
        assert!(fuse::<u8>(Fusion::default(), &[], &[]).is_empty());
        let equal = list(&[("y", 3.0), ("x", 3.0)]);
        assert_eq!(ids(&fuse(Fusion::default(), &equal, &[])), ["x", "y"]);
    }

    #[test]
    fn configuration_reads_and_has_the_measured_default() {
        let read = |json: &str| serde_json::from_str::<Fusion>(json).map_err(|error| error.to_string());
        assert_eq!(read(r#"{"method":"min_max"}"#), Ok(Fusion::MinMax { vector_weight: 0.5 }));
        assert_eq!(
            read(r#"{"method":"reciprocal_rank","vector_weight":0.25}"#),
            Ok(Fusion::ReciprocalRank { k: 60.0, vector_weight: 0.25 })
        );
        assert!(read(r#"{"method":"min_max","weight":1}"#).is_err());
    }

    #[test]
    fn texts_of_the_same_words_are_alike() {
        let alike = |a: &str, b: &str| dot(&vector_of_words(a), &vector_of_words(b));
        assert!(alike("Refunds take 14 days.", "A refund takes 14 days") > 0.99);
        assert!(alike("Refunds take 14 days.", "The shop opens at nine.") < 0.3);
        assert!(vector_of_words("the of and").is_empty());
    }

    #[test]
    fn mmr_prefers_something_new_over_more_of_the_same() {
        let relevance = [0.9, 0.89, 0.5, 0.0];
        let vectors: Vec<Vec<f32>> = vec![vec![1.0, 0.0], vec![1.0, 0.0], vec![0.0, 1.0], vec![-1.0, 0.0]];
        assert_eq!(mmr(&relevance, &vectors, 1.0, 4), [0, 1, 2, 3]);
        assert_eq!(mmr(&relevance, &vectors, 0.5, 2), [0, 2]);
        assert_eq!(mmr(&relevance, &vectors, 0.5, 0), [0_usize; 0]);
        assert_eq!(mmr::<Vec<f32>>(&[0.1, f32::NAN, 0.2], &[], 0.5, 9), [2, 0], "no vectors: relevance only");
    }

    proptest! {
        #[test]
        fn fusion_ignores_the_order_of_its_input_and_loses_nobody(
            keyword in prop::collection::vec((0_u8..20, -5.0_f32..30.0), 0..20),
            vector in prop::collection::vec((0_u8..20, -1.0_f32..1.0), 0..20),
            weight in 0.0_f32..1.0,
        ) {
            let scored = |list: &[(u8, f32)]| list.iter().map(|(id, score)| Scored { id: *id, score: *score }).collect::<Vec<_>>();
            for fusion in [Fusion::MinMax { vector_weight: weight }, Fusion::ReciprocalRank { k: 60.0, vector_weight: weight }] {
                let fused = fuse(fusion, &scored(&keyword), &scored(&vector));
                let (mut back_keyword, mut back_vector) = (keyword.clone(), vector.clone());
                back_keyword.reverse();
                back_vector.reverse();
                prop_assert_eq!(&fused, &fuse(fusion, &scored(&back_keyword), &scored(&back_vector)));
                let all: std::collections::BTreeSet<u8> = keyword.iter().chain(&vector).map(|(id, _)| *id).collect();
                prop_assert_eq!(fused.iter().map(|entry| entry.id).collect::<std::collections::BTreeSet<_>>(), all);
                prop_assert!(fused.windows(2).all(|pair| pair[0].score > pair[1].score
                    || (pair[0].score == pair[1].score && pair[0].id < pair[1].id)));
            }
        }
    }
}
