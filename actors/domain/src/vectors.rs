//! Exact arithmetic on embedding vectors: similarity, normalisation, top-k over a flat matrix.
//!
//! Exact search is the reference that any approximate index is measured against, and below some ten thousand rows it is
//! also the fastest way to honour a filter. Sums run over sixteen lanes, so the compiler can use vector instructions and
//! the result does not depend on which ones it chose.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

const LANES: usize = 16;

/// Dot product; the longer vector's tail is ignored.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let length = a.len().min(b.len());
    let (a, b) = (&a[..length], &b[..length]);
    let (a_lanes, b_lanes) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let tail: f32 = a_lanes.remainder().iter().zip(b_lanes.remainder()).map(|(x, y)| x * y).sum();
    let mut sums = [0.0_f32; LANES];
    for (x, y) in a_lanes.zip(b_lanes) {
        for lane in 0..LANES {
            sums[lane] += x[lane] * y[lane];
        }
    }
    sums.iter().sum::<f32>() + tail
}

/// Euclidean length.
pub fn norm(vector: &[f32]) -> f32 {
    dot(vector, vector).sqrt()
}

/// Cosine similarity; 0 when either vector is zero or not finite.
pub fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let cosine = dot(a, b) / (norm(a) * norm(b));
    if cosine.is_finite() { cosine.clamp(-1.0, 1.0) } else { 0.0 }
}

/// Scales to length 1, so that a dot product is the cosine. Returns false, and changes nothing, when the vector is zero or
/// not finite: such a vector must not enter an index.
#[must_use]
pub fn normalise(vector: &mut [f32]) -> bool {
    let length = norm(vector);
    if !length.is_finite() || length <= f32::MIN_POSITIVE {
        return false;
    }
    vector.iter_mut().for_each(|x| *x /= length);
    true
}

/// A row of a matrix with its score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Row number.
    pub row: usize,
    /// Dot product with the query.
    pub score: f32,
}

/// The `k` rows with the largest dot product, best first, ties by row. `matrix` holds rows of `query.len()` numbers; an
/// incomplete last row is ignored. Rows for which `allowed` is false are never scored; scores that are not numbers are
/// left out.
pub fn top_k(matrix: &[f32], query: &[f32], k: usize, mut allowed: impl FnMut(usize) -> bool) -> Vec<Hit> {
    if query.is_empty() || k == 0 {
        return Vec::new();
    }
    let mut best = Best::new(k);
    for (row, vector) in matrix.chunks_exact(query.len()).enumerate() {
        if allowed(row) {
            best.offer(Hit { row, score: dot(vector, query) });
        }
    }
    best.into_sorted()
}

/// [`top_k`] over the given rows only; for filters that leave few rows. Rows outside the matrix are ignored.
pub fn top_k_of_rows(matrix: &[f32], query: &[f32], k: usize, rows: impl IntoIterator<Item = usize>) -> Vec<Hit> {
    if query.is_empty() || k == 0 {
        return Vec::new();
    }
    let mut best = Best::new(k);
    for row in rows {
        let vector = row.checked_mul(query.len()).and_then(|start| matrix.get(start..start.checked_add(query.len())?));
        if let Some(vector) = vector {
            best.offer(Hit { row, score: dot(vector, query) });
        }
    }
    best.into_sorted()
}

/// The best `k` hits seen so far; the worst of them on top of the heap.
struct Best {
    k: usize,
    heap: BinaryHeap<Worst>,
}

/// Orders hits so that the greatest is the one to drop first: lowest score, then highest row.
struct Worst(Hit);

impl Ord for Worst {
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.score.total_cmp(&self.0.score).then(self.0.row.cmp(&other.0.row))
    }
}
impl PartialOrd for Worst {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Worst {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Worst {}

impl Best {
    fn new(k: usize) -> Self {
        // `k` may be "everything"; the heap grows as rows come.
        Self { k, heap: BinaryHeap::with_capacity(k.min(1_024)) }
    }

    fn offer(&mut self, hit: Hit) {
        if hit.score.is_nan() {
            return;
        }
        if self.heap.len() < self.k {
            self.heap.push(Worst(hit));
            return;
        }
        if let Some(mut worst) = self.heap.peek_mut()
            && Worst(hit) < *worst
        {
            *worst = Worst(hit);
        }
    }

    fn into_sorted(self) -> Vec<Hit> {
        self.heap.into_sorted_vec().into_iter().map(|worst| worst.0).collect()
    }
}

/// A vector in one byte per number: `value = code * scale`. About a quarter of the memory; re-score the best exactly.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantised {
    /// Codes from -127 to 127.
    pub codes: Vec<i8>,
    /// What one step is worth.
    pub scale: f32,
}

impl Quantised {
    /// Quantises; numbers that are not finite become 0.
    pub fn from_vector(vector: &[f32]) -> Self {
        let largest = vector.iter().filter(|x| x.is_finite()).fold(0.0_f32, |most, x| most.max(x.abs()));
        let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
        // `as` saturates and maps NaN to 0.
        let codes = vector.iter().map(|x| if x.is_finite() { (x / scale).round() as i8 } else { 0 }).collect();
        Self { codes, scale }
    }

    /// Approximate dot product.
    pub fn dot(&self, other: &Self) -> f32 {
        let sum: i64 = self
            .codes
            .chunks(4_096)
            .zip(other.codes.chunks(4_096))
            .map(|(a, b)| i64::from(a.iter().zip(b).map(|(x, y)| i32::from(*x) * i32::from(*y)).sum::<i32>()))
            .sum();
        sum as f32 * self.scale * other.scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn similarity_of_known_vectors() {
        assert_eq!(dot(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]), 32.0);
        assert_eq!(cosine(&[1.0, 0.0], &[0.0, 2.0]), 0.0);
        assert!((cosine(&[1.0, 1.0], &[3.0, 3.0]) - 1.0).abs() < 1e-6);
        assert_eq!(cosine(&[0.0, 0.0], &[1.0, 0.0]), 0.0);
        assert_eq!(cosine(&[f32::NAN], &[1.0]), 0.0);
    }

    #[test]
    fn a_vector_without_direction_is_not_normalised() {
        for mut vector in [vec![], vec![0.0, 0.0], vec![f32::NAN, 1.0], vec![f32::INFINITY]] {
            assert!(!normalise(&mut vector), "{vector:?}");
        }
        let mut vector = vec![3.0, 4.0];
        assert!(normalise(&mut vector));
        assert_eq!(vector, [0.6, 0.8]);
    }

    #[test]
    fn filtered_rows_never_appear_and_ties_go_to_the_lower_row() {
        let matrix = [1.0, 0.0, 0.5, 0.0, 1.0, 0.0, f32::NAN, 0.0, 0.9, 0.0];
        let rows = |hits: Vec<Hit>| hits.into_iter().map(|hit| hit.row).collect::<Vec<_>>();
        assert_eq!(rows(top_k(&matrix, &[1.0, 0.0], 3, |_| true)), [0, 2, 4]);
        assert_eq!(rows(top_k(&matrix, &[1.0, 0.0], 2, |row| row != 0)), [2, 4]);
        assert_eq!(rows(top_k(&matrix, &[1.0, 0.0], 9, |_| true)), [0, 2, 4, 1]);
        assert_eq!(rows(top_k_of_rows(&matrix, &[1.0, 0.0], 9, [4, 1, 77, usize::MAX])), [4, 1]);
        assert!(top_k(&matrix, &[], 3, |_| true).is_empty());
        assert!(top_k(&matrix, &[1.0, 0.0], 0, |_| true).is_empty());
    }

    proptest! {
        #[test]
        fn dot_is_the_sum_of_products(a in prop::collection::vec(-1.0_f32..1.0, 0..70)) {
            let b: Vec<f32> = a.iter().map(|x| 0.5 - x).collect();
            let plain: f64 = a.iter().zip(&b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum();
            prop_assert!((f64::from(dot(&a, &b)) - plain).abs() < 1e-4);
        }

        #[test]
        fn top_k_agrees_with_sorting_everything(
            matrix in prop::collection::vec(-3_i8..3, 0..120), k in 1_usize..12, banned in 0_usize..30,
        ) {
            let matrix: Vec<f32> = matrix.into_iter().map(f32::from).collect();
            let query = [1.0, -0.5, 0.25];
            let mut all: Vec<Hit> = matrix
                .chunks_exact(3)
                .enumerate()
                .filter(|(row, _)| *row != banned)
                .map(|(row, vector)| Hit { row, score: dot(vector, &query) })
                .collect();
            all.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
            all.truncate(k);
            prop_assert_eq!(top_k(&matrix, &query, k, |row| row != banned), all);
        }

        #[test]
        fn quantised_dot_is_close(a in prop::collection::vec(-1.0_f32..1.0, 64), b in prop::collection::vec(-1.0_f32..1.0, 64)) {
            let close = Quantised::from_vector(&a).dot(&Quantised::from_vector(&b));
            prop_assert!((close - dot(&a, &b)).abs() < 64.0 * 2.0 / 127.0);
        }
    }
}
