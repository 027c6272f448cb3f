//! The arithmetic of a transformer, in plain loops that the compiler turns into the widest instructions of the machine it
//! runs on; matrices go through `gemm`, which does the same.

use gemm::Parallelism;
use pulp::{Arch, Simd, WithSimd};

const LANES: usize = 16;

/// A matrix inside a slice; elements of a row are neighbours.
#[derive(Clone, Copy)]
pub(super) struct Matrix<'a> {
    data: &'a [f32],
    rows: usize,
    columns: usize,
    stride: usize,
}

impl<'a> Matrix<'a> {
    /// Rows begin `stride` numbers apart.
    pub(super) fn new(data: &'a [f32], rows: usize, columns: usize, stride: usize) -> Self {
        check(data.len(), rows, columns, stride);
        Self { data, rows, columns, stride }
    }
}

/// As [`Matrix`], to be written.
pub(super) struct MatrixMut<'a> {
    data: &'a mut [f32],
    rows: usize,
    columns: usize,
    stride: usize,
}

impl<'a> MatrixMut<'a> {
    /// Rows begin `stride` numbers apart.
    pub(super) fn new(data: &'a mut [f32], rows: usize, columns: usize, stride: usize) -> Self {
        check(data.len(), rows, columns, stride);
        Self { data, rows, columns, stride }
    }
}

fn check(length: usize, rows: usize, columns: usize, stride: usize) {
    assert!(rows > 0 && columns > 0 && stride >= columns, "a matrix has rows that do not overlap");
    assert!((rows - 1) * stride + columns <= length, "a matrix lies inside its slice");
}

/// `out = a · b`, or `out += a · b`.
pub(super) fn multiply(out: &mut MatrixMut<'_>, a: Matrix<'_>, b: Matrix<'_>, add: bool) {
    assert!(a.columns == b.rows, "inner dimensions agree");
    product(out, a, (b, b.stride, 1), b.columns, add);
}

/// `out = a · bᵀ`, or `out += a · bᵀ`.
pub(super) fn multiply_transposed(out: &mut MatrixMut<'_>, a: Matrix<'_>, b: Matrix<'_>, add: bool) {
    assert!(a.columns == b.columns, "inner dimensions agree");
    product(out, a, (b, 1, b.stride), b.rows, add);
}

#[expect(unsafe_code, reason = "gemm takes pointers; the bounds it needs are asserted when a matrix is made")]
fn product(out: &mut MatrixMut<'_>, a: Matrix<'_>, b: (Matrix<'_>, usize, usize), columns: usize, add: bool) {
    assert!(out.rows == a.rows && out.columns == columns, "the product has the shape of its factors");
    let (b, down, right) = b;
    // SAFETY: every matrix was checked to lie inside its slice with these strides; `out` is borrowed mutably, so it
    // overlaps no factor, and its rows do not overlap each other. Strides and sizes are below isize::MAX as slices are.
    unsafe {
        gemm::gemm(
            out.rows,
            columns,
            a.columns,
            out.data.as_mut_ptr(),
            1,
            out.stride as isize,
            add,
            a.data.as_ptr(),
            1,
            a.stride as isize,
            b.data.as_ptr(),
            right as isize,
            down as isize,
            1.0_f32,
            1.0_f32,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

/// Adds `bias` to each row, then brings the row to mean 0 and variance 1, scaled and shifted.
pub(super) fn layer_norm(rows: &mut [f32], bias: &[f32], scale: &[f32], shift: &[f32], epsilon: f32) {
    Arch::new().dispatch(LayerNorm { rows, bias, scale, shift, epsilon });
}

struct LayerNorm<'a> {
    rows: &'a mut [f32],
    bias: &'a [f32],
    scale: &'a [f32],
    shift: &'a [f32],
    epsilon: f32,
}

impl WithSimd for LayerNorm<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let width = self.bias.len();
        for row in self.rows.chunks_exact_mut(width) {
            row.iter_mut().zip(self.bias).for_each(|(x, bias)| *x += bias);
            let mean = sum(row, |x| x) / width as f32;
            let variance = sum(row, |x| (x - mean) * (x - mean)) / width as f32;
            let factor = 1.0 / (variance + self.epsilon).sqrt();
            for ((x, scale), shift) in row.iter_mut().zip(self.scale).zip(self.shift) {
                *x = (*x - mean) * factor * scale + shift;
            }
        }
    }
}

#[inline(always)]
fn sum(row: &[f32], each: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0.0_f32; LANES];
    let (chunks, tail) = row.as_chunks::<LANES>();
    for chunk in chunks {
        for lane in 0..LANES {
            sums[lane] += each(chunk[lane]);
        }
    }
    sums.iter().sum::<f32>() + tail.iter().map(|x| each(*x)).sum::<f32>()
}

/// Makes each row positive with sum 1.
pub(super) fn softmax(rows: &mut [f32], width: usize) {
    Arch::new().dispatch(Softmax { rows, width });
}

struct Softmax<'a> {
    rows: &'a mut [f32],
    width: usize,
}

impl WithSimd for Softmax<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        for row in self.rows.chunks_exact_mut(self.width) {
            let mut most = [f32::NEG_INFINITY; LANES];
            let (chunks, tail) = row.as_chunks::<LANES>();
            for chunk in chunks {
                for lane in 0..LANES {
                    most[lane] = if chunk[lane] > most[lane] { chunk[lane] } else { most[lane] };
                }
            }
            let most = most.iter().chain(tail).fold(f32::NEG_INFINITY, |a, b| a.max(*b));
            row.iter_mut().for_each(|x| *x = exp(*x - most));
            let factor = 1.0 / sum(row, |x| x);
            row.iter_mut().for_each(|x| *x *= factor);
        }
    }
}

/// Adds `bias` to each row, then applies `x · Φ(x)`, Φ being the normal distribution.
pub(super) fn gelu(rows: &mut [f32], bias: &[f32]) {
    Arch::new().dispatch(Gelu { rows, bias });
}

struct Gelu<'a> {
    rows: &'a mut [f32],
    bias: &'a [f32],
}

impl WithSimd for Gelu<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        for row in self.rows.chunks_exact_mut(self.bias.len()) {
            for (x, bias) in row.iter_mut().zip(self.bias) {
                let y = *x + bias;
                *x = 0.5 * y * (1.0 + erf(y * std::f32::consts::FRAC_1_SQRT_2));
            }
        }
    }
}

/// Abramowitz and Stegun 7.1.26; off by at most 2e-7.
#[inline(always)]
fn erf(x: f32) -> f32 {
    let a = x.abs();
    let t = 1.0 / (1.0 + 0.327_591_1 * a);
    let polynomial = ((((1.061_405_4 * t - 1.453_152_1) * t + 1.421_413_8) * t - 0.284_496_74) * t + 0.254_829_6) * t;
    (1.0 - polynomial * exp(-a * a)).copysign(x)
}

/// For `x` up to 0; relative error below 1e-6, and 0 below -87.
#[inline(always)]
fn exp(x: f32) -> f32 {
    /// Adding it rounds a small number to a whole one.
    const ROUND: f32 = 12_582_912.0;
    let x = if x < -87.0 { -87.0 } else { x };
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let rest = (x - whole * 0.693_359_4) + whole * 2.121_944_4e-4;
    let polynomial = (((((1.987_569_1e-4 * rest + 1.398_199_9e-3) * rest + 8.333_452e-3) * rest + 4.166_579_6e-2)
        * rest
        + 1.666_666_5e-1)
        * rest
        + 0.5)
        * rest
        * rest
        + rest
        + 1.0;
    // The exponent of a float counts powers of two.
    let power = f32::from_bits(shifted.to_bits().wrapping_add(127) << 23);
    polynomial * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_and_erf_are_close() {
        for step in 0..8_700 {
            let x = -0.01 * step as f32;
            let exact = f64::from(x).exp();
            assert!((f64::from(exp(x)) - exact).abs() <= 1e-6 * exact, "exp {x}: {} {exact}", exp(x));
        }
        for (x, expected) in [(0.0, 0.0), (0.5, 0.520_499_9), (1.0, 0.842_700_8), (-2.0, -0.995_322_3), (9.0, 1.0)] {
            assert!((erf(x) - expected).abs() < 5e-7, "erf {x}: {}", erf(x));
        }
    }

    #[test]
    fn products_of_parts_of_a_slice() {
        let a = [1.0, 2.0, 9.0, 3.0, 4.0, 9.0];
        let b = [5.0, 6.0, 7.0, 8.0];
        let mut out = [1.0; 6];
        let (a, b) = (Matrix::new(&a, 2, 2, 3), Matrix::new(&b, 2, 2, 2));
        multiply(&mut MatrixMut::new(&mut out, 2, 2, 3), a, b, false);
        assert_eq!(out, [19.0, 22.0, 1.0, 43.0, 50.0, 1.0]);
        multiply_transposed(&mut MatrixMut::new(&mut out, 2, 2, 3), a, b, true);
        assert_eq!(out, [19.0 + 17.0, 22.0 + 23.0, 1.0, 43.0 + 39.0, 50.0 + 53.0, 1.0]);
    }

    #[test]
    fn rows_are_normalised() {
        let mut rows = [1.0, 2.0, 3.0, 3.0, 2.0, 1.0];
        layer_norm(&mut rows, &[1.0, 0.0, -1.0], &[1.0, 1.0, 2.0], &[0.0, 0.0, 1.0], 1e-12);
        assert_eq!(rows[..3], [0.0, 0.0, 1.0]);
        assert!((rows[3] - 1.224_744_9).abs() < 1e-4 && (rows[5] + 1.449_489_7).abs() < 1e-4, "{rows:?}");
        let mut rows = [0.0, 0.0, -1_000.0, 5.0];
        softmax(&mut rows, 2);
        assert_eq!(rows[..2], [0.5, 0.5]);
        assert!(rows[2] < 1e-30 && (rows[3] - 1.0).abs() < 1e-6);
    }
}
