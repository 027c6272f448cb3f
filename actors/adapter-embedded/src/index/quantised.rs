//! Vectors in two bytes per number, and the arithmetic on them.
//!
//! A number is `scale * (coarse + fine / 254)`. The coarse byte alone finds the candidates, at memory speed; both together
//! are exact to about 1e-6 of a cosine, far below what an embedding model itself can promise.

use pulp::{Simd, WithSimd};

const FINE_STEPS: f32 = 254.0;
const LANES: usize = 16;

/// A vector of length 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Quantised {
    pub(super) scale: f32,
    pub(super) coarse: Vec<i8>,
    pub(super) fine: Vec<i8>,
}

impl Quantised {
    /// `None` for a vector without direction: zero, or not finite.
    pub(super) fn of(mut vector: Vec<f32>) -> Option<Self> {
        if !cueline_domain::vectors::normalise(&mut vector) {
            return None;
        }
        let largest = vector.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
        let scale = largest / 127.0;
        let coarse: Vec<i8> = vector.iter().map(|x| (x / scale).round() as i8).collect();
        let fine = vector.iter().zip(&coarse).map(|(x, c)| ((x / scale - f32::from(*c)) * FINE_STEPS).round() as i8);
        Some(Self { scale, fine: fine.collect(), coarse })
    }
}

/// A question's vector in the two forms that the arithmetic needs.
#[derive(Debug)]
pub(super) struct Query {
    exact: Vec<f32>,
    steps: Vec<i16>,
    step: f32,
}

impl Query {
    /// `None` for a vector without direction.
    pub(super) fn of(mut vector: Vec<f32>) -> Option<Self> {
        if vector.is_empty() || !cueline_domain::vectors::normalise(&mut vector) {
            return None;
        }
        let largest = vector.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
        // The sum of `dimension` products of a byte and a step must fit 32 bits.
        let most_steps = (i32::MAX as f32 / (128.0 * vector.len() as f32)).clamp(1.0, 32_000.0).floor();
        let step = largest / most_steps;
        Some(Self { steps: vector.iter().map(|x| (x / step).round() as i16).collect(), step, exact: vector })
    }

    /// Approximate similarity of every row of a page.
    pub(super) fn scan(&self, coarse: &[i8], scales: &[f32], scores: &mut [f32]) {
        pulp::Arch::new().dispatch(Scan { query: self, coarse, scales, scores });
    }

    /// Similarity of one row.
    pub(super) fn score(&self, coarse: &[i8], fine: &[i8], scale: f32) -> f32 {
        pulp::Arch::new().dispatch(Score { query: &self.exact, coarse, fine }) * scale
    }
}

struct Scan<'a> {
    query: &'a Query,
    coarse: &'a [i8],
    scales: &'a [f32],
    scores: &'a mut [f32],
}

impl WithSimd for Scan<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let steps = &self.query.steps;
        let rows = self.coarse.chunks_exact(steps.len());
        for ((row, scale), score) in rows.zip(self.scales).zip(self.scores.iter_mut()) {
            let mut sum = 0_i32;
            for (code, step) in row.iter().zip(steps) {
                sum = sum.wrapping_add(i32::from(*code).wrapping_mul(i32::from(*step)));
            }
            *score = sum as f32 * self.query.step * scale;
        }
    }
}

struct Score<'a> {
    query: &'a [f32],
    coarse: &'a [i8],
    fine: &'a [i8],
}

impl WithSimd for Score<'_> {
    type Output = f32;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> f32 {
        let mut sums = [0.0_f32; LANES];
        let (query, query_tail) = self.query.as_chunks::<LANES>();
        let (coarse, coarse_tail) = self.coarse.as_chunks::<LANES>();
        let (fine, fine_tail) = self.fine.as_chunks::<LANES>();
        for ((q, c), f) in query.iter().zip(coarse).zip(fine) {
            for lane in 0..LANES {
                sums[lane] += q[lane] * (f32::from(c[lane]) + f32::from(f[lane]) * (1.0 / FINE_STEPS));
            }
        }
        let tail = query_tail.iter().zip(coarse_tail).zip(fine_tail);
        sums.iter().sum::<f32>()
            + tail.map(|((q, c), f)| q * (f32::from(*c) + f32::from(*f) * (1.0 / FINE_STEPS))).sum::<f32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn vector(dimension: usize) -> impl Strategy<Value = Vec<f32>> {
        prop::collection::vec(-1.0_f32..1.0, dimension)
    }

    proptest! {
        #[test]
        fn both_bytes_together_are_exact(a in vector(100), b in vector(100)) {
            let (Some(row), Some(query)) = (Quantised::of(a.clone()), Query::of(b.clone())) else { return Ok(()) };
            let exact = cueline_domain::vectors::cosine(&a, &b);
            prop_assert!((query.score(&row.coarse, &row.fine, row.scale) - exact).abs() < 1e-5);
            let mut score = [0.0];
            query.scan(&row.coarse, &[row.scale], &mut score);
            prop_assert!((score[0] - exact).abs() < 0.02, "{} {exact}", score[0]);
        }
    }

    #[test]
    fn the_sum_of_a_long_row_does_not_overflow() {
        let (row, query) = (Quantised::of(vec![1.0; 4_096]).unwrap(), Query::of(vec![1.0; 4_096]).unwrap());
        let mut score = [0.0];
        query.scan(&row.coarse, &[row.scale], &mut score);
        assert!((score[0] - 1.0).abs() < 1e-2, "{}", score[0]);
    }

    #[test]
    fn a_vector_without_direction_is_refused() {
        for vector in [vec![], vec![0.0; 3], vec![f32::NAN, 1.0], vec![f32::INFINITY]] {
            assert!(Quantised::of(vector.clone()).is_none() && Query::of(vector).is_none());
        }
    }
}
