//! Retrieval measures over runs and judgements, with an interval, so that "better" means something.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// Judgements: query → document → gain. Gain 0 is judged and not relevant.
pub type Qrels = BTreeMap<String, BTreeMap<String, u32>>;

/// What was returned: query → documents, best first.
pub type Run = BTreeMap<String, Vec<String>>;

/// How gains count in nDCG.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gain {
    /// Any positive gain counts as 1.
    Binary,
    /// The gain itself, as `trec_eval` does.
    Linear,
    /// `2^gain - 1`, which stresses the best.
    Exponential,
}

impl Gain {
    fn of(self, judged: u32) -> f64 {
        match self {
            Self::Binary => f64::from(u8::from(judged > 0)),
            Self::Linear => f64::from(judged),
            Self::Exponential => f64::from(judged.min(60)).exp2() - 1.0,
        }
    }
}

/// Normalised discounted cumulative gain of the first `k`; `None` when nothing is relevant.
pub fn ndcg(ranking: &[String], judged: &BTreeMap<String, u32>, k: usize, gain: Gain) -> Option<f64> {
    let dcg = |gains: &mut dyn Iterator<Item = f64>| -> f64 {
        gains.take(k).zip(2_u32..).map(|(gain, place)| gain / f64::from(place).log2()).sum()
    };
    let mut ideal: Vec<f64> = judged.values().map(|judged| gain.of(*judged)).collect();
    ideal.sort_by(|a, b| b.total_cmp(a));
    let best = dcg(&mut ideal.into_iter());
    let found = dcg(&mut distinct(ranking).map(|document| judged.get(document).map_or(0.0, |judged| gain.of(*judged))));
    (best > 0.0).then(|| found / best)
}

/// Share of the relevant documents among the first `k`; `None` when nothing is relevant.
pub fn recall(ranking: &[String], judged: &BTreeMap<String, u32>, k: usize) -> Option<f64> {
    let relevant = judged.values().filter(|gain| **gain > 0).count();
    let found = distinct(ranking).take(k).filter(|document| is_relevant(judged, document)).count();
    (relevant > 0).then(|| found as f64 / relevant as f64)
}

/// One over the place of the first relevant document among the first `k`, else 0; `None` when nothing is relevant.
pub fn reciprocal_rank(ranking: &[String], judged: &BTreeMap<String, u32>, k: usize) -> Option<f64> {
    judged.values().find(|gain| **gain > 0)?;
    let place = distinct(ranking).take(k).position(|document| is_relevant(judged, document));
    Some(place.map_or(0.0, |place| 1.0 / (place + 1) as f64))
}

fn is_relevant(judged: &BTreeMap<String, u32>, document: &str) -> bool {
    judged.get(document).is_some_and(|gain| *gain > 0)
}

/// A document that is returned twice (by two chunks) takes one place.
fn distinct(ranking: &[String]) -> impl Iterator<Item = &str> {
    let mut seen = HashSet::new();
    ranking.iter().map(String::as_str).filter(move |document| seen.insert(*document))
}

/// A measure with its cut-off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "measure", rename_all = "snake_case")]
pub enum Measure {
    /// [`ndcg`].
    Ndcg {
        /// Cut-off.
        k: usize,
        /// How gains count.
        gain: Gain,
    },
    /// [`recall`].
    Recall {
        /// Cut-off.
        k: usize,
    },
    /// [`reciprocal_rank`].
    ReciprocalRank {
        /// Cut-off.
        k: usize,
    },
}

impl Measure {
    /// The measure of one query.
    pub fn of(self, ranking: &[String], judged: &BTreeMap<String, u32>) -> Option<f64> {
        match self {
            Self::Ndcg { k, gain } => ndcg(ranking, judged, k, gain),
            Self::Recall { k } => recall(ranking, judged, k),
            Self::ReciprocalRank { k } => reciprocal_rank(ranking, judged, k),
        }
    }
}

/// A mean over queries with a 95 % interval of the mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Mean.
    pub mean: f64,
    /// 2.5 % of resampled means lie below.
    pub low: f64,
    /// 2.5 % of resampled means lie above.
    pub high: f64,
    /// Number of queries with something relevant.
    pub queries: usize,
}

/// Mean of `measure` over all judged queries. A query without a ranking counts as an empty one: a run cannot gain by silence.
pub fn evaluate(run: &Run, qrels: &Qrels, measure: Measure, seed: u64) -> Estimate {
    let empty = Vec::new();
    let values: Vec<f64> =
        qrels.iter().filter_map(|(query, judged)| measure.of(run.get(query).unwrap_or(&empty), judged)).collect();
    bootstrap(&values, seed)
}

/// Mean and bootstrap interval of `values`; the same seed gives the same interval. All zero when there are no values.
pub fn bootstrap(values: &[f64], seed: u64) -> Estimate {
    const SAMPLES: usize = 2_000;
    if values.is_empty() {
        return Estimate { mean: 0.0, low: 0.0, high: 0.0, queries: 0 };
    }
    let size = values.len() as f64;
    let mut random = SplitMix64(seed);
    let mut means: Vec<f64> = (0..SAMPLES)
        .map(|_| (0..values.len()).map(|_| values[random.below(values.len())]).sum::<f64>() / size)
        .collect();
    means.sort_by(f64::total_cmp);
    Estimate {
        mean: values.iter().sum::<f64>() / size,
        low: means[SAMPLES * 25 / 1_000],
        high: means[SAMPLES * 975 / 1_000 - 1],
        queries: values.len(),
    }
}

/// A small generator of our own: the interval must be the same on every machine and in every release.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.next()) * limit as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranking(documents: &str) -> Vec<String> {
        documents.split_whitespace().map(str::to_owned).collect()
    }

    fn judged(gains: &[(&str, u32)]) -> BTreeMap<String, u32> {
        gains.iter().map(|(document, gain)| ((*document).to_owned(), *gain)).collect()
    }

    fn close(found: Option<f64>, expected: f64) {
        assert!(found.is_some_and(|found| (found - expected).abs() < 1e-9), "{found:?} is not {expected}");
    }

    #[test]
    fn measures_of_a_known_ranking() {
        let judged = judged(&[("a", 1), ("b", 3), ("c", 0), ("d", 2)]);
        let found = ranking("c b x a");
        let log = |place: f64| place.log2();
        close(recall(&found, &judged, 2), 1.0 / 3.0);
        close(recall(&found, &judged, 10), 2.0 / 3.0);
        close(reciprocal_rank(&found, &judged, 10), 0.5);
        close(reciprocal_rank(&found, &judged, 1), 0.0);
        let ideal_binary = 1.0 + 1.0 / log(3.0) + 1.0 / log(4.0);
        close(ndcg(&found, &judged, 10, Gain::Binary), (1.0 / log(3.0) + 1.0 / log(5.0)) / ideal_binary);
        let ideal_linear = 3.0 + 2.0 / log(3.0) + 1.0 / log(4.0);
        close(ndcg(&found, &judged, 10, Gain::Linear), (3.0 / log(3.0) + 1.0 / log(5.0)) / ideal_linear);
        let ideal_steep = 7.0 + 3.0 / log(3.0) + 1.0 / log(4.0);
        close(ndcg(&found, &judged, 10, Gain::Exponential), (7.0 / log(3.0) + 1.0 / log(5.0)) / ideal_steep);
        close(ndcg(&ranking("b d a"), &judged, 10, Gain::Exponential), 1.0);
    }

    #[test]
    fn a_document_counts_once() {
        let judged = judged(&[("a", 1), ("b", 1)]);
        close(ndcg(&ranking("a a a b"), &judged, 2, Gain::Binary), 1.0);
        close(recall(&ranking("a a a"), &judged, 3), 0.5);
    }

    #[test]
    fn a_query_without_relevant_documents_is_left_out_and_one_without_answer_is_not() {
        let qrels: Qrels = [
            ("q1".to_owned(), judged(&[("a", 1)])),
            ("q2".to_owned(), judged(&[("a", 1)])),
            ("q3".to_owned(), judged(&[("a", 0)])),
        ]
        .into();
        let run: Run = [("q1".to_owned(), ranking("a")), ("q3".to_owned(), ranking("a"))].into();
        let estimate = evaluate(&run, &qrels, Measure::Recall { k: 10 }, 7);
        assert_eq!((estimate.mean, estimate.queries), (0.5, 2));
        assert_eq!(evaluate(&run, &Qrels::new(), Measure::ReciprocalRank { k: 10 }, 7).queries, 0);
    }

    #[test]
    fn the_interval_is_repeatable_and_about_right() {
        let values: Vec<f64> = (0..400).map(|n| f64::from(n % 2)).collect();
        let estimate = bootstrap(&values, 42);
        assert_eq!(estimate, bootstrap(&values, 42));
        // The standard error of 400 coin flips is 0.025; the interval is about twice that to each side.
        assert!((estimate.low - 0.451).abs() < 0.01 && (estimate.high - 0.549).abs() < 0.01, "{estimate:?}");
        let certain = bootstrap(&[1.0; 10], 1);
        assert_eq!((certain.low, certain.mean, certain.high), (1.0, 1.0, 1.0));
    }
}
